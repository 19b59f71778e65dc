//! Activation functions; formulas after Keras 2.0.8 unless the dialect says `keras3`.

use crate::value::Value;
use burn::tensor::{Tensor, activation};
use fireside_spec::Dialect;
use fireside_spec::layers::Activation;

/// Applies `kind` to a batch. Softmax runs over the last axis of a row (channels of a picture).
pub(crate) fn apply(value: Value, kind: Activation, dialect: Dialect) -> Value {
    match kind {
        Activation::Linear => value,
        #[cfg(feature = "gpu")]
        Activation::Softmax if matches!(value, Value::Flat(_)) && value.is_gpu() => {
            Value::Flat(crate::ops::gpu::softmax(value.into_flat()))
        }
        Activation::Softmax => {
            value.map(|t| activation::softmax(t, 1), |t| activation::softmax(t, 1))
        }
        _ => value.map(
            |t| pointwise(t, kind, dialect),
            |t| pointwise(t, kind, dialect),
        ),
    }
}

fn pointwise<const D: usize>(x: Tensor<D>, kind: Activation, dialect: Dialect) -> Tensor<D> {
    match kind {
        Activation::Relu => activation::relu(x),
        Activation::Sigmoid => activation::sigmoid(x),
        Activation::HardSigmoid => {
            let slope = match dialect {
                Dialect::Keras2 => 0.2,
                Dialect::Keras3 => 1.0 / 6.0,
            };
            (x * slope + 0.5).clamp(0.0, 1.0)
        }
        Activation::Tanh => x.tanh(),
        Activation::Elu => elu(x, 1.0),
        Activation::Selu => elu(x, 1.673_263_242_354_377_2) * 1.050_700_987_355_480_5,
        Activation::Softplus => activation::softplus(x, 1.0),
        // Both are handled by `apply`.
        Activation::Linear | Activation::Softmax => x,
    }
}

/// x for x > 0, else alpha (e^x - 1). The exponential sees only the negative part, so it never overflows.
fn elu<const D: usize>(x: Tensor<D>, alpha: f64) -> Tensor<D> {
    let negative = x.clone().clamp_max(0.0).exp() - 1.0;
    activation::relu(x) + negative * alpha
}
