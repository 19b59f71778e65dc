//! A model from a file: it answers drawings and pictures, and texts (`words.rs`).

use crate::engine::device;
use crate::failure::Failure;
use crate::wire::to_js;
use fireside_datasets::official_shape;
use wasm_bindgen::prelude::*;

/// A trained network with its preparation.
#[wasm_bindgen]
pub struct Model(pub(crate) fireside_inference::Model);

#[wasm_bindgen]
impl Model {
    /// Reads a safetensors file of this project.
    ///
    /// # Errors
    /// `model_corrupt`, `model_missing_tensor` ...
    pub fn load(bytes: &[u8]) -> Result<Model, JsValue> {
        let model = fireside_inference::Model::load(bytes, official_shape, device()?)
            .map_err(Failure::from)?;
        Ok(Self(model))
    }

    /// What the file says of itself: `ModelInfo`.
    ///
    /// # Errors
    /// Only an internal one.
    pub fn card(&self) -> Result<JsValue, JsValue> {
        Ok(to_js(self.0.info())?)
    }

    /// The data that it was trained on, as the catalog calls them.
    pub fn dataset(&self) -> String {
        self.0.checked().experiment.data.name.clone()
    }

    /// Channels, height and width of the pictures that it takes; empty where it takes something else.
    pub fn shape(&self) -> Vec<u32> {
        self.0.picture().map_or_else(Vec::new, |of| {
            vec![of.channels as u32, of.height as u32, of.width as u32]
        })
    }
}
