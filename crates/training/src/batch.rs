//! Rows of the data set -> a batch on the device.

use burn::tensor::{Device, Tensor, TensorData, Transaction};
use fireside_datasets::{Pictures, Rows, Targets};
use fireside_network::Value;
use fireside_spec::{Checked, Data, Metric, Shape};

use crate::augmented::Made;
use crate::error::TrainingError;
use crate::event::Score;
use crate::losses::{batch_sum, probabilities, row_weights};
use crate::metrics::{judgements, right};
use crate::target::Target;
use std::borrow::Cow;

/// A batch: values on the experiment's scale, and what they are judged by.
pub(crate) struct Batch {
    /// One value for each input of the data.
    pub inputs: Vec<Value>,
    pub targets: Targets,
    /// How much each row counts in the loss, where the data says so.
    pub weights: Option<Vec<f32>>,
}

/// The given rows; pictures as they are `made`, else only divided by the scale.
pub(crate) fn batch(
    rows: &Rows,
    wanted: impl ExactSizeIterator<Item = usize> + Clone,
    data: &Data,
    made: Option<Made>,
    device: &Device,
) -> Batch {
    let targets = rows.targets_of(wanted.clone());
    let value = |values: Vec<f32>, shape: Shape| {
        let values = TensorData::new(values, [wanted.len(), shape.len()]);
        Value::from_flat(Tensor::from_data(values, device), shape)
    };
    // Divided in f32, as the books' scripts do.
    let scaled = |value: f32| value / data.scale as f32;
    let input = match rows {
        Rows::Pictures(all) => picture_input(all, wanted.clone(), data, made, device),
        Rows::Table(all) => {
            let values = wanted.clone().flat_map(|row| all.row(row));
            value(values.map(|v| scaled(*v)).collect(), rows.shape())
        }
        // Ids are exact in f32 up to 2^24, far beyond any vocabulary.
        Rows::Sequences(all) => {
            let ids = wanted.clone().flat_map(|row| all.row(row));
            value(ids.map(|id| *id as f32).collect(), rows.shape())
        }
    };
    Batch {
        inputs: vec![input],
        targets,
        weights: rows.weights_of(wanted),
    }
}

/// Pictures stay `u8` until here.
fn picture_input(
    pictures: &Pictures,
    rows: impl ExactSizeIterator<Item = usize>,
    data: &Data,
    made: Option<Made>,
    device: &Device,
) -> Value {
    let shape = pictures.shape();
    let size = [rows.len(), shape.channels, shape.height, shape.width];
    let values = picture_values(pictures, rows, data, made);
    Value::Picture(Tensor::from_data(TensorData::new(values, size), device))
}

/// Pictures as the network gets them, (rows, channels, height, width).
pub(crate) fn picture_values(
    pictures: &Pictures,
    rows: impl ExactSizeIterator<Item = usize>,
    data: &Data,
    made: Option<Made>,
) -> Vec<f32> {
    let shape = pictures.shape();
    let count = rows.len();
    let of_channel = |channel| (0..=255u8).map(move |pixel| data.value(channel, pixel.into()));
    let tables: Vec<Vec<f32>> = (0..shape.channels)
        .map(|c| of_channel(c).collect())
        .collect();
    let plane = (shape.height * shape.width).max(1);
    let mut values = Vec::with_capacity(count * shape.bytes());
    for row in rows {
        let pixels = pictures.row(row);
        if let Some(made) = made {
            let own_values = made.picture(pixels, row);
            for (channel, own) in own_values.chunks_exact(plane).enumerate() {
                values.extend(own.iter().map(|value| data.standardized(channel, *value)));
            }
            continue;
        }
        for (pixels, table) in pixels.chunks_exact(plane).zip(&tables) {
            values.extend(pixels.iter().map(|pixel| table[usize::from(*pixel)]));
        }
    }
    values
}

/// Targets on the device for `width` outputs: (rows, width), classes one-hot (of one output 0 or 1).
pub(crate) fn target(targets: &Targets, width: usize, device: &Device) -> Tensor<2> {
    let rows = targets.rows();
    let mut values = Vec::with_capacity(rows * width);
    for target in (0..rows).filter_map(|row| targets.get(row)) {
        Target::from(target).extend(&mut values, width);
    }
    Tensor::from_data(TensorData::new(values, [rows, width]), device)
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

/// How much each row of a batch counts in training: by itself or, where rows have no weights (with which Keras 2 drops
/// those of classes), by its class.
pub(crate) fn training_weights(checked: &Checked, batch: &Batch) -> Option<Vec<f32>> {
    let weights = &checked.training.class_weight;
    let classes = batch
        .targets
        .labels()
        .iter()
        .map(|label| usize::from(*label));
    let own = batch.weights.clone();
    own.or_else(|| (!weights.is_empty()).then(|| row_weights(classes, weights)))
}

/// What the network answers, from the output that its loss is worked out from.
pub(crate) fn answers<'a>(checked: &Checked, output: &'a [f32]) -> Cow<'a, [f32]> {
    let Some(kind) = checked.loss_behind() else {
        return output.into();
    };
    let mut output = output.to_vec();
    probabilities(&kind, &mut output, checked.width());
    output.into()
}

/// What accuracy is for this experiment.
fn accuracy(checked: &Checked) -> Metric {
    let dialect = checked.experiment.dialect;
    Metric::accuracy(&checked.training.loss, dialect, checked.width())
}

/// Sums over rows, from which a [`Score`] is made.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Sums {
    pub loss: f64,
    /// Right judgements.
    pub correct: u32,
    pub rows: u32,
    /// Judgements per row: more than one where every output is judged by itself.
    pub judgements: u32,
}

impl Sums {
    /// Nothing summed yet.
    pub fn new(checked: &Checked) -> Self {
        Self {
            judgements: judgements(&accuracy(checked), checked.width()) as u32,
            ..Self::default()
        }
    }

    /// The sums of a batch from the output that its loss is worked out from; `weights` are those of its rows.
    pub fn of(
        checked: &Checked,
        output: &[f32],
        targets: &Targets,
        weights: Option<&[f32]>,
    ) -> Self {
        let (width, dialect) = (checked.width(), checked.experiment.dialect);
        let targets = (0..targets.rows()).filter_map(|row| targets.get(row).map(Target::from));
        let kind = checked.loss_behind().unwrap_or(checked.training.loss);
        let mut sums = Self::new(checked);
        sums.loss = batch_sum(&kind, dialect, output, width, targets.clone(), weights);
        let metric = accuracy(checked);
        let answers = answers(checked, output);
        for (values, target) in answers.chunks_exact(width).zip(targets) {
            sums.correct += right(&metric, dialect, values, target);
            sums.rows += 1;
        }
        sums
    }

    /// Adds the penalties on weights to the mean loss.
    pub fn penalised(&mut self, penalty: f64) {
        self.loss += penalty * f64::from(self.rows);
    }

    pub fn add(&mut self, other: Self) {
        self.loss += other.loss;
        self.correct += other.correct;
        self.rows += other.rows;
        self.judgements = other.judgements;
    }

    pub fn score(self) -> Score {
        let rows = f64::from(self.rows.max(1));
        Score {
            loss: self.loss / rows,
            accuracy: f64::from(self.correct) / (rows * f64::from(self.judgements.max(1))),
            rows: self.rows,
        }
    }
}
