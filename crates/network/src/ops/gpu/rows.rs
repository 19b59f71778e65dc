//! What goes number by number or row by row: dropout, sigmoid, softmax, the loss, and turning pictures from
//! one data format to the other.

use super::extension::{Drop, Loss};
use fireside_gpu::{Constant, GpuTensor, Launch, empty, line, sizes};
use fireside_spec::LossInput;
use fireside_spec::random::Purpose;

const DROPOUT: &str = include_str!("kernels/dropout.wgsl");
const SIGMOID: &str = include_str!("kernels/sigmoid.wgsl");
const SIGMOID_GRADIENT: &str = include_str!("kernels/sigmoid_gradient.wgsl");
const SOFTMAX: &str = include_str!("kernels/softmax_forward.wgsl");
const SOFTMAX_GRADIENT: &str = include_str!("kernels/softmax_gradient.wgsl");
const LOSS: &str = include_str!("kernels/loss.wgsl");
const LOSS_FORWARD: &str = include_str!("kernels/loss_forward.wgsl");
const LOSS_GRADIENT: &str = include_str!("kernels/loss_gradient.wgsl");
const TURN: &str = include_str!("kernels/turn.wgsl");
/// For what has a thread per number, and for what has one per row.
const THREADS: u32 = 256;
const ROW_THREADS: u32 = 64;

/// A tensor like another one.
fn like(tensor: &GpuTensor) -> GpuTensor {
    use burn::backend::TensorMetadata;
    let shape = tensor.shape();
    match shape.num_dims() {
        2 => empty::<2>(tensor, shape.dims()),
        _ => empty::<4>(tensor, shape.dims()),
    }
}

fn count(tensor: &GpuTensor) -> usize {
    use burn::backend::TensorMetadata;
    tensor.shape().num_elements()
}

/// `input`, zero where the generator says so, else divided by the part that is kept. The gradient is
/// the same function of the gradient.
pub(super) fn dropout(input: &GpuTensor, drop: &Drop) -> GpuTensor {
    let output = like(input);
    let numbers = count(input);
    let kept = (1.0 / (1.0 - drop.rate)) as f32;
    let [channels, plane] = drop.channels_last.unwrap_or([1, 1]);
    let constants: [(&str, Constant); 3] = [
        ("CHANNELS_LAST", drop.channels_last.is_some().into()),
        ("CHANNELS", channels.into()),
        ("PLANE", plane.into()),
    ];
    Launch::new(&[DROPOUT], THREADS)
        .constants(constants)
        .read("input", input)
        .write("output", &output)
        .params(&[
            numbers as u32,
            drop.update,
            drop.layer,
            drop.seed,
            Purpose::Dropout as u32,
            (drop.rate as f32).to_bits(),
            kept.to_bits(),
        ])
        .run(line(numbers.div_ceil(4), THREADS));
    output
}

/// Number by number: what `kernel` makes of the named inputs, which are all like the first one.
fn each(
    kernel: &'static str,
    inputs: &[(&'static str, &GpuTensor)],
    written: &'static str,
) -> GpuTensor {
    let (_, first) = inputs[0];
    let (output, numbers) = (like(first), count(first));
    inputs
        .iter()
        .fold(Launch::new(&[kernel], THREADS), |launch, (name, input)| {
            launch.read(name, input)
        })
        .write(written, &output)
        .params(&[numbers as u32])
        .run(line(numbers, THREADS));
    output
}

/// The same row by row of `[rows, classes]`.
fn each_row(
    kernel: &'static str,
    inputs: &[(&'static str, &GpuTensor)],
    written: &'static str,
) -> GpuTensor {
    let (_, first) = inputs[0];
    let [rows, classes] = sizes(first);
    let output = empty(first, [rows, classes]);
    inputs
        .iter()
        .fold(
            Launch::new(&[kernel], ROW_THREADS).constants([("CLASSES", classes)]),
            |launch, (name, input)| launch.read(name, input),
        )
        .write(written, &output)
        .params(&[rows as u32])
        .run(line(rows, ROW_THREADS));
    output
}

/// The sigmoid of every number.
pub(super) fn sigmoid(input: &GpuTensor) -> GpuTensor {
    each(SIGMOID, &[("input", input)], "output")
}

/// The gradient of the sigmoid's input, from its output.
pub(super) fn sigmoid_gradient(output: &GpuTensor, gradient: &GpuTensor) -> GpuTensor {
    let inputs = [("output", output), ("gradient", gradient)];
    each(SIGMOID_GRADIENT, &inputs, "input_gradient")
}

/// Softmax over the last axis of `[rows, classes]`.
pub(super) fn softmax(input: &GpuTensor) -> GpuTensor {
    each_row(SOFTMAX, &[("input", input)], "output")
}

/// The gradient of softmax's input, from its output.
pub(super) fn softmax_gradient(output: &GpuTensor, gradient: &GpuTensor) -> GpuTensor {
    let inputs = [("output", output), ("gradient", gradient)];
    each_row(SOFTMAX_GRADIENT, &inputs, "input_gradient")
}

fn loss_launch(kernel: &'static str, kind: Loss, classes: usize) -> Launch {
    Launch::new(&[LOSS, kernel], ROW_THREADS)
        .constants([("CLASSES", classes)])
        .constants([
            (
                "CROSS_ENTROPY",
                matches!(kind, Loss::CategoricalCrossentropy(_)),
            ),
            ("BINARY", matches!(kind, Loss::BinaryCrossentropy(_))),
            ("LOGITS", kind.input() == Some(LossInput::Logits)),
        ])
}

/// `[mean loss, rows whose largest number is the target's]`; a single output is judged at one half.
pub(super) fn score(output: &GpuTensor, target: &GpuTensor, kind: Loss) -> GpuTensor {
    let [rows, classes] = sizes(output);
    let score = empty(output, [2]);
    loss_launch(LOSS_FORWARD, kind, classes)
        .read("output", output)
        .read("target_", target)
        .write("score", &score)
        .params(&[rows as u32])
        .run([1, 1, 1]);
    score
}

/// The gradient of the mean loss by the output.
pub(super) fn loss_gradient(output: &GpuTensor, target: &GpuTensor, kind: Loss) -> GpuTensor {
    let [rows, classes] = sizes(output);
    let output_gradient = empty(output, [rows, classes]);
    loss_launch(LOSS_GRADIENT, kind, classes)
        .read("output", output)
        .read("target_", target)
        .write("output_gradient", &output_gradient)
        .params(&[rows as u32])
        .run(line(rows, ROW_THREADS));
    output_gradient
}

/// `[n, channels, height, width]` as rows in the order (row, column, channel); `back`: such rows as
/// numbers in the order (channel, row, column).
pub(super) fn turn(input: &GpuTensor, channels: usize, plane: usize, back: bool) -> GpuTensor {
    let numbers = count(input);
    let row = channels * plane;
    let output = empty(input, [numbers / row.max(1), row]);
    let constants: [(&str, Constant); 3] = [
        ("CHANNELS", channels.into()),
        ("PLANE", plane.into()),
        ("BACK", back.into()),
    ];
    Launch::new(&[TURN], THREADS)
        .constants(constants)
        .read("input", input)
        .write("output", &output)
        .params(&[numbers as u32])
        .run(line(numbers, THREADS));
    output
}
