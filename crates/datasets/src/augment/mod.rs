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
use affine::moved;
use fireside_spec::Augmentation;
use learned::{Learned, SMALL};

pub use draw::Draw;

/// An augmentation with what it has learned from training rows.
pub struct Augmenter {
    settings: Augmentation,
    shape: Shape,
    scale: f64,
    /// How many it has learned from.
    rows: usize,
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
            rows: rows.len(),
            ..Self::without_rows(settings, scale, pictures.shape())
        }
    }

    /// One that has learned nothing: center and deviation of all rows, and whitening, are left out.
    pub const fn without_rows(settings: Augmentation, scale: f64, shape: Shape) -> Self {
        Self {
            settings,
            shape,
            scale,
            rows: 0,
            learned: None,
        }
    }

    /// Goes on with other settings that don't change what was learned from the first so many rows; `false` where they do.
    pub fn adjust(&mut self, settings: Augmentation, scale: f64, rows: usize) -> bool {
        // All that nobody learns from as it was.
        let lessons = Augmentation {
            featurewise_center: settings.featurewise_center,
            featurewise_std_normalization: settings.featurewise_std_normalization,
            zca_whitening: settings.zca_whitening,
            zca_epsilon: settings.zca_epsilon,
            ..self.settings
        };
        let same = lessons == self.settings && scale == self.scale && rows == self.rows;
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
        if !draw.stays() {
            let (fill, cval) = (self.settings.fill_mode, self.settings.cval as f32);
            *values = moved(values, self.shape, draw, fill, cval);
        }
        if !draw.channels.is_empty() {
            let [least, most] = ends(values);
            let channels = values.chunks_exact_mut(self.cells());
            for (channel, shift) in channels.zip(&draw.channels) {
                for value in channel {
                    *value = (*value + *shift as f32).min(most).max(least);
                }
            }
        }
        if draw.brightness != 1.0 {
            let (factor, white) = (draw.brightness as f32, (255.0 / self.scale) as f32);
            for value in values {
                *value = (*value * factor).min(white);
            }
        }
    }

    /// Numbers of one channel.
    fn cells(&self) -> usize {
        (self.shape.height * self.shape.width).max(1)
    }

    /// Keras's `standardize`: nothing by chance, the same for every row that the network sees.
    pub fn standardize(&self, values: &mut [f32]) {
        let settings = &self.settings;
        if settings.rescale != 1.0 {
            for value in values.iter_mut() {
                *value *= settings.rescale as f32;
            }
        }
        if settings.samplewise_center || settings.samplewise_std_normalization {
            self.samplewise(values);
        }
        let Some(learned) = &self.learned else {
            return;
        };
        let channels = values.chunks_exact_mut(self.cells());
        for (channel, [center, divisor]) in channels.zip(&learned.channels) {
            for value in channel {
                *value = (*value - *center as f32) / *divisor as f32;
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
        let (cells, channels) = (self.cells(), self.shape.channels);
        for place in 0..cells {
            let (mut sum, mut squares) = (0.0, 0.0);
            for channel in 0..channels {
                let value = f64::from(values[channel * cells + place]);
                sum += value;
                squares += value * value;
            }
            let mean = sum / channels as f64;
            let deviation = (squares / channels as f64 - mean * mean).max(0.0).sqrt();
            for channel in 0..channels {
                let value = &mut values[channel * cells + place];
                if self.settings.samplewise_center {
                    *value -= mean as f32;
                }
                if self.settings.samplewise_std_normalization {
                    *value /= (deviation + SMALL) as f32;
                }
            }
        }
    }
}

/// The smallest and the largest value.
fn ends(values: &[f32]) -> [f32; 2] {
    let mut ends = [f32::INFINITY, f32::NEG_INFINITY];
    for value in values {
        ends = [ends[0].min(*value), ends[1].max(*value)];
    }
    ends
}

#[cfg(test)]
mod tests;
