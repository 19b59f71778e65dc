//! Keras's JSON or YAML -> the layers of an experiment.
//!
//! The tree becomes the text of `[[layers]]` tables, and `fireside_spec` reads that: one reader, one set of
//! limits and problems, and the page has something to edit.

use super::fields::{Table, table, unsupported};
use crate::FormatError;
use crate::tree::{Tree, quoted};
use crate::yaml;
use fireside_spec::{
    DataFormat, DataInput, DataShape, Dialect, Experiment, Layer, Node, Problem, Shape, Target,
};
use std::collections::BTreeMap;

const FORMAT: &str = "Keras";
/// Far more than 400 layers take.
const MAX_BYTES: usize = 4 << 20;

/// More than the language takes; no more than can be sorted at leisure.
const MAX_LAYERS: usize = 1_000;

/// An input of the network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    pub name: String,
    /// Without the batch's axis.
    pub shape: Vec<usize>,
}

/// A network that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Architecture {
    /// Whose words it is written in.
    pub dialect: Dialect,
    pub data_format: DataFormat,
    /// What it takes; a `Sequential` of Keras 2 may leave it open.
    pub inputs: Vec<Input>,
    pub layers: Vec<Node>,
    /// The same as `[[layers]]` tables of an experiment text.
    pub text: String,
}

/// Reads what `to_json` or `to_yaml` of Keras 2 or 3 wrote.
///
/// # Errors
/// `foreign_unreadable`; `foreign_unsupported` with the layer that the language has no words for;
/// `foreign_network` where the layers do not fit together.
pub fn read(text: &str) -> Result<Architecture, FormatError> {
    read_for(text, &[])
}

/// The same for data that call their inputs `names`, in this order: where there are as many of them, layers read
/// these instead of what the file calls its inputs.
///
/// # Errors
/// As [`read`].
pub fn read_for(text: &str, names: &[&str]) -> Result<Architecture, FormatError> {
    if text.len() > MAX_BYTES {
        return Err(FormatError::TooLarge {
            format: FORMAT,
            what: "bytes",
            limit: MAX_BYTES,
        });
    }
    let tree = if text.trim_start().starts_with('{') {
        Tree::from_json(text)
    } else {
        yaml::read(text)
    };
    let tree = tree.map_err(unreadable)?;
    let dialect = match (tree.get("module"), tree.text("keras_version")) {
        (None, version) if version.is_none_or(|version| !version.starts_with('3')) => {
            Dialect::Keras2
        }
        _ => Dialect::Keras3,
    };
    let config = tree.get("config");
    let sequential = match tree.text("class_name") {
        Some("Sequential") => true,
        Some("Model" | "Functional") => false,
        Some(other) => return Err(unreadable(format!("{other} is no class of models"))),
        None => return Err(unreadable("it has no class_name".into())),
    };
    let layers = match config {
        Some(Tree::List(layers)) => layers,
        Some(config) => config.get("layers").and_then(Tree::as_list).unwrap_or(&[]),
        None => &[],
    };
    if layers.len() > MAX_LAYERS {
        return Err(FormatError::TooLarge {
            format: FORMAT,
            what: "network layers",
            limit: MAX_LAYERS,
        });
    }
    let mut network = Reading {
        dialect,
        ..Reading::default()
    };
    for layer in layers {
        network.layer(layer, sequential)?;
    }
    if !sequential {
        network.sort()?;
        network.output(config.and_then(|config| config.get("output_layers")))?;
    }
    network.rename(names);
    network.finish()
}

fn unreadable(reason: String) -> FormatError {
    FormatError::Unreadable {
        format: FORMAT,
        reason,
    }
}

/// A layer on its way.
struct Row {
    name: String,
    table: Table,
    inputs: Vec<String>,
}

#[derive(Default)]
struct Reading {
    dialect: Dialect,
    inputs: Vec<Input>,
    rows: Vec<Row>,
    /// Keras 3 lists the steps in which it works out masks; they follow from the embedding that masks.
    masks: Vec<String>,
}

/// Operations that make a mask: ids that are not 0, and masks of several inputs together.
const MASKS: &[&str] = &["NotEqual", "LogicalOr", "LogicalAnd"];

/// Letters, digits and underscores, as the language's names are.
fn plain(name: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    name.chars().map(letter).collect()
}

impl Reading {
    fn layer(&mut self, layer: &Tree, sequential: bool) -> Result<(), FormatError> {
        let (Some(class), Some(config)) = (layer.text("class_name"), layer.get("config")) else {
            return Err(unreadable("a layer has no class_name or no config".into()));
        };
        let name = layer.text("name").or_else(|| config.text("name"));
        // Old YAML of hand-written layers has none: Keras would count.
        let fallback = format!("layer_{}", self.rows.len() + 1);
        let name = plain(name.unwrap_or(&fallback));
        let operation = layer.text("module") == Some("keras.src.ops.numpy");
        if operation && MASKS.contains(&class) {
            self.masks.push(name);
            return Ok(());
        }
        let shape = ["batch_input_shape", "batch_shape"];
        let shape = shape.into_iter().find_map(|key| config.get(key));
        if class == "InputLayer" {
            let shape = shape.ok_or_else(|| unsupported(&name, "an input of no shape"))?;
            let shape = axes(&name, shape)?;
            self.inputs.push(Input { name, shape });
            return Ok(());
        }
        if let (true, true, Some(shape)) = (sequential, self.rows.is_empty(), shape)
            && self.inputs.is_empty()
        {
            let shape = axes(&name, shape)?;
            let name = "input".into();
            self.inputs.push(Input { name, shape });
        }
        let mut table = table(&name, class, config, self.dialect, false)?;
        let inputs = if sequential {
            Vec::new()
        } else {
            let (inputs, causal) = self.called_with(&name, &table.class, layer)?;
            if causal {
                table.fields.push(("use_causal_mask".into(), "true".into()));
            }
            inputs
        };
        self.rows.push(Row {
            name,
            table,
            inputs,
        });
        Ok(())
    }

    /// The layers that one is called with, and whether attention is causal.
    fn called_with(
        &self,
        layer: &str,
        class: &str,
        tree: &Tree,
    ) -> Result<(Vec<String>, bool), FormatError> {
        let nodes = tree.get("inbound_nodes").and_then(Tree::as_list);
        let [node] = nodes.unwrap_or(&[]) else {
            return Err(unsupported(
                layer,
                "a layer that is called more than once, or never",
            ));
        };
        let mut names = Vec::new();
        let mut causal = false;
        let settings = match node {
            // Keras 2: [["dense_1", 0, 0, {}]]
            Tree::List(calls) => {
                let mut settings = Vec::new();
                for call in calls {
                    let Some([name, node, tensor, rest @ ..]) = call.as_list() else {
                        return Err(unsupported(layer, "a call that is not understood"));
                    };
                    names.push(place(layer, [name, node, tensor])?);
                    if let Some(Tree::Map(own)) = rest.first() {
                        settings.extend(own.clone());
                    }
                }
                settings
            }
            // Keras 3: {"args": [...], "kwargs": {}}
            call => {
                tensors(layer, call.get("args").unwrap_or(&Tree::Null), &mut names)?;
                match call.get("kwargs") {
                    Some(Tree::Map(own)) => own.clone(),
                    _ => Vec::new(),
                }
            }
        };
        for (key, value) in settings {
            match (key.as_str(), &value) {
                (_, Tree::Null) | (_, Tree::Flag(false)) => {}
                ("use_causal_mask", Tree::Flag(true)) => causal = true,
                ("mask", value) => {
                    let mut names = Vec::new();
                    tensors(layer, value, &mut names)?;
                    if !names.iter().all(|name| self.masks.contains(name)) {
                        return Err(unsupported(layer, "a mask of another making"));
                    }
                }
                ("query" | "value" | "key", value) => tensors(layer, value, &mut names)?,
                _ => return Err(unsupported(layer, &format!("a call with {key}"))),
            }
        }
        if class == "MultiHeadAttention" {
            // Query, value, and the key where it is another one.
            if names.len() == 3 && names[1] == names[2] {
                names.pop();
            }
            if names.len() == 2 && names[0] == names[1] {
                names.pop();
            }
        }
        Ok((names, causal))
    }

    /// Puts every layer behind those that it reads.
    fn sort(&mut self) -> Result<(), FormatError> {
        let mut known: Vec<String> = self.inputs.iter().map(|input| input.name.clone()).collect();
        let mut waiting = std::mem::take(&mut self.rows);
        while !waiting.is_empty() {
            let ready = |row: &Row| row.inputs.iter().all(|input| known.contains(input));
            let Some(next) = waiting.iter().position(ready) else {
                return Err(unsupported(&waiting[0].name, "inputs that are not there"));
            };
            let row = waiting.remove(next);
            known.push(row.name.clone());
            self.rows.push(row);
        }
        Ok(())
    }

    /// The output is the last layer, and the only one.
    fn output(&self, outputs: Option<&Tree>) -> Result<(), FormatError> {
        let last = self.rows.last().map_or("", |row| &row.name);
        let Some(Tree::List(list)) = outputs else {
            return Ok(());
        };
        let one = match &list[..] {
            [Tree::List(one)] => &one[..],
            flat => flat,
        };
        match one.first().and_then(Tree::as_text) {
            Some(name) if plain(name) == last => Ok(()),
            _ => Err(unsupported(
                last,
                "several outputs, or layers behind the output",
            )),
        }
    }

    /// Gives the inputs other names, here and where they are read.
    fn rename(&mut self, names: &[&str]) {
        if names.len() != self.inputs.len() {
            return;
        }
        let old = self.inputs.iter().map(|input| input.name.clone());
        let new: BTreeMap<String, &str> = old.zip(names.iter().copied()).collect();
        let own = self.inputs.iter_mut().map(|input| &mut input.name);
        let read = self.rows.iter_mut().flat_map(|row| &mut row.inputs);
        for name in own.chain(read) {
            if let Some(new) = new.get(name) {
                *name = (*new).to_owned();
            }
        }
    }

    fn finish(self) -> Result<Architecture, FormatError> {
        let formats: Vec<&str> = self
            .rows
            .iter()
            .filter_map(|row| row.table.data_format.as_deref())
            .collect();
        let first = formats.first().copied();
        if formats.iter().any(|format| Some(*format) != first) {
            return Err(unsupported(&self.rows[0].name, "two data formats"));
        }
        // Where no window says it, a normalization may.
        let first = first == Some("channels_first")
            || first.is_none()
                && self.inputs.iter().any(|input| input.shape.len() > 2)
                && self.rows.iter().any(|row| row.table.axis == Some(1));
        let data_format = if first {
            DataFormat::ChannelsFirst
        } else {
            DataFormat::ChannelsLast
        };
        let whole = parse(&self.text(&|_| (true, true)), self.dialect, data_format)?;
        if whole.layers.len() != self.rows.len() {
            return Err(unreadable("a layer of it has an empty class_name".into()));
        }
        // Names that are given anyway, and inputs that follow from the order, are left out.
        let mut counts = BTreeMap::new();
        let automatic: Vec<bool> = whole
            .layers
            .iter()
            .zip(&self.rows)
            .map(|(node, row)| {
                let count = counts.entry(node.layer.stem()).or_insert(0);
                *count += 1;
                row.name == format!("{}_{count}", node.layer.stem())
            })
            .collect();
        let follows = |index: usize| {
            let before = match index.checked_sub(1) {
                Some(before) => Some(&self.rows[before].name),
                None => self.inputs.first().map(|input| &input.name),
            };
            matches!(&self.rows[index].inputs[..], [one] if Some(one) == before)
        };
        let text = self.text(&|index| (!automatic[index], !follows(index)));
        let experiment = parse(&text, self.dialect, data_format)?;
        self.fits(&experiment)?;
        Ok(Architecture {
            dialect: self.dialect,
            data_format,
            inputs: self.inputs,
            layers: experiment.layers,
            text,
        })
    }

    /// The tables; `wanted` tells whether a layer's name and its inputs are written.
    fn text(&self, wanted: &dyn Fn(usize) -> (bool, bool)) -> String {
        let mut out = String::new();
        for (index, row) in self.rows.iter().enumerate() {
            let (name, inputs) = wanted(index);
            out += if index == 0 { "" } else { "\n" };
            out += &format!("[[layers]]\ntype = {}\n", quoted(&row.table.class));
            if name {
                out += &format!("name = {}\n", quoted(&row.name));
            }
            if inputs && !row.inputs.is_empty() {
                let inputs: Vec<String> = row.inputs.iter().map(|input| quoted(input)).collect();
                out += &format!("inputs = [{}]\n", inputs.join(", "));
            }
            for (key, value) in &row.table.fields {
                out += &format!("{key} = {value}\n");
            }
        }
        out
    }

    /// With the inputs known, the shapes are, too: they have to fit, and axes to be those of the channels.
    fn fits(&self, experiment: &Experiment) -> Result<(), FormatError> {
        let format = experiment.data.data_format;
        let inputs: Option<Vec<DataInput>> = self
            .inputs
            .iter()
            .map(|input| {
                Some(DataInput {
                    name: input.name.clone(),
                    shape: Shape::of(&input.shape, format)?,
                    vocabulary: None,
                })
            })
            .collect();
        let inputs =
            inputs.ok_or_else(|| unsupported("input", "an input of more than four axes"))?;
        if inputs.is_empty() {
            return Ok(());
        }
        let data = DataShape {
            inputs,
            ..DataShape::new("keras", Shape::Flat { units: 1 }, Target::Values(1), 1, 1)
        };
        let layers = fireside_spec::infer(experiment, &data).map_err(network)?;
        for (layer, row) in layers.iter().zip(&self.rows) {
            let Some(axis) = row.table.axis else {
                continue;
            };
            let input = layer.input();
            let shape = match &layer.layer {
                Layer::TimeDistributed(_) => input.step().map_or(input, |(_, step)| step),
                _ => input,
            };
            let rank = shape.axes(format).len() as i64 + 1;
            let channels = match (shape, format) {
                (Shape::Picture { .. }, DataFormat::ChannelsFirst) => 1,
                (Shape::Frames { .. }, DataFormat::ChannelsFirst) => 2,
                _ => rank - 1,
            };
            if axis.rem_euclid(rank) != channels {
                return Err(unsupported(&row.name, &format!("axis {axis}")));
            }
        }
        Ok(())
    }
}

/// Axes of a shape without the batch's; all have to be known.
fn axes(layer: &str, shape: &Tree) -> Result<Vec<usize>, FormatError> {
    let open = || unsupported(layer, "an input whose shape is open");
    let axes = shape
        .as_list()
        .and_then(|axes| axes.get(1..))
        .ok_or_else(open)?;
    let axis = |axis: &Tree| match axis {
        Tree::Whole(size) if (1..=1_000_000).contains(size) => Ok(*size as usize),
        _ => Err(open()),
    };
    axes.iter().map(axis).collect()
}

fn place(layer: &str, [name, node, tensor]: [&Tree; 3]) -> Result<String, FormatError> {
    match (name, node, tensor) {
        (Tree::Text(name), Tree::Whole(0), Tree::Whole(0)) => Ok(plain(name)),
        _ => Err(unsupported(layer, "a layer that is called more than once")),
    }
}

/// All tensors within an argument of a call, in order.
fn tensors(layer: &str, tree: &Tree, names: &mut Vec<String>) -> Result<(), FormatError> {
    match tree {
        Tree::List(list) => {
            for item in list {
                tensors(layer, item, names)?;
            }
            Ok(())
        }
        tree => {
            let config = tree.get("config");
            let history = config.and_then(|config| config.get("keras_history"));
            match history.and_then(Tree::as_list) {
                Some([name, node, tensor]) => {
                    names.push(place(layer, [name, node, tensor])?);
                    Ok(())
                }
                _ => Err(unsupported(layer, "a call with something else than layers")),
            }
        }
    }
}

fn network(problem: Problem) -> FormatError {
    FormatError::Network {
        problem: Box::new(problem),
    }
}

/// Reads the tables as an experiment's; everything else of it stands for nothing.
fn parse(layers: &str, dialect: Dialect, format: DataFormat) -> Result<Experiment, FormatError> {
    let dialect = match dialect {
        Dialect::Keras2 => "keras2",
        Dialect::Keras3 => "keras3",
    };
    let format = crate::keras::data_format(format);
    let words = "{ en = \"-\", zh = \"-\" }";
    let text = format!(
        "id = \"keras\"\nkind = \"train\"\nchapter = 0\ntitle = {words}\nintro = {words}\n\
         dialect = \"{dialect}\"\n[data]\nname = \"keras\"\ndata_format = \"{format}\"\n\
         [training]\nloss = \"mean_squared_error\"\noptimizer = \"sgd\"\nepochs = 1\n{layers}"
    );
    fireside_spec::parse(&text).map_err(|problems| match problems.into_iter().next() {
        Some(mut problem) => {
            // Lines are those of a text that nobody has seen.
            (problem.line, problem.column) = (0, 0);
            network(problem)
        }
        None => unreadable("it has no layers".into()),
    })
}
