//! `MultiHeadAttention`: softmax(Q K^T / sqrt(key_dim)) V per head, from matrix products.

use super::dropout::masked;
use super::{Pass, dense::product};
use crate::value::Value;
use crate::weight::Weight;
use burn::tensor::{Tensor, TensorData, activation};
use fireside_spec::layers::MultiHeadAttention;

/// Added to the score of a step that must not be seen: its softmax is zero.
const UNSEEN: f32 = -1e9;

/// (rows, steps, features), and (rows, other steps, other features) to look at where there are two inputs.
pub(super) fn forward(
    spec: &MultiHeadAttention,
    weights: &[Weight],
    mut inputs: Vec<Value>,
    pass: &Pass,
) -> Value {
    let seen = inputs.pop();
    let own = inputs.pop().or_else(|| seen.clone());
    let (Some(Value::Sequence(own)), Some(Value::Sequence(seen))) = (own, seen) else {
        unreachable!("`spec::check` gives attention sequences");
    };
    let each = if spec.bias.is_some() { 2 } else { 1 };
    let of = |part: usize| &weights[part * each..(part + 1) * each];
    let heads = spec.num_heads;
    // (rows x heads, steps, size)
    let project = |x: Tensor<3>, weights: &[Weight], size: usize| {
        let [n, steps, features] = x.dims();
        let kernel = weights[0].vector().reshape([features, heads * size]);
        let bias = weights.get(1).map(Weight::vector);
        let y = crate::ops::dense(x.reshape([n * steps, features]), kernel, bias, false);
        let y = y.reshape([n, steps, heads, size]).permute([0, 2, 1, 3]);
        y.reshape([n * heads, steps, size])
    };
    let query = project(own.clone(), of(0), spec.key_dim);
    let key = project(seen.clone(), of(1), spec.key_dim);
    let value = project(seen, of(2), spec.value_dim);
    let scale = (spec.key_dim as f64).sqrt().recip();
    let scores = crate::ops::products(query * scale, key, true);
    let ([n, _, features], [_, steps, others]) = (own.dims(), scores.dims());
    let mut scores = scores.reshape([n, heads, steps, others]);
    if spec.causal {
        let ban: Vec<f32> = (0..steps * others)
            .map(|at| {
                if at % others > at / others {
                    UNSEEN
                } else {
                    0.0
                }
            })
            .collect();
        let ban = TensorData::new(ban, [1, 1, steps, others]);
        scores = scores + Tensor::from_data(ban, &own.device());
    }
    // The padding of what is looked at.
    if let Some(Some(mask)) = pass.masks.last() {
        let ban = (mask.clone() - 1.0) * -f64::from(UNSEEN);
        scores = scores + ban.reshape([n, 1, 1, others]);
    }
    let shares = masked(activation::softmax(scores, 3), spec.dropout, pass);
    let shares = shares.reshape([n * heads, steps, others]);
    let joined =
        crate::ops::products(shares, value, false).reshape([n, heads, steps, spec.value_dim]);
    let joined = joined.permute([0, 2, 1, 3]);
    let joined = joined.reshape([n * steps, heads * spec.value_dim]);
    Value::Sequence(product(of(3), joined, false).reshape([n, steps, features]))
}
