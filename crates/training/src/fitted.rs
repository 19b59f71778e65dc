//! What the fits of a plan came to, and the table of those that are done.

use crate::event::EpochScores;
use crate::plan::{Job, Plan};
use crate::run::Run;
use crate::verdict::mean_sd;
use fireside_spec::order::order;
use fireside_spec::{Experiment, Target};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a fit came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Fitted {
    pub job: Job,
    /// The figure that the points are compared by; none of a network that lost its numbers on the way.
    pub figure: Option<f64>,
    /// Of the test rows; none as above.
    pub loss: Option<f64>,
    pub epochs: u32,
    pub steps: u32,
    /// The figure after every epoch that was done.
    pub curve: Vec<f64>,
}

impl Fitted {
    /// What `run`, which has ended, came to.
    pub fn of(run: &Run, job: Job, metric: &str) -> Self {
        let state = run.state();
        // The last epochs of a run that lost its numbers have none either.
        let figure = |epoch: &EpochScores| epoch.figure(metric).filter(|value| value.is_finite());
        let whole = state.finished && !run.lost_its_numbers();
        let last = state.history.last().filter(|_| whole);
        Self {
            job,
            figure: last.and_then(figure),
            loss: last.map(|e| e.test.loss).filter(|loss| loss.is_finite()),
            epochs: state.epoch,
            steps: state.update,
            curve: state.history.iter().map_while(figure).collect(),
        }
    }
}

/// The figure that is told of an experiment: the sweep's, the source's, or the obvious one.
pub fn metric(experiment: &Experiment, target: &Target) -> String {
    let sweep = experiment.sweep.as_ref().map(|sweep| sweep.metric.clone());
    let printed = || experiment.reported.first().map(|r| r.metric.clone());
    sweep.or_else(printed).unwrap_or_else(|| {
        let numbers = matches!(target, Target::Values(_));
        if numbers {
            "test_loss"
        } else {
            "test_accuracy"
        }
        .into()
    })
}

/// What came of one point of a plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct PointResult {
    pub point: u32,
    /// What the values of its axes are called.
    pub labels: Vec<String>,
    /// The figures of the folds that are done, in order.
    pub folds: Vec<f64>,
    /// Folds that are done and have no figure: the network lost its numbers.
    pub lost: u32,
    /// None before the first figure.
    pub mean: Option<f64>,
    /// Over the folds, population (divided by n) as NumPy's `std` and the books have it.
    pub sd: f64,
}

/// The table of a sweep, or of folds: what is known so far.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Table {
    pub metric: String,
    /// Places in the text that are varied, in the order of the labels.
    pub axes: Vec<String>,
    pub points: Vec<PointResult>,
    /// Index of the best point of those that are done.
    pub best: Option<u32>,
}

impl Table {
    /// The table of an experiment's plan, from the fits that are done, in any order. The mean of a point does
    /// not depend on that order.
    pub fn of(experiment: &Experiment, metric: &str, done: &[Fitted]) -> Self {
        let plan = Plan::of(experiment);
        let sweep = experiment.sweep.as_ref();
        let empty = |point: u32| PointResult {
            point,
            labels: sweep.map_or_else(Vec::new, |sweep| {
                let labels = sweep.labels(point as usize).into_iter();
                labels.map(String::from).collect()
            }),
            folds: Vec::new(),
            lost: 0,
            mean: None,
            sd: 0.0,
        };
        let mut points: Vec<PointResult> = (0..plan.points).map(empty).collect();
        let fold = |fit: usize| done[fit].job.fold;
        for fit in order(done.len(), &mut |a, b| fold(a).cmp(&fold(b))) {
            let fitted = &done[fit];
            if let Some(point) = points.get_mut(fitted.job.point as usize) {
                match fitted.figure {
                    Some(figure) => point.folds.push(figure),
                    None => point.lost += 1,
                }
            }
        }
        let largest = sweep.is_none_or(|sweep| sweep.largest_is_best);
        let mut best: Option<(u32, f64)> = None;
        for point in points.iter_mut().filter(|point| !point.folds.is_empty()) {
            let (mean, sample) = mean_sd(&point.folds);
            let n = point.folds.len() as f64;
            point.mean = Some(mean);
            point.sd = sample * ((n - 1.0) / n).sqrt();
            // A network that lost its numbers in one fold is not the best one.
            let better = |known: f64| if largest { mean > known } else { mean < known };
            if point.lost == 0 && best.is_none_or(|(_, known)| better(known)) {
                best = Some((point.point, mean));
            }
        }
        Self {
            metric: metric.into(),
            axes: sweep.map_or_else(Vec::new, |sweep| {
                sweep.axes.iter().map(|axis| axis.path.clone()).collect()
            }),
            points,
            best: best.map(|(point, _)| point),
        }
    }

    /// Fits that are done.
    pub fn done(&self) -> usize {
        let of_point = |point: &PointResult| point.folds.len() + point.lost as usize;
        self.points.iter().map(of_point).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fitted(point: u32, fold: u32, figure: Option<f64>) -> Fitted {
        Fitted {
            job: Job { point, fold },
            figure,
            loss: figure,
            epochs: 1,
            steps: 1,
            curve: figure.into_iter().collect(),
        }
    }

    const TEXT: &str = r#"
id = "t"
kind = "sweep"
chapter = 1
title = { en = "t", zh = "t" }
intro = { en = "t", zh = "t" }
seed = 1
protocol = { name = "k_fold", folds = 2 }
[data]
name = "iris"
[[layers]]
type = "Dense"
units = 3
activation = "softmax"
[training]
loss = "categorical_crossentropy"
optimizer = "sgd"
epochs = 1
batch_size = 5
[sweep]
metric = "test_accuracy"
[[sweep.axes]]
path = "training.batch_size"
values = [5, 10, 20]
"#;

    #[test]
    fn points_are_compared_by_their_means() {
        let experiment = fireside_spec::parse(TEXT).expect("parses");
        let done = [
            fitted(1, 1, Some(0.6)),
            fitted(0, 0, Some(0.5)),
            fitted(1, 0, Some(0.8)),
            fitted(2, 0, Some(0.9)),
            fitted(2, 1, None),
            fitted(9, 0, Some(1.0)),
        ];
        let table = Table::of(&experiment, "test_accuracy", &done);
        assert_eq!(table.axes, ["training.batch_size"]);
        assert_eq!(table.done(), 5, "what is of no point is left out");
        assert_eq!(table.points[1].folds, [0.8, 0.6], "in the order of folds");
        assert!((table.points[1].mean.expect("done") - 0.7).abs() < 1e-12);
        assert!((table.points[1].sd - 0.1).abs() < 1e-12, "population");
        assert_eq!(table.points[2].lost, 1);
        assert_eq!(table.best, Some(1), "a lost fold is never the best");
        let written = serde_json::to_string(&table).expect("JSON");
        assert_eq!(
            serde_json::from_str::<Table>(&written).expect("a table"),
            table
        );
        assert_eq!(Table::of(&experiment, "test_accuracy", &[]).best, None);
    }
}
