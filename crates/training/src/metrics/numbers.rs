//! Distances between outputs and targets: mean squared and absolute error, their root, R2.

use crate::target::Target;
use fireside_spec::Metric;

#[derive(Clone, Copy, Debug, Default)]
struct Column {
    /// Mean of the targets and their sum of squares around it (Welford), so that nothing cancels.
    mean: f64,
    spread: f64,
    /// Sum of the squared distances.
    squares: f64,
}

#[derive(Clone, Debug)]
pub(super) struct Numbers {
    columns: Vec<Column>,
    rows: f64,
    distances: f64,
}

impl Numbers {
    pub fn new(width: usize) -> Self {
        Self {
            columns: vec![Column::default(); width],
            rows: 0.0,
            distances: 0.0,
        }
    }

    pub fn add(&mut self, output: &[f32], target: Target<'_>) {
        self.rows += 1.0;
        for (index, (column, p)) in self.columns.iter_mut().zip(output).enumerate() {
            let y = target.at(index, output.len());
            let distance = f64::from(*p) - y;
            column.squares += distance * distance;
            self.distances += distance.abs();
            let away = y - column.mean;
            column.mean += away / self.rows;
            column.spread += away * (y - column.mean);
        }
    }

    pub fn value(&self, metric: &Metric) -> f64 {
        let width = self.columns.len() as f64;
        let squares = || {
            let all: f64 = self.columns.iter().map(|column| column.squares).sum();
            all / (self.rows * width)
        };
        match metric {
            Metric::MeanAbsoluteError => self.distances / (self.rows * width),
            Metric::MeanSquaredError => squares(),
            Metric::RootMeanSquaredError => squares().sqrt(),
            _ if self.rows < 2.0 => f64::NAN,
            _ => self.columns.iter().map(Column::r2).sum::<f64>() / width,
        }
    }
}

impl Column {
    /// As scikit-learn, also where all targets are equal.
    fn r2(&self) -> f64 {
        match (self.spread == 0.0, self.squares == 0.0) {
            (true, true) => 1.0,
            (true, false) if !self.squares.is_nan() => 0.0,
            _ => 1.0 - self.squares / self.spread,
        }
    }
}
