//! What surrounds the update rules, from Burn's own operations: penalties, clipping, constraints of weights on a
//! device. Nothing is read back; `slice.rs` is the same for host memory, and both are compared with the reference.

use crate::weights::WeightFacts;
use burn::tensor::Tensor;
use fireside_spec::constraint::{Constraint, EPSILON};
use fireside_spec::{Clip, Regularizer};

/// The penalty of a weight, one number.
pub fn penalty(regularizer: &Regularizer, weight: Tensor<1>) -> Tensor<1> {
    weight.clone().abs().sum() * regularizer.l1 + (weight.clone() * weight).sum() * regularizer.l2
}

/// The gradient with that of the penalty.
pub fn penalised(regularizer: &Regularizer, gradient: Tensor<1>, weight: Tensor<1>) -> Tensor<1> {
    let gradient = gradient + weight.clone().sign() * regularizer.l1;
    gradient + weight * (2.0 * regularizer.l2)
}

/// Cuts the gradients, in the order of [`Clip`]'s fields.
pub fn clip(clip: &Clip, gradients: &mut [Option<Tensor<1>>]) {
    let squares = |g: &Tensor<1>| (g.clone() * g.clone()).sum();
    let shrink = |squares: Tensor<1>, most: f64| squares.sqrt().clamp_min(most).recip() * most;
    let all = || gradients.iter().flatten().map(squares).reduce(|a, b| a + b);
    if let Some(most) = clip.global_norm
        && let Some(all) = all()
    {
        let factor = shrink(all, most);
        for g in gradients.iter_mut().flatten() {
            *g = g.clone() * factor.clone();
        }
    }
    for g in gradients.iter_mut().flatten() {
        if let Some(most) = clip.norm {
            *g = g.clone() * shrink(squares(g), most);
        }
        if let Some(most) = clip.value {
            *g = g.clone().clamp(-most, most);
        }
    }
}

/// A weight has at most five axes, and neighbours are one level.
const LEVELS: usize = 5;

/// The new weight as its constraint wants it.
pub fn constrained(constraint: &Constraint, facts: &WeightFacts, weight: Tensor<1>) -> Tensor<1> {
    let (Some(axes), Some((min, max, rate))) = (constraint.axes(), constraint.bounds()) else {
        return weight.clamp_min(0.0);
    };
    let levels = facts.levels(axes);
    if levels.len() > LEVELS || facts.len() != weight.dims()[0] {
        return weight;
    }
    let mut dims = [1; LEVELS];
    for (dim, level) in dims.iter_mut().zip(&levels) {
        *dim = level.len;
    }
    let weight = weight.reshape(dims);
    let mut squares = weight.clone() * weight.clone();
    for (axis, level) in levels.iter().enumerate() {
        if level.summed {
            squares = squares.sum_dim(axis);
        }
    }
    let norm = squares.sqrt();
    let wanted = norm.clone().clamp(min, max) * rate + norm.clone() * (1.0 - rate);
    (weight * (wanted / (norm + EPSILON))).reshape([-1])
}
