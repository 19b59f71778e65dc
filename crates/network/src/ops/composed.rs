//! The same operations from Burn's own: for engines that we have no kernels for, and as the
//! yardstick in tests.

use super::Convolve;
use burn::tensor::Tensor;
use burn::tensor::activation::relu;
use burn::tensor::module;
use burn::tensor::ops::{AvgPoolOptions, ConvOptions, MaxPoolOptions};

/// `[top, bottom, left, right]` as Burn's pairs.
fn pairs([top, bottom, left, right]: [usize; 4]) -> [(usize, usize); 2] {
    [(top, bottom), (left, right)]
}

fn activate<const D: usize>(output: Tensor<D>, fuse_relu: bool) -> Tensor<D> {
    if fuse_relu { relu(output) } else { output }
}

pub(super) fn conv2d(
    input: Tensor<4>,
    kernel: Tensor<4>,
    bias: Option<Tensor<1>>,
    how: Convolve,
) -> Tensor<4> {
    let mut options = ConvOptions::new(how.stride, [0, 0], how.dilation, how.groups);
    options.padding = pairs(how.padding);
    activate(module::conv2d(input, kernel, bias, options), how.relu)
}

pub(super) fn max_pool2d(
    input: Tensor<4>,
    pool: [usize; 2],
    stride: [usize; 2],
    padding: [usize; 4],
) -> Tensor<4> {
    let mut options = MaxPoolOptions::new(pool);
    options.stride = stride;
    options.padding = pairs(padding);
    module::max_pool2d(input, options)
}

pub(super) fn average_pool2d(
    input: Tensor<4>,
    pool: [usize; 2],
    stride: [usize; 2],
    padding: [usize; 4],
) -> Tensor<4> {
    let mut options = AvgPoolOptions::new(pool);
    options.stride = stride;
    options.padding = pairs(padding);
    options.count_include_pad = false;
    module::avg_pool2d(input, options)
}

pub(super) fn dense(
    input: Tensor<2>,
    kernel: Tensor<2>,
    bias: Option<Tensor<1>>,
    fuse_relu: bool,
) -> Tensor<2> {
    let product = input.matmul(kernel);
    let output = match bias {
        Some(bias) => product + bias.unsqueeze(),
        None => product,
    };
    activate(output, fuse_relu)
}

pub(super) fn products(left: Tensor<3>, right: Tensor<3>, turned: bool) -> Tensor<3> {
    left.matmul(if turned { right.swap_dims(1, 2) } else { right })
}
