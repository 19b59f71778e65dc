//! Pooling.

use super::{Four, Leaf, assert_close, assert_differences, random, run, values, weigh};
use crate::ops::{average_pool2d, composed, max_pool2d};
use burn::tensor::{Device, Tensor};

#[test]
fn pooling_and_its_gradients_are_those_of_burn() {
    let device = Device::flex().autodiff();
    let windows: [([usize; 2], [usize; 2], Four); 7] = [
        ([2, 2], [2, 2], [0; 4]),
        ([2, 2], [2, 2], [0, 1, 0, 1]),
        ([3, 3], [2, 2], [1, 1, 1, 1]),
        ([2, 3], [1, 2], [0, 1, 1, 1]),
        ([3, 2], [3, 2], [0; 4]),
        ([2, 2], [1, 1], [0, 1, 0, 1]),
        ([1, 2], [1, 2], [0; 4]),
    ];
    for shape in [
        [1, 1, 2, 2],
        [3, 2, 9, 7],
        [2, 5, 24, 24],
        [40, 3, 10, 11],
        [7, 3, 1, 23],
    ] {
        for (pool, stride, padding) in windows {
            if shape[2] + padding[0] + padding[1] < pool[0]
                || shape[3] + padding[2] + padding[3] < pool[1]
            {
                continue;
            }
            type Pool = fn(Tensor<4>, [usize; 2], [usize; 2], Four) -> Tensor<4>;
            let pairs: [(&str, Pool, Pool); 2] = [
                ("max", max_pool2d, composed::max_pool2d),
                ("average", average_pool2d, composed::average_pool2d),
            ];
            for (name, ours, theirs) in pairs {
                let build = |function: Pool| {
                    let input = random(shape, 5, &device).require_grad();
                    let output = function(input.clone(), pool, stride, padding);
                    (output, vec![Leaf::Four(input)])
                };
                let name = format!("{name} {shape:?} {pool:?} {stride:?} {padding:?}");
                let (output, gradients) = run(&|| build(ours));
                let (expected, expected_gradients) = run(&|| build(theirs));
                assert_close(&name, &output, &expected, 1e-6);
                let gradient = gradients[0].as_ref().expect("our gradient");
                let expected = expected_gradients[0].as_ref().expect("their gradient");
                assert_close(&name, gradient, expected, 1e-5);
            }
        }
    }
}

#[test]
fn of_equal_numbers_the_first_in_reading_order_gets_the_gradient() {
    let device = Device::flex().autodiff();
    for (pool, padding) in [([2, 2], [0; 4]), ([3, 3], [1; 4])] {
        let input = Tensor::<4>::ones([1, 1, 6, 6], &device).require_grad();
        let output = max_pool2d(input.clone(), pool, [2, 2], padding);
        let gradients = output.sum().backward();
        let gradient = values(input.grad(&gradients).expect("gradient"));
        let mut expected = vec![0.0; 36];
        for (row, column) in (0..3).flat_map(|row| (0..3).map(move |column| (row, column))) {
            let first = |at: usize| (2 * at).saturating_sub(padding[0]);
            expected[first(row) * 6 + first(column)] += 1.0;
        }
        assert_eq!(gradient, expected);
    }
}

#[test]
fn of_equal_neighbours_in_a_sequence_the_first_gets_the_gradient() {
    let device = Device::flex().autodiff();
    let input = Tensor::<4>::ones([1, 1, 1, 13], &device).require_grad();
    let output = max_pool2d(input.clone(), [1, 2], [1, 2], [0; 4]);
    let gradients = output.sum().backward();
    let gradient = values(input.grad(&gradients).expect("gradient"));
    let expected: Vec<f32> = (0..13)
        .map(|at| f32::from(at % 2 == 0 && at < 12))
        .collect();
    assert_eq!(gradient, expected);
}

#[test]
fn the_average_counts_real_cells_only() {
    let device = Device::flex();
    let input = Tensor::<4>::ones([1, 1, 3, 3], &device);
    let output = average_pool2d(input, [2, 2], [2, 2], [0, 1, 0, 1]);
    assert_eq!(values(output), [1.0; 4]);
}

#[test]
fn pooling_gradients_are_differences() {
    let device = Device::flex().autodiff();
    type Pool = fn(Tensor<4>, [usize; 2], [usize; 2], Four) -> Tensor<4>;
    let pools: [Pool; 2] = [max_pool2d, average_pool2d];
    for pool in pools {
        for (size, stride, padding) in [([2, 2], [2, 2], [0; 4]), ([3, 2], [2, 1], [1, 1, 0, 1])] {
            let loss = |input| weigh(pool(input, size, stride, padding));
            let input = random([2, 2, 5, 7], 5, &device);
            let tracked = input.clone().require_grad();
            let gradients = loss(tracked.clone()).backward();
            let gradient = tracked.grad(&gradients).expect("gradient");
            // Smaller than the distance of any two numbers, so that the order stays.
            assert_differences("pool", input.inner(), gradient, 2e-3, loss);
        }
    }
}
