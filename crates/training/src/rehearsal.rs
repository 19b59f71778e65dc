//! Compiling the kernels of a run before its first step, one by one.

use crate::error::TrainingError;
use crate::run::{EVALUATION_ROWS, Run, optimizer};
use fireside_gpu::{Rehearsal, rehearse};
use fireside_network::{Mode, Network};

impl Run {
    /// The kernels of a step and of an evaluation that the device has not compiled yet. Weights and
    /// optimizer stay as they are: twins of them take part.
    pub fn rehearsal(&self) -> Rehearsal {
        let network = Network::with_weights(&self.checked, &self.device, |spec, _, _| {
            vec![0.0; spec.len()]
        });
        let optimizer = optimizer(&self.checked, &network, &self.device);
        rehearse(|| {
            for rows in sizes(self.checked.train_rows, self.checked.training.batch_size) {
                let (mut network, mut optimizer) = (network.clone(), optimizer.clone());
                let batch = self.batch(&self.data.train, 0..rows);
                let mode = Mode::Train { seed: 0, update: 0 };
                let begun = self.begin(&network, batch, mode);
                let weights = network.trainable_mut().map(|weight| &mut weight.values);
                optimizer.step(weights, begun.gradients);
            }
            for all in [self.checked.validation_rows, self.data.test.rows()] {
                for rows in sizes(all, EVALUATION_ROWS) {
                    let batch = self.batch(&self.data.test, 0..rows.min(self.data.test.rows()));
                    network.forward(batch.inputs, Mode::Use);
                }
            }
        })
    }

    /// Compiles what [`rehearsal`](Self::rehearsal) found, and tells after each kernel how many are made.
    ///
    /// # Errors
    /// When the device refuses a kernel or is lost.
    pub async fn warm_up(&self, mut told: impl FnMut(usize, usize)) -> Result<(), TrainingError> {
        let mut rehearsal = self.rehearsal();
        let expected = rehearsal.left();
        told(0, expected);
        let failed = |reason| TrainingError::Device { reason };
        while rehearsal.next().await.map_err(failed)? {
            told(expected - rehearsal.left(), expected);
        }
        Ok(())
    }
}

/// The sizes of the batches that `rows` come in.
fn sizes(rows: usize, batch: usize) -> impl Iterator<Item = usize> {
    [batch.min(rows), rows % batch.max(1)]
        .into_iter()
        .filter(|size| *size > 0)
}
