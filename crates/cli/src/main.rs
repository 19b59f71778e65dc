//! `fireside`: the book in a terminal, with the same crates as the page.

mod augment;
mod bench;
mod card;
mod chart;
mod convert;
mod data;
mod device;
mod drive;
mod export;
mod fetch;
mod files;
mod fit;
mod foreign;
mod history;
mod import;
mod jobs;
mod layers;
mod list;
mod photo;
mod plain;
mod plots;
mod predict;
mod progress;
mod rate;
mod reproduce;
mod scores;
mod show;
mod source;
mod train;
mod using;
mod weights;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Any failure of a command, already in words.
pub(crate) type Outcome = Result<(), String>;

#[derive(Parser)]
#[command(
    name = "fireside",
    version,
    about = "Fireside: a deep-learning book that trains, in a terminal"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Lists the experiments
    List {
        /// The whole book as JSON: what the site is made from
        #[arg(long)]
        json: bool,
    },
    /// Shows an experiment: its text and Keras's summary
    Show {
        /// Id of the experiment (`fireside list`), a TOML file, or a model or project that Fireside wrote
        experiment: String,
        /// Instead, the learning rate of every epoch
        #[arg(long)]
        rate: bool,
    },
    /// Lists layers, activations, optimizers ... with their documentation
    Layers(layers::Args),
    /// Trains an experiment, or goes on with one
    Train(train::Args),
    /// Looks for a good learning rate
    FindRate(rate::Args),
    /// Writes an experiment as source code for Keras, PyTorch or Burn, or as Keras's JSON or YAML
    Export(export::Args),
    /// Makes an experiment of an architecture in Keras's JSON or YAML
    Import(import::Args),
    /// Converts weights: safetensors, NumPy's npz, Keras's h5
    Convert(convert::Args),
    /// Judges digits, or photos, with a trained model
    Predict(predict::Args),
    /// Measures how long a training step takes
    Bench(bench::Args),
    /// Measures experiments over several seeds and judges the printed figures
    Reproduce(reproduce::Args),
    /// Measures a model on the official test rows and writes its card beside it
    Card(card::Args),
    /// Finds the data (or downloads it) and makes the packs of the site
    Data(data::Args),
}

/// Prints a line; a reader that closed the pipe (`| head`) ends the program quietly.
pub(crate) fn say(line: impl std::fmt::Display) {
    use std::io::Write;
    if writeln!(std::io::stdout(), "{line}").is_err() {
        std::process::exit(0);
    }
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::List { json } => list::run(json),
        Command::Show { experiment, rate } => show::run(&experiment, rate),
        Command::Layers(args) => layers::run(&args),
        Command::Train(args) => train::run(&args),
        Command::FindRate(args) => rate::find(&args),
        Command::Export(args) => export::run(&args),
        Command::Import(args) => import::run(&args),
        Command::Convert(args) => convert::run(&args),
        Command::Predict(args) => predict::run(&args),
        Command::Bench(args) => bench::run(&args),
        Command::Reproduce(args) => reproduce::run(&args),
        Command::Card(args) => card::run(&args),
        Command::Data(args) => data::run(&args),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}
