//! What can go wrong with weights from outside.

use std::collections::BTreeMap;
use std::fmt;

/// Weights that do not fit or cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NetworkError {
    /// Not a safetensors file, or a damaged one.
    Corrupt { reason: String },
    /// The file lacks a tensor of the network.
    MissingTensor { name: String },
    /// A tensor has another shape or element type than the network needs.
    WrongTensor {
        name: String,
        expected: String,
        found: String,
    },
    /// A piece of metadata (`experiment` ...) is missing.
    MissingMetadata { name: String },
}

impl NetworkError {
    /// The code that the page's words are filed under.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Corrupt { .. } => "model_corrupt",
            Self::MissingTensor { .. } => "model_missing_tensor",
            Self::WrongTensor { .. } => "model_wrong_tensor",
            Self::MissingMetadata { .. } => "model_missing_metadata",
        }
    }

    /// The arguments for those words.
    pub fn args(&self) -> BTreeMap<&'static str, String> {
        match self {
            Self::Corrupt { reason } => [("reason", reason.clone())].into(),
            Self::MissingTensor { name } | Self::MissingMetadata { name } => {
                [("name", name.clone())].into()
            }
            Self::WrongTensor {
                name,
                expected,
                found,
            } => [
                ("name", name.clone()),
                ("expected", expected.clone()),
                ("found", found.clone()),
            ]
            .into(),
        }
    }
}

impl fmt::Display for NetworkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Corrupt { reason } => write!(f, "this is not a readable model file: {reason}"),
            Self::MissingTensor { name } => write!(f, "the model file lacks the tensor {name}"),
            Self::WrongTensor {
                name,
                expected,
                found,
            } => write!(f, "tensor {name} should be {expected} but is {found}"),
            Self::MissingMetadata { name } => write!(
                f,
                "the model file lacks {name} in its metadata: it was not written by Fireside"
            ),
        }
    }
}

impl std::error::Error for NetworkError {}
