//! A run as an opaque session of the page.

use crate::data::Data;
use crate::engine::{counts, device, sound};
use crate::failure::Failure;
use crate::wire::to_js;
use fireside_datasets::{Dataset, names};
use fireside_inference::Generator;
use fireside_spec::{Checked, Generate, Preparation, Problem, card};
use fireside_training::fitted::metric;
use fireside_training::{Fitted, Inside, Job, Run};
use js_sys::{Array, Float32Array, Function};
use std::sync::Arc;
use wasm_bindgen::prelude::*;

/// Tokens of one call: a pause takes effect between two.
const MAX_TOKENS: usize = 1_000;

/// Checks a text against the data at hand (a sample has fewer rows than the official data), at a point of its
/// sweep.
pub(crate) fn checked(text: &str, point: usize, data: &Dataset) -> Result<Checked, Vec<Problem>> {
    let shape = data.data_shape();
    let of = |data: &fireside_spec::Data| (data.name == shape.name).then(|| shape.clone());
    card::read_point(text, point, of, &names())
}

/// The first of some problems: a page shows them all while the text is edited.
pub(crate) fn first(problems: Vec<Problem>) -> Failure {
    let first = problems.into_iter().next();
    first.map_or_else(|| Failure::new("internal", &[]), Failure::from)
}

/// How a text wants its data prepared; what is wrong with the text is told when it is checked.
pub(crate) fn preparation(text: &str, point: usize) -> Preparation {
    fireside_spec::parse_point(text, point)
        .map_or_else(|_| Preparation::default(), |e| e.data.preparation)
}

/// One run, and the text that its network writes.
#[wasm_bindgen]
pub struct Session {
    pub(crate) run: Run,
    pub(crate) data: Arc<Dataset>,
    writer: Option<Generator>,
}

#[wasm_bindgen]
impl Session {
    /// A run of `text` from the beginning. All rows must be there.
    ///
    /// # Errors
    /// The first problem of the text, `data_not_ready`.
    #[wasm_bindgen(constructor)]
    pub fn new(text: &str, data: &Data) -> Result<Session, JsValue> {
        Self::fit(text, data, 0, 0)
    }

    /// One fit of a plan: a fold at a point of the sweep, from the beginning.
    ///
    /// # Errors
    /// As the constructor, and when there is no such fold or a part of it has no rows.
    pub fn fit(text: &str, data: &Data, point: u32, fold: u32) -> Result<Session, JsValue> {
        let data = data.ready(&preparation(text, point as usize))?;
        let checked = checked(text, point as usize, &data).map_err(first)?;
        let run = Run::fold(text, checked, Arc::clone(&data), fold, device()?);
        let run = run.map_err(Failure::from)?;
        Ok(Self::of(run, data))
    }

    /// Goes on from a checkpoint, by its own text or by another one of the same network, such as one of more epochs.
    ///
    /// # Errors
    /// `checkpoint_corrupt` when it is damaged, of other data, or does not fit the text.
    pub fn resume(
        checkpoint: &[u8],
        data: &Data,
        text: Option<String>,
    ) -> Result<Session, JsValue> {
        let given = text.is_some();
        let own = text.or_else(|| Run::text_of(checkpoint));
        let own = own.unwrap_or_default();
        let data = data.ready(&preparation(&own, 0))?;
        let check = |_: &str| checked(&own, 0, &data).ok();
        let run = Run::resume(checkpoint, check, Arc::clone(&data), device()?);
        let mut run = run.map_err(Failure::from)?;
        if given {
            run.go_on(&own);
        }
        Ok(Self::of(run, data))
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
            sound(self.run.warm_up(told).await).await?;
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
        let events = sound(self.run.advance(steps).await).await?;
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
        Ok(to_js(&self.run.state())?)
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
        self.run.set_learning_rate(value);
        Ok(())
    }

    /// Numbers of the inside, a `Float32Array` for each layer: its weights (`what` 0), their gradients for the rows of
    /// the next update (1) or of the last one (2), behind which the loss stands, or (3) what layer `layer` alone gives.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn inside(&self, what: u8, layer: usize) -> Result<Array, JsValue> {
        let what = match what {
            0 => Inside::Weights,
            1 | 2 => Inside::Gradients { back: what == 2 },
            _ => Inside::Activations { layer },
        };
        let layers = sound(self.run.inside(what).await).await?;
        Ok(layers
            .iter()
            .map(|values| Float32Array::from(values.as_slice()))
            .collect())
    }

    /// Everything that is needed to go on later.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn checkpoint(&self) -> Result<Vec<u8>, JsValue> {
        Ok(sound(self.run.checkpoint().await).await?)
    }

    /// The network as a safetensors file with the experiment in its metadata.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn weights(&self) -> Result<Vec<u8>, JsValue> {
        Ok(sound(self.run.weights().await).await?)
    }

    /// Confusion matrix and up to `misjudged` wrongly judged test pictures: `Report`.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn report(&self, misjudged: usize) -> Result<JsValue, JsValue> {
        let report = sound(self.run.report(misjudged).await).await?;
        Ok(to_js(&report)?)
    }

    /// What this run, which has ended, came to as a fit of its plan: `Fitted`.
    ///
    /// # Errors
    /// Only an internal one.
    pub fn fitted(&self, point: u32, fold: u32) -> Result<JsValue, JsValue> {
        let experiment = &self.run.checked().experiment;
        let metric = metric(experiment, &self.data.train.target_shape());
        let job = Job { point, fold };
        Ok(to_js(&Fitted::of(&self.run, job, &metric))?)
    }

    /// Goes back to the network that a checkpoint callback has kept; false where none has.
    ///
    /// # Errors
    /// Only an internal one.
    pub fn use_kept(&mut self) -> Result<bool, JsValue> {
        Ok(self.run.go_back_to_kept().map_err(Failure::from)?)
    }

    /// The network's answers to the first `rows` test rows: `AnswerRow[]`.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn answers(&self, rows: usize) -> Result<JsValue, JsValue> {
        let answers = sound(self.run.answers(rows).await).await?;
        Ok(to_js(&answers)?)
    }

    /// Begins a text with `prompt`, which the network is to go on with; `temperature` and `top_k` as in
    /// `[generate]`.
    ///
    /// # Errors
    /// `no_vocabulary` where the data are no text, `unknown_prompt`, `out_of_range`.
    pub fn begin_text(
        &mut self,
        prompt: String,
        temperature: f64,
        top_k: usize,
        seed: u32,
    ) -> Result<(), JsValue> {
        if !(0.0..=100.0).contains(&temperature) {
            let args: [(&str, &dyn std::fmt::Display); 3] =
                [("value", &temperature), ("min", &0), ("max", &100)];
            return Err(Failure::new("out_of_range", &args).into());
        }
        let vocabulary = self.known()?;
        let wanted = Generate {
            prompt,
            length: 0,
            temperature,
            top_k,
        };
        let writer = Generator::new(self.run.checked(), vocabulary, &wanted, seed);
        self.writer = Some(writer.map_err(Failure::from)?);
        Ok(())
    }

    /// Draws up to `tokens` more tokens and gives what they add to the text.
    ///
    /// # Errors
    /// When the device fails, or no text was begun.
    pub async fn write_text(&mut self, tokens: usize) -> Result<String, JsValue> {
        let writer = self.writer.take();
        let mut writer =
            writer.ok_or_else(|| Failure::new("internal", &[("reason", &"no text was begun")]))?;
        let mut text = String::new();
        for _ in 0..tokens.min(MAX_TOKENS) {
            let vocabulary = self.known()?;
            text += &sound(writer.write(self.run.network(), vocabulary).await).await?;
        }
        self.writer = Some(writer);
        Ok(text)
    }
}

impl Session {
    fn of(run: Run, data: Arc<Dataset>) -> Self {
        Self {
            run,
            data,
            writer: None,
        }
    }
}
