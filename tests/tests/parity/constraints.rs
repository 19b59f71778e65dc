//! Penalties, clipping and constraints: ten updates of a dense kernel, a convolution kernel and a bias.

use super::updates::{Extras, SeveralCase, Updates, check, tensor, toml, training, written};
use burn::tensor::Tensor;
use fireside_optimizers::{Optimizer, WeightFacts, composed};
use fireside_spec::{Axes, Clip, Constraint, Regularizer};
use fireside_tests::compare::Agreement;
use fireside_tests::data::official_rows;
use fireside_tests::engine::{device, values};
use fireside_tests::reference::read;
use fireside_tests::runs;
use fireside_tests::tolerance::{RUN, SINGLE};
use serde_json::{Map, Value};
use std::sync::Arc;

fn regularizer(fields: &Map<String, Value>) -> Regularizer {
    let number = |name: &str| fields[name].as_f64().expect("a number");
    Regularizer {
        l1: number("l1"),
        l2: number("l2"),
    }
}

fn constraint(fields: &Map<String, Value>) -> Constraint {
    let number = |name: &str, default| {
        fields
            .get(name)
            .map_or(default, |v| v.as_f64().expect("f64"))
    };
    let axis = |value: &Value| value.as_u64().expect("an axis") as usize;
    let axes = match fields.get("axis") {
        None => Axes::of(&[0]),
        Some(Value::Array(list)) => Axes::of(&list.iter().map(axis).collect::<Vec<_>>()),
        Some(value) => Axes::of(&[axis(value)]),
    };
    match fields["name"].as_str() {
        Some("max_norm") => Constraint::MaxNorm {
            max_value: number("max_value", 2.0),
            axes,
        },
        Some("unit_norm") => Constraint::UnitNorm { axes },
        Some("min_max_norm") => Constraint::MinMaxNorm {
            min_value: number("min_value", 0.0),
            max_value: number("max_value", 1.0),
            rate: number("rate", 1.0),
            axes,
        },
        Some("non_neg") => Constraint::NonNeg,
        other => panic!("{other:?}"),
    }
}

fn facts(shape: &[usize], extras: &Extras) -> WeightFacts {
    WeightFacts {
        // As the engine has it: out, in, rows, columns.
        order: if shape.len() == 4 {
            vec![3, 2, 0, 1]
        } else {
            vec![]
        },
        regularizer: extras.regularizer.as_ref().map(regularizer),
        constraint: extras.constraint.as_ref().map(constraint),
        frozen: extras.frozen,
        ..WeightFacts::new(shape)
    }
}

/// Where the numbers of a tensor in Keras's layout lie in the engine: a convolution kernel as out, in, rows, columns.
fn places(shape: &[usize]) -> Vec<usize> {
    let [rows, columns, inputs, outputs] = *shape else {
        return (0..shape.iter().product()).collect();
    };
    let mut places = Vec::new();
    for row in 0..rows {
        for column in 0..columns {
            for input in 0..inputs {
                places.extend(
                    (0..outputs)
                        .map(|output| ((output * inputs + input) * rows + row) * columns + column),
                );
            }
        }
    }
    places
}

/// A tensor of the reference in the engine's order.
fn engine(shape: &[usize], values: &[f64]) -> Tensor<1> {
    let mut moved = vec![0.0; values.len()];
    for (value, place) in values.iter().zip(places(shape)) {
        moved[place] = *value;
    }
    tensor(&moved)
}

/// And back.
async fn keras(shape: &[usize], weight: &Tensor<1>) -> Vec<f64> {
    let values = values(weight.clone()).await;
    places(shape)
        .into_iter()
        .map(|place| values[place])
        .collect()
}

struct Composed {
    rule: Optimizer,
    facts: Vec<WeightFacts>,
    clip: Clip,
}

impl Composed {
    /// A step as on a device, with Burn's own operations around the bare rule.
    fn step(&mut self, weights: &mut [Tensor<1>], mut gradients: Vec<Option<Tensor<1>>>) {
        for ((gradient, weight), facts) in gradients.iter_mut().zip(&*weights).zip(&self.facts) {
            *gradient = gradient.take().filter(|_| !facts.frozen);
            if let Some(regularizer) = &facts.regularizer {
                let penalised = |g| composed::penalised(regularizer, g, weight.clone());
                *gradient = gradient.take().map(penalised);
            }
        }
        composed::clip(&self.clip, &mut gradients);
        self.rule.step(weights.iter_mut(), gradients);
        for (weight, facts) in weights.iter_mut().zip(&self.facts) {
            if let (Some(constraint), false) = (&facts.constraint, facts.frozen) {
                *weight = composed::constrained(constraint, facts, weight.clone());
            }
        }
    }
}

async fn compare(agreement: &mut Agreement, all: &Updates, case: &SeveralCase) {
    let optimizer = toml(&Value::Object(case.optimizer.clone()));
    let spec = training(&case.dialect, &optimizer, None).optimizer;
    let facts: Vec<WeightFacts> = all
        .weights
        .iter()
        .zip(&case.weights)
        .map(|(weight, extras)| facts(&weight.shape, extras))
        .collect();
    let start = || -> Vec<Tensor<1>> {
        let initial = all.weights.iter();
        initial
            .map(|weight| engine(&weight.shape, &weight.initial))
            .collect()
    };
    let mut slices = Optimizer::new(spec, facts.clone(), &device());
    let bare = facts
        .iter()
        .map(|facts| WeightFacts::new(&facts.shape))
        .collect();
    let plain = fireside_spec::Optimizer {
        clip: Clip::default(),
        ..spec
    };
    let mut device = Composed {
        rule: Optimizer::new(plain, bare, &device()),
        facts,
        clip: spec.clip,
    };
    let (mut on_host, mut on_device) = (start(), start());
    for update in 0..=case.after.len() {
        let expected = [case.penalties[update]];
        let got = [slices.penalty(on_host.iter()).await];
        agreement.check("penalty, slices", &case.name, &got, &expected, SINGLE);
        let got = slices.penalty_on_device(on_device.iter());
        let got = match got {
            Some(sum) => values(sum).await,
            None => vec![0.0],
        };
        agreement.check("penalty, composed", &case.name, &got, &expected, SINGLE);
        let Some(after) = case.after.get(update) else {
            break;
        };
        let gradients = || {
            let all = all.weights.iter();
            all.map(|w| Some(engine(&w.shape, &w.gradients[update])))
                .collect()
        };
        slices.step(on_host.iter_mut(), gradients());
        device.step(&mut on_device, gradients());
        for (place, weights) in [("slices", &on_host), ("composed", &on_device)] {
            for ((weight, now), expected) in all.weights.iter().zip(weights).zip(after) {
                let got = keras(&weight.shape, now).await;
                check(
                    agreement,
                    place,
                    &case.name,
                    &got,
                    expected,
                    &weight.initial,
                );
            }
        }
    }
}

pub async fn penalties_clips_and_constraints_agree() {
    let all: Updates = read("updates.json");
    let mut agreement = Agreement::new();
    for case in &all.several {
        compare(&mut agreement, &all, case).await;
    }
    agreement.finish(16 * (11 * 2 + 10 * 2 * 43));
}

/// A run of 13.3 whose text has penalty, clip, constraints and schedule: the losses are those with the penalties, as
/// Keras shows them.
pub async fn a_run_with_everything_around_the_rule_agrees() {
    let all: Updates = read("updates.json");
    let case = &all.dressed[0];
    let text = written(
        "13.3",
        "keras2",
        &toml(&case.optimizer),
        Some(&case.schedule),
    );
    let dense = "type = \"Dense\"\n";
    assert_eq!(text.matches(dense).count(), 2);
    let text = text.replace(
        dense,
        &format!(
            "{dense}kernel_regularizer = {}\nkernel_constraint = {}\nbias_constraint = {}\n",
            toml(&case.kernel_regularizer),
            toml(&case.kernel_constraint),
            toml(&case.bias_constraint)
        ),
    );
    let mut run = runs::run(&text, &Arc::new(official_rows(0..2_000, 0..10)));
    run.keep_file_order();
    let losses = runs::losses_to_come(&mut run, case.losses.len()).await;
    let shown = case.losses.iter().zip(&case.penalties);
    let shown: Vec<f64> = shown.map(|(loss, penalty)| loss + penalty).collect();
    let mut agreement = Agreement::new();
    agreement.check_absolute("run with everything", "13.3", &losses, &shown, RUN);
    agreement.finish(1);
}

/// Where the loss does not depend on a weight, its penalty still pulls at it.
pub async fn a_penalty_needs_no_gradient() {
    let spec = training("keras2", "{ name = \"sgd\", learning_rate = 0.5 }", None).optimizer;
    let facts = WeightFacts {
        regularizer: Some(Regularizer { l1: 0.0, l2: 0.25 }),
        ..WeightFacts::new(&[2])
    };
    let mut weight = tensor(&[4.0, -8.0]);
    Optimizer::new(spec, vec![facts], &device()).step(std::iter::once(&mut weight), vec![None]);
    assert_eq!(values(weight).await, [3.0, -6.0]);
}
