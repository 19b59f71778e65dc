//! The edge to the browser: opaque sessions, wire types, failures. The only crate that names
//! `wasm_bindgen`, `js_sys` and `serde_wasm_bindgen`.
//!
//! Every export either answers or throws a [`failure::Failure`] as a plain object; nothing here panics on
//! what comes from outside. All of it runs in a worker.

mod data;
mod engine;
pub mod failure;
mod model;
mod session;
mod text;
pub mod wire;

pub use data::Data;
pub use engine::{engine, open, order, probe};
pub use model::Model;
pub use session::Session;
pub use text::{check, edit};

/// Writes a panic's message to the console: wasm itself would only say `unreachable`.
#[wasm_bindgen::prelude::wasm_bindgen(start)]
pub fn start() {
    std::panic::set_hook(Box::new(|info| {
        web_sys::console::error_1(&info.to_string().into());
    }));
}
