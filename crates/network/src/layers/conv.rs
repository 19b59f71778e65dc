//! `Conv1D`, `Conv2D`, `DepthwiseConv2D`, `SeparableConv2D` as one node each (our own where there are no
//! groups and no gaps in the window), relu inside it where that is the activation.

use super::{as_picture, from_picture};
use crate::ops::{self, Convolve};
use crate::value::Value;
use crate::weight::Weight;
use burn::tensor::Tensor;
use fireside_spec::layers::{Conv, Depthwise, Window};

/// How a window slides over a picture of these sizes.
fn convolve(window: &Window, x: &Tensor<4>, groups: usize, relu: bool) -> Convolve {
    let [_, _, height, width] = x.dims();
    let (top, bottom) = window.zeros(0, height);
    let (left, right) = window.zeros(1, width);
    Convolve {
        stride: window.strides,
        padding: [top, bottom, left, right],
        dilation: window.dilation,
        groups,
        relu,
    }
}

/// (rows, in, h, w) -> (rows, filters, h', w'), or the same over the steps of a sequence.
pub(super) fn forward(spec: &Conv, weights: &[Weight], x: Value, relu: bool) -> Value {
    let Some(x) = as_picture(spec.rank, x.clone()) else {
        return x;
    };
    let how = convolve(&spec.window, &x, spec.groups, relu);
    let bias = weights.get(1).map(Weight::vector);
    from_picture(spec.rank, ops::conv2d(x, weights[0].window(), bias, how))
}

/// Each channel by itself, then with `pointwise` all channels of each pixel.
pub(super) fn depthwise(spec: &Depthwise, weights: &[Weight], x: Value, relu: bool) -> Value {
    let Value::Picture(x) = x else {
        return x;
    };
    let bias = spec.bias.as_ref().and(weights.last()).map(Weight::vector);
    let [_, channels, ..] = x.dims();
    Value::Picture(match spec.pointwise {
        None => {
            let how = convolve(&spec.window, &x, channels, relu);
            ops::conv2d(x, weights[0].window(), bias, how)
        }
        Some(_) => {
            let how = convolve(&spec.window, &x, channels, false);
            let each = ops::conv2d(x, weights[0].window(), None, how);
            let how = Convolve {
                relu,
                ..Convolve::default()
            };
            ops::conv2d(each, weights[1].window(), bias, how)
        }
    })
}
