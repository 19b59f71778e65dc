//! Recurrent layers on plain slices.
//!
//! Samples are taken in blocks of a fixed number; a block goes through all its steps on one thread, so
//! threads never wait for each other and a result does not depend on how many there are. Inside a block
//! numbers lie step by step (`[steps, rows, ...]`). Per step there is only the product with the
//! recurrent kernel; those with the input, and all that make the gradients of the weights, are taken
//! over many steps at once.

mod activation;
mod backward;
mod cells;
mod forward;
mod rows;

use super::matrix::Threads;
use super::{numbers, tensor};
use crate::ops::recurrent::{Call, Found, Gradients, Recurrent, Sizes, Wanted};
use burn::backend::Flex;
use burn::backend::flex::FlexTensor;
use burn::tensor::Tensor;
use std::sync::Arc;

/// Samples of a block: many enough for the products, few enough for several threads.
const ROWS: usize = 16;
/// Rows (samples times steps) that the products over many steps take at once.
const CHUNK: usize = 2_048;

/// A call's numbers.
struct Layer<'a> {
    sizes: &'a Sizes,
    input: &'a [f32],
    kernel: &'a [f32],
    recurrent_kernel: &'a [f32],
    bias: Option<&'a [f32]>,
    state: [Option<&'a [f32]>; 2],
    input_masks: Option<&'a [f32]>,
    recurrent_masks: Option<&'a [f32]>,
    step_mask: Option<&'a [f32]>,
}

/// What the way back needs of a block.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    /// `[steps, rows, slots units]`: the gates.
    gates: Vec<f32>,
    /// `[steps + 1, rows, units]`: h, that before the first step first.
    hidden: Vec<f32>,
    /// c of an LSTM, likewise.
    cell: Vec<f32>,
}

/// Some neighbouring samples.
#[derive(Clone, Copy)]
struct Block {
    first: usize,
    rows: usize,
}

impl Block {
    /// Steps that the products over many steps take at once.
    fn chunk(self) -> usize {
        (CHUNK / self.rows.max(1)).max(1)
    }
}

impl Sizes {
    /// Where the output of a step stands, if it is wanted.
    fn output_at(&self, step: usize) -> Option<usize> {
        (step + self.outputs()).checked_sub(self.steps)
    }

    /// The step of the input that is read at `step`.
    fn read_at(&self, step: usize) -> usize {
        if self.how.backwards {
            self.steps - 1 - step
        } else {
            step
        }
    }
}

impl Layer<'_> {
    fn new(call: &Call<Flex>) -> Layer<'_> {
        Layer {
            sizes: &call.sizes,
            input: numbers(&call.input),
            kernel: numbers(&call.kernel),
            recurrent_kernel: numbers(&call.recurrent_kernel),
            bias: call.bias.as_ref().map(numbers),
            state: [0, 1].map(|at| call.state[at].as_ref().map(numbers)),
            input_masks: call.input_masks.as_ref().map(numbers),
            recurrent_masks: call.recurrent_masks.as_ref().map(numbers),
            step_mask: call.step_mask.as_ref().map(numbers),
        }
    }

    /// Whether a sample's state stays what it is in a step.
    fn stays(&self, sample: usize, step: usize) -> bool {
        let at = sample * self.sizes.steps + self.sizes.read_at(step);
        self.step_mask.is_some_and(|mask| mask[at] == 0.0)
    }

    /// A gate's mask of the input for a block, `[rows, inputs]`.
    fn input_mask(&self, gate: usize, block: Block) -> Option<&[f32]> {
        let sizes = self.sizes;
        mask(
            self.input_masks,
            sizes.input_masks,
            gate,
            sizes.inputs,
            sizes.samples,
            block,
        )
    }

    /// A gate's mask of the state for a block, `[rows, units]`.
    fn state_mask(&self, gate: usize, block: Block) -> Option<&[f32]> {
        let sizes = self.sizes;
        mask(
            self.recurrent_masks,
            sizes.recurrent_masks,
            gate,
            sizes.units,
            sizes.samples,
            block,
        )
    }

    /// The input of some steps as `[steps, rows, inputs]`, times the mask of a gate.
    fn gather(&self, block: Block, steps: core::ops::Range<usize>, gate: usize, to: &mut Vec<f32>) {
        let Sizes {
            steps: all, inputs, ..
        } = *self.sizes;
        to.clear();
        let mask = self.input_mask(gate, block);
        for step in steps {
            let at = self.sizes.read_at(step);
            for row in 0..block.rows {
                let from = ((block.first + row) * all + at) * inputs;
                to.extend_from_slice(&self.input[from..from + inputs]);
            }
            if let Some(mask) = mask {
                let end = to.len();
                rows::scale(&mut to[end - mask.len()..], mask);
            }
        }
    }

    /// Samples that one thread takes together.
    fn blocks(&self) -> impl Iterator<Item = Block> {
        let samples = self.sizes.samples;
        (0..samples).step_by(ROWS).map(move |first| Block {
            first,
            rows: ROWS.min(samples - first),
        })
    }

    /// Who works on the products of a block.
    fn threads(&self) -> Threads {
        if self.sizes.samples <= ROWS {
            Threads::All
        } else {
            Threads::One
        }
    }
}

fn mask(
    masks: Option<&[f32]>,
    count: usize,
    gate: usize,
    width: usize,
    samples: usize,
    block: Block,
) -> Option<&[f32]> {
    let which = if count > 1 { gate } else { 0 };
    let from = (which * samples + block.first) * width;
    masks.map(|masks| &masks[from..][..block.rows * width])
}

impl Recurrent for Flex {
    type Kept = Arc<Vec<Memory>>;

    fn own<const D: usize>(tensor: Tensor<D>) -> FlexTensor {
        let own = tensor.try_into_primitive::<Self>();
        own.expect("all tensors of a layer are on its engine")
    }

    fn recurrent_forward(call: &Call<Self>, keep: bool) -> Found<Self> {
        let sizes = &call.sizes;
        let found = forward::run(&Layer::new(call), keep);
        let shape = [sizes.samples, sizes.units];
        let (h, c) = found.state;
        let mut state = vec![tensor(h, shape)];
        state.extend(c.map(|c| tensor(c, shape)));
        Found {
            output: tensor(found.output, [sizes.samples, sizes.outputs(), sizes.units]),
            state,
            kept: keep.then(|| Arc::new(found.memory)),
        }
    }

    fn recurrent_gradients(
        call: &Call<Self>,
        kept: &Self::Kept,
        gradient: &FlexTensor,
        wanted: Wanted,
    ) -> Gradients<Self> {
        let sizes = &call.sizes;
        let found = backward::run(&Layer::new(call), kept, numbers(gradient), wanted);
        let shape = [sizes.samples, sizes.steps, sizes.inputs];
        Gradients {
            input: wanted.input.then(|| tensor(found.input, shape)),
            kernel: wanted
                .kernel
                .then(|| tensor(found.kernel, [sizes.inputs, sizes.width()])),
            recurrent_kernel: wanted
                .recurrent_kernel
                .then(|| tensor(found.recurrent_kernel, [sizes.units, sizes.width()])),
            bias: wanted.bias.then(|| tensor(found.bias, [sizes.biases()])),
        }
    }
}
