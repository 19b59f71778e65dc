//! Splits: which rows are trained on and which are tested on, as lists of row numbers.
//!
//! Counts and proportions are scikit-learn's (`train_test_split`, `GroupShuffleSplit`, `KFold`,
//! `StratifiedKFold`); where rows are shuffled, the order is our own generator's (Philox, purpose "split"), so
//! that every machine cuts alike. Unshuffled folds are scikit-learn 1.x's row by row (before 0.22, `StratifiedKFold`
//! cut each class by itself).

use fireside_spec::order::{order, sorted};
use fireside_spec::random::{Purpose, Stream};

use crate::error::DataError;

/// The rows of one training and of its test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// Rows to train on.
    pub train: Vec<u32>,
    /// Rows to test on.
    pub test: Vec<u32>,
}

impl Split {
    /// `test` holds rows in ascending order; all others are trained on.
    fn without(rows: usize, test: Vec<u32>) -> Self {
        let mut held = test.iter().peekable();
        let train = (0..rows as u32).filter(|row| held.next_if_eq(&row).is_none());
        Self {
            train: train.collect(),
            test,
        }
    }

    /// Both parts hold rows?
    fn whole(self, fraction: f64) -> Result<Self, DataError> {
        if self.train.is_empty() || self.test.is_empty() {
            let rows = self.train.len() + self.test.len();
            return Err(DataError::OptionOutOfRange {
                what: "test rows",
                value: test_count(rows, fraction),
                least: 1,
                most: rows.saturating_sub(1),
            });
        }
        Ok(self)
    }
}

/// ceil(fraction * rows), as scikit-learn counts the test rows.
fn test_count(rows: usize, fraction: f64) -> usize {
    ((rows as f64 * fraction.clamp(0.0, 1.0)).ceil() as usize).min(rows)
}

fn permutation(seed: u32, what: u32, tag: u32, rows: usize) -> Vec<u32> {
    Stream::new(seed, Purpose::Split, what, tag).permutation(rows)
}

/// The steps of the streams: each way of cutting has its own.
const HOLD_OUT: u32 = 0;
const STRATIFIED: u32 = 1;
const GROUPS: u32 = 2;
const FOLDS: u32 = 3;
const STRATIFIED_FOLDS: u32 = 4;

/// The first rows are trained on, the last `test` (0 to 1) are tested on, unshuffled: train =
/// int(rows * (1 - test)), as Keras's `validation_split` cuts.
///
/// # Errors
/// `option_out_of_range` where a part would be empty.
pub fn validation_split(rows: usize, test: f64) -> Result<Split, DataError> {
    let train = (rows as f64 * (1.0 - test.clamp(0.0, 1.0))) as usize;
    ordered(rows, train.min(rows)).whole(test)
}

/// The first `train` rows are trained on, the rest is tested on.
pub fn ordered(rows: usize, train: usize) -> Split {
    let cut = train.min(rows) as u32;
    Split {
        train: (0..cut).collect(),
        test: (cut..rows as u32).collect(),
    }
}

/// Shuffled, ceil(test * rows) rows to test on.
///
/// # Errors
/// `option_out_of_range` where a part would be empty.
pub fn hold_out(rows: usize, test: f64, seed: u32) -> Result<Split, DataError> {
    let mut order = permutation(seed, HOLD_OUT, 0, rows);
    let train = order.split_off(test_count(rows, test));
    Split { train, test: order }.whole(test)
}

/// As [`hold_out`], every class (`labels` below `classes`) with its share in both parts, to within one row.
///
/// # Errors
/// `option_out_of_range` where a part would be empty.
pub fn hold_out_stratified(
    labels: &[usize],
    classes: usize,
    test: f64,
    seed: u32,
) -> Result<Split, DataError> {
    let rows = labels.len();
    let members = members(labels, classes);
    let counts: Vec<usize> = members.iter().map(Vec::len).collect();
    let wanted = shares(&counts, test_count(rows, test));
    let mut held = Vec::with_capacity(rows);
    for (class, (members, count)) in members.iter().zip(wanted).enumerate() {
        let order = permutation(seed, STRATIFIED, class as u32, members.len());
        held.extend(order[..count].iter().map(|at| members[*at as usize]));
    }
    held.sort_unstable();
    Split::without(rows, held).whole(test)
}

/// As [`hold_out`], but rows of one group (a track, a patient) stay together: ceil(test * groups) groups are
/// tested on.
///
/// # Errors
/// `option_out_of_range` where a part would be empty.
pub fn hold_out_groups(groups: &[u32], test: f64, seed: u32) -> Result<Split, DataError> {
    let mut names = groups.to_vec();
    names.sort_unstable();
    names.dedup();
    let order = permutation(seed, GROUPS, 0, names.len());
    let mut held = vec![false; names.len()];
    for group in &order[..test_count(names.len(), test)] {
        held[*group as usize] = true;
    }
    let of = |group: &u32| names.binary_search(group).is_ok_and(|at| held[at]);
    let rows = (0_u32..).zip(groups);
    let test_rows = rows.filter(|(_, group)| of(group)).map(|(row, _)| row);
    Split::without(groups.len(), test_rows.collect()).whole(test)
}

/// `folds` splits; every row is tested on once. The first rows % folds folds have one row more. Without a
/// seed the folds are blocks of the file.
///
/// # Errors
/// `option_out_of_range` for fewer than 2 folds or more than rows.
pub fn k_fold(rows: usize, folds: usize, seed: Option<u32>) -> Result<Vec<Split>, DataError> {
    check_folds(folds, rows)?;
    let order = match seed {
        Some(seed) => permutation(seed, FOLDS, 0, rows),
        None => (0..rows as u32).collect(),
    };
    let mut rest = &order[..];
    let mut all = Vec::with_capacity(folds);
    for fold in 0..folds {
        let (test, after) = rest.split_at(rows / folds + usize::from(fold < rows % folds));
        rest = after;
        let mut test = test.to_vec();
        test.sort_unstable();
        all.push(Split::without(rows, test));
    }
    Ok(all)
}

/// As [`k_fold`], every class (`labels` below `classes`) with its share in every fold, to within one row.
///
/// # Errors
/// `option_out_of_range` for fewer than 2 folds, or more than the largest class has rows.
pub fn k_fold_stratified(
    labels: &[usize],
    classes: usize,
    folds: usize,
    seed: Option<u32>,
) -> Result<Vec<Split>, DataError> {
    let members = members(labels, classes);
    check_folds(folds, members.iter().map(Vec::len).max().unwrap_or(0))?;
    // Classes are numbered by their first row. The sorted labels are dealt out like cards: fold f gets the
    // labels f, f + folds, ..., so that folds and classes are even at once.
    let first = |rows: &Vec<u32>| rows.first().copied().unwrap_or(u32::MAX);
    let members = sorted(members, |a, b| first(a).cmp(&first(b)));
    let mut tests = vec![Vec::new(); folds];
    let mut dealt = 0;
    for (class, rows) in members.iter().enumerate() {
        let mut counts = vec![0; folds];
        for card in dealt..dealt + rows.len() {
            counts[card % folds] += 1;
        }
        dealt += rows.len();
        let whose = counts.iter().enumerate();
        let whose: Vec<usize> = whose.flat_map(|(fold, n)| vec![fold; *n]).collect();
        let order = match seed {
            Some(seed) => permutation(seed, STRATIFIED_FOLDS, class as u32, rows.len()),
            None => (0..rows.len() as u32).collect(),
        };
        for (fold, at) in whose.iter().zip(order) {
            tests[*fold].push(rows[at as usize]);
        }
    }
    let fold = |mut test: Vec<u32>| {
        test.sort_unstable();
        Split::without(labels.len(), test)
    };
    Ok(tests.into_iter().map(fold).collect())
}

fn check_folds(folds: usize, most: usize) -> Result<(), DataError> {
    if (2..=most).contains(&folds) {
        return Ok(());
    }
    Err(DataError::OptionOutOfRange {
        what: "folds",
        value: folds,
        least: 2,
        most,
    })
}

/// The rows of each class; labels that are not below `classes` count as the last.
fn members(labels: &[usize], classes: usize) -> Vec<Vec<u32>> {
    let mut members = vec![Vec::new(); classes.max(1)];
    for (row, label) in (0_u32..).zip(labels) {
        members[(*label).min(classes.max(1) - 1)].push(row);
    }
    members
}

/// `total` dealt out in the proportions of `counts`: each share rounded down, the rest to the largest
/// remainders.
fn shares(counts: &[usize], total: usize) -> Vec<usize> {
    let all: usize = counts.iter().sum::<usize>().max(1);
    let mut shares: Vec<usize> = counts.iter().map(|count| count * total / all).collect();
    let lost = |class: usize| counts[class] * total % all;
    let order = order(counts.len(), &mut |a, b| lost(b).cmp(&lost(a)));
    let rest = total - shares.iter().sum::<usize>();
    for class in order.into_iter().take(rest) {
        shares[class] += 1;
    }
    shares
}

#[cfg(test)]
mod tests;
