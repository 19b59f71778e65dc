//! A run as an opaque session of the page.

use crate::data::Data;
use crate::engine::{counts, device, sound};
use crate::failure::Failure;
use crate::wire::to_js;
use fireside_datasets::{Dataset, names};
use fireside_spec::{Checked, Preparation, Problem, card};
use fireside_training::Run;
use js_sys::Function;
use std::sync::Arc;
use wasm_bindgen::prelude::*;

/// Checks a text against the data at hand (a sample has fewer rows than the official data).
fn checked(text: &str, data: &Dataset) -> Result<Checked, Vec<Problem>> {
    let shape = data.data_shape();
    card::read(
        text,
        |data| (data.name == shape.name).then(|| shape.clone()),
        &names(),
    )
}

/// How a text wants its data prepared; what is wrong with the text is told when it is checked.
fn preparation(text: &str) -> Preparation {
    fireside_spec::parse(text).map_or_else(|_| Preparation::default(), |e| e.data.preparation)
}

/// One run.
#[wasm_bindgen]
pub struct Session(Run);

#[wasm_bindgen]
impl Session {
    /// A run of `text` from the beginning. All rows must be there.
    ///
    /// # Errors
    /// The first problem of the text, `data_not_ready`.
    #[wasm_bindgen(constructor)]
    pub fn new(text: &str, data: &Data) -> Result<Session, JsValue> {
        let data = data.ready(&preparation(text))?;
        let checked = checked(text, &data).map_err(|problems| {
            problems
                .into_iter()
                .next()
                .map_or_else(|| Failure::new("internal", &[]), Failure::from)
        })?;
        let run = Run::new(text, checked, data, device()?).map_err(Failure::from)?;
        Ok(Self(run))
    }

    /// Goes on from a checkpoint.
    ///
    /// # Errors
    /// `checkpoint_corrupt` when it is damaged or of other data.
    pub fn resume(checkpoint: &[u8], data: &Data) -> Result<Session, JsValue> {
        let data = data.ready(&preparation(&Run::text_of(checkpoint).unwrap_or_default()))?;
        let rows: Arc<Dataset> = Arc::clone(&data);
        let check = move |text: &str| checked(text, &rows).ok();
        let run = Run::resume(checkpoint, check, data, device()?).map_err(Failure::from)?;
        Ok(Self(run))
    }

    /// Compiles every kernel of a step and of an evaluation, one after the other; `progress` hears how many
    /// are made and how many there will be. On the CPU there is nothing to compile.
    ///
    /// # Errors
    /// `device_failed`, `device_lost`.
    pub async fn warm_up(&self, progress: Function) -> Result<(), JsValue> {
        #[cfg(feature = "gpu")]
        {
            let told = |made: usize, expected: usize| {
                let (made, expected) = (JsValue::from(made as u32), JsValue::from(expected as u32));
                // A page that can't show it loses nothing else.
                let _ = progress.call2(&JsValue::NULL, &made, &expected);
            };
            sound(self.0.warm_up(told).await).await?;
        }
        #[cfg(not(feature = "gpu"))]
        let _ = progress;
        Ok(())
    }

    /// Up to `steps` updates, never beyond the end of the epoch, or one batch of evaluation: `RunEvent[]`.
    /// The losses of all of them are read together at the end.
    ///
    /// # Errors
    /// `device_failed`, `device_lost`.
    pub async fn advance(&mut self, steps: usize) -> Result<JsValue, JsValue> {
        let events = sound(self.0.advance(steps).await).await?;
        Ok(to_js(&events)?)
    }

    /// Kernels launched and pipelines made so far: `{ dispatches, pipelines }`, zero on the CPU.
    ///
    /// # Errors
    /// Only an internal one.
    pub fn counts(&self) -> Result<JsValue, JsValue> {
        Ok(counts()?)
    }

    /// Where the run stands: `RunState`.
    ///
    /// # Errors
    /// Only an internal one.
    pub fn state(&self) -> Result<JsValue, JsValue> {
        Ok(to_js(&self.0.state())?)
    }

    /// Changes the learning rate from the next update on.
    ///
    /// # Errors
    /// When it is not a number from 0 to 100.
    pub fn set_learning_rate(&mut self, value: f64) -> Result<(), JsValue> {
        if !(0.0..=100.0).contains(&value) {
            return Err(Failure::new(
                "out_of_range",
                &[("value", &value), ("min", &0), ("max", &100)],
            )
            .into());
        }
        self.0.set_learning_rate(value);
        Ok(())
    }

    /// Everything that is needed to go on later.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn checkpoint(&self) -> Result<Vec<u8>, JsValue> {
        Ok(sound(self.0.checkpoint().await).await?)
    }

    /// The network as a safetensors file with the experiment in its metadata.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn weights(&self) -> Result<Vec<u8>, JsValue> {
        Ok(sound(self.0.weights().await).await?)
    }

    /// Confusion matrix and up to `misjudged` wrongly judged test pictures: `Report`.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn report(&self, misjudged: usize) -> Result<JsValue, JsValue> {
        let report = sound(self.0.report(misjudged).await).await?;
        Ok(to_js(&report)?)
    }
}
