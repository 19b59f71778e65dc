//! Constraints: what a weight is made to be after each update.

use crate::read::Fields;

/// Axes of a weight in Keras's layout, from 0: those that a norm is taken over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Axes(u8);

impl Axes {
    /// A weight has at most so many.
    pub const MAX: usize = 8;

    /// These axes.
    pub fn of(axes: &[usize]) -> Self {
        Self(axes.iter().fold(0, |bits, axis| bits | 1 << (axis % 8)))
    }

    /// Whether the norm is taken over `axis`.
    pub const fn contains(self, axis: usize) -> bool {
        axis < Self::MAX && self.0 >> axis & 1 == 1
    }

    /// The axes, ascending.
    pub fn iter(self) -> impl Iterator<Item = usize> {
        (0..Self::MAX).filter(move |axis| self.contains(*axis))
    }
}

/// Runs after every update on the new weight, never on the initial one. n is the norm sqrt(sum w^2) over
/// `axes`, kept apart for every place along the others.
///
/// Axis 0, the default, is for Dense (in, units) each unit's incoming weights, for Conv2D (kh, kw, in, filters)
/// only the kernel's rows: per filter needs `axis = [0, 1, 2]`. Formulas of Keras 2.0.8 and 3 (`constraints.py`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Constraint {
    /// w clip(n, 0, max_value) / (n + 1e-7)
    MaxNorm { max_value: f64, axes: Axes },
    /// w / (n + 1e-7)
    UnitNorm { axes: Axes },
    /// w (rate clip(n, min_value, max_value) + (1 - rate) n) / (n + 1e-7)
    MinMaxNorm {
        min_value: f64,
        max_value: f64,
        rate: f64,
        axes: Axes,
    },
    /// w [w >= 0]
    NonNeg,
}

#[derive(Clone, Copy)]
enum Kind {
    MaxNorm,
    UnitNorm,
    MinMaxNorm,
    NonNeg,
}

const KINDS: &[(&str, Kind)] = &[
    ("max_norm", Kind::MaxNorm),
    ("unit_norm", Kind::UnitNorm),
    ("min_max_norm", Kind::MinMaxNorm),
    ("non_neg", Kind::NonNeg),
];

impl Constraint {
    /// Reads `"unit_norm"` or `{ name = "max_norm", max_value = 3, axis = 0 }`; `axis` may be a list. Defaults
    /// are Keras's: max_norm 2; min_max_norm from 0 to 1 at rate 1; axis 0.
    pub(crate) fn read(fields: &Fields, field: &'static str) -> Option<Self> {
        let (kind, own) = fields.named(field, KINDS)?;
        let number = |name, default, max| own.number(name, Some(default), 0.0, max);
        let axes = || Axes::of(&own.integers("axis", &[0], 0..Axes::MAX));
        let constraint = match kind {
            Kind::MaxNorm => Self::MaxNorm {
                max_value: number("max_value", 2.0, 1e6),
                axes: axes(),
            },
            Kind::UnitNorm => Self::UnitNorm { axes: axes() },
            Kind::MinMaxNorm => {
                let min_value = number("min_value", 0.0, 1e6);
                Self::MinMaxNorm {
                    min_value,
                    max_value: own.number("max_value", Some(min_value.max(1.0)), min_value, 1e6),
                    rate: number("rate", 1.0, 1.0),
                    axes: axes(),
                }
            }
            Kind::NonNeg => Self::NonNeg,
        };
        own.finish();
        Some(constraint)
    }

    /// Keras's name of it.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::MaxNorm { .. } => "max_norm",
            Self::UnitNorm { .. } => "unit_norm",
            Self::MinMaxNorm { .. } => "min_max_norm",
            Self::NonNeg => "non_neg",
        }
    }

    /// The axes that a norm is taken over; none for `non_neg`.
    pub const fn axes(&self) -> Option<Axes> {
        match *self {
            Self::MaxNorm { axes, .. }
            | Self::UnitNorm { axes }
            | Self::MinMaxNorm { axes, .. } => Some(axes),
            Self::NonNeg => None,
        }
    }

    /// (min, max, rate) of w (rate clip(n, min, max) + (1 - rate) n) / (n + [`EPSILON`]), which all norms are;
    /// none for `non_neg`.
    pub const fn bounds(&self) -> Option<(f64, f64, f64)> {
        match *self {
            Self::MaxNorm { max_value, .. } => Some((0.0, max_value, 1.0)),
            Self::UnitNorm { .. } => Some((1.0, 1.0, 1.0)),
            Self::MinMaxNorm {
                min_value,
                max_value,
                rate,
                ..
            } => Some((min_value, max_value, rate)),
            Self::NonNeg => None,
        }
    }
}

/// Keras's `K.epsilon()`, which keeps a norm of 0 from dividing.
pub const EPSILON: f64 = 1e-7;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{one, problem};

    #[test]
    fn names_tables_and_defaults() {
        let read = |text: &str| one(text, |f| Constraint::read(f, "c"));
        let axes = Axes::of(&[0]);
        assert_eq!(read(""), None);
        for (text, expected) in [
            (
                "\"max_norm\"",
                Constraint::MaxNorm {
                    max_value: 2.0,
                    axes,
                },
            ),
            (
                "{ name = \"max_norm\", max_value = 3, axis = [0, 1, 2] }",
                Constraint::MaxNorm {
                    max_value: 3.0,
                    axes: Axes::of(&[2, 1, 0]),
                },
            ),
            (
                "{ name = \"unit_norm\", axis = 1 }",
                Constraint::UnitNorm {
                    axes: Axes::of(&[1]),
                },
            ),
            (
                "{ name = \"min_max_norm\", min_value = 0.5, rate = 0.9 }",
                Constraint::MinMaxNorm {
                    min_value: 0.5,
                    max_value: 1.0,
                    rate: 0.9,
                    axes,
                },
            ),
            ("\"non_neg\"", Constraint::NonNeg),
        ] {
            assert_eq!(read(&format!("c = {text}")), Some(expected), "{text}");
        }
        assert_eq!(Axes::of(&[5, 0, 2]).iter().collect::<Vec<_>>(), [0, 2, 5]);
    }

    #[test]
    fn problems_name_their_place() {
        for (text, code, place) in [
            ("\"max_nrm\"", "unknown_value", "c"),
            (
                "{ name = \"max_norm\", max_value = -1 }",
                "out_of_range",
                "c.max_value",
            ),
            (
                "{ name = \"max_norm\", axis = 8 }",
                "out_of_range",
                "c.axis",
            ),
            (
                "{ name = \"max_norm\", axis = [0, \"1\"] }",
                "wrong_type",
                "c.axis",
            ),
            (
                "{ name = \"min_max_norm\", min_value = 2, max_value = 1 }",
                "out_of_range",
                "c.max_value",
            ),
            (
                "{ name = \"non_neg\", axis = 0 }",
                "unknown_field",
                "c.axis",
            ),
        ] {
            let found = problem(&format!("c = {text}"), |f| Constraint::read(f, "c"));
            assert_eq!((found.code.as_str(), found.place.as_str()), (code, place));
        }
    }
}
