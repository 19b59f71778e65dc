//! An experiment as written + the shape of its data -> a checked one.

use crate::experiment::{Experiment, Kind, Training};
use crate::layers::{Layer, TensorSpec};
use crate::problem::Problem;
use crate::shape::{DataShape, Shape};
use std::collections::BTreeMap;

/// More than any network that the books train; above it the tensors and the optimizer's state (three
/// times the weights) no longer fit a 32-bit wasm memory with room to work.
const MAX_PARAMETERS: usize = 100_000_000;

/// Numbers that flow through the network for one batch, kept for the backward pass: 256 M (1 GB) is what a
/// 32-bit wasm memory holds beside the data and the weights.
const MAX_ACTIVATIONS: usize = 256_000_000;

/// An experiment whose layers fit together and to the data.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    pub experiment: Experiment,
    pub data: DataShape,
    pub layers: Vec<CheckedLayer>,
    pub training: Training,
    /// Training rows after the validation split.
    pub train_rows: usize,
    pub validation_rows: usize,
}

/// A layer with its shapes.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckedLayer {
    /// Keras's automatic name, `conv2d_1`.
    pub name: String,
    pub layer: Layer,
    pub input: Shape,
    pub output: Shape,
    pub tensors: Vec<TensorSpec>,
}

impl CheckedLayer {
    /// Trainable parameters.
    pub fn parameters(&self) -> usize {
        self.tensors.iter().map(TensorSpec::len).sum()
    }

    /// Floating point operations of the forward pass for one row (multiply and add counted as two).
    pub fn flops(&self) -> f64 {
        let out = self.output.len() as f64;
        match &self.layer {
            Layer::Dense(_) => 2.0 * self.input.len() as f64 * out,
            Layer::Conv2d(conv) => {
                let Shape::Picture { channels, .. } = self.input else {
                    return 0.0;
                };
                2.0 * (conv.kernel_size[0] * conv.kernel_size[1] * channels) as f64 * out
            }
            _ => out,
        }
    }
}

impl Checked {
    /// Trainable parameters of the network.
    pub fn parameters(&self) -> usize {
        self.layers.iter().map(CheckedLayer::parameters).sum()
    }

    /// Updates per epoch; the last batch may be smaller.
    pub fn steps_per_epoch(&self) -> usize {
        self.train_rows.div_ceil(self.training.batch_size)
    }
}

/// Checks that the layers fit together and to the data.
///
/// # Errors
/// All problems at once; after a layer that does not fit, later layers are not judged.
pub fn check(experiment: &Experiment, data: &DataShape) -> Result<Checked, Vec<Problem>> {
    let mut problems = Vec::new();
    if experiment.kind != Kind::Train {
        problems.push(Problem::new(
            "not_supported",
            "kind",
            &[("what", &"training a look")],
        ));
    }
    let layers = match infer(experiment, data) {
        Ok(layers) => layers,
        Err(mut found) => {
            problems.append(&mut found);
            Vec::new()
        }
    };
    let wanted = match experiment.data.train_rows {
        0 => data.train_rows,
        rows => rows.min(data.train_rows),
    };
    // Keras: split = int(n (1 - f)), the last rows are kept aside.
    let train_rows = (wanted as f64 * (1.0 - experiment.data.validation_split)).floor() as usize;
    if train_rows == 0 {
        problems.push(Problem::new(
            "out_of_range",
            "data.validation_split",
            &[
                ("value", &experiment.data.validation_split),
                ("min", &0),
                ("max", &0.95),
            ],
        ));
    }
    if let Some(training) = &experiment.training {
        let row: usize = layers.iter().map(|layer| layer.output.len()).sum();
        let batch = row.saturating_mul(training.batch_size);
        if batch > MAX_ACTIVATIONS {
            problems.push(Problem::new(
                "too_much_memory",
                "training.batch_size",
                &[
                    ("found", &(batch / 250_000)),
                    ("max", &(MAX_ACTIVATIONS / 250_000)),
                ],
            ));
        }
    }
    match (&experiment.training, problems.is_empty()) {
        (Some(training), true) => Ok(Checked {
            experiment: experiment.clone(),
            data: data.clone(),
            layers,
            training: training.clone(),
            train_rows,
            validation_rows: wanted - train_rows,
        }),
        (None, true) => Err(vec![Problem::new(
            "missing_field",
            "",
            &[("field", &"training")],
        )]),
        _ => Err(problems),
    }
}

fn infer(experiment: &Experiment, data: &DataShape) -> Result<Vec<CheckedLayer>, Vec<Problem>> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut shape = data.row;
    let mut layers = Vec::with_capacity(experiment.layers.len());
    let mut parameters = 0usize;
    for (index, layer) in experiment.layers.iter().enumerate() {
        let place = format!("layers[{index}]");
        let output = layer.output(shape).map_err(|misfit| vec![misfit(&place)])?;
        let count = counts.entry(layer.stem()).or_default();
        *count += 1;
        let tensors = layer.tensors(shape);
        // Saturating: absurd sizes must end as an error, not as an overflow.
        parameters = tensors.iter().fold(parameters, |sum, tensor| {
            sum.saturating_add(
                tensor
                    .shape
                    .iter()
                    .fold(1, |n, axis| n.saturating_mul(*axis)),
            )
        });
        if parameters > MAX_PARAMETERS {
            return Err(vec![Problem::new(
                "too_many_parameters",
                place,
                &[("found", &parameters), ("max", &MAX_PARAMETERS)],
            )]);
        }
        layers.push(CheckedLayer {
            name: format!("{}_{count}", layer.stem()),
            layer: layer.clone(),
            input: shape,
            output,
            tensors,
        });
        shape = output;
    }
    let classes = data.classes;
    if shape != (Shape::Flat { units: classes }) {
        let last = experiment.layers.len().saturating_sub(1);
        return Err(vec![Problem::new(
            "wrong_output",
            format!("layers[{last}]"),
            &[
                ("found", &shape),
                ("classes", &classes),
                ("dataset", &data.name),
            ],
        )]);
    }
    Ok(layers)
}
