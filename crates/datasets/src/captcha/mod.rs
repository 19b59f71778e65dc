//! CAPTCHA pictures: letters in several fonts, sheared, scaled, noisy; and their way back to single letters, by connected
//! regions. This project's own generator; only +, -, *, / and square roots, which every machine rounds alike.

mod font;

use fireside_spec::random::{Purpose, Stream, unit};

use crate::pictures::Pictures;
use crate::samples::Dice;
use crate::sets::captcha::SHAPE;
use font::{FONTS, glyph};

/// Numbers of the streams.
const LETTERS: u32 = 130;
const NOISE: u32 = 131;
/// The seed of the data sets: the source's.
const SEED: u32 = 14;
/// Side of a picture of one letter, before it is scaled.
const SIDE: usize = 30;
/// Left and upper edge of the letters: room for the pen.
const EDGE: [f32; 2] = [3.0, 3.5];
/// Pixels between two letters, pens included: they must not touch.
const GAP: f32 = 7.5;
/// Brighter than this is ink (0.2 of 255).
const THRESHOLD: u8 = 51;
/// Regions of fewer pixels are dust.
const DUST: usize = 10;
/// The longest word.
pub const LONGEST: usize = 10;
/// Number of fonts.
pub const COUNT: usize = FONTS.len();

/// How letters are drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hand {
    /// Below [`COUNT`]; what is above is the last one.
    pub font: usize,
    /// 0 to 0.75; an angle.
    pub shear: f32,
    /// 0.9 to 1.1.
    pub scale: f32,
    /// The most that is added to or taken from a pixel, 0 to 1.
    pub noise: f32,
}

/// A grey picture, 0 = paper, 255 = ink.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    pub width: usize,
    pub height: usize,
    pub pixels: Vec<u8>,
}

/// What belongs together: left, top, right and bottom, the last two outside.
pub type Region = [usize; 4];

/// A word, A to Z (what else there is, and what is beyond [`LONGEST`], is left out), on a picture as wide as it needs.
pub fn word(text: &str, hand: Hand, seed: u32) -> Picture {
    let letters: Vec<usize> = text.bytes().filter_map(number).take(LONGEST).collect();
    draw(
        &letters,
        hand,
        None,
        Stream::new(seed, Purpose::Sample, NOISE, 0),
    )
}

fn number(letter: u8) -> Option<usize> {
    let letter = letter.to_ascii_uppercase();
    letter
        .is_ascii_uppercase()
        .then(|| usize::from(letter - b'A'))
}

/// What is no number is the least.
fn within(value: f32, least: f32, most: f32) -> f32 {
    value.max(least).min(most)
}

/// Sine and cosine of an angle below 1 without a library's rounding.
fn turned(angle: f32) -> [f32; 2] {
    let s = angle * angle;
    let sine = angle * (1.0 - s / 6.0 * (1.0 - s / 20.0 * (1.0 - s / 42.0)));
    [
        sine,
        1.0 - s / 2.0 * (1.0 - s / 12.0 * (1.0 - s / 30.0 * (1.0 - s / 56.0))),
    ]
}

/// Letters side by side; `width` before it is scaled, or what they need.
fn draw(letters: &[usize], hand: Hand, width: Option<usize>, noise: Stream) -> Picture {
    let font = &FONTS[hand.font.min(COUNT - 1)];
    let [sine, cosine] = turned(within(hand.shear, 0.0, 0.75));
    let scale = within(hand.scale, 0.9, 1.1);
    let mut end = EDGE[0];
    let mut glyphs = Vec::new();
    for letter in letters {
        let glyph = glyph(font, *letter);
        let from = end;
        end += glyph.width + GAP;
        glyphs.push((from, glyph));
    }
    let width = width.unwrap_or((end + sine * SIDE as f32) as usize + 1) as f32;
    let sides = [width, SIDE as f32].map(|side| (side * scale + 0.5) as usize);
    let mut values = Vec::with_capacity(sides[0] * sides[1]);
    for y in 0..sides[1] {
        for x in 0..sides[0] {
            // As scikit-image shears: a line is moved by its sine and comes from a height by its cosine.
            let [x, y] = [x, y].map(|place| (place as f32 + 0.5) / scale);
            let [x, y] = [x - sine * y, cosine * y];
            let mut ink = 0_f32;
            for (from, glyph) in &glyphs {
                // Neither pen nor serif goes further.
                if x > from - 5.0 && x < from + glyph.width + 5.0 {
                    ink = font.ink(glyph, [x - from, y - EDGE[1]]).max(ink);
                }
            }
            values.push(ink);
        }
    }
    let most = values.iter().fold(1e-6_f32, |most, value| value.max(most));
    let amount = within(hand.noise, 0.0, 1.0);
    noise.for_each(values.len(), |at, word| {
        values[at] = values[at] / most + amount * (2.0 * unit(word) - 1.0);
    });
    Picture {
        width: sides[0],
        height: sides[1],
        pixels: values
            .iter()
            .map(|value| (value.clamp(0.0, 1.0) * 255.0 + 0.5) as u8)
            .collect(),
    }
}

impl Picture {
    /// Connected regions of ink (a pixel has four neighbours), in the order of their first pixels, row by row. Dust is none.
    pub fn regions(&self) -> Vec<Region> {
        let mut open: Vec<bool> = self.pixels.iter().map(|pixel| *pixel > THRESHOLD).collect();
        let mut found = Vec::new();
        for start in 0..open.len() {
            let (mut area, mut next) = (0, vec![start]);
            let mut region = [usize::MAX, usize::MAX, 0, 0];
            while let Some(at) = next.pop() {
                if !std::mem::take(&mut open[at]) {
                    continue;
                }
                let [x, y] = [at % self.width, at / self.width];
                area += 1;
                region = [
                    region[0].min(x),
                    region[1].min(y),
                    region[2].max(x + 1),
                    region[3].max(y + 1),
                ];
                if x > 0 {
                    next.push(at - 1);
                }
                if x + 1 < self.width {
                    next.push(at + 1);
                }
                if y > 0 {
                    next.push(at - self.width);
                }
                if at + self.width < open.len() {
                    next.push(at + self.width);
                }
            }
            if area >= DUST {
                found.push(region);
            }
        }
        found
    }

    /// The pieces of a word, from left to right.
    pub fn pieces(&self) -> Vec<Region> {
        fireside_spec::order::sorted(self.regions(), |a, b| a.cmp(b))
    }

    /// A region at 20 x 20, whatever its shape: interpolated between the four nearest pixels.
    pub fn cut(&self, [left, top, right, bottom]: Region) -> Vec<u8> {
        let place = |at: usize, side: usize, first: usize, end: usize| {
            let length = (end - first) as f32;
            let place = ((at as f32 + 0.5) / side as f32 * length - 0.5).clamp(0.0, length - 1.0);
            let low = place as usize;
            (
                first + low,
                (first + low + 1).min(end - 1),
                place - low as f32,
            )
        };
        let mut cut = Vec::with_capacity(SHAPE.bytes());
        for y in 0..SHAPE.height {
            let (above, below, down) = place(y, SHAPE.height, top, bottom);
            for x in 0..SHAPE.width {
                let (before, after, along) = place(x, SHAPE.width, left, right);
                let line = |y: usize| {
                    let [a, b] =
                        [before, after].map(|x| f32::from(self.pixels[y * self.width + x]));
                    a + along * (b - a)
                };
                let [a, b] = [line(above), line(below)];
                cut.push((a + down * (b - a) + 0.5) as u8);
            }
        }
        cut
    }
}

/// The letters of a data set: of the first font without noise, or of all of them with some.
pub(crate) fn letters(rows: usize, mixed: bool) -> Pictures {
    let mut pixels = Vec::with_capacity(rows * SHAPE.bytes());
    let mut labels = Vec::new();
    for row in 0..rows {
        let mut dice = Dice::new(SEED, LETTERS, row);
        let letter = dice.below(26);
        let shear = dice.below(16) as f32 * 0.05;
        let scale = 0.9 + dice.below(3) as f32 * 0.1;
        let (font, noise) = match mixed {
            true => (dice.below(COUNT), dice.below(4) as f32 * 0.1),
            false => (0, 0.0),
        };
        let hand = Hand {
            font,
            shear,
            scale,
            noise,
        };
        let stream = Stream::new(SEED, Purpose::Sample, NOISE, row as u32);
        let picture = draw(&[letter], hand, Some(SIDE), stream);
        let whole = [0, 0, picture.width, picture.height];
        let first = picture.regions().first().copied();
        pixels.extend(picture.cut(first.unwrap_or(whole)));
        labels.push(letter as u8);
    }
    Pictures::from_trusted(SHAPE, 26, pixels, labels)
}

#[cfg(test)]
mod tests;
