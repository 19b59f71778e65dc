//! `fireside convert`: weights from one file format to another.

use crate::weights::{self, Form};
use crate::{Outcome, files, source};
use fireside_formats::npz;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
#[command(after_help = "Examples:
  fireside convert digits.safetensors digits.npz
  fireside convert keras.weights.h5 digits.safetensors --for 13.4
  fireside train 13.4 --weights keras.weights.h5    begins with them at once

An npz has a NumPy array for every weight under its name, conv2d_1/kernel, in Keras's layout. Of npz and h5 a layer
is found by its name, else by its place, as Keras itself does; every weight has to be there, with the network's
shape and finite numbers.")]
pub(crate) struct Args {
    /// A model or project of Fireside (.safetensors ...), NumPy's .npz, Keras's .h5
    from: PathBuf,
    /// What is written: .safetensors or .npz
    to: PathBuf,
    /// The network that the weights are for: id of an experiment, a TOML file, a model. Files of Fireside know it
    #[arg(long = "for", value_name = "EXPERIMENT")]
    network: Option<String>,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let (from, name) = (&args.from, args.from.display().to_string());
    files::has_folder(&args.to)?;
    let ending = files::ending(&args.to);
    if !["safetensors", "npz"].contains(&ending.as_str()) {
        return Err(format!(
            "{}: weights are written as .safetensors or .npz; name the file so",
            args.to.display()
        ));
    }
    let bytes = files::read(from, files::LARGEST)?;
    let form = weights::form(&bytes, &name)?;
    // What a file of Fireside tells stays with its weights, as long as they stay with its network.
    let told = match (form, &args.network) {
        (Form::Safetensors, None) => Some(source::told(&bytes, &name)?),
        _ => None,
    };
    let text = match (&args.network, &told) {
        (Some(network), _) => source::open(network)?.text,
        (None, Some(told)) => match told["experiment"].as_str() {
            Some(text) => text.into(),
            None => {
                return Err(format!(
                    "{name}: it does not tell its experiment; add --for"
                ));
            }
        },
        (None, None) => {
            return Err(format!(
                "{name} does not tell what network its weights are for; add --for EXPERIMENT"
            ));
        }
    };
    let network = args.network.as_deref().unwrap_or(&name);
    let checked = source::checked(&text, network)?;
    let tensors = weights::read(bytes, &name, &checked)?;
    let count = tensors.len();
    let bytes = match ending.as_str() {
        "npz" => npz::write(&tensors).map_err(|error| format!("{name}: {error}"))?,
        _ => {
            let told = about(&text, checked.experiment.seed, told.as_ref());
            model(&checked, tensors, &told)?
        }
    };
    files::write(&args.to, &bytes)?;
    eprintln!(
        "wrote {}: {count} weights of {}",
        args.to.display(),
        checked.experiment.id
    );
    Ok(())
}

/// A model file of these weights.
pub(crate) fn model(
    checked: &fireside_spec::Checked,
    tensors: Vec<fireside_formats::NamedTensor>,
    told: &Value,
) -> Result<Vec<u8>, String> {
    let network = weights::network(checked, tensors, &fireside_network::cpu());
    let saved = fireside_network::weights::save(&network, told.to_string());
    pollster::block_on(saved).map_err(|error| error.to_string())
}

/// What a model file tells of itself: what the file before told, or that Fireside has not trained it.
pub(crate) fn about(text: &str, seed: u32, before: Option<&Value>) -> Value {
    let Some(before) = before else {
        return json!({
            "experiment": text, "seed": seed, "epochs": 0, "updates": 0, "test_accuracy": null, "data": "",
        });
    };
    if before["history"].is_null() {
        return before.clone();
    }
    // A project: its numbers stand there as texts, so that none is off by the last bit.
    let accuracy = before["history"].as_array().and_then(|epochs| {
        let last = epochs.last()?["test"]["accuracy"].as_str()?;
        last.parse::<f64>().ok().filter(|share| share.is_finite())
    });
    json!({
        "experiment": text, "seed": seed, "epochs": before["epoch"], "updates": before["updates"],
        "test_accuracy": accuracy, "data": before["data"],
    })
}

/// The weights of a file, laid beside a program as a model file.
pub(crate) fn beside(
    path: &Path,
    text: &str,
    checked: &fireside_spec::Checked,
) -> Result<Vec<u8>, String> {
    let name = path.display().to_string();
    let bytes = files::read(path, files::LARGEST)?;
    let told = match weights::form(&bytes, &name)? {
        Form::Safetensors => Some(source::told(&bytes, &name)?),
        _ => None,
    };
    let tensors = weights::read(bytes, &name, checked)?;
    // The text is the one that was exported, whatever experiment trained the weights.
    let mut told = about(text, checked.experiment.seed, told.as_ref());
    told["experiment"] = text.into();
    model(checked, tensors, &told)
}
