//! Operations that only the GPU engine has of its own, as an extension of Burn's backends, each one
//! step of the gradient graph. On the CPU the same is composed of Burn's operations.

use super::rows;
use crate::ops::kernels::Kernels;
use crate::ops::nodes::recorded;
use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, unary};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Cube, Dispatch, TensorMetadata, backend_extension};
use burn::tensor::Tensor;
use fireside_gpu::GpuTensor;

pub use fireside_spec::Loss;

/// Which numbers dropout takes away.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Drop {
    pub rate: f64,
    pub seed: u32,
    pub update: u32,
    /// Position of the layer in the experiment: the generator's tag.
    pub layer: u32,
    /// Channels and numbers of a plane, where elements are counted as channels_last has them.
    pub channels_last: Option<[usize; 2]>,
}

/// The operations on the primitives of a backend.
#[backend_extension(Cube, Autodiff)]
trait Extension: Backend {
    fn fireside_dropout(input: FloatTensor<Self>, drop: Drop) -> FloatTensor<Self>;
    fn fireside_sigmoid(input: FloatTensor<Self>) -> FloatTensor<Self>;
    fn fireside_softmax(input: FloatTensor<Self>) -> FloatTensor<Self>;
    fn fireside_score(
        output: FloatTensor<Self>,
        target: FloatTensor<Self>,
        kind: Loss,
    ) -> FloatTensor<Self>;
    fn fireside_channels_last(input: FloatTensor<Self>) -> FloatTensor<Self>;
    fn fireside_seeded(output: FloatTensor<Self>, gradient: FloatTensor<Self>)
    -> FloatTensor<Self>;
}

impl Extension for Cube {
    fn fireside_dropout(input: GpuTensor, drop: Drop) -> GpuTensor {
        rows::dropout(&Self::packed(input), &drop)
    }

    fn fireside_sigmoid(input: GpuTensor) -> GpuTensor {
        rows::sigmoid(&Self::packed(input))
    }

    fn fireside_softmax(input: GpuTensor) -> GpuTensor {
        rows::softmax(&Self::packed(input))
    }

    fn fireside_score(output: GpuTensor, target: GpuTensor, kind: Loss) -> GpuTensor {
        rows::score(&Self::packed(output), &Self::packed(target), kind)
    }

    fn fireside_channels_last(input: GpuTensor) -> GpuTensor {
        let [_, channels, height, width] = fireside_gpu::sizes(&input);
        rows::turn(&Self::packed(input), channels, height * width, false)
    }

    fn fireside_seeded(output: GpuTensor, _: GpuTensor) -> GpuTensor {
        fireside_gpu::empty(&output, [1])
    }
}

/// What a step remembers, and how it turns the gradient of its output into that of its input.
#[derive(Clone, Debug)]
enum Memory {
    Dropout(Drop),
    /// Its output.
    Sigmoid(GpuTensor),
    /// Its output.
    Softmax(GpuTensor),
    /// Output, target: the loss is where the graph ends, so the gradient that comes from above is one.
    Score(GpuTensor, GpuTensor, Loss),
    /// Shape of the input.
    ChannelsLast([usize; 4]),
    /// The gradient that was asked for.
    Seeded(GpuTensor),
}

#[derive(Debug)]
struct Step;

impl Backward<Cube, 1> for Step {
    type State = Memory;

    fn backward(self, ops: Ops<Memory, 1>, grads: &mut Gradients, _: &mut Checkpointer) {
        let memory = ops.state;
        unary::<Cube, _>(ops.parents, ops.node, grads, |gradient| match memory {
            Memory::Dropout(drop) => rows::dropout(&Cube::packed(gradient), &drop),
            Memory::Sigmoid(output) => rows::sigmoid_gradient(&output, &Cube::packed(gradient)),
            Memory::Softmax(output) => rows::softmax_gradient(&output, &Cube::packed(gradient)),
            Memory::Score(output, target, kind) => rows::loss_gradient(&output, &target, kind),
            Memory::Seeded(given) => given,
            Memory::ChannelsLast(shape) => {
                let [_, channels, height, width] = shape;
                let turned = rows::turn(&Cube::packed(gradient), channels, height * width, true);
                reshaped(turned, shape)
            }
        });
    }
}

/// The same numbers in another shape.
fn reshaped(tensor: GpuTensor, shape: [usize; 4]) -> GpuTensor {
    GpuTensor::new_contiguous(
        tensor.client,
        tensor.device,
        shape.into(),
        tensor.handle,
        tensor.dtype,
    )
}

/// Computes on the inner tensor and records the step.
fn record<C: CheckpointStrategy>(
    input: FloatTensor<Autodiff<Cube, C>>,
    work: impl FnOnce(GpuTensor) -> (GpuTensor, Memory),
) -> FloatTensor<Autodiff<Cube, C>> {
    let (input, node) = input.into_parts();
    let (output, memory) = work(input);
    recorded::<Cube, C, 1, _>(Step, [node], output, |_| memory)
}

impl<C: CheckpointStrategy> Extension for Autodiff<Cube, C> {
    fn fireside_dropout(input: FloatTensor<Self>, drop: Drop) -> FloatTensor<Self> {
        record::<C>(input, |input| {
            (Cube::fireside_dropout(input, drop), Memory::Dropout(drop))
        })
    }

    fn fireside_sigmoid(input: FloatTensor<Self>) -> FloatTensor<Self> {
        record::<C>(input, |input| {
            let output = Cube::fireside_sigmoid(input);
            (output.clone(), Memory::Sigmoid(output))
        })
    }

    fn fireside_softmax(input: FloatTensor<Self>) -> FloatTensor<Self> {
        record::<C>(input, |input| {
            let output = Cube::fireside_softmax(input);
            (output.clone(), Memory::Softmax(output))
        })
    }

    fn fireside_score(
        output: FloatTensor<Self>,
        target: FloatTensor<Self>,
        kind: Loss,
    ) -> FloatTensor<Self> {
        // No gradient goes to a target.
        let (target, _) = target.into_parts();
        record::<C>(output, |output| {
            let (output, target) = (Cube::packed(output), Cube::packed(target));
            let score = rows::score(&output, &target, kind);
            (score, Memory::Score(output, target, kind))
        })
    }

    fn fireside_channels_last(input: FloatTensor<Self>) -> FloatTensor<Self> {
        record::<C>(input, |input| {
            let shape = input.shape().dims();
            (
                Cube::fireside_channels_last(input),
                Memory::ChannelsLast(shape),
            )
        })
    }

    fn fireside_seeded(
        output: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        let (gradient, _) = gradient.into_parts();
        record::<C>(output, |output| {
            let end = Cube::fireside_seeded(output, gradient.clone());
            (end, Memory::Seeded(Cube::packed(gradient)))
        })
    }
}

/// Dropout with the mask that the generator gives, drawn in the kernel.
///
/// # Panics
/// As all functions here, if the tensor is not on the GPU ([`is_gpu`](super::is_gpu)).
pub fn dropout<const D: usize>(input: Tensor<D>, drop: Drop) -> Tensor<D> {
    Tensor::from_dispatch(<Dispatch as Extension>::fireside_dropout(
        input.into_dispatch(),
        drop,
    ))
}

/// The sigmoid of every number.
pub fn sigmoid(input: Tensor<2>) -> Tensor<2> {
    Tensor::from_dispatch(<Dispatch as Extension>::fireside_sigmoid(
        input.into_dispatch(),
    ))
}

/// Softmax over the last axis of `[rows, classes]`.
pub fn softmax(input: Tensor<2>) -> Tensor<2> {
    Tensor::from_dispatch(<Dispatch as Extension>::fireside_softmax(
        input.into_dispatch(),
    ))
}

/// `[mean loss, rows judged rightly]` of a batch, from output and one-hot target `[rows, classes]`.
///
/// It is the end of a graph: whatever gradient it is given, backward goes the gradient of the mean
/// loss.
pub fn score(output: Tensor<2>, target: Tensor<2>, kind: Loss) -> Tensor<1> {
    Tensor::from_dispatch(<Dispatch as Extension>::fireside_score(
        output.into_dispatch(),
        target.into_dispatch(),
        kind,
    ))
}

/// A picture `[n, channels, height, width]` as one row in the order (row, column, channel).
pub fn to_channels_last(input: Tensor<4>) -> Tensor<2> {
    Tensor::from_dispatch(<Dispatch as Extension>::fireside_channels_last(
        input.into_dispatch(),
    ))
}

/// The end of a graph whose backward pass begins with `gradient`; its own value means nothing.
pub fn seeded(output: Tensor<2>, gradient: Tensor<2>) -> Tensor<1> {
    Tensor::from_dispatch(<Dispatch as Extension>::fireside_seeded(
        output.into_dispatch(),
        gradient.into_dispatch(),
    ))
}
