//! The way there: block by block, step by step.

use super::cells::Around;
use super::rows::masked;
use super::{Block, Layer, Memory, ROWS};
use crate::ops::cpu::matrix::{Matrix, multiply_into};
use crate::ops::cpu::parallel::for_parts;
use crate::ops::recurrent::{Cell, Section, Sizes};

/// What a layer gives.
pub(super) struct Sequence {
    /// `[samples, outputs, units]`
    pub output: Vec<f32>,
    /// The last h, and c of an LSTM, `[samples, units]`.
    pub state: (Vec<f32>, Option<Vec<f32>>),
    /// Of every block, if it was to be kept.
    pub memory: Vec<Memory>,
}

/// A block's share of the work.
struct Share<'a> {
    block: Block,
    output: &'a mut [f32],
    h: &'a mut [f32],
    c: &'a mut [f32],
    memory: Memory,
}

/// The whole sequence.
pub(super) fn run(layer: &Layer, keep: bool) -> Sequence {
    let sizes = layer.sizes;
    let state = sizes.samples * sizes.units;
    let lstm = sizes.how.cell == Cell::Lstm;
    let mut output = vec![0.0; sizes.outputs() * state];
    let (mut h, mut c) = (vec![0.0; state], vec![0.0; state]);
    let mut shares: Vec<Share> = layer
        .blocks()
        .zip(output.chunks_mut(ROWS * sizes.outputs() * sizes.units))
        .zip(h.chunks_mut(ROWS * sizes.units))
        .zip(c.chunks_mut(ROWS * sizes.units))
        .map(|(((block, output), h), c)| Share {
            block,
            output,
            h,
            c,
            memory: Memory::default(),
        })
        .collect();
    for_parts(&mut shares, 1, |_, shares| {
        for share in shares {
            share.run(layer, keep);
        }
    });
    let memory = shares.into_iter().map(|share| share.memory).collect();
    Sequence {
        output,
        state: (h, lstm.then_some(c)),
        memory,
    }
}

impl Share<'_> {
    fn run(&mut self, layer: &Layer, keep: bool) {
        let Sizes {
            how, steps, units, ..
        } = *layer.sizes;
        let (block, slots) = (self.block, layer.sizes.slots());
        let (state, row) = (block.rows * units, slots * units);
        let chunk = block.chunk();
        let held = if keep { steps } else { steps.min(chunk) };
        let mut gates = vec![0.0; held * block.rows * row];
        let mut hidden = vec![0.0; (steps + 1) * state];
        let cells = if how.cell == Cell::Lstm { steps + 1 } else { 0 };
        let mut cell = vec![0.0; cells * state];
        for (numbers, given) in [&mut hidden, &mut cell].into_iter().zip(layer.state) {
            if let (Some(given), false) = (given, numbers.is_empty()) {
                numbers[..state].copy_from_slice(&given[block.first * units..][..state]);
            }
        }
        let mut scratch = Vec::new();
        for first in (0..steps).step_by(chunk) {
            let range = first..(first + chunk).min(steps);
            let from = if keep { first * block.rows * row } else { 0 };
            let gates = &mut gates[from..][..range.len() * block.rows * row];
            self.project(layer, range.clone(), gates, &mut scratch);
            for (step, gates) in range.zip(gates.chunks_exact_mut(block.rows * row)) {
                let (before, after) = hidden.split_at_mut((step + 1) * state);
                let (h, new_h) = (&before[step * state..], &mut after[..state]);
                let (c, new_c): (&[f32], &mut [f32]) = match how.cell {
                    Cell::Lstm => {
                        let (before, after) = cell.split_at_mut((step + 1) * state);
                        (&before[step * state..], &mut after[..state])
                    }
                    _ => (&[], &mut []),
                };
                self.step(layer, step, gates, [h, c], [new_h, new_c], &mut scratch);
            }
        }
        self.h.copy_from_slice(&hidden[steps * state..]);
        if how.cell == Cell::Lstm {
            self.c.copy_from_slice(&cell[steps * state..]);
        }
        if keep {
            self.memory = Memory {
                gates,
                hidden,
                cell,
            };
        }
    }

    /// The products of the input with the kernel, for some steps.
    fn project(
        &self,
        layer: &Layer,
        steps: core::ops::Range<usize>,
        gates: &mut [f32],
        scratch: &mut Vec<f32>,
    ) {
        let Sizes { inputs, units, .. } = *layer.sizes;
        for Section { gate, count, slot } in layer.sizes.input_sections() {
            layer.gather(self.block, steps.clone(), gate, scratch);
            multiply_into(
                [steps.len() * self.block.rows, count * units, inputs],
                &mut gates[slot * units..],
                layer.sizes.slots() * units,
                false,
                Matrix::new(scratch, inputs),
                Matrix::new(&layer.kernel[gate * units..], layer.sizes.width()),
                layer.threads(),
            );
        }
    }

    /// One step: `gates` holds the products with the input and becomes the gates.
    fn step(
        &mut self,
        layer: &Layer,
        step: usize,
        gates: &mut [f32],
        [h, c]: [&[f32]; 2],
        [new_h, new_c]: [&mut [f32]; 2],
        scratch: &mut Vec<f32>,
    ) {
        let Sizes { how, units, .. } = *layer.sizes;
        let (block, row) = (self.block, layer.sizes.slots() * units);
        for Section { gate, count, slot } in layer.sizes.state_sections() {
            let left = match layer.state_mask(gate, block) {
                Some(mask) => {
                    masked(scratch, h, mask);
                    &scratch[..]
                }
                None => h,
            };
            // What the reset multiplies stands alone; everything else is added to the input's share.
            let alone = slot != gate;
            layer.recur(
                block,
                gates,
                [gate, count, slot],
                !alone,
                Matrix::new(left, units),
            );
        }
        let reset_before = how.cell == Cell::Gru { reset_after: false };
        if let Cell::Gru { .. } = how.cell {
            let mask = layer.state_mask(2, block);
            for (at, gates) in gates.chunks_exact_mut(row).enumerate() {
                let mask = mask.map(|mask| &mask[at * units..][..units]);
                how.open(gates, &h[at * units..][..units], layer.bias, mask);
            }
        }
        if reset_before {
            scratch.clear();
            let resets = gates.chunks_exact(row).map(|gates| &gates[3 * units..]);
            resets.for_each(|reset| scratch.extend_from_slice(reset));
            layer.recur(block, gates, [2, 1, 2], true, Matrix::new(scratch, units));
        }
        let part = |numbers: &[f32], at: usize| -> core::ops::Range<usize> {
            if numbers.is_empty() {
                0..0
            } else {
                at * units..(at + 1) * units
            }
        };
        for (at, gates) in gates.chunks_exact_mut(row).enumerate() {
            let (of_h, of_c) = (part(h, at), part(c, at));
            let (h, c) = (&h[of_h.clone()], &c[of_c.clone()]);
            let (new_h, new_c) = (&mut new_h[of_h], &mut new_c[of_c]);
            let sample = block.first + at;
            if layer.stays(sample, step) {
                new_h.copy_from_slice(h);
                new_c.copy_from_slice(c);
            } else {
                let around = Around {
                    h,
                    c,
                    new_h: &mut *new_h,
                    new_c,
                };
                how.close(gates, layer.bias, around);
            }
            if let Some(place) = layer.sizes.output_at(step) {
                let to = (at * layer.sizes.outputs() + place) * units;
                self.output[to..to + units].copy_from_slice(new_h);
            }
        }
    }
}

impl Layer<'_> {
    /// The product of `left`, `[rows, units]`, with some gates of the recurrent kernel.
    fn recur(
        &self,
        block: Block,
        gates: &mut [f32],
        [gate, count, slot]: [usize; 3],
        accumulate: bool,
        left: Matrix,
    ) {
        let Sizes { units, .. } = *self.sizes;
        multiply_into(
            [block.rows, count * units, units],
            &mut gates[slot * units..],
            self.sizes.slots() * units,
            accumulate,
            left,
            Matrix::new(&self.recurrent_kernel[gate * units..], self.sizes.width()),
            self.threads(),
        );
    }
}
