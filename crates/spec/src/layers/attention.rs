//! `MultiHeadAttention`: every step takes from all steps, by how well its query fits their keys.
//!
//! Per head: softmax(Q K^T / sqrt(key_dim)) V with Q = x Wq + bq, K = y Wk + bk, V = y Wv + bv; the heads
//! side by side times Wo + bo. One input: y = x (self-attention); two: queries from the first.

use super::{Initializer, Misfit, Rules, TensorSpec, misfit, rules};
use crate::read::Fields;
use crate::shape::Shape;

/// Attention with several heads.
#[derive(Clone, Debug, PartialEq)]
pub struct MultiHeadAttention {
    pub num_heads: usize,
    pub key_dim: usize,
    pub value_dim: usize,
    /// Whether a step may only look at itself and earlier ones.
    pub causal: bool,
    pub dropout: f64,
    pub kernel: Rules,
    pub bias: Option<Rules>,
}

impl MultiHeadAttention {
    pub(super) fn read(f: &Fields) -> Self {
        let key_dim = f.integer("key_dim", None, 1..10_001);
        Self {
            num_heads: f.integer("num_heads", None, 1..1_001),
            key_dim,
            value_dim: f.integer("value_dim", Some(key_dim), 1..10_001),
            causal: f.flag("use_causal_mask", false),
            dropout: f.number("dropout", Some(0.0), 0.0, 0.99),
            kernel: rules!(f, "kernel", Initializer::GLOROT_UNIFORM),
            bias: rules!(f, "use_bias", "bias", Initializer::Zeros),
        }
    }

    pub(super) fn output(&self, inputs: &[Shape]) -> Result<Shape, Misfit> {
        match inputs.iter().find(|s| !matches!(s, Shape::Sequence { .. })) {
            None => Ok(inputs[0]),
            Some(other) => Err(misfit(
                "needs_sequence",
                vec![
                    ("layer", "MultiHeadAttention".into()),
                    ("shape", other.to_string()),
                ],
            )),
        }
    }

    pub(super) fn tensors(&self, inputs: &[Shape]) -> Vec<TensorSpec> {
        let query = inputs[0].features();
        let other = inputs[inputs.len() - 1].features();
        let heads = self.num_heads;
        let mut tensors = Vec::new();
        // All sizes of the inputs count as fan_in, all sizes of the outputs as fan_out.
        let kernel = |name, shape, input_axes| TensorSpec {
            input_axes: Some(input_axes),
            ..TensorSpec::new(name, shape, &self.kernel)
        };
        for (names, inputs, size) in [
            (["query/kernel", "query/bias"], query, self.key_dim),
            (["key/kernel", "key/bias"], other, self.key_dim),
            (["value/kernel", "value/bias"], other, self.value_dim),
        ] {
            tensors.push(kernel(names[0], vec![inputs, heads, size], 1));
            if let Some(bias) = &self.bias {
                tensors.push(TensorSpec::new(names[1], vec![heads, size], bias));
            }
        }
        let shape = vec![heads, self.value_dim, query];
        tensors.push(kernel("attention_output/kernel", shape, 2));
        if let Some(bias) = &self.bias {
            tensors.push(TensorSpec::new("attention_output/bias", vec![query], bias));
        }
        tensors
    }

    /// Numbers of one row that the backward pass needs beside the output: queries, keys, values, and for each head
    /// the share of every step in every other.
    pub(super) fn kept(&self, inputs: &[Shape]) -> usize {
        let steps = |shape: Shape| shape.step().map_or(0, |(steps, _)| steps);
        let (queries, keys) = (steps(inputs[0]), steps(inputs[inputs.len() - 1]));
        let product = |all: &[usize]| all.iter().fold(1usize, |n, m| n.saturating_mul(*m));
        let size = self.key_dim + self.value_dim;
        product(&[self.num_heads, queries, keys])
            .saturating_add(product(&[self.num_heads, size, queries]))
            .saturating_add(product(&[self.num_heads, size, keys]))
    }

    /// Operations of the forward pass.
    pub(super) fn flops(&self, inputs: &[Shape]) -> f64 {
        let steps = |shape: Shape| shape.step().map_or(0, |(steps, _)| steps) as f64;
        let (queries, keys) = (steps(inputs[0]), steps(inputs[inputs.len() - 1]));
        let (q, o) = (
            inputs[0].features() as f64,
            inputs[inputs.len() - 1].features() as f64,
        );
        let (heads, key, value) = (
            self.num_heads as f64,
            self.key_dim as f64,
            self.value_dim as f64,
        );
        2.0 * heads
            * (queries * q * (key + value)
                + keys * o * (key + value)
                + queries * keys * (key + value))
    }
}
