//! Pooling: the largest or the mean of each window, or of everything (`Global...`).

use super::Misfit;
use super::window::{Rank, Window, as_picture, needs, window_shape};
use crate::read::Fields;
use crate::shape::Shape;

/// What a window becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pool {
    Max,
    /// The mean of the real cells; padding does not count.
    Average,
}

/// Pooling over sequences or pictures.
#[derive(Clone, Debug, PartialEq)]
pub struct Pooling {
    pub pool: Pool,
    pub rank: Rank,
    pub window: Window,
}

/// The largest or the mean of each channel over all steps or pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct GlobalPooling {
    pub pool: Pool,
    pub rank: Rank,
}

impl Pooling {
    pub(super) fn read(f: &Fields, pool: Pool, rank: Rank) -> Self {
        Self {
            pool,
            rank,
            window: Window::read_pool(f, rank),
        }
    }

    /// Keras's class name.
    pub const fn name(&self) -> &'static str {
        match (self.pool, self.rank) {
            (Pool::Max, Rank::One) => "MaxPooling1D",
            (Pool::Max, Rank::Two) => "MaxPooling2D",
            (Pool::Average, Rank::One) => "AveragePooling1D",
            (Pool::Average, Rank::Two) => "AveragePooling2D",
        }
    }

    pub(super) fn output(&self, input: Shape) -> Result<Shape, Misfit> {
        window_shape(self.name(), input, self.rank, &self.window)
    }
}

impl GlobalPooling {
    /// Keras's class name.
    pub const fn name(&self) -> &'static str {
        match (self.pool, self.rank) {
            (Pool::Max, Rank::One) => "GlobalMaxPooling1D",
            (Pool::Max, Rank::Two) => "GlobalMaxPooling2D",
            (Pool::Average, Rank::One) => "GlobalAveragePooling1D",
            (Pool::Average, Rank::Two) => "GlobalAveragePooling2D",
        }
    }

    pub(super) fn output(&self, input: Shape) -> Result<Shape, Misfit> {
        match as_picture(self.rank, input) {
            Some([channels, ..]) => Ok(Shape::Flat { units: channels }),
            None => Err(needs(self.name(), self.rank, input)),
        }
    }
}
