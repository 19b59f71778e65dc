//! What a page or a terminal shows of a checked experiment: the network with shapes and parameter counts
//! as Keras prints them, and the values that can be set in a form.

use crate::check::{Checked, CheckedLayer};
use crate::layers::{Activation, Layer, Padding};
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
    let activation = |value: Activation| {
        let names = Activation::ALL.iter().map(|(name, _)| *name);
        choice(path("activation"), "activation", value.name(), names)
    };
    match layer {
        Layer::Dense(dense) => vec![
            integer(path("units"), "units", dense.units, 1, 4096),
            activation(dense.activation),
        ],
        Layer::Conv2d(conv) => {
            let padding = match conv.padding {
                Padding::Valid => "valid",
                Padding::Same => "same",
            };
            vec![
                integer(path("filters"), "filters", conv.filters, 1, 512),
                integer(
                    path("kernel_size"),
                    "kernel_size",
                    conv.kernel_size[0],
                    1,
                    28,
                ),
                choice(
                    path("padding"),
                    "padding",
                    padding,
                    ["valid", "same"].into_iter(),
                ),
                activation(conv.activation),
            ]
        }
        Layer::Pool2d(pool) => vec![integer(
            path("pool_size"),
            "pool_size",
            pool.pool_size[0],
            1,
            28,
        )],
        Layer::Dropout(dropout) => vec![number(path("rate"), "rate", dropout.rate, 0.0, 0.99)],
        Layer::Activation(value) => vec![activation(*value)],
        Layer::Flatten => Vec::new(),
    }
}

fn detail(layer: &Layer) -> String {
    match layer {
        Layer::Conv2d(conv) => format!("{}×{}", conv.kernel_size[0], conv.kernel_size[1]),
        Layer::Pool2d(pool) => format!("{}×{}", pool.pool_size[0], pool.pool_size[1]),
        Layer::Dropout(dropout) => dropout.rate.to_string(),
        _ => String::new(),
    }
}

fn sheet(shape: Shape) -> [u32; 3] {
    match shape {
        Shape::Flat { units } => [units as u32, 1, 1],
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
            SummaryLayer {
                name: layer.name.clone(),
                r#type: layer.layer.type_name().into(),
                detail: detail(&layer.layer),
                activation: layer.layer.activation().name().into(),
                output: axes(layer.output),
                sheet: sheet(layer.output),
                parameters: layer.parameters() as u32,
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
            input: axes(checked.data.row),
            input_sheet: sheet(checked.data.row),
            layers,
            parameters: checked.parameters() as u32,
            flops: 3.0 * checked.layers.iter().map(CheckedLayer::flops).sum::<f64>(),
            train_rows: checked.train_rows as u32,
            validation_rows: checked.validation_rows as u32,
            test_rows: checked.data.test_rows as u32,
            classes: checked.data.classes as u32,
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
        let _ = writeln!(out, "Trainable params: {}", thousands(self.parameters));
        let _ = writeln!(out, "Non-trainable params: 0\n{rule}");
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
