//! Losses on the host, row by row in f64: what is shown and evaluated. What is not a number stays so.

use super::EPSILON;
use crate::target::Target;
use fireside_spec::{Dialect, Loss, LossInput};

/// The loss of one row; `target` is a class or a number for every output. Not a number where an output is none,
/// there is no output, or the target does not belong to the outputs.
pub fn row_loss<'a>(
    kind: &Loss,
    dialect: Dialect,
    output: &[f32],
    target: impl Into<Target<'a>>,
) -> f64 {
    let target = target.into();
    let width = output.len();
    if width == 0 || output.iter().any(|p| p.is_nan()) || !target.fits(width) {
        return f64::NAN;
    }
    let row = Row { output, target };
    let sum = match *kind {
        Loss::MeanSquaredError => row.sum(&|p, y| (p - y) * (p - y)),
        Loss::MeanAbsoluteError => row.sum(&|p, y| (p - y).abs()),
        Loss::MeanAbsolutePercentageError => {
            row.sum(&|p, y| 100.0 * ((y - p) / above(y.abs(), EPSILON)).abs())
        }
        Loss::Huber { delta } => row.sum(&|p, y| {
            let error = (p - y).abs();
            let inner = if error > delta { delta } else { error };
            0.5 * inner * inner + delta * (error - inner)
        }),
        Loss::Logcosh => row.sum(&|p, y| {
            let size = (p - y).abs();
            // Keras 2's formula leaves the range of 32 bits there.
            if dialect == Dialect::Keras2 && (size as f32).exp().is_infinite() {
                return f64::INFINITY;
            }
            size + (-2.0 * size).exp().ln_1p() - core::f64::consts::LN_2
        }),
        Loss::BinaryCrossentropy(LossInput::Logits) => {
            row.sum(&|x, y| above(x, 0.0) - x * y + (-x.abs()).exp().ln_1p())
        }
        Loss::BinaryCrossentropy(_) => row.sum(&|p, y| {
            let p = clip(p);
            -(y * p.ln() + (1.0 - y) * (1.0 - p).ln())
        }),
        Loss::CategoricalCrossentropy(LossInput::Logits)
        | Loss::SparseCategoricalCrossentropy(LossInput::Logits) => {
            let largest = output.iter().fold(f32::NEG_INFINITY, |max, x| max.max(*x));
            let largest = f64::from(largest);
            let total = row.sum(&|x, _| (x - largest).exp()).ln() + largest;
            row.wanted(&|x| total - x)
        }
        Loss::SparseCategoricalCrossentropy(_) if dialect == Dialect::Keras2 => {
            let total = row.sum(&|p, _| clip(p));
            row.wanted(&|p| -(clip(p) / total).ln())
        }
        Loss::CategoricalCrossentropy(_) | Loss::SparseCategoricalCrossentropy(_) => {
            let total = row.sum(&|p, _| p);
            row.wanted(&|p| -clip(p / total).ln())
        }
        Loss::Hinge => row.sum(&|p, y| margin(dialect, p, y)),
        Loss::SquaredHinge => row.sum(&|p, y| margin(dialect, p, y).powi(2)),
        Loss::KullbackLeiblerDivergence => row.sum(&|p, y| {
            let (p, y) = (p.clamp(EPSILON, 1.0), y.clamp(EPSILON, 1.0));
            y * (y / p).ln()
        }),
        Loss::Poisson => row.sum(&|p, y| p - y * (p + EPSILON).ln()),
    };
    match kind.is_mean() {
        true => sum / width as f64,
        false => sum,
    }
}

/// The mean loss of a batch: `output` is (rows, width) row-major, `weights` one per row.
pub fn batch_loss<'a>(
    kind: &Loss,
    dialect: Dialect,
    output: &[f32],
    width: usize,
    targets: impl Iterator<Item = Target<'a>>,
    weights: Option<&[f32]>,
) -> f64 {
    let rows = output.len() / width.max(1);
    batch_sum(kind, dialect, output, width, targets, weights) / rows as f64
}

/// The same times the rows, so that batches can be added up.
pub(crate) fn batch_sum<'a>(
    kind: &Loss,
    dialect: Dialect,
    output: &[f32],
    width: usize,
    targets: impl Iterator<Item = Target<'a>>,
    weights: Option<&[f32]>,
) -> f64 {
    let (mut sum, mut rows, mut counted) = (0.0, 0u32, 0u32);
    for (row, (values, target)) in output.chunks_exact(width.max(1)).zip(targets).enumerate() {
        let weight = weights.map_or(1.0, |all| all.get(row).map_or(f64::NAN, |s| f64::from(*s)));
        sum += weight * row_loss(kind, dialect, values, target);
        rows += 1;
        counted += u32::from(weight != 0.0);
    }
    match dialect {
        // Without zeros times exactly 1.
        Dialect::Keras2 if rows > 0 => sum * (f64::from(rows) / f64::from(counted)),
        _ => sum,
    }
}

/// Turns logits into probabilities, row by row in place, where `kind` is a cross-entropy that takes logits:
/// softmax for the categorical ones, sigmoid for the binary one.
pub fn probabilities(kind: &Loss, output: &mut [f32], width: usize) {
    if kind.input() != Some(LossInput::Logits) {
        return;
    }
    if matches!(kind, Loss::BinaryCrossentropy(_)) {
        for x in output {
            *x = (1.0 / (1.0 + (-f64::from(*x)).exp())) as f32;
        }
        return;
    }
    for row in output.chunks_exact_mut(width.max(1)) {
        let largest = row.iter().fold(f32::NEG_INFINITY, |max, x| max.max(*x));
        let e = |x: f32| f64::from(x - largest).exp();
        let sum: f64 = row.iter().map(|x| e(*x)).sum();
        row.iter_mut().for_each(|x| *x = (e(*x) / sum) as f32);
    }
}

struct Row<'a> {
    output: &'a [f32],
    target: Target<'a>,
}

impl Row<'_> {
    /// The sum over the outputs of a function of output and target.
    fn sum(&self, f: &dyn Fn(f64, f64) -> f64) -> f64 {
        let width = self.output.len();
        let part = |(column, p): (usize, &f32)| f(f64::from(*p), self.target.at(column, width));
        self.output.iter().enumerate().map(part).sum()
    }

    /// The sum over the outputs of target times a function of the output; where the target is 0 nothing is added.
    fn wanted(&self, f: &dyn Fn(f64) -> f64) -> f64 {
        if let Target::Class(class) = self.target
            && self.output.len() > 1
        {
            return self
                .output
                .get(class)
                .map_or(f64::NAN, |p| f(f64::from(*p)));
        }
        self.sum(&|p, y| if y == 0.0 { 0.0 } else { y * f(p) })
    }
}

/// The larger of both; `f64::max` would hide what is not a number.
fn above(value: f64, least: f64) -> f64 {
    if value < least { least } else { value }
}

fn clip(p: f64) -> f64 {
    p.clamp(EPSILON, 1.0 - EPSILON)
}

fn margin(dialect: Dialect, p: f64, y: f64) -> f64 {
    let y = match dialect {
        Dialect::Keras3 if y == 0.0 => -1.0,
        _ => y,
    };
    above(1.0 - y * p, 0.0)
}
