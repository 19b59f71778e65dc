//! The engine that the checks run on, and the machine around it.
//!
//! Natively that is the CPU and this machine. Compiled for a browser the checks have neither files nor a terminal, and
//! may have a GPU: `tests/wasm` says then what there is.

use crate::compare::wide;
use crate::tolerance::GPU;
use burn::tensor::{Device, Tensor};
use std::sync::OnceLock;

/// What a wasm module has instead of a machine.
#[derive(Debug)]
pub struct Host {
    /// The opened engine.
    pub device: Device,
    /// Reads a file by its path from the root of the checkout; None: there is none.
    pub read: fn(&str) -> Option<Vec<u8>>,
    /// Prints lines.
    pub print: fn(&str),
}

static HOST: OnceLock<Host> = OnceLock::new();

/// Everything from now on happens there.
///
/// # Panics
/// When it was said before.
pub fn set_host(host: Host) {
    HOST.set(host).expect("one host");
}

pub(crate) fn host() -> Option<&'static Host> {
    HOST.get()
}

/// The device that checks compute on.
///
/// # Panics
/// In a build without the CPU engine before [`set_host`].
pub fn device() -> Device {
    match host() {
        Some(host) => host.device.clone(),
        #[cfg(feature = "cpu")]
        None => fireside_network::cpu(),
        #[cfg(not(feature = "cpu"))]
        None => panic!("no device: set_host() was not called"),
    }
}

/// How far a number may be away on this engine, where `cpu` is what the CPU is allowed.
pub fn limit(cpu: f64) -> f64 {
    match fireside_network::is_cpu(&device()) {
        true => cpu,
        false => cpu.max(GPU),
    }
}

/// Prints lines.
pub fn print(lines: &str) {
    match host() {
        Some(host) => (host.print)(lines),
        None => println!("{lines}"),
    }
}

/// The numbers of a tensor. A GPU in a browser is never waited for, only awaited.
///
/// # Panics
/// When the device does not give them.
pub async fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    let data = tensor.into_data_async().await.expect("readable values");
    wide(&data.try_to_vec::<f32>().expect("f32 values"))
}
