//! Augmentation of pictures after Keras 2.0.8's `ImageDataGenerator`: changed at random, then standardized.
//!
//! The order is Keras's: one affine map (rotation, shift, shear, zoom), channel shift, flips, brightness (ours), times
//! `rescale`, samplewise center and deviation, featurewise ones, whitening. Every picture has random numbers of its
//! own ([`Draw`]), so nothing here has a state.

mod affine;
mod draw;
mod learned;
mod root;

use crate::pictures::{Pictures, Shape};
use affine::{matrix, resample};
use fireside_spec::Augmentation;
use learned::{Learned, SMALL};

pub use draw::Draw;

/// An augmentation with what it has learned from training rows.
pub struct Augmenter {
    settings: Augmentation,
    shape: Shape,
    scale: f64,
    learned: Option<Learned>,
}

impl Augmenter {
    /// Learns what the settings ask for from the given rows, each value of them divided by `scale`. Whitening takes
    /// 4/3 n^3 operations for n numbers of a picture, and n^2 / 2 for each row.
    pub fn new(settings: Augmentation, scale: f64, pictures: &Pictures, rows: &[u32]) -> Self {
        let learned = settings
            .learns()
            .then(|| Learned::new(&settings, scale, pictures, rows));
        Self {
            learned,
            ..Self::without_rows(settings, scale, pictures.shape())
        }
    }

    /// One that has learned nothing: center and deviation of all rows, and whitening, are left out.
    pub const fn without_rows(settings: Augmentation, scale: f64, shape: Shape) -> Self {
        Self {
            settings,
            shape,
            scale,
            learned: None,
        }
    }

    /// Goes on with other settings that don't change what was learned; `false` where they do.
    pub fn adjust(&mut self, settings: Augmentation, scale: f64) -> bool {
        let lessons = |s: &Augmentation| {
            (
                s.featurewise_center,
                s.featurewise_std_normalization,
                s.zca_whitening,
                s.zca_epsilon,
            )
        };
        let same = lessons(&settings) == lessons(&self.settings) && scale == self.scale;
        if same {
            self.settings = settings;
        }
        same
    }

    /// What chance says of a row of the training part.
    pub fn draw(&self, seed: u32, epoch: u32, row: u32) -> Draw {
        Draw::new(&self.settings, self.shape, seed, epoch, row)
    }

    /// A picture for the network: divided by the scale, changed as `draw` says (not at all without one), standardized.
    pub fn picture(&self, pixels: &[u8], draw: Option<&Draw>) -> Vec<f32> {
        let scale = self.scale as f32;
        let values = pixels.iter().map(|pixel| f32::from(*pixel) / scale);
        let mut values: Vec<f32> = values.collect();
        if let Some(draw) = draw {
            self.change(&mut values, draw);
        }
        self.standardize(&mut values);
        values
    }

    /// Keras's `random_transform` with known random numbers; `values` are (channels, height, width).
    pub fn change(&self, values: &mut Vec<f32>, draw: &Draw) {
        let Shape { height, width, .. } = self.shape;
        if let Some(matrix) = matrix(draw, self.shape) {
            let cval = self.settings.cval as f32;
            *values = resample(values, self.shape, matrix, self.settings.fill_mode, cval);
        }
        if !draw.channels.is_empty() {
            let least = values.iter().copied().fold(f32::INFINITY, f32::min);
            let most = values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let channels = values.chunks_exact_mut((height * width).max(1));
            for (channel, shift) in channels.zip(&draw.channels) {
                let shifted = |value: f32| (value + *shift as f32).min(most).max(least);
                channel
                    .iter_mut()
                    .for_each(|value| *value = shifted(*value));
            }
        }
        if draw.horizontal_flip {
            values
                .chunks_exact_mut(width.max(1))
                .for_each(<[f32]>::reverse);
        }
        if draw.vertical_flip {
            for channel in values.chunks_exact_mut((height * width).max(1)) {
                for row in 0..height / 2 {
                    let (above, below) = channel.split_at_mut((height - 1 - row) * width);
                    above[row * width..][..width].swap_with_slice(&mut below[..width]);
                }
            }
        }
        if draw.brightness != 1.0 {
            let (factor, white) = (draw.brightness as f32, (255.0 / self.scale) as f32);
            values
                .iter_mut()
                .for_each(|value| *value = (*value * factor).min(white));
        }
    }

    /// Keras's `standardize`: nothing by chance, the same for every row that the network sees.
    pub fn standardize(&self, values: &mut [f32]) {
        let settings = &self.settings;
        if settings.rescale != 1.0 {
            let factor = settings.rescale as f32;
            values.iter_mut().for_each(|value| *value *= factor);
        }
        if settings.samplewise_center || settings.samplewise_std_normalization {
            self.samplewise(values);
        }
        let Some(learned) = &self.learned else {
            return;
        };
        let cells = (self.shape.height * self.shape.width).max(1);
        let numbers = learned.mean.iter().zip(&learned.deviation);
        for (channel, (mean, deviation)) in values.chunks_exact_mut(cells).zip(numbers) {
            for value in channel {
                if settings.featurewise_center {
                    *value -= *mean as f32;
                }
                if settings.featurewise_std_normalization {
                    *value /= (*deviation + SMALL) as f32;
                }
            }
        }
        if let Some(whitening) = &learned.whitening {
            let mut wide: Vec<f64> = values.iter().map(|value| f64::from(*value)).collect();
            whitening.apply(&mut wide);
            for (value, wide) in values.iter_mut().zip(wide) {
                *value = wide as f32;
            }
        }
    }

    /// At each place over its channels, which is what 2.0.8 calls a sample.
    fn samplewise(&self, values: &mut [f32]) {
        let cells = self.shape.height * self.shape.width;
        let channels = self.shape.channels as f64;
        for place in 0..cells {
            let own = || (place..values.len()).step_by(cells.max(1));
            let mean = own().map(|at| f64::from(values[at])).sum::<f64>() / channels;
            let squares = own().map(|at| (f64::from(values[at]) - mean).powi(2));
            let deviation = (squares.sum::<f64>() / channels).sqrt();
            for at in own() {
                if self.settings.samplewise_center {
                    values[at] -= mean as f32;
                }
                if self.settings.samplewise_std_normalization {
                    values[at] /= (deviation + SMALL) as f32;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
