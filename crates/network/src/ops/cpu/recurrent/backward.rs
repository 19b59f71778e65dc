//! The way back: block by block, from the last step to the first.

use super::rows::{add, add_product, masked, scale};
use super::{Block, Layer, Memory, ROWS};
use crate::ops::cpu::matrix::{Matrix, Threads, multiply_into};
use crate::ops::cpu::parallel::for_parts;
use crate::ops::recurrent::{Cell, Section, Sizes, Wanted};
use core::ops::Range;

/// Most parts in which the gradients of the weights are summed, and most numbers that all of them may take.
const PARTS: usize = 16;
const PART_NUMBERS: usize = 1 << 22;

/// The gradients; those that nobody wanted are empty or zero.
pub(super) struct Found {
    pub input: Vec<f32>,
    pub kernel: Vec<f32>,
    pub recurrent_kernel: Vec<f32>,
    pub bias: Vec<f32>,
}

/// Some blocks, and where their gradients go.
struct Part<'a> {
    first: usize,
    blocks: &'a [Memory],
    input: &'a mut [f32],
    kernel: &'a mut [f32],
    recurrent_kernel: &'a mut [f32],
    bias: &'a mut [f32],
}

/// What all parts share.
struct Task<'a> {
    layer: &'a Layer<'a>,
    /// Of the output, `[samples, outputs, units]`.
    gradient: &'a [f32],
    /// The recurrent kernel with rows and columns exchanged: `[gates units, units]`.
    turned: Vec<f32>,
    wanted: Wanted,
    threads: Threads,
}

/// The gradients from that of the output.
pub(super) fn run(layer: &Layer, kept: &[Memory], gradient: &[f32], wanted: Wanted) -> Found {
    let sizes = layer.sizes;
    let width = sizes.width();
    let lengths = [sizes.inputs * width, sizes.units * width, sizes.biases()];
    let length: usize = lengths.iter().sum();
    // A fixed number of partial sums, so that the result does not depend on the threads.
    let parts = (PART_NUMBERS / length)
        .clamp(1, PARTS)
        .min(kept.len().max(1));
    let share = kept.len().div_ceil(parts).max(1);
    let mut turned = vec![0.0; sizes.units * width];
    for (unit, row) in layer.recurrent_kernel.chunks_exact(width).enumerate() {
        for (column, number) in row.iter().enumerate() {
            turned[column * sizes.units + unit] = *number;
        }
    }
    let task = Task {
        layer,
        gradient,
        turned,
        wanted,
        threads: if parts == 1 {
            Threads::All
        } else {
            Threads::One
        },
    };
    let sequence = sizes.steps * sizes.inputs;
    let mut input = vec![
        0.0;
        if wanted.input {
            sizes.samples * sequence
        } else {
            0
        }
    ];
    let mut sums = vec![0.0; kept.len().div_ceil(share).max(1) * length];
    let mut inputs = input.chunks_mut((share * ROWS * sequence).max(1));
    let mut all: Vec<Part> = kept
        .chunks(share)
        .zip(sums.chunks_exact_mut(length))
        .enumerate()
        .map(|(index, (blocks, sums))| {
            let (kernel, rest) = sums.split_at_mut(lengths[0]);
            let (recurrent_kernel, bias) = rest.split_at_mut(lengths[1]);
            Part {
                first: index * share,
                blocks,
                input: inputs.next().unwrap_or_default(),
                kernel,
                recurrent_kernel,
                bias,
            }
        })
        .collect();
    for_parts(&mut all, 1, |_, parts| {
        for part in parts {
            part.run(&task);
        }
    });
    let (total, rest) = sums.split_at_mut(length);
    for part in rest.chunks_exact(length) {
        for (total, part) in total.iter_mut().zip(part) {
            *total += *part;
        }
    }
    sums.truncate(length);
    let bias = sums.split_off(lengths[0] + lengths[1]);
    let recurrent_kernel = sums.split_off(lengths[0]);
    Found {
        input,
        kernel: sums,
        recurrent_kernel,
        bias,
    }
}

/// Buffers that the steps of a part share.
#[derive(Default)]
struct Scratch {
    /// Gradients of the sums of some steps, `[steps, rows, slots units]`.
    sums: Vec<f32>,
    /// Of h and c, `[rows, units]`.
    h: Vec<f32>,
    c: Vec<f32>,
    /// A factor or a product.
    matrix: Vec<f32>,
}

impl Part<'_> {
    fn run(&mut self, task: &Task) {
        let mut scratch = Scratch::default();
        for (index, memory) in self.blocks.iter().enumerate() {
            let first = (self.first + index) * ROWS;
            let rows = ROWS.min(task.layer.sizes.samples - first);
            self.block(task, Block { first, rows }, memory, &mut scratch);
        }
    }

    fn block(&mut self, task: &Task, block: Block, memory: &Memory, scratch: &mut Scratch) {
        let sizes = task.layer.sizes;
        let (state, row) = (block.rows * sizes.units, sizes.slots() * sizes.units);
        let chunk = block.chunk();
        for numbers in [&mut scratch.h, &mut scratch.c] {
            numbers.clear();
            numbers.resize(state, 0.0);
        }
        for part in (0..sizes.steps.div_ceil(chunk)).rev() {
            let first = part * chunk;
            let steps = first..(first + chunk).min(sizes.steps);
            scratch.sums.resize(steps.len() * block.rows * row, 0.0);
            for step in steps.clone().rev() {
                task.step(
                    block,
                    memory,
                    step,
                    (step - first) * block.rows * row,
                    scratch,
                );
            }
            self.weights(task, block, memory, steps, scratch);
        }
    }

    /// The gradients of weights and input from those of the sums of some steps.
    fn weights(
        &mut self,
        task: &Task,
        block: Block,
        memory: &Memory,
        steps: Range<usize>,
        scratch: &mut Scratch,
    ) {
        let layer = task.layer;
        let sizes = layer.sizes;
        let (units, inputs, width) = (sizes.units, sizes.inputs, sizes.width());
        let (state, row) = (block.rows * units, sizes.slots() * units);
        let all = steps.len() * block.rows;
        let Scratch { sums, matrix, .. } = scratch;
        let sums = &sums[..all * row];
        if task.wanted.bias {
            let (of_input, of_state) = self.bias.split_at_mut(width);
            for sums in sums.chunks_exact(row) {
                add(of_input, sums);
                if !of_state.is_empty() {
                    add(&mut of_state[..2 * units], sums);
                    add(&mut of_state[2 * units..], &sums[3 * units..]);
                }
            }
        }
        let product =
            |to: &mut [f32], left: Matrix, [gate, count, slot]: [usize; 3], rows: usize| {
                multiply_into(
                    [rows, count * units, all],
                    &mut to[gate * units..],
                    width,
                    true,
                    left.transposed(),
                    Matrix::new(&sums[slot * units..], row),
                    task.threads,
                );
            };
        if task.wanted.recurrent_kernel {
            let before = &memory.hidden[steps.start * state..steps.end * state];
            for Section { gate, count, slot } in sizes.state_sections() {
                let before = match layer.state_mask(gate, block) {
                    Some(mask) => {
                        masked(matrix, before, mask);
                        &matrix[..]
                    }
                    None => before,
                };
                let left = Matrix::new(before, units);
                product(self.recurrent_kernel, left, [gate, count, slot], units);
            }
            if sizes.how.cell == (Cell::Gru { reset_after: false }) {
                let gates = &memory.gates[steps.start * block.rows * row..];
                let left = Matrix::new(&gates[3 * units..], row);
                product(self.recurrent_kernel, left, [2, 1, 2], units);
            }
        }
        for Section { gate, count, slot } in sizes.input_sections() {
            if task.wanted.kernel {
                layer.gather(block, steps.clone(), gate, matrix);
                let left = Matrix::new(matrix, inputs);
                product(self.kernel, left, [gate, count, slot], inputs);
            }
            if task.wanted.input {
                matrix.resize(all * inputs, 0.0);
                multiply_into(
                    [all, inputs, count * units],
                    matrix,
                    inputs,
                    false,
                    Matrix::new(&sums[slot * units..], row),
                    Matrix::new(&layer.kernel[gate * units..], width).transposed(),
                    task.threads,
                );
                let first = block.first - self.first * ROWS;
                layer.scatter(
                    block,
                    steps.clone(),
                    gate,
                    matrix,
                    &mut self.input[first * sizes.steps * inputs..],
                );
            }
        }
    }
}

impl Task<'_> {
    /// One step back: the gradients of its sums, at `at` in `scratch.sums`, and those of h and c before it.
    fn step(&self, block: Block, memory: &Memory, step: usize, at: usize, scratch: &mut Scratch) {
        let layer = self.layer;
        let sizes = layer.sizes;
        let (units, how) = (sizes.units, sizes.how);
        let (state, row) = (block.rows * units, sizes.slots() * units);
        let Scratch { sums, h, c, matrix } = scratch;
        let sums = &mut sums[at..at + block.rows * row];
        let gates = &memory.gates[step * block.rows * row..][..block.rows * row];
        // Of a row in the states before and after.
        let before = |at: usize| step * state + at * units..step * state + (at + 1) * units;
        let after = |at: usize| before(at).start + state..before(at).end + state;
        for sample in 0..block.rows {
            let own = sample * units..(sample + 1) * units;
            let (dh, dc) = (&mut h[own.clone()], &mut c[own]);
            let sums = &mut sums[sample * row..][..row];
            if let Some(place) = sizes.output_at(step) {
                let from = ((block.first + sample) * sizes.outputs() + place) * units;
                add(dh, &self.gradient[from..from + units]);
            }
            if layer.stays(block.first + sample, step) {
                sums.fill(0.0);
                continue;
            }
            let states = [
                &memory.hidden[before(sample)],
                memory.cell.get(before(sample)).unwrap_or_default(),
                memory.cell.get(after(sample)).unwrap_or_default(),
            ];
            how.pull(&gates[sample * row..][..row], states, dh, dc, sums);
        }
        if how.cell == (Cell::Gru { reset_after: false }) {
            self.recur(block, sums, [2, 1, 2], matrix, false);
            for (sample, between) in matrix.chunks_exact_mut(units).enumerate() {
                if layer.stays(block.first + sample, step) {
                    continue;
                }
                let mask = layer.state_mask(2, block);
                how.reopen(
                    &gates[sample * row..][..row],
                    &memory.hidden[before(sample)],
                    mask.map(|mask| &mask[sample * units..][..units]),
                    between,
                    &mut h[sample * units..][..units],
                    &mut sums[sample * row..][..row],
                );
            }
        }
        for Section { gate, count, slot } in sizes.state_sections() {
            match layer.state_mask(gate, block) {
                Some(mask) => {
                    self.recur(block, sums, [gate, count, slot], matrix, false);
                    add_product(h, matrix, mask);
                }
                None => self.recur(block, sums, [gate, count, slot], h, true),
            }
        }
    }

    /// The product of the gradients of some gates' sums with their part of the recurrent kernel, transposed.
    fn recur(
        &self,
        block: Block,
        sums: &[f32],
        [gate, count, slot]: [usize; 3],
        to: &mut Vec<f32>,
        accumulate: bool,
    ) {
        let Sizes { units, .. } = *self.layer.sizes;
        to.resize(block.rows * units, 0.0);
        multiply_into(
            [block.rows, units, count * units],
            to,
            units,
            accumulate,
            Matrix::new(&sums[slot * units..], self.layer.sizes.slots() * units),
            Matrix::new(&self.turned[gate * units * units..], units),
            self.threads,
        );
    }
}

impl Layer<'_> {
    /// Adds the gradients of some steps, `[steps, rows, inputs]`, times the mask of a gate, to those of a
    /// block's input `[rows, steps, inputs]`.
    fn scatter(
        &self,
        block: Block,
        steps: Range<usize>,
        gate: usize,
        from: &mut [f32],
        to: &mut [f32],
    ) {
        let Sizes {
            steps: all, inputs, ..
        } = *self.sizes;
        let mask = self.input_mask(gate, block);
        for (step, from) in steps.zip(from.chunks_exact_mut(block.rows * inputs)) {
            if let Some(mask) = mask {
                scale(from, mask);
            }
            let at = self.sizes.read_at(step);
            for (row, from) in from.chunks_exact(inputs).enumerate() {
                add(&mut to[(row * all + at) * inputs..][..inputs], from);
            }
        }
    }
}
