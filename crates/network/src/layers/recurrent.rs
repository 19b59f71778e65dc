//! `SimpleRNN`, `GRU`, `LSTM` as one node each, and `Bidirectional` around one of them.

use super::Pass;
use super::dropout::draw;
use crate::network::Node;
use crate::ops::{self, Recurrence, Surroundings};
use crate::value::Value;
use crate::weight::Weight;
use burn::tensor::{Device, Tensor};
use fireside_spec::Dialect;
use fireside_spec::layers::{Activation, Bidirectional, Cell, MergeMode, Recurrent};

/// What the layer does in a step, in the words of `ops`.
fn how(spec: &Recurrent, backwards: bool, dialect: Dialect) -> Recurrence {
    let function = |activation| match activation {
        Activation::Relu => ops::CellActivation::Relu,
        Activation::Sigmoid => ops::CellActivation::Sigmoid,
        Activation::Linear => ops::CellActivation::Linear,
        Activation::HardSigmoid => ops::CellActivation::HardSigmoid {
            slope: match dialect {
                Dialect::Keras2 => 0.2,
                Dialect::Keras3 => 1.0 / 6.0,
            },
        },
        // `spec` lets nothing else in.
        _ => ops::CellActivation::Tanh,
    };
    Recurrence {
        cell: match spec.cell {
            Cell::SimpleRnn => ops::Cell::Simple,
            Cell::Gru => ops::Cell::Gru {
                reset_after: spec.reset_after,
            },
            Cell::Lstm => ops::Cell::Lstm,
        },
        activation: function(spec.activation),
        recurrent_activation: function(spec.gate),
        backwards,
        return_sequences: spec.return_sequences,
    }
}

/// Masks for inputs and state. Keras 2 draws one for every gate, Keras 3 one for all unless the state is
/// dropped too. `part` tells the two directions apart.
fn masks(
    spec: &Recurrent,
    [n, inputs]: [usize; 2],
    part: u32,
    pass: &Pass,
    device: &Device,
) -> [Option<Tensor<3>>; 2] {
    let gates = match pass.dialect {
        Dialect::Keras3 if spec.recurrent_dropout == 0.0 => 1,
        _ => spec.cell.parts(),
    };
    let of = |width, rate, part| draw([gates, n, width], rate, part, pass, device);
    [
        of(inputs, spec.dropout, part),
        of(spec.units, spec.recurrent_dropout, part + 1),
    ]
}

/// One direction: the sequence of outputs (one step unless `return_sequences`), and the last state.
fn direction(
    spec: &Recurrent,
    backwards: bool,
    weights: &[Weight],
    state: Vec<Tensor<2>>,
    x: Tensor<3>,
    pass: &Pass,
) -> (Tensor<3>, Vec<Tensor<2>>) {
    let [n, _, inputs] = x.dims();
    let part = if backwards != spec.go_backwards { 3 } else { 1 };
    let [input_masks, recurrent_masks] = masks(spec, [n, inputs], part, pass, &x.device());
    // A batch of another size (the last one) starts anew.
    let fits = state.iter().all(|tensor| tensor.dims()[0] == n);
    let around = Surroundings {
        state: if fits { state } else { Vec::new() },
        input_masks,
        recurrent_masks,
        step_mask: pass.mask(),
    };
    ops::recurrent(
        how(spec, backwards, pass.dialect),
        x,
        weights[0].matrix(),
        weights[1].matrix(),
        weights.get(2).map(Weight::vector),
        around,
    )
}

/// The outputs as a value: a sequence, or the last step's.
fn output(spec: &Recurrent, y: Tensor<3>) -> Value {
    match spec.return_sequences {
        true => Value::Sequence(y),
        false => {
            let [n, _, units] = y.dims();
            Value::Flat(y.reshape([n, units]))
        }
    }
}

/// (rows, steps, features) -> (rows, steps, units) or (rows, units).
pub(super) fn forward(spec: &Recurrent, node: &Node, x: Value, pass: &Pass) -> Value {
    let Value::Sequence(x) = x else {
        return x;
    };
    let before = node.state.clone();
    let (y, state) = direction(spec, spec.go_backwards, &node.weights, before, x, pass);
    if spec.stateful {
        pass.moved.borrow_mut().states.push((pass.index, state));
    }
    output(spec, y)
}

/// Both directions, merged; every step stands where it stood in the input.
pub(super) fn bidirectional(spec: &Bidirectional, node: &Node, x: Value, pass: &Pass) -> Value {
    let Value::Sequence(x) = x else {
        return x;
    };
    let layer = &spec.layer;
    let (there, back) = node.weights.split_at(node.weights.len() / 2);
    let count = node.state.len() / 2;
    let (first, second) = node.state.split_at(count);
    let backwards = !layer.go_backwards;
    let (a, mut states) = direction(
        layer,
        layer.go_backwards,
        there,
        first.to_vec(),
        x.clone(),
        pass,
    );
    let (mut b, other) = direction(layer, backwards, back, second.to_vec(), x, pass);
    if layer.stateful {
        states.extend(other);
        pass.moved.borrow_mut().states.push((pass.index, states));
    }
    if layer.return_sequences {
        b = b.flip([1]);
    }
    let y = match spec.merge_mode {
        MergeMode::Concat => Tensor::cat(vec![a, b], 2),
        MergeMode::Sum => a + b,
        MergeMode::Mul => a * b,
        MergeMode::Ave => (a + b) * 0.5,
    };
    output(layer, y)
}
