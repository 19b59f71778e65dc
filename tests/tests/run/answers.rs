//! The built-in sample can be learned, and what was learned answers drawings.

use crate::weights;
use fireside_datasets::{Origin, official_shape};
use fireside_inference::{DrawingState, InferenceError, Model};
use fireside_network::cpu;
use fireside_tests::block_on;
use fireside_tests::data::{pictures, sample};
use fireside_tests::runs::{run, text, to_the_end};
use fireside_training::Event;
use fireside_training::best;
use std::sync::Arc;

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
    println!(
        "13.3 on the built-in sample, three epochs: {:.4}",
        test.accuracy
    );
    assert!(test.accuracy > 0.90, "{test:?}");

    let model = Model::load(&weights(&run), official_shape, cpu());
    let model = model.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(model.info().test_accuracy, Some(test.accuracy));
    let draw = |ink: &[u8], width, height| block_on(model.draw(ink, width, height));
    let empty = draw(&vec![0; 280 * 280], 280, 280).expect("an answer");
    assert_eq!(
        (empty.state, empty.probabilities.len()),
        (DrawingState::Empty, 0)
    );
    let mut dot = vec![0u8; 280 * 280];
    for at in 0..100 {
        dot[(130 + at / 10) * 280 + 130 + at % 10] = 255;
    }
    let dot = draw(&dot, 280, 280).expect("an answer");
    assert_eq!((dot.state, dot.pixels.len()), (DrawingState::Dot, 0));
    let mut right = 0;
    for row in 0..100 {
        let (pixels, label) = pictures(&data.test).get(row).expect("a test row");
        let answer = draw(&enlarged(pixels), 280, 280).expect("an answer");
        assert_eq!(
            (answer.state, answer.pixels.len()),
            (DrawingState::Digit, 784)
        );
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
        draw(&[], usize::MAX, usize::MAX)
            .expect_err("no values")
            .code(),
        "picture_size"
    );
    let few = block_on(model.judge(&[0; 3])).expect_err("three values");
    assert!(matches!(
        few,
        InferenceError::Picture {
            expected: 784,
            found: 3
        }
    ));
}
