//! Divergence is seen, told and survived.

use crate::{checkpoint, resume};
use fireside_tests::block_on;
use fireside_tests::data::sample;
use fireside_tests::runs::{next, run, text, to_the_end};
use fireside_training::Event;
use fireside_training::event::Divergence;
use std::sync::Arc;

#[test]
fn a_diverging_run_is_stopped_by_the_watchdog() {
    let data = Arc::new(sample(2_000, 50));
    // No softmax to hold the output down, a learning rate out of all reason.
    let text = text("13.3", &[("layers[2].activation", "linear")])
        .replace("categorical_crossentropy", "mean_squared_error")
        .replace(
            "{ name = \"adam\", learning_rate = 0.001 }",
            "{ name = \"sgd\", learning_rate = 100 }",
        );
    let mut run = run(&text, &data);
    let events = to_the_end(&mut run);
    let last = events.last().cloned();
    let Some(Event::Diverged {
        epoch,
        step,
        reason,
    }) = last
    else {
        panic!("{last:?}");
    };
    assert!(epoch == 1 && step > 1, "{epoch} {step}");
    assert!(matches!(
        reason,
        Divergence::LossNan | Divergence::LossInfinite
    ));
    // It stays stopped, says so, and everything that was shown before was a number.
    assert_eq!(Some(next(&mut run)), last);
    assert!(run.state().finished);
    for event in &events {
        if let Event::Step { loss, .. } = event {
            assert!(loss.is_finite());
        }
    }
    let report = block_on(run.report(5)).expect("a report");
    assert_eq!(report.rows, 50);
}

/// Weights may break in the last update of an epoch: the evaluation behind it must not bring numbers that
/// are none into the history, which is saved and shown.
#[test]
fn divergence_in_the_last_update_of_an_epoch_is_seen() {
    let data = Arc::new(sample(1_000, 50));
    let set = [("layers[2].activation", "linear"), ("training.epochs", "1")];
    for batch in ["1000", "500", "334", "250", "200"] {
        let text = text("13.3", &set)
            .replace("categorical_crossentropy", "mean_squared_error")
            .replace("batch_size = 200", &format!("batch_size = {batch}"))
            .replace(
                "{ name = \"adam\", learning_rate = 0.001 }",
                "{ name = \"sgd\", learning_rate = 1e2, momentum = 0.9 }",
            )
            .replace("scale = 255", "scale = 0.000001");
        let mut run = run(&text, &data);
        let events = to_the_end(&mut run);
        let Some(Event::Diverged { .. }) = events.last() else {
            panic!("batch {batch}: {:?}", events.last());
        };
        assert!(
            run.state().history.iter().all(|e| e.test.loss.is_finite()),
            "batch {batch}"
        );
        let saved = checkpoint(&run);
        resume(&saved, &data).unwrap_or_else(|error| panic!("batch {batch}: {error}"));
    }
}
