//! The text of an experiment: checked while it is edited, changed by a form.

use crate::failure::Failure;
use crate::wire::to_js;
use fireside_datasets::{names, official_shape};
use fireside_spec::card::check_text;
use wasm_bindgen::prelude::*;

/// Checks a text against the official data's shape: `CheckedText`.
///
/// # Errors
/// Never for a bad text: its problems are the answer.
#[wasm_bindgen]
pub fn check(text: &str) -> Result<JsValue, JsValue> {
    Ok(to_js(&check_text(text, official_shape, &names()))?)
}

/// Sets one value of a text and gives the new text.
///
/// # Errors
/// When there is no such place, or the text is not TOML.
#[wasm_bindgen]
pub fn edit(text: &str, path: &str, value: &str) -> Result<String, JsValue> {
    fireside_spec::edit::set(text, path, value).map_err(|problem| Failure::from(problem).into())
}
