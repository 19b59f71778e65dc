//! Comparisons against reference numbers. All of a group are done before anything fails, and the largest
//! difference of each group is told either way (`cargo test -- --nocapture`).

use crate::engine;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// max|a - b| / max|b| (absolute where all of b is zero). Infinite when the lengths differ or a number is
/// missing (NaN).
pub fn difference(got: &[f64], expected: &[f64]) -> f64 {
    if got.len() != expected.len() {
        return f64::INFINITY;
    }
    let scale = expected.iter().fold(0.0f64, |max, b| max.max(b.abs()));
    absolute(got, expected) / if scale == 0.0 { 1.0 } else { scale }
}

/// max|a - b|; infinite when the lengths differ or a number is missing (NaN).
pub fn absolute(got: &[f64], expected: &[f64]) -> f64 {
    if got.len() != expected.len() {
        return f64::INFINITY;
    }
    got.iter()
        .zip(expected)
        .map(|(a, b)| (a - b).abs())
        .fold(0.0, |max, d| {
            if d.is_nan() {
                f64::INFINITY
            } else {
                d.max(max)
            }
        })
}

/// f32 -> f64.
pub fn wide(values: &[f32]) -> Vec<f64> {
    values.iter().map(|value| f64::from(*value)).collect()
}

/// The largest differences per group.
#[derive(Default)]
pub struct Agreement {
    worst: BTreeMap<String, (f64, f64, String, usize)>,
    failures: Vec<String>,
}

impl Agreement {
    /// Nothing compared yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Compares relative to the largest expected number.
    pub fn check(&mut self, group: &str, place: &str, got: &[f64], expected: &[f64], limit: f64) {
        self.note(group, place, difference(got, expected), limit);
    }

    /// Compares absolutely.
    pub fn check_absolute(
        &mut self,
        group: &str,
        place: &str,
        got: &[f64],
        expected: &[f64],
        limit: f64,
    ) {
        self.note(group, place, absolute(got, expected), limit);
    }

    fn note(&mut self, group: &str, place: &str, difference: f64, limit: f64) {
        let limit = engine::limit(limit);
        if difference > limit {
            self.failures.push(format!(
                "{group}: {place} differs by {difference:.2e}, allowed {limit:.0e}"
            ));
        }
        let worst = self
            .worst
            .entry(group.into())
            .or_insert((-1.0, limit, String::new(), 0));
        worst.3 += 1;
        if difference > worst.0 {
            *worst = (difference, limit, place.into(), worst.3);
        }
    }

    /// Prints the table; panics with everything that was too far away, or when fewer than `least`
    /// comparisons were made (an empty reference file must not pass).
    pub fn finish(self, least: usize) {
        let mut table = String::new();
        for (group, (difference, limit, place, count)) in &self.worst {
            let _ = writeln!(
                table,
                "{group:<40} {count:>4} compared, worst {difference:.1e} of {limit:.0e} ({place})"
            );
        }
        engine::print(&table);
        assert!(self.failures.is_empty(), "{}", self.failures.join("\n"));
        let count: usize = self.worst.values().map(|worst| worst.3).sum();
        assert!(count >= least, "only {count} comparisons, {least} expected");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nan_and_missing_numbers_are_never_equal() {
        assert_eq!(difference(&[f64::NAN], &[1.0]), f64::INFINITY);
        assert_eq!(difference(&[1.0, f64::NAN, 1.0], &[1.0; 3]), f64::INFINITY);
        assert_eq!(difference(&[1.0], &[1.0, 2.0]), f64::INFINITY);
        assert_eq!(difference(&[1.0, 2.5], &[1.0, 2.0]), 0.25);
        assert_eq!(difference(&[1e-3], &[0.0]), 1e-3);
    }

    #[test]
    #[should_panic(expected = "differs by 2.50e-1")]
    fn a_difference_above_the_limit_fails() {
        let mut agreement = Agreement::new();
        agreement.check("group", "here", &[2.5], &[2.0], 0.1);
        agreement.finish(1);
    }

    #[test]
    #[should_panic(expected = "only 0 comparisons")]
    fn nothing_compared_fails() {
        Agreement::new().finish(1);
    }
}
