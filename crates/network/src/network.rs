//! The network: layers in a row, built from a checked experiment.

use crate::layers::{Conv2d, Dense, Dropout, Pool2d, apply, flatten, from_keras};
use crate::value::Value;
use burn::tensor::{Device, Gradients, Tensor, TensorData};
use fireside_spec::layers::{Activation, TensorSpec};
use fireside_spec::{Checked, DataFormat, Dialect, Layer};

/// A trainable tensor: values in the engine's layout, flat, with its true shape.
///
/// Flat, because update rules are element by element; the layers ask for the shape they need.
#[derive(Clone, Debug)]
pub struct Weight {
    /// `conv2d_1/kernel`
    pub name: String,
    /// Keras's shape: (in, out), (kh, kw, in, out), (units).
    pub shape: Vec<usize>,
    /// Convolution kernels lie as (out, in, kh, kw), everything else as in Keras.
    pub values: Tensor<1>,
}

impl Weight {
    pub(crate) fn vector(&self) -> Tensor<1> {
        self.values.clone()
    }

    pub(crate) fn matrix(&self) -> Tensor<2> {
        self.values.clone().reshape([self.shape[0], self.shape[1]])
    }

    pub(crate) fn window(&self) -> Tensor<4> {
        let [kh, kw, inputs, outputs] =
            [self.shape[0], self.shape[1], self.shape[2], self.shape[3]];
        self.values.clone().reshape([outputs, inputs, kh, kw])
    }
}

/// Whether the network learns or is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Dropout draws the masks of this seed and update.
    Train { seed: u32, update: u32 },
    /// Dropout does nothing.
    Use,
}

#[derive(Clone, Debug)]
enum Built {
    Dense(Dense),
    Conv2d(Conv2d),
    Pool2d(Pool2d),
    Flatten,
    Dropout(Dropout),
    Activation,
}

/// A network on a device.
#[derive(Clone, Debug)]
pub struct Network {
    layers: Vec<(Built, Activation)>,
    format: DataFormat,
    dialect: Dialect,
}

impl Network {
    /// Builds the network of `checked` with the initial weights of `seed`.
    pub fn build(checked: &Checked, seed: u32, device: &Device) -> Self {
        Self::with_weights(checked, device, |spec, layer, tensor| {
            spec.initial(seed, layer, tensor)
        })
    }

    /// Builds the network with weights told by (tensor, index of layer, index of tensor), in Keras's layout.
    pub fn with_weights(
        checked: &Checked,
        device: &Device,
        mut values: impl FnMut(&TensorSpec, usize, usize) -> Vec<f32>,
    ) -> Self {
        let build = |(index, layer): (usize, &fireside_spec::CheckedLayer)| {
            let mut weights = layer.tensors.iter().enumerate().map(|(tensor, spec)| {
                let mut values = values(spec, index, tensor);
                if let [kh, kw, inputs, outputs] = *spec.shape.as_slice() {
                    values = from_keras(&values, [kh, kw, inputs, outputs]);
                }
                let length = values.len();
                Weight {
                    name: format!("{}/{}", layer.name, spec.name),
                    shape: spec.shape.clone(),
                    values: Tensor::from_data(TensorData::new(values, [length]), device),
                }
            });
            let kernel = weights.next();
            let bias = weights.next();
            let built = match (&layer.layer, kernel) {
                (Layer::Dense(_), Some(kernel)) => Built::Dense(Dense { kernel, bias }),
                (Layer::Conv2d(spec), Some(kernel)) => Built::Conv2d(Conv2d {
                    spec: spec.clone(),
                    kernel,
                    bias,
                }),
                (Layer::Pool2d(spec), _) => Built::Pool2d(Pool2d(spec.clone())),
                (Layer::Flatten, _) => Built::Flatten,
                (Layer::Dropout(spec), _) => Built::Dropout(Dropout {
                    rate: spec.rate,
                    layer: index,
                }),
                // A dense or convolution layer always has a kernel: `spec` gives it one.
                (Layer::Activation(_) | Layer::Dense(_) | Layer::Conv2d(_), _) => Built::Activation,
            };
            (built, layer.layer.activation())
        };
        Self {
            layers: checked.layers.iter().enumerate().map(build).collect(),
            format: checked.experiment.data.data_format,
            dialect: checked.experiment.dialect,
        }
    }

    /// The output for a batch.
    pub fn forward(&self, input: Value, mode: Mode) -> Value {
        (0..self.layers.len()).fold(input, |value, layer| self.layer(layer, value, mode))
    }

    /// The output of one layer for its input, with its activation.
    ///
    /// # Panics
    /// When there is no such layer.
    pub fn layer(&self, index: usize, value: Value, mode: Mode) -> Value {
        let (layer, activation) = &self.layers[index];
        // Relu is inside the convolution and the dense node.
        let mut rest = *activation;
        let value = match (layer, value) {
            (Built::Dense(dense), x) => {
                let y = Value::Flat(dense.forward(x.into_flat(), *activation));
                if rest == Activation::Relu {
                    rest = Activation::Linear;
                }
                y
            }
            (Built::Conv2d(conv), Value::Picture(x)) => {
                let y = Value::Picture(conv.forward(x));
                if rest == Activation::Relu {
                    rest = Activation::Linear;
                }
                y
            }
            (Built::Pool2d(pool), Value::Picture(x)) => Value::Picture(pool.forward(x)),
            (Built::Flatten, x) => flatten(x, self.format),
            (Built::Dropout(dropout), x) => match mode {
                Mode::Train { seed, update } => dropout.forward(x, seed, update, self.format),
                Mode::Use => x,
            },
            // `spec::check` lets no flat value reach a layer that wants a picture.
            (Built::Activation | Built::Conv2d(_) | Built::Pool2d(_), x) => x,
        };
        apply(value, rest, self.dialect)
    }

    /// The trainable tensors of one layer, kernel first.
    pub fn layer_weights(&self, index: usize) -> impl Iterator<Item = &Weight> {
        own_weights(&self.layers[index].0).into_iter().flatten()
    }

    /// The trainable tensors in order.
    pub fn weights(&self) -> impl Iterator<Item = &Weight> {
        self.layers
            .iter()
            .flat_map(|(layer, _)| own_weights(layer))
            .flatten()
    }

    /// The same, to be changed.
    pub fn weights_mut(&mut self) -> impl Iterator<Item = &mut Weight> {
        self.layers
            .iter_mut()
            .flat_map(|(layer, _)| match layer {
                Built::Dense(dense) => [Some(&mut dense.kernel), dense.bias.as_mut()],
                Built::Conv2d(conv) => [Some(&mut conv.kernel), conv.bias.as_mut()],
                _ => [None, None],
            })
            .flatten()
    }

    /// A twin whose weights are leaves of a new tape: its output can go backward.
    pub fn tracked(&self) -> Self {
        let mut twin = self.clone();
        for weight in twin.weights_mut() {
            weight.values = Tensor::from_inner(weight.values.clone()).require_grad();
        }
        twin
    }

    /// The gradients of a [`tracked`](Self::tracked) network in the order of [`weights`](Self::weights);
    /// `None` for a weight that the loss does not depend on.
    pub fn gradients(&self, gradients: &mut Gradients) -> Vec<Option<Tensor<1>>> {
        self.weights()
            .map(|weight| weight.values.grad_remove(gradients))
            .collect()
    }
}

fn own_weights(layer: &Built) -> [Option<&Weight>; 2] {
    match layer {
        Built::Dense(dense) => [Some(&dense.kernel), dense.bias.as_ref()],
        Built::Conv2d(conv) => [Some(&conv.kernel), conv.bias.as_ref()],
        _ => [None, None],
    }
}
