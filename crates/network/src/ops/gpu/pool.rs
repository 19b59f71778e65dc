//! Pooling on the GPU, forward and backward.

use super::product::line;
use crate::ops::sizes::{PoolKind, Pooling};
use fireside_gpu::{Constant, GpuTensor, Launch, empty};

const WINDOWS: &str = include_str!("kernels/pool_windows.wgsl");
const FORWARD: &str = include_str!("kernels/pool_forward.wgsl");
const GRADIENT: &str = include_str!("kernels/pool_gradient.wgsl");
const TILES: &str = include_str!("kernels/pool_tiles.wgsl");
const THREADS: u32 = 256;

fn launch(sizes: &Pooling, kernel: &'static str) -> Launch {
    let windows = &sizes.windows;
    let constants: [(&str, Constant); 11] = [
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
        ("MAXIMUM", (sizes.kind == PoolKind::Max).into()),
    ];
    Launch::new(&[WINDOWS, kernel], THREADS)
        .constants(constants)
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
