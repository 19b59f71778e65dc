//! `Dropout`, `SpatialDropout1D`, `SpatialDropout2D`: in training, each value (or each whole channel) is zero
//! with probability `rate`, the others times 1 / (1 - rate).

use super::Misfit;
use super::window::{Rank, as_picture, needs};
use crate::read::Fields;
use crate::shape::Shape;

/// Drops values in training, does nothing in use.
#[derive(Clone, Debug, PartialEq)]
pub struct Dropout {
    pub rate: f64,
    /// Drops whole channels of sequences or pictures.
    pub spatial: Option<Rank>,
}

impl Dropout {
    pub(super) fn read(f: &Fields, spatial: Option<Rank>) -> Self {
        Self {
            rate: f.number("rate", None, 0.0, 0.99),
            spatial,
        }
    }

    /// Keras's class name.
    pub const fn name(&self) -> &'static str {
        match self.spatial {
            None => "Dropout",
            Some(Rank::One) => "SpatialDropout1D",
            Some(Rank::Two) => "SpatialDropout2D",
        }
    }

    pub(super) fn output(&self, input: Shape) -> Result<Shape, Misfit> {
        match self.spatial {
            Some(rank) if as_picture(rank, input).is_none() => Err(needs(self.name(), rank, input)),
            _ => Ok(input),
        }
    }
}
