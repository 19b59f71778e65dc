//! The layout of Keras 2: a group per layer, its tensors named in an attribute.

use super::{Attributes, source::Metered, tensor, unreadable};
use crate::FormatError;
use crate::limits::Room;
use crate::matching::FoundLayer;
use hdf5_pure::Group;

/// All layers that `names` lists, in that order; those without weights have no tensors.
pub fn layers(
    root: &Group,
    names: &[String],
    meter: &Metered,
    room: &mut Room,
) -> Result<Vec<FoundLayer>, FormatError> {
    names
        .iter()
        .map(|name| layer(root, name, meter, room))
        .collect()
}

fn layer(
    root: &Group,
    name: &str,
    meter: &Metered,
    room: &mut Room,
) -> Result<FoundLayer, FormatError> {
    let group = root.group(name).map_err(unreadable)?;
    let weights = Attributes::of(&group)?.list("weight_names")?;
    let weights = weights
        .ok_or_else(|| unreadable(format!("the layer {name} has no list of its weights")))?;
    let mut tensors = Vec::with_capacity(weights.len().min(16));
    for weight in weights {
        let path = format!("{name}/{weight}");
        match group.dataset(&weight) {
            Ok(dataset) => tensors.push(tensor::read(path, &dataset, meter, room)?),
            Err(_) => return Err(FormatError::MissingTensor { name: path }),
        }
    }
    Ok(FoundLayer {
        name: name.to_owned(),
        class: None,
        tensors,
    })
}
