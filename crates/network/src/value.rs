//! A batch on its way through the network, with its rank.

use burn::tensor::Tensor;
use fireside_spec::{DataFormat, Shape};

/// A batch of rows.
#[derive(Clone, Debug)]
pub enum Value {
    /// (rows, units)
    Flat(Tensor<2>),
    /// (rows, steps, features)
    Sequence(Tensor<3>),
    /// (rows, channels, height, width), whatever the experiment's data format
    Picture(Tensor<4>),
    /// (rows, frames, channels, height, width)
    Frames(Tensor<5>),
}

/// Does the same to a tensor of any rank.
macro_rules! with_tensor {
    ($value:expr, $tensor:ident => $body:expr) => {
        match $value {
            Value::Flat($tensor) => $body,
            Value::Sequence($tensor) => $body,
            Value::Picture($tensor) => $body,
            Value::Frames($tensor) => $body,
        }
    };
}

impl Value {
    /// Rows in the batch.
    pub fn rows(&self) -> usize {
        with_tensor!(self, tensor => tensor.dims()[0])
    }

    /// The shape of one row.
    pub fn shape(&self) -> Shape {
        // Of the engine's own axes, so the order of the format is right by construction.
        let axes = with_tensor!(self, tensor => tensor.dims()[1..].to_vec());
        Shape::of(&axes, DataFormat::ChannelsFirst).unwrap_or(Shape::Flat { units: 0 })
    }

    /// (rows, numbers of a row) in the engine's order: (channel, row, column) for a picture.
    pub fn into_flat(self) -> Tensor<2> {
        let rows = self.rows();
        match self {
            Self::Flat(tensor) => tensor,
            other => {
                let length = other.shape().len();
                with_tensor!(other, tensor => tensor.reshape([rows, length]))
            }
        }
    }

    /// Rows of numbers in the engine's order as a value of `shape`.
    pub fn from_flat(numbers: Tensor<2>, shape: Shape) -> Self {
        let n = numbers.dims()[0];
        match shape {
            Shape::Flat { .. } => Self::Flat(numbers),
            Shape::Sequence { steps, features } => {
                Self::Sequence(numbers.reshape([n, steps, features]))
            }
            Shape::Picture {
                channels,
                height,
                width,
            } => Self::Picture(numbers.reshape([n, channels, height, width])),
            Shape::Frames {
                frames,
                channels,
                height,
                width,
            } => Self::Frames(numbers.reshape([n, frames, channels, height, width])),
        }
    }

    /// Rows of numbers in the order of `format`: what Keras's `Flatten` gives.
    pub(crate) fn into_ordered(self, format: DataFormat) -> Tensor<2> {
        match (self, format) {
            // One channel reads the same in both orders.
            (Self::Picture(tensor), DataFormat::ChannelsLast) if tensor.dims()[1] > 1 => {
                #[cfg(feature = "gpu")]
                if crate::ops::gpu::is_gpu(&tensor) {
                    return crate::ops::gpu::to_channels_last(tensor);
                }
                tensor.permute([0, 2, 3, 1]).flatten(1, 3)
            }
            (Self::Frames(tensor), DataFormat::ChannelsLast) => {
                tensor.permute([0, 1, 3, 4, 2]).flatten(1, 4)
            }
            (other, _) => other.into_flat(),
        }
    }

    /// The inverse: rows of numbers in the order of `format` as a value of `shape`.
    pub(crate) fn from_ordered(numbers: Tensor<2>, shape: Shape, format: DataFormat) -> Self {
        let n = numbers.dims()[0];
        match (shape, format) {
            (
                Shape::Picture {
                    channels,
                    height,
                    width,
                },
                DataFormat::ChannelsLast,
            ) => {
                let lying = numbers.reshape([n, height, width, channels]);
                Self::Picture(lying.permute([0, 3, 1, 2]))
            }
            (
                Shape::Frames {
                    frames,
                    channels,
                    height,
                    width,
                },
                DataFormat::ChannelsLast,
            ) => {
                let lying = numbers.reshape([n, frames, height, width, channels]);
                Self::Frames(lying.permute([0, 1, 4, 2, 3]))
            }
            _ => Self::from_flat(numbers, shape),
        }
    }

    /// Steps or frames as rows of their own: (rows x steps) of one step's shape.
    pub(crate) fn fold_steps(self) -> Self {
        match self {
            Self::Sequence(tensor) => {
                let [n, steps, features] = tensor.dims();
                Self::Flat(tensor.reshape([n * steps, features]))
            }
            Self::Frames(tensor) => {
                let [n, frames, channels, height, width] = tensor.dims();
                Self::Picture(tensor.reshape([n * frames, channels, height, width]))
            }
            other => other,
        }
    }

    /// The inverse for batches of `n`.
    pub(crate) fn unfold_steps(self, n: usize) -> Self {
        let steps = self.rows() / n.max(1);
        match self.shape().repeated(steps) {
            Some(shape) => {
                let numbers = self.into_flat();
                let length = numbers.dims()[1];
                Self::from_flat(numbers.reshape([n, steps * length]), shape)
            }
            None => self,
        }
    }

    /// Applies a function that keeps the shape to all numbers, as (rows, numbers of a row).
    pub(crate) fn map(self, f: impl FnOnce(Tensor<2>) -> Tensor<2>) -> Self {
        let shape = self.shape();
        Self::from_flat(f(self.into_flat()), shape)
    }

    /// Whether it lies on the GPU.
    #[cfg(feature = "gpu")]
    pub fn is_gpu(&self) -> bool {
        with_tensor!(self, tensor => crate::ops::gpu::is_gpu(tensor))
    }

    /// The same numbers on a tape that no weight stands on.
    pub fn on_tape(self) -> Self {
        match self {
            Self::Flat(x) => Self::Flat(Tensor::from_inner(x)),
            Self::Sequence(x) => Self::Sequence(Tensor::from_inner(x)),
            Self::Picture(x) => Self::Picture(Tensor::from_inner(x)),
            Self::Frames(x) => Self::Frames(Tensor::from_inner(x)),
        }
    }
}
