//! `Dense`: y = activation(x W + b), W (in, units); of a sequence, on every step.

use super::{Activation, Initializer, Misfit, Rules, TensorSpec, misfit, rules};
use crate::read::Fields;
use crate::shape::Shape;

/// A fully connected layer.
#[derive(Clone, Debug, PartialEq)]
pub struct Dense {
    pub units: usize,
    pub activation: Activation,
    pub kernel: Rules,
    pub bias: Option<Rules>,
}

impl Dense {
    pub(super) fn read(f: &Fields) -> Self {
        Self {
            units: f.integer("units", None, 1..100_001),
            activation: Activation::read(f, "activation"),
            kernel: rules!(f, "kernel", Initializer::GLOROT_UNIFORM),
            bias: rules!(f, "use_bias", "bias", Initializer::Zeros),
        }
    }

    pub(super) fn output(&self, input: Shape) -> Result<Shape, Misfit> {
        match input {
            Shape::Flat { .. } | Shape::Sequence { .. } => Ok(input.with_features(self.units)),
            // Keras would multiply the last axis only; in these books that is always a forgotten Flatten.
            Shape::Picture { .. } | Shape::Frames { .. } => Err(misfit(
                "needs_flat",
                vec![("layer", "Dense".into()), ("shape", input.to_string())],
            )),
        }
    }

    pub(super) fn tensors(&self, input: Shape) -> Vec<TensorSpec> {
        let shape = vec![input.features(), self.units];
        TensorSpec::kernel_and_bias(shape, &self.kernel, self.bias.as_ref())
    }
}
