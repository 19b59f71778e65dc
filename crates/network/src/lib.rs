//! Checked experiment -> Burn network: one file per layer kind, Keras semantics, weights in and out.
//!
//! The network knows neither data sets nor the training loop: it takes a batch, gives the output, and
//! hands out its weights by name.

mod error;
pub mod layers;
mod network;
pub mod ops;
mod value;
pub mod weights;

pub use error::NetworkError;
pub use network::{Mode, Network, Weight};
pub use value::Value;

/// The CPU device of this build (burn-flex).
#[cfg(feature = "cpu")]
pub fn cpu() -> burn::tensor::Device {
    burn::tensor::Device::flex()
}
