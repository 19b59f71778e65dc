//! What surrounds the update rules, on slices of host memory: penalties, clipping, constraints. `composed.rs` has
//! the same for weights on a device.

use crate::weights::{Level, WeightFacts};
use fireside_spec::constraint::{Constraint, EPSILON};
use fireside_spec::{Clip, Regularizer};

/// The penalty of a weight.
pub(crate) fn penalty(regularizer: &Regularizer, weight: &[f32]) -> f64 {
    let (mut ones, mut squares) = (0.0, 0.0);
    for w in weight.iter().map(|w| f64::from(*w)) {
        ones += w.abs();
        squares += w * w;
    }
    regularizer.l1 * ones + regularizer.l2 * squares
}

/// Adds the penalty's gradient, l1 sign(w) + 2 l2 w.
pub(crate) fn penalise(regularizer: &Regularizer, gradient: &mut [f32], weight: &[f32]) {
    let (l1, l2) = (regularizer.l1 as f32, (2.0 * regularizer.l2) as f32);
    for (g, w) in gradient.iter_mut().zip(weight) {
        let sign = f32::from(i8::from(*w > 0.0) - i8::from(*w < 0.0));
        *g += l1 * sign + l2 * w;
    }
}

/// Cuts the gradients, in the order of [`Clip`]'s fields.
pub(crate) fn clip<'g>(clip: &Clip, gradients: impl Iterator<Item = &'g mut [f32]>) {
    if *clip == Clip::default() {
        return;
    }
    let squares = |g: &[f32]| -> f64 { g.iter().map(|g| f64::from(*g) * f64::from(*g)).sum() };
    // c / n from n = c on.
    let shrink = |squares: f64, most: f64| (most / squares.sqrt().max(most)) as f32;
    let mut gradients: Vec<_> = gradients.collect();
    let all = |most| shrink(gradients.iter().map(|g| squares(g)).sum(), most);
    let common = clip.global_norm.map_or(1.0, all);
    for gradient in &mut gradients {
        // Keras 3 has one of the two norms.
        let own = clip
            .norm
            .map_or(1.0, |most| shrink(squares(gradient), most));
        let most = clip.value.map_or(f32::INFINITY, |most| most as f32);
        for g in gradient.iter_mut() {
            *g = (*g * common * own).clamp(-most, most);
        }
    }
}

/// Makes a new weight what its constraint wants.
pub(crate) fn constrain(constraint: &Constraint, facts: &WeightFacts, weight: &mut [f32]) {
    let (Some(axes), Some((min, max, rate))) = (constraint.axes(), constraint.bounds()) else {
        for w in weight {
            *w = w.max(0.0);
        }
        return;
    };
    if facts.len() != weight.len() {
        return;
    }
    let levels = facts.levels(axes);
    let apart = levels.iter().filter(|level| !level.summed);
    let mut norms = vec![0.0f64; apart.map(|level| level.len).product()];
    walk(&levels, 0, 0, &mut |at, group| {
        norms[group] += f64::from(weight[at]) * f64::from(weight[at]);
    });
    let factor = |squares: f64| {
        let norm = squares.sqrt();
        // Not `clamp`, which panics where the bounds are no numbers.
        let clipped = norm.min(max).max(min);
        ((rate * clipped + (1.0 - rate) * norm) / (norm + EPSILON)) as f32
    };
    let factors: Vec<f32> = norms.into_iter().map(factor).collect();
    walk(&levels, 0, 0, &mut |at, group| weight[at] *= factors[group]);
}

/// Calls `found` with the place and the group of every number, in the order of memory.
fn walk(levels: &[Level], at: usize, group: usize, found: &mut impl FnMut(usize, usize)) {
    let Some((first, rest)) = levels.split_first() else {
        return found(at, group);
    };
    let below: usize = rest.iter().map(|level| level.len).product();
    let apart = rest.iter().filter(|level| !level.summed);
    let groups: usize = apart.map(|level| level.len).product();
    let stride = if first.summed { 0 } else { groups };
    if rest.is_empty() {
        for step in 0..first.len {
            found(at + step, group + step * stride);
        }
    } else {
        for step in 0..first.len {
            walk(rest, at + step * below, group + step * stride, found);
        }
    }
}
