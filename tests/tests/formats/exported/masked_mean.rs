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

/// The network; weights lie in Keras's layout.
#[derive(Module, Debug)]
pub struct Network {
    pub embedding_1_embeddings: Param<Tensor<2>>,
    pub dense_1_kernel: Param<Tensor<2>>,
    pub dense_1_bias: Param<Tensor<1>>,
}

impl Network {
    /// The network with the weights of a file.
    ///
    /// # Errors
    /// The weight that is missing or has another shape.
    pub fn load(arrays: &Arrays, device: &Device) -> Result<Self, String> {
        Ok(Self {
            embedding_1_embeddings: weight(arrays, "embedding_1/embeddings", [10, 4], device)?,
            dense_1_kernel: weight(arrays, "dense_1/kernel", [4, 3], device)?,
            dense_1_bias: weight(arrays, "dense_1/bias", [3], device)?,
        })
    }

    /// The output for a batch of rows.
    pub fn forward(&self, x: Tensor<2>, pass: &Pass) -> Tensor<2> {
        let mask_embedding_1: Tensor<2, Bool> = x.clone().not_equal_elem(0.0);
        let x: Tensor<3> = module::embedding(self.embedding_1_embeddings.val(), x.int());
        let x: Tensor<3> = dense(x, self.dense_1_kernel.val(), Some(self.dense_1_bias.val()));
        let x: Tensor<2> = { let x = { let real = mask_embedding_1.clone().float().unsqueeze_dim(2); (x * real.clone()).sum_dim(1) / real.sum_dim(1).clamp_min(1.0) }; let rows = x.dims()[0]; x.reshape([rows, 3]) };
        x
    }
}
