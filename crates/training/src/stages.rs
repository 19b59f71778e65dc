//! Stages: one network that is trained, saved, loaded, trained on and measured, in the order of the text.

use crate::augmented::{Made, learned};
use crate::batch::{Sums, answers, batch, read};
use crate::error::TrainingError;
use crate::event::{Event, MetricValue, Score};
use crate::losses::judged;
use crate::measure::{add_figures, new_metrics};
use crate::plan::{of_rows, of_stage, splits};
use crate::run::{EVALUATION_ROWS, Run};
use burn::tensor::Device;
use fireside_datasets::{Augmenter, Dataset};
use fireside_network::weights::{File, load, save};
use fireside_network::{Mode, Network};
use fireside_optimizers::Optimizer;
use fireside_spec::{Checked, Protocol, Stage};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use ts_rs::TS;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum StageEvent {
    /// A stage begins; `stage` counts from 0.
    Begun { stage: u32, name: String },
    /// A part of a fit.
    Run { stage: u32, event: Event },
    /// The network was written.
    Saved { stage: u32, bytes: u32 },
    /// It was read back; `epoch` where it is the checkpoint of one (0: what `Saved` wrote).
    Loaded { stage: u32, epoch: u32 },
    /// It was measured.
    Measured {
        stage: u32,
        name: String,
        score: Score,
        figures: Vec<MetricValue>,
    },
    /// All stages are done.
    Finished,
}

/// The stages of an experiment, stepped by a host like a [`Run`].
pub struct Stages {
    text: String,
    checked: Checked,
    data: Arc<Dataset>,
    device: Device,
    network: Network,
    /// What is done to pictures: the same in every stage, learned from the rows that the protocol trains on.
    augmenter: Option<Arc<Augmenter>>,
    /// What goes on from fit to fit; a loaded network begins with a fresh one.
    optimizer: Option<Optimizer>,
    stage: usize,
    begun: bool,
    run: Option<Run>,
    saved: Option<Vec<u8>>,
    kept: Option<Vec<u8>>,
    /// `<name>_loss`, `<name>_accuracy` and the metrics of every measurement.
    figures: Vec<MetricValue>,
}

impl Stages {
    /// The stages from the beginning, with the initial weights of the experiment's seed.
    pub fn new(text: &str, checked: Checked, data: Arc<Dataset>, device: Device) -> Self {
        let network = Network::build(&checked, checked.experiment.seed, &device);
        // Rows that can't be split are told by the first stage that wants them.
        let first = splits(&checked.experiment, &data).unwrap_or_default();
        let rows = match first.into_iter().next() {
            Some(split) => split.train,
            None => (0..checked.train_rows as u32).collect(),
        };
        let augmenter = learned(&checked.experiment, &data, &rows).map(Arc::new);
        Self {
            text: text.into(),
            checked,
            data,
            device,
            network,
            augmenter,
            optimizer: None,
            stage: 0,
            begun: false,
            run: None,
            saved: None,
            kept: None,
            figures: Vec::new(),
        }
    }

    /// Does the next piece of work: up to `steps` updates, one batch of evaluation, or a whole other stage; at
    /// least one event, in order.
    ///
    /// # Errors
    /// When the device fails, the rows can't be split, or there is nothing to load.
    pub async fn advance(&mut self, steps: usize) -> Result<Vec<StageEvent>, TrainingError> {
        let stages = &self.checked.experiment.stages;
        let Some(stage) = stages.get(self.stage).cloned() else {
            return Ok(vec![StageEvent::Finished]);
        };
        let number = self.stage as u32;
        if !self.begun {
            self.begun = true;
            let name = stage.name().into();
            return Ok(vec![StageEvent::Begun {
                stage: number,
                name,
            }]);
        }
        let event = match stage {
            Stage::Fit { rows, epochs } => {
                let mut run = match self.run.take() {
                    Some(run) => run,
                    None => self.fit(of_stage(&self.checked, &self.data, rows)?, epochs)?,
                };
                let events = run.advance(steps).await?;
                let ends = |e: &Event| matches!(e, Event::Finished { .. } | Event::Diverged { .. });
                let over = events.last().is_some_and(ends);
                let events = events.into_iter().map(|event| StageEvent::Run {
                    stage: number,
                    event,
                });
                if over {
                    if let Some(kept) = run.kept() {
                        self.kept = Some(kept.to_vec());
                    }
                    let (network, optimizer) = run.into_parts();
                    self.network = network;
                    self.optimizer = Some(optimizer);
                    self.go_on();
                } else {
                    self.run = Some(run);
                }
                return Ok(events.collect());
            }
            Stage::Save => {
                let metadata = serde_json::json!({ "experiment": self.text }).to_string();
                let bytes = save(&self.network, metadata).await?;
                let length = bytes.len() as u32;
                self.saved = Some(bytes);
                StageEvent::Saved {
                    stage: number,
                    bytes: length,
                }
            }
            Stage::Load { best } => {
                let bytes = if best { &self.kept } else { &self.saved };
                let bytes = bytes.as_ref().ok_or_else(|| TrainingError::Checkpoint {
                    reason: "no stage before has saved a network".into(),
                })?;
                let file = File::read(bytes)?;
                self.network = load(&self.checked, &file, &self.device)?;
                self.optimizer = None;
                let told: serde_json::Value =
                    serde_json::from_str(&file.metadata).unwrap_or_default();
                let epoch = told["epochs"].as_u64().unwrap_or(0) as u32;
                StageEvent::Loaded {
                    stage: number,
                    epoch,
                }
            }
            Stage::Evaluate { rows, name } => {
                let data = of_stage(&self.checked, &self.data, rows)?;
                let (score, figures) = self.measure(&data).await?;
                let own = [("loss", score.loss), ("accuracy", score.accuracy)];
                let own = own.map(|(metric, value)| (metric.to_string(), value));
                let more = figures
                    .iter()
                    .map(|figure| (figure.name.clone(), figure.value));
                self.figures
                    .extend(
                        own.into_iter()
                            .chain(more)
                            .map(|(metric, value)| MetricValue {
                                name: format!("{name}_{metric}"),
                                value,
                            }),
                    );
                StageEvent::Measured {
                    stage: number,
                    name,
                    score,
                    figures,
                }
            }
        };
        self.go_on();
        Ok(vec![event])
    }

    /// On to the next stage.
    fn go_on(&mut self) {
        self.stage += 1;
        self.begun = false;
    }

    /// How many stages there are.
    pub fn stages(&self) -> usize {
        self.checked.experiment.stages.len()
    }

    /// A fit that goes on with the network.
    fn fit(&self, data: Arc<Dataset>, epochs: usize) -> Result<Run, TrainingError> {
        let mut checked = of_rows(self.checked.clone(), &data);
        checked.training.epochs = epochs;
        checked.experiment.protocol = Protocol::Fit;
        let (network, device) = (self.network.clone(), self.device.clone());
        let augmenter = self.augmenter.clone();
        let mut run = Run::with_augmenter(&self.text, checked, data, network, augmenter, device)?;
        if let Some(optimizer) = &self.optimizer {
            run.optimizer = optimizer.clone();
        }
        Ok(run)
    }

    /// Loss, accuracy and metrics of the network over the training rows of `data`.
    async fn measure(&self, data: &Dataset) -> Result<(Score, Vec<MetricValue>), TrainingError> {
        let rows = &data.train;
        let mut sums = Sums::new(&self.checked);
        let mut metrics = new_metrics(&self.checked);
        let (network, _) = judged(&self.checked, &self.network);
        for start in (0..rows.rows()).step_by(EVALUATION_ROWS) {
            let wanted = start..(start + EVALUATION_ROWS).min(rows.rows());
            let prepared = &self.checked.experiment.data;
            let by = self.augmenter.as_deref();
            let made = by.map(|by| Made { by, drawn: None });
            let part = batch(rows, wanted, prepared, made, &self.device);
            let output = network.forward(part.inputs, Mode::Use).into_flat();
            let output = read(output).await?;
            sums.add(Sums::of(&self.checked, &output, &part.targets, None));
            if let Some(metrics) = &mut metrics {
                let answers = answers(&self.checked, &output);
                add_figures(metrics, &self.checked, data, &answers, &part.targets);
            }
        }
        let figures = metrics.map_or_else(Vec::new, |metrics| {
            let result = metrics.result().into_iter();
            result
                .map(|(name, value)| MetricValue { name, value })
                .collect()
        });
        Ok((sums.score(), figures))
    }

    /// The figures of all measurements so far.
    pub fn figures(&self) -> &[MetricValue] {
        &self.figures
    }

    /// The network as it is now, as a model file.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn weights(&self) -> Result<Vec<u8>, TrainingError> {
        let metadata = serde_json::json!({
            "experiment": self.text,
            "seed": self.checked.experiment.seed,
        });
        Ok(save(&self.network, metadata.to_string()).await?)
    }
}
