//! Checkpoints and model files: whole ones go on exactly, damaged ones are refused or harmless.

use crate::{checkpoint, head, resume, small, weights};
use fireside_datasets::{digits, official_shape};
use fireside_inference::Model;
use fireside_network::cpu;
use fireside_tests::block_on;
use fireside_tests::data::{pictures, sample};
use fireside_tests::dice::{Dice, mutate_bytes};
use fireside_tests::runs::{checked, losses, next, run, to_the_end};
use fireside_training::{Event, Run};
use std::sync::Arc;

#[test]
fn a_resumed_run_goes_on_as_if_nothing_had_happened() {
    let data = Arc::new(sample(1_000, 300));
    let split = small(&[("data.validation_split", "0.2")]);
    // A rule and a schedule with numbers of their own; every epoch counts as a bad one.
    let waiting = small(&[("training.optimizer.name", "nadam")]).replace(
        "\nbatch_size = ",
        "\nschedule = { name = \"reduce_on_plateau\", factor = 0.5, patience = 0, min_delta = 1e3 }\nbatch_size = ",
    );
    assert!(waiting.contains("reduce_on_plateau"));
    // 5 updates an epoch (4 with the split): in the middle, at the end, in the second epoch.
    for (text, before) in [
        (small(&[]), 3),
        (small(&[]), 5),
        (small(&[]), 8),
        (split, 4),
        (waiting, 13),
    ] {
        let mut whole = run(&text, &data);
        losses(&mut whole, before);
        let saved = checkpoint(&whole);
        assert_eq!(
            saved,
            checkpoint(&whole),
            "a checkpoint is not the same twice"
        );
        let mut resumed = resume(&saved, &data).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(resumed.state(), whole.state());
        assert_eq!(
            losses(&mut resumed, 10),
            losses(&mut whole, 10),
            "after {before}"
        );
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
    assert!(
        matches!(
            event,
            Event::Evaluating {
                done: 250,
                total: 700,
                ..
            }
        ),
        "{event:?}"
    );
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
fn a_checkpoint_of_other_data_is_refused() {
    let data = Arc::new(sample(400, 50));
    let run = run(&small(&[]), &data);
    let other = Arc::new(digits::sample(8, 400, 50));
    assert_eq!(
        resume(&checkpoint(&run), &other).err().map(|e| e.code()),
        Some("checkpoint_corrupt")
    );
    let fewer = Arc::new(sample(300, 50));
    assert_eq!(
        resume(&checkpoint(&run), &fewer).err().map(|e| e.code()),
        Some("checkpoint_corrupt")
    );
    // A model file is no checkpoint, a checkpoint is no picture.
    assert!(resume(&weights(&run), &data).is_err());
    assert!(resume(&[], &data).is_err());
    assert!(resume(b"\x89PNG\r\n\x1a\n", &data).is_err());
    let text = small(&[]);
    let found = Run::new(&text, checked(&text, &data), fewer, cpu());
    assert_eq!(found.err().map(|error| error.code()), Some("data_mismatch"));
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
    assert!(
        refused > 200 && went_on > 20,
        "{refused} refused, {went_on} went on"
    );
}

#[test]
fn damaged_model_files_are_refused_or_harmless() {
    let data = Arc::new(sample(200, 20));
    let bytes = weights(&run(&small(&[]), &data));
    let load = |bytes: &[u8]| Model::load(bytes, official_shape, cpu());
    let whole = load(&bytes).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((whole.info().seed, whole.info().epochs), (7, 0));
    assert_eq!(whole.info().data, data.checksum());
    let head = head(&bytes);
    let picture = pictures(&data.test).row(0);
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
    assert!(
        refused > 200 && answered > 20,
        "{refused} refused, {answered} answered"
    );
}
