//! Initial weights.

use crate::random::{Purpose, Stream, unit};

/// How a tensor is filled before training.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Initializer {
    Zeros,
    /// U(-L, L), L = sqrt(6 / (fan_in + fan_out)).
    GlorotUniform,
    /// U(-L, L), L = sqrt(6 / fan_in).
    HeUniform,
    /// N(0, 0.05), not truncated (Keras 2's `normal`).
    Normal,
    /// U(-0.05, 0.05).
    Uniform,
}

impl Initializer {
    /// All of them by Keras's names.
    pub const ALL: &'static [(&'static str, Self)] = &[
        ("glorot_uniform", Self::GlorotUniform),
        ("he_uniform", Self::HeUniform),
        ("normal", Self::Normal),
        ("random_normal", Self::Normal),
        ("uniform", Self::Uniform),
        ("random_uniform", Self::Uniform),
        ("zeros", Self::Zeros),
    ];
}

/// A trainable tensor of a layer, in Keras's layout: Dense (in, out), Conv2D (kh, kw, in, out).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TensorSpec {
    /// `kernel` or `bias`.
    pub name: &'static str,
    pub shape: Vec<usize>,
    pub initializer: Initializer,
}

/// A kernel of `shape` (its last axis is the units) and, where the layer has one, its bias.
pub(super) fn kernel_and_bias(
    shape: Vec<usize>,
    kernel: Initializer,
    bias: Option<Initializer>,
) -> Vec<TensorSpec> {
    let units = shape.last().copied().unwrap_or(0);
    let kernel = TensorSpec {
        name: "kernel",
        shape,
        initializer: kernel,
    };
    let bias = bias.map(|initializer| TensorSpec {
        name: "bias",
        shape: vec![units],
        initializer,
    });
    std::iter::once(kernel).chain(bias).collect()
}

impl TensorSpec {
    /// Number of elements.
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether there is no element.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Keras's (fan_in, fan_out): the last two axes, each times the window.
    pub fn fans(&self) -> (f64, f64) {
        match *self.shape.as_slice() {
            [] => (1.0, 1.0),
            // A vector: Keras takes the square root of its length for both.
            [n] => ((n as f64).sqrt(), (n as f64).sqrt()),
            [ref window @ .., fan_in, fan_out] => {
                let window = window.iter().product::<usize>() as f64;
                (window * fan_in as f64, window * fan_out as f64)
            }
        }
    }

    /// Initial values, row-major in Keras's layout, of tensor `tensor` of layer `layer`.
    pub fn initial(&self, seed: u32, layer: usize, tensor: usize) -> Vec<f32> {
        let stream = Stream::new(seed, Purpose::Weights, 0, (layer * 8 + tensor) as u32);
        let (fan_in, fan_out) = self.fans();
        let uniform = |limit: f64| {
            let mut values = vec![0.0; self.len()];
            stream.for_each(self.len(), |element, word| {
                values[element] = ((2.0 * f64::from(unit(word)) - 1.0) * limit) as f32;
            });
            values
        };
        match self.initializer {
            Initializer::Zeros => vec![0.0; self.len()],
            Initializer::GlorotUniform => uniform((6.0 / (fan_in + fan_out)).sqrt()),
            Initializer::HeUniform => uniform((6.0 / fan_in).sqrt()),
            Initializer::Uniform => uniform(0.05),
            Initializer::Normal => {
                let mut values = stream.normals(self.len());
                for value in &mut values {
                    *value = (0.05 * f64::from(*value)) as f32;
                }
                values
            }
        }
    }
}
