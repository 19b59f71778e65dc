//! `Dense`: y = x W + b as one node; relu inside it where that is the activation.

use crate::network::Weight;
use crate::ops;
use burn::tensor::Tensor;
use fireside_spec::layers::Activation;

/// Kernel (in, units) and bias of a dense layer.
#[derive(Clone, Debug)]
pub(crate) struct Dense {
    pub kernel: Weight,
    pub bias: Option<Weight>,
}

impl Dense {
    /// (rows, in) -> (rows, units), with relu when that is `activation`.
    pub fn forward(&self, x: Tensor<2>, activation: Activation) -> Tensor<2> {
        ops::dense(
            x,
            self.kernel.matrix(),
            self.bias.as_ref().map(Weight::vector),
            activation == Activation::Relu,
        )
    }
}
