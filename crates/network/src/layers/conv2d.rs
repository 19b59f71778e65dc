//! `Conv2D` as one node (our own on the CPU), relu inside it where that is the activation.

use crate::network::Weight;
use crate::ops;
use burn::tensor::Tensor;
use fireside_spec::layers::{Activation, Conv2d as Spec, window_padding};

/// Kernel (out, in, kh, kw) and bias of a convolution.
#[derive(Clone, Debug)]
pub(crate) struct Conv2d {
    pub spec: Spec,
    pub kernel: Weight,
    pub bias: Option<Weight>,
}

impl Conv2d {
    /// (rows, in, h, w) -> (rows, filters, h', w'), with relu when that is the activation.
    pub fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let [_, _, height, width] = x.dims();
        let Spec {
            kernel_size: [kh, kw],
            strides: [sh, sw],
            padding,
            ..
        } = self.spec;
        let (top, bottom) = window_padding(height, kh, sh, padding);
        let (left, right) = window_padding(width, kw, sw, padding);
        ops::conv2d(
            x,
            self.kernel.window(),
            self.bias.as_ref().map(Weight::vector),
            [sh, sw],
            [top, bottom, left, right],
            self.spec.activation == Activation::Relu,
        )
    }
}

/// Keras's (kh, kw, in, out) as (out, in, kh, kw).
pub(crate) fn from_keras(values: &[f32], shape: [usize; 4]) -> Vec<f32> {
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
pub(crate) fn to_keras(values: &[f32], shape: [usize; 4]) -> Vec<f32> {
    let [kh, kw, inputs, outputs] = shape;
    let mut out = vec![0.0; values.len()];
    for (index, value) in out.iter_mut().enumerate() {
        let (o, i) = (index % outputs, index / outputs % inputs);
        let window = index / (outputs * inputs);
        *value = values[(o * inputs + i) * kh * kw + window];
    }
    out
}
