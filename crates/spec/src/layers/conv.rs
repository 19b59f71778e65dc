//! `Conv1D` and `Conv2D`: a window slides over a sequence or a picture (cross-correlation).
//!
//! Kernel (k, in / groups, filters) or (kh, kw, in / groups, filters). A sequence is a picture one row high
//! whose channels are its features, so that both are one rule.

use super::window::{Rank, Window, window_shape};
use super::{Activation, Initializer, Misfit, Rules, TensorSpec, misfit, rules};
use crate::read::Fields;
use crate::shape::Shape;

/// A convolution over sequences or pictures.
#[derive(Clone, Debug, PartialEq)]
pub struct Conv {
    pub rank: Rank,
    pub filters: usize,
    pub window: Window,
    /// Channels and filters are cut into so many groups; each group of filters sees its own channels.
    pub groups: usize,
    pub activation: Activation,
    pub kernel: Rules,
    pub bias: Option<Rules>,
}

impl Conv {
    pub(super) fn read(f: &Fields, rank: Rank) -> Self {
        Self {
            rank,
            filters: f.integer("filters", None, 1..10_001),
            window: Window::read(f, rank),
            groups: f.integer("groups", Some(1), 1..10_001),
            activation: Activation::read(f, "activation"),
            kernel: rules!(f, "kernel", Initializer::GLOROT_UNIFORM),
            bias: rules!(f, "use_bias", "bias", Initializer::Zeros),
        }
    }

    /// Keras's class name.
    pub const fn name(&self) -> &'static str {
        match self.rank {
            Rank::One => "Conv1D",
            Rank::Two => "Conv2D",
        }
    }

    pub(super) fn output(&self, input: Shape) -> Result<Shape, Misfit> {
        let out = window_shape(self.name(), input, self.rank, &self.window)?;
        let channels = input.features();
        if !channels.is_multiple_of(self.groups) || !self.filters.is_multiple_of(self.groups) {
            return Err(misfit(
                "groups_do_not_divide",
                vec![
                    ("groups", self.groups.to_string()),
                    ("channels", channels.to_string()),
                    ("filters", self.filters.to_string()),
                ],
            ));
        }
        Ok(out.with_features(self.filters))
    }

    pub(super) fn tensors(&self, input: Shape) -> Vec<TensorSpec> {
        let inputs = input.features() / self.groups;
        let shape = self.window.kernel_shape(self.rank, &[inputs, self.filters]);
        TensorSpec::kernel_and_bias(shape, &self.kernel, self.bias.as_ref())
    }

    /// Multiplications and additions for one number of the output.
    pub(super) fn work(&self, input: Shape) -> f64 {
        2.0 * self.window.cells() as f64 * (input.features() / self.groups) as f64
    }
}
