//! The architecture of a network as Keras's JSON and YAML, in the form of Keras 2 or of Keras 3, and back.
//!
//! No weights, no loss, no optimizer: as Keras, what is loaded has to be compiled again.

mod fields;
mod objects;
mod read;
mod write;

pub use read::{Architecture, Input, read, read_for};

use crate::FormatError;
use crate::yaml;
use fireside_spec::{Checked, Dialect};

/// The network as `model.to_json()` of that Keras writes it: `model_from_json` loads it.
///
/// # Errors
/// `foreign_inexpressible` with the layer that the form has no words for, such as attention in Keras 2, or the
/// `hard_sigmoid` of the other dialect.
pub fn json(checked: &Checked, form: Dialect) -> Result<String, FormatError> {
    Ok(write::model(checked, form)?.to_json())
}

/// The same tree as YAML, as `model.to_yaml()` of Keras 2 writes it, but for its tags: lists stay lists, so that
/// any reader takes them, Keras included. Keras 3 has no YAML of its own; the tree is that of its JSON.
///
/// # Errors
/// As [`json`].
pub fn yaml(checked: &Checked, form: Dialect) -> Result<String, FormatError> {
    Ok(yaml::write(&write::model(checked, form)?))
}
