//! Update rules on named tensors with what belongs to them: schedules, penalties, clipping, constraints. Keras's
//! formulas, in the dialect of 2.0.8 or of 3.
//!
//! A rule knows neither layers nor data. Order of a step as in Keras 2.0.8: gradient, with that of the penalties ->
//! clipped -> slots and new weight -> constraint. The learning rate comes from the schedule and is decayed per update,
//! `lr / (1 + decay * updates)`.

pub mod composed;
mod finder;
#[cfg(feature = "gpu")]
mod gpu;
mod optimizer;
mod rules;
pub mod schedule;
mod slice;
mod weights;

pub use finder::LrFinder;
pub use optimizer::{Optimizer, State, StateError};
pub use weights::WeightFacts;
