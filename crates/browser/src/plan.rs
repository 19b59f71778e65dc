//! Experiments of several fits, of stages, and calculations: what of them is not one run.

use crate::data::Data;
use crate::engine::{device, sound};
use crate::failure::Failure;
use crate::session::{checked, first, preparation};
use crate::wire::{Planned, from_js, to_js};
use fireside_datasets::{names, official_shape};
use fireside_spec::outcome::outcome;
use fireside_spec::{Experiment, Protocol, card, parse, parse_point};
use fireside_training::compute::compute as worked_out;
use fireside_training::fitted::metric;
use fireside_training::{Fitted, Plan, Table};
use wasm_bindgen::prelude::*;

/// The experiment with all its points, and the figure its fits are compared by.
fn read(text: &str) -> Result<(Experiment, String), Failure> {
    let experiment = parse(text).map_err(first)?;
    // What is checked is its first point alone.
    let checked = card::read(text, official_shape, &names()).map_err(first)?;
    let metric = metric(&experiment, &checked.data.target);
    Ok((experiment, metric))
}

/// How many fits an experiment costs, before the first one: `Planned`.
///
/// # Errors
/// The first problem of the text.
#[wasm_bindgen]
pub fn plan(text: &str) -> Result<JsValue, JsValue> {
    let (experiment, metric) = read(text)?;
    let plan = Plan::of(&experiment);
    Ok(to_js(&Planned {
        points: plan.points,
        folds: plan.folds,
        repeats: matches!(experiment.protocol, Protocol::Repeat { .. }),
        outcome: outcome(text).unwrap_or_default(),
        table: Table::of(&experiment, &metric, &[]),
    })?)
}

/// The name of the data that a point of the sweep learns from: an axis may be the data set.
///
/// # Errors
/// The first problem of the text at this point.
#[wasm_bindgen]
pub fn dataset(text: &str, point: usize) -> Result<String, JsValue> {
    let experiment = parse_point(text, point).map_err(first)?;
    Ok(experiment.data.name)
}

/// The table of the fits that are done (`Fitted[]`): `Table`.
///
/// # Errors
/// The first problem of the text; `internal` when `done` is something else.
#[wasm_bindgen]
pub fn table(text: &str, done: JsValue) -> Result<JsValue, JsValue> {
    let (experiment, metric) = read(text)?;
    let done: Vec<Fitted> = from_js(done)?;
    Ok(to_js(&Table::of(&experiment, &metric, &done))?)
}

/// A calculation worked out place by place: `Computed`.
///
/// # Errors
/// The first problem of the text, `nothing_to_compute`.
#[wasm_bindgen]
pub fn compute(text: &str) -> Result<JsValue, JsValue> {
    let experiment = parse(text).map_err(first)?;
    let computed = experiment.compute.as_ref().and_then(worked_out);
    let computed = computed.ok_or_else(|| Failure::new("nothing_to_compute", &[]))?;
    Ok(to_js(&computed)?)
}

/// Stages of one network: trained, saved, loaded, trained on, measured.
#[wasm_bindgen]
pub struct Stages(fireside_training::Stages);

#[wasm_bindgen]
impl Stages {
    /// The stages of `text` from the beginning. All rows must be there.
    ///
    /// # Errors
    /// The first problem of the text, `data_not_ready`.
    #[wasm_bindgen(constructor)]
    pub fn new(text: &str, data: &Data) -> Result<Stages, JsValue> {
        let data = data.ready(&preparation(text, 0))?;
        let checked = checked(text, 0, &data).map_err(first)?;
        let stages = fireside_training::Stages::new(text, checked, data, device()?);
        Ok(Self(stages))
    }

    /// How many stages there are.
    pub fn count(&self) -> usize {
        self.0.stages()
    }

    /// Up to `steps` updates, one batch of evaluation, or a whole other stage: `StageEvent[]`.
    ///
    /// # Errors
    /// `device_failed`, `device_lost`, and when the rows can't be split or there is nothing to load.
    pub async fn advance(&mut self, steps: usize) -> Result<JsValue, JsValue> {
        let events = sound(self.0.advance(steps).await).await?;
        Ok(to_js(&events)?)
    }

    /// The figures of all measurements so far: `MetricValue[]`.
    ///
    /// # Errors
    /// Only an internal one.
    pub fn figures(&self) -> Result<JsValue, JsValue> {
        Ok(to_js(&self.0.figures())?)
    }

    /// The network as it is now, as a safetensors file.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn weights(&self) -> Result<Vec<u8>, JsValue> {
        Ok(sound(self.0.weights().await).await?)
    }
}
