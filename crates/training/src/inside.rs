//! Looking inside between two updates: weights, gradients and activations as they are, without disturbing the run.

#[cfg(feature = "gpu")]
use crate::batch::read_scores;
use crate::batch::{Sums, read};
use crate::error::TrainingError;
use crate::losses::Reading;
use crate::run::Run;
use fireside_network::weights::keras_values;
use fireside_network::{Mode, Weight};

/// Rows whose activations are shown at most: every number of them goes to the host.
const MAX_ROWS: usize = 64;

/// What is to be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inside {
    /// The weights of every layer, moving statistics included, in Keras's layout.
    Weights,
    /// What the next update would see: for every layer the gradients of what is trained of it, and behind them one
    /// list more with the loss of the update. `back`: those of the rows of the last update, with its dropout masks, so
    /// that the loss can be laid beside the one before it.
    Gradients { back: bool },
    /// One list: what a layer gives for the first rows of the next update, with dropout at rest. A layer
    /// that is not there counts as the last one.
    Activations { layer: usize },
}

impl Run {
    /// Numbers of the inside, layer by layer.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn inside(&self, what: Inside) -> Result<Vec<Vec<f32>>, TrainingError> {
        let back = what == Inside::Gradients { back: true };
        let seen = self.seen_rows(back);
        let rows = seen.iter().map(|row| *row as usize);
        let layers = self.checked.layers.len();
        // Weights (or gradients in their place) with the layer that they belong to.
        let mut tensors: Vec<(usize, Weight)> = Vec::new();
        let mut found = vec![Vec::new(); layers];
        match what {
            Inside::Weights => {
                for layer in 0..layers {
                    let weights = self.network.layer_weights(layer);
                    tensors.extend(weights.map(|weight| (layer, weight.clone())));
                }
            }
            Inside::Gradients { .. } => {
                let update = (self.optimizer.updates() as u32).saturating_sub(u32::from(back));
                let seed = self.checked.experiment.seed;
                let batch = self.training_batch(seen);
                let begun = self.begin(&self.network, batch, Mode::Train { seed, update });
                let loss = match begun.reading {
                    Reading::Output(output) => {
                        let output = read(output).await?;
                        let (targets, weights) = (&begun.targets, begun.weights.as_deref());
                        Sums::of(&self.checked, &output, targets, weights)
                            .score()
                            .loss
                    }
                    #[cfg(feature = "gpu")]
                    Reading::Score(score) => {
                        let scores = read_scores(vec![score]).await?;
                        scores
                            .first()
                            .map_or(f64::NAN, |[loss, _]| f64::from(*loss))
                    }
                };
                found.push(vec![(loss + self.penalty().await) as f32]);
                let mut gradients = begun.gradients.into_iter();
                for layer in 0..layers {
                    for weight in self.network.layer_weights(layer) {
                        if weight.is_optimized()
                            && let Some(values) = gradients.next().flatten()
                        {
                            let mut weight = weight.clone();
                            weight.values = values;
                            tensors.push((layer, weight));
                        }
                    }
                }
            }
            Inside::Activations { layer } => {
                let batch = self.batch(&self.data.train, rows.take(MAX_ROWS));
                let upto = self.network.upto(layer);
                let output = upto.forward(batch.inputs, Mode::Use);
                found = vec![read(output.into_flat()).await?];
            }
        }
        for (layer, weight) in tensors {
            found[layer].extend(keras_values(&weight).await?);
        }
        Ok(found)
    }

    /// The rows of the next update or, with `back`, of the last one of this epoch. At the end of an epoch there is no
    /// next one yet: the last one counts.
    fn seen_rows(&self, back: bool) -> &[u32] {
        let back = back || self.step >= self.checked.steps_per_epoch();
        self.update_rows(self.step.saturating_sub(usize::from(back)))
    }
}
