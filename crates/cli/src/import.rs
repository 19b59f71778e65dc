//! `fireside import`: Keras's architecture becomes an experiment that can be trained.

use crate::show::words;
use crate::{Outcome, files, foreign, source};
use fireside_datasets::{CATALOG, names, official_shape};
use fireside_formats::architecture::{self, Architecture};
use fireside_formats::{Limits, h5};
use fireside_spec::layers::Activation;
use fireside_spec::{DataFormat, Dialect, Experiment, Layer, Target, card, edit, infer, parse};
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
#[command(after_help = "Examples:
  fireside import model.json --like 13.4 --out mine.toml     data, loss and optimizer are 13.4's
  fireside import model.yaml --data pima --out mine.toml     loss by what comes out, Adam, 10 epochs
  fireside import model.h5 --layers                          the [[layers]] tables alone
  fireside convert model.h5 mine.safetensors --for mine.toml its weights

Read is what model.to_json() and to_yaml() of Keras 2 and 3 write, and the architecture inside a whole model that
Keras saved as .h5. An architecture says nothing of data, loss and optimizer: these come from --like, or are chosen
and stand in the file to be changed.")]
pub(crate) struct Args {
    /// .json, .yaml or .h5
    file: PathBuf,
    /// Takes everything but the layers from this experiment: an id, a TOML file, a model
    #[arg(long, value_name = "EXPERIMENT", conflicts_with_all = ["data", "layers"])]
    like: Option<String>,
    /// The data set, where several have rows that fit
    #[arg(long, value_name = "NAME", conflicts_with = "layers")]
    data: Option<String>,
    /// Only the [[layers]] tables
    #[arg(long)]
    layers: bool,
    /// Write this file instead of the terminal
    #[arg(long, value_name = "FILE.toml")]
    out: Option<PathBuf>,
}

/// What a text of an architecture may take; its reader takes no more.
const MOST: u64 = 4 << 20;

pub(crate) fn run(args: &Args) -> Outcome {
    let name = args.file.display().to_string();
    let text = keras(&args.file)?;
    // Every data set of the book calls its only input so.
    let read = architecture::read_for(&text, &["input"]);
    let read = read.map_err(|error| foreign::words(&name, &error))?;
    let out = args.out.as_deref();
    if args.layers {
        return files::give(out, &read.text);
    }
    let made = match &args.like {
        Some(experiment) => like(&name, &read, experiment)?,
        None => new(&args.file, &read, args.data.as_deref())?,
    };
    // What is given can be run, or is not given.
    let checked = card::read(&made, official_shape, &names());
    let checked = checked.map_err(|problems| words(&name, &problems))?;
    files::give(out, &made)?;
    eprintln!(
        "{}: {} layers, {} parameters, data {}",
        checked.experiment.id,
        checked.layers.len(),
        checked.parameters(),
        checked.data.name
    );
    Ok(())
}

/// The text of Keras's architecture: the file itself, or what an h5 file of a whole model has.
fn keras(path: &Path) -> Result<String, String> {
    let name = path.display().to_string();
    if files::ending(path) != "h5" && files::ending(path) != "hdf5" {
        return files::text(path, MOST);
    }
    let bytes = files::read(path, files::LARGEST)?;
    let weights = h5::read(bytes, Limits::default());
    let architecture = weights.and_then(|weights| weights.architecture());
    let architecture = architecture.map_err(|error| foreign::words(&name, &error))?;
    architecture.ok_or_else(|| {
        format!(
            "{name}: it holds weights and no architecture; write that with model.to_json() and import the JSON, \
             then `fireside convert {name} MODEL.safetensors --for EXPERIMENT.toml`"
        )
    })
}

fn dialect(read: &Architecture) -> &'static str {
    match read.dialect {
        Dialect::Keras2 => "keras2",
        Dialect::Keras3 => "keras3",
    }
}

fn format(read: &Architecture) -> &'static str {
    match read.data_format {
        DataFormat::ChannelsFirst => "channels_first",
        DataFormat::ChannelsLast => "channels_last",
    }
}

/// Another experiment with these layers.
fn like(name: &str, read: &Architecture, experiment: &str) -> Result<String, String> {
    let failed = |problems: Vec<_>| words(experiment, &problems);
    let text = source::open(experiment)?.text;
    let before = parse(&text).map_err(failed)?;
    if !before.kind.trains() {
        return Err(format!(
            "{experiment} trains nothing: --like takes an experiment that has layers of its own"
        ));
    }
    let set = |text: &str, path, value| edit::set(text, path, value).map_err(|p| failed(vec![p]));
    let mut text = text;
    if before.dialect != read.dialect {
        eprintln!(
            "{name} is written in the words of {0}: so is the experiment now",
            dialect(read)
        );
        text = set(&text, "dialect", dialect(read))?;
    }
    if before.data.data_format != read.data_format {
        text = set(&text, "data.data_format", format(read))?;
    }
    let made = replace(&text, &read.text);
    // Only the layers may have changed, whatever the text looks like.
    let same = |made: Experiment, old: Experiment| {
        made.layers == read.layers
            && Experiment {
                layers: old.layers.clone(),
                ..made
            } == old
    };
    let problems = |problems: Vec<_>| words(name, &problems);
    match same(
        parse(&made).map_err(problems)?,
        parse(&text).map_err(failed)?,
    ) {
        true => Ok(made),
        false => Err(format!(
            "the layers of {experiment} can't be found in its text: write each as a table of its own, [[layers]]"
        )),
    }
}

/// The text with other `[[layers]]` tables.
fn replace(text: &str, layers: &str) -> String {
    let (mut before, mut after) = (String::new(), String::new());
    let (mut within, mut seen) = (false, false);
    for line in text.lines() {
        let header = line.trim_start();
        if header.starts_with('[') {
            let name = header.trim_start_matches('[').trim_start();
            let rest = name.strip_prefix("layers").map(str::trim_start);
            within = rest.is_some_and(|rest| rest.starts_with([']', '.']));
            seen |= within;
        }
        if !within {
            let part = if seen { &mut after } else { &mut before };
            *part += line;
            part.push('\n');
        }
    }
    let gap = if after.is_empty() { "" } else { "\n" };
    format!("{before}{layers}{gap}{after}")
}

/// A whole new experiment.
fn new(path: &Path, read: &Architecture, data: Option<&str>) -> Result<String, String> {
    let name = path.display().to_string();
    let fits = fitting(read);
    let chosen = match (data, &fits[..]) {
        (Some(data), _) => data,
        (None, [one]) => one,
        (None, []) => {
            return Err(format!(
                "{name}: no data set of the book has such rows and targets as they are; --like EXPERIMENT takes \
                 data with their preparation, --layers gives the layers alone"
            ));
        }
        (None, several) => {
            return Err(format!(
                "{name} fits several data sets: {}; choose one with --data, or --like EXPERIMENT",
                several.join(", ")
            ));
        }
    };
    if !CATALOG.iter().any(|entry| entry.name == chosen) {
        return Err(format!("no data set {chosen}; known are {}", names()));
    }
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let id: String = stem.chars().map(plain).take(40).collect();
    Ok(text(read, &id, chosen, loss(read, chosen)))
}

fn text(read: &Architecture, id: &str, data: &str, loss: &str) -> String {
    let layout = match read.data_format {
        DataFormat::ChannelsFirst => "data_format = \"channels_first\"\n",
        DataFormat::ChannelsLast => "",
    };
    format!(
        "id = \"{id}\"\nkind = \"train\"\nchapter = 0\ntitle = {{ en = \"{id}\", zh = \"{id}\" }}\n\
         intro = {{ en = \"A network of Keras.\", zh = \"来自 Keras 的网络。\" }}\ndialect = \"{}\"\nseed = 7\n\n\
         [data]\nname = \"{data}\"\n{layout}\n{}\n\
         # An architecture says nothing of these.\n[training]\nloss = {loss}\noptimizer = \"adam\"\nepochs = 10\n\
         batch_size = 32\n",
        dialect(read),
        read.text
    )
}

/// The data sets whose rows are the network's input, as they are, and whose targets are its output.
fn fitting(read: &Architecture) -> Vec<&'static str> {
    let fits = |name: &str| {
        let experiment = parse(&text(read, "-", name, "\"mse\"")).ok()?;
        let shape = official_shape(&experiment.data)?;
        let own = shape.inputs.first()?;
        let [input] = &read.inputs[..] else {
            return None;
        };
        let output = infer(&experiment, &shape).ok()?.last()?.output;
        let outputs = match shape.target {
            Target::Classes(2) => [1, 2].contains(&output.len()),
            target => output.len() == target.width(),
        };
        Some(outputs && own.shape.axes(read.data_format) == input.shape)
    };
    let all = CATALOG.iter().map(|entry| entry.name);
    all.filter(|name| fits(name) == Some(true)).collect()
}

/// The loss that goes with what comes out, as TOML.
fn loss(read: &Architecture, data: &str) -> &'static str {
    let experiment = parse(&text(read, "-", data, "\"mse\"")).ok();
    let shape = experiment.and_then(|experiment| official_shape(&experiment.data));
    let target = shape.map(|shape| shape.target);
    let last = read.layers.last().map(|node| &node.layer);
    let one = matches!(last, Some(Layer::Dense(dense)) if dense.units == 1);
    match (target, last.map(Layer::activation)) {
        (Some(Target::Values(_)) | None, _) => "\"mean_squared_error\"",
        (_, Some(Activation::Softmax)) => "\"categorical_crossentropy\"",
        (_, Some(Activation::Sigmoid)) => "\"binary_crossentropy\"",
        _ if one => "{ name = \"binary_crossentropy\", from_logits = true }",
        _ => "{ name = \"categorical_crossentropy\", from_logits = true }",
    }
}
