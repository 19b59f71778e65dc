//! The GPU engine (burn-wgpu): our operations as WGSL kernels.

mod conv;
mod dense;
mod extension;
mod pool;
mod product;
mod recurrent;
mod rows;
mod shared;

pub use extension::{Drop, Loss, dropout, score, seeded, softmax, to_channels_last};
pub use fireside_gpu::is_gpu;

use super::kernels::{Kernels, Wanted, WeightGradients};
use super::sizes::{Convolution, DenseProduct, Pooling};
use burn::backend::Cube;
use fireside_gpu::GpuTensor;

impl Kernels for Cube {
    fn packed(tensor: GpuTensor) -> GpuTensor {
        fireside_gpu::packed(tensor)
    }

    fn conv_forward(
        sizes: &Convolution,
        input: &GpuTensor,
        kernel: &GpuTensor,
        bias: Option<&GpuTensor>,
    ) -> GpuTensor {
        conv::forward(sizes, input, kernel, bias)
    }

    fn conv_gradients(
        sizes: &Convolution,
        input: &GpuTensor,
        kernel: &GpuTensor,
        gradient: &GpuTensor,
        output: Option<&GpuTensor>,
        wanted: Wanted,
    ) -> WeightGradients<Self> {
        conv::gradients(sizes, input, kernel, gradient, output, wanted)
    }

    fn pool_forward(sizes: &Pooling, input: &GpuTensor) -> GpuTensor {
        pool::forward(sizes, input)
    }

    fn pool_gradient(sizes: &Pooling, input: &GpuTensor, gradient: &GpuTensor) -> GpuTensor {
        pool::gradient(sizes, input, gradient)
    }

    fn dense_forward(
        sizes: &DenseProduct,
        input: &GpuTensor,
        kernel: &GpuTensor,
        bias: Option<&GpuTensor>,
    ) -> GpuTensor {
        dense::forward(sizes, input, kernel, bias)
    }

    fn dense_gradients(
        sizes: &DenseProduct,
        input: &GpuTensor,
        kernel: &GpuTensor,
        gradient: &GpuTensor,
        output: Option<&GpuTensor>,
        wanted: Wanted,
    ) -> WeightGradients<Self> {
        dense::gradients(sizes, input, kernel, gradient, output, wanted)
    }
}
