//! `fireside export`: an experiment as source code or as an architecture of other libraries.

use crate::{Outcome, convert, files, source};
use fireside_formats::{FormatError, architecture, export};
use fireside_spec::{Checked, Dialect};
use std::path::PathBuf;

#[derive(clap::Args)]
#[command(after_help = "Examples:
  fireside export 13.4 --to keras --out digits.py
  fireside export 13.4 --to pytorch --weights digits.safetensors --out digits.py
      then: python digits.py predict digits.safetensors rows.npy answers.npy
  fireside export 13.4 --to yaml

keras is Keras 3, burn is Burn 0.22 in Rust; the head of each program says how it is run and what differs. json and
yaml hold the architecture alone, as Keras's model.to_json() and to_yaml() write it.")]
pub(crate) struct Args {
    /// Id of the experiment, a TOML file, or a model or project that Fireside wrote
    experiment: String,
    /// What it becomes
    #[arg(long, value_enum)]
    to: Target,
    /// For json and yaml: whose words; otherwise those of the experiment's own dialect
    #[arg(long, value_enum)]
    dialect: Option<Words>,
    /// Write this file instead of the terminal
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Lays these weights (.safetensors, .npz, .h5) beside the program as <OUT>.safetensors
    #[arg(long, value_name = "FILE", requires = "out")]
    weights: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Target {
    Keras,
    Pytorch,
    Burn,
    Json,
    Yaml,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Words {
    Keras2,
    Keras3,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let program = !matches!(args.to, Target::Json | Target::Yaml);
    if program && args.dialect.is_some() {
        return Err("--dialect is for json and yaml: a program means the same in any words".into());
    }
    if !program && args.weights.is_some() {
        return Err(
            "--weights: json and yaml hold none; `fireside convert` writes those as .npz beside them"
                .into(),
        );
    }
    let source = source::open(&args.experiment)?;
    let checked = source::checked(&source.text, &args.experiment)?;
    let text = written(args, &checked).map_err(|error| hint(args, &checked, &error))?;
    let Some(path) = &args.weights else {
        return files::give(args.out.as_deref(), &text);
    };
    // First everything is made, then everything is written.
    let beside = args
        .out
        .as_ref()
        .map(|out| out.with_extension("safetensors"));
    let bytes = convert::beside(path, &source.text, &checked)?;
    files::give(args.out.as_deref(), &text)?;
    let Some(beside) = beside else {
        return Ok(());
    };
    if is_same(path, &beside) {
        eprintln!("its weights are in {}", beside.display());
        return Ok(());
    }
    files::write(&beside, &bytes)?;
    eprintln!("wrote {}", beside.display());
    Ok(())
}

fn is_same(one: &std::path::Path, other: &std::path::Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

fn written(args: &Args, checked: &Checked) -> Result<String, FormatError> {
    let dialect = match args.dialect {
        None => checked.experiment.dialect,
        Some(Words::Keras2) => Dialect::Keras2,
        Some(Words::Keras3) => Dialect::Keras3,
    };
    match args.to {
        Target::Keras => export::keras3(checked),
        Target::Pytorch => export::pytorch(checked),
        Target::Burn => export::burn(checked),
        Target::Json => architecture::json(checked, dialect).map(|json| json + "\n"),
        Target::Yaml => architecture::yaml(checked, dialect),
    }
}

/// What can't be said in one form often can in another.
fn hint(args: &Args, checked: &Checked, error: &FormatError) -> String {
    let message = format!("{}: {error}", args.experiment);
    let other = match (args.to, args.dialect, checked.experiment.dialect) {
        (Target::Keras, ..) => "--to pytorch or --to burn",
        (_, Some(Words::Keras3), _) | (_, None, Dialect::Keras3) => "--to keras",
        _ => "--dialect keras3, or --to keras",
    };
    format!("{message}; try {other}")
}
