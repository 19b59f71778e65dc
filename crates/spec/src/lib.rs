//! The language of experiments: an experiment *as written* (TOML) becomes an [`Experiment`] and, with the
//! shape of its data, a [`Checked`] one: shapes inferred, parameters counted, all problems at once.
//!
//! The way: [`parse`] -> [`check`] -> `fireside-network` builds it. [`summary::Summary`] is what a page or
//! a terminal shows of it, [`edit::set`] changes one value of the text and leaves the rest as it is.

pub mod augmentation;
pub mod callback;
pub mod card;
pub mod check;
pub mod constraint;
pub mod edit;
pub mod experiment;
pub mod layers;
pub mod loss;
pub mod metric;
pub mod optimizer;
pub mod order;
pub mod outcome;
mod parse;
pub mod preparation;
pub mod problem;
pub mod protocol;
pub mod random;
mod read;
pub mod regularizer;
pub mod schedule;
pub mod shape;
pub mod stages;
pub mod summary;
pub mod sweep;
#[cfg(test)]
mod tests;
pub mod using;

pub use augmentation::{Augmentation, Fill};
pub use callback::{Callback, Monitor};
pub use check::{Checked, CheckedLayer, Source, check, infer};
pub use constraint::{Axes, Constraint};
pub use experiment::*;
pub use layers::Layer;
pub use loss::{Loss, LossInput};
pub use metric::{Average, Metric};
pub use optimizer::{Clip, Optimizer, Rule};
pub use parse::{parse, parse_point};
pub use preparation::Preparation;
pub use problem::Problem;
pub use protocol::Protocol;
pub use read::closest;
pub use regularizer::Regularizer;
pub use schedule::{Horizon, Schedule};
pub use shape::{DataFormat, DataInput, DataShape, Shape, Target};
pub use stages::{Stage, StageRows};
pub use sweep::{Axis, Sweep};
pub use using::{Compute, Generate, Predict};
