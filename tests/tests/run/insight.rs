//! Looking inside the network of a run: pictures as it gets them, an ascent that beats all test pictures, what can't be asked.

use crate::small;
use fireside_insight::{Ascent, Goal, InsightError, filters, grad_cam, layer, measure};
use fireside_insight::{picture_shape, saliency};
use fireside_network::{Value, cpu};
use fireside_tests::block_on;
use fireside_tests::data::{official_rows, pictures, sample};
use fireside_tests::runs::{losses, run};
use fireside_training::Run;
use std::sync::Arc;

fn numbers(value: Value) -> Vec<f32> {
    block_on(value.into_flat().into_data_async())
        .expect("readable values")
        .try_to_vec::<f32>()
        .expect("f32 values")
}

fn ascent(run: &Run, goal: Goal, seed: u32) -> Ascent {
    Ascent {
        goal,
        shape: picture_shape(run.checked()).expect("pictures"),
        levels: run.levels().expect("levels"),
        steps: 120,
        rate: 0.05,
        jitter: 2,
        blur: 0.5,
        l2: 0.02,
        seed,
    }
}

fn climb(run: &Run, ascent: &Ascent, picture: Vec<f32>, from: u32, count: u32) -> Vec<f32> {
    block_on(ascent.climb(run.network(), picture, from, count, &cpu())).expect("a picture")
}

fn activation(run: &Run, ascent: &Ascent, picture: &[f32]) -> f32 {
    block_on(ascent.activation(run.network(), picture, &cpu())).expect("a score")
}

fn goals(run: &Run) -> [Goal; 3] {
    let checked = run.checked();
    [
        Goal::class(checked, 3).expect("a class"),
        Goal::unit(checked, 0, 2).expect("a filter"),
        Goal::unit(checked, 4, 5).expect("a unit"),
    ]
}

#[test]
fn an_ascent_exceeds_every_test_picture() {
    let data = Arc::new(official_rows(0..4_000, 0..10_000));
    let mut run = run(&small(&[]), &data);
    losses(&mut run, 20);
    for (number, goal) in goals(&run).into_iter().enumerate() {
        let mut largest = f32::NEG_INFINITY;
        for first in (0..10_000).step_by(500) {
            let rows = run.input(true, first..first + 500).expect("rows");
            let scores = block_on(measure(run.network(), &goal, rows)).expect("scores");
            assert_eq!(scores.len(), 500);
            largest = scores.into_iter().fold(largest, f32::max);
        }
        let ascent = ascent(&run, goal, 7);
        let start = ascent.start();
        let end = climb(&run, &ascent, start.clone(), 0, 120);
        let [before, after] = [&start, &end].map(|picture| activation(&run, &ascent, picture));
        assert!(after > before, "goal {number}: {before} -> {after}");
        assert!(
            after > largest,
            "goal {number}: {after}, of the test rows {largest}"
        );
        // It can be shown.
        assert!(
            end.iter().all(|value| (0.0..=1.0).contains(value)),
            "goal {number}"
        );
        let shown = ascent.shown(&end);
        assert!(shown.iter().all(|value| (-0.01..=255.01).contains(value)));
    }
}

#[test]
fn a_seed_is_a_picture_in_one_piece_or_many() {
    let data = Arc::new(sample(200, 50));
    let run = run(&small(&[]), &data);
    let [goal, ..] = goals(&run);
    let one = ascent(&run, goal, 7);
    let whole = climb(&run, &one, one.start(), 0, 30);
    let mut pieces = one.start();
    for (from, count) in [(0, 1), (1, 9), (10, 15), (25, 90)] {
        pieces = climb(&run, &one, pieces, from, count.min(30 - from));
    }
    assert_eq!(whole, pieces);
    let other = ascent(&run, goal, 8);
    assert_ne!(one.start(), other.start());
    // The shifts are the seed's, too.
    assert_ne!(whole, climb(&run, &other, one.start(), 0, 30));
    let still = Ascent {
        jitter: 0,
        ..one.clone()
    };
    assert_ne!(whole, climb(&run, &still, one.start(), 0, 30));
    let sharp = Ascent {
        blur: 0.0,
        ..one.clone()
    };
    assert_ne!(whole, climb(&run, &sharp, one.start(), 0, 30));
    // Beyond its last step nothing moves.
    assert_eq!(whole, climb(&run, &one, whole.clone(), 120, 10));
}

#[test]
fn a_reader_s_picture_goes_in_as_a_row_does() {
    let data = Arc::new(sample(200, 50));
    let run = run(&small(&[]), &data);
    let row = pictures(&data.test).row(7).to_vec();
    let own = run.picture(row.clone()).expect("a picture");
    assert_eq!(numbers(own), numbers(run.input(true, 7..8).expect("a row")));
    assert_eq!(run.levels().expect("levels"), [[0.0, 1.0]]);
    assert_eq!(run.test_rows(), 50);
    assert_eq!(
        run.classes(3..5),
        [3, 4].map(|row| pictures(&data.test).labels()[row] as f32)
    );
    for rows in [49..51, 5..5, 50..60] {
        let error = run.input(true, rows).expect_err("no such rows");
        assert_eq!(error.code(), "row_out_of_range");
    }
    let short = run
        .picture(row[..783].to_vec())
        .expect_err("a pixel is missing");
    assert_eq!(short.code(), "length_mismatch");
}

#[test]
fn what_is_not_there_is_refused() {
    let data = Arc::new(sample(200, 50));
    let run = run(&small(&[]), &data);
    let (network, checked) = (run.network(), run.checked());
    let input = || run.input(true, 0..1).expect("a row");
    let layers = checked.layers.len();
    let no_class = InsightError::Class {
        class: 10,
        classes: 10,
    };
    let no_layer = InsightError::Layer {
        layer: layers,
        layers,
    };
    assert_eq!(Goal::class(checked, 10), Err(no_class.clone()));
    assert_eq!(Goal::unit(checked, layers, 0), Err(no_layer.clone()));
    assert_eq!(
        Goal::unit(checked, 0, 4),
        Err(InsightError::Unit { unit: 4, units: 4 })
    );
    let found = block_on(saliency(network, checked, input(), 10));
    assert_eq!(found, Err(no_class));
    let cam = |layer| block_on(grad_cam(network, checked, input(), 0, Some(layer)));
    assert_eq!(cam(layers), Err(no_layer.clone()));
    let flat = layers - 1;
    let name = || checked.layers[flat].name.clone();
    assert_eq!(cam(flat), Err(InsightError::NoMaps { layer: name() }));
    let found = block_on(filters(network, checked, flat));
    assert_eq!(found, Err(InsightError::NoFilters { layer: name() }));
    assert_eq!(
        block_on(layer(network, checked, layers, input())),
        Err(no_layer)
    );
    let good = ascent(&run, Goal::class(checked, 0).expect("a class"), 7);
    let found = block_on(good.climb(network, vec![0.5; 783], 0, 1, &cpu()));
    let small = InsightError::Picture {
        expected: 784,
        found: 783,
    };
    assert_eq!(found, Err(small));
    for bad in [
        Ascent {
            rate: f32::NAN,
            ..good.clone()
        },
        Ascent {
            rate: 1.5,
            ..good.clone()
        },
        Ascent {
            blur: -1.0,
            ..good.clone()
        },
        Ascent {
            l2: 2.0,
            ..good.clone()
        },
        Ascent {
            jitter: 33,
            ..good.clone()
        },
        Ascent {
            steps: 0,
            ..good.clone()
        },
    ] {
        assert_eq!(
            bad.check().expect_err("out of range").code(),
            "out_of_range"
        );
    }
    assert_eq!(good.check(), Ok(()));
}

#[test]
fn a_network_without_convolution_has_no_grad_cam_but_a_saliency() {
    let data = Arc::new(sample(200, 50));
    let run = run(&fireside_tests::runs::text("13.3", &[]), &data);
    let input = || run.input(true, 0..1).expect("a row");
    let found = block_on(grad_cam(run.network(), run.checked(), input(), 0, None));
    assert_eq!(found, Err(InsightError::NoConvolution));
    let found = block_on(saliency(run.network(), run.checked(), input(), 0)).expect("a saliency");
    assert_eq!(found.gradient.len(), 784);
    assert!(found.gradient.iter().any(|value| *value != 0.0));
}

#[test]
fn a_network_without_numbers_says_so() {
    let data = Arc::new(sample(200, 50));
    let text = small(&[
        ("training.loss", "mean_squared_error"),
        ("layers[5].activation", "linear"),
        ("training.optimizer.name", "sgd"),
        ("training.optimizer.learning_rate", "100"),
        ("training.batch_size", "5"),
    ]);
    let mut run = run(&text, &data);
    // The update that breaks the weights comes before the loss that tells.
    while !run.lost_its_numbers() {
        block_on(run.next()).expect("an event");
    }
    let input = run.input(true, 0..1).expect("a row");
    let found = block_on(saliency(run.network(), run.checked(), input, 0));
    assert_eq!(found, Err(InsightError::NoNumbers));
}
