//! The door to Burn's backends for recurrent layers, as in [`crate::ops::extension`].

use super::node::{Call, Recurrent, record};
use super::sizes::{Given, Sizes};
use super::{Recurrence, Surroundings};
use crate::ops::extension::Bias as Maybe;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, TensorMetadata, backend_extension};
use burn::tensor::Tensor;

/// Recurrent layers on the primitives of a backend: the output, and the last state.
#[backend_extension(Flex: cfg(feature = "cpu"), Cube: cfg(feature = "gpu"), Autodiff)]
trait Extension: Backend {
    fn fireside_recurrent(
        how: Recurrence,
        input: FloatTensor<Self>,
        kernel: FloatTensor<Self>,
        recurrent_kernel: FloatTensor<Self>,
        #[extension_type] bias: Maybe<Self>,
        surroundings: Surroundings,
    ) -> (FloatTensor<Self>, Vec<FloatTensor<Self>>);
}

#[cfg(feature = "cpu")]
impl Extension for burn::backend::Flex {
    fn fireside_recurrent(
        how: Recurrence,
        input: FloatTensor<Self>,
        kernel: FloatTensor<Self>,
        recurrent_kernel: FloatTensor<Self>,
        bias: Maybe<Self>,
        surroundings: Surroundings,
    ) -> (FloatTensor<Self>, Vec<FloatTensor<Self>>) {
        let weights = [kernel, recurrent_kernel];
        plain::<Self>(how, input, weights, bias.given(), surroundings)
    }
}

#[cfg(feature = "gpu")]
impl Extension for burn::backend::Cube {
    fn fireside_recurrent(
        how: Recurrence,
        input: FloatTensor<Self>,
        kernel: FloatTensor<Self>,
        recurrent_kernel: FloatTensor<Self>,
        bias: Maybe<Self>,
        surroundings: Surroundings,
    ) -> (FloatTensor<Self>, Vec<FloatTensor<Self>>) {
        let weights = [kernel, recurrent_kernel];
        plain::<Self>(how, input, weights, bias.given(), surroundings)
    }
}

/// An engine without gradients records and keeps nothing.
fn plain<B: Recurrent>(
    how: Recurrence,
    input: FloatTensor<B>,
    weights: [FloatTensor<B>; 2],
    bias: Option<FloatTensor<B>>,
    surroundings: Surroundings,
) -> (FloatTensor<B>, Vec<FloatTensor<B>>) {
    let found = B::recurrent_forward(&call(how, input, weights, bias, surroundings), false);
    (found.output, found.state)
}

fn call<B: Recurrent>(
    how: Recurrence,
    input: FloatTensor<B>,
    [kernel, recurrent_kernel]: [FloatTensor<B>; 2],
    bias: Option<FloatTensor<B>>,
    surroundings: Surroundings,
) -> Call<B> {
    let mut state = surroundings.state.into_iter();
    let state = [(); 2].map(|()| state.next());
    let given = Given {
        input: input.shape().dims(),
        kernel: kernel.shape().dims(),
        recurrent_kernel: recurrent_kernel.shape().dims(),
        bias: bias.as_ref().map(|bias| bias.shape().dims()),
        state: [0, 1].map(|at| state[at].as_ref().map(Tensor::dims)),
        input_masks: surroundings.input_masks.as_ref().map(Tensor::dims),
        recurrent_masks: surroundings.recurrent_masks.as_ref().map(Tensor::dims),
        step_mask: surroundings.step_mask.as_ref().map(Tensor::dims),
    };
    fn own<B: Recurrent, const D: usize>(tensor: Option<Tensor<D>>) -> Option<FloatTensor<B>> {
        tensor.map(|tensor| B::packed(B::own(tensor.inner())))
    }
    Call {
        sizes: Sizes::new(how, &given),
        input: B::packed(input),
        kernel: B::packed(kernel),
        recurrent_kernel: B::packed(recurrent_kernel),
        bias: bias.map(B::packed),
        state: state.map(own::<B, 2>),
        input_masks: own::<B, 3>(surroundings.input_masks),
        recurrent_masks: own::<B, 3>(surroundings.recurrent_masks),
        step_mask: own::<B, 2>(surroundings.step_mask),
    }
}

impl<B: Recurrent, C: CheckpointStrategy> Extension for Autodiff<B, C> {
    fn fireside_recurrent(
        how: Recurrence,
        input: FloatTensor<Self>,
        kernel: FloatTensor<Self>,
        recurrent_kernel: FloatTensor<Self>,
        bias: Maybe<Self>,
        surroundings: Surroundings,
    ) -> (FloatTensor<Self>, Vec<FloatTensor<Self>>) {
        let bias = bias.given();
        let tracked = [&input, &kernel, &recurrent_kernel]
            .into_iter()
            .chain(&bias)
            .any(|tensor| tensor.is_tracked());
        let (input, input_node) = input.into_parts();
        let (kernel, kernel_node) = kernel.into_parts();
        let (recurrent_kernel, recurrent_node) = recurrent_kernel.into_parts();
        // Where there is no bias, a constant takes its place in the graph.
        let (bias, bias_node) = match bias.map(|bias| bias.into_parts()) {
            Some((bias, node)) => (Some(bias), node),
            None => (None, <FloatTensor<Self>>::new(kernel.clone()).node()),
        };
        let call = call::<B>(how, input, [kernel, recurrent_kernel], bias, surroundings);
        let nodes = [input_node, kernel_node, recurrent_node, bias_node];
        let (output, state) = record::<B, C>(call, nodes, tracked);
        let state = state.into_iter().map(<FloatTensor<Self>>::new);
        (output, state.collect())
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
    let (output, state) = <Dispatch as Extension>::fireside_recurrent(
        how,
        input.into_dispatch(),
        kernel.into_dispatch(),
        recurrent_kernel.into_dispatch(),
        bias.map_or(Maybe::None, |bias| Maybe::Given(bias.into_dispatch())),
        surroundings,
    );
    let plain = |state| Tensor::<2>::from_dispatch(state).inner();
    (
        Tensor::from_dispatch(output),
        state.into_iter().map(plain).collect(),
    )
}
