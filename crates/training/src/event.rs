//! What a run tells its host. These types go to the page as they are.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Which rows are evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    Validation,
    Test,
    /// The rows that are trained on, where the experiment asks for more of them than loss and accuracy.
    Train,
}

/// Loss and accuracy over some rows; for training, the mean over an epoch as Keras prints it (weights
/// change meanwhile, dropout is on).
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct Score {
    pub loss: f64,
    /// 0 to 1.
    pub accuracy: f64,
    pub rows: u32,
}

/// A figure with its name: `test_rmse`, `validation_f1`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct MetricValue {
    pub name: String,
    pub value: f64,
}

/// An epoch that is done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct EpochScores {
    /// From 1.
    pub epoch: u32,
    pub train: Score,
    pub validation: Option<Score>,
    pub test: Score,
    /// The metrics that the experiment asks for beside loss and accuracy, of validation and test rows and, where
    /// they are asked for, of training rows: those of the network at the end of the epoch.
    pub figures: Vec<MetricValue>,
}

impl EpochScores {
    /// A figure by its name: `train_loss`, `validation_accuracy`, `test_rmse`. Where no rows are kept aside,
    /// validation is what the test rows say: the source had nothing else.
    pub fn figure(&self, name: &str) -> Option<f64> {
        let (part, metric) = name.split_once('_')?;
        let score = match part {
            "train" => Some(self.train),
            "validation" => Some(self.validation.unwrap_or(self.test)),
            "test" => Some(self.test),
            _ => None,
        };
        match (score, metric) {
            (Some(score), "loss") => Some(score.loss),
            (Some(score), "accuracy") => Some(score.accuracy),
            _ => {
                let of = |name: &str| self.figures.iter().find(|figure| figure.name == name);
                let test = || of(&format!("test_{metric}")).filter(|_| part == "validation");
                of(name).or_else(test).map(|figure| figure.value)
            }
        }
    }
}

/// Why a run was stopped by the watchdog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Divergence {
    LossNan,
    LossInfinite,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
#[ts(rename = "RunEvent")]
pub enum Event {
    /// One update. Loss and accuracy are the batch's, at the weights before the update, as in Keras.
    Step {
        /// From 1.
        epoch: u32,
        /// In the epoch, from 1.
        step: u32,
        /// In the run, from 1.
        update: u32,
        loss: f64,
        accuracy: f64,
        rows: u32,
        learning_rate: f64,
    },
    /// A part of an evaluation; `done` of `total` rows.
    Evaluating {
        part: Part,
        epoch: u32,
        done: u32,
        total: u32,
    },
    /// An epoch is done and evaluated.
    Epoch(EpochScores),
    /// A callback kept the network of this epoch.
    Kept {
        epoch: u32,
        metric: String,
        value: f64,
    },
    /// A callback stopped the run; where the best weights were wanted, they are back.
    EarlyStopped {
        epoch: u32,
        best_epoch: u32,
        metric: String,
        best: f64,
    },
    /// The watchdog stopped the run.
    Diverged {
        epoch: u32,
        step: u32,
        reason: Divergence,
    },
    /// All epochs are done; every later call gives this again.
    Finished { epochs: u32, test: Score },
}

/// Where a run stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct RunState {
    pub text: String,
    pub seed: u32,
    /// Epochs done.
    pub epoch: u32,
    /// Updates done in the running epoch.
    pub step: u32,
    /// Updates done in the run.
    pub update: u32,
    pub steps_per_epoch: u32,
    pub epochs: u32,
    pub learning_rate: f64,
    pub finished: bool,
    pub history: Vec<EpochScores>,
}
