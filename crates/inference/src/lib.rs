//! A model together with its preparation: drawing or picture in, answer out. It does not train.

mod drawing;
mod error;
pub mod generate;
mod model;

pub use drawing::{Answer, DrawingState};
pub use error::InferenceError;
pub use generate::Generator;
pub use model::{Model, ModelCard, ModelInfo};
