//! What layers give for a picture, and how a goal depends on it.

use crate::error::InsightError;
use crate::goal::Goal;
use burn::tensor::{Tensor, TensorData, Transaction};
use fireside_network::ops::weighted_sum;
use fireside_network::{Mode, Network, Value};
use fireside_spec::{Checked, CheckedLayer, Layer, Shape};

/// Numbers of the device, read together.
pub(crate) async fn read(tensors: Vec<Tensor<2>>) -> Result<Vec<Vec<f32>>, InsightError> {
    let failed = |reason: String| InsightError::Device { reason };
    let all = tensors
        .into_iter()
        .fold(Transaction::default(), |all, tensor| {
            all.register(tensor.flatten::<1>(0, 1))
        });
    let data = all
        .execute_async()
        .await
        .map_err(|error| failed(format!("{error:?}")))?;
    let mut values = Vec::with_capacity(data.len());
    for data in data {
        let read = data.try_to_vec::<f32>();
        values.push(read.map_err(|error| failed(format!("{error:?}")))?);
    }
    Ok(values)
}

/// What a network gives for some rows, dropout at rest, one after the other.
pub(crate) async fn given(network: &Network, inputs: Value) -> Result<Vec<f32>, InsightError> {
    let output = network.forward(vec![inputs], Mode::Use);
    Ok(read(vec![output.into_flat()]).await?.swap_remove(0))
}

/// A goal and how it depends on what went in.
pub(crate) struct Slope {
    pub score: f32,
    /// What the tape began with, and the gradient of the score by it.
    pub at: Vec<f32>,
    pub gradient: Vec<f32>,
}

/// The goal's score for one input, and its gradient by what layer `at` gives (without one: by the input).
pub(crate) async fn slope(
    network: &Network,
    goal: &Goal,
    input: Value,
    at: Option<usize>,
) -> Result<Slope, InsightError> {
    let (leaf, output) = goal.part(network).from_leaf(vec![input], at);
    let weights = goal.weights();
    let output = output.into_flat();
    let plain = output.clone().inner();
    let upstream = TensorData::new(weights.clone(), plain.dims());
    let upstream = Tensor::from_inner(Tensor::<2>::from_data(upstream, &plain.device()));
    let mut gradients = weighted_sum(output, upstream).backward();
    let mut tensors = vec![plain, leaf.clone().inner()];
    tensors.extend(leaf.grad_remove(&mut gradients));
    let mut values = read(tensors).await?.into_iter();
    let output = values.next().unwrap_or_default();
    let at = values.next().unwrap_or_default();
    let score = weighted(&output, &weights);
    if !score.is_finite() {
        return Err(InsightError::NoNumbers);
    }
    Ok(Slope {
        score,
        // Where nothing leads from here to the goal the gradient is zero.
        gradient: values.next().unwrap_or_else(|| vec![0.0; at.len()]),
        at,
    })
}

fn weighted(values: &[f32], weights: &[f32]) -> f32 {
    values.iter().zip(weights).map(|(v, w)| v * w).sum()
}

/// The input as it goes in, and behind it what every layer gives, in the engine's order (channel, row, column).
///
/// # Errors
/// When the device fails.
pub async fn maps(network: &Network, input: Value) -> Result<Vec<Vec<f32>>, InsightError> {
    let mut tensors = vec![input.clone().into_flat()];
    let outputs = network.outputs(vec![input]);
    tensors.extend(outputs.into_iter().map(Value::into_flat));
    read(tensors).await
}

/// The kernels of a layer over pictures.
#[derive(Clone, Debug, PartialEq)]
pub struct Filters {
    /// Filters, channels, height, width.
    pub shape: [usize; 4],
    pub values: Vec<f32>,
}

/// The kernels of a layer as they lie on the device.
///
/// # Errors
/// [`InsightError::Layer`], [`InsightError::NoFilters`]; when the device fails.
pub async fn filters(
    network: &Network,
    checked: &Checked,
    layer: usize,
) -> Result<Filters, InsightError> {
    Goal::unit(checked, layer, 0)?;
    let kernel = network.layer_weights(layer).next();
    let window = kernel.and_then(|kernel| Some((kernel, kernel.window?)));
    let Some((kernel, [height, width, channels, filters])) = window else {
        return Err(InsightError::NoFilters {
            layer: checked.layers[layer].name.clone(),
        });
    };
    let values = kernel.values.clone().reshape([1, kernel.len()]);
    Ok(Filters {
        shape: [filters, channels, height, width],
        values: read(vec![values]).await?.swap_remove(0),
    })
}

/// What a layer gives for some rows, one after the other.
///
/// # Errors
/// [`InsightError::Layer`]; when the device fails.
pub async fn layer(
    network: &Network,
    checked: &Checked,
    layer: usize,
    inputs: Value,
) -> Result<Vec<f32>, InsightError> {
    // Unit 0 is there wherever the layer is.
    Goal::unit(checked, layer, 0)?;
    given(&network.upto(layer), inputs).await
}

/// The goal's score for each of some rows.
///
/// # Errors
/// When the device fails.
pub async fn measure(
    network: &Network,
    goal: &Goal,
    inputs: Value,
) -> Result<Vec<f32>, InsightError> {
    let values = given(&goal.part(network), inputs).await?;
    let weights = goal.weights();
    let rows = values.chunks_exact(weights.len().max(1));
    Ok(rows.map(|row| weighted(row, &weights)).collect())
}

/// How the score of a class depends on every value of the picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Saliency {
    /// Before softmax.
    pub score: f32,
    /// As the picture lies.
    pub gradient: Vec<f32>,
}

/// The gradient of a class's score by the picture.
///
/// # Errors
/// [`InsightError::Class`], [`InsightError::NoNumbers`]; when the device fails.
pub async fn saliency(
    network: &Network,
    checked: &Checked,
    input: Value,
    class: usize,
) -> Result<Saliency, InsightError> {
    let goal = Goal::class(checked, class)?;
    let Slope {
        score, gradient, ..
    } = slope(network, &goal, input, None).await?;
    Ok(Saliency { score, gradient })
}

/// How the score of a class hangs on every token of a text: the gradient by its vector times the vector, summed, which is
/// what the score would roughly lose without it.
///
/// # Errors
/// [`InsightError::Class`], [`InsightError::NoEmbedding`], [`InsightError::NoNumbers`]; when the device fails.
pub async fn tokens(
    network: &Network,
    checked: &Checked,
    input: Value,
    class: usize,
) -> Result<Vec<f32>, InsightError> {
    let goal = Goal::class(checked, class)?;
    let vectors = |layer: &CheckedLayer| match (&layer.layer, layer.output) {
        (Layer::Embedding(_), Shape::Sequence { features, .. }) => Some(features.max(1)),
        _ => None,
    };
    let mut layers = checked.layers.iter().enumerate();
    let found = layers.find_map(|(at, layer)| Some((at, vectors(layer)?)));
    let (at, features) = found.ok_or(InsightError::NoEmbedding)?;
    let slope = slope(network, &goal, input, Some(at)).await?;
    let products = slope.at.iter().zip(&slope.gradient).map(|(a, b)| a * b);
    let products: Vec<f32> = products.collect();
    let steps = products.chunks_exact(features);
    Ok(steps.map(|step| step.iter().sum()).collect())
}

/// Where in a layer's maps a class is seen.
#[derive(Clone, Debug, PartialEq)]
pub struct GradCam {
    pub layer: usize,
    /// Before softmax.
    pub score: f32,
    /// Height x width of the layer's maps, nowhere below zero.
    pub map: Vec<f32>,
    /// Of each map: the mean of the score's gradient by it.
    pub weights: Vec<f32>,
}

/// Grad-CAM (Selvaraju et al. 2017) of a class in a layer's maps; without a layer, in the last convolution's.
///
/// # Errors
/// [`InsightError::Class`], [`InsightError::Layer`], [`InsightError::NoMaps`], [`InsightError::NoConvolution`],
/// [`InsightError::NoNumbers`]; when the device fails.
pub async fn grad_cam(
    network: &Network,
    checked: &Checked,
    input: Value,
    class: usize,
    layer: Option<usize>,
) -> Result<GradCam, InsightError> {
    let goal = Goal::class(checked, class)?;
    let (layers, given) = (&checked.layers, layer);
    let convolution = || {
        let is_one = |layer: &Layer| matches!(layer, Layer::Conv(_) | Layer::Depthwise(_));
        layers.iter().rposition(|layer| is_one(&layer.layer))
    };
    let layer = given
        .or_else(convolution)
        .ok_or(InsightError::NoConvolution)?;
    let there = layers.get(layer).ok_or(InsightError::Layer {
        layer,
        layers: layers.len(),
    })?;
    let Shape::Picture { height, width, .. } = there.output else {
        return Err(InsightError::NoMaps {
            layer: there.name.clone(),
        });
    };
    let slope = slope(network, &goal, input, Some(layer)).await?;
    let plane = (height * width).max(1);
    let (mut map, mut weights) = (vec![0.0; plane], Vec::new());
    let maps = slope.at.chunks_exact(plane);
    for (values, gradient) in maps.zip(slope.gradient.chunks_exact(plane)) {
        let weight = gradient.iter().sum::<f32>() / plane as f32;
        for (sum, value) in map.iter_mut().zip(values) {
            *sum += weight * value;
        }
        weights.push(weight);
    }
    map.iter_mut()
        .for_each(|value: &mut f32| *value = value.max(0.0));
    Ok(GradCam {
        layer,
        score: slope.score,
        map,
        weights,
    })
}
