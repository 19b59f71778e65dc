//! Recurrent layers, each one recorded as a single step of the gradient graph: the whole sequence
//! forward, and back-propagation through time written by hand.

#[cfg(any(test, not(target_family = "wasm")))]
mod composed;
mod extension;
mod node;
mod sizes;

#[cfg(any(test, not(target_family = "wasm")))]
pub(super) use composed::recurrent as composed;
pub(super) use extension::recurrent as on_engine;
pub(super) use node::{Call, Found, Gradients, Recurrent, Wanted};
pub(super) use sizes::{Section, Sizes};

use burn::tensor::Tensor;

/// What a recurrent layer does with `x` (input), `h` (state) and `p` (state before the step); `W`, `U`,
/// `b` are the parts of kernel, recurrent kernel and bias that belong to a gate, `s` is the recurrent
/// activation, `a` the activation. Formulas of Keras 2.0.8 (`layers/recurrent.py`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// h = a(x W + p U + b)
    Simple,
    /// z, r = s(x W + p U + b); k = a(x W + (r p) U + b); h = z p + (1 - z) k
    Gru {
        /// k = a(x W + b + r (p U + b')): Keras 3's default, with a second bias b'.
        reset_after: bool,
    },
    /// i, f, o = s(x W + p U + b); k = a(x W + p U + b); c = f c + i k; h = o a(c)
    Lstm,
}

impl Cell {
    /// Parts of the kernels: one; z, r, k; or i, f, k, o (Keras's order).
    pub const fn gates(self) -> usize {
        match self {
            Self::Simple => 1,
            Self::Gru { .. } => 3,
            Self::Lstm => 4,
        }
    }

    /// Biases side by side: that of the input and, with `reset_after`, that of the state.
    pub const fn biases(self) -> usize {
        match self {
            Self::Gru { reset_after: true } => 2,
            _ => 1,
        }
    }
}

/// A function inside a cell, one whose slope follows from its value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CellActivation {
    Tanh,
    Sigmoid,
    /// clip(slope x + 1/2, 0, 1); Keras 2.0.8 has the slope 1/5, Keras 3 has 1/6.
    HardSigmoid {
        slope: f32,
    },
    Relu,
    Linear,
}

/// Everything about a recurrent layer but its numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recurrence {
    pub cell: Cell,
    /// Of the new content and of the output.
    pub activation: CellActivation,
    /// Of the gates.
    pub recurrent_activation: CellActivation,
    /// The last step is read first, and the output stands in that order too (Keras's `go_backwards`).
    pub backwards: bool,
    /// Whether the outputs of all steps are wanted, or only that of the step read last.
    pub return_sequences: bool,
}

/// What else a recurrent layer may be given. No gradient goes to any of it.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// The state before the first step, `[n, units]`: h, for an LSTM h and c. Empty: zeros.
    pub state: Vec<Tensor<2>>,
    /// Dropout of the input, `[m, n, in]`: factors (0 or 1 / (1 - rate)), the same for all steps; `m` is 1 or
    /// the number of gates, which then have one mask each.
    pub input_masks: Option<Tensor<3>>,
    /// Dropout of the state where it is multiplied by U, `[m, n, units]`, and nowhere else.
    pub recurrent_masks: Option<Tensor<3>>,
    /// `[n, steps]`: where it is 0, state and output stay what they were.
    pub step_mask: Option<Tensor<2>>,
}

/// A recurrent layer over whole sequences: the outputs `[n, steps, units]` (`[n, 1, units]` without
/// `return_sequences`), and the state after the last step (h, for an LSTM h and c; `[n, units]` each),
/// which is a plain tensor without gradient.
///
/// `input` is `[n, steps, in]`, `kernel` `[in, gates units]`, `recurrent_kernel` `[units, gates units]` and
/// `bias` `[gates units]`, twice as long for a GRU with `reset_after` (that of the input first).
///
/// # Panics
/// If these sizes do not agree, or there are no steps, inputs or units.
pub fn recurrent(
    how: Recurrence,
    input: Tensor<3>,
    kernel: Tensor<2>,
    recurrent_kernel: Tensor<2>,
    bias: Option<Tensor<1>>,
    surroundings: Surroundings,
) -> (Tensor<3>, Vec<Tensor<2>>) {
    // The engines of the page are ours: there the rest is not worth its bytes.
    #[cfg(not(target_family = "wasm"))]
    if !super::extension::runs(&input) {
        return composed(how, input, kernel, recurrent_kernel, bias, surroundings);
    }
    on_engine(how, input, kernel, recurrent_kernel, bias, surroundings)
}
