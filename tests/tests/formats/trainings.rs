//! Exports train as the engine does: every loss, rule and schedule, from the same weights on the same rows.

use crate::exports::{Folder, LIBRARIES, network, python, rows, run, some};
use fireside_datasets::{Dataset, Origin, Table, Targets};
use fireside_formats::{Limits, NamedTensor, export, npy, npz};
use fireside_network::{Network, cpu, weights};
use fireside_spec::Checked;
use fireside_tests::block_on;
use fireside_tests::files::{bless, root};
use fireside_training::{Event, Run};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Ways to train: name, dialect, lines of `[training]`, classes (0: numbers), last activation.
const TRAININGS: &[(&str, &str, &str, usize, &str)] = &[
    (
        "sgd",
        "keras2",
        "loss = \"mse\"\noptimizer = { name = \"sgd\", learning_rate = 0.1, decay = 0.01 }",
        0,
        "linear",
    ),
    (
        "momentum",
        "keras3",
        "loss = \"mae\"\noptimizer = { name = \"sgd\", momentum = 0.9, nesterov = true, global_clipnorm = 0.1 }",
        0,
        "linear",
    ),
    (
        "adam",
        "keras2",
        "loss = \"categorical_crossentropy\"\noptimizer = \"adam\"\nclass_weight = [1.0, 0.5, 2.0]\nmetrics = [\"accuracy\"]",
        3,
        "softmax",
    ),
    (
        "adamw",
        "keras3",
        "loss = \"sparse_categorical_crossentropy\"\noptimizer = \"adamw\"\nschedule = \"cosine\"",
        3,
        "softmax",
    ),
    (
        "logits",
        "keras3",
        "loss = { name = \"categorical_crossentropy\", from_logits = true }\noptimizer = \"adamax\"\n\
         schedule = { name = \"step\", drop = 0.5, epochs_drop = 1 }",
        3,
        "linear",
    ),
    (
        "rmsprop",
        "keras2",
        "loss = \"kld\"\noptimizer = \"rmsprop\"\nschedule = { name = \"exponential\", decay_rate = 0.5, staircase = true }",
        3,
        "softmax",
    ),
    (
        "adagrad",
        "keras2",
        "loss = { name = \"huber\", delta = 0.5 }\noptimizer = { name = \"adagrad\", clipvalue = 0.01 }\n\
         schedule = { name = \"warmup\", warmup_epochs = 1, then = { name = \"one_cycle\", pct_start = 0.5 } }",
        0,
        "linear",
    ),
    (
        "adadelta",
        "keras2",
        "loss = \"logcosh\"\noptimizer = \"adadelta\"\n\
         schedule = { name = \"piecewise\", boundaries = [0], values = [1.0, 0.1] }",
        0,
        "linear",
    ),
    (
        "hinge",
        "keras2",
        "loss = \"squared_hinge\"\noptimizer = \"sgd\"",
        0,
        "tanh",
    ),
    (
        "poisson",
        "keras2",
        "loss = \"poisson\"\noptimizer = \"sgd\"",
        0,
        "softplus",
    ),
    (
        "binary",
        "keras2",
        "loss = \"binary_crossentropy\"\noptimizer = \"sgd\"",
        3,
        "sigmoid",
    ),
    (
        "plateau",
        "keras3",
        "loss = \"mape\"\noptimizer = \"sgd\"\nschedule = { name = \"reduce_on_plateau\", monitor = \"loss\" }",
        0,
        "linear",
    ),
    (
        "frozen",
        "keras3",
        "loss = \"mse\"\noptimizer = { name = \"sgd\", learning_rate = 0.1, global_clipnorm = 0.1 }",
        0,
        "linear",
    ),
];

/// Layers that are not trained, behind one that is.
const FROZEN: &str = "[[layers]]\ntype = \"BatchNormalization\"\ntrainable = false\n\
    [[layers]]\ntype = \"Dense\"\nunits = 4\ntrainable = false\nkernel_regularizer = \"l2\"\n";

const ROWS: usize = 12;

fn text(name: &str, dialect: &str, lines: &str, last: &str) -> String {
    let between = if name == "frozen" { FROZEN } else { "" };
    let words = "{ en = \"-\", zh = \"-\" }";
    format!(
        "id = \"{name}\"\nkind = \"train\"\nchapter = 1\ntitle = {words}\nintro = {words}\ndialect = \"{dialect}\"\n\
         [data]\nname = \"sample\"\nvalidation_split = 0.25\n[training]\n{lines}\nepochs = 3\nbatch_size = 3\n\
         shuffle = false\n[[layers]]\ntype = \"Dense\"\nunits = 5\nactivation = \"tanh\"\n\
         kernel_regularizer = {{ name = \"l1_l2\", l1 = 1e-4, l2 = 1e-3 }}\nkernel_constraint = {{ name = \"max_norm\", max_value = 1 }}\n\
         {between}[[layers]]\ntype = \"Dense\"\nunits = 3\nactivation = \"{last}\"\nbias_constraint = \"non_neg\"\n"
    )
}

type Arrays = BTreeMap<String, (Vec<usize>, Vec<f32>)>;

/// One way to train, and what the engine makes of it.
struct Case {
    name: &'static str,
    checked: Checked,
    before: Arrays,
    after: Arrays,
    input: NamedTensor,
    targets: NamedTensor,
}

fn arrays(network: &Network) -> Arrays {
    let own = network.weights().map(|weight| {
        let values = block_on(weights::keras_values(weight)).expect("values");
        (weight.name.clone(), (weight.shape.clone(), values))
    });
    own.collect()
}

fn case(index: usize) -> Case {
    let (name, dialect, lines, classes, last) = TRAININGS[index];
    let text = text(name, dialect, lines, last);
    let labels = |i: usize| ((5 * i + 2) % 3) as u16;
    let targets = match classes {
        0 => Targets::Values {
            values: (0..3 * ROWS).map(|i| some(5, i)).collect(),
            width: 3,
        },
        classes => Targets::Classes {
            labels: (0..ROWS).map(labels).collect(),
            classes,
        },
    };
    let columns: Vec<String> = ["a", "b", "c", "d"].map(String::from).into();
    let values: Vec<f32> = (0..4 * ROWS).map(|i| some(0, i)).collect();
    let table = Table::new("rows", columns, values, targets.clone()).expect("a table");
    let data = Arc::new(Dataset::new("sample", table.clone(), table, Origin::Sample));
    let checked = fireside_tests::runs::checked(&text, &data);
    let input = rows(&checked, ROWS).remove(0);
    let network = network(&checked);
    let before = arrays(&network);
    let started = Run::with_network(&text, checked.clone(), data, network, cpu());
    let mut run = started.unwrap_or_else(|error| panic!("{name}: {error}"));
    while !matches!(fireside_tests::runs::next(&mut run), Event::Finished { .. }) {}
    let after = arrays(run.network());
    let targets = match targets {
        Targets::Values { values, .. } => (vec![ROWS, 3], values),
        Targets::Classes { labels, .. } => {
            (vec![ROWS], labels.into_iter().map(f32::from).collect())
        }
    };
    Case {
        name,
        checked,
        before,
        after,
        input,
        targets: NamedTensor {
            name: "targets".into(),
            shape: targets.0,
            values: targets.1,
        },
    }
}

impl Case {
    /// Compares what others made of the weights; `rule` is how far their rules are known to be apart.
    fn compare(&self, who: &str, theirs: &Arrays, rule: f32) -> f32 {
        let mut farthest = 0.0f32;
        for (name, (shape, ours)) in &self.after {
            let (their_shape, values) = &theirs[name];
            assert_eq!(shape, their_shape, "{who} {} {name}", self.name);
            let old = &self.before[name].1;
            let moved = ours
                .iter()
                .zip(old)
                .map(|(a, b)| (a - b).abs())
                .fold(0.0, f32::max);
            let apart = ours
                .iter()
                .zip(values)
                .map(|(a, b)| (a - b).abs())
                .fold(0.0, f32::max);
            let layer = name.split('/').next().unwrap_or_default();
            let own = self.checked.layers.iter().find(|own| own.name == layer);
            if own.is_some_and(|own| own.trainable) {
                let moved = moved > 1e-6 || name.ends_with("bias");
                assert!(moved, "{} {name}: nothing moved", self.name);
            } else {
                assert!(moved == 0.0 && apart == 0.0, "{} {name}: moved", self.name);
            }
            assert!(
                apart <= rule * moved + 1e-6,
                "{who} {} {name}: {apart:e} of {moved:e}",
                self.name
            );
            farthest = farthest.max(apart / moved.max(1e-6));
        }
        farthest
    }
}

macro_rules! trained {
    ($($name:ident),*) => {
        $(
            #[allow(dead_code, unused, non_snake_case, clippy::all)]
            mod $name {
                include!(concat!("exported/train_", stringify!($name), ".rs"));
            }
        )*

        const TRAINED: &[&str] = &[$(stringify!($name)),*];

        fn trained(case: &Case) -> Arrays {
            match case.name {
                $(stringify!($name) => {
                    let device = cpu().autodiff();
                    let network = $name::Network::load(&case.before, &device).expect("all weights");
                    let array = |tensor: &NamedTensor| $name::Array {
                        shape: tensor.shape.clone(),
                        values: tensor.values.clone(),
                    };
                    let targets = $name::one_hot(array(&case.targets)).values;
                    $name::train(network, &[array(&case.input)], &targets, &device).arrays()
                })*
                name => panic!("{name} is not exported"),
            }
        }
    };
}

trained!(adam, adagrad, frozen, sgd);

/// A program without what only a file may begin with.
fn included(program: &str) -> String {
    let kept = program
        .lines()
        .filter(|line| !line.starts_with("//!") && !line.starts_with("#!["));
    kept.map(|line| format!("{line}\n")).collect()
}

/// The exports for Burn in `exported/` (`FIRESIDE_BLESS=1` writes them anew) train as the engine does.
#[test]
fn burn_trains_as_the_engine_does() {
    for index in 0..TRAININGS.len() {
        let case = case(index);
        let program = included(&export::burn(&case.checked).expect("a program"));
        if !TRAINED.contains(&case.name) {
            continue;
        }
        let path = root().join(format!(
            "tests/tests/formats/exported/train_{}.rs",
            case.name
        ));
        if bless() {
            std::fs::write(&path, &program).expect("a file");
        }
        let stored = std::fs::read_to_string(&path).expect("a file");
        assert_eq!(
            stored, program,
            "{}: FIRESIDE_BLESS=1 writes it anew",
            case.name
        );
        let farthest = case.compare("burn", &trained(&case), 1e-3);
        println!("burn, {}: {farthest:e}", case.name);
    }
}

/// Keras 3 and PyTorch do, too, but for the places of their epsilons (the scripts say so).
#[test]
fn scripts_train_as_the_engine_does() {
    let Some(python) = python() else {
        return;
    };
    let folder = Folder::new("trainings");
    let (mut jobs, mut cases) = (Vec::new(), Vec::new());
    for index in 0..TRAININGS.len() {
        let case = case(index);
        let name = case.name;
        let tensors: Vec<NamedTensor> = case
            .before
            .iter()
            .map(|(name, (shape, values))| NamedTensor {
                name: name.clone(),
                shape: shape.clone(),
                values: values.clone(),
            })
            .collect();
        let saved = folder.write(
            &format!("{name}.npz"),
            npz::write(&tensors).expect("an archive"),
        );
        let input = folder.write(&format!("{name}.x.npy"), npy::write(&case.input));
        let targets = folder.write(&format!("{name}.y.npy"), npy::write(&case.targets));
        for (library, export) in LIBRARIES {
            let script = export(&case.checked).expect("a script");
            let script = folder.write(&format!("{name}.{library}.py"), script);
            let new = folder.0.join(format!("{name}.{library}.npz"));
            let paths = [&saved, &input, &targets, &new].map(|path| path.display().to_string());
            jobs.push((script, [&["train".to_owned()][..], &paths].concat()));
        }
        cases.push(case);
    }
    run(&python, &folder, "jax", "", &jobs);
    for case in &cases {
        for (library, _) in LIBRARIES {
            let bytes = std::fs::read(folder.0.join(format!("{}.{library}.npz", case.name)));
            let tensors =
                npz::read(&bytes.expect("weights"), Limits::default()).expect("an archive");
            let own = tensors
                .into_iter()
                .map(|one| (one.name, (one.shape, one.values)));
            let farthest = case.compare(library, &own.collect(), 2e-3);
            println!("{library}, {}: {farthest:e}", case.name);
        }
    }
}
