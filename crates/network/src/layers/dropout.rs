//! `Dropout`: a mask from the counter-based generator, so that every engine draws the same one.

use crate::value::Value;
use burn::tensor::{Tensor, TensorData};
use fireside_spec::DataFormat;
use fireside_spec::random::{Purpose, Stream, unit};

/// Drops with probability `rate`, in training only.
#[derive(Clone, Debug)]
pub(crate) struct Dropout {
    pub rate: f64,
    /// Position in the experiment's list of layers: the generator's tag.
    pub layer: usize,
}

impl Dropout {
    /// The mask's values, 0 or 1 / (1 - rate), elements numbered row-major in the batch tensor.
    pub fn mask(&self, seed: u32, update: u32, len: usize) -> Vec<f32> {
        let stream = Stream::new(seed, Purpose::Dropout, update, self.layer as u32);
        let rate = self.rate as f32;
        let kept = (1.0 / (1.0 - self.rate)) as f32;
        let mut mask = vec![0.0; len];
        stream.for_each(len, |element, word| {
            if unit(word) >= rate {
                mask[element] = kept;
            }
        });
        mask
    }

    /// Applies the mask of update `update`.
    pub fn forward(&self, value: Value, seed: u32, update: u32, format: DataFormat) -> Value {
        if self.rate == 0.0 {
            return value;
        }
        #[cfg(feature = "gpu")]
        if value.is_gpu() {
            return self.draw_on_gpu(value, seed, update, format);
        }
        match value {
            Value::Flat(x) => {
                let shape = x.dims();
                let mask = self.mask(seed, update, shape.iter().product());
                let mask = Tensor::<2>::from_data(TensorData::new(mask, shape), &x.device());
                Value::Flat(x * mask)
            }
            Value::Picture(x) => {
                let [n, c, h, w] = x.dims();
                let mask = self.mask(seed, update, n * c * h * w);
                let device = x.device();
                let mask = match format {
                    DataFormat::ChannelsFirst => {
                        Tensor::<4>::from_data(TensorData::new(mask, [n, c, h, w]), &device)
                    }
                    DataFormat::ChannelsLast => {
                        Tensor::<4>::from_data(TensorData::new(mask, [n, h, w, c]), &device)
                            .permute([0, 3, 1, 2])
                    }
                };
                Value::Picture(x * mask)
            }
        }
    }

    /// The same, the mask drawn where it is used.
    #[cfg(feature = "gpu")]
    fn draw_on_gpu(&self, value: Value, seed: u32, update: u32, format: DataFormat) -> Value {
        use crate::ops::gpu::{Drop, dropout};
        let mut drop = Drop {
            rate: self.rate,
            seed,
            update,
            layer: self.layer as u32,
            channels_last: None,
        };
        match value {
            Value::Flat(x) => Value::Flat(dropout(x, drop)),
            Value::Picture(x) => {
                let [_, channels, height, width] = x.dims();
                if format == DataFormat::ChannelsLast {
                    drop.channels_last = Some([channels, height * width]);
                }
                Value::Picture(dropout(x, drop))
            }
        }
    }
}
