//! The update rule with its settings, by Keras's names and with the defaults of the dialect.

use crate::experiment::Dialect;
use crate::read::Fields;

/// The rule and what it has of its own. g gradient, l learning rate, t number of the update from 1; m, v, a, u, d
/// slots that begin at 0. Formulas: Keras 2.0.8 and 3, `optimizers.py`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rule {
    /// v = momentum v - l g; w += v; with Nesterov w += momentum v - l g (the new v). Without momentum w -= l g.
    Sgd { momentum: f64, nesterov: bool },
    /// a = rho a + (1 - rho) g^2; w -= l g / (sqrt(a) + epsilon); `keras3`: / sqrt(a + epsilon).
    Rmsprop { rho: f64, epsilon: f64 },
    /// a += g^2; w -= l g / (sqrt(a) + epsilon); `keras3`: / sqrt(a + epsilon), and a begins at 0.1.
    Adagrad {
        initial_accumulator_value: f64,
        epsilon: f64,
    },
    /// a = rho a + (1 - rho) g^2; u = g sqrt(d + epsilon) / sqrt(a + epsilon); w -= l u;
    /// d = rho d + (1 - rho) u^2.
    Adadelta { rho: f64, epsilon: f64 },
    /// m = beta_1 m + (1 - beta_1) g; v = beta_2 v + (1 - beta_2) g^2;
    /// w -= l sqrt(1 - beta_2^t) / (1 - beta_1^t) m / (sqrt(v) + epsilon). With `weight_decay`: AdamW.
    Adam {
        beta_1: f64,
        beta_2: f64,
        epsilon: f64,
    },
    /// m as Adam; u = max(beta_2 u, |g|); w -= l / (1 - beta_1^t) m / (u + epsilon).
    Adamax {
        beta_1: f64,
        beta_2: f64,
        epsilon: f64,
    },
    /// m, v as Adam; mu_t = beta_1 (1 - 0.96^(t schedule_decay) / 2), P the product of all mu so far;
    /// w -= l ((1 - mu_t) g / (1 - P) + mu_(t+1) m / (1 - P mu_(t+1))) / (sqrt(v / (1 - beta_2^t)) + epsilon).
    Nadam {
        beta_1: f64,
        beta_2: f64,
        epsilon: f64,
        /// 1 in `keras3`, which doesn't have it.
        schedule_decay: f64,
    },
}

/// What is done to gradients that are too large, in this order; `None` = nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Clip {
    /// n = norm of all gradients together; where n >= c, each is multiplied by c / n (`clipnorm` of `keras2`,
    /// `global_clipnorm` of `keras3`).
    pub global_norm: Option<f64>,
    /// The same with the norm of each gradient by itself (`clipnorm` of `keras3`).
    pub norm: Option<f64>,
    /// Each number is cut to [-c, c] (`clipvalue`).
    pub value: Option<f64>,
}

/// An update rule with its settings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Optimizer {
    pub rule: Rule,
    /// Whose formula: `keras3` has epsilon inside the root in RMSprop and Adagrad.
    pub dialect: Dialect,
    /// Before schedule and decay.
    pub learning_rate: f64,
    /// Decay per update: l = rate / (1 + decay * updates done).
    pub decay: f64,
    /// w -= l weight_decay w before the update itself, apart from the gradient.
    pub weight_decay: f64,
    pub clip: Clip,
}

const NAMES: &[(&str, &str)] = &[
    ("adam", "adam"),
    ("sgd", "sgd"),
    ("rmsprop", "rmsprop"),
    ("adagrad", "adagrad"),
    ("adadelta", "adadelta"),
    ("adamax", "adamax"),
    ("nadam", "nadam"),
    ("adamw", "adamw"),
];

impl Optimizer {
    /// Reads `optimizer = "adam"` or `optimizer = { name = "adam", learning_rate = 0.001 }`.
    pub(crate) fn read(fields: &Fields, dialect: Dialect) -> Self {
        let (name, own) = fields.named("optimizer", NAMES).unzip();
        if name.is_none() && !fields.has("optimizer") {
            fields.choice("optimizer", None, NAMES);
        }
        let optimizer = Self::of(name.unwrap_or("adam"), own.as_ref(), dialect);
        if let Some(own) = own {
            own.finish();
        }
        optimizer
    }

    /// The rule of a lower-case name of Keras's with all defaults; `None` when there is no such rule.
    pub fn named(name: &str, dialect: Dialect) -> Option<Self> {
        let (name, _) = NAMES.iter().find(|(known, _)| *known == name)?;
        Some(Self::of(name, None, dialect))
    }

    fn of(name: &str, own: Option<&Fields>, dialect: Dialect) -> Self {
        let keras3 = dialect == Dialect::Keras3;
        let either = |keras2, three| if keras3 { three } else { keras2 };
        let number = |field, default, min, max| {
            own.map_or(default, |f| f.number(field, Some(default), min, max))
        };
        let epsilon = || number("epsilon", dialect.epsilon(), 1e-12, 1.0);
        let beta_1 = || number("beta_1", 0.9, 0.0, 0.999_999);
        let beta_2 = || number("beta_2", 0.999, 0.0, 0.999_999_9);
        let (learning_rate, rule) = match name {
            "sgd" => {
                let rule = Rule::Sgd {
                    momentum: number("momentum", 0.0, 0.0, 1.0),
                    nesterov: own.is_some_and(|f| f.flag("nesterov", false)),
                };
                (0.01, rule)
            }
            "rmsprop" => {
                let rule = Rule::Rmsprop {
                    rho: number("rho", 0.9, 0.0, 1.0),
                    epsilon: epsilon(),
                };
                (0.001, rule)
            }
            "adagrad" => {
                let initial = either(0.0, 0.1);
                let rule = Rule::Adagrad {
                    initial_accumulator_value: if keras3 {
                        number("initial_accumulator_value", initial, 0.0, 1e6)
                    } else {
                        initial
                    },
                    epsilon: epsilon(),
                };
                (either(0.01, 0.001), rule)
            }
            "adadelta" => {
                let rule = Rule::Adadelta {
                    rho: number("rho", 0.95, 0.0, 1.0),
                    epsilon: epsilon(),
                };
                (either(1.0, 0.001), rule)
            }
            "adamax" => {
                let rule = Rule::Adamax {
                    beta_1: beta_1(),
                    beta_2: beta_2(),
                    epsilon: epsilon(),
                };
                (either(0.002, 0.001), rule)
            }
            "nadam" => {
                let rule = Rule::Nadam {
                    beta_1: beta_1(),
                    beta_2: beta_2(),
                    epsilon: epsilon(),
                    schedule_decay: if keras3 {
                        1.0
                    } else {
                        number("schedule_decay", 0.004, 0.0, 10.0)
                    },
                };
                (either(0.002, 0.001), rule)
            }
            _ => {
                let rule = Rule::Adam {
                    beta_1: beta_1(),
                    beta_2: beta_2(),
                    epsilon: epsilon(),
                };
                (0.001, rule)
            }
        };
        Self {
            rule,
            dialect,
            learning_rate: number("learning_rate", learning_rate, 0.0, 100.0),
            // Nadam of Keras 2 has none.
            decay: if name == "nadam" && !keras3 {
                0.0
            } else {
                number("decay", 0.0, 0.0, 10.0)
            },
            weight_decay: match name {
                "adamw" => number("weight_decay", 0.004, 0.0, 10.0),
                _ if keras3 => number("weight_decay", 0.0, 0.0, 10.0),
                _ => 0.0,
            },
            clip: own.map_or_else(Clip::default, |f| Clip::read(f, keras3)),
        }
    }

    /// Keras's lower-case name.
    pub const fn name(&self) -> &'static str {
        match self.rule {
            Rule::Sgd { .. } => "sgd",
            Rule::Rmsprop { .. } => "rmsprop",
            Rule::Adagrad { .. } => "adagrad",
            Rule::Adadelta { .. } => "adadelta",
            Rule::Adam { .. } if self.weight_decay > 0.0 => "adamw",
            Rule::Adam { .. } => "adam",
            Rule::Adamax { .. } => "adamax",
            Rule::Nadam { .. } => "nadam",
        }
    }

    /// The learning rate before schedule and decay.
    pub const fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    /// Decay per update: rate = learning_rate / (1 + decay * updates).
    pub const fn decay(&self) -> f64 {
        self.decay
    }
}

impl Clip {
    /// 0 is Keras's word for nothing, too.
    fn read(f: &Fields, keras3: bool) -> Self {
        let number = |field| Some(f.number(field, Some(0.0), 0.0, 1e12)).filter(|c| *c > 0.0);
        let (norm, value) = (number("clipnorm"), number("clipvalue"));
        if !keras3 {
            return Self {
                global_norm: norm,
                norm: None,
                value,
            };
        }
        let global_norm = number("global_clipnorm");
        if [norm, global_norm, value].iter().flatten().count() > 1 {
            // Keras 3 refuses it as well.
            let what = "clipnorm + global_clipnorm + clipvalue";
            f.report("not_supported", &[("what", &what)]);
        }
        Self {
            global_norm,
            norm,
            value,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{one, problem};

    fn read(text: &str, dialect: Dialect) -> Optimizer {
        let text = format!("optimizer = {text}");
        one(&text, |f| Optimizer::read(f, dialect))
    }

    #[test]
    fn every_name_has_its_defaults_in_both_dialects() {
        let rates = [
            ("adam", 0.001, 0.001),
            ("sgd", 0.01, 0.01),
            ("rmsprop", 0.001, 0.001),
            ("adagrad", 0.01, 0.001),
            ("adadelta", 1.0, 0.001),
            ("adamax", 0.002, 0.001),
            ("nadam", 0.002, 0.001),
            ("adamw", 0.001, 0.001),
        ];
        assert_eq!(
            rates.map(|r| r.0),
            *NAMES.iter().map(|n| n.0).collect::<Vec<_>>()
        );
        for (name, keras2, keras3) in rates {
            for (dialect, rate) in [(Dialect::Keras2, keras2), (Dialect::Keras3, keras3)] {
                let text = read(&format!("\"{name}\""), dialect);
                let table = read(&format!("{{ name = \"{name}\" }}"), dialect);
                assert_eq!(text, table);
                assert_eq!(Some(text), Optimizer::named(name, dialect));
                assert_eq!((text.name(), text.learning_rate), (name, rate));
            }
        }
        let [two, three] = [Dialect::Keras2, Dialect::Keras3].map(|d| read("\"adagrad\"", d).rule);
        let of = |initial_accumulator_value, epsilon| Rule::Adagrad {
            initial_accumulator_value,
            epsilon,
        };
        assert_eq!((two, three), (of(0.0, 1e-8), of(0.1, 1e-7)));
    }

    #[test]
    fn clipnorm_means_another_thing_in_each_dialect() {
        let text = "{ name = \"sgd\", clipnorm = 1 }";
        let two = read(text, Dialect::Keras2).clip;
        let three = read(text, Dialect::Keras3).clip;
        assert_eq!((two.global_norm, two.norm), (Some(1.0), None));
        assert_eq!((three.global_norm, three.norm), (None, Some(1.0)));
        let both = "{ name = \"sgd\", clipnorm = 1, clipvalue = 0.5 }";
        assert_eq!(read(both, Dialect::Keras2).clip.value, Some(0.5));
        let found = problem(&format!("optimizer = {both}"), |f| {
            Optimizer::read(f, Dialect::Keras3)
        });
        assert_eq!(found.code, "not_supported");
        assert_eq!(
            read("{ name = \"sgd\", clipnorm = 0 }", Dialect::Keras2).clip,
            Clip::default()
        );
    }

    #[test]
    fn problems_name_their_place() {
        for (text, code, place) in [
            ("", "missing_field", ""),
            ("optimizer = 3", "wrong_type", "optimizer"),
            ("optimizer = \"adan\"", "unknown_value", "optimizer"),
            (
                "optimizer = { name = \"adan\" }",
                "unknown_value",
                "optimizer.name",
            ),
            ("optimizer = { beta_1 = 0.5 }", "missing_field", "optimizer"),
            (
                "optimizer = { name = \"adamax\", beta_2 = 1 }",
                "out_of_range",
                "optimizer.beta_2",
            ),
            (
                "optimizer = { name = \"nadam\", decay = 0.1 }",
                "unknown_field",
                "optimizer.decay",
            ),
            (
                "optimizer = { name = \"adam\", weight_decay = 0.1 }",
                "unknown_field",
                "optimizer.weight_decay",
            ),
            (
                "optimizer = { name = \"sgd\", clipvalue = -1 }",
                "out_of_range",
                "optimizer.clipvalue",
            ),
        ] {
            let found = problem(text, |f| Optimizer::read(f, Dialect::Keras2));
            assert_eq!(
                (found.code.as_str(), found.place.as_str()),
                (code, place),
                "{text}"
            );
        }
    }
}
