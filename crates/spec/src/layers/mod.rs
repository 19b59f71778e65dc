//! The layers: one variant here, one file each with its fields, shape rule and parameters.
//!
//! To add a layer: a file beside these, a variant of [`Layer`], a row in [`KINDS`], and the compiler
//! names the other places (`fireside-network` has one file per layer too).

mod activation;
mod conv2d;
mod dense;
mod dropout;
mod initializer;
mod pool2d;

pub use activation::Activation;
pub use conv2d::{Conv2d, Padding, window_output, window_padding};
pub use dense::Dense;
pub use dropout::Dropout;
pub use initializer::{Initializer, TensorSpec};
pub use pool2d::{Pool, Pool2d};

use crate::problem::Problem;
use crate::read::{Fields, names};
use crate::shape::Shape;

/// A layer as written.
#[derive(Clone, Debug, PartialEq)]
pub enum Layer {
    Dense(Dense),
    Conv2d(Conv2d),
    Pool2d(Pool2d),
    /// A picture as one row of numbers in the order of the data format: (channel, row, column) for
    /// `channels_first`, (row, column, channel) for `channels_last`.
    Flatten,
    Dropout(Dropout),
    Activation(Activation),
}

type Reader = fn(&Fields) -> Layer;

/// Every layer by its Keras name.
const KINDS: &[(&str, Reader)] = &[
    ("Dense", |f| Layer::Dense(Dense::read(f))),
    ("Conv2D", |f| Layer::Conv2d(Conv2d::read(f))),
    ("MaxPooling2D", |f| {
        Layer::Pool2d(Pool2d::read(f, Pool::Max))
    }),
    ("AveragePooling2D", |f| {
        Layer::Pool2d(Pool2d::read(f, Pool::Average))
    }),
    ("Flatten", |_| Layer::Flatten),
    ("Dropout", |f| Layer::Dropout(Dropout::read(f))),
    ("Activation", |f| {
        Layer::Activation(f.choice("activation", None, Activation::ALL))
    }),
];

/// What a layer can't do with its input: code and arguments, the place is added by the caller.
pub(crate) type Misfit = Box<dyn Fn(&str) -> Problem>;

pub(crate) fn misfit(code: &'static str, args: Vec<(&'static str, String)>) -> Misfit {
    Box::new(move |place| {
        let args: Vec<(&str, &dyn std::fmt::Display)> = args
            .iter()
            .map(|(name, value)| (*name, value as &dyn std::fmt::Display))
            .collect();
        Problem::new(code, place, &args)
    })
}

impl Layer {
    /// Reads a `[[layers]]` table; `None` (and a problem) when its type is unknown.
    pub(crate) fn read(fields: &Fields) -> Option<Self> {
        let kind = fields.text("type");
        let found = KINDS.iter().find(|(name, _)| *name == kind);
        let Some((_, read)) = found else {
            if !kind.is_empty() {
                let known = names(KINDS.iter().map(|(name, _)| *name));
                fields.report_at(
                    "type",
                    "unknown_layer",
                    &[("value", &kind), ("known", &known)],
                );
            }
            return None;
        };
        let layer = read(fields);
        fields.finish();
        Some(layer)
    }

    /// Keras's class name.
    pub const fn type_name(&self) -> &'static str {
        match self {
            Self::Dense(_) => "Dense",
            Self::Conv2d(_) => "Conv2D",
            Self::Pool2d(pool) => match pool.pool {
                Pool::Max => "MaxPooling2D",
                Pool::Average => "AveragePooling2D",
            },
            Self::Flatten => "Flatten",
            Self::Dropout(_) => "Dropout",
            Self::Activation(_) => "Activation",
        }
    }

    /// The stem of Keras's automatic name: `conv2d` of `conv2d_1`.
    pub const fn stem(&self) -> &'static str {
        match self {
            Self::Dense(_) => "dense",
            Self::Conv2d(_) => "conv2d",
            Self::Pool2d(pool) => match pool.pool {
                Pool::Max => "max_pooling2d",
                Pool::Average => "average_pooling2d",
            },
            Self::Flatten => "flatten",
            Self::Dropout(_) => "dropout",
            Self::Activation(_) => "activation",
        }
    }

    /// The activation that the layer applies to its output.
    pub const fn activation(&self) -> Activation {
        match self {
            Self::Dense(dense) => dense.activation,
            Self::Conv2d(conv) => conv.activation,
            Self::Activation(activation) => *activation,
            _ => Activation::Linear,
        }
    }

    /// The shape of the output for one row of `input`.
    pub(crate) fn output(&self, input: Shape) -> Result<Shape, Misfit> {
        match self {
            Self::Dense(dense) => dense.output(input),
            Self::Conv2d(conv) => conv.output(input),
            Self::Pool2d(pool) => pool.output(input),
            Self::Flatten => Ok(Shape::Flat { units: input.len() }),
            Self::Dropout(_) | Self::Activation(_) => Ok(input),
        }
    }

    /// The trainable tensors, in Keras's order and layout.
    pub fn tensors(&self, input: Shape) -> Vec<TensorSpec> {
        match self {
            Self::Dense(dense) => dense.tensors(input),
            Self::Conv2d(conv) => conv.tensors(input),
            _ => Vec::new(),
        }
    }
}
