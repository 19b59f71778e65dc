//! What an augmentation learns from the training rows: mean and deviation of each channel, and the whitening.

use super::root::{InverseRoot, row};
use crate::pictures::Pictures;
use fireside_spec::Augmentation;

/// Added to a deviation before it divides; Keras's epsilon.
pub(super) const SMALL: f64 = 1e-7;
/// Pictures that are multiplied with themselves before their sums go into the matrix: while a row of it is at hand.
const BLOCK: usize = 64;
/// 255 * 255 * so many fit into 32 bits.
const EXACT: usize = 65_000;

/// Numbers learned from rows.
pub(super) struct Learned {
    /// Of each channel what is taken off it, and what it is divided by then: 0 and 1 where that is not asked for.
    pub channels: Vec<[f64; 2]>,
    pub whitening: Option<InverseRoot>,
}

impl Learned {
    /// From the given rows as `u8`, each divided by `scale`: nothing else of the augmentation is done to them, as in
    /// Keras's `fit`.
    pub fn new(settings: &Augmentation, scale: f64, pictures: &Pictures, rows: &[u32]) -> Self {
        let shape = pictures.shape();
        let (size, cells) = (shape.bytes(), (shape.height * shape.width).max(1));
        // Of each pixel.
        let mut sums = vec![0u64; size];
        let mut squares = vec![0u64; shape.channels];
        for wanted in rows {
            for (at, pixel) in pictures.row(*wanted as usize).iter().enumerate() {
                let pixel = u64::from(*pixel);
                sums[at] += pixel;
                squares[at / cells] += pixel * pixel;
            }
        }
        let count = rows.len().max(1) as f64;
        let mut channels = Vec::with_capacity(shape.channels);
        for (own, square) in sums.chunks_exact(cells).zip(&squares) {
            let all = count * cells as f64;
            let mean = own.iter().sum::<u64>() as f64 / all / scale;
            let variance = *square as f64 / all / (scale * scale) - mean * mean;
            let center = if settings.featurewise_center {
                mean
            } else {
                0.0
            };
            let divisor = match settings.featurewise_std_normalization {
                true => variance.max(0.0).sqrt() + SMALL,
                false => 1.0,
            };
            channels.push([center, divisor]);
        }
        let mut learned = Self {
            channels,
            whitening: None,
        };
        if settings.zca_whitening {
            // X^T X / n of the rows as they are centered and divided; without `featurewise_center` nothing is
            // centered, as in Keras.
            let mut covariance = products(pictures, rows);
            for i in 0..size {
                let [center, divisor] = learned.channels[i / cells];
                for (j, product) in covariance[row(i)].iter_mut().enumerate() {
                    let [other, by] = learned.channels[j / cells];
                    let moved = (other * sums[i] as f64 + center * sums[j] as f64) / scale;
                    let centered = *product / (scale * scale) - moved + count * center * other;
                    *product = centered / (count * divisor * by);
                }
            }
            learned.whitening = Some(InverseRoot::new(covariance, size, settings.zca_epsilon));
        }
        learned
    }
}

/// The sum over pictures of every product of two of its pixels, the lower half: whole numbers, so that it is exact
/// and does not depend on the order.
fn products(pictures: &Pictures, rows: &[u32]) -> Vec<f64> {
    let size = pictures.shape().bytes();
    let mut all = vec![0.0; size * (size + 1) / 2];
    let mut sums = vec![0u32; all.len()];
    for exact in rows.chunks(EXACT) {
        for block in exact.chunks(BLOCK) {
            for i in 0..size {
                let line = &mut sums[row(i)];
                for wanted in block {
                    let picture = pictures.row(*wanted as usize);
                    let own = u16::from(picture[i]);
                    // Most of a digit is paper.
                    if own > 0 {
                        for (sum, pixel) in line.iter_mut().zip(picture) {
                            *sum += u32::from(own * u16::from(*pixel));
                        }
                    }
                }
            }
        }
        for (all, sum) in all.iter_mut().zip(&mut sums) {
            *all += f64::from(std::mem::take(sum));
        }
    }
    all
}
