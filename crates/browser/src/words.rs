//! Networks on words, from a file or of a run: what their ids stand for. What they answer is a question among others, for a
//! file below, for a run in `insight.rs`.

use crate::failure::Failure;
use crate::model::Model;
use crate::session::Session;
use fireside_datasets::Vocabulary;
use fireside_inference::words::{answer, input};
use fireside_network::Network;
use fireside_spec::Checked;
use fireside_spec::preparation::Side;
use js_sys::Uint32Array;
use wasm_bindgen::prelude::*;

/// Questions to a model by number: a drawing, what it gives, and, behind these, how class 0 and those behind it hang on what
/// it reads.
const DRAWING: u32 = 0;
const ANSWER: u32 = 1;
const SLOPE: u32 = 2;

/// The vocabulary of data; `no_vocabulary` where they have none.
pub(crate) fn known<'a>(
    vocabulary: Option<&'a Vocabulary>,
    checked: &Checked,
) -> Result<&'a Vocabulary, Failure> {
    let name = &checked.experiment.data.name;
    vocabulary.ok_or_else(|| Failure::new("no_vocabulary", &[("name", name)]))
}

/// The ids of a text; without one, four lines on the network's rows, then the vocabulary as a model file has it.
fn told(
    vocabulary: Option<&Vocabulary>,
    checked: &Checked,
    text: Option<String>,
) -> Result<JsValue, JsValue> {
    let known = known(vocabulary, checked)?;
    if let Some(text) = text {
        return Ok(Uint32Array::from(known.encode(&text).as_slice()).into());
    }
    let options = &checked.experiment.data.preparation;
    let rows = [
        checked.data.row().len(),
        checked.width(),
        usize::from(options.padding == Side::Post),
        usize::from(options.truncating == Side::Post),
    ];
    let mut all = String::new();
    for number in rows {
        all += &number.to_string();
        all += "\n";
    }
    all += &known.text();
    Ok(all.into())
}

/// What a network on words gives for rows of ids, or how a class hangs on each step of one.
pub(crate) async fn numbers(
    network: &Network,
    checked: &Checked,
    ids: &[u32],
    class: Option<usize>,
) -> Result<Vec<f32>, Failure> {
    let Some(class) = class else {
        return Ok(answer(network, checked, ids).await?);
    };
    let input = input(network, checked, ids)?;
    Ok(fireside_insight::tokens(network, checked, input, class).await?)
}

#[wasm_bindgen]
impl Model {
    /// The ids of a text, or, without one, what ids stand for: `web/src/lib/engine/words.ts` takes it apart.
    ///
    /// # Errors
    /// `no_vocabulary`.
    pub fn words(&self, text: Option<String>) -> Result<JsValue, JsValue> {
        told(self.0.vocabulary(), self.0.checked(), text)
    }

    /// A question by number. A drawing is its width, its height, and grey values, 0 = paper, 255 = ink; its answer has
    /// state, count of classes, their probabilities, and the pixels that were judged. What a network gives is asked for by a
    /// picture of its own shape, channel after channel, row by row, 0 to 255, or by rows of ids.
    ///
    /// # Errors
    /// `model_input`, `picture_size`, `ids_length`, `id_out_of_range`, `no_such_class`, `no_embedding`.
    pub async fn ask(&self, what: u32, values: Vec<u32>) -> Result<Vec<f64>, JsValue> {
        let bytes = |values: &[u32]| values.iter().map(|value| *value as u8).collect::<Vec<u8>>();
        let model = &self.0;
        Ok(match (what, values.as_slice()) {
            (DRAWING, [width, height, ink @ ..]) => {
                let (ink, width, height) = (bytes(ink), *width as usize, *height as usize);
                let answer = model.draw(&ink, width, height).await;
                let answer = answer.map_err(Failure::from)?;
                let mut all = vec![f64::from(answer.state as u8)];
                all.push(answer.probabilities.len() as f64);
                all.extend(answer.probabilities);
                all.extend(answer.pixels.iter().map(|pixel| f64::from(*pixel)));
                all
            }
            (ANSWER, values) if model.picture().is_some() => {
                model.judge(&bytes(values)).await.map_err(Failure::from)?
            }
            (what, ids) => {
                let class = what.checked_sub(SLOPE).map(|class| class as usize);
                let found = numbers(model.network(), model.checked(), ids, class).await?;
                found.into_iter().map(f64::from).collect()
            }
        })
    }
}

#[wasm_bindgen]
impl Session {
    /// As [`Model::words`].
    ///
    /// # Errors
    /// As there.
    pub fn words(&self, text: Option<String>) -> Result<JsValue, JsValue> {
        told(self.data.vocabulary.as_ref(), self.run.checked(), text)
    }
}

impl Session {
    pub(crate) fn known(&self) -> Result<&Vocabulary, Failure> {
        known(self.data.vocabulary.as_ref(), self.run.checked())
    }
}
