//! The door to Burn's backends: our operations as an extension of them.
//!
//! The macro writes the `Dispatch` implementation, which picks the engine, with or without gradients,
//! from the tensors at run time and treats tensors without gradients as constants.

use super::Convolve;
use super::kernels::Kernels;
use super::nodes::{self, Weighted};
use super::sizes::{Convolution, DenseProduct, PoolKind, Pooling};
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::tensor::FloatTensor;
use burn::backend::{
    Autodiff, Backend, Dispatch, DispatchDevice, ExtensionType, TensorMetadata, backend_extension,
};
use burn::tensor::Tensor;

/// A bias that need not be there (the macro knows no `Option`).
#[derive(ExtensionType)]
pub(super) enum Bias<B: Backend> {
    Given(FloatTensor<B>),
    None,
}

impl<B: Backend> Bias<B> {
    pub(super) fn given(self) -> Option<FloatTensor<B>> {
        match self {
            Self::Given(bias) => Some(bias),
            Self::None => None,
        }
    }
}

/// Our operations on the primitives of a backend; arguments as in the functions of [`super`].
#[backend_extension(Flex: cfg(feature = "cpu"), Cube: cfg(feature = "gpu"), Autodiff)]
pub(super) trait Extension: Backend {
    fn fireside_conv2d(
        input: FloatTensor<Self>,
        kernel: FloatTensor<Self>,
        #[extension_type] bias: Bias<Self>,
        how: Convolve,
    ) -> FloatTensor<Self>;

    fn fireside_pool2d(
        input: FloatTensor<Self>,
        kind: PoolKind,
        pool: [usize; 2],
        stride: [usize; 2],
        padding: [usize; 4],
    ) -> FloatTensor<Self>;

    fn fireside_dense(
        input: FloatTensor<Self>,
        kernel: FloatTensor<Self>,
        #[extension_type] bias: Bias<Self>,
        relu: bool,
    ) -> FloatTensor<Self>;

    fn fireside_embed(table: FloatTensor<Self>, ids: FloatTensor<Self>) -> FloatTensor<Self>;

    fn fireside_products(
        left: FloatTensor<Self>,
        right: FloatTensor<Self>,
        turned: bool,
    ) -> FloatTensor<Self>;
}

/// An engine without gradients computes and records nothing.
macro_rules! plain {
    ($engine:ty) => {
        impl Extension for $engine {
            fn fireside_conv2d(
                input: FloatTensor<Self>,
                kernel: FloatTensor<Self>,
                bias: Bias<Self>,
                how: Convolve,
            ) -> FloatTensor<Self> {
                conv2d_call::<Self>(input, kernel, bias.given(), how).forward()
            }

            fn fireside_pool2d(
                input: FloatTensor<Self>,
                kind: PoolKind,
                pool: [usize; 2],
                stride: [usize; 2],
                padding: [usize; 4],
            ) -> FloatTensor<Self> {
                let sizes = Pooling::new(input.shape().dims(), kind, pool, stride, padding);
                Self::pool_forward(&sizes, &Self::packed(input))
            }

            fn fireside_dense(
                input: FloatTensor<Self>,
                kernel: FloatTensor<Self>,
                bias: Bias<Self>,
                relu: bool,
            ) -> FloatTensor<Self> {
                dense_call::<Self>(input, kernel, bias.given(), relu).forward()
            }

            fn fireside_embed(
                table: FloatTensor<Self>,
                ids: FloatTensor<Self>,
            ) -> FloatTensor<Self> {
                Self::embed_forward(&Self::packed(table), &Self::packed(ids))
            }

            fn fireside_products(
                left: FloatTensor<Self>,
                right: FloatTensor<Self>,
                turned: bool,
            ) -> FloatTensor<Self> {
                nodes::products::<Self>(left, right, turned)
            }
        }
    };
}

#[cfg(feature = "cpu")]
plain!(burn::backend::Flex);
#[cfg(feature = "gpu")]
plain!(burn::backend::Cube);

fn conv2d_call<B: Kernels>(
    input: FloatTensor<B>,
    kernel: FloatTensor<B>,
    bias: Option<FloatTensor<B>>,
    how: Convolve,
) -> Weighted<B, Convolution> {
    let sizes = Convolution::new(
        input.shape().dims(),
        kernel.shape().dims(),
        bias.as_ref().map(|bias| bias.shape().dims()),
        how,
    );
    Weighted::new(sizes, input, kernel, bias)
}

fn dense_call<B: Kernels>(
    input: FloatTensor<B>,
    kernel: FloatTensor<B>,
    bias: Option<FloatTensor<B>>,
    relu: bool,
) -> Weighted<B, DenseProduct> {
    let sizes = DenseProduct::new(
        input.shape().dims(),
        kernel.shape().dims(),
        bias.as_ref().map(|bias| bias.shape().dims()),
        relu,
    );
    Weighted::new(sizes, input, kernel, bias)
}

impl<B: Kernels, C: CheckpointStrategy> Extension for Autodiff<B, C> {
    fn fireside_conv2d(
        input: FloatTensor<Self>,
        kernel: FloatTensor<Self>,
        bias: Bias<Self>,
        how: Convolve,
    ) -> FloatTensor<Self> {
        let (input, input_node) = input.into_parts();
        let (kernel, kernel_node) = kernel.into_parts();
        match bias.given().map(|bias| bias.into_parts()) {
            Some((bias, bias_node)) => conv2d_call::<B>(input, kernel, Some(bias), how)
                .record::<C, 3>([input_node, kernel_node, bias_node]),
            None => {
                conv2d_call::<B>(input, kernel, None, how).record::<C, 2>([input_node, kernel_node])
            }
        }
    }

    fn fireside_pool2d(
        input: FloatTensor<Self>,
        kind: PoolKind,
        pool: [usize; 2],
        stride: [usize; 2],
        padding: [usize; 4],
    ) -> FloatTensor<Self> {
        let (input, node) = input.into_parts();
        let sizes = Pooling::new(input.shape().dims(), kind, pool, stride, padding);
        nodes::pool::<B, C>(sizes, input, node)
    }

    fn fireside_dense(
        input: FloatTensor<Self>,
        kernel: FloatTensor<Self>,
        bias: Bias<Self>,
        relu: bool,
    ) -> FloatTensor<Self> {
        let (input, input_node) = input.into_parts();
        let (kernel, kernel_node) = kernel.into_parts();
        match bias.given().map(|bias| bias.into_parts()) {
            Some((bias, bias_node)) => dense_call::<B>(input, kernel, Some(bias), relu)
                .record::<C, 3>([input_node, kernel_node, bias_node]),
            None => {
                dense_call::<B>(input, kernel, None, relu).record::<C, 2>([input_node, kernel_node])
            }
        }
    }

    fn fireside_embed(table: FloatTensor<Self>, ids: FloatTensor<Self>) -> FloatTensor<Self> {
        let (table, node) = table.into_parts();
        nodes::embed::<B, C>(table, node, ids.into_primitive())
    }

    fn fireside_products(
        left: FloatTensor<Self>,
        right: FloatTensor<Self>,
        turned: bool,
    ) -> FloatTensor<Self> {
        let (left, left_node) = left.into_parts();
        let (right, right_node) = right.into_parts();
        nodes::recorded_products::<B, C>(left, right, turned, [left_node, right_node])
    }
}

/// Whether an engine with kernels of ours holds the tensor, with or without gradients.
#[inline]
pub(super) fn runs<const D: usize>(tensor: &Tensor<D>) -> bool {
    // A page has no other engines, and does not load what would stand in for our kernels there.
    cfg!(target_family = "wasm") || holds(tensor)
}

fn holds<const D: usize>(tensor: &Tensor<D>) -> bool {
    match tensor.device().without_autodiff().as_dispatch() {
        #[cfg(feature = "cpu")]
        DispatchDevice::Flex(_) => true,
        #[cfg(feature = "gpu")]
        DispatchDevice::Cube(_) => true,
        #[allow(unreachable_patterns)] // Burn may be built with other engines.
        _ => false,
    }
}

pub(super) fn conv2d(
    input: Tensor<4>,
    kernel: Tensor<4>,
    bias: Option<Tensor<1>>,
    how: Convolve,
) -> Tensor<4> {
    Tensor::from_dispatch(<Dispatch as Extension>::fireside_conv2d(
        input.into_dispatch(),
        kernel.into_dispatch(),
        bias.map_or(Bias::None, |bias| Bias::Given(bias.into_dispatch())),
        how,
    ))
}

pub(super) fn pool2d(
    input: Tensor<4>,
    kind: PoolKind,
    pool: [usize; 2],
    stride: [usize; 2],
    padding: [usize; 4],
) -> Tensor<4> {
    Tensor::from_dispatch(<Dispatch as Extension>::fireside_pool2d(
        input.into_dispatch(),
        kind,
        pool,
        stride,
        padding,
    ))
}

pub(super) fn dense(
    input: Tensor<2>,
    kernel: Tensor<2>,
    bias: Option<Tensor<1>>,
    relu: bool,
) -> Tensor<2> {
    Tensor::from_dispatch(<Dispatch as Extension>::fireside_dense(
        input.into_dispatch(),
        kernel.into_dispatch(),
        bias.map_or(Bias::None, |bias| Bias::Given(bias.into_dispatch())),
        relu,
    ))
}

pub(super) fn embed(table: Tensor<2>, ids: Tensor<2>) -> Tensor<3> {
    Tensor::from_dispatch(<Dispatch as Extension>::fireside_embed(
        table.into_dispatch(),
        ids.into_dispatch(),
    ))
}

pub(super) fn products(left: Tensor<3>, right: Tensor<3>, turned: bool) -> Tensor<3> {
    Tensor::from_dispatch(<Dispatch as Extension>::fireside_products(
        left.into_dispatch(),
        right.into_dispatch(),
        turned,
    ))
}
