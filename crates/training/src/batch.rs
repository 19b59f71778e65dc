//! Rows of the data set -> a batch on the device.

use burn::tensor::{Device, Tensor, TensorData, Transaction};
use fireside_datasets::Pictures;
use fireside_network::Value;
use fireside_spec::Loss;

use crate::error::TrainingError;
use crate::event::Score;
use crate::loss::{best, row_loss};

/// A batch: pictures divided by the experiment's scale, and their labels.
pub(crate) struct Batch {
    pub input: Value,
    pub labels: Vec<u8>,
}

/// The given rows; pictures stay `u8` until here.
pub(crate) fn batch(
    pictures: &Pictures,
    rows: impl ExactSizeIterator<Item = usize>,
    scale: f64,
    device: &Device,
) -> Batch {
    let shape = pictures.shape();
    let count = rows.len();
    // Divided in f32, as the books' scripts do.
    let scale = scale as f32;
    let table: Vec<f32> = (0..=255u8).map(|pixel| f32::from(pixel) / scale).collect();
    let mut values = Vec::with_capacity(count * shape.bytes());
    let mut labels = Vec::with_capacity(count);
    for row in rows {
        values.extend(
            pictures
                .row(row)
                .iter()
                .map(|pixel| table[usize::from(*pixel)]),
        );
        labels.push(pictures.labels()[row]);
    }
    let data = TensorData::new(values, [count, shape.channels, shape.height, shape.width]);
    Batch {
        input: Value::Picture(Tensor::from_data(data, device)),
        labels,
    }
}

/// One-hot targets (rows, classes).
pub(crate) fn one_hot(labels: &[u8], classes: usize, device: &Device) -> Tensor<2> {
    let mut values = vec![0.0f32; labels.len() * classes];
    for (row, label) in labels.iter().enumerate() {
        values[row * classes + usize::from(*label)] = 1.0;
    }
    Tensor::from_data(TensorData::new(values, [labels.len(), classes]), device)
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
    pub fn of(kind: Loss, output: &[f32], labels: &[u8], classes: usize) -> Self {
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
