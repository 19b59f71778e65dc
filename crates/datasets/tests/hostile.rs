//! Hostile packs and manifests, and thousands of damaged inputs: always an error or consistent data, never
//! a panic.

use fireside_datasets::checksum::sha256_hex;
use fireside_datasets::{
    DataError, Dataset, Manifest, NamedFile, PackReader, Part, digits, gz, idx, mnist, write_pack,
};
use fireside_spec::random::{Purpose, Stream};
use serde_json::{Value, json};

type Files = Vec<(String, Vec<u8>)>;

fn small_pack() -> (Dataset, Files) {
    let dataset = digits::sample(5, 650, 20);
    let pack = write_pack(&dataset).unwrap();
    (dataset, pack)
}

fn read_pack(files: &Files) -> Result<Dataset, DataError> {
    let mut reader = PackReader::new(&files[0].1)?;
    for (name, bytes) in &files[1..] {
        reader.add(name, bytes)?;
    }
    reader.finish()
}

#[test]
fn files_may_come_in_any_order_and_again_after_an_error() {
    let (dataset, files) = small_pack();
    let mut reader = PackReader::new(&files[0].1).unwrap();
    let mut code = |name: &str, bytes: &[u8]| reader.add(name, bytes).map_err(|e| e.code());
    let last = files.last().unwrap();
    assert_eq!(code("stranger.gz", b"x"), Err("pack_unknown_file"));
    assert_eq!(code("../../etc/passwd", b"x"), Err("pack_unknown_file"));
    assert_eq!(code(&last.0, &last.1[1..]), Err("pack_length"));
    assert_eq!(code(&last.0, &[]), Err("pack_length"));
    let mut damaged = last.1.clone();
    damaged[20] ^= 4;
    assert_eq!(code(&last.0, &damaged), Err("pack_checksum"));
    for (name, bytes) in files[1..].iter().rev() {
        assert_eq!(code(name, bytes), Ok(()));
        assert_eq!(code(name, bytes), Ok(()), "a second time changes nothing");
    }
    assert_eq!(reader.rows_ready(Part::Train), 650);
    assert_eq!(reader.rows_ready(Part::Test), 20);
    let back = reader.finish().unwrap();
    assert!(back.train == dataset.train && back.test == dataset.test);
    assert_eq!(back.checksum(), dataset.checksum());
}

#[test]
fn gaps_are_not_ready_and_incomplete_packs_are_not_finished() {
    let (_, files) = small_pack();
    let name = |start: &str| {
        files
            .iter()
            .find(|(name, _)| name.starts_with(start))
            .unwrap()
    };
    let mut reader = PackReader::new(&files[0].1).unwrap();
    let second = name("train-001");
    reader.add(&second.0, &second.1).unwrap();
    assert_eq!(reader.rows_ready(Part::Train), 0);
    let first = name("train-000");
    reader.add(&first.0, &first.1).unwrap();
    assert_eq!(reader.rows_ready(Part::Train), 0, "no labels yet");
    assert!(reader.get(Part::Train, 0).is_none());
    let labels = name("train-labels");
    reader.add(&labels.0, &labels.1).unwrap();
    assert_eq!(reader.rows_ready(Part::Train), 650);
    let error = reader.finish().unwrap_err();
    assert_eq!(error.code(), "pack_incomplete");
    assert!(error.args()["missing"].contains("test-labels"), "{error}");
}

#[test]
fn every_lie_of_a_manifest_is_told() {
    let (_, files) = small_pack();
    let honest: Value = serde_json::from_slice(&files[0].1).unwrap();
    let second = honest["train"]["shards"][1]["file"].clone();
    let sha = honest["train"]["shards"][0]["sha256"].as_str().unwrap();
    let named = |name: &str| json!(format!("{name}{}", &sha[..8]));
    let cases: Vec<(&str, Value, &str)> = vec![
        ("/format", json!(2), "format"),
        ("/format", json!(-1), "json"),
        ("/name", json!("../mnist"), "name"),
        ("/name", json!(""), "name"),
        ("/origin", json!("elsewhere"), "json"),
        ("/title/en", json!("x".repeat(501)), "text"),
        ("/checksum", json!("abc"), "checksum"),
        ("/classes", json!([]), "classes"),
        ("/channels", json!(2), "channels"),
        ("/height", json!(0), "height"),
        ("/width", json!(u32::MAX), "width"),
        ("/width", json!(27), "train.shards[0].raw_bytes"),
        ("/train/rows", json!(0), "train.rows"),
        ("/train/rows", json!(u32::MAX), "rows"),
        ("/train/rows", json!(u64::MAX), "json"),
        ("/train/rows", json!(651), "train.labels.rows"),
        ("/train/shards", json!([]), "train.shards.rows"),
        ("/train/labels/raw_bytes", json!(651), "train.labels.rows"),
        ("/train/shards/0/rows", json!(0), "train.shards[0].rows"),
        (
            "/train/shards/0/rows",
            json!(599),
            "train.shards[0].raw_bytes",
        ),
        (
            "/train/shards/0/raw_bytes",
            json!(u32::MAX),
            "train.shards[0].raw_bytes",
        ),
        (
            "/train/shards/0/bytes",
            json!(u32::MAX),
            "train.shards[0].bytes",
        ),
        ("/train/shards/0/bytes", json!(0), "train.shards[0].bytes"),
        (
            "/train/shards/0/sha256",
            json!("é".repeat(32)),
            "train.shards[0].sha256",
        ),
        ("/train/shards/0/file", second, "train.shards[0].file"),
        ("/train/shards/0/file", named("../"), "train.shards[0].file"),
        ("/train/shards/0/file", named("/"), "train.shards[0].file"),
        ("/train/shards/0/file", named("a\\"), "train.shards[0].file"),
        (
            "/train/shards/0/file",
            named("a%2f"),
            "train.shards[0].file",
        ),
        ("/train/shards/0/file", named(".."), "train.shards[0].file"),
        (
            "/train/shards/0/file",
            json!("train-000.gz"),
            "train.shards[0].file",
        ),
        (
            "/test/labels/file",
            json!("manifest.json"),
            "test.labels.file",
        ),
    ];
    for (place, value, field) in cases {
        let mut lie = honest.clone();
        *lie.pointer_mut(place).unwrap() = value.clone();
        let error = Manifest::parse(lie.to_string().as_bytes()).unwrap_err();
        assert_eq!(error.code(), "pack_manifest", "{place} {value}");
        assert_eq!(error.args()["field"], field, "{place} {value}");
    }
    // The same shard twice.
    let mut twice = honest.clone();
    twice["train"]["shards"][1] = honest["train"]["shards"][0].clone();
    let error = Manifest::parse(twice.to_string().as_bytes()).unwrap_err();
    assert_eq!(error.args()["field"], "train.shards[1].file");

    let code = |bytes: &[u8]| Manifest::parse(bytes).unwrap_err().code();
    assert_eq!(code(b""), "empty_file");
    assert_eq!(code(b"<!doctype html><title>404</title>"), "foreign_file");
    assert_eq!(code(b"%PDF-1.7"), "foreign_file");
    assert_eq!(code(b"{}"), "pack_manifest");
    assert_eq!(code("[".repeat(100_000).as_bytes()), "pack_manifest");
    assert_eq!(code(&vec![b' '; 2 << 20]), "pack_manifest");
}

/// Replaces a shard's content and makes the manifest agree with it, as a hostile packer would.
fn forge(files: &Files, start: &str, place: &str, packed: Vec<u8>) -> Files {
    let mut files = files.clone();
    let index = files.iter().position(|(name, _)| name.starts_with(start));
    let index = index.unwrap();
    let sha256 = sha256_hex(&packed);
    let name = format!("{start}.{}.gz", &sha256[..8]);
    let mut manifest: Value = serde_json::from_slice(&files[0].1).unwrap();
    let shard = manifest.pointer_mut(place).unwrap();
    shard["file"] = json!(name);
    shard["bytes"] = json!(packed.len());
    shard["sha256"] = json!(sha256);
    files[0].1 = manifest.to_string().into_bytes();
    files[index] = (name, packed);
    files
}

#[test]
fn a_forged_shard_with_the_right_checksum_is_still_judged() {
    let (_, files) = small_pack();
    let code = |start, place, packed| {
        read_pack(&forge(&files, start, place, packed))
            .map(|_| ())
            .map_err(|e| e.code())
    };
    let (pixels, labels) = ("/train/shards/0", "/train/labels");
    let bomb = gz::gzip(&vec![0; 20 << 20]);
    assert_eq!(code("train-000", pixels, bomb), Err("gz_bomb"));
    let short = gz::gzip(&vec![0; 600 * 784 - 1]);
    assert_eq!(code("train-000", pixels, short), Err("pack_length"));
    let plain = vec![7; 600 * 784];
    assert_eq!(code("train-000", pixels, plain), Err("gz_corrupt"));
    let mut cut = gz::gzip(&vec![0; 600 * 784]);
    cut.truncate(cut.len() - 9);
    assert_eq!(code("train-000", pixels, cut), Err("gz_truncated"));
    let foreign = gz::gzip(&[10; 650]);
    assert_eq!(
        code("train-labels", labels, foreign),
        Err("label_out_of_range")
    );
    let honest = gz::gzip(&[9; 650]);
    assert_eq!(code("train-labels", labels, honest), Ok(()));
}

/// Damages bytes in one of several ways.
fn mutate(bytes: &[u8], dice: &mut impl FnMut(usize) -> usize) -> Vec<u8> {
    let mut out = bytes.to_vec();
    for _ in 0..=dice(3) {
        if out.is_empty() {
            return out;
        }
        // Headers are where the lies are: half of the damage is done there.
        let span = if dice(2) == 0 {
            out.len().min(40)
        } else {
            out.len()
        };
        let at = dice(span);
        match dice(7) {
            0 => out[at] ^= 1 << dice(8),
            1 => out[at] = dice(256) as u8,
            2 => out[at] = [0, 255, 127, 128, b'9', b'"'][dice(6)],
            3 => out.truncate(at),
            4 => out.insert(at, dice(256) as u8),
            5 => drop(out.remove(at)),
            _ => {
                let end = (at + 1 + dice(16)).min(out.len());
                let copy = out[at..end].to_vec();
                out.splice(at..at, copy);
            }
        }
    }
    out
}

/// An error must have words, a code, and arguments without holes.
fn judge<T>(result: Result<T, DataError>, refused: &mut usize) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(error) => {
            *refused += 1;
            assert!(!error.code().is_empty() && !error.to_string().is_empty());
            assert!(!error.args().is_empty(), "{error:?}");
            None
        }
    }
}

fn judge_dataset(dataset: &Dataset) {
    for part in [&dataset.train, &dataset.test] {
        let part = part.pictures().unwrap();
        assert_eq!(part.pixels().len(), part.rows() * part.shape().bytes());
        assert_eq!(part.labels().len(), part.rows());
        assert!(
            part.labels()
                .iter()
                .all(|l| usize::from(*l) < part.classes())
        );
    }
}

#[test]
fn thousands_of_damaged_inputs_do_no_harm() {
    let stream = Stream::new(20_26, Purpose::Sample, 99, 0);
    let mut element = 0;
    let mut dice = |below: usize| {
        element += 1;
        ((u64::from(stream.word(element)) * below as u64) >> 32) as usize
    };
    let sample = digits::sample(5, 12, 7);
    let [train, test] = [&sample.train, &sample.test].map(|part| part.pictures().unwrap());
    let members = [
        idx::write(&[12, 28, 28], train.pixels()),
        idx::write(&[12], train.labels()),
        idx::write(&[7, 28, 28], test.pixels()),
        idx::write(&[7], test.labels()),
    ];
    let packed: Vec<_> = members.iter().map(|m| gz::gzip(m)).collect();
    let pack = write_pack(&sample).unwrap();
    let rounds = 3000;
    let (mut idx_refused, mut mnist_refused, mut pack_refused) = (0, 0, 0);
    let (mut manifest_refused, mut forged_refused) = (0, 0);
    for _ in 0..rounds {
        // idx, plain and packed, alone and as one of the four.
        let which = dice(4);
        let source = if dice(2) == 0 {
            &members
        } else {
            packed.as_slice().try_into().unwrap()
        };
        let damaged = mutate(&source[which], &mut dice);
        if let Some(idx) = judge(idx::read("x", &damaged), &mut idx_refused) {
            let product: usize = idx.dims.iter().map(|d| *d as usize).product();
            assert_eq!(idx.data.len(), product);
        }
        let mut files: Vec<_> = members
            .iter()
            .map(|m| NamedFile {
                name: "m",
                bytes: m,
            })
            .collect();
        files[which].bytes = &damaged;
        if let Some(dataset) = judge(mnist::read(&files), &mut mnist_refused) {
            judge_dataset(&dataset);
        }

        // A damaged manifest; a damaged file of a pack.
        let mut files = pack.clone();
        files[0].1 = mutate(&pack[0].1, &mut dice);
        if let Some(dataset) = judge(read_pack(&files), &mut manifest_refused) {
            judge_dataset(&dataset);
        }
        let which = 1 + dice(pack.len() - 1);
        let mut files = pack.clone();
        files[which].1 = mutate(&pack[which].1, &mut dice);
        if files != pack {
            let none = judge(read_pack(&files), &mut pack_refused);
            assert!(none.is_none(), "a damaged file passed its checksum");
        }

        // The same, the manifest forged to agree.
        let damaged = mutate(&pack[2].1, &mut dice);
        if !damaged.is_empty() {
            let files = forge(&pack, "train-000", "/train/shards/0", damaged);
            if let Some(dataset) = judge(read_pack(&files), &mut forged_refused) {
                judge_dataset(&dataset);
            }
        }
    }
    // The loop must have reached both ends: refused and passed.
    for refused in [idx_refused, mnist_refused, manifest_refused, forged_refused] {
        assert!(refused > rounds / 4 && refused < rounds, "{refused}");
    }
    assert!(pack_refused > rounds * 9 / 10, "{pack_refused}");
}
