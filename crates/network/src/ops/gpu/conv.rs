//! Convolution on the GPU: forward and both gradients, each a product over the windows.
//!
//! With groups it is the product of a convolution whose filters see all channels, most of their weights being zero: as much work
//! as that, and no kernels of its own.

use super::product::Product;
use super::shared::{
    bias as bias_pieces, gather, put_bias, reads, slope, window_constants, writes,
};
use crate::ops::kernels::{Wanted, WeightGradients};
use crate::ops::sizes::Convolution;
use burn::backend::Cube;
use fireside_gpu::{Constant, GpuTensor, empty};

const WINDOWS: &str = include_str!("kernels/windows.wgsl");
const FORWARD: &str = r"
// A convolution as a product: filters x windows, summed over the numbers of a window.

fn sizes() -> vec4<u32> {
    return vec4<u32>(FILTERS, params[0].x * OUT_H * OUT_W, GROUPS * WINDOW, params[0].y);
}
";
const FORWARD_LOAD: &str = r"
fn load_a(m: u32, k: u32) -> f32 {
    // In front of the filter's group this wraps around and is larger than any window.
    let within = k - m / EACH * WINDOW;
    if (GROUPS > 1u && within >= WINDOW) {
        return 0.0;
    }
    return kernel[m * WINDOW + within];
}

fn load_b(k: u32, n: u32) -> f32 {
    return under(n, k);
}
";
const FORWARD_FINISH: &str = r"
fn finish(m: u32, n: u32, value: f32) {
    let image = n / (OUT_H * OUT_W);
    let at = (image * FILTERS + m) * OUT_H * OUT_W + n % (OUT_H * OUT_W);
    output[at] = activated(value + bias_of(m));
}
";
const KERNEL: &str = r"
// The gradient of a convolution's kernel: filters x numbers of a window, summed over all positions.
// One more column of ones gives the gradient of the bias.

fn sizes() -> vec4<u32> {
    return vec4<u32>(FILTERS, GROUPS * WINDOW + BIAS, params[0].x * OUT_H * OUT_W, params[0].y);
}
";
const KERNEL_LOAD: &str = r"
fn load_a(m: u32, k: u32) -> f32 {
    let image = k / (OUT_H * OUT_W);
    return slope((image * FILTERS + m) * OUT_H * OUT_W + k % (OUT_H * OUT_W));
}

fn load_b(k: u32, n: u32) -> f32 {
    if (n == GROUPS * WINDOW) {
        return 1.0;
    }
    return under(k, n);
}
";
const KERNEL_FINISH: &str = r"
fn finish(m: u32, n: u32, value: f32) {
    if (n == GROUPS * WINDOW) {
        put_bias(m, value);
        return;
    }
    let within = n - m / EACH * WINDOW;
    if (within < WINDOW) {
        kernel_gradient[m * WINDOW + within] = value;
    }
}
";
const INPUT: &str = r"
// The gradient of a convolution's input: channels x places of the picture, summed over the windows
// that cover the place, through all filters.

fn sizes() -> vec4<u32> {
    return vec4<u32>(
        GROUPS * CHANNELS,
        params[0].x * HEIGHT * WIDTH,
        FILTERS * SIZE_H * SIZE_W,
        params[0].y,
    );
}
";
const INPUT_LOAD: &str = r"
fn load_a(m: u32, k: u32) -> f32 {
    let filter_ = k / (SIZE_H * SIZE_W);
    let channel = m - filter_ / EACH * CHANNELS;
    if (GROUPS > 1u && channel >= CHANNELS) {
        return 0.0;
    }
    return kernel[(filter_ * CHANNELS + channel) * SIZE_H * SIZE_W + k % (SIZE_H * SIZE_W)];
}

fn load_b(k: u32, n: u32) -> f32 {
    let image = n / (HEIGHT * WIDTH);
    let place = n % (HEIGHT * WIDTH);
    let filter_ = k / (SIZE_H * SIZE_W);
    let within = k % (SIZE_H * SIZE_W);
    // Above the first window these wrap around and are larger than any position.
    let down = place / WIDTH + TOP - within / SIZE_W * GAP_H;
    let right = place % WIDTH + LEFT - within % SIZE_W * GAP_W;
    let row = down / STRIDE_H;
    let column = right / STRIDE_W;
    if (row >= OUT_H || column >= OUT_W || down % STRIDE_H != 0u || right % STRIDE_W != 0u) {
        return 0.0;
    }
    return slope(((image * FILTERS + filter_) * OUT_H + row) * OUT_W + column);
}
";
const INPUT_FINISH: &str = r"
fn finish(m: u32, n: u32, value: f32) {
    let image = n / (HEIGHT * WIDTH);
    input_gradient[(image * GROUPS * CHANNELS + m) * HEIGHT * WIDTH + n % (HEIGHT * WIDTH)] = value;
}
";

fn constants(sizes: &Convolution) -> Vec<(&'static str, Constant)> {
    let windows = &sizes.windows;
    let padded = windows.before != [0, 0]
        || [0, 1].into_iter().any(|axis| {
            let reach = (windows.size[axis] - 1) * windows.dilation[axis] + 1;
            let last = (windows.output[axis] - 1) * windows.stride[axis] + reach;
            last > [windows.height, windows.width][axis]
        });
    let mut all = window_constants(windows);
    all.extend([
        ("FILTERS", sizes.filters.into()),
        ("GROUPS", sizes.groups.into()),
        ("EACH", (sizes.filters / sizes.groups).into()),
        ("GAP_H", windows.dilation[0].into()),
        ("GAP_W", windows.dilation[1].into()),
        ("PADDED", padded.into()),
        ("WINDOW", windows.window().into()),
        ("RELU", sizes.relu.into()),
    ]);
    all
}

pub(super) fn forward(
    sizes: &Convolution,
    input: &GpuTensor,
    kernel: &GpuTensor,
    bias: Option<&GpuTensor>,
) -> GpuTensor {
    let output = empty(input, sizes.output());
    let [activated, bias_of] = bias_pieces(bias.is_some());
    Product {
        rows: sizes.images,
        m: sizes.filters,
        n: sizes.images * sizes.windows.positions(),
        k: sizes.groups * sizes.windows.window(),
        along_k: [true, false],
        constants: constants(sizes),
        sizes: FORWARD,
        load: vec![WINDOWS, FORWARD_LOAD],
        reads: vec![("input", input), ("kernel", kernel)],
        finish: vec![activated, bias_of, FORWARD_FINISH],
        finish_reads: bias.map(|bias| ("bias", bias)).into_iter().collect(),
        writes: vec![("output", &output)],
    }
    .run();
    output
}

pub(super) fn gradients(
    sizes: &Convolution,
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
    sizes: &Convolution,
    input: &GpuTensor,
    gradient: &GpuTensor,
    output: Option<&GpuTensor>,
    bias: bool,
) -> (GpuTensor, Option<GpuTensor>) {
    let kernel_gradient = empty(input, sizes.kernel());
    let bias_gradient = bias.then(|| empty(input, [sizes.filters]));
    let mut all = constants(sizes);
    all.push(("BIAS", u32::from(bias).into()));
    Product {
        rows: sizes.images,
        m: sizes.filters,
        n: sizes.groups * sizes.windows.window() + usize::from(bias),
        k: sizes.images * sizes.windows.positions(),
        along_k: [true, true],
        constants: all,
        sizes: KERNEL,
        load: vec![WINDOWS, slope(output.is_some()), KERNEL_LOAD],
        reads: reads("input", input, gradient, output),
        finish: vec![put_bias(bias), KERNEL_FINISH],
        finish_reads: Vec::new(),
        writes: writes(&kernel_gradient, bias_gradient.as_ref()),
    }
    .run();
    (kernel_gradient, bias_gradient)
}

fn input_gradient(
    sizes: &Convolution,
    kernel: &GpuTensor,
    gradient: &GpuTensor,
    output: Option<&GpuTensor>,
) -> GpuTensor {
    let input_gradient = empty(gradient, sizes.input());
    let windows = &sizes.windows;
    Product {
        rows: sizes.images,
        m: sizes.groups * windows.channels,
        n: sizes.images * windows.height * windows.width,
        k: sizes.filters * windows.size[0] * windows.size[1],
        along_k: [true, false],
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
