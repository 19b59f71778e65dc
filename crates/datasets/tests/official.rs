mod common;
use fireside_datasets::CATALOG;
#[test]
fn probe() {
    for entry in CATALOG {
        if entry.official.files.is_empty() {
            continue;
        }
        let t = std::time::Instant::now();
        let raw = common::official(entry);
        println!(
            "{} {:?} {} {:?} {:?}",
            entry.name,
            raw.origin,
            raw.checksum,
            raw.rows(),
            t.elapsed()
        );
        if let fireside_datasets::Content::Text(text) = &raw.content {
            use fireside_spec::preparation::*;
            for level in [Level::Word, Level::Char] {
                let o = Preparation {
                    level,
                    ..Preparation::default()
                };
                let mut tk = text.tokens(&o);
                let n = tk.len();
                println!(
                    "{} ",
                    fireside_datasets::checksum::sha256_hex(tk.join("\n").as_bytes())
                );
                tk.sort();
                tk.dedup();
                println!("{level:?} {n} {} {:?}", tk.len(), &tk[..10]);
            }
        }
    }
}
