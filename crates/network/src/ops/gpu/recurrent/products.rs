//! The products of the way back: the gradients of weights and input from those of all steps' sums.

use super::pieces::{
    FACTOR_INPUT, FACTOR_RESET, FACTOR_STATE, INPUT, INPUT_FINISH, INPUT_LOAD, INPUT_MASK,
    INPUT_VALUE, READ_AT, STATE_MASK, WEIGHTS, WEIGHTS_FINISH, WEIGHTS_LOAD, choose, maybe,
};
use super::{Memory, section_constants};
use crate::ops::gpu::product::Product;
use crate::ops::gpu::shared::{Buffers, put_bias, writes};
use crate::ops::recurrent::{Call, Cell, Section, Sizes};
use burn::backend::Cube;
use fireside_gpu::{Constant, GpuTensor, empty};

/// What the products of the way back are made from.
pub(super) struct Back<'t> {
    pub call: &'t Call<Cube>,
    pub kept: &'t Memory,
    pub sums: &'t GpuTensor,
}

impl Back<'_> {
    /// The gradient of some gates of a kernel with `rows` rows, and perhaps that of their bias, which begins
    /// at a place.
    fn weights(
        &self,
        section: Section,
        rows: usize,
        factor: &[&'static str],
        reads: Buffers,
        kernel: &GpuTensor,
        bias: Option<(&GpuTensor, usize)>,
    ) {
        let Sizes {
            samples,
            steps,
            units,
            ..
        } = self.call.sizes;
        let mut constants = section_constants(&self.call.sizes, section);
        constants.extend([
            ("HEIGHT", Constant::from(rows)),
            ("BIAS", usize::from(bias.is_some()).into()),
            ("BIAS_AT", bias.map_or(0, |(_, at)| at).into()),
        ]);
        let mut all = vec![("sums", self.sums)];
        all.extend(reads);
        Product {
            rows: samples,
            m: rows + usize::from(bias.is_some()),
            n: section.count * units,
            k: steps * samples,
            along_k: [false, false],
            constants,
            sizes: WEIGHTS,
            load: [factor, &[WEIGHTS_LOAD]].concat(),
            reads: all,
            finish: vec![put_bias(bias.is_some()), WEIGHTS_FINISH],
            finish_reads: Vec::new(),
            writes: writes(kernel, bias.map(|(bias, _)| bias)),
        }
        .run();
    }

    pub fn kernel_gradient(&self, bias: Option<&GpuTensor>) -> GpuTensor {
        let sizes = &self.call.sizes;
        let gradient = empty(self.sums, [sizes.inputs, sizes.width()]);
        let masks = self.call.input_masks.as_ref();
        for section in sizes.input_sections() {
            let factor = [
                READ_AT,
                choose(INPUT_MASK, masks),
                INPUT_VALUE,
                FACTOR_INPUT,
            ];
            let mut reads = vec![("input", &self.call.input)];
            reads.extend(maybe("input_masks", masks));
            let bias = bias.map(|bias| (bias, 0));
            self.weights(section, sizes.inputs, &factor, reads, &gradient, bias);
        }
        gradient
    }

    /// `bias`: where the second bias of a GRU with the reset after the product has its gradient.
    pub fn recurrent_gradient(&self, bias: Option<&GpuTensor>) -> GpuTensor {
        let sizes = &self.call.sizes;
        let gradient = empty(self.sums, [sizes.units, sizes.width()]);
        let masks = self.call.recurrent_masks.as_ref();
        for section in sizes.state_sections() {
            let factor = [choose(STATE_MASK, masks), FACTOR_STATE];
            let mut reads = vec![("states", &self.kept.states)];
            reads.extend(maybe("state_masks", masks));
            let bias = bias.map(|bias| (bias, sizes.width()));
            self.weights(section, sizes.units, &factor, reads, &gradient, bias);
        }
        if sizes.how.cell == (Cell::Gru { reset_after: false }) {
            let section = Section {
                gate: 2,
                count: 1,
                slot: 2,
            };
            let reads = vec![("gates", &self.kept.gates)];
            self.weights(
                section,
                sizes.units,
                &[FACTOR_RESET],
                reads,
                &gradient,
                None,
            );
        }
        gradient
    }

    pub fn input_gradient(&self) -> GpuTensor {
        let sizes = &self.call.sizes;
        let Sizes {
            samples,
            steps,
            inputs,
            units,
            ..
        } = *sizes;
        let gradient = empty(self.sums, [samples, steps, inputs]);
        let masks = self.call.input_masks.as_ref();
        for section in sizes.input_sections() {
            Product {
                rows: samples,
                m: steps * samples,
                n: inputs,
                k: section.count * units,
                along_k: [true, true],
                constants: section_constants(sizes, section),
                sizes: INPUT,
                load: vec![INPUT_LOAD],
                reads: vec![("sums", self.sums), ("kernel", &self.call.kernel)],
                finish: vec![READ_AT, choose(INPUT_MASK, masks), INPUT_FINISH],
                finish_reads: maybe("input_masks", masks),
                writes: vec![("input_gradient", &gradient)],
            }
            .run();
        }
        gradient
    }
}
