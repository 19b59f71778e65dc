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

/// Weights of fewer numbers are constrained in one piece.
const SPLIT: usize = 1 << 15;
const PIECES: usize = 16;

/// Makes a new weight what its constraint wants, in pieces where there are threads.
pub(crate) fn constrain(constraint: &Constraint, facts: &WeightFacts, weight: &mut [f32]) {
    let (Some(axes), Some((min, max, rate))) = (constraint.axes(), constraint.bounds()) else {
        for w in weight {
            *w = w.max(0.0);
        }
        return;
    };
    if facts.len() != weight.len() || weight.is_empty() {
        return;
    }
    let levels = facts.levels(axes);
    let Some(first) = levels.first().copied() else {
        return;
    };
    let summed = levels.last().is_some_and(|last| last.summed);
    let groups = groups(&levels);
    // A fixed number of pieces: the sums do not depend on the threads.
    let pieces = if weight.len() < SPLIT || groups * PIECES > weight.len() {
        1
    } else {
        PIECES
    };
    let steps = first.len.div_ceil(pieces).max(1);
    let below = weight.len() / first.len;
    let stride = if first.summed { 0 } else { groups / first.len };
    // Levels, first group and length of a row of a piece.
    let piece = |index: usize, numbers: usize| {
        let mut levels = levels.clone();
        levels[0].len = numbers / below;
        let row = levels.last().map_or(0, |last| last.len);
        (levels, index * steps * stride, row)
    };

    let mut sums = vec![0.0f64; first.len.div_ceil(steps) * groups];
    fireside_threads::for_parts(&mut sums, groups, &|index, sums: &mut [f64]| {
        let from = index * steps * below;
        let part = &weight[from..weight.len().min(from + steps * below)];
        let (levels, group, length) = piece(index, part.len());
        walk(&levels, 0, group, &mut |at, group| {
            let row = &part[at..at + length];
            if summed {
                sums[group] += squares(row);
            } else {
                for (sum, w) in sums[group..].iter_mut().zip(row) {
                    *sum += square(*w);
                }
            }
        });
    });
    let (norms, rest) = sums.split_at_mut(groups);
    for part in rest.chunks_exact(groups) {
        for (sum, part) in norms.iter_mut().zip(part) {
            *sum += part;
        }
    }

    let factor = |squares: &f64| {
        let norm = squares.sqrt();
        // Not `clamp`, which panics where the bounds are no numbers.
        let clipped = norm.min(max).max(min);
        ((rate * clipped + (1.0 - rate) * norm) / (norm + EPSILON)) as f32
    };
    let factors: Vec<f32> = norms.iter().map(factor).collect();
    fireside_threads::for_parts(weight, steps * below, &|index, part: &mut [f32]| {
        let (levels, group, length) = piece(index, part.len());
        walk(&levels, 0, group, &mut |at, group| {
            let row = &mut part[at..at + length];
            if summed {
                row.iter_mut().for_each(|w| *w *= factors[group]);
            } else {
                for (w, factor) in row.iter_mut().zip(&factors[group..]) {
                    *w *= factor;
                }
            }
        });
    });
}

fn square(w: f32) -> f64 {
    f64::from(w) * f64::from(w)
}

/// The sum of the squares, in lanes: a single running sum would not be vectorised.
fn squares(row: &[f32]) -> f64 {
    let (blocks, rest) = row.as_chunks::<8>();
    let mut lanes = [0.0f64; 8];
    for block in blocks {
        for (lane, w) in lanes.iter_mut().zip(block) {
            *lane += square(*w);
        }
    }
    lanes.iter().sum::<f64>() + rest.iter().map(|w| square(*w)).sum::<f64>()
}

/// How many norms there are.
fn groups(levels: &[Level]) -> usize {
    let apart = levels.iter().filter(|level| !level.summed);
    apart.map(|level| level.len).product()
}

/// Calls `found` with the place and the group of the first number of every row of the last level, in the order of memory.
fn walk(levels: &[Level], at: usize, group: usize, found: &mut dyn FnMut(usize, usize)) {
    let [first, rest @ ..] = levels else { return };
    if rest.is_empty() {
        return found(at, group);
    }
    let below: usize = rest.iter().map(|level| level.len).product();
    let stride = if first.summed { 0 } else { groups(rest) };
    for step in 0..first.len {
        walk(rest, at + step * below, group + step * stride, found);
    }
}
