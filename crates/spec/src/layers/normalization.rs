//! `BatchNormalization` and `LayerNormalization`: (x - mean) / sqrt(variance + epsilon) * gamma + beta.
//!
//! Batch: mean and biased variance of each channel over the batch in training (`moving = momentum moving +
//! (1 - momentum) batch`), the moving ones in use. Layer: over the features of each row or step, always.

use super::{Initializer, Rules, TensorSpec, rules};
use crate::read::Fields;
use crate::shape::Shape;

/// A normalization layer.
#[derive(Clone, Debug, PartialEq)]
pub struct Normalization {
    /// The momentum of the moving statistics; `None` for `LayerNormalization`.
    pub momentum: Option<f64>,
    pub epsilon: f64,
    pub gamma: Option<Rules>,
    pub beta: Option<Rules>,
}

impl Normalization {
    pub(super) fn read(f: &Fields, batch: bool) -> Self {
        Self {
            momentum: batch.then(|| f.number("momentum", Some(0.99), 0.0, 1.0)),
            epsilon: f.number("epsilon", Some(1e-3), 1e-12, 1.0),
            gamma: rules!(f, "scale", "gamma", Initializer::Ones),
            beta: rules!(f, "center", "beta", Initializer::Zeros),
        }
    }

    /// Keras's class name.
    pub const fn name(&self) -> &'static str {
        match self.momentum {
            Some(_) => "BatchNormalization",
            None => "LayerNormalization",
        }
    }

    pub(super) fn tensors(&self, input: Shape) -> Vec<TensorSpec> {
        let shape = vec![input.features()];
        let own = [("gamma", &self.gamma), ("beta", &self.beta)];
        let mut tensors: Vec<TensorSpec> = own
            .into_iter()
            .filter_map(|(name, rules)| Some(TensorSpec::new(name, shape.clone(), rules.as_ref()?)))
            .collect();
        if self.momentum.is_some() {
            let moving = [
                ("moving_mean", Initializer::Zeros),
                ("moving_variance", Initializer::Ones),
            ];
            tensors.extend(moving.map(|(name, initializer)| TensorSpec {
                trainable: false,
                ..TensorSpec::new(name, shape.clone(), &Rules::from(initializer))
            }));
        }
        tensors
    }
}
