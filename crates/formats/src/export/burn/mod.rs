//! A file for Burn 0.22.

mod helpers;
mod layers;
mod train;

use super::head;
use crate::graph::Graph;
use crate::tree::quoted;
use fireside_spec::layers::TensorSpec;
use fireside_spec::{Checked, CheckedLayer, Layer, Source};
use helpers::HELPERS;
use layers::{Place, Writer, ordered, rank, unordered};
use std::fmt::Write as _;

const USE: &str = r#"#![allow(dead_code, unused, non_snake_case, clippy::all)]

use burn::module::{Module, Param};
use burn::tensor::ops::{AvgPoolOptions, ConvOptions, MaxPoolOptions, PadMode};
use burn::tensor::{Bool, Device, Distribution, Tensor, TensorData, activation, module};
use std::cell::RefCell;
use std::collections::BTreeMap;
"#;

const PASS: &str = r#"/// Arrays by name: shape, and values row by row.
pub type Arrays = BTreeMap<String, (Vec<usize>, Vec<f32>)>;

/// How a batch goes through the network.
#[derive(Default)]
pub struct Pass {
    pub training: bool,
    /// In training: new moving means and variances, in the order of their layers.
    pub moved: RefCell<Vec<Tensor<1>>>,
}

/// A weight of a file, whose shape is compared.
fn weight<const D: usize>(arrays: &Arrays, name: &str, shape: [usize; D], device: &Device) -> Result<Param<Tensor<D>>, String> {
    let (found, values) = arrays.get(name).ok_or_else(|| format!("the file lacks {name}"))?;
    if found[..] != shape[..] {
        return Err(format!("{name} should have the shape {shape:?} but has {found:?}"));
    }
    Ok(Param::from_data(TensorData::new(values.clone(), shape), device))
}
"#;

/// The whole program.
pub(super) fn program(checked: &Checked) -> String {
    let notes = train::notes(checked);
    let mut doc = head(checked, "Burn 0.22", &notes);
    let usage = [
        "",
        "Cargo.toml:",
        "    burn = { version = \"0.22.1\", default-features = false, features = [\"std\", \"flex\", \"autodiff\"] }",
        "    safetensors = \"0.8\"",
        "",
        "    cargo run --release -- predict WEIGHTS.safetensors INPUT.npy [INPUT.npy ...] OUTPUT.npy",
        "    cargo run --release -- train WEIGHTS.safetensors INPUT.npy [INPUT.npy ...] TARGETS.npy NEW.safetensors",
    ];
    doc.extend(usage.map(String::from));
    let doc: String = doc
        .iter()
        .map(|line| format!("//! {line}").trim_end().to_owned() + "\n")
        .collect();
    let all = format!("{}\n{}", network(checked), train::text(checked));
    format!("{doc}\n{USE}\n{all}")
}

/// What a file of the network alone needs in scope, and the network.
pub(super) fn module(checked: &Checked) -> String {
    let uses = USE.split_once("\n\n").map_or(USE, |(_, uses)| uses);
    format!("{uses}\n{}", network(checked))
}

/// A name that may stand in a longer one: letters, digits, underscores.
fn identifier(name: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    let own: String = name.chars().map(letter).collect();
    match own.starts_with(|c: char| c.is_ascii_alphabetic()) {
        true => own,
        false => format!("layer_{own}"),
    }
}

/// A weight's field.
fn field(layer: &CheckedLayer, tensor: &TensorSpec) -> String {
    format!(
        "{}_{}",
        identifier(&layer.name),
        tensor.name.replace('/', "_")
    )
}

/// Every tensor with its layer.
fn all(checked: &Checked) -> impl Iterator<Item = (&CheckedLayer, &TensorSpec)> {
    let of = |layer| {
        let layer: &CheckedLayer = layer;
        layer.tensors.iter().map(move |tensor| (layer, tensor))
    };
    checked.layers.iter().flat_map(of)
}

fn network(checked: &Checked) -> String {
    let mut out = String::from(
        "/// The network; weights lie in Keras's layout.\n#[derive(Module, Debug)]\npub struct Network {\n",
    );
    for (layer, tensor) in all(checked) {
        let _ = writeln!(
            out,
            "    pub {}: Param<Tensor<{}>>,",
            field(layer, tensor),
            tensor.shape.len()
        );
    }
    out += "}\n\nimpl Network {\n    /// The network with the weights of a file.\n    ///\n    /// # Errors\n    \
            /// The weight that is missing or has another shape.\n    \
            pub fn load(arrays: &Arrays, device: &Device) -> Result<Self, String> {\n        Ok(Self {\n";
    for (layer, tensor) in all(checked) {
        let name = quoted(&format!("{}/{}", layer.name, tensor.name));
        let _ = writeln!(
            out,
            "            {}: weight(arrays, {name}, {:?}, device)?,",
            field(layer, tensor),
            tensor.shape
        );
    }
    out += "        })\n    }\n\n";
    out += &forward(checked);
    out += "}\n";
    let mut parts = PASS.to_owned();
    // A helper may ask for those behind it in the list.
    let mut asked = out.clone();
    for (word, text) in HELPERS {
        let call = [
            format!("{word}("),
            format!("{word} {{"),
            format!("{word}::"),
        ];
        if call.iter().any(|call| asked.contains(call)) {
            asked += text;
            parts.push('\n');
            parts += text;
        }
    }
    format!("{parts}\n{out}")
}

fn forward(checked: &Checked) -> String {
    let graph = Graph::of(checked);
    let experiment = &checked.experiment;
    let writer = Writer {
        format: experiment.data.data_format,
        dialect: experiment.dialect,
    };
    let variable = |source: Source| match graph.sequential {
        true => "x".to_owned(),
        false => format!("v_{}", identifier(graph.name(source))),
    };
    let mut inputs = Vec::new();
    let mut lines = Vec::new();
    for index in &graph.inputs {
        let (x, shape) = (
            variable(Source::Data(*index)),
            checked.data.inputs[*index].shape,
        );
        inputs.push(format!("{x}: Tensor<{}>", rank(shape)));
        let turned = unordered(writer.format, shape);
        if !turned.is_empty() {
            lines.push(format!("let {x} = {x}{turned};"));
        }
    }
    let mut masks: Vec<Option<(String, usize)>> = Vec::new();
    for (index, layer) in checked.layers.iter().enumerate() {
        let mask = layer.sources.iter().find_map(|source| match source {
            Source::Data(_) => None,
            Source::Layer(before) => masks[*before].clone(),
        });
        let read = |source: &Source| match graph.sequential {
            true => "x".to_owned(),
            false => format!("{}.clone()", variable(*source)),
        };
        let values: Vec<String> = layer.sources.iter().map(read).collect();
        let own = identifier(&layer.name);
        let new_mask = match &layer.layer {
            Layer::Embedding(embedding) if embedding.mask_zero => {
                let name = format!("mask_{own}");
                let ids = variable(layer.sources[0]);
                lines.push(format!(
                    "let {name}: Tensor<2, Bool> = {ids}.clone().not_equal_elem(0.0);"
                ));
                Some((name, layer.input().len()))
            }
            // What has no steps any more has no padding; windows over steps end it too.
            Layer::Conv(_) | Layer::Pooling(_) | Layer::GlobalPooling(_) | Layer::Reshaping(_) => {
                None
            }
            Layer::Recurrent(own) if !own.return_sequences => None,
            Layer::Bidirectional(both) if !both.layer.return_sequences => None,
            _ => mask.clone(),
        };
        let tensors: Vec<String> = layer
            .tensors
            .iter()
            .map(|tensor| tensor.name.clone())
            .collect();
        let place = Place {
            field: &own,
            tensors: &tensors,
            shapes: &layer.inputs,
            inputs: &values,
            mask: mask.as_ref().map(|(mask, steps)| (mask.as_str(), *steps)),
            fixed: layer.has_fixed_moments(checked.experiment.dialect),
        };
        let value = writer.layer(&layer.layer, &place, layer.output);
        let x = variable(Source::Layer(index));
        lines.push(format!(
            "let {x}: Tensor<{}> = {value};",
            rank(layer.output)
        ));
        masks.push(new_mask);
    }
    let output = checked
        .layers
        .last()
        .map_or(checked.data.row(), |layer| layer.output);
    let last = variable(Source::Layer(checked.layers.len().saturating_sub(1)));
    lines.push(format!("{last}{}", ordered(writer.format, output)));
    let lines: String = lines
        .iter()
        .map(|line| format!("        {line}\n"))
        .collect();
    format!(
        "    /// The output for a batch of rows.\n    pub fn forward(&self, {}, pass: &Pass) -> Tensor<{}> {{\n{lines}    }}\n",
        inputs.join(", "),
        rank(output)
    )
}
