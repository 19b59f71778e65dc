//! Activation functions, by Keras's names.

/// An activation function; formulas in `fireside-network`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Activation {
    #[default]
    Linear,
    Relu,
    Sigmoid,
    /// Slope and offset depend on the dialect: clip(0.2x + 0.5) in `keras2`, clip(x/6 + 0.5) in `keras3`.
    HardSigmoid,
    Tanh,
    Elu,
    Selu,
    Softplus,
    Softmax,
}

impl Activation {
    /// All of them by name.
    pub const ALL: &'static [(&'static str, Self)] = &[
        ("linear", Self::Linear),
        ("relu", Self::Relu),
        ("sigmoid", Self::Sigmoid),
        ("hard_sigmoid", Self::HardSigmoid),
        ("tanh", Self::Tanh),
        ("elu", Self::Elu),
        ("selu", Self::Selu),
        ("softplus", Self::Softplus),
        ("softmax", Self::Softmax),
    ];

    /// Keras's name.
    pub fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(_, known)| *known == self)
            .map_or("linear", |(name, _)| name)
    }
}
