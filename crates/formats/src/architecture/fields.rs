//! One layer of Keras's tree -> a `[[layers]]` table of an experiment text.

use super::objects::{constraint, initializer, literal, regularizer};
use crate::FormatError;
use crate::tree::{Tree, quoted};
use fireside_spec::Dialect;

/// A layer's table, and what it says beside it.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    /// Keras's class in our words.
    pub class: String,
    /// Key and value as TOML.
    pub fields: Vec<(String, String)>,
    /// `channels_first` ..., where the layer has it.
    pub data_format: Option<String>,
    /// The axis of a normalization or a softmax.
    pub axis: Option<i64>,
    /// Whether it stands in another layer.
    wrapped: bool,
    /// Whether it, or all that is inside it, is not trained.
    frozen: bool,
}

/// Settings that say nothing about what a layer computes.
const IDLE: &[&str] = &[
    "name",
    "dtype",
    "batch_input_shape",
    "batch_shape",
    "input_length",
    "seed",
    "implementation",
    "unroll",
    "quantization_config",
    "lora_rank",
    "lora_alpha",
    "supports_masking",
    "input_spec",
];

/// Settings that only have one value here.
const FIXED: &[(&str, Tree)] = &[
    ("activity_regularizer", Tree::Null),
    ("noise_shape", Tree::Null),
    ("return_state", Tree::Flag(false)),
    ("keepdims", Tree::Flag(false)),
    ("rms_scaling", Tree::Flag(false)),
    ("synchronized", Tree::Flag(false)),
    ("use_gate", Tree::Flag(false)),
    ("sliding_window", Tree::Null),
    ("output_shape", Tree::Null),
    ("time_major", Tree::Flag(false)),
    ("renorm", Tree::Flag(false)),
    ("virtual_batch_size", Tree::Null),
    ("max_value", Tree::Null),
];

/// Settings that need not be written.
const DEFAULTS: &[(&str, &str)] = &[
    ("use_bias", "true"),
    ("padding", "\"valid\""),
    ("dilation_rate", "1"),
    ("groups", "1"),
    ("depth_multiplier", "1"),
    ("momentum", "0.99"),
    ("epsilon", "0.001"),
    ("center", "true"),
    ("scale", "true"),
    ("mask_zero", "false"),
    ("dropout", "0.0"),
    ("recurrent_dropout", "0.0"),
    ("return_sequences", "false"),
    ("go_backwards", "false"),
    ("stateful", "false"),
    ("unit_forget_bias", "true"),
    ("use_causal_mask", "false"),
    ("merge_mode", "\"concat\""),
    ("kernel_initializer", "\"glorot_uniform\""),
    ("depthwise_initializer", "\"glorot_uniform\""),
    ("pointwise_initializer", "\"glorot_uniform\""),
    ("bias_initializer", "\"zeros\""),
    ("beta_initializer", "\"zeros\""),
    ("gamma_initializer", "\"ones\""),
    ("recurrent_initializer", "\"orthogonal\""),
    ("embeddings_initializer", "\"random_uniform\""),
    ("embeddings_initializer", "\"uniform\""),
];

/// The settings that come first.
const ORDER: &[&str] = &[
    "layer",
    "input_dim",
    "output_dim",
    "filters",
    "units",
    "num_heads",
    "kernel_size",
    "pool_size",
    "strides",
    "padding",
    "dilation_rate",
    "activation",
];

/// Windows: one number stands for a square.
const WINDOWS: &[&str] = &[
    "kernel_size",
    "strides",
    "pool_size",
    "dilation_rate",
    "size",
];

pub(super) fn unsupported(layer: &str, what: &str) -> FormatError {
    FormatError::Unsupported {
        format: "Keras",
        what: format!("{what} (layer {layer})"),
    }
}

/// Reads a layer of `class`, called `layer`.
pub(super) fn table(
    layer: &str,
    class: &str,
    config: &Tree,
    dialect: Dialect,
    wrapped: bool,
) -> Result<Table, FormatError> {
    let mut table = Table {
        class: class.into(),
        wrapped,
        ..Table::default()
    };
    match class {
        "ReLU" | "Softmax" => {
            table.class = "Activation".into();
            let name = if class == "ReLU" { "relu" } else { "softmax" };
            table.push("activation", quoted(name));
        }
        "Sequential" | "Model" | "Functional" => {
            return Err(unsupported(layer, "a model within the model"));
        }
        _ => {}
    }
    let Tree::Map(settings) = config else {
        return Err(unsupported(layer, "a layer without settings"));
    };
    for (key, value) in settings {
        table.take(layer, key, value, config, dialect)?;
    }
    if table.frozen && !wrapped {
        table.push("trainable", "false".into());
    }
    // As one writes them; what is not in the list comes after, by name.
    let place = |key: &str| ORDER.iter().position(|known| *known == key);
    table.fields.sort_by(|(one, _), (other, _)| {
        let [a, b] = [one, other].map(|key| place(key).unwrap_or(ORDER.len()));
        a.cmp(&b).then_with(|| one.cmp(other))
    });
    Ok(table)
}

impl Table {
    fn push(&mut self, key: &str, value: String) {
        self.fields.push((key.into(), value));
    }

    fn recurrent(&self) -> bool {
        ["SimpleRNN", "GRU", "LSTM"].contains(&self.class.as_str())
    }

    fn take(
        &mut self,
        layer: &str,
        key: &str,
        value: &Tree,
        all: &Tree,
        dialect: Dialect,
    ) -> Result<(), FormatError> {
        let refused = || unsupported(layer, &format!("{key} = {}", value.to_json()));
        // A key becomes one of the text.
        if !key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            return Err(refused());
        }
        if IDLE.contains(&key) {
            return Ok(());
        }
        if let Some((_, only)) = FIXED.iter().find(|(fixed, _)| *fixed == key) {
            return match value == only || *value == Tree::Null {
                true => Ok(()),
                false => Err(refused()),
            };
        }
        let written = match key {
            // Along a sequence the channels are always last.
            "data_format" if self.class.ends_with("1D") => return Ok(()),
            "data_format" => {
                self.data_format = value.as_text().map(str::to_owned);
                return Ok(());
            }
            "trainable" => {
                self.frozen |= *value == Tree::Flag(false);
                let known = matches!(value, Tree::Flag(_) | Tree::Null);
                return if known { Ok(()) } else { Err(refused()) };
            }
            // Keras 3 sets it within a Bidirectional that returns sequences: its padded steps are masked on.
            "zero_output_for_mask" => {
                let fits = self.wrapped || *value != Tree::Flag(true);
                return if fits { Ok(()) } else { Err(refused()) };
            }
            "interpolation" => {
                return if value.as_text() == Some("nearest") {
                    Ok(())
                } else {
                    Err(refused())
                };
            }
            "attention_axes" => {
                let steps = *value == Tree::from([1i64]) || *value == Tree::Null;
                return if steps { Ok(()) } else { Err(refused()) };
            }
            "moving_mean_initializer" | "moving_variance_initializer" => {
                let first = if key.contains("mean") {
                    "\"zeros\""
                } else {
                    "\"ones\""
                };
                let own = initializer(value);
                return if own.as_deref() == Some(first) {
                    Ok(())
                } else {
                    Err(refused())
                };
            }
            "axis" if self.class != "Concatenate" => {
                let axis = match value {
                    Tree::List(list) => list.first().filter(|_| list.len() == 1),
                    other => Some(other),
                };
                let Some(Tree::Whole(axis)) = axis else {
                    return Err(refused());
                };
                self.axis = Some(*axis);
                return Ok(());
            }
            "negative_slope" | "threshold" if self.class == "Activation" => {
                let nothing = matches!(value, Tree::Number(0.0) | Tree::Whole(0));
                return if nothing { Ok(()) } else { Err(refused()) };
            }
            "layer" => return self.inner(layer, value, dialect),
            "backward_layer" => {
                return if same_twin(all.get("layer"), value) {
                    Ok(())
                } else {
                    Err(refused())
                };
            }
            _ if *value == Tree::Null => return Ok(()),
            _ if key.ends_with("_initializer") => initializer(value).ok_or_else(refused)?,
            _ if key.ends_with("_constraint") => constraint(value).ok_or_else(refused)?,
            _ if key.ends_with("_regularizer") => match regularizer(value).ok_or_else(refused)? {
                Some(written) => written,
                None => return Ok(()),
            },
            _ if WINDOWS.contains(&key) => window(value).ok_or_else(refused)?,
            _ => literal(value).ok_or_else(refused)?,
        };
        if self.class == "LSTM" && key == "bias_initializer" && written != "\"zeros\"" {
            // The text has ones for the forget gate, or an initializer.
            if all.get("unit_forget_bias") == Some(&Tree::Flag(true)) {
                return Err(refused());
            }
        }
        if !self.standard(key, &written, all, dialect) {
            self.push(key, written);
        }
        Ok(())
    }

    /// Whether the text means the same without it.
    fn standard(&self, key: &str, written: &str, all: &Tree, dialect: Dialect) -> bool {
        let keras3 = dialect == Dialect::Keras3;
        match key {
            "activation" if self.recurrent() => written == "\"tanh\"",
            "activation" => written == "\"linear\"" && self.class != "Activation",
            "recurrent_activation" => {
                written
                    == if keras3 {
                        "\"sigmoid\""
                    } else {
                        "\"hard_sigmoid\""
                    }
            }
            "reset_after" => written == if keras3 { "true" } else { "false" },
            "strides" => {
                let size = all.get("pool_size").and_then(window);
                written == size.as_deref().unwrap_or("1")
            }
            "axis" => written == "-1",
            "alpha" | "negative_slope" => {
                written == if self.class == "ELU" { "1.0" } else { "0.3" }
            }
            "value_dim" => all.get("key_dim").and_then(literal).as_deref() == Some(written),
            _ => DEFAULTS.contains(&(key, written)),
        }
    }

    fn inner(&mut self, layer: &str, value: &Tree, dialect: Dialect) -> Result<(), FormatError> {
        let (Some(class), Some(config)) = (value.text("class_name"), value.get("config")) else {
            return Err(unsupported(layer, "a wrapper without its layer"));
        };
        let inner = table(layer, class, config, dialect, true)?;
        let mut written = format!("type = {}", quoted(&inner.class));
        for (key, value) in &inner.fields {
            written += &format!(", {key} = {value}");
        }
        self.data_format = inner.data_format;
        self.frozen |= inner.frozen;
        self.push("layer", format!("{{ {written} }}"));
        Ok(())
    }
}

/// `3` of `[3, 3]` and of `[3]`.
fn window(value: &Tree) -> Option<String> {
    match value {
        Tree::List(list) if list.windows(2).all(|pair| pair[0] == pair[1]) => {
            literal(list.first()?)
        }
        other => literal(other),
    }
}

/// Whether the backward layer of a `Bidirectional` is the forward one's twin, as it is unless somebody gave it
/// one of its own.
fn same_twin(forward: Option<&Tree>, backward: &Tree) -> bool {
    let settings = |layer: &Tree| -> Option<Vec<(String, Tree)>> {
        let Some(Tree::Map(settings)) = layer.get("config") else {
            return None;
        };
        let apart = ["name", "go_backwards", "seed"];
        let mut kept: Vec<(String, Tree)> = settings
            .iter()
            .filter(|(key, _)| !apart.contains(&key.as_str()))
            .cloned()
            .collect();
        kept.sort_by(|one, other| one.0.cmp(&other.0));
        Some(kept)
    };
    forward.is_some_and(|forward| {
        forward.text("class_name") == backward.text("class_name")
            && settings(forward) == settings(backward)
    })
}
