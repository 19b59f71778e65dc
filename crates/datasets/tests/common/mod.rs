//! Where the tests find the official MNIST files.

use std::path::{Path, PathBuf};

use fireside_datasets::mnist;

/// The four official files, as (name, bytes). Fails, with what to do, where they are not found.
pub fn mnist_files() -> Vec<(&'static str, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut places: Vec<PathBuf> = std::env::var_os("FIRESIDE_DATA")
        .map(PathBuf::from)
        .into_iter()
        .collect();
    places.extend([root.join("data"), root.join("../shared/data")]);
    let folder = places
        .iter()
        .map(|place| place.join("mnist"))
        .find(|folder| folder.is_dir())
        .unwrap_or_else(|| {
            panic!("MNIST is missing: put its four idx.gz files into data/mnist or $FIRESIDE_DATA/mnist; looked in {places:?}")
        });
    let read = |name: &'static str| {
        let path = folder.join(name);
        let bytes = std::fs::read(&path);
        (
            name,
            bytes.unwrap_or_else(|error| panic!("{}: {error}", path.display())),
        )
    };
    mnist::FILES.iter().map(|file| read(file.name)).collect()
}
