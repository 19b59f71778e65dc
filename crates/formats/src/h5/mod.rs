//! Keras weight files in HDF5: what `save_weights` and `save` of Keras 2 and of Keras 3 write.
//!
//! | written by | layout |
//! |---|---|
//! | Keras 2 `save_weights` | a group per layer, named in the attribute `layer_names`; its `weight_names` are paths below it (`dense_1/kernel:0`) |
//! | Keras 2 `save`, Keras 3 `save("x.h5")` | the same below `model_weights`; attributes `keras_version`, `backend`, `model_config` |
//! | Keras 3 `save_weights("x.weights.h5")` | `layers/dense_1/vars/0`: groups by class, numbered; the layer's name is an attribute of `vars` |
//!
//! Sources: `engine/topology.py` of Keras 2.0.8 (`save_weights_to_hdf5_group`), `keras/src/saving/saving_lib.py`
//! of 3.15.1. The file itself is read by the crate `hdf5-pure` through [`source::Metered`], which bounds what a
//! file can make it read.

mod keras2;
mod keras3;
mod source;
mod tensor;

use crate::limits::{Limits, Room};
use crate::matching::{Expected, FoundLayer, arrange};
use crate::tree::Tree;
use crate::{FormatError, h5::source::Metered};
use hdf5_pure::{AttrValue, Error, File, FormatError as Hdf5Error, Group};

const FORMAT: &str = "h5";
/// Classes whose kernel Theano stored flipped (a true convolution).
const FLIPPED: &[&str] = &["Conv1D", "Conv2D", "Conv2DTranspose"];

/// How a file lays its weights out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// A group per layer, tensors by name.
    Keras2,
    /// A group per class and number, tensors by number.
    Keras3,
}

/// What a file holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    pub layout: Layout,
    /// In the file's order.
    pub layers: Vec<FoundLayer>,
    /// The architecture as JSON, in files of whole models.
    pub config: Option<String>,
    /// `2.0.8`
    pub keras_version: Option<String>,
    /// `tensorflow`, `theano`, `jax` ...
    pub backend: Option<String>,
}

impl Weights {
    /// The architecture with the version that wrote it, as `model.to_json()` has both; `None` in files of weights
    /// alone. Without the version nobody could tell whose words these are.
    ///
    /// # Errors
    /// `foreign_unreadable` where it is no JSON.
    pub fn architecture(&self) -> Result<Option<String>, FormatError> {
        let Some(config) = &self.config else {
            return Ok(None);
        };
        let mut tree = Tree::from_json(config).map_err(unreadable)?;
        if let (Tree::Map(entries), Some(version)) = (&mut tree, &self.keras_version)
            && !entries.iter().any(|(key, _)| key == "keras_version")
        {
            let version = Tree::Text(version.clone());
            entries.push(("keras_version".into(), version));
        }
        Ok(Some(tree.to_json()))
    }

    /// The values of a network's weights, in their order. Kernels of convolutions that Theano wrote are turned
    /// by 180 degrees, as Keras does when it loads them elsewhere.
    ///
    /// # Errors
    /// Those of [`arrange`].
    pub fn arrange(self, expected: &[Expected]) -> Result<Vec<Vec<f32>>, FormatError> {
        let mut values = arrange(expected, self.layers)?;
        if self.backend.as_deref() == Some("theano") {
            for (values, expected) in values.iter_mut().zip(expected) {
                let (kernel, rank) = (expected.name.ends_with("/kernel"), expected.shape.len());
                if kernel && rank > 2 && FLIPPED.contains(&expected.class.as_str()) {
                    turn(values, expected.shape[rank - 2] * expected.shape[rank - 1]);
                }
            }
        }
        Ok(values)
    }
}

/// Reverses the windows' places: every place holds `pair` values that stay in order.
fn turn(values: &mut Vec<f32>, pair: usize) {
    if pair > 0 {
        *values = values.rchunks_exact(pair).flatten().copied().collect();
    }
}

/// Reads a file. It is taken over, as reading goes back and forth in it.
///
/// # Errors
/// `foreign_unreadable`, `foreign_unsupported` (no layout of Keras), `foreign_wrong_version` (of HDF5 or Keras),
/// `foreign_too_large`, `foreign_missing_tensor` (the file names it and lacks it), `foreign_wrong_type`,
/// `foreign_damaged_tensor`.
pub fn read(bytes: Vec<u8>, limits: Limits) -> Result<Weights, FormatError> {
    let meter = Metered::new(bytes);
    let read = File::from_source(meter.clone())
        .map_err(unreadable)
        .and_then(|file| weights(&file, &meter, limits));
    // An attribute that asks for too much just seems to be absent: the meter knows better.
    match read {
        Err(_) if meter.exhausted() => Err(FormatError::TooLarge {
            format: FORMAT,
            what: "bytes",
            limit: meter.limit(),
        }),
        other => other,
    }
}

fn weights(file: &File, meter: &Metered, limits: Limits) -> Result<Weights, FormatError> {
    let root = file.root();
    let groups = root.groups().map_err(unreadable)?;
    let attributes = Attributes::of(&root)?;
    let has = |name: &str| groups.iter().any(|group| group == name);
    let mut room = Room::new(FORMAT, limits);
    let whole = has("model_weights");
    let inner = if whole {
        root.group("model_weights").map_err(unreadable)?
    } else {
        root.clone()
    };
    let inner_attributes = Attributes::of(&inner)?;
    let text = |name: &str| {
        let own = inner_attributes.text(name);
        own.or_else(|| attributes.text(name))
    };
    let keras_version = text("keras_version");
    if let Some(version) = &keras_version
        && !["2.", "3."].iter().any(|known| version.starts_with(known))
    {
        return Err(FormatError::WrongVersion {
            format: "Keras",
            found: version.clone(),
            known: "2 and 3",
        });
    }
    let (layout, layers) = if let Some(names) = inner_attributes.list("layer_names")? {
        let layers = keras2::layers(&inner, &names, meter, &mut room)?;
        (Layout::Keras2, layers)
    } else if let Some(root) = keras3::ROOTS.iter().find(|root| has(root)) {
        let group = file.group(root).map_err(unreadable)?;
        let layers = keras3::layers(&group, root, meter, &mut room)?;
        (Layout::Keras3, layers)
    } else {
        return Err(FormatError::Unsupported {
            format: FORMAT,
            what: "none of the layouts in which Keras keeps weights".into(),
        });
    };
    Ok(Weights {
        layout,
        layers,
        config: attributes.text("model_config"),
        keras_version,
        backend: text("backend"),
    })
}

/// The attributes of one object.
struct Attributes(Vec<(String, AttrValue)>);

impl Attributes {
    fn of(group: &Group) -> Result<Self, FormatError> {
        let mut all: Vec<_> = group.attrs().map_err(unreadable)?.into_iter().collect();
        all.sort_by(|one, other| one.0.cmp(&other.0));
        Ok(Self(all))
    }

    fn get(&self, name: &str) -> Option<&AttrValue> {
        self.0
            .iter()
            .find_map(|(key, value)| (key == name).then_some(value))
    }

    fn text(&self, name: &str) -> Option<String> {
        self.get(name)?.as_str().map(str::to_owned)
    }

    /// A list of names. Where it is longer than an attribute may be, Keras cuts it into `name0`, `name1` ...
    fn list(&self, name: &str) -> Result<Option<Vec<String>>, FormatError> {
        if let Some(value) = self.get(name) {
            return names(name, value).map(Some);
        }
        let mut all = Vec::new();
        let mut number = 0;
        while let Some(value) = self.get(&format!("{name}{number}")) {
            all.extend(names(name, value)?);
            number += 1;
        }
        Ok((number > 0).then_some(all))
    }
}

/// An empty list is one of no numbers: h5py has no empty list of strings.
fn names(name: &str, value: &AttrValue) -> Result<Vec<String>, FormatError> {
    match value {
        AttrValue::F64Array(none) if none.is_empty() => Ok(Vec::new()),
        AttrValue::F32Array(none) if none.is_empty() => Ok(Vec::new()),
        value => match value.as_strings() {
            Some(names) => Ok(names.to_vec()),
            None => Err(unreadable(format!(
                "the attribute {name} is not a list of names"
            ))),
        },
    }
}

/// What is wrong with the file as a whole.
fn unreadable(error: impl Into<Trouble>) -> FormatError {
    match error.into() {
        Trouble::Hdf5(Error::Format(Hdf5Error::UnsupportedVersion(version))) => {
            FormatError::WrongVersion {
                format: "HDF5",
                found: version.to_string(),
                known: "superblock 0 to 3",
            }
        }
        Trouble::Hdf5(error) => FormatError::Unreadable {
            format: FORMAT,
            reason: error.to_string(),
        },
        Trouble::Ours(reason) => FormatError::Unreadable {
            format: FORMAT,
            reason,
        },
    }
}

enum Trouble {
    Hdf5(Error),
    Ours(String),
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Hdf5(error)
    }
}

impl From<String> for Trouble {
    fn from(reason: String) -> Self {
        Self::Ours(reason)
    }
}
