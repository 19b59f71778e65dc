//! The door to the CPU engine: our operations as an extension of Burn's backends.
//!
//! The macro writes the `Dispatch` implementation, which picks `Flex` or `Autodiff<Flex>` from the
//! tensors at run time and treats tensors without gradients as constants.

use super::{conv, pool};
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{
    Autodiff, Backend, Dispatch, DispatchDevice, ExtensionType, Flex, backend_extension,
};
use burn::tensor::{Tensor, TensorData};

/// A bias that need not be there (the macro knows no `Option`).
#[derive(ExtensionType)]
pub(super) enum Bias<B: Backend> {
    Given(FloatTensor<B>),
    None,
}

impl<B: Backend> Bias<B> {
    fn given(self) -> Option<FloatTensor<B>> {
        match self {
            Self::Given(bias) => Some(bias),
            Self::None => None,
        }
    }
}

/// Our operations on the primitives of a backend; arguments as in the functions of [`super`].
#[backend_extension(Flex, Autodiff)]
pub(super) trait Extension: Backend {
    fn fireside_conv2d(
        input: FloatTensor<Self>,
        kernel: FloatTensor<Self>,
        #[extension_type] bias: Bias<Self>,
        stride: [usize; 2],
        padding: [usize; 4],
        relu: bool,
    ) -> FloatTensor<Self>;

    fn fireside_pool2d(
        input: FloatTensor<Self>,
        kind: pool::Kind,
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
}

impl Extension for Flex {
    fn fireside_conv2d(
        input: FlexTensor,
        kernel: FlexTensor,
        bias: Bias<Self>,
        stride: [usize; 2],
        padding: [usize; 4],
        relu: bool,
    ) -> FlexTensor {
        conv::Call::new(input, kernel, bias.given(), stride, padding, relu).forward()
    }

    fn fireside_pool2d(
        input: FlexTensor,
        kind: pool::Kind,
        pool: [usize; 2],
        stride: [usize; 2],
        padding: [usize; 4],
    ) -> FlexTensor {
        pool::Call::new(input, kind, pool, stride, padding).forward()
    }

    fn fireside_dense(
        input: FlexTensor,
        kernel: FlexTensor,
        bias: Bias<Self>,
        relu: bool,
    ) -> FlexTensor {
        super::dense::Call::new(input, kernel, bias.given(), relu).forward()
    }
}

impl<C: CheckpointStrategy> Extension for Autodiff<Flex, C> {
    fn fireside_conv2d(
        input: FloatTensor<Self>,
        kernel: FloatTensor<Self>,
        bias: Bias<Self>,
        stride: [usize; 2],
        padding: [usize; 4],
        relu: bool,
    ) -> FloatTensor<Self> {
        let (input, input_node) = input.into_parts();
        let (kernel, kernel_node) = kernel.into_parts();
        match bias.given().map(|bias| bias.into_parts()) {
            Some((bias, bias_node)) => {
                conv::Call::new(input, kernel, Some(bias), stride, padding, relu).record::<C, 3>([
                    input_node,
                    kernel_node,
                    bias_node,
                ])
            }
            None => conv::Call::new(input, kernel, None, stride, padding, relu)
                .record::<C, 2>([input_node, kernel_node]),
        }
    }

    fn fireside_pool2d(
        input: FloatTensor<Self>,
        kind: pool::Kind,
        pool: [usize; 2],
        stride: [usize; 2],
        padding: [usize; 4],
    ) -> FloatTensor<Self> {
        let (input, node) = input.into_parts();
        pool::Call::new(input, kind, pool, stride, padding).record::<C>(node)
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
            Some((bias, bias_node)) => super::dense::Call::new(input, kernel, Some(bias), relu)
                .record::<C, 3>([input_node, kernel_node, bias_node]),
            None => super::dense::Call::new(input, kernel, None, relu)
                .record::<C, 2>([input_node, kernel_node]),
        }
    }
}

/// Whether a tensor lives on the CPU engine, with or without gradients.
pub(super) fn runs<const D: usize>(tensor: &Tensor<D>) -> bool {
    matches!(
        tensor.device().without_autodiff().as_dispatch(),
        DispatchDevice::Flex(_)
    )
}

pub(super) fn conv2d(
    input: Tensor<4>,
    kernel: Tensor<4>,
    bias: Option<Tensor<1>>,
    stride: [usize; 2],
    padding: [usize; 4],
    relu: bool,
) -> Tensor<4> {
    Tensor::from_dispatch(<Dispatch as Extension>::fireside_conv2d(
        input.into_dispatch(),
        kernel.into_dispatch(),
        bias.map_or(Bias::None, |bias| Bias::Given(bias.into_dispatch())),
        stride,
        padding,
        relu,
    ))
}

pub(super) fn max_pool2d(
    input: Tensor<4>,
    pool: [usize; 2],
    stride: [usize; 2],
    padding: [usize; 4],
) -> Tensor<4> {
    pool2d(input, pool::Kind::Max, pool, stride, padding)
}

pub(super) fn average_pool2d(
    input: Tensor<4>,
    pool: [usize; 2],
    stride: [usize; 2],
    padding: [usize; 4],
) -> Tensor<4> {
    pool2d(input, pool::Kind::Average, pool, stride, padding)
}

fn pool2d(
    input: Tensor<4>,
    kind: pool::Kind,
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

/// The tensor itself if its numbers lie row-major in one piece, else a copy that does.
///
/// # Panics
/// If it does not hold `f32` numbers: networks hold nothing else.
pub(super) fn packed(tensor: FlexTensor) -> FlexTensor {
    if tensor.as_slice::<f32>().is_some() {
        tensor
    } else {
        tensor.to_contiguous()
    }
}

/// The numbers of a tensor that went through [`packed`].
pub(super) fn numbers(tensor: &FlexTensor) -> &[f32] {
    tensor
        .as_slice::<f32>()
        .expect("operations of a network take packed f32 tensors")
}

/// A tensor around numbers; nothing is copied.
pub(super) fn tensor<const D: usize>(numbers: Vec<f32>, shape: [usize; D]) -> FlexTensor {
    FlexTensor::from_data(TensorData::new(numbers, shape))
}

/// The sizes of a tensor.
pub(super) fn sizes<const D: usize>(tensor: &FlexTensor) -> [usize; D] {
    tensor.layout().shape().dims()
}
