//! Recurrent layers on the GPU.
//!
//! The products with the input, and those that make the gradients of the weights, are single ones over
//! all steps. Between them one kernel takes a stretch of steps: a workgroup has a few samples, which need
//! no others, so the steps follow each other inside the kernel and only its own threads wait.

mod pieces;
mod products;

use super::product::Product;
use super::rows;
use super::shared::bias as bias_pieces;
use crate::ops::recurrent::{
    Call, Cell, CellActivation, Found, Gradients, Recurrent, Section, Sizes, Wanted,
};
use burn::backend::Cube;
use burn::tensor::Tensor;
use fireside_gpu::{Constant, GpuTensor, Launch, empty, from_tensor, line, software};
use pieces::{
    FIRST_C, FIRST_H, INPUT_MASK, INPUT_VALUE, PROJECT, PROJECT_FINISH, PROJECT_LOAD, PUT_LAST,
    READ_AT, STATE_MASK, STAYS, choose, maybe,
};
use products::Back;

const SHARED: &str = include_str!("../kernels/recurrent.wgsl");
const MASKS: &str = include_str!("../kernels/recurrent_masks.wgsl");
const BEGIN: &str = include_str!("../kernels/recurrent_begin.wgsl");
const END: &str = include_str!("../kernels/recurrent_end.wgsl");
const FORWARD: &str = include_str!("../kernels/recurrent_forward.wgsl");
const BACKWARD: &str = include_str!("../kernels/recurrent_backward.wgsl");
const THREADS: u32 = 256;
/// Multiplications that a workgroup does in one launch, and steps at most: a launch that takes too long is
/// taken for a hanging one.
const MOST_WORK: usize = 1 << 22;
const MOST_STEPS: usize = 64;

/// What the way back needs: see `kernels/recurrent.wgsl`.
#[derive(Clone, Debug)]
pub(crate) struct Memory {
    gates: GpuTensor,
    states: GpuTensor,
}

fn function(activation: CellActivation) -> [u32; 2] {
    match activation {
        CellActivation::Tanh => [0, 0],
        CellActivation::Sigmoid => [1, 0],
        CellActivation::HardSigmoid { slope } => [2, slope.to_bits()],
        CellActivation::Relu => [3, 0],
        CellActivation::Linear => [4, 0],
    }
}

/// h, or h and c.
fn states_of(sizes: &Sizes) -> usize {
    1 + usize::from(sizes.how.cell == Cell::Lstm)
}

fn constants(sizes: &Sizes) -> Vec<(&'static str, Constant)> {
    let (cell, factors): (u32, u32) = match sizes.how.cell {
        Cell::Simple => (0, 1),
        Cell::Gru { reset_after: false } => (1, 2),
        Cell::Gru { reset_after: true } => (2, 3),
        Cell::Lstm => (3, 4),
    };
    let [inner, inner_rise] = function(sizes.how.activation);
    let [gate, gate_rise] = function(sizes.how.recurrent_activation);
    vec![
        ("CELL", cell.into()),
        // Gates that the state is multiplied for, all at once.
        ("FACTORS", factors.into()),
        ("GATES", sizes.how.cell.gates().into()),
        ("SLOTS", sizes.slots().into()),
        ("STATES", states_of(sizes).into()),
        ("UNITS", sizes.units.into()),
        ("INPUTS", sizes.inputs.into()),
        ("STEPS", sizes.steps.into()),
        ("OUTPUTS", sizes.outputs().into()),
        ("BACKWARDS", sizes.how.backwards.into()),
        ("INPUT_MASKS", sizes.input_masks.into()),
        ("STATE_MASKS", sizes.recurrent_masks.into()),
        ("INNER", inner.into()),
        ("INNER_RISE", inner_rise.into()),
        ("GATE", gate.into()),
        ("GATE_RISE", gate_rise.into()),
    ]
}

fn section_constants(
    sizes: &Sizes,
    Section { gate, count, slot }: Section,
) -> Vec<(&'static str, Constant)> {
    let mut all = constants(sizes);
    all.extend([
        ("FIRST", Constant::from(gate)),
        ("COUNT", count.into()),
        ("SLOT", slot.into()),
    ]);
    all
}

/// A kernel that goes through steps, with the pieces that only it needs.
fn launch(call: &Call<Cube>, more: &[&'static str], rows: u32) -> Launch {
    let masks = call.recurrent_masks.as_ref();
    let mut pieces = vec![
        READ_AT,
        choose(STATE_MASK, masks),
        choose(STAYS, call.step_mask.as_ref()),
        SHARED,
        MASKS,
    ];
    pieces.extend(more);
    let threads = match software(&call.input) {
        true => 32,
        false => (call.sizes.units as u32).next_multiple_of(32).min(THREADS),
    };
    let mut launch = Launch::new(&pieces, threads)
        .constants(constants(&call.sizes))
        .constants([("ROWS", rows)])
        .rows(rows);
    for (name, buffer) in maybe("state_masks", masks)
        .into_iter()
        .chain(maybe("step_mask", call.step_mask.as_ref()))
    {
        launch = launch.read(name, buffer);
    }
    launch
}

/// Samples of a workgroup: the more, the less often the recurrent kernel is loaded; few, as long as there are
/// not workgroups enough.
fn rows(call: &Call<Cube>) -> u32 {
    let samples = call.sizes.samples as u32;
    if software(&call.input) {
        samples.clamp(1, 8)
    } else {
        (samples / 32).clamp(1, 4)
    }
}

/// Stretches of steps that are launched together.
fn stretches(sizes: &Sizes, rows: u32) -> Vec<[u32; 2]> {
    let step = sizes.width() * sizes.units * rows as usize;
    let most = (MOST_WORK / step.max(1)).clamp(1, MOST_STEPS);
    let end = |first: usize| (first + most).min(sizes.steps) as u32;
    let firsts = (0..sizes.steps).step_by(most);
    firsts.map(|first| [first as u32, end(first)]).collect()
}

fn begin(call: &Call<Cube>, states: &GpuTensor) {
    let [h, c] = [0, 1].map(|at| call.state[at].as_ref());
    let c = c.filter(|_| states_of(&call.sizes) == 2);
    let pieces = [choose(FIRST_H, h), choose(FIRST_C, c), BEGIN];
    let mut launch = Launch::new(&pieces, THREADS).constants(constants(&call.sizes));
    for (name, buffer) in maybe("given_h", h).into_iter().chain(maybe("given_c", c)) {
        launch = launch.read(name, buffer);
    }
    let numbers = call.sizes.samples * states_of(&call.sizes) * call.sizes.units;
    launch
        .write("states", states)
        .params(&[call.sizes.samples as u32])
        .run(line(numbers, THREADS));
}

impl Recurrent for Cube {
    type Kept = Memory;

    fn own<const D: usize>(tensor: Tensor<D>) -> GpuTensor {
        from_tensor(tensor)
    }

    fn recurrent_forward(call: &Call<Self>, keep: bool) -> Found<Self> {
        let sizes = &call.sizes;
        let Sizes {
            samples,
            steps,
            inputs,
            units,
            ..
        } = *sizes;
        let like = &call.input;
        let gates = empty(like, [steps * samples * sizes.slots() * units]);
        let states = empty(like, [(steps + 1) * samples * states_of(sizes) * units]);
        let masks = call.input_masks.as_ref();
        for section in sizes.input_sections() {
            let mut reads = vec![("input", like), ("kernel", &call.kernel)];
            reads.extend(maybe("input_masks", masks));
            Product {
                rows: samples,
                m: steps * samples,
                n: section.count * units,
                k: inputs,
                along_k: [true, false],
                constants: section_constants(sizes, section),
                sizes: PROJECT,
                load: vec![
                    READ_AT,
                    choose(INPUT_MASK, masks),
                    INPUT_VALUE,
                    PROJECT_LOAD,
                ],
                reads,
                finish: vec![PROJECT_FINISH],
                finish_reads: Vec::new(),
                writes: vec![("gates", &gates)],
            }
            .run();
        }
        begin(call, &states);
        let rows = rows(call);
        let [_, bias_of] = bias_pieces(call.bias.is_some());
        let mut forward = launch(call, &[bias_of, FORWARD], rows);
        for (name, buffer) in maybe("bias", call.bias.as_ref()) {
            forward = forward.read(name, buffer);
        }
        let forward = forward
            .read("recurrent_kernel", &call.recurrent_kernel)
            .write("gates", &gates)
            .write("states", &states);
        let groups = (samples as u32).div_ceil(rows);
        for [first, end] in stretches(sizes, rows) {
            let launch = forward.clone().params(&[samples as u32, first, end]);
            launch.run([groups, 1, 1]);
        }

        let output = empty(like, [samples, sizes.outputs(), units]);
        let h = empty(like, [samples, units]);
        let c = (states_of(sizes) == 2).then(|| empty(like, [samples, units]));
        let pieces = [choose(PUT_LAST, c.as_ref()), SHARED, END];
        let mut launch = Launch::new(&pieces, THREADS)
            .constants(constants(sizes))
            .read("states", &states)
            .write("output", &output)
            .write("last_h", &h);
        for (name, buffer) in maybe("last_c", c.as_ref()) {
            launch = launch.write(name, buffer);
        }
        launch
            .params(&[samples as u32])
            .run(line(samples * sizes.outputs() * units, THREADS));
        let mut state = vec![h];
        state.extend(c);
        Found {
            output,
            state,
            kept: keep.then_some(Memory { gates, states }),
        }
    }

    fn recurrent_gradients(
        call: &Call<Self>,
        kept: &Memory,
        gradient: &GpuTensor,
        wanted: Wanted,
    ) -> Gradients<Self> {
        let sizes = &call.sizes;
        let Sizes { samples, units, .. } = *sizes;
        let sums = empty(gradient, [sizes.steps * samples * sizes.slots() * units]);
        let carry = empty(gradient, [samples * states_of(sizes) * units]);
        let turned = rows::turn(&call.recurrent_kernel, units, sizes.width(), false);
        let rows = rows(call);
        let backward = launch(call, &[BACKWARD], rows)
            .read("gates", &kept.gates)
            .read("states", &kept.states)
            .read("turned", &turned)
            .read("gradient", gradient)
            .write("sums", &sums)
            .write("carry", &carry);
        let groups = (samples as u32).div_ceil(rows);
        for [first, end] in stretches(sizes, rows).into_iter().rev() {
            let launch = backward.clone().params(&[samples as u32, first, end]);
            launch.run([groups, 1, 1]);
        }
        let back = Back {
            call,
            kept,
            sums: &sums,
        };
        let bias = wanted.bias.then(|| empty(gradient, [sizes.biases()]));
        let of_state = wanted.bias && sizes.how.cell.biases() == 2;
        Gradients {
            input: wanted.input.then(|| back.input_gradient()),
            kernel: (wanted.kernel || wanted.bias).then(|| back.kernel_gradient(bias.as_ref())),
            recurrent_kernel: (wanted.recurrent_kernel || of_state)
                .then(|| back.recurrent_gradient(bias.as_ref().filter(|_| of_state))),
            bias,
        }
    }
}
