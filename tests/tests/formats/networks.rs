//! A network per family of layers, in both dialects and both data formats: what architectures and exports are
//! tried with, beside the book's experiments.

use fireside_spec::{
    Checked, DataFormat, DataInput, DataShape, Shape, Target, check, infer, parse,
};

/// A network without data.
pub struct Sample {
    pub name: &'static str,
    pub dialect: &'static str,
    pub data_format: &'static str,
    /// Name, axes in the data format's order, token ids below (0: numbers).
    pub inputs: &'static [(&'static str, &'static [usize], usize)],
    /// `[[layers]]` tables, `---` between them.
    pub layers: &'static str,
}

const LAST: &str = "channels_last";
const FIRST: &str = "channels_first";

pub const SAMPLES: &[Sample] = &[
    Sample {
        name: "dense",
        dialect: "keras2",
        data_format: LAST,
        inputs: &[("input", &[6], 0)],
        layers: r#"
type = "Dense"
units = 5
activation = "hard_sigmoid"
---
type = "Dense"
name = "lambda"
units = 4
activation = "selu"
use_bias = false
---
type = "Dropout"
rate = 0.5
---
type = "LeakyReLU"
---
type = "Dense"
units = 4
activation = "softplus"
---
type = "BatchNormalization"
momentum = 0.9
---
type = "ELU"
alpha = 0.5
---
type = "Dense"
units = 3
activation = "softsign"
---
type = "Activation"
activation = "softmax"
"#,
    },
    Sample {
        name: "frozen",
        dialect: "keras2",
        data_format: LAST,
        inputs: &[("input", &[6], 0)],
        layers: r#"
type = "Dense"
units = 4
trainable = false
---
type = "Reshape"
target_shape = [2, 2]
---
type = "Bidirectional"
layer = { type = "GRU", units = 3, return_sequences = true, kernel_regularizer = "l2" }
trainable = false
---
type = "TimeDistributed"
layer = { type = "BatchNormalization" }
trainable = false
---
type = "Flatten"
---
type = "Dense"
units = 3
"#,
    },
    Sample {
        name: "dense_3",
        dialect: "keras3",
        data_format: LAST,
        inputs: &[("input", &[6], 0)],
        layers: r#"
type = "Dense"
units = 5
activation = "hard_sigmoid"
---
type = "Dense"
units = 4
activation = "gelu"
---
type = "LayerNormalization"
scale = false
---
type = "Dense"
units = 4
activation = "swish"
---
type = "Activation"
activation = "leaky_relu"
---
type = "Dense"
units = 4
activation = "tanh"
---
type = "Dense"
units = 2
activation = "sigmoid"
"#,
    },
    Sample {
        name: "pictures",
        dialect: "keras2",
        data_format: LAST,
        inputs: &[("input", &[9, 8, 3], 0)],
        layers: r#"
type = "Conv2D"
filters = 4
kernel_size = [2, 3]
strides = 2
padding = "same"
activation = "relu"
---
type = "BatchNormalization"
---
type = "UpSampling2D"
size = [2, 3]
---
type = "ZeroPadding2D"
padding = [[1, 0], [2, 1]]
---
type = "Conv2D"
filters = 3
kernel_size = 3
dilation_rate = 2
activation = "elu"
---
type = "AveragePooling2D"
pool_size = [2, 3]
strides = [1, 2]
padding = "same"
---
type = "SpatialDropout2D"
rate = 0.25
---
type = "MaxPooling2D"
pool_size = 2
strides = 1
padding = "same"
---
type = "SeparableConv2D"
filters = 2
kernel_size = 2
depth_multiplier = 2
activation = "tanh"
---
type = "Permute"
dims = [3, 1, 2]
---
type = "Reshape"
target_shape = [-1, 2, 2]
---
type = "Flatten"
"#,
    },
    Sample {
        name: "pictures_first",
        dialect: "keras2",
        data_format: FIRST,
        inputs: &[("input", &[3, 9, 8], 0)],
        layers: r#"
type = "Conv2D"
filters = 4
kernel_size = 3
padding = "same"
strides = [2, 1]
activation = "relu"
---
type = "BatchNormalization"
center = false
---
type = "ZeroPadding2D"
---
type = "MaxPooling2D"
pool_size = [2, 3]
---
type = "UpSampling2D"
---
type = "SeparableConv2D"
filters = 4
kernel_size = 2
padding = "same"
---
type = "AveragePooling2D"
pool_size = 3
strides = 2
padding = "same"
---
type = "Permute"
dims = [1, 3, 2]
---
type = "Reshape"
target_shape = [2, -1, 2]
---
type = "Flatten"
---
type = "Dense"
units = 3
"#,
    },
    Sample {
        name: "pictures_first_3",
        dialect: "keras3",
        data_format: FIRST,
        inputs: &[("input", &[4, 6, 5], 0)],
        layers: r#"
type = "DepthwiseConv2D"
kernel_size = 3
depth_multiplier = 2
padding = "same"
activation = "relu"
---
type = "Conv2D"
filters = 6
kernel_size = 2
groups = 2
---
type = "LayerNormalization"
---
type = "Activation"
activation = "softmax"
---
type = "GlobalAveragePooling2D"
"#,
    },
    Sample {
        name: "sequences",
        dialect: "keras2",
        data_format: LAST,
        inputs: &[("input", &[11, 3], 0)],
        layers: r#"
type = "Conv1D"
filters = 4
kernel_size = 3
padding = "causal"
dilation_rate = 2
activation = "relu"
---
type = "MaxPooling1D"
pool_size = 2
---
type = "SpatialDropout1D"
rate = 0.2
---
type = "Conv1D"
filters = 4
kernel_size = 2
strides = 2
padding = "same"
---
type = "AveragePooling1D"
pool_size = 2
strides = 1
padding = "same"
---
type = "TimeDistributed"
layer = { type = "Dense", units = 3, activation = "tanh" }
---
type = "BatchNormalization"
scale = false
---
type = "GlobalMaxPooling1D"
"#,
    },
    Sample {
        name: "recurrent",
        dialect: "keras2",
        data_format: LAST,
        inputs: &[("input", &[7], 9)],
        layers: r#"
type = "Embedding"
input_dim = 9
output_dim = 4
mask_zero = true
---
type = "LSTM"
units = 3
return_sequences = true
dropout = 0.2
recurrent_dropout = 0.1
---
type = "GRU"
units = 4
return_sequences = true
---
type = "SimpleRNN"
units = 3
activation = "relu"
---
type = "Dense"
units = 2
"#,
    },
    Sample {
        name: "recurrent_3",
        dialect: "keras3",
        data_format: LAST,
        inputs: &[("input", &[6, 3], 0)],
        layers: r#"
type = "Bidirectional"
layer = { type = "LSTM", units = 3, return_sequences = true }
merge_mode = "sum"
---
type = "GRU"
units = 4
return_sequences = true
---
type = "LSTM"
units = 3
go_backwards = true
return_sequences = true
use_bias = false
---
type = "Bidirectional"
layer = { type = "GRU", units = 2, reset_after = false, recurrent_activation = "hard_sigmoid" }
"#,
    },
    Sample {
        name: "stateful",
        dialect: "keras2",
        data_format: LAST,
        inputs: &[("input", &[4, 2], 0)],
        layers: r#"
type = "LSTM"
units = 3
stateful = true
unit_forget_bias = false
recurrent_activation = "sigmoid"
---
type = "Dense"
units = 1
"#,
    },
    Sample {
        name: "branches",
        dialect: "keras2",
        data_format: LAST,
        inputs: &[("picture", &[6, 6, 2], 0), ("words", &[5], 8)],
        layers: r#"
type = "Conv2D"
name = "a"
inputs = ["picture"]
filters = 2
kernel_size = 1
padding = "same"
---
type = "Conv2D"
name = "b"
inputs = ["picture"]
filters = 3
kernel_size = 3
padding = "same"
activation = "relu"
---
type = "Concatenate"
inputs = ["a", "picture", "b"]
---
type = "Conv2D"
filters = 7
kernel_size = 3
padding = "same"
---
type = "Add"
inputs = ["conv2d_3", "concatenate_1"]
---
type = "GlobalAveragePooling2D"
---
type = "Embedding"
inputs = ["words"]
input_dim = 8
output_dim = 3
---
type = "LSTM"
units = 7
---
type = "Multiply"
inputs = ["global_average_pooling2d_1", "lstm_1"]
---
type = "Dense"
units = 2
activation = "softmax"
"#,
    },
    Sample {
        name: "attention",
        dialect: "keras3",
        data_format: LAST,
        inputs: &[("input", &[6], 10)],
        layers: r#"
type = "Embedding"
input_dim = 10
output_dim = 4
---
type = "PositionEmbedding"
sequence_length = 8
---
type = "MultiHeadAttention"
num_heads = 2
key_dim = 3
use_causal_mask = true
---
type = "Add"
inputs = ["multi_head_attention_1", "position_embedding_1"]
---
type = "LayerNormalization"
---
type = "Dense"
units = 4
activation = "gelu_tanh"
---
type = "MultiHeadAttention"
inputs = ["dense_1", "layer_normalization_1"]
num_heads = 1
key_dim = 3
use_bias = false
---
type = "Concatenate"
inputs = ["multi_head_attention_2", "dense_1"]
axis = 1
---
type = "GlobalAveragePooling1D"
"#,
    },
    Sample {
        name: "masked_mean",
        dialect: "keras3",
        data_format: LAST,
        inputs: &[("input", &[6], 10)],
        layers: r#"
type = "Embedding"
input_dim = 10
output_dim = 4
mask_zero = true
---
type = "Dense"
units = 3
---
type = "GlobalAveragePooling1D"
"#,
    },
    Sample {
        name: "attention_wide",
        dialect: "keras3",
        data_format: LAST,
        inputs: &[("input", &[5, 4], 0)],
        layers: r#"
type = "MultiHeadAttention"
num_heads = 2
key_dim = 2
value_dim = 3
---
type = "GlobalMaxPooling1D"
"#,
    },
    Sample {
        name: "film",
        dialect: "keras2",
        data_format: FIRST,
        inputs: &[("input", &[3, 2, 5, 4], 0)],
        layers: r#"
type = "TimeDistributed"
layer = { type = "Conv2D", filters = 2, kernel_size = 2, activation = "relu" }
---
type = "TimeDistributed"
layer = { type = "MaxPooling2D", pool_size = 2 }
---
type = "TimeDistributed"
layer = { type = "Flatten" }
---
type = "LSTM"
units = 2
"#,
    },
    Sample {
        name: "rules",
        dialect: "keras2",
        data_format: LAST,
        inputs: &[("input", &[4], 0)],
        layers: r#"
type = "Dense"
units = 4
kernel_initializer = "identity"
bias_initializer = { name = "constant", value = 0.25 }
kernel_regularizer = { name = "l1_l2", l1 = 1e-5, l2 = 0.001 }
kernel_constraint = { name = "max_norm", max_value = 3, axis = 0 }
bias_constraint = "non_neg"
---
type = "Dense"
units = 4
kernel_initializer = "he_normal"
bias_initializer = "random_uniform"
kernel_regularizer = "l2"
kernel_constraint = "unit_norm"
---
type = "Dense"
units = 4
kernel_initializer = { name = "variance_scaling", scale = 3, mode = "fan_out", distribution = "uniform" }
bias_initializer = "ones"
bias_regularizer = { name = "l1", l1 = 0.5 }
kernel_constraint = { name = "min_max_norm", min_value = 0.5, max_value = 2, rate = 0.75, axis = 1 }
---
type = "Dense"
units = 4
kernel_initializer = { name = "truncated_normal", mean = 0.5, stddev = 0.125 }
bias_initializer = { name = "random_normal", stddev = 0.01 }
---
type = "Dense"
units = 4
kernel_initializer = { name = "orthogonal", gain = 1.5 }
"#,
    },
];

impl Sample {
    /// The experiment's text.
    pub fn text(&self) -> String {
        let words = "{ en = \"-\", zh = \"-\" }";
        let layers: String = self
            .layers
            .split("---")
            .map(|layer| format!("[[layers]]{layer}\n"))
            .collect();
        format!(
            "id = \"{}\"\nkind = \"train\"\nchapter = 1\ntitle = {words}\nintro = {words}\ndialect = \"{}\"\n\
             [data]\nname = \"sample\"\ndata_format = \"{}\"\n[training]\nloss = \"mean_squared_error\"\n\
             optimizer = \"sgd\"\nepochs = 1\nbatch_size = 3\n{layers}",
            self.name, self.dialect, self.data_format
        )
    }

    fn data(&self, width: usize) -> DataShape {
        let format = match self.data_format {
            FIRST => DataFormat::ChannelsFirst,
            _ => DataFormat::ChannelsLast,
        };
        let input = |(name, axes, ids): &(&str, &[usize], usize)| DataInput {
            name: (*name).into(),
            shape: Shape::of(axes, format).expect("a shape"),
            vocabulary: (*ids > 0).then_some(*ids),
        };
        DataShape {
            inputs: self.inputs.iter().map(input).collect(),
            ..DataShape::new(
                "sample",
                Shape::Flat { units: 1 },
                Target::Values(width),
                9,
                3,
            )
        }
    }

    pub fn checked(&self) -> Checked {
        let experiment = parse(&self.text()).unwrap_or_else(|p| panic!("{}: {p:?}", self.name));
        let layers = infer(&experiment, &self.data(1));
        let layers = layers.unwrap_or_else(|problem| panic!("{}: {problem}", self.name));
        let output = layers.last().expect("a layer").output;
        check(&experiment, &self.data(output.len()))
            .unwrap_or_else(|problems| panic!("{}: {problems:?}", self.name))
    }
}

/// The networks of all experiments of the book that fit one.
pub fn book() -> Vec<Checked> {
    let book = fireside_book::load(fireside_datasets::official_shape).expect("the book");
    let texts = book
        .cards
        .iter()
        .map(|card| (&card.id, parse(&card.text).expect("a text of the book")));
    let networks = texts.filter(|(_, experiment)| experiment.kind.trains());
    networks
        .map(|(id, experiment)| {
            let data = fireside_datasets::official_shape(&experiment.data).expect("its data");
            check(&experiment, &data).unwrap_or_else(|problems| panic!("{id}: {problems:?}"))
        })
        .collect()
}
