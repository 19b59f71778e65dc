//! Figures of a run as the terminal says them: accuracies only where classes are predicted.

use fireside_datasets::Dataset;
use fireside_spec::Target;
use fireside_training::{EpochScores, MetricValue, Score};

/// Whether the data have classes; of numbers there is no accuracy.
pub(crate) fn has_classes(data: &Dataset) -> bool {
    matches!(data.train.target_shape(), Target::Classes(_))
}

/// `loss 0.1234 acc 0.9876`
pub(crate) fn of(score: &Score, part: &str, classes: bool) -> String {
    let accuracy = match classes {
        true => format!(" {part}acc {:.4}", score.accuracy),
        false => String::new(),
    };
    format!("{part}loss {:.4}{accuracy}", score.loss)
}

/// `  test_rmse 47.5300  test_mae 38.1000`
pub(crate) fn figures(figures: &[MetricValue]) -> String {
    let one = |figure: &MetricValue| format!("  {} {:.4}", figure.name, figure.value);
    figures.iter().map(one).collect()
}

/// Everything of an epoch.
pub(crate) fn epoch(scores: &EpochScores, classes: bool) -> String {
    let validation = scores.validation.map_or(String::new(), |score| {
        format!("  {}", of(&score, "val_", classes))
    });
    format!(
        "{}{validation}  {}{}",
        of(&scores.train, "", classes),
        of(&scores.test, "test_", classes),
        figures(&scores.figures)
    )
}

/// A printed figure: shares as percent, everything else as the number it is.
pub(crate) fn printed(metric: &str, value: f64, decimals: u32) -> String {
    let name = metric.replace('_', " ");
    let shares = ["accuracy", "precision", "recall", "f1", "auc"];
    match shares.iter().any(|share| metric.contains(share)) {
        true => {
            let digits = decimals.saturating_sub(2) as usize;
            format!("{name} {:.digits$} %", value * 100.0)
        }
        false => format!("{name} {value:.*}", decimals as usize),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_percent_and_errors_are_not() {
        assert_eq!(printed("test_accuracy", 0.9905, 4), "test accuracy 99.05 %");
        assert_eq!(printed("best_accuracy", 0.8, 5), "best accuracy 80.000 %");
        assert_eq!(printed("test_rmse", 47.53, 2), "test rmse 47.53");
        assert_eq!(printed("test_mse", 12.33, 2), "test mse 12.33");
        assert_eq!(printed("train_loss", 0.25, 1), "train loss 0.2");
    }

    #[test]
    fn numbers_have_no_accuracy() {
        let score = Score {
            loss: 0.5,
            accuracy: 0.25,
            rows: 4,
        };
        let scores = EpochScores {
            epoch: 1,
            train: score,
            validation: None,
            test: score,
            figures: vec![MetricValue {
                name: "test_rmse".into(),
                value: 2.0,
            }],
        };
        assert_eq!(
            epoch(&scores, false),
            "loss 0.5000  test_loss 0.5000  test_rmse 2.0000"
        );
        assert_eq!(
            epoch(&scores, true),
            "loss 0.5000 acc 0.2500  test_loss 0.5000 test_acc 0.2500  test_rmse 2.0000"
        );
    }
}
