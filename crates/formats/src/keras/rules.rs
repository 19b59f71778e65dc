//! Initializers, regularizers and constraints as Keras's objects.

use super::{Config, Form, Setting};
use crate::tree::Tree;
use fireside_spec::layers::{Distribution, Fan, Initializer, Rules};
use fireside_spec::{Axes, Constraint, Dialect, Regularizer};

/// The standard deviation of a normal distribution cut at two standard deviations; Keras 3 divides by it where
/// Keras 2 does not.
pub(crate) const TRUNCATED: f64 = 0.879_625_661_034_239_8;

type Settings = Vec<(&'static str, Tree)>;

/// Keras 3's named scalings: class, scale, fan, normal.
pub(crate) const SCALINGS: &[(&str, f64, Fan, Distribution)] = &[
    ("GlorotUniform", 1.0, Fan::Average, Distribution::Uniform),
    (
        "GlorotNormal",
        1.0,
        Fan::Average,
        Distribution::TruncatedNormal,
    ),
    ("HeUniform", 2.0, Fan::In, Distribution::Uniform),
    ("HeNormal", 2.0, Fan::In, Distribution::TruncatedNormal),
    ("LecunUniform", 1.0, Fan::In, Distribution::Uniform),
    ("LecunNormal", 1.0, Fan::In, Distribution::TruncatedNormal),
];

/// Keras's names of the fans.
pub(crate) const FANS: &[(&str, Fan)] = &[
    ("fan_in", Fan::In),
    ("fan_out", Fan::Out),
    ("fan_avg", Fan::Average),
];

impl Config {
    /// `<name>_initializer` and its like; Keras begins with `default`.
    pub(super) fn rules(
        self,
        form: &Form,
        name: &str,
        rules: Option<&Rules>,
        default: Initializer,
    ) -> Self {
        let initializer = rules.map_or(default, |rules| rules.initializer);
        let regularizer = rules.and_then(|rules| rules.regularizer.as_ref());
        let constraint = rules.and_then(|rules| rules.constraint.as_ref());
        let none = || Setting::Plain(Tree::Null);
        self.put(
            &format!("{name}_initializer"),
            initial(form, initializer),
            initializer == default,
        )
        .put(
            &format!("{name}_regularizer"),
            regularizer.map_or_else(none, |own| penalty(form, own)),
            regularizer.is_none(),
        )
        .put(
            &format!("{name}_constraint"),
            constraint.map_or_else(none, bound),
            constraint.is_none(),
        )
    }
}

fn rule(family: &'static str, class: &'static str, config: Settings) -> Setting {
    Setting::Rule {
        family,
        class,
        config,
    }
}

fn initial(form: &Form, initializer: Initializer) -> Setting {
    let seeded = |mut config: Settings| {
        config.push(("seed", Tree::Null));
        config
    };
    let (class, config) = match initializer {
        // The forget gate's ones are a setting of the layer.
        Initializer::Zeros | Initializer::UnitForget => ("Zeros", vec![]),
        Initializer::Ones => ("Ones", vec![]),
        Initializer::Constant(value) => ("Constant", vec![("value", value.into())]),
        Initializer::Uniform { min, max } => {
            let range = vec![("minval", min.into()), ("maxval", max.into())];
            ("RandomUniform", seeded(range))
        }
        Initializer::Normal { mean, sd } => {
            let bell = vec![("mean", mean.into()), ("stddev", sd.into())];
            ("RandomNormal", seeded(bell))
        }
        Initializer::TruncatedNormal { mean, sd } => {
            let bell = vec![("mean", mean.into()), ("stddev", sd.into())];
            ("TruncatedNormal", seeded(bell))
        }
        Initializer::VarianceScaling {
            scale,
            fan,
            distribution,
        } => scaling(form, scale, fan, distribution),
        Initializer::Orthogonal(gain) => ("Orthogonal", seeded(vec![("gain", gain.into())])),
        Initializer::Identity(gain) => ("Identity", vec![("gain", gain.into())]),
    };
    rule("initializers", class, config)
}

fn scaling(form: &Form, scale: f64, fan: Fan, drawn: Distribution) -> (&'static str, Settings) {
    // The same deviation in the form's own way of cutting; 2.0.8 always cuts and lets the deviation shrink.
    let shrinks = |dialect| dialect == Dialect::Keras2 && drawn == Distribution::TruncatedNormal;
    let cuts = form.target == Dialect::Keras2 && drawn != Distribution::Uniform;
    let scale = match (shrinks(form.own), cuts) {
        (true, false) => scale * TRUNCATED * TRUNCATED,
        (false, true) => scale / (TRUNCATED * TRUNCATED),
        _ => scale,
    };
    let named = SCALINGS
        .iter()
        .find(|(_, s, f, d)| (*s, *f, *d) == (scale, fan, drawn));
    if let (Dialect::Keras3, Some((class, ..))) = (form.target, named) {
        return (class, vec![("seed", Tree::Null)]);
    }
    let mode = FANS.iter().find(|(_, known)| *known == fan);
    let distribution = match (drawn, form.target) {
        (Distribution::Uniform, _) => "uniform",
        (_, Dialect::Keras2) => "normal",
        (Distribution::TruncatedNormal, Dialect::Keras3) => "truncated_normal",
        (Distribution::Normal, Dialect::Keras3) => "untruncated_normal",
    };
    let config = vec![
        ("scale", scale.into()),
        ("mode", mode.map_or("fan_avg", |(name, _)| *name).into()),
        ("distribution", distribution.into()),
        ("seed", Tree::Null),
    ];
    ("VarianceScaling", config)
}

fn penalty(form: &Form, regularizer: &Regularizer) -> Setting {
    let Regularizer { l1, l2 } = *regularizer;
    let (class, config) = match (form.target, l1 > 0.0, l2 > 0.0) {
        (Dialect::Keras3, true, false) => ("L1", vec![("l1", l1.into())]),
        (Dialect::Keras3, false, _) => ("L2", vec![("l2", l2.into())]),
        _ => ("L1L2", vec![("l1", l1.into()), ("l2", l2.into())]),
    };
    rule("regularizers", class, config)
}

fn bound(constraint: &Constraint) -> Setting {
    let axis = |axes: Axes| {
        let axes: Vec<usize> = axes.iter().collect();
        match axes[..] {
            [one] => one.into(),
            _ => Tree::from(&axes[..]),
        }
    };
    let (class, config) = match *constraint {
        Constraint::MaxNorm { max_value, axes } => {
            let config = vec![("max_value", max_value.into()), ("axis", axis(axes))];
            ("MaxNorm", config)
        }
        Constraint::UnitNorm { axes } => ("UnitNorm", vec![("axis", axis(axes))]),
        Constraint::MinMaxNorm {
            min_value,
            max_value,
            rate,
            axes,
        } => {
            let config = vec![
                ("min_value", min_value.into()),
                ("max_value", max_value.into()),
                ("rate", rate.into()),
                ("axis", axis(axes)),
            ];
            ("MinMaxNorm", config)
        }
        Constraint::NonNeg => ("NonNeg", vec![]),
    };
    rule("constraints", class, config)
}
