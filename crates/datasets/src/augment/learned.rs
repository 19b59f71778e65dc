//! What an augmentation learns from the training rows: mean and deviation of each channel, and the whitening.

use super::root::{InverseRoot, row};
use crate::pictures::{Pictures, Shape};
use fireside_spec::Augmentation;

/// Added to a deviation before it divides; Keras's epsilon.
pub(super) const SMALL: f64 = 1e-7;
/// Pictures that are multiplied with themselves before their sums go into the matrix: while a row of it is at hand.
const BLOCK: usize = 64;
/// 255 * 255 * so many fit into 32 bits.
const EXACT: usize = 65_000;

/// Numbers learned from rows.
pub(super) struct Learned {
    /// Of each channel.
    pub mean: Vec<f64>,
    pub deviation: Vec<f64>,
    pub whitening: Option<InverseRoot>,
}

impl Learned {
    /// From the given rows as `u8`, each divided by `scale`: nothing else of the augmentation is done to them, as in
    /// Keras's `fit`.
    pub fn new(settings: &Augmentation, scale: f64, pictures: &Pictures, rows: &[u32]) -> Self {
        let shape = pictures.shape();
        let cells = shape.height * shape.width;
        let count = rows.len().max(1) as f64;
        let (mut sums, mut squares) = (vec![0u64; shape.bytes()], vec![0u64; shape.bytes()]);
        for wanted in rows {
            let picture = pictures.row(*wanted as usize);
            for ((sum, square), pixel) in sums.iter_mut().zip(&mut squares).zip(picture) {
                *sum += u64::from(*pixel);
                *square += u64::from(*pixel).pow(2);
            }
        }
        let of_channel = |of: &[u64]| -> Vec<f64> {
            let channels = of.chunks_exact(cells.max(1));
            let mean = |channel: &[u64]| {
                let sum: u64 = channel.iter().sum();
                sum as f64 / (count * cells as f64)
            };
            channels.map(mean).collect()
        };
        let mean: Vec<f64> = of_channel(&sums).iter().map(|m| m / scale).collect();
        let deviation = of_channel(&squares)
            .iter()
            .zip(&mean)
            .map(|(square, mean)| (square / (scale * scale) - mean * mean).max(0.0).sqrt())
            .collect();
        let mut learned = Self {
            mean,
            deviation,
            whitening: None,
        };
        if settings.zca_whitening {
            let products = products(pictures, rows);
            let sums: Vec<f64> = sums.iter().map(|sum| *sum as f64 / scale).collect();
            let covariance = learned.covariance(settings, products, &sums, scale, shape, count);
            let root = InverseRoot::new(covariance, shape.bytes(), settings.zca_epsilon);
            learned.whitening = Some(root);
        }
        learned
    }

    /// X^T X / n of the rows as the settings center and divide them; without `featurewise_center` nothing is centered,
    /// as in Keras.
    fn covariance(
        &self,
        settings: &Augmentation,
        mut products: Vec<f64>,
        sums: &[f64],
        scale: f64,
        shape: Shape,
        count: f64,
    ) -> Vec<f64> {
        let cells = shape.height * shape.width;
        let center = |at: usize| match settings.featurewise_center {
            true => self.mean[at / cells],
            false => 0.0,
        };
        let divisor = |at: usize| match settings.featurewise_std_normalization {
            true => self.deviation[at / cells] + SMALL,
            false => 1.0,
        };
        for i in 0..shape.bytes() {
            let (own, by) = (center(i), count * divisor(i));
            for (j, product) in products[row(i)].iter_mut().enumerate() {
                let other = center(j);
                let moved = other * sums[i] + own * sums[j] - count * own * other;
                *product = (*product / (scale * scale) - moved) / (by * divisor(j));
            }
        }
        products
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
