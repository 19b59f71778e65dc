//! `fireside train`

use crate::device::{self, Engine};
use crate::{Outcome, data, jobs, progress, say, show, using};
use fireside_datasets::{Dataset, names};
use fireside_spec::{Checked, Kind, Problem, Protocol, card, edit};
use fireside_training::{Event, Run};
use indicatif::ProgressBar;
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Id of the experiment (`fireside list`), or a TOML file
    experiment: String,
    /// In place of the experiment's epochs
    #[arg(long)]
    epochs: Option<u32>,
    /// In place of the experiment's seed
    #[arg(long)]
    seed: Option<u32>,
    /// Where to compute
    #[arg(long, value_enum, default_value_t)]
    device: Engine,
    /// Folder with the official data files
    #[arg(long)]
    data: Option<PathBuf>,
    /// Print every event as a line of JSON
    #[arg(long)]
    json: bool,
    /// Write the trained network here; `<FILE>.run` keeps the run while it lasts
    #[arg(long, value_name = "FILE.safetensors")]
    out: Option<PathBuf>,
    /// Go on with the run that `<FILE>.run` keeps
    #[arg(long, requires = "out")]
    resume: bool,
    /// Fits at a time where an experiment takes several (folds, a grid); otherwise one for each core
    #[arg(long)]
    jobs: Option<usize>,
    /// Stop after so many updates (for comparisons)
    #[arg(long)]
    steps: Option<u64>,
}

/// On a GPU the losses of so many steps are read together.
const STRIDE: u64 = 10;
/// How often a running run is kept.
const KEEP_EVERY: Duration = Duration::from_secs(30);

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

fn kept(out: &Path) -> PathBuf {
    let mut name = out.as_os_str().to_os_string();
    name.push(".run");
    PathBuf::from(name)
}

/// Writes a file as a whole or not at all.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Outcome {
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    let mut part = path.as_os_str().to_os_string();
    part.push(".part");
    std::fs::write(&part, bytes).map_err(failed)?;
    std::fs::rename(&part, path).map_err(failed)
}

fn start(args: &Args) -> Result<Run, String> {
    let text = show::text(&args.experiment)?;
    let text =
        with(&text, args.epochs, args.seed).map_err(|p| show::words(&args.experiment, &[p]))?;
    let experiment = fireside_spec::parse(&text).map_err(|p| show::words(&args.experiment, &p))?;
    let data = Arc::new(data::load(&experiment.data, args.data.as_deref())?);
    let opened = device::open(args.device)?;
    if args.device == Engine::Gpu {
        eprintln!("on {}", opened.name);
    }
    let device = opened.device;
    if let (true, Some(out)) = (args.resume, &args.out) {
        let path = kept(out);
        let bytes = std::fs::read(&path).map_err(|error| {
            format!(
                "{}: {error}. There is no run to go on with; leave out --resume",
                path.display()
            )
        })?;
        let rows = Arc::clone(&data);
        return Run::resume(&bytes, |text| checked(text, &rows).ok(), data, device)
            .map_err(|error| error.to_string());
    }
    let checked = checked(&text, &data).map_err(|p| show::words(&args.experiment, &p))?;
    Run::new(&text, checked, data, device).map_err(|error| error.to_string())
}

pub(crate) fn run(args: &Args) -> Outcome {
    let text = show::text(&args.experiment)?;
    let words = |problems: Vec<Problem>| show::words(&args.experiment, &problems);
    let text = match fireside_spec::parse(&text).map_err(words)?.training {
        Some(_) => with(&text, args.epochs, args.seed).map_err(|p| words(vec![p]))?,
        None => text,
    };
    let experiment = fireside_spec::parse(&text).map_err(words)?;
    let folder = args.data.as_deref();
    match experiment.kind {
        Kind::Look => Err(format!(
            "{} shows data and trains nothing: fireside show {}",
            experiment.id, args.experiment
        )),
        Kind::Compute => using::show_compute(&experiment, args.json),
        Kind::Predict => match &experiment.predict {
            Some(predict) => using::predict(predict, folder, args.json),
            None => Ok(()),
        },
        Kind::Stages => using::stages(&text, &experiment, folder, args.json),
        Kind::Train if experiment.protocol == Protocol::Fit => {
            let mut run = start(args)?;
            pollster::block_on(drive(args, &mut run))
        }
        Kind::Train | Kind::Sweep => {
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
            let mut run = start(args)?;
            pollster::block_on(drive(args, &mut run))?;
            let data = data::load(&experiment.data, folder)?;
            using::generate(&run, &data, args.json)
        }
    }
}

async fn drive(args: &Args, run: &mut Run) -> Outcome {
    let state = run.state();
    let bar = progress::updates(u64::from(state.steps_per_epoch) * u64::from(state.epochs));
    bar.set_position(u64::from(state.update));
    let began = Instant::now();
    let mut last_kept = Instant::now();
    let mut waiting = VecDeque::new();
    loop {
        let event = match waiting.pop_front() {
            Some(event) => event,
            None => {
                let left = args.steps.map_or(STRIDE, |steps| {
                    steps.saturating_sub(bar.position()).clamp(1, STRIDE)
                });
                let stride = if args.device == Engine::Gpu { left } else { 1 };
                let events = run.advance(stride as usize).await;
                waiting.extend(events.map_err(|error| error.to_string())?);
                continue;
            }
        };
        if args.json {
            let line = serde_json::to_string(&event).map_err(|error| error.to_string())?;
            say(line);
        }
        show_event(&bar, &event, state.epochs, args.json);
        let ended = matches!(event, Event::Finished { .. } | Event::Diverged { .. });
        if let Some(out) = &args.out
            && (ended || matches!(event, Event::Epoch(_)) || last_kept.elapsed() > KEEP_EVERY)
            // What is kept is the run after all events that it gave.
            && waiting.is_empty()
        {
            let bytes = run.checkpoint().await.map_err(|error| error.to_string())?;
            write(&kept(out), &bytes)?;
            last_kept = Instant::now();
        }
        if let Event::Diverged { epoch, step, .. } = event {
            bar.abandon();
            return Err(format!(
                "the loss is no longer a number in epoch {epoch}, step {step}: the network has diverged. \
                 Try a learning rate ten times smaller"
            ));
        }
        let enough = args.steps.is_some_and(|steps| bar.position() >= steps);
        if ended || enough {
            break;
        }
    }
    bar.finish_and_clear();
    if !args.json {
        let updates = run.state().update.max(1);
        let seconds = began.elapsed().as_secs_f64();
        say(format!("{updates} updates, {seconds:.1} s"));
    }
    if let Some(out) = &args.out {
        let bytes = run.weights().await.map_err(|error| error.to_string())?;
        write(out, &bytes)?;
        if run.state().finished {
            // The run is over; what it kept is not needed any more.
            let _ = std::fs::remove_file(kept(out));
        }
        eprintln!("wrote {}", out.display());
    }
    Ok(())
}

fn show_event(bar: &ProgressBar, event: &Event, epochs: u32, json: bool) {
    match event {
        Event::Step {
            epoch,
            update,
            loss,
            accuracy,
            ..
        } => {
            bar.set_prefix(format!("epoch {epoch}/{epochs}"));
            bar.set_message(format!("loss {loss:.4} accuracy {accuracy:.3}"));
            bar.set_position(u64::from(*update));
        }
        Event::Evaluating {
            part, done, total, ..
        } => {
            bar.set_message(format!("{part:?} {done}/{total}").to_lowercase());
        }
        Event::Epoch(scores) if !json => {
            let validation = scores.validation.map_or(String::new(), |v| {
                format!("  val_loss {:.4} val_acc {:.4}", v.loss, v.accuracy)
            });
            let line = format!(
                "epoch {}/{epochs}  loss {:.4} acc {:.4}{validation}  test_loss {:.4} test_acc {:.4}",
                scores.epoch,
                scores.train.loss,
                scores.train.accuracy,
                scores.test.loss,
                scores.test.accuracy
            );
            bar.suspend(|| say(line));
        }
        Event::Kept {
            epoch,
            metric,
            value,
        } if !json => {
            bar.suspend(|| {
                say(format!(
                    "kept the network of epoch {epoch}: {metric} {value:.4}"
                ))
            });
        }
        Event::EarlyStopped {
            epoch,
            best_epoch,
            metric,
            best,
        } if !json => bar.suspend(|| {
            say(format!(
                "stopped after epoch {epoch}: {metric} was best in epoch {best_epoch} ({best:.4})"
            ));
        }),
        _ => {}
    }
}
