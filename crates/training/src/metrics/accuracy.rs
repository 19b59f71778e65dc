//! Accuracies: how many judgements of a row are right.

use crate::target::{Target, best};
use fireside_spec::{Dialect, Metric};

/// Judgements per row: one for every output with binary accuracy, else one.
pub const fn judgements(metric: &Metric, width: usize) -> usize {
    match metric {
        Metric::BinaryAccuracy { .. } => width,
        _ => 1,
    }
}

/// How many judgements of a row are right; 0 for a metric that is no accuracy.
pub fn right(metric: &Metric, dialect: Dialect, output: &[f32], target: Target<'_>) -> u32 {
    let width = output.len();
    match metric {
        Metric::BinaryAccuracy { threshold } => {
            let threshold = match dialect {
                Dialect::Keras2 => *threshold,
                Dialect::Keras3 => Some(threshold.unwrap_or(0.5)),
            };
            let judged = |p: f32| match threshold {
                Some(threshold) => f64::from(u8::from(p > threshold as f32)),
                None => f64::from(p.round_ties_even()),
            };
            let hit = |(column, p): (usize, &f32)| judged(*p) == target.at(column, width);
            output
                .iter()
                .enumerate()
                .filter(|place| hit(*place))
                .count() as u32
        }
        Metric::CategoricalAccuracy => u32::from(best(output) == target.class(width)),
        Metric::TopK { k } => {
            let larger = |own: f32| output.iter().filter(|p| **p > own).count();
            // TensorFlow: what is not finite is among no best ones.
            let own = output.get(target.class(width)).filter(|p| p.is_finite());
            u32::from(own.is_some_and(|own| larger(*own) < *k))
        }
        _ => 0,
    }
}
