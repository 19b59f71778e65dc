//! The metrics that an experiment asks for, batch by batch, in the targets' own unit.

use crate::event::MetricValue;
use crate::metrics::Metrics;
use crate::target::Target;
use fireside_datasets::{Dataset, Targets};
use fireside_spec::Checked;

/// Accumulators for the experiment's metrics; `None` where it asks for none.
pub(crate) fn new_metrics(checked: &Checked) -> Option<Metrics> {
    let training = &checked.training;
    let (loss, dialect) = (&training.loss, checked.experiment.dialect);
    let wanted = !training.metrics.is_empty();
    wanted.then(|| Metrics::new(&training.metrics, loss, dialect, checked.width()))
}

/// Takes up a batch; numbers that were scaled for training are told in their own unit.
pub(crate) fn add_figures(
    metrics: &mut Metrics,
    checked: &Checked,
    data: &Dataset,
    output: &[f32],
    targets: &Targets,
) {
    let rows = |targets: &Targets, output: &[f32], metrics: &mut Metrics| {
        let targets = (0..targets.rows()).filter_map(|row| targets.get(row).map(Target::from));
        metrics.add(output, targets);
    };
    let (Some(scaler), Targets::Values { values, width }) = (&data.inverse, targets) else {
        return rows(targets, output, metrics);
    };
    let (mut output, mut values) = (output.to_vec(), values.clone());
    if scaler.width() == checked.width() {
        scaler.inverse(&mut output);
        scaler.inverse(&mut values);
    }
    let width = *width;
    rows(&Targets::Values { values, width }, &output, metrics);
}

/// The figures of a part, `<part>_<metric>`.
pub(crate) fn named(part: &str, metrics: &Metrics) -> impl Iterator<Item = MetricValue> {
    let result = metrics.result().into_iter();
    let part = part.to_string();
    result.map(move |(name, value)| MetricValue {
        name: format!("{part}_{name}"),
        value,
    })
}
