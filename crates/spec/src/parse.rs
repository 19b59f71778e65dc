//! Text -> [`Experiment`]: every field by name, every problem at once.

use crate::experiment::*;
use crate::layers::Layer;
use crate::preparation::Preparation;
use crate::problem::Problem;
use crate::read::{Fields, Source};
use crate::shape::DataFormat;
use std::cell::RefCell;
use toml::de::DeTable;

/// Longer texts are refused before they are read.
const MAX_BYTES: usize = 64 * 1024;
/// More layers than any of the books' networks has.
const MAX_LAYERS: usize = 200;

/// Reads an experiment text.
///
/// # Errors
/// All problems of syntax and of single fields, each with its line. Whether the layers fit together and
/// to the data is the next step, [`crate::check`].
pub fn parse(text: &str) -> Result<Experiment, Vec<Problem>> {
    if text.len() > MAX_BYTES {
        return Err(vec![Problem::new(
            "too_large",
            "",
            &[("found", &text.len()), ("max", &MAX_BYTES)],
        )]);
    }
    let table = DeTable::parse(text).map_err(|error| {
        let problem = Problem::new("toml_syntax", "", &[("message", &error.message())]);
        vec![problem.at(text, error.span().unwrap_or(0..0))]
    })?;
    let source = Source {
        text,
        problems: RefCell::default(),
    };
    let fields = Fields::new(&source, table.get_ref(), table.span(), String::new());
    let experiment = read_experiment(&fields);
    fields.finish();
    let problems = source.problems.into_inner();
    if problems.is_empty() {
        Ok(experiment)
    } else {
        Err(problems)
    }
}

fn read_experiment(f: &Fields) -> Experiment {
    let kind = f.choice(
        "kind",
        None,
        &[("train", Kind::Train), ("look", Kind::Look)],
    );
    let dialect = f.choice(
        "dialect",
        Some(Dialect::Keras2),
        &[("keras2", Dialect::Keras2), ("keras3", Dialect::Keras3)],
    );
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
    let layers: Vec<Layer> = layer_tables.iter().filter_map(Layer::read).collect();
    if kind == Kind::Train && layer_tables.is_empty() {
        f.report_at("layers", "no_layers", &[]);
    }
    Experiment {
        id: f.text("id"),
        kind,
        chapter: f.integer("chapter", None, 0..1_000) as u32,
        title: f.words("title"),
        intro: f.words("intro"),
        dialect,
        seed: f.integer("seed", Some(7), 0..u32::MAX as usize) as u32,
        data: read_data(f),
        layers,
        training: read_training(f, kind, dialect),
        reported: f.tables("reported").iter().map(read_reported).collect(),
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
                metric: q.choice("metric", Some("test_accuracy"), METRICS).into(),
                bins: q.numbers("bins"),
                why: q.words("why"),
            };
            q.finish();
            question
        }),
    }
}

const METRICS: &[(&str, &str)] = &[
    ("test_accuracy", "test_accuracy"),
    ("train_accuracy", "train_accuracy"),
    ("test_loss", "test_loss"),
];

fn read_data(f: &Fields) -> Data {
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
                validation_split: d.number("validation_split", Some(0.0), 0.0, 0.95),
                train_rows,
                preparation: Preparation::read(&d, train_rows),
            };
            d.finish();
            Some(data)
        }
        None => {
            if !f.has("data") {
                f.report("missing_field", &[("field", &"data")]);
            }
            None
        }
    };
    data.unwrap_or(Data {
        name: String::new(),
        data_format: DataFormat::ChannelsLast,
        scale: 1.0,
        validation_split: 0.0,
        train_rows: 0,
        preparation: Preparation::default(),
    })
}

fn read_training(f: &Fields, kind: Kind, dialect: Dialect) -> Option<Training> {
    let Some(t) = f.table_at("training") else {
        if kind == Kind::Train && !f.has("training") {
            f.report("missing_field", &[("field", &"training")]);
        }
        return None;
    };
    let training = Training {
        loss: t.choice(
            "loss",
            None,
            &[
                ("categorical_crossentropy", Loss::CategoricalCrossentropy),
                ("mean_squared_error", Loss::MeanSquaredError),
            ],
        ),
        optimizer: read_optimizer(&t, dialect),
        epochs: t.integer("epochs", None, 1..10_001),
        batch_size: t.integer("batch_size", Some(32), 1..10_001),
    };
    t.finish();
    Some(training)
}

/// `optimizer = "adam"` or `optimizer = { name = "adam", learning_rate = 0.001 }`.
fn read_optimizer(t: &Fields, dialect: Dialect) -> Optimizer {
    let names = &[("adam", "adam"), ("sgd", "sgd"), ("rmsprop", "rmsprop")];
    let written_as_text = t
        .get("optimizer")
        .is_some_and(|value| value.get_ref().is_str());
    if written_as_text || !t.has("optimizer") {
        let name = t.choice("optimizer", None, names);
        return optimizer(name, None, dialect);
    }
    match t.table_at("optimizer") {
        Some(o) => {
            let name = o.choice("name", None, names);
            let optimizer = optimizer(name, Some(&o), dialect);
            o.finish();
            optimizer
        }
        None => optimizer("adam", None, dialect),
    }
}

fn optimizer(name: &str, fields: Option<&Fields>, dialect: Dialect) -> Optimizer {
    let number = |field: &'static str, default: f64, min: f64, max: f64| {
        fields.map_or(default, |f| f.number(field, Some(default), min, max))
    };
    let decay = number("decay", 0.0, 0.0, 10.0);
    match name {
        "sgd" => Optimizer::Sgd {
            learning_rate: number("learning_rate", 0.01, 0.0, 100.0),
            momentum: number("momentum", 0.0, 0.0, 1.0),
            nesterov: fields.is_some_and(|f| f.flag("nesterov", false)),
            decay,
        },
        "rmsprop" => Optimizer::Rmsprop {
            learning_rate: number("learning_rate", 0.001, 0.0, 100.0),
            rho: number("rho", 0.9, 0.0, 1.0),
            epsilon: number("epsilon", dialect.epsilon(), 1e-12, 1.0),
            decay,
        },
        _ => Optimizer::Adam {
            learning_rate: number("learning_rate", 0.001, 0.0, 100.0),
            beta_1: number("beta_1", 0.9, 0.0, 0.999_999),
            beta_2: number("beta_2", 0.999, 0.0, 0.999_999_9),
            epsilon: number("epsilon", dialect.epsilon(), 1e-12, 1.0),
            decay,
        },
    }
}

fn read_reported(r: &Fields) -> Reported {
    let reported = Reported {
        metric: r.choice("metric", None, METRICS).into(),
        value: r.number("value", None, -1e12, 1e12),
        decimals: r.integer("decimals", Some(4), 0..13) as u32,
        place: r.text("place"),
    };
    r.finish();
    reported
}
