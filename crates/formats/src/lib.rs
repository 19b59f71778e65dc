//! Foreign formats in and out: weights as npz and Keras `.h5`, matched with a network's own by name or by
//! order; architectures as Keras's JSON and YAML; histories as CSV, JSON and TensorBoard event files.
//!
//! Everything here works on bytes and texts in memory. Bytes from outside are hostile: readers are bounded by
//! [`Limits`], and what is wrong is said with the name of the tensor it is wrong with.

pub mod architecture;
mod error;
pub mod export;
mod graph;
pub mod h5;
pub mod history;
mod keras;
mod limits;
pub mod matching;
pub mod npy;
pub mod npz;
mod tensor;
pub mod tree;
pub mod yaml;

pub use error::FormatError;
pub use limits::Limits;
pub use matching::{Expected, FoundLayer};
pub use tensor::NamedTensor;
