//! Losses: of a batch as a tensor that can go backward, of a row on the host, and what has to be read of a step.
//!
//! The formulas stand at [`fireside_spec::Loss`]. A row's loss is the mean or sum over its outputs, the loss of
//! a batch the mean over its rows; with weights s (of rows or classes) it is sum(s L) / count(s != 0) in `keras2`
//! (a batch of nothing but zeros is no number), sum(s L) / rows in `keras3`.

mod host;
mod tensor;

pub(crate) use host::batch_sum;
pub use host::{batch_loss, probabilities, row_loss};
pub use tensor::loss;

use burn::tensor::{Gradients, Tensor};
use fireside_network::Network;
#[cfg(feature = "gpu")]
use fireside_spec::LossInput;
use fireside_spec::{Checked, Dialect, Loss};

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

/// The end of a step's graph: its first number is the mean loss. `true`: its second one says how many rows have
/// their largest output where the target has it.
pub(crate) fn ending(
    kind: &Loss,
    dialect: Dialect,
    output: Tensor<2>,
    target: Tensor<2>,
    weights: Option<Tensor<1>>,
) -> (Tensor<1>, bool) {
    #[cfg(feature = "gpu")]
    {
        // The kernel has the losses of the books' networks, and counts largest outputs, or rounded ones where there
        // is but one.
        let fits = match kind {
            Loss::CategoricalCrossentropy(LossInput::Logits) => false,
            Loss::CategoricalCrossentropy(_) | Loss::MeanSquaredError => output.dims()[1] > 1,
            Loss::BinaryCrossentropy(_) => output.dims()[1] == 1,
            _ => false,
        };
        if fits && weights.is_none() && fireside_network::ops::gpu::is_gpu(&output) {
            let score = fireside_network::ops::gpu::score(output, target, *kind);
            return (score, true);
        }
    }
    (loss(kind, dialect, output, target, weights), false)
}

/// The loss of a batch and, where something `learns`, its gradients.
pub(crate) fn score(
    kind: &Loss,
    dialect: Dialect,
    output: Tensor<2>,
    target: Tensor<2>,
    weights: Option<Tensor<1>>,
    learns: bool,
) -> (Reading, Option<Gradients>) {
    let (end, counted) = ending(kind, dialect, output.clone(), target, weights);
    // Without a leaf there is no tape to go back on.
    let gradients = learns.then(|| end.backward());
    #[cfg(feature = "gpu")]
    if counted {
        return (Reading::Score(end.inner()), gradients);
    }
    let _ = counted;
    (Reading::Output(output.inner()), gradients)
}

/// The network as the loss wants it, and the loss: one that works on the numbers behind the last activation gets
/// these.
pub(crate) fn judged(checked: &Checked, network: &Network) -> (Network, Loss) {
    match checked.loss_behind() {
        Some(loss) => (network.logits(), loss),
        None => (network.clone(), checked.training.loss),
    }
}

/// The weights of rows from those of their classes; 1 for a class that has none.
pub fn row_weights(classes: impl Iterator<Item = usize>, class_weight: &[f64]) -> Vec<f32> {
    let weight = |class: usize| class_weight.get(class).map_or(1.0, |weight| *weight as f32);
    classes.map(weight).collect()
}
