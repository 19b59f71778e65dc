//! Counts per class: precision, recall, F1 and the confusion matrix.

use crate::target::{Target, answer};
use fireside_spec::{Average, Metric};

/// Precision, recall and F1 of one class, and how many rows are of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClassScores {
    pub precision: f64,
    pub recall: f64,
    pub f1: f64,
    /// Rows of this class (scikit-learn's support).
    pub rows: u64,
}

#[derive(Clone, Copy, Debug, Default)]
struct Count {
    hits: u64,
    /// Rows that were answered with this class.
    answered: u64,
    /// Rows of this class.
    actual: u64,
}

#[derive(Clone, Debug)]
pub(super) struct Counts {
    classes: Vec<Count>,
    /// [actual][answered], if it is wanted.
    matrix: Option<Vec<u32>>,
    separate: bool,
}

fn part(part: u64, whole: u64) -> f64 {
    match whole {
        0 => 0.0,
        whole => part as f64 / whole as f64,
    }
}

impl Count {
    fn value(&self, metric: &Metric) -> f64 {
        match metric {
            Metric::Precision(_) => part(self.hits, self.answered),
            Metric::Recall(_) => part(self.hits, self.actual),
            _ => part(2 * self.hits, self.answered + self.actual),
        }
    }
}

impl Counts {
    pub fn new(classes: usize, matrix: bool) -> Self {
        Self {
            classes: vec![Count::default(); classes],
            matrix: matrix.then(|| vec![0; classes * classes]),
            separate: false,
        }
    }

    /// A row; `separate`: every output is a yes-or-no answer of its own.
    pub fn add(&mut self, output: &[f32], target: Target<'_>, separate: bool) {
        if separate {
            self.separate = true;
            for (column, (count, p)) in self.classes.iter_mut().zip(output).enumerate() {
                let (yes, truth) = (*p > 0.5, target.at(column, output.len()) > 0.5);
                count.answered += u64::from(yes);
                count.actual += u64::from(truth);
                count.hits += u64::from(yes && truth);
            }
            return;
        }
        let (actual, answered) = (target.class(output.len()), answer(output));
        let size = self.classes.len();
        if actual >= size || answered >= size {
            return;
        }
        self.classes[actual].actual += 1;
        self.classes[answered].answered += 1;
        self.classes[actual].hits += u64::from(actual == answered);
        if let Some(matrix) = &mut self.matrix {
            matrix[actual * size + answered] += 1;
        }
    }

    pub fn per_class(&self, metric: &Metric) -> Vec<f64> {
        self.classes
            .iter()
            .map(|class| class.value(metric))
            .collect()
    }

    pub fn value(&self, metric: &Metric, average: Option<Average>) -> f64 {
        let default = match self.classes.len() {
            2 if !self.separate => Average::Binary,
            _ => Average::Macro,
        };
        let weighted = |weight: fn(&Count) -> u64| {
            let whole: u64 = self.classes.iter().map(weight).sum();
            let sum = |class: &Count| class.value(metric) * weight(class) as f64;
            match whole {
                0 => 0.0,
                whole => self.classes.iter().map(sum).sum::<f64>() / whole as f64,
            }
        };
        match average.unwrap_or(default) {
            Average::Binary => self.classes.get(1).map_or(f64::NAN, |c| c.value(metric)),
            Average::Micro => {
                let sum = |all: Count, class: &Count| Count {
                    hits: all.hits + class.hits,
                    answered: all.answered + class.answered,
                    actual: all.actual + class.actual,
                };
                self.classes
                    .iter()
                    .fold(Count::default(), sum)
                    .value(metric)
            }
            Average::Weighted => weighted(|class| class.actual),
            Average::Macro | Average::PerClass if self.separate => weighted(|_| 1),
            // As scikit-learn: a class that neither occurs nor is ever answered does not count.
            Average::Macro | Average::PerClass => {
                weighted(|class| u64::from(class.actual + class.answered > 0))
            }
        }
    }

    pub fn confusion(&self) -> Option<Vec<Vec<u32>>> {
        let rows = self.matrix.as_ref()?.chunks_exact(self.classes.len());
        Some(rows.map(<[u32]>::to_vec).collect())
    }

    pub fn report(&self) -> Vec<ClassScores> {
        let scores = |class: &Count| ClassScores {
            precision: class.value(&Metric::Precision(None)),
            recall: class.value(&Metric::Recall(None)),
            f1: class.value(&Metric::F1(None)),
            rows: class.actual,
        };
        self.classes.iter().map(scores).collect()
    }
}
