//! Pictures that are shown to a model file: judged as the run judged them, and refused where they are others.

use crate::weights;
use fireside_datasets::catalog::reader;
use fireside_datasets::{Dataset, official_shape, pictures};
use fireside_inference::Model;
use fireside_network::cpu;
use fireside_spec::Preparation;
use fireside_tests::block_on;
use fireside_tests::data;
use fireside_tests::runs::{next, run, text};
use std::sync::Arc;

fn coloured() -> Arc<Dataset> {
    let raw = (reader("cifar10").expect("a reader").sample)(7, 40, 20);
    Arc::new(raw.prepare(&Preparation::default()).expect("pictures"))
}

/// A network on colour pictures whose channels are standardized differently: one mixed up would be seen.
fn model_of(data: &Arc<Dataset>) -> (Model, Vec<Vec<f32>>) {
    let whole = text("15.3", &[("training.batch_size", "20")]);
    let apart = "[data]\nmean = [10.0, 120.0, 200.0]\nstd = [20.0, 60.0, 90.0]";
    let text = whole
        .replacen("[data]", apart, 1)
        .replace("scale = 255\n", "");
    let mut run = run(&text, data);
    next(&mut run);
    let answers = block_on(run.answers(20)).expect("answers");
    let answers = answers.into_iter().map(|row| row.output).collect();
    let model = Model::load(&weights(&run), official_shape, cpu());
    (model.unwrap_or_else(|error| panic!("{error}")), answers)
}

#[test]
fn colour_pictures_are_judged_as_the_run_judged_them() {
    let data = coloured();
    let (model, answers) = model_of(&data);
    let shape = pictures::Shape {
        channels: 3,
        height: 32,
        width: 32,
    };
    assert_eq!(model.picture(), Some(shape));
    assert_eq!(answers.len(), 20);
    let mut apart = 0.0f64;
    for (row, answer) in answers.iter().enumerate() {
        let (pixels, _) = data::pictures(&data.test).get(row).expect("a test row");
        let judged = block_on(model.judge(pixels)).expect("an answer");
        assert_eq!(judged.len(), 10);
        for (ours, theirs) in judged.iter().zip(answer) {
            assert!((ours - f64::from(*theirs)).abs() < 1e-5, "row {row}");
        }
        // Red for blue is another picture.
        let mut turned = pixels[2_048..].to_vec();
        turned.extend_from_slice(&pixels[..2_048]);
        let turned = block_on(model.judge(&turned)).expect("an answer");
        apart = judged
            .iter()
            .zip(&turned)
            .fold(apart, |most, (a, b)| most.max((a - b).abs()));
    }
    assert!(apart > 1e-3, "{apart}");
}

#[test]
fn other_pictures_and_drawings_are_refused() {
    let (model, _) = model_of(&coloured());
    for values in [0, 1, 784, 1_024, 3_071, 3_073] {
        let error = block_on(model.judge(&vec![9; values])).expect_err("another size");
        assert_eq!(error.code(), "picture_size");
        assert_eq!(error.args()["expected"], "3072");
        assert_eq!(error.args()["found"], values.to_string());
    }
    let drawn = block_on(model.draw(&[255; 784], 28, 28)).expect_err("a drawing");
    assert_eq!(drawn.code(), "model_input");

    let tables = fireside_tests::runs::text("7.5", &[]);
    let raw = (reader("iris").expect("a reader").sample)(7, 100, 20);
    let checked = fireside_spec::parse(&tables).expect("a text of the book");
    let rows = Arc::new(raw.prepare(&checked.data.preparation).expect("rows"));
    let run = run(&tables, &rows);
    let model = Model::load(&weights(&run), official_shape, cpu());
    let model = model.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(model.picture(), None);
    let error = block_on(model.judge(&[0; 4])).expect_err("no pictures");
    assert_eq!(error.code(), "model_input");
}
