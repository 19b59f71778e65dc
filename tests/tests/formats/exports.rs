//! Exports run where the libraries are: `FIRESIDE_PYTHON=python` (with numpy, keras on jax, torch) builds every network,
//! loads our weights, and has to answer as our engine does.

use crate::networks::{SAMPLES, Sample, book};
use burn::tensor::{Tensor, TensorData};
use fireside_formats::{Limits, NamedTensor, export, npy, npz};
use fireside_network::{Mode, Network, Value, cpu, weights};
use fireside_spec::{Checked, DataFormat, Shape};
use fireside_tests::{block_on, tolerance};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The interpreter; without one the test says so, past the test runner's capture.
fn python() -> Option<PathBuf> {
    let python = std::env::var_os("FIRESIDE_PYTHON").map(PathBuf::from);
    if python.is_none() {
        let _ = writeln!(
            std::io::stderr(),
            "\nSKIPPED: exports are not run, FIRESIDE_PYTHON names no Python with numpy, keras, jax and torch"
        );
    }
    python
}

/// A folder of its own, gone at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("fireside-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, bytes).expect("a file");
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Runs scripts, one after the other, in one process: (script, arguments).
fn run(python: &Path, folder: &Folder, backend: &str, jobs: &[(PathBuf, Vec<String>)]) {
    let mut driver = String::from("import runpy, sys\n");
    for (script, args) in jobs {
        let args: Vec<String> = args.iter().map(|arg| format!("{arg:?}")).collect();
        let _ = write!(
            driver,
            "sys.argv = [{script:?}, {}]\ntry:\n    runpy.run_path({script:?}, run_name='__main__')\n\
             except BaseException:\n    print('in', sys.argv, file=sys.stderr)\n    raise\n",
            args.join(", ")
        );
    }
    let driver = folder.write("driver.py", driver);
    let output = Command::new(python)
        .arg(driver)
        .env("KERAS_BACKEND", backend)
        .env("OMP_NUM_THREADS", "2")
        .output()
        .expect("python starts");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
}

/// Some number between -1 and 1 for element `i` of tensor `k`.
fn some(k: usize, i: usize) -> f32 {
    ((37 * i + 11 * k) % 101) as f32 / 50.0 - 1.0
}

/// A network whose biases and statistics are not the initial ones.
pub fn network(checked: &Checked) -> Network {
    let mut k = 0;
    Network::with_weights(checked, &cpu(), |spec, layer, tensor| {
        k += 1;
        let mut values = spec.initial(checked.experiment.dialect, 7, layer, tensor);
        if spec.name.ends_with("moving_variance") {
            values = (0..values.len()).map(|i| 0.5 + some(k, i).abs()).collect();
        } else if !spec.name.ends_with("kernel") {
            let moved = values.iter().enumerate();
            values = moved.map(|(i, value)| value + 0.2 * some(k, i)).collect();
        }
        values
    })
}

/// Rows for every input, in the order of the data format.
pub fn rows(checked: &Checked, rows: usize) -> Vec<NamedTensor> {
    let format = checked.experiment.data.data_format;
    let inputs = checked.data.inputs.iter().enumerate();
    inputs
        .map(|(k, input)| {
            let length = input.shape.len();
            let value = |i: usize| match input.vocabulary {
                // Padding in front, more of it in later rows.
                Some(_) if i % length < i / length => 0.0,
                Some(count) => ((7 * i + 3) % count) as f32,
                None => some(k, i),
            };
            NamedTensor {
                name: input.name.clone(),
                shape: [&[rows], &input.shape.axes(format)[..]].concat(),
                values: (0..rows * length).map(value).collect(),
            }
        })
        .collect()
}

/// A batch as the engine takes it: pictures channels first.
fn value(tensor: &NamedTensor, shape: Shape, format: DataFormat) -> Value {
    let (n, length) = (tensor.shape[0], shape.len());
    let mut values = tensor.values.clone();
    let channels = match shape {
        Shape::Picture { channels, .. } | Shape::Frames { channels, .. } => channels,
        _ => 1,
    };
    if format == DataFormat::ChannelsLast && channels > 1 {
        let frame = match shape {
            Shape::Frames { frames, .. } => length / frames,
            _ => length,
        };
        let cells = frame / channels;
        for (one, read) in values.chunks_mut(frame).zip(tensor.values.chunks(frame)) {
            for (i, place) in one.iter_mut().enumerate() {
                *place = read[i % cells * channels + i / cells];
            }
        }
    }
    let numbers = Tensor::from_data(TensorData::new(values, [n, length]), &cpu());
    Value::from_flat(numbers, shape)
}

pub fn answers(network: &Network, checked: &Checked, inputs: &[NamedTensor]) -> Vec<f32> {
    let format = checked.experiment.data.data_format;
    let values = inputs.iter().zip(&checked.data.inputs);
    let values = values.map(|(tensor, input)| value(tensor, input.shape, format));
    let output = network.forward(values.collect(), Mode::Use).into_flat();
    output.into_data().try_to_vec().expect("numbers")
}

type Export = fn(&Checked) -> Result<String, fireside_formats::FormatError>;

const LIBRARIES: &[(&str, Export)] = &[("keras3", export::keras3), ("pytorch", export::pytorch)];

/// Every sample and every experiment of the book, in both libraries.
#[test]
fn exports_answer_as_the_engine_does() {
    let Some(python) = python() else {
        return;
    };
    let folder = Folder::new("answers");
    let all: Vec<Checked> = SAMPLES.iter().map(Sample::checked).chain(book()).collect();
    for (library, export) in LIBRARIES {
        let (mut jobs, mut expected) = (Vec::new(), Vec::new());
        for checked in &all {
            let id = &checked.experiment.id;
            let script = export(checked).unwrap_or_else(|error| panic!("{id}: {error}"));
            let script = folder.write(&format!("{id}.{library}.py"), script);
            let network = network(checked);
            let saved = block_on(weights::save(&network, "{}".into())).expect("a file");
            let saved = folder.write(&format!("{id}.safetensors"), saved);
            let inputs = rows(checked, 3);
            let mut args = vec!["predict".into(), saved.display().to_string()];
            for (k, input) in inputs.iter().enumerate() {
                let path = folder.write(&format!("{id}.{k}.npy"), npy::write(input));
                args.push(path.display().to_string());
            }
            let output = folder.0.join(format!("{id}.{library}.out.npy"));
            args.push(output.display().to_string());
            jobs.push((script, args));
            expected.push((id, answers(&network, checked, &inputs), output));
        }
        // Keras 3.15.1 on JAX computes no attention whose values are wider than its keys.
        let wide = |job: &&(PathBuf, Vec<String>)| job.0.ends_with("attention_wide.keras3.py");
        let (other, jax): (Vec<_>, Vec<_>) = jobs.iter().partition(wide);
        for (backend, jobs) in [("jax", jax), ("torch", other)] {
            let jobs: Vec<(PathBuf, Vec<String>)> = jobs.into_iter().cloned().collect();
            run(&python, &folder, backend, &jobs);
        }
        let mut worst = (0.0, "");
        for (id, ours, output) in &expected {
            let bytes = std::fs::read(output).expect("answers");
            let theirs = npy::read(id, &bytes, Limits::default()).expect("an array");
            let (mut largest, mut apart) = (0.0f32, 0.0f32);
            assert_eq!(ours.len(), theirs.values.len(), "{library} {id}");
            for (a, b) in ours.iter().zip(&theirs.values) {
                largest = largest.max(a.abs());
                apart = apart.max((a - b).abs());
            }
            assert!(largest > 1e-3, "{id} answers nothing");
            let apart = f64::from(apart / largest);
            assert!(
                apart <= tolerance::SINGLE,
                "{library} {id}: {apart:e}\n{ours:?}\n{:?}",
                theirs.values
            );
            if apart > worst.0 {
                worst = (apart, id);
            }
        }
        println!(
            "{library}: {} networks, farthest {:e} ({})",
            expected.len(),
            worst.0,
            worst.1
        );
    }
}

/// Ways to train: dialect, lines of `[training]`, classes (0: numbers), last layer.
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
];

fn training(name: &str, dialect: &str, lines: &str, classes: usize, last: &str) -> Checked {
    let words = "{ en = \"-\", zh = \"-\" }";
    let text = format!(
        "id = \"{name}\"\nkind = \"train\"\nchapter = 1\ntitle = {words}\nintro = {words}\ndialect = \"{dialect}\"\n\
         [data]\nname = \"sample\"\nvalidation_split = 0.25\n[training]\n{lines}\nepochs = 3\nbatch_size = 3\n\
         shuffle = false\n[[layers]]\ntype = \"Dense\"\nunits = 5\nactivation = \"tanh\"\n\
         kernel_regularizer = {{ name = \"l1_l2\", l1 = 1e-4, l2 = 1e-3 }}\nkernel_constraint = {{ name = \"max_norm\", max_value = 1 }}\n\
         [[layers]]\ntype = \"Dense\"\nunits = 3\nactivation = \"{last}\"\nbias_constraint = \"non_neg\"\n"
    );
    let target = match classes {
        0 => fireside_spec::Target::Values(3),
        n => fireside_spec::Target::Classes(n),
    };
    let data = fireside_spec::DataShape::new("sample", Shape::Flat { units: 4 }, target, 12, 3);
    let experiment = fireside_spec::parse(&text).unwrap_or_else(|p| panic!("{name}: {p:?}"));
    fireside_spec::check(&experiment, &data).unwrap_or_else(|p| panic!("{name}: {p:?}"))
}

/// Both libraries train the same network on the same rows to the same weights, for every loss, rule and schedule.
#[test]
fn exports_train_alike() {
    let Some(python) = python() else {
        return;
    };
    let folder = Folder::new("trainings");
    let mut jobs = Vec::new();
    for (name, dialect, lines, classes, last) in TRAININGS {
        let checked = training(name, dialect, lines, *classes, last);
        let saved = block_on(weights::save(&network(&checked), "{}".into())).expect("a file");
        let saved = folder.write(&format!("{name}.safetensors"), saved);
        let input = folder.write(&format!("{name}.x.npy"), npy::write(&rows(&checked, 12)[0]));
        let (width, target): (usize, fn(usize) -> f32) = match classes {
            0 => (3, |i| some(5, i)),
            _ => (1, |i| ((5 * i + 2) % 3) as f32),
        };
        let targets = NamedTensor {
            name: "targets".into(),
            shape: if width == 1 {
                vec![12]
            } else {
                vec![12, width]
            },
            values: (0..12 * width).map(target).collect(),
        };
        let targets = folder.write(&format!("{name}.y.npy"), npy::write(&targets));
        for (library, export) in LIBRARIES {
            let script = folder.write(
                &format!("{name}.{library}.py"),
                export(&checked).expect("a script"),
            );
            let new = folder.0.join(format!("{name}.{library}.npz"));
            let paths = [&saved, &input, &targets, &new].map(|path| path.display().to_string());
            jobs.push((script, [&["train".to_owned()][..], &paths].concat()));
        }
    }
    run(&python, &folder, "jax", &jobs);
    for (name, dialect, lines, classes, last) in TRAININGS {
        let checked = training(name, dialect, lines, *classes, last);
        let read = |library: &str| {
            let bytes =
                std::fs::read(folder.0.join(format!("{name}.{library}.npz"))).expect("weights");
            npz::read(&bytes, Limits::default()).expect("an archive")
        };
        let [keras, torch] = ["keras3", "pytorch"].map(read);
        let before = network(&checked);
        for ((a, b), old) in keras.iter().zip(&torch).zip(before.weights()) {
            assert_eq!((&a.name, &a.shape), (&b.name, &b.shape), "{name}");
            let old = block_on(weights::keras_values(old)).expect("values");
            let moved = a
                .values
                .iter()
                .zip(&old)
                .map(|(a, old)| (a - old).abs())
                .fold(0.0, f32::max);
            let apart = a
                .values
                .iter()
                .zip(&b.values)
                .map(|(a, b)| (a - b).abs())
                .fold(0.0, f32::max);
            assert!(
                moved > 1e-6 || a.name.ends_with("bias"),
                "{name} {}: nothing moved",
                a.name
            );
            // The places of their epsilons differ (see the notes in the scripts).
            assert!(
                apart <= 2e-3 * moved + 1e-7,
                "{name} {}: {apart:e} of {moved:e}",
                a.name
            );
        }
    }
}
