//! Regularizers: a penalty on the size of weights, added to the loss.

use crate::read::Fields;

/// l1 sum|w| + l2 sum w^2 over all elements of a weight; its gradient l1 sign(w) + 2 l2 w joins that of the
/// loss before anything is clipped.
///
/// No 1/2 before the square and no mean over elements, as in Keras 2.0.8 and 3 (`regularizers.py`).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Regularizer {
    pub l1: f64,
    pub l2: f64,
}

/// Keras's default of both coefficients.
const DEFAULT: f64 = 0.01;

/// Which of (l1, l2) a name has.
const KINDS: &[(&str, (bool, bool))] = &[
    ("l2", (false, true)),
    ("l1", (true, false)),
    ("l1_l2", (true, true)),
];

impl Regularizer {
    /// Reads `"l2"`, `{ name = "l1", l1 = 0.001 }` or `{ name = "l1_l2", l1 = .., l2 = .. }`; coefficients are
    /// 0.01 where they are not written.
    pub(crate) fn read(fields: &Fields, field: &'static str) -> Option<Self> {
        let ((has_l1, has_l2), own) = fields.named(field, KINDS)?;
        let number = |has: bool, name| {
            if has {
                own.number(name, Some(DEFAULT), 0.0, 1e6)
            } else {
                0.0
            }
        };
        let regularizer = Self {
            l1: number(has_l1, "l1"),
            l2: number(has_l2, "l2"),
        };
        own.finish();
        Some(regularizer)
    }

    /// Keras's name of it.
    pub fn name(&self) -> &'static str {
        match (self.l1 > 0.0, self.l2 > 0.0) {
            (true, true) => "l1_l2",
            (true, false) => "l1",
            _ => "l2",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{one, problem};

    fn read(text: &str) -> Option<Regularizer> {
        one(text, |f| Regularizer::read(f, "kernel_regularizer"))
    }

    #[test]
    fn names_tables_and_defaults() {
        let of = |l1, l2| Some(Regularizer { l1, l2 });
        assert_eq!(read(""), None);
        for (text, expected) in [
            ("\"l1\"", of(0.01, 0.0)),
            ("\"l2\"", of(0.0, 0.01)),
            ("\"l1_l2\"", of(0.01, 0.01)),
            ("{ name = \"l2\", l2 = 1e-4 }", of(0.0, 1e-4)),
            ("{ name = \"l1_l2\", l1 = 0, l2 = 0.5 }", of(0.0, 0.5)),
        ] {
            assert_eq!(read(&format!("kernel_regularizer = {text}")), expected);
        }
    }

    #[test]
    fn problems_name_their_place() {
        for (text, code, place) in [
            ("\"l3\"", "unknown_value", "r"),
            ("3", "wrong_type", "r"),
            ("{ l2 = 0.1 }", "missing_field", "r"),
            ("{ name = \"l2\", l2 = -1 }", "out_of_range", "r.l2"),
            ("{ name = \"l2\", l1 = 0.1 }", "unknown_field", "r.l1"),
        ] {
            let found = problem(&format!("r = {text}"), |f| Regularizer::read(f, "r"));
            assert_eq!((found.code.as_str(), found.place.as_str()), (code, place));
        }
    }
}
