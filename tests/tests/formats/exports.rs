//! Exports run where the libraries are: `FIRESIDE_PYTHON=python` (with numpy, keras on jax, torch) builds every network,
//! loads our weights, and has to answer as our engine does.

use crate::networks::{SAMPLES, Sample, book};
use burn::tensor::{Tensor, TensorData};
use fireside_formats::{Expected, Limits, NamedTensor, export, h5, npy};
use fireside_network::{Mode, Network, Value, cpu, weights};
use fireside_spec::{Checked, DataFormat, Shape};
use fireside_tests::{block_on, tolerance};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The interpreter; without one the test says so, past the test runner's capture.
pub fn python() -> Option<PathBuf> {
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
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("fireside-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
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

/// A script and its arguments.
pub type Job = (PathBuf, Vec<String>);

/// Runs scripts, one after the other, in one process; `also` is Python that looks at what each has `made`.
pub fn run(python: &Path, folder: &Folder, backend: &str, also: &str, jobs: &[Job]) {
    let mut driver = String::from("import runpy, sys\n");
    for (script, args) in jobs {
        let args: Vec<String> = args.iter().map(|arg| format!("{arg:?}")).collect();
        let _ = write!(
            driver,
            "sys.argv = [{script:?}, {}]\ntry:\n    made = runpy.run_path({script:?}, run_name='__main__')\n{also}\
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
pub fn some(k: usize, i: usize) -> f32 {
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

pub type Export = fn(&Checked) -> Result<String, fireside_formats::FormatError>;

pub const LIBRARIES: &[(&str, Export)] =
    &[("keras3", export::keras3), ("pytorch", export::pytorch)];

/// Every sample and every experiment of the book, in both libraries.
#[test]
fn exports_answer_as_the_engine_does() {
    let Some(python) = python() else {
        return;
    };
    let folder = Folder::new("answers");
    let all: Vec<Checked> = SAMPLES.iter().map(Sample::checked).chain(book()).collect();
    let mut networks = Vec::new();
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
            if *library == "keras3" {
                networks.push(network);
            }
        }
        // Keras's own files of the same weights, in its new layout and its old one.
        let also = match *library {
            "keras3" => {
                "    if made['TENSORS']:\n        made['model'].save_weights(sys.argv[0][:-3] + '.weights.h5')\n        \
                 made['model'].save(sys.argv[0][:-3] + '.h5')\n"
            }
            _ => "",
        };
        // Keras 3.15.1 on JAX computes no attention whose values are wider than its keys.
        let wide = |job: &&Job| job.0.ends_with("attention_wide.keras3.py");
        let (other, jax): (Vec<_>, Vec<_>) = jobs.iter().partition(wide);
        for (backend, jobs) in [("jax", jax), ("torch", other)] {
            let jobs: Vec<Job> = jobs.into_iter().cloned().collect();
            run(&python, &folder, backend, also, &jobs);
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
    for (checked, network) in all.iter().zip(&networks) {
        let own = network
            .weights()
            .map(|weight| block_on(weights::keras_values(weight)));
        let own: Vec<Vec<f32>> = own.map(|values| values.expect("values")).collect();
        let wanted = Expected::of(checked);
        let files = if own.is_empty() {
            &[][..]
        } else {
            &["weights.h5", "h5"]
        };
        for file in files {
            let id = &checked.experiment.id;
            let bytes =
                std::fs::read(folder.0.join(format!("{id}.keras3.{file}"))).expect("a file");
            let found = h5::read(bytes, Limits::default());
            let found = found.and_then(|found| found.arrange(&wanted));
            let found = found.unwrap_or_else(|error| panic!("{id} {file}: {error}"));
            assert!(found == own, "{id} {file}: other weights");
        }
    }
}
