//! Looking inside between two updates: weights, gradients and activations as they are, without disturbing the run.

#[cfg(feature = "gpu")]
use crate::batch::read_scores;
use crate::batch::{Sums, read};
use crate::error::TrainingError;
use crate::losses::Reading;
use crate::run::Run;
use burn::tensor::Tensor;
use fireside_network::{Mode, Value, Weight};

/// Rows whose activations are shown at most: every number of them goes to the host.
const MAX_ROWS: usize = 64;

/// The gradients of all layers for the rows of one update, and their loss.
#[derive(Clone, Debug, PartialEq)]
pub struct Gradients {
    /// Of the update, with its penalties.
    pub loss: f64,
    /// One list for each layer, of all its weights; empty where nothing of it is trained.
    pub layers: Vec<Vec<f32>>,
}

impl Run {
    /// The first row of the next update or, with `back`, of the last one of this epoch. At the end of an epoch there
    /// is no next one yet: the last one counts.
    fn rows_from(&self, back: bool) -> &[u32] {
        let steps = self.checked.steps_per_epoch();
        let back = back || self.step >= steps;
        let step = self.step.saturating_sub(usize::from(back));
        self.update_rows(step)
    }

    /// The weights of every layer, moving statistics included, in the engine's layout.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn layer_weights(&self) -> Result<Vec<Vec<f32>>, TrainingError> {
        let weights = self.network.weights();
        let tensors = weights.map(|weight| Some(weight.values.clone()));
        self.by_layer(tensors.collect(), |_| true).await
    }

    /// What the next update would see: gradients and loss of its rows; with `back`, of the rows of the last update
    /// and with its dropout masks, so that the loss can be laid beside the one before it.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn layer_gradients(&self, back: bool) -> Result<Gradients, TrainingError> {
        let rows = self.rows_from(back).iter().map(|row| *row as usize);
        let batch = self.batch(&self.data.train, rows);
        let update = (self.optimizer.updates() as u32).saturating_sub(u32::from(back));
        let seed = self.checked.experiment.seed;
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
        Ok(Gradients {
            loss: loss + self.penalty().await,
            layers: self.by_layer(begun.gradients, Weight::is_optimized).await?,
        })
    }

    /// What a layer gives for the first rows of the next update, with dropout at rest. Empty for a layer that is not
    /// there.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn activations(&self, layer: usize) -> Result<Vec<f32>, TrainingError> {
        let rows = self.rows_from(false).iter().map(|row| *row as usize);
        let batch = self.batch(&self.data.train, rows.take(MAX_ROWS));
        let outputs = self.network.outputs(batch.inputs, Mode::Use);
        match outputs.into_iter().nth(layer).map(Value::into_flat) {
            Some(output) => read(output).await,
            None => Ok(Vec::new()),
        }
    }

    /// Tensors that belong to those weights that `counts` names, in their order, read and put together layer by layer.
    async fn by_layer(
        &self,
        tensors: Vec<Option<Tensor<1>>>,
        counts: fn(&Weight) -> bool,
    ) -> Result<Vec<Vec<f32>>, TrainingError> {
        let mut tensors = tensors.into_iter();
        let mut layers = Vec::with_capacity(self.checked.layers.len());
        for index in 0..self.checked.layers.len() {
            let mut values = Vec::new();
            let weights = self.network.layer_weights(index);
            for _ in weights.filter(|weight| counts(weight)) {
                if let Some(tensor) = tensors.next().flatten() {
                    values.extend(read(tensor.unsqueeze()).await?);
                }
            }
            layers.push(values);
        }
        Ok(layers)
    }
}
