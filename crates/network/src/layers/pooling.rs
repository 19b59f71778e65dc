//! Pooling over windows, and over everything.

use super::{as_picture, from_picture};
use crate::ops;
use crate::value::Value;
use fireside_spec::layers::{GlobalPooling, Pool, Pooling};

/// The largest or the mean of each window.
pub(super) fn forward(spec: &Pooling, x: Value) -> Value {
    let Some(x) = as_picture(spec.rank, x.clone()) else {
        return x;
    };
    let [_, _, height, width] = x.dims();
    let (top, bottom) = spec.window.zeros(0, height);
    let (left, right) = spec.window.zeros(1, width);
    let around = [top, bottom, left, right];
    let (size, strides) = (spec.window.size, spec.window.strides);
    let y = match spec.pool {
        Pool::Max => ops::max_pool2d(x, size, strides, around),
        Pool::Average => ops::average_pool2d(x, size, strides, around),
    };
    from_picture(spec.rank, y)
}

/// The largest or the mean of each channel: a window as large as the picture.
pub(super) fn global(spec: &GlobalPooling, x: Value) -> Value {
    let Some(x) = as_picture(spec.rank, x.clone()) else {
        return x;
    };
    let [n, channels, height, width] = x.dims();
    let window = [height, width];
    let y = match spec.pool {
        Pool::Max => ops::max_pool2d(x, window, window, [0; 4]),
        Pool::Average => ops::average_pool2d(x, window, window, [0; 4]),
    };
    Value::Flat(y.reshape([n, channels]))
}
