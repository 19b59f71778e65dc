use super::*;

/// Three rows that Python 2.7.18 and NumPy 1.16.6 pickled: `{'labels': [6, 9, 4], 'data': arange(12) ...}`.
const PYTHON: &[u8] = include_bytes!("python2-batch.pickle");

#[test]
fn what_python_2_wrote_is_read() {
    let expected: Vec<u8> = (0..12).map(|i| i * 20).collect();
    assert_eq!(batch("p", PYTHON, 4), Ok((vec![6, 9, 4], &expected[..])));
    for rows in [0, 1, 2, 1000, 1001] {
        let labels: Vec<u8> = (0..rows).map(|row| (row % 10) as u8).collect();
        let pixels: Vec<u8> = (0..rows * 300).map(|i| i as u8).collect();
        let made = testing::batch(&labels, &pixels);
        assert_eq!(
            batch("p", &made, if rows == 0 { 0 } else { 300 }),
            Ok((labels, &pixels[..]))
        );
    }
    let three: Vec<u8> = (0..12).map(|i| i * 20).collect();
    let made = testing::batch(&[6, 9, 4], &three);
    let opcodes = |bytes: &[u8]| bytes.iter().filter(|b| **b == b'q').count();
    assert!(opcodes(&made) + 3 >= opcodes(PYTHON));
}

fn code(bytes: &[u8]) -> Result<Vec<u8>, &'static str> {
    let read = batch("p", bytes, 4);
    read.map(|(labels, _)| labels).map_err(|error| error.code())
}

#[test]
fn every_cut_and_every_damaged_byte_is_told_or_consistent() {
    for end in 0..PYTHON.len() {
        assert_eq!(code(&PYTHON[..end]), Err("wrong_form"), "{end}");
    }
    let mut refused = 0;
    for at in 0..PYTHON.len() {
        for flip in [1, 4, 0x80, 0xff] {
            let mut bad = PYTHON.to_vec();
            bad[at] ^= flip;
            match code(&bad) {
                Ok(labels) => assert_eq!(labels.len(), 3),
                Err(code) => {
                    assert!(["wrong_form", "length_mismatch"].contains(&code));
                    refused += 1;
                }
            }
        }
    }
    assert!(refused > 4 * PYTHON.len() / 2, "{refused}");
}

#[test]
fn programs_are_not_run_and_depth_is_no_recursion() {
    let begin = b"\x80\x02}q\x01(U\x04data";
    for evil in [
        &b"cos\nsystem\n(S'ls'\ntR."[..],
        b"c__builtin__\neval\nU\x011\x85R.",
        b"cnumpy.core.multiarray\n_reconstruct\ncos\nsystem\nK\0\x85U\x01b\x87R.",
        b"h\x07.",
        b"\x95\xff\xff\xff\xff\xff\xff\xff\xff.",
    ] {
        assert_eq!(code(&[begin, evil].concat()), Err("wrong_form"));
    }
    let deep = [&begin[..], &b"]q\x02(".repeat(100_000)].concat();
    assert_eq!(code(&deep), Err("wrong_form"));
    let long = [&begin[..], b"T\xff\xff\xff\xffx"].concat();
    assert_eq!(code(&long), Err("wrong_form"));
    assert_eq!(code(b"\x80\x04}."), Err("wrong_form"));
}
