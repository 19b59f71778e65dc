//! The dense product with bias and relu as one step of the gradient graph.

use super::convolution::{cut, mask};
use super::flex::{numbers, packed, sizes, tensor};
use super::matrix::{Matrix, Threads, multiply};
use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, NodeGuard, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Flex};

/// A dense product with its tensors; also what the backward step has to remember.
#[derive(Clone, Debug)]
pub(super) struct Call {
    input: FlexTensor,
    kernel: FlexTensor,
    bias: Option<FlexTensor>,
    /// Kept for the backward step if there is a relu.
    output: Option<FlexTensor>,
    rows: usize,
    inputs: usize,
    units: usize,
    relu: bool,
}

impl Call {
    /// Checks the sizes; arguments and panics as in [`super::dense`].
    pub(super) fn new(
        input: FlexTensor,
        kernel: FlexTensor,
        bias: Option<FlexTensor>,
        relu: bool,
    ) -> Self {
        let [rows, inputs] = sizes(&input);
        let [kernel_inputs, units] = sizes(&kernel);
        assert_eq!(inputs, kernel_inputs, "dense: inputs of batch and kernel");
        if let Some(bias) = &bias {
            assert_eq!(sizes(bias), [units], "dense: length of the bias");
        }
        Self {
            input: packed(input),
            kernel: packed(kernel),
            bias: bias.map(packed),
            output: None,
            rows,
            inputs,
            units,
            relu,
        }
    }

    /// The output `[rows, units]`, without recording anything.
    pub(super) fn forward(&self) -> FlexTensor {
        let mut output = vec![0.0; self.rows * self.units];
        multiply(
            [self.rows, self.units, self.inputs],
            &mut output,
            false,
            Matrix::new(numbers(&self.input), self.inputs),
            Matrix::new(numbers(&self.kernel), self.units),
            Threads::All,
        );
        let bias = self.bias.as_ref().map(numbers);
        for row in output.chunks_exact_mut(self.units.max(1)) {
            if let Some(bias) = bias {
                for (number, bias) in row.iter_mut().zip(bias) {
                    *number += *bias;
                }
            }
            if self.relu {
                for number in row {
                    *number = cut(*number);
                }
            }
        }
        tensor(output, [self.rows, self.units])
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
                self.output = self.relu.then(|| output.clone());
                prepared.finish(self, output)
            }
            OpsKind::UnTracked(prepared) => prepared.finish(output),
        }
    }

    /// The gradient of the kernel: input transposed x gradient.
    fn kernel_gradient(&self, gradient: &[f32]) -> Vec<f32> {
        let mut result = vec![0.0; self.inputs * self.units];
        multiply(
            [self.inputs, self.units, self.rows],
            &mut result,
            false,
            Matrix::new(numbers(&self.input), self.inputs).transposed(),
            Matrix::new(gradient, self.units),
            Threads::All,
        );
        result
    }

    /// The gradient of the bias: the sum over the rows.
    fn bias_gradient(&self, gradient: &[f32]) -> Vec<f32> {
        let mut sums = vec![0.0; self.units];
        for row in gradient.chunks_exact(self.units.max(1)) {
            for (sum, number) in sums.iter_mut().zip(row) {
                *sum += *number;
            }
        }
        sums
    }

    /// The gradient of the input: gradient x kernel transposed.
    fn input_gradient(&self, gradient: &[f32]) -> Vec<f32> {
        let mut result = vec![0.0; self.rows * self.inputs];
        multiply(
            [self.rows, self.inputs, self.units],
            &mut result,
            false,
            Matrix::new(gradient, self.units),
            Matrix::new(numbers(&self.kernel), self.units).transposed(),
            Threads::All,
        );
        result
    }
}

#[derive(Debug)]
struct Step;

impl<const N: usize> Backward<Flex, N> for Step {
    type State = Call;

    fn backward(self, ops: Ops<Call, N>, grads: &mut Gradients, _: &mut Checkpointer) {
        let call = ops.state;
        let given = packed(grads.consume::<Flex>(&ops.node));
        let mut masked = Vec::new();
        let gradient = match &call.output {
            Some(output) => {
                masked.resize(call.rows * call.units, 0.0);
                mask(&mut masked, numbers(&given), numbers(output));
                &masked
            }
            None => numbers(&given),
        };
        let mut parents = ops.parents.into_iter();
        let [input, kernel, bias] = [(); 3].map(|()| parents.next().flatten());
        if let Some(node) = kernel {
            let shape = [call.inputs, call.units];
            grads.register::<Flex>(node.id, tensor(call.kernel_gradient(gradient), shape));
        }
        if let Some(node) = bias {
            grads.register::<Flex>(node.id, tensor(call.bias_gradient(gradient), [call.units]));
        }
        if let Some(node) = input {
            let shape = [call.rows, call.inputs];
            grads.register::<Flex>(node.id, tensor(call.input_gradient(gradient), shape));
        }
    }
}
