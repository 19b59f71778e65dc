//! The heavy operations of a network: convolution, pooling, the dense product and recurrent layers, each
//! one recorded as a single step of the gradient graph.
//!
//! On the CPU engine (burn-flex, `cpu`) and on the GPU engine (burn-wgpu, `gpu`) they are our own,
//! forward and backward: bias and relu are applied where the result is at hand, and the gradient of
//! an input is only computed when something needs it. On any other engine the same functions are
//! composed of Burn's operations. On the CPU a result never depends on the number of threads.

mod composed;
#[cfg(feature = "cpu")]
mod cpu;
mod extension;
#[cfg(feature = "gpu")]
pub mod gpu;
mod kernels;
mod nodes;
mod recurrent;
mod sizes;
mod windows;

pub use recurrent::{Cell, CellActivation, Recurrence, Surroundings, recurrent};

use burn::tensor::Tensor;
use sizes::PoolKind;

/// The sum of all numbers of `output`, each times its weight: a scalar whose gradient by `output` is `weights`.
pub fn weighted_sum(output: Tensor<2>, weights: Tensor<2>) -> Tensor<1> {
    #[cfg(feature = "gpu")]
    if gpu::is_gpu(&output) {
        return gpu::seeded(output, weights);
    }
    (output * weights).sum()
}

/// How a window slides: everything about a convolution but its numbers.
#[derive(Clone, Copy, Debug)]
pub struct Convolve {
    /// `[down, right]`
    pub stride: [usize; 2],
    /// `[top, bottom, left, right]`, rows and columns of zeros.
    pub padding: [usize; 4],
    /// Cells of the window lie so far apart, `[down, right]`.
    pub dilation: [usize; 2],
    /// Channels and filters are cut into so many groups.
    pub groups: usize,
    /// Whether negative results become zero.
    pub relu: bool,
}

impl Default for Convolve {
    fn default() -> Self {
        Self {
            stride: [1, 1],
            padding: [0; 4],
            dilation: [1, 1],
            groups: 1,
            relu: false,
        }
    }
}

/// 2-D convolution (cross-correlation, as Keras's `Conv2D`) with its bias and, if asked, its relu.
///
/// `input` is `[n, channels, height, width]`, `kernel` `[filters, channels / groups, rows, columns]`, `bias`
/// `[filters]`. The output is `[n, filters, height', width']` with `height' = (height + top + bottom - reach) /
/// down + 1` and `reach = (rows - 1) dilation + 1`.
///
/// # Panics
/// If the channels of input and kernel differ, the bias has another length than the kernel has
/// filters, a stride is zero, or the kernel is larger than the padded picture.
pub fn conv2d(
    input: Tensor<4>,
    kernel: Tensor<4>,
    bias: Option<Tensor<1>>,
    how: Convolve,
) -> Tensor<4> {
    if extension::runs(&input) {
        return extension::conv2d(input, kernel, bias, how);
    }
    composed::conv2d(input, kernel, bias, how)
}

/// The products of `count` pairs of matrices: `left` `[count, m, k]` times `right` `[count, k, n]` or, where the right
/// ones are `turned`, times `right` `[count, n, k]` with rows and columns exchanged: `[count, m, n]`.
///
/// # Panics
/// If these sizes do not agree.
pub fn products(left: Tensor<3>, right: Tensor<3>, turned: bool) -> Tensor<3> {
    if extension::runs(&left) {
        return extension::products(left, right, turned);
    }
    composed::products(left, right, turned)
}

/// The largest number of every window; the gradient goes to the first such number in row-major
/// order, as in Keras. Padding never wins.
///
/// `input` is `[n, channels, height, width]`, `pool` and `stride` are `[rows, columns]`, `padding`
/// is `[top, bottom, left, right]`.
///
/// # Panics
/// If a stride or window is zero, the window is larger than the padded picture, or a padding is not
/// smaller than the window.
pub fn max_pool2d(
    input: Tensor<4>,
    pool: [usize; 2],
    stride: [usize; 2],
    padding: [usize; 4],
) -> Tensor<4> {
    if extension::runs(&input) {
        return extension::pool2d(input, PoolKind::Max, pool, stride, padding);
    }
    composed::max_pool2d(input, pool, stride, padding)
}

/// The mean of every window over its real numbers: padding is not counted, as in Keras.
///
/// Arguments and panics as in [`max_pool2d`].
pub fn average_pool2d(
    input: Tensor<4>,
    pool: [usize; 2],
    stride: [usize; 2],
    padding: [usize; 4],
) -> Tensor<4> {
    if extension::runs(&input) {
        return extension::pool2d(input, PoolKind::Average, pool, stride, padding);
    }
    composed::average_pool2d(input, pool, stride, padding)
}

/// The rows of `table` `[words, width]` that `ids` `[n, steps]` name: `[n, steps, width]`. What is no id of the
/// table reads its nearest row; ids have no gradient.
pub fn embed(table: Tensor<2>, ids: Tensor<2>) -> Tensor<3> {
    extension::embed(table, ids)
}

/// `input x kernel + bias` and, if asked, its relu.
///
/// `input` is `[n, in]`, `kernel` `[in, out]`, `bias` `[out]`; the output is `[n, out]`.
///
/// # Panics
/// If these sizes do not agree.
pub fn dense(
    input: Tensor<2>,
    kernel: Tensor<2>,
    bias: Option<Tensor<1>>,
    fuse_relu: bool,
) -> Tensor<2> {
    if extension::runs(&input) {
        return extension::dense(input, kernel, bias, fuse_relu);
    }
    composed::dense(input, kernel, bias, fuse_relu)
}
