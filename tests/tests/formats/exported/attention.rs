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

/// softmax(Q K^T / sqrt(key_dim)) V per head; kernels in Keras's layout (features, heads, size).
pub struct Attention {
    pub key_dim: usize,
    pub causal: bool,
    pub dropout: f64,
}

impl Attention {
    fn project(x: Tensor<3>, (kernel, bias): (Tensor<3>, Option<Tensor<2>>)) -> Tensor<4> {
        let [rows, steps, features] = x.dims();
        let [_, heads, size] = kernel.dims();
        let y = x.reshape([rows * steps, features]).matmul(kernel.reshape([features, heads * size]));
        let y = match bias {
            Some(bias) => y + bias.reshape([1, heads * size]),
            None => y,
        };
        y.reshape([rows, steps, heads, size]).permute([0, 2, 1, 3])
    }

    /// Queries from `x`; keys and values from `seen`.
    pub fn forward(
        &self,
        x: Tensor<3>,
        seen: Tensor<3>,
        [query, key, value]: [(Tensor<3>, Option<Tensor<2>>); 3],
        (kernel, bias): (Tensor<3>, Option<Tensor<1>>),
        mask: Option<Tensor<2, Bool>>,
        pass: &Pass,
    ) -> Tensor<3> {
        let query = Self::project(x, query) * (self.key_dim as f64).sqrt().recip();
        let scores = query.matmul(Self::project(seen.clone(), key).swap_dims(2, 3));
        let [rows, heads, steps, others] = scores.dims();
        let device = scores.device();
        let scores = if self.causal {
            // True where a step would see a later one.
            let later = Tensor::<2, Bool>::tril_mask([steps, others], 0, &device);
            scores.mask_fill(later.reshape([1, 1, steps, others]).repeat(&[rows, heads, 1, 1]), -1e9)
        } else {
            scores
        };
        let scores = match mask {
            Some(mask) => {
                let padded = mask.bool_not().reshape([rows, 1, 1, others]);
                scores.mask_fill(padded.repeat(&[1, heads, steps, 1]), -1e9)
            }
            None => scores,
        };
        let shares = drop(activation::softmax(scores, 3), self.dropout, pass);
        let y = shares.matmul(Self::project(seen, value)).permute([0, 2, 1, 3]);
        let [heads, size, features] = kernel.dims();
        let y = y.reshape([rows * steps, heads * size]).matmul(kernel.reshape([heads * size, features]));
        let y = match bias {
            Some(bias) => y + bias.unsqueeze(),
            None => y,
        };
        y.reshape([rows, steps, features])
    }
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
    pub embedding_1_embeddings: Param<Tensor<2>>,
    pub position_embedding_1_embeddings: Param<Tensor<2>>,
    pub multi_head_attention_1_query_kernel: Param<Tensor<3>>,
    pub multi_head_attention_1_query_bias: Param<Tensor<2>>,
    pub multi_head_attention_1_key_kernel: Param<Tensor<3>>,
    pub multi_head_attention_1_key_bias: Param<Tensor<2>>,
    pub multi_head_attention_1_value_kernel: Param<Tensor<3>>,
    pub multi_head_attention_1_value_bias: Param<Tensor<2>>,
    pub multi_head_attention_1_attention_output_kernel: Param<Tensor<3>>,
    pub multi_head_attention_1_attention_output_bias: Param<Tensor<1>>,
    pub layer_normalization_1_gamma: Param<Tensor<1>>,
    pub layer_normalization_1_beta: Param<Tensor<1>>,
    pub dense_1_kernel: Param<Tensor<2>>,
    pub dense_1_bias: Param<Tensor<1>>,
    pub multi_head_attention_2_query_kernel: Param<Tensor<3>>,
    pub multi_head_attention_2_key_kernel: Param<Tensor<3>>,
    pub multi_head_attention_2_value_kernel: Param<Tensor<3>>,
    pub multi_head_attention_2_attention_output_kernel: Param<Tensor<3>>,
}

impl Network {
    /// The network with the weights of a file.
    ///
    /// # Errors
    /// The weight that is missing or has another shape.
    pub fn load(arrays: &Arrays, device: &Device) -> Result<Self, String> {
        Ok(Self {
            embedding_1_embeddings: weight(arrays, "embedding_1/embeddings", [10, 4], device)?,
            position_embedding_1_embeddings: weight(arrays, "position_embedding_1/embeddings", [8, 4], device)?,
            multi_head_attention_1_query_kernel: weight(arrays, "multi_head_attention_1/query/kernel", [4, 2, 3], device)?,
            multi_head_attention_1_query_bias: weight(arrays, "multi_head_attention_1/query/bias", [2, 3], device)?,
            multi_head_attention_1_key_kernel: weight(arrays, "multi_head_attention_1/key/kernel", [4, 2, 3], device)?,
            multi_head_attention_1_key_bias: weight(arrays, "multi_head_attention_1/key/bias", [2, 3], device)?,
            multi_head_attention_1_value_kernel: weight(arrays, "multi_head_attention_1/value/kernel", [4, 2, 3], device)?,
            multi_head_attention_1_value_bias: weight(arrays, "multi_head_attention_1/value/bias", [2, 3], device)?,
            multi_head_attention_1_attention_output_kernel: weight(arrays, "multi_head_attention_1/attention_output/kernel", [2, 3, 4], device)?,
            multi_head_attention_1_attention_output_bias: weight(arrays, "multi_head_attention_1/attention_output/bias", [4], device)?,
            layer_normalization_1_gamma: weight(arrays, "layer_normalization_1/gamma", [4], device)?,
            layer_normalization_1_beta: weight(arrays, "layer_normalization_1/beta", [4], device)?,
            dense_1_kernel: weight(arrays, "dense_1/kernel", [4, 4], device)?,
            dense_1_bias: weight(arrays, "dense_1/bias", [4], device)?,
            multi_head_attention_2_query_kernel: weight(arrays, "multi_head_attention_2/query/kernel", [4, 1, 3], device)?,
            multi_head_attention_2_key_kernel: weight(arrays, "multi_head_attention_2/key/kernel", [4, 1, 3], device)?,
            multi_head_attention_2_value_kernel: weight(arrays, "multi_head_attention_2/value/kernel", [4, 1, 3], device)?,
            multi_head_attention_2_attention_output_kernel: weight(arrays, "multi_head_attention_2/attention_output/kernel", [1, 3, 4], device)?,
        })
    }

    /// The output for a batch of rows.
    pub fn forward(&self, v_input: Tensor<2>, pass: &Pass) -> Tensor<2> {
        let v_embedding_1: Tensor<3> = module::embedding(self.embedding_1_embeddings.val(), v_input.clone().int());
        let v_position_embedding_1: Tensor<3> = v_embedding_1.clone() + self.position_embedding_1_embeddings.val().narrow(0, 0, 6).unsqueeze();
        let v_multi_head_attention_1: Tensor<3> = Attention { key_dim: 3, causal: true, dropout: 0.0 }.forward(v_position_embedding_1.clone(), v_position_embedding_1.clone(), [(self.multi_head_attention_1_query_kernel.val(), Some(self.multi_head_attention_1_query_bias.val())), (self.multi_head_attention_1_key_kernel.val(), Some(self.multi_head_attention_1_key_bias.val())), (self.multi_head_attention_1_value_kernel.val(), Some(self.multi_head_attention_1_value_bias.val()))], (self.multi_head_attention_1_attention_output_kernel.val(), Some(self.multi_head_attention_1_attention_output_bias.val())), None, pass);
        let v_add_1: Tensor<3> = v_multi_head_attention_1.clone() + v_position_embedding_1.clone();
        let v_layer_normalization_1: Tensor<3> = normalize(v_add_1.clone(), 2, 0.001, [Some(self.layer_normalization_1_gamma.val()), Some(self.layer_normalization_1_beta.val())], None, pass);
        let v_dense_1: Tensor<3> = activation::gelu_approximate(dense(v_layer_normalization_1.clone(), self.dense_1_kernel.val(), Some(self.dense_1_bias.val())));
        let v_multi_head_attention_2: Tensor<3> = Attention { key_dim: 3, causal: false, dropout: 0.0 }.forward(v_dense_1.clone(), v_layer_normalization_1.clone(), [(self.multi_head_attention_2_query_kernel.val(), None), (self.multi_head_attention_2_key_kernel.val(), None), (self.multi_head_attention_2_value_kernel.val(), None)], (self.multi_head_attention_2_attention_output_kernel.val(), None), None, pass);
        let v_concatenate_1: Tensor<3> = Tensor::cat(vec![v_multi_head_attention_2.clone(), v_dense_1.clone()], 1);
        let v_global_average_pooling1d_1: Tensor<2> = { let x = v_concatenate_1.clone().mean_dims(&[1]); let rows = x.dims()[0]; x.reshape([rows, 4]) };
        v_global_average_pooling1d_1
    }
}
