use super::*;

const PLAIN: Hand = Hand {
    font: 0,
    shear: 0.0,
    scale: 1.0,
    noise: 0.0,
};
const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// Every way of drawing.
fn hands() -> impl Iterator<Item = Hand> {
    (0..COUNT * 16 * 3).map(|at| Hand {
        font: at % COUNT,
        shear: (at / COUNT % 16) as f32 * 0.05,
        scale: 0.9 + (at / COUNT / 16) as f32 * 0.1,
        noise: 0.0,
    })
}

#[test]
fn angles_are_turned_as_the_library_does() {
    for step in 0..=750_u16 {
        let angle = f32::from(step) * 0.001;
        let [sine, cosine] = turned(angle);
        assert!((sine - angle.sin()).abs() < 3e-7, "{angle}");
        assert!((cosine - angle.cos()).abs() < 3e-7, "{angle}");
    }
}

#[test]
fn every_word_falls_into_its_letters_in_every_font_at_every_shear_and_scale() {
    for hand in hands() {
        for start in 0..26 {
            let word: Vec<u8> = (0..LONGEST)
                .map(|i| ALPHABET[(start + 7 * i) % 26])
                .collect();
            let picture = super::word(std::str::from_utf8(&word).unwrap(), hand, 1);
            let pieces = picture.pieces();
            assert_eq!(pieces.len(), LONGEST, "{hand:?} {start}");
            // From left to right they are what the letters are alone: nothing of a neighbour is cut along, all is in.
            for (letter, piece) in word.iter().zip(&pieces).step_by(4) {
                let alone = super::word(&char::from(*letter).to_string(), hand, 1);
                let own = alone.pieces();
                assert_eq!(own.len(), 1, "{hand:?} {}", char::from(*letter));
                let size = |r: &Region| [r[2] - r[0], r[3] - r[1]];
                let (a, b) = (size(piece), size(&own[0]));
                assert!(
                    a[0].abs_diff(b[0]) <= 2 && a[1].abs_diff(b[1]) <= 2,
                    "{hand:?} {a:?} {b:?}"
                );
            }
        }
    }
}

#[test]
fn letters_lean_as_scikit_image_shears_them() {
    // A block I is a bar of 4 x 19 pixels from (1, 1.5); its lower end moves by the sine of its new height.
    let bar = |shear: f32| {
        let picture = super::word("I", Hand { shear, ..PLAIN }, 1);
        picture.pieces()[0]
    };
    assert_eq!(bar(0.0), [1, 1, 5, 21]);
    let [left, top, right, bottom] = bar(0.5).map(|side| side as f32);
    let (sine, cosine) = 0.5_f32.sin_cos();
    let moved = |x: f32, y: f32| [x + sine * y / cosine, y / cosine];
    let [upper, lower] = [moved(1.0, 1.5), moved(5.0, 20.5)];
    let pairs = [left, top, right, bottom]
        .into_iter()
        .zip([upper, lower].concat());
    for (found, expected) in pairs {
        assert!((found - expected).abs() <= 1.0, "{found} {expected}");
    }
}

#[test]
fn fonts_are_clearly_different_and_letters_are_too() {
    let cut = |font: usize, letter: u8| {
        let picture = super::word(&char::from(letter).to_string(), Hand { font, ..PLAIN }, 1);
        picture.cut(picture.pieces()[0])
    };
    let apart = |a: &[u8], b: &[u8]| {
        let sum: u32 = a
            .iter()
            .zip(b)
            .map(|(a, b)| u32::from(a.abs_diff(*b)))
            .sum();
        f64::from(sum) / 400.0 / 255.0
    };
    // An upright I is nothing but ink, whoever draws it without serifs.
    for letter in ALPHABET.iter().filter(|letter| **letter != b'I') {
        for (one, other) in [(0, 1), (0, 2), (1, 2)] {
            let distance = apart(&cut(one, *letter), &cut(other, *letter));
            assert!(
                distance > 0.08,
                "{} {one} {other} {distance}",
                char::from(*letter)
            );
        }
    }
    for font in 0..COUNT {
        for (at, letter) in ALPHABET.iter().enumerate() {
            for other in &ALPHABET[at + 1..] {
                let distance = apart(&cut(font, *letter), &cut(font, *other));
                assert!(distance > 0.02, "{font} {letter} {other} {distance}");
            }
        }
    }
}

#[test]
fn regions_have_four_neighbours_and_dust_is_none() {
    // Two blocks of 4 x 3 that meet at a corner only, and a speck.
    let mut pixels = vec![0; 12 * 8];
    for (x, y) in (0..4).flat_map(|x| (0..3).map(move |y| (x, y))) {
        pixels[(y + 3) * 12 + x] = 255;
        pixels[y * 12 + x + 4] = 52;
    }
    pixels[7 * 12 + 11] = 255;
    // Not brighter than 0.2.
    pixels[72..84].fill(51);
    let picture = Picture {
        width: 12,
        height: 8,
        pixels,
    };
    assert_eq!(picture.regions(), [[4, 0, 8, 3], [0, 3, 4, 6]]);
    assert_eq!(picture.pieces(), [[0, 3, 4, 6], [4, 0, 8, 3]]);
}

#[test]
fn a_region_is_interpolated_to_its_new_size() {
    let pixels = (0..40 * 40).map(|at| (at % 40 * 6) as u8).collect();
    let picture = Picture {
        width: 40,
        height: 40,
        pixels,
    };
    // Half the size: the mean of two neighbours, in every row.
    let cut = picture.cut([0, 0, 40, 40]);
    let expected: Vec<u8> = (0..20).map(|x| (12 * x + 3) as u8).collect();
    assert!(cut.chunks(20).all(|row| row == expected), "{cut:?}");
    // One pixel fills the whole.
    assert_eq!(picture.cut([3, 5, 4, 6]), [18; 400]);
}

#[test]
fn other_texts_and_numbers_do_no_harm() {
    let noise = Hand {
        noise: f32::INFINITY,
        shear: f32::NAN,
        scale: f32::NEG_INFINITY,
        font: usize::MAX,
    };
    for text in ["", "字 <b>", "Ä\0ß", &"W".repeat(1_000_000)] {
        let picture = super::word(text, noise, u32::MAX);
        assert_eq!(picture.pixels.len(), picture.width * picture.height);
        assert!(picture.width < 300 && picture.height < 40);
        for piece in picture.pieces() {
            assert_eq!(picture.cut(piece).len(), 400);
        }
    }
    let drawn = |text: &str| super::word(text, PLAIN, 1);
    assert_eq!(drawn("a-b 3c"), drawn("ABC"));
    assert!(drawn("").pieces().is_empty());
}

#[test]
fn noise_is_the_seeds() {
    let drawn = |seed, noise| super::word("FIRE", Hand { noise, ..PLAIN }, seed).pixels;
    assert_eq!(drawn(3, 0.0), drawn(4, 0.0));
    assert_eq!(drawn(3, 0.3), drawn(3, 0.3));
    assert_ne!(drawn(3, 0.3), drawn(4, 0.3));
    // Never more than was asked for.
    let pairs = drawn(3, 0.0).into_iter().zip(drawn(3, 0.3));
    let most = pairs.map(|(a, b)| a.abs_diff(b)).max();
    assert!(most > Some(70) && most <= Some(77), "{most:?}");
}

#[test]
fn the_data_sets_are_the_catalogs() {
    use crate::sets::captcha::{CHECKSUMS, FONTS_READER, READER};
    for (reader, checksum) in [&READER, &FONTS_READER].into_iter().zip(CHECKSUMS) {
        let (entry, raw) = (reader.entry, (reader.sample)(1, 2, 3));
        assert_eq!(raw.checksum, checksum, "{}", entry.name);
        assert_eq!(raw.rows(), [entry.train_rows, 0]);
    }
    let one = letters(1_000, false);
    // As many letters as drawn by chance, all of them drawn, none of them blank or all ink but the upright I.
    let mut counts = [0; 26];
    for (row, label) in one.labels().iter().enumerate() {
        counts[usize::from(*label)] += 1;
        let (pixels, _) = one.get(row).unwrap();
        let ink = pixels.iter().map(|p| u32::from(*p)).sum::<u32>() / 400;
        assert!((30..256).contains(&ink), "{row} {ink}");
        assert!(ink < 250 || *label == 8, "{row} {ink}");
    }
    assert!(counts.iter().all(|n| (15..70).contains(n)), "{counts:?}");
}
