//! Metrics of a network over any number of batches: exact, whatever the batches are.
//!
//! Everything is counted or summed row by row in f64, so that the cut into batches changes no bit. The formulas
//! stand at [`fireside_spec::Metric`].

mod accuracy;
mod auc;
mod classes;
mod numbers;

pub use accuracy::{judgements, right};
pub use classes::ClassScores;

use crate::losses::row_loss;
use crate::target::Target;
use auc::Scores;
use classes::Counts;
use fireside_spec::metric::MAX_CONFUSION;
use fireside_spec::{Average, Dialect, Loss, LossInput, Metric};
use numbers::Numbers;

/// What was asked for of a network, and what is known so far.
#[derive(Clone, Debug)]
pub struct Metrics {
    /// With the name that was asked for; `accuracy` is already the one that is meant.
    wanted: Vec<(String, Metric)>,
    dialect: Dialect,
    width: usize,
    /// The cross-entropy that perplexity is made of.
    entropy: Loss,
    /// Targets of several numbers are as many yes-or-no answers.
    yes_or_no: bool,
    rows: u64,
    /// Right judgements, for each accuracy of `wanted`.
    right: Vec<u64>,
    surprise: f64,
    counts: Option<Counts>,
    scores: Option<Scores>,
    numbers: Option<Numbers>,
}

impl Metrics {
    /// Nothing seen yet. `loss` decides what `accuracy` is and what perplexity takes; `width` is the number of
    /// outputs (one output judges two classes).
    pub fn new(metrics: &[Metric], loss: &Loss, dialect: Dialect, width: usize) -> Self {
        let width = width.max(1);
        let meant = |metric: &Metric| match metric {
            Metric::Accuracy => Metric::accuracy(loss, dialect, width),
            other => *other,
        };
        let any = |kind: fn(&Metric) -> bool| metrics.iter().any(kind);
        let matrix = any(|m| *m == Metric::ConfusionMatrix) && width <= MAX_CONFUSION;
        let counted = matrix
            || any(|m| matches!(m, Metric::Precision(_) | Metric::Recall(_) | Metric::F1(_)));
        let compared = any(|m| {
            use Metric::{MeanAbsoluteError, MeanSquaredError, R2, RootMeanSquaredError};
            matches!(
                m,
                MeanAbsoluteError | MeanSquaredError | R2 | RootMeanSquaredError
            )
        });
        let ranked = any(|m| matches!(m, Metric::RocAuc(_)));
        Self {
            wanted: metrics.iter().map(|m| (m.name(), meant(m))).collect(),
            dialect,
            width,
            entropy: Loss::CategoricalCrossentropy(match loss.input() {
                Some(LossInput::Logits) => LossInput::Logits,
                _ => LossInput::Probabilities,
            }),
            yes_or_no: width > 1 && matches!(loss, Loss::BinaryCrossentropy(_)),
            rows: 0,
            right: vec![0; metrics.len()],
            surprise: 0.0,
            counts: counted.then(|| Counts::new(width.max(2), matrix)),
            scores: ranked.then(|| Scores::new(width)),
            numbers: compared.then(|| Numbers::new(width)),
        }
    }

    /// Adds rows: `output` is (rows, width) row-major, `targets` one per row. A row whose target is of no class
    /// that the network has counts as wrong.
    pub fn add<'a>(&mut self, output: &[f32], targets: impl Iterator<Item = Target<'a>>) {
        for (values, target) in output.chunks_exact(self.width).zip(targets) {
            self.add_row(values, target);
        }
    }

    fn add_row(&mut self, values: &[f32], target: Target<'_>) {
        self.rows += 1;
        for ((_, metric), right) in self.wanted.iter().zip(&mut self.right) {
            *right += u64::from(accuracy::right(metric, self.dialect, values, target));
            if *metric == Metric::Perplexity {
                self.surprise += row_loss(&self.entropy, self.dialect, values, target);
            }
        }
        let separate = self.yes_or_no && matches!(target, Target::Row(_));
        if let Some(counts) = &mut self.counts {
            counts.add(values, target, separate);
        }
        if let Some(scores) = &mut self.scores {
            scores.add(values, target, separate);
        }
        if let Some(numbers) = &mut self.numbers {
            numbers.add(values, target);
        }
    }

    /// Rows so far.
    pub const fn rows(&self) -> u64 {
        self.rows
    }

    /// Name and value of every metric, in the order asked for; `average = "none"` gives one value per class,
    /// `f1[0]`, `f1[1]` ... Not a number where nothing is known: no rows, no row of a class for ROC AUC, or more
    /// scores than are kept. A confusion matrix has no value: see [`confusion`](Self::confusion).
    pub fn result(&self) -> Vec<(String, f64)> {
        let mut result = Vec::with_capacity(self.wanted.len());
        for ((name, metric), right) in self.wanted.iter().zip(&self.right) {
            let value = match metric {
                _ if self.rows == 0 => f64::NAN,
                Metric::ConfusionMatrix => continue,
                Metric::Accuracy
                | Metric::BinaryAccuracy { .. }
                | Metric::CategoricalAccuracy
                | Metric::TopK { .. } => {
                    *right as f64 / (self.rows * judgements(metric, self.width) as u64) as f64
                }
                Metric::Perplexity => (self.surprise / self.rows as f64).exp(),
                Metric::MeanSquaredError
                | Metric::MeanAbsoluteError
                | Metric::RootMeanSquaredError
                | Metric::R2 => self.numbers.as_ref().map_or(f64::NAN, |n| n.value(metric)),
                Metric::Precision(average) | Metric::Recall(average) | Metric::F1(average) => {
                    let Some(counts) = &self.counts else { continue };
                    if *average == Some(Average::PerClass) {
                        per_class(&mut result, name, counts.per_class(metric));
                        continue;
                    }
                    counts.value(metric, *average)
                }
                Metric::RocAuc(average) => {
                    let Some(scores) = &self.scores else { continue };
                    if *average == Some(Average::PerClass) {
                        per_class(&mut result, name, scores.per_class());
                        continue;
                    }
                    scores.value(*average)
                }
            };
            result.push((name.clone(), value));
        }
        result
    }

    /// The confusion matrix, [actual][answered], where it was asked for.
    pub fn confusion(&self) -> Option<Vec<Vec<u32>>> {
        self.counts.as_ref().and_then(Counts::confusion)
    }

    /// Precision, recall, F1 and rows of every class, where one of them or the confusion matrix was asked for
    /// (scikit-learn's classification report).
    pub fn classes(&self) -> Option<Vec<ClassScores>> {
        self.counts.as_ref().map(Counts::report)
    }
}

fn per_class(result: &mut Vec<(String, f64)>, name: &str, values: Vec<f64>) {
    let named = |(class, value)| (format!("{name}[{class}]"), value);
    result.extend(values.into_iter().enumerate().map(named));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_seen_is_nothing_known() {
        let all = [
            Metric::Accuracy,
            Metric::RocAuc(None),
            Metric::F1(None),
            Metric::R2,
        ];
        let metrics = Metrics::new(&all, &Loss::MeanSquaredError, Dialect::Keras2, 3);
        assert_eq!(metrics.rows(), 0);
        assert_eq!(metrics.confusion(), None);
        let result = metrics.result();
        assert_eq!(result.len(), 4);
        assert!(result.iter().all(|(_, value)| value.is_nan()), "{result:?}");
    }

    #[test]
    fn a_row_of_no_class_is_wrong_and_counted_nowhere_else() {
        let asked = [
            Metric::CategoricalAccuracy,
            Metric::TopK { k: 2 },
            Metric::ConfusionMatrix,
        ];
        let mut metrics = Metrics::new(&asked, &Loss::MeanSquaredError, Dialect::Keras2, 2);
        metrics.add(&[0.1, 0.9, 0.1, 0.9], [7, 1].into_iter().map(Target::Class));
        let values: Vec<f64> = metrics
            .result()
            .into_iter()
            .map(|(_, value)| value)
            .collect();
        assert_eq!(values, [0.5, 0.5]);
        assert_eq!(metrics.confusion(), Some(vec![vec![0, 0], vec![0, 1]]));
    }

    #[test]
    fn what_is_no_number_does_not_become_one() {
        let asked = [
            Metric::RocAuc(None),
            Metric::MeanSquaredError,
            Metric::Perplexity,
        ];
        let mut metrics = Metrics::new(&asked, &Loss::MeanSquaredError, Dialect::Keras2, 2);
        metrics.add(
            &[0.5, f32::NAN, 0.1, 0.9],
            [1, 0].into_iter().map(Target::Class),
        );
        assert!(metrics.result().iter().all(|(_, value)| value.is_nan()));
    }
}
