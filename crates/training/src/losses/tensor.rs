//! Losses as tensors: composed of Burn's operations, so that they run and go backward on every engine.

use super::EPSILON;
use burn::tensor::Tensor;
use burn::tensor::activation::log_softmax;
use fireside_spec::{Dialect, Loss, LossInput};

/// The mean loss of a batch as a tensor that can go backward.
///
/// `output` and `target` are (rows, width); classes as targets come one-hot, also for the sparse loss. `weights`
/// are one per row. A [`Stable`](LossInput::Stable) loss is told by [`Loss::behind`] what to take; here it is the
/// one from probabilities.
///
/// # Panics
/// When the shapes do not agree.
pub fn loss(
    kind: &Loss,
    dialect: Dialect,
    output: Tensor<2>,
    target: Tensor<2>,
    weights: Option<Tensor<1>>,
) -> Tensor<1> {
    let [rows, width] = output.dims();
    let parts = parts(kind, dialect, output, target);
    let Some(weights) = weights else {
        return match kind.is_mean() {
            true => parts.mean(),
            false => parts.sum() / rows as f64,
        };
    };
    let outputs = if kind.is_mean() { width as f64 } else { 1.0 };
    let sum = (parts.sum_dim(1) * weights.clone().reshape([rows, 1])).sum();
    match dialect {
        Dialect::Keras2 => sum / (weights.not_equal_elem(0.0).float().sum() * outputs),
        Dialect::Keras3 => sum / (rows as f64 * outputs),
    }
}

/// What every output adds to its row's loss, before the mean where there is one.
fn parts(kind: &Loss, dialect: Dialect, p: Tensor<2>, y: Tensor<2>) -> Tensor<2> {
    match *kind {
        Loss::MeanSquaredError => (p - y).powi_scalar(2),
        Loss::MeanAbsoluteError => (p - y).abs(),
        Loss::MeanAbsolutePercentageError => {
            let scale = y.clone().abs().clamp_min(EPSILON);
            ((y - p) / scale).abs() * 100.0
        }
        Loss::Huber { delta } => {
            let error = (p - y).abs();
            let inner = error.clone().clamp_max(delta);
            inner.clone().powi_scalar(2) * 0.5 + (error - inner) * delta
        }
        Loss::Logcosh => {
            let d = p - y;
            if dialect == Dialect::Keras2 {
                return ((d.clone().exp() + d.neg().exp()) / 2.0).log();
            }
            let size = size(d);
            size.clone() + (size * -2.0).exp().log1p() - core::f64::consts::LN_2
        }
        Loss::BinaryCrossentropy(LossInput::Logits) => {
            let above = p.clone().clamp_min(0.0);
            above - p.clone() * y + size(p).neg().exp().log1p()
        }
        Loss::BinaryCrossentropy(_) => {
            let p = p.clamp(EPSILON, 1.0 - EPSILON);
            let other = (p.clone().neg() + 1.0).log();
            // y enters with its sign turned instead of the sum: one pass less.
            p.log() * y.clone().neg() + other * (y - 1.0)
        }
        Loss::CategoricalCrossentropy(LossInput::Logits)
        | Loss::SparseCategoricalCrossentropy(LossInput::Logits) => log_softmax(p, 1) * y.neg(),
        Loss::SparseCategoricalCrossentropy(_) if dialect == Dialect::Keras2 => {
            let p = p.clamp(EPSILON, 1.0 - EPSILON);
            let sum = p.clone().sum_dim(1);
            (p / sum).log() * y.neg()
        }
        Loss::CategoricalCrossentropy(_) | Loss::SparseCategoricalCrossentropy(_) => {
            // A clipped number has no gradient.
            let sum = p.clone().sum_dim(1);
            let p = (p / sum).clamp(EPSILON, 1.0 - EPSILON);
            p.log() * y.neg()
        }
        Loss::Hinge => margin(dialect, p, y),
        Loss::SquaredHinge => margin(dialect, p, y).powi_scalar(2),
        Loss::KullbackLeiblerDivergence => {
            let y = y.clamp(EPSILON, 1.0);
            (y.clone() / p.clamp(EPSILON, 1.0)).log() * y
        }
        Loss::Poisson => p.clone() - (p + EPSILON).log() * y,
    }
}

/// |x|, whose slope at 0 is 1: the formulas that use it are smooth there, and come out right with either side's.
fn size(x: Tensor<2>) -> Tensor<2> {
    x.clone().clamp_min(0.0) * 2.0 - x
}

/// max(1 - y p, 0).
fn margin(dialect: Dialect, p: Tensor<2>, y: Tensor<2>) -> Tensor<2> {
    let y = match dialect {
        Dialect::Keras2 => y,
        Dialect::Keras3 => {
            let no = y.clone().equal_elem(0.0);
            y.mask_fill(no, -1.0)
        }
    };
    ((p * y).neg() + 1.0).clamp_min(0.0)
}
