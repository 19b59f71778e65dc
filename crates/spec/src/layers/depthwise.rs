//! `DepthwiseConv2D` and `SeparableConv2D`: each channel has its own windows; the second mixes them by a
//! 1 x 1 convolution behind.
//!
//! Depthwise kernel (kh, kw, in, depth_multiplier), output channel c * m + j; pointwise (1, 1, in m, filters).

use super::window::{Rank, Window, window_shape};
use super::{Activation, Initializer, Misfit, Rules, TensorSpec, rules};
use crate::experiment::Dialect;
use crate::read::Fields;
use crate::shape::Shape;

/// A convolution of each channel by itself and, with `pointwise`, a 1 x 1 convolution behind it.
#[derive(Clone, Debug, PartialEq)]
pub struct Depthwise {
    pub window: Window,
    pub depth_multiplier: usize,
    pub activation: Activation,
    pub depthwise: Rules,
    /// Filters and kernel of `SeparableConv2D`; `None` for `DepthwiseConv2D`.
    pub pointwise: Option<(usize, Rules)>,
    pub bias: Option<Rules>,
}

impl Depthwise {
    pub(super) fn read(f: &Fields, separable: bool) -> Self {
        let filters = separable.then(|| f.integer("filters", None, 1..10_001));
        let mut window = Window::read(f, Rank::Two);
        let mut bias = rules!(f, "use_bias", "bias", Initializer::Zeros);
        if separable && f.dialect() == Dialect::Keras2 {
            // Keras 2.0.8 reads both and forgets them.
            window.dilation = [1, 1];
            if let Some(bias) = &mut bias {
                bias.initializer = Initializer::Zeros;
            }
        }
        Self {
            window,
            depth_multiplier: f.integer("depth_multiplier", Some(1), 1..1_001),
            activation: Activation::read(f, "activation"),
            depthwise: rules!(f, "depthwise", Initializer::GLOROT_UNIFORM),
            pointwise: filters
                .map(|filters| (filters, rules!(f, "pointwise", Initializer::GLOROT_UNIFORM))),
            bias,
        }
    }

    /// Keras's class name.
    pub const fn name(&self) -> &'static str {
        match self.pointwise {
            Some(_) => "SeparableConv2D",
            None => "DepthwiseConv2D",
        }
    }

    fn channels(&self, input: Shape) -> usize {
        input.features().saturating_mul(self.depth_multiplier)
    }

    fn filters(&self, input: Shape) -> usize {
        self.pointwise
            .as_ref()
            .map_or(self.channels(input), |(filters, _)| *filters)
    }

    pub(super) fn output(&self, input: Shape) -> Result<Shape, Misfit> {
        let out = window_shape(self.name(), input, Rank::Two, &self.window)?;
        Ok(out.with_features(self.filters(input)))
    }

    pub(super) fn tensors(&self, input: Shape) -> Vec<TensorSpec> {
        let inputs = input.features();
        let last = [inputs, self.depth_multiplier];
        let shape = self.window.kernel_shape(Rank::Two, &last);
        let mut tensors = vec![TensorSpec::new("depthwise_kernel", shape, &self.depthwise)];
        if let Some((filters, rules)) = &self.pointwise {
            let shape = vec![1, 1, self.channels(input), *filters];
            tensors.push(TensorSpec::new("pointwise_kernel", shape, rules));
        }
        if let Some(bias) = &self.bias {
            tensors.push(TensorSpec::new("bias", vec![self.filters(input)], bias));
        }
        tensors
    }

    /// Operations for one position.
    pub(super) fn work(&self, input: Shape) -> f64 {
        let channels = self.channels(input) as f64;
        let mixing = self
            .pointwise
            .as_ref()
            .map_or(0.0, |(filters, _)| *filters as f64 * channels);
        2.0 * (self.window.cells() as f64 * channels + mixing)
    }
}
