//! Update rules on named tensors: SGD, RMSprop, Adam, with Keras's formulas and decay.
//!
//! A rule knows neither layers nor data. Order of a step as in Keras 2.0.8: gradient -> slots and new
//! weight; the learning rate is decayed per update, `lr / (1 + decay * updates)`.

#[cfg(feature = "gpu")]
mod gpu;
mod rule;
mod slice;

pub use rule::{Optimizer, SlotError};
