//! Schedules: how the learning rate changes while a run goes on; `fireside-optimizers` computes the rates.

use crate::read::Fields;

/// How long a run is; what shares of it are counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Horizon {
    /// Updates of an epoch, at least 1.
    pub steps_per_epoch: u64,
    pub epochs: u64,
}

/// A length of time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Span {
    /// In updates.
    Steps(f64),
    Epochs(f64),
    /// To the end of the run.
    Rest,
}

/// How far a step schedule falls when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepForm {
    /// base drop^floor((1 + epoch) / epochs_drop): stairs.
    Mended,
    /// base drop^(floor(1 + epoch) / epochs_drop), as the book's section 11.3.2 prints it: the misplaced floor makes
    /// it fall a little in every epoch.
    AsPrinted,
}

/// `ReduceLROnPlateau`: the rate times `factor` when `monitor` has not become better for a while, told at the end of
/// each epoch.
///
/// `keras2` cuts after `patience` + 1 bad epochs and then every max(1, patience + cooldown), `keras3` after
/// `patience`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plateau {
    /// `val_loss`, `loss`, `val_accuracy`, `accuracy`.
    pub monitor: &'static str,
    pub factor: f64,
    /// In epochs.
    pub patience: u64,
    /// Better means: by more than this (Keras 2's `epsilon`).
    pub min_delta: f64,
    /// Epochs after a cut in which nothing is counted.
    pub cooldown: u64,
    pub min_lr: f64,
}

/// A rate for every update. n updates done, epoch from 0, base the rate that the optimizer was given.
#[derive(Clone, Debug, PartialEq)]
pub enum Schedule {
    /// base decay_rate^(n / span), `staircase`: with the whole part of n / span (Keras 3's `ExponentialDecay`).
    Exponential {
        decay_rate: f64,
        span: Span,
        staircase: bool,
    },
    /// base drop^floor((1 + epoch) / epochs_drop); see [`StepForm`].
    Step {
        drop: f64,
        epochs_drop: f64,
        form: StepForm,
    },
    /// base ((1 - alpha) (1 + cos(pi n / span)) / 2 + alpha), then base alpha (Keras 3's `CosineDecay`).
    Cosine {
        span: Span,
        alpha: f64,
    },
    /// From base / div_factor up to base over the first `pct_start` of the run and down to
    /// base / (div_factor final_div_factor), along half cosines (PyTorch's `OneCycleLR`, momentum left as it is).
    OneCycle {
        pct_start: f64,
        div_factor: f64,
        final_div_factor: f64,
    },
    /// The first of `values` while epoch <= the first of `boundaries`, and so on; base has no part in it.
    Piecewise {
        boundaries: Vec<f64>,
        values: Vec<f64>,
    },
    /// In a straight line from base start_factor to base, then another schedule, which counts from there on.
    Warmup {
        span: Span,
        start_factor: f64,
        then: Option<Box<Schedule>>,
    },
    ReduceOnPlateau(Plateau),
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Cosine,
    OneCycle,
    Exponential,
    Step,
    Piecewise,
    Warmup,
    ReduceOnPlateau,
}

// The first one needs no fields: it stands in for a name that is not known.
const KINDS: &[(&str, Kind)] = &[
    ("cosine", Kind::Cosine),
    ("one_cycle", Kind::OneCycle),
    ("exponential", Kind::Exponential),
    ("step", Kind::Step),
    ("piecewise", Kind::Piecewise),
    ("reduce_on_plateau", Kind::ReduceOnPlateau),
    ("warmup", Kind::Warmup),
];

/// Keras 2's names of the metrics beside today's.
const MONITORS: &[(&str, &str)] = &[
    ("val_loss", "val_loss"),
    ("loss", "loss"),
    ("val_accuracy", "val_accuracy"),
    ("val_acc", "val_accuracy"),
    ("accuracy", "accuracy"),
    ("acc", "accuracy"),
];

/// Updates or epochs beyond any run.
const LONG: f64 = 1e9;

impl Schedule {
    /// Reads `[training.schedule]`, or `schedule = "cosine"` for all defaults.
    pub(crate) fn read(training: &Fields) -> Option<Self> {
        Self::read_at(training, "schedule", KINDS)
    }

    fn read_at(outer: &Fields, field: &'static str, kinds: &[(&str, Kind)]) -> Option<Self> {
        let (kind, f) = outer.named(field, kinds)?;
        let number = |name, default, min, max| f.number(name, Some(default), min, max);
        let schedule = match kind {
            Kind::Exponential => Self::Exponential {
                decay_rate: f.number("decay_rate", None, 0.0, 1.0),
                span: span(&f, "decay_steps", "decay_epochs", Span::Epochs(1.0)),
                staircase: f.flag("staircase", false),
            },
            Kind::Step => Self::Step {
                drop: number("drop", 0.5, 0.0, 1.0),
                epochs_drop: number("epochs_drop", 10.0, 1e-3, LONG),
                form: f.choice(
                    "form",
                    Some(StepForm::Mended),
                    &[
                        ("mended", StepForm::Mended),
                        ("as_printed", StepForm::AsPrinted),
                    ],
                ),
            },
            Kind::Cosine => Self::Cosine {
                span: span(&f, "decay_steps", "decay_epochs", Span::Rest),
                alpha: number("alpha", 0.0, 0.0, 1.0),
            },
            Kind::OneCycle => Self::OneCycle {
                pct_start: number("pct_start", 0.3, 0.0, 1.0),
                div_factor: number("div_factor", 25.0, 1.0, 1e9),
                final_div_factor: number("final_div_factor", 1e4, 1.0, 1e12),
            },
            Kind::Piecewise => piecewise(&f),
            Kind::Warmup => Self::Warmup {
                span: span(&f, "warmup_steps", "warmup_epochs", Span::Epochs(1.0)),
                start_factor: number("start_factor", 0.0, 0.0, 1.0),
                // No warm-up after a warm-up.
                then: Self::read_at(&f, "then", &KINDS[..KINDS.len() - 1]).map(Box::new),
            },
            Kind::ReduceOnPlateau => Self::ReduceOnPlateau(Plateau {
                monitor: f.choice("monitor", Some("val_loss"), MONITORS),
                factor: number("factor", 0.1, 0.0, 0.999_999),
                patience: f.integer("patience", Some(10), 0..1_000_000) as u64,
                min_delta: number("min_delta", 1e-4, 0.0, 1e6),
                cooldown: f.integer("cooldown", Some(0), 0..1_000_000) as u64,
                min_lr: number("min_lr", 0.0, 0.0, 100.0),
            }),
        };
        f.finish();
        Some(schedule)
    }

    /// Keras's or PyTorch's name of it, in lower case.
    pub fn name(&self) -> &'static str {
        let kind = match self {
            Self::Exponential { .. } => Kind::Exponential,
            Self::Step { .. } => Kind::Step,
            Self::Cosine { .. } => Kind::Cosine,
            Self::OneCycle { .. } => Kind::OneCycle,
            Self::Piecewise { .. } => Kind::Piecewise,
            Self::Warmup { .. } => Kind::Warmup,
            Self::ReduceOnPlateau(_) => Kind::ReduceOnPlateau,
        };
        let found = KINDS.iter().find(|(_, known)| *known == kind);
        found.map_or("", |(name, _)| name)
    }

    /// The part that waits for figures of the run; all others are known before it begins.
    pub fn plateau(&self) -> Option<&Plateau> {
        match self {
            Self::ReduceOnPlateau(plateau) => Some(plateau),
            Self::Warmup { then, .. } => then.as_ref()?.plateau(),
            _ => None,
        }
    }
}

fn span(f: &Fields, steps: &'static str, epochs: &'static str, default: Span) -> Span {
    if f.has(steps) && f.has(epochs) {
        let what = format!("{steps} + {epochs}");
        f.report("not_supported", &[("what", &what)]);
    }
    let steps = (f.number(steps, Some(0.0), 1.0, LONG), f.has(steps));
    let epochs = (f.number(epochs, Some(0.0), 1e-6, LONG), f.has(epochs));
    match (steps, epochs) {
        ((steps, true), _) => Span::Steps(steps),
        (_, (epochs, true)) => Span::Epochs(epochs),
        _ => default,
    }
}

fn piecewise(f: &Fields) -> Schedule {
    let [boundaries, values] = ["boundaries", "values"].map(|field| {
        let numbers = f.numbers(field);
        if !f.has(field) {
            f.report("missing_field", &[("field", &field)]);
        }
        numbers
    });
    let mut least = 0.0;
    for boundary in &boundaries {
        if !(least..=LONG).contains(boundary) {
            let args: [(&str, &dyn std::fmt::Display); 3] =
                [("value", boundary), ("min", &least), ("max", &LONG)];
            f.report_at("boundaries", "out_of_range", &args);
        }
        least = *boundary;
    }
    if let Some(value) = values.iter().find(|value| !(0.0..=100.0).contains(*value)) {
        f.report_at(
            "values",
            "out_of_range",
            &[("value", value), ("min", &0), ("max", &100)],
        );
    }
    if f.has("boundaries") && f.has("values") && values.len() != boundaries.len() + 1 {
        let (found, wanted) = (values.len(), boundaries.len() + 1);
        let args: [(&str, &dyn std::fmt::Display); 3] =
            [("field", &"values"), ("found", &found), ("wanted", &wanted)];
        f.report_at("values", "wrong_length", &args);
    }
    Schedule::Piecewise { boundaries, values }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{one, problem};

    fn read(text: &str) -> Option<Schedule> {
        one(text, Schedule::read)
    }

    #[test]
    fn names_tables_and_defaults() {
        assert_eq!(read(""), None);
        let cosine = Schedule::Cosine {
            span: Span::Rest,
            alpha: 0.0,
        };
        assert_eq!(read("schedule = \"cosine\""), Some(cosine.clone()));
        assert_eq!(
            read("schedule = { name = \"warmup\", warmup_steps = 20, then = \"cosine\" }"),
            Some(Schedule::Warmup {
                span: Span::Steps(20.0),
                start_factor: 0.0,
                then: Some(Box::new(cosine)),
            })
        );
        assert_eq!(
            read(
                "[schedule]\nname = \"step\"\ndrop = 0.5\nepochs_drop = 10\nform = \"as_printed\"\n"
            ),
            Some(Schedule::Step {
                drop: 0.5,
                epochs_drop: 10.0,
                form: StepForm::AsPrinted,
            })
        );
        let plateau = read("schedule = { name = \"reduce_on_plateau\", monitor = \"val_acc\" }");
        let plateau = plateau.as_ref().and_then(Schedule::plateau);
        assert_eq!(plateau.map(|p| p.monitor), Some("val_accuracy"));
        for (name, _) in KINDS {
            let more = match *name {
                "exponential" => "decay_rate = 0.9",
                "piecewise" => "boundaries = [1], values = [0.1, 0.01]",
                _ => "",
            };
            let more = if more.is_empty() {
                String::new()
            } else {
                format!(", {more}")
            };
            let found = read(&format!("schedule = {{ name = \"{name}\"{more} }}"));
            assert_eq!(found.map(|s| s.name()), Some(*name));
        }
    }

    #[test]
    fn problems_name_their_place() {
        for (text, code, place) in [
            ("\"cosin\"", "unknown_value", "schedule"),
            ("{ name = \"exponential\" }", "missing_field", "schedule"),
            (
                "{ name = \"cosine\", alpha = 2 }",
                "out_of_range",
                "schedule.alpha",
            ),
            (
                "{ name = \"cosine\", decay_steps = 5, decay_epochs = 1 }",
                "not_supported",
                "schedule",
            ),
            (
                "{ name = \"cosine\", decay_steps = 0 }",
                "out_of_range",
                "schedule.decay_steps",
            ),
            (
                "{ name = \"warmup\", then = \"warmup\" }",
                "unknown_value",
                "schedule.then",
            ),
            (
                "{ name = \"piecewise\", boundaries = [2], values = [0.1] }",
                "wrong_length",
                "schedule.values",
            ),
            (
                "{ name = \"piecewise\", boundaries = [2, 1], values = [0.1, 0.1, 0.1] }",
                "out_of_range",
                "schedule.boundaries",
            ),
            (
                "{ name = \"step\", form = \"as printed\" }",
                "unknown_value",
                "schedule.form",
            ),
            (
                "{ name = \"reduce_on_plateau\", monitor = \"mood\" }",
                "unknown_value",
                "schedule.monitor",
            ),
        ] {
            let found = problem(&format!("schedule = {text}"), Schedule::read);
            assert_eq!(
                (found.code.as_str(), found.place.as_str()),
                (code, place),
                "{text}"
            );
        }
    }
}
