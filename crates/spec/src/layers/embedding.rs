//! `Embedding`: a row of a learned table for each token; `PositionEmbedding`: a learned row added to each step.

use super::window::{Rank, needs};
use super::{Initializer, Misfit, Rules, TensorSpec, misfit, rules};
use crate::read::Fields;
use crate::shape::Shape;

/// (steps) token ids -> (steps, output_dim), table (input_dim, output_dim).
#[derive(Clone, Debug, PartialEq)]
pub struct Embedding {
    /// Ids lie in 0..input_dim.
    pub input_dim: usize,
    pub output_dim: usize,
    /// Whether id 0 is padding, which recurrent layers skip.
    pub mask_zero: bool,
    pub table: Rules,
}

impl Embedding {
    pub(super) fn read(f: &Fields) -> Self {
        // Keras wants the length for a Flatten behind; here it is known from the data.
        f.integer("input_length", Some(1), 1..1_000_001);
        Self {
            input_dim: f.integer("input_dim", None, 1..10_000_001),
            output_dim: f.integer("output_dim", None, 1..100_001),
            mask_zero: f.flag("mask_zero", false),
            table: rules!(f, "embeddings", Initializer::UNIFORM),
        }
    }

    pub(super) fn output(&self, input: Shape) -> Result<Shape, Misfit> {
        match input {
            Shape::Flat { units } => Ok(Shape::Sequence {
                steps: units,
                features: self.output_dim,
            }),
            _ => Err(misfit("needs_ids", vec![("shape", input.to_string())])),
        }
    }

    pub(super) fn tensors(&self) -> Vec<TensorSpec> {
        let shape = vec![self.input_dim, self.output_dim];
        vec![TensorSpec::new("embeddings", shape, &self.table)]
    }
}

/// (steps, features) -> the same with a learned row of a table added to every step: the first `steps` rows
/// of (sequence_length, features).
#[derive(Clone, Debug, PartialEq)]
pub struct PositionEmbedding {
    /// Rows of the table; by default as many as the input has steps.
    pub sequence_length: Option<usize>,
    pub table: Rules,
}

impl PositionEmbedding {
    pub(super) fn read(f: &Fields) -> Self {
        let given = f.has("sequence_length");
        let length = f.integer("sequence_length", Some(1), 1..1_000_001);
        Self {
            sequence_length: given.then_some(length),
            table: rules!(f, "embeddings", Initializer::UNIFORM),
        }
    }

    pub(super) fn output(&self, input: Shape) -> Result<Shape, Misfit> {
        let Shape::Sequence { steps, .. } = input else {
            return Err(needs("PositionEmbedding", Rank::One, input));
        };
        match self.sequence_length {
            Some(rows) if rows < steps => Err(misfit(
                "too_few_positions",
                vec![("found", rows.to_string()), ("wanted", steps.to_string())],
            )),
            _ => Ok(input),
        }
    }

    pub(super) fn tensors(&self, input: Shape) -> Vec<TensorSpec> {
        let (steps, _) = input.step().unwrap_or((0, input));
        let shape = vec![self.sequence_length.unwrap_or(steps), input.features()];
        vec![TensorSpec::new("embeddings", shape, &self.table)]
    }
}
