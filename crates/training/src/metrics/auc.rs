//! The area under the ROC curve, from ranks: exact, ties count half. It needs all scores at once.

use crate::target::Target;
use fireside_spec::Average;
use fireside_spec::metric::MAX_SCORES;
use fireside_spec::order::sorted;

#[derive(Clone, Debug)]
pub(super) struct Scores {
    width: usize,
    /// Row-major, and whether the row is of that column's class.
    scores: Vec<(f32, bool)>,
    /// More than are kept: nothing is known any more.
    full: bool,
    /// Columns are yes-or-no answers of their own: two of them are not two classes.
    separate: bool,
}

impl Scores {
    pub fn new(width: usize) -> Self {
        Self {
            width,
            scores: Vec::new(),
            full: false,
            separate: false,
        }
    }

    pub fn add(&mut self, output: &[f32], target: Target<'_>, separate: bool) {
        self.separate |= separate;
        self.full |= self.scores.len() + self.width > MAX_SCORES;
        if self.full {
            self.scores = Vec::new();
            return;
        }
        let truth = |column| match separate || self.width == 1 {
            true => target.at(column, self.width) > 0.5,
            false => target.class(self.width) == column,
        };
        let row = output
            .iter()
            .enumerate()
            .map(|(column, p)| (*p, truth(column)));
        self.scores.extend(row);
    }

    fn column(&self, column: usize) -> Vec<(f32, bool)> {
        let places = self.scores.iter().skip(column).step_by(self.width);
        places.copied().collect()
    }

    pub fn per_class(&self) -> Vec<f64> {
        (0..self.width)
            .map(|column| area(self.column(column)))
            .collect()
    }

    pub fn value(&self, average: Option<Average>) -> f64 {
        if self.width <= 2 && !self.separate {
            return area(self.column(self.width - 1));
        }
        let (mut sum, mut whole) = (0.0, 0.0);
        for column in 0..self.width {
            let column = self.column(column);
            let weight = match average {
                Some(Average::Weighted) => column.iter().filter(|(_, truth)| *truth).count() as f64,
                _ => 1.0,
            };
            if weight > 0.0 {
                sum += weight * area(column);
                whole += weight;
            }
        }
        sum / whole
    }
}

/// (pairs in which the row of the class has the larger score + half of the ties) / pairs, in whole numbers.
fn area(scores: Vec<(f32, bool)>) -> f64 {
    if scores.iter().any(|(score, _)| score.is_nan()) {
        return f64::NAN;
    }
    let scores = sorted(scores, |a, b| a.0.total_cmp(&b.0));
    let (mut yes, mut no, mut twice) = (0u64, 0u64, 0u64);
    // Not by bits: -0 equals 0.
    for ties in scores.chunk_by(|a, b| a.0 == b.0) {
        let own = ties.iter().filter(|(_, truth)| *truth).count() as u64;
        let others = ties.len() as u64 - own;
        twice += own * (2 * no + others);
        yes += own;
        no += others;
    }
    twice as f64 / (2 * yes * no) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_area_counts_pairs() {
        let scored = |yes: &[f32], no: &[f32]| {
            let of =
                |scores: &[f32], truth| scores.iter().map(move |s| (*s, truth)).collect::<Vec<_>>();
            area([of(no, false), of(yes, true)].concat())
        };
        assert_eq!(scored(&[0.9, 0.8], &[0.1, 0.2]), 1.0);
        assert_eq!(scored(&[0.1], &[0.1, -0.2, 0.3, 0.1]), 0.5);
        assert_eq!(scored(&[-0.0], &[0.0]), 0.5);
        assert_eq!(scored(&[0.2], &[0.1, 0.3, 0.4, 0.5]), 0.25);
        assert!(scored(&[0.2], &[]).is_nan() && scored(&[], &[0.2]).is_nan());
        assert!(scored(&[f32::NAN], &[0.2]).is_nan());
    }

    #[test]
    fn too_many_scores_are_not_kept() {
        let width = MAX_SCORES / 2;
        let mut scores = Scores::new(width);
        let row = vec![0.5; width];
        for _ in 0..2 {
            scores.add(&row, Target::Class(0), false);
        }
        assert!(!scores.full);
        scores.add(&row, Target::Class(1), false);
        assert!(scores.full && scores.scores.capacity() == 0);
        assert!(area(scores.column(0)).is_nan());
    }
}
