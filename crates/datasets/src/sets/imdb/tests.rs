use super::*;
use crate::npy::testing::{integers, lists};
use crate::raw::Content;
use crate::zip::testing::archive;

fn npz(train: &[Vec<u32>], labels: &[i64]) -> Vec<u8> {
    let test = [vec![3], vec![2]];
    archive(
        &[
            ("x_test.npy", &lists(&test)),
            ("x_train.npy", &lists(train)),
            ("y_train.npy", &integers(labels)),
            ("y_test.npy", &integers(&[1, 0])),
        ],
        true,
    )
}

fn read_all(files: &[&[u8]]) -> Result<Raw, &'static str> {
    let files: Vec<_> = files
        .iter()
        .map(|bytes| NamedFile { name: "f", bytes })
        .collect();
    read(&files).map_err(|error| error.code())
}

const INDEX: &[u8] = br#"{"film": 3, "the": 1, "and": 2}"#;

#[test]
fn archive_and_index_are_told_apart_and_shuffled_as_keras_does() {
    let train: Vec<Vec<u32>> = (0..10)
        .map(|row| vec![row % 3 + 1; row as usize + 1])
        .collect();
    let labels: Vec<i64> = (0..10).map(|row| row % 2).collect();
    let bytes = npz(&train, &labels);
    let raw = read_all(&[INDEX, &bytes]).unwrap();
    let Content::Reviews(reviews) = &raw.content else {
        panic!("no reviews");
    };
    assert_eq!(reviews.words, ["the", "and", "film"]);
    // numpy 2.4.6: RandomState(113).shuffle(arange(10)) and RandomState(226).shuffle(arange(2)).
    let lengths: Vec<usize> = reviews.train.texts().iter().map(<[u32]>::len).collect();
    let order = [9, 3, 6, 1, 0, 7, 4, 8, 2, 5].map(|row| row + 1);
    assert_eq!(lengths, order);
    let labels: Vec<usize> = reviews
        .train
        .labels()
        .iter()
        .map(|l| usize::from(*l))
        .collect();
    assert_eq!(labels, [9, 3, 6, 1, 0, 7, 4, 8, 2, 5].map(|row| row % 2));
    assert_eq!(reviews.test.texts().row(0), [2]);
    let plain = read_all(&[&bytes]).unwrap();
    assert_eq!(plain.checksum, raw.checksum);
}

#[test]
fn what_is_wrong_with_the_files_is_told() {
    let good = npz(&[vec![1, 2], vec![3]], &[1, 0]);
    let code = |files: &[&[u8]]| read_all(files).map(|_| ()).unwrap_err();
    assert!(read_all(&[&good, INDEX]).is_ok());
    assert_eq!(code(&[]), "missing_parts");
    assert_eq!(code(&[INDEX]), "missing_parts");
    assert_eq!(code(&[&good, &good]), "duplicate_part");
    assert_eq!(code(&[&good, INDEX, INDEX]), "duplicate_part");
    assert_eq!(code(&[&good, b""]), "empty_file");
    assert_eq!(code(&[&good, b"plain text, nothing else"]), "foreign_file");
    assert_eq!(code(&[&good, b"\x00\x01\x02\x03"]), "wrong_form");
    assert_eq!(code(&[&good, b"{\"the\": 1, \"and\": 1}"]), "wrong_form");
    assert_eq!(code(&[&good, b"{\"the\": 0}"]), "wrong_form");
    assert_eq!(code(&[&good, b"{\"the\": -1}"]), "wrong_form");
    assert_eq!(code(&[&good, b"{\"the\": 1, \"and\": 2"]), "wrong_form");
    assert_eq!(code(&[&good, b"[1, 2, 3]"]), "wrong_form");
    // A rank that is not in the index, and rank 0.
    assert_eq!(
        code(&[&npz(&[vec![4], vec![1]], &[1, 0]), INDEX]),
        "token_out_of_range"
    );
    assert_eq!(
        code(&[&npz(&[vec![0], vec![1]], &[1, 0])]),
        "token_out_of_range"
    );
    assert_eq!(
        code(&[&npz(&[vec![1], vec![1]], &[1, 2])]),
        "label_out_of_range"
    );
    assert_eq!(
        code(&[&npz(&[vec![1], vec![1]], &[1, -1])]),
        "label_out_of_range"
    );
    assert_eq!(code(&[&npz(&[vec![1], vec![1]], &[1])]), "length_mismatch");
    let short = archive(&[("x_train.npy", &lists(&[vec![1]]))], true);
    assert_eq!(code(&[&short]), "missing_parts");
    let bomb = archive(&[("x_train.npy", &vec![0; MAX_MEMBER + 1])], true);
    assert_eq!(code(&[&bomb]), "gz_bomb");
}

#[test]
fn damaged_archives_do_no_harm() {
    let good = npz(&[vec![1, 2, 300], vec![3], vec![]], &[1, 0, 1]);
    for end in 0..good.len() {
        assert!(read_all(&[&good[..end]]).is_err(), "{end}");
    }
    let mut refused = 0;
    for at in 0..good.len() {
        for flip in [1, 0x10, 0xff] {
            let mut bad = good.clone();
            bad[at] ^= flip;
            refused += usize::from(read_all(&[&bad]).is_err());
        }
    }
    assert!(
        refused * 2 > good.len() * 3,
        "{refused} of {}",
        good.len() * 3
    );
}
