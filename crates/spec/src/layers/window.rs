//! A sliding window, shared by convolutions and pooling: size, stride, dilation, padding.

use super::{Misfit, misfit};
use crate::read::Fields;
use crate::shape::Shape;

/// Along how many axes a window slides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rank {
    /// Over the steps of a sequence.
    One,
    /// Over the rows and columns of a picture.
    Two,
}

/// What happens at the border.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Padding {
    /// Only where the window fits.
    #[default]
    Valid,
    /// ceil(n / stride) positions, zeros around; the odd zero goes to the right and below.
    Same,
    /// Zeros before the first step only, so that no step sees a later one. Sequences only.
    Causal,
}

impl Padding {
    const ALL: &'static [(&'static str, Self)] = &[
        ("valid", Self::Valid),
        ("same", Self::Same),
        ("causal", Self::Causal),
    ];

    /// Keras's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Same => "same",
            Self::Causal => "causal",
        }
    }

    pub(super) fn read(f: &Fields, causal: bool) -> Self {
        let known = &Self::ALL[..if causal { 3 } else { 2 }];
        f.choice("padding", Some(Self::Valid), known)
    }
}

/// A window; along a sequence its rows are 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// `[rows, columns]`
    pub size: [usize; 2],
    pub strides: [usize; 2],
    /// Cells of the window lie so far apart.
    pub dilation: [usize; 2],
    pub padding: Padding,
}

impl Window {
    /// Fields of a convolution.
    pub(super) fn read(f: &Fields, rank: Rank) -> Self {
        let pair = |field, default| f.window(field, default, rank == Rank::Two);
        Self {
            size: pair("kernel_size", None),
            strides: pair("strides", Some([1, 1])),
            dilation: pair("dilation_rate", Some([1, 1])),
            padding: Padding::read(f, rank == Rank::One),
        }
    }

    /// Fields of a pooling layer: the stride is the window's size unless it is given.
    pub(super) fn read_pool(f: &Fields, rank: Rank) -> Self {
        let two = rank == Rank::Two;
        let size = f.window("pool_size", Some([if two { 2 } else { 1 }, 2]), two);
        Self {
            size,
            strides: f.window("strides", Some(size), two),
            dilation: [1, 1],
            padding: Padding::read(f, false),
        }
    }

    /// Cells of the window.
    pub const fn cells(&self) -> usize {
        self.size[0] * self.size[1]
    }

    /// Keras's kernel shape: the window's axes, then `last`.
    pub(super) fn kernel_shape(&self, rank: Rank, last: &[usize]) -> Vec<usize> {
        let window = match rank {
            Rank::One => &self.size[1..],
            Rank::Two => &self.size[..],
        };
        [window, last].concat()
    }

    /// Cells from the first to the last of the window along `axis`, gaps included.
    pub const fn reach(&self, axis: usize) -> usize {
        (self.size[axis] - 1) * self.dilation[axis] + 1
    }

    /// Positions along `axis` of a picture with `size` cells there; `None` when the window does not fit.
    pub const fn positions(&self, axis: usize, size: usize) -> Option<usize> {
        let (reach, stride) = (self.reach(axis), self.strides[axis]);
        match self.padding {
            Padding::Same | Padding::Causal => Some(size.div_ceil(stride)),
            Padding::Valid if reach <= size => Some((size - reach) / stride + 1),
            Padding::Valid => None,
        }
    }

    /// Zeros before and after along `axis`, TensorFlow's rule: the odd one after.
    pub const fn zeros(&self, axis: usize, size: usize) -> (usize, usize) {
        let (reach, stride) = (self.reach(axis), self.strides[axis]);
        match self.padding {
            Padding::Valid => (0, 0),
            Padding::Causal => (if axis == 1 { reach - 1 } else { 0 }, 0),
            Padding::Same => {
                let needed = (size.div_ceil(stride) - 1) * stride + reach;
                let total = needed.saturating_sub(size);
                (total / 2, total - total / 2)
            }
        }
    }
}

/// A sequence as a picture one row high: (features, 1, steps). `None` for what the rank does not slide over.
pub(super) const fn as_picture(rank: Rank, shape: Shape) -> Option<[usize; 3]> {
    match (rank, shape) {
        (Rank::One, Shape::Sequence { steps, features }) => Some([features, 1, steps]),
        (
            Rank::Two,
            Shape::Picture {
                channels,
                height,
                width,
            },
        ) => Some([channels, height, width]),
        _ => None,
    }
}

/// What a layer that slides over a sequence or a picture says to anything else.
pub(super) fn needs(layer: &str, rank: Rank, input: Shape) -> Misfit {
    let code = match rank {
        Rank::One => "needs_sequence",
        Rank::Two => "needs_picture",
    };
    misfit(
        code,
        vec![("layer", layer.into()), ("shape", input.to_string())],
    )
}

/// The output of a window over a sequence or picture, channels as they were.
pub(super) fn window_shape(
    layer: &str,
    input: Shape,
    rank: Rank,
    window: &Window,
) -> Result<Shape, Misfit> {
    let Some([channels, height, width]) = as_picture(rank, input) else {
        return Err(needs(layer, rank, input));
    };
    let sizes = [height, width];
    match [0, 1].map(|axis| window.positions(axis, sizes[axis])) {
        [Some(rows), Some(columns)] => Ok(match rank {
            Rank::One => Shape::Sequence {
                steps: columns,
                features: channels,
            },
            Rank::Two => Shape::Picture {
                channels,
                height: rows,
                width: columns,
            },
        }),
        _ => {
            let (from, to) = match rank {
                Rank::One => (window.reach(1).to_string(), width.to_string()),
                Rank::Two => (
                    format!("{}×{}", window.reach(0), window.reach(1)),
                    format!("{height}×{width}"),
                ),
            };
            Err(misfit(
                "window_too_large",
                vec![("window", from), ("shape", to)],
            ))
        }
    }
}
