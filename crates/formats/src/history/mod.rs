//! The history of a run for other programs: CSV, JSON, and TensorBoard's event files.

pub mod tensorboard;
mod text;

pub use text::{csv, json};

/// One curve.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    /// `loss`, `val_acc`, `lr`.
    pub name: String,
    /// Epoch or update, counted from 0, rising; value.
    pub points: Vec<(u64, f64)>,
}

/// The steps of all series, rising, each once.
fn steps(series: &[Series]) -> Vec<u64> {
    let all = series.iter().flat_map(|one| &one.points);
    let mut steps: Vec<u64> = all.map(|(step, _)| *step).collect();
    steps.sort_unstable();
    steps.dedup();
    steps
}

impl Series {
    /// The value at a step; the last one, should there be several.
    fn at(&self, step: u64) -> Option<f64> {
        // Points rise: those up to `step` come first.
        let after = self.points.partition_point(|(at, _)| *at <= step);
        let (at, value) = self.points.get(after.checked_sub(1)?)?;
        (*at == step).then_some(*value)
    }
}
