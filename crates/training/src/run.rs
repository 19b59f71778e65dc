//! A run: updates, then an evaluation, epoch after epoch.

use crate::batch::{Batch, Sums, batch, one_hot, read};
use crate::checkpoint;
use crate::error::TrainingError;
use crate::event::{Divergence, EpochScores, Event, Part, RunState, Score};
use crate::loss::loss;
use crate::report::{Report, ReportBuilder};
use burn::tensor::{Device, Tensor};
use fireside_datasets::{Dataset, Pictures};
use fireside_network::{Mode, Network, Value};
use fireside_optimizers::Optimizer;
use fireside_spec::Checked;
use fireside_spec::random::{Purpose, Stream};
use std::ops::Range;
use std::sync::Arc;

/// Rows per batch of evaluation; the result does not depend on it.
const EVALUATION_ROWS: usize = 250;

#[derive(Clone, Debug)]
enum Phase {
    Updates,
    Evaluation {
        part: Part,
        done: usize,
        sums: Sums,
        validation: Option<Score>,
    },
    Ended(Event),
}

/// One fit of one network. See the crate's documentation.
pub struct Run {
    pub(crate) text: String,
    pub(crate) checked: Checked,
    data: Arc<Dataset>,
    device: Device,
    pub(crate) network: Network,
    pub(crate) optimizer: Optimizer,
    phase: Phase,
    /// Epochs done.
    pub(crate) epoch: usize,
    /// Updates done in this epoch.
    pub(crate) step: usize,
    pub(crate) sums: Sums,
    pub(crate) history: Vec<EpochScores>,
    order: Vec<u32>,
}

impl Run {
    /// A run from the beginning, with the initial weights of the experiment's seed.
    ///
    /// `text` is kept for checkpoints and shipped models; `device` without autodiff.
    ///
    /// # Errors
    /// [`TrainingError::DataMismatch`] when `checked` was made for other data.
    pub fn new(
        text: &str,
        checked: Checked,
        data: Arc<Dataset>,
        device: Device,
    ) -> Result<Self, TrainingError> {
        let found = data.data_shape();
        if found != checked.data {
            return Err(TrainingError::DataMismatch {
                expected: format!("{:?}", checked.data),
                found: format!("{found:?}"),
            });
        }
        let network = Network::build(&checked, checked.experiment.seed, &device);
        let lengths: Vec<usize> = network
            .weights()
            .map(|weight| weight.shape.iter().product())
            .collect();
        let optimizer = Optimizer::new(checked.training.optimizer, &lengths, true, &device);
        let mut run = Self {
            text: text.into(),
            checked,
            data,
            device,
            network,
            optimizer,
            phase: Phase::Updates,
            epoch: 0,
            step: 0,
            sums: Sums::default(),
            history: Vec::new(),
            order: Vec::new(),
        };
        run.shuffle();
        Ok(run)
    }

    /// The order of rows of the running epoch: a seeded permutation of all training rows.
    pub(crate) fn shuffle(&mut self) {
        let seed = self.checked.experiment.seed;
        let stream = Stream::new(seed, Purpose::Order, self.epoch as u32, 0);
        self.order = stream.permutation(self.checked.train_rows);
    }

    /// Takes the rows in file order instead, for comparisons with other programs.
    pub fn keep_file_order(&mut self) {
        self.order = (0..self.checked.train_rows as u32).collect();
    }

    /// Does one update, or one batch of evaluation, or says that the run has ended.
    ///
    /// # Errors
    /// When the device fails; the run stays where it was.
    pub async fn next(&mut self) -> Result<Event, TrainingError> {
        match self.phase.clone() {
            Phase::Ended(event) => Ok(event),
            Phase::Updates if self.epoch >= self.checked.training.epochs => Ok(self.finish()),
            Phase::Updates if self.step >= self.checked.steps_per_epoch() => {
                let part = if self.checked.validation_rows > 0 {
                    Part::Validation
                } else {
                    Part::Test
                };
                self.evaluate(part, 0, Sums::default(), None).await
            }
            Phase::Updates => self.update().await,
            Phase::Evaluation {
                part,
                done,
                sums,
                validation,
            } => self.evaluate(part, done, sums, validation).await,
        }
    }

    fn finish(&mut self) -> Event {
        let event = Event::Finished {
            epochs: self.epoch as u32,
            test: self.history.last().map(|e| e.test).unwrap_or_default(),
        };
        self.phase = Phase::Ended(event.clone());
        event
    }

    fn batch(&self, part: &Pictures, rows: impl ExactSizeIterator<Item = usize>) -> Batch {
        batch(part, rows, self.checked.experiment.data.scale, &self.device)
    }

    async fn update(&mut self) -> Result<Event, TrainingError> {
        let size = self.checked.training.batch_size;
        let rows = self.step * size..((self.step + 1) * size).min(self.order.len());
        let rows = self.order[rows].iter().map(|row| *row as usize);
        let batch = self.batch(&self.data.train, rows);
        let classes = self.checked.data.classes;
        let kind = self.checked.training.loss;
        let rate = self.optimizer.rate();
        let mode = Mode::Train {
            seed: self.checked.experiment.seed,
            update: self.optimizer.updates() as u32,
        };

        let (output, gradients) = {
            let tracked = self.network.tracked();
            let input = match batch.input {
                Value::Flat(x) => Value::Flat(Tensor::from_inner(x)),
                Value::Picture(x) => Value::Picture(Tensor::from_inner(x)),
            };
            let output = tracked.forward(input, mode).into_flat();
            let target = one_hot(&batch.labels, classes, &self.device);
            let loss = loss(kind, output.clone(), Tensor::from_inner(target));
            let mut gradients = loss.backward();
            (output.inner(), tracked.gradients(&mut gradients))
        };
        let output = read(output).await?;
        let sums = Sums::of(kind, &output, &batch.labels, classes);
        let score = sums.score();
        if !score.loss.is_finite() {
            return Ok(self.diverged(score.loss, self.step + 1));
        }
        let weights = self.network.weights_mut().map(|weight| &mut weight.values);
        self.optimizer.step(weights, gradients);

        self.sums.add(sums);
        self.step += 1;
        Ok(Event::Step {
            epoch: self.epoch as u32 + 1,
            step: self.step as u32,
            update: self.optimizer.updates() as u32,
            loss: score.loss,
            accuracy: score.accuracy,
            rows: sums.rows,
            learning_rate: rate,
        })
    }

    fn diverged(&mut self, loss: f64, step: usize) -> Event {
        let event = Event::Diverged {
            epoch: self.epoch as u32 + 1,
            step: step as u32,
            reason: if loss.is_nan() {
                Divergence::LossNan
            } else {
                Divergence::LossInfinite
            },
        };
        self.phase = Phase::Ended(event.clone());
        event
    }

    fn rows_of(&self, part: Part) -> (&Pictures, Range<usize>) {
        match part {
            Part::Validation => {
                let start = self.checked.train_rows;
                (
                    &self.data.train,
                    start..start + self.checked.validation_rows,
                )
            }
            Part::Test => (&self.data.test, 0..self.data.test.rows()),
        }
    }

    async fn output(
        &self,
        part: &Pictures,
        rows: Range<usize>,
    ) -> Result<(Vec<f32>, Vec<u8>), TrainingError> {
        let batch = self.batch(part, rows);
        let output = self.network.forward(batch.input, Mode::Use).into_flat();
        Ok((read(output).await?, batch.labels))
    }

    async fn evaluate(
        &mut self,
        part: Part,
        done: usize,
        mut sums: Sums,
        validation: Option<Score>,
    ) -> Result<Event, TrainingError> {
        let (pictures, all) = self.rows_of(part);
        let start = all.start + done;
        let rows = start..(start + EVALUATION_ROWS).min(all.end);
        let (total, count) = (all.len(), rows.len());
        let (output, labels) = self.output(pictures, rows).await?;
        let kind = self.checked.training.loss;
        sums.add(Sums::of(kind, &output, &labels, self.checked.data.classes));
        if !sums.loss.is_finite() {
            // The last update of the epoch broke the weights; no update comes that would notice it.
            return Ok(self.diverged(sums.loss, self.step));
        }
        let done = done + count;
        let epoch = self.epoch as u32 + 1;
        if done < total {
            self.phase = Phase::Evaluation {
                part,
                done,
                sums,
                validation,
            };
        } else if part == Part::Validation {
            self.phase = Phase::Evaluation {
                part: Part::Test,
                done: 0,
                sums: Sums::default(),
                validation: Some(sums.score()),
            };
        } else {
            return Ok(self.end_epoch(validation, sums.score()));
        }
        Ok(Event::Evaluating {
            part,
            epoch,
            done: done as u32,
            total: total as u32,
        })
    }

    fn end_epoch(&mut self, validation: Option<Score>, test: Score) -> Event {
        let scores = EpochScores {
            epoch: self.epoch as u32 + 1,
            train: self.sums.score(),
            validation,
            test,
        };
        self.history.push(scores);
        self.epoch += 1;
        self.step = 0;
        self.sums = Sums::default();
        self.phase = Phase::Updates;
        self.shuffle();
        Event::Epoch(scores)
    }

    /// Where the run stands.
    pub fn state(&self) -> RunState {
        RunState {
            text: self.text.clone(),
            seed: self.checked.experiment.seed,
            epoch: self.epoch as u32,
            step: self.step as u32,
            update: self.optimizer.updates() as u32,
            steps_per_epoch: self.checked.steps_per_epoch() as u32,
            epochs: self.checked.training.epochs as u32,
            learning_rate: self.optimizer.learning_rate(),
            finished: matches!(self.phase, Phase::Ended(_))
                || self.epoch >= self.checked.training.epochs,
            history: self.history.clone(),
        }
    }

    /// Changes the learning rate from the next update on.
    pub fn set_learning_rate(&mut self, value: f64) {
        self.optimizer.set_learning_rate(value);
    }

    /// Checksum of the data.
    pub(crate) fn data_checksum(&self) -> &str {
        &self.data.checksum
    }

    /// The network as it is now.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// The checked experiment.
    pub fn checked(&self) -> &Checked {
        &self.checked
    }

    /// Confusion matrix and up to `misjudged` wrongly judged test pictures, the surest mistakes first.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn report(&self, misjudged: usize) -> Result<Report, TrainingError> {
        let test = &self.data.test;
        let mut report = ReportBuilder::new(self.checked.data.classes);
        for start in (0..test.rows()).step_by(EVALUATION_ROWS) {
            let rows = start..(start + EVALUATION_ROWS).min(test.rows());
            let (output, labels) = self.output(test, rows).await?;
            report.add(start, &output, &labels);
        }
        Ok(report.finish(test, misjudged))
    }

    /// Everything that is needed to go on later.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn checkpoint(&self) -> Result<Vec<u8>, TrainingError> {
        checkpoint::write(self).await
    }

    /// Goes on from a checkpoint, which carries its own experiment; `check` reads and checks its text.
    ///
    /// # Errors
    /// [`TrainingError::Checkpoint`] when it is damaged or of other data.
    pub fn resume(
        bytes: &[u8],
        check: impl FnOnce(&str) -> Option<Checked>,
        data: Arc<Dataset>,
        device: Device,
    ) -> Result<Self, TrainingError> {
        checkpoint::read(bytes, check, data, device)
    }

    /// The network as a safetensors file with the experiment in its metadata.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn weights(&self) -> Result<Vec<u8>, TrainingError> {
        let metadata = serde_json::json!({
            "experiment": self.text,
            "seed": self.checked.experiment.seed,
            "epochs": self.epoch,
            "updates": self.optimizer.updates(),
            "test_accuracy": self.history.last().map(|e| e.test.accuracy),
            "data": self.data.checksum,
        });
        Ok(fireside_network::weights::save(&self.network, metadata.to_string()).await?)
    }
}
