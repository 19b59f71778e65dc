//! Update rules: ten updates of six weights.

use super::updates::{Updates, check, tensor, toml, training, written};
use fireside_optimizers::{Optimizer, State, StateError, WeightFacts};
use fireside_tests::compare::Agreement;
use fireside_tests::data::official_rows;
use fireside_tests::engine::{device, values};
use fireside_tests::reference::{OptimizerCase, Optimizers, read};
use fireside_tests::runs;
use fireside_tests::tolerance::RUN;
use serde_json::Value;
use std::sync::Arc;

/// The rule as the language of experiments reads it.
fn rule(case: &OptimizerCase) -> fireside_spec::Optimizer {
    let mut fields = case.config.clone();
    fields.insert("name".into(), case.class_name.to_lowercase().into());
    if let Some(rate) = fields.remove("lr") {
        fields.insert("learning_rate".into(), rate);
    }
    training("keras2", &toml(&Value::Object(fields)), None).optimizer
}

async fn ten_updates(
    agreement: &mut Agreement,
    name: &str,
    rule: fireside_spec::Optimizer,
    initial: &[f64],
    gradients: &[Vec<f64>],
    after: &[Vec<f64>],
) {
    let facts = vec![WeightFacts::new(&[initial.len()])];
    let mut optimizer = Optimizer::new(rule, facts, &device());
    let mut weight = tensor(initial);
    assert_eq!(gradients.len(), after.len());
    for (gradient, after) in gradients.iter().zip(after) {
        optimizer.step(std::iter::once(&mut weight), vec![Some(tensor(gradient))]);
        let group = "rules";
        check(
            agreement,
            group,
            name,
            &values(weight.clone()).await,
            after,
            initial,
        );
    }
}

pub async fn ten_updates_of_every_rule_agree() {
    let mut agreement = Agreement::new();
    let first: Optimizers = read("optimizers.json");
    for case in &first.cases {
        let (initial, gradients) = (&first.initial, &first.gradients);
        let name = &case.name;
        ten_updates(
            &mut agreement,
            name,
            rule(case),
            initial,
            gradients,
            &case.after,
        )
        .await;
    }
    let all: Updates = read("updates.json");
    for case in &all.rules {
        // Only what is written differs from the defaults: they are compared, too.
        let optimizer = toml(&Value::Object(case.optimizer.clone()));
        let rule = training(&case.dialect, &optimizer, None).optimizer;
        let (initial, gradients) = (&all.initial, &all.gradients);
        ten_updates(
            &mut agreement,
            &case.name,
            rule,
            initial,
            gradients,
            &case.after,
        )
        .await;
    }
    agreement.finish((11 + 27) * 10 * 7);
}

/// The dense network of 13.3 on the first rows of MNIST, in file order.
pub async fn ten_losses_of_a_run_with_every_rule_agree() {
    let all: Updates = read("updates.json");
    let data = Arc::new(official_rows(0..2_000, 0..10));
    let mut agreement = Agreement::new();
    for case in &all.runs {
        let optimizer = toml(&Value::Object(case.optimizer.clone()));
        let mut run = runs::run(&written("13.3", &case.dialect, &optimizer, None), &data);
        run.keep_file_order();
        let losses = runs::losses_to_come(&mut run, case.losses.len()).await;
        agreement.check_absolute("runs", &case.name, &losses, &case.losses, RUN);
    }
    agreement.finish(16);
}

pub async fn a_weight_without_a_gradient_stays_as_it_is() {
    let reference: Optimizers = read("optimizers.json");
    let facts = vec![WeightFacts::new(&[6]); 2];
    let mut optimizer = Optimizer::new(rule(&reference.cases[0]), facts, &device());
    let mut weights = [tensor(&reference.initial), tensor(&reference.initial)];
    let before = values(weights[0].clone()).await;
    let gradients = vec![None, Some(tensor(&reference.gradients[0]))];
    optimizer.step(weights.iter_mut(), gradients);
    assert_eq!(values(weights[0].clone()).await, before);
    assert_ne!(values(weights[1].clone()).await, before);
}

/// Every rule goes on from a saved state as if nothing had happened, to the last bit.
pub async fn a_saved_state_goes_on() {
    let all: Updates = read("updates.json");
    let schedule = serde_json::json!({"name": "reduce_on_plateau", "patience": 1, "cooldown": 3});
    for case in &all.rules {
        let optimizer = toml(&Value::Object(case.optimizer.clone()));
        let training = training(&case.dialect, &optimizer, Some(&schedule));
        let horizon = fireside_spec::Horizon {
            steps_per_epoch: 1,
            epochs: 10,
        };
        let fresh = || {
            let facts = vec![WeightFacts::new(&[6])];
            Optimizer::new(training.optimizer, facts, &device())
                .scheduled(training.schedule.clone(), horizon)
        };
        let (mut straight, mut weight) = (fresh(), tensor(&all.initial));
        for gradient in &all.gradients[..5] {
            straight.step(std::iter::once(&mut weight), vec![Some(tensor(gradient))]);
            straight.end_epoch(1.0);
        }
        let saved = straight.state().await;
        let mut resumed = fresh();
        resumed
            .restore(saved.clone(), &device())
            .expect("its own state");
        assert_eq!(resumed.state().await, saved, "{}", case.name);
        let mut twin = weight.clone();
        for gradient in &all.gradients[5..] {
            for (optimizer, weight) in [(&mut straight, &mut weight), (&mut resumed, &mut twin)] {
                optimizer.step(std::iter::once(weight), vec![Some(tensor(gradient))]);
                optimizer.end_epoch(1.0);
            }
            assert_eq!(straight.rate(), resumed.rate(), "{}", case.name);
            assert_eq!(
                values(weight.clone()).await,
                values(twin.clone()).await,
                "{}",
                case.name
            );
        }
    }
}

pub async fn a_state_that_does_not_fit_changes_nothing() {
    let training = training("keras2", "\"nadam\"", None);
    let mut optimizer = Optimizer::new(training.optimizer, vec![WeightFacts::new(&[6])], &device());
    let before = optimizer.state().await;
    assert_eq!(before.numbers, [1.0]);
    let numbers = |found| StateError::Numbers { expected: 1, found };
    let slots = |found| StateError::Slots {
        weight: 0,
        expected: 12,
        found,
    };
    for (state, error) in [
        (
            State {
                numbers: vec![],
                ..before.clone()
            },
            numbers(0),
        ),
        (
            State {
                numbers: vec![f64::NAN],
                ..before.clone()
            },
            numbers(0),
        ),
        (
            State {
                numbers: vec![-0.5],
                ..before.clone()
            },
            numbers(0),
        ),
        (
            State {
                numbers: vec![0.5; 4],
                ..before.clone()
            },
            numbers(4),
        ),
        (
            State {
                slots: vec![vec![vec![0.0; 6]]],
                ..before.clone()
            },
            slots(6),
        ),
        (
            State {
                slots: vec![vec![vec![0.0; 6], vec![0.0; 5]]],
                ..before.clone()
            },
            slots(11),
        ),
    ] {
        assert_eq!(optimizer.restore(state, &device()), Err(error));
        assert_eq!(optimizer.state().await, before);
    }
}
