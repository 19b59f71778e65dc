//! Learning rates: `fireside find-rate` looks for a good one, `fireside show --rate` tells what a schedule does.

use crate::device::{self, Engine};
use crate::train::{checked, with};
use crate::{Outcome, chart, data, progress, say, show};
use fireside_optimizers::LrFinder;
use fireside_optimizers::schedule::rates;
use fireside_spec::{Checked, Horizon};
use fireside_training::{Event, Run};
use std::path::PathBuf;
use std::sync::Arc;

#[derive(clap::Args)]
#[command(after_help = "Example:
  fireside find-rate 13.4 --steps 200

The rate rises from update to update, in equal steps of its logarithm, until the loss is four times its best; the
rate at which the smoothed loss fell fastest is suggested (Smith 2015, arXiv 1506.01186). The schedule and the decay of
the experiment rest meanwhile. Nothing is kept of the network.")]
pub(crate) struct Args {
    /// Id of the experiment, a TOML file, or a model
    experiment: String,
    /// The lowest rate
    #[arg(long, default_value_t = 1e-7)]
    from: f64,
    /// The highest
    #[arg(long, default_value_t = 10.0)]
    to: f64,
    /// Updates
    #[arg(long, default_value_t = 100)]
    steps: usize,
    /// In place of the experiment's seed
    #[arg(long)]
    seed: Option<u32>,
    /// Where to compute
    #[arg(long, value_enum, default_value_t)]
    device: Engine,
    /// Folder with the official data files
    #[arg(long)]
    data: Option<PathBuf>,
    /// Print the curve and the suggestion as JSON
    #[arg(long)]
    json: bool,
}

/// Nobody waits for more.
const MOST_STEPS: usize = 100_000;

pub(crate) fn find(args: &Args) -> Outcome {
    let good = args.from > 0.0 && args.to > args.from && args.to.is_finite();
    if !good {
        return Err(format!(
            "the rates {} to {} do not rise from above 0; give a larger --to or a smaller --from",
            args.from, args.to
        ));
    }
    if !(10..=MOST_STEPS).contains(&args.steps) {
        return Err(format!(
            "--steps takes 10 to {MOST_STEPS}, not {}",
            args.steps
        ));
    }
    let run = prepared(args)?;
    let mut finder = LrFinder::new(args.from, args.to, args.steps);
    pollster::block_on(search(run, &mut finder))?;
    let suggestion = finder.suggestion();
    if args.json {
        let points: Vec<[f64; 2]> = finder.curve().iter().map(|(r, l)| [*r, *l]).collect();
        say(serde_json::json!({ "curve": points, "suggestion": suggestion }));
        return Ok(());
    }
    let points: Vec<(f64, f64)> = finder.curve().iter().map(|(r, l)| (r.ln(), *l)).collect();
    let ends = [finder.curve().first(), finder.curve().last()];
    let ends = ends.map(|end| end.map_or(String::new(), |(rate, _)| chart::number(*rate)));
    say("smoothed loss over the learning rate (logarithmic)\n");
    say(chart::curve(&points, [&ends[0], &ends[1]]));
    say("");
    match suggestion {
        Some(rate) => say(format!(
            "the loss falls fastest at {0}: learning_rate = {0}",
            chart::number(rate)
        )),
        None => say("the loss never falls between these rates; try others with --from and --to"),
    }
    Ok(())
}

/// A run that goes on for as long as the search does, and whose rate nothing else changes.
fn prepared(args: &Args) -> Result<Run, String> {
    let name = &args.experiment;
    let text = show::text(name)?;
    let experiment = fireside_spec::parse(&text).map_err(|p| show::words(name, &p))?;
    if experiment.training.is_none() {
        return Err(format!("{name} trains nothing, so it has no learning rate"));
    }
    let text = with(&text, None, args.seed).map_err(|p| show::words(name, &[p]))?;
    let data = Arc::new(data::load(&experiment.data, args.data.as_deref())?);
    let mut checked = checked(&text, &data).map_err(|p| show::words(name, &p))?;
    checked.experiment.callbacks.clear();
    checked.training.schedule = None;
    checked.training.optimizer.decay = 0.0;
    checked.training.epochs = args.steps;
    let opened = device::open(args.device)?;
    Run::new(&text, checked, data, opened.device).map_err(|error| error.to_string())
}

async fn search(mut run: Run, finder: &mut LrFinder) -> Outcome {
    let bar = progress::updates(run.state().epochs.into());
    while let Some(rate) = finder.next_rate() {
        run.set_learning_rate(rate);
        // Between two epochs rows are evaluated; that changes nothing.
        let told = loop {
            match run.next().await.map_err(|error| error.to_string())? {
                Event::Step { loss, .. } => break Some(loss),
                Event::Diverged { .. } | Event::Finished { .. } => break None,
                _ => {}
            }
        };
        bar.inc(1);
        // The update itself is done: of a loss that is no number nothing more is learned.
        if !finder.tell(told.unwrap_or(f64::NAN)) {
            break;
        }
    }
    bar.finish_and_clear();
    Ok(())
}

/// The learning rate of every epoch, as far as it is known before the run.
pub(crate) fn table(checked: &Checked) {
    let training = &checked.training;
    let steps = checked.steps_per_epoch().max(1) as u64;
    let horizon = Horizon {
        steps_per_epoch: steps,
        epochs: training.epochs as u64,
    };
    let schedule = training.schedule.as_ref();
    let all: Vec<f64> = rates(&training.optimizer, schedule, horizon).collect();
    let points: Vec<(f64, f64)> = (0..).map(f64::from).zip(all.iter().copied()).collect();
    let name = schedule.map_or("constant", |schedule| schedule.name());
    say(format!(
        "\nlearning rate: {name}, {steps} updates an epoch{}\n",
        match training.optimizer.decay {
            0.0 => String::new(),
            decay => format!(", decay {decay} per update"),
        }
    ));
    let last = format!("epoch {}", training.epochs);
    say(chart::curve(&points, ["epoch 1", &last]));
    say("\n epoch  first update   last update");
    for (epoch, of) in all.chunks(steps as usize).enumerate() {
        let ends = [of.first(), of.last()];
        let [first, last] = ends.map(|end| end.map_or(String::new(), |rate| chart::number(*rate)));
        say(format!("{:>6}  {first:>12}  {last:>12}", epoch + 1));
    }
    if let Some(plateau) = schedule.and_then(|schedule| schedule.plateau()) {
        say(format!(
            "times {} whenever {} has not become better for {} epochs: only the run knows when",
            plateau.factor, plateau.monitor, plateau.patience
        ));
    }
}
