//! Weights as a safetensors file, in Keras's layout, with the experiment in its metadata.

use crate::error::NetworkError;
use crate::network::Network;
use crate::weight::Weight;
use burn::tensor::Device;
use fireside_spec::Checked;
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use std::collections::{BTreeMap, HashMap};

/// Largest file that is read: four bytes for each of the parameters that `spec` allows, and a header.
const MAX_BYTES: usize = 410_000_000;

/// A weight's values in Keras's layout.
pub async fn keras_values(weight: &Weight) -> Result<Vec<f32>, NetworkError> {
    let unreadable = |reason: String| NetworkError::Corrupt { reason };
    let data = weight
        .values
        .clone()
        .into_data_async()
        .await
        .map_err(|error| unreadable(format!("{error:?}")))?;
    let values = data
        .try_to_vec::<f32>()
        .map_err(|error| unreadable(format!("{error:?}")))?;
    Ok(weight.to_keras(values))
}

/// The network as a safetensors file; `metadata` is a JSON text with what the writer wants to tell, one key
/// of the file's own metadata (several keys would come out in a random order).
///
/// # Errors
/// When the device can't give its values back.
pub async fn save(network: &Network, metadata: String) -> Result<Vec<u8>, NetworkError> {
    let mut tensors = Vec::new();
    for weight in network.weights() {
        let bytes: Vec<u8> = keras_values(weight)
            .await?
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        tensors.push((weight.name.clone(), weight.shape.clone(), bytes));
    }
    write(&tensors, metadata)
}

/// Writes named f32 tensors (shape, little-endian bytes).
///
/// # Errors
/// When bytes and shape of a tensor disagree.
pub fn write(
    tensors: &[(String, Vec<usize>, Vec<u8>)],
    metadata: String,
) -> Result<Vec<u8>, NetworkError> {
    let corrupt = |error: safetensors::SafeTensorError| NetworkError::Corrupt {
        reason: error.to_string(),
    };
    let views = tensors
        .iter()
        .map(|(name, shape, bytes)| {
            TensorView::new(Dtype::F32, shape.clone(), bytes).map(|view| (name.as_str(), view))
        })
        .collect::<Result<Vec<_>, _>>()
        .map_err(corrupt)?;
    let metadata = HashMap::from([(METADATA.to_string(), metadata)]);
    safetensors::serialize(views, Some(metadata)).map_err(corrupt)
}

/// The key that our metadata stands under.
const METADATA: &str = "fireside";

/// A file's tensors and metadata, checked.
pub struct File<'b> {
    tensors: SafeTensors<'b>,
    /// The JSON text that the writer gave.
    pub metadata: String,
}

impl<'b> File<'b> {
    /// Reads a safetensors file; the bytes are treated as hostile.
    ///
    /// # Errors
    /// [`NetworkError::Corrupt`], [`NetworkError::MissingMetadata`] when another program wrote it.
    pub fn read(bytes: &'b [u8]) -> Result<Self, NetworkError> {
        let corrupt = |reason: String| NetworkError::Corrupt { reason };
        if bytes.len() > MAX_BYTES {
            return Err(corrupt(format!(
                "{} bytes, at most {MAX_BYTES} are read",
                bytes.len()
            )));
        }
        let (_, header) =
            SafeTensors::read_metadata(bytes).map_err(|error| corrupt(error.to_string()))?;
        let tensors =
            SafeTensors::deserialize(bytes).map_err(|error| corrupt(error.to_string()))?;
        let metadata = header
            .metadata()
            .as_ref()
            .and_then(|map| map.get(METADATA))
            .ok_or_else(|| NetworkError::MissingMetadata {
                name: METADATA.into(),
            })?;
        Ok(Self {
            tensors,
            metadata: metadata.clone(),
        })
    }

    /// The shape of a tensor, if it is there.
    pub fn shape(&self, name: &str) -> Option<Vec<usize>> {
        self.tensors
            .tensor(name)
            .ok()
            .map(|view| view.shape().to_vec())
    }

    /// A tensor's values, after its shape was compared.
    ///
    /// # Errors
    /// [`NetworkError::MissingTensor`], [`NetworkError::WrongTensor`].
    pub fn values(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, NetworkError> {
        let view = self
            .tensors
            .tensor(name)
            .map_err(|_| NetworkError::MissingTensor { name: name.into() })?;
        if view.dtype() != Dtype::F32 || view.shape() != shape {
            return Err(NetworkError::WrongTensor {
                name: name.into(),
                expected: format!("F32 {shape:?}"),
                found: format!("{:?} {:?}", view.dtype(), view.shape()),
            });
        }
        Ok(view
            .data()
            .as_chunks::<4>()
            .0
            .iter()
            .map(|bytes| f32::from_le_bytes(*bytes))
            .collect())
    }
}

/// Builds the network of `checked` with the weights of a file.
///
/// # Errors
/// When a tensor is missing or has another shape.
pub fn load(checked: &Checked, file: &File<'_>, device: &Device) -> Result<Network, NetworkError> {
    // First all tensors, so that nothing is built from a file that does not fit.
    let mut values = BTreeMap::new();
    for (index, layer) in checked.layers.iter().enumerate() {
        for (tensor, spec) in layer.tensors.iter().enumerate() {
            let name = format!("{}/{}", layer.name, spec.name);
            values.insert((index, tensor), file.values(&name, &spec.shape)?);
        }
    }
    Ok(Network::with_weights(
        checked,
        device,
        |_, layer, tensor| values.remove(&(layer, tensor)).unwrap_or_default(),
    ))
}
