//! The layers: one variant here, one file each with its fields, shape rule and parameters.
//!
//! To add a layer: a file beside these, a variant of [`Layer`], a row in [`KINDS`], its entry in the
//! reference (`crates/book/reference`), and the compiler names the other places (`fireside-network` has one
//! file per layer too).

mod activation;
mod attention;
mod conv;
mod dense;
mod depthwise;
mod dropout;
mod embedding;
mod initializer;
mod merge;
mod normalization;
mod pooling;
mod recurrent;
mod reshaping;
mod tensor;
mod window;

pub use activation::Activation;
pub use attention::MultiHeadAttention;
pub use conv::Conv;
pub use dense::Dense;
pub use depthwise::Depthwise;
pub use dropout::Dropout;
pub use embedding::{Embedding, PositionEmbedding};
pub use initializer::{Distribution, Fan, Initializer};
pub use merge::Merge;
pub use normalization::Normalization;
pub use pooling::{GlobalPooling, Pool, Pooling};
pub use recurrent::{Bidirectional, Cell, MergeMode, Recurrent};
pub use reshaping::Reshaping;
pub(crate) use tensor::rules;
pub use tensor::{Rules, TensorSpec};
pub use window::{Padding, Rank, Window};

use crate::problem::Problem;
use crate::read::{Fields, Source, names};
use crate::shape::{DataFormat, Shape};
use toml::de::DeTable;

/// A layer as written.
#[derive(Clone, Debug, PartialEq)]
pub enum Layer {
    Dense(Dense),
    Conv(Conv),
    Depthwise(Depthwise),
    Pooling(Pooling),
    GlobalPooling(GlobalPooling),
    Reshaping(Reshaping),
    Dropout(Dropout),
    Normalization(Normalization),
    Embedding(Embedding),
    PositionEmbedding(PositionEmbedding),
    MultiHeadAttention(MultiHeadAttention),
    Recurrent(Recurrent),
    Bidirectional(Bidirectional),
    /// The same layer on every step of a sequence or frame of a film.
    TimeDistributed(Box<Layer>),
    Activation(Activation),
    Merge(Merge),
}

type Reader = fn(&Fields) -> Option<Layer>;

/// Every layer: Keras's class name, the stem of its automatic names, how its fields are read.
const KINDS: &[(&str, &str, Reader)] = &[
    ("Dense", "dense", |f| Some(Layer::Dense(Dense::read(f)))),
    ("Conv1D", "conv1d", |f| {
        Some(Layer::Conv(Conv::read(f, Rank::One)))
    }),
    ("Conv2D", "conv2d", |f| {
        Some(Layer::Conv(Conv::read(f, Rank::Two)))
    }),
    ("DepthwiseConv2D", "depthwise_conv2d", |f| {
        Some(Layer::Depthwise(Depthwise::read(f, false)))
    }),
    ("SeparableConv2D", "separable_conv2d", |f| {
        Some(Layer::Depthwise(Depthwise::read(f, true)))
    }),
    ("MaxPooling1D", "max_pooling1d", |f| {
        Some(Layer::Pooling(Pooling::read(f, Pool::Max, Rank::One)))
    }),
    ("MaxPooling2D", "max_pooling2d", |f| {
        Some(Layer::Pooling(Pooling::read(f, Pool::Max, Rank::Two)))
    }),
    ("AveragePooling1D", "average_pooling1d", |f| {
        Some(Layer::Pooling(Pooling::read(f, Pool::Average, Rank::One)))
    }),
    ("AveragePooling2D", "average_pooling2d", |f| {
        Some(Layer::Pooling(Pooling::read(f, Pool::Average, Rank::Two)))
    }),
    ("GlobalMaxPooling1D", "global_max_pooling1d", |_| {
        global(Pool::Max, Rank::One)
    }),
    ("GlobalMaxPooling2D", "global_max_pooling2d", |_| {
        global(Pool::Max, Rank::Two)
    }),
    ("GlobalAveragePooling1D", "global_average_pooling1d", |_| {
        global(Pool::Average, Rank::One)
    }),
    ("GlobalAveragePooling2D", "global_average_pooling2d", |_| {
        global(Pool::Average, Rank::Two)
    }),
    ("Flatten", "flatten", |_| {
        Some(Layer::Reshaping(Reshaping::Flatten))
    }),
    ("Reshape", "reshape", |f| {
        Some(Layer::Reshaping(Reshaping::read_reshape(f)))
    }),
    ("Permute", "permute", |f| {
        Some(Layer::Reshaping(Reshaping::read_permute(f)))
    }),
    ("ZeroPadding2D", "zero_padding2d", |f| {
        Some(Layer::Reshaping(Reshaping::read_padding(f)))
    }),
    ("UpSampling2D", "up_sampling2d", |f| {
        Some(Layer::Reshaping(Reshaping::read_upsampling(f)))
    }),
    ("Dropout", "dropout", |f| {
        Some(Layer::Dropout(Dropout::read(f, None)))
    }),
    ("SpatialDropout1D", "spatial_dropout1d", |f| {
        Some(Layer::Dropout(Dropout::read(f, Some(Rank::One))))
    }),
    ("SpatialDropout2D", "spatial_dropout2d", |f| {
        Some(Layer::Dropout(Dropout::read(f, Some(Rank::Two))))
    }),
    ("BatchNormalization", "batch_normalization", |f| {
        Some(Layer::Normalization(Normalization::read(f, true)))
    }),
    ("LayerNormalization", "layer_normalization", |f| {
        Some(Layer::Normalization(Normalization::read(f, false)))
    }),
    ("Embedding", "embedding", |f| {
        Some(Layer::Embedding(Embedding::read(f)))
    }),
    ("PositionEmbedding", "position_embedding", |f| {
        Some(Layer::PositionEmbedding(PositionEmbedding::read(f)))
    }),
    ("MultiHeadAttention", "multi_head_attention", |f| {
        Some(Layer::MultiHeadAttention(MultiHeadAttention::read(f)))
    }),
    ("SimpleRNN", "simple_rnn", |f| {
        Some(Layer::Recurrent(Recurrent::read(f, Cell::SimpleRnn)))
    }),
    ("GRU", "gru", |f| {
        Some(Layer::Recurrent(Recurrent::read(f, Cell::Gru)))
    }),
    ("LSTM", "lstm", |f| {
        Some(Layer::Recurrent(Recurrent::read(f, Cell::Lstm)))
    }),
    ("Bidirectional", "bidirectional", |f| match wrapped(f)? {
        Layer::Recurrent(layer) => Some(Layer::Bidirectional(Bidirectional::new(f, layer))),
        other => {
            f.report_at("layer", "cannot_wrap", &[("value", &other.type_name())]);
            None
        }
    }),
    ("TimeDistributed", "time_distributed", |f| {
        match wrapped(f)? {
            Layer::Merge(_) | Layer::TimeDistributed(_) | Layer::Bidirectional(_) => {
                f.report_at("layer", "cannot_wrap", &[("value", &"TimeDistributed")]);
                None
            }
            layer => Some(Layer::TimeDistributed(Box::new(layer))),
        }
    }),
    ("Activation", "activation", |f| {
        let activation = f.choice("activation", None, Activation::ALL);
        Some(Layer::Activation(activation))
    }),
    ("LeakyReLU", "leaky_re_lu", |f| {
        // Keras 2's name, Keras 3's name.
        let field = ["alpha", "negative_slope"][usize::from(f.has("negative_slope"))];
        let slope = f.number(field, Some(0.3), 0.0, 1e3);
        Some(Layer::Activation(Activation::LeakyRelu(slope)))
    }),
    ("ELU", "elu", |f| {
        let alpha = f.number("alpha", Some(1.0), 0.0, 1e3);
        Some(Layer::Activation(Activation::Elu(alpha)))
    }),
    ("Add", "add", |_| Some(Layer::Merge(Merge::Add))),
    ("Multiply", "multiply", |_| {
        Some(Layer::Merge(Merge::Multiply))
    }),
    ("Concatenate", "concatenate", |f| {
        Some(Layer::Merge(Merge::read_concatenate(f)))
    }),
];

fn global(pool: Pool, rank: Rank) -> Option<Layer> {
    Some(Layer::GlobalPooling(GlobalPooling { pool, rank }))
}

/// The layer inside a wrapper: `layer = { type = "LSTM", units = 10 }`.
fn wrapped(f: &Fields) -> Option<Layer> {
    if !f.has("layer") {
        f.report("missing_field", &[("field", &"layer")]);
    }
    Layer::read(&f.table_at("layer")?)
}

/// What a layer can't do with its input: code and arguments, the place is added by the caller.
pub(crate) type Misfit = Box<dyn Fn(&str) -> Problem>;

pub(crate) fn misfit(code: &'static str, args: Vec<(&'static str, String)>) -> Misfit {
    Box::new(move |place| {
        let args: Vec<(&str, &dyn std::fmt::Display)> = args
            .iter()
            .map(|(name, value)| (*name, value as &dyn std::fmt::Display))
            .collect();
        Problem::new(code, place, &args)
    })
}

impl Layer {
    /// The class names of all layers.
    pub fn types() -> impl Iterator<Item = &'static str> {
        KINDS.iter().map(|(name, ..)| *name)
    }

    /// Reads a layer's table; `None` (and a problem) when its type is unknown.
    pub(crate) fn read(fields: &Fields) -> Option<Self> {
        let kind = fields.text("type");
        let found = KINDS.iter().find(|(name, ..)| *name == kind);
        let Some((.., read)) = found else {
            // What is missing or no text was told already.
            if fields.is_text("type") {
                let known = names(Self::types());
                fields.report_at(
                    "type",
                    "unknown_layer",
                    &[("value", &kind), ("known", &known)],
                );
            }
            return None;
        };
        let layer = read(fields);
        fields.finish();
        layer
    }

    /// Whether a layer that is written like this reads a field: what is asked for is what there is.
    pub(crate) fn takes(table: &DeTable<'_>, field: &str) -> bool {
        let source = Source {
            text: "",
            problems: Default::default(),
            dialect: Default::default(),
        };
        let fields = Fields::new(&source, table, 0..0, String::new());
        let _ = Self::read(&fields);
        fields.asked_for(field)
    }

    /// Keras's class name.
    pub const fn type_name(&self) -> &'static str {
        match self {
            Self::Dense(_) => "Dense",
            Self::Conv(conv) => conv.name(),
            Self::Depthwise(conv) => conv.name(),
            Self::Pooling(pooling) => pooling.name(),
            Self::GlobalPooling(pooling) => pooling.name(),
            Self::Reshaping(reshaping) => reshaping.name(),
            Self::Dropout(dropout) => dropout.name(),
            Self::Normalization(normalization) => normalization.name(),
            Self::Embedding(_) => "Embedding",
            Self::PositionEmbedding(_) => "PositionEmbedding",
            Self::MultiHeadAttention(_) => "MultiHeadAttention",
            Self::Recurrent(recurrent) => recurrent.name(),
            Self::Bidirectional(_) => "Bidirectional",
            Self::TimeDistributed(_) => "TimeDistributed",
            Self::Activation(Activation::LeakyRelu(_)) => "LeakyReLU",
            Self::Activation(Activation::Elu(_)) => "ELU",
            Self::Activation(_) => "Activation",
            Self::Merge(merge) => merge.name(),
        }
    }

    /// The stem of Keras's automatic name: `conv2d` of `conv2d_1`.
    pub fn stem(&self) -> &'static str {
        let name = self.type_name();
        let found = KINDS.iter().find(|(known, ..)| *known == name);
        found.map_or("layer", |(_, stem, _)| *stem)
    }

    /// The activation that the layer applies to its output.
    pub const fn activation(&self) -> Activation {
        match self {
            Self::Dense(dense) => dense.activation,
            Self::Conv(conv) => conv.activation,
            Self::Depthwise(conv) => conv.activation,
            Self::Activation(activation) => *activation,
            _ => Activation::Linear,
        }
    }

    /// The same layer without its activation.
    pub fn linear(mut self) -> Self {
        match &mut self {
            Self::Dense(dense) => dense.activation = Activation::Linear,
            Self::Conv(conv) => conv.activation = Activation::Linear,
            Self::Depthwise(conv) => conv.activation = Activation::Linear,
            Self::Activation(activation) => *activation = Activation::Linear,
            _ => {}
        }
        self
    }

    /// Whether it carries means and variances of the batches along.
    pub fn has_moments(&self) -> bool {
        match self {
            Self::Normalization(own) => own.momentum.is_some(),
            Self::TimeDistributed(inner) => inner.has_moments(),
            _ => false,
        }
    }

    /// How many inputs it takes: from, to.
    pub(crate) const fn arity(&self) -> (usize, usize) {
        match self {
            Self::Merge(_) => (2, 64),
            Self::MultiHeadAttention(_) => (1, 2),
            _ => (1, 1),
        }
    }

    /// The shape of the output for one row of `inputs`, which are as many as [`Self::arity`] says.
    pub(crate) fn output(&self, inputs: &[Shape], format: DataFormat) -> Result<Shape, Misfit> {
        let input = inputs[0];
        match self {
            Self::Dense(dense) => dense.output(input),
            Self::Conv(conv) => conv.output(input),
            Self::Depthwise(conv) => conv.output(input),
            Self::Pooling(pooling) => pooling.output(input),
            Self::GlobalPooling(pooling) => pooling.output(input),
            Self::Reshaping(reshaping) => reshaping.output(input, format),
            Self::Dropout(dropout) => dropout.output(input),
            Self::Normalization(_) | Self::Activation(_) => Ok(input),
            Self::Embedding(embedding) => embedding.output(input),
            Self::PositionEmbedding(embedding) => embedding.output(input),
            Self::MultiHeadAttention(attention) => attention.output(inputs),
            Self::Recurrent(recurrent) => recurrent.output(input),
            Self::Bidirectional(both) => both.output(input),
            Self::TimeDistributed(layer) => {
                let refused = || {
                    let shape = vec![("shape", input.to_string())];
                    misfit("needs_steps", shape)
                };
                let (steps, step) = input.step().ok_or_else(refused)?;
                let output = layer.output(&[step], format)?;
                output.repeated(steps).ok_or_else(refused)
            }
            Self::Merge(merge) => merge.output(inputs, format),
        }
    }

    /// The tensors, in Keras's order and layout, for inputs that fit.
    pub fn tensors(&self, inputs: &[Shape]) -> Vec<TensorSpec> {
        let input = inputs[0];
        match self {
            Self::Dense(dense) => dense.tensors(input),
            Self::Conv(conv) => conv.tensors(input),
            Self::Depthwise(conv) => conv.tensors(input),
            Self::Normalization(normalization) => normalization.tensors(input),
            Self::Embedding(embedding) => embedding.tensors(),
            Self::PositionEmbedding(embedding) => embedding.tensors(input),
            Self::MultiHeadAttention(attention) => attention.tensors(inputs),
            Self::Recurrent(recurrent) => recurrent.tensors(input, ""),
            Self::Bidirectional(both) => both.tensors(input),
            Self::TimeDistributed(layer) => match input.step() {
                Some((_, step)) => layer.tensors(&[step]),
                None => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    /// Numbers of one row that are kept for the backward pass: the output, and what a layer has inside.
    pub(crate) fn kept(&self, inputs: &[Shape], output: Shape) -> usize {
        let inside = match self {
            Self::MultiHeadAttention(attention) => attention.kept(inputs),
            Self::Recurrent(recurrent) => recurrent.kept(inputs[0]),
            Self::Bidirectional(both) => both.layer.kept(inputs[0]).saturating_mul(2),
            _ => 0,
        };
        output.len().saturating_add(inside)
    }

    /// Floating point operations of the forward pass for one row (multiply and add counted as two).
    pub(crate) fn flops(&self, inputs: &[Shape], output: Shape) -> f64 {
        let (input, out) = (inputs[0], output.len() as f64);
        match self {
            Self::Dense(_) => 2.0 * input.features() as f64 * out,
            Self::Conv(conv) => conv.work(input) * out,
            Self::Depthwise(conv) => conv.work(input) * out / output.features().max(1) as f64,
            Self::MultiHeadAttention(attention) => attention.flops(inputs),
            Self::Recurrent(recurrent) => recurrent.flops(input),
            Self::Bidirectional(both) => 2.0 * both.layer.flops(input),
            Self::TimeDistributed(layer) => match (input.step(), output.step()) {
                (Some((steps, step)), Some((_, out))) => steps as f64 * layer.flops(&[step], out),
                _ => out,
            },
            _ => out,
        }
    }
}
