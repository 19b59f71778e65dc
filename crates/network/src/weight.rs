//! A tensor of the network: its name, its shape in Keras, its numbers in the engine's layout.

use burn::tensor::{Device, Tensor, TensorData};
use fireside_spec::layers::{Rules, TensorSpec};

/// A tensor: values in the engine's layout, flat, with its true shape.
///
/// Flat, because update rules are element by element; the layers ask for the shape they need.
#[derive(Clone, Debug)]
pub struct Weight {
    /// `conv2d_1/kernel`
    pub name: String,
    /// Keras's shape: (in, out), (kh, kw, in, out), (units).
    pub shape: Vec<usize>,
    /// Convolution kernels lie as (out, in, kh, kw), everything else as in Keras.
    pub values: Tensor<1>,
    /// Whether the optimizer changes it.
    pub trainable: bool,
    /// What the experiment says of it.
    pub rules: Rules,
    /// (kh, kw, in, out) where the numbers lie otherwise than in Keras.
    pub window: Option<[usize; 4]>,
}

/// Whether the numbers of a tensor lie otherwise than in Keras: the kernel of a window as (kh, kw, in, out).
pub(crate) fn window_of(spec: &TensorSpec) -> Option<[usize; 4]> {
    match (spec.name.rsplit('/').next(), spec.shape.as_slice()) {
        // Each channel by itself: output channel c * m + j has one input channel.
        (Some("depthwise_kernel"), &[kh, kw, channels, multiplier]) => {
            Some([kh, kw, 1, channels * multiplier])
        }
        (Some("kernel" | "pointwise_kernel"), &[kh, kw, inputs, outputs]) => {
            Some([kh, kw, inputs, outputs])
        }
        _ => None,
    }
}

impl Weight {
    /// A weight named `<layer>/<tensor>` with numbers in Keras's layout; `conv1d` says that a kernel of three
    /// axes belongs to a window.
    pub(crate) fn new(
        layer: &str,
        spec: &TensorSpec,
        conv1d: bool,
        values: &[f32],
        device: &Device,
    ) -> Self {
        let window = match *spec.shape.as_slice() {
            [size, inputs, outputs] if conv1d => Some([1, size, inputs, outputs]),
            _ => window_of(spec),
        };
        let values = match window {
            Some(shape) => from_keras(values, shape),
            None => values.to_vec(),
        };
        let length = values.len();
        Self {
            name: format!("{layer}/{}", spec.name),
            shape: spec.shape.clone(),
            values: Tensor::from_data(TensorData::new(values, [length]), device),
            trainable: spec.trainable,
            rules: spec.rules.clone(),
            window,
        }
    }

    /// Number of elements.
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether there is no element.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the optimizer has to know it.
    pub fn is_optimized(&self) -> bool {
        self.trainable || self.rules.regularizer.is_some()
    }

    /// The order in which Keras's axes lie, the slowest first; empty: as in Keras.
    pub fn order(&self) -> Vec<usize> {
        match (self.window, self.shape.len()) {
            (Some(_), 3) => vec![2, 1, 0],
            // (kh, kw, channels, multiplier) lies as channels, multiplier, rows, columns.
            (Some([_, _, inputs, _]), 4) if inputs != self.shape[2] => vec![2, 3, 0, 1],
            (Some(_), 4) => vec![3, 2, 0, 1],
            _ => Vec::new(),
        }
    }

    pub(crate) fn vector(&self) -> Tensor<1> {
        self.values.clone()
    }

    /// As (all axes but the last, the last).
    pub(crate) fn matrix(&self) -> Tensor<2> {
        let columns = self.shape.last().copied().unwrap_or(1);
        let rows = self.len() / columns.max(1);
        self.values.clone().reshape([rows, columns])
    }

    /// As (out, in, kh, kw).
    pub(crate) fn window(&self) -> Tensor<4> {
        let [kh, kw, inputs, outputs] = self.window.unwrap_or([1, 1, 1, self.len()]);
        self.values.clone().reshape([outputs, inputs, kh, kw])
    }

    /// Numbers of the engine's layout in Keras's.
    pub(crate) fn to_keras(&self, values: Vec<f32>) -> Vec<f32> {
        match self.window {
            Some(shape) => to_keras(&values, shape),
            None => values,
        }
    }
}

/// Keras's (kh, kw, in, out) as (out, in, kh, kw).
fn from_keras(values: &[f32], shape: [usize; 4]) -> Vec<f32> {
    let [kh, kw, inputs, outputs] = shape;
    let mut out = vec![0.0; values.len()];
    for (index, value) in values.iter().enumerate() {
        let (o, i) = (index % outputs, index / outputs % inputs);
        let window = index / (outputs * inputs);
        out[(o * inputs + i) * kh * kw + window] = *value;
    }
    out
}

/// (out, in, kh, kw) as Keras's (kh, kw, in, out); `shape` is Keras's.
fn to_keras(values: &[f32], shape: [usize; 4]) -> Vec<f32> {
    let [kh, kw, inputs, outputs] = shape;
    let mut out = vec![0.0; values.len()];
    for (index, value) in out.iter_mut().enumerate() {
        let (o, i) = (index % outputs, index / outputs % inputs);
        let window = index / (outputs * inputs);
        *value = values[(o * inputs + i) * kh * kw + window];
    }
    out
}
