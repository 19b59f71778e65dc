//! An experiment as plain data. Names and defaults are Keras's; the text format is described in
//! `crates/book/README.md`.

use crate::augmentation::Augmentation;
use crate::callback::Callback;
use crate::layers::Layer;
use crate::loss::Loss;
use crate::metric::Metric;
use crate::optimizer::Optimizer;
use crate::preparation::Preparation;
use crate::protocol::Protocol;
use crate::schedule::Schedule;
use crate::shape::DataFormat;
use crate::stages::Stage;
use crate::sweep::Sweep;
use crate::using::{Compute, Generate, Predict};
use serde::{Deserialize, Serialize};
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
    /// A calculation without training.
    Compute,
    /// One network, fitted once or fold by fold.
    Train,
    /// The same for every point of a grid.
    Sweep,
    /// Train, save, load, go on, measure.
    Stages,
    /// A trained model answers.
    Predict,
    /// A trained model continues a text.
    Generate,
}

impl Kind {
    /// All of them by name.
    pub const ALL: &'static [(&'static str, Self)] = &[
        ("train", Self::Train),
        ("look", Self::Look),
        ("compute", Self::Compute),
        ("sweep", Self::Sweep),
        ("stages", Self::Stages),
        ("predict", Self::Predict),
        ("generate", Self::Generate),
    ];

    /// Whether a network is fitted.
    pub const fn trains(self) -> bool {
        matches!(
            self,
            Self::Train | Self::Sweep | Self::Stages | Self::Generate
        )
    }
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
#[derive(Clone, Debug, PartialEq)]
pub struct Data {
    pub name: String,
    pub data_format: DataFormat,
    /// Every value is divided by this.
    pub scale: f64,
    /// Of pictures, then taken away: one number, or one for each channel; empty: nothing.
    pub mean: Vec<f64>,
    /// Of pictures, what is left is divided by: one number, or one for each channel; empty: by nothing.
    pub std: Vec<f64>,
    /// The last fraction of the training rows is kept aside (Keras's `validation_split`).
    pub validation_split: f64,
    /// Only the first so many training rows; 0 = all.
    pub train_rows: usize,
    /// How raw data becomes rows.
    pub preparation: Preparation,
}

/// How the network is fitted.
#[derive(Clone, Debug, PartialEq)]
pub struct Training {
    pub loss: Loss,
    /// What is told of the network beside the loss.
    pub metrics: Vec<Metric>,
    /// Weight of the rows of every class in the training loss; empty: all count alike.
    pub class_weight: Vec<f64>,
    pub optimizer: Optimizer,
    /// How the learning rate changes; `None`: only by the optimizer's own `decay`.
    pub schedule: Option<Schedule>,
    pub epochs: usize,
    pub batch_size: usize,
    /// Whether the training rows get a new order every epoch.
    pub shuffle: bool,
    /// Whether the states of stateful layers are forgotten before every epoch and every evaluation.
    pub reset_states: bool,
}

/// A layer in its place: a sequence of them is a network, named inputs make it a graph.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Keras's automatic name (`conv2d_1`) unless given.
    pub name: Option<String>,
    /// Names of earlier layers or of the data's inputs; empty: the layer before, or the data.
    pub inputs: Vec<String>,
    /// Whether the optimizer changes its weights; a frozen layer keeps them.
    pub trainable: bool,
    pub layer: Layer,
}

/// A figure that the source printed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Reported {
    pub metric: String,
    /// The point of the sweep that it is of, by what the values of its axes are called; else the best one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub point: Option<Vec<String>>,
    pub value: f64,
    /// Digits after the point that were printed: 0.9905 has 4.
    pub decimals: u32,
    pub place: String,
    /// Whether the source had other data, or the same in another packing: the figure cannot be compared, only told.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(optional, as = "Option<bool>")]
    pub other_data: bool,
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

impl Data {
    /// A value of a channel as the network gets it. In f32, as the books' scripts do.
    pub fn value(&self, channel: usize, value: f32) -> f32 {
        self.standardized(channel, value / self.scale as f32)
    }

    /// What `mean` and `std` make of a value of a channel that is divided by `scale` already.
    pub fn standardized(&self, channel: usize, scaled: f32) -> f32 {
        let of = |list: &[f64], usual: f64| {
            let own = list.get(channel).or(list.first());
            own.copied().unwrap_or(usual) as f32
        };
        (scaled - of(&self.mean, 0.0)) / of(&self.std, 1.0)
    }
}

impl Experiment {
    /// Whether a figure of the training rows beside loss and accuracy is asked for: by the source, a sweep or a
    /// question. These two are known from training itself.
    pub fn asks_of_training(&self) -> bool {
        let reported = self.reported.iter().map(|reported| &reported.metric);
        let sweep = self.sweep.iter().map(|sweep| &sweep.metric);
        let question = self.question.iter().map(|question| &question.metric);
        let metric = |name: &String| name.strip_prefix("train_").map(String::from);
        let mut asked = reported.chain(sweep).chain(question).filter_map(metric);
        asked.any(|metric| metric != "loss" && metric != "accuracy")
    }
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
    /// What is done to pictures; `None`: nothing.
    pub augmentation: Option<Augmentation>,
    pub layers: Vec<Node>,
    /// `None` for kinds that train nothing.
    pub training: Option<Training>,
    pub protocol: Protocol,
    pub callbacks: Vec<Callback>,
    pub sweep: Option<Sweep>,
    pub stages: Vec<Stage>,
    pub compute: Option<Compute>,
    pub predict: Option<Predict>,
    pub generate: Option<Generate>,
    pub reported: Vec<Reported>,
    pub curve: Option<Curve>,
    pub errata: Vec<Words>,
    pub question: Option<Question>,
}
