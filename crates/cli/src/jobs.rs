//! Experiments of several fits: folds, points of a grid, spread over threads, kept after each, gone on with later.

use crate::train::write;
use crate::{Outcome, data, progress, say, show};
use comfy_table::{Table as Printed, presets};
use fireside_datasets::{Dataset, names};
use fireside_spec::{Checked, Experiment, card};
use fireside_training::fitted::metric;
use fireside_training::{Event, Fitted, Job, Plan, Run, Table};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// What `--out` keeps of a plan: the figures of the fits that are done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Kept {
    /// Of what decides the outcome.
    text_sha256: String,
    seed: u32,
    done: Vec<Fitted>,
}

/// An experiment that takes more than one fit, ready to be run.
pub(crate) struct Work {
    pub text: String,
    pub experiment: Experiment,
    pub plan: Plan,
    pub metric: String,
    data: Arc<Dataset>,
    folder: Option<PathBuf>,
}

impl Work {
    /// Reads the text and loads its data.
    pub fn new(text: &str, experiment: Experiment, folder: Option<&Path>) -> Result<Self, String> {
        let data = Arc::new(data::load(&experiment.data, folder)?);
        Ok(Self {
            text: text.into(),
            plan: Plan::of(&experiment),
            metric: metric(&experiment, &data.train.target_shape()),
            experiment,
            data,
            folder: folder.map(Path::to_path_buf),
        })
    }

    /// The checked experiment of a point and its data, which an axis may prepare otherwise.
    fn point(&self, point: u32) -> Result<(Checked, Arc<Dataset>), String> {
        let id = &self.experiment.id;
        let problems = |p: Vec<fireside_spec::Problem>| show::words(id, &p);
        let own = fireside_spec::parse_point(&self.text, point as usize).map_err(problems)?;
        let alike = own.data.name == self.experiment.data.name
            && own.data.preparation == self.experiment.data.preparation;
        let rows_only =
            own.data.name == self.experiment.data.name && self.data.train.pictures().is_some();
        let data = match alike || rows_only {
            true => Arc::clone(&self.data),
            false => Arc::new(data::load(&own.data, self.folder.as_deref())?),
        };
        let shape = data.data_shape();
        let of = |data: &fireside_spec::Data| (data.name == shape.name).then(|| shape.clone());
        let checked =
            card::read_point(&self.text, point as usize, of, &names()).map_err(problems)?;
        Ok((checked, data))
    }

    /// One fit from its beginning to its end; `told` hears of every event.
    pub fn fit(&self, job: Job, mut told: impl FnMut(&Event)) -> Result<Fitted, String> {
        let failed = |error: fireside_training::TrainingError| error.to_string();
        let (checked, data) = self.point(job.point)?;
        let device = fireside_network::cpu();
        let mut run = Run::fold(&self.text, checked, data, job.fold, device).map_err(failed)?;
        loop {
            let event = pollster::block_on(run.next()).map_err(failed)?;
            told(&event);
            match event {
                Event::Finished { .. } => break,
                // A network that has lost its numbers has no figure; the others go on.
                Event::Diverged { .. } => break,
                _ => {}
            }
        }
        Ok(Fitted::of(&run, job, &self.metric))
    }

    /// All fits that `done` lacks, `threads` at a time; `told` hears of each as it ends.
    pub fn run(
        &self,
        done: Vec<Fitted>,
        threads: usize,
        told: impl Fn(&Fitted, &[Fitted]) -> Outcome + Sync,
    ) -> Result<Vec<Fitted>, String> {
        let missing: VecDeque<Job> = self
            .plan
            .jobs()
            .filter(|job| !done.iter().any(|fitted| fitted.job == *job))
            .collect();
        let queue = Mutex::new(missing);
        let results = Mutex::new(done);
        let failure = Mutex::new(None);
        let work = || {
            while let Some(job) = queue.lock().ok().and_then(|mut queue| queue.pop_front()) {
                let outcome = self.fit(job, |_| {}).and_then(|fitted| {
                    let mut all = results.lock().map_err(|_| "a fit was cut off")?;
                    all.push(fitted.clone());
                    told(&fitted, &all)
                });
                if let Err(message) = outcome {
                    // Nothing more is begun after a failure.
                    if let (Ok(mut queue), Ok(mut failure)) = (queue.lock(), failure.lock()) {
                        queue.clear();
                        failure.get_or_insert(message);
                    }
                }
            }
        };
        std::thread::scope(|scope| {
            for _ in 0..threads.max(1) {
                scope.spawn(work);
            }
        });
        match failure.into_inner() {
            Ok(None) => results.into_inner().map_err(|_| "a fit was cut off".into()),
            Ok(Some(message)) => Err(message),
            Err(_) => Err("a fit was cut off".into()),
        }
    }

    /// The table of what is done.
    pub fn table(&self, done: &[Fitted]) -> Table {
        Table::of(&self.experiment, &self.metric, done)
    }
}

/// A figure in a line of progress.
pub(crate) fn told(metric: &str, figure: Option<f64>) -> String {
    figure.map_or_else(
        || format!("{metric}: the loss was no longer a number"),
        |figure| format!("{metric} {figure:.4}"),
    )
}

/// A table as the terminal shows it.
pub(crate) fn printed(table: &Table) -> Printed {
    let mut printed = Printed::new();
    printed.load_style(presets::NOTHING);
    let mut header = table.axes.clone();
    header.extend(["folds", "mean", "sd"].map(String::from));
    header.push(String::new());
    printed.set_header(header);
    for point in &table.points {
        let mut row = point.labels.clone();
        row.push(point.folds.len().to_string());
        row.push(point.mean.map_or("-".into(), |mean| format!("{mean:.6}")));
        row.push(format!("{:.6}", point.sd));
        row.push(
            if table.best == Some(point.point) {
                "best"
            } else {
                ""
            }
            .into(),
        );
        printed.add_row(row);
    }
    printed
}

/// How `fireside train` runs a plan.
pub(crate) struct Options<'a> {
    pub folder: Option<&'a Path>,
    pub json: bool,
    pub out: Option<&'a Path>,
    pub resume: bool,
    pub jobs: Option<usize>,
}

/// All fits of an experiment, with progress; the table at the end.
pub(crate) fn run(text: &str, experiment: Experiment, options: &Options) -> Outcome {
    let work = Work::new(text, experiment, options.folder)?;
    let outcome = fireside_spec::outcome::outcome(text).unwrap_or_default();
    let kept = Kept {
        text_sha256: fireside_datasets::checksum::sha256_hex(outcome.as_bytes()),
        seed: work.experiment.seed,
        done: Vec::new(),
    };
    let done = match (options.resume, options.out) {
        (true, Some(path)) => read_kept(path, &kept)?,
        _ => Vec::new(),
    };
    let fits = work.plan.fits();
    eprintln!(
        "{}: {} points x {} folds = {fits} fits, {} done",
        work.experiment.id,
        work.plan.points,
        work.plan.folds,
        done.len()
    );
    let bar = progress::updates(u64::from(fits));
    bar.set_position(done.len() as u64);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = options.jobs.unwrap_or(cores);
    let all = work.run(done, threads, |fitted, all| {
        bar.set_position(all.len() as u64);
        bar.set_message(told(&work.metric, fitted.figure));
        if options.json {
            say(serde_json::to_string(fitted).map_err(|error| error.to_string())?);
        }
        if let Some(path) = options.out {
            let kept = Kept {
                done: all.to_vec(),
                ..kept.clone()
            };
            let text = serde_json::to_string_pretty(&kept).map_err(|error| error.to_string())?;
            write(path, text.as_bytes())?;
        }
        Ok(())
    })?;
    bar.finish_and_clear();
    let table = work.table(&all);
    if options.json {
        say(serde_json::to_string(&table).map_err(|error| error.to_string())?);
    } else {
        say(printed(&table));
        say(format!("{} over {} fits", work.metric, all.len()));
    }
    Ok(())
}

fn read_kept(path: &Path, wanted: &Kept) -> Result<Vec<Fitted>, String> {
    let failed = |reason: String| format!("{}: {reason}", path.display());
    let bytes = std::fs::read(path).map_err(|error| failed(error.to_string()))?;
    let kept: Kept = serde_json::from_slice(&bytes).map_err(|error| failed(error.to_string()))?;
    if kept.text_sha256 != wanted.text_sha256 || kept.seed != wanted.seed {
        return Err(failed(
            "these fits are of another experiment or seed; leave out --resume".into(),
        ));
    }
    Ok(kept.done)
}
