//! How fast the operations of `fireside_network::ops` are beside Burn's own, forward and backward.
//!
//!     RAYON_NUM_THREADS=1 cargo run --release -p fireside-network --example ops_bench
//!
//! Each figure is the best of many runs at batch 64, with bias and relu, in milliseconds and
//! GFLOP/s. A gradient is measured alone: only the tensor in question is tracked, and the time of
//! the same backward pass without the operation is taken off.

use burn::tensor::activation::relu;
use burn::tensor::module;
use burn::tensor::ops::{ConvOptions, MaxPoolOptions};
use burn::tensor::{Device, Distribution, Tensor};
use fireside_network::ops;
use std::hint::black_box;
use std::time::Instant;

const BATCH: usize = 64;

fn main() {
    let threads = std::env::var("RAYON_NUM_THREADS").unwrap_or_else(|_| "all".into());
    println!("threads: {threads}, batch {BATCH}; ms (GFLOP/s), ours | Burn\n");
    println!(
        "{:<28} {:^33} {:^33} {:^33}",
        "", "forward", "input gradient", "kernel gradient"
    );
    conv([1, 28], [32, 5]);
    conv([20, 12], [50, 5]);
    conv([30, 12], [15, 3]);
    dense(4608, 128);
    dense(784, 784);
    pool([32, 24]);
}

/// The best time of `work` in milliseconds, over at least 0.3 s and 20 runs.
fn best(mut work: impl FnMut() -> f64) -> f64 {
    let start = Instant::now();
    let (mut best, mut runs) = (f64::INFINITY, 0);
    while runs < 20 || start.elapsed().as_secs_f64() < 0.3 {
        best = best.min(work());
        runs += 1;
    }
    best
}

fn timed<R>(work: impl FnOnce() -> R) -> f64 {
    let start = Instant::now();
    black_box(work());
    start.elapsed().as_secs_f64() * 1e3
}

fn random<const D: usize>(shape: [usize; D], device: &Device) -> Tensor<D> {
    Tensor::random(shape, Distribution::Uniform(-1.0, 1.0), device)
}

/// Time of the backward pass of a loss on `output()`, without what the loss itself takes.
fn backward<const D: usize>(shape: [usize; D], output: impl Fn() -> Tensor<D>) -> f64 {
    let device = Device::flex().autodiff();
    let leaf = random(shape, &device).require_grad();
    let weights = random(shape, &device);
    let run = |output: &dyn Fn() -> Tensor<D>| {
        best(|| {
            // The product gives every number a gradient of its own, as the next layer would.
            let loss = (output() * weights.clone()).sum();
            timed(|| loss.backward())
        })
    };
    let whole = run(&output);
    // A reshape stands for the operation: one node that hands its gradient on.
    whole - run(&|| leaf.clone().reshape(shape))
}

fn print(name: String, flop: f64, columns: &[[f64; 2]]) {
    print!("{name:<28}");
    for [ours, burn] in columns {
        let rate = |ms: f64| flop / ms / 1e6;
        print!(
            " {ours:>7.3} ({:>5.1}) | {burn:>7.3} ({:>5.1}) ",
            rate(*ours),
            rate(*burn)
        );
    }
    println!();
}

/// The three times of an operation on an input and a kernel.
fn measure<const D: usize>(
    shapes: [[usize; D]; 3],
    run: impl Fn(Tensor<D>, Tensor<D>) -> Tensor<D>,
) -> [f64; 3] {
    let [input, kernel, output] = shapes;
    let (plain, tracking) = (Device::flex(), Device::flex().autodiff());
    let (x, k) = (random(input, &plain), random(kernel, &plain));
    let forward = best(|| timed(|| run(x.clone(), k.clone())));
    let (x, k) = (random(input, &tracking), random(kernel, &tracking));
    let (tracked_x, tracked_k) = (x.clone().require_grad(), k.clone().require_grad());
    [
        forward,
        backward(output, || run(tracked_x.clone(), k.clone())),
        backward(output, || run(x.clone(), tracked_k.clone())),
    ]
}

fn conv([channels, side]: [usize; 2], [filters, size]: [usize; 2]) {
    let out = side - size + 1;
    let shapes = [
        [BATCH, channels, side, side],
        [filters, channels, size, size],
        [BATCH, filters, out, out],
    ];
    let bias = |like: &Tensor<4>| Tensor::<1>::ones([filters], &like.device());
    let ours = measure(shapes, |x, k| {
        let bias = bias(&x);
        let how = ops::Convolve {
            relu: true,
            ..ops::Convolve::default()
        };
        ops::conv2d(x, k, Some(bias), how)
    });
    let burn = measure(shapes, |x, k| {
        let bias = bias(&x);
        let options = ConvOptions::new([1, 1], [0, 0], [1, 1], 1);
        relu(module::conv2d(x, k, Some(bias), options))
    });
    let flop = 2.0 * (BATCH * filters * out * out * channels * size * size) as f64;
    let columns = [0, 1, 2].map(|i| [ours[i], burn[i]]);
    let name = format!("conv {channels}->{filters} {size}x{size} on {side}x{side}");
    print(name, flop, &columns);
}

fn dense(inputs: usize, units: usize) {
    let shapes = [[BATCH, inputs], [inputs, units], [BATCH, units]];
    let bias = |like: &Tensor<2>| Tensor::<1>::ones([units], &like.device());
    let ours = measure(shapes, |x, k| {
        let bias = bias(&x);
        ops::dense(x, k, Some(bias), true)
    });
    let burn = measure(shapes, |x, k| {
        let bias = bias(&x);
        relu(x.matmul(k) + bias.unsqueeze())
    });
    let flop = 2.0 * (BATCH * inputs * units) as f64;
    let columns = [0, 1, 2].map(|i| [ours[i], burn[i]]);
    print(format!("dense {inputs}->{units}"), flop, &columns);
}

fn pool([channels, side]: [usize; 2]) {
    let shape = [BATCH, channels, side, side];
    let out = [BATCH, channels, side / 2, side / 2];
    let measure = |run: &dyn Fn(Tensor<4>) -> Tensor<4>| {
        let (plain, tracking) = (Device::flex(), Device::flex().autodiff());
        let x = random(shape, &plain);
        let tracked = random(shape, &tracking).require_grad();
        [
            best(|| timed(|| run(x.clone()))),
            backward(out, || run(tracked.clone())),
        ]
    };
    let ours = measure(&|x| ops::max_pool2d(x, [2, 2], [2, 2], [0; 4]));
    let burn = measure(&|x| {
        let mut options = MaxPoolOptions::new([2, 2]);
        options.stride = [2, 2];
        module::max_pool2d(x, options)
    });
    let columns = [0, 1].map(|i| [ours[i], burn[i]]);
    let flop = 3.0 * out.iter().product::<usize>() as f64;
    let name = format!("max-pool 2x2 on {channels}x{side}x{side}");
    print(name, flop, &columns);
}
