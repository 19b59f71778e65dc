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
    pub multi_head_attention_1_query_kernel: Param<Tensor<3>>,
    pub multi_head_attention_1_query_bias: Param<Tensor<2>>,
    pub multi_head_attention_1_key_kernel: Param<Tensor<3>>,
    pub multi_head_attention_1_key_bias: Param<Tensor<2>>,
    pub multi_head_attention_1_value_kernel: Param<Tensor<3>>,
    pub multi_head_attention_1_value_bias: Param<Tensor<2>>,
    pub multi_head_attention_1_attention_output_kernel: Param<Tensor<3>>,
    pub multi_head_attention_1_attention_output_bias: Param<Tensor<1>>,
}

impl Network {
    /// The network with the weights of a file.
    ///
    /// # Errors
    /// The weight that is missing or has another shape.
    pub fn load(arrays: &Arrays, device: &Device) -> Result<Self, String> {
        Ok(Self {
            multi_head_attention_1_query_kernel: weight(arrays, "multi_head_attention_1/query/kernel", [4, 2, 2], device)?,
            multi_head_attention_1_query_bias: weight(arrays, "multi_head_attention_1/query/bias", [2, 2], device)?,
            multi_head_attention_1_key_kernel: weight(arrays, "multi_head_attention_1/key/kernel", [4, 2, 2], device)?,
            multi_head_attention_1_key_bias: weight(arrays, "multi_head_attention_1/key/bias", [2, 2], device)?,
            multi_head_attention_1_value_kernel: weight(arrays, "multi_head_attention_1/value/kernel", [4, 2, 3], device)?,
            multi_head_attention_1_value_bias: weight(arrays, "multi_head_attention_1/value/bias", [2, 3], device)?,
            multi_head_attention_1_attention_output_kernel: weight(arrays, "multi_head_attention_1/attention_output/kernel", [2, 3, 4], device)?,
            multi_head_attention_1_attention_output_bias: weight(arrays, "multi_head_attention_1/attention_output/bias", [4], device)?,
        })
    }

    /// The output for a batch of rows.
    pub fn forward(&self, v_input: Tensor<3>, pass: &Pass) -> Tensor<2> {
        let v_multi_head_attention_1: Tensor<3> = Attention { key_dim: 2, causal: false, dropout: 0.0 }.forward(v_input.clone(), v_input.clone(), [(self.multi_head_attention_1_query_kernel.val(), Some(self.multi_head_attention_1_query_bias.val())), (self.multi_head_attention_1_key_kernel.val(), Some(self.multi_head_attention_1_key_bias.val())), (self.multi_head_attention_1_value_kernel.val(), Some(self.multi_head_attention_1_value_bias.val()))], (self.multi_head_attention_1_attention_output_kernel.val(), Some(self.multi_head_attention_1_attention_output_bias.val())), None, pass);
        let v_global_max_pooling1d_1: Tensor<2> = { let x = v_multi_head_attention_1.clone().max_dims(&[1]); let rows = x.dims()[0]; x.reshape([rows, 4]) };
        v_global_max_pooling1d_1
    }
}
