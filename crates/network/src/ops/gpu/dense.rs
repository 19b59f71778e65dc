//! The dense product on the GPU, forward and backward.

use super::product::Product;
use super::shared::{bias as bias_pieces, gather, put_bias, reads, slope, writes};
use crate::ops::kernels::{Wanted, WeightGradients};
use crate::ops::sizes::DenseProduct;
use burn::backend::Cube;
use fireside_gpu::{Constant, GpuTensor, empty};

const FORWARD: &str = r"
// rows x units, summed over the inputs.
fn sizes() -> vec4<u32> {
    return vec4<u32>(params[0].x, UNITS, INPUTS, params[0].y);
}
";
const FORWARD_LOAD: &str = r"
fn load_a(m: u32, k: u32) -> f32 {
    return input[m * INPUTS + k];
}

fn load_b(k: u32, n: u32) -> f32 {
    return kernel[k * UNITS + n];
}
";
const FORWARD_FINISH: &str = r"
fn finish(m: u32, n: u32, value: f32) {
    output[m * UNITS + n] = activated(value + bias_of(n));
}
";
const KERNEL: &str = r"
// The gradient of a dense kernel: inputs x units, summed over the rows. One more row of ones gives the
// gradient of the bias.
fn sizes() -> vec4<u32> {
    return vec4<u32>(INPUTS + BIAS, UNITS, params[0].x, params[0].y);
}
";
const KERNEL_LOAD: &str = r"
fn load_a(m: u32, k: u32) -> f32 {
    if (m == INPUTS) {
        return 1.0;
    }
    return input[k * INPUTS + m];
}

fn load_b(k: u32, n: u32) -> f32 {
    return slope(k * UNITS + n);
}
";
const KERNEL_FINISH: &str = r"
fn finish(m: u32, n: u32, value: f32) {
    if (m < INPUTS) {
        kernel_gradient[m * UNITS + n] = value;
    } else {
        put_bias(n, value);
    }
}
";
const INPUT: &str = r"
// The gradient of a dense product's input: rows x inputs, summed over the units.
fn sizes() -> vec4<u32> {
    return vec4<u32>(params[0].x, INPUTS, UNITS, params[0].y);
}
";
const INPUT_LOAD: &str = r"
fn load_a(m: u32, k: u32) -> f32 {
    return slope(m * UNITS + k);
}

fn load_b(k: u32, n: u32) -> f32 {
    return kernel[n * UNITS + k];
}
";
const INPUT_FINISH: &str = r"
fn finish(m: u32, n: u32, value: f32) {
    input_gradient[m * INPUTS + n] = value;
}
";

fn constants(sizes: &DenseProduct) -> Vec<(&'static str, Constant)> {
    vec![
        ("INPUTS", sizes.inputs.into()),
        ("UNITS", sizes.units.into()),
        ("RELU", sizes.relu.into()),
    ]
}

pub(super) fn forward(
    sizes: &DenseProduct,
    input: &GpuTensor,
    kernel: &GpuTensor,
    bias: Option<&GpuTensor>,
) -> GpuTensor {
    let output = empty(input, [sizes.rows, sizes.units]);
    let [activated, bias_of] = bias_pieces(bias.is_some());
    Product {
        rows: sizes.rows,
        m: sizes.rows,
        n: sizes.units,
        k: sizes.inputs,
        along_k: [true, false],
        constants: constants(sizes),
        sizes: FORWARD,
        load: vec![FORWARD_LOAD],
        reads: vec![("input", input), ("kernel", kernel)],
        finish: vec![activated, bias_of, FORWARD_FINISH],
        finish_reads: bias.map(|bias| ("bias", bias)).into_iter().collect(),
        writes: vec![("output", &output)],
    }
    .run();
    output
}

pub(super) fn gradients(
    sizes: &DenseProduct,
    input: &GpuTensor,
    kernel: &GpuTensor,
    gradient: &GpuTensor,
    output: Option<&GpuTensor>,
    wanted: Wanted,
) -> WeightGradients<Cube> {
    gather(
        wanted,
        || kernel_gradient(sizes, input, gradient, output, wanted.bias),
        || input_gradient(sizes, kernel, gradient, output),
    )
}

fn kernel_gradient(
    sizes: &DenseProduct,
    input: &GpuTensor,
    gradient: &GpuTensor,
    output: Option<&GpuTensor>,
    bias: bool,
) -> (GpuTensor, Option<GpuTensor>) {
    let kernel_gradient = empty(input, [sizes.inputs, sizes.units]);
    let bias_gradient = bias.then(|| empty(input, [sizes.units]));
    let mut all = constants(sizes);
    all.push(("BIAS", u32::from(bias).into()));
    Product {
        rows: sizes.rows,
        m: sizes.inputs + usize::from(bias),
        n: sizes.units,
        k: sizes.rows,
        along_k: [false, false],
        constants: all,
        sizes: KERNEL,
        load: vec![slope(output.is_some()), KERNEL_LOAD],
        reads: reads("input", input, gradient, output),
        finish: vec![put_bias(bias), KERNEL_FINISH],
        finish_reads: Vec::new(),
        writes: writes(&kernel_gradient, bias_gradient.as_ref()),
    }
    .run();
    (kernel_gradient, bias_gradient)
}

fn input_gradient(
    sizes: &DenseProduct,
    kernel: &GpuTensor,
    gradient: &GpuTensor,
    output: Option<&GpuTensor>,
) -> GpuTensor {
    let input_gradient = empty(gradient, [sizes.rows, sizes.inputs]);
    Product {
        rows: sizes.rows,
        m: sizes.rows,
        n: sizes.inputs,
        k: sizes.units,
        along_k: [true, true],
        constants: constants(sizes),
        sizes: INPUT,
        load: vec![slope(output.is_some()), INPUT_LOAD],
        reads: reads("kernel", kernel, gradient, output),
        finish: vec![INPUT_FINISH],
        finish_reads: Vec::new(),
        writes: vec![("input_gradient", &input_gradient)],
    }
    .run();
    input_gradient
}
