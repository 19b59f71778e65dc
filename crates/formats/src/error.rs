//! What can be wrong with a foreign file: a code with arguments.

use fireside_spec::Problem;
use std::collections::BTreeMap;
use std::fmt;

/// One problem with a foreign file. `format` is `npz`, `h5` ...; `name` is the tensor's, as its file has it
/// where it was found and as the network has it where it is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormatError {
    /// Not a file of this format, or a damaged one.
    Unreadable {
        format: &'static str,
        reason: String,
    },
    /// A good file, with something in it that is not read here (`what`, for people).
    Unsupported { format: &'static str, what: String },
    /// More `what` (`tensors`, `bytes`) than are read.
    TooLarge {
        format: &'static str,
        what: &'static str,
        limit: usize,
    },
    /// Written by a version that is not read here.
    WrongVersion {
        format: &'static str,
        found: String,
        known: &'static str,
    },
    /// One tensor is damaged.
    DamagedTensor { name: String, reason: String },
    /// A tensor is not of numbers that weights can be made of.
    WrongType { name: String, found: String },
    /// The network needs a tensor that the file has not got.
    MissingTensor { name: String },
    /// A tensor has another shape than the network's.
    WrongShape {
        name: String,
        expected: String,
        found: String,
    },
    /// A value is not a finite number; `at` counts in C order.
    NotFinite { name: String, at: usize },
    /// The file has a tensor that the network has no place for.
    ExtraTensor { name: String },
    /// Two tensors of one name.
    TwiceTensor { name: String },
    /// A layer that another program's form (`form`: `Keras 2` ...) has no words for.
    Inexpressible {
        form: &'static str,
        layer: String,
        what: String,
    },
    /// The layers of a foreign network do not fit together; the place counts its layers.
    Network { problem: Box<Problem> },
}

impl FormatError {
    /// The code that the page's words are filed under.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "foreign_unreadable",
            Self::Unsupported { .. } => "foreign_unsupported",
            Self::TooLarge { .. } => "foreign_too_large",
            Self::WrongVersion { .. } => "foreign_wrong_version",
            Self::DamagedTensor { .. } => "foreign_damaged_tensor",
            Self::WrongType { .. } => "foreign_wrong_type",
            Self::MissingTensor { .. } => "foreign_missing_tensor",
            Self::WrongShape { .. } => "foreign_wrong_shape",
            Self::NotFinite { .. } => "foreign_not_finite",
            Self::ExtraTensor { .. } => "foreign_extra_tensor",
            Self::TwiceTensor { .. } => "foreign_twice_tensor",
            Self::Inexpressible { .. } => "foreign_inexpressible",
            Self::Network { .. } => "foreign_network",
        }
    }

    /// The arguments for those words.
    pub fn args(&self) -> BTreeMap<&'static str, String> {
        let pairs: Vec<(&'static str, String)> = match self {
            Self::Unreadable { format, reason } => {
                vec![("format", (*format).into()), ("reason", reason.clone())]
            }
            Self::Unsupported { format, what } => {
                vec![("format", (*format).into()), ("what", what.clone())]
            }
            Self::TooLarge {
                format,
                what,
                limit,
            } => vec![
                ("format", (*format).into()),
                ("what", (*what).into()),
                ("limit", limit.to_string()),
            ],
            Self::WrongVersion {
                format,
                found,
                known,
            } => vec![
                ("format", (*format).into()),
                ("found", found.clone()),
                ("known", (*known).into()),
            ],
            Self::DamagedTensor { name, reason } => {
                vec![("name", name.clone()), ("reason", reason.clone())]
            }
            Self::WrongType { name, found } => {
                vec![("name", name.clone()), ("found", found.clone())]
            }
            Self::MissingTensor { name }
            | Self::ExtraTensor { name }
            | Self::TwiceTensor { name } => vec![("name", name.clone())],
            Self::WrongShape {
                name,
                expected,
                found,
            } => vec![
                ("name", name.clone()),
                ("expected", expected.clone()),
                ("found", found.clone()),
            ],
            Self::NotFinite { name, at } => vec![("name", name.clone()), ("at", at.to_string())],
            Self::Inexpressible { form, layer, what } => vec![
                ("form", (*form).into()),
                ("layer", layer.clone()),
                ("what", what.clone()),
            ],
            Self::Network { problem } => vec![("problem", problem.to_string())],
        };
        pairs.into_iter().collect()
    }
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { format, reason } => {
                write!(f, "this is not a readable {format} file: {reason}")
            }
            Self::Unsupported { format, what } => {
                write!(f, "this {format} file has {what}, which is not supported")
            }
            Self::TooLarge {
                format,
                what,
                limit,
            } => write!(f, "this {format} file holds more than {limit} {what}"),
            Self::WrongVersion {
                format,
                found,
                known,
            } => write!(
                f,
                "this {format} file was written by version {found}; {known} can be read"
            ),
            Self::DamagedTensor { name, reason } => {
                write!(f, "tensor {name} is damaged: {reason}")
            }
            Self::WrongType { name, found } => {
                write!(f, "tensor {name} holds {found}, not numbers for weights")
            }
            Self::MissingTensor { name } => write!(f, "the file lacks the tensor {name}"),
            Self::WrongShape {
                name,
                expected,
                found,
            } => write!(
                f,
                "tensor {name} should have the shape {expected} but has {found}"
            ),
            Self::NotFinite { name, at } => {
                write!(f, "value {at} of tensor {name} is not a finite number")
            }
            Self::ExtraTensor { name } => {
                write!(
                    f,
                    "the file has a tensor {name} that the network has no place for"
                )
            }
            Self::Inexpressible { form, layer, what } => {
                write!(f, "{form} has no words for {what} (layer {layer})")
            }
            Self::Network { problem } => write!(f, "the network does not fit together: {problem}"),
            Self::TwiceTensor { name } => write!(f, "the file has two tensors named {name}"),
        }
    }
}

impl std::error::Error for FormatError {}
