//! A run as bytes: weights, optimizer state, where it stands, and the experiment's text.
//!
//! Format: safetensors. `weights` as a model file has them, slots as `<weight>/slot<k>`, the rest as JSON
//! in the metadata. The generator has no state: its counters are the epoch and the update.

use crate::batch::Sums;
use crate::callbacks::Watch;
use crate::error::TrainingError;
use crate::event::{EpochScores, MetricValue, Score};
use crate::plan::of_fold;
use crate::run::Run;
use burn::tensor::{Device, Tensor, TensorData};
use fireside_datasets::Dataset;
use fireside_network::weights::{File, keras_values, load, write as write_file};
use fireside_optimizers::State;
use fireside_spec::Checked;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Raised when the format changes.
const FORMAT: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Cursor {
    format: u32,
    experiment: String,
    data: String,
    #[serde(default)]
    fold: u32,
    epoch: usize,
    step: usize,
    updates: u64,
    #[serde(with = "exact")]
    learning_rate: f64,
    /// Of rule and schedule, as texts like the others.
    #[serde(default)]
    numbers: Vec<String>,
    #[serde(with = "exact")]
    loss: f64,
    correct: u32,
    rows: u32,
    history: Vec<SavedEpoch>,
    #[serde(default)]
    watches: Vec<SavedWatch>,
    /// A callback has stopped the run.
    #[serde(default)]
    stopped: bool,
}

/// Numbers as texts: a JSON reader may be off by the last bit, a resumed run may not.
mod exact {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

#[derive(Serialize, Deserialize)]
struct SavedScore {
    #[serde(with = "exact")]
    loss: f64,
    #[serde(with = "exact")]
    accuracy: f64,
    rows: u32,
}

#[derive(Serialize, Deserialize)]
struct SavedEpoch {
    epoch: u32,
    train: SavedScore,
    validation: Option<SavedScore>,
    test: SavedScore,
    /// Names and values.
    #[serde(default)]
    figures: Vec<(String, String)>,
}

/// What a callback has seen: best value, its epoch, bad epochs since.
#[derive(Serialize, Deserialize)]
struct SavedWatch {
    #[serde(with = "exact")]
    best: f64,
    epoch: u32,
    bad: usize,
}

impl From<Score> for SavedScore {
    fn from(score: Score) -> Self {
        Self {
            loss: score.loss,
            accuracy: score.accuracy,
            rows: score.rows,
        }
    }
}

impl From<SavedScore> for Score {
    fn from(saved: SavedScore) -> Self {
        Self {
            loss: saved.loss,
            accuracy: saved.accuracy,
            rows: saved.rows,
        }
    }
}

impl From<EpochScores> for SavedEpoch {
    fn from(scores: EpochScores) -> Self {
        Self {
            epoch: scores.epoch,
            train: scores.train.into(),
            validation: scores.validation.map(Into::into),
            test: scores.test.into(),
            figures: scores
                .figures
                .into_iter()
                .map(|figure| (figure.name, figure.value.to_string()))
                .collect(),
        }
    }
}

impl From<SavedEpoch> for EpochScores {
    fn from(saved: SavedEpoch) -> Self {
        Self {
            epoch: saved.epoch,
            train: saved.train.into(),
            validation: saved.validation.map(Into::into),
            test: saved.test.into(),
            figures: saved
                .figures
                .into_iter()
                .map(|(name, value)| MetricValue {
                    name,
                    value: value.parse().unwrap_or(f64::NAN),
                })
                .collect(),
        }
    }
}

impl SavedWatch {
    fn of(watch: &Watch) -> Self {
        let (best, epoch, bad) = watch.numbers();
        Self { best, epoch, bad }
    }
}

async fn read_tensor(tensor: Tensor<2>) -> Result<Vec<f32>, TrainingError> {
    crate::batch::read(tensor).await
}

/// The largest batch that a state may belong to.
const MAX_ROWS: usize = 100_000;

/// The states of stateful layers, as far as the file has them.
fn states(
    checked: &Checked,
    file: &File<'_>,
    device: &Device,
) -> Result<Vec<Vec<Tensor<2>>>, TrainingError> {
    let mut all = Vec::with_capacity(checked.layers.len());
    for layer in 0..checked.layers.len() {
        let mut states = Vec::new();
        for index in 0..4 {
            let name = format!("state{layer}/{index}");
            let Some(shape) = file.shape(&name) else {
                break;
            };
            let [rows, units] = *shape.as_slice() else {
                return Err(corrupt(format!("{name} is no state")));
            };
            if rows == 0 || rows > MAX_ROWS {
                return Err(corrupt(format!("{name} is of {rows} rows")));
            }
            let values = file.values(&name, &shape)?;
            let data = TensorData::new(values, [rows, units]);
            states.push(Tensor::from_data(data, device));
        }
        all.push(states);
    }
    Ok(all)
}

fn little_endian(values: &[f32]) -> Vec<u8> {
    values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect()
}

pub(crate) async fn write(run: &Run) -> Result<Vec<u8>, TrainingError> {
    let mut tensors = Vec::new();
    let state = run.optimizer.state().await;
    for weight in run.network.weights() {
        let values = keras_values(weight).await?;
        tensors.push((
            weight.name.clone(),
            weight.shape.clone(),
            little_endian(&values),
        ));
    }
    for (index, watch) in run.watches.iter().enumerate() {
        if let Some(kept) = &watch.kept {
            let file = File::read(kept)?;
            for weight in run.network.weights() {
                let values = file.values(&weight.name, &weight.shape)?;
                let name = format!("{}/kept{index}", weight.name);
                tensors.push((name, weight.shape.clone(), little_endian(&values)));
            }
        }
    }
    for (layer, states) in run.network.states().into_iter().enumerate() {
        for (index, state) in states.into_iter().enumerate() {
            let shape = state.dims().to_vec();
            let values = read_tensor(state).await?;
            let name = format!("state{layer}/{index}");
            tensors.push((name, shape, little_endian(&values)));
        }
    }
    for (weight, slots) in run.network.trainable().zip(state.slots) {
        for (index, slot) in slots.iter().enumerate() {
            let name = format!("{}/slot{index}", weight.name);
            tensors.push((name, vec![slot.len()], little_endian(slot)));
        }
    }
    let cursor = Cursor {
        format: FORMAT,
        experiment: run.text.clone(),
        data: run.data_checksum().into(),
        fold: run.fold,
        epoch: run.epoch,
        step: run.step,
        updates: state.updates,
        learning_rate: state.learning_rate,
        numbers: state.numbers.iter().map(f64::to_string).collect(),
        loss: run.sums.loss,
        correct: run.sums.correct,
        rows: run.sums.rows,
        history: run.history.iter().cloned().map(Into::into).collect(),
        watches: run.watches.iter().map(SavedWatch::of).collect(),
        stopped: run.stopped,
    };
    let metadata = serde_json::to_string(&cursor).map_err(|error| corrupt(error.to_string()))?;
    Ok(write_file(&tensors, metadata)?)
}

fn corrupt(reason: impl Into<String>) -> TrainingError {
    TrainingError::Checkpoint {
        reason: reason.into(),
    }
}

impl Run {
    /// The experiment's text in a checkpoint, which says how its data are to be prepared; `None` where it is
    /// damaged.
    pub fn text_of(checkpoint: &[u8]) -> Option<String> {
        let file = File::read(checkpoint).ok()?;
        let cursor: Cursor = serde_json::from_str(&file.metadata).ok()?;
        Some(cursor.experiment)
    }

    /// Goes on by another text of the same experiment, such as one of more epochs: `text` is what the run was
    /// resumed with. A run that a callback has stopped goes on, too.
    pub fn go_on(&mut self, text: &str) {
        self.text = text.into();
        self.stopped = false;
    }
}

pub(crate) fn read(
    bytes: &[u8],
    check: impl FnOnce(&str) -> Option<Checked>,
    data: Arc<Dataset>,
    device: Device,
) -> Result<Run, TrainingError> {
    let file = File::read(bytes).map_err(|error| corrupt(error.to_string()))?;
    let cursor: Cursor =
        serde_json::from_str(&file.metadata).map_err(|error| corrupt(error.to_string()))?;
    if cursor.format != FORMAT {
        return Err(corrupt(format!(
            "it is of format {}, this version reads {FORMAT}",
            cursor.format
        )));
    }
    let checked =
        check(&cursor.experiment).ok_or_else(|| corrupt("its experiment does not check"))?;
    if cursor.fold as usize >= checked.experiment.protocol.fits() {
        return Err(corrupt("there is no such fold"));
    }
    let (checked, data) = of_fold(&checked, &data, cursor.fold)?;
    if cursor.data != data.checksum() {
        return Err(corrupt("it was trained on other data"));
    }
    if cursor.epoch > checked.training.epochs
        || cursor.step > checked.steps_per_epoch()
        || cursor.history.len() != cursor.epoch
        || !cursor.learning_rate.is_finite()
    {
        return Err(corrupt("it stands outside its own experiment"));
    }
    let network = load(&checked, &file, &device).map_err(|error| corrupt(error.to_string()))?;
    let text = &cursor.experiment;
    let mut run = Run::with_network(text, checked, data, network.clone(), device.clone())?;
    run.fold = cursor.fold;
    let counts: Vec<usize> = run.optimizer.slot_counts();
    let mut state = State {
        updates: cursor.updates,
        learning_rate: cursor.learning_rate,
        // What is no number is not usable, and `restore` says so.
        numbers: cursor
            .numbers
            .iter()
            .map(|n| n.parse().unwrap_or(f64::NAN))
            .collect(),
        ..State::default()
    };
    for (weight, count) in network.trainable().zip(counts) {
        let length: usize = weight.shape.iter().product();
        let slots: Result<Vec<_>, _> = (0..count)
            .map(|index| file.values(&format!("{}/slot{index}", weight.name), &[length]))
            .collect();
        state
            .slots
            .push(slots.map_err(|error| corrupt(error.to_string()))?);
    }
    run.optimizer
        .restore(state, &device)
        .map_err(|error| corrupt(error.to_string()))?;
    run.network = network;
    let states = states(&run.checked, &file, &device)?;
    if run.network.is_stateful() {
        run.network.set_states(states);
    }
    for (index, (watch, saved)) in run.watches.iter_mut().zip(&cursor.watches).enumerate() {
        watch.resume((saved.best, saved.epoch, saved.bad));
        let mut tensors = Vec::new();
        for weight in run.network.weights() {
            let name = format!("{}/kept{index}", weight.name);
            if file.shape(&name).is_some() {
                let values = file.values(&name, &weight.shape)?;
                let bytes = little_endian(&values);
                tensors.push((weight.name.clone(), weight.shape.clone(), bytes));
            }
        }
        if !tensors.is_empty() {
            watch.kept = Some(write_file(&tensors, cursor.experiment.clone())?);
        }
    }
    run.stopped = cursor.stopped;
    run.epoch = cursor.epoch;
    run.step = cursor.step;
    run.sums = Sums {
        loss: cursor.loss,
        correct: cursor.correct,
        rows: cursor.rows,
        ..Sums::new(&run.checked)
    };
    run.history = cursor.history.into_iter().map(Into::into).collect();
    run.shuffle();
    Ok(run)
}
