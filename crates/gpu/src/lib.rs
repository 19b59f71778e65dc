//! The door to the GPU engine: WGSL kernels of our own on Burn's tensors, launched through burn-wgpu.
//!
//! A kernel is a few pieces of WGSL text with constants in front ([`Launch`]). Layer kernels lie in
//! `fireside-network`, update rules in `fireside-optimizers`; this crate knows neither. Without the
//! feature `gpu` it is empty.

#[cfg(feature = "gpu")]
mod device;
#[cfg(feature = "gpu")]
mod kernel;
#[cfg(feature = "gpu")]
mod launch;
#[cfg(feature = "gpu")]
mod rehearsal;
#[cfg(feature = "gpu")]
mod tensor;

#[cfg(feature = "gpu")]
pub use device::{Lost, Missing, Opened, open};
#[cfg(feature = "gpu")]
pub use kernel::Constant;
#[cfg(feature = "gpu")]
pub use launch::{Counts, Launch, counts, line};
#[cfg(feature = "gpu")]
pub use rehearsal::{Rehearsal, rehearse};
#[cfg(feature = "gpu")]
pub use tensor::{GpuTensor, empty, from_tensor, is_gpu, on_gpu, packed, sizes, software};
