//! `Flatten`, `Reshape`, `Permute`, `ZeroPadding2D`, `UpSampling2D`: the order of the numbers is the data
//! format's, so that dense kernels behind them mean what Keras's mean.

use crate::value::Value;
use burn::tensor::Tensor;
use burn::tensor::ops::PadMode;
use fireside_spec::layers::Reshaping;
use fireside_spec::{DataFormat, Shape};

/// Moves the numbers of a batch. `spec::check` has seen to it that they fit.
pub(super) fn forward(spec: &Reshaping, x: Value, format: DataFormat) -> Value {
    match (spec, x) {
        (Reshaping::Flatten, x) => Value::Flat(x.into_ordered(format)),
        (Reshaping::Reshape(axes), x) => {
            let numbers = x.into_ordered(format);
            let length = numbers.dims()[1] as i64;
            let known: i64 = axes.iter().filter(|axis| **axis > 0).product();
            let fill = |axis: &i64| if *axis > 0 { *axis } else { length / known };
            let axes: Vec<usize> = axes.iter().map(|axis| fill(axis) as usize).collect();
            let shape = Shape::of(&axes, format).unwrap_or(Shape::Flat { units: axes[0] });
            Value::from_ordered(numbers, shape, format)
        }
        (Reshaping::Permute(dims), x) => permute(dims, x, format),
        (Reshaping::ZeroPadding([top, bottom, left, right]), Value::Picture(x)) => {
            let pairs = [(*top, *bottom), (*left, *right)];
            Value::Picture(x.pad(pairs, PadMode::Constant(0.0)))
        }
        (Reshaping::UpSampling([down, right]), Value::Picture(x)) => {
            let [n, c, h, w] = x.dims();
            let rows = x.reshape([n * c, h, 1, w]).repeat_dim(2, *down);
            let all = rows.reshape([n * c * h * down, w, 1]).repeat_dim(2, *right);
            Value::Picture(all.reshape([n, c, h * down, w * right]))
        }
        (_, x) => x,
    }
}

/// The axes of a row in another order, both in the order of `format`.
fn permute(dims: &[usize], x: Value, format: DataFormat) -> Value {
    let axes = x.shape().axes(format);
    let n = x.rows();
    let moved: Vec<usize> = dims.iter().map(|dim| axes[dim - 1]).collect();
    let shape = Shape::of(&moved, format).unwrap_or(x.shape());
    let numbers = x.into_ordered(format);
    let length = numbers.dims()[1];
    let numbers = match (axes.as_slice(), dims) {
        (&[a, b], &[i, j]) => lying(numbers.reshape([n, a, b]).permute([0, i, j]), length),
        (&[a, b, c], &[i, j, k]) => {
            let all = numbers.reshape([n, a, b, c]);
            lying(all.permute([0, i, j, k]), length)
        }
        (&[a, b, c, d], &[i, j, k, l]) => {
            let all = numbers.reshape([n, a, b, c, d]);
            lying(all.permute([0, i, j, k, l]), length)
        }
        _ => numbers,
    };
    Value::from_ordered(numbers, shape, format)
}

fn lying<const D: usize>(x: Tensor<D>, length: usize) -> Tensor<2> {
    let n = x.dims()[0];
    x.reshape([n, length])
}
