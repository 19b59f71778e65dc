//! Convolution as one step of the gradient graph.

use super::convolution::Convolution;
use super::flex::{numbers, packed, sizes, tensor};
use super::im2col::Windows;
use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, NodeGuard, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Flex};

/// A convolution with its tensors; also what the backward step has to remember.
#[derive(Clone, Debug)]
pub(super) struct Call {
    input: FlexTensor,
    kernel: FlexTensor,
    bias: Option<FlexTensor>,
    /// Kept for the backward step if there is a relu.
    output: Option<FlexTensor>,
    convolution: Convolution,
}

impl Call {
    /// Checks the sizes; arguments and panics as in [`super::conv2d`].
    pub(super) fn new(
        input: FlexTensor,
        kernel: FlexTensor,
        bias: Option<FlexTensor>,
        stride: [usize; 2],
        padding: [usize; 4],
        relu: bool,
    ) -> Self {
        let [images, channels, height, width] = sizes(&input);
        let [filters, kernel_channels, rows, columns] = sizes(&kernel);
        assert_eq!(
            channels, kernel_channels,
            "convolution: channels of input and kernel"
        );
        if let Some(bias) = &bias {
            assert_eq!(sizes(bias), [filters], "convolution: length of the bias");
        }
        Self {
            convolution: Convolution {
                images,
                filters,
                windows: Windows::new([channels, height, width], [rows, columns], stride, padding),
                relu,
            },
            input: packed(input),
            kernel: packed(kernel),
            bias: bias.map(packed),
            output: None,
        }
    }

    /// The output, without recording anything.
    pub(super) fn forward(&self) -> FlexTensor {
        let Convolution {
            images,
            filters,
            windows,
            ..
        } = self.convolution;
        let [height, width] = windows.output;
        let output = self.convolution.forward(
            numbers(&self.input),
            numbers(&self.kernel),
            self.bias.as_ref().map(numbers),
        );
        tensor(output, [images, filters, height, width])
    }

    /// The output, recorded as one step. `nodes` are those of input, kernel and, with `N == 3`,
    /// bias.
    pub(super) fn record<C: CheckpointStrategy, const N: usize>(
        mut self,
        nodes: [NodeGuard; N],
    ) -> FloatTensor<Autodiff<Flex, C>> {
        let output = self.forward();
        let prepared = Backward::<Flex, N>::prepare::<C>(Step, nodes).compute_bound();
        match prepared.stateful() {
            OpsKind::Tracked(prepared) => {
                self.output = self.convolution.relu.then(|| output.clone());
                prepared.finish(self, output)
            }
            OpsKind::UnTracked(prepared) => prepared.finish(output),
        }
    }
}

#[derive(Debug)]
struct Step;

impl<const N: usize> Backward<Flex, N> for Step {
    type State = Call;

    fn backward(self, ops: Ops<Call, N>, grads: &mut Gradients, _: &mut Checkpointer) {
        let call = ops.state;
        let gradient = packed(grads.consume::<Flex>(&ops.node));
        let gradient = numbers(&gradient);
        let output = call.output.as_ref().map_or(&[][..], numbers);
        let mut parents = ops.parents.into_iter();
        let [input, kernel, bias] = [(); 3].map(|()| parents.next().flatten());
        if kernel.is_some() || bias.is_some() {
            let (kernel_gradient, bias_gradient) =
                call.convolution
                    .kernel_gradient(numbers(&call.input), gradient, output);
            if let Some(node) = kernel {
                let shape = sizes::<4>(&call.kernel);
                grads.register::<Flex>(node.id, tensor(kernel_gradient, shape));
            }
            if let Some(node) = bias {
                let shape = [call.convolution.filters];
                grads.register::<Flex>(node.id, tensor(bias_gradient, shape));
            }
        }
        if let Some(node) = input {
            let result = call
                .convolution
                .input_gradient(numbers(&call.kernel), gradient, output);
            grads.register::<Flex>(node.id, tensor(result, sizes::<4>(&call.input)));
        }
    }
}
