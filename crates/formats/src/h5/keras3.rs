//! The layout of Keras 3's `.weights.h5`: objects by class and number, tensors by number.

use super::{Attributes, source::Metered, tensor, unreadable};
use crate::FormatError;
use crate::limits::Room;
use crate::matching::FoundLayer;
use hdf5_pure::Group;

/// Where the layers are: Keras 3, and TensorFlow's Keras 2.12 to 2.15.
pub const ROOTS: &[&str] = &["layers", "_layer_checkpoint_dependencies"];

/// The parts of a layer in the order of its weights; others come after, by name.
const PARTS: &[&str] = &[
    "cell",
    "layer",
    "forward_layer",
    "backward_layer",
    "query_dense",
    "key_dense",
    "value_dense",
    "output_dense",
];
/// The state of a dropout layer's generator: no weight.
const GENERATOR: &str = "seed_generator";
/// Layers hold layers, but not for ever.
const DEEPEST: usize = 8;

/// All layers below `root`, by class and number.
pub fn layers(
    root: &Group,
    path: &str,
    meter: &Metered,
    room: &mut Room,
) -> Result<Vec<FoundLayer>, FormatError> {
    let mut found = Vec::new();
    for name in root.groups().map_err(unreadable)? {
        let group = root.group(&name).map_err(unreadable)?;
        let mut layer = FoundLayer {
            class: Some(numbered(&name)),
            ..FoundLayer::default()
        };
        let path = format!("{path}/{name}");
        collect(&group, &path, 0, &mut layer, meter, room)?;
        found.push(layer);
    }
    found.sort_by(|one, other| one.class.cmp(&other.class));
    Ok(found)
}

/// `dense_10` is the eleventh of class `dense`.
fn numbered(name: &str) -> (String, usize) {
    let split = name.rsplit_once('_');
    let split = split.and_then(|(class, number)| Some((class, number.parse().ok()?)));
    let (class, number) = split.unwrap_or((name, 0));
    (class.to_owned(), number)
}

/// The tensors of an object and of its parts.
fn collect(
    group: &Group,
    path: &str,
    depth: usize,
    layer: &mut FoundLayer,
    meter: &Metered,
    room: &mut Room,
) -> Result<(), FormatError> {
    if depth > DEEPEST {
        return Err(unreadable(format!("{path} lies too deep")));
    }
    let mut parts = group.groups().map_err(unreadable)?;
    parts.retain(|part| part != GENERATOR);
    if let Some(place) = parts.iter().position(|part| part == "vars") {
        parts.swap_remove(place);
        let vars = group.group("vars").map_err(unreadable)?;
        if depth == 0 {
            layer.name = Attributes::of(&vars)?.text("name").unwrap_or_default();
        }
        let count = vars.datasets().map_err(unreadable)?.len();
        for number in 0..count {
            let name = format!("{path}/vars/{number}");
            match vars.dataset(&number.to_string()) {
                Ok(dataset) => layer
                    .tensors
                    .push(tensor::read(name, &dataset, meter, room)?),
                Err(_) => return Err(FormatError::MissingTensor { name }),
            }
        }
    }
    let rank = |part: &String| PARTS.iter().position(|known| known == part);
    parts.sort_by(|one, other| {
        let [a, b] = [one, other].map(|part| rank(part).unwrap_or(PARTS.len()));
        a.cmp(&b).then_with(|| one.cmp(other))
    });
    for part in parts {
        let inner = group.group(&part).map_err(unreadable)?;
        collect(
            &inner,
            &format!("{path}/{part}"),
            depth + 1,
            layer,
            meter,
            room,
        )?;
    }
    Ok(())
}
