//! Losses, from the network's output as the books' library computes them, and accuracy.

use burn::tensor::{Gradients, Tensor};
use fireside_spec::Loss;

/// Keras's `K.epsilon()`.
const EPSILON: f64 = 1e-7;

/// What has to be read to know the loss of a batch.
pub(crate) enum Reading {
    /// The network's output: the host works out the rest in f64.
    Output(Tensor<2>),
    /// `[mean loss, rows judged rightly]`, worked out on the device: a few bytes, which can wait.
    #[cfg(feature = "gpu")]
    Score(Tensor<1>),
}

/// The loss of a batch, backward.
pub(crate) fn score(kind: Loss, output: Tensor<2>, target: Tensor<2>) -> (Reading, Gradients) {
    #[cfg(feature = "gpu")]
    if fireside_network::ops::gpu::is_gpu(&output) {
        let score = fireside_network::ops::gpu::score(output, target, kind);
        let gradients = score.backward();
        return (Reading::Score(score.inner()), gradients);
    }
    let gradients = loss(kind, output.clone(), target).backward();
    (Reading::Output(output.inner()), gradients)
}

/// The mean loss of a batch as a tensor that can go backward.
///
/// `output` and `target` are (rows, classes), `target` one-hot.
pub fn loss(kind: Loss, output: Tensor<2>, target: Tensor<2>) -> Tensor<1> {
    match kind {
        Loss::CategoricalCrossentropy => {
            // Keras 2.0.8: p / sum(p), clipped; a clipped entry has no gradient.
            let sum = output.clone().sum_dim(1);
            let p = (output / sum).clamp(EPSILON, 1.0 - EPSILON);
            let rows = target.dims()[0] as f64;
            -(p.log() * target).sum() / rows
        }
        Loss::MeanSquaredError => (output - target).powi_scalar(2).mean(),
    }
}

/// The same for one row on the host, in f64.
pub fn row_loss(kind: Loss, output: &[f32], label: usize) -> f64 {
    match kind {
        Loss::CategoricalCrossentropy => {
            let sum: f64 = output.iter().map(|p| f64::from(*p)).sum();
            let p = output.get(label).map_or(f64::NAN, |p| f64::from(*p) / sum);
            // Not `clamp`: it would hide a NaN behind a bound on some paths.
            if p.is_nan() {
                return f64::NAN;
            }
            -p.clamp(EPSILON, 1.0 - EPSILON).ln()
        }
        Loss::MeanSquaredError => {
            let square = |(class, value): (usize, &f32)| {
                let wanted = if class == label { 1.0 } else { 0.0 };
                (f64::from(*value) - wanted).powi(2)
            };
            output.iter().enumerate().map(square).sum::<f64>() / output.len() as f64
        }
    }
}

/// The class with the largest value, the first on ties.
pub fn best(output: &[f32]) -> usize {
    let mut best = 0;
    for (class, value) in output.iter().enumerate() {
        if *value > output[best] {
            best = class;
        }
    }
    best
}
