//! One file per layer kind: how it computes. Shapes and parameters are `fireside-spec`'s.

mod activation;
mod attention;
mod conv;
mod dense;
mod dropout;
mod embedding;
mod merge;
mod normalization;
mod pooling;
mod recurrent;
mod reshaping;

use crate::network::{Mode, Moved, Node};
use crate::value::Value;
use activation::apply;
pub use activation::curve;
use burn::tensor::Tensor;
use fireside_spec::layers::{Activation, Rank};
use fireside_spec::{DataFormat, Dialect, Layer};
use std::cell::RefCell;

/// What a layer may know of the pass it takes part in.
#[derive(Clone)]
pub(crate) struct Pass<'a> {
    pub mode: Mode,
    pub format: DataFormat,
    pub dialect: Dialect,
    /// The layer's place in the experiment: the generator's tag.
    pub index: usize,
    /// Of each input (rows, steps), 0 where a step is padding; `None` where there is none.
    pub masks: Vec<Option<Tensor<2>>>,
    /// What the layer leaves behind.
    pub moved: &'a RefCell<Moved>,
}

impl Pass<'_> {
    /// The mask of the first input.
    pub fn mask(&self) -> Option<Tensor<2>> {
        self.masks.first().cloned().flatten()
    }
}

/// The output of a layer with its activation, and the mask that goes on with it.
pub(crate) fn forward(node: &Node, inputs: Vec<Value>, pass: &Pass) -> (Value, Option<Tensor<2>>) {
    let mut mask = pass.mask();
    match &node.layer {
        Layer::Merge(spec) => mask = merge::mask(spec, &inputs, pass),
        Layer::Embedding(spec) if spec.mask_zero => {
            mask = inputs.first().cloned().map(embedding::mask);
        }
        // What has no steps any more has no padding; windows over steps end it too.
        Layer::Conv(_) | Layer::Pooling(_) | Layer::GlobalPooling(_) | Layer::Reshaping(_) => {
            mask = None
        }
        Layer::Recurrent(spec) if !spec.return_sequences => mask = None,
        Layer::Bidirectional(spec) if !spec.layer.return_sequences => mask = None,
        _ => {}
    }
    (compute(node, &node.layer, inputs, pass), mask)
}

fn compute(node: &Node, layer: &Layer, mut inputs: Vec<Value>, pass: &Pass) -> Value {
    let weights = &node.weights;
    if let Layer::Merge(spec) = layer {
        return merge::forward(spec, inputs, pass.format);
    }
    if let Layer::MultiHeadAttention(spec) = layer {
        return attention::forward(spec, weights, inputs, pass);
    }
    let x = inputs.swap_remove(0);
    // Relu is inside the convolution and the dense node.
    let mut rest = layer.activation();
    let mut fused = || {
        if rest == Activation::Relu {
            rest = Activation::Linear;
            return true;
        }
        false
    };
    let y = match layer {
        Layer::Dense(_) => dense::forward(weights, x, fused()),
        Layer::Conv(spec) => conv::forward(spec, weights, x, fused()),
        Layer::Depthwise(spec) => conv::depthwise(spec, weights, x, fused()),
        Layer::Pooling(spec) => pooling::forward(spec, x),
        Layer::GlobalPooling(spec) => pooling::global(spec, x, pass),
        Layer::Reshaping(spec) => reshaping::forward(spec, x, pass.format),
        Layer::Dropout(spec) => dropout::forward(spec, x, pass),
        Layer::Normalization(spec) => normalization::forward(spec, node, x, pass),
        Layer::Embedding(_) => embedding::forward(weights, x),
        Layer::PositionEmbedding(_) => embedding::positions(weights, x),
        Layer::Recurrent(spec) => recurrent::forward(spec, node, x, pass),
        Layer::Bidirectional(spec) => recurrent::bidirectional(spec, node, x, pass),
        Layer::TimeDistributed(inner) => {
            let n = x.rows();
            compute(node, inner, vec![x.fold_steps()], pass).unfold_steps(n)
        }
        Layer::Activation(_) | Layer::Merge(_) | Layer::MultiHeadAttention(_) => x,
    };
    // The activation of what is wrapped was applied inside.
    match layer {
        Layer::TimeDistributed(_) => y,
        _ => apply(y, rest, pass.dialect),
    }
}

/// A sequence as a picture one row high, (rows, features, 1, steps), and back.
pub(crate) fn as_picture(rank: Rank, x: Value) -> Option<Tensor<4>> {
    match (rank, x) {
        (Rank::One, Value::Sequence(x)) => {
            let [n, steps, features] = x.dims();
            Some(x.permute([0, 2, 1]).reshape([n, features, 1, steps]))
        }
        (Rank::Two, Value::Picture(x)) => Some(x),
        _ => None,
    }
}

/// What [`as_picture`] made, as it was.
pub(crate) fn from_picture(rank: Rank, x: Tensor<4>) -> Value {
    match rank {
        Rank::One => {
            let [n, features, _, steps] = x.dims();
            Value::Sequence(x.reshape([n, features, steps]).permute([0, 2, 1]))
        }
        Rank::Two => Value::Picture(x),
    }
}
