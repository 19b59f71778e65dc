//! `cargo xtask release`: the built site as one zip that any static host can serve, below any path.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use crate::site::{self, Site};
use crate::stamp::files;
use crate::step::{At, Failure, House, Result, Step};

/// The folder inside the zip.
const FOLDER: &str = "fireside";
/// How the folder is put on a host, in both languages.
const HOSTING: &str = include_str!("../HOSTING.md");
/// The page for addresses that are not there. It does not know below which path it lies, so it loads nothing.
const NOT_FOUND: &str = include_str!("../404.html");
/// Licences under which a data set may be passed on by anybody, as packs name them at their beginning.
const FREE: [&str; 5] = [
    "public domain",
    "CC0 1.0",
    "CC BY 4.0",
    "MIT OR Apache-2.0",
    "DataMarket default open licence",
];
/// Packed already: deflating it again costs time and saves nothing.
const PACKED: [&str; 3] = ["gz", "png", "woff2"];
/// Most bytes that a file of the site may have when it is unpacked again.
const LARGEST: u64 = 256 << 20;

/// Builds the site and writes it as a zip.
pub fn release(house: &House, data: Option<PathBuf>, out: &Path) -> Result<()> {
    let site = Site::new(house.at("dist"), "/", data)?;
    site::build(house, &site)?;
    pack(&site.out, out)
}

/// Writes the zip of a built site.
pub fn pack(site: &Path, out: &Path) -> Result<()> {
    let step = Step::start("release", &format!("{} as one file", site.display()));
    let (members, held_back) = members(site)?;
    for (name, licence) in held_back {
        step.note(&format!(
            "without the pack {name} ({licence}): whoever hosts the site adds it with `fireside data --out`"
        ));
    }
    if let Some(folder) = out.parent() {
        fs::create_dir_all(folder).at("create", folder)?;
    }
    // Under another name until it is whole.
    let part = out.with_extension("zip.part");
    let mut zip = ZipWriter::new(BufWriter::new(File::create(&part).at("create", &part)?));
    let bytes: Vec<(String, Vec<u8>)> = vec![
        ("HOSTING.md".into(), HOSTING.into()),
        ("404.html".into(), NOT_FOUND.into()),
        // GitHub Pages would leave out `_app` without it.
        (".nojekyll".into(), Vec::new()),
    ];
    for (name, bytes) in &bytes {
        add(&mut zip, name, bytes)?;
    }
    for path in &members {
        let name = inner(site, path)?;
        if bytes.iter().all(|(own, _)| *own != name) {
            add(&mut zip, &name, &fs::read(path).at("read", path)?)?;
        }
    }
    zip.finish()
        .map_err(|error| wrong(out, error))?
        .flush()
        .at("write", &part)?;
    fs::rename(&part, out).at("rename", &part)?;
    let length = fs::metadata(out).at("look at", out)?.len();
    step.note(&format!(
        "{}: {:.1} MB, {} files",
        out.display(),
        length as f64 / 1e6,
        members.len() + 2
    ));
    step.done();
    Ok(())
}

/// The same site, the same bytes: no times, no owners.
fn add<W: Write + std::io::Seek>(zip: &mut ZipWriter<W>, name: &str, bytes: &[u8]) -> Result<()> {
    let ending = Path::new(name).extension().and_then(|text| text.to_str());
    let method = if ending.is_some_and(|ending| PACKED.contains(&ending)) {
        CompressionMethod::Stored
    } else {
        CompressionMethod::Deflated
    };
    let options = SimpleFileOptions::default()
        .compression_method(method)
        .compression_level((method == CompressionMethod::Deflated).then_some(9))
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let failed =
        |error: &dyn std::fmt::Display| Failure::from(format!("cannot pack {name}: {error}"));
    zip.start_file(format!("{FOLDER}/{name}"), options)
        .map_err(|error| failed(&error))?;
    zip.write_all(bytes).map_err(|error| failed(&error))
}

/// A pack that a release may not hold: its name and its licence.
type HeldBack = (String, String);

/// Files of the site that may be passed on, and the packs that may not.
fn members(site: &Path) -> Result<(Vec<PathBuf>, Vec<HeldBack>)> {
    let packs = site.join("packs");
    let mut held_back = Vec::new();
    let mut closed = BTreeSet::new();
    if packs.is_dir() {
        for entry in fs::read_dir(&packs).at("list", &packs)? {
            let folder = entry.at("list", &packs)?.path();
            let name = folder.file_name().unwrap_or_default().to_string_lossy();
            let licence = licence(&folder)?;
            if !FREE.iter().any(|free| licence.starts_with(free)) {
                held_back.push((name.into_owned(), licence));
                closed.insert(folder);
            }
        }
    }
    held_back.sort();
    let mut members = files(site, &[])?;
    members.retain(|path| !closed.iter().any(|folder| path.starts_with(folder)));
    if !members
        .iter()
        .any(|path| path.ends_with("service-worker.js"))
    {
        return Err(format!("{} is not a built site", site.display()).into());
    }
    Ok((members, held_back))
}

/// What a pack says of itself. A pack that says nothing is not passed on.
fn licence(pack: &Path) -> Result<String> {
    let path = pack.join("manifest.json");
    let bytes = fs::read(&path).at("read", &path)?;
    let manifest: serde_json::Value = serde_json::from_slice(&bytes)
        .map_err(|error| format!("{} is no manifest: {error}", path.display()))?;
    Ok(manifest["licence"]
        .as_str()
        .unwrap_or("not stated")
        .to_owned())
}

/// A path inside the site, with forward slashes.
fn inner(site: &Path, path: &Path) -> Result<String> {
    let inner = path
        .strip_prefix(site)
        .map_err(|_| format!("{} is not in {}", path.display(), site.display()))?;
    let parts: Vec<_> = inner.iter().map(|part| part.to_string_lossy()).collect();
    Ok(parts.join("/"))
}

fn wrong(path: &Path, error: impl std::fmt::Display) -> Failure {
    format!("cannot use {}: {error}", path.display()).into()
}

/// Unpacks a release into an empty folder, as its reader does; answers with the number of files.
pub fn unpack(zip: &Path, to: &Path) -> Result<usize> {
    if to.exists() {
        fs::remove_dir_all(to).at("remove", to)?;
    }
    let file = BufReader::new(File::open(zip).at("open", zip)?);
    let mut archive = ZipArchive::new(file).map_err(|error| wrong(zip, error))?;
    for index in 0..archive.len() {
        let member = archive.by_index(index).map_err(|error| wrong(zip, error))?;
        let name = member
            .enclosed_name()
            .filter(|name| name.starts_with(FOLDER) && member.is_file())
            .ok_or_else(|| wrong(zip, format!("its member {index} leads elsewhere")))?;
        let target = to.join(name);
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder).at("create", folder)?;
        }
        let mut bytes = Vec::new();
        member
            .take(LARGEST)
            .read_to_end(&mut bytes)
            .at("unpack", &target)?;
        fs::write(&target, bytes).at("write", &target)?;
    }
    Ok(archive.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A site with two packs, one of which may be passed on.
    fn site(name: &str) -> PathBuf {
        let place = std::env::temp_dir().join(format!("xtask-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&place);
        let write = |path: &str, text: &str| {
            let path = place.join("dist").join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, text).expect("a file");
        };
        write("index.html", "home");
        write("404.html", "<script src=\"/_app/x.js\"></script>");
        write("service-worker.js", "//");
        write("chapter/13/index.html", &"digits ".repeat(1000));
        write("packs/free/manifest.json", r#"{"licence":"CC BY 4.0"}"#);
        write("packs/free/train.gz", "rows");
        write(
            "packs/closed/manifest.json",
            r#"{"licence":"no formal licence; free for research"}"#,
        );
        write("packs/closed/train.gz", "not ours to give");
        write("packs/silent/manifest.json", "{}");
        place
    }

    #[test]
    fn a_release_holds_the_site_and_only_packs_that_may_be_passed_on() {
        let place = site("release");
        let (zip, again) = (place.join("a.zip"), place.join("b.zip"));
        pack(&place.join("dist"), &zip).expect("a release");
        let unpacked = place.join("unpacked");
        let count = unpack(&zip, &unpacked).expect("it opens");
        let inside = unpacked.join(FOLDER);
        assert!(inside.join(".nojekyll").is_file());
        assert_eq!(count, 1 + files(&unpacked, &[]).expect("files").len());
        assert_eq!(
            fs::read(inside.join("packs/free/train.gz")).expect("a shard"),
            b"rows"
        );
        for held_back in ["packs/closed", "packs/silent"] {
            assert!(!inside.join(held_back).exists(), "{held_back}");
        }
        let home = fs::read_to_string(inside.join("index.html")).expect("the home page");
        assert_eq!(home, "home");
        assert!(inside.join("HOSTING.md").is_file());
        // It lies below any path: nothing in it may begin at the host's root.
        let lost = fs::read_to_string(inside.join("404.html")).expect("a page");
        assert!(!lost.contains("_app") && lost.contains("没有"), "{lost}");
        pack(&place.join("dist"), &again).expect("a release");
        assert_eq!(fs::read(&zip).expect("a"), fs::read(&again).expect("b"));
        fs::remove_dir_all(&place).expect("to clean up");
    }

    #[test]
    fn a_member_that_leads_elsewhere_is_refused() {
        let place = site("escape");
        let zip = place.join("bad.zip");
        let mut writer = ZipWriter::new(File::create(&zip).expect("a file"));
        writer
            .start_file("fireside/../../evil.txt", SimpleFileOptions::default())
            .expect("a member");
        writer.write_all(b"evil").expect("bytes");
        writer.finish().expect("a zip");
        assert!(unpack(&zip, &place.join("unpacked")).is_err());
        assert!(!place.join("evil.txt").exists());
        assert!(pack(&place.join("nothing"), &place.join("c.zip")).is_err());
        fs::remove_dir_all(&place).expect("to clean up");
    }
}
