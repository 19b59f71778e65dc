//! A model together with its preparation: drawing, picture or text in, answer out. It does not train.

mod drawing;
mod error;
pub mod generate;
mod model;
pub mod words;

pub use drawing::{Answer, DrawingState};
pub use error::InferenceError;
pub use generate::Generator;
pub use model::{Model, ModelCard, ModelInfo};
