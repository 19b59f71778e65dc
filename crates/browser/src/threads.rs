//! Helpers of the CPU engine: other workers that hold this module on the same memory.

use wasm_bindgen::prelude::*;

/// Helpers allocate, too.
#[cfg(target_family = "wasm")]
#[global_allocator]
static ALLOCATOR: fireside_threads::Allocator = fireside_threads::Allocator::new();

/// Makes the calling worker a helper of the one that started this module first; it never returns.
#[wasm_bindgen]
pub fn help() {
    fireside_threads::help();
}

/// Call in a helper when [`help`] has thrown: whoever waits for it stops, too.
#[wasm_bindgen]
pub fn helper_lost() {
    fireside_threads::helper_lost();
}

/// Threads that compute: helpers that are there, and the engine's own worker.
#[wasm_bindgen]
pub fn threads() -> usize {
    fireside_threads::threads()
}

/// Pieces of the work that helpers have done.
#[wasm_bindgen]
pub fn helped() -> usize {
    fireside_threads::helped()
}
