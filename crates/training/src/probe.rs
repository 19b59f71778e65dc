//! Every layer of a network on its own, forward and backward, on numbers that the seed gives: what one
//! engine computes can be laid beside what another one does.

use crate::batch::target;
use crate::error::TrainingError;
use crate::losses::ending;
use burn::tensor::{Device, Tensor, TensorData, Transaction};
use fireside_datasets::Targets;
use fireside_network::ops::weighted_sum;
use fireside_network::{Mode, Network, Value};
use fireside_spec::random::{Purpose, Stream};
use fireside_spec::{Checked, Layer};

/// One layer's numbers, row-major; pictures as (rows, channels, height, width).
#[derive(Clone, Debug, PartialEq)]
pub struct ProbedLayer {
    /// `conv2d_1`; the last one is `loss`.
    pub name: String,
    /// `Conv2D`
    pub kind: String,
    pub forward: Vec<f32>,
    pub input_gradient: Vec<f32>,
    /// Gradients of the weights by name, in the engine's layout.
    pub weight_gradients: Vec<(String, Vec<f32>)>,
}

/// Numbers of one tensor of the probe: normal, the same for every engine.
fn numbers(seed: u32, tag: u32, shape: &[usize]) -> Vec<f32> {
    Stream::new(seed, Purpose::Sample, 0, tag).normals(shape.iter().product())
}

fn tracked<const D: usize>(values: Vec<f32>, shape: [usize; D], device: &Device) -> Tensor<D> {
    let inner = Tensor::<D>::from_data(TensorData::new(values, shape), device);
    Tensor::from_inner(inner).require_grad()
}

/// Tensors to be read and where they belong.
struct Collected {
    layer: ProbedLayer,
    tensors: Vec<Tensor<1>>,
    weights: Vec<String>,
}

/// Runs every layer of `checked` with `rows` rows, then its loss.
///
/// # Errors
/// When the device fails.
pub async fn probe(
    checked: &Checked,
    rows: usize,
    device: &Device,
) -> Result<Vec<ProbedLayer>, TrainingError> {
    let seed = checked.experiment.seed;
    let network = Network::build(checked, seed, device);
    let mut found = Vec::with_capacity(checked.layers.len() + 1);
    for (index, layer) in checked.layers.iter().enumerate() {
        let twin = network.tracked();
        let tag = 2 * index as u32;
        let mode = Mode::Train { seed, update: 0 };
        // Every input is a leaf of its own, flat.
        let leaves: Vec<Tensor<2>> = layer
            .inputs
            .iter()
            .enumerate()
            .map(|(input, shape)| {
                let size = [rows, shape.len()];
                let mut values = numbers(seed, tag + 1024 * input as u32, &size);
                if let Layer::Embedding(spec) = &layer.layer {
                    for value in &mut values {
                        *value = ((value.abs() * 97.0) as usize % spec.input_dim) as f32;
                    }
                }
                tracked(values, size, device)
            })
            .collect();
        let shaped = leaves.iter().zip(&layer.inputs);
        let values = shaped.map(|(leaf, shape)| Value::from_flat(leaf.clone(), *shape));
        let output = twin.layer(index, values.collect(), mode).into_flat();
        let upstream = numbers(seed, tag + 1, &output.dims());
        let upstream = TensorData::new(upstream, output.dims());
        let upstream = Tensor::from_inner(Tensor::<2>::from_data(upstream, device));
        let mut gradients = weighted_sum(output.clone(), upstream).backward();
        let input_gradient = leaves[0]
            .grad_remove(&mut gradients)
            .map(|g| g.flatten(0, 1));
        let mut tensors = vec![output.inner().flatten(0, 1)];
        tensors.extend(input_gradient);
        let mut weights = Vec::new();
        for weight in twin.layer_weights(index) {
            if let Some(gradient) = weight.values.grad_remove(&mut gradients) {
                tensors.push(gradient);
                weights.push(weight.name.clone());
            }
        }
        let layer = named(layer.name.clone(), layer.layer.type_name().to_string());
        found.push(Collected {
            layer,
            tensors,
            weights,
        });
    }
    found.push(probed_loss(checked, rows, device));
    let mut probed = Vec::with_capacity(found.len());
    for collected in found {
        probed.push(read(collected).await?);
    }
    Ok(probed)
}

fn named(name: String, kind: String) -> ProbedLayer {
    ProbedLayer {
        name,
        kind,
        forward: Vec::new(),
        input_gradient: Vec::new(),
        weight_gradients: Vec::new(),
    }
}

/// The loss of rows that softmax could have given.
fn probed_loss(checked: &Checked, rows: usize, device: &Device) -> Collected {
    let (seed, classes) = (checked.experiment.seed, checked.width());
    let tag = 2 * checked.layers.len() as u32;
    let mut values = numbers(seed, tag, &[rows, classes]);
    for row in values.chunks_exact_mut(classes.max(1)) {
        row.iter_mut().for_each(|value| *value = value.exp());
        let sum: f32 = row.iter().sum();
        row.iter_mut().for_each(|value| *value /= sum);
    }
    let labels = (0..rows).map(|row| (row % classes.max(1)) as u16).collect();
    let targets = Targets::Classes { labels, classes };
    let output = tracked(values, [rows, classes], device);
    let wanted = Tensor::from_inner(target(&targets, classes, device));
    let (kind, dialect) = (&checked.training.loss, checked.experiment.dialect);
    let (loss, _) = ending(kind, dialect, output.clone(), wanted, None);
    let mut gradients = loss.backward();
    let mut tensors = vec![loss.inner()];
    tensors.extend(output.grad_remove(&mut gradients).map(|g| g.flatten(0, 1)));
    Collected {
        layer: named("loss".into(), "loss".into()),
        tensors,
        weights: Vec::new(),
    }
}

async fn read(collected: Collected) -> Result<ProbedLayer, TrainingError> {
    let failed = |reason: String| TrainingError::Device { reason };
    let Collected {
        mut layer,
        tensors,
        weights,
    } = collected;
    let all = tensors
        .into_iter()
        .fold(Transaction::default(), |all, tensor| all.register(tensor));
    let data = all
        .execute_async()
        .await
        .map_err(|error| failed(format!("{error:?}")))?;
    let mut values = Vec::with_capacity(data.len());
    for data in data {
        values.push(
            data.try_to_vec::<f32>()
                .map_err(|error| failed(format!("{error:?}")))?,
        );
    }
    let mut values = values.into_iter();
    layer.forward = values.next().unwrap_or_default();
    if layer.kind == "loss" {
        // A GPU's score counts the right answers, too.
        layer.forward.truncate(1);
    }
    layer.input_gradient = values.next().unwrap_or_default();
    layer.weight_gradients = weights.into_iter().zip(values).collect();
    Ok(layer)
}
