//! What EXPERIMENT may be: an id of the book, a TOML file, or a model or project that Fireside wrote, which carries
//! its experiment.

use crate::files;
use crate::show::words;
use fireside_datasets::{names, official_shape};
use fireside_network::weights::File;
use fireside_spec::{Checked, card};
use fireside_training::Run;
use serde_json::Value;
use std::path::Path;

/// An experiment, and what came with it.
pub(crate) struct Source {
    pub text: String,
    pub saved: Saved,
}

/// What a file holds beside the text.
pub(crate) enum Saved {
    Nothing,
    /// A network: the file's bytes.
    Model(Vec<u8>),
    /// A run: network, optimizer, history.
    Project(Vec<u8>),
}

/// Whether a file begins as safetensors do: the length of a header in JSON, which fits into the file.
pub(crate) fn is_safetensors(bytes: &[u8]) -> bool {
    let (Some(length), Some(b'{')) = (bytes.first_chunk::<8>(), bytes.get(8)) else {
        return false;
    };
    u64::from_le_bytes(*length) <= bytes.len() as u64 - 8
}

/// What a file that Fireside wrote tells of itself.
pub(crate) fn told(bytes: &[u8], name: &str) -> Result<Value, String> {
    let file = File::read(bytes).map_err(|error| format!("{name}: {error}"))?;
    serde_json::from_str(&file.metadata)
        .map_err(|error| format!("{name}: what it tells of itself can't be read: {error}"))
}

/// Finds an experiment.
pub(crate) fn open(experiment: &str) -> Result<Source, String> {
    if let Some(text) = fireside_book::text(experiment) {
        let (text, saved) = (text.into(), Saved::Nothing);
        return Ok(Source { text, saved });
    }
    let path = Path::new(experiment);
    if !path.exists() {
        let known: Vec<&str> = fireside_book::FILES.iter().map(|(id, _)| *id).collect();
        return Err(format!(
            "no experiment {experiment} and no such file; known are {}",
            known.join(", ")
        ));
    }
    let bytes = files::read(path, files::LARGEST)?;
    if !is_safetensors(&bytes) {
        let text = String::from_utf8(bytes).map_err(|_| {
            format!(
                "{experiment}: this is neither an experiment in TOML nor a model or project of Fireside; \
                 `fireside import` reads Keras's JSON and YAML, `fireside convert` weights of other programs"
            )
        })?;
        let saved = Saved::Nothing;
        return Ok(Source { text, saved });
    }
    if let Some(text) = Run::text_of(&bytes) {
        let saved = Saved::Project(bytes);
        return Ok(Source { text, saved });
    }
    let told = told(&bytes, experiment)?;
    let text = told["experiment"].as_str().ok_or_else(|| {
        format!("{experiment}: it does not tell its experiment, so Fireside has not written it")
    })?;
    Ok(Source {
        text: text.into(),
        saved: Saved::Model(bytes),
    })
}

/// Checks a text against the data's official shape: no data are needed. Of a sweep it is the first point.
pub(crate) fn checked(text: &str, name: &str) -> Result<Checked, String> {
    let experiment = fireside_spec::parse(text).map_err(|problems| words(name, &problems))?;
    if !experiment.kind.trains() {
        return Err(format!(
            "{name} has no network of its own: it trains nothing. Name an experiment that trains"
        ));
    }
    if let Some(sweep) = &experiment.sweep {
        eprintln!(
            "{name} is a grid of {} points; this is the first one",
            sweep.points()
        );
    }
    card::read(text, official_shape, &names()).map_err(|problems| words(name, &problems))
}
