//! Which tensor of a foreign file is which weight of a network: by name where the names say it, else by order,
//! as Keras itself loads weights.
//!
//! Layers are paired first, then the tensors within a layer:
//!
//! 1. all layers by name, if the file has every layer of the network under its own name;
//! 2. else, in files that group layers by class (`layers/dense_1` of Keras 3), the n-th layer of a class with
//!    the n-th of that class;
//! 3. else, where the file has as many layers as the network, in order: Keras numbers layers per session, so
//!    that `dense_7` of one file is `dense_1` of a fresh one.
//!
//! Every tensor is used exactly once, with the network's shape and finite values, or the error names it.

use crate::FormatError;
use crate::tensor::{NamedTensor, shape_text};
use fireside_spec::layers::TensorSpec;
use fireside_spec::{Checked, CheckedLayer};
use std::collections::BTreeMap;

/// A weight of the network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// Layer and weight: `dense_1/kernel`.
    pub name: String,
    pub shape: Vec<usize>,
    /// Keras's class of the layer: `Dense`, `BatchNormalization`.
    pub class: String,
}

impl Expected {
    /// All weights of a network, in Keras's order.
    pub fn of(checked: &Checked) -> Vec<Self> {
        let of = |layer: &CheckedLayer| {
            let expected = |tensor: &TensorSpec| Self {
                name: format!("{}/{}", layer.name, tensor.name),
                shape: tensor.shape.clone(),
                class: layer.layer.type_name().into(),
            };
            layer.tensors.iter().map(expected).collect::<Vec<_>>()
        };
        checked.layers.iter().flat_map(of).collect()
    }

    fn layer(&self) -> &str {
        self.name.split('/').next().unwrap_or_default()
    }
}

/// A layer of a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FoundLayer {
    /// The layer's own name; empty where the file has none.
    pub name: String,
    /// In files that group layers by class: the class in snake case and its number, from 0.
    pub class: Option<(String, usize)>,
    /// Its weights, in Keras's order as far as the file tells.
    pub tensors: Vec<NamedTensor>,
}

/// The tensors of an archive as layers: the name before the first `/` is the layer's. Where no tensor has one
/// (`numpy.savez(file, *model.get_weights())`), all are one nameless layer, in order.
pub fn layers(tensors: Vec<NamedTensor>) -> Vec<FoundLayer> {
    let mut found: Vec<FoundLayer> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for tensor in tensors {
        let name = tensor.name.split_once('/').map_or("", |(layer, _)| layer);
        let place = *places.entry(name.to_owned()).or_insert(found.len());
        if place == found.len() {
            found.push(FoundLayer {
                name: name.to_owned(),
                ..FoundLayer::default()
            });
        }
        found[place].tensors.push(tensor);
    }
    found
}

/// The values of all `expected` weights, in their order.
///
/// # Errors
/// `foreign_missing_tensor`, `foreign_wrong_shape`, `foreign_not_finite` with the network's name of the weight;
/// `foreign_extra_tensor` with the file's.
pub fn arrange(
    expected: &[Expected],
    found: Vec<FoundLayer>,
) -> Result<Vec<Vec<f32>>, FormatError> {
    let mut found: Vec<FoundLayer> = found
        .into_iter()
        .filter(|layer| !layer.tensors.is_empty())
        .collect();
    let mut values: Vec<Vec<f32>> = Vec::with_capacity(expected.len());
    if let [one] = &mut found[..]
        && one.name.is_empty()
        && one.class.is_none()
    {
        return take(expected, std::mem::take(&mut one.tensors));
    }
    // A layer's weights stand together, in Keras's order.
    let wanted: Vec<&[Expected]> = expected
        .chunk_by(|one, next| one.layer() == next.layer())
        .collect();
    let places = pair(&wanted, &found)?;
    for (wanted, place) in wanted.into_iter().zip(places) {
        values.extend(take(wanted, std::mem::take(&mut found[place].tensors))?);
    }
    match found.iter().find_map(|layer| layer.tensors.first()) {
        Some(extra) => Err(FormatError::ExtraTensor {
            name: extra.name.clone(),
        }),
        None => Ok(values),
    }
}

fn missing<T>(expected: &Expected) -> Result<T, FormatError> {
    Err(FormatError::MissingTensor {
        name: expected.name.clone(),
    })
}

/// For every layer of the network, its place in the file; no place twice.
fn pair(wanted: &[&[Expected]], found: &[FoundLayer]) -> Result<Vec<usize>, FormatError> {
    let names: BTreeMap<&str, usize> = found
        .iter()
        .enumerate()
        .map(|(place, layer)| (layer.name.as_str(), place))
        .collect();
    let named = |layer: &&[Expected]| names.get(layer[0].layer()).copied();
    let by_name: Vec<Option<usize>> = wanted.iter().map(named).collect();
    if let Some(places) = by_name.iter().copied().collect() {
        return Ok(places);
    }
    if found.iter().any(|layer| layer.class.is_some()) {
        return by_class(wanted, found);
    }
    if wanted.len() == found.len() {
        return Ok((0..found.len()).collect());
    }
    // Fewer or more, and other names: the first layer that is not there by name.
    let absent = by_name.iter().position(Option::is_none).unwrap_or_default();
    missing(&wanted[absent][0])
}

fn by_class(wanted: &[&[Expected]], found: &[FoundLayer]) -> Result<Vec<usize>, FormatError> {
    let mut classes: BTreeMap<&str, Vec<(usize, usize)>> = BTreeMap::new();
    for (place, layer) in found.iter().enumerate() {
        if let Some((class, number)) = &layer.class {
            classes.entry(class).or_default().push((*number, place));
        }
    }
    for places in classes.values_mut() {
        // Taken from the end.
        places.sort_unstable_by(|a, b| b.cmp(a));
    }
    let next = |layer: &&[Expected]| {
        let class = snake_case(&layer[0].class);
        let places = classes.get_mut(class.as_str());
        match places.and_then(Vec::pop) {
            Some((_, place)) => Ok(place),
            None => missing(&layer[0]),
        }
    };
    wanted.iter().map(next).collect()
}

/// The tensors of one layer as the network wants them: by the last part of their names where these are the
/// same on both sides, else in order.
fn take(wanted: &[Expected], mut found: Vec<NamedTensor>) -> Result<Vec<Vec<f32>>, FormatError> {
    let names: BTreeMap<String, usize> = found
        .iter()
        .enumerate()
        .map(|(place, tensor)| (weight(&tensor.name).to_owned(), place))
        .collect();
    let unique = names.len() == found.len();
    let named: Vec<Option<usize>> = wanted
        .iter()
        .map(|expected| names.get(weight(&expected.name)).copied())
        .collect();
    // Where some names are the same and others are not, as many tensors are the same ones under other names
    // (Keras 3 calls a depthwise kernel `kernel`); fewer or more tensors are told by their names.
    let count = named.iter().flatten().count();
    let apart = {
        let mut places: Vec<usize> = named.iter().flatten().copied().collect();
        places.sort_unstable();
        places.windows(2).all(|pair| pair[0] != pair[1])
    };
    let by_name =
        unique && apart && (count == wanted.len() || count > 0 && wanted.len() != found.len());
    let place = |at: usize| {
        if by_name {
            named[at]
        } else {
            (at < found.len()).then_some(at)
        }
    };
    let places: Vec<Option<usize>> = (0..wanted.len()).map(place).collect();
    let mut used = vec![false; found.len()];
    let mut values = Vec::with_capacity(wanted.len());
    for (expected, place) in wanted.iter().zip(places) {
        let Some(place) = place else {
            return missing(expected);
        };
        used[place] = true;
        let tensor = &mut found[place];
        if tensor.shape != expected.shape {
            return Err(FormatError::WrongShape {
                name: expected.name.clone(),
                expected: shape_text(&expected.shape),
                found: shape_text(&tensor.shape),
            });
        }
        if let Some(at) = tensor.values.iter().position(|value| !value.is_finite()) {
            return Err(FormatError::NotFinite {
                name: expected.name.clone(),
                at,
            });
        }
        values.push(std::mem::take(&mut tensor.values));
    }
    match used.iter().position(|used| !used) {
        Some(extra) => Err(FormatError::ExtraTensor {
            name: found[extra].name.clone(),
        }),
        None => Ok(values),
    }
}

/// `kernel` of `dense_1/dense_1/kernel:0`.
fn weight(name: &str) -> &str {
    let last = name.rsplit('/').next().unwrap_or(name);
    last.split_once(':').map_or(last, |(weight, _)| weight)
}

/// A class name as Keras writes it in names: `MaxPooling2D` -> `max_pooling2d`, `SimpleRNN` -> `simple_rnn`.
pub(crate) fn snake_case(class: &str) -> String {
    let letters: Vec<char> = class.chars().filter(|c| c.is_alphanumeric()).collect();
    let mut out = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| letters[at]);
        let word = letters.get(at + 1).is_some_and(char::is_ascii_lowercase);
        let begins = letter.is_ascii_uppercase()
            && before.is_some_and(|before| word || before.is_ascii_lowercase());
        if begins {
            out.push('_');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}

#[cfg(test)]
mod tests;
