//! `SimpleRNN`, `GRU`, `LSTM`, and `Bidirectional` around one of them: a state that is carried from step to
//! step. Formulas in `fireside-network`.

use super::{Activation, Initializer, Misfit, Rules, TensorSpec, misfit, rules};
use crate::experiment::Dialect;
use crate::read::Fields;
use crate::shape::Shape;

/// What happens in a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    SimpleRnn,
    Gru,
    Lstm,
}

/// A recurrent layer. Kernel (in, g units), recurrent kernel (units, g units), bias (g units); the g parts
/// are GRU's z, r, h and LSTM's i, f, c, o.
#[derive(Clone, Debug, PartialEq)]
pub struct Recurrent {
    pub cell: Cell,
    pub units: usize,
    pub activation: Activation,
    /// Of the gates.
    pub gate: Activation,
    pub kernel: Rules,
    pub recurrent: Rules,
    pub bias: Option<Rules>,
    /// On the inputs and on the state, one mask for all steps of a batch.
    pub dropout: f64,
    pub recurrent_dropout: f64,
    /// Every step's output instead of the last one's.
    pub return_sequences: bool,
    pub go_backwards: bool,
    /// Row j of a batch goes on where row j of the batch before ended.
    pub stateful: bool,
    /// GRU's reset gate behind the product with the state (Keras 3) instead of before it.
    pub reset_after: bool,
}

impl Cell {
    /// Parts of the kernels: one per gate and candidate.
    pub const fn parts(self) -> usize {
        match self {
            Self::SimpleRnn => 1,
            Self::Gru => 3,
            Self::Lstm => 4,
        }
    }
}

impl Recurrent {
    pub(super) fn read(f: &Fields, cell: Cell) -> Self {
        let forget = cell == Cell::Lstm && f.flag("unit_forget_bias", true);
        let default = if forget {
            Initializer::UnitForget
        } else {
            Initializer::Zeros
        };
        let known = [
            ("tanh", Activation::Tanh),
            ("relu", Activation::Relu),
            ("sigmoid", Activation::Sigmoid),
            ("linear", Activation::Linear),
        ];
        let rate = |field| f.number(field, Some(0.0), 0.0, 0.99);
        Self {
            cell,
            units: f.integer("units", None, 1..10_001),
            activation: f.choice("activation", Some(Activation::Tanh), &known),
            gate: match cell {
                Cell::SimpleRnn => Activation::Sigmoid,
                _ => Activation::read_gate(f),
            },
            kernel: rules!(f, "kernel", Initializer::GLOROT_UNIFORM),
            recurrent: rules!(f, "recurrent", Initializer::Orthogonal(1.0)),
            bias: rules!(f, "use_bias", "bias", default),
            dropout: rate("dropout"),
            recurrent_dropout: rate("recurrent_dropout"),
            return_sequences: f.flag("return_sequences", false),
            go_backwards: f.flag("go_backwards", false),
            stateful: f.flag("stateful", false),
            reset_after: cell == Cell::Gru && f.flag("reset_after", f.dialect() == Dialect::Keras3),
        }
    }

    /// Keras's class name.
    pub const fn name(&self) -> &'static str {
        match self.cell {
            Cell::SimpleRnn => "SimpleRNN",
            Cell::Gru => "GRU",
            Cell::Lstm => "LSTM",
        }
    }

    pub(super) fn output(&self, input: Shape) -> Result<Shape, Misfit> {
        match input {
            Shape::Sequence { .. } if self.return_sequences => Ok(input.with_features(self.units)),
            Shape::Sequence { .. } => Ok(Shape::Flat { units: self.units }),
            _ => Err(misfit(
                "needs_sequence",
                vec![("layer", self.name().into()), ("shape", input.to_string())],
            )),
        }
    }

    /// The tensors, their names behind `prefix`.
    pub(super) fn tensors(&self, input: Shape, prefix: &str) -> Vec<TensorSpec> {
        let width = self.cell.parts() * self.units;
        let name = |own: &str| format!("{prefix}{own}");
        let mut tensors = vec![
            TensorSpec::new(&name("kernel"), vec![input.features(), width], &self.kernel),
            TensorSpec::new(
                &name("recurrent_kernel"),
                vec![self.units, width],
                &self.recurrent,
            ),
        ];
        if let Some(bias) = &self.bias {
            let shape = if self.reset_after {
                vec![2, width]
            } else {
                vec![width]
            };
            tensors.push(TensorSpec::new(&name("bias"), shape, bias));
        }
        tensors
    }

    /// Operations of the forward pass.
    pub(super) fn flops(&self, input: Shape) -> f64 {
        let inputs = (input.features() + self.units) as f64;
        2.0 * self.kept(input) as f64 * inputs
    }

    /// Numbers of one row that the backward pass needs beside the output: the parts of every step.
    pub(super) fn kept(&self, input: Shape) -> usize {
        let steps = input.step().map_or(0, |(steps, _)| steps);
        steps.saturating_mul(self.cell.parts() * self.units)
    }
}

/// How the two directions become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MergeMode {
    Concat,
    Sum,
    Mul,
    Ave,
}

/// A recurrent layer that reads forwards, and its twin that reads backwards.
#[derive(Clone, Debug, PartialEq)]
pub struct Bidirectional {
    pub layer: Recurrent,
    pub merge_mode: MergeMode,
}

impl Bidirectional {
    pub(super) fn new(f: &Fields, layer: Recurrent) -> Self {
        let known = [
            ("concat", MergeMode::Concat),
            ("sum", MergeMode::Sum),
            ("mul", MergeMode::Mul),
            ("ave", MergeMode::Ave),
        ];
        Self {
            layer,
            merge_mode: f.choice("merge_mode", Some(MergeMode::Concat), &known),
        }
    }

    pub(super) fn output(&self, input: Shape) -> Result<Shape, Misfit> {
        let out = self.layer.output(input)?;
        Ok(match self.merge_mode {
            MergeMode::Concat => out.with_features(2 * self.layer.units),
            _ => out,
        })
    }

    pub(super) fn tensors(&self, input: Shape) -> Vec<TensorSpec> {
        let mut tensors = self.layer.tensors(input, "forward/");
        tensors.extend(self.layer.tensors(input, "backward/"));
        tensors
    }
}
