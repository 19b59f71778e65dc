//! The update rules as kernels: one launch per weight, which changes weight and slots in place.

use crate::slice::corrected;
use burn::tensor::Tensor;
use fireside_gpu::{GpuTensor, Launch, from_tensor, line, packed};
use fireside_spec::Optimizer as Spec;

const MAIN: &str = include_str!("update.wgsl");
const THREADS: u32 = 256;

const SGD: &str = r"
fn update(at: u32, g: f32, rate: f32) {
    weight[at] -= rate * g;
}
";
const MOMENTUM: &str = r"
fn update(at: u32, g: f32, rate: f32) {
    let momentum = bitcast<f32>(params[0].z);
    let v = momentum * slot0[at] - rate * g;
    slot0[at] = v;
    weight[at] += select(v, momentum * v - rate * g, NESTEROV);
}
";
const RMSPROP: &str = r"
fn update(at: u32, g: f32, rate: f32) {
    let rho = bitcast<f32>(params[0].z);
    let epsilon = bitcast<f32>(params[0].w);
    let a = rho * slot0[at] + bitcast<f32>(params[1].x) * g * g;
    slot0[at] = a;
    weight[at] -= rate * g / (sqrt(a) + epsilon);
}
";
const ADAM: &str = r"
fn update(at: u32, g: f32, rate: f32) {
    let epsilon = bitcast<f32>(params[0].w);
    let m = bitcast<f32>(params[0].z) * slot0[at] + bitcast<f32>(params[1].x) * g;
    let v = bitcast<f32>(params[1].y) * slot1[at] + bitcast<f32>(params[1].z) * g * g;
    slot0[at] = m;
    slot1[at] = v;
    weight[at] -= rate * m / (sqrt(v) + epsilon);
}
";
const SLOTS: [&str; 2] = ["slot0", "slot1"];

/// Updates `weight` and `slots` in place: whoever else holds them sees it.
pub(crate) fn update(
    spec: &Spec,
    rate: f64,
    t: u64,
    weight: &Tensor<1>,
    gradient: Tensor<1>,
    slots: &[Tensor<1>],
) {
    let bits = |value: f64| (value as f32).to_bits();
    let (rule, nesterov, rate, more) = match *spec {
        Spec::Sgd {
            momentum, nesterov, ..
        } => {
            let rule = if slots.is_empty() { SGD } else { MOMENTUM };
            (rule, nesterov, rate, vec![bits(momentum)])
        }
        Spec::Rmsprop { rho, epsilon, .. } => {
            let more = vec![bits(rho), bits(epsilon), bits(1.0 - rho)];
            (RMSPROP, false, rate, more)
        }
        Spec::Adam {
            beta_1,
            beta_2,
            epsilon,
            ..
        } => {
            let rate = corrected(rate, beta_1, beta_2, t);
            let more = vec![
                bits(beta_1),
                bits(epsilon),
                bits(1.0 - beta_1),
                bits(beta_2),
                bits(1.0 - beta_2),
            ];
            (ADAM, false, rate, more)
        }
    };
    let count = weight.dims()[0] as u32;
    let mut params = vec![count, bits(rate)];
    params.extend(more);
    let gradient = packed(from_tensor(gradient));
    let mut launch = Launch::new(&[rule, MAIN], THREADS)
        .constants([("NESTEROV", nesterov)])
        .write("weight", &from_tensor(weight.clone()))
        .read("gradient", &gradient)
        .params(&params);
    let slots: Vec<GpuTensor> = slots.iter().cloned().map(from_tensor).collect();
    for (name, slot) in SLOTS.into_iter().zip(&slots) {
        launch = launch.write(name, slot);
    }
    launch.run(line(count as usize, THREADS));
}
