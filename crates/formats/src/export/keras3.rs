//! A script for Keras 3.

use super::python::{READ_TENSORS, call, docstring, float, identifier, kept, literal, sizes};
use super::{head, losses, optimizers, schedule};
use crate::FormatError;
use crate::graph::Graph;
use crate::keras::{Config, Form, Setting, config};
use crate::tree::quoted;
use fireside_spec::layers::Layer;
use fireside_spec::schedule::{Plateau, Schedule};
use fireside_spec::{Checked, CheckedLayer, Dialect, Loss, Metric, Source, Target};
use std::fmt::Write as _;

/// Functions and classes that Keras 3 has not got, each behind the word that asks for it. Functions are registered,
/// because a `Bidirectional` copies its layer by way of its configuration.
const HELPERS: &[(&str, &str)] = &[
    (
        "hard_sigmoid_keras2",
        r#"@keras.saving.register_keras_serializable()
def hard_sigmoid_keras2(x):
    """Keras 2's: the slope is 1/5, Keras 3's is 1/6."""
    return keras.ops.clip(0.2 * x + 0.5, 0.0, 1.0)
"#,
    ),
    (
        "gelu_tanh",
        r#"@keras.saving.register_keras_serializable()
def gelu_tanh(x):
    return keras.activations.gelu(x, approximate=True)
"#,
    ),
    (
        "PositionEmbedding",
        r#"class PositionEmbedding(layers.Layer):
    """Adds a learned row to every step."""

    def __init__(
        self,
        sequence_length,
        embeddings_initializer="uniform",
        embeddings_regularizer=None,
        embeddings_constraint=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.sequence_length = sequence_length
        self.initializer = embeddings_initializer
        self.regularizer = embeddings_regularizer
        self.constraint = embeddings_constraint
        self.supports_masking = True

    def build(self, input_shape):
        self.embeddings = self.add_weight(
            name="embeddings",
            shape=(self.sequence_length, input_shape[-1]),
            initializer=self.initializer,
            regularizer=self.regularizer,
            constraint=self.constraint,
        )

    def call(self, inputs):
        return inputs + self.embeddings[: inputs.shape[1]]
"#,
    ),
];

const RATE: &str = r#"class Rate(keras.callbacks.Callback):
    """Sets the learning rate before every update."""

    def __init__(self, steps):
        super().__init__()
        self.steps, self.update = steps, 0

    def on_train_batch_begin(self, batch, logs=None):
        self.model.optimizer.learning_rate = rate(self.update, self.steps)
        self.update += 1
"#;

const LOAD: &str = r#"def load(model, path):
    """Puts the weights of a file into the network."""
    tensors = read_tensors(path)
    for layer, names in TENSORS.items():
        model.get_layer(layer).set_weights([tensors[f"{layer}/{name}"] for name in names])


def save(model, path):
    """Writes the weights as .npz, under the same names."""
    tensors = {}
    for layer, names in TENSORS.items():
        values = model.get_layer(layer).get_weights()
        tensors.update({f"{layer}/{name}": value for name, value in zip(names, values)})
    np.savez(path, **tensors)
"#;

const MAIN: &str = r#"if __name__ == "__main__":
    command, weights, *files = sys.argv[1:] or [""]
    model = build()
    if command not in ("predict", "train"):
        sys.exit(__doc__)
    if weights != "-":
        load(model, weights)
    if command == "predict":
        inputs = [np.load(file) for file in files[:-1]]
        inputs = inputs if len(inputs) > 1 else inputs[0]
        np.save(files[-1], model.predict(inputs, batch_size=BATCH_SIZE, verbose=0))
    else:
        inputs = [np.load(file) for file in files[:-2]]
        inputs = inputs if len(inputs) > 1 else inputs[0]
        train(model, inputs, np.load(files[-2]))
        save(model, files[-1])
"#;

pub(super) fn script(checked: &Checked) -> Result<String, FormatError> {
    let training = &checked.training;
    let (optimizer, mut notes) = optimizers::keras3(&training.optimizer);
    let rate = schedule::function(
        &training.optimizer,
        training.schedule.as_ref(),
        training.epochs,
    );
    let plateau = training.schedule.as_ref().and_then(Schedule::plateau);
    if let Some(plateau) = plateau {
        plateau_notes(
            plateau,
            rate.is_some(),
            training.optimizer.dialect,
            &mut notes,
        );
    }
    let wide = |layer: &CheckedLayer| matches!(&layer.layer, Layer::MultiHeadAttention(own) if own.key_dim != own.value_dim);
    if checked.layers.iter().any(wide) {
        notes.push("Keras 3.15 on JAX computes no attention whose value_dim is not its key_dim: take another backend.".into());
    }
    let frozen = |layer: &CheckedLayer| !layer.trainable && layer.layer.has_moments();
    if checked.experiment.dialect == Dialect::Keras2 && checked.layers.iter().any(frozen) {
        notes.push("A frozen BatchNormalization of Keras 3 uses what it carries; one of Keras 2 goes on with each batch's mean and variance.".into());
    }
    let build = build(checked)?;
    let mut doc = head(checked, "Keras 3", &notes);
    let usage = [
        "",
        "    python SCRIPT predict WEIGHTS INPUT.npy [INPUT.npy ...] OUTPUT.npy",
        "    python SCRIPT train WEIGHTS INPUT.npy [INPUT.npy ...] TARGETS.npy NEW_WEIGHTS.npz",
        "",
        "WEIGHTS is a .safetensors or .npz file of the experiment; \"-\" begins with new ones.",
        "Needs keras 3, numpy and one of jax, torch, tensorflow.",
    ];
    doc.extend(usage.map(String::from));

    let mut out = docstring(&doc);
    let used = ["constraints", "initializers", "layers", "regularizers"];
    let asked = |name: &&str| *name == "layers" || build.contains(&format!("{name}."));
    let used: Vec<&str> = used.into_iter().filter(asked).collect();
    let _ = write!(
        out,
        "\nimport json\n{}import struct\nimport sys\n\nimport keras\nimport numpy as np\nfrom keras import {}\n\n\
         BATCH_SIZE = {}\nEPOCHS = {}\n# The weights of every layer, in Keras's order.\nTENSORS = {{\n{}}}\n",
        if rate.is_some() { "import math\n" } else { "" },
        used.join(", "),
        training.batch_size,
        training.epochs,
        tensors(checked)
    );
    let mut part = |text: &str| {
        out.push_str("\n\n");
        out.push_str(text);
    };
    for (word, text) in HELPERS {
        if build.contains(word) {
            part(text);
        }
    }
    part(&build);
    if let Some(rate) = &rate {
        part(rate);
        part(RATE);
    }
    part(&train(checked, &optimizer, rate.is_some(), plateau));
    part(READ_TENSORS);
    part(LOAD);
    part(MAIN);
    Ok(out)
}

fn plateau_notes(plateau: &Plateau, rated: bool, dialect: Dialect, notes: &mut Vec<String>) {
    if rated {
        notes.push("ReduceLROnPlateau is left out: the rate already follows a schedule.".into());
    } else if dialect == Dialect::Keras2 {
        notes.push(format!(
            "ReduceLROnPlateau of Keras 3 cuts after {} bad epochs, of Keras 2 one later the first time.",
            plateau.patience
        ));
    }
}

fn tensors(checked: &Checked) -> String {
    let mut out = String::new();
    for layer in checked
        .layers
        .iter()
        .filter(|layer| !layer.tensors.is_empty())
    {
        let names: Vec<String> = layer
            .tensors
            .iter()
            .map(|tensor| quoted(&tensor.name))
            .collect();
        let _ = writeln!(out, "    {}: [{}],", quoted(&layer.name), names.join(", "));
    }
    out
}

/// `def build()`.
fn build(checked: &Checked) -> Result<String, FormatError> {
    let graph = Graph::of(checked);
    let input = |index: usize| {
        let input = &checked.data.inputs[index];
        let axes = input.shape.axes(checked.experiment.data.data_format);
        let shape = match graph.batch {
            Some(rows) => format!("batch_shape={}", sizes(&[&[rows], &axes[..]].concat())),
            None => format!("shape={}", sizes(&axes)),
        };
        format!("keras.Input({shape}, name={})", quoted(&input.name))
    };
    let mut out = String::from("def build():\n    \"\"\"The network with new weights.\"\"\"\n");
    if graph.sequential {
        out += "    return keras.Sequential([\n";
        let _ = writeln!(out, "        {},", input(0));
        for layer in &checked.layers {
            let _ = writeln!(out, "        {},", construct(checked, layer, 2)?);
        }
        out += "    ])\n";
        return Ok(out);
    }
    let variable = |source: &Source| identifier(graph.name(*source));
    for index in &graph.inputs {
        let _ = writeln!(
            out,
            "    {} = {}",
            variable(&Source::Data(*index)),
            input(*index)
        );
    }
    for (index, layer) in checked.layers.iter().enumerate() {
        let inputs: Vec<String> = layer.sources.iter().map(variable).collect();
        let inputs = match &layer.layer {
            Layer::Merge(_) => format!("[{}]", inputs.join(", ")),
            Layer::MultiHeadAttention(own) => {
                let seen = inputs.last().cloned().unwrap_or_default();
                let causal = if own.causal {
                    ", use_causal_mask=True"
                } else {
                    ""
                };
                format!("{}, {seen}{causal}", inputs[0])
            }
            _ => inputs.join(", "),
        };
        let own = variable(&Source::Layer(index));
        let _ = writeln!(
            out,
            "    {own} = {}({inputs})",
            construct(checked, layer, 1)?
        );
    }
    let inputs: Vec<String> = graph
        .inputs
        .iter()
        .map(|index| variable(&Source::Data(*index)))
        .collect();
    let last = checked.layers.len().saturating_sub(1);
    let _ = writeln!(
        out,
        "    return keras.Model([{}], {})",
        inputs.join(", "),
        variable(&Source::Layer(last))
    );
    Ok(out)
}

fn construct(checked: &Checked, layer: &CheckedLayer, depth: usize) -> Result<String, FormatError> {
    let form = Form {
        target: Dialect::Keras3,
        own: checked.experiment.dialect,
        data_format: checked.experiment.data.data_format,
        code: true,
        layer: &layer.name,
    };
    let mut own = config(&layer.layer, &layer.inputs, &form)?;
    if !layer.trainable {
        let frozen = ("trainable".into(), Setting::Plain(false.into()), false);
        own.settings.push(frozen);
    }
    Ok(object(&own, Some(&layer.name), depth))
}

fn object(config: &Config, name: Option<&str>, depth: usize) -> String {
    let mut args = Vec::new();
    for (key, setting, standard) in &config.settings {
        if *standard {
            continue;
        }
        let value = match setting {
            Setting::Plain(tree) => literal(tree),
            Setting::Code(name) => (*name).to_owned(),
            Setting::Layer(inner) => object(inner, None, depth + 1),
            Setting::Rule {
                family,
                class,
                config,
            } => {
                let told = config.iter().filter(|(key, _)| *key != "seed");
                let args: Vec<String> = told
                    .map(|(key, value)| format!("{key}={}", literal(value)))
                    .collect();
                format!("{family}.{class}({})", args.join(", "))
            }
        };
        // The layer inside a wrapper needs no word.
        args.push(if key == "layer" {
            value
        } else {
            format!("{key}={value}")
        });
    }
    args.extend(name.map(|name| format!("name={}", quoted(name))));
    let class = match config.class {
        "PositionEmbedding" => config.class.to_owned(),
        class => format!("layers.{class}"),
    };
    call(&class, &args, depth)
}

/// `def train(model, x, y)`.
fn train(checked: &Checked, optimizer: &str, rated: bool, plateau: Option<&Plateau>) -> String {
    let training = &checked.training;
    let mut out = String::from(
        "def train(model, inputs, targets):\n    \"\"\"Fits the network as the experiment does.\"\"\"\n",
    );
    if let (Target::Classes(classes), false) = (checked.data.target, losses::sparse(&training.loss))
        && checked
            .layers
            .last()
            .is_some_and(|layer| layer.output.len() > 1)
    {
        let _ = writeln!(
            out,
            "    if targets.ndim == 1:\n        targets = keras.utils.to_categorical(targets, {classes})"
        );
    }
    if matches!(
        training.loss,
        Loss::BinaryCrossentropy(_) | Loss::Hinge | Loss::SquaredHinge
    ) && checked
        .layers
        .last()
        .is_some_and(|layer| layer.output.len() == 1)
    {
        out += "    targets = targets.reshape(len(targets), 1)\n";
    }
    let accuracy =
        |metric: &Metric| matches!(metric, Metric::Accuracy | Metric::CategoricalAccuracy);
    let metrics = if training.metrics.iter().any(accuracy) {
        "[\"accuracy\"]"
    } else {
        "[]"
    };
    let _ = writeln!(
        out,
        "    optimizer = {optimizer}\n    model.compile(optimizer=optimizer, loss={}, metrics={metrics})",
        losses::keras3(&training.loss)
    );
    let split = checked.experiment.data.validation_split;
    let mut callbacks = Vec::new();
    if rated {
        let _ = writeln!(
            out,
            "    rows = {}\n    steps = math.ceil(rows / BATCH_SIZE)",
            kept(split)
        );
        callbacks.push("Rate(steps)".to_owned());
    } else if let Some(plateau) = plateau {
        let args = [
            format!("monitor={}", quoted(plateau.monitor)),
            format!("factor={}", float(plateau.factor)),
            format!("patience={}", plateau.patience),
            format!("min_delta={}", float(plateau.min_delta)),
            format!("cooldown={}", plateau.cooldown),
            format!("min_lr={}", float(plateau.min_lr)),
        ];
        callbacks.push(format!(
            "keras.callbacks.ReduceLROnPlateau({})",
            args.join(", ")
        ));
    }
    let mut args = vec![
        "inputs".into(),
        "targets".into(),
        "batch_size=BATCH_SIZE".into(),
        "epochs=EPOCHS".into(),
    ];
    if split > 0.0 {
        args.push(format!("validation_split={}", float(split)));
    }
    if !training.class_weight.is_empty() {
        let weights = training.class_weight.iter().enumerate();
        let weights: Vec<String> = weights
            .map(|(class, weight)| format!("{class}: {}", float(*weight)))
            .collect();
        args.push(format!("class_weight={{{}}}", weights.join(", ")));
    }
    if !training.shuffle {
        args.push("shuffle=False".into());
    }
    if !callbacks.is_empty() {
        args.push(format!("callbacks=[{}]", callbacks.join(", ")));
    }
    let _ = writeln!(out, "    {}", call("model.fit", &args, 1));
    out
}
