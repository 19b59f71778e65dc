//! Pooling on the GPU, forward and backward.

use super::shared::window_constants;
use crate::ops::sizes::{PoolKind, Pooling};
use fireside_gpu::{GpuTensor, Launch, empty, line};

const WINDOWS: &str = include_str!("kernels/pool_windows.wgsl");
const FORWARD: &str = include_str!("kernels/pool_forward.wgsl");
const GRADIENT: &str = include_str!("kernels/pool_gradient.wgsl");
const TILES: &str = include_str!("kernels/pool_tiles.wgsl");
const THREADS: u32 = 256;

fn launch(sizes: &Pooling, kernel: &'static str) -> Launch {
    Launch::new(&[WINDOWS, kernel], THREADS)
        .constants(window_constants(&sizes.windows))
        .constants([("MAXIMUM", sizes.kind == PoolKind::Max)])
        .params(&[(sizes.images * sizes.channels) as u32])
}

pub(super) fn forward(sizes: &Pooling, input: &GpuTensor) -> GpuTensor {
    let output = empty(input, sizes.output());
    launch(sizes, FORWARD)
        .read("input", input)
        .write("output", &output)
        .run(line(sizes.output().iter().product(), THREADS));
    output
}

pub(super) fn gradient(sizes: &Pooling, input: &GpuTensor, gradient: &GpuTensor) -> GpuTensor {
    let input_gradient = empty(input, sizes.input());
    let windows = &sizes.windows;
    // The last window ends inside the picture: so there is no padding behind it either.
    let ends = |axis: usize| windows.output[axis] * windows.size[axis];
    let tiles = windows.size == windows.stride
        && windows.before == [0, 0]
        && ends(0) <= windows.height
        && ends(1) <= windows.width;
    let (kernel, threads) = match tiles {
        true => (TILES, sizes.output()),
        false => (GRADIENT, sizes.input()),
    };
    launch(sizes, kernel)
        .read("input", input)
        .read("gradient", gradient)
        .write("input_gradient", &input_gradient)
        .run(line(threads.iter().product(), THREADS));
    input_gradient
}
