//! `fireside bench`: how long a training step takes on this machine.

use crate::device::{self, Engine};
use crate::train::checked;
use crate::{Outcome, data, say, show};
use comfy_table::{Table, presets};
use fireside_spec::edit;
use fireside_training::{Event, Run};
use serde::Serialize;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Experiments with a batch size, as in 13.4@64; without one the experiment's own
    #[arg(default_values = ["13.3@200", "13.4@8", "13.4@64", "13.4@200", "13.5@64", "13.5@200", "002-LENET@128"])]
    workloads: Vec<String>,
    /// Where to compute
    #[arg(long, value_enum, default_value_t)]
    device: Engine,
    /// Steps that are measured, after a fifth as many that are not
    #[arg(long, default_value_t = 100)]
    steps: usize,
    /// On a GPU: the loss is read once in so many steps
    #[arg(long, default_value_t = 10)]
    stride: usize,
    /// Folder with the official data files
    #[arg(long)]
    data: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// One workload, measured. Times in milliseconds.
#[derive(Serialize)]
struct Measured {
    workload: String,
    device: String,
    steps: usize,
    first_step: f64,
    median: f64,
    p95: f64,
    rows_per_second: f64,
    dispatches_per_step: f64,
    /// Of the last step that was measured.
    loss: f64,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let opened = device::open(args.device)?;
    let mut all = Vec::new();
    for workload in &args.workloads {
        let measured = pollster::block_on(measure(args, workload, &opened))?;
        if args.json {
            say(serde_json::to_string(&measured).map_err(|error| error.to_string())?);
        } else {
            eprintln!("{workload}: {:.3} ms", measured.median);
        }
        all.push(measured);
    }
    if !args.json {
        say(format!("{}\n{}", opened.name, table(&all)));
    }
    Ok(())
}

async fn measure(args: &Args, workload: &str, opened: &device::Opened) -> Result<Measured, String> {
    let (id, batch) = match workload.split_once('@') {
        Some((id, batch)) => (id, Some(batch)),
        None => (workload, None),
    };
    let mut text = show::text(id)?;
    if let Some(batch) = batch {
        text = edit::set(&text, "training.batch_size", batch)
            .map_err(|problem| show::words(id, &[problem]))?;
    }
    let experiment = fireside_spec::parse(&text).map_err(|p| show::words(id, &p))?;
    let data = Arc::new(data::load(&experiment.data, args.data.as_deref())?);
    let checked = checked(&text, &data).map_err(|p| show::words(id, &p))?;
    let rows = checked.training.batch_size as f64;
    let failed = |error: fireside_training::TrainingError| error.to_string();

    let began = Instant::now();
    let mut run = Run::new(&text, checked, data, opened.device.clone()).map_err(failed)?;
    run.next().await.map_err(failed)?;
    let first_step = milliseconds(began);

    let stride = if args.device == Engine::Gpu {
        args.stride.max(1)
    } else {
        1
    };
    let mut warm = args.steps.div_ceil(5);
    let (mut times, mut loss, mut measured) = (Vec::new(), f64::NAN, 0);
    let mut launched = device::dispatches();
    while measured < args.steps {
        let before = Instant::now();
        let events = run.advance(stride).await.map_err(failed)?;
        let took = milliseconds(before);
        let steps = events.iter().filter_map(|event| match event {
            Event::Step { loss, .. } => Some(*loss),
            _ => None,
        });
        let losses: Vec<f64> = steps.collect();
        // Evaluations between epochs are not steps.
        let Some(last) = losses.last() else {
            if run.state().finished {
                break;
            }
            continue;
        };
        if warm > 0 {
            warm = warm.saturating_sub(losses.len());
            launched = device::dispatches();
            continue;
        }
        loss = *last;
        measured += losses.len();
        times.extend(losses.iter().map(|_| took / losses.len() as f64));
    }
    if times.is_empty() {
        return Err(format!(
            "{workload} ended before a step was measured: ask for fewer with --steps, or write more epochs"
        ));
    }
    let dispatches = (device::dispatches() - launched) as f64 / measured as f64;
    times.sort_by(f64::total_cmp);
    let at = |part: f64| times[((times.len() - 1) as f64 * part).round() as usize];
    Ok(Measured {
        workload: workload.into(),
        device: opened.name.clone(),
        steps: measured,
        first_step,
        median: at(0.5),
        p95: at(0.95),
        rows_per_second: rows / at(0.5) * 1e3,
        dispatches_per_step: dispatches,
        loss,
    })
}

fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e3
}

fn table(all: &[Measured]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header([
        "workload",
        "first step ms",
        "median ms",
        "p95 ms",
        "rows/s",
        "kernels/step",
        "loss",
    ]);
    for m in all {
        table.add_row([
            m.workload.clone(),
            format!("{:.1}", m.first_step),
            format!("{:.3}", m.median),
            format!("{:.3}", m.p95),
            format!("{:.0}", m.rows_per_second),
            format!("{:.0}", m.dispatches_per_step),
            format!("{:.4}", m.loss),
        ]);
    }
    table
}
