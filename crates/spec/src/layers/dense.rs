//! `Dense`: y = activation(x W + b), W (in, units).

use super::initializer::kernel_and_bias;
use super::{Activation, Initializer, Misfit, TensorSpec, misfit};
use crate::read::Fields;
use crate::shape::Shape;

/// A fully connected layer.
#[derive(Clone, Debug, PartialEq)]
pub struct Dense {
    pub units: usize,
    pub activation: Activation,
    pub use_bias: bool,
    pub kernel_initializer: Initializer,
    pub bias_initializer: Initializer,
}

impl Dense {
    pub(super) fn read(f: &Fields) -> Self {
        Self {
            units: f.integer("units", None, 1..100_001),
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
        match input {
            Shape::Flat { .. } => Ok(Shape::Flat { units: self.units }),
            // Keras would multiply the last axis only; in these books that is always a forgotten Flatten.
            Shape::Picture { .. } => Err(misfit(
                "needs_flat",
                vec![("layer", "Dense".into()), ("shape", input.to_string())],
            )),
        }
    }

    pub(super) fn tensors(&self, input: Shape) -> Vec<TensorSpec> {
        kernel_and_bias(
            vec![input.len(), self.units],
            self.kernel_initializer,
            self.use_bias.then_some(self.bias_initializer),
        )
    }
}
