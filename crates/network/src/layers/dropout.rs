//! `Dropout` and its like: masks from the counter-based generator, so that every engine draws the same ones.

use super::Pass;
use crate::network::Mode;
use crate::value::Value;
use burn::tensor::{Device, Tensor, TensorData};
use fireside_spec::layers::{Dropout, Rank};
use fireside_spec::random::{Purpose, Stream, unit};

/// Words that are drawn at once, and numbers of a mask that a thread draws.
const WORDS: usize = 256;
const PART: usize = 1 << 14;

/// A mask's values, 0 or 1 / (1 - rate), of update `update` for the generator's `tag`.
fn mask(rate: f64, seed: u32, update: u32, tag: u32, len: usize) -> Vec<f32> {
    let stream = Stream::new(seed, Purpose::Dropout, update, tag);
    let kept = (1.0 / (1.0 - rate)) as f32;
    let rate = rate as f32;
    let mut mask = vec![0.0; len];
    fireside_threads::for_parts(&mut mask, PART, &|index, part: &mut [f32]| {
        for (at, values) in part.chunks_mut(WORDS).enumerate() {
            let mut words = [0; WORDS];
            stream.fill(((index * PART + at * WORDS) / 4) as u32, &mut words);
            for (value, word) in values.iter_mut().zip(words) {
                // No branch: whether a number is dropped cannot be guessed.
                *value = if unit(word) >= rate { kept } else { 0.0 };
            }
        }
    });
    mask
}

/// A mask of `shape` in training, `None` in use or where nothing is dropped. `part` tells the masks of one
/// layer from each other.
pub(super) fn draw<const D: usize>(
    shape: [usize; D],
    rate: f64,
    part: u32,
    pass: &Pass,
    device: &Device,
) -> Option<Tensor<D>> {
    let Mode::Train { seed, update } = pass.mode else {
        return None;
    };
    if rate == 0.0 {
        return None;
    }
    let tag = pass.index as u32 | part << 16;
    let values = mask(rate, seed, update, tag, shape.iter().product());
    Some(Tensor::from_data(TensorData::new(values, shape), device))
}

/// `x` with values dropped, elements numbered row-major.
pub(super) fn masked<const D: usize>(x: Tensor<D>, rate: f64, pass: &Pass) -> Tensor<D> {
    match draw(x.dims(), rate, 0, pass, &x.device()) {
        Some(mask) => x * mask,
        None => x,
    }
}

/// Applies the mask of the pass, elements numbered row-major in the batch tensor of the data format.
pub(super) fn forward(spec: &Dropout, value: Value, pass: &Pass) -> Value {
    let Mode::Train { .. } = pass.mode else {
        return value;
    };
    if spec.rate == 0.0 {
        return value;
    }
    match (spec.spatial, value) {
        (Some(Rank::One), Value::Sequence(x)) => {
            let [n, _, features] = x.dims();
            match draw([n, 1, features], spec.rate, 0, pass, &x.device()) {
                Some(mask) => Value::Sequence(x * mask),
                None => Value::Sequence(x),
            }
        }
        (Some(Rank::Two), Value::Picture(x)) => {
            let [n, channels, ..] = x.dims();
            match draw([n, channels, 1, 1], spec.rate, 0, pass, &x.device()) {
                Some(mask) => Value::Picture(x * mask),
                None => Value::Picture(x),
            }
        }
        (_, value) => each(spec.rate, value, pass),
    }
}

/// Every value by itself.
fn each(rate: f64, value: Value, pass: &Pass) -> Value {
    #[cfg(feature = "gpu")]
    if value.is_gpu() {
        return draw_on_gpu(rate, value, pass);
    }
    let shape = value.shape();
    let numbers = value.into_flat();
    let drawn = draw(numbers.dims(), rate, 0, pass, &numbers.device());
    match drawn {
        Some(mask) => {
            let mask = Value::from_ordered(mask, shape, pass.format).into_flat();
            Value::from_flat(numbers * mask, shape)
        }
        None => Value::from_flat(numbers, shape),
    }
}

/// The same, the mask drawn where it is used.
#[cfg(feature = "gpu")]
fn draw_on_gpu(rate: f64, value: Value, pass: &Pass) -> Value {
    use crate::ops::gpu::{Drop, dropout};
    use fireside_spec::{DataFormat, Shape};
    let Mode::Train { seed, update } = pass.mode else {
        return value;
    };
    let shape = value.shape();
    let channels_last = match (pass.format, shape) {
        (
            DataFormat::ChannelsLast,
            Shape::Picture {
                channels,
                height,
                width,
            }
            | Shape::Frames {
                channels,
                height,
                width,
                ..
            },
        ) => Some([channels, height * width]),
        _ => None,
    };
    let drop = Drop {
        rate,
        seed,
        update,
        layer: pass.index as u32,
        channels_last,
    };
    value.map(|x| dropout(x, drop))
}
