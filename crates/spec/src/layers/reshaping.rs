//! Layers that only move numbers: `Flatten`, `Reshape`, `Permute`, `ZeroPadding2D`, `UpSampling2D`.

use super::window::{Rank, needs};
use super::{Misfit, misfit};
use crate::read::Fields;
use crate::shape::{DataFormat, Shape};

/// Moves numbers, learns nothing.
#[derive(Clone, Debug, PartialEq)]
pub enum Reshaping {
    /// One row of numbers in the order of the data format: (channel, row, column) for `channels_first`,
    /// (row, column, channel) for `channels_last`.
    Flatten,
    /// The same numbers in that order under other axes; one of them may be -1: what is left.
    Reshape(Vec<i64>),
    /// The axes in another order, counted from 1 as Keras counts them.
    Permute(Vec<usize>),
    /// Zeros around a picture: top, bottom, left, right.
    ZeroPadding([usize; 4]),
    /// Every pixel so often downwards and to the right.
    UpSampling([usize; 2]),
}

impl Reshaping {
    pub(super) fn read_reshape(f: &Fields) -> Self {
        Self::Reshape(f.whole_numbers("target_shape"))
    }

    pub(super) fn read_permute(f: &Fields) -> Self {
        let axes = f.whole_numbers("dims").into_iter();
        Self::Permute(axes.map(|n| usize::try_from(n).unwrap_or(0)).collect())
    }

    pub(super) fn read_padding(f: &Fields) -> Self {
        Self::ZeroPadding(f.sides("padding"))
    }

    pub(super) fn read_upsampling(f: &Fields) -> Self {
        Self::UpSampling(f.pair("size", Some([2, 2]), 1..101))
    }

    /// Keras's class name.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Flatten => "Flatten",
            Self::Reshape(_) => "Reshape",
            Self::Permute(_) => "Permute",
            Self::ZeroPadding(_) => "ZeroPadding2D",
            Self::UpSampling(_) => "UpSampling2D",
        }
    }

    pub(super) fn output(&self, input: Shape, format: DataFormat) -> Result<Shape, Misfit> {
        let picture = |grow: &dyn Fn(usize, usize) -> (usize, usize)| match input {
            Shape::Picture {
                channels,
                height,
                width,
            } => {
                let (height, width) = grow(height, width);
                Ok(Shape::Picture {
                    channels,
                    height,
                    width,
                })
            }
            _ => Err(needs(self.name(), Rank::Two, input)),
        };
        match self {
            Self::Flatten => Ok(Shape::Flat { units: input.len() }),
            Self::Reshape(axes) => reshaped(input.len(), axes)
                .and_then(|axes| Shape::of(&axes, format))
                .ok_or_else(|| {
                    let wanted: Vec<String> = axes.iter().map(i64::to_string).collect();
                    misfit(
                        "reshape_mismatch",
                        vec![
                            ("shape", input.to_string()),
                            ("found", input.len().to_string()),
                            ("wanted", wanted.join("×")),
                        ],
                    )
                }),
            Self::Permute(dims) => {
                let axes = input.axes(format);
                let mut sorted = dims.clone();
                sorted.sort_unstable();
                let whole = sorted.iter().copied().eq(1..=axes.len());
                let moved: Vec<usize> = dims
                    .iter()
                    .filter_map(|dim| axes.get(dim.wrapping_sub(1)).copied())
                    .collect();
                match Shape::of(&moved, format) {
                    Some(shape) if whole => Ok(shape),
                    _ => Err(misfit(
                        "permute_mismatch",
                        vec![("axes", axes.len().to_string())],
                    )),
                }
            }
            Self::ZeroPadding([top, bottom, left, right]) => {
                let grow = |size: usize, more| size.saturating_add(more);
                picture(&|height, width| (grow(height, top + bottom), grow(width, left + right)))
            }
            Self::UpSampling([down, right]) => {
                // Saturating: usize has 32 bits in the browser.
                picture(&|height, width| {
                    (height.saturating_mul(*down), width.saturating_mul(*right))
                })
            }
        }
    }
}

/// The axes with -1 filled in; `None` when they do not hold `length` numbers.
fn reshaped(length: usize, axes: &[i64]) -> Option<Vec<usize>> {
    let known = axes
        .iter()
        .filter(|axis| **axis != -1)
        .try_fold(1usize, |n, axis| {
            n.checked_mul(usize::try_from(*axis).ok().filter(|axis| *axis > 0)?)
        })?;
    let open = axes.iter().filter(|axis| **axis == -1).count();
    let fits = match open {
        0 => known == length,
        1 => length.is_multiple_of(known),
        _ => false,
    };
    fits.then(|| {
        let fill = |axis: &i64| usize::try_from(*axis).unwrap_or(length / known);
        axes.iter().map(fill).collect()
    })
}
