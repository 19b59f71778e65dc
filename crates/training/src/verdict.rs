//! The verdict on a printed figure: a rule in code, the same for all experiments.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What five, three or one measured seeds say about a printed figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The printed figure lies within mean +- 2 sd (at least its rounding).
    Reproduced,
    /// Outside, and ours is better.
    Better,
    /// Outside, and ours is worse.
    Worse,
    /// Fewer than three seeds: only the difference is told.
    OneRun,
    /// Data or protocol differ.
    NotComparable,
    /// A part of the epochs.
    NotFinished,
    /// The source printed no figure: ours is told, not judged.
    NothingPrinted,
}

/// Mean and standard deviation (n - 1; 0 for one value).
pub fn mean_sd(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n.max(1.0);
    if values.len() < 2 {
        return (mean, 0.0);
    }
    let sum: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (mean, (sum / (n - 1.0)).sqrt())
}

/// Judges measured values of a metric of which more is better (less, for a loss) against the printed one.
///
/// `sd` is the deviation that counts: over seeds, or over the folds of each; `decimals` are the digits that were printed; `complete` is false when not all epochs were run,
/// `comparable` when the data are not the source's.
pub fn verdict(
    measured: &[f64],
    sd: f64,
    printed: f64,
    decimals: u32,
    more_is_better: bool,
    comparable: bool,
    complete: bool,
) -> Verdict {
    if !comparable {
        return Verdict::NotComparable;
    }
    if !complete {
        return Verdict::NotFinished;
    }
    if measured.len() < 3 {
        return Verdict::OneRun;
    }
    let (mean, _) = mean_sd(measured);
    let rounding = 0.5 * 10f64.powi(-(decimals.min(12) as i32));
    let margin = (2.0 * sd).max(rounding);
    if (printed - mean).abs() <= margin {
        Verdict::Reproduced
    } else if (mean > printed) == more_is_better {
        Verdict::Better
    } else {
        Verdict::Worse
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn within_two_sd_is_reproduced_outside_is_better_or_worse() {
        let values = [0.9890, 0.9900, 0.9910];
        let (_, sd) = mean_sd(&values);
        let judge = |printed| verdict(&values, sd, printed, 4, true, true, true);
        assert_eq!(judge(0.9915), Verdict::Reproduced);
        assert_eq!(judge(0.9925), Verdict::Worse);
        assert_eq!(judge(0.9870), Verdict::Better);
        assert_eq!(
            verdict(&values, sd, 0.99, 4, true, false, true),
            Verdict::NotComparable
        );
        assert_eq!(
            verdict(&values, sd, 0.99, 4, true, true, false),
            Verdict::NotFinished
        );
        assert_eq!(
            verdict(&values[..2], sd, 0.99, 4, true, true, true),
            Verdict::OneRun
        );
    }

    #[test]
    fn equal_seeds_still_get_the_rounding_of_the_print() {
        let values = [0.66, 0.66, 0.66];
        assert_eq!(
            verdict(&values, 0.0, 0.662, 2, true, true, true),
            Verdict::Reproduced
        );
    }
}
