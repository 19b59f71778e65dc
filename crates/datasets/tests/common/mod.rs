//! Where the tests find official data files.

use std::path::{Path, PathBuf};

use fireside_datasets::catalog::reader;
use fireside_datasets::{Entry, NamedFile, Raw, mnist};

/// The official files of a data set, as (name, bytes). Fails, with what to do, where they are not found.
pub fn files(entry: &Entry) -> Vec<(&'static str, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut places: Vec<PathBuf> = std::env::var_os("FIRESIDE_DATA")
        .map(PathBuf::from)
        .into_iter()
        .collect();
    places.extend([root.join("data"), root.join("../shared/data")]);
    let (name, official) = (entry.name, &entry.official);
    let folder = places
        .iter()
        .flat_map(|place| [place.join(name), place.join(official.folder), place.clone()])
        .find(|folder| official.files.iter().all(|file| folder.join(file.name).is_file()))
        .unwrap_or_else(|| {
            let names: Vec<_> = official.files.iter().map(|file| file.name).collect();
            panic!("{name} is missing: put {names:?} into data/{name} or $FIRESIDE_DATA/{name}; looked in {places:?}")
        });
    let read = |name: &'static str| {
        let path = folder.join(name);
        let bytes = std::fs::read(&path);
        (
            name,
            bytes.unwrap_or_else(|error| panic!("{}: {error}", path.display())),
        )
    };
    official.files.iter().map(|file| read(file.name)).collect()
}

/// Files with their names as the readers want them.
pub fn named<'a>(files: &'a [(&'static str, Vec<u8>)]) -> Vec<NamedFile<'a>> {
    files
        .iter()
        .map(|(name, bytes)| NamedFile { name, bytes })
        .collect()
}

/// The four official files of MNIST.
#[allow(dead_code, reason = "not every test file needs all of these")]
pub fn mnist_files() -> Vec<(&'static str, Vec<u8>)> {
    files(&mnist::ENTRY)
}

/// The official data of an entry.
#[allow(dead_code, reason = "not every test file needs all of these")]
pub fn official(entry: &'static Entry) -> Raw {
    let files = files(entry);
    let raw = (reader(entry.name).expect("a reader").read)(&named(&files));
    raw.unwrap_or_else(|error| panic!("{}: {error}", entry.name))
}
