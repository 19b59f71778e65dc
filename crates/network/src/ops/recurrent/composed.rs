//! Recurrent layers from Burn's own operations, step by step: for engines that we have no kernels for,
//! and as the yardstick in tests.

use super::{Cell, CellActivation, Recurrence, Surroundings};
use burn::tensor::Tensor;
use burn::tensor::activation::{relu, sigmoid};

impl CellActivation {
    fn of(self, value: Tensor<2>) -> Tensor<2> {
        match self {
            Self::Tanh => value.tanh(),
            Self::Sigmoid => sigmoid(value),
            Self::HardSigmoid { slope } => (value * slope + 0.5).clamp(0.0, 1.0),
            Self::Relu => relu(value),
            Self::Linear => value,
        }
    }
}

/// One gate's share of a product with masks.
struct Factor {
    /// Of every gate.
    kernels: Vec<Tensor<2>>,
    /// None, one, or one for each gate.
    masks: Vec<Tensor<2>>,
}

impl Factor {
    fn new(kernel: &Tensor<2>, gates: usize, masks: Option<Tensor<3>>) -> Self {
        Self {
            kernels: kernel.clone().chunk(gates, 1),
            masks: masks.map_or_else(Vec::new, |masks| {
                let [count, rows, width] = masks.dims();
                let masks = masks.chunk(count, 0).into_iter();
                masks.map(|mask| mask.reshape([rows, width])).collect()
            }),
        }
    }

    fn times(&self, value: &Tensor<2>, gate: usize) -> Tensor<2> {
        let mask = self.masks.get(gate).or(self.masks.first());
        let value = match mask {
            Some(mask) => value.clone() * mask.clone(),
            None => value.clone(),
        };
        value.matmul(self.kernels[gate].clone())
    }
}

/// Arguments as in [`super::recurrent`].
pub(in crate::ops) fn recurrent(
    how: Recurrence,
    input: Tensor<3>,
    kernel: Tensor<2>,
    recurrent_kernel: Tensor<2>,
    bias: Option<Tensor<1>>,
    surroundings: Surroundings,
) -> (Tensor<3>, Vec<Tensor<2>>) {
    let [samples, steps, inputs] = input.dims();
    let [units, _] = recurrent_kernel.dims();
    let gates = how.cell.gates();
    let device = input.device();
    let of_input = Factor::new(&kernel, gates, surroundings.input_masks);
    let of_state = Factor::new(&recurrent_kernel, gates, surroundings.recurrent_masks);
    let biases: Vec<Tensor<2>> = match bias {
        Some(bias) => bias.unsqueeze().chunk(gates * how.cell.biases(), 1),
        None => Vec::new(),
    };
    let biased = |value: Tensor<2>, at: usize| match biases.get(at) {
        Some(bias) => value + bias.clone(),
        None => value,
    };
    let zeros = || Tensor::<2>::zeros([samples, units], &device);
    let mut given = surroundings.state.into_iter();
    let mut h = given.next().unwrap_or_else(zeros);
    let mut c = given.next().unwrap_or_else(zeros);
    let (inner, gate) = (how.activation, how.recurrent_activation);
    let mut outputs = Vec::new();
    for step in 0..steps {
        let at = if how.backwards {
            steps - 1 - step
        } else {
            step
        };
        let x = input.clone().slice([0..samples, at..at + 1, 0..inputs]);
        let x = x.reshape([samples, inputs]);
        let from_x = |g: usize| biased(of_input.times(&x, g), g);
        let sum = |g: usize| from_x(g) + of_state.times(&h, g);
        let (new_h, new_c) = match how.cell {
            Cell::Simple => (inner.of(sum(0)), c.clone()),
            Cell::Gru { reset_after: false } => {
                let (z, r) = (gate.of(sum(0)), gate.of(sum(1)));
                let k = inner.of(from_x(2) + of_state.times(&(r * h.clone()), 2));
                (z.clone() * h.clone() + (z * -1.0 + 1.0) * k, c.clone())
            }
            Cell::Gru { reset_after: true } => {
                let after = |g: usize| biased(of_state.times(&h, g), gates + g);
                let z = gate.of(from_x(0) + after(0));
                let r = gate.of(from_x(1) + after(1));
                let k = inner.of(from_x(2) + r * after(2));
                (z.clone() * h.clone() + (z * -1.0 + 1.0) * k, c.clone())
            }
            Cell::Lstm => {
                let (i, f, o) = (gate.of(sum(0)), gate.of(sum(1)), gate.of(sum(3)));
                let new_c = f * c.clone() + i * inner.of(sum(2));
                (o * inner.of(new_c.clone()), new_c)
            }
        };
        let stays = |new: Tensor<2>, old: Tensor<2>| match &surroundings.step_mask {
            Some(mask) => {
                let mask = mask.clone().slice([0..samples, at..at + 1]);
                old.clone() + (new - old) * mask
            }
            None => new,
        };
        h = stays(new_h, h);
        c = stays(new_c, c);
        outputs.push(h.clone().unsqueeze_dim::<3>(1));
    }
    let output = match how.return_sequences {
        true => Tensor::cat(outputs, 1),
        false => h.clone().unsqueeze_dim::<3>(1),
    };
    let mut state = vec![h.inner()];
    if how.cell == Cell::Lstm {
        state.push(c.inner());
    }
    (output, state)
}
