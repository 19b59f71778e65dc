//! Rows of token ids in, answers out: what a network on words says of a text, or holds for the next token.

use crate::error::InferenceError;
use burn::tensor::{Tensor, TensorData};
use fireside_network::{Mode, Network, Value};
use fireside_spec::Checked;
use fireside_spec::preparation::Side;

/// The most ids at once (as numbers 4 MB).
pub const MAX_IDS: usize = 1 << 20;

/// Rows of ids as the network gets them; they come from outside.
///
/// # Errors
/// [`InferenceError::WrongInput`] where it reads no ids, [`InferenceError::Ids`] where these are no rows of it,
/// [`InferenceError::Id`].
pub fn input(network: &Network, checked: &Checked, ids: &[u32]) -> Result<Value, InferenceError> {
    let first = checked.data.inputs.first();
    let read = first.and_then(|input| Some((input.shape, input.vocabulary?)));
    let (shape, vocabulary) = read.ok_or_else(|| InferenceError::WrongInput {
        input: checked.data.row().to_string(),
    })?;
    let (found, steps) = (ids.len(), shape.len());
    if found == 0 || steps == 0 || !found.is_multiple_of(steps) || found > MAX_IDS {
        return Err(InferenceError::Ids { found, steps });
    }
    if let Some(&id) = ids.iter().find(|id| **id as usize >= vocabulary) {
        return Err(InferenceError::Id { id, vocabulary });
    }
    let ids: Vec<f32> = ids.iter().map(|id| *id as f32).collect();
    let device = network.device().unwrap_or_default();
    let input = Tensor::from_data(TensorData::new(ids, [found / steps, steps]), &device);
    Ok(Value::from_flat(input, shape))
}

/// A row of the network's length: a longer text is cut, a shorter one filled up with id 0, at the ends that its experiment
/// says.
pub fn row(checked: &Checked, ids: &[u32]) -> Vec<u32> {
    let steps = checked.data.row().len();
    let options = &checked.experiment.data.preparation;
    let kept = ids.len().min(steps);
    let from = match options.truncating {
        Side::Pre => ids.len() - kept,
        Side::Post => 0,
    };
    let mut row = ids[from..from + kept].to_vec();
    let fill = std::iter::repeat_n(0, steps - kept);
    match options.padding {
        Side::Pre => row.splice(0..0, fill).for_each(drop),
        Side::Post => row.extend(fill),
    }
    row
}

/// What the network gives for rows of ids, one after the other.
///
/// # Errors
/// As [`input`]; when the device fails.
pub async fn answer(
    network: &Network,
    checked: &Checked,
    ids: &[u32],
) -> Result<Vec<f32>, InferenceError> {
    let input = input(network, checked, ids)?;
    given(network, input).await
}

/// What the network gives for an input.
pub(crate) async fn given(network: &Network, input: Value) -> Result<Vec<f32>, InferenceError> {
    let failed = |reason: String| InferenceError::Device { reason };
    let output = network.forward(vec![input], Mode::Use).into_flat();
    let data = output
        .into_data_async()
        .await
        .map_err(|error| failed(format!("{error:?}")))?;
    data.try_to_vec::<f32>()
        .map_err(|error| failed(format!("{error:?}")))
}
