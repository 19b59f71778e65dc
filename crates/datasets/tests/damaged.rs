//! Thousands of damaged copies of the official files: always an error or consistent data, never a panic.

mod common;

use common::{files, named};
use fireside_datasets::catalog::reader;
use fireside_datasets::sets::{airline, alice, bank, beijing, boston, iris, pima};
use fireside_spec::preparation::Preparation;

#[test]
fn damaged_official_files_do_no_harm() {
    use fireside_spec::random::{Purpose, Stream};
    let stream = Stream::new(20_26, Purpose::Sample, 98, 0);
    let mut element = 0;
    let mut dice = |below: usize| {
        element += 1;
        ((u64::from(stream.word(element)) * below as u64) >> 32) as usize
    };
    let mut refused = 0;
    for entry in [
        &pima::ENTRY,
        &iris::ENTRY,
        &boston::ENTRY,
        &bank::ENTRY,
        &airline::ENTRY,
        &beijing::ENTRY,
        &alice::ENTRY,
    ] {
        let mut official = files(entry);
        // Files of more than some lines only cost time.
        if entry.name != "alice" {
            official[0].1.truncate(6_000);
        }
        for _ in 0..300 {
            let mut bad = official.clone();
            let bytes = &mut bad[0].1;
            for _ in 0..1 + dice(4) {
                let at = dice(bytes.len());
                match dice(5) {
                    0 => bytes[at] ^= 1 << dice(8),
                    1 => bytes.truncate(at.max(1)),
                    2 => drop(bytes.drain(at..(at + dice(50)).min(bytes.len()))),
                    3 => bytes.insert(at, b"\n,;\"\r -.eN\0\xff"[dice(12)]),
                    _ => bytes[at] = b'9',
                }
                if bytes.is_empty() {
                    bytes.push(b'x');
                }
            }
            match (reader(entry.name).expect("a reader").read)(&named(&bad)) {
                Err(error) => {
                    assert!(!error.to_string().is_empty() && !error.args().is_empty());
                    refused += 1;
                }
                Ok(raw) => {
                    let left = raw.rows()[0];
                    let rows = raw.prepare(&Preparation::default());
                    assert!(rows.is_ok_and(|data| data.train.rows() <= left) || left < 60);
                }
            }
        }
    }
    assert!((500..2_000).contains(&refused), "{refused}");
}
