//! Checked experiment -> Burn network: one file per layer kind, Keras semantics, weights in and out.
//!
//! The network knows neither data sets nor the training loop: it takes a batch, gives the output, and
//! hands out its weights by name.

mod error;
mod layers;
mod network;
pub mod ops;
mod value;
mod weight;
pub mod weights;

pub use burn::tensor::Device;
pub use error::NetworkError;
pub use layers::curve;
pub use network::{Mode, Moved, Network};
pub use value::Value;
pub use weight::Weight;

/// The CPU device of this build (burn-flex).
#[cfg(feature = "cpu")]
pub fn cpu() -> Device {
    Device::flex()
}

/// Whether a device is the CPU, whose tensors lie in this program's memory.
pub fn is_cpu(device: &Device) -> bool {
    #[cfg(feature = "cpu")]
    return *device == cpu();
    #[cfg(not(feature = "cpu"))]
    {
        let _ = device;
        false
    }
}
