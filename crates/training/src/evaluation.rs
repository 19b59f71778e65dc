//! The second half of an epoch: rows are evaluated, metrics worked out, callbacks asked.

use crate::batch::{Sums, answers, read};
use crate::error::TrainingError;
use crate::event::{EpochScores, Event, Part, Score};
use crate::losses::judged;
use crate::measure::{add_figures, named, new_metrics};
use crate::plan::measured;
use crate::report::{Report, ReportBuilder};
use crate::run::{EVALUATION_ROWS, Phase, Run};
use fireside_datasets::{Rows, Targets};
use fireside_network::weights::{File, load};
use fireside_network::{Mode, Moved};
use serde::{Deserialize, Serialize};
use std::ops::Range;
use ts_rs::TS;

/// What the network says of a row, and what would have been right.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct AnswerRow {
    pub output: Vec<f32>,
    /// A class, or the numbers.
    pub target: Vec<f64>,
}

impl Run {
    fn rows_of(&self, part: Part) -> (&Rows, Range<usize>) {
        match part {
            Part::Validation => {
                let start = self.checked.train_rows;
                (
                    &self.data.train,
                    start..start + self.checked.validation_rows,
                )
            }
            Part::Test => {
                let rows = measured(&self.data);
                (rows, 0..rows.rows())
            }
            Part::Train => (&self.data.train, 0..self.checked.train_rows),
        }
    }

    /// Rows per batch of evaluation: a stateful network is used as it was trained, and the mean of weighted rows is
    /// that of each batch, as in Keras.
    fn evaluation_rows(&self, part: Part) -> usize {
        let weighted = part == Part::Validation && self.data.train.weights_of(0..0).is_some();
        match self.network.is_stateful() || weighted {
            true => self.checked.training.batch_size,
            false => EVALUATION_ROWS,
        }
    }

    /// Before the rows of a part are evaluated.
    pub(crate) fn begin_part(&mut self) {
        if self.checked.training.reset_states {
            self.network.reset_states();
        }
        self.metrics = new_metrics(&self.checked);
    }

    /// After them: what the experiment's metrics say of the part.
    fn end_part(&mut self, part: &str) {
        if let Some(metrics) = self.metrics.take() {
            self.figures.extend(named(part, &metrics));
        }
    }

    /// The output that the loss is worked out from.
    async fn output(
        &self,
        part: &Rows,
        rows: Range<usize>,
    ) -> Result<(Vec<f32>, Targets, Moved), TrainingError> {
        let batch = self.batch(part, rows);
        let (network, _) = judged(&self.checked, &self.network);
        let (output, moved) = network.pass(batch.inputs, Mode::Use);
        Ok((read(output.into_flat()).await?, batch.targets, moved))
    }

    pub(crate) async fn evaluate(
        &mut self,
        part: Part,
        done: usize,
        mut sums: Sums,
        before: [Option<Score>; 2],
    ) -> Result<Vec<Event>, TrainingError> {
        let (part_rows, all) = self.rows_of(part);
        let start = all.start + done;
        let rows = start..(start + self.evaluation_rows(part)).min(all.end);
        let (total, count) = (all.len(), rows.len());
        // Weights of classes are for training only; those of rows are for what is kept aside of the same rows, too.
        let weights = match part {
            Part::Validation => part_rows.weights_of(rows.clone()),
            Part::Test | Part::Train => None,
        };
        let (output, targets, moved) = self.output(part_rows, rows).await?;
        if self.network.is_stateful() {
            self.network.absorb(moved);
        }
        if let Some(metrics) = &mut self.metrics {
            let answers = answers(&self.checked, &output);
            add_figures(metrics, &self.checked, &self.data, &answers, &targets);
        }
        sums.add(Sums::of(
            &self.checked,
            &output,
            &targets,
            weights.as_deref(),
        ));
        if !sums.loss.is_finite() {
            // The last update of the epoch broke the weights; no update comes that would notice it.
            return Ok(vec![self.diverged(sums.loss, self.step)]);
        }
        let done = done + count;
        let epoch = self.epoch as u32 + 1;
        if done >= total {
            sums.penalised(self.penalty().await);
        }
        // The scores of validation and test rows, as far as they are known.
        let [validation, test] = before;
        let (next, done_next, sums, known) = match part {
            _ if done < total => (part, done, sums, before),
            Part::Validation => {
                self.end_part("validation");
                let known = [Some(sums.score()), None];
                (Part::Test, 0, Sums::default(), known)
            }
            Part::Test => {
                self.end_part("test");
                if !self.checked.experiment.asks_of_training()
                    || self.checked.training.metrics.is_empty()
                {
                    return self.end_epoch(validation, sums.score()).await;
                }
                let known = [validation, Some(sums.score())];
                (Part::Train, 0, Sums::default(), known)
            }
            Part::Train => {
                self.end_part("train");
                return self.end_epoch(validation, test.unwrap_or_default()).await;
            }
        };
        if next != part {
            self.begin_part();
        }
        self.phase = Phase::Evaluation {
            part: next,
            done: done_next,
            sums,
            before: known,
        };
        Ok(vec![Event::Evaluating {
            part,
            epoch,
            done: done as u32,
            total: total as u32,
        }])
    }

    async fn end_epoch(
        &mut self,
        validation: Option<Score>,
        test: Score,
    ) -> Result<Vec<Event>, TrainingError> {
        let scores = EpochScores {
            epoch: self.epoch as u32 + 1,
            train: self.sums.score(),
            validation,
            test,
            figures: std::mem::take(&mut self.figures),
        };
        self.history.push(scores.clone());
        if let Some(monitor) = self.optimizer.monitor() {
            // Where no rows are kept aside, the test rows are what the source validates with.
            let held_out = validation.unwrap_or(test);
            self.optimizer.end_epoch(match monitor {
                "loss" => scores.train.loss,
                "accuracy" => scores.train.accuracy,
                "val_accuracy" => held_out.accuracy,
                _ => held_out.loss,
            });
        }
        self.epoch += 1;
        self.step = 0;
        self.sums = Sums::default();
        self.phase = Phase::Updates;
        match self.checked.training.reset_states {
            true => self.network.reset_states(),
            false => self.network.set_states(std::mem::take(&mut self.states)),
        }
        self.shuffle();
        let mut events = vec![Event::Epoch(scores.clone())];
        self.call_back(&scores, &mut events).await?;
        Ok(events)
    }

    /// Lets the callbacks look at an epoch.
    async fn call_back(
        &mut self,
        scores: &EpochScores,
        events: &mut Vec<Event>,
    ) -> Result<(), TrainingError> {
        let dialect = self.checked.experiment.dialect;
        for index in 0..self.watches.len() {
            let seen = self.watches[index].see(scores, dialect);
            if seen.keep {
                self.watches[index].kept = Some(self.weights().await?);
                let watch = &self.watches[index];
                events.push(Event::Kept {
                    epoch: scores.epoch,
                    metric: watch.metric().into(),
                    value: scores.figure(watch.metric()).unwrap_or(f64::NAN),
                });
            }
            if seen.restore {
                self.take_up(index)?;
            }
            if seen.stop {
                let (best, best_epoch) = self.watches[index].best();
                let event = Event::EarlyStopped {
                    epoch: scores.epoch,
                    best_epoch,
                    metric: self.watches[index].metric().into(),
                    best,
                };
                events.push(event);
                // Not `Ended` yet: the last word is `Finished`.
                self.stopped = true;
            }
        }
        Ok(())
    }

    /// Takes up the network that a callback has kept.
    fn take_up(&mut self, index: usize) -> Result<(), TrainingError> {
        if let Some(bytes) = &self.watches[index].kept {
            let file = File::read(bytes)?;
            self.network = load(&self.checked, &file, &self.device)?;
        }
        Ok(())
    }

    /// The network that a checkpoint callback has kept, as a model file; the last one where it keeps all.
    pub fn kept(&self) -> Option<&[u8]> {
        self.watches.iter().find_map(|watch| watch.kept.as_deref())
    }

    /// Goes back to the network that a checkpoint callback has kept; false where none has.
    ///
    /// # Errors
    /// Only what a damaged file gives.
    pub fn go_back_to_kept(&mut self) -> Result<bool, TrainingError> {
        let Some(kept) = self.kept() else {
            return Ok(false);
        };
        let file = File::read(kept)?;
        self.network = load(&self.checked, &file, &self.device)?;
        Ok(true)
    }

    /// The network's answers to the first `rows` rows that are measured.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn answers(&self, rows: usize) -> Result<Vec<AnswerRow>, TrainingError> {
        let test = measured(&self.data);
        let rows = 0..rows.min(test.rows());
        let (output, targets, _) = self.output(test, rows).await?;
        let output = answers(&self.checked, &output);
        let row = |(row, output): (usize, &[f32])| AnswerRow {
            output: output.to_vec(),
            target: match targets.get(row) {
                Some(fireside_datasets::Target::Class(class)) => vec![class as f64],
                Some(fireside_datasets::Target::Values(values)) => {
                    values.iter().map(|value| f64::from(*value)).collect()
                }
                None => Vec::new(),
            },
        };
        let all = output.chunks_exact(self.checked.width()).enumerate();
        Ok(all.map(row).collect())
    }

    /// Confusion matrix and up to `misjudged` wrongly judged test pictures, the surest mistakes first.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn report(&self, misjudged: usize) -> Result<Report, TrainingError> {
        let test = measured(&self.data);
        let mut report = ReportBuilder::new(self.checked.width());
        for start in (0..test.rows()).step_by(EVALUATION_ROWS) {
            let rows = start..(start + EVALUATION_ROWS).min(test.rows());
            let (output, targets, _) = self.output(test, rows).await?;
            report.add(start, &answers(&self.checked, &output), targets.labels());
        }
        Ok(report.finish(test, misjudged))
    }
}
