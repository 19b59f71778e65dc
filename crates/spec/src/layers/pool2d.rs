//! `MaxPooling2D` and `AveragePooling2D`: the largest or the mean of each window.

use super::Misfit;
use super::conv2d::{Padding, window_shape};
use crate::read::Fields;
use crate::shape::Shape;

/// What a window becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pool {
    Max,
    /// The mean of the real cells; padding does not count.
    Average,
}

/// Pooling over pictures.
#[derive(Clone, Debug, PartialEq)]
pub struct Pool2d {
    pub pool: Pool,
    pub pool_size: [usize; 2],
    /// Keras's default: the pool size.
    pub strides: [usize; 2],
    pub padding: Padding,
}

impl Pool2d {
    pub(super) fn read(f: &Fields, pool: Pool) -> Self {
        let pool_size = f.pair("pool_size", Some([2, 2]), 1..1_001);
        Self {
            pool,
            pool_size,
            strides: f.pair("strides", Some(pool_size), 1..1_001),
            padding: f.choice("padding", Some(Padding::Valid), Padding::ALL),
        }
    }

    pub(super) fn output(&self, input: Shape) -> Result<Shape, Misfit> {
        let name = match self.pool {
            Pool::Max => "MaxPooling2D",
            Pool::Average => "AveragePooling2D",
        };
        window_shape(
            name,
            input,
            self.pool_size,
            self.strides,
            self.padding,
            None,
        )
    }
}
