//! The WGSL of a recurrent layer's products, and of what may be missing.

use crate::ops::gpu::shared::Buffers;
use fireside_gpu::GpuTensor;

/// A function that reads a buffer where there is one, and what stands for it where there is none.
pub(super) type Choice = [&'static str; 2];

pub(super) const STATE_MASK: Choice = [
    r"
fn state_mask(at: u32, sample: u32, unit: u32) -> f32 {
    let which = select(0u, at, STATE_MASKS > 1u);
    return state_masks[(which * params[0].x + sample) * UNITS + unit];
}
",
    r"
fn state_mask(at: u32, sample: u32, unit: u32) -> f32 {
    return 1.0;
}
",
];
pub(super) const INPUT_MASK: Choice = [
    r"
fn input_mask(sample: u32, k: u32) -> f32 {
    let which = select(0u, FIRST, INPUT_MASKS > 1u);
    return input_masks[(which * params[0].x + sample) * INPUTS + k];
}
",
    r"
fn input_mask(sample: u32, k: u32) -> f32 {
    return 1.0;
}
",
];
pub(super) const STAYS: Choice = [
    r"
fn stays(step: u32, sample: u32) -> bool {
    return step_mask[sample * STEPS + read_at(step)] == 0.0;
}
",
    r"
fn stays(step: u32, sample: u32) -> bool {
    return false;
}
",
];
pub(super) const FIRST_H: Choice = [
    r"
fn first_h(at: u32) -> f32 {
    return given_h[at];
}
",
    r"
fn first_h(at: u32) -> f32 {
    return 0.0;
}
",
];
pub(super) const FIRST_C: Choice = [
    r"
fn first_c(at: u32) -> f32 {
    return given_c[at];
}
",
    r"
fn first_c(at: u32) -> f32 {
    return 0.0;
}
",
];
pub(super) const PUT_LAST: Choice = [
    r"
fn put_last(at: u32, place: u32) {
    last_h[at] = states[place];
    last_c[at] = states[place + UNITS];
}
",
    r"
fn put_last(at: u32, place: u32) {
    last_h[at] = states[place];
}
",
];
pub(super) const READ_AT: &str = r"
// The step of the input that is read at a step.
fn read_at(step: u32) -> u32 {
    return select(step, STEPS - 1u - step, BACKWARDS);
}
";

pub(super) const PROJECT: &str = r"
// The products of the input with some gates of the kernel: steps and samples x columns, summed over the inputs.
fn sizes() -> vec4<u32> {
    return vec4<u32>(params[0].x * STEPS, COUNT * UNITS, INPUTS, params[0].y);
}
";
pub(super) const INPUT_VALUE: &str = r"
// Row `row` of the input in the order of the steps.
fn input_value(row: u32, k: u32) -> f32 {
    let sample = row % params[0].x;
    let at = sample * STEPS + read_at(row / params[0].x);
    return input[at * INPUTS + k] * input_mask(sample, k);
}
";
pub(super) const PROJECT_LOAD: &str = r"
fn load_a(m: u32, k: u32) -> f32 {
    return input_value(m, k);
}

fn load_b(k: u32, n: u32) -> f32 {
    return kernel[k * GATES * UNITS + FIRST * UNITS + n];
}
";
pub(super) const PROJECT_FINISH: &str = r"
fn finish(m: u32, n: u32, value: f32) {
    gates[(m * SLOTS + SLOT) * UNITS + n] = value;
}
";
pub(super) const WEIGHTS: &str = r"
// The gradient of some gates of a kernel: its rows x columns, summed over steps and samples. One more row
// of ones gives the gradient of the bias.
fn sizes() -> vec4<u32> {
    return vec4<u32>(HEIGHT + BIAS, COUNT * UNITS, params[0].x * STEPS, params[0].y);
}
";
pub(super) const WEIGHTS_LOAD: &str = r"
fn load_a(m: u32, k: u32) -> f32 {
    if (m == HEIGHT) {
        return 1.0;
    }
    return factor(m, k);
}

fn load_b(k: u32, n: u32) -> f32 {
    return sums[(k * SLOTS + SLOT) * UNITS + n];
}
";
pub(super) const WEIGHTS_FINISH: &str = r"
fn finish(m: u32, n: u32, value: f32) {
    let column = FIRST * UNITS + n;
    if (m < HEIGHT) {
        kernel_gradient[m * GATES * UNITS + column] = value;
    } else {
        put_bias(BIAS_AT + column, value);
    }
}
";
pub(super) const FACTOR_INPUT: &str = r"
fn factor(m: u32, k: u32) -> f32 {
    return input_value(k, m);
}
";
pub(super) const FACTOR_STATE: &str = r"
fn factor(m: u32, k: u32) -> f32 {
    return states[k * STATES * UNITS + m] * state_mask(FIRST, k % params[0].x, m);
}
";
pub(super) const FACTOR_RESET: &str = r"
// The reset state, as it was multiplied.
fn factor(m: u32, k: u32) -> f32 {
    return gates[(k * SLOTS + 3u) * UNITS + m];
}
";
pub(super) const INPUT: &str = r"
// The gradient of the input: steps and samples x inputs, summed over the columns of some gates.
fn sizes() -> vec4<u32> {
    return vec4<u32>(params[0].x * STEPS, INPUTS, COUNT * UNITS, params[0].y);
}
";
pub(super) const INPUT_LOAD: &str = r"
fn load_a(m: u32, k: u32) -> f32 {
    return sums[(m * SLOTS + SLOT) * UNITS + k];
}

fn load_b(k: u32, n: u32) -> f32 {
    return kernel[n * GATES * UNITS + FIRST * UNITS + k];
}
";
pub(super) const INPUT_FINISH: &str = r"
fn finish(m: u32, n: u32, value: f32) {
    let sample = m % params[0].x;
    let at = (sample * STEPS + read_at(m / params[0].x)) * INPUTS + n;
    let own = value * input_mask(sample, n);
    if (FIRST == 0u) {
        input_gradient[at] = own;
    } else {
        input_gradient[at] += own;
    }
}
";

/// The piece for a buffer that may be missing.
pub(super) fn choose(choice: Choice, buffer: Option<&GpuTensor>) -> &'static str {
    choice[usize::from(buffer.is_none())]
}

/// A buffer that may be missing, with its name.
pub(super) fn maybe<'t>(name: &'static str, buffer: Option<&'t GpuTensor>) -> Buffers<'t> {
    buffer.map(|buffer| (name, buffer)).into_iter().collect()
}
