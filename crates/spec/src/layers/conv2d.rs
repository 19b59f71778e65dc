//! `Conv2D`: a window slides over the picture (cross-correlation), kernel (kh, kw, in, filters).

use super::initializer::kernel_and_bias;
use super::{Activation, Initializer, Misfit, TensorSpec, misfit};
use crate::read::Fields;
use crate::shape::Shape;

/// What happens at the border.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Padding {
    /// Only where the window fits.
    #[default]
    Valid,
    /// ceil(n / stride) positions, zeros around; the odd zero goes to the right and below.
    Same,
}

impl Padding {
    pub(super) const ALL: &'static [(&'static str, Self)] =
        &[("valid", Self::Valid), ("same", Self::Same)];
}

/// A convolution over pictures.
#[derive(Clone, Debug, PartialEq)]
pub struct Conv2d {
    pub filters: usize,
    pub kernel_size: [usize; 2],
    pub strides: [usize; 2],
    pub padding: Padding,
    pub activation: Activation,
    pub use_bias: bool,
    pub kernel_initializer: Initializer,
    pub bias_initializer: Initializer,
}

/// Positions of a window of `window` along an axis of `size`; `None` when it does not fit.
pub const fn window_output(
    size: usize,
    window: usize,
    stride: usize,
    padding: Padding,
) -> Option<usize> {
    match padding {
        Padding::Same => Some(size.div_ceil(stride)),
        Padding::Valid if window <= size => Some((size - window) / stride + 1),
        Padding::Valid => None,
    }
}

/// Zeros before and after along an axis, TensorFlow's rule: the odd one after.
pub const fn window_padding(
    size: usize,
    window: usize,
    stride: usize,
    padding: Padding,
) -> (usize, usize) {
    match padding {
        Padding::Valid => (0, 0),
        Padding::Same => {
            let needed = (size.div_ceil(stride) - 1) * stride + window;
            let total = needed.saturating_sub(size);
            (total / 2, total - total / 2)
        }
    }
}

/// The output of a window over a picture, shared by convolutions and pooling.
pub(super) fn window_shape(
    layer: &str,
    input: Shape,
    window: [usize; 2],
    strides: [usize; 2],
    padding: Padding,
    filters: Option<usize>,
) -> Result<Shape, Misfit> {
    let Shape::Picture {
        channels,
        height,
        width,
    } = input
    else {
        return Err(misfit(
            "needs_picture",
            vec![("layer", layer.into()), ("shape", input.to_string())],
        ));
    };
    let rows = window_output(height, window[0], strides[0], padding);
    let columns = window_output(width, window[1], strides[1], padding);
    match (rows, columns) {
        (Some(rows), Some(columns)) => Ok(Shape::Picture {
            channels: filters.unwrap_or(channels),
            height: rows,
            width: columns,
        }),
        _ => Err(misfit(
            "window_too_large",
            vec![
                ("window", format!("{}×{}", window[0], window[1])),
                ("shape", format!("{height}×{width}")),
            ],
        )),
    }
}

impl Conv2d {
    pub(super) fn read(f: &Fields) -> Self {
        Self {
            filters: f.integer("filters", None, 1..10_001),
            kernel_size: f.pair("kernel_size", None, 1..1_001),
            strides: f.pair("strides", Some([1, 1]), 1..1_001),
            padding: f.choice("padding", Some(Padding::Valid), Padding::ALL),
            activation: f.choice("activation", Some(Activation::Linear), Activation::ALL),
            use_bias: f.flag("use_bias", true),
            kernel_initializer: f.choice(
                "kernel_initializer",
                Some(Initializer::GlorotUniform),
                Initializer::ALL,
            ),
            bias_initializer: f.choice(
                "bias_initializer",
                Some(Initializer::Zeros),
                Initializer::ALL,
            ),
        }
    }

    pub(super) fn output(&self, input: Shape) -> Result<Shape, Misfit> {
        window_shape(
            "Conv2D",
            input,
            self.kernel_size,
            self.strides,
            self.padding,
            Some(self.filters),
        )
    }

    pub(super) fn tensors(&self, input: Shape) -> Vec<TensorSpec> {
        let Shape::Picture { channels, .. } = input else {
            return Vec::new();
        };
        let [rows, columns] = self.kernel_size;
        kernel_and_bias(
            vec![rows, columns, channels, self.filters],
            self.kernel_initializer,
            self.use_bias.then_some(self.bias_initializer),
        )
    }
}
