//! What can go wrong in a run.

use fireside_datasets::DataError;
use fireside_network::NetworkError;
use std::collections::BTreeMap;
use std::fmt;

/// A run that can't start or go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrainingError {
    /// The data set at hand has fewer rows or another shape than the experiment was checked for.
    DataMismatch { expected: String, found: String },
    /// The device could not give its values back.
    Device { reason: String },
    /// Weights that do not fit.
    Network(NetworkError),
    /// The data can't be divided as the experiment wants.
    Data(DataError),
    /// The rows can't be split as the experiment wants.
    Split { reason: String },
    /// A saved run that can't be read.
    Checkpoint { reason: String },
}

impl TrainingError {
    /// The code that the page's words are filed under.
    pub fn code(&self) -> &'static str {
        match self {
            Self::DataMismatch { .. } => "data_mismatch",
            Self::Device { .. } => "device_failed",
            Self::Data(error) => error.code(),
            Self::Network(error) => error.code(),
            Self::Split { .. } => "split_impossible",
            Self::Checkpoint { .. } => "checkpoint_corrupt",
        }
    }

    /// The arguments for those words.
    pub fn args(&self) -> BTreeMap<&'static str, String> {
        match self {
            Self::DataMismatch { expected, found } => {
                [("expected", expected.clone()), ("found", found.clone())].into()
            }
            Self::Device { reason } | Self::Split { reason } | Self::Checkpoint { reason } => {
                [("reason", reason.clone())].into()
            }
            Self::Data(error) => error.args(),
            Self::Network(error) => error.args(),
        }
    }
}

impl fmt::Display for TrainingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DataMismatch { expected, found } => {
                write!(f, "the experiment needs {expected}, the data has {found}")
            }
            Self::Device { reason } => write!(f, "the device failed: {reason}"),
            Self::Data(error) => error.fmt(f),
            Self::Network(error) => error.fmt(f),
            Self::Split { reason } => write!(f, "the rows can't be split: {reason}"),
            Self::Checkpoint { reason } => write!(f, "the saved run can't be read: {reason}"),
        }
    }
}

impl std::error::Error for TrainingError {}

impl From<NetworkError> for TrainingError {
    fn from(error: NetworkError) -> Self {
        Self::Network(error)
    }
}
