//! Losses: what is minimised, by Keras's names.
//!
//! `loss = "mse"` or `loss = { name = "huber", delta = 2.0 }`. y is the target, p the output of the network,
//! e = 1e-7; *mean* and *sum* go over the outputs of one row, the loss of a batch is the mean over its rows.
//! Formulas: Keras 2.0.8 (`losses.py`), Keras 3 (`losses/losses.py`); where they differ the dialect decides.

use crate::experiment::Dialect;
use crate::layers::Activation;
use crate::problem::Problem;
use crate::read::Fields;
use std::mem::discriminant;

/// What the output of the network is to a cross-entropy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LossInput {
    /// Probabilities, clipped to [e, 1 - e] as Keras 2 does: a clipped number has no gradient, so a row that
    /// is wrong by a logit gap of about 16 or more learns nothing. Default of `keras2`.
    #[default]
    Probabilities,
    /// `stable = true`: probabilities, but the loss is worked out from the numbers behind the last softmax or
    /// sigmoid ([`Loss::behind`]), as Keras 3 on TensorFlow does; where there is no such activation it is
    /// `Probabilities`. Default of `keras3`.
    Stable,
    /// `from_logits = true`: the network gives logits, no activation stands behind its last layer.
    Logits,
}

/// What is minimised.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Loss {
    /// `mean_squared_error`, `mse`: mean (p - y)^2.
    MeanSquaredError,
    /// `mean_absolute_error`, `mae`: mean |p - y|; slope 0 where p = y.
    MeanAbsoluteError,
    /// `mean_absolute_percentage_error`, `mape`: 100 mean |(y - p) / max(|y|, e)|; a target of 0 costs 1e9 |p|.
    MeanAbsolutePercentageError,
    /// `huber`: mean of d^2 / 2 where |d| <= delta, else delta |d| - delta^2 / 2, with d = p - y; `delta` 1.
    /// Keras 3's (2.0.8 has none), the same in both dialects.
    Huber { delta: f64 },
    /// `logcosh`, `log_cosh`: mean ln cosh(p - y). `keras2`: ln((e^d + e^-d) / 2), infinite in 32 bits from
    /// |d| = 88.8 on; `keras3`: |d| + ln(1 + e^(-2|d|)) - ln 2.
    Logcosh,
    /// `binary_crossentropy`: mean -(y ln p + (1 - y) ln(1 - p)). From probabilities p is clipped in both
    /// dialects (in 32 bits y = 1, p = 0 costs 16.118, y = 0, p = 1 only 15.942); from logits x:
    /// max(x, 0) - x y + ln(1 + e^-|x|).
    BinaryCrossentropy(LossInput),
    /// `categorical_crossentropy`: -sum y ln p. From probabilities p = p / sum p, then clipped (both dialects);
    /// from logits: -sum y ln softmax(x).
    CategoricalCrossentropy(LossInput),
    /// `sparse_categorical_crossentropy`: the same for class numbers as targets. `keras2` clips first and
    /// divides by the sum of the clipped numbers; `keras3` divides, then clips, as categorical does.
    SparseCategoricalCrossentropy(LossInput),
    /// `hinge`: mean max(1 - y p, 0), y in {-1, 1}. `keras2` takes targets as they are, `keras3` makes -1 of 0
    /// (Keras 3 does so where all targets of a batch are 0 or 1).
    Hinge,
    /// `squared_hinge`: mean max(1 - y p, 0)^2, targets as in `hinge`.
    SquaredHinge,
    /// `kullback_leibler_divergence`, `kld`, `kl_divergence`: sum y ln(y / p), both clipped to [e, 1].
    KullbackLeiblerDivergence,
    /// `poisson`: mean(p - y ln(p + e)).
    Poisson,
}

use LossInput::Probabilities;

/// Every name; the first of a kind is its own, the others are Keras's short ones.
const NAMES: &[(&str, Loss)] = &[
    ("mean_squared_error", Loss::MeanSquaredError),
    ("mse", Loss::MeanSquaredError),
    ("mean_absolute_error", Loss::MeanAbsoluteError),
    ("mae", Loss::MeanAbsoluteError),
    (
        "mean_absolute_percentage_error",
        Loss::MeanAbsolutePercentageError,
    ),
    ("mape", Loss::MeanAbsolutePercentageError),
    ("huber", Loss::Huber { delta: 1.0 }),
    ("logcosh", Loss::Logcosh),
    ("log_cosh", Loss::Logcosh),
    (
        "binary_crossentropy",
        Loss::BinaryCrossentropy(Probabilities),
    ),
    (
        "categorical_crossentropy",
        Loss::CategoricalCrossentropy(Probabilities),
    ),
    (
        "sparse_categorical_crossentropy",
        Loss::SparseCategoricalCrossentropy(Probabilities),
    ),
    ("hinge", Loss::Hinge),
    ("squared_hinge", Loss::SquaredHinge),
    (
        "kullback_leibler_divergence",
        Loss::KullbackLeiblerDivergence,
    ),
    ("kld", Loss::KullbackLeiblerDivergence),
    ("kl_divergence", Loss::KullbackLeiblerDivergence),
    ("poisson", Loss::Poisson),
];

impl Loss {
    /// The field `loss` of a table: a name, or a table with `name` and the settings of that loss.
    pub(crate) fn read(t: &Fields, dialect: Dialect) -> Self {
        let Some((mut loss, f)) = t.named("loss", NAMES) else {
            // Says that it is missing.
            return t.choice("loss", None, NAMES);
        };
        match &mut loss {
            Self::Huber { delta } => *delta = f.number("delta", Some(1.0), 1e-6, 1e6),
            Self::BinaryCrossentropy(input)
            | Self::CategoricalCrossentropy(input)
            | Self::SparseCategoricalCrossentropy(input) => {
                let stable = f.flag("stable", dialect == Dialect::Keras3);
                *input = match (f.flag("from_logits", false), stable) {
                    (true, _) => LossInput::Logits,
                    (false, true) => LossInput::Stable,
                    (false, false) => LossInput::Probabilities,
                };
            }
            _ => {}
        }
        f.finish();
        loss
    }

    /// Keras's name.
    pub fn name(&self) -> &'static str {
        let kind = discriminant(self);
        let own = NAMES.iter().find(|(_, loss)| discriminant(loss) == kind);
        own.map_or("", |(name, _)| name)
    }

    /// Whether some loss has this name.
    pub fn is_name(name: &str) -> bool {
        NAMES.iter().any(|(known, _)| *known == name)
    }

    /// What a cross-entropy takes; `None` for other losses.
    pub const fn input(&self) -> Option<LossInput> {
        match *self {
            Self::BinaryCrossentropy(input)
            | Self::CategoricalCrossentropy(input)
            | Self::SparseCategoricalCrossentropy(input) => Some(input),
            _ => None,
        }
    }

    /// Whether a row's loss is the mean over its outputs (else the sum).
    pub const fn is_mean(&self) -> bool {
        !matches!(
            self,
            Self::CategoricalCrossentropy(_)
                | Self::SparseCategoricalCrossentropy(_)
                | Self::KullbackLeiblerDivergence
        )
    }

    /// The loss of the numbers behind the network's last activation, if this one is worked out from them: a
    /// [`Stable`](LossInput::Stable) cross-entropy behind the activation that it belongs to. The network is
    /// then asked for its output *without* that activation.
    pub const fn behind(&self, last: Activation) -> Option<Self> {
        match (*self, last) {
            (Self::BinaryCrossentropy(LossInput::Stable), Activation::Sigmoid) => {
                Some(Self::BinaryCrossentropy(LossInput::Logits))
            }
            (Self::CategoricalCrossentropy(LossInput::Stable), Activation::Softmax) => {
                Some(Self::CategoricalCrossentropy(LossInput::Logits))
            }
            (Self::SparseCategoricalCrossentropy(LossInput::Stable), Activation::Softmax) => {
                Some(Self::SparseCategoricalCrossentropy(LossInput::Logits))
            }
            _ => None,
        }
    }

    /// Whether the loss can judge `width` outputs, the last of them behind the activation `last`, by targets
    /// of `classes` classes (0: the targets are numbers, `width` of them).
    ///
    /// # Errors
    /// `loss_width`: as many outputs as classes are needed (or one for two classes);
    /// `loss_needs_classes`: class numbers are needed as targets;
    /// `loss_takes_logits`: `from_logits` behind a softmax or sigmoid, which would be applied twice.
    pub fn fits(&self, last: Activation, width: usize, classes: usize) -> Result<(), Problem> {
        let name = self.name();
        let problem = |code: &str, more: &[(&str, &dyn std::fmt::Display)]| {
            let mut problem = Problem::new(code, "training.loss", more);
            problem.args.insert("loss".into(), name.into());
            Err(problem)
        };
        // These compare a row's outputs with each other: one alone says nothing.
        let distribution = !self.is_mean();
        let wanted = match (classes, distribution) {
            (0, _) if matches!(self, Self::SparseCategoricalCrossentropy(_)) => {
                return problem("loss_needs_classes", &[]);
            }
            (0, true) if width < 2 => "2".to_string(),
            (0, _) => width.to_string(),
            (2, false) if width == 1 => "1".to_string(),
            (2, false) => "2".to_string(),
            (classes, _) => classes.max(2).to_string(),
        };
        if wanted != width.to_string() {
            return problem("loss_width", &[("found", &width), ("wanted", &wanted)]);
        }
        let normalised = matches!(last, Activation::Softmax | Activation::Sigmoid);
        if self.input() == Some(LossInput::Logits) && normalised {
            return problem("loss_takes_logits", &[("activation", &last.name())]);
        }
        Ok(())
    }
}

/// Whether `weights` (`class_weight = [1.0, 3.0]`, one per class; empty: all rows count alike) fit the classes.
///
/// # Errors
/// `wrong_length` when there are more or fewer than classes.
pub fn class_weight_fits(weights: &[f64], classes: usize) -> Result<(), Problem> {
    if weights.is_empty() || weights.len() == classes {
        return Ok(());
    }
    let (place, found) = ("training.class_weight", weights.len());
    let args: [(&str, &dyn std::fmt::Display); 3] = [
        ("field", &"class_weight"),
        ("found", &found),
        ("wanted", &classes),
    ];
    Err(Problem::new("wrong_length", place, &args))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loss_wants_outputs_that_it_can_judge() {
        let soft = Activation::Softmax;
        let categorical = Loss::CategoricalCrossentropy(LossInput::Probabilities);
        let binary = Loss::BinaryCrossentropy(LossInput::Probabilities);
        let sparse = Loss::SparseCategoricalCrossentropy(LossInput::Stable);
        let logits = Loss::CategoricalCrossentropy(LossInput::Logits);
        let code = |loss: Loss, last, width, classes| {
            let problem = loss.fits(last, width, classes).err();
            problem.map_or(String::new(), |p| {
                assert!(!p.to_string().contains(&format!("{} {{", p.code)), "{p}");
                p.code
            })
        };
        for (loss, width, classes, expected) in [
            (categorical, 10, 10, ""),
            (categorical, 9, 10, "loss_width"),
            (categorical, 1, 2, "loss_width"),
            (categorical, 3, 0, ""),
            (categorical, 1, 0, "loss_width"),
            (sparse, 10, 10, ""),
            (sparse, 10, 0, "loss_needs_classes"),
            (binary, 1, 2, ""),
            (binary, 2, 2, ""),
            (binary, 1, 3, "loss_width"),
            (binary, 3, 3, ""),
            (binary, 7, 0, ""),
            (Loss::MeanSquaredError, 1, 0, ""),
            (Loss::MeanSquaredError, 10, 10, ""),
            (Loss::MeanSquaredError, 1, 10, "loss_width"),
            (Loss::KullbackLeiblerDivergence, 1, 2, "loss_width"),
        ] {
            assert_eq!(
                code(loss, soft, width, classes),
                expected,
                "{loss:?} {width} {classes}"
            );
        }
        assert_eq!(code(logits, soft, 3, 3), "loss_takes_logits");
        assert_eq!(code(logits, Activation::Linear, 3, 3), "");
        assert!(class_weight_fits(&[], 3).is_ok() && class_weight_fits(&[1.0; 3], 3).is_ok());
        let problem = class_weight_fits(&[1.0], 3).expect_err("two are missing");
        assert_eq!(
            problem.to_string(),
            "training.class_weight: class_weight has 1 numbers, 3 are needed"
        );
    }

    #[test]
    fn a_stable_loss_looks_behind_its_own_activation_only() {
        let stable = Loss::SparseCategoricalCrossentropy(LossInput::Stable);
        let behind = stable.behind(Activation::Softmax);
        assert_eq!(
            behind.and_then(|loss| loss.input()),
            Some(LossInput::Logits)
        );
        assert_eq!(stable.behind(Activation::Sigmoid), None);
        assert_eq!(
            Loss::BinaryCrossentropy(LossInput::Probabilities).behind(Activation::Sigmoid),
            None
        );
        assert_eq!(Loss::MeanSquaredError.behind(Activation::Sigmoid), None);
    }
}
