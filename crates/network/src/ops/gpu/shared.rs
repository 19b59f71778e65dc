//! What kernels share: pieces of WGSL, buffers of a backward pass, and the sizes of windows.

use crate::ops::kernels::{Wanted, WeightGradients};
use crate::ops::windows::Windows;
use burn::backend::Cube;
use fireside_gpu::{Constant, GpuTensor};

/// Buffers of a kernel with their names in WGSL.
pub(super) type Buffers<'t> = Vec<(&'static str, &'t GpuTensor)>;

/// What a gradient is made from: the other factor, the gradient of the output, and with relu the output.
pub(super) fn reads<'t>(
    name: &'static str,
    factor: &'t GpuTensor,
    gradient: &'t GpuTensor,
    output: Option<&'t GpuTensor>,
) -> Buffers<'t> {
    let mut reads = vec![(name, factor), ("gradient", gradient)];
    reads.extend(output.map(|output| ("output", output)));
    reads
}

/// Where the gradients of a kernel and its bias go.
pub(super) fn writes<'t>(kernel: &'t GpuTensor, bias: Option<&'t GpuTensor>) -> Buffers<'t> {
    let mut writes = vec![("kernel_gradient", kernel)];
    writes.extend(bias.map(|bias| ("bias_gradient", bias)));
    writes
}

/// The gradients that are wanted, from what gives those of kernel and bias, and that of the input.
pub(super) fn gather(
    wanted: Wanted,
    weights: impl FnOnce() -> (GpuTensor, Option<GpuTensor>),
    input: impl FnOnce() -> GpuTensor,
) -> WeightGradients<Cube> {
    let (kernel, bias) = (wanted.kernel || wanted.bias).then(weights).unzip();
    WeightGradients {
        kernel,
        bias: bias.flatten(),
        input: wanted.input.then(input),
    }
}

/// A sliding window's sizes as constants of a kernel.
pub(super) fn window_constants(windows: &Windows) -> Vec<(&'static str, Constant)> {
    vec![
        ("CHANNELS", windows.channels.into()),
        ("HEIGHT", windows.height.into()),
        ("WIDTH", windows.width.into()),
        ("OUT_H", windows.output[0].into()),
        ("OUT_W", windows.output[1].into()),
        ("SIZE_H", windows.size[0].into()),
        ("SIZE_W", windows.size[1].into()),
        ("STRIDE_H", windows.stride[0].into()),
        ("STRIDE_W", windows.stride[1].into()),
        ("TOP", windows.before[0].into()),
        ("LEFT", windows.before[1].into()),
    ]
}

const SLOPE_PLAIN: &str = r"
// The gradient of an output; where a relu cut it off, nothing passes.
fn slope(at: u32) -> f32 {
    return gradient[at];
}
";
const SLOPE_RELU: &str = r"
// The gradient of an output; where the relu cut it off, nothing passes.
fn slope(at: u32) -> f32 {
    return select(0.0, gradient[at], output[at] > 0.0);
}
";
const ACTIVATED: &str = r"
// Relu keeps what is not a number: a run that diverged must not look healthy.
fn activated(value: f32) -> f32 {
    return select(value, 0.0, RELU && value <= 0.0);
}
";
const BIAS: &str = r"
fn bias_of(unit: u32) -> f32 {
    return bias[unit];
}
";
const BIAS_NONE: &str = r"
fn bias_of(unit: u32) -> f32 {
    return 0.0;
}
";
const PUT_BIAS: &str = r"
fn put_bias(unit: u32, value: f32) {
    bias_gradient[unit] = value;
}
";
const PUT_BIAS_NONE: &str = r"
fn put_bias(unit: u32, value: f32) {}
";

/// The gradient of the output, cut off where the relu was.
pub(super) const fn slope(relu: bool) -> &'static str {
    if relu { SLOPE_RELU } else { SLOPE_PLAIN }
}

/// The activation and the bias of an output.
pub(super) const fn bias(given: bool) -> [&'static str; 2] {
    [ACTIVATED, if given { BIAS } else { BIAS_NONE }]
}

/// Where the gradient of a bias goes.
pub(super) const fn put_bias(wanted: bool) -> &'static str {
    if wanted { PUT_BIAS } else { PUT_BIAS_NONE }
}
