//! Update rules: ten updates of six weights.

use burn::tensor::{Tensor, TensorData};
use fireside_network::cpu;
use fireside_optimizers::{Optimizer, WeightFacts};
use fireside_tests::compare::{Agreement, wide};
use fireside_tests::reference::{OptimizerCase, Optimizers, read};
use fireside_tests::runs::text;
use fireside_tests::tolerance::SINGLE;

/// The rule as the language of experiments reads it.
fn rule(case: &OptimizerCase) -> fireside_spec::Optimizer {
    let mut fields = vec![format!("name = \"{}\"", case.class_name.to_lowercase())];
    for (name, value) in &case.config {
        let name = if name == "lr" { "learning_rate" } else { name };
        fields.push(format!("{name} = {value}"));
    }
    let book = "optimizer = { name = \"adam\", learning_rate = 0.001 }";
    let text = text("13.4", &[]);
    assert!(text.contains(book), "13.4 has another optimizer line");
    let text = text.replace(book, &format!("optimizer = {{ {} }}", fields.join(", ")));
    let experiment = fireside_spec::parse(&text)
        .unwrap_or_else(|problems| panic!("{}: {problems:?}", case.name));
    experiment.training.expect("13.4 trains").optimizer
}

fn tensor(values: &[f64]) -> Tensor<1> {
    let values: Vec<f32> = values.iter().map(|value| *value as f32).collect();
    let length = values.len();
    Tensor::from_data(TensorData::new(values, [length]), &cpu())
}

fn values(tensor: &Tensor<1>) -> Vec<f64> {
    let data = tensor.clone().into_data();
    wide(&data.try_to_vec::<f32>().expect("f32 values"))
}

#[test]
fn ten_updates_agree_on_the_host_and_on_a_device() {
    let reference: Optimizers = read("optimizers.json");
    let mut agreement = Agreement::new();
    for case in &reference.cases {
        {
            let place = "update rules";
            let length = reference.initial.len();
            let facts = vec![WeightFacts::new(&[length])];
            let mut optimizer = Optimizer::new(rule(case), facts, &cpu());
            let mut weight = tensor(&reference.initial);
            assert_eq!(reference.gradients.len(), case.after.len());
            for (gradient, after) in reference.gradients.iter().zip(&case.after) {
                optimizer.step(std::iter::once(&mut weight), vec![Some(tensor(gradient))]);
                agreement.check(place, &case.name, &values(&weight), after, SINGLE);
                // What was moved, element by element: a wrong epsilon hides behind large weights.
                for (column, (now, start)) in after.iter().zip(&reference.initial).enumerate() {
                    let moved = [values(&weight)[column] - start];
                    // Each of ten updates rounds the weight to float32 once: leave room for that.
                    let room = 10.0 * f64::from(f32::EPSILON) * now.abs().max(start.abs());
                    let limit = SINGLE * (now - start).abs() + room;
                    let group = format!("{place}: movement");
                    agreement.check_absolute(&group, &case.name, &moved, &[now - start], limit);
                }
            }
        }
    }
    agreement.finish(11 * 10 * 7);
}

#[test]
fn a_weight_without_a_gradient_stays_as_it_is() {
    let reference: Optimizers = read("optimizers.json");
    let mut optimizer = Optimizer::new(
        rule(&reference.cases[0]),
        vec![WeightFacts::new(&[6]); 2],
        &cpu(),
    );
    let mut weights = [tensor(&reference.initial), tensor(&reference.initial)];
    let before = values(&weights[0]);
    let gradients = vec![None, Some(tensor(&reference.gradients[0]))];
    optimizer.step(weights.iter_mut(), gradients);
    assert_eq!(values(&weights[0]), before);
    assert_ne!(values(&weights[1]), before);
}
