//! The experiments on small colour pictures and on traffic signs: every one trains, and on the real data the loss falls.

use crate::block_on;
use fireside_datasets::catalog::reader;
use fireside_datasets::{Dataset, Origin};
use fireside_network::cpu;
use fireside_spec::Preparation;
use fireside_tests::data::whole;
use fireside_tests::runs::{checked, losses_to_come, text};
use fireside_training::Run;
use fireside_training::plan::of_fold;
use std::sync::Arc;

/// The losses of the first updates of an experiment's first fit.
fn losses(text: &str, data: Arc<Dataset>, count: usize) -> Vec<f64> {
    let checked = checked(text, &data);
    let (checked, data) = of_fold(&checked, &data, 0).expect("a fold");
    let mut run = Run::new(text, checked, data, cpu()).unwrap_or_else(|error| panic!("{error}"));
    block_on(losses_to_come(&mut run, count))
}

fn sample(name: &str) -> Arc<Dataset> {
    let raw = (reader(name).expect("a reader").sample)(7, 100, 20);
    Arc::new(raw.prepare(&Preparation::default()).expect("pictures"))
}

#[test]
fn every_experiment_begins_with_the_loss_of_guessing() {
    for (id, guess, off) in [
        ("15.3", 10f64.ln(), 0.4),
        ("15.4", 10f64.ln(), 0.4),
        // With its penalty on 966,000 weights.
        ("15.5", 10f64.ln(), 0.6),
        ("002-CIFAR-SIMPLE", 10f64.ln(), 0.9),
        // Normalised over four pictures only: large numbers reach the last layer.
        ("002-CIFAR-DEEP", 10f64.ln(), 3.5),
        ("003-CIFAR-CNN", 0.09, 0.01),
    ] {
        let text = text(id, &[("training.batch_size", "4")]);
        let losses = losses(&text, sample("cifar10"), 2);
        assert!((losses[0] - guess).abs() < off, "{id}: {losses:?}");
        assert!(losses[1].is_finite(), "{id}: {losses:?}");
    }
    for id in ["000-GTSRB-CNN1", "000-GTSRB-CNN2"] {
        let text = text(id, &[("training.batch_size", "4")]);
        let losses = losses(&text, sample("gtsrb"), 2);
        // The lightness is not scaled down: the first guesses are far off.
        assert!(
            losses.iter().all(|loss| (1.0..60.0).contains(loss)),
            "{id}: {losses:?}"
        );
    }
}

#[test]
fn a_fold_of_the_signs_keeps_tracks_together() {
    let data = sample("gtsrb");
    let text = text("000-GTSRB-CNN1", &[]);
    let checked = checked(&text, &data);
    let (_, fold) = of_fold(&checked, &data, 0).expect("a fold");
    let groups = |rows: &fireside_datasets::Rows| rows.groups().expect("tracks");
    let [train, test] = [groups(&fold.train), groups(&fold.test)];
    assert_eq!(train.len() + test.len(), 120);
    assert!(!test.is_empty() && test.iter().all(|track| !train.contains(track)));
}

#[test]
fn on_the_real_pictures_the_loss_falls() {
    let raw = whole("cifar10");
    assert_eq!(raw.origin, Origin::Official);
    let data = raw.prepare(&Preparation::default()).expect("pictures");
    let rows = |rows: &fireside_datasets::Rows| rows.slice(0..320).expect("rows");
    let some = Dataset::new("cifar10", rows(&data.train), rows(&data.test), data.origin);
    let set = [
        ("training.batch_size", "16"),
        ("training.optimizer.learning_rate", "0.02"),
    ];
    let losses = losses(&text("15.3", &set), Arc::new(some), 40);
    let mean = |part: &[f64]| part.iter().sum::<f64>() / part.len() as f64;
    let (first, last) = (mean(&losses[..5]), mean(&losses[30..]));
    assert!(last < first - 0.05, "{losses:?}");
}

#[test]
fn on_the_real_signs_the_loss_falls() {
    let raw = whole("gtsrb");
    assert_eq!(raw.origin, Origin::Subset);
    let data = raw.prepare(&Preparation::default()).expect("pictures");
    // The source's rate of 0.001 is large for numbers up to 100: it loses its way first, and needs an epoch to come back.
    let set = [("training.optimizer.learning_rate", "0.00003")];
    let losses = losses(&text("000-GTSRB-CNN1", &set), Arc::new(data), 60);
    let mean = |part: &[f64]| part.iter().sum::<f64>() / part.len() as f64;
    let (first, last) = (mean(&losses[..10]), mean(&losses[50..]));
    assert!(last < 0.8 * first, "{losses:?}");
}
