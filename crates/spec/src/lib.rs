//! The language of experiments: an experiment *as written* (TOML) becomes an [`Experiment`] and, with the
//! shape of its data, a [`Checked`] one: shapes inferred, parameters counted, all problems at once.
//!
//! The way: [`parse`] -> [`check`] -> `fireside-network` builds it. [`summary::Summary`] is what a page or
//! a terminal shows of it, [`edit::set`] changes one value of the text and leaves the rest as it is.

pub mod card;
pub mod check;
pub mod edit;
pub mod experiment;
pub mod layers;
mod parse;
pub mod preparation;
pub mod problem;
pub mod random;
mod read;
pub mod shape;
pub mod summary;

pub use check::{Checked, CheckedLayer, check};
pub use experiment::*;
pub use layers::Layer;
pub use parse::parse;
pub use preparation::Preparation;
pub use problem::Problem;
pub use shape::{DataFormat, DataShape, Shape};
