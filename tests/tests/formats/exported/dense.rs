use burn::module::{Module, Param};
use burn::tensor::ops::{AvgPoolOptions, ConvOptions, MaxPoolOptions, PadMode};
use burn::tensor::{Bool, Device, Distribution, Tensor, TensorData, activation, module};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Arrays by name: shape, and values row by row.
pub type Arrays = BTreeMap<String, (Vec<usize>, Vec<f32>)>;

/// How a batch goes through the network.
#[derive(Default)]
pub struct Pass {
    pub training: bool,
    /// In training: new moving means and variances, in the order of their layers.
    pub moved: RefCell<Vec<Tensor<1>>>,
}

/// A weight of a file, whose shape is compared.
fn weight<const D: usize>(arrays: &Arrays, name: &str, shape: [usize; D], device: &Device) -> Result<Param<Tensor<D>>, String> {
    let (found, values) = arrays.get(name).ok_or_else(|| format!("the file lacks {name}"))?;
    if found[..] != shape[..] {
        return Err(format!("{name} should have the shape {shape:?} but has {found:?}"));
    }
    Ok(Param::from_data(TensorData::new(values.clone(), shape), device))
}

/// x W + b over the last axis.
fn dense<const D: usize>(x: Tensor<D>, kernel: Tensor<2>, bias: Option<Tensor<1>>) -> Tensor<D> {
    let y = x.matmul(kernel.unsqueeze());
    match bias {
        Some(bias) => y + bias.unsqueeze(),
        None => y,
    }
}

/// (x - mean) / sqrt(variance + epsilon) * gamma + beta; `axis` is that of the channels or features. With
/// `moving` (momentum, mean, variance) as Keras's BatchNormalization, else as LayerNormalization.
fn normalize<const D: usize>(
    x: Tensor<D>,
    axis: usize,
    epsilon: f64,
    [gamma, beta]: [Option<Tensor<1>>; 2],
    moving: Option<(f64, Tensor<1>, Tensor<1>)>,
    pass: &Pass,
) -> Tensor<D> {
    let features = x.dims()[axis];
    let mut shape = [1; D];
    shape[axis] = features;
    let over: Vec<usize> = (0..D).filter(|own| (*own == axis) != moving.is_some()).collect();
    let moments = || {
        let mean = x.clone().mean_dims(&over);
        let centred = x.clone() - mean.clone();
        (mean, (centred.clone() * centred).mean_dims(&over))
    };
    let (mean, variance) = match moving {
        None => moments(),
        Some((_, mean, variance)) if !pass.training => (mean.reshape(shape), variance.reshape(shape)),
        Some((momentum, old_mean, old_variance)) => {
            let (mean, variance) = moments();
            let carried = |old: Tensor<1>, new: &Tensor<D>| {
                old.inner() * momentum + new.clone().inner().reshape([features]) * (1.0 - momentum)
            };
            pass.moved.borrow_mut().extend([carried(old_mean, &mean), carried(old_variance, &variance)]);
            (mean, variance)
        }
    };
    let y = (x.clone() - mean) / (variance + epsilon).sqrt();
    let y = match gamma {
        Some(gamma) => y * gamma.reshape(shape),
        None => y,
    };
    match beta {
        Some(beta) => y + beta.reshape(shape),
        None => y,
    }
}

/// Keras's Dropout: in training every number is zero with probability `rate`.
fn drop<const D: usize>(x: Tensor<D>, rate: f64, pass: &Pass) -> Tensor<D> {
    drop_alike(x.clone(), x.dims(), rate, pass)
}

/// The same mask along the axes that are 1 in `shape`.
fn drop_alike<const D: usize>(x: Tensor<D>, shape: [usize; D], rate: f64, pass: &Pass) -> Tensor<D> {
    if rate == 0.0 || !pass.training {
        return x;
    }
    let kept = Tensor::random(shape, Distribution::Bernoulli(1.0 - rate), &x.device());
    x * kept / (1.0 - rate)
}

/// The network; weights lie in Keras's layout.
#[derive(Module, Debug)]
pub struct Network {
    pub dense_1_kernel: Param<Tensor<2>>,
    pub dense_1_bias: Param<Tensor<1>>,
    pub lambda__kernel: Param<Tensor<2>>,
    pub dense_3_kernel: Param<Tensor<2>>,
    pub dense_3_bias: Param<Tensor<1>>,
    pub batch_normalization_1_gamma: Param<Tensor<1>>,
    pub batch_normalization_1_beta: Param<Tensor<1>>,
    pub batch_normalization_1_moving_mean: Param<Tensor<1>>,
    pub batch_normalization_1_moving_variance: Param<Tensor<1>>,
    pub dense_4_kernel: Param<Tensor<2>>,
    pub dense_4_bias: Param<Tensor<1>>,
}

impl Network {
    /// The network with the weights of a file.
    ///
    /// # Errors
    /// The weight that is missing or has another shape.
    pub fn load(arrays: &Arrays, device: &Device) -> Result<Self, String> {
        Ok(Self {
            dense_1_kernel: weight(arrays, "dense_1/kernel", [6, 5], device)?,
            dense_1_bias: weight(arrays, "dense_1/bias", [5], device)?,
            lambda__kernel: weight(arrays, "lambda/kernel", [5, 4], device)?,
            dense_3_kernel: weight(arrays, "dense_3/kernel", [4, 4], device)?,
            dense_3_bias: weight(arrays, "dense_3/bias", [4], device)?,
            batch_normalization_1_gamma: weight(arrays, "batch_normalization_1/gamma", [4], device)?,
            batch_normalization_1_beta: weight(arrays, "batch_normalization_1/beta", [4], device)?,
            batch_normalization_1_moving_mean: weight(arrays, "batch_normalization_1/moving_mean", [4], device)?,
            batch_normalization_1_moving_variance: weight(arrays, "batch_normalization_1/moving_variance", [4], device)?,
            dense_4_kernel: weight(arrays, "dense_4/kernel", [4, 3], device)?,
            dense_4_bias: weight(arrays, "dense_4/bias", [3], device)?,
        })
    }

    /// The output for a batch of rows.
    pub fn forward(&self, x: Tensor<2>, pass: &Pass) -> Tensor<2> {
        let x: Tensor<2> = activation::hard_sigmoid(dense(x, self.dense_1_kernel.val(), Some(self.dense_1_bias.val())), 0.2, 0.5);
        let x: Tensor<2> = activation::selu(dense(x, self.lambda__kernel.val(), None));
        let x: Tensor<2> = drop(x, 0.5, pass);
        let x: Tensor<2> = activation::leaky_relu(x, 0.3);
        let x: Tensor<2> = activation::softplus(dense(x, self.dense_3_kernel.val(), Some(self.dense_3_bias.val())), 1.0);
        let x: Tensor<2> = normalize(x, 1, 0.001, [Some(self.batch_normalization_1_gamma.val()), Some(self.batch_normalization_1_beta.val())], Some((0.9, self.batch_normalization_1_moving_mean.val(), self.batch_normalization_1_moving_variance.val())), pass);
        let x: Tensor<2> = activation::elu(x, 0.5);
        let x: Tensor<2> = activation::softsign(dense(x, self.dense_4_kernel.val(), Some(self.dense_4_bias.val())));
        let x: Tensor<2> = activation::softmax(x, 1);
        x
    }
}
