//! Activation functions; formulas after Keras 2.0.8 unless the dialect says `keras3`.

use crate::error::NetworkError;
use crate::value::Value;
use burn::tensor::{Device, Tensor, TensorData, activation};
use fireside_spec::Dialect;
use fireside_spec::layers::Activation;

/// Applies `kind` to a batch. Softmax runs over the last axis of a row or step (channels of a picture).
pub(crate) fn apply(value: Value, kind: Activation, dialect: Dialect) -> Value {
    match (kind, value) {
        (Activation::Linear, value) => value,
        (Activation::Softmax, Value::Picture(x)) => Value::Picture(activation::softmax(x, 1)),
        (Activation::Softmax, Value::Frames(x)) => Value::Frames(activation::softmax(x, 2)),
        (Activation::Softmax, Value::Sequence(x)) => {
            let [n, ..] = x.dims();
            let steps = Value::Sequence(x).fold_steps();
            apply(steps, kind, dialect).unfold_steps(n)
        }
        (Activation::Softmax, Value::Flat(x)) => Value::Flat(softmax(x)),
        (_, value) => value.map(|x| pointwise(x, kind, dialect)),
    }
}

/// What a function makes of each of these numbers by itself, for a drawing of it.
///
/// # Errors
/// When the device can't give its values back.
pub async fn curve(
    kind: Activation,
    numbers: Vec<f32>,
    dialect: Dialect,
    device: &Device,
) -> Result<Vec<f32>, NetworkError> {
    let rows = numbers.len();
    let x = Tensor::from_data(TensorData::new(numbers, [rows, 1]), device);
    let y = apply(Value::Flat(x), kind, dialect).into_flat();
    let unreadable = |reason: String| NetworkError::Corrupt { reason };
    let data = y.into_data_async().await;
    let data = data.map_err(|error| unreadable(format!("{error:?}")))?;
    data.try_to_vec::<f32>()
        .map_err(|error| unreadable(format!("{error:?}")))
}

fn softmax(x: Tensor<2>) -> Tensor<2> {
    #[cfg(feature = "gpu")]
    if crate::ops::gpu::is_gpu(&x) {
        return crate::ops::gpu::softmax(x);
    }
    activation::softmax(x, 1)
}

fn sigmoid(x: Tensor<2>) -> Tensor<2> {
    #[cfg(feature = "gpu")]
    if crate::ops::gpu::is_gpu(&x) {
        return crate::ops::gpu::sigmoid(x);
    }
    activation::sigmoid(x)
}

fn pointwise(x: Tensor<2>, kind: Activation, dialect: Dialect) -> Tensor<2> {
    match kind {
        Activation::Relu => activation::relu(x),
        Activation::LeakyRelu(slope) => {
            let negative = x.clone().clamp_max(0.0);
            activation::relu(x) + negative * slope
        }
        Activation::Sigmoid => sigmoid(x),
        Activation::HardSigmoid => {
            let slope = match dialect {
                Dialect::Keras2 => 0.2,
                Dialect::Keras3 => 1.0 / 6.0,
            };
            (x * slope + 0.5).clamp(0.0, 1.0)
        }
        Activation::Tanh => x.tanh(),
        Activation::Elu(alpha) => elu(x, alpha),
        Activation::Selu => elu(x, 1.673_263_242_354_377_2) * 1.050_700_987_355_480_5,
        Activation::Gelu(false) => {
            let phi = (x.clone() * std::f64::consts::FRAC_1_SQRT_2).erf() + 1.0;
            x * phi * 0.5
        }
        Activation::Gelu(true) => {
            let cube = x.clone().powi_scalar(3) * 0.044_715;
            let inner = (x.clone() + cube) * (2.0 / std::f64::consts::PI).sqrt();
            x * (inner.tanh() + 1.0) * 0.5
        }
        Activation::Swish => x.clone() * sigmoid(x),
        Activation::Softplus => activation::softplus(x, 1.0),
        Activation::Softsign => x.clone() / (x.abs() + 1.0),
        // Both are handled by `apply`.
        Activation::Linear | Activation::Softmax => x,
    }
}

/// x for x > 0, else alpha (e^x - 1). The exponential sees only the negative part, so it never overflows.
fn elu(x: Tensor<2>, alpha: f64) -> Tensor<2> {
    let negative = x.clone().clamp_max(0.0).exp() - 1.0;
    activation::relu(x) + negative * alpha
}
