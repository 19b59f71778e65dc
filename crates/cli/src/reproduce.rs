//! `fireside reproduce`: measures experiments over several seeds and judges the printed figures, where there are any.

use crate::fit::Fit;
use crate::jobs::{Work, told};
use crate::train::{checked, with, write};
use crate::{Outcome, data, progress, say, show, using};
use comfy_table::{Table, presets};
use fireside_datasets::{Dataset, Origin, catalog, checksum};
use fireside_spec::{Experiment, Kind, Reported, outcome::outcome};
use fireside_training::fitted::metric;
use fireside_training::results::{Measured, Reproduction, Results, Value};
use fireside_training::verdict::Verdict;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Ids of experiments; all with a printed figure when none is given
    experiments: Vec<String>,
    /// Number of seeds; otherwise five where a run takes under 10 minutes, three under an hour, else one
    #[arg(long)]
    seeds: Option<u32>,
    /// One epoch and one seed, to see that everything works
    #[arg(long)]
    quick: bool,
    /// Only so many epochs of each run: where its source went on for longer, the verdict is "not finished"
    #[arg(long, conflicts_with = "quick", value_parser = clap::value_parser!(u32).range(1..))]
    epochs: Option<u32>,
    /// Folder with the official data files
    #[arg(long)]
    data: Option<PathBuf>,
    /// The results file; seeds that it already holds for the same text and data are not run again
    #[arg(long, default_value = "static/results.json")]
    out: PathBuf,
    /// Keep the trained networks in this folder, and a run while it lasts: called again, it goes on where it was cut off
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// Print the results as JSON
    #[arg(long)]
    json: bool,
}

fn read_results(path: &Path) -> Result<Results, String> {
    match std::fs::read(path) {
        Ok(bytes) => {
            serde_json::from_slice(&bytes).map_err(|error| format!("{}: {error}", path.display()))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Results::default()),
        Err(error) => Err(format!("{}: {error}", path.display())),
    }
}

pub(crate) fn run(args: &Args) -> Outcome {
    let ids: Vec<String> = if args.experiments.is_empty() {
        let book = crate::list::book()?;
        let printed = book.cards.iter().filter(|card| !card.reported.is_empty());
        printed.map(|card| card.id.clone()).collect()
    } else {
        args.experiments.clone()
    };
    let mut done = Results::default();
    for id in &ids {
        let result = reproduce(args, id)?;
        done.put(result);
    }
    if args.json {
        let text = serde_json::to_string_pretty(&done).map_err(|error| error.to_string())?;
        say(text);
    } else {
        say(format!("{}", table(&done)));
    }
    Ok(())
}

fn reproduce(args: &Args, id: &str) -> Result<Reproduction, String> {
    let text = show::text(id)?;
    let experiment = fireside_spec::parse(&text).map_err(|p| show::words(id, &p))?;
    let data = Arc::new(data::load(&experiment.data, args.data.as_deref())?);
    let mut result = begin(args, &experiment, &data)?;
    let first = experiment.seed;
    let mut seed = first;
    loop {
        if !result.measured.iter().any(|m| m.seed == seed) {
            let measured = measure(args, id, &text, seed, &data)?;
            result.measured.push(measured);
            result.measured.sort_by_key(|m| m.seed);
        }
        result.judge(&experiment.reported, comparable(&data));
        if !args.quick {
            // Read again: another process may measure another experiment meanwhile.
            let mut file = read_results(&args.out)?;
            file.put(result.clone());
            let text = serde_json::to_string_pretty(&file).map_err(|error| error.to_string())?;
            write(&args.out, (text + "\n").as_bytes())?;
        }
        seed += 1;
        let longest = result
            .measured
            .iter()
            .map(|m| m.seconds)
            .fold(0.0, f64::max);
        let wanted = match (args.quick, args.seeds) {
            (true, _) => 1,
            (_, Some(seeds)) => seeds,
            _ if longest < 600.0 => 5,
            _ if longest < 3_600.0 => 3,
            _ => 1,
        };
        if seed >= first + wanted {
            return Ok(result);
        }
    }
}

/// How many epochs are wanted of a run, where these are fewer than it has.
fn epochs(args: &Args, experiment: &Experiment) -> Option<u32> {
    let whole = experiment.training.as_ref().map_or(0, |t| t.epochs) as u32;
    let wanted = if args.quick { Some(1) } else { args.epochs };
    wanted.filter(|epochs| *epochs < whole)
}

/// Whether the data are the source's: what is drawn or written for this project is not.
fn comparable(data: &Dataset) -> bool {
    let ours = catalog::find(&data.name)
        .is_some_and(|entry| entry.official.source == catalog::Source::BuiltIn);
    data.origin == Origin::Official && !ours
}

/// An empty result, or what the results file already holds of the same text and data.
fn begin(args: &Args, experiment: &Experiment, data: &Dataset) -> Result<Reproduction, String> {
    let id = &experiment.id;
    let reported = experiment.reported.first();
    let Some(training) = &experiment.training else {
        return Err(format!(
            "{id} trains nothing: there is no figure to measure"
        ));
    };
    let text = fireside_book::text(id).unwrap_or_default();
    let fresh = Reproduction {
        id: id.clone(),
        metric: reported.map_or_else(
            || metric(experiment, &data.train.target_shape()),
            |reported| reported.metric.clone(),
        ),
        printed: reported.map(|reported| reported.value),
        decimals: reported.map_or(4, |reported| reported.decimals),
        measured: Vec::new(),
        mean: 0.0,
        sd: 0.0,
        verdict: Verdict::OneRun,
        remark: String::new(),
        data: data.name.clone(),
        data_sha256: data.raw().to_owned(),
        // What is measured: the experiment without its words.
        text_sha256: checksum::sha256_hex(outcome(text).unwrap_or_default().as_bytes()),
        machine: machine(),
        version: env!("CARGO_PKG_VERSION").into(),
        epochs: training.epochs as u32,
        curve: Vec::new(),
        others: Vec::new(),
    };
    if args.quick {
        return Ok(fresh);
    }
    let old = read_results(&args.out)?.results.into_iter().find(|old| {
        old.id == fresh.id
            && old.text_sha256 == fresh.text_sha256
            && old.data_sha256 == fresh.data_sha256
            && old.version == fresh.version
            && same_figures(old, &experiment.reported)
    });
    let mut measured = old.map(|old| old.measured).unwrap_or_default();
    // What was left off earlier than now wanted is measured again.
    let wanted = epochs(args, experiment).unwrap_or(training.epochs as u32);
    measured.retain(|run| run.epochs >= wanted);
    Ok(Reproduction { measured, ..fresh })
}

/// Whether a result is of these figures: the words of a printed figure, and its value, may change.
fn same_figures(old: &Reproduction, reported: &[Reported]) -> bool {
    let name = |reported: &Reported| (reported.metric.clone(), reported.point.clone());
    let known = old.others.iter().map(|other| name(&other.reported));
    known.eq(reported.iter().skip(1).map(name))
}

/// Processor and number of threads, as far as the system tells.
fn machine() -> String {
    let model = std::fs::read_to_string("/proc/cpuinfo")
        .ok()
        .and_then(|info| {
            let line = info.lines().find(|line| line.starts_with("model name"))?;
            Some(line.split_once(':')?.1.trim().to_string())
        });
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = std::env::var("RAYON_NUM_THREADS").unwrap_or_else(|_| cores.to_string());
    format!(
        "{}, {threads} of {cores} threads, burn-flex",
        model.unwrap_or_else(|| std::env::consts::ARCH.into())
    )
}

fn measure(
    args: &Args,
    id: &str,
    text: &str,
    seed: u32,
    data: &Arc<Dataset>,
) -> Result<Measured, String> {
    let experiment = fireside_spec::parse(text).map_err(|p| show::words(id, &p))?;
    let text =
        with(text, epochs(args, &experiment), Some(seed)).map_err(|p| show::words(id, &[p]))?;
    let experiment = fireside_spec::parse(&text).map_err(|p| show::words(id, &p))?;
    if matches!(experiment.kind, Kind::Sweep | Kind::Stages) || experiment.protocol.fits() > 1 {
        return measure_plan(args, &text, experiment, data);
    }
    let checked = checked(&text, data).map_err(|p| show::words(id, &p))?;
    let metric = metric(&experiment, &data.train.target_shape());
    let missing = |metric: &str| format!("{id} has no figure {metric}");
    let fit = Fit {
        id,
        seed,
        text: &text,
        checked,
        data,
        keep: args.keep.as_deref(),
    };
    let (run, seconds) = fit.run()?;
    let state = run.state();
    let last = state.history.last().ok_or("the run had no epoch")?;
    Ok(Measured {
        seed,
        value: last.figure(&metric).ok_or_else(|| missing(&metric))?,
        loss: last.test.loss,
        sd: 0.0,
        epochs: state.epoch,
        steps: state.update,
        seconds: (seconds * 10.0).round() / 10.0,
        curve: state
            .history
            .iter()
            .filter_map(|epoch| epoch.figure(&metric))
            .collect(),
        others: others(&experiment, |reported| {
            let value = last.figure(&reported.metric);
            let value = value.ok_or_else(|| missing(&reported.metric))?;
            Ok(Value { value, sd: 0.0 })
        })?,
    })
}

/// What was measured of the printed figures after the first.
fn others(
    experiment: &Experiment,
    value: impl Fn(&Reported) -> Result<Value, String>,
) -> Result<Vec<Value>, String> {
    experiment.reported.iter().skip(1).map(value).collect()
}

/// Folds, grids and stages: the mean over the folds of the (best) point, or the figure of a stage.
fn measure_plan(
    args: &Args,
    text: &str,
    experiment: Experiment,
    data: &Arc<Dataset>,
) -> Result<Measured, String> {
    let (id, seed) = (experiment.id.clone(), experiment.seed);
    let began = Instant::now();
    let seconds = || (began.elapsed().as_secs_f64() * 10.0).round() / 10.0;
    if experiment.kind == Kind::Stages {
        let metric = metric(&experiment, &data.train.target_shape());
        let figures = using::run_stages(text, data, |_| Ok(()))?;
        let figure = |name: &str| {
            let found = figures.iter().find(|(known, _)| known == name);
            found.map(|(_, value)| *value)
        };
        let name = metric.rsplit_once('_').map_or("", |(name, _)| name);
        let value = figure(&metric).ok_or_else(|| format!("{id} has no figure {metric}"))?;
        return Ok(Measured {
            seed,
            value,
            loss: figure(&format!("{name}_loss")).unwrap_or(0.0),
            sd: 0.0,
            epochs: experiment.training.as_ref().map_or(0, |t| t.epochs) as u32,
            steps: 0,
            seconds: seconds(),
            curve: vec![value],
            others: others(&experiment, |reported| {
                let value = figure(&reported.metric);
                let value =
                    value.ok_or_else(|| format!("{id} has no figure {}", reported.metric))?;
                Ok(Value { value, sd: 0.0 })
            })?,
        });
    }
    let work = Work::new(text, experiment, args.data.as_deref())?;
    let bar = progress::updates(u64::from(work.plan.fits()));
    bar.set_prefix(format!("{id} seed {seed}"));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let done = work.run(Vec::new(), cores, |fitted, all| {
        bar.set_position(all.len() as u64);
        bar.set_message(told(&work.metric, fitted.figure));
        Ok(())
    })?;
    bar.finish_and_clear();
    let table = work.table(&done);
    let nothing = || format!("{id}: no fit has a figure");
    // The point that a printed figure is of: a named one, or the best.
    let place = |reported: &Reported| -> Result<usize, String> {
        let sweep = work.experiment.sweep.as_ref();
        match (&reported.point, sweep) {
            (Some(labels), Some(sweep)) => sweep
                .point_of(labels)
                .ok_or_else(|| format!("{id} has no point {}", labels.join(", "))),
            _ => table.best.map(|best| best as usize).ok_or_else(nothing),
        }
    };
    let first = work.experiment.reported.first();
    let index = place(first.ok_or_else(|| format!("{id}: nothing is printed"))?)?;
    let point = &table.points[index];
    let mut of_point: Vec<_> = done
        .iter()
        .filter(|f| f.job.point as usize == index)
        .collect();
    // In the order of the folds, as the table adds them up.
    of_point.sort_by_key(|fitted| fitted.job.fold);
    let epochs = of_point.iter().map(|f| f.curve.len()).min().unwrap_or(0);
    let n = of_point.len() as f64;
    let mean_at = |epoch: usize| of_point.iter().map(|f| f.curve[epoch]).sum::<f64>() / n;
    Ok(Measured {
        seed,
        value: point.mean.ok_or_else(nothing)?,
        loss: of_point.iter().filter_map(|f| f.loss).sum::<f64>() / n,
        sd: point.sd,
        // Every fit came to its end: an axis may be the number of epochs.
        epochs: work.experiment.training.as_ref().map_or(0, |t| t.epochs) as u32,
        steps: done.iter().map(|f| f.steps).sum(),
        seconds: seconds(),
        curve: (0..epochs).map(mean_at).collect(),
        others: others(&work.experiment, |reported| {
            // Fits are compared by one figure, and keep no other.
            if reported.metric != work.metric {
                return Err(format!(
                    "{id}: fits tell {}, not {}",
                    work.metric, reported.metric
                ));
            }
            let point = &table.points[place(reported)?];
            let none = || format!("{id}: no fit of {} has a figure", point.labels.join(", "));
            let value = point.mean.ok_or_else(none)?;
            Ok(Value {
                value,
                sd: point.sd,
            })
        })?,
    })
}

fn table(results: &Results) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header([
        "id",
        "printed",
        "mean",
        "sd",
        "seeds",
        "steps",
        "s per run",
        "verdict",
    ]);
    for r in &results.results {
        let seconds =
            r.measured.iter().map(|m| m.seconds).sum::<f64>() / r.measured.len().max(1) as f64;
        table.add_row([
            r.id.clone(),
            r.printed
                .map_or_else(|| "none".into(), |printed| format!("{printed:.4}")),
            format!("{:.4}", r.mean),
            format!("{:.4}", r.sd),
            r.measured.len().to_string(),
            r.measured.first().map_or(0, |m| m.steps).to_string(),
            format!("{seconds:.0}"),
            format!("{:?}", r.verdict),
        ]);
        for other in &r.others {
            let point = other.reported.point.as_deref().unwrap_or_default();
            let name = [std::slice::from_ref(&other.reported.metric), point].concat();
            table.add_row([
                format!("  {}", name.join(", ")),
                format!("{:.4}", other.reported.value),
                format!("{:.4}", other.mean),
                format!("{:.4}", other.sd),
                r.measured.len().to_string(),
                String::new(),
                String::new(),
                format!("{:?}", other.verdict),
            ]);
        }
    }
    table
}
