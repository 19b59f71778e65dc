//! Metrics: what is told of a network beside its loss, by Keras's and scikit-learn's names.
//!
//! `metrics = ["accuracy", { name = "f1", average = "macro" }]`. y is the target, p the output of the network
//! as it is (a network that gives logits is judged by its logits, as in Keras). Means go over rows.

use crate::experiment::Dialect;
use crate::loss::Loss;
use crate::problem::Problem;
use crate::read::Fields;
use std::fmt::Display;
use std::mem::discriminant;

/// More metrics than anybody looks at.
const MAX_METRICS: usize = 30;
/// A confusion matrix of more classes is no longer a picture (4 MB).
pub const MAX_CONFUSION: usize = 1_000;
/// Numbers that ROC AUC keeps, rows times outputs (32 MB): it needs all of them at once.
pub const MAX_SCORES: usize = 4_000_000;

/// How the values of single classes become one (scikit-learn's `average`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Average {
    /// The value of class 1 of two.
    Binary,
    /// From the sums of all classes' counts.
    Micro,
    /// The plain mean over the classes that occur, as target or as answer.
    Macro,
    /// The mean over classes, each weighted by how many rows are of it.
    Weighted,
    /// `none`: no average, one value per class.
    PerClass,
}

const AVERAGES: &[(&str, Average)] = &[
    ("binary", Average::Binary),
    ("micro", Average::Micro),
    ("macro", Average::Macro),
    ("weighted", Average::Weighted),
    ("none", Average::PerClass),
];

/// What is told of a network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Metric {
    /// `accuracy`, `acc`: one of the next two, see [`Metric::accuracy`].
    Accuracy,
    /// `binary_accuracy`: the part of the outputs that are right. Without `threshold`, `keras2` rounds (half
    /// to even, so 0.5 is class 0) and compares with y; else, and in `keras3` (0.5), right is (p > threshold) = y.
    BinaryAccuracy { threshold: Option<f64> },
    /// `categorical_accuracy`, `sparse_categorical_accuracy`: the part of the rows whose largest output (the
    /// first of equals) is the class's.
    CategoricalAccuracy,
    /// `top_k_categorical_accuracy`: fewer than `k` (5) outputs are larger than that of the class; ties are hits.
    TopK { k: usize },
    /// `precision`: hits / answers of a class, 0 without answers. Answers: the largest output, for one output
    /// p > 0.5; for binary cross-entropy with targets of several numbers every output on its own. Without
    /// `average`: that of class 1 for two classes, else the macro average.
    Precision(Option<Average>),
    /// `recall`: hits / rows of a class, 0 without rows.
    Recall(Option<Average>),
    /// `f1`: 2 hits / (answers + rows) of a class, 0 where there are neither.
    F1(Option<Average>),
    /// `confusion_matrix`: rows of class i that were answered with j.
    ConfusionMatrix,
    /// `roc_auc`, `auc`: the part of the pairs (row of the class, other row) in which the first has the larger
    /// output, ties count half; for more than two classes each against the rest, then averaged (macro).
    RocAuc(Option<Average>),
    /// `mse`, `mean_squared_error`: mean (p - y)^2.
    MeanSquaredError,
    /// `mae`, `mean_absolute_error`: mean |p - y|.
    MeanAbsoluteError,
    /// `rmse`, `root_mean_squared_error`: sqrt(mean (p - y)^2), over all outputs.
    RootMeanSquaredError,
    /// `r2`: 1 - sum (p - y)^2 / sum (y - mean y)^2, the mean of that over the outputs. Equal targets: 1 if all
    /// outputs are right, else 0. Fewer than two rows: none.
    R2,
    /// `perplexity`: exp of the mean categorical cross-entropy of the class.
    Perplexity,
}

/// Every name; the first of a kind is its own.
const NAMES: &[(&str, Metric)] = &[
    ("accuracy", Metric::Accuracy),
    ("acc", Metric::Accuracy),
    (
        "binary_accuracy",
        Metric::BinaryAccuracy { threshold: None },
    ),
    ("categorical_accuracy", Metric::CategoricalAccuracy),
    ("sparse_categorical_accuracy", Metric::CategoricalAccuracy),
    ("top_k_categorical_accuracy", Metric::TopK { k: 5 }),
    ("precision", Metric::Precision(None)),
    ("recall", Metric::Recall(None)),
    ("f1", Metric::F1(None)),
    ("confusion_matrix", Metric::ConfusionMatrix),
    ("roc_auc", Metric::RocAuc(None)),
    ("auc", Metric::RocAuc(None)),
    ("mse", Metric::MeanSquaredError),
    ("mean_squared_error", Metric::MeanSquaredError),
    ("mae", Metric::MeanAbsoluteError),
    ("mean_absolute_error", Metric::MeanAbsoluteError),
    ("rmse", Metric::RootMeanSquaredError),
    ("root_mean_squared_error", Metric::RootMeanSquaredError),
    ("r2", Metric::R2),
    ("perplexity", Metric::Perplexity),
];

impl Metric {
    /// The field `metrics` of a table: a list of names or of tables with `name` and settings.
    pub(crate) fn read_list(t: &Fields) -> Vec<Self> {
        let entries = t.named_list("metrics", NAMES);
        if entries.len() > MAX_METRICS {
            let found = entries.len();
            let args: [(&str, &dyn Display); 3] =
                [("value", &found), ("min", &0), ("max", &MAX_METRICS)];
            t.report_at("metrics", "out_of_range", &args);
        }
        let read = |(mut metric, f): (Self, Fields)| {
            metric.read(&f);
            f.finish();
            metric
        };
        entries.into_iter().map(read).collect()
    }

    fn read(&mut self, f: &Fields) {
        match self {
            Self::BinaryAccuracy { threshold } if f.has("threshold") => {
                *threshold = Some(f.number("threshold", None, -1e6, 1e6));
            }
            // Asked for, so that it is known to be a field of this metric.
            Self::BinaryAccuracy { .. } => drop(f.get("threshold")),
            Self::TopK { k } => *k = f.integer("k", Some(5), 1..1_000_001),
            Self::Precision(average) | Self::Recall(average) | Self::F1(average) => {
                *average = f.optional_choice("average", AVERAGES);
            }
            // A micro average of scores of different classes has no meaning of its own.
            Self::RocAuc(average) => *average = f.optional_choice("average", &AVERAGES[2..]),
            _ => {}
        }
    }

    /// The name that its value is told under: `f1`, `f1_macro`, `top_5_categorical_accuracy`.
    pub fn name(&self) -> String {
        let kind = discriminant(self);
        let own = NAMES
            .iter()
            .find(|(_, metric)| discriminant(metric) == kind);
        let own = own.map_or("", |(name, _)| *name);
        match self {
            Self::TopK { k } => format!("top_{k}_categorical_accuracy"),
            Self::Precision(Some(average))
            | Self::Recall(Some(average))
            | Self::F1(Some(average))
            | Self::RocAuc(Some(average))
                if *average != Average::PerClass =>
            {
                let word = AVERAGES.iter().find(|(_, known)| known == average);
                format!("{own}_{}", word.map_or("", |(word, _)| word))
            }
            _ => own.into(),
        }
    }

    /// Whether a larger value is a better one.
    pub const fn more_is_better(&self) -> bool {
        !matches!(
            self,
            Self::MeanSquaredError
                | Self::MeanAbsoluteError
                | Self::RootMeanSquaredError
                | Self::Perplexity
        )
    }

    /// What `accuracy` is for a network with `width` outputs. `keras2`: binary for one output or binary
    /// cross-entropy (so a softmax over k classes is judged output by output there), else categorical;
    /// `keras3`: by the width alone.
    pub fn accuracy(loss: &Loss, dialect: Dialect, width: usize) -> Self {
        let binary = matches!(loss, Loss::BinaryCrossentropy(_)) && dialect == Dialect::Keras2;
        if binary || width == 1 {
            Self::BinaryAccuracy { threshold: None }
        } else {
            Self::CategoricalAccuracy
        }
    }

    /// Whether it can be worked out: code and arguments of what is in the way.
    fn misfit(&self, loss: &Loss, width: usize, classes: usize, rows: usize) -> Option<Misfit> {
        let needs_classes = !matches!(
            self,
            Self::Accuracy
                | Self::BinaryAccuracy { .. }
                | Self::MeanSquaredError
                | Self::MeanAbsoluteError
                | Self::RootMeanSquaredError
                | Self::R2
        );
        // Several yes-or-no answers at once are classes, too.
        let yes_or_no = matches!(loss, Loss::BinaryCrossentropy(_));
        if needs_classes && classes == 0 && !yes_or_no {
            return Some(("metric_needs_classes", 0, 0));
        }
        let too_large =
            |found: usize, max: usize| (found > max).then_some(("metric_too_large", found, max));
        match *self {
            Self::TopK { k } if k > width => Some(("out_of_range", k, width)),
            Self::CategoricalAccuracy | Self::Perplexity | Self::TopK { .. } if width < 2 => {
                Some(("metric_needs_classes", 0, 0))
            }
            Self::Precision(Some(Average::Binary))
            | Self::Recall(Some(Average::Binary))
            | Self::F1(Some(Average::Binary))
                if width > 2 =>
            {
                Some(("metric_two_classes", width, 2))
            }
            Self::ConfusionMatrix => too_large(width, MAX_CONFUSION),
            Self::RocAuc(_) => too_large(width.saturating_mul(rows), MAX_SCORES),
            _ => None,
        }
    }
}

/// Code, what was found, what is the most.
type Misfit = (&'static str, usize, usize);

/// What is wrong with `metrics` for a network with `width` outputs, targets of `classes` classes (0: numbers)
/// and at most `rows` rows that are evaluated at once.
///
/// Codes: `metric_needs_classes`, `metric_two_classes`, `metric_too_large`, `out_of_range`.
pub fn fits(
    metrics: &[Metric],
    loss: &Loss,
    width: usize,
    classes: usize,
    rows: usize,
) -> Vec<Problem> {
    let misfit = |(index, metric): (usize, &Metric)| {
        let (code, found, max) = metric.misfit(loss, width, classes, rows)?;
        let place = format!("training.metrics[{index}]");
        let name = metric.name();
        let args: [(&str, &dyn Display); 5] = [
            ("metric", &name),
            ("found", &found),
            ("value", &found),
            ("min", &1),
            ("max", &max),
        ];
        Some(Problem::new(code, place, &args))
    };
    metrics.iter().enumerate().filter_map(misfit).collect()
}

/// Whether more is better of the figure with this name: `val_loss`, `test_accuracy`, `train_rmse`.
pub fn more_is_better(figure: &str) -> bool {
    let parts = ["train_", "validation_", "val_", "test_"];
    let name = parts.iter().find_map(|part| figure.strip_prefix(part));
    let name = name.unwrap_or(figure);
    let error = |(known, metric): &(&str, Metric)| *known == name && !metric.more_is_better();
    !(name.ends_with("loss") || Loss::is_name(name) || NAMES.iter().any(error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loss::LossInput;

    #[test]
    fn accuracy_is_chosen_as_the_dialect_does() {
        let binary = Loss::BinaryCrossentropy(LossInput::Probabilities);
        let softmax = Loss::CategoricalCrossentropy(LossInput::Probabilities);
        let by_entry = Metric::BinaryAccuracy { threshold: None };
        for (loss, dialect, width, expected) in [
            (binary, Dialect::Keras2, 3, by_entry),
            (binary, Dialect::Keras3, 3, Metric::CategoricalAccuracy),
            (binary, Dialect::Keras3, 1, by_entry),
            (softmax, Dialect::Keras2, 3, Metric::CategoricalAccuracy),
            (Loss::MeanSquaredError, Dialect::Keras2, 1, by_entry),
        ] {
            assert_eq!(
                Metric::accuracy(&loss, dialect, width),
                expected,
                "{loss:?} {width}"
            );
        }
    }

    #[test]
    fn names_say_which_way_is_better() {
        for name in [
            "accuracy",
            "test_accuracy",
            "val_f1_macro",
            "r2",
            "top_3_categorical_accuracy",
        ] {
            assert!(more_is_better(name), "{name}");
        }
        for name in [
            "loss",
            "val_loss",
            "test_rmse",
            "mae",
            "perplexity",
            "train_hinge",
            "kld",
        ] {
            assert!(!more_is_better(name), "{name}");
        }
        assert_eq!(Metric::F1(Some(Average::Weighted)).name(), "f1_weighted");
        assert_eq!(Metric::F1(Some(Average::PerClass)).name(), "f1");
        assert_eq!(Metric::TopK { k: 3 }.name(), "top_3_categorical_accuracy");
    }

    #[test]
    fn what_cannot_be_worked_out_is_a_problem() {
        let mse = Loss::MeanSquaredError;
        let code = |metric, loss: &Loss, width, classes, rows| {
            let found = fits(&[Metric::Accuracy, metric], loss, width, classes, rows);
            assert!(found.len() < 2, "{found:?}");
            found.into_iter().next().map_or(String::new(), |p| {
                assert_eq!(p.place, "training.metrics[1]");
                assert!(!p.to_string().contains(&format!("{} {{", p.code)), "{p}");
                p.code
            })
        };
        let binary = Loss::BinaryCrossentropy(LossInput::Probabilities);
        let f1 = Metric::F1(Some(Average::Binary));
        assert_eq!(code(f1, &mse, 10, 10, 9), "metric_two_classes");
        assert_eq!(code(f1, &mse, 1, 0, 9), "metric_needs_classes");
        assert_eq!(code(f1, &binary, 1, 0, 9), "");
        assert_eq!(code(Metric::R2, &mse, 1, 0, 9), "");
        assert_eq!(
            code(Metric::TopK { k: 11 }, &mse, 10, 10, 9),
            "out_of_range"
        );
        assert_eq!(
            code(Metric::Perplexity, &mse, 1, 2, 9),
            "metric_needs_classes"
        );
        assert_eq!(
            code(Metric::ConfusionMatrix, &mse, 2_000, 2_000, 9),
            "metric_too_large"
        );
        assert_eq!(
            code(Metric::RocAuc(None), &mse, 10, 10, 400_001),
            "metric_too_large"
        );
        assert_eq!(code(Metric::RocAuc(None), &mse, 10, 10, 400_000), "");
    }
}
