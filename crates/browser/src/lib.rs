//! The edge to the browser: opaque sessions, wire types, failures. With
//! `crates/reader` the only crate that names `wasm_bindgen`, `js_sys` and `serde_wasm_bindgen`.
//!
//! Every export either answers or throws a [`failure::Failure`] as a plain object; nothing here panics on
//! what comes from outside. All of it runs in a worker.

mod augment;
mod captcha;
mod data;
mod engine;
pub mod failure;
mod insight;
mod model;
mod plan;
mod session;
mod text;
#[cfg(feature = "cpu")]
mod threads;
pub mod wire;
mod words;

pub use augment::augment;
pub use captcha::captcha;
pub use data::Data;
pub use engine::{engine, open, order, probe};
pub use model::Model;
pub use plan::{Stages, compute, dataset, plan, table};
pub use session::Session;
pub use text::{check, edit};
#[cfg(feature = "cpu")]
pub use threads::{help, helped, helper_lost, threads};

#[cfg(all(feature = "gpu", target_family = "wasm"))]
unsafe extern "C" {
    /// The linker's list of what has to run before anything else; CubeCL's compiler registers itself there.
    fn __wasm_call_ctors();
}

/// Writes a panic's message to the console: wasm itself would only say `unreachable`.
#[wasm_bindgen::prelude::wasm_bindgen(start)]
pub fn start() {
    // Where nobody calls it, the linker puts a call in front of every single export: it took 20 ms of a step.
    #[cfg(all(feature = "gpu", target_family = "wasm"))]
    // SAFETY: it takes nothing, and runs once, before every other function of this module.
    unsafe {
        __wasm_call_ctors();
    }
    std::panic::set_hook(Box::new(|info| {
        web_sys::console::error_1(&info.to_string().into());
    }));
}
