//! `BatchNormalization`, `LayerNormalization`: (x - mean) / sqrt(variance + epsilon) * gamma + beta.

use super::Pass;
use crate::network::{Mode, Node};
use crate::value::Value;
use crate::weight::Weight;
use burn::tensor::Tensor;
use fireside_spec::layers::Normalization;
use fireside_spec::{Dialect, Shape};

/// Frozen, a `BatchNormalization` of Keras 3 is in use even in training; one of Keras 2 goes on with each batch's own
/// mean and variance, and with moving what it carries.
pub(super) fn forward(spec: &Normalization, node: &Node, x: Value, pass: &Pass) -> Value {
    let weights = &node.weights;
    let shape = x.shape();
    let channels = shape.features();
    let own = |flag: bool, name: &str| {
        let found = weights.iter().find(|weight| weight.name.ends_with(name));
        found.filter(|_| flag).map(Weight::vector)
    };
    let n = x.rows();
    // (groups, channels, numbers of a channel in a group): the channel's axis in the middle.
    let cube = match shape {
        Shape::Flat { .. } | Shape::Sequence { .. } => {
            x.fold_steps().into_flat().reshape([-1, channels as i32, 1])
        }
        Shape::Picture { .. } | Shape::Frames { .. } => {
            let frames = match shape {
                Shape::Frames { frames, .. } => frames,
                _ => 1,
            };
            let cells = shape.len() / (channels * frames);
            x.into_flat().reshape([n * frames, channels, cells])
        }
    };
    let (mean, variance) = match spec.momentum {
        None => moments(&cube, &[1]),
        Some(momentum) => {
            let at = weights.len() - 2;
            let moving = [0, 1].map(|i| weights[at + i].vector());
            let moves = node.trainable || pass.dialect == Dialect::Keras2;
            match pass.mode {
                Mode::Train { .. } if moves => {
                    let batch = moments(&cube, &[0, 2]);
                    let mut moved = pass.moved.borrow_mut();
                    let news = [batch.0.clone(), batch.1.clone()];
                    for (i, (old, new)) in moving.into_iter().zip(news).enumerate() {
                        let new = new.reshape([channels]) * (1.0 - momentum);
                        let carried = (old * momentum + new).inner();
                        moved.weights.push((pass.index, at + i, carried));
                    }
                    batch
                }
                _ => {
                    let [mean, variance] = moving.map(|m| m.reshape([1, channels, 1]));
                    (mean, variance)
                }
            }
        }
    };
    let mut y = (cube - mean) / (variance + spec.epsilon).sqrt();
    if let Some(gamma) = own(spec.gamma.is_some(), "/gamma") {
        y = y * gamma.reshape([1, channels, 1]);
    }
    if let Some(beta) = own(spec.beta.is_some(), "/beta") {
        y = y + beta.reshape([1, channels, 1]);
    }
    Value::from_flat(y.reshape([n, shape.len()]), shape)
}

/// Mean and biased variance over `axes`, which stay as axes of length one.
fn moments(cube: &Tensor<3>, axes: &[usize]) -> (Tensor<3>, Tensor<3>) {
    let over = |x: Tensor<3>| axes.iter().fold(x, |x, axis| x.mean_dim(*axis));
    let mean = over(cube.clone());
    let variance = over((cube.clone() - mean.clone()).powi_scalar(2));
    (mean, variance)
}
