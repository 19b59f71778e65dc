//! Direct access to numbers.

use super::{random, values};
use crate::ops::{dense, with_f32, with_f32_mut};
use burn::tensor::{Device, Tensor};

#[test]
fn numbers_are_changed_in_place_when_nobody_shares_them() {
    let device = Device::flex();
    let tensor = Tensor::<2>::from_floats([[1.0, 2.0], [3.0, 4.0]], &device);
    let before = with_f32(&tensor, |numbers| numbers.as_ptr()).expect("a CPU tensor");
    let (tensor, at) = with_f32_mut(tensor, |numbers| {
        numbers[0] = 9.0;
        numbers.as_ptr()
    })
    .expect("a CPU tensor");
    assert_eq!(before, at, "copied although nobody shared it");
    let shared = tensor.clone();
    let (changed, _) = with_f32_mut(tensor, |numbers| numbers[0] = 5.0).expect("CPU");
    assert_eq!(values(shared), [9.0, 2.0, 3.0, 4.0]);
    assert_eq!(values(changed), [5.0, 2.0, 3.0, 4.0]);
}

#[test]
fn a_parameter_can_be_updated_in_place_after_the_backward_pass() {
    let device = Device::flex().autodiff();
    let kernel = random([6, 2], 2, &device).require_grad();
    let output = dense(random([4, 6], 1, &device), kernel.clone(), None, true);
    let mut gradients = output.sum().backward();
    let gradient = kernel.grad_remove(&mut gradients).expect("gradient");
    let inner = kernel.inner();
    let before = with_f32(&inner, |numbers| numbers.as_ptr()).expect("a CPU tensor");
    let (_, after) = with_f32_mut(inner, |numbers| {
        with_f32(&gradient, |gradient| {
            for (number, gradient) in numbers.iter_mut().zip(gradient) {
                *number -= 0.1 * gradient;
            }
        });
        numbers.as_ptr()
    })
    .expect("a CPU tensor");
    assert_eq!(before, after, "the graph still holds the parameter");
}
