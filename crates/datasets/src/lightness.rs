//! How light a colour picture is, and that at another size: what `rgb2lab` and `resize` of scikit-image make of it.
//!
//! The lightness L of CIE LAB goes from 0 to 100 and is kept in a byte, as 2.55 L. Resizing smooths with a Gaussian where
//! a side shrinks (sd (factor - 1) / 2, cut at four of them), then takes straight lines between pixels; beyond the border
//! the picture is mirrored at the middle of its last pixels. Computed in f64, so that rounding falls alike everywhere.

use crate::ppm::Ppm;

/// What L is multiplied by.
const GRAIN: f64 = 2.55;

/// The weights of old pixels along one axis in each new one.
type Weights = Vec<Vec<(usize, f64)>>;

/// A place mirrored into `0..count`.
fn mirrored(place: isize, count: usize) -> usize {
    let period = (2 * count as isize - 2).max(1);
    let within = place.rem_euclid(period) as usize;
    within.min(period as usize - within)
}

fn weights(count: usize, wanted: usize) -> Weights {
    let factor = count as f64 / wanted as f64;
    let sd = (factor - 1.0).max(0.0) / 2.0;
    let reach = (4.0 * sd + 0.5) as isize;
    let bell = |step: isize| match reach {
        0 => 1.0,
        _ => (-0.5 * (step as f64 / sd).powi(2)).exp(),
    };
    let sum: f64 = (-reach..=reach).map(bell).sum();
    let of = |new: usize| {
        let place = (new as f64 + 0.5) * factor - 0.5;
        let left = place.floor();
        let share = place - left;
        let mut weights = vec![0.0; count];
        for (middle, part) in [(left as isize, 1.0 - share), (left as isize + 1, share)] {
            let middle = mirrored(middle, count) as isize;
            for step in -reach..=reach {
                weights[mirrored(middle + step, count)] += part * bell(step) / sum;
            }
        }
        let all = weights.into_iter().enumerate();
        all.filter(|(_, weight)| *weight != 0.0).collect()
    };
    (0..wanted).map(of).collect()
}

/// Lightness by the three channels' values.
struct Lightness {
    /// A channel's value as light, not as a number that eyes find even.
    linear: [f64; 256],
}

impl Lightness {
    fn new() -> Self {
        let linear = |value: usize| {
            let value = value as f64 / 255.0;
            match value > 0.04045 {
                true => ((value + 0.055) / 1.055).powf(2.4),
                false => value / 12.92,
            }
        };
        Self {
            linear: std::array::from_fn(linear),
        }
    }

    fn of(&self, pixel: &[u8; 3]) -> f64 {
        let [r, g, b] = pixel.map(|value| self.linear[usize::from(value)]);
        let y = 0.212_671 * r + 0.715_160 * g + 0.072_169 * b;
        let root = match y > 0.008856 {
            true => y.cbrt(),
            false => 7.787 * y + 16.0 / 116.0,
        };
        116.0 * root - 16.0
    }
}

/// Makes pictures of one size.
pub(crate) struct Resizer {
    lightness: Lightness,
    side: usize,
}

impl Resizer {
    /// For pictures of `side` x `side`.
    pub fn new(side: usize) -> Self {
        Self {
            lightness: Lightness::new(),
            side,
        }
    }

    /// The lightness of a picture at the new size, 2.55 L, row by row.
    pub fn resize(&self, ppm: &Ppm) -> Vec<u8> {
        let (rows, columns) = (
            weights(ppm.height, self.side),
            weights(ppm.width, self.side),
        );
        let (pixels, _) = ppm.pixels.as_chunks::<3>();
        let light: Vec<f64> = pixels
            .iter()
            .map(|pixel| self.lightness.of(pixel))
            .collect();
        // The smoothed picture never leaves the range of the old one.
        let lines: Vec<f64> = light
            .chunks_exact(ppm.width)
            .flat_map(|line| {
                let sum = |of: &Vec<(usize, f64)>| of.iter().map(|(at, w)| w * line[*at]).sum();
                columns.iter().map(sum).collect::<Vec<f64>>()
            })
            .collect();
        let mut out = Vec::with_capacity(self.side * self.side);
        for row in &rows {
            for x in 0..self.side {
                let parts = row.iter().map(|(y, w)| w * lines[y * self.side + x]);
                out.push((GRAIN * parts.sum::<f64>()).round().clamp(0.0, 255.0) as u8);
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_mirrored_at_the_middle_of_the_last_pixels() {
        let all: Vec<usize> = (-4..8).map(|place| mirrored(place, 4)).collect();
        assert_eq!(all, [2, 3, 2, 1, 0, 1, 2, 3, 2, 1, 0, 1]);
        assert_eq!(mirrored(5, 1), 0);
    }

    #[test]
    fn grey_stays_grey_and_ends_are_black_and_white() {
        let resizer = Resizer::new(32);
        for (width, height) in [(1, 1), (15, 250), (64, 33), (32, 32), (2, 900)] {
            for (value, light) in [(0, 0), (255, 255), (119, 128)] {
                let pixels = vec![value; 3 * width * height];
                let ppm = Ppm {
                    width,
                    height,
                    pixels: &pixels,
                };
                assert_eq!(
                    resizer.resize(&ppm),
                    [light; 1024],
                    "{width} {height} {value}"
                );
            }
        }
    }

    #[test]
    fn weights_add_up_and_nothing_changes_at_the_same_size() {
        for count in [1, 2, 31, 32, 33, 64, 250] {
            for of in weights(count, 32) {
                let sum: f64 = of.iter().map(|(_, weight)| weight).sum();
                assert!((sum - 1.0).abs() < 1e-12, "{count}");
            }
        }
        let same: Weights = (0..32).map(|at| vec![(at, 1.0)]).collect();
        assert_eq!(weights(32, 32), same);
    }
}
