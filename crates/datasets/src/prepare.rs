//! A drawing becomes a picture as MNIST's makers did it: the ink's bounding box fitted into 20x20, its
//! centre of mass put into the middle of 28x28.
//!
//! Measured on MNIST's 60,000 training pictures: the longer side of the ink is 20 in 59,987 of them (19 in
//! the others), the mean centre of mass is pixel (14.0, 14.0) within +-0.5 (whole-pixel shifts), and the
//! darkest pixel is 254 or 255. This module keeps all three.

/// Side of the finished picture.
pub const SIDE: usize = 28;
/// Side of the box that the ink is fitted into.
pub const BOX: usize = 20;
/// The largest canvas side that is accepted, in pixels.
pub const MAX_CANVAS: usize = 8192;
/// Ink below this (of 1) is taken for paper when the bounding box is measured: traces of anti-aliasing.
const PAPER: f32 = 0.02;
/// A bounding box below this share of the canvas is a dot.
const DOT_SHARE: f32 = 0.125;
/// A longer side below this many pixels is a dot on any canvas.
const DOT_PIXELS: usize = 4;
/// Less ink than this many full pixels of the 20x20 box is a trace of dust.
const LEAST_INK: f32 = 3.0;

/// A picture as the network sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prepared {
    /// 28x28, row-major; 0 is paper, 255 is ink.
    pub pixels: [u8; SIDE * SIDE],
}

/// Why a drawing does not become a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nothing {
    /// There is no ink.
    Empty,
    /// There is too little of it, or in too small a place, to be a figure.
    Dot,
    /// The numbers are not a canvas: sides of 1 to 8192, as many values as pixels.
    NotACanvas,
}

impl Nothing {
    /// The stable name of the reason, the key of its words.
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "drawing_empty",
            Self::Dot => "drawing_dot",
            Self::NotACanvas => "drawing_not_a_canvas",
        }
    }
}

impl std::fmt::Display for Nothing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Empty => "there is no ink",
            Self::Dot => "there is too little ink to be a figure",
            Self::NotACanvas => "the values do not fill a canvas with sides of 1 to 8192",
        })
    }
}

impl std::error::Error for Nothing {}

/// Prepares a canvas of ink values 0 (paper) to 255 (ink), row-major.
///
/// # Errors
/// [`Nothing`], if there is nothing recognisable.
pub fn center(ink: &[u8], width: usize, height: usize) -> Result<Prepared, Nothing> {
    prepare(ink, width, height, |value| {
        f32::from(*value) * (1.0 / 255.0)
    })
}

/// Prepares a canvas of ink values 0 (paper) to 1 (ink), row-major. What is outside is clamped; what
/// is not a number is paper.
///
/// # Errors
/// [`Nothing`], if there is nothing recognisable.
pub fn center_unit(ink: &[f32], width: usize, height: usize) -> Result<Prepared, Nothing> {
    prepare(ink, width, height, |value| {
        // What is not a number is paper.
        if value.is_nan() {
            0.0
        } else {
            value.clamp(0.0, 1.0)
        }
    })
}

fn prepare<T>(
    ink: &[T],
    width: usize,
    height: usize,
    value: impl Fn(&T) -> f32,
) -> Result<Prepared, Nothing> {
    let sides = 1..=MAX_CANVAS;
    if !sides.contains(&width) || !sides.contains(&height) || ink.len() != width * height {
        return Err(Nothing::NotACanvas);
    }
    // Bounding box, ends exclusive.
    let (mut left, mut right, mut top, mut bottom) = (width, 0, height, 0);
    for (y, row) in ink.chunks_exact(width).enumerate() {
        let inked = |v: &T| value(v) > PAPER;
        if let Some(first) = row.iter().position(inked) {
            let last = row.iter().rposition(inked).unwrap_or(first);
            left = left.min(first);
            right = right.max(last + 1);
            top = top.min(y);
            bottom = y + 1;
        }
    }
    if right == 0 {
        return Err(Nothing::Empty);
    }
    let long = (right - left).max(bottom - top);
    if long < DOT_PIXELS || (long as f32) < DOT_SHARE * width.max(height) as f32 {
        return Err(Nothing::Dot);
    }
    let scale = BOX as f32 / long as f32;
    let columns = cells(right - left, scale);
    let lines = cells(bottom - top, scale);
    let mut fitted = Fitted {
        columns: columns.len(),
        lines: lines.len(),
        ink: [[0.0; BOX]; BOX],
    };
    for (target, line) in fitted.ink.iter_mut().zip(&lines) {
        for (y, down) in line.weights.iter().enumerate() {
            let row = &ink[(top + line.first + y) * width..][left..right];
            for (sum, column) in target.iter_mut().zip(&columns) {
                let values = row[column.first..].iter().zip(&column.weights);
                let across: f32 = values.map(|(v, weight)| value(v) * weight).sum();
                *sum += across * down;
            }
        }
    }
    fitted.place()
}

/// One target pixel on one axis: the source pixels that it covers and their shares of it.
struct Cell {
    first: usize,
    weights: Vec<f32>,
}

/// Lays `len` source pixels, scaled by `scale`, into the middle of as few target pixels as hold them.
fn cells(len: usize, scale: f32) -> Vec<Cell> {
    let span = len as f32 * scale;
    // The longer side is 20 but for rounding, which must not open a 21st pixel.
    let count = ((span - 1e-3).ceil().max(1.0) as usize).min(BOX);
    let margin = (count as f32 - span) / 2.0;
    let cell = |index: usize| {
        let from = ((index as f32 - margin) / scale).max(0.0);
        let to = (((index + 1) as f32 - margin) / scale).min(len as f32);
        let first = (from as usize).min(len - 1);
        let last = (to.ceil() as usize).clamp(first + 1, len);
        let share = |pixel: usize| {
            let overlap = to.min((pixel + 1) as f32) - from.max(pixel as f32);
            overlap.max(0.0) * scale
        };
        Cell {
            first,
            weights: (first..last).map(share).collect(),
        }
    };
    (0..count).map(cell).collect()
}

/// The ink in its box of at most 20x20: the first `lines` and `columns` are in use.
struct Fitted {
    columns: usize,
    lines: usize,
    ink: [[f32; BOX]; BOX],
}

impl Fitted {
    /// Brings the darkest pixel to 255 and the centre of mass to pixel (14, 14), without losing ink.
    fn place(&self) -> Result<Prepared, Nothing> {
        let (mut sum, mut sum_x, mut sum_y, mut peak) = (0.0f32, 0.0f32, 0.0f32, 0.0f32);
        for (y, line) in self.ink.iter().enumerate() {
            for (x, ink) in line.iter().enumerate() {
                sum += ink;
                sum_x += ink * x as f32;
                sum_y += ink * y as f32;
                peak = peak.max(*ink);
            }
        }
        if sum < LEAST_INK || peak <= 0.0 {
            return Err(Nothing::Dot);
        }
        let shift = |moment: f32, used: usize| {
            let wanted = ((SIDE / 2) as f32 - moment / sum + 0.5).floor();
            (wanted.max(0.0) as usize).min(SIDE - used)
        };
        let (left, top) = (shift(sum_x, self.columns), shift(sum_y, self.lines));
        let mut pixels = [0; SIDE * SIDE];
        for (y, line) in self.ink[..self.lines].iter().enumerate() {
            for (x, ink) in line[..self.columns].iter().enumerate() {
                // The cast rounds (by the half) and saturates.
                pixels[(top + y) * SIDE + left + x] = (ink / peak * 255.0 + 0.5) as u8;
            }
        }
        Ok(Prepared { pixels })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A canvas with a filled rectangle.
    fn canvas(side: usize, x: usize, y: usize, w: usize, h: usize) -> Vec<u8> {
        let mut ink = vec![0; side * side];
        for line in ink.chunks_mut(side).skip(y).take(h) {
            line[x..x + w].fill(255);
        }
        ink
    }

    /// Bounding box: left, right, top, bottom, ends exclusive.
    fn extent(p: &Prepared) -> [usize; 4] {
        let on = |x: usize, y: usize| p.pixels[y * SIDE + x] > 0;
        let xs: Vec<_> = (0..SIDE).filter(|x| (0..SIDE).any(|y| on(*x, y))).collect();
        let ys: Vec<_> = (0..SIDE).filter(|y| (0..SIDE).any(|x| on(x, *y))).collect();
        let end = |all: &[usize]| all.last().map_or(0, |last| last + 1);
        [xs[0], end(&xs), ys[0], end(&ys)]
    }

    #[test]
    fn the_longer_side_is_20_and_the_aspect_is_kept() {
        // 200 x 50, anywhere on the canvas, large or small.
        for (side, x, y, w, h) in [
            (280, 3, 200, 200, 50),
            (280, 70, 11, 200, 50),
            (28, 2, 2, 12, 3),
            (999, 9, 9, 800, 200),
        ] {
            let p = center(&canvas(side, x, y, w, h), side, side).unwrap();
            let [left, right, top, bottom] = extent(&p);
            assert_eq!((right - left, bottom - top), (20, 5), "{side}");
            assert!(p.pixels.iter().all(|v| *v == 0 || *v == 255), "{side}");
            assert_eq!((left, top), (5, 12));
        }
    }

    #[test]
    fn the_centre_of_mass_is_in_the_middle() {
        // An L: the mass is at the lower left.
        let mut ink = canvas(280, 60, 40, 40, 200);
        for (a, b) in ink.iter_mut().zip(canvas(280, 60, 200, 140, 40)) {
            *a = (*a).max(b);
        }
        let p = center(&ink, 280, 280).unwrap();
        let mass: f32 = p.pixels.iter().map(|v| f32::from(*v)).sum();
        let at = |axis: fn(usize) -> usize| {
            let moments = p.pixels.iter().enumerate();
            moments
                .map(|(i, v)| axis(i) as f32 * f32::from(*v))
                .sum::<f32>()
                / mass
        };
        assert!((at(|i| i % SIDE) - 14.0).abs() <= 0.51);
        assert!((at(|i| i / SIDE) - 14.0).abs() <= 0.51);
        assert_eq!(p.pixels.iter().max(), Some(&255));
    }

    #[test]
    fn pale_ink_is_brought_to_full_and_both_scales_agree() {
        let ink = canvas(280, 60, 40, 33, 171);
        let pale: Vec<f32> = ink.iter().map(|v| f32::from(*v) / 255.0 * 0.5).collect();
        assert_eq!(center(&ink, 280, 280), center_unit(&pale, 280, 280));
    }

    #[test]
    fn nothing_is_said_to_be_nothing() {
        let reason = |ink: &[u8], w, h| center(ink, w, h).unwrap_err();
        assert_eq!(reason(&[0; 280 * 280], 280, 280), Nothing::Empty);
        assert_eq!(reason(&[2; 280 * 280], 280, 280), Nothing::Empty);
        assert_eq!(reason(&canvas(280, 99, 99, 22, 20), 280, 280), Nothing::Dot);
        assert_eq!(reason(&canvas(20, 9, 9, 3, 3), 20, 20), Nothing::Dot);
        // Two specks far apart are not a figure either.
        let mut specks = canvas(280, 0, 0, 2, 2);
        specks[280 * 280 - 1] = 255;
        assert_eq!(reason(&specks, 280, 280), Nothing::Dot);
        for (len, w, h) in [(784, 28, 27), (0, 0, 0), (784, usize::MAX, 2), (0, 0, 5)] {
            assert_eq!(reason(&vec![9; len], w, h), Nothing::NotACanvas);
        }
        let odd = [f32::NAN, f32::INFINITY, -f32::INFINITY, -1.0].repeat(196);
        assert!(center_unit(&odd, 28, 28).is_ok());
        assert_eq!(center_unit(&[f32::NAN; 784], 28, 28), Err(Nothing::Empty));
    }
}
