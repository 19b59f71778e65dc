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

/// A convolution of each channel by itself (kernel (rows, columns, channels, multiplier)), and a 1 x 1 one behind it.
fn separable(
    x: Tensor<4>,
    depthwise: Tensor<4>,
    pointwise: Option<Tensor<4>>,
    bias: Option<Tensor<1>>,
    how: Slide,
) -> Tensor<4> {
    let [rows, columns, channels, multiplier] = depthwise.dims();
    let kernel = depthwise.permute([0, 1, 3, 2]).reshape([rows, columns, multiplier, channels]);
    // Every group has one channel in and `multiplier` out, which lie side by side.
    let kernel = kernel.permute([0, 1, 3, 2]).reshape([rows, columns, 1, channels * multiplier]);
    let how = Slide { groups: channels, ..how };
    match pointwise {
        None => convolve(x, kernel, bias, how),
        Some(pointwise) => convolve(convolve(x, kernel, None, how), pointwise, bias, Slide::default()),
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
    pub conv2d_1_kernel: Param<Tensor<4>>,
    pub conv2d_1_bias: Param<Tensor<1>>,
    pub batch_normalization_1_gamma: Param<Tensor<1>>,
    pub batch_normalization_1_beta: Param<Tensor<1>>,
    pub batch_normalization_1_moving_mean: Param<Tensor<1>>,
    pub batch_normalization_1_moving_variance: Param<Tensor<1>>,
    pub conv2d_2_kernel: Param<Tensor<4>>,
    pub conv2d_2_bias: Param<Tensor<1>>,
    pub separable_conv2d_1_depthwise_kernel: Param<Tensor<4>>,
    pub separable_conv2d_1_pointwise_kernel: Param<Tensor<4>>,
    pub separable_conv2d_1_bias: Param<Tensor<1>>,
}

impl Network {
    /// The network with the weights of a file.
    ///
    /// # Errors
    /// The weight that is missing or has another shape.
    pub fn load(arrays: &Arrays, device: &Device) -> Result<Self, String> {
        Ok(Self {
            conv2d_1_kernel: weight(arrays, "conv2d_1/kernel", [2, 3, 3, 4], device)?,
            conv2d_1_bias: weight(arrays, "conv2d_1/bias", [4], device)?,
            batch_normalization_1_gamma: weight(arrays, "batch_normalization_1/gamma", [4], device)?,
            batch_normalization_1_beta: weight(arrays, "batch_normalization_1/beta", [4], device)?,
            batch_normalization_1_moving_mean: weight(arrays, "batch_normalization_1/moving_mean", [4], device)?,
            batch_normalization_1_moving_variance: weight(arrays, "batch_normalization_1/moving_variance", [4], device)?,
            conv2d_2_kernel: weight(arrays, "conv2d_2/kernel", [3, 3, 4, 3], device)?,
            conv2d_2_bias: weight(arrays, "conv2d_2/bias", [3], device)?,
            separable_conv2d_1_depthwise_kernel: weight(arrays, "separable_conv2d_1/depthwise_kernel", [2, 2, 3, 2], device)?,
            separable_conv2d_1_pointwise_kernel: weight(arrays, "separable_conv2d_1/pointwise_kernel", [1, 1, 6, 2], device)?,
            separable_conv2d_1_bias: weight(arrays, "separable_conv2d_1/bias", [2], device)?,
        })
    }

    /// The output for a batch of rows.
    pub fn forward(&self, x: Tensor<4>, pass: &Pass) -> Tensor<2> {
        let x = x.permute([0, 3, 1, 2]);
        let x: Tensor<4> = activation::relu(convolve(x, self.conv2d_1_kernel.val(), Some(self.conv2d_1_bias.val()), Slide { stride: [2, 2], zeros: [(0, 1), (0, 1)], dilation: [1, 1], groups: 1 }));
        let x: Tensor<4> = normalize(x, 1, 0.001, [Some(self.batch_normalization_1_gamma.val()), Some(self.batch_normalization_1_beta.val())], Some((0.99, self.batch_normalization_1_moving_mean.val(), self.batch_normalization_1_moving_variance.val())), pass);
        let x: Tensor<4> = x.reshape([-1, 5, 1, 4]).repeat_dim(2, 2).reshape([-1, 4, 1]).repeat_dim(2, 3).reshape([-1, 4, 10, 12]);
        let x: Tensor<4> = x.pad([(1, 0), (2, 1)], PadMode::Constant(0.0));
        let x: Tensor<4> = activation::elu(convolve(x, self.conv2d_2_kernel.val(), Some(self.conv2d_2_bias.val()), Slide { stride: [1, 1], zeros: [(0, 0), (0, 0)], dilation: [2, 2], groups: 1 }), 1.0);
        let x: Tensor<4> = average(x, [2, 3], Slide { stride: [1, 2], zeros: [(0, 1), (1, 1)], dilation: [1, 1], groups: 1 });
        let x: Tensor<4> = { let x = x; let [n, c, _, _] = x.dims(); drop_alike(x, [n, c, 1, 1], 0.25, pass) };
        let x: Tensor<4> = largest(x, [2, 2], Slide { stride: [1, 1], zeros: [(0, 1), (0, 1)], dilation: [1, 1], groups: 1 });
        let x: Tensor<4> = activation::tanh(separable(x, self.separable_conv2d_1_depthwise_kernel.val(), Some(self.separable_conv2d_1_pointwise_kernel.val()), Some(self.separable_conv2d_1_bias.val()), Slide { stride: [1, 1], zeros: [(0, 0), (0, 0)], dilation: [1, 1], groups: 1 }));
        let x: Tensor<4> = x.permute([0, 2, 3, 1]).permute([0, 3, 1, 2]).permute([0, 3, 1, 2]);
        let x: Tensor<4> = { let x = x.permute([0, 2, 3, 1]); let rows = x.dims()[0]; x.reshape([rows, 15, 2, 2]) }.permute([0, 3, 1, 2]);
        let x: Tensor<2> = { let x = x.permute([0, 2, 3, 1]); let rows = x.dims()[0]; x.reshape([rows, 60]) };
        x
    }
}
