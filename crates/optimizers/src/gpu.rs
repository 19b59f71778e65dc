//! The update rules as kernels: one launch per weight, which changes weight and slots in place.

use crate::rules::Form;
use burn::tensor::Tensor;
use fireside_gpu::{GpuTensor, Launch, from_tensor, line, packed};

const MAIN: &str = include_str!("update.wgsl");
const THREADS: u32 = 256;

/// Updates `weight` and `slots` in place: whoever else holds them sees it.
pub(crate) fn update(
    form: &Form,
    constants: &[f32],
    weight: &Tensor<1>,
    gradient: Tensor<1>,
    slots: &[Tensor<1>],
) {
    let count = weight.dims()[0];
    // The same words for all weights of an update: they travel once.
    let params: Vec<u32> = constants.iter().map(|value| value.to_bits()).collect();
    let gradient = packed(from_tensor(gradient));
    let mut launch = Launch::new(&[form.wgsl, MAIN], THREADS)
        .write("weight", &from_tensor(weight.clone()))
        .read("gradient", &gradient)
        .params(&params);
    let slots: Vec<GpuTensor> = slots.iter().cloned().map(from_tensor).collect();
    for (name, slot) in form.slots.iter().zip(&slots) {
        launch = launch.write(name, slot);
    }
    launch.run(line(count, THREADS));
}
