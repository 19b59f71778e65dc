//! Rows of the data set -> a batch on the device.

use burn::tensor::{Device, Tensor, TensorData, Transaction};
use fireside_datasets::{Pictures, Rows, Targets};
use fireside_network::Value;
use fireside_spec::Loss;

use crate::error::TrainingError;
use crate::event::Score;
use crate::loss::{best, row_loss};

/// A batch: values divided by the experiment's scale, and what they are judged by.
pub(crate) struct Batch {
    /// One value for each input of the data.
    pub inputs: Vec<Value>,
    pub targets: Targets,
}

/// The given rows.
pub(crate) fn batch(
    rows: &Rows,
    wanted: impl ExactSizeIterator<Item = usize> + Clone,
    scale: f64,
    device: &Device,
) -> Batch {
    let targets = rows.targets_of(wanted.clone());
    let flat = |values: Vec<f32>, units: usize| {
        let data = TensorData::new(values, [wanted.len(), units]);
        Value::Flat(Tensor::from_data(data, device))
    };
    // Divided in f32, as the books' scripts do.
    let scaled = |value: f32| value / scale as f32;
    let input = match rows {
        Rows::Pictures(all) => picture_input(all, wanted, scale, device),
        Rows::Table(all) => {
            let values = wanted.clone().flat_map(|row| all.row(row));
            flat(values.map(|v| scaled(*v)).collect(), all.columns().len())
        }
        // Ids are exact in f32 up to 2^24, far beyond any vocabulary.
        Rows::Sequences(all) => {
            let ids = wanted.clone().flat_map(|row| all.row(row));
            flat(ids.map(|id| *id as f32).collect(), all.steps())
        }
    };
    Batch {
        inputs: vec![input],
        targets,
    }
}

/// Pictures stay `u8` until here.
fn picture_input(
    pictures: &Pictures,
    rows: impl ExactSizeIterator<Item = usize>,
    scale: f64,
    device: &Device,
) -> Value {
    let shape = pictures.shape();
    let count = rows.len();
    let scale = scale as f32;
    let table: Vec<f32> = (0..=255u8).map(|pixel| f32::from(pixel) / scale).collect();
    let mut values = Vec::with_capacity(count * shape.bytes());
    for row in rows {
        values.extend(
            pictures
                .row(row)
                .iter()
                .map(|pixel| table[usize::from(*pixel)]),
        );
    }
    let data = TensorData::new(values, [count, shape.channels, shape.height, shape.width]);
    Value::Picture(Tensor::from_data(data, device))
}

/// Targets on the device: (rows, classes) one-hot, or (rows, width) numbers.
pub(crate) fn target(targets: &Targets, device: &Device) -> Tensor<2> {
    let data = match targets {
        Targets::Classes { labels, classes } => {
            let mut values = vec![0.0f32; labels.len() * classes];
            for (row, label) in labels.iter().enumerate() {
                values[row * classes + usize::from(*label)] = 1.0;
            }
            TensorData::new(values, [labels.len(), *classes])
        }
        Targets::Values { values, width } => {
            TensorData::new(values.clone(), [targets.rows(), *width])
        }
    };
    Tensor::from_data(data, device)
}

/// The network's output on the host, (rows, classes) row-major.
pub(crate) async fn read(output: Tensor<2>) -> Result<Vec<f32>, TrainingError> {
    let failed = |reason: String| TrainingError::Device { reason };
    let data = output
        .into_data_async()
        .await
        .map_err(|error| failed(format!("{error:?}")))?;
    data.try_to_vec::<f32>()
        .map_err(|error| failed(format!("{error:?}")))
}

/// The scores `[mean loss, rows judged rightly]` of several updates, read together.
pub(crate) async fn read_scores(scores: Vec<Tensor<1>>) -> Result<Vec<[f32; 2]>, TrainingError> {
    if scores.is_empty() {
        return Ok(Vec::new());
    }
    let failed = |reason: String| TrainingError::Device { reason };
    let transaction = scores
        .into_iter()
        .fold(Transaction::default(), |all, score| all.register(score));
    let read = transaction
        .execute_async()
        .await
        .map_err(|error| failed(format!("{error:?}")))?;
    let pair = |data: TensorData| {
        let values = data
            .try_to_vec::<f32>()
            .map_err(|error| failed(format!("{error:?}")))?;
        <[f32; 2]>::try_from(values).map_err(|_| failed("a score has two numbers".into()))
    };
    read.into_iter().map(pair).collect()
}

/// Sums over rows, from which a [`Score`] is made.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Sums {
    pub loss: f64,
    pub correct: u32,
    pub rows: u32,
}

impl Sums {
    /// The sums of a batch from its output.
    pub fn of(kind: Loss, output: &[f32], labels: &[u16], classes: usize) -> Self {
        let mut sums = Self::default();
        for (values, label) in output.chunks_exact(classes).zip(labels) {
            sums.loss += row_loss(kind, values, usize::from(*label));
            sums.correct += u32::from(best(values) == usize::from(*label));
            sums.rows += 1;
        }
        sums
    }

    pub fn add(&mut self, other: Self) {
        self.loss += other.loss;
        self.correct += other.correct;
        self.rows += other.rows;
    }

    pub fn score(self) -> Score {
        let rows = f64::from(self.rows.max(1));
        Score {
            loss: self.loss / rows,
            accuracy: f64::from(self.correct) / rows,
            rows: self.rows,
        }
    }
}
