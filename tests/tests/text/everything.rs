//! Texts of every kind that hold every table and nearly every field of the language, and the data that they are for.

use fireside_spec::{Data, DataInput, DataShape, Shape, Target};

pub const HEAD: &str = r#"
chapter = 13
id = "t"
title = { en = "a", zh = "b" }
intro = { en = "a", zh = "b" }
seed = 7
"#;

pub const DATA: &str = r#"
[data]
name = "flat"
scale = 255
validation_split = 0.2
train_rows = 100
look_back = 3
horizon = 2
window = "steps"
split_at = "windows"
drop_last_pair = true
missing = "mean"
train_fraction = 0.7
test_rows = 50
scaler = "min_max"
scaler_rows = "all"
scale_targets = true
sample_weight = "weight"
groups = "street"
num_words = 5000
skip_top = 10
maxlen = 100
truncating = "post"
padding = "post"
level = "char"
lower = false
sequence_length = 20
step = 20
"#;

pub const TRAINING: &str = r#"
[training]
loss = { name = "huber", delta = 1.5 }
class_weight = [1.0, 3.0]
epochs = 10
batch_size = 8
metrics = [
    "accuracy", { name = "precision", average = "macro" }, { name = "binary_accuracy", threshold = 0.4 },
    { name = "top_k_categorical_accuracy", k = 1 }, "confusion_matrix",
]
[training.optimizer]
name = "nadam"
learning_rate = 0.002
beta_1 = 0.9
beta_2 = 0.999
epsilon = 1e-8
schedule_decay = 0.004
clipvalue = 0.5
[training.schedule]
name = "warmup"
warmup_steps = 20
start_factor = 0.1
then = { name = "exponential", decay_rate = 0.9, decay_epochs = 2, staircase = true }
[protocol]
name = "k_fold"
folds = 5
stratified = true
shuffle = false
[[callbacks]]
name = "early_stopping"
monitor = "val_loss"
mode = "min"
min_delta = 0.001
patience = 3
restore_best_weights = true
[[callbacks]]
name = "checkpoint"
monitor = "acc"
save_best_only = false
"#;

const LAYERS: &str = r#"
[[layers]]
name = "first"
inputs = ["a"]
type = "Dense"
units = 12
activation = "relu"
kernel_initializer = { name = "variance_scaling", scale = 2.0, mode = "fan_out", distribution = "uniform" }
bias_initializer = { name = "constant", value = 0.5 }
kernel_regularizer = { name = "l1_l2", l1 = 0.01, l2 = 0.02 }
kernel_constraint = { name = "min_max_norm", min_value = 0.5, max_value = 2, rate = 0.9, axis = [0, 1] }
[[layers]]
inputs = ["first"]
type = "Reshape"
target_shape = [2, 2, 3]
[[layers]]
type = "ZeroPadding2D"
padding = [[1, 2], [3, 4]]
[[layers]]
type = "Conv2D"
filters = 4
kernel_size = [2, 3]
strides = [1, 2]
padding = "same"
groups = 1
[[layers]]
type = "DepthwiseConv2D"
kernel_size = 2
dilation_rate = 2
depth_multiplier = 3
padding = "same"
[[layers]]
type = "SeparableConv2D"
filters = 3
kernel_size = 2
depth_multiplier = 2
padding = "same"
[[layers]]
type = "UpSampling2D"
size = [2, 3]
[[layers]]
type = "MaxPooling2D"
pool_size = [2, 2]
strides = 1
[[layers]]
type = "BatchNormalization"
momentum = 0.9
epsilon = 0.01
[[layers]]
type = "SpatialDropout2D"
rate = 0.25
[[layers]]
type = "Permute"
dims = [3, 1, 2]
[[layers]]
name = "flat"
type = "Flatten"
[[layers]]
name = "twice"
inputs = ["flat", "flat"]
type = "Concatenate"
axis = -1
[[layers]]
type = "Dropout"
rate = 0.5
[[layers]]
type = "LeakyReLU"
alpha = 0.2
[[layers]]
type = "ELU"
alpha = 0.7
[[layers]]
name = "last"
type = "Dense"
units = 2
activation = "softmax"
"#;

const SEQUENCES: &str = r#"
[[layers]]
type = "Embedding"
input_dim = 50
output_dim = 6
input_length = 9
mask_zero = true
[[layers]]
type = "PositionEmbedding"
sequence_length = 9
[[layers]]
name = "seen"
type = "MultiHeadAttention"
num_heads = 2
key_dim = 3
value_dim = 4
use_causal_mask = true
dropout = 0.1
[[layers]]
type = "Conv1D"
filters = 4
kernel_size = 3
padding = "causal"
dilation_rate = 2
[[layers]]
type = "MaxPooling1D"
pool_size = 2
strides = 1
padding = "same"
[[layers]]
type = "GRU"
units = 4
return_sequences = true
dropout = 0.2
recurrent_dropout = 0.3
recurrent_initializer = { name = "orthogonal", gain = 1.5 }
[[layers]]
type = "TimeDistributed"
layer = { type = "Dense", units = 3 }
[[layers]]
type = "Bidirectional"
merge_mode = "sum"
layer = { type = "LSTM", units = 5, unit_forget_bias = false }
[[layers]]
type = "Dense"
units = 2
activation = "softmax"
"#;

const MORE: &str = r#"
[[reported]]
metric = "test_accuracy"
value = 0.9905
decimals = 4
place = "13.4"
[curve]
loss = [1.5, 0.5]
accuracy = [0.5, 0.75]
[[errata]]
en = "a"
zh = "b"
[question]
ask = { en = "a", zh = "b" }
set = [["training.epochs", "2"]]
metric = "test_loss"
bins = [0.5, 0.75]
why = { en = "a", zh = "b" }
"#;

const AUGMENTATION: &str = r#"
[augmentation]
rotation_range = 30
height_shift_range = 0.2
width_shift_range = 0.1
shear_range = 0.5
zoom_range = 0.3
channel_shift_range = 20
horizontal_flip = true
vertical_flip = true
brightness_range = [0.5, 1.5]
fill_mode = "constant"
cval = 127.5
rescale = 0.5
samplewise_center = true
samplewise_std_normalization = true
featurewise_center = true
featurewise_std_normalization = true
zca_whitening = true
zca_epsilon = 0.1
"#;

const PICTURES: &str = r#"
[[layers]]
type = "Flatten"
[[layers]]
type = "Dense"
units = 2
activation = "softmax"
"#;

const SWEEP: &str = r#"
[sweep]
metric = "test_mse"
best = "largest"
[[sweep.axes]]
path = "training.batch_size"
values = [10, 20, 40]
[[sweep.axes]]
path = "layers[*].kernel_initializer"
values = ["uniform", { name = "normal", stddev = 0.1 }]
labels = ["u", "n"]
[[sweep.axes]]
path = "layers[0].units"
values = [12, 12]
"#;

const STAGES: &str = r#"
[[stages]]
do = "fit"
rows = "train"
epochs = 3
[[stages]]
do = "save"
[[stages]]
do = "load"
best = true
[[stages]]
do = "evaluate"
rows = "held_out"
name = "after"
"#;

const SCHEDULES: [&str; 5] = [
    "{ name = \"cosine\", decay_steps = 100, alpha = 0.1 }",
    "{ name = \"one_cycle\", pct_start = 0.3, div_factor = 25, final_div_factor = 1e4 }",
    "{ name = \"step\", drop = 0.5, epochs_drop = 10, form = \"as_printed\" }",
    "{ name = \"piecewise\", boundaries = [1, 5], values = [0.1, 0.01, 0.001] }",
    "{ name = \"reduce_on_plateau\", factor = 0.2, patience = 5, min_delta = 0.001, cooldown = 2, min_lr = 1e-5 }",
];

/// One experiment of every kind, with every table and nearly every field.
pub fn texts() -> Vec<String> {
    let of = |kind: &str, parts: &[&str]| format!("kind = \"{kind}\"{HEAD}{}", parts.concat());
    let [ids, pictures] = ["ids", "pictures"].map(|name| DATA.replacen("flat", name, 1));
    let compute = [
        "[compute]\nname = \"convolution\"\ninput = [[1, 2, 0.5], [3, 4, 5]]\nkernel = [[1, -1]]\nstride = 2\nzeros = 1\n",
        "[compute]\nname = \"augment\"\nrows = 4\nepoch = 2\nshuffle = false\n",
        "[compute]\nname = \"max_pooling\"\ninput = [[1, 2], [3, 4]]\nsize = 2\nstride = 2\n",
    ];
    let mut all = vec![
        of("train", &[DATA, TRAINING, LAYERS, MORE]),
        of(
            "train",
            &["dialect = \"keras3\"\n", &ids, TRAINING, SEQUENCES],
        )
        .replace("schedule_decay = 0.004\n", "weight_decay = 0.1\n"),
        of("sweep", &[DATA, TRAINING, LAYERS, SWEEP]),
        of("stages", &[DATA, TRAINING, LAYERS, STAGES]),
        of("compute", &[DATA, compute[0]]),
        of("compute", &[DATA, compute[1]]),
        of("compute", &[DATA, compute[2]]),
        of("train", &[&pictures, AUGMENTATION, TRAINING, PICTURES]),
        of("look", &[DATA]),
        of(
            "predict",
            &[DATA, "[predict]\nmodel = \"13.4\"\nrows = 10\n"],
        ),
        of(
            "generate",
            &[
                &ids,
                TRAINING,
                SEQUENCES,
                "[generate]\nprompt = \"a\"\nlength = 200\ntemperature = 0.7\ntop_k = 5\n",
            ],
        ),
    ];
    for schedule in SCHEDULES {
        let protocol = "protocol = { name = \"hold_out\", fraction = 0.2, by_group = true }\n";
        let training = format!(
            "[training]\nepochs = 3\nloss = \"mse\"\noptimizer = {{ name = \"sgd\", momentum = 0.9, decay = 0.01, \
             clipnorm = 1 }}\nschedule = {schedule}\n"
        );
        all.push(of("train", &[protocol, DATA, &training, LAYERS]));
    }
    all
}

/// The shapes of two data sets, as the options of a text make them.
pub fn shape(data: &Data) -> Option<DataShape> {
    let [train, test] = data.preparation.series_rows(1_000, 0.67);
    let _ = data.preparation.text_rows(1_000);
    let (units, vocabulary) = match data.name.as_str() {
        "flat" => (6, None),
        "ids" => (9, Some(50)),
        "pictures" => (64, None),
        _ => return None,
    };
    let shape = match data.name.as_str() {
        "pictures" => Shape::Picture {
            channels: 1,
            height: 8,
            width: 8,
        },
        _ => Shape::Flat { units },
    };
    let input = |name: &str| DataInput {
        name: name.into(),
        shape,
        vocabulary,
    };
    Some(DataShape {
        inputs: vec![input("a"), input("b")],
        columns: ["age", "street", "weight"].map(String::from).into(),
        ..DataShape::new(&data.name, shape, Target::Classes(2), train, test)
    })
}
