//! Drives one run to its end: shows its events, keeps it, writes what it came to.

use crate::device::Engine;
use crate::files::write;
use crate::history::Log;
use crate::train::Args;
use crate::{Outcome, progress, say, scores};
use fireside_spec::Target;
use fireside_training::{Event, Run};
use indicatif::ProgressBar;
use std::collections::VecDeque;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// On a GPU the losses of so many steps are read together.
const STRIDE: u64 = 10;
/// How often a running run is kept.
const KEEP_EVERY: Duration = Duration::from_secs(30);

/// The file that a run is kept in.
pub(crate) struct Keep {
    pub path: PathBuf,
    /// Also when the run is over.
    pub stays: bool,
}

pub(crate) async fn drive(args: &Args, run: &mut Run, keep: Option<Keep>, mut log: Log) -> Outcome {
    let state = run.state();
    let classes = matches!(run.checked().data.target, Target::Classes(_));
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
        show(&bar, &event, state.epochs, classes, args.json);
        log.see(&event, classes)?;
        let ended = matches!(event, Event::Finished { .. } | Event::Diverged { .. });
        let enough = args.steps.is_some_and(|steps| bar.position() >= steps);
        let due =
            ended || enough || matches!(event, Event::Epoch(_)) || last_kept.elapsed() > KEEP_EVERY;
        if let Some(keep) = &keep
            && due
            // What is kept is the run after all events that it gave.
            && waiting.is_empty()
        {
            let bytes = run.checkpoint().await.map_err(|error| error.to_string())?;
            write(&keep.path, &bytes)?;
            last_kept = Instant::now();
        }
        if let Event::Diverged { epoch, step, .. } = event {
            bar.abandon();
            return Err(format!(
                "the loss is no longer a number in epoch {epoch}, step {step}: the network has diverged. \
                 Try a learning rate ten times smaller; `fireside find-rate` looks for one"
            ));
        }
        if ended || enough {
            break;
        }
    }
    bar.finish_and_clear();
    let now = run.state();
    if now.update == state.update && now.epoch == state.epoch {
        eprintln!(
            "all {} epochs are done already; --epochs with a larger number goes on",
            now.epoch
        );
    } else if !args.json {
        let seconds = began.elapsed().as_secs_f64();
        say(format!("{} updates, {seconds:.1} s", now.update));
    }
    if let Some(out) = &args.out {
        let bytes = run.weights().await.map_err(|error| error.to_string())?;
        write(out, &bytes)?;
        eprintln!("wrote {}", out.display());
    }
    match keep {
        Some(keep) if keep.stays => eprintln!(
            "kept in {0}; `fireside train {0}` goes on with it",
            keep.path.display()
        ),
        // The run is over; what it kept is not needed any more.
        Some(keep) if now.finished => {
            let _ = std::fs::remove_file(keep.path);
        }
        _ => {}
    }
    Ok(())
}

fn show(bar: &ProgressBar, event: &Event, epochs: u32, classes: bool, json: bool) {
    match event {
        Event::Step {
            epoch,
            update,
            loss,
            accuracy,
            ..
        } => {
            bar.set_prefix(format!("epoch {epoch}/{epochs}"));
            bar.set_message(match classes {
                true => format!("loss {loss:.4} accuracy {accuracy:.3}"),
                false => format!("loss {loss:.4}"),
            });
            bar.set_position(u64::from(*update));
        }
        Event::Evaluating {
            part, done, total, ..
        } => {
            bar.set_message(format!("{part:?} {done}/{total}").to_lowercase());
        }
        Event::Epoch(one) if !json => bar.suspend(|| {
            let figures = scores::epoch(one, classes);
            say(format!("epoch {}/{epochs}  {figures}", one.epoch));
        }),
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
