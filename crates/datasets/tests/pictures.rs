//! The real CIFAR-10 and the real traffic signs: read, compared with what NumPy and scikit-image make of the same files
//! (`tests/reference/pictures_reference.py`), packed and read back.

mod common;

use common::official;
use fireside_datasets::checksum::sha256_hex;
use fireside_datasets::sets::{cifar10, gtsrb};
use fireside_datasets::{
    Content, Dataset, Origin, PackReader, Part, Pictures, Raw, official_shape, split, write_pack,
};
use fireside_spec::Preparation;
use serde_json::Value;

fn reference(name: &str) -> Value {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/reference/pictures.json"
    );
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str::<Value>(&text).unwrap()[name].clone()
}

fn pictures(raw: &Raw) -> [&Pictures; 2] {
    match &raw.content {
        Content::Pictures { train, test } => [train, test],
        _ => panic!("no pictures"),
    }
}

fn number(value: &Value) -> f64 {
    value
        .as_f64()
        .unwrap_or_else(|| panic!("no number: {value}"))
}

/// Mean and standard deviation (population) of whole numbers.
fn moments(values: impl Iterator<Item = u8> + Clone) -> [f64; 2] {
    let count = values.clone().count() as f64;
    let sum: u64 = values.clone().map(u64::from).sum();
    let squares: u64 = values.map(|value| u64::from(value).pow(2)).sum();
    let mean = sum as f64 / count;
    [mean, (squares as f64 / count - mean * mean).sqrt()]
}

fn close(found: f64, expected: &Value, what: &str) {
    let expected = number(expected);
    assert!(
        (found - expected).abs() < 1e-6 * expected,
        "{what}: {found} {expected}"
    );
}

/// Packed and read back: the same rows, labels and groups.
fn packs(dataset: &Dataset, most: u64) {
    let pack = write_pack(dataset).unwrap();
    let mut reader = PackReader::new(&pack[0].1).unwrap();
    for (name, bytes) in &pack[1..] {
        assert!(bytes.len() < 1_800_000, "{name}: {}", bytes.len());
        reader.add(name, bytes).unwrap();
        if name.starts_with("train-000") {
            assert_eq!(reader.rows_ready(Part::Train), 600);
        }
    }
    assert!(reader.progress().1 < most, "{}", reader.progress().1);
    let back = reader.finish().unwrap();
    assert!(back.train == dataset.train && back.test == dataset.test);
    assert_eq!(
        (back.origin, back.checksum()),
        (Origin::Pack, dataset.checksum())
    );
}

#[test]
fn cifar10_is_what_numpy_reads() {
    let raw = official(&cifar10::ENTRY);
    let expected = reference("cifar10");
    for (part, expected) in pictures(&raw)
        .into_iter()
        .zip(expected["parts"].as_array().unwrap())
    {
        assert_eq!(part.rows() as f64, number(&expected["rows"]));
        let labels: Vec<Value> = part.labels()[..10]
            .iter()
            .map(|label| (*label).into())
            .collect();
        assert_eq!(Value::Array(labels), expected["labels"]);
        assert_eq!(sha256_hex(part.labels()), expected["labels_sha256"]);
        assert_eq!(sha256_hex(part.pixels()), expected["pixels_sha256"]);
    }
    let [train, test] = pictures(&raw);
    assert_eq!(train.class_counts(), [5000; 10]);
    assert_eq!(test.class_counts(), [1000; 10]);
    // 003-CIFAR-VIEW: number 100 is a ship.
    assert_eq!(f64::from(train.labels()[100]), number(&expected["ship"]));
    assert_eq!(cifar10::ENTRY.classes[8].en, "ship");
    // Photographs hardly shrink: 60,000 of them take 170 MB.
    let some = [train.slice(0..4_000), test.slice(0..500)].map(Result::unwrap);
    let [train, test] = some;
    packs(
        &Dataset::new("cifar10", train, test, Origin::Official),
        13_000_000,
    );
}

/// What 002-CIFAR-DEEP computes and 15.5 prints are the numbers of the training pictures.
#[test]
fn cifar10_has_the_moments_that_the_experiments_take_away() {
    let raw = official(&cifar10::ENTRY);
    let [train, _] = pictures(&raw);
    let expected = reference("cifar10");
    let [mean, sd] = moments(train.pixels().iter().copied());
    close(mean, &expected["mean"], "mean");
    close(sd, &expected["sd"], "sd");
    assert!((mean - 120.70757).abs() < 1e-5 && (sd - 64.15008).abs() < 1e-5);
    let printed = [(125.307, 62.9932), (122.95, 62.0887), (113.865, 66.7048)];
    for (channel, printed) in printed.into_iter().enumerate() {
        let planes = (0..train.rows()).map(|row| &train.row(row)[channel * 1024..][..1024]);
        let [mean, sd] = moments(planes.flatten().copied());
        close(mean, &expected["channel_mean"][channel], "channel mean");
        close(sd, &expected["channel_sd"][channel], "channel sd");
        assert!(
            (mean - printed.0).abs() < 6e-4 && (sd - printed.1).abs() < 2e-4,
            "{channel}"
        );
    }
}

#[test]
fn signs_are_what_scikit_image_makes_of_them() {
    let raw = official(&gtsrb::ENTRY);
    assert_eq!(raw.origin, Origin::Subset);
    let expected = reference("gtsrb");
    let [signs, test] = pictures(&raw);
    assert_eq!(
        (signs.rows() as f64, test.rows()),
        (number(&expected["rows"]), 0)
    );
    assert_eq!(signs.class_counts(), [72; 43]);
    assert_eq!(sha256_hex(signs.labels()), expected["labels_sha256"]);
    let groups = signs.groups().unwrap();
    assert_eq!(
        f64::from(groups[signs.rows() - 1] + 1),
        number(&expected["tracks"])
    );
    let bytes: Vec<u8> = groups
        .iter()
        .flat_map(|group| group.to_le_bytes())
        .collect();
    assert_eq!(sha256_hex(&bytes), expected["groups_sha256"]);
    let [mean, _] = moments(signs.pixels().iter().copied());
    assert!((mean - number(&expected["mean"])).abs() < 0.01, "{mean}");
    for some in expected["some"].as_array().unwrap() {
        let row = number(&some["row"]) as usize;
        assert_eq!(f64::from(signs.labels()[row]), number(&some["label"]));
        for (found, expected) in signs.row(row).iter().zip(some["light"].as_array().unwrap()) {
            let away = (f64::from(*found) - number(expected)).abs();
            assert!(away < 0.501, "row {row}: {found} {expected}");
        }
    }
    packs(&raw.prepare(&Preparation::default()).unwrap(), 4_000_000);
}

/// Split by track, no sign is on both sides; split by picture, nearly all are.
#[test]
fn a_split_by_track_does_not_leak() {
    let raw = official(&gtsrb::ENTRY);
    let data = raw.prepare(&Preparation::default()).unwrap();
    assert_eq!(data.data_shape().columns, ["track"]);
    let groups = data.train.groups().unwrap();
    let leaks = |split: &split::Split| {
        let own: std::collections::BTreeSet<u32> = split
            .train
            .iter()
            .map(|row| groups[*row as usize])
            .collect();
        let both = |row: &&u32| own.contains(&groups[**row as usize]);
        split.test.iter().filter(both).count() as f64 / split.test.len() as f64
    };
    let by_track = split::hold_out_groups(&groups, 0.25, 101).unwrap();
    assert_eq!(leaks(&by_track), 0.0);
    let share = by_track.test.len() as f64 / groups.len() as f64;
    assert!((0.2..0.3).contains(&share), "{share}");
    let by_picture = split::hold_out(groups.len(), 0.25, 101).unwrap();
    assert!(leaks(&by_picture) > 0.8, "{}", leaks(&by_picture));
    let fold = data.fold(&by_track).unwrap();
    assert_eq!(fold.train.rows() + fold.test.rows(), groups.len());
    assert_eq!(fold.test.groups().unwrap().len(), fold.test.rows());
}

/// The whole archive has 39,209 pictures; its shape is told without it.
#[test]
fn shapes_are_told_without_the_data() {
    let text = |name: &str, more: &str| {
        let words = "{ en = \"a\", zh = \"a\" }";
        format!(
            "id = \"x\"\nkind = \"look\"\nchapter = 1\ntitle = {words}\nintro = {words}\n[data]\nname = \"{name}\"\n{more}"
        )
    };
    let shape = |text: &str| official_shape(&fireside_spec::parse(text).unwrap().data).unwrap();
    let cifar10 = shape(&text("cifar10", ""));
    assert_eq!((cifar10.train_rows, cifar10.test_rows), (50_000, 10_000));
    assert_eq!(cifar10.row().to_string(), "32×32×3");
    let signs = shape(&text("gtsrb", "groups = \"track\""));
    assert_eq!(
        (signs.train_rows, signs.test_rows, signs.classes()),
        (39_209, 0, 43)
    );
    assert_eq!(signs.columns, ["track"]);
}
