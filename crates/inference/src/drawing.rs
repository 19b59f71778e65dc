//! A drawn digit: prepared as MNIST's makers prepared theirs, then judged.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Whether there is something to judge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DrawingState {
    Empty,
    /// Too little ink to be a digit.
    Dot,
    Digit,
}

/// The answer to a drawing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(rename = "Drawing")]
pub struct Answer {
    pub state: DrawingState,
    /// What the network sees: 28 x 28, 0 to 255; empty when there is nothing to judge.
    pub pixels: Vec<u8>,
    /// One per class; empty when there is nothing to judge.
    pub probabilities: Vec<f64>,
}

impl Answer {
    pub(crate) const fn nothing(state: DrawingState) -> Self {
        Self {
            state,
            pixels: Vec::new(),
            probabilities: Vec::new(),
        }
    }
}
