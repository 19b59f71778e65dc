//! Convolution.

use super::{Four, Leaf, assert_alike, assert_differences, random, values, weigh};
use crate::ops::{Convolve, composed, conv2d};
use burn::tensor::{Device, Tensor};

#[derive(Clone, Copy, Debug)]
struct Case {
    input: Four,
    filters: usize,
    size: [usize; 2],
    stride: [usize; 2],
    padding: Four,
    dilation: [usize; 2],
    groups: usize,
}

impl Case {
    fn how(&self, relu: bool) -> Convolve {
        Convolve {
            stride: self.stride,
            padding: self.padding,
            dilation: self.dilation,
            groups: self.groups,
            relu,
        }
    }
}

/// Odd sizes, strides, even kernels with asymmetric padding, batch 1, many small pictures; gaps, groups, one filter or
/// several for each channel.
fn cases() -> Vec<Case> {
    let case = |input, filters, size, stride, padding| Case {
        input,
        filters,
        size,
        stride,
        padding,
        dilation: [1, 1],
        groups: 1,
    };
    let apart = |case, dilation, groups| Case {
        dilation,
        groups,
        ..case
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
        apart(
            case([2, 3, 9, 11], 4, [3, 2], [1, 1], [1, 2, 0, 3]),
            [2, 4],
            1,
        ),
        apart(
            case([3, 2, 1, 40], 3, [1, 2], [1, 1], [0, 0, 8, 0]),
            [1, 8],
            1,
        ),
        apart(
            case([2, 2, 9, 9], 3, [2, 3], [2, 3], [0, 1, 2, 0]),
            [3, 2],
            1,
        ),
        apart(case([3, 6, 5, 4], 4, [3, 3], [1, 1], [1; 4]), [1, 1], 2),
        apart(
            case([40, 5, 4, 3], 5, [2, 2], [2, 1], [1, 0, 0, 1]),
            [1, 1],
            5,
        ),
        apart(
            case([2, 3, 8, 7], 6, [3, 2], [1, 1], [2, 2, 1, 1]),
            [2, 2],
            3,
        ),
    ]
}

fn conv_inputs(case: &Case, device: &Device) -> (Tensor<4>, Tensor<4>, Tensor<1>) {
    let channels = case.input[1] / case.groups;
    let kernel = [case.filters, channels, case.size[0], case.size[1]];
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
                let run = if ours { conv2d } else { composed::conv2d };
                let how = case.how(relu);
                let output = run(input.clone(), kernel.clone(), given, how);
                let mut leaves = vec![Leaf::Four(input), Leaf::Four(kernel)];
                if with_bias {
                    leaves.push(Leaf::One(bias));
                }
                (output, leaves)
            };
            let name = format!("{case:?} relu {relu} bias {with_bias} tracked {tracked}");
            assert_alike(&name, tracked, &build);
        }
    }
}

#[test]
fn convolution_gradients_are_differences() {
    let device = Device::flex().autodiff();
    for (case, relu) in [(cases()[4], false), (cases()[2], false), (cases()[1], true)] {
        let (input, kernel, bias) = conv_inputs(&case, &device);
        // With relu the bias keeps every sum on one side of the kink, half of the filters on each.
        let bias = match relu {
            true => Tensor::from_floats([20.0, -20.0, 20.0], &device),
            false => bias,
        };
        let loss = |input: Tensor<4>, kernel: Tensor<4>, bias: Tensor<1>| {
            weigh(conv2d(input, kernel, Some(bias), case.how(relu)))
        };
        let (x, k, b) = (
            input.clone().require_grad(),
            kernel.clone().require_grad(),
            bias.clone().require_grad(),
        );
        let gradients = loss(x.clone(), k.clone(), b.clone()).backward();
        let (input, kernel, bias) = (input.inner(), kernel.inner(), bias.inner());
        // The loss is linear in each of them: a large step has no error but rounding.
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
            let how = Convolve {
                relu: true,
                ..Convolve::default()
            };
            values(conv2d(input, kernel.clone(), bias, how))
        };
        assert_eq!(run(view), run(copy));
    }
}

#[test]
#[should_panic(expected = "larger than the padded picture")]
fn a_kernel_larger_than_the_picture_is_refused() {
    let device = Device::flex();
    let (input, kernel) = (
        random([1, 1, 4, 4], 1, &device),
        random([1, 1, 5, 5], 2, &device),
    );
    conv2d(input, kernel, None, Convolve::default());
}
