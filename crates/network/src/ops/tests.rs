//! Every operation against Burn's own, and its gradients against differences.

use super::matrix::{Matrix, Threads};
use super::{composed, flex, matrix, product};
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
    tensor.into_data().to_vec().expect("f32 numbers")
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

/// The output and the gradients of all inputs of `sum(weights * function(inputs))`.
fn run<const D: usize>(
    function: &dyn Fn() -> (Tensor<D>, Vec<Leaf>),
) -> (Vec<f32>, Vec<Option<Vec<f32>>>) {
    let (output, leaves) = function();
    let weights = random(output.dims(), 77, &output.device());
    let gradients = (output.clone() * weights).sum().backward();
    let gradients = leaves
        .into_iter()
        .map(|leaf| match leaf {
            Leaf::Four(tensor) => tensor.grad(&gradients).map(values),
            Leaf::Two(tensor) => tensor.grad(&gradients).map(values),
            Leaf::One(tensor) => tensor.grad(&gradients).map(values),
        })
        .collect();
    (values(output.inner()), gradients)
}

enum Leaf {
    Four(Tensor<4>),
    Two(Tensor<2>),
    One(Tensor<1>),
}

#[derive(Clone, Copy, Debug)]
struct Case {
    input: Four,
    filters: usize,
    size: [usize; 2],
    stride: [usize; 2],
    padding: Four,
}

/// Odd sizes, strides, even kernels with asymmetric padding, batch 1, many small pictures.
fn cases() -> Vec<Case> {
    let case = |input, filters, size, stride, padding| Case {
        input,
        filters,
        size,
        stride,
        padding,
    };
    vec![
        case([3, 1, 9, 9], 4, [5, 5], [1, 1], [0; 4]),
        case([1, 2, 7, 11], 3, [3, 2], [1, 1], [1, 1, 0, 1]),
        case([5, 3, 8, 8], 5, [2, 2], [1, 1], [0, 1, 0, 1]),
        case([2, 4, 9, 7], 6, [3, 3], [2, 2], [1, 1, 1, 1]),
        case([2, 2, 10, 9], 3, [4, 4], [3, 2], [1, 2, 2, 1]),
        case([70, 2, 3, 3], 7, [3, 3], [1, 1], [0; 4]),
        case([33, 3, 4, 4], 2, [2, 2], [2, 2], [0; 4]),
        case([2, 3, 6, 40], 9, [1, 1], [1, 1], [0; 4]),
        case([2, 1, 5, 5], 2, [5, 5], [1, 1], [2, 2, 2, 2]),
    ]
}

fn conv_inputs(case: &Case, device: &Device) -> (Tensor<4>, Tensor<4>, Tensor<1>) {
    let kernel = [case.filters, case.input[1], case.size[0], case.size[1]];
    (
        random(case.input, 1, device),
        random(kernel, 2, device),
        random([case.filters], 3, device),
    )
}

#[test]
fn convolution_and_its_gradients_are_those_of_burn() {
    let device = Device::flex().autodiff();
    for case in cases() {
        for (relu, with_bias, tracked) in [
            (false, true, true),
            (true, true, true),
            (true, false, true),
            (true, true, false),
        ] {
            let build = |ours: bool| {
                let (mut input, kernel, bias) = conv_inputs(&case, &device);
                if tracked {
                    input = input.require_grad();
                }
                let (kernel, bias) = (kernel.require_grad(), bias.require_grad());
                let given = with_bias.then(|| bias.clone());
                let run = if ours { super::conv2d } else { composed::conv2d };
                let (stride, padding) = (case.stride, case.padding);
                let output = run(input.clone(), kernel.clone(), given, stride, padding, relu);
                let mut leaves = vec![Leaf::Four(input), Leaf::Four(kernel)];
                if with_bias {
                    leaves.push(Leaf::One(bias));
                }
                (output, leaves)
            };
            let name = format!("{case:?} relu {relu} bias {with_bias} tracked {tracked}");
            let (ours, our_gradients) = run(&|| build(true));
            let (theirs, their_gradients) = run(&|| build(false));
            assert_close(&name, &ours, &theirs, 1e-5);
            assert_eq!(our_gradients[0].is_some(), tracked, "{name}");
            for (ours, theirs) in our_gradients.iter().zip(&their_gradients) {
                assert_eq!(ours.is_some(), theirs.is_some(), "{name}");
                if let (Some(ours), Some(theirs)) = (ours, theirs) {
                    assert_close(&name, ours, theirs, 1e-4);
                }
            }
        }
    }
}

#[test]
fn convolution_gradients_are_differences() {
    let device = Device::flex().autodiff();
    let case = cases()[4];
    let (input, kernel, bias) = conv_inputs(&case, &device);
    let loss = |input: Tensor<4>, kernel: Tensor<4>, bias: Tensor<1>| {
        let output = super::conv2d(input, kernel, Some(bias), case.stride, case.padding, false);
        let weights = random(output.dims(), 77, &output.device());
        (output * weights).sum()
    };
    let tracked = (
        input.clone().require_grad(),
        kernel.clone().require_grad(),
        bias.clone().require_grad(),
    );
    let gradients = loss(tracked.0.clone(), tracked.1.clone(), tracked.2.clone()).backward();
    let (input_gradient, kernel_gradient, bias_gradient) = (
        values(tracked.0.grad(&gradients).expect("input gradient")),
        values(tracked.1.grad(&gradients).expect("kernel gradient")),
        values(tracked.2.grad(&gradients).expect("bias gradient")),
    );
    let plain = (input.inner(), kernel.inner(), bias.inner());
    let moved = |data: &[f32], index: usize, by: f32| {
        let mut data = data.to_vec();
        data[index] += by;
        data
    };
    // The loss is linear in each of them: a large step has no error but rounding.
    let step = 0.5;
    let difference = |of: &dyn Fn(f32) -> Tensor<1>| {
        (of(step).into_scalar::<f32>() - of(-step).into_scalar::<f32>()) / (2.0 * step)
    };
    let device = Device::flex();
    let numbers = values(plain.0.clone());
    for (index, gradient) in input_gradient.iter().enumerate() {
        let expected = difference(&|by| {
            let data = TensorData::new(moved(&numbers, index, by), case.input);
            let input = Tensor::from_data(data, &device);
            loss(input, plain.1.clone(), plain.2.clone())
        });
        assert_close("input", &[*gradient], &[expected], 2e-4);
    }
    let numbers = values(plain.1.clone());
    for (index, gradient) in kernel_gradient.iter().enumerate() {
        let expected = difference(&|by| {
            let data = TensorData::new(moved(&numbers, index, by), plain.1.dims());
            let kernel = Tensor::from_data(data, &device);
            loss(plain.0.clone(), kernel, plain.2.clone())
        });
        assert_close("kernel", &[*gradient], &[expected], 2e-4);
    }
    let numbers = values(plain.2.clone());
    for (index, gradient) in bias_gradient.iter().enumerate() {
        let expected = difference(&|by| {
            let data = TensorData::new(moved(&numbers, index, by), plain.2.dims());
            let bias = Tensor::from_data(data, &device);
            loss(plain.0.clone(), plain.1.clone(), bias)
        });
        assert_close("bias", &[*gradient], &[expected], 2e-4);
    }
}

#[test]
fn a_view_as_input_gives_the_same_as_its_copy() {
    let device = Device::flex();
    let (input, kernel, bias) = conv_inputs(&cases()[3], &device);
    let turned = input.clone().swap_dims(2, 3);
    let copy = Tensor::from_data(turned.clone().into_data(), &device);
    let part = input.clone().slice([1..2, 0..4, 0..9, 0..7]);
    let part_copy = Tensor::from_data(part.clone().into_data(), &device);
    for (view, copy) in [(turned, copy), (part, part_copy)] {
        let run = |input| {
            let bias = Some(bias.clone());
            values(super::conv2d(input, kernel.clone(), bias, [1, 1], [0; 4], true))
        };
        assert_eq!(run(view), run(copy));
    }
}

#[test]
fn relu_keeps_not_a_number() {
    let device = Device::flex();
    let input = Tensor::<2>::from_floats([[f32::NAN, 1.0]], &device);
    let kernel = Tensor::<2>::from_floats([[1.0], [1.0]], &device);
    assert!(values(super::dense(input, kernel, None, true))[0].is_nan());
}

#[test]
#[should_panic(expected = "larger than the padded picture")]
fn a_kernel_larger_than_the_picture_is_refused() {
    let device = Device::flex();
    let (input, kernel) = (random([1, 1, 4, 4], 1, &device), random([1, 1, 5, 5], 2, &device));
    super::conv2d(input, kernel, None, [1, 1], [0; 4], false);
}

#[test]
fn pooling_and_its_gradients_are_those_of_burn() {
    let device = Device::flex().autodiff();
    let windows: [([usize; 2], [usize; 2], Four); 6] = [
        ([2, 2], [2, 2], [0; 4]),
        ([2, 2], [2, 2], [0, 1, 0, 1]),
        ([3, 3], [2, 2], [1, 1, 1, 1]),
        ([2, 3], [1, 2], [0, 1, 1, 1]),
        ([3, 2], [3, 2], [0; 4]),
        ([2, 2], [1, 1], [0, 1, 0, 1]),
    ];
    for shape in [[1, 1, 2, 2], [3, 2, 9, 7], [2, 5, 24, 24], [40, 3, 10, 11]] {
        for (pool, stride, padding) in windows {
            if shape[2] + padding[0] + padding[1] < pool[0]
                || shape[3] + padding[2] + padding[3] < pool[1]
            {
                continue;
            }
            type Pool = fn(Tensor<4>, [usize; 2], [usize; 2], Four) -> Tensor<4>;
            let pairs: [(&str, Pool, Pool); 2] = [
                ("max", super::max_pool2d, composed::max_pool2d),
                ("average", super::average_pool2d, composed::average_pool2d),
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
        let output = super::max_pool2d(input.clone(), pool, [2, 2], padding);
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
fn the_average_counts_real_cells_only() {
    let device = Device::flex();
    let input = Tensor::<4>::ones([1, 1, 3, 3], &device);
    let output = super::average_pool2d(input, [2, 2], [2, 2], [0, 1, 0, 1]);
    assert_eq!(values(output), [1.0; 4]);
}

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
                let run = if ours { super::dense } else { composed::dense };
                let output = run(input.clone(), kernel.clone(), given, relu);
                let mut leaves = vec![Leaf::Two(input), Leaf::Two(kernel)];
                if with_bias {
                    leaves.push(Leaf::One(bias));
                }
                (output, leaves)
            };
            let name = format!("{rows} {inputs} {units} relu {relu} bias {with_bias}");
            let (ours, our_gradients) = run(&|| build(true));
            let (theirs, their_gradients) = run(&|| build(false));
            assert_close(&name, &ours, &theirs, 1e-5);
            assert_eq!(our_gradients[0].is_some(), tracked, "{name}");
            for (ours, theirs) in our_gradients.iter().zip(&their_gradients) {
                assert_eq!(ours.is_some(), theirs.is_some(), "{name}");
                if let (Some(ours), Some(theirs)) = (ours, theirs) {
                    assert_close(&name, ours, theirs, 1e-4);
                }
            }
        }
    }
}

#[test]
fn a_tensor_without_gradients_is_a_constant_and_nothing_is_recorded_for_it() {
    let plain = Device::flex();
    let tracking = Device::flex().autodiff();
    let input = random([4, 6], 1, &plain);
    let kernel = random([6, 2], 2, &tracking).require_grad();
    let gradients = super::dense(input, kernel.clone(), None, false).sum().backward();
    assert!(kernel.grad(&gradients).is_some());
}

#[test]
fn the_product_for_webassembly_is_that_of_the_gemm_crate() {
    for [m, n, k] in [
        [1, 1, 1],
        [4, 8, 256],
        [5, 9, 257],
        [3, 7, 2],
        [66, 261, 300],
        [130, 10, 64],
    ] {
        for (left_turned, right_turned, accumulate) in [
            (false, false, false),
            (true, false, true),
            (false, true, true),
            (true, true, false),
        ] {
            let (a, b) = (noise(m * k, 1), noise(k * n, 2));
            let left = match left_turned {
                true => Matrix::new(&a, m).transposed(),
                false => Matrix::new(&a, k),
            };
            let right = match right_turned {
                true => Matrix::new(&b, k).transposed(),
                false => Matrix::new(&b, n),
            };
            let mut expected = noise(m * n, 3);
            let mut ours = expected.clone();
            matrix::multiply([m, n, k], &mut expected, accumulate, left, right, Threads::One);
            product::multiply([m, n, k], &mut ours, accumulate, left, right);
            let name = format!("{m} {n} {k} {left_turned} {right_turned} {accumulate}");
            assert_close(&name, &ours, &expected, 1e-4);
        }
    }
}

#[test]
fn numbers_are_changed_in_place_when_nobody_shares_them() {
    let device = Device::flex();
    let tensor = Tensor::<2>::from_floats([[1.0, 2.0], [3.0, 4.0]], &device);
    let before = super::with_f32(&tensor, |numbers| numbers.as_ptr()).expect("a CPU tensor");
    let (tensor, at) = super::with_f32_mut(tensor, |numbers| {
        numbers[0] = 9.0;
        numbers.as_ptr()
    })
    .expect("a CPU tensor");
    assert_eq!(before, at, "copied although nobody shared it");
    let shared = tensor.clone();
    let (changed, _) = super::with_f32_mut(tensor, |numbers| numbers[0] = 5.0).expect("CPU");
    assert_eq!(values(shared), [9.0, 2.0, 3.0, 4.0]);
    assert_eq!(values(changed), [5.0, 2.0, 3.0, 4.0]);
}

#[test]
fn a_parameter_can_be_updated_in_place_after_the_backward_pass() {
    let device = Device::flex().autodiff();
    let kernel = random([6, 2], 2, &device).require_grad();
    let output = super::dense(random([4, 6], 1, &device), kernel.clone(), None, true);
    let mut gradients = output.sum().backward();
    let gradient = kernel.grad_remove(&mut gradients).expect("gradient");
    let inner = kernel.inner();
    let before = super::with_f32(&inner, |numbers| numbers.as_ptr()).expect("a CPU tensor");
    let (_, after) = super::with_f32_mut(inner, |numbers| {
        super::with_f32(&gradient, |gradient| {
            for (number, gradient) in numbers.iter_mut().zip(gradient) {
                *number -= 0.1 * gradient;
            }
        });
        numbers.as_ptr()
    })
    .expect("a CPU tensor");
    assert_eq!(before, after, "the graph still holds the parameter");
    assert!(flex::runs(&gradient));
}
