//! What can go wrong when a model is used.

use fireside_network::NetworkError;
use fireside_spec::Problem;
use std::collections::BTreeMap;
use std::fmt;

/// A model that can't be used, or a question it can't answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InferenceError {
    /// The file does not fit or is damaged.
    Network(NetworkError),
    /// The experiment in the model's metadata does not check.
    Experiment { problem: Problem },
    /// Width times height is not the number of values, or there is nothing.
    Picture { expected: usize, found: usize },
    /// The model takes no pictures; or for a drawing, others than grey ones of 28 x 28.
    WrongInput { input: String },
    /// Its input is standardized by numbers of the training rows, which its file does not hold.
    NeedsRows,
    /// So many ids are no rows of `steps`, or too many.
    Ids { found: usize, steps: usize },
    /// An id that its `Embedding` does not read.
    Id { id: u32, vocabulary: usize },
    /// No token of the prompt is known to the model.
    Prompt { prompt: String },
    /// The device could not give its values back.
    Device { reason: String },
}

impl InferenceError {
    /// The code that the page's words are filed under.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Network(error) => error.code(),
            Self::Experiment { .. } => "model_corrupt",
            Self::Picture { .. } => "picture_size",
            Self::WrongInput { .. } => "model_input",
            Self::NeedsRows => "model_needs_rows",
            Self::Ids { .. } => "ids_length",
            Self::Id { .. } => "id_out_of_range",
            Self::Prompt { .. } => "prompt_unknown",
            Self::Device { .. } => "device_failed",
        }
    }

    /// The arguments for those words.
    pub fn args(&self) -> BTreeMap<&'static str, String> {
        match self {
            Self::Network(error) => error.args(),
            // Not its English words: a page has no use for them, and would load all of them.
            Self::Experiment { problem } => {
                [("reason", format!("{} ({})", problem.code, problem.place))].into()
            }
            Self::Picture { expected, found } => [
                ("expected", expected.to_string()),
                ("found", found.to_string()),
            ]
            .into(),
            Self::WrongInput { input } => [("input", input.clone())].into(),
            Self::NeedsRows => BTreeMap::new(),
            Self::Ids { found, steps } => {
                [("found", found.to_string()), ("steps", steps.to_string())].into()
            }
            Self::Id { id, vocabulary } => [
                ("id", id.to_string()),
                ("vocabulary", vocabulary.to_string()),
            ]
            .into(),
            Self::Prompt { prompt } => [("prompt", prompt.clone())].into(),
            Self::Device { reason } => [("reason", reason.clone())].into(),
        }
    }
}

impl fmt::Display for InferenceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Network(error) => error.fmt(f),
            Self::Experiment { problem } => {
                write!(f, "the experiment inside the model file: {problem}")
            }
            Self::Picture { expected, found } => {
                write!(
                    f,
                    "the picture should have {expected} values but has {found}"
                )
            }
            Self::WrongInput { input } => write!(
                f,
                "the model takes {input}, which is not what is shown to it: choose one trained on such pictures"
            ),
            Self::NeedsRows => write!(
                f,
                "the model standardizes pictures by numbers of its training rows, which its file does not hold"
            ),
            Self::Ids { found, steps } => write!(
                f,
                "{found} ids are no rows of {steps}, which the model reads (at most {} at once)",
                crate::words::MAX_IDS
            ),
            Self::Id { id, vocabulary } => write!(
                f,
                "the model knows ids below {vocabulary}, and {id} is none of them"
            ),
            Self::Prompt { prompt } => write!(
                f,
                "no token of {prompt:?} is known to this model: begin with words of its text"
            ),
            Self::Device { reason } => write!(f, "the device failed: {reason}"),
        }
    }
}

impl std::error::Error for InferenceError {}

impl From<NetworkError> for InferenceError {
    fn from(error: NetworkError) -> Self {
        Self::Network(error)
    }
}
