//! What a page or a terminal shows of a checked experiment: the network with shapes and parameter counts
//! as Keras prints them, and the values that can be set in a form.

use crate::check::{Checked, CheckedLayer, Source};
use crate::layers::{Activation, Layer, Rank, Reshaping};
use crate::shape::Shape;
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;
use ts_rs::TS;

/// Something that can be set in a form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Setting {
    /// Place in the text, `training.epochs`.
    pub path: String,
    /// Keras's name of it, `epochs`.
    pub name: String,
    pub value: String,
    pub kind: SettingKind,
    pub min: f64,
    pub max: f64,
    pub choices: Vec<String>,
}

/// How a setting is entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SettingKind {
    Integer,
    Number,
    Choice,
}

/// A layer as it is drawn and listed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct SummaryLayer {
    /// Keras's automatic name, `conv2d_1`.
    pub name: String,
    /// `Conv2D`, `Dense` ...
    pub r#type: String,
    /// Short detail for the drawing: `5×5`, `2×2`, `0.2`; empty when there is none.
    pub detail: String,
    pub activation: String,
    /// Without the batch axis, in the order of the data format.
    pub output: Vec<u32>,
    /// Drawing: channels, height, width; a vector is (units, 1, 1).
    pub sheet: [u32; 3],
    pub parameters: u32,
    /// Those that are not trained: moving statistics, and all of a frozen layer.
    pub non_trainable: u32,
    /// Names of the layers or data inputs that it reads.
    pub inputs: Vec<String>,
    /// `5·5·1·32 + 32`; empty when there are no parameters.
    pub count: String,
    pub settings: Vec<Setting>,
}

/// A checked experiment in numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Summary {
    pub input: Vec<u32>,
    pub input_sheet: [u32; 3],
    pub layers: Vec<SummaryLayer>,
    pub parameters: u32,
    pub non_trainable: u32,
    /// Floating point operations of one update on one row (forward and backward, about three times forward).
    pub flops: f64,
    pub train_rows: u32,
    pub validation_rows: u32,
    pub test_rows: u32,
    pub classes: u32,
    pub epochs: u32,
    pub batch_size: u32,
    pub steps_per_epoch: u32,
    pub loss: String,
    pub optimizer: String,
    pub learning_rate: f64,
    pub seed: u32,
    pub settings: Vec<Setting>,
}

fn integer(path: String, name: &str, value: usize, min: u32, max: u32) -> Setting {
    Setting {
        path,
        name: name.into(),
        value: value.to_string(),
        kind: SettingKind::Integer,
        min: min.into(),
        max: max.into(),
        choices: Vec::new(),
    }
}

fn number(path: String, name: &str, value: f64, min: f64, max: f64) -> Setting {
    Setting {
        path,
        name: name.into(),
        value: value.to_string(),
        kind: SettingKind::Number,
        min,
        max,
        choices: Vec::new(),
    }
}

fn choice<'a>(
    path: String,
    name: &str,
    value: &str,
    choices: impl Iterator<Item = &'a str>,
) -> Setting {
    Setting {
        path,
        name: name.into(),
        value: value.into(),
        kind: SettingKind::Choice,
        min: 0.0,
        max: 0.0,
        choices: choices.map(String::from).collect(),
    }
}

fn layer_settings(index: usize, layer: &Layer) -> Vec<Setting> {
    let path = |field: &str| format!("layers[{index}].{field}");
    let whole = |field: &str, value, max| integer(path(field), field, value, 1, max);
    let rate = |field: &str, value| number(path(field), field, value, 0.0, 0.99);
    let activation = |value: Activation| {
        let names = Activation::ALL.iter().map(|(name, _)| *name);
        choice(path("activation"), "activation", value.name(), names)
    };
    match layer {
        Layer::Dense(dense) => vec![
            whole("units", dense.units, 4096),
            activation(dense.activation),
        ],
        Layer::Conv(conv) => {
            let all = ["valid", "same", "causal"];
            let known = &all[..if conv.rank == Rank::One { 3 } else { 2 }];
            vec![
                whole("filters", conv.filters, 512),
                whole("kernel_size", conv.window.size[1], 28),
                choice(
                    path("padding"),
                    "padding",
                    conv.window.padding.name(),
                    known.iter().copied(),
                ),
                activation(conv.activation),
            ]
        }
        Layer::Depthwise(conv) => {
            let kernel = whole("kernel_size", conv.window.size[1], 28);
            let filters = conv.pointwise.as_ref();
            let filters = filters.map(|(filters, _)| whole("filters", *filters, 512));
            filters
                .into_iter()
                .chain([kernel, activation(conv.activation)])
                .collect()
        }
        Layer::Pooling(pooling) => vec![whole("pool_size", pooling.window.size[1], 28)],
        Layer::Dropout(dropout) => vec![rate("rate", dropout.rate)],
        Layer::Embedding(embedding) => vec![whole("output_dim", embedding.output_dim, 1024)],
        Layer::MultiHeadAttention(attention) => vec![
            whole("num_heads", attention.num_heads, 64),
            whole("key_dim", attention.key_dim, 1024),
        ],
        Layer::Recurrent(recurrent) => vec![
            whole("units", recurrent.units, 1024),
            rate("dropout", recurrent.dropout),
            rate("recurrent_dropout", recurrent.recurrent_dropout),
        ],
        Layer::Activation(Activation::LeakyRelu(slope)) => {
            vec![number(
                path("negative_slope"),
                "negative_slope",
                *slope,
                0.0,
                1.0,
            )]
        }
        Layer::Activation(Activation::Elu(alpha)) => {
            vec![number(path("alpha"), "alpha", *alpha, 0.0, 10.0)]
        }
        Layer::Activation(value) => vec![activation(*value)],
        _ => Vec::new(),
    }
}

fn detail(layer: &Layer) -> String {
    let window = |rank, [rows, columns]: [usize; 2]| match rank {
        Rank::One => columns.to_string(),
        Rank::Two => format!("{rows}×{columns}"),
    };
    match layer {
        Layer::Conv(conv) => window(conv.rank, conv.window.size),
        Layer::Depthwise(conv) => window(Rank::Two, conv.window.size),
        Layer::Pooling(pooling) => window(pooling.rank, pooling.window.size),
        Layer::Dropout(dropout) => dropout.rate.to_string(),
        Layer::Reshaping(Reshaping::UpSampling(size)) => window(Rank::Two, *size),
        Layer::MultiHeadAttention(attention) => attention.num_heads.to_string(),
        Layer::Bidirectional(both) => both.layer.name().into(),
        Layer::TimeDistributed(layer) => layer.type_name().into(),
        _ => String::new(),
    }
}

fn sheet(shape: Shape) -> [u32; 3] {
    match shape {
        Shape::Flat { units } => [units as u32, 1, 1],
        Shape::Sequence { steps, features } => [1, steps as u32, features as u32],
        Shape::Frames {
            frames,
            height,
            width,
            ..
        } => [frames as u32, height as u32, width as u32],
        Shape::Picture {
            channels,
            height,
            width,
        } => [channels as u32, height as u32, width as u32],
    }
}

fn count(layer: &CheckedLayer) -> String {
    let product = |shape: &[usize]| {
        shape
            .iter()
            .map(usize::to_string)
            .collect::<Vec<_>>()
            .join("·")
    };
    layer
        .tensors
        .iter()
        .map(|tensor| product(&tensor.shape))
        .collect::<Vec<_>>()
        .join(" + ")
}

impl Summary {
    /// The summary of a checked experiment.
    pub fn of(checked: &Checked) -> Self {
        let experiment = &checked.experiment;
        let training = &checked.training;
        let format = experiment.data.data_format;
        let axes = |shape: Shape| shape.axes(format).into_iter().map(|n| n as u32).collect();
        let mut settings = vec![
            integer("training.epochs".into(), "epochs", training.epochs, 1, 200),
            integer(
                "training.batch_size".into(),
                "batch_size",
                training.batch_size,
                1,
                2048,
            ),
            number(
                "training.optimizer.learning_rate".into(),
                "learning_rate",
                training.optimizer.learning_rate(),
                0.0,
                10.0,
            ),
        ];
        let layers = checked.layers.iter().enumerate().map(|(index, layer)| {
            let own = layer_settings(index, &layer.layer);
            if matches!(layer.layer, Layer::Dropout(_)) {
                settings.extend(own.iter().cloned().map(|s| Setting {
                    name: "dropout".into(),
                    ..s
                }));
            }
            let source = |source: &Source| match source {
                Source::Data(input) => checked.data.inputs[*input].name.clone(),
                Source::Layer(index) => checked.layers[*index].name.clone(),
            };
            SummaryLayer {
                name: layer.name.clone(),
                r#type: layer.layer.type_name().into(),
                detail: detail(&layer.layer),
                activation: layer.layer.activation().name().into(),
                output: axes(layer.output),
                sheet: sheet(layer.output),
                parameters: layer.parameters() as u32,
                non_trainable: (layer.parameters() - layer.trainable()) as u32,
                inputs: layer.sources.iter().map(source).collect(),
                count: count(layer),
                settings: own,
            }
        });
        let layers = layers.collect();
        settings.push(integer(
            "seed".into(),
            "seed",
            experiment.seed as usize,
            0,
            u32::MAX - 1,
        ));
        Self {
            input: axes(checked.data.row()),
            input_sheet: sheet(checked.data.row()),
            layers,
            parameters: checked.parameters() as u32,
            non_trainable: (checked.parameters() - checked.trainable()) as u32,
            flops: 3.0 * checked.layers.iter().map(CheckedLayer::flops).sum::<f64>(),
            train_rows: checked.train_rows as u32,
            validation_rows: checked.validation_rows as u32,
            test_rows: checked.data.test_rows as u32,
            classes: checked.data.classes() as u32,
            epochs: training.epochs as u32,
            batch_size: training.batch_size as u32,
            steps_per_epoch: checked.steps_per_epoch() as u32,
            loss: training.loss.name().into(),
            optimizer: training.optimizer.name().into(),
            learning_rate: training.optimizer.learning_rate(),
            seed: experiment.seed,
            settings,
        }
    }

    /// Keras's `summary()`: layer, output shape, parameters.
    pub fn keras(&self) -> String {
        let (rule, double) = ("_".repeat(65), "=".repeat(65));
        let mut out = format!("{rule}\n");
        row(&mut out, "Layer (type)", "Output Shape", "Param #");
        let _ = writeln!(out, "{double}");
        for (index, layer) in self.layers.iter().enumerate() {
            let axes: Vec<String> = layer.output.iter().map(u32::to_string).collect();
            let title = format!("{} ({})", layer.name, layer.r#type);
            row(
                &mut out,
                &title,
                &format!("(None, {})", axes.join(", ")),
                &layer.parameters.to_string(),
            );
            let last = index + 1 == self.layers.len();
            let _ = writeln!(out, "{}", if last { &double } else { &rule });
        }
        let _ = writeln!(out, "Total params: {}", thousands(self.parameters));
        let trained = self.parameters - self.non_trainable;
        let _ = writeln!(out, "Trainable params: {}", thousands(trained));
        let fixed = thousands(self.non_trainable);
        let _ = writeln!(out, "Non-trainable params: {fixed}\n{rule}");
        out
    }
}

/// Keras 2's columns end at 29 and 55.
fn row(out: &mut String, a: &str, b: &str, c: &str) {
    let _ = writeln!(out, "{a:<29.28}{b:<26.25}{c}");
}

/// 592074 -> `592,074`.
pub fn thousands(number: u32) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
