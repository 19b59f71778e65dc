//! A batch on its way through the network, with its rank.

use burn::tensor::Tensor;

/// A batch of rows.
#[derive(Clone, Debug)]
pub enum Value {
    /// (rows, units)
    Flat(Tensor<2>),
    /// (rows, channels, height, width), whatever the experiment's data format
    Picture(Tensor<4>),
}

impl Value {
    /// (rows, units), a picture's values in the order (channel, row, column).
    pub fn into_flat(self) -> Tensor<2> {
        match self {
            Self::Flat(tensor) => tensor,
            Self::Picture(tensor) => tensor.flatten(1, 3),
        }
    }

    /// Rows in the batch.
    pub fn rows(&self) -> usize {
        match self {
            Self::Flat(tensor) => tensor.dims()[0],
            Self::Picture(tensor) => tensor.dims()[0],
        }
    }

    /// Whether it lies on the GPU.
    #[cfg(feature = "gpu")]
    pub fn is_gpu(&self) -> bool {
        match self {
            Self::Flat(tensor) => crate::ops::gpu::is_gpu(tensor),
            Self::Picture(tensor) => crate::ops::gpu::is_gpu(tensor),
        }
    }

    /// Applies a function that keeps the shape.
    pub(crate) fn map(
        self,
        flat: impl FnOnce(Tensor<2>) -> Tensor<2>,
        picture: impl FnOnce(Tensor<4>) -> Tensor<4>,
    ) -> Self {
        match self {
            Self::Flat(tensor) => Self::Flat(flat(tensor)),
            Self::Picture(tensor) => Self::Picture(picture(tensor)),
        }
    }
}
