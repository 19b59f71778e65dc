//! An experiment as plain data. Names and defaults are Keras's; the text format is described in
//! `crates/book/README.md`.

use crate::layers::Layer;
use crate::preparation::Preparation;
use crate::shape::DataFormat;
use serde::{Deserialize, Serialize};
use std::fmt;
use ts_rs::TS;

/// A text in both languages of the site.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Words {
    pub en: String,
    pub zh: String,
}

/// What an experiment does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Shows the data.
    Look,
    /// One network, fitted.
    Train,
}

/// Whose defaults hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dialect {
    /// Keras 2.0.8: optimizer epsilon 1e-8, `hard_sigmoid` = clip(0.2x + 0.5).
    #[default]
    Keras2,
    /// Keras 3: optimizer epsilon 1e-7.
    Keras3,
}

impl Dialect {
    /// The optimizers' default epsilon.
    pub const fn epsilon(self) -> f64 {
        match self {
            Self::Keras2 => 1e-8,
            Self::Keras3 => 1e-7,
        }
    }
}

/// Which rows, and how they are prepared.
#[derive(Clone, PartialEq)]
pub struct Data {
    pub name: String,
    pub data_format: DataFormat,
    /// Every value is divided by this.
    pub scale: f64,
    /// The last fraction of the training rows is kept aside (Keras's `validation_split`).
    pub validation_split: f64,
    /// Only the first so many training rows; 0 = all.
    pub train_rows: usize,
    /// How raw data becomes rows.
    pub preparation: Preparation,
}

/// Of the preparation only one that was written: measured results carry the hash of this text, and a data set
/// that needs no preparation is the same as ever.
impl fmt::Debug for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut all = f.debug_struct("Data");
        all.field("name", &self.name)
            .field("data_format", &self.data_format)
            .field("scale", &self.scale)
            .field("validation_split", &self.validation_split)
            .field("train_rows", &self.train_rows);
        let usual = Preparation {
            train_rows: self.train_rows,
            ..Preparation::default()
        };
        if self.preparation != usual {
            all.field("preparation", &self.preparation);
        }
        all.finish()
    }
}

/// What is minimised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Loss {
    /// -mean log p(label), from probabilities clipped to [1e-7, 1 - 1e-7] as Keras does.
    CategoricalCrossentropy,
    /// mean (p - y)^2 against the one-hot label.
    MeanSquaredError,
}

impl Loss {
    /// Keras's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CategoricalCrossentropy => "categorical_crossentropy",
            Self::MeanSquaredError => "mean_squared_error",
        }
    }
}

/// The update rule with its settings; formulas in `fireside-optimizers`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Optimizer {
    Sgd {
        learning_rate: f64,
        momentum: f64,
        nesterov: bool,
        decay: f64,
    },
    Rmsprop {
        learning_rate: f64,
        rho: f64,
        epsilon: f64,
        decay: f64,
    },
    Adam {
        learning_rate: f64,
        beta_1: f64,
        beta_2: f64,
        epsilon: f64,
        decay: f64,
    },
}

impl Optimizer {
    /// Keras's lower-case name.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Sgd { .. } => "sgd",
            Self::Rmsprop { .. } => "rmsprop",
            Self::Adam { .. } => "adam",
        }
    }

    /// The learning rate before decay.
    pub const fn learning_rate(&self) -> f64 {
        match self {
            Self::Sgd { learning_rate, .. }
            | Self::Rmsprop { learning_rate, .. }
            | Self::Adam { learning_rate, .. } => *learning_rate,
        }
    }

    /// Decay per update: rate = learning_rate / (1 + decay * updates).
    pub const fn decay(&self) -> f64 {
        match self {
            Self::Sgd { decay, .. } | Self::Rmsprop { decay, .. } | Self::Adam { decay, .. } => {
                *decay
            }
        }
    }
}

/// How the network is fitted.
#[derive(Clone, Debug, PartialEq)]
pub struct Training {
    pub loss: Loss,
    pub optimizer: Optimizer,
    pub epochs: usize,
    pub batch_size: usize,
}

/// A figure that the source printed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Reported {
    pub metric: String,
    pub value: f64,
    /// Digits after the point that were printed: 0.9905 has 4.
    pub decimals: u32,
    pub place: String,
}

/// What the source printed per epoch; empty lists where it did not.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct Curve {
    pub loss: Vec<f64>,
    pub accuracy: Vec<f64>,
    pub val_loss: Vec<f64>,
    pub val_accuracy: Vec<f64>,
}

/// Predict - try - check: `set` is applied to the text, the run's `metric` falls into one of
/// `bins.len() + 1` ranges, so the answer is measured, not told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Question {
    pub ask: Words,
    pub set: Vec<(String, String)>,
    pub metric: String,
    pub bins: Vec<f64>,
    pub why: Words,
}

/// An experiment as written.
#[derive(Clone, Debug, PartialEq)]
pub struct Experiment {
    pub id: String,
    pub kind: Kind,
    pub chapter: u32,
    pub title: Words,
    pub intro: Words,
    pub dialect: Dialect,
    pub seed: u32,
    pub data: Data,
    pub layers: Vec<Layer>,
    /// `None` for kind `look`.
    pub training: Option<Training>,
    pub reported: Vec<Reported>,
    pub curve: Option<Curve>,
    pub errata: Vec<Words>,
    pub question: Option<Question>,
}
