//! Learning rates by schedule, and cuts on a plateau.

use super::updates::training;
use fireside_optimizers::{Optimizer, schedule::rates};
use fireside_spec::Horizon;
use fireside_tests::compare::Agreement;
use fireside_tests::engine::device;
use fireside_tests::reference::read;
use fireside_tests::tolerance::SINGLE;
use serde::Deserialize;
use serde_json::Value;

#[derive(Debug, Deserialize)]
struct ScheduleCase {
    name: String,
    schedule: Option<Value>,
    learning_rate: f64,
    decay: f64,
    rates: Vec<f64>,
}

#[derive(Debug, Deserialize)]
struct PlateauCase {
    name: String,
    dialect: String,
    schedule: Value,
    learning_rate: f64,
    /// `None` = no number.
    values: Vec<Option<f64>>,
    rates: Vec<f64>,
}

#[derive(Debug, Deserialize)]
struct Schedules {
    steps_per_epoch: u64,
    epochs: u64,
    schedules: Vec<ScheduleCase>,
    plateaus: Vec<PlateauCase>,
}

fn sgd(learning_rate: f64, decay: f64) -> String {
    format!("{{ name = \"sgd\", learning_rate = {learning_rate}, decay = {decay} }}")
}

pub async fn rates_agree_with_keras_and_pytorch() {
    let all: Schedules = read("schedules.json");
    let horizon = Horizon {
        steps_per_epoch: all.steps_per_epoch,
        epochs: all.epochs,
    };
    let mut agreement = Agreement::new();
    for case in &all.schedules {
        let sgd = sgd(case.learning_rate, case.decay);
        let training = training("keras2", &sgd, case.schedule.as_ref());
        let chart: Vec<f64> =
            rates(&training.optimizer, training.schedule.as_ref(), horizon).collect();
        agreement.check("rates", &case.name, &chart, &case.rates, SINGLE * 1e-3);
        // What a run uses is what the chart shows.
        let mut optimizer = Optimizer::new(training.optimizer, Vec::new(), &device())
            .scheduled(training.schedule, horizon);
        for rate in chart {
            assert_eq!(optimizer.rate(), rate, "{}", case.name);
            optimizer.step(std::iter::empty(), Vec::new());
        }
    }
    agreement.finish(15);
}

pub async fn plateaus_are_cut_when_keras_cuts_them() {
    let all: Schedules = read("schedules.json");
    let horizon = Horizon {
        steps_per_epoch: 1,
        epochs: 100,
    };
    let mut agreement = Agreement::new();
    for case in &all.plateaus {
        let sgd = sgd(case.learning_rate, 0.0);
        let training = training(&case.dialect, &sgd, Some(&case.schedule));
        let mut optimizer = Optimizer::new(training.optimizer, Vec::new(), &device())
            .scheduled(training.schedule, horizon);
        assert!(optimizer.monitor().is_some());
        let found: Vec<f64> = case
            .values
            .iter()
            .map(|value| {
                let before = optimizer.rate();
                let cut = optimizer.end_epoch(value.unwrap_or(f64::NAN));
                assert_eq!(optimizer.rate(), cut.unwrap_or(before), "{}", case.name);
                optimizer.rate()
            })
            .collect();
        agreement.check("plateaus", &case.name, &found, &case.rates, SINGLE * 1e-3);
    }
    agreement.finish(14);
}
