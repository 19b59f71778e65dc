//! The run as a host sees it: one seed, one run; checkpoints; hostile files; divergence; answers.

use burn::tensor::{Tensor, TensorData};
use fireside_datasets::{Dataset, Origin, digits, official_shape};
use fireside_inference::{DrawingState, InferenceError, Model};
use fireside_network::{Mode, Value, cpu};
use fireside_spec::Checked;
use fireside_tests::data::sample;
use fireside_tests::dice::{Dice, mutate_bytes};
use fireside_tests::runs::{checked, losses, next, run, text, to_the_end};
use fireside_tests::block_on;
use fireside_training::event::Divergence;
use fireside_training::loss::{best, row_loss};
use fireside_training::{Event, Run, TrainingError};
use std::sync::Arc;

/// 13.4 (convolution, dropout) made small.
fn small(set: &[(&str, &str)]) -> String {
    let text = text("13.4", &[("layers[0].filters", "4"), ("layers[4].units", "16")]);
    set.iter().fold(text, |text, (path, value)| {
        fireside_spec::edit::set(&text, path, value).expect("a place of 13.4")
    })
}

fn checkpoint(run: &Run) -> Vec<u8> {
    block_on(run.checkpoint()).expect("a checkpoint")
}

fn weights(run: &Run) -> Vec<u8> {
    block_on(run.weights()).expect("a model file")
}

fn resume(bytes: &[u8], data: &Arc<Dataset>) -> Result<Run, TrainingError> {
    let shape = data.data_shape();
    let check = |text: &str| -> Option<Checked> {
        fireside_spec::card::read(text, |_| Some(shape.clone()), "").ok()
    };
    Run::resume(bytes, check, Arc::clone(data), cpu())
}

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
    let text = small(&[("training.optimizer.learning_rate", "0"), ("layers[2].rate", "0")]);
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
fn a_resumed_run_goes_on_as_if_nothing_had_happened() {
    let data = Arc::new(sample(1_000, 300));
    let split = small(&[("data.validation_split", "0.2")]);
    // 5 updates an epoch (4 with the split): in the middle, at the end, in the second epoch.
    for (text, before) in [(small(&[]), 3), (small(&[]), 5), (small(&[]), 8), (split, 4)] {
        let mut whole = run(&text, &data);
        losses(&mut whole, before);
        let saved = checkpoint(&whole);
        assert_eq!(saved, checkpoint(&whole), "a checkpoint is not the same twice");
        let mut resumed = resume(&saved, &data).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(resumed.state(), whole.state());
        assert_eq!(losses(&mut resumed, 10), losses(&mut whole, 10), "after {before}");
        assert_eq!(weights(&resumed), weights(&whole), "after {before}");
        assert_eq!(resumed.state(), whole.state());
    }
}

#[test]
fn a_checkpoint_during_evaluation_evaluates_again() {
    let data = Arc::new(sample(600, 700));
    let mut whole = run(&small(&[("training.epochs", "2")]), &data);
    losses(&mut whole, 3);
    let event = next(&mut whole);
    assert!(matches!(event, Event::Evaluating { done: 250, total: 700, .. }), "{event:?}");
    let mut resumed = resume(&checkpoint(&whole), &data).expect("a checkpoint");
    let (a, b) = (to_the_end(&mut whole), to_the_end(&mut resumed));
    let epochs = |events: &[Event]| -> Vec<Event> {
        let epoch = |event: &&Event| matches!(event, Event::Epoch(_));
        events.iter().filter(epoch).cloned().collect()
    };
    assert_eq!(epochs(&a), epochs(&b));
    assert_eq!(a.last(), b.last());
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
    let values = |bytes: &[u8]| {
        let head = 8 + u64::from_le_bytes(bytes[..8].try_into().expect("eight bytes")) as usize;
        bytes[head..].to_vec()
    };
    assert_eq!(values(&weights(&run)), values(&before));
    let resumed = resume(&checkpoint(&run), &data).expect("a checkpoint");
    assert_eq!(resumed.state().learning_rate, 0.0);
}

#[test]
fn a_checkpoint_of_other_data_is_refused() {
    let data = Arc::new(sample(400, 50));
    let run = run(&small(&[]), &data);
    let other = Arc::new(digits::sample(8, 400, 50));
    assert_eq!(resume(&checkpoint(&run), &other).err().map(|e| e.code()), Some("checkpoint_corrupt"));
    let fewer = Arc::new(sample(300, 50));
    assert_eq!(resume(&checkpoint(&run), &fewer).err().map(|e| e.code()), Some("checkpoint_corrupt"));
    // A model file is no checkpoint, a checkpoint is no picture.
    assert!(resume(&weights(&run), &data).is_err());
    assert!(resume(&[], &data).is_err());
    assert!(resume(b"\x89PNG\r\n\x1a\n", &data).is_err());
    let text = small(&[]);
    let found = Run::new(&text, checked(&text, &data), fewer, cpu());
    assert_eq!(found.err().map(|error| error.code()), Some("data_mismatch"));
}

fn head(bytes: &[u8]) -> usize {
    8 + u64::from_le_bytes(bytes[..8].try_into().expect("eight bytes")) as usize
}

/// Never a panic: an error with a code, or a run that can go on.
#[test]
fn damaged_checkpoints_are_refused_or_harmless() {
    let data = Arc::new(sample(400, 20));
    let mut whole = run(&small(&[("training.epochs", "3")]), &data);
    losses(&mut whole, 3);
    let bytes = checkpoint(&whole);
    let head = head(&bytes);
    let (mut refused, mut went_on) = (0, 0);
    let cuts = (0..40).map(|cut| bytes[..bytes.len() * cut / 40].to_vec());
    let mutated = (0..500).map(|case| mutate_bytes(&bytes, head, &mut Dice::new(1, case)));
    for (case, damaged) in cuts.chain(mutated).enumerate() {
        match resume(&damaged, &data) {
            Err(error) => {
                assert_eq!(error.code(), "checkpoint_corrupt", "case {case}: {error}");
                refused += 1;
            }
            Ok(mut run) => {
                // A changed number in the middle can't be told from a trained one.
                assert!(case >= 40, "a checkpoint cut at {case}/40 was taken");
                let state = run.state();
                assert!(state.epoch <= state.epochs && state.step <= state.steps_per_epoch);
                next(&mut run);
                next(&mut run);
                checkpoint(&run);
                went_on += 1;
            }
        }
    }
    assert!(refused > 200 && went_on > 20, "{refused} refused, {went_on} went on");
}

#[test]
fn damaged_model_files_are_refused_or_harmless() {
    let data = Arc::new(sample(200, 20));
    let bytes = weights(&run(&small(&[]), &data));
    let load = |bytes: &[u8]| Model::load(bytes, official_shape, cpu());
    let whole = load(&bytes).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((whole.info().seed, whole.info().epochs), (7, 0));
    assert_eq!(whole.info().data, data.checksum);
    let head = head(&bytes);
    let picture = data.test.row(0);
    let (mut refused, mut answered) = (0, 0);
    let cuts = (0..40).map(|cut| bytes[..bytes.len() * cut / 40].to_vec());
    let mutated = (0..500).map(|case| mutate_bytes(&bytes, head, &mut Dice::new(2, case)));
    for (case, damaged) in cuts.chain(mutated).enumerate() {
        match load(&damaged) {
            Err(error) => {
                assert!(error.code().starts_with("model_"), "case {case}: {error}");
                refused += 1;
            }
            Ok(model) => {
                assert!(case >= 40, "a file cut at {case}/40 was taken");
                match block_on(model.judge(picture)) {
                    Ok(probabilities) => assert_eq!(probabilities.len(), 10),
                    Err(error) => assert_eq!(error.code(), "model_input", "case {case}"),
                }
                answered += 1;
            }
        }
    }
    assert!(refused > 200 && answered > 20, "{refused} refused, {answered} answered");
}

#[test]
fn a_diverging_run_is_stopped_by_the_watchdog() {
    let data = Arc::new(sample(2_000, 50));
    // No softmax to hold the output down, a learning rate out of all reason.
    let text = text("13.3", &[("layers[2].activation", "linear")])
        .replace("categorical_crossentropy", "mean_squared_error")
        .replace("{ name = \"adam\", learning_rate = 0.001 }", "{ name = \"sgd\", learning_rate = 100 }");
    let mut run = run(&text, &data);
    let events = to_the_end(&mut run);
    let last = events.last().cloned();
    let Some(Event::Diverged { epoch, step, reason }) = last else {
        panic!("{last:?}");
    };
    assert!(epoch == 1 && step > 1, "{epoch} {step}");
    assert!(matches!(reason, Divergence::LossNan | Divergence::LossInfinite));
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
            .replace("{ name = \"adam\", learning_rate = 0.001 }", "{ name = \"sgd\", learning_rate = 1e2, momentum = 0.9 }")
            .replace("scale = 255", "scale = 0.000001");
        let mut run = run(&text, &data);
        let events = to_the_end(&mut run);
        let Some(Event::Diverged { .. }) = events.last() else {
            panic!("batch {batch}: {:?}", events.last());
        };
        assert!(run.state().history.iter().all(|e| e.test.loss.is_finite()), "batch {batch}");
        let saved = checkpoint(&run);
        resume(&saved, &data).unwrap_or_else(|error| panic!("batch {batch}: {error}"));
    }
}

#[test]
fn an_epoch_s_scores_do_not_depend_on_the_batch_of_evaluation() {
    let data = Arc::new(sample(600, 523));
    let mut run = run(&small(&[("training.epochs", "1"), ("data.validation_split", "0.3")]), &data);
    let events = to_the_end(&mut run);
    let Some(Event::Epoch(scores)) = events.iter().find(|event| matches!(event, Event::Epoch(_))) else {
        panic!("no epoch in {events:?}");
    };
    let checked = run.checked().clone();
    let judge = |part: &fireside_datasets::Pictures, rows: std::ops::Range<usize>, batch: usize| {
        let (mut loss, mut correct) = (0.0, 0);
        let count = rows.len();
        for start in rows.clone().step_by(batch) {
            let end = (start + batch).min(rows.end);
            let pixels = (start..end).flat_map(|row| part.row(row));
            let values: Vec<f32> = pixels.map(|pixel| f32::from(*pixel) / 255.0).collect();
            let input = TensorData::new(values, [end - start, 1, 28, 28]);
            let input = Value::Picture(Tensor::from_data(input, &cpu()));
            let output = run.network().forward(input, Mode::Use).into_flat();
            let output = output.into_data().try_to_vec::<f32>().expect("f32 values");
            for (row, values) in (start..end).zip(output.chunks_exact(10)) {
                let label = usize::from(part.labels()[row]);
                loss += row_loss(checked.training.loss, values, label);
                correct += u32::from(best(values) == label);
            }
        }
        (loss / count as f64, f64::from(correct) / count as f64)
    };
    let validation = scores.validation.expect("a validation score");
    assert_eq!((scores.test.rows, validation.rows, scores.train.rows), (523, 180, 420));
    for batch in [1, 7, 64, 523] {
        for (score, part, rows) in [(scores.test, &data.test, 0..523), (validation, &data.train, 420..600)] {
            let (loss, accuracy) = judge(part, rows, batch);
            assert!((loss - score.loss).abs() < 1e-6 * loss, "batch {batch}: {loss} {}", score.loss);
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
        assert_eq!(one.pixels, data.test.row(one.row as usize));
        assert_eq!(one.label, u32::from(data.test.labels()[one.row as usize]));
        assert_ne!(one.guesses[0].class, one.label);
        assert!(one.guesses.len() == 3 && one.guesses[0].probability >= one.guesses[2].probability);
    }
}

#[test]
fn events_of_a_run_tell_its_whole_story() {
    let data = Arc::new(sample(450, 300));
    let mut run = run(&small(&[("training.epochs", "2"), ("training.batch_size", "200")]), &data);
    let events = to_the_end(&mut run);
    let steps: Vec<(u32, u32, u32, u32)> = events
        .iter()
        .filter_map(|event| match event {
            Event::Step { epoch, step, update, rows, .. } => Some((*epoch, *step, *update, *rows)),
            _ => None,
        })
        .collect();
    let expected = [
        (1, 1, 1, 200), (1, 2, 2, 200), (1, 3, 3, 50), (2, 1, 4, 200), (2, 2, 5, 200), (2, 3, 6, 50),
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

/// A drawing of 280 x 280 from a picture of 28 x 28.
fn enlarged(pixels: &[u8]) -> Vec<u8> {
    (0..280 * 280)
        .map(|at| pixels[at / 2_800 * 28 + at % 280 / 10])
        .collect()
}

#[test]
fn the_built_in_sample_can_be_learned_and_drawings_are_answered() {
    let data = Arc::new(sample(6_000, 1_000));
    assert_eq!(data.origin, Origin::Sample);
    let mut run = run(&text("13.3", &[("training.epochs", "3")]), &data);
    let events = to_the_end(&mut run);
    let Some(Event::Finished { test, .. }) = events.last() else {
        panic!("{:?}", events.last());
    };
    println!("13.3 on the built-in sample, three epochs: {:.4}", test.accuracy);
    assert!(test.accuracy > 0.90, "{test:?}");

    let model = Model::load(&weights(&run), official_shape, cpu());
    let model = model.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(model.info().test_accuracy, Some(test.accuracy));
    let draw = |ink: &[u8], width, height| block_on(model.draw(ink, width, height));
    let empty = draw(&vec![0; 280 * 280], 280, 280).expect("an answer");
    assert_eq!((empty.state, empty.probabilities.len()), (DrawingState::Empty, 0));
    let mut dot = vec![0u8; 280 * 280];
    for at in 0..100 {
        dot[(130 + at / 10) * 280 + 130 + at % 10] = 255;
    }
    let dot = draw(&dot, 280, 280).expect("an answer");
    assert_eq!((dot.state, dot.pixels.len()), (DrawingState::Dot, 0));
    let mut right = 0;
    for row in 0..100 {
        let (pixels, label) = data.test.get(row).expect("a test row");
        let answer = draw(&enlarged(pixels), 280, 280).expect("an answer");
        assert_eq!((answer.state, answer.pixels.len()), (DrawingState::Digit, 784));
        let sum: f64 = answer.probabilities.iter().sum();
        assert!((sum - 1.0).abs() < 1e-5, "{sum}");
        // The answer is the network's judgement of the little picture that is shown.
        let again = block_on(model.judge(&answer.pixels)).expect("an answer");
        assert_eq!(answer.probabilities, again);
        let narrow: Vec<f32> = answer.probabilities.iter().map(|p| *p as f32).collect();
        right += usize::from(best(&narrow) == usize::from(label));
    }
    println!("{right} of 100 drawings right");
    assert!(right >= 80, "{right} of 100");
    assert_eq!(
        draw(&[0; 10], 280, 280).expect_err("ten values").code(),
        "picture_size"
    );
    assert_eq!(
        draw(&[], usize::MAX, usize::MAX).expect_err("no values").code(),
        "picture_size"
    );
    let few = block_on(model.judge(&[0; 3])).expect_err("three values");
    assert!(matches!(few, InferenceError::Picture { expected: 784, found: 3 }));
}
