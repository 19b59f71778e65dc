//! The built-in sample of traffic signs: 43 kinds, drawn by this project's own generator for hosts that have no data. Not
//! the German benchmark, and never called so; but of the same size, with tracks of frames of one sign that comes nearer.

use fireside_spec::random::{Purpose, Stream, unit};

use crate::pictures::Pictures;
use crate::raster::{Form, PLANE, Place, bytes, paint, turned};
use crate::samples::Dice;
use crate::sets::gtsrb::{CLASSES, SHAPE};

/// Numbers of the streams.
const TRACKS: u32 = 126;
const FRAMES: u32 = 127;
const NOISE: u32 = 128;
/// Frames of one sign.
const TRACK: usize = 6;

/// What carries the glyph, by class: a ring, a disc with a bar (end of something), a triangle on its base or (y) on its tip,
/// a diamond, a dark disc (stop, blue), or one with a bar across (no entry).
static PLATES: &[u8; CLASSES] = b"ooooooeooootdysooottttttttttttttebbbbbbbbee";

/// Glyphs of 8 x 8 cells, the top row first, by class.
static GLYPHS: [u64; CLASSES] = [
    0x0000_ee2a_ea8a_ee00,
    0x0000_ee2a_6a2a_ee00,
    0x0000_ee8a_ea2a_ee00,
    0x0000_ee8a_eaaa_ee00,
    0x0000_ee2a_4a4a_4e00,
    0x0000_eeaa_eaaa_ee00,
    0x0000_eeaa_eaaa_ee00,
    0x0000_bfad_adad_bf00,
    0x0000_bf8d_bda5_bf00,
    0x0000_66ff_ffb6_0000,
    0x00f6_f6f7_f766_0000,
    0x1818_7e18_1818_1800,
    0x0000_0000_0000_0000,
    0x0000_0000_0000_0000,
    0x0000_d697_d556_d400,
    0x0000_0000_0000_0000,
    0x0000_f8fa_ffff_4600,
    0x0000_00ff_ff00_0000,
    0x1818_1818_1800_1818,
    0x3060_c060_3018_1818,
    0x0c06_0306_0c18_1818,
    0x0c18_3018_0c0c_1830,
    0x0000_0042_e7ff_ff00,
    0x387c_5400_4428_4482,
    0x2424_2426_2222_2222,
    0x3034_7a69_6493_979f,
    0x3c24_3c24_3c24_3c18,
    0x1818_3858_1a28_4484,
    0x6464_f66e_6496_9900,
    0x2614_1c6e_9999_6600,
    0x1092_5438_fe38_5492,
    0xa060_307e_3e22_4100,
    0x0000_0000_0000_0000,
    0x0008_0cfe_8c88_8080,
    0x0010_307f_3111_0101,
    0x183c_7e18_1818_1818,
    0x2072_233f_2322_2020,
    0x044e_c4fc_c444_0404,
    0x00c0_e072_3a1e_0e7e,
    0x0003_074e_5c78_707e,
    0x3c43_8780_01e1_c23c,
    0x0000_66ff_ffb6_0000,
    0x00f6_f6f7_f766_0000,
];

/// Draws signs, class after class in turn, with their tracks.
pub(crate) fn pictures(seed: u32, rows: usize) -> Pictures {
    let mut pixels = Vec::with_capacity(rows * SHAPE.bytes());
    let (mut labels, mut tracks) = (Vec::new(), Vec::new());
    for row in 0..rows {
        let (class, own) = (row % CLASSES, row / CLASSES);
        let track = own / TRACK * CLASSES + class;
        let mut sign = Dice::new(seed, TRACKS, track);
        let mut frame = Dice::new(seed, FRAMES, row);
        let near = (own % TRACK) as f32 / TRACK as f32;
        let mut canvas = draw(class, near, &mut sign, &mut frame);
        let noise = Stream::new(seed, Purpose::Sample, NOISE, row as u32);
        noise.for_each(PLANE, |at, word| canvas[at] += 20.0 * unit(word) - 10.0);
        pixels.extend(bytes(&canvas));
        labels.push(class as u8);
        tracks.push(track as u32);
    }
    Pictures::from_trusted(SHAPE, CLASSES, pixels, labels).grouped(tracks)
}

fn draw(class: usize, near: f32, sign: &mut Dice, frame: &mut Dice) -> [f32; PLANE] {
    // What all frames of a track share: light, surroundings, how the sign hangs.
    let light = 0.45 + 0.55 * sign.unit();
    let ground = 40.0 + 150.0 * sign.unit();
    let mut canvas = [ground * light; PLANE];
    for _ in 0..3 {
        let place = Place {
            middle: [32.0 * sign.unit(), 32.0 * sign.unit()],
            half: [2.0 + 9.0 * sign.unit(), 2.0 + 9.0 * sign.unit()],
            turn: turned(2.0 * sign.unit() - 1.0),
        };
        paint(
            &mut canvas,
            Form::Block,
            &place,
            &[(20.0 + 200.0 * sign.unit()) * light],
        );
    }
    let turn = turned(0.08 * sign.normal());
    let size = (10.5 + 2.5 * near) * (1.0 + 0.04 * frame.normal());
    let middle = [16.0 + 0.7 * frame.normal(), 16.0 + 0.7 * frame.normal()];
    let mut put = |form, at: [f32; 2], half: [f32; 2], value: f32| {
        let [x, y] = at.map(|place| place * size);
        let place = Place {
            middle: [
                middle[0] + x * turn[0] - y * turn[1],
                middle[1] + x * turn[1] + y * turn[0],
            ],
            half: half.map(|side| side * size),
            turn,
        };
        paint(&mut canvas, form, &place, &[value * light]);
    };
    let (black, white, red, blue) = (25.0, 235.0, 120.0, 95.0);
    let middle = [0.0, 0.0];
    let plate = PLATES[class];
    // Glyph: its colour, its middle's height, half its side.
    let (ink, height, half) = match plate {
        b't' | b'y' => {
            let down = if plate == b'y' { -1.0 } else { 1.0 };
            put(Form::Triangle, middle, [1.0, down], red);
            put(Form::Triangle, [0.0, 0.1 * down], [0.7, 0.7 * down], white);
            (black, 0.3, 0.36)
        }
        b'd' => {
            put(Form::Diamond, middle, [1.0, 1.0], white);
            put(Form::Diamond, middle, [0.75, 0.75], 190.0);
            (black, 0.0, 0.5)
        }
        b's' | b'n' | b'b' => {
            let color = if plate == b'b' { blue } else { red };
            put(Form::Ellipse, middle, [1.0, 1.0], color);
            (white, 0.0, 0.62)
        }
        b'o' => {
            put(Form::Ellipse, middle, [1.0, 1.0], white);
            put(Form::Ring, middle, [1.0, 1.0], red);
            (black, 0.0, 0.55)
        }
        _ => {
            put(Form::Ellipse, middle, [1.0, 1.0], white);
            (130.0, 0.0, 0.6)
        }
    };
    for cell in (0..64).filter(|cell| GLYPHS[class] >> (63 - cell) & 1 == 1) {
        let [x, y] = [cell % 8, cell / 8].map(|place| (place as f32 - 3.5) / 4.0 * half);
        put(Form::Block, [x, y + height], [half / 8.0; 2], ink);
    }
    if plate == b'e' {
        // The bar, from steps of small squares: forms turn with the sign only.
        for step in -6..=6_i8 {
            let place = f32::from(step) / 9.0;
            put(Form::Block, [place, -place], [0.11; 2], black);
        }
    }
    canvas
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_the_same_everywhere_and_frames_of_a_track_stay_together() {
        let signs = pictures(7, 600);
        assert_eq!(
            signs.checksums()[0],
            "149f2acf4684d96a14367c00417a4b5c617779209b6986247f4ff8a24226cab8"
        );
        assert_eq!(pictures(7, 50), signs.slice(0..50).unwrap());
        assert_ne!(pictures(8, 50).pixels(), pictures(7, 50).pixels());
        let tracks = signs.groups().unwrap();
        for (track, label) in tracks.iter().zip(signs.labels()) {
            assert_eq!(*track as usize % CLASSES, usize::from(*label));
        }
        let first = tracks.iter().filter(|track| **track == 0).count();
        assert_eq!(first, TRACK);
        assert!(signs.class_counts().iter().all(|n| (13..15).contains(n)));
    }

    /// A frame is nearer to one of its own track than to another sign of its class: a split by picture leaks.
    #[test]
    fn frames_of_a_track_are_alike() {
        let signs = pictures(7, 12 * CLASSES);
        let away = |a: usize, b: usize| -> u64 {
            let pairs = signs.row(a).iter().zip(signs.row(b));
            pairs.map(|(a, b)| u64::from(a.abs_diff(*b)).pow(2)).sum()
        };
        let closer = (0..CLASSES).filter(|class| {
            let frame = |own: usize| own * CLASSES + class;
            away(frame(2), frame(3)) < away(frame(2), frame(9))
        });
        assert!(closer.count() > 38);
    }
}
