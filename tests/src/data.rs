//! Where the tests find the official data. Without it they fail and say what to do: a comparison with real
//! numbers on other data would compare nothing.

use crate::files::bytes;
use fireside_datasets::catalog::{self, Source, find};
use fireside_datasets::{Dataset, NamedFile, Origin, Pictures, Raw, Rows, digits, mnist};
use std::ops::Range;
use std::sync::OnceLock;

/// MNIST's four files: from `$FIRESIDE_DATA`, `data/`, `../shared/data`, each with or without a folder `mnist` in it.
fn contents() -> Vec<Vec<u8>> {
    let mut places: Vec<String> = std::env::var("FIRESIDE_DATA").into_iter().collect();
    places.extend(["data", "../shared/data"].map(String::from));
    let folders = places
        .iter()
        .flat_map(|place| [format!("{place}/mnist"), place.clone()]);
    let all = |folder: String| -> Option<Vec<Vec<u8>>> {
        let files = mnist::FILES.iter();
        files
            .map(|file| bytes(&format!("{folder}/{}", file.name)))
            .collect()
    };
    folders.filter_map(all).next().unwrap_or_else(|| {
        panic!(
            "MNIST is missing: put its four idx.gz files into data/mnist, or name their folder in \
             $FIRESIDE_DATA; looked in {places:?}"
        )
    })
}

/// All of MNIST, read once.
///
/// # Panics
/// When it is missing or not the official data, with what to do.
pub fn official() -> &'static Dataset {
    static DATA: OnceLock<Dataset> = OnceLock::new();
    DATA.get_or_init(|| {
        let contents = contents();
        let files: Vec<NamedFile> = mnist::FILES
            .iter()
            .zip(&contents)
            .map(|(file, bytes)| NamedFile {
                name: file.name,
                bytes,
            })
            .collect();
        let data = mnist::read(&files).unwrap_or_else(|error| panic!("MNIST: {error}"));
        assert_eq!(
            data.origin,
            Origin::Official,
            "MNIST's files are not the official ones"
        );
        data
    })
}

/// Official data of one file or more, as far as they are at hand.
///
/// # Panics
/// When they are missing or damaged.
pub fn whole(name: &str) -> Raw {
    let entry = find(name).expect("a row of the catalog");
    assert_ne!(entry.official.source, Source::BuiltIn);
    let mut places: Vec<String> = std::env::var("FIRESIDE_DATA").into_iter().collect();
    places.extend(["data", "../shared/data"].map(String::from));
    let contents: Vec<(&str, Vec<u8>)> = entry
        .official
        .files
        .iter()
        .map(|file| {
            let folders = [name, entry.official.folder];
            let mut all = places.iter().flat_map(|place| {
                let inside = folders.map(|folder| format!("{place}/{folder}/{}", file.name));
                inside.into_iter().chain([format!("{place}/{}", file.name)])
            });
            let found = all.find_map(|path| bytes(&path));
            let missing = || panic!("{} is missing; looked in {places:?}", file.name);
            (file.name, found.unwrap_or_else(missing))
        })
        .collect();
    let files: Vec<NamedFile> = contents
        .iter()
        .map(|(name, bytes)| NamedFile { name, bytes })
        .collect();
    let reader = catalog::reader(name).expect("a reader");
    (reader.read)(&files).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The given rows of MNIST as a data set of their own, in file order.
pub fn official_rows(train: Range<usize>, test: Range<usize>) -> Dataset {
    let data = official();
    let train = data.train.slice(train).expect("training rows");
    let test = data.test.slice(test).expect("test rows");
    Dataset::new("mnist", train, test, Origin::Official)
}

/// The rows as pictures.
///
/// # Panics
/// When they are not.
pub fn pictures(rows: &Rows) -> &Pictures {
    rows.pictures().expect("rows of pictures")
}

/// The built-in sample with the seed that the site uses.
pub fn sample(train: usize, test: usize) -> Dataset {
    digits::sample(7, train, test)
}
