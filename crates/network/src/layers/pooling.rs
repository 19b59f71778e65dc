//! Pooling over windows, and over everything.

use super::{Pass, as_picture, from_picture};
use crate::ops;
use crate::value::Value;
use fireside_spec::Dialect;
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

/// The largest or the mean of each channel: a window as large as the picture. In Keras 3 the mean over steps is that of
/// the steps that are no padding; of a row of nothing else it is 0, where Keras divides by 0.
pub(super) fn global(spec: &GlobalPooling, x: Value, pass: &Pass) -> Value {
    if let (Value::Sequence(x), Pool::Average, Dialect::Keras3, Some(mask)) =
        (&x, spec.pool, pass.dialect, pass.mask())
    {
        let [n, steps, features] = x.dims();
        let real = mask.clone().sum_dim(1).clamp_min(1.0);
        let sum = (x.clone() * mask.reshape([n, steps, 1])).sum_dim(1);
        return Value::Flat(sum.reshape([n, features]) / real);
    }
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
