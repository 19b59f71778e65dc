//! `fireside data`, and where data is found: `--data DIR`, `$FIRESIDE_DATA`, `data/`, `../shared/data`,
//! then the official address; otherwise the built-in sample, said so.

use crate::fetch;
use crate::{Outcome, say};
use fireside_datasets::catalog::{self, Source};
use fireside_datasets::{Content, Dataset, Entry, NamedFile, Origin, Raw, write_pack};
use fireside_spec::{Data, Preparation};
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Folder with the official files
    #[arg(long = "from", value_name = "DIR")]
    from: Option<PathBuf>,
    /// Makes the packs of the site in this folder
    #[arg(long)]
    out: Option<PathBuf>,
    /// Downloads what was not found from its official address into this folder
    #[arg(long, value_name = "DIR")]
    download: Option<PathBuf>,
}

/// Seed and size of the built-in sample, the same as in the page.
const SAMPLE: (u32, usize, usize) = (7, 6_000, 1_000);

/// The folders that are looked through, in order.
pub(crate) fn folders(first: Option<&Path>) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = first.map(Path::to_path_buf).into_iter().collect();
    folders.extend(std::env::var_os("FIRESIDE_DATA").map(PathBuf::from));
    folders.extend(["data", "../shared/data"].map(PathBuf::from));
    folders
}

/// The official files of `entry` in a folder: in it or in a sub-folder of its name or its kind's, packed or
/// plain. Built-in data have none.
fn files_in(entry: &Entry, folder: &Path) -> Option<Vec<PathBuf>> {
    let find = |name: &str| {
        let plain = name.trim_end_matches(".gz");
        let [own, shared] = [entry.name, entry.official.folder].map(|name| folder.join(name));
        [own, shared, folder.to_path_buf()]
            .iter()
            .flat_map(|folder| [folder.join(name), folder.join(plain)])
            .find(|path| path.is_file())
    };
    let other = entry.official.others.iter().find_map(|name| find(name));
    let files = entry.official.files.iter();
    match other {
        Some(other) => Some(vec![other]),
        None => files.map(|file| find(file.name)).collect(),
    }
}

/// Who reads it. Every data set of the catalog has a reader.
fn reader(entry: &Entry) -> Result<&'static catalog::Reader, String> {
    catalog::reader(entry.name).ok_or_else(|| format!("{}: nobody reads these data", entry.name))
}

fn read(entry: &Entry, paths: &[PathBuf]) -> Result<Raw, String> {
    let mut contents = Vec::with_capacity(paths.len());
    for path in paths {
        let bytes = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
        contents.push((path.display().to_string(), bytes));
    }
    let files: Vec<NamedFile> = contents
        .iter()
        .map(|(name, bytes)| NamedFile { name, bytes })
        .collect();
    (reader(entry)?.read)(&files).map_err(|error| error.to_string())
}

/// The official data of that name, if it is in one of the folders.
fn find(entry: &Entry, first: Option<&Path>) -> Result<Option<Raw>, String> {
    if entry.official.source == Source::BuiltIn {
        return read(entry, &[]).map(Some);
    }
    for folder in folders(first) {
        if let Some(paths) = files_in(entry, &folder) {
            eprintln!("{}: reading {}", entry.name, folder.display());
            let raw = read(entry, &paths)?;
            let note = match raw.origin {
                Origin::Official => "",
                Origin::Subset => "these files are a part of the official ones",
                _ => "these files are not the official ones (other checksums)",
            };
            if !note.is_empty() {
                eprintln!("{}: {note}", entry.name);
            }
            return Ok(Some(raw));
        }
    }
    Ok(None)
}

fn entry(name: &str) -> Result<&'static Entry, String> {
    catalog::find(name).ok_or_else(|| {
        format!(
            "no data set {name}; known are {}",
            fireside_datasets::names()
        )
    })
}

/// The data for a run, prepared: the official files, or the built-in sample, said so on the terminal.
pub(crate) fn load(data: &Data, first: Option<&Path>) -> Result<Dataset, String> {
    let name = &data.name;
    let entry = entry(name)?;
    let raw = match find(entry, first)? {
        Some(raw) => raw,
        None => {
            let looked: Vec<String> = folders(first)
                .iter()
                .map(|f| f.display().to_string())
                .collect();
            let get = match entry.official.source {
                Source::Url(_) => "`fireside data --download data` gets the official files".into(),
                Source::Gone(why) => format!("the official files can't be downloaded: {}", why.en),
                Source::BuiltIn => String::new(),
            };
            eprintln!(
                "{name}: not found in {}; going on with the built-in sample, whose figures can't be compared \
                 with the source's ({get})",
                looked.join(", ")
            );
            let (seed, train, test) = SAMPLE;
            (reader(entry)?.sample)(seed, train, test)
        }
    };
    raw.prepare(&data.preparation)
        .map_err(|error| format!("{name}: {error}"))
}

pub(crate) fn run(args: &Args) -> Outcome {
    for entry in catalog::CATALOG {
        let mut raw = find(entry, args.from.as_deref())?;
        if let (None, Some(folder)) = (&raw, &args.download) {
            if let Source::Gone(why) = entry.official.source {
                eprintln!("{}: can't be downloaded: {}", entry.name, why.en);
            } else {
                let folder = folder.join(entry.name);
                fetch::official(entry, &folder)?;
                raw = find(entry, Some(&folder))?;
            }
        }
        let Some(raw) = raw else {
            say(format!(
                "{}: not found; no pack is made, the page will run on its built-in sample",
                entry.name
            ));
            continue;
        };
        say(format!(
            "{}: {}, sha256 {}",
            entry.name,
            amount(&raw),
            raw.checksum
        ));
        if let Some(out) = &args.out
            && !raw.needs_preparation()
        {
            let dataset = raw
                .prepare(&Preparation::default())
                .map_err(|error| error.to_string())?;
            pack(&dataset, &out.join(entry.name))?;
        }
    }
    Ok(())
}

/// How much there is of it.
fn amount(raw: &Raw) -> String {
    let [train, test] = raw.rows();
    match &raw.content {
        Content::Table(table) => format!("{train} rows, {} columns", table.columns().len()),
        Content::Series(series) => format!("{train} instants, {} columns", series.columns().len()),
        Content::Text(_) => format!("{train} characters"),
        Content::Pictures { .. } | Content::Reviews(_) => {
            format!("{train} training rows, {test} test rows")
        }
    }
}

/// Writes a pack; shards that are there already stay, others of an older pack go.
fn pack(dataset: &Dataset, folder: &Path) -> Outcome {
    let Some(files) = write_pack(dataset) else {
        say(format!(
            "{}: no pack is made, packs hold pictures only",
            dataset.name
        ));
        return Ok(());
    };
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    std::fs::create_dir_all(folder).map_err(failed)?;
    for old in std::fs::read_dir(folder).map_err(failed)? {
        let old = old.map_err(failed)?;
        if !files
            .iter()
            .any(|(name, _)| old.file_name() == name.as_str())
        {
            std::fs::remove_file(old.path()).map_err(failed)?;
        }
    }
    let mut total = 0;
    for (name, bytes) in &files {
        total += bytes.len();
        std::fs::write(folder.join(name), bytes).map_err(failed)?;
    }
    say(format!(
        "{}: {} files, {:.1} MB in {}",
        dataset.name,
        files.len(),
        total as f64 / 1e6,
        folder.display()
    ));
    Ok(())
}
