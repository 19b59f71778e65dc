//! Looking inside: what is shown is what the update does, and the run never notices.

use crate::{small, weights};
use fireside_tests::block_on;
use fireside_tests::data::sample;
use fireside_tests::runs::{losses, run};
use fireside_training::{Inside, Run};
use std::sync::Arc;

fn inside(run: &Run, what: Inside) -> Vec<Vec<f32>> {
    block_on(run.inside(what)).expect("numbers")
}

/// Gradients by layer, and the loss.
fn gradients(run: &Run, back: bool) -> (Vec<Vec<f32>>, f64) {
    let mut layers = inside(run, Inside::Gradients { back });
    let loss = layers.pop().expect("the loss")[0];
    (layers, loss.into())
}

/// Plain descent: an update is the gradient times the rate, which makes the gradients visible from outside.
fn descent() -> String {
    small(&[
        ("training.optimizer.name", "sgd"),
        ("training.optimizer.learning_rate", "0.05"),
    ])
}

#[test]
fn the_gradients_shown_are_those_of_the_next_update() {
    let data = Arc::new(sample(1_000, 100));
    let mut run = run(&descent(), &data);
    // 5 updates an epoch; the fifth one is its last.
    for update in 0..5 {
        let (seen, shown) = gradients(&run, false);
        let before = inside(&run, Inside::Weights);
        let loss = losses(&mut run, 1)[0];
        assert_eq!(shown, f64::from(loss as f32), "update {update}");
        let mut trained = 0;
        for ((was, is), gradient) in before.iter().zip(inside(&run, Inside::Weights)).zip(&seen) {
            assert_eq!(was.len(), gradient.len());
            for ((was, is), gradient) in was.iter().zip(is).zip(gradient) {
                assert!(
                    (was - 0.05 * gradient - is).abs() <= 1e-6,
                    "update {update}"
                );
                trained += 1;
            }
        }
        // 4·26, then 576·16 + 16, then 170.
        assert_eq!(trained, 9_506);
        // The same rows and masks: the update has made this loss smaller.
        let (_, after) = gradients(&run, true);
        assert!(after < loss, "update {update}: {loss} -> {after}");
    }
}

#[test]
fn whoever_looks_disturbs_nothing() {
    let data = Arc::new(sample(600, 100));
    let (mut seen, mut unseen) = (run(&small(&[]), &data), run(&small(&[]), &data));
    for _ in 0..8 {
        for back in [false, true] {
            gradients(&seen, back);
        }
        for layer in 0..9 {
            inside(&seen, Inside::Activations { layer });
        }
        assert_eq!(losses(&mut seen, 1), losses(&mut unseen, 1));
    }
    assert_eq!(weights(&seen), weights(&unseen));
}

#[test]
fn activations_are_what_a_layer_gives() {
    let data = Arc::new(sample(1_000, 100));
    let run = run(&small(&[]), &data);
    let of = |layer| inside(&run, Inside::Activations { layer }).remove(0);
    // 64 rows are shown; relu gives nothing below zero, softmax shares of one.
    let first = of(0);
    assert_eq!(first.len(), 64 * 4 * 24 * 24);
    assert!(first.iter().all(|value| *value >= 0.0) && first.iter().any(|value| *value > 0.0));
    let last = run.checked().layers.len() - 1;
    for row in of(last).chunks(10) {
        assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-5);
    }
    assert_eq!(of(last).len(), 640);
    assert_eq!(of(last + 1), of(last));
}
