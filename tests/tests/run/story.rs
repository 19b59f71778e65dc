//! Events, order of rows, scores: one seed is one story.

use crate::{checkpoint, head, resume, small, weights};
use burn::tensor::{Tensor, TensorData};
use fireside_network::{Mode, Value, cpu};
use fireside_tests::block_on;
use fireside_tests::data::{pictures, sample};
use fireside_tests::runs::{losses, next, run, text, to_the_end};
use fireside_training::losses::row_loss;
use fireside_training::{Event, best};
use std::sync::Arc;

#[test]
fn the_same_seed_is_the_same_run_bit_for_bit() {
    let data = Arc::new(sample(1_000, 200));
    for text in [small(&[]), text("002-LENET", &[("layers[5].units", "32")])] {
        let (mut a, mut b) = (run(&text, &data), run(&text, &data));
        assert_eq!(losses(&mut a, 20), losses(&mut b, 20));
        assert_eq!(weights(&a), weights(&b));
        assert_eq!(a.state(), b.state());
    }
    let other = small(&[("seed", "8")]);
    let (mut a, mut b) = (run(&small(&[]), &data), run(&other, &data));
    assert_ne!(losses(&mut a, 3), losses(&mut b, 3));
}

#[test]
fn rows_are_shuffled_anew_every_epoch_unless_file_order_is_kept() {
    let data = Arc::new(sample(400, 50));
    // A learning rate of zero: only the order of rows (and the dropout mask, here off) makes a difference.
    let text = small(&[
        ("training.optimizer.learning_rate", "0"),
        ("layers[2].rate", "0"),
    ]);
    let mut shuffled = run(&text, &data);
    let epochs = losses(&mut shuffled, 4);
    assert_ne!(epochs[..2], epochs[2..]);
    let mut kept = run(&text, &data);
    kept.keep_file_order();
    assert_ne!(losses(&mut kept, 2), epochs[..2]);
    // The same rows, so the same mean.
    let means = [epochs[0] + epochs[1], epochs[2] + epochs[3]];
    assert!((means[0] - means[1]).abs() < 1e-6, "{means:?}");
}

#[test]
fn an_epoch_s_scores_do_not_depend_on_the_batch_of_evaluation() {
    let data = Arc::new(sample(600, 523));
    let mut run = run(
        &small(&[("training.epochs", "1"), ("data.validation_split", "0.3")]),
        &data,
    );
    let events = to_the_end(&mut run);
    let Some(Event::Epoch(scores)) = events.iter().find(|event| matches!(event, Event::Epoch(_)))
    else {
        panic!("no epoch in {events:?}");
    };
    let checked = run.checked().clone();
    let judge = |part: &fireside_datasets::Rows, rows: std::ops::Range<usize>, batch: usize| {
        let part = pictures(part);
        let (mut loss, mut correct) = (0.0, 0);
        let count = rows.len();
        for start in rows.clone().step_by(batch) {
            let end = (start + batch).min(rows.end);
            let pixels = (start..end).flat_map(|row| part.row(row));
            let values: Vec<f32> = pixels.map(|pixel| f32::from(*pixel) / 255.0).collect();
            let input = TensorData::new(values, [end - start, 1, 28, 28]);
            let input = Value::Picture(Tensor::from_data(input, &cpu()));
            let output = run.network().forward(vec![input], Mode::Use).into_flat();
            let output = output.into_data().try_to_vec::<f32>().expect("f32 values");
            for (row, values) in (start..end).zip(output.chunks_exact(10)) {
                let label = usize::from(part.labels()[row]);
                loss += row_loss(
                    &checked.training.loss,
                    checked.experiment.dialect,
                    values,
                    label,
                );
                correct += u32::from(best(values) == label);
            }
        }
        (loss / count as f64, f64::from(correct) / count as f64)
    };
    let validation = scores.validation.expect("a validation score");
    assert_eq!(
        (scores.test.rows, validation.rows, scores.train.rows),
        (523, 180, 420)
    );
    for batch in [1, 7, 64, 523] {
        for (score, part, rows) in [
            (scores.test, &data.test, 0..523),
            (validation, &data.train, 420..600),
        ] {
            let (loss, accuracy) = judge(part, rows, batch);
            assert!(
                (loss - score.loss).abs() < 1e-6 * loss,
                "batch {batch}: {loss} {}",
                score.loss
            );
            assert_eq!(accuracy, score.accuracy, "batch {batch}");
        }
    }
    let report = block_on(run.report(1_000)).expect("a report");
    assert_eq!(f64::from(report.correct) / 523.0, scores.test.accuracy);
    assert_eq!(report.mistakes, 523 - report.correct);
    assert_eq!(report.misjudged.len(), report.mistakes as usize);
    let diagonal: u32 = (0..10).map(|class| report.confusion[class][class]).sum();
    assert_eq!(diagonal, report.correct);
    assert_eq!(report.confusion.iter().flatten().sum::<u32>(), 523);
    for one in &report.misjudged {
        assert_eq!(one.pixels, pictures(&data.test).row(one.row as usize));
        let label = data.test.label(one.row as usize).expect("a label");
        assert_eq!(one.label as usize, label);
        assert_ne!(one.guesses[0].class, one.label);
        assert!(one.guesses.len() == 3 && one.guesses[0].probability >= one.guesses[2].probability);
    }
}

#[test]
fn events_of_a_run_tell_its_whole_story() {
    let data = Arc::new(sample(450, 300));
    let mut run = run(
        &small(&[("training.epochs", "2"), ("training.batch_size", "200")]),
        &data,
    );
    let events = to_the_end(&mut run);
    let steps: Vec<(u32, u32, u32, u32)> = events
        .iter()
        .filter_map(|event| match event {
            Event::Step {
                epoch,
                step,
                update,
                rows,
                ..
            } => Some((*epoch, *step, *update, *rows)),
            _ => None,
        })
        .collect();
    let expected = [
        (1, 1, 1, 200),
        (1, 2, 2, 200),
        (1, 3, 3, 50),
        (2, 1, 4, 200),
        (2, 2, 5, 200),
        (2, 3, 6, 50),
    ];
    assert_eq!(steps, expected);
    let Some(Event::Finished { epochs: 2, test }) = events.last() else {
        panic!("{:?}", events.last());
    };
    let history = run.state().history;
    assert_eq!(history.len(), 2);
    assert_eq!(history[1].test, *test);
    assert_eq!(history[0].train.rows, 450);
    assert!(run.state().finished);
    assert_eq!(next(&mut run), *events.last().expect("an event"));
    // The end survives a checkpoint.
    let mut resumed = resume(&checkpoint(&run), &data).expect("a checkpoint");
    assert_eq!(next(&mut resumed), *events.last().expect("an event"));
}

#[test]
fn the_learning_rate_is_changed_from_the_next_update_on_and_saved() {
    let data = Arc::new(sample(600, 50));
    let mut run = run(&small(&[]), &data);
    losses(&mut run, 1);
    run.set_learning_rate(0.0);
    let before = weights(&run);
    let Event::Step { learning_rate, .. } = next(&mut run) else {
        panic!("not a step");
    };
    assert_eq!(learning_rate, 0.0);
    let values = |bytes: &[u8]| bytes[head(bytes)..].to_vec();
    assert_eq!(values(&weights(&run)), values(&before));
    let resumed = resume(&checkpoint(&run), &data).expect("a checkpoint");
    assert_eq!(resumed.state().learning_rate, 0.0);
}

/// Mean training loss of every epoch.
fn epochs(text: &str, data: &Arc<fireside_datasets::Dataset>) -> Vec<f64> {
    let events = to_the_end(&mut run(text, data)).into_iter();
    let loss = |event| match event {
        Event::Epoch(scores) => Some(scores.train.loss),
        _ => None,
    };
    events.filter_map(loss).collect()
}

#[test]
fn every_loss_becomes_smaller() {
    let data = Arc::new(sample(400, 50));
    for loss in [
        "mse",
        "mae",
        "huber",
        "logcosh",
        "binary_crossentropy",
        "categorical_crossentropy",
        "sparse_categorical_crossentropy",
        "hinge",
        "squared_hinge",
        "kld",
        "poisson",
    ] {
        for dialect in ["keras2", "keras3"] {
            let text = small(&[
                ("training.loss", loss),
                ("dialect", dialect),
                ("training.batch_size", "40"),
                ("training.epochs", "3"),
            ]);
            let losses = epochs(&text, &data);
            assert_eq!(losses.len(), 3, "{loss} {dialect}");
            assert!(losses[2] < losses[0], "{loss} {dialect}: {losses:?}");
        }
    }
}

#[test]
fn class_weights_weigh_the_training_loss_and_nothing_else() {
    let data = Arc::new(sample(200, 50));
    let weighted = |weights: &str, dialect: &str| {
        let text = small(&[("training.batch_size", "200"), ("dialect", dialect)]);
        let with = format!("class_weight = [{weights}]\nepochs = 10");
        let mut run = run(&text.replacen("epochs = 10", &with, 1), &data);
        run.keep_file_order();
        losses(&mut run, 2)
    };
    let plain = weighted("", "keras2");
    assert_eq!(weighted("1, 1, 1, 1, 1, 1, 1, 1, 1, 1", "keras2"), plain);
    // Only class 3 counts: by Keras 2's rule its mean loss, by Keras 3's that times its share of the rows.
    let only = "0, 0, 0, 1, 0, 0, 0, 0, 0, 0";
    let (two, three) = (weighted(only, "keras2"), weighted(only, "keras3"));
    let count = pictures(&data.train)
        .labels()
        .iter()
        .filter(|label| **label == 3)
        .count();
    let share = count as f64 / 200.0;
    assert!(share > 0.0 && share < 1.0);
    assert!(
        (two[0] * share - three[0]).abs() < 1e-6 * two[0],
        "{two:?} {three:?} {share}"
    );
    assert!(
        (two[0] - plain[0]).abs() > 1e-3 && two[1] < two[0],
        "{two:?} {plain:?}"
    );
}

/// Keras 3 on TensorFlow works a cross-entropy out from the numbers behind the softmax: the same run as with these
/// numbers as output and `from_logits`.
#[test]
fn a_stable_loss_is_that_of_the_logits() {
    let data = Arc::new(sample(200, 50));
    let softmax = small(&[("dialect", "keras3"), ("training.epochs", "2")]);
    let (from, to) = ("activation = \"softmax\"", "activation = \"linear\"");
    assert!(softmax.contains(from));
    let name = "\"categorical_crossentropy\"";
    let with = |table: &str| softmax.replacen(name, &format!("{{ name = {name}, {table} }}"), 1);
    let logits = with("from_logits = true").replacen(from, to, 1);
    let (mut stable, mut open) = (run(&softmax, &data), run(&logits, &data));
    let events = to_the_end(&mut stable);
    assert_eq!(events, to_the_end(&mut open));
    let report = |run: &fireside_training::Run| block_on(run.report(10)).expect("a report");
    let (closed, raw) = (report(&stable), report(&open));
    assert_eq!(closed.confusion, raw.confusion);
    let sum =
        |m: &fireside_training::Misjudged| m.guesses.iter().map(|g| g.probability).sum::<f64>();
    assert!(
        closed
            .misjudged
            .iter()
            .all(|m| (0.0..=1.0 + 1e-6).contains(&sum(m)))
    );
    // From clipped probabilities it is the same but for rounding, as long as none is clipped.
    let mut clipped = run(&with("stable = false"), &data);
    let (a, b) = (
        losses(&mut clipped, 1),
        losses(&mut run(&softmax, &data), 1),
    );
    assert!(a != b && (a[0] - b[0]).abs() < 1e-5, "{a:?} {b:?}");
}
