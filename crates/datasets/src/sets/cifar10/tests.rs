use super::*;
use crate::dataset::Origin;
use crate::gz;
use crate::tar::testing::archive;

/// Labels and pixels of a batch.
fn rows(batch: usize, count: usize) -> (Vec<u8>, Vec<u8>) {
    let labels = (0..count).map(|row| ((batch + row) % 10) as u8).collect();
    let pixels = (0..count * PICTURE).map(|at| (at * 7 + batch) as u8);
    (labels, pixels.collect())
}

fn binary(batch: usize, count: usize) -> Vec<u8> {
    let (labels, pixels) = rows(batch, count);
    let records = labels.iter().zip(pixels.chunks_exact(PICTURE));
    records
        .flat_map(|(label, pixels)| [&[*label], pixels].concat())
        .collect()
}

fn python(batch: usize, count: usize) -> Vec<u8> {
    let (labels, pixels) = rows(batch, count);
    pickle::testing::batch(&labels, &pixels)
}

/// An archive of these batches in this order; the official ones have more beside them, too.
fn packed(suffix: &str, batches: &[usize], content: impl Fn(usize) -> Vec<u8>) -> Vec<u8> {
    let name = |batch: &usize| format!("cifar-10-batches/{}{suffix}", BATCHES[*batch]);
    let names: Vec<String> = batches.iter().map(name).collect();
    let contents: Vec<Vec<u8>> = batches.iter().map(|batch| content(*batch)).collect();
    let mut members: Vec<(&str, &[u8])> = vec![
        ("cifar-10-batches/", b""),
        ("cifar-10-batches/batches.meta", b"names"),
    ];
    let own = names.iter().zip(&contents);
    members.extend(own.map(|(name, content)| (&name[..], &content[..])));
    archive(&members)
}

fn read_one(bytes: &[u8]) -> Result<Raw, DataError> {
    read(&[NamedFile { name: "f", bytes }])
}

fn code(bytes: &[u8]) -> &'static str {
    read_one(bytes).map(|_| ()).unwrap_err().code()
}

#[test]
fn both_archives_hold_the_same_in_the_batches_order() {
    let of_binary = packed(".bin", &[0, 2, 3, 5, 4, 1], |batch| binary(batch, 2));
    let of_python = packed("", &[5, 4, 3, 2, 1, 0], |batch| python(batch, 2));
    let raw = read_one(&gz::gzip(&of_binary)).unwrap();
    assert_eq!(raw.origin, Origin::Unverified);
    let Content::Pictures { train, test } = &raw.content else {
        panic!("no pictures");
    };
    assert_eq!(train.labels(), [0, 1, 1, 2, 2, 3, 3, 4, 4, 5]);
    assert_eq!(test.labels(), [5, 6]);
    assert_eq!((train.rows(), test.rows(), train.shape()), (10, 2, SHAPE));
    assert_eq!(train.row(6), &rows(3, 2).1[..PICTURE]);
    for bytes in [of_binary, of_python.clone(), gz::gzip(&of_python)] {
        assert_eq!(read_one(&bytes).unwrap().checksum, raw.checksum);
    }
}

#[test]
fn what_is_wrong_with_an_archive_is_told() {
    let all: Vec<usize> = (0..6).collect();
    assert_eq!(code(b""), "empty_file");
    assert_eq!(code(b"PK\x03\x04 a zip"), "foreign_file");
    assert_eq!(read(&[]).unwrap_err().code(), "missing_parts");
    let good = packed(".bin", &all, |batch| binary(batch, 2));
    let twice = ["a", "b"].map(|name| NamedFile { name, bytes: &good });
    assert_eq!(read(&twice).unwrap_err().code(), "duplicate_part");
    let missing = read_one(&packed(".bin", &[0, 1, 3, 5], |batch| binary(batch, 2)));
    assert_eq!(
        missing.unwrap_err().args()["missing"],
        "data_batch_3, data_batch_5"
    );
    let again = packed("", &[0, 0, 1, 2, 3, 4, 5], |batch| python(batch, 2));
    assert_eq!(code(&again), "duplicate_part");
    let uneven = packed(".bin", &all, |batch| binary(batch, 2 + batch / 3));
    assert_eq!(code(&uneven), "row_count");
    assert_eq!(code(&packed(".bin", &all, |_| Vec::new())), "row_count");
    let half = packed(".bin", &all, |_| vec![0; 4000]);
    assert_eq!(code(&half), "wrong_form");
    let label = packed(".bin", &all, |_| vec![10; 3073]);
    assert_eq!(code(&label), "label_out_of_range");
    let evil = packed("", &all, |_| b"\x80\x02cos\nsystem\n(S'ls'\ntR.".to_vec());
    assert_eq!(code(&evil), "wrong_form");
    // A header alone that claims 10,000 rows.
    let claimed = archive(&[("data_batch_1.bin", &vec![0; 30_730_000])]);
    let lie = [&claimed[..512], &good[..]].concat();
    assert_eq!(code(&lie), "gz_truncated");
    for end in (513..good.len() - 1024).step_by(1777) {
        let code = code(&good[..end]);
        let known = ["gz_truncated", "missing_parts", "wrong_form"];
        assert!(known.contains(&code), "{end} {code}");
    }
}
