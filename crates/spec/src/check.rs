//! An experiment as written + the shape of its data -> a checked one.

use crate::experiment::{Dialect, Experiment, Training};
use crate::layers::{Activation, Layer, Merge, Reshaping, TensorSpec};
use crate::loss::{Loss, class_weight_fits};
use crate::metric;
use crate::problem::Problem;
use crate::shape::{DataShape, Shape, Target};
use std::collections::BTreeMap;

/// More than any network that the books train; above it the tensors and the optimizer's state (three
/// times the weights) no longer fit a 32-bit wasm memory with room to work. VGG19 has 144 M.
const MAX_PARAMETERS: usize = 150_000_000;

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

/// Where a layer's input comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// An input of the data, by its index.
    Data(usize),
    /// An earlier layer, by its index.
    Layer(usize),
}

/// A layer with its shapes.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckedLayer {
    /// Keras's automatic name, `conv2d_1`, or the given one.
    pub name: String,
    /// Whether the optimizer may change it; `false` for a frozen layer, none of whose tensors is trainable.
    pub trainable: bool,
    pub layer: Layer,
    /// At least one.
    pub sources: Vec<Source>,
    /// The shapes of what comes from there.
    pub inputs: Vec<Shape>,
    pub output: Shape,
    pub tensors: Vec<TensorSpec>,
}

impl CheckedLayer {
    /// All parameters, the moving statistics of a normalization included.
    pub fn parameters(&self) -> usize {
        self.tensors.iter().map(TensorSpec::len).sum()
    }

    /// Those that the optimizer changes.
    pub fn trainable(&self) -> usize {
        let trainable = self.tensors.iter().filter(|tensor| tensor.trainable);
        trainable.map(TensorSpec::len).sum()
    }

    /// Floating point operations of the forward pass for one row (multiply and add counted as two).
    pub fn flops(&self) -> f64 {
        self.layer.flops(&self.inputs, self.output)
    }

    /// Whether it carries moments that stay as they are in training, too: a frozen `BatchNormalization` of Keras 3.
    pub fn has_fixed_moments(&self, dialect: Dialect) -> bool {
        !self.trainable && dialect == Dialect::Keras3 && self.layer.has_moments()
    }

    /// The shape of its first input.
    pub fn input(&self) -> Shape {
        self.inputs[0]
    }
}

impl Checked {
    /// All parameters of the network.
    pub fn parameters(&self) -> usize {
        self.layers.iter().map(CheckedLayer::parameters).sum()
    }

    /// Those that the optimizer changes.
    pub fn trainable(&self) -> usize {
        self.layers.iter().map(CheckedLayer::trainable).sum()
    }

    /// Numbers that the network gives for a row.
    pub fn width(&self) -> usize {
        self.layers
            .last()
            .map_or(self.data.row(), |layer| layer.output)
            .len()
    }

    /// The loss of the numbers behind the network's last activation, where the loss is worked out from them
    /// ([`crate::Loss::behind`]).
    pub fn loss_behind(&self) -> Option<Loss> {
        let last = self.layers.last()?.layer.activation();
        self.training.loss.behind(last)
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
    if !experiment.kind.trains() {
        problems.push(Problem::new(
            "not_supported",
            "kind",
            &[("what", &"training here")],
        ));
    }
    problems.extend(unknown_columns(experiment, data));
    let augmentation = experiment.augmentation.as_ref();
    problems.extend(augmentation.and_then(|augmentation| augmentation.fits(data).err()));
    problems.extend(channels(experiment, data));
    let layers = match infer(experiment, data).and_then(|layers| {
        ids_reach_tables(&layers, data, true)?;
        fits(layers, experiment, data)
    }) {
        Ok(layers) => layers,
        Err(problem) => {
            problems.push(problem);
            Vec::new()
        }
    };
    let wanted = match experiment.data.train_rows {
        0 => data.train_rows,
        rows => rows.min(data.train_rows),
    };
    let [wanted, _] = experiment.protocol.rows(wanted, data.test_rows);
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
    if let (Some(training), Some(last)) = (&experiment.training, layers.last()) {
        let (classes, width) = (data.classes(), last.output.len());
        let activation = last.layer.activation();
        problems.extend(training.loss.fits(activation, width, classes).err());
        problems.extend(class_weight_fits(&training.class_weight, classes).err());
        let weighted = experiment.data.preparation.sample_weight.is_some();
        if weighted && !training.class_weight.is_empty() && experiment.dialect == Dialect::Keras3 {
            problems.push(Problem::new("weights_twice", "training.class_weight", &[]));
        }
        let rows = data.test_rows.max(data.train_rows);
        problems.extend(metric::fits(
            &training.metrics,
            &training.loss,
            width,
            classes,
            rows,
        ));
        let row = layers.iter().fold(0usize, |n, layer| {
            n.saturating_add(layer.layer.kept(&layer.inputs, layer.output))
        });
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

/// `mean` and `std` are of pictures, and have one number or one for each channel.
fn channels(experiment: &Experiment, data: &DataShape) -> Vec<Problem> {
    let fields = [
        ("mean", &experiment.data.mean),
        ("std", &experiment.data.std),
    ];
    let judge = |(field, numbers): (&str, &Vec<f64>)| {
        let place = format!("data.{field}");
        let found = numbers.len();
        match data.row() {
            _ if found == 0 => None,
            Shape::Picture { channels, .. } => {
                let args: [(&str, &dyn std::fmt::Display); 3] =
                    [("field", &field), ("found", &found), ("wanted", &channels)];
                let fits = found == 1 || found == channels;
                (!fits).then(|| Problem::new("wrong_length", place, &args))
            }
            shape => {
                let args: [(&str, &dyn std::fmt::Display); 2] =
                    [("layer", &field), ("shape", &shape)];
                Some(Problem::new("needs_picture", place, &args))
            }
        }
    };
    fields.into_iter().filter_map(judge).collect()
}

/// Columns that are set apart and that the data does not have.
fn unknown_columns(experiment: &Experiment, data: &DataShape) -> Vec<Problem> {
    let known = crate::read::names(data.columns.iter().map(String::as_str));
    let apart = experiment.data.preparation.apart();
    let unknown = apart.filter(|(_, column)| !data.columns.iter().any(|known| known == column));
    let problem = |(field, column): (&str, &str)| {
        let args: [(&str, &dyn std::fmt::Display); 3] = [
            ("value", &column),
            ("known", &known),
            ("dataset", &data.name),
        ];
        Problem::new("unknown_column", format!("data.{field}"), &args)
    };
    unknown.map(problem).collect()
}

/// The shapes and parameters of all layers, whatever the data's targets are: `check` without a training,
/// for networks that only answer and for counting.
///
/// # Errors
/// The first layer that does not fit.
pub fn infer(experiment: &Experiment, data: &DataShape) -> Result<Vec<CheckedLayer>, Problem> {
    let format = experiment.data.data_format;
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut known: BTreeMap<String, Source> = BTreeMap::new();
    for (index, input) in data.inputs.iter().enumerate() {
        known.insert(input.name.clone(), Source::Data(index));
    }
    let mut layers: Vec<CheckedLayer> = Vec::with_capacity(experiment.layers.len());
    let mut parameters = 0usize;
    for (index, node) in experiment.layers.iter().enumerate() {
        let place = format!("layers[{index}]");
        let layer = &node.layer;
        let count = counts.entry(layer.stem()).or_default();
        *count += 1;
        let name = match &node.name {
            Some(name) => name.clone(),
            None => format!("{}_{count}", layer.stem()),
        };
        let sources = sources(node, index, layer, &known, &place)?;
        let inputs: Vec<Shape> = sources
            .iter()
            .map(|source| match source {
                Source::Data(input) => data.inputs[*input].shape,
                Source::Layer(layer) => layers[*layer].output,
            })
            .collect();
        let output = layer
            .output(&inputs, format)
            .map_err(|misfit| misfit(&place))?;
        let mut tensors = layer.tensors(&inputs);
        // Keras 2.0.8 asks a Bidirectional for the penalties of its forward copy alone.
        let forgets =
            experiment.dialect == Dialect::Keras2 && matches!(layer, Layer::Bidirectional(_));
        for tensor in &mut tensors {
            tensor.trainable &= node.trainable;
            if forgets && tensor.name.starts_with("backward/") {
                tensor.rules.regularizer = None;
            }
        }
        if let Some(problem) = tensors
            .iter()
            .find_map(|t| axis_beyond_rank(t, layer, &place))
        {
            return Err(problem);
        }
        parameters = tensors
            .iter()
            .fold(parameters, |sum, tensor| sum.saturating_add(tensor.len()));
        if parameters > MAX_PARAMETERS {
            return Err(Problem::new(
                "too_many_parameters",
                place,
                &[("found", &parameters), ("max", &MAX_PARAMETERS)],
            ));
        }
        let kept = layer.kept(&inputs, output);
        if kept > MAX_ACTIVATIONS {
            return Err(Problem::new(
                "too_much_memory",
                place,
                &[
                    ("found", &(kept / 250_000)),
                    ("max", &(MAX_ACTIVATIONS / 250_000)),
                ],
            ));
        }
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if name.is_empty() || name.len() > 64 || !name.chars().all(plain) {
            let place = format!("{place}.name");
            return Err(Problem::new("bad_name", place, &[("value", &name)]));
        }
        if known.insert(name.clone(), Source::Layer(index)).is_some() {
            let place = format!("{place}.name");
            return Err(Problem::new("duplicate_name", place, &[("value", &name)]));
        }
        layers.push(CheckedLayer {
            name,
            trainable: node.trainable,
            layer: layer.clone(),
            sources,
            inputs,
            output,
            tensors,
        });
    }
    ids_reach_tables(&layers, data, false)?;
    all_used(&layers)?;
    Ok(layers)
}

/// A constraint takes its norm over an axis that its tensor doesn't have.
fn axis_beyond_rank(tensor: &TensorSpec, layer: &Layer, place: &str) -> Option<Problem> {
    let rank = tensor.shape.len();
    let axes = tensor.rules.constraint.as_ref()?.axes()?;
    let axis = axes.iter().find(|axis| *axis >= rank)?;
    let wrapped = match layer {
        Layer::Bidirectional(_) | Layer::TimeDistributed(_) => ".layer",
        _ => "",
    };
    // `recurrent_kernel` is ruled by `recurrent_constraint`, `query/kernel` by `kernel_constraint`.
    let own = tensor.name.rsplit('/').next().unwrap_or_default();
    let field = own.strip_suffix("_kernel").unwrap_or(own);
    Some(Problem::new(
        "axis_beyond_rank",
        format!("{place}{wrapped}.{field}_constraint.axis"),
        &[
            ("axis", &axis),
            ("tensor", &own),
            ("rank", &rank),
            ("max", &rank.saturating_sub(1)),
        ],
    ))
}

/// Where the inputs of a layer come from.
fn sources(
    node: &crate::experiment::Node,
    index: usize,
    layer: &Layer,
    known: &BTreeMap<String, Source>,
    place: &str,
) -> Result<Vec<Source>, Problem> {
    let sources = if node.inputs.is_empty() {
        vec![match index {
            0 => Source::Data(0),
            _ => Source::Layer(index - 1),
        }]
    } else {
        let find = |name: &String| {
            known.get(name).copied().ok_or_else(|| {
                let names = crate::read::names(known.keys().map(String::as_str));
                Problem::new(
                    "unknown_input",
                    format!("{place}.inputs"),
                    &[("value", name), ("known", &names)],
                )
            })
        };
        node.inputs.iter().map(find).collect::<Result<_, _>>()?
    };
    let (from, to) = layer.arity();
    if (from..=to).contains(&sources.len()) {
        return Ok(sources);
    }
    Err(Problem::new(
        "wrong_inputs",
        format!("{place}.inputs"),
        &[
            ("layer", &layer.type_name()),
            ("found", &sources.len()),
            ("min", &from),
            ("max", &to),
        ],
    ))
}

/// Every embedding has a row for each of the token ids that it reads and, with `strict`, reads some: an input that
/// has them, moved at most. Numbers would pick rows by chance.
fn ids_reach_tables(
    layers: &[CheckedLayer],
    data: &DataShape,
    strict: bool,
) -> Result<(), Problem> {
    // Of each layer the vocabulary of the ids that it gives.
    let mut ids: Vec<Option<usize>> = Vec::with_capacity(layers.len());
    for (index, layer) in layers.iter().enumerate() {
        let read = layer.sources.iter().map(|source| match source {
            Source::Data(input) => data.inputs[*input].vocabulary,
            Source::Layer(layer) => ids[*layer],
        });
        let found = read.reduce(|a, b| Some(a?.max(b?))).flatten();
        if let Layer::Embedding(embedding) = &layer.layer {
            let place = format!("layers[{index}]");
            match found {
                None if strict => return Err(Problem::new("not_ids", place, &[])),
                Some(vocabulary) if embedding.input_dim < vocabulary => {
                    return Err(Problem::new(
                        "vocabulary_too_large",
                        format!("{place}.input_dim"),
                        &[("found", &embedding.input_dim), ("wanted", &vocabulary)],
                    ));
                }
                _ => {}
            }
        }
        let moves = match &layer.layer {
            Layer::Reshaping(how) => !matches!(how, Reshaping::ZeroPadding(_)),
            Layer::Merge(how) => matches!(how, Merge::Concatenate(_)),
            Layer::Activation(how) => *how == Activation::Linear,
            _ => false,
        };
        ids.push(found.filter(|_| moves));
    }
    Ok(())
}

/// Every layer but the last feeds another one.
fn all_used(layers: &[CheckedLayer]) -> Result<(), Problem> {
    let mut used = vec![false; layers.len()];
    for source in layers.iter().flat_map(|layer| &layer.sources) {
        if let Source::Layer(index) = source {
            used[*index] = true;
        }
    }
    used.pop();
    match used.iter().position(|used| !used) {
        None => Ok(()),
        Some(index) => Err(Problem::new(
            "unused_layer",
            format!("layers[{index}]"),
            &[("value", &layers[index].name)],
        )),
    }
}

/// The last layer gives what the data asks for.
fn fits(
    layers: Vec<CheckedLayer>,
    experiment: &Experiment,
    data: &DataShape,
) -> Result<Vec<CheckedLayer>, Problem> {
    let found = layers.last().map_or(data.row(), |layer| layer.output);
    let width = data.target.width();
    let fits = match found {
        Shape::Flat { units } => {
            units == width || (units == 1 && data.target == Target::Classes(2))
        }
        _ => false,
    };
    if fits {
        return Ok(layers);
    }
    let last = experiment.layers.len().saturating_sub(1);
    let code = match data.target {
        Target::Classes(_) => "wrong_output",
        Target::Values(_) => "wrong_output_values",
    };
    Err(Problem::new(
        code,
        format!("layers[{last}]"),
        &[
            ("found", &found),
            ("classes", &width),
            ("dataset", &data.name),
        ],
    ))
}
