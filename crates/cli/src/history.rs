//! `--history`: the curves of a run as files for other programs, written anew after every epoch.

use crate::{Outcome, files};
use fireside_formats::history::{Series, csv, json, tensorboard};
use fireside_training::{EpochScores, Event};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// The files, and what the scores of an epoch do not tell.
pub(crate) struct Log {
    paths: Vec<PathBuf>,
    /// Learning rate of an epoch's last update, by epoch from 0.
    rates: BTreeMap<u64, f64>,
    /// When an epoch ended, in seconds since 1970.
    ends: BTreeMap<u64, f64>,
    began: f64,
    /// Fits before this one, as stages have them: their epochs are counted on.
    before: u32,
    /// Of all fits.
    scores: Vec<EpochScores>,
}

#[derive(Clone, Copy)]
enum Form {
    Csv,
    Json,
    TensorBoard,
}

fn form(path: &Path) -> Result<Form, String> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    match files::ending(path).as_str() {
        // TensorBoard looks for it anywhere in the name.
        _ if name.contains("tfevents") => Ok(Form::TensorBoard),
        "csv" => Ok(Form::Csv),
        "json" => Ok(Form::Json),
        _ => Err(format!(
            "{}: a history is written as .csv, .json or .tfevents (TensorBoard); name the file so",
            path.display()
        )),
    }
}

fn now() -> f64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0.0, |since| since.as_secs_f64())
}

impl Log {
    /// The files, whose names tell their form; `scores` are of the epochs that a run has behind it.
    pub(crate) fn new(paths: &[PathBuf], scores: &[EpochScores]) -> Result<Self, String> {
        for path in paths {
            form(path)?;
            files::has_folder(path)?;
        }
        Ok(Self {
            paths: paths.to_vec(),
            rates: BTreeMap::new(),
            ends: BTreeMap::new(),
            began: now(),
            before: 0,
            scores: scores.to_vec(),
        })
    }

    /// Takes note of an event; after an epoch the files are written.
    pub(crate) fn see(&mut self, event: &Event, classes: bool) -> Outcome {
        let at = |epoch: u32| u64::from(self.before + epoch.saturating_sub(1));
        match event {
            Event::Step {
                epoch,
                learning_rate,
                ..
            } => {
                self.rates.insert(at(*epoch), *learning_rate);
            }
            Event::Epoch(scores) => {
                self.ends.insert(at(scores.epoch), now());
                let epoch = self.before + scores.epoch;
                self.scores.push(EpochScores {
                    epoch,
                    ..scores.clone()
                });
                self.write(classes)?;
            }
            // What comes after it is another fit.
            Event::Finished { epochs, .. } => self.before += epochs,
            _ => {}
        }
        Ok(())
    }

    fn write(&self, classes: bool) -> Outcome {
        if self.paths.is_empty() {
            return Ok(());
        }
        let series = series(&self.scores, &self.rates, classes);
        let time = |epoch: Option<u64>| {
            let end = epoch.and_then(|epoch| self.ends.get(&epoch).copied());
            end.unwrap_or(self.began)
        };
        for path in &self.paths {
            let bytes = match form(path)? {
                Form::Csv => csv(&series).into_bytes(),
                Form::Json => json(&series).into_bytes(),
                Form::TensorBoard => tensorboard::events(&series, &time),
            };
            files::write(path, &bytes)?;
        }
        Ok(())
    }
}

/// The curves under Keras's names; accuracies only where classes are predicted.
fn series(scores: &[EpochScores], rates: &BTreeMap<u64, f64>, classes: bool) -> Vec<Series> {
    let mut all: Vec<Series> = Vec::new();
    let mut put = |name: &str, epoch: u64, value: f64| {
        match all.iter_mut().find(|series| series.name == name) {
            Some(series) => series.points.push((epoch, value)),
            None => all.push(Series {
                name: name.into(),
                points: vec![(epoch, value)],
            }),
        };
    };
    for one in scores {
        let epoch = u64::from(one.epoch.saturating_sub(1));
        let parts = [
            ("", Some(one.train)),
            ("val_", one.validation),
            ("test_", Some(one.test)),
        ];
        for (part, score) in parts {
            let Some(score) = score else { continue };
            put(&format!("{part}loss"), epoch, score.loss);
            if classes {
                put(&format!("{part}accuracy"), epoch, score.accuracy);
            }
        }
        for figure in &one.figures {
            let name = match figure.name.strip_prefix("validation_") {
                Some(metric) => format!("val_{metric}"),
                None => figure.name.clone(),
            };
            put(&name, epoch, figure.value);
        }
        if let Some(rate) = rates.get(&epoch) {
            put("lr", epoch, *rate);
        }
    }
    all
}
