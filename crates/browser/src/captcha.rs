//! A word as a CAPTCHA picture, and the letters that it falls into.

use fireside_datasets::captcha::{Hand, word};
use wasm_bindgen::prelude::*;

/// Width, height and number of pieces; the pixels; then of each piece, from left to right, its left, top, right and bottom
/// (the last two outside) and its 20 x 20 pixels.
#[wasm_bindgen]
pub fn captcha(text: &str, font: usize, shear: f32, noise: f32, seed: u32) -> Vec<u16> {
    let hand = Hand {
        font,
        shear,
        scale: 1.0,
        noise,
    };
    let picture = word(text, hand, seed);
    let pieces = picture.pieces();
    let head = [picture.width, picture.height, pieces.len()];
    let mut out: Vec<u16> = head.iter().map(|size| *size as u16).collect();
    out.extend(picture.pixels.iter().map(|pixel| u16::from(*pixel)));
    for piece in pieces {
        out.extend(piece.iter().map(|side| *side as u16));
        out.extend(picture.cut(piece).iter().map(|pixel| u16::from(*pixel)));
    }
    out
}
