//! The GPU engine (burn-wgpu): our operations as WGSL kernels.

mod conv;
mod dense;
mod extension;
mod pool;
mod product;
mod products;
mod recurrent;
mod rows;
mod shared;

pub use extension::{Drop, Loss, dropout, score, seeded, sigmoid, softmax, to_channels_last};
pub use fireside_gpu::is_gpu;

use super::kernels::{Kernels, Wanted, WeightGradients};
use super::sizes::{Convolution, DenseProduct, Pooling, Products};
use burn::backend::ops::{FloatTensorOps, ModuleOps};
use burn::backend::tensor::IntTensor;
use burn::backend::{Cube, TensorMetadata};
use burn::tensor::{FloatDType, IntDType};
use fireside_gpu::GpuTensor;

/// The rows of a table that ids name; what is no id of the table names its nearest row.
fn rows_of(ids: &GpuTensor, words: usize) -> IntTensor<Cube> {
    let last = words.saturating_sub(1) as f32;
    let inside = Cube::float_clamp(ids.clone(), 0.0f32.into(), last.into());
    Cube::float_into_int(inside, IntDType::I32)
}

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

    // Composed of Burn's kernels: right, not fast.
    fn embed_forward(table: &GpuTensor, ids: &GpuTensor) -> GpuTensor {
        let [words, _] = table.shape().dims();
        Self::embedding(table.clone(), rows_of(ids, words))
    }

    fn embed_gradient(words: usize, ids: &GpuTensor, gradient: &GpuTensor) -> GpuTensor {
        let [_, _, width] = gradient.shape().dims();
        let table = Self::float_zeros([words, width].into(), &gradient.device, FloatDType::F32);
        Self::embedding_backward(table, gradient.clone(), rows_of(ids, words))
    }

    fn pool_forward(sizes: &Pooling, input: &GpuTensor) -> GpuTensor {
        pool::forward(sizes, input)
    }

    fn pool_gradient(sizes: &Pooling, input: &GpuTensor, gradient: &GpuTensor) -> GpuTensor {
        pool::gradient(sizes, input, gradient)
    }

    fn multiply(sizes: &Products, left: &GpuTensor, right: &GpuTensor) -> GpuTensor {
        products::multiply(sizes, left, right)
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
