//! The door to Burn's backends for recurrent layers, as in [`crate::ops::extension`].

use super::node::{Call, Recurrent, record};
use super::sizes::{Given, Sizes};
use super::{Recurrence, Surroundings};
use crate::ops::extension::Bias as Maybe;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::tensor::FloatTensor;
use burn::backend::{
    Autodiff, Backend, Dispatch, ExtensionType, TensorMetadata, backend_extension,
};
use burn::tensor::Tensor;

/// The tensors of a call.
#[derive(ExtensionType)]
pub(super) struct Tensors<B: Backend> {
    input: FloatTensor<B>,
    kernel: FloatTensor<B>,
    recurrent_kernel: FloatTensor<B>,
    #[extension_type]
    bias: Maybe<B>,
    #[extension_type]
    state: Maybe<B>,
    #[extension_type]
    cell: Maybe<B>,
    #[extension_type]
    input_masks: Maybe<B>,
    #[extension_type]
    recurrent_masks: Maybe<B>,
    #[extension_type]
    step_mask: Maybe<B>,
}

/// Recurrent layers on the primitives of a backend: the output, and the last state.
#[backend_extension(Flex: cfg(feature = "cpu"), Cube: cfg(feature = "gpu"), Autodiff)]
trait Extension: Backend {
    fn fireside_recurrent(
        how: Recurrence,
        #[extension_type] tensors: Tensors<Self>,
    ) -> (FloatTensor<Self>, Vec<FloatTensor<Self>>);
}

#[cfg(feature = "cpu")]
impl Extension for burn::backend::Flex {
    fn fireside_recurrent(
        how: Recurrence,
        tensors: Tensors<Self>,
    ) -> (FloatTensor<Self>, Vec<FloatTensor<Self>>) {
        plain::<Self>(how, tensors)
    }
}

#[cfg(feature = "gpu")]
impl Extension for burn::backend::Cube {
    fn fireside_recurrent(
        how: Recurrence,
        tensors: Tensors<Self>,
    ) -> (FloatTensor<Self>, Vec<FloatTensor<Self>>) {
        plain::<Self>(how, tensors)
    }
}

/// An engine without gradients records and keeps nothing.
fn plain<B: Recurrent>(
    how: Recurrence,
    tensors: Tensors<B>,
) -> (FloatTensor<B>, Vec<FloatTensor<B>>) {
    let found = B::recurrent_forward(&call(how, tensors), false);
    (found.output, found.state)
}

fn call<B: Recurrent>(how: Recurrence, tensors: Tensors<B>) -> Call<B> {
    fn shape<B: Backend, const D: usize>(tensor: Option<&FloatTensor<B>>) -> Option<[usize; D]> {
        tensor.map(|tensor| tensor.shape().dims())
    }
    let Tensors {
        input,
        kernel,
        recurrent_kernel,
        ..
    } = tensors;
    let [bias, state, cell, input_masks, recurrent_masks, step_mask] = [
        tensors.bias,
        tensors.state,
        tensors.cell,
        tensors.input_masks,
        tensors.recurrent_masks,
        tensors.step_mask,
    ]
    .map(|tensor| tensor.given().map(B::packed));
    let given = Given {
        input: input.shape().dims(),
        kernel: kernel.shape().dims(),
        recurrent_kernel: recurrent_kernel.shape().dims(),
        bias: shape::<B, 1>(bias.as_ref()),
        state: [shape::<B, 2>(state.as_ref()), shape::<B, 2>(cell.as_ref())],
        input_masks: shape::<B, 3>(input_masks.as_ref()),
        recurrent_masks: shape::<B, 3>(recurrent_masks.as_ref()),
        step_mask: shape::<B, 2>(step_mask.as_ref()),
    };
    Call {
        sizes: Sizes::new(how, &given),
        input: B::packed(input),
        kernel: B::packed(kernel),
        recurrent_kernel: B::packed(recurrent_kernel),
        bias,
        state: [state, cell],
        input_masks,
        recurrent_masks,
        step_mask,
    }
}

impl<B: Recurrent, C: CheckpointStrategy> Extension for Autodiff<B, C> {
    fn fireside_recurrent(
        how: Recurrence,
        tensors: Tensors<Self>,
    ) -> (FloatTensor<Self>, Vec<FloatTensor<Self>>) {
        let constant = |tensor: Maybe<Self>| match tensor {
            Maybe::Given(tensor) => Maybe::Given(tensor.into_primitive()),
            Maybe::None => Maybe::None,
        };
        let bias = tensors.bias.given();
        let tracked = [&tensors.input, &tensors.kernel, &tensors.recurrent_kernel]
            .into_iter()
            .chain(&bias)
            .any(|tensor| tensor.is_tracked());
        let (input, input_node) = tensors.input.into_parts();
        let (kernel, kernel_node) = tensors.kernel.into_parts();
        let (recurrent_kernel, recurrent_node) = tensors.recurrent_kernel.into_parts();
        let (bias, bias_node) = bias.map(|bias| bias.into_parts()).unzip();
        let call = call::<B>(
            how,
            Tensors {
                input,
                kernel,
                recurrent_kernel,
                bias: bias.map_or(Maybe::None, Maybe::Given),
                state: constant(tensors.state),
                cell: constant(tensors.cell),
                input_masks: constant(tensors.input_masks),
                recurrent_masks: constant(tensors.recurrent_masks),
                step_mask: constant(tensors.step_mask),
            },
        );
        let (output, state) = match bias_node {
            Some(bias_node) => record::<B, C, 4>(
                call,
                [input_node, kernel_node, recurrent_node, bias_node],
                tracked,
            ),
            None => record::<B, C, 3>(call, [input_node, kernel_node, recurrent_node], tracked),
        };
        (
            output,
            state.into_iter().map(<FloatTensor<Self>>::new).collect(),
        )
    }
}

pub(in crate::ops) fn recurrent(
    how: Recurrence,
    input: Tensor<3>,
    kernel: Tensor<2>,
    recurrent_kernel: Tensor<2>,
    bias: Option<Tensor<1>>,
    surroundings: Surroundings,
) -> (Tensor<3>, Vec<Tensor<2>>) {
    fn maybe<const D: usize>(tensor: Option<Tensor<D>>) -> Maybe<Dispatch> {
        tensor.map_or(Maybe::None, |tensor| Maybe::Given(tensor.into_dispatch()))
    }
    let mut state = surroundings.state.into_iter();
    let (output, state) = <Dispatch as Extension>::fireside_recurrent(
        how,
        Tensors {
            input: input.into_dispatch(),
            kernel: kernel.into_dispatch(),
            recurrent_kernel: recurrent_kernel.into_dispatch(),
            bias: maybe(bias),
            state: maybe(state.next()),
            cell: maybe(state.next()),
            input_masks: maybe(surroundings.input_masks),
            recurrent_masks: maybe(surroundings.recurrent_masks),
            step_mask: maybe(surroundings.step_mask),
        },
    );
    let plain = |state| Tensor::<2>::from_dispatch(state).inner();
    (
        Tensor::from_dispatch(output),
        state.into_iter().map(plain).collect(),
    )
}
