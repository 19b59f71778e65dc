//! What is wrong with a file of another program, in words: what, where, and what to do.

use fireside_formats::FormatError;

/// The problem with the file's name before it and advice behind it.
pub(crate) fn words(name: &str, error: &FormatError) -> String {
    format!("{name}: {error}; {}", advice(error))
}

const fn advice(error: &FormatError) -> &'static str {
    match error {
        FormatError::Unreadable { .. } => {
            "give another file, or write it again with its own program"
        }
        FormatError::Unsupported { .. } => "change that in the program it came from",
        FormatError::TooLarge { .. } => "give a smaller file",
        FormatError::WrongVersion { .. } => "save it again with a version that can be read",
        FormatError::DamagedTensor { .. } => "write the file again",
        FormatError::WrongType { .. } => "save it as float32",
        FormatError::MissingTensor { .. }
        | FormatError::WrongShape { .. }
        | FormatError::ExtraTensor { .. } => "name the experiment whose network the weights are of",
        FormatError::NotFinite { .. } => "the network had diverged; take an earlier file",
        FormatError::TwiceTensor { .. } => "write it again with one of each name",
        FormatError::Inexpressible { .. } => "choose another form",
        FormatError::Network { .. } => "correct the network where it was made",
    }
}
