//! The real MNIST: read, packed, read back.

mod common;

use common::named;
use fireside_datasets::checksum::sha256_hex;
use fireside_datasets::{Origin, PackReader, Part, center, gz, mnist, write_pack};

#[test]
fn the_official_files_are_read_and_packed_and_read_back() {
    let files = common::mnist_files();
    for ((name, bytes), official) in files.iter().zip(&mnist::FILES) {
        assert_eq!(bytes.len() as u64, official.bytes, "{name}");
        assert_eq!(sha256_hex(bytes), official.sha256, "{name}");
    }
    let dataset = mnist::read(&named(&files)).unwrap();
    assert_eq!(dataset.origin, Origin::Official);
    assert_eq!(dataset.checksum(), mnist::CHECKSUM);
    assert_eq!(
        dataset.train.class_counts(),
        [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    );
    assert_eq!(
        dataset.test.targets().labels()[..10],
        [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]
    );

    let pack = write_pack(&dataset).unwrap();
    let (manifest, shards) = pack.split_first().unwrap();
    let mut reader = PackReader::new(&manifest.1).unwrap();
    assert_eq!(reader.manifest().origin, Origin::Official);
    let names: Vec<_> = reader.files().iter().map(|f| f.file.clone()).collect();
    let written: Vec<_> = shards.iter().map(|(name, _)| name.clone()).collect();
    assert_eq!(names, written);
    for (name, bytes) in shards {
        assert!(name.contains(&sha256_hex(bytes)[..8]), "{name}");
        assert!(bytes.len() < 1_500_000, "{name}: {}", bytes.len());
        assert_eq!(reader.next_file().unwrap().file, *name);
        reader.add(name, bytes).unwrap();
        if name.starts_with("train-000") {
            // The first pictures are there after a few percent of the bytes.
            assert_eq!(reader.rows_ready(Part::Train), 600);
            let train = dataset.train.pictures().unwrap();
            assert_eq!(reader.get(Part::Train, 599), train.get(599));
            assert_eq!(reader.get(Part::Train, 600), None);
            let (have, all) = reader.progress();
            assert!(have * 50 < all, "{have} of {all}");
        }
    }
    let (have, all) = reader.progress();
    assert_eq!(have, all);
    assert!(all < 12_000_000, "{all}");
    let back = reader.finish().unwrap();
    assert_eq!(back.origin, Origin::Pack);
    assert!(back.train == dataset.train && back.test == dataset.test);
    assert!(mnist::is_official(&back));
    assert!(mnist::verify(&back).is_empty());
}

#[test]
fn plain_files_in_another_order_under_other_names_are_the_same() {
    let files = common::mnist_files();
    let members: Vec<(&str, Vec<u8>)> = files
        .iter()
        .zip(["a", "b", "c", "d"])
        .rev()
        .map(|((_, bytes), name)| (name, gz::gunzip(name, bytes, 50_000_000).unwrap()))
        .collect();
    let mut named = named(&members);
    let dataset = mnist::read(&named).unwrap();
    assert_eq!(dataset.origin, Origin::Official);

    // One wrong pixel: still readable, no longer official, and it is said where.
    let mut changed = members[3].1.clone();
    changed[1000] ^= 1;
    named[3].bytes = &changed;
    let dataset = mnist::read(&named).unwrap();
    assert_eq!(dataset.origin, Origin::Unverified);
    let differs: Vec<_> = mnist::verify(&dataset).iter().map(|f| f.name).collect();
    assert_eq!(differs, ["train-images-idx3-ubyte.gz"]);

    // A missing file is named.
    let error = mnist::read(&named[1..]).unwrap_err();
    assert_eq!(error.code(), "missing_parts");
    assert_eq!(error.args()["missing"], "t10k-labels-idx1-ubyte.gz");
}

#[test]
fn the_preparation_leaves_mnist_as_it_is() {
    // The pictures were prepared by the rule already: fitting and centring them again changes next to
    // nothing. (Not nothing at all: the makers worked on finer scans.)
    let files = common::mnist_files();
    let dataset = mnist::read(&named(&files)).unwrap();
    let test = dataset.test.pictures().unwrap();
    let rows = 2000;
    let (mut same, mut difference) = (0, 0u64);
    for row in 0..rows {
        let before = test.row(row);
        let after = center(before, 28, 28).unwrap_or_else(|reason| panic!("{row}: {reason:?}"));
        same += usize::from(after.pixels == before);
        let pairs = after.pixels.iter().zip(before);
        difference += pairs.map(|(a, b)| u64::from(a.abs_diff(*b))).sum::<u64>();
    }
    let mean = difference as f64 / (rows * 784) as f64;
    assert!(same * 100 > rows * 85, "{same} of {rows} unchanged");
    assert!(mean < 0.05, "mean difference {mean} of 255");
}
