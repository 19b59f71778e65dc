//! The CPU engine (burn-flex): our operations on plain slices of host memory.

mod convolution;
mod dense;
mod embed;
mod im2col;
mod lanes;
mod matrix;
mod parallel;
mod pool;
#[cfg(any(test, target_family = "wasm"))]
mod product;
mod recurrent;
#[cfg(any(test, target_family = "wasm"))]
mod shares;
#[cfg(test)]
mod tests;

use super::kernels::{Kernels, Wanted, WeightGradients};
use super::sizes::{Convolution, DenseProduct, Pooling, Products};
use burn::backend::Flex;
use burn::backend::TensorMetadata;
use burn::backend::flex::FlexTensor;
use burn::tensor::TensorData;

/// The numbers of a tensor that lies in one piece.
fn numbers(tensor: &FlexTensor) -> &[f32] {
    tensor
        .as_slice::<f32>()
        .expect("operations of a network take packed f32 tensors")
}

/// A tensor around numbers; nothing is copied.
fn tensor<const D: usize>(numbers: Vec<f32>, shape: [usize; D]) -> FlexTensor {
    FlexTensor::from_data(TensorData::new(numbers, shape))
}

fn output_of(output: Option<&FlexTensor>) -> &[f32] {
    output.map_or(&[], numbers)
}

impl Kernels for Flex {
    fn packed(tensor: FlexTensor) -> FlexTensor {
        if tensor.as_slice::<f32>().is_some() {
            tensor
        } else {
            tensor.to_contiguous()
        }
    }

    fn conv_forward(
        sizes: &Convolution,
        input: &FlexTensor,
        kernel: &FlexTensor,
        bias: Option<&FlexTensor>,
    ) -> FlexTensor {
        let output = sizes.run_forward(numbers(input), numbers(kernel), bias.map(numbers));
        tensor(output, sizes.output())
    }

    fn conv_gradients(
        sizes: &Convolution,
        input: &FlexTensor,
        kernel: &FlexTensor,
        gradient: &FlexTensor,
        output: Option<&FlexTensor>,
        wanted: Wanted,
    ) -> WeightGradients<Self> {
        let (gradient, output) = (numbers(gradient), output_of(output));
        let weights = (wanted.kernel || wanted.bias)
            .then(|| sizes.kernel_gradient(numbers(input), gradient, output));
        let (of_kernel, of_bias) = weights.unzip();
        WeightGradients {
            kernel: of_kernel.map(|values| tensor(values, sizes.kernel())),
            bias: of_bias
                .filter(|_| wanted.bias)
                .map(|values| tensor(values, [sizes.filters])),
            input: wanted.input.then(|| {
                let result = sizes.input_gradient(numbers(kernel), gradient, output);
                tensor(result, sizes.input())
            }),
        }
    }

    fn embed_forward(table: &FlexTensor, ids: &FlexTensor) -> FlexTensor {
        let [words, width] = table.shape().dims();
        let [n, steps] = ids.shape().dims();
        let output = embed::forward(words, width, numbers(table), numbers(ids));
        tensor(output, [n, steps, width])
    }

    fn embed_gradient(words: usize, ids: &FlexTensor, gradient: &FlexTensor) -> FlexTensor {
        let [_, _, width] = gradient.shape().dims();
        let result = embed::backward(words, width, numbers(ids), numbers(gradient));
        tensor(result, [words, width])
    }

    fn pool_forward(sizes: &Pooling, input: &FlexTensor) -> FlexTensor {
        tensor(pool::forward(sizes, numbers(input)), sizes.output())
    }

    fn pool_gradient(sizes: &Pooling, input: &FlexTensor, gradient: &FlexTensor) -> FlexTensor {
        let result = pool::backward(sizes, numbers(input), numbers(gradient));
        tensor(result, sizes.input())
    }

    fn multiply(sizes: &Products, left: &FlexTensor, right: &FlexTensor) -> FlexTensor {
        let output = sizes.run(numbers(left), numbers(right));
        tensor(output, [sizes.count, sizes.m, sizes.n])
    }

    fn dense_forward(
        sizes: &DenseProduct,
        input: &FlexTensor,
        kernel: &FlexTensor,
        bias: Option<&FlexTensor>,
    ) -> FlexTensor {
        let output = sizes.run_forward(numbers(input), numbers(kernel), bias.map(numbers));
        tensor(output, [sizes.rows, sizes.units])
    }

    fn dense_gradients(
        sizes: &DenseProduct,
        input: &FlexTensor,
        kernel: &FlexTensor,
        gradient: &FlexTensor,
        output: Option<&FlexTensor>,
        wanted: Wanted,
    ) -> WeightGradients<Self> {
        let mut masked = Vec::new();
        let gradient = match output {
            Some(output) => {
                masked.resize(sizes.rows * sizes.units, 0.0);
                convolution::mask(&mut masked, numbers(gradient), numbers(output));
                &masked
            }
            None => numbers(gradient),
        };
        let DenseProduct {
            rows,
            inputs,
            units,
            ..
        } = *sizes;
        WeightGradients {
            kernel: wanted.kernel.then(|| {
                let result = sizes.kernel_gradient(numbers(input), gradient);
                tensor(result, [inputs, units])
            }),
            bias: wanted
                .bias
                .then(|| tensor(sizes.bias_gradient(gradient), [units])),
            input: wanted.input.then(|| {
                let result = sizes.input_gradient(numbers(kernel), gradient);
                tensor(result, [rows, inputs])
            }),
        }
    }
}
