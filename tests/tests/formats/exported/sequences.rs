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

/// Cross-correlation; kernel (rows, columns, channels / groups, filters).
fn convolve(x: Tensor<4>, kernel: Tensor<4>, bias: Option<Tensor<1>>, how: Slide) -> Tensor<4> {
    let mut options = ConvOptions::new(how.stride, [0, 0], how.dilation, how.groups);
    options.padding = how.zeros;
    module::conv2d(x, kernel.permute([3, 2, 0, 1]), bias, options)
}

/// The largest of each window.
fn largest(x: Tensor<4>, size: [usize; 2], how: Slide) -> Tensor<4> {
    let mut options = MaxPoolOptions::new(size);
    options.stride = how.stride;
    options.padding = how.zeros;
    module::max_pool2d(x, options)
}

/// The mean of the real cells of each window.
fn average(x: Tensor<4>, size: [usize; 2], how: Slide) -> Tensor<4> {
    let mut options = AvgPoolOptions::new(size);
    options.stride = how.stride;
    options.padding = how.zeros;
    options.count_include_pad = false;
    module::avg_pool2d(x, options)
}

/// How a window slides over rows and columns.
#[derive(Clone, Copy)]
struct Slide {
    stride: [usize; 2],
    /// Zeros before and behind.
    zeros: [(usize, usize); 2],
    dilation: [usize; 2],
    groups: usize,
}

impl Default for Slide {
    fn default() -> Self {
        Self {
            stride: [1, 1],
            zeros: [(0, 0); 2],
            dilation: [1, 1],
            groups: 1,
        }
    }
}

/// Lets a sequence (rows, steps, features) slide as a picture one row high.
fn over_steps(x: Tensor<3>, function: impl FnOnce(Tensor<4>) -> Tensor<4>) -> Tensor<3> {
    function(x.swap_dims(1, 2).unsqueeze_dim(2)).squeeze_dim::<3>(2).swap_dims(1, 2)
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
    pub conv1d_1_kernel: Param<Tensor<3>>,
    pub conv1d_1_bias: Param<Tensor<1>>,
    pub conv1d_2_kernel: Param<Tensor<3>>,
    pub conv1d_2_bias: Param<Tensor<1>>,
    pub time_distributed_1_kernel: Param<Tensor<2>>,
    pub time_distributed_1_bias: Param<Tensor<1>>,
    pub batch_normalization_1_beta: Param<Tensor<1>>,
    pub batch_normalization_1_moving_mean: Param<Tensor<1>>,
    pub batch_normalization_1_moving_variance: Param<Tensor<1>>,
}

impl Network {
    /// The network with the weights of a file.
    ///
    /// # Errors
    /// The weight that is missing or has another shape.
    pub fn load(arrays: &Arrays, device: &Device) -> Result<Self, String> {
        Ok(Self {
            conv1d_1_kernel: weight(arrays, "conv1d_1/kernel", [3, 3, 4], device)?,
            conv1d_1_bias: weight(arrays, "conv1d_1/bias", [4], device)?,
            conv1d_2_kernel: weight(arrays, "conv1d_2/kernel", [2, 4, 4], device)?,
            conv1d_2_bias: weight(arrays, "conv1d_2/bias", [4], device)?,
            time_distributed_1_kernel: weight(arrays, "time_distributed_1/kernel", [4, 3], device)?,
            time_distributed_1_bias: weight(arrays, "time_distributed_1/bias", [3], device)?,
            batch_normalization_1_beta: weight(arrays, "batch_normalization_1/beta", [3], device)?,
            batch_normalization_1_moving_mean: weight(arrays, "batch_normalization_1/moving_mean", [3], device)?,
            batch_normalization_1_moving_variance: weight(arrays, "batch_normalization_1/moving_variance", [3], device)?,
        })
    }

    /// The output for a batch of rows.
    pub fn forward(&self, x: Tensor<3>, pass: &Pass) -> Tensor<2> {
        let x: Tensor<3> = activation::relu(over_steps(x, |x| convolve(x, self.conv1d_1_kernel.val().unsqueeze(), Some(self.conv1d_1_bias.val()), Slide { stride: [1, 1], zeros: [(0, 0), (4, 0)], dilation: [1, 2], groups: 1 })));
        let x: Tensor<3> = over_steps(x, |x| largest(x, [1, 2], Slide { stride: [1, 2], zeros: [(0, 0), (0, 0)], dilation: [1, 1], groups: 1 }));
        let x: Tensor<3> = { let x = x; let [n, _, c] = x.dims(); drop_alike(x, [n, 1, c], 0.2, pass) };
        let x: Tensor<3> = over_steps(x, |x| convolve(x, self.conv1d_2_kernel.val().unsqueeze(), Some(self.conv1d_2_bias.val()), Slide { stride: [1, 2], zeros: [(0, 0), (0, 1)], dilation: [1, 1], groups: 1 }));
        let x: Tensor<3> = over_steps(x, |x| average(x, [1, 2], Slide { stride: [1, 1], zeros: [(0, 0), (0, 1)], dilation: [1, 1], groups: 1 }));
        let x: Tensor<3> = { let x = x; let rows = x.dims()[0]; let x = x.reshape([-1, 4]); let y = activation::tanh(dense(x, self.time_distributed_1_kernel.val(), Some(self.time_distributed_1_bias.val()))); y.reshape([rows, 3, 3]) };
        let x: Tensor<3> = normalize(x, 2, 0.001, [None, Some(self.batch_normalization_1_beta.val())], Some((0.99, self.batch_normalization_1_moving_mean.val(), self.batch_normalization_1_moving_variance.val())), pass);
        let x: Tensor<2> = { let x = x.max_dims(&[1]); let rows = x.dims()[0]; x.reshape([rows, 3]) };
        x
    }
}
