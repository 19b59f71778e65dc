//! `Embedding`: a row of the table for each token; `PositionEmbedding`: a row added to each step.

use crate::ops;
use crate::value::Value;
use crate::weight::Weight;
use burn::tensor::Tensor;

/// (rows, steps) ids -> (rows, steps, output_dim).
pub(super) fn forward(weights: &[Weight], ids: Value) -> Value {
    Value::Sequence(ops::embed(weights[0].matrix(), ids.into_flat()))
}

/// 1 where a token is not padding (id 0).
pub(super) fn mask(ids: Value) -> Tensor<2> {
    ids.into_flat().greater_elem(0.0).float()
}

/// Adds the learned row of its place to each step.
pub(super) fn positions(weights: &[Weight], x: Value) -> Value {
    // The table may have rows for longer sequences.
    let length = x.shape().len();
    let rows = weights[0].vector().narrow(0, 0, length);
    x.map(|x| x + rows.unsqueeze())
}
