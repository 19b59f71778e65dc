//! `fireside train`

pub(crate) use crate::files::write;

use crate::device::{self, Engine};
use crate::drive::{Keep, drive};
use crate::history::Log;
use crate::source::{self, Saved, Source};
use crate::{Outcome, augment, data, files, jobs, show, using, weights};
use fireside_datasets::{Dataset, names};
use fireside_spec::{Checked, Compute, Kind, Problem, Protocol, card, edit};
use fireside_training::Run;
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[derive(clap::Args)]
#[command(after_help = "Examples:
  fireside train 13.4 --epochs 2 --out digits.safetensors     the network
  fireside train 13.4 --project digits.fireside               experiment, network, optimizer and history in one file
  fireside train digits.fireside --epochs 20                  goes on with it, up to 20 epochs in all
  fireside train 13.4 --weights digits.safetensors            begins with these weights, and a fresh optimizer
  fireside train 13.4 --history curve.csv --history events.tfevents
  fireside train 6.2 --out grid.json --resume                 a grid of fits, kept after each")]
pub(crate) struct Args {
    /// Id of the experiment (`fireside list`), a TOML file, a project to go on with, or a model to train on
    pub experiment: String,
    /// In place of the experiment's epochs; of a project: epochs in all
    #[arg(long)]
    pub epochs: Option<u32>,
    /// In place of the experiment's seed
    #[arg(long)]
    pub seed: Option<u32>,
    /// Where to compute
    #[arg(long, value_enum, default_value_t)]
    pub device: Engine,
    /// Folder with the official data files
    #[arg(long)]
    pub data: Option<PathBuf>,
    /// Print every event as a line of JSON
    #[arg(long)]
    pub json: bool,
    /// Write the trained network here; `<FILE>.run` keeps the run while it lasts. Of a grid or folds: their
    /// figures; of augmented pictures (14.6): a folder for them
    #[arg(long, value_name = "FILE.safetensors")]
    pub out: Option<PathBuf>,
    /// Go on with the run that `<FILE>.run` keeps
    #[arg(long, requires = "out", conflicts_with_all = ["project", "weights"])]
    pub resume: bool,
    /// Keep the whole run here: experiment, weights, optimizer, history; `fireside train FILE` goes on with it
    #[arg(long, value_name = "FILE.fireside")]
    pub project: Option<PathBuf>,
    /// Begin with these weights instead of random ones: .safetensors, .npz or Keras's .h5
    #[arg(long, value_name = "FILE")]
    pub weights: Option<PathBuf>,
    /// Write the curves here after every epoch, .csv, .json or .tfevents (TensorBoard); may be given several times
    #[arg(long, value_name = "FILE")]
    pub history: Vec<PathBuf>,
    /// Fits at a time where an experiment takes several (folds, a grid); otherwise one for each core
    #[arg(long)]
    pub jobs: Option<usize>,
    /// Stop after so many updates (for comparisons)
    #[arg(long)]
    pub steps: Option<u64>,
}

/// The text with other epochs and another seed.
pub(crate) fn with(text: &str, epochs: Option<u32>, seed: Option<u32>) -> Result<String, Problem> {
    let mut text = text.to_string();
    if let Some(epochs) = epochs {
        text = edit::set(&text, "training.epochs", &epochs.to_string())?;
    }
    if let Some(seed) = seed {
        text = edit::set(&text, "seed", &seed.to_string())?;
    }
    Ok(text)
}

/// Checks a text against the data at hand.
pub(crate) fn checked(text: &str, data: &Dataset) -> Result<Checked, Vec<Problem>> {
    let shape = data.data_shape();
    card::read(
        text,
        |data| (data.name == shape.name).then(|| shape.clone()),
        &names(),
    )
}

/// Where `--out` keeps a run while it lasts.
fn kept(out: &Path) -> PathBuf {
    let mut name = out.as_os_str().to_os_string();
    name.push(".run");
    PathBuf::from(name)
}

impl Args {
    /// An option that means nothing for a kind of experiment is refused, not passed over.
    fn only(&self, what: &str, takes: &[&str]) -> Outcome {
        let given = [
            ("--epochs", self.epochs.is_some()),
            ("--seed", self.seed.is_some()),
            ("--device gpu", self.device == Engine::Gpu),
            ("--out", self.out.is_some()),
            ("--resume", self.resume),
            ("--project", self.project.is_some()),
            ("--weights", self.weights.is_some()),
            ("--history", !self.history.is_empty()),
            ("--jobs", self.jobs.is_some()),
            ("--steps", self.steps.is_some()),
        ];
        let useless = |(name, given): &&(&str, bool)| *given && !takes.contains(name);
        match given.iter().find(useless) {
            Some((name, _)) => Err(format!(
                "{} {what}: {name} means nothing here; leave it out",
                self.experiment
            )),
            None => Ok(()),
        }
    }

    /// The file that the run is kept in: a project stays, what `--out` keeps goes when the run is over.
    fn keep(&self, source: &Source) -> Result<Option<Keep>, String> {
        let goes_on = matches!(source.saved, Saved::Project(_)) && !self.resume;
        let (path, stays) = match (&self.project, &self.out) {
            (Some(project), _) => (project.clone(), true),
            (None, _) if goes_on => (PathBuf::from(&self.experiment), true),
            (None, Some(out)) => (kept(out), false),
            (None, None) => return Ok(None),
        };
        if self.project.is_some() && path.exists() {
            return Err(format!(
                "{0} is there already: `fireside train {0}` goes on with it; to begin anew, take another name",
                path.display()
            ));
        }
        Ok(Some(Keep { path, stays }))
    }
}

/// The run, from its beginning or from where it was kept.
fn start(args: &Args, source: Source, text: &str) -> Result<Run, String> {
    let name = &args.experiment;
    let experiment = fireside_spec::parse(text).map_err(|p| show::words(name, &p))?;
    let data = Arc::new(data::load(&experiment.data, args.data.as_deref())?);
    let opened = device::open(args.device)?;
    if args.device == Engine::Gpu {
        eprintln!("on {}", opened.name);
    }
    let device = opened.device;
    let problems = |problems: Vec<Problem>| show::words(name, &problems);
    let checked = checked(text, &data).map_err(problems)?;
    let weights = match (&args.weights, source.saved) {
        (None, Saved::Project(bytes)) => {
            let run = Run::resume(&bytes, |_| Some(checked), data, device);
            let mut run = run.map_err(|error| format!("{name}: {error}"))?;
            if args.epochs.is_some() {
                run.go_on(text);
            }
            return Ok(run);
        }
        (Some(path), _) => Some((
            files::read(path, files::LARGEST)?,
            path.display().to_string(),
        )),
        (None, Saved::Model(bytes)) => Some((bytes, name.clone())),
        (None, Saved::Nothing) => None,
    };
    let run = match weights {
        Some((bytes, name)) => {
            let tensors = weights::read(bytes, &name, &checked)?;
            let network = weights::network(&checked, tensors, &device);
            Run::with_network(text, checked, data, network, device)
        }
        None => Run::new(text, checked, data, device),
    };
    run.map_err(|error| error.to_string())
}

/// A project goes on with its own seed, and to no fewer epochs than it has behind it.
fn goes_on(args: &Args, source: &Source) -> Outcome {
    let (name, Saved::Project(bytes)) = (&args.experiment, &source.saved) else {
        return Ok(());
    };
    let own = fireside_spec::parse(&source.text)
        .map_err(|p| show::words(name, &p))?
        .seed;
    if args.seed.is_some_and(|seed| seed != own) {
        return Err(format!(
            "{name} goes on with the seed {own} that it began with; leave out --seed"
        ));
    }
    let done = source::told(bytes, name)?["epoch"].as_u64().unwrap_or(0);
    match args.epochs {
        Some(epochs) if u64::from(epochs) < done => Err(format!(
            "{name} has {done} epochs behind it, and --epochs counts all of them: give a larger number"
        )),
        _ => Ok(()),
    }
}

/// What `--resume` goes on with.
fn kept_run(out: &Path) -> Result<Source, String> {
    let path = kept(out).display().to_string();
    let source = source::open(&path).ok();
    let run = source.filter(|source| matches!(source.saved, Saved::Project(_)));
    run.ok_or_else(|| format!("{path} keeps no run to go on with; leave out --resume"))
}

pub(crate) fn run(args: &Args) -> Outcome {
    let mut source = source::open(&args.experiment)?;
    let words = |problems: Vec<Problem>| show::words(&args.experiment, &problems);
    let experiment = fireside_spec::parse(&source.text).map_err(words)?;
    let pictures = matches!(experiment.compute, Some(Compute::Augment { .. }));
    for path in [&args.out, &args.project].into_iter().flatten() {
        // Pictures are written into a folder, which may be there already.
        if !(pictures && path.is_dir()) {
            files::has_folder(path)?;
        }
    }
    let single = match experiment.kind {
        Kind::Train => experiment.protocol == Protocol::Fit,
        kind => kind == Kind::Generate,
    };
    if let (true, true, Some(out)) = (single, args.resume, &args.out) {
        source = kept_run(out)?;
    }
    if !single && !matches!(source.saved, Saved::Nothing) {
        return Err(format!(
            "{} is not of a single fit that could go on; name its experiment: fireside train {}",
            args.experiment, experiment.id
        ));
    }
    let text = match experiment.training {
        Some(_) => with(&source.text, args.epochs, args.seed).map_err(|p| words(vec![p]))?,
        None => source.text.clone(),
    };
    let experiment = fireside_spec::parse(&text).map_err(words)?;
    let folder = args.data.as_deref();
    match experiment.kind {
        Kind::Look => Err(format!(
            "{} shows data and trains nothing: fireside show {}",
            experiment.id, args.experiment
        )),
        Kind::Compute => {
            if pictures {
                args.only("shows pictures and trains nothing", &["--out"])?;
                return augment::run(&experiment, folder, args.json, args.out.as_deref());
            }
            args.only("is a calculation", &[])?;
            using::show_compute(&experiment, args.json)
        }
        Kind::Predict => {
            args.only("asks a model that another experiment trains", &[])?;
            match &experiment.predict {
                Some(predict) => using::predict(predict, folder, args.json),
                None => Ok(()),
            }
        }
        Kind::Stages => {
            let takes = ["--epochs", "--seed", "--out", "--history"];
            args.only("goes through stages of its own", &takes)?;
            let log = Log::new(&args.history, &[])?;
            using::stages(&text, &experiment, args, log)
        }
        Kind::Train if single => one(args, source, &text).map(|_| ()),
        Kind::Train | Kind::Sweep => {
            let takes = ["--epochs", "--seed", "--out", "--resume", "--jobs"];
            args.only("takes several fits", &takes)?;
            let options = jobs::Options {
                folder,
                json: args.json,
                out: args.out.as_deref(),
                resume: args.resume,
                jobs: args.jobs,
            };
            jobs::run(&text, experiment, &options)
        }
        Kind::Generate => {
            let run = one(args, source, &text)?;
            let data = data::load(&experiment.data, folder)?;
            using::generate(&run, &data, args.json)
        }
    }
}

/// One fit of one network.
fn one(args: &Args, source: Source, text: &str) -> Result<Run, String> {
    if args.jobs.is_some() {
        return Err(format!("{} is one fit; leave out --jobs", args.experiment));
    }
    goes_on(args, &source)?;
    let keep = args.keep(&source)?;
    // Before the data are loaded: names that say no form are found at once.
    Log::new(&args.history, &[])?;
    let mut run = start(args, source, text)?;
    let log = Log::new(&args.history, &run.state().history)?;
    pollster::block_on(drive(args, &mut run, keep, log))?;
    Ok(run)
}
