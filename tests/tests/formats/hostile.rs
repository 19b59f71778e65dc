//! Damaged and hostile files end in an error, never in a panic, and take no more than their limits.

use crate::{all_values, file, network};
use fireside_formats::matching::{arrange, layers};
use fireside_formats::{FormatError, Limits, h5, npz};
use fireside_tests::dice::Dice;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

const H5: &[&str] = &[
    "keras2_weights.h5",
    "keras2_model.h5",
    "keras3.weights.h5",
    "keras3_parts.weights.h5",
];
const NPZ: &[&str] = &["named.npz", "listed.npz"];

const LIMITS: Limits = Limits {
    tensors: 100,
    bytes: 1 << 20,
};

type Values = Result<Vec<Vec<f32>>, FormatError>;

fn values(name: &str, bytes: Vec<u8>) -> Values {
    if name.ends_with(".h5") {
        h5::read(bytes, LIMITS)?.arrange(&network())
    } else {
        arrange(&network(), layers(npz::read(&bytes, LIMITS)?))
    }
}

fn code(values: Values) -> &'static str {
    values.map_or_else(|error| error.code(), |_| "fine")
}

/// Where the only copy of some bytes lies.
fn find(bytes: &[u8], wanted: &[u8]) -> usize {
    let mut places = bytes
        .windows(wanted.len())
        .enumerate()
        .filter(|(_, window)| *window == wanted);
    let (place, _) = places.next().expect("the bytes");
    assert!(places.next().is_none(), "{wanted:?} is there twice");
    place
}

fn le(values: &[f32]) -> Vec<u8> {
    values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect()
}

/// Every kind of damage has its own error, which names the tensor.
#[test]
fn damage_is_named() {
    let good = file("keras2_weights.h5");
    let kernel = &all_values(&network())[6];
    let at = find(&good, &le(kernel));
    let mut nan = good.clone();
    nan[at + 20..at + 24].copy_from_slice(&f32::NAN.to_le_bytes());
    let name = "dense_1/kernel".to_owned();
    let sick = FormatError::NotFinite { name, at: 5 };
    assert_eq!(values("x.h5", nan), Err(sick));

    // The shape of dense_1/kernel in its dataspace message: rank 2, 18 and 3.
    let shape: Vec<u8> = [18u64, 3, 18, 3]
        .iter()
        .flat_map(|n| n.to_le_bytes())
        .collect();
    let at = find(&good, &shape);
    let mut turned = good.clone();
    for (place, axis) in [3u64, 18, 3, 18].into_iter().enumerate() {
        turned[at + 8 * place..at + 8 * place + 8].copy_from_slice(&axis.to_le_bytes());
    }
    let wrong = FormatError::WrongShape {
        name: "dense_1/kernel".into(),
        expected: "(18, 3)".into(),
        found: "(3, 18)".into(),
    };
    assert_eq!(values("x.h5", turned), Err(wrong));
    let mut huge = good.clone();
    huge[at + 6] = 1;
    huge[at + 22] = 1;
    assert_eq!(code(values("x.h5", huge)), "foreign_too_large");
    let mut other = good.clone();
    other[at] = 17;
    other[at + 16] = 17;
    assert_eq!(code(values("x.h5", other)), "foreign_damaged_tensor");

    // The attribute names a weight that is not there.
    let at = good
        .windows(16)
        .position(|window| window == b"dense_2/kernel:0");
    let mut renamed = good.clone();
    renamed[at.expect("a name") + 8] = b'x';
    let name = "dense_2/dense_2/xernel:0".into();
    assert_eq!(
        values("x.h5", renamed),
        Err(FormatError::MissingTensor { name })
    );

    let at = find(&good, b"2.0.8");
    for (version, expected) in [(b"1.2.2", "foreign_wrong_version"), (b"2.3.1", "fine")] {
        let mut aged = good.clone();
        aged[at..at + 5].copy_from_slice(version);
        assert_eq!(code(values("x.h5", aged)), expected);
    }
    let mut future = good.clone();
    future[8] = 9;
    assert_eq!(code(values("x.h5", future)), "foreign_wrong_version");
    for bytes in [&b""[..], b"PK", b"not an HDF5 file", &good[..100]] {
        assert_eq!(code(values("x.h5", bytes.to_vec())), "foreign_unreadable");
    }
    // An HDF5 file, but not of Keras's: the groups' names and attributes are gone.
    let mut bare = good;
    let at = find(&bare, b"layer_names");
    bare[at] = b'x';
    assert_eq!(code(values("x.h5", bare)), "foreign_unsupported");
}

#[test]
fn archives_are_read_within_their_limits() {
    let read = |name: &str, limits| npz::read(&file(name), limits);
    let bomb = Limits {
        bytes: 1 << 16,
        ..LIMITS
    };
    let refused = read("bomb.npz", bomb).map_err(|error| error.code());
    assert_eq!(refused, Err("foreign_too_large"));
    let few = Limits {
        tensors: 9,
        ..LIMITS
    };
    for name in NPZ {
        let refused = read(name, few).map_err(|error| error.code());
        assert_eq!(refused, Err("foreign_too_large"), "{name}");
    }
    let refused = h5::read(file("keras3.weights.h5"), few).map_err(|error| error.code());
    assert_eq!(refused, Err("foreign_too_large"));
    let small = Limits {
        bytes: 300,
        ..LIMITS
    };
    let refused = h5::read(file("keras3.weights.h5"), small).map_err(|error| error.code());
    assert_eq!(refused, Err("foreign_too_large"));
    let name = "words".into();
    let found = "values of type \"|O\"".into();
    let refused = read("pickled.npz", LIMITS);
    assert_eq!(refused, Err(FormatError::WrongType { name, found }));
    // One flipped bit of a value shows in the archive's checksum.
    let mut flipped = file("named.npz");
    let at = find(&flipped, &le(&all_values(&network())[0][..1]).repeat(1));
    flipped[at] ^= 1;
    let refused = npz::read(&flipped, LIMITS).map_err(|error| error.code());
    assert_eq!(refused, Err("foreign_damaged_tensor"));
}

#[test]
fn truncated_files_are_refused() {
    for name in H5.iter().chain(NPZ) {
        let whole = file(name);
        for part in 0..200 {
            let end = whole.len() * part / 200;
            assert_ne!(
                code(values(name, whole[..end].to_vec())),
                "fine",
                "{name} {end}"
            );
        }
    }
}

/// Bits, bytes, addresses and lengths are thrown about: any answer is right that comes soon.
#[test]
fn mutations_end_in_an_answer() {
    let mut codes = BTreeSet::new();
    let started = Instant::now();
    let mut slowest = Duration::ZERO;
    for (seed, name) in H5.iter().chain(NPZ).enumerate() {
        let whole = file(name);
        for case in 0..1500 {
            let mut dice = Dice::new(seed as u32, case);
            let mut bytes = whole.clone();
            for _ in 0..=dice.throw(5) {
                mutate(&mut bytes, &mut dice);
            }
            let before = Instant::now();
            codes.insert(code(values(name, bytes)));
            slowest = slowest.max(before.elapsed());
        }
    }
    println!("{codes:?} in {:?}, slowest {slowest:?}", started.elapsed());
    assert!(slowest < Duration::from_secs(5), "{slowest:?}");
    for code in [
        "fine",
        "foreign_unreadable",
        "foreign_missing_tensor",
        "foreign_damaged_tensor",
    ] {
        assert!(codes.contains(code), "{codes:?}");
    }
}

fn mutate(bytes: &mut [u8], dice: &mut Dice) {
    let length = bytes.len();
    // Most of a file of HDF5 is zero; what is not says more.
    let mut at = dice.throw(length);
    for _ in 0..20 {
        if !matches!(bytes[at], 0 | 0xff) {
            break;
        }
        at = dice.throw(length);
    }
    let word = match dice.throw(5) {
        0 => {
            bytes[at] ^= 1 << dice.throw(8);
            return;
        }
        1 => {
            bytes[at] = dice.throw(256) as u8;
            return;
        }
        2 => [0xff; 8],
        3 => (dice.throw(length) as u64).to_le_bytes(),
        _ => {
            let from = dice.throw(length.saturating_sub(8));
            let mut word = [0; 8];
            word.copy_from_slice(&bytes[from..from + 8]);
            word
        }
    };
    for (place, byte) in bytes[at..].iter_mut().zip(word) {
        *place = byte;
    }
}
