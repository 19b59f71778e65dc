//! The engine against the reference numbers of Keras, PyTorch and a float64 script (`tests/reference`).

mod constraints;
mod families;
mod initializers;
mod layers;
mod losses;
mod masks;
mod memory;
mod metrics;
mod optimizers;
mod random;
mod recurrent;
mod runs;
mod schedules;
mod totals;
mod updates;

use fireside_spec::{Dialect, Training, parse};
use serde_json::Value;

/// A JSON value as TOML writes it.
fn toml(value: &Value) -> String {
    let list = |parts: Vec<String>| parts.join(", ");
    match value {
        Value::Array(items) => format!("[{}]", list(items.iter().map(toml).collect())),
        Value::Object(fields) => {
            let field = |(name, value)| format!("{name} = {}", toml(value));
            format!("{{ {} }}", list(fields.iter().map(field).collect()))
        }
        plain => plain.to_string(),
    }
}

/// What an experiment with this loss and these metrics asks for.
fn training(dialect: &str, loss: &Value, metrics: &Value) -> (Training, Dialect) {
    let text = format!(
        "id = \"case\"\nkind = \"train\"\nchapter = 1\ntitle = {{ en = \"\", zh = \"\" }}\n\
         intro = {{ en = \"\", zh = \"\" }}\ndialect = \"{dialect}\"\n[data]\nname = \"case\"\n\
         [training]\nloss = {}\nmetrics = {}\noptimizer = \"sgd\"\nepochs = 1\n\
         [[layers]]\ntype = \"Flatten\"\n",
        toml(loss),
        toml(metrics)
    );
    let experiment = parse(&text).unwrap_or_else(|problems| panic!("{problems:?}\n{text}"));
    let training = experiment.training.expect("a table training");
    (training, experiment.dialect)
}
