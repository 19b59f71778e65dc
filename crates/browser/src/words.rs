//! Networks on words, from a file or of a run: four questions, the same for both.

use crate::engine::sound;
use crate::failure::Failure;
use crate::model::Model;
use crate::session::Session;
use fireside_datasets::Vocabulary;
use fireside_inference::words::{answer, input};
use fireside_network::Network;
use fireside_spec::Checked;
use fireside_spec::preparation::Side;
use js_sys::{Float32Array, Float64Array, Uint32Array};
use wasm_bindgen::prelude::*;

/// The number of the question for what a network gives.
const ANSWER: u32 = 2;

/// A network, and what its ids stand for.
struct Asked<'a> {
    network: &'a Network,
    checked: &'a Checked,
    vocabulary: Option<&'a Vocabulary>,
}

impl<'a> Asked<'a> {
    fn known(&self) -> Result<&'a Vocabulary, Failure> {
        let name = &self.checked.experiment.data.name;
        self.vocabulary
            .ok_or_else(|| Failure::new("no_vocabulary", &[("name", name)]))
    }

    /// Four lines on its rows, then the vocabulary as a model file has it.
    fn told(&self) -> Result<String, Failure> {
        let text = self.known()?.text();
        let options = &self.checked.experiment.data.preparation;
        let rows = [
            self.checked.data.row().len(),
            self.checked.width(),
            usize::from(options.padding == Side::Post),
            usize::from(options.truncating == Side::Post),
        ];
        Ok([rows.map(|number| number.to_string()).join("\n"), text].join("\n"))
    }

    /// The questions by number: `web/src/lib/engine/words.ts`.
    async fn ask(&self, what: u32, ids: Vec<u32>, text: String) -> Result<JsValue, Failure> {
        let (network, checked) = (self.network, self.checked);
        let numbers = match what {
            0 => return Ok(self.told()?.into()),
            1 => {
                let ids = self.known()?.encode(&text);
                return Ok(Uint32Array::from(ids.as_slice()).into());
            }
            ANSWER => answer(network, checked, &ids).await?,
            class => {
                let input = input(network, checked, &ids)?;
                fireside_insight::tokens(network, checked, input, class as usize - 3).await?
            }
        };
        Ok(Float32Array::from(numbers.as_slice()).into())
    }
}

#[wasm_bindgen]
impl Model {
    /// A question to a network on words; see [`Asked::ask`]. Of one on pictures the answer, the probabilities of all classes,
    /// for a picture of its shape, channel after channel, row by row, 0 to 255.
    ///
    /// # Errors
    /// `no_vocabulary`, `model_input`, `picture_size`, `ids_length`, `id_out_of_range`, `no_such_class`, `no_embedding`.
    pub async fn ask(&self, what: u32, ids: Vec<u32>, text: String) -> Result<JsValue, JsValue> {
        if what == ANSWER && self.0.picture().is_some() {
            let pixels: Vec<u8> = ids.iter().map(|value| *value as u8).collect();
            let shares = self.0.judge(&pixels).await.map_err(Failure::from)?;
            return Ok(Float64Array::from(shares.as_slice()).into());
        }
        let asked = Asked {
            network: self.0.network(),
            checked: self.0.checked(),
            vocabulary: self.0.vocabulary(),
        };
        Ok(asked.ask(what, ids, text).await?)
    }
}

#[wasm_bindgen]
impl Session {
    /// As [`Model::ask`]; when the device fails.
    ///
    /// # Errors
    /// As there.
    pub async fn ask(&self, what: u32, ids: Vec<u32>, text: String) -> Result<JsValue, JsValue> {
        Ok(sound(self.asked().ask(what, ids, text).await).await?)
    }
}

impl Session {
    fn asked(&self) -> Asked<'_> {
        Asked {
            network: self.run.network(),
            checked: self.run.checked(),
            vocabulary: self.data.vocabulary.as_ref(),
        }
    }

    pub(crate) fn known(&self) -> Result<&Vocabulary, Failure> {
        self.asked().known()
    }
}
