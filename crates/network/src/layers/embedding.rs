//! `Embedding`: a row of the table for each token; `PositionEmbedding`: a row added to each step.

use crate::value::Value;
use crate::weight::Weight;
use burn::tensor::{Tensor, module};

/// (rows, steps) ids -> (rows, steps, output_dim).
pub(super) fn forward(weights: &[Weight], ids: Value) -> Value {
    // What is no id of the table (`spec::check` lets only ids in) must not read beyond it.
    let last = weights[0].shape[0].saturating_sub(1) as f32;
    let ids = ids.into_flat().clamp(0.0, last);
    Value::Sequence(module::embedding(weights[0].matrix(), ids.int()))
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
