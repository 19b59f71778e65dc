//! The plan of an experiment: how many fits it costs, and which rows each one learns from.

use crate::error::TrainingError;
use fireside_datasets::{Dataset, Rows, Split, split};
use fireside_spec::{Checked, Experiment, Protocol, StageRows};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use ts_rs::TS;

/// Seeds of neighbouring fits lie so far apart that `--seeds 5` never meets a fold's.
const SEEDS_APART: u32 = 100_003;

/// One fit of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Job {
    /// Point of the sweep; 0 where there is none.
    pub point: u32,
    /// Fold of the protocol, or its repetition; 0 where there is one fit.
    pub fold: u32,
}

/// All fits of an experiment, known before the first one starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Plan {
    pub points: u32,
    pub folds: u32,
}

impl Plan {
    /// The plan of an experiment as written.
    pub fn of(experiment: &Experiment) -> Self {
        let points = experiment.sweep.as_ref().map_or(1, |sweep| sweep.points());
        Self {
            points: points as u32,
            folds: experiment.protocol.fits() as u32,
        }
    }

    /// Fits that it costs.
    pub const fn fits(&self) -> u32 {
        self.points * self.folds
    }

    /// The fits in order: all folds of a point, then the next point. They do not depend on each other.
    pub fn jobs(&self) -> impl Iterator<Item = Job> + use<> {
        let Self { points, folds } = *self;
        (0..points).flat_map(move |point| (0..folds).map(move |fold| Job { point, fold }))
    }
}

/// Which rows the fits of an experiment learn from and are measured on; none where all training rows are
/// learned from and the data set's own test rows are measured on.
///
/// # Errors
/// [`TrainingError::Data`] where a part would be empty.
pub fn splits(experiment: &Experiment, data: &Dataset) -> Result<Vec<Split>, TrainingError> {
    let rows = match experiment.data.train_rows {
        0 => data.train.rows(),
        wanted => wanted.min(data.train.rows()),
    };
    let seed = experiment.seed;
    let classes = data.train.classes();
    let labels = || -> Vec<usize> {
        let label = |row| data.train.label(row).unwrap_or(0);
        (0..rows).map(label).collect()
    };
    match experiment.protocol {
        Protocol::Fit | Protocol::Repeat { .. } => Ok(Vec::new()),
        Protocol::HoldOut {
            fraction,
            by_group: true,
            ..
        } => {
            let groups = data.train.groups().ok_or_else(|| TrainingError::Split {
                reason: "the rows have no groups".into(),
            })?;
            let groups = groups.get(..rows).unwrap_or(&groups);
            split::hold_out_groups(groups, fraction, seed)
                .map(|split| vec![split])
                .map_err(TrainingError::Data)
        }
        Protocol::HoldOut {
            fraction,
            stratified: true,
            ..
        } if classes > 0 => split::hold_out_stratified(&labels(), classes, fraction, seed)
            .map(|split| vec![split])
            .map_err(TrainingError::Data),
        Protocol::HoldOut { fraction, .. } => split::hold_out(rows, fraction, seed)
            .map(|split| vec![split])
            .map_err(TrainingError::Data),
        Protocol::KFold {
            folds,
            stratified: true,
            ..
        } if classes > 0 => split::k_fold_stratified(&labels(), classes, folds, Some(seed))
            .map_err(TrainingError::Data),
        Protocol::KFold { folds, shuffle, .. } => {
            split::k_fold(rows, folds, shuffle.then_some(seed)).map_err(TrainingError::Data)
        }
    }
}

/// The data and the checked experiment of one fit.
///
/// # Errors
/// [`TrainingError::Data`] where a part would be empty or there is no such fold.
pub fn of_fold(
    checked: &Checked,
    data: &Arc<Dataset>,
    fold: u32,
) -> Result<(Checked, Arc<Dataset>), TrainingError> {
    let splits = splits(&checked.experiment, data)?;
    let split = splits.get(fold as usize);
    let data = scaled(&checked.experiment, data, split);
    let data = match split {
        Some(split) => Arc::new(data.fold(split).map_err(TrainingError::Data)?),
        None => data,
    };
    let mut checked = checked.clone();
    checked.experiment.seed = checked
        .experiment
        .seed
        .wrapping_add(fold.wrapping_mul(SEEDS_APART));
    // The split has taken what the protocol wanted.
    checked.experiment.protocol = Protocol::Fit;
    Ok((of_rows(checked, &data), data))
}

/// The data with what is left to be scaled scaled by the rows that are trained on: those of `split` or, without one, all
/// training rows, but for the last of them that `validation_split` keeps aside.
fn scaled(experiment: &Experiment, data: &Arc<Dataset>, split: Option<&Split>) -> Arc<Dataset> {
    if !data.waits_for_scaling() {
        return Arc::clone(data);
    }
    let mut rows = match split {
        Some(split) => split.train.clone(),
        None => (0..data.train.rows() as u32).collect(),
    };
    let [learned, _] = parts(experiment, rows.len());
    rows.truncate(learned);
    Arc::new(data.scaled(&rows))
}

/// Of so many training rows, how many are trained on and how many `validation_split` keeps aside.
pub(crate) fn parts(experiment: &Experiment, rows: usize) -> [usize; 2] {
    let all = match experiment.data.train_rows {
        0 => rows,
        wanted => wanted.min(rows),
    };
    // Keras: split = int(n (1 - f)), the last rows are kept aside.
    let learned = (all as f64 * (1.0 - experiment.data.validation_split)).floor() as usize;
    [learned, all - learned]
}

/// The same experiment on these rows: their numbers are the data's own.
pub(crate) fn of_rows(mut checked: Checked, data: &Dataset) -> Checked {
    checked.data.train_rows = data.train.rows();
    checked.data.test_rows = data.test.rows();
    [checked.train_rows, checked.validation_rows] = parts(&checked.experiment, data.train.rows());
    checked
}

/// The rows of a stage as training rows, the others as test rows. All stages see them on one scale: that of the rows
/// which the protocol trains on.
///
/// # Errors
/// [`TrainingError::Split`].
pub(crate) fn of_stage(
    checked: &Checked,
    data: &Arc<Dataset>,
    rows: StageRows,
) -> Result<Arc<Dataset>, TrainingError> {
    let first = splits(&checked.experiment, data)?.into_iter().next();
    let data = scaled(&checked.experiment, data, first.as_ref());
    let split = match (rows, first) {
        (StageRows::All, _) | (StageRows::Train | StageRows::HeldOut, None) => return Ok(data),
        (StageRows::Validation, _) => {
            let (learned, aside) = (checked.train_rows as u32, checked.validation_rows as u32);
            Split {
                train: (learned..learned + aside).collect(),
                test: (0..learned).collect(),
            }
        }
        (StageRows::Train, Some(first)) => first,
        (StageRows::HeldOut, Some(first)) => Split {
            train: first.test,
            test: first.train,
        },
    };
    if split.train.is_empty() {
        return Err(TrainingError::Split {
            reason: "no rows are kept aside for this stage".into(),
        });
    }
    Ok(Arc::new(data.fold(&split).map_err(TrainingError::Data)?))
}

/// The rows that are measured: the test rows or, where there are none, the training rows.
pub(crate) fn measured(data: &Dataset) -> &Rows {
    match data.test.rows() {
        0 => &data.train,
        _ => &data.test,
    }
}
