

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

/// The network; weights lie in Keras's layout.
#[derive(Module, Debug)]
pub struct Network {
    pub dense_1_kernel: Param<Tensor<2>>,
    pub dense_1_bias: Param<Tensor<1>>,
    pub batch_normalization_1_gamma: Param<Tensor<1>>,
    pub batch_normalization_1_beta: Param<Tensor<1>>,
    pub batch_normalization_1_moving_mean: Param<Tensor<1>>,
    pub batch_normalization_1_moving_variance: Param<Tensor<1>>,
    pub dense_2_kernel: Param<Tensor<2>>,
    pub dense_2_bias: Param<Tensor<1>>,
    pub dense_3_kernel: Param<Tensor<2>>,
    pub dense_3_bias: Param<Tensor<1>>,
}

impl Network {
    /// The network with the weights of a file.
    ///
    /// # Errors
    /// The weight that is missing or has another shape.
    pub fn load(arrays: &Arrays, device: &Device) -> Result<Self, String> {
        Ok(Self {
            dense_1_kernel: weight(arrays, "dense_1/kernel", [4, 5], device)?,
            dense_1_bias: weight(arrays, "dense_1/bias", [5], device)?,
            batch_normalization_1_gamma: weight(arrays, "batch_normalization_1/gamma", [5], device)?,
            batch_normalization_1_beta: weight(arrays, "batch_normalization_1/beta", [5], device)?,
            batch_normalization_1_moving_mean: weight(arrays, "batch_normalization_1/moving_mean", [5], device)?,
            batch_normalization_1_moving_variance: weight(arrays, "batch_normalization_1/moving_variance", [5], device)?,
            dense_2_kernel: weight(arrays, "dense_2/kernel", [5, 4], device)?,
            dense_2_bias: weight(arrays, "dense_2/bias", [4], device)?,
            dense_3_kernel: weight(arrays, "dense_3/kernel", [4, 3], device)?,
            dense_3_bias: weight(arrays, "dense_3/bias", [3], device)?,
        })
    }

    /// The output for a batch of rows.
    pub fn forward(&self, x: Tensor<2>, pass: &Pass) -> Tensor<2> {
        let x: Tensor<2> = activation::tanh(dense(x, self.dense_1_kernel.val(), Some(self.dense_1_bias.val())));
        let x: Tensor<2> = normalize(x, 1, 0.001, [Some(self.batch_normalization_1_gamma.val()), Some(self.batch_normalization_1_beta.val())], Some((0.99, self.batch_normalization_1_moving_mean.val(), self.batch_normalization_1_moving_variance.val())), &Pass::default());
        let x: Tensor<2> = dense(x, self.dense_2_kernel.val(), Some(self.dense_2_bias.val()));
        let x: Tensor<2> = dense(x, self.dense_3_kernel.val(), Some(self.dense_3_bias.val()));
        x
    }
}

const BATCH_SIZE: usize = 3;
const EPOCHS: usize = 3;

impl Network {
    /// The weights that are trained, each as one row.
    fn weights(&self) -> Vec<Tensor<1>> {
        vec![
            self.dense_1_kernel.val().inner().flatten(0, 1),
            self.dense_1_bias.val().inner().flatten(0, 0),
            self.dense_3_kernel.val().inner().flatten(0, 1),
            self.dense_3_bias.val().inner().flatten(0, 0),
        ]
    }

    /// Their gradients; zeros where the loss does not depend on one.
    fn gradients(&self, gradients: &burn::tensor::Gradients) -> Vec<Tensor<1>> {
        vec![
            gradient(self.dense_1_kernel.val(), gradients),
            gradient(self.dense_1_bias.val(), gradients),
            gradient(self.dense_3_kernel.val(), gradients),
            gradient(self.dense_3_bias.val(), gradients),
        ]
    }

    /// The network with other weights and moving statistics.
    fn with(&self, weights: Vec<Tensor<1>>, moved: Vec<Tensor<1>>) -> Self {
        let (mut weights, mut moved) = (weights.into_iter(), moved.into_iter());
        Self {
            dense_1_kernel: match weights.next() {
                Some(values) => Param::from_tensor(Tensor::from_inner(constrained_dense_1_kernel(values.reshape([4, 5])))),
                None => self.dense_1_kernel.clone(),
            },
            dense_1_bias: match weights.next() {
                Some(values) => Param::from_tensor(Tensor::from_inner(constrained_dense_1_bias(values.reshape([5])))),
                None => self.dense_1_bias.clone(),
            },
            batch_normalization_1_gamma: self.batch_normalization_1_gamma.clone(),
            batch_normalization_1_beta: self.batch_normalization_1_beta.clone(),
            batch_normalization_1_moving_mean: self.batch_normalization_1_moving_mean.clone(),
            batch_normalization_1_moving_variance: self.batch_normalization_1_moving_variance.clone(),
            dense_2_kernel: self.dense_2_kernel.clone(),
            dense_2_bias: self.dense_2_bias.clone(),
            dense_3_kernel: match weights.next() {
                Some(values) => Param::from_tensor(Tensor::from_inner(constrained_dense_3_kernel(values.reshape([4, 3])))),
                None => self.dense_3_kernel.clone(),
            },
            dense_3_bias: match weights.next() {
                Some(values) => Param::from_tensor(Tensor::from_inner(constrained_dense_3_bias(values.reshape([3])))),
                None => self.dense_3_bias.clone(),
            },
        }
    }

    /// What the size of weights costs.
    fn penalty(&self, loss: Tensor<1>) -> Tensor<1> {
        loss
            + self.dense_1_kernel.val().abs().sum() * 0.0001
            + self.dense_1_kernel.val().powi_scalar(2).sum() * 0.001
    }

    /// All weights under the experiment's names.
    pub fn arrays(&self) -> Arrays {
        BTreeMap::from([
            ("dense_1/kernel".to_owned(), (vec![4, 5], numbers(self.dense_1_kernel.val()))),
            ("dense_1/bias".to_owned(), (vec![5], numbers(self.dense_1_bias.val()))),
            ("batch_normalization_1/gamma".to_owned(), (vec![5], numbers(self.batch_normalization_1_gamma.val()))),
            ("batch_normalization_1/beta".to_owned(), (vec![5], numbers(self.batch_normalization_1_beta.val()))),
            ("batch_normalization_1/moving_mean".to_owned(), (vec![5], numbers(self.batch_normalization_1_moving_mean.val()))),
            ("batch_normalization_1/moving_variance".to_owned(), (vec![5], numbers(self.batch_normalization_1_moving_variance.val()))),
            ("dense_2/kernel".to_owned(), (vec![5, 4], numbers(self.dense_2_kernel.val()))),
            ("dense_2/bias".to_owned(), (vec![4], numbers(self.dense_2_bias.val()))),
            ("dense_3/kernel".to_owned(), (vec![4, 3], numbers(self.dense_3_kernel.val()))),
            ("dense_3/bias".to_owned(), (vec![3], numbers(self.dense_3_bias.val()))),
        ])
    }
}

fn constrained_dense_1_kernel(weight: Tensor<2>) -> Tensor<2> {
    limit(weight, &[0], 0.0, 1.0, 1.0)
}

fn constrained_dense_1_bias(weight: Tensor<1>) -> Tensor<1> {
    weight
}

fn constrained_batch_normalization_1_gamma(weight: Tensor<1>) -> Tensor<1> {
    weight
}

fn constrained_batch_normalization_1_beta(weight: Tensor<1>) -> Tensor<1> {
    weight
}

fn constrained_batch_normalization_1_moving_mean(weight: Tensor<1>) -> Tensor<1> {
    weight
}

fn constrained_batch_normalization_1_moving_variance(weight: Tensor<1>) -> Tensor<1> {
    weight
}

fn constrained_dense_2_kernel(weight: Tensor<2>) -> Tensor<2> {
    weight
}

fn constrained_dense_2_bias(weight: Tensor<1>) -> Tensor<1> {
    weight
}

fn constrained_dense_3_kernel(weight: Tensor<2>) -> Tensor<2> {
    weight
}

fn constrained_dense_3_bias(weight: Tensor<1>) -> Tensor<1> {
    weight.clamp_min(0.0)
}

fn gradient<const D: usize>(weight: Tensor<D>, gradients: &burn::tensor::Gradients) -> Tensor<1> {
    let own = weight.grad(gradients);
    own.unwrap_or_else(|| weight.inner().zeros_like()).flatten(0, D - 1)
}

/// Brings the norms over `axes` between `low` and `high`.
fn limit<const D: usize>(weight: Tensor<D>, axes: &[usize], low: f64, high: f64, rate: f64) -> Tensor<D> {
    let norm = weight.clone().powi_scalar(2).sum_dims(axes).sqrt();
    let wanted = norm.clone().clamp(low, high) * rate + norm.clone() * (1.0 - rate);
    weight * (wanted / (norm + 1e-7))
}

fn numbers<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_to_vec().expect("32-bit numbers")
}

/// mean_squared_error of every row, from outputs and targets.
fn losses(p: Tensor<2>, y: Tensor<2>) -> Tensor<2> {
    (p - y).powi_scalar(2).mean_dim(1)
}

/// The learning rate of an update (from 0), with so many updates per epoch.
fn rate(update: usize, steps: usize) -> f64 {
    let base: f64 = 0.1;
    let (n, steps) = (update as f64, steps as f64);
    let total = EPOCHS as f64 * steps;
    let value = base;
    value / (1.0 + 0.0 * update as f64)
}

/// From start to end as `passed` goes from 0 to 1.
fn half_cosine(start: f64, end: f64, passed: f64) -> f64 {
    let passed = if passed.is_finite() { passed } else { 1.0 };
    end + (start - end) / 2.0 * (1.0 + (std::f64::consts::PI * passed).cos())
}

/// One update of one weight (sgd); `a` and `b` are carried from update to update, `t` counts from 1.
fn rule(w: Tensor<1>, g: Tensor<1>, [a, b]: &mut [Tensor<1>; 2], l: f64, t: i32) -> Tensor<1> {
    w - g * l
}

/// Outputs of a row.
const WIDTH: usize = 3;

/// Fits the network as the experiment does; `targets` has 3 numbers for every row.
pub fn train(mut network: Network, inputs: &[Array], targets: &[f32], device: &Device) -> Network {
    let count = (targets.len() as f64 / WIDTH as f64 * (1.0 - 0.25)) as usize;
    let mut order: Vec<usize> = (0..count).collect();
    let steps = count.div_ceil(BATCH_SIZE);
    let mut slots: Vec<[Tensor<1>; 2]> = Vec::new();
    for weight in network.weights() {
        slots.push([weight.clone().zeros_like() + 0.0, weight.zeros_like()]);
    }
    let mut update = 0;
    for epoch in 0..EPOCHS {
        let mut total = 0.0;
        for rows in order.chunks(BATCH_SIZE) {
            let pass = Pass { training: true, ..Pass::default() };
            let output = network.forward(batch(&inputs[0], rows, device), &pass);
            let wanted: Vec<f32> = rows.iter().flat_map(|row| &targets[row * WIDTH..(row + 1) * WIDTH]).copied().collect();
            let wanted = Tensor::from_data(TensorData::new(wanted, [rows.len(), WIDTH]), device);
            let each = losses(output, wanted);
            let loss = each.mean();
            let loss = network.penalty(loss);
            total += f64::from(numbers(loss.clone().inner())[0]) * rows.len() as f64;
            let mut gradients = network.gradients(&loss.backward());
            let norm: f32 = gradients.iter().map(|g| numbers(g.clone().powi_scalar(2).sum())[0]).sum::<f32>().sqrt();
            if norm >= 0.1 {
                gradients = gradients.into_iter().map(|g| g * (0.1 / f64::from(norm))).collect();
            }
            let l = rate(update, steps);
            update += 1;
            let weights = network.weights().into_iter().zip(gradients).zip(&mut slots);
            let weights = weights.map(|((w, g), slots)| rule(w, g, slots, l, update as i32)).collect();
            network = network.with(weights, pass.moved.into_inner());
        }
        println!("epoch {}: loss {:.4}", epoch + 1, total / count as f64);
    }
    network
}

/// The largest of a row.
fn best(row: &[f32]) -> usize {
    (0..row.len()).max_by(|a, b| row[*a].total_cmp(&row[*b])).unwrap_or(0)
}

/// Another order for every seed (Fisher and Yates, numbers by splitmix64).
fn shuffle(order: &mut [usize], seed: u64) {
    let mut state = seed;
    for at in (1..order.len()).rev() {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        order.swap(at, ((z ^ (z >> 31)) % (at as u64 + 1)) as usize);
    }
}

/// Numbers and their shape, of a .npy file.
pub struct Array {
    pub shape: Vec<usize>,
    pub values: Vec<f32>,
}

/// These rows as a batch.
fn batch<const D: usize>(array: &Array, rows: &[usize], device: &Device) -> Tensor<D> {
    let length: usize = array.shape[1..].iter().product();
    let values: Vec<f32> = rows.iter().flat_map(|row| &array.values[row * length..(row + 1) * length]).copied().collect();
    let mut shape = [rows.len(); D];
    shape[1..].copy_from_slice(&array.shape[1..]);
    Tensor::from_data(TensorData::new(values, shape), device)
}

fn read_npy(path: &str) -> Result<Array, String> {
    let bytes = std::fs::read(path).map_err(|error| format!("{path}: {error}"))?;
    let header = bytes.get(8..10).map_or(0, |size| usize::from(u16::from_le_bytes([size[0], size[1]])));
    let text = bytes.get(10..10 + header).map(String::from_utf8_lossy).ok_or_else(|| format!("{path}: no .npy file"))?;
    let shape = text.split_once("'shape': (").and_then(|(_, rest)| rest.split_once(')')).map_or("", |(shape, _)| shape);
    let shape: Vec<usize> = shape.split(',').filter_map(|axis| axis.trim().parse().ok()).collect();
    let data = &bytes[10 + header..];
    let values = if text.contains("'<f4'") {
        data.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect()
    } else if text.contains("'<f8'") {
        data.chunks_exact(8).map(|b| f64::from_le_bytes(b.try_into().expect("eight bytes")) as f32).collect()
    } else if text.contains("'<i8'") {
        data.chunks_exact(8).map(|b| i64::from_le_bytes(b.try_into().expect("eight bytes")) as f32).collect()
    } else {
        return Err(format!("{path}: only float32, float64 and int64 are read"));
    };
    Ok(Array { shape, values })
}

fn write_npy(path: &str, shape: &[usize], values: &[f32]) -> Result<(), String> {
    let axes: String = shape.iter().map(|axis| format!("{axis}, ")).collect();
    let mut header = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({axes}), }}");
    header += &" ".repeat(63 - (10 + header.len()) % 64);
    header.push('\n');
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.bytes());
    bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
    std::fs::write(path, bytes).map_err(|error| format!("{path}: {error}"))
}

fn read_weights(path: &str) -> Result<Arrays, String> {
    let bytes = std::fs::read(path).map_err(|error| format!("{path}: {error}"))?;
    let file = safetensors::SafeTensors::deserialize(&bytes).map_err(|error| format!("{path}: {error}"))?;
    let array = |(name, view): (String, safetensors::tensor::TensorView<'_>)| {
        let values = view.data().chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
        (name, (view.shape().to_vec(), values))
    };
    Ok(file.tensors().into_iter().map(array).collect())
}

fn write_weights(path: &str, arrays: &Arrays) -> Result<(), String> {
    let bytes: BTreeMap<&str, Vec<u8>> =
        arrays.iter().map(|(name, (_, values))| (name.as_str(), values.iter().flat_map(|v| v.to_le_bytes()).collect())).collect();
    let view = |(name, (shape, _)): (&String, &(Vec<usize>, Vec<f32>))| {
        let view = safetensors::tensor::TensorView::new(safetensors::Dtype::F32, shape.clone(), &bytes[name.as_str()]);
        view.map(|view| (name.clone(), view))
    };
    let views: Result<Vec<_>, _> = arrays.iter().map(view).collect();
    let file = views.and_then(|views| safetensors::serialize(views, None)).map_err(|error| error.to_string())?;
    std::fs::write(path, file).map_err(|error| format!("{path}: {error}"))
}

/// Targets as 3 numbers for every row.
pub fn one_hot(mut targets: Array) -> Array {
    targets
}

fn main() -> Result<(), String> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (command, weights, files) = match &args[..] {
        [command, weights, files @ ..] if files.len() > 1 => (command.as_str(), weights, files),
        _ => return Err("predict or train, weights, inputs, ... : see the head of this file".into()),
    };
    let inputs: Vec<Array> = files[..1].iter().map(|file| read_npy(file)).collect::<Result<_, _>>()?;
    let arrays = read_weights(weights)?;
    if command == "predict" {
        let device = Device::flex();
        let network = Network::load(&arrays, &device)?;
        let all: Vec<usize> = (0..inputs[0].shape[0]).collect();
        let (mut shape, mut values) = (vec![all.len(), 0], Vec::new());
        for rows in all.chunks(BATCH_SIZE) {
            let output = network.forward(batch(&inputs[0], rows, &device), &Pass::default());
            shape[1] = output.dims()[1];
            values.extend(numbers(output));
        }
        return write_npy(&files[1], &shape, &values);
    }
    let device = Device::flex().autodiff();
    let network = Network::load(&arrays, &device)?;
    let targets = one_hot(read_npy(&files[1])?);
    let network = train(network, &inputs, &targets.values, &device);
    write_weights(files.last().expect("a file"), &network.arrays())
}
