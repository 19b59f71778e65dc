//! `Add`, `Multiply`, `Concatenate`: several inputs become one.

use super::{Misfit, misfit};
use crate::read::Fields;
use crate::shape::{DataFormat, Shape};

/// How inputs are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Merge {
    /// Element by element; all shapes are equal.
    Add,
    Multiply,
    /// One behind the other along an axis, counted as Keras does: -1 is the last, 0 the batch.
    Concatenate(i64),
}

impl Merge {
    pub(super) fn read_concatenate(f: &Fields) -> Self {
        Self::Concatenate(f.signed("axis", -1, -4..5))
    }

    /// Keras's class name.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Add => "Add",
            Self::Multiply => "Multiply",
            Self::Concatenate(_) => "Concatenate",
        }
    }

    /// The axis of `shape` in the order of `format` that is concatenated; `None` where there is none.
    pub fn axis(&self, shape: Shape, format: DataFormat) -> Option<usize> {
        let Self::Concatenate(axis) = *self else {
            return None;
        };
        let axes = shape.axes(format).len() as i64;
        let index = if axis < 0 { axes + axis } else { axis - 1 };
        usize::try_from(index).ok().filter(|i| (*i as i64) < axes)
    }

    pub(super) fn output(&self, inputs: &[Shape], format: DataFormat) -> Result<Shape, Misfit> {
        let refused = || {
            let shapes: Vec<String> = inputs.iter().map(Shape::to_string).collect();
            misfit(
                "merge_mismatch",
                vec![("layer", self.name().into()), ("shapes", shapes.join(", "))],
            )
        };
        let first = inputs[0];
        let Self::Concatenate(_) = self else {
            let equal = inputs.iter().all(|shape| *shape == first);
            return if equal { Ok(first) } else { Err(refused()) };
        };
        let axis = self.axis(first, format).ok_or_else(refused)?;
        let mut axes = first.axes(format);
        for other in &inputs[1..] {
            let mut other = other.axes(format);
            if other.len() != axes.len() {
                return Err(refused());
            }
            let more = std::mem::replace(&mut other[axis], axes[axis]);
            if other != axes {
                return Err(refused());
            }
            axes[axis] = axes[axis].saturating_add(more);
        }
        Shape::of(&axes, format).ok_or_else(refused)
    }
}
