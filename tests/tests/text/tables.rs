//! Every table and field of the language under careless and hostile hands: numbers beyond all bounds and at their
//! bounds, values of the wrong kind, random nesting, random bytes. The answer is an experiment or problems.

use fireside_spec::card::{Card, check_text, read_point};
use fireside_spec::{Data, DataInput, DataShape, Kind, Shape, Target, edit, parse, parse_point};
use fireside_tests::dice::{Dice, mutate_text};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

const HEAD: &str = r#"
chapter = 13
id = "t"
title = { en = "a", zh = "b" }
intro = { en = "a", zh = "b" }
seed = 7
"#;

const DATA: &str = r#"
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

const TRAINING: &str = r#"
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
fn texts() -> Vec<String> {
    let of = |kind: &str, parts: &[&str]| format!("kind = \"{kind}\"{HEAD}{}", parts.concat());
    let ids = DATA.replace("\"flat\"", "\"ids\"");
    let compute = [
        "[compute]\nname = \"convolution\"\ninput = [[1, 2, 0.5], [3, 4, 5]]\nkernel = [[1, -1]]\nstride = 2\nzeros = 1\n",
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
        let protocol = "protocol = { name = \"hold_out\", fraction = 0.2, stratified = true, by_group = true }\n";
        let training = format!(
            "[training]\nepochs = 3\nloss = \"mse\"\noptimizer = {{ name = \"sgd\", momentum = 0.9, decay = 0.01, \
             clipnorm = 1 }}\nschedule = {schedule}\n"
        );
        all.push(of("train", &[protocol, DATA, &training, LAYERS]));
    }
    all
}

/// The shapes of two data sets, as the options of a text make them.
fn shape(data: &Data) -> Option<DataShape> {
    let [train, test] = data.preparation.series_rows(1_000, 0.67);
    let _ = data.preparation.text_rows(1_000);
    let (units, vocabulary) = match data.name.as_str() {
        "flat" => (6, None),
        "ids" => (9, Some(50)),
        _ => return None,
    };
    let input = |name: &str| DataInput {
        name: name.into(),
        shape: Shape::Flat { units },
        vocabulary,
    };
    Some(DataShape {
        inputs: vec![input("a"), input("b")],
        ..DataShape::new(
            &data.name,
            Shape::Flat { units },
            Target::Classes(2),
            train,
            test,
        )
    })
}

/// Reads a text in every way there is; whether it is sound.
fn read_all(text: &str) -> bool {
    let parsed = parse(text);
    let checked = check_text(text, shape, "flat, ids");
    let _ = Card::of(text, shape, "flat, ids");
    for problem in &checked.problems {
        let bare = format!("{} {{", problem.code);
        assert!(
            !problem.to_string().contains(&bare),
            "no words for {problem:?}"
        );
    }
    if let Some(summary) = checked.summary {
        assert!(summary.keras().contains("Total params"));
    }
    let Ok(experiment) = parsed else {
        return false;
    };
    if let Some(sweep) = &experiment.sweep {
        let points = sweep.points();
        assert!((1..=10_000).contains(&points));
        for point in [0, points / 2, points - 1, points, usize::MAX] {
            assert_eq!(sweep.labels(point).len(), sweep.axes.len());
            let _ = parse_point(text, point);
            let _ = read_point(text, point, shape, "");
        }
    }
    let rows = experiment.protocol.rows(experiment.data.train_rows, 10);
    assert!(rows[0] <= experiment.data.train_rows && experiment.protocol.fits() <= 1_000);
    true
}

/// Where the numbers stand that are no part of a text or a word.
fn numbers(text: &str) -> Vec<std::ops::Range<usize>> {
    let (mut found, mut quoted, mut start) = (Vec::new(), false, None);
    let mut before = ' ';
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        let part = c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+' | '_');
        if c == '"' {
            quoted = !quoted;
        }
        let begins = c.is_ascii_digit() || c == '-';
        let after_word = before.is_ascii_alphanumeric() || before == '_';
        match start {
            None if begins && !quoted && !after_word => start = Some(at),
            Some(from) if !part => {
                found.push(from..at);
                start = None;
            }
            _ => {}
        }
        before = c;
    }
    found
}

const ABSURD: &[&str] = &[
    "0",
    "-1",
    "1",
    "-0.0",
    "0.5",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551615",
    "4294967295",
    "4294967296",
    "2147483648",
    "0x7fffffffffffffff",
    "1_000_000_000",
    "1e308",
    "-1e308",
    "1e-320",
    "1e999",
    "nan",
    "-inf",
    "true",
    "\"x\"",
    "[]",
    "[1, 2, 3, 4, 5]",
    "[[[1]]]",
    "{}",
    "{ name = \"x\" }",
    "1979-05-27",
];

#[test]
fn every_kind_is_read_with_all_its_tables() {
    let mut kinds = BTreeSet::new();
    for text in texts() {
        let experiment = parse(&text).unwrap_or_else(|problems| panic!("{problems:?}\n{text}"));
        kinds.insert(format!("{:?}", experiment.kind));
        assert!(read_all(&text), "{text}");
        let problems = check_text(&text, shape, "").problems;
        // What can't be trained here is told so; everything else fits together.
        let other = problems.iter().find(|problem| {
            !(problem.code == "not_supported"
                || problem.code == "missing_field" && !experiment.kind.trains())
        });
        if experiment.kind.trains() {
            assert_eq!(other, None, "{text}");
        }
    }
    assert_eq!(kinds.len(), Kind::ALL.len());
}

#[test]
fn absurd_values_in_every_place() {
    let start = Instant::now();
    let (mut places, mut sound, mut done) = (0, 0, BTreeSet::new());
    for text in texts() {
        for place in numbers(&text) {
            // Texts share their tables; each is tried where it is met first.
            let table = text[..place.start].rfind("\n[").unwrap_or(0);
            if !done.insert(text[table..place.end].to_string()) {
                continue;
            }
            places += 1;
            for value in ABSURD {
                let mut changed = text.clone();
                changed.replace_range(place.clone(), value);
                sound += usize::from(read_all(&changed));
            }
        }
    }
    println!("{places} places, {sound} sound, {:?}", start.elapsed());
    assert!(
        places > 150 && sound > places,
        "{places} places, {sound} sound"
    );
}

/// All numbers at the upper or the lower end of what they may be, many at once: no sum or product of them overflows.
#[test]
fn numbers_at_their_bounds_together() {
    let mut sound = 0;
    for (index, text) in texts().into_iter().enumerate() {
        // The bounds are told in the problems.
        let bounds: Vec<Vec<String>> = numbers(&text)
            .into_iter()
            .map(|place| {
                let mut ends = vec![text[place.clone()].to_string()];
                for beyond in ["9223372036854775807", "-9223372036854775808"] {
                    let mut changed = text.clone();
                    changed.replace_range(place.clone(), beyond);
                    for problem in parse(&changed).err().into_iter().flatten() {
                        if problem.code == "out_of_range" {
                            ends.extend(["min", "max"].map(|name| problem.args[name].clone()));
                        }
                    }
                }
                ends
            })
            .collect();
        assert!(bounds.iter().filter(|ends| ends.len() > 1).count() * 3 > bounds.len());
        for case in 0..400 {
            let mut dice = Dice::new(11, case * 32 + index as u32);
            let bold = dice.throw(6);
            let mut changed = text.clone();
            for (place, ends) in numbers(&text).into_iter().zip(&bounds).rev() {
                let extreme = dice.throw(6) <= bold;
                let end = if extreme { dice.throw(ends.len()) } else { 0 };
                changed.replace_range(place, &ends[end]);
            }
            sound += usize::from(read_all(&changed));
        }
    }
    assert!(sound > 500, "only {sound} are sound");
}

#[test]
fn mutations_of_every_table_never_panic() {
    let all = texts();
    let (mut codes, mut sound) = (BTreeSet::new(), 0);
    for case in 0..8_000 {
        let mut dice = Dice::new(5, case);
        let text = mutate_text(&all[dice.throw(all.len())], &mut dice);
        codes.extend(
            check_text(&text, shape, "")
                .problems
                .into_iter()
                .map(|problem| problem.code),
        );
        sound += usize::from(read_all(&text));
        // What is set stays TOML.
        let path = dice.pick(&[
            "sweep.axes[0].path",
            "stages[0].epochs",
            "protocol.folds",
            "data.look_back",
        ]);
        if let Ok(new) = edit::set(&text, path, dice.pick(ABSURD)) {
            read_all(&new);
        }
    }
    assert!(sound > 100, "{sound} sound");
    assert!(codes.len() >= 12, "only {codes:?}");
}

/// Names that the language knows, in tables where they mean something else, with values of any kind and depth.
fn nested(dice: &mut Dice, words: &[&str], depth: usize) -> String {
    let several = |dice: &mut Dice, open: &str, close: &str, named: bool| {
        let parts: Vec<String> = (0..dice.throw(4))
            .map(|_| {
                let value = nested(dice, words, depth + 1);
                match named {
                    true => format!("{} = {value}", dice.pick(words)),
                    false => value,
                }
            })
            .collect();
        format!("{open}{}{close}", parts.join(", "))
    };
    match dice.throw(if depth > 5 { 3 } else { 6 }) {
        0 => dice.pick(ABSURD).into(),
        1 => format!("\"{}\"", dice.pick(words)),
        2 => dice.throw(20).to_string(),
        3 => several(dice, "[", "]", false),
        _ => several(dice, "{ ", " }", true),
    }
}

#[test]
fn random_nesting_and_random_bytes_never_panic() {
    let all = texts().concat();
    let words: Vec<&str> = all
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .filter(|word| word.starts_with(|c: char| c.is_ascii_alphabetic()))
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    assert!(words.len() > 150);
    let mut parsed = 0;
    for case in 0..8_000 {
        let mut dice = Dice::new(23, case);
        let mut text = format!(
            "kind = \"{}\"\n",
            dice.pick(&["train", "sweep", "stages", "compute", "look"])
        );
        for _ in 0..dice.throw(12) {
            match dice.throw(4) {
                0 => text += &format!("[{}]\n", dice.pick(&words)),
                1 => {
                    text += &format!(
                        "[[{}]]\n",
                        dice.pick(&["layers", "stages", "callbacks", "sweep.axes"])
                    )
                }
                2 => text += &format!("[{}.{}]\n", dice.pick(&words), dice.pick(&words)),
                _ => {}
            }
            text += &format!("{} = {}\n", dice.pick(&words), nested(&mut dice, &words, 0));
        }
        parsed += usize::from(
            !parse(&text)
                .err()
                .into_iter()
                .flatten()
                .any(|p| p.code == "toml_syntax"),
        );
        read_all(&text);
        let bytes: Vec<u8> = (0..dice.throw(200))
            .map(|_| dice.throw(256) as u8)
            .collect();
        read_all(&String::from_utf8_lossy(&bytes));
    }
    assert!(parsed > 2_000, "only {parsed} are TOML");
}

/// Every layer kind inside every other, wrapped over and over.
#[test]
fn wrapped_layers_end_somewhere() {
    for depth in [1, 2, 3, 40, 200, 2_000] {
        for wrapper in ["TimeDistributed", "Bidirectional"] {
            let open = format!("{{ type = \"{wrapper}\", layer = ").repeat(depth);
            let text = format!(
                "kind = \"train\"{HEAD}{DATA}{TRAINING}[[layers]]\ntype = \"{wrapper}\"\nlayer = {open}{{ type = \"LSTM\", \
                 units = 3 }}{}\n",
                " }".repeat(depth)
            );
            let start = Instant::now();
            assert!(!read_all(&text), "{depth} {wrapper}");
            assert!(start.elapsed() < Duration::from_secs(2));
        }
    }
}
