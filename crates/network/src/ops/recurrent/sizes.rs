//! The sizes of a recurrent layer: everything about a call but its numbers.

use super::{Cell, Recurrence};

/// Sizes that agree with each other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sizes {
    pub how: Recurrence,
    pub samples: usize,
    pub steps: usize,
    pub inputs: usize,
    pub units: usize,
    /// Masks of the input, and of the state: none, one for all gates, or one for each.
    pub input_masks: usize,
    pub recurrent_masks: usize,
}

/// Neighbouring gates that one matrix product computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Section {
    /// The first gate, and how many there are.
    pub gate: usize,
    pub count: usize,
    /// Where its numbers lie among those of a step (in units).
    pub slot: usize,
}

/// The shapes of what a recurrent layer is given.
pub(crate) struct Given {
    pub input: [usize; 3],
    pub kernel: [usize; 2],
    pub recurrent_kernel: [usize; 2],
    pub bias: Option<[usize; 1]>,
    /// h and c.
    pub state: [Option<[usize; 2]>; 2],
    pub input_masks: Option<[usize; 3]>,
    pub recurrent_masks: Option<[usize; 3]>,
    pub step_mask: Option<[usize; 2]>,
}

impl Sizes {
    /// Checks the sizes; arguments and panics as in [`super::recurrent`].
    pub fn new(how: Recurrence, given: &Given) -> Self {
        let [samples, steps, inputs] = given.input;
        let [units, _] = given.recurrent_kernel;
        let gates = how.cell.gates();
        let width = gates * units;
        assert!(
            steps > 0 && inputs > 0 && units > 0,
            "recurrent layer: no steps, inputs or units"
        );
        assert_eq!(given.kernel, [inputs, width], "recurrent layer: kernel");
        assert_eq!(
            given.recurrent_kernel,
            [units, width],
            "recurrent layer: recurrent kernel"
        );
        if let Some(bias) = given.bias {
            assert_eq!(
                bias,
                [how.cell.biases() * width],
                "recurrent layer: length of the bias"
            );
        }
        for state in given.state.into_iter().flatten() {
            assert_eq!(state, [samples, units], "recurrent layer: state");
        }
        let masks = |given: Option<[usize; 3]>, width: usize| {
            let count = given.map_or(0, |[count, ..]| count);
            if let Some(shape) = given {
                assert!(
                    (count == 1 || count == gates) && shape == [count, samples, width],
                    "recurrent layer: masks of dropout {shape:?}"
                );
            }
            count
        };
        if let Some(mask) = given.step_mask {
            assert_eq!(mask, [samples, steps], "recurrent layer: mask of steps");
        }
        Self {
            how,
            samples,
            steps,
            inputs,
            units,
            input_masks: masks(given.input_masks, inputs),
            recurrent_masks: masks(given.recurrent_masks, units),
        }
    }

    /// Steps that the output has.
    pub fn outputs(&self) -> usize {
        if self.how.return_sequences {
            self.steps
        } else {
            1
        }
    }

    /// Columns of the kernels.
    pub fn width(&self) -> usize {
        self.how.cell.gates() * self.units
    }

    /// Numbers of a bias.
    pub fn biases(&self) -> usize {
        self.how.cell.biases() * self.width()
    }

    /// Numbers, in units, that a step has for each sample: its gates, and for a GRU what multiplies, or is
    /// multiplied by, the part of the recurrent kernel behind the reset.
    pub fn slots(&self) -> usize {
        match self.how.cell {
            Cell::Simple => 1,
            Cell::Gru { .. } | Cell::Lstm => 4,
        }
    }

    /// The products with the kernel.
    pub fn input_sections(&self) -> Vec<Section> {
        let whole = Section {
            gate: 0,
            count: self.how.cell.gates(),
            slot: 0,
        };
        split(vec![whole], self.input_masks)
    }

    /// The products of the state with the recurrent kernel. With the reset before the product, that of
    /// the last gate is none of them: it is the reset state that is multiplied.
    pub fn state_sections(&self) -> Vec<Section> {
        let section = |gate, count, slot| Section { gate, count, slot };
        let whole = match self.how.cell {
            Cell::Simple => vec![section(0, 1, 0)],
            Cell::Gru { reset_after: false } => vec![section(0, 2, 0)],
            Cell::Gru { reset_after: true } => vec![section(0, 2, 0), section(2, 1, 3)],
            Cell::Lstm => vec![section(0, 4, 0)],
        };
        split(whole, self.recurrent_masks)
    }
}

/// Gate by gate where each has a mask of its own.
fn split(sections: Vec<Section>, masks: usize) -> Vec<Section> {
    if masks <= 1 {
        return sections;
    }
    let single = |section: Section| {
        (0..section.count).map(move |at| Section {
            gate: section.gate + at,
            count: 1,
            slot: section.slot + at,
        })
    };
    sections.into_iter().flat_map(single).collect()
}
