//! The dense product, and products of many matrices.

use super::{Leaf, assert_alike, assert_differences, random, values, weigh};
use crate::ops::{composed, dense, products};
use burn::tensor::{Device, Tensor};

#[test]
fn dense_and_its_gradients_are_those_of_burn() {
    let device = Device::flex().autodiff();
    for (rows, inputs, units) in [(1, 1, 1), (1, 7, 3), (5, 33, 10), (64, 300, 130)] {
        for (relu, with_bias, tracked) in [
            (false, true, true),
            (true, true, true),
            (true, false, false),
        ] {
            let build = |ours: bool| {
                let mut input = random([rows, inputs], 1, &device);
                if tracked {
                    input = input.require_grad();
                }
                let kernel = random([inputs, units], 2, &device).require_grad();
                let bias = random([units], 3, &device).require_grad();
                let given = with_bias.then(|| bias.clone());
                let run = if ours { dense } else { composed::dense };
                let output = run(input.clone(), kernel.clone(), given, relu);
                let mut leaves = vec![Leaf::Two(input), Leaf::Two(kernel)];
                if with_bias {
                    leaves.push(Leaf::One(bias));
                }
                (output, leaves)
            };
            let name = format!("{rows} {inputs} {units} relu {relu} bias {with_bias}");
            assert_alike(&name, tracked, &build);
        }
    }
}

#[test]
fn products_and_their_gradients_are_those_of_burn() {
    let device = Device::flex().autodiff();
    for (count, m, n, k) in [(1, 1, 1, 1), (3, 5, 4, 7), (6, 1, 9, 3), (2, 33, 40, 17)] {
        for (turned, tracked) in [(false, true), (true, true), (true, false)] {
            let build = |ours: bool| {
                let mut left = random([count, m, k], 1, &device);
                if tracked {
                    left = left.require_grad();
                }
                let right = if turned { [count, n, k] } else { [count, k, n] };
                let right = random(right, 2, &device).require_grad();
                let run = if ours { products } else { composed::products };
                let output = run(left.clone(), right.clone(), turned);
                (output, vec![Leaf::Three(left), Leaf::Three(right)])
            };
            let name = format!("{count} {m} {n} {k} turned {turned}");
            assert_alike(&name, tracked, &build);
        }
    }
}

#[test]
#[should_panic(expected = "sizes of the factors")]
fn factors_of_different_sizes_are_refused() {
    let device = Device::flex();
    let (left, right) = (random([2, 3, 4], 1, &device), random([2, 3, 4], 2, &device));
    products(left, right, false);
}

#[test]
fn a_tensor_without_gradients_is_a_constant_and_nothing_is_recorded_for_it() {
    let plain = Device::flex();
    let tracking = Device::flex().autodiff();
    let input = random([4, 6], 1, &plain);
    let kernel = random([6, 2], 2, &tracking).require_grad();
    let gradients = dense(input, kernel.clone(), None, false).sum().backward();
    assert!(kernel.grad(&gradients).is_some());
}

#[test]
fn dense_gradients_are_differences() {
    let device = Device::flex().autodiff();
    let (input, kernel) = (random([3, 5], 1, &device), random([5, 4], 2, &device));
    let bias = Tensor::<1>::from_floats([20.0, -20.0, 8.0, -9.0], &device);
    for relu in [false, true] {
        // Where the relu would have its kink inside the step, the bias is moved away from it.
        let bias = match relu {
            true => bias.clone() * 2.0,
            false => bias.clone(),
        };
        let loss = |input, kernel, bias| weigh(dense(input, kernel, Some(bias), relu));
        let (x, k, b) = (
            input.clone().require_grad(),
            kernel.clone().require_grad(),
            bias.clone().require_grad(),
        );
        let gradients = loss(x.clone(), k.clone(), b.clone()).backward();
        let (input, kernel, bias) = (input.clone().inner(), kernel.clone().inner(), bias.inner());
        let gradient = x.grad(&gradients).expect("input gradient");
        assert_differences("input", input.clone(), gradient, 0.5, |moved| {
            loss(moved, kernel.clone(), bias.clone())
        });
        let gradient = k.grad(&gradients).expect("kernel gradient");
        assert_differences("kernel", kernel.clone(), gradient, 0.5, |moved| {
            loss(input.clone(), moved, bias.clone())
        });
        let gradient = b.grad(&gradients).expect("bias gradient");
        assert_differences("bias", bias.clone(), gradient, 0.5, |moved| {
            loss(input.clone(), kernel.clone(), moved)
        });
    }
}

#[test]
fn relu_keeps_not_a_number() {
    let device = Device::flex();
    let input = Tensor::<2>::from_floats([[f32::NAN, 1.0]], &device);
    let kernel = Tensor::<2>::from_floats([[1.0], [1.0]], &device);
    assert!(values(dense(input, kernel, None, true))[0].is_nan());
}
