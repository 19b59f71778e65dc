//! Text -> [`Experiment`]: every field by name, every problem at once.

use crate::augmentation::Augmentation;
use crate::callback::Callback;
use crate::experiment::*;
use crate::layers::Layer;
use crate::loss::Loss;
use crate::metric::Metric;
use crate::optimizer::Optimizer;
use crate::preparation::Preparation;
use crate::problem::Problem;
use crate::protocol::Protocol;
use crate::read::{Fields, Source};
use crate::schedule::Schedule;
use crate::shape::DataFormat;
use crate::stages::Stage;
use crate::sweep::{self, Axis, Sweep};
use crate::using::{Compute, Generate, Predict};
use std::cell::{Cell, RefCell};
use toml::Spanned;
use toml::de::DeTable;

/// Longer texts are refused before they are read.
const MAX_BYTES: usize = 64 * 1024;
/// More layers than any of the books' networks has.
const MAX_LAYERS: usize = 400;

/// Reads an experiment text.
///
/// # Errors
/// All problems of syntax and of single fields, each with its line. Whether the layers fit together and
/// to the data is the next step, [`crate::check`].
pub fn parse(text: &str) -> Result<Experiment, Vec<Problem>> {
    parse_at(text, None)
}

/// The experiment at one point of its sweep: its values are put in, and what is left is a training.
///
/// # Errors
/// As [`parse`], and `no_such_place` where an axis names what the text doesn't have.
pub fn parse_point(text: &str, point: usize) -> Result<Experiment, Vec<Problem>> {
    parse_at(text, Some(point))
}

fn parse_at(text: &str, point: Option<usize>) -> Result<Experiment, Vec<Problem>> {
    if text.len() > MAX_BYTES {
        return Err(vec![Problem::new(
            "too_large",
            "",
            &[("found", &text.len()), ("max", &MAX_BYTES)],
        )]);
    }
    let mut table = DeTable::parse(text).map_err(|error| {
        let problem = Problem::new("toml_syntax", "", &[("message", &error.message())]);
        vec![problem.at(text, error.span().unwrap_or(0..0))]
    })?;
    let source = Source {
        text,
        problems: RefCell::default(),
        dialect: Cell::default(),
    };
    let mut experiment = read(&source, &table);
    let sound = source.problems.borrow().is_empty();
    if let (Some(point), Some(sweep), true) = (point, &experiment.sweep, sound) {
        let problems = sweep::apply(table.get_mut(), sweep, point);
        source.problems.borrow_mut().extend(problems);
        experiment = Experiment {
            kind: Kind::Train,
            sweep: None,
            ..read(&source, &table)
        };
    }
    let problems = source.problems.into_inner();
    if problems.is_empty() {
        Ok(experiment)
    } else {
        Err(problems)
    }
}

fn read<'t>(source: &Source<'t>, table: &Spanned<DeTable<'t>>) -> Experiment {
    let fields = Fields::new(source, table.get_ref(), table.span(), String::new());
    let experiment = read_experiment(&fields);
    fields.finish();
    experiment
}

fn read_experiment(f: &Fields) -> Experiment {
    let kind = f.choice("kind", None, Kind::ALL);
    let dialect = f.choice(
        "dialect",
        Some(Dialect::Keras2),
        &[("keras2", Dialect::Keras2), ("keras3", Dialect::Keras3)],
    );
    f.source.dialect.set(dialect);
    let layer_tables = f.tables("layers");
    if layer_tables.len() > MAX_LAYERS {
        f.report_at(
            "layers",
            "out_of_range",
            &[
                ("value", &layer_tables.len()),
                ("min", &1),
                ("max", &MAX_LAYERS),
            ],
        );
    }
    let layers: Vec<Node> = layer_tables.iter().filter_map(read_node).collect();
    if kind.trains() && layer_tables.is_empty() {
        f.report_at("layers", "no_layers", &[]);
    }
    let training = read_training(f, kind, dialect);
    let epochs = training.as_ref().map_or(1, |training| training.epochs);
    let sweep = Sweep::read(f);
    let reported = f.tables("reported");
    let reported = reported.iter().map(|r| read_reported(r, sweep.as_ref()));
    let reported = reported.collect();
    let experiment = Experiment {
        id: f.text("id"),
        kind,
        chapter: f.integer("chapter", None, 0..1_000) as u32,
        title: f.words("title"),
        intro: f.words("intro"),
        dialect,
        seed: f.integer("seed", Some(7), 0..u32::MAX as usize) as u32,
        data: read_data(f, kind),
        augmentation: Augmentation::read(f),
        layers,
        training,
        protocol: Protocol::read(f),
        callbacks: Callback::read_list(f),
        sweep,
        stages: Stage::read_list(f, epochs),
        compute: Compute::read(f),
        predict: Predict::read(f),
        generate: Generate::read(f),
        reported,
        curve: f.table_at("curve").map(|c| {
            let curve = Curve {
                loss: c.numbers("loss"),
                accuracy: c.numbers("accuracy"),
                val_loss: c.numbers("val_loss"),
                val_accuracy: c.numbers("val_accuracy"),
            };
            c.finish();
            curve
        }),
        errata: f.tables("errata").iter().map(Fields::as_words).collect(),
        question: f.table_at("question").map(|q| {
            let question = Question {
                ask: q.words("ask"),
                set: q.text_pairs("set"),
                metric: figure(&q, "metric", Some("test_accuracy")),
                bins: q.numbers("bins"),
                why: q.words("why"),
            };
            q.finish();
            question
        }),
    };
    if let Protocol::HoldOut { by_group: true, .. } = experiment.protocol
        && experiment.data.preparation.groups.is_none()
        && f.has("data")
    {
        let problem = Problem::new("missing_field", "data", &[("field", &"groups")]);
        f.problem_at("data", problem);
    }
    let missing = match kind {
        Kind::Sweep if experiment.sweep.is_none() => Some("sweep"),
        Kind::Stages if experiment.stages.is_empty() => Some("stages"),
        Kind::Compute if experiment.compute.is_none() => Some("compute"),
        Kind::Predict if experiment.predict.is_none() => Some("predict"),
        Kind::Generate if experiment.generate.is_none() => Some("generate"),
        _ => None,
    };
    if let Some(field) = missing
        && !f.has(field)
    {
        f.report("missing_field", &[("field", &field)]);
    }
    experiment
}

/// A `[[layers]]` table: the layer's own fields and its place in the graph.
fn read_node(f: &Fields) -> Option<Node> {
    let name = f.get("name").map(|_| f.text("name"));
    let inputs = f.texts("inputs");
    let trainable = f.flag("trainable", true);
    let layer = Layer::read(f)?;
    Some(Node {
        name,
        inputs,
        trainable,
        layer,
    })
}

/// The name of a figure: `test_accuracy`, `train_loss`, `validation_rmse`, or of a stage `base_accuracy`.
fn figure(f: &Fields, field: &'static str, default: Option<&str>) -> String {
    let name = match default {
        Some(default) => f.text_or(field, default),
        None => f.text(field),
    };
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_[]".contains(c);
    let parts = name.split_once('_');
    if f.has(field) && (parts.is_none() || name.len() > 64 || !name.chars().all(plain)) {
        let known = "<part>_<metric>: test_accuracy, validation_loss, train_loss";
        f.report_at(
            field,
            "unknown_value",
            &[("value", &name), ("known", &known)],
        );
    }
    name
}

/// A calculation brings its own numbers; everything else needs data.
fn read_data(f: &Fields, kind: Kind) -> Data {
    let data = match f.table_at("data") {
        Some(d) => {
            let train_rows = d.integer("train_rows", Some(0), 0..10_000_001);
            let data = Data {
                name: d.text("name"),
                data_format: d.choice(
                    "data_format",
                    Some(DataFormat::ChannelsLast),
                    &[
                        ("channels_last", DataFormat::ChannelsLast),
                        ("channels_first", DataFormat::ChannelsFirst),
                    ],
                ),
                scale: d.number("scale", Some(1.0), 1e-6, 1e6),
                mean: read_channels(&d, "mean", -1e6),
                std: read_channels(&d, "std", 1e-6),
                validation_split: d.number("validation_split", Some(0.0), 0.0, 0.95),
                train_rows,
                preparation: Preparation::read(&d, train_rows),
            };
            d.finish();
            Some(data)
        }
        None => {
            if !f.has("data") && kind != Kind::Compute {
                f.report("missing_field", &[("field", &"data")]);
            }
            None
        }
    };
    data.unwrap_or(Data {
        name: String::new(),
        data_format: DataFormat::ChannelsLast,
        scale: 1.0,
        mean: Vec::new(),
        std: Vec::new(),
        validation_split: 0.0,
        train_rows: 0,
        preparation: Preparation::default(),
    })
}

/// One number, or one for each channel of a picture, none below `min`.
fn read_channels(d: &Fields, field: &'static str, min: f64) -> Vec<f64> {
    let numbers = d.numbers(field);
    if let Some(value) = numbers.iter().find(|n| !(min..=1e6).contains(*n)) {
        let args: [(&str, &dyn std::fmt::Display); 3] =
            [("value", value), ("min", &min), ("max", &1e6)];
        d.report_at(field, "out_of_range", &args);
    }
    numbers
}

fn read_training(f: &Fields, kind: Kind, dialect: Dialect) -> Option<Training> {
    let Some(t) = f.table_at("training") else {
        if kind.trains() && !f.has("training") {
            f.report("missing_field", &[("field", &"training")]);
        }
        return None;
    };
    let training = Training {
        loss: Loss::read(&t, dialect),
        metrics: Metric::read_list(&t),
        class_weight: read_class_weight(&t),
        optimizer: Optimizer::read(&t, dialect),
        schedule: Schedule::read(&t),
        epochs: t.integer("epochs", None, 1..10_001),
        batch_size: t.integer("batch_size", Some(32), 1..10_001),
        shuffle: t.flag("shuffle", true),
        reset_states: t.flag("reset_states", true),
    };
    t.finish();
    Some(training)
}

/// `class_weight = [1.0, 3.0]`: none is negative.
fn read_class_weight(t: &Fields) -> Vec<f64> {
    let weights = t.numbers("class_weight");
    if let Some(value) = weights.iter().find(|weight| !(0.0..=1e6).contains(*weight)) {
        let args: [(&str, &dyn std::fmt::Display); 3] =
            [("value", value), ("min", &0), ("max", &1e6)];
        t.report_at("class_weight", "out_of_range", &args);
    }
    weights
}

fn read_reported(r: &Fields, sweep: Option<&Sweep>) -> Reported {
    let reported = Reported {
        metric: figure(r, "metric", None),
        point: r.labels("point"),
        value: r.number("value", None, -1e12, 1e12),
        decimals: r.integer("decimals", Some(4), 0..13) as u32,
        place: r.text("place"),
        other_data: r.flag("other_data", false),
    };
    if let Some(point) = &reported.point {
        check_point(r, point, sweep.map_or(&[], |sweep| &sweep.axes));
    }
    r.finish();
    reported
}

/// A point names one value of every axis. Whether the axis has that value is not asked: a reader may take values away,
/// and what was printed of them stays printed.
fn check_point(r: &Fields, point: &[String], axes: &[Axis]) {
    if point.len() != axes.len() {
        let (found, wanted) = (point.len(), axes.len());
        let args: [(&str, &dyn std::fmt::Display); 3] =
            [("field", &"point"), ("found", &found), ("wanted", &wanted)];
        r.report_at("point", "wrong_length", &args);
    }
}
