//! Metrics against scikit-learn's, Keras's and NumPy's numbers, whatever the batches are.

use super::training;
use fireside_spec::{Dialect, Loss, LossInput, Metric};
use fireside_tests::compare::Agreement;
use fireside_tests::reference::{Cases, MetricCase, read};
use fireside_tests::tolerance::SINGLE;
use fireside_training::Target;
use fireside_training::metrics::Metrics;

/// Metrics of all rows, added in batches of `batch`.
fn measure(case: &MetricCase, batch: usize) -> Metrics {
    let (training, dialect) = training(&case.dialect, &case.loss, &case.metrics);
    let (outputs, width) = (case.outputs.narrow(), case.outputs.shape[1]);
    let numbers = case.targets.as_ref().map(|targets| targets.narrow());
    let targets: Vec<Target> = match (&case.classes, &numbers) {
        (Some(classes), _) => classes.iter().map(|class| Target::Class(*class)).collect(),
        (None, Some(rows)) => rows.chunks_exact(width).map(Target::Row).collect(),
        _ => panic!("{}: no targets", case.name),
    };
    assert_eq!(targets.len() * width, outputs.len(), "{}", case.name);
    let mut metrics = Metrics::new(&training.metrics, &training.loss, dialect, width);
    for (values, targets) in outputs.chunks(batch * width).zip(targets.chunks(batch)) {
        metrics.add(values, targets.iter().copied());
    }
    assert_eq!(metrics.rows(), targets.len() as u64);
    metrics
}

pub async fn metrics_agree_with_scikit_learn() {
    let mut agreement = Agreement::new();
    for case in &read::<Cases<MetricCase>>("metrics.json").cases {
        let metrics = measure(case, usize::MAX / 1_000);
        let result = metrics.result();
        assert_eq!(
            result.len(),
            case.expected.len(),
            "{}: {result:?}",
            case.name
        );
        for (name, value) in &result {
            let expected = case.expected.get(name);
            let expected = expected.unwrap_or_else(|| panic!("{}: no {name}", case.name));
            let group = name.split('[').next().unwrap_or_default();
            let place = format!("{} {name}", case.name);
            agreement.check(group, &place, &[*value], &[*expected], SINGLE);
        }
        assert_eq!(metrics.confusion(), case.confusion, "{}", case.name);
        for batch in [1, 7, 16] {
            let other = measure(case, batch);
            assert_eq!(other.result(), result, "{}: batches of {batch}", case.name);
            assert_eq!(other.confusion(), metrics.confusion(), "{}", case.name);
        }
        // The report's columns are the same numbers once more.
        for (class, scores) in metrics.classes().unwrap_or_default().iter().enumerate() {
            let wanted = |name: &str| case.expected.get(&format!("{name}[{class}]")).copied();
            let own = [
                ("precision", scores.precision),
                ("recall", scores.recall),
                ("f1", scores.f1),
            ];
            for (name, value) in own {
                let expected = wanted(name).expect("a value per class");
                agreement.check("report", &case.name, &[value], &[expected], SINGLE);
            }
        }
        let of_classes: u64 = metrics
            .classes()
            .unwrap_or_default()
            .iter()
            .map(|c| c.rows)
            .sum();
        if let Some(confusion) = &case.confusion {
            let all: u32 = confusion.iter().flatten().sum();
            assert_eq!(of_classes, u64::from(all), "{}", case.name);
        }
    }
    agreement.finish(350);
}

/// Keras 2 judges a softmax over k classes output by output where the loss is the binary one.
pub async fn accuracy_depends_on_the_dialect_where_keras_does() {
    let binary = Loss::BinaryCrossentropy(LossInput::Probabilities);
    for (dialect, expected) in [(Dialect::Keras2, 2.0 / 3.0), (Dialect::Keras3, 0.0)] {
        let mut metrics = Metrics::new(&[Metric::Accuracy], &binary, dialect, 3);
        metrics.add(&[0.4, 0.35, 0.25], [Target::Class(1)].into_iter());
        let expected = vec![("accuracy".to_string(), expected)];
        assert_eq!(metrics.result(), expected, "{dialect:?}");
    }
}
