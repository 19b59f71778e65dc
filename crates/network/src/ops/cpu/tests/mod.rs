//! Every operation against Burn's own, and its gradients against differences.

mod conv;
mod dense;
mod pool;
mod product;
mod recurrent;

use burn::tensor::{Device, Tensor, TensorData};

type Four = [usize; 4];

/// Numbers between -1 and 1 that look random and are always the same.
fn noise(count: usize, seed: u32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(1);
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as f32 / u32::MAX as f32 * 2.0 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

fn random<const D: usize>(shape: [usize; D], seed: u32, device: &Device) -> Tensor<D> {
    let count = shape.iter().product();
    Tensor::from_data(TensorData::new(noise(count, seed), shape), device)
}

fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_to_vec().expect("f32 numbers")
}

fn assert_close(name: &str, ours: &[f32], other: &[f32], tolerance: f32) {
    assert_eq!(ours.len(), other.len(), "{name}: length");
    for (index, (a, b)) in ours.iter().zip(other).enumerate() {
        assert!(
            (a - b).abs() <= tolerance * (1.0 + b.abs()),
            "{name}: number {index} is {a}, expected {b}"
        );
    }
}

/// Checks a gradient of `loss` against differences: number by number a step up and a step down.
fn assert_differences<const D: usize>(
    name: &str,
    at: Tensor<D>,
    gradient: Tensor<D>,
    step: f32,
    loss: impl Fn(Tensor<D>) -> Tensor<1>,
) {
    let (shape, device) = (at.dims(), Device::flex());
    let numbers = values(at);
    for (index, gradient) in values(gradient).into_iter().enumerate() {
        let moved = |by: f32| {
            let mut numbers = numbers.clone();
            numbers[index] += by;
            let data = TensorData::new(numbers, shape);
            loss(Tensor::from_data(data, &device)).into_scalar::<f32>()
        };
        let expected = (moved(step) - moved(-step)) / (2.0 * step);
        assert_close(name, &[gradient], &[expected], 5e-4);
    }
}

/// The sum of all numbers, each with a weight of its own: no gradient is the same as another.
fn weigh<const D: usize>(output: Tensor<D>) -> Tensor<1> {
    let weights = random(output.dims(), 77, &output.device());
    (output * weights).sum()
}

/// The output and the gradients of all inputs of `sum(weights * function(inputs))`.
fn run<const D: usize>(
    function: &dyn Fn() -> (Tensor<D>, Vec<Leaf>),
) -> (Vec<f32>, Vec<Option<Vec<f32>>>) {
    let (output, leaves) = function();
    let gradients = weigh(output.clone()).backward();
    let gradients = leaves
        .into_iter()
        .map(|leaf| match leaf {
            Leaf::Four(tensor) => tensor.grad(&gradients).map(values),
            Leaf::Three(tensor) => tensor.grad(&gradients).map(values),
            Leaf::Two(tensor) => tensor.grad(&gradients).map(values),
            Leaf::One(tensor) => tensor.grad(&gradients).map(values),
        })
        .collect();
    (values(output.inner()), gradients)
}

/// Ours (`build(true)`) gives the output and the gradients that Burn's own gives; that of the first leaf is there
/// only if it is `tracked`.
fn assert_alike<const D: usize>(
    name: &str,
    tracked: bool,
    build: &dyn Fn(bool) -> (Tensor<D>, Vec<Leaf>),
) {
    let (ours, our_gradients) = run(&|| build(true));
    let (theirs, their_gradients) = run(&|| build(false));
    assert_close(name, &ours, &theirs, 1e-5);
    assert_eq!(our_gradients[0].is_some(), tracked, "{name}");
    for (ours, theirs) in our_gradients.iter().zip(&their_gradients) {
        assert_eq!(ours.is_some(), theirs.is_some(), "{name}");
        if let (Some(ours), Some(theirs)) = (ours, theirs) {
            assert_close(name, ours, theirs, 1e-4);
        }
    }
}

enum Leaf {
    Four(Tensor<4>),
    Three(Tensor<3>),
    Two(Tensor<2>),
    One(Tensor<1>),
}
