//! `Dropout`: in training, each value is zero with probability `rate`, the others times 1 / (1 - rate).

use crate::read::Fields;

/// Drops values in training, does nothing in use.
#[derive(Clone, Debug, PartialEq)]
pub struct Dropout {
    pub rate: f64,
}

impl Dropout {
    pub(super) fn read(f: &Fields) -> Self {
        Self {
            rate: f.number("rate", None, 0.0, 0.99),
        }
    }
}
