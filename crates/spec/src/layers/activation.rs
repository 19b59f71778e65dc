//! Activation functions, by Keras's names.

use crate::experiment::Dialect;
use crate::read::Fields;

/// An activation function; formulas in `fireside-network`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Activation {
    #[default]
    Linear,
    Relu,
    /// x above zero, slope x below.
    LeakyRelu(f64),
    /// alpha (e^x - 1) below zero.
    Elu(f64),
    Selu,
    /// x Phi(x); the flag takes the tanh approximation.
    Gelu(bool),
    /// x sigmoid(x)
    Swish,
    Sigmoid,
    /// Slope and offset depend on the dialect: clip(0.2x + 0.5) in `keras2`, clip(x/6 + 0.5) in `keras3`.
    HardSigmoid,
    Tanh,
    Softplus,
    Softsign,
    Softmax,
}

impl Activation {
    /// All of them by name. Keras 3's function has the slope 0.2, the layers of both dialects 0.3.
    pub const ALL: &'static [(&'static str, Self)] = &[
        ("linear", Self::Linear),
        ("relu", Self::Relu),
        ("leaky_relu", Self::LeakyRelu(0.2)),
        ("elu", Self::Elu(1.0)),
        ("selu", Self::Selu),
        ("gelu", Self::Gelu(false)),
        ("gelu_tanh", Self::Gelu(true)),
        ("swish", Self::Swish),
        ("silu", Self::Swish),
        ("sigmoid", Self::Sigmoid),
        ("hard_sigmoid", Self::HardSigmoid),
        ("tanh", Self::Tanh),
        ("softplus", Self::Softplus),
        ("softsign", Self::Softsign),
        ("softmax", Self::Softmax),
    ];

    pub(super) fn read(f: &Fields, field: &'static str) -> Self {
        f.choice(field, Some(Self::Linear), Self::ALL)
    }

    /// The gate function that holds unless one is given.
    pub(super) fn read_gate(f: &Fields) -> Self {
        let default = match f.dialect() {
            Dialect::Keras2 => Self::HardSigmoid,
            Dialect::Keras3 => Self::Sigmoid,
        };
        let known = [
            ("sigmoid", Self::Sigmoid),
            ("hard_sigmoid", Self::HardSigmoid),
        ];
        f.choice("recurrent_activation", Some(default), &known)
    }

    /// Keras's name.
    pub fn name(self) -> &'static str {
        let same = |known: &Self| match (known, &self) {
            (Self::LeakyRelu(_), Self::LeakyRelu(_)) | (Self::Elu(_), Self::Elu(_)) => true,
            (known, own) => known == own,
        };
        Self::ALL
            .iter()
            .find(|(_, known)| same(known))
            .map_or("linear", |(name, _)| name)
    }
}
