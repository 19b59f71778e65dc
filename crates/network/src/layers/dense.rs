//! `Dense`: y = x W + b as one node; relu inside it where that is the activation. Of a sequence, step by step.

use crate::ops;
use crate::value::Value;
use crate::weight::Weight;
use burn::tensor::Tensor;

/// (rows, in) -> (rows, units), or every step of a sequence.
pub(super) fn forward(weights: &[Weight], x: Value, relu: bool) -> Value {
    let n = x.rows();
    let steps = matches!(x, Value::Sequence(_));
    let y = Value::Flat(product(weights, x.fold_steps().into_flat(), relu));
    if steps { y.unfold_steps(n) } else { y }
}

/// `x` times the first weight, plus the second where there is one.
pub(super) fn product(weights: &[Weight], x: Tensor<2>, relu: bool) -> Tensor<2> {
    let bias = weights.get(1).map(Weight::vector);
    ops::dense(x, weights[0].matrix(), bias, relu)
}
