//! What the tests of optimizers, constraints and schedules share: `updates.json`, and texts that the language reads.

use burn::tensor::{Tensor, TensorData};
use fireside_spec::Training;
use fireside_tests::compare::Agreement;
use fireside_tests::engine::{device, limit};
use fireside_tests::runs::text;
use fireside_tests::tolerance::SINGLE;
use serde::Deserialize;
use serde_json::{Map, Value};

/// A rule alone: ten updates of six weights.
#[derive(Debug, Deserialize)]
pub struct RuleCase {
    pub name: String,
    pub dialect: String,
    pub optimizer: Map<String, Value>,
    pub after: Vec<Vec<f64>>,
}

/// What one weight of a [`SeveralCase`] has besides its numbers.
#[derive(Debug, Deserialize)]
pub struct Extras {
    pub regularizer: Option<Map<String, Value>>,
    pub constraint: Option<Map<String, Value>>,
    pub frozen: bool,
}

/// Three weights with penalties, clipping and constraints.
#[derive(Debug, Deserialize)]
pub struct SeveralCase {
    pub name: String,
    pub dialect: String,
    pub optimizer: Map<String, Value>,
    pub weights: Vec<Extras>,
    /// Before each update, and after the last.
    pub penalties: Vec<f64>,
    pub after: Vec<Vec<Vec<f64>>>,
}

#[derive(Debug, Deserialize)]
pub struct WeightNumbers {
    pub shape: Vec<usize>,
    pub initial: Vec<f64>,
    pub gradients: Vec<Vec<f64>>,
}

/// Ten losses of 13.3 under a rule.
#[derive(Debug, Deserialize)]
pub struct LossesCase {
    pub name: String,
    pub dialect: String,
    pub optimizer: Map<String, Value>,
    pub losses: Vec<f64>,
}

/// Ten losses of 13.3 with everything around the rule.
#[derive(Debug, Deserialize)]
pub struct DressedCase {
    pub optimizer: Value,
    pub schedule: Value,
    pub kernel_regularizer: Value,
    pub kernel_constraint: Value,
    pub bias_constraint: Value,
    /// Of the data alone.
    pub losses: Vec<f64>,
    pub penalties: Vec<f64>,
}

/// `updates.json`.
#[derive(Debug, Deserialize)]
pub struct Updates {
    pub initial: Vec<f64>,
    pub gradients: Vec<Vec<f64>>,
    pub rules: Vec<RuleCase>,
    pub weights: Vec<WeightNumbers>,
    pub several: Vec<SeveralCase>,
    pub runs: Vec<LossesCase>,
    pub dressed: Vec<DressedCase>,
}

/// A TOML value on one line: JSON, but for its tables.
pub fn toml(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let fields: Vec<String> = fields
                .iter()
                .map(|(name, value)| format!("{name} = {}", toml(value)))
                .collect();
            format!("{{ {} }}", fields.join(", "))
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(toml).collect();
            format!("[{}]", items.join(", "))
        }
        other => other.to_string(),
    }
}

/// An experiment of the book with another optimizer and perhaps a schedule.
pub fn written(id: &str, dialect: &str, optimizer: &str, schedule: Option<&Value>) -> String {
    let text = text(id, &[("dialect", dialect)]);
    let line = text.lines().find(|line| line.starts_with("optimizer = "));
    let mut new = format!("optimizer = {optimizer}");
    if let Some(schedule) = schedule {
        new += &format!("\nschedule = {}", toml(schedule));
    }
    text.replace(line.expect("a line of the optimizer"), &new)
}

/// The `[training]` of 13.4 with them, as the language reads it.
pub fn training(dialect: &str, optimizer: &str, schedule: Option<&Value>) -> Training {
    let text = written("13.4", dialect, optimizer, schedule);
    let experiment =
        fireside_spec::parse(&text).unwrap_or_else(|problems| panic!("{text}: {problems:?}"));
    experiment.training.expect("13.4 trains")
}

pub fn tensor(values: &[f64]) -> Tensor<1> {
    let values: Vec<f32> = values.iter().map(|value| *value as f32).collect();
    let length = values.len();
    Tensor::from_data(TensorData::new(values, [length]), &device())
}

/// A weight after an update, as a whole and how far each number was moved: a wrong epsilon hides behind large
/// weights. 1 + its length comparisons.
pub fn check(
    agreement: &mut Agreement,
    group: &str,
    case: &str,
    weight: &[f64],
    after: &[f64],
    initial: &[f64],
) {
    agreement.check(group, case, weight, after, SINGLE);
    for (got, (now, start)) in weight.iter().zip(after.iter().zip(initial)) {
        // Each of ten updates rounds the weight to float32 once: leave room for that.
        let room = 10.0 * f64::from(f32::EPSILON) * now.abs().max(start.abs());
        let allowed = limit(SINGLE) * (now - start).abs() + room.max(f64::MIN_POSITIVE);
        let group = format!("{group}: movement, of what is allowed");
        let moved = |to: f64| [(to - start) / allowed];
        agreement.check_absolute(&group, case, &moved(*got), &moved(*now), 1.0);
    }
}
