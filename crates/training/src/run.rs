//! A run: updates, then an evaluation, epoch after epoch.

use crate::augmented::{Made, learned};
use crate::batch::{Batch, Sums, batch, read, read_scores, target, training_weights};
use crate::callbacks::Watch;
use crate::checkpoint;
use crate::error::TrainingError;
use crate::event::{Divergence, EpochScores, Event, MetricValue, Part, RunState, Score};
use crate::losses::{Reading, judged, score};
use crate::metrics::Metrics;
use crate::plan::of_fold;
use burn::tensor::{Device, Tensor, TensorData};
use fireside_datasets::{Augmenter, Dataset, Rows, Targets, Vocabulary};
use fireside_network::{Mode, Moved, Network, Value};
use fireside_optimizers::{Optimizer, WeightFacts};
use fireside_spec::random::{Purpose, Stream};
use fireside_spec::{Checked, Horizon};
use std::collections::VecDeque;
use std::sync::Arc;

/// Rows per batch of evaluation; the result does not depend on it.
pub(crate) const EVALUATION_ROWS: usize = 250;

#[derive(Clone, Debug)]
pub(crate) enum Phase {
    Updates,
    Evaluation {
        part: Part,
        done: usize,
        sums: Sums,
        /// Of validation and test rows, where these are done.
        before: [Option<Score>; 2],
    },
    Ended(Event),
}

/// What is known of an update.
struct Update {
    /// In the run, from 1.
    number: u32,
    rate: f64,
    /// What the device still has to tell.
    score: Option<Tensor<1>>,
    sums: Sums,
}

/// Forward and backward of a batch.
pub(crate) struct Begun {
    pub reading: Reading,
    pub gradients: Vec<Option<Tensor<1>>>,
    pub moved: Moved,
    pub targets: Targets,
    /// Of the rows, in the loss.
    pub weights: Option<Vec<f32>>,
}

/// A fresh optimizer for the weights of `network`.
pub(crate) fn optimizer(checked: &Checked, network: &Network, device: &Device) -> Optimizer {
    let facts = network.trainable().map(|weight| WeightFacts {
        order: weight.order(),
        regularizer: weight.rules.regularizer,
        constraint: weight.rules.constraint,
        frozen: !weight.trainable,
        ..WeightFacts::new(&weight.shape)
    });
    let training = &checked.training;
    let horizon = Horizon {
        steps_per_epoch: checked.steps_per_epoch() as u64,
        epochs: training.epochs as u64,
    };
    Optimizer::new(training.optimizer, facts.collect(), device)
        .scheduled(training.schedule.clone(), horizon)
}

/// Whether an experiment was checked for these data.
fn same_data(checked: &Checked, data: &Dataset) -> Result<(), TrainingError> {
    let found = data.data_shape();
    let shape = |data: &fireside_spec::DataShape| {
        let shapes: Vec<_> = data.inputs.iter().map(|input| input.shape).collect();
        let rows = [data.train_rows, data.test_rows];
        (data.name.clone(), shapes, data.target, rows)
    };
    if shape(&found) != shape(&checked.data) || data.train.rows() == 0 {
        return Err(TrainingError::DataMismatch {
            expected: format!("{:?}", checked.data),
            found: format!("{found:?}"),
        });
    }
    Ok(())
}

/// One fit of one network. See the crate's documentation.
pub struct Run {
    pub(crate) text: String,
    pub(crate) checked: Checked,
    pub(crate) data: Arc<Dataset>,
    pub(crate) device: Device,
    pub(crate) network: Network,
    pub(crate) optimizer: Optimizer,
    /// What is done to pictures.
    pub(crate) augmenter: Option<Arc<Augmenter>>,
    /// Of the experiment's protocol; 0 where there is one fit.
    pub(crate) fold: u32,
    pub(crate) phase: Phase,
    /// Epochs done.
    pub(crate) epoch: usize,
    /// Updates done in this epoch.
    pub(crate) step: usize,
    pub(crate) sums: Sums,
    pub(crate) history: Vec<EpochScores>,
    order: Vec<u32>,
    /// What the experiment's callbacks have seen.
    pub(crate) watches: Vec<Watch>,
    /// What is known of the rows that are being evaluated, and of the parts before.
    pub(crate) metrics: Option<Metrics>,
    pub(crate) figures: Vec<MetricValue>,
    /// The states of stateful layers between two epochs, while rows are evaluated.
    pub(crate) states: Vec<Vec<Tensor<2>>>,
    /// A callback has stopped the run.
    pub(crate) stopped: bool,
    /// Events that `next` has still to tell.
    told: VecDeque<Event>,
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
        Self::fold(text, checked, data, 0, device)
    }

    /// The run of a fold of the experiment's protocol, with initial weights of its own; otherwise as
    /// [`new`](Self::new).
    ///
    /// # Errors
    /// As [`new`](Self::new), and [`TrainingError::Data`].
    pub fn fold(
        text: &str,
        checked: Checked,
        data: Arc<Dataset>,
        fold: u32,
        device: Device,
    ) -> Result<Self, TrainingError> {
        same_data(&checked, &data)?;
        let (checked, data) = of_fold(&checked, &data, fold)?;
        let network = Network::build(&checked, checked.experiment.seed, &device);
        let mut run = Self::with_network(text, checked, data, network, device)?;
        run.fold = fold;
        Ok(run)
    }

    /// A run that goes on with a network; otherwise as [`new`](Self::new).
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with_network(
        text: &str,
        checked: Checked,
        data: Arc<Dataset>,
        network: Network,
        device: Device,
    ) -> Result<Self, TrainingError> {
        let rows: Vec<u32> = (0..checked.train_rows as u32).collect();
        let augmenter = learned(&checked.experiment, &data, &rows).map(Arc::new);
        Self::with_augmenter(text, checked, data, network, augmenter, device)
    }

    /// The same with an augmentation that has learned from rows already.
    pub(crate) fn with_augmenter(
        text: &str,
        checked: Checked,
        data: Arc<Dataset>,
        network: Network,
        augmenter: Option<Arc<Augmenter>>,
        device: Device,
    ) -> Result<Self, TrainingError> {
        same_data(&checked, &data)?;
        let optimizer = optimizer(&checked, &network, &device);
        let watches = checked
            .experiment
            .callbacks
            .iter()
            .map(Watch::new)
            .collect();
        let mut run = Self {
            text: text.into(),
            checked,
            data,
            device,
            network,
            optimizer,
            augmenter,
            fold: 0,
            phase: Phase::Updates,
            epoch: 0,
            step: 0,
            sums: Sums::default(),
            history: Vec::new(),
            order: Vec::new(),
            watches,
            metrics: None,
            figures: Vec::new(),
            states: Vec::new(),
            stopped: false,
            told: VecDeque::new(),
        };
        run.shuffle();
        Ok(run)
    }

    /// The order of rows of the running epoch: a seeded permutation of all training rows.
    pub(crate) fn shuffle(&mut self) {
        if !self.checked.training.shuffle {
            return self.keep_file_order();
        }
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
        if let Some(event) = self.told.pop_front() {
            return Ok(event);
        }
        let mut events = self.advance(1).await?;
        // `advance` gives at least one event; what an epoch's end brings with it is told afterwards.
        self.told.extend(events.drain(1..));
        Ok(events.swap_remove(0))
    }

    /// Does up to `steps` updates, but none beyond the end of the epoch, or one batch of evaluation: at
    /// least one event, in order.
    ///
    /// On a GPU the losses of all of these updates are read together at the end: nothing waits in between,
    /// and no more than `steps` updates are ever queued.
    ///
    /// # Errors
    /// When the device fails; on the CPU the run stays where it was.
    pub async fn advance(&mut self, steps: usize) -> Result<Vec<Event>, TrainingError> {
        match self.phase.clone() {
            Phase::Ended(event) => Ok(vec![event]),
            Phase::Updates if self.stopped || self.epoch >= self.checked.training.epochs => {
                Ok(vec![self.finish()])
            }
            Phase::Updates if self.step >= self.checked.steps_per_epoch() => {
                let part = if self.checked.validation_rows > 0 {
                    Part::Validation
                } else {
                    Part::Test
                };
                self.states = self.network.states();
                self.begin_part();
                self.evaluate(part, 0, Sums::default(), [None; 2]).await
            }
            Phase::Updates => {
                let left = self.checked.steps_per_epoch() - self.step;
                self.updates(steps.clamp(1, left)).await
            }
            Phase::Evaluation {
                part,
                done,
                sums,
                before,
            } => self.evaluate(part, done, sums, before).await,
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

    /// Rows as they are measured: standardized, but not changed at random.
    pub(crate) fn batch(
        &self,
        part: &Rows,
        rows: impl ExactSizeIterator<Item = usize> + Clone,
    ) -> Batch {
        self.made_batch(part, rows, None)
    }

    /// Rows as they are trained on in the running epoch.
    pub(crate) fn training_batch(&self, rows: &[u32]) -> Batch {
        let drawn = (self.checked.experiment.seed, self.epoch as u32);
        let rows = rows.iter().map(|row| *row as usize);
        self.made_batch(&self.data.train, rows, Some(drawn))
    }

    fn made_batch(
        &self,
        part: &Rows,
        rows: impl ExactSizeIterator<Item = usize> + Clone,
        drawn: Option<(u32, u32)>,
    ) -> Batch {
        let augmenter = self.augmenter.as_deref();
        let made = augmenter.map(|by| Made { by, drawn });
        batch(
            part,
            rows,
            &self.checked.experiment.data,
            made,
            &self.device,
        )
    }

    /// The rows of an update of this epoch.
    pub(crate) fn update_rows(&self, step: usize) -> &[u32] {
        let size = self.checked.training.batch_size;
        let from = step * size;
        &self.order[from..(from + size).min(self.order.len())]
    }

    /// Forward and backward; nothing is read, no weight is changed.
    pub(crate) fn begin(&self, network: &Network, batch: Batch, mode: Mode) -> Begun {
        let (network, kind) = judged(&self.checked, network);
        let tracked = network.tracked();
        let own = training_weights(&self.checked, &batch);
        let inputs = batch.inputs.into_iter().map(Value::on_tape).collect();
        let (output, moved) = tracked.pass(inputs, mode);
        let output = output.into_flat();
        let width = self.checked.width();
        let wanted = Tensor::from_inner(target(&batch.targets, width, &self.device));
        let weights = own.clone().map(|weights| {
            let data = TensorData::new(weights, [batch.targets.rows()]);
            Tensor::from_inner(Tensor::from_data(data, &self.device))
        });
        let dialect = self.checked.experiment.dialect;
        let learns = tracked.trainable().any(|weight| weight.trainable);
        let (reading, gradients) = score(&kind, dialect, output, wanted, weights, learns);
        Begun {
            reading,
            gradients: match gradients {
                Some(mut all) => tracked.gradients(&mut all),
                None => tracked.trainable().map(|_| None).collect(),
            },
            targets: batch.targets,
            weights: own,
            moved,
        }
    }

    fn mode(&self) -> Mode {
        Mode::Train {
            seed: self.checked.experiment.seed,
            update: self.optimizer.updates() as u32,
        }
    }

    async fn updates(&mut self, steps: usize) -> Result<Vec<Event>, TrainingError> {
        let mut queued = Vec::with_capacity(steps);
        for ahead in 0..steps {
            let batch = self.training_batch(self.update_rows(self.step + ahead));
            let begun = self.begin(&self.network, batch, self.mode());
            let mut update = Update {
                number: self.optimizer.updates() as u32 + 1,
                rate: self.optimizer.rate(),
                score: None,
                sums: Sums {
                    rows: begun.targets.rows() as u32,
                    ..Sums::new(&self.checked)
                },
            };
            match begun.reading {
                // Where reading costs nothing the loss is looked at first: a bad one changes no weight.
                Reading::Output(output) => {
                    let output = read(output).await?;
                    let (checked, targets) = (&self.checked, &begun.targets);
                    update.sums = Sums::of(checked, &output, targets, begun.weights.as_deref());
                    update.sums.penalised(self.penalty().await);
                    if !update.sums.loss.is_finite() {
                        queued.push(update);
                        break;
                    }
                }
                #[cfg(feature = "gpu")]
                Reading::Score(score) => update.score = Some(self.penalised(score)),
            }
            queued.push(update);
            let weights = self
                .network
                .trainable_mut()
                .map(|weight| &mut weight.values);
            self.optimizer.step(weights, begun.gradients);
            self.network.absorb(begun.moved);
        }
        let scores = queued.iter_mut().filter_map(|update| update.score.take());
        let scores = read_scores(scores.collect()).await?;
        for (update, [loss, correct]) in queued.iter_mut().zip(scores) {
            update.sums.loss = f64::from(loss) * f64::from(update.sums.rows);
            update.sums.correct = correct as u32;
        }
        Ok(self.settle(queued))
    }

    /// The penalties on weights: a part of every loss that is shown.
    pub(crate) async fn penalty(&self) -> f64 {
        let weights = self.network.trainable().map(|weight| &weight.values);
        self.optimizer.penalty(weights).await
    }

    /// A score of the device with the penalties in its loss.
    #[cfg(feature = "gpu")]
    fn penalised(&self, score: Tensor<1>) -> Tensor<1> {
        let weights = self.network.trainable().map(|weight| &weight.values);
        match self.optimizer.penalty_on_device(weights) {
            Some(penalty) => Tensor::cat(vec![penalty.clone(), penalty.zeros_like()], 0) + score,
            None => score,
        }
    }

    /// Takes up what the updates gave, in order. After a loss that is no number, nothing counts.
    fn settle(&mut self, updates: Vec<Update>) -> Vec<Event> {
        let mut events = Vec::with_capacity(updates.len());
        for Update {
            number, rate, sums, ..
        } in updates
        {
            let score = sums.score();
            if !score.loss.is_finite() {
                events.push(self.diverged(score.loss, self.step + 1));
                break;
            }
            self.sums.add(sums);
            self.step += 1;
            events.push(Event::Step {
                epoch: self.epoch as u32 + 1,
                step: self.step as u32,
                update: number,
                loss: score.loss,
                accuracy: score.accuracy,
                rows: sums.rows,
                learning_rate: rate,
            });
        }
        events
    }

    pub(crate) fn diverged(&mut self, loss: f64, step: usize) -> Event {
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

    /// Whether the watchdog has ended it.
    pub fn lost_its_numbers(&self) -> bool {
        matches!(self.phase, Phase::Ended(Event::Diverged { .. }))
    }

    /// Changes the learning rate from the next update on.
    pub fn set_learning_rate(&mut self, value: f64) {
        self.optimizer.set_learning_rate(value);
    }

    /// Checksum of the data.
    pub(crate) fn data_checksum(&self) -> &str {
        self.data.checksum()
    }

    /// The network and its optimizer, to go on with elsewhere.
    pub(crate) fn into_parts(self) -> (Network, Optimizer) {
        (self.network, self.optimizer)
    }

    /// The network as it is now.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// The checked experiment.
    pub fn checked(&self) -> &Checked {
        &self.checked
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
            "data": self.data.checksum(),
            // With it the file answers texts alone.
            "vocabulary": self.data.vocabulary.as_ref().map(Vocabulary::text),
        });
        Ok(fireside_network::weights::save(&self.network, metadata.to_string()).await?)
    }
}
