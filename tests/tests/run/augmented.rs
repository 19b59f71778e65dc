//! Augmentation in a run: one seed, one run; chance is for training rows alone; what is learned is standardized alike.

use crate::{checkpoint, resume, small, weights};
use fireside_datasets::{Dataset, Pictures, Rows};
use fireside_network::cpu;
use fireside_spec::parse;
use fireside_tests::block_on;
use fireside_tests::data::{official_rows, pictures, sample};
use fireside_tests::runs::{checked, losses, run, to_the_end};
use fireside_training::{AugmentedRow, Event, Inside, StageEvent, Stages, augmented};
use std::sync::Arc;

/// 13.4 made small, with a table of augmentation.
fn with(table: &str) -> String {
    small(&[]).replacen(
        "[[layers]]",
        &format!("[augmentation]\n{table}\n[[layers]]"),
        1,
    )
}

const CHANCE: &str =
    "rotation_range = 20\nwidth_shift_range = 0.1\nzoom_range = 0.1\nhorizontal_flip = true";

#[test]
fn one_seed_one_run_and_another_picture_in_every_epoch() {
    let data = Arc::new(sample(1_000, 100));
    let of = |text: &str| losses(&mut run(text, &data), 10);
    let found = of(&with(CHANCE));
    assert_eq!(found, of(&with(CHANCE)));
    assert_ne!(found, of(&small(&[])));
    assert_eq!(
        of(&with("")),
        of(&small(&[])),
        "an empty table does nothing"
    );
    // Without dropout, without a new order and without learning, only chance tells two epochs apart.
    let still = small(&[
        ("training.optimizer.name", "sgd"),
        ("training.optimizer.learning_rate", "0"),
        ("layers[2].rate", "0"),
    ])
    .replace("\nbatch_size = ", "\nshuffle = false\nbatch_size = ");
    let plain = of(&still);
    assert_eq!(plain[..5], plain[5..]);
    let moved = of(&still.replacen(
        "[[layers]]",
        "[augmentation]\nrotation_range = 20\n[[layers]]",
        1,
    ));
    for (first, second) in moved[..5].iter().zip(&moved[5..]) {
        assert_ne!(first, second);
    }
}

#[test]
fn a_resumed_run_draws_what_it_would_have_drawn() {
    let data = Arc::new(sample(1_000, 100));
    let table =
        format!("{CHANCE}\nfeaturewise_center = true\nfeaturewise_std_normalization = true");
    for before in [3, 5, 7] {
        let mut whole = run(&with(&table), &data);
        losses(&mut whole, before);
        let mut resumed =
            resume(&checkpoint(&whole), &data).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(
            losses(&mut resumed, 6),
            losses(&mut whole, 6),
            "after {before}"
        );
        assert_eq!(weights(&resumed), weights(&whole), "after {before}");
    }
}

/// What is shown of the next update is of the pictures that it will see.
#[test]
fn the_loss_that_is_shown_is_of_the_pictures_as_they_are_drawn() {
    let data = Arc::new(sample(1_000, 100));
    let mut run = run(&with(CHANCE), &data);
    for _ in 0..4 {
        let shown = block_on(run.inside(Inside::Gradients { back: false })).expect("numbers");
        let shown = shown.last().expect("the loss")[0];
        assert_eq!(losses(&mut run, 1)[0] as f32, shown);
    }
}

/// Scores of the test rows after an epoch in which nothing was learned.
fn test_scores(text: &str, data: &Arc<Dataset>) -> (f64, f64) {
    let still = fireside_spec::edit::set(text, "training.optimizer.name", "sgd").expect("a place");
    let still =
        fireside_spec::edit::set(&still, "training.optimizer.learning_rate", "0").expect("a place");
    let still = fireside_spec::edit::set(&still, "training.epochs", "1").expect("a place");
    let events = to_the_end(&mut run(&still, data));
    let scores = events.iter().find_map(|event| match event {
        Event::Epoch(scores) => Some((scores.test.loss, scores.train.loss)),
        _ => None,
    });
    scores.expect("an epoch")
}

#[test]
fn rows_that_are_measured_are_standardized_and_not_changed_by_chance() {
    let data = Arc::new(sample(400, 200));
    let (plain, _) = test_scores(&small(&[]), &data);
    let (moved, _) = test_scores(&with(CHANCE), &data);
    assert_eq!(plain, moved);
    // Darker by half, by the table or by the scale: the same numbers, for all rows.
    let by_scale = small(&[("data.scale", "510")]);
    assert_eq!(
        test_scores(&with("rescale = 0.5"), &data),
        test_scores(&by_scale, &data)
    );
    assert_ne!(test_scores(&by_scale, &data).0, plain);
    // The mean of the training rows is taken off the test rows, too: of grey ones nothing is left.
    let grey = Arc::new(all_of(&data, 200));
    let black = Arc::new(all_of(&data, 0));
    let (centered, _) = test_scores(&with("featurewise_center = true"), &grey);
    let (nothing, _) = test_scores(&small(&[]), &black);
    let (given, _) = test_scores(&small(&[]), &grey);
    assert!((centered - nothing).abs() < 1e-6, "{centered} {nothing}");
    assert!((given - nothing).abs() > 1e-3, "{given} {nothing}");
}

/// The same rows with every pixel of one value.
fn all_of(data: &Dataset, value: u8) -> Dataset {
    let part = |rows: &Rows| {
        let old = pictures(rows);
        let pixels = vec![value; old.pixels().len()];
        let labels = old.labels().to_vec();
        Pictures::new("grey", old.shape(), old.classes(), pixels, labels).expect("pictures")
    };
    Dataset::new("mnist", part(&data.train), part(&data.test), data.origin)
}

/// All stages see one standard: that of the rows which the protocol trains on.
#[test]
fn stages_measure_what_they_were_trained_on() {
    let data = Arc::new(sample(300, 50));
    let stages = "[[stages]]\ndo = \"fit\"\nrows = \"train\"\nepochs = 1\n[[stages]]\ndo = \"evaluate\"\nrows = \
                  \"held_out\"\nname = \"aside\"\n";
    let text = |table: &str, rate: &str| {
        let own = with(table).replace("kind = \"train\"", "kind = \"stages\"");
        let own = own.replacen(
            "[data]",
            "protocol = { name = \"hold_out\", fraction = 0.3 }\n[data]",
            1,
        );
        let own = own.replacen(
            "learning_rate = 0.001",
            &format!("learning_rate = {rate}"),
            1,
        );
        own.replacen("[[reported]]", &format!("{stages}\n[[reported]]"), 1)
    };
    let loss = |text: &str, data: &Arc<Dataset>| {
        let mut stages = Stages::new(text, checked(text, data), Arc::clone(data), cpu());
        loop {
            let events = block_on(stages.advance(5)).unwrap_or_else(|error| panic!("{error}"));
            let measured = events.iter().find_map(|event| match event {
                StageEvent::Measured { score, .. } => Some(score.loss),
                _ => None,
            });
            if let Some(loss) = measured {
                return loss;
            }
            assert_ne!(events.last(), Some(&StageEvent::Finished));
        }
    };
    let centered = text(
        "featurewise_center = true\nfeaturewise_std_normalization = true",
        "0.0",
    );
    let grey = loss(&centered, &Arc::new(all_of(&data, 200)));
    let other = loss(&centered, &Arc::new(all_of(&data, 90)));
    assert!((grey - other).abs() < 1e-6, "{grey} {other}");
    assert_ne!(loss(&centered, &data), loss(&text("", "0.0"), &data));
}

fn shown(id: &str, data: &Dataset) -> Vec<AugmentedRow> {
    let experiment = parse(fireside_book::text(id).expect("of the book")).expect("a text");
    augmented(&experiment, data).unwrap_or_else(|problem| panic!("{problem}"))
}

/// The eight experiments of chapter 14 on real digits.
#[test]
fn the_pictures_of_chapter_14() {
    let data = official_rows(0..3_000, 0..10);
    let train = pictures(&data.train);
    let plain = shown("14.2", &data);
    assert_eq!(
        plain.iter().map(|row| row.row).collect::<Vec<_>>(),
        (0..9).collect::<Vec<_>>()
    );
    for row in &plain {
        let pixels: Vec<f32> = train
            .row(row.row as usize)
            .iter()
            .map(|p| f32::from(*p))
            .collect();
        assert_eq!(row.values, pixels);
        assert_eq!(row.class, usize::from(train.labels()[row.row as usize]));
    }
    // What the others draw is theirs alone; where it is nothing, ink stays where it was.
    let moved = |rows: &[AugmentedRow]| {
        let changes = |row: &&AugmentedRow| {
            let pixels = train.row(row.row as usize);
            let same = |(value, pixel): (&f32, &u8)| *value == f32::from(*pixel);
            !row.values.iter().zip(pixels).all(same)
        };
        rows.iter().filter(changes).count()
    };
    for (id, least) in [("14.5a", 9), ("14.5b", 9), ("14.5c", 9), ("14.5d", 4)] {
        let rows = shown(id, &data);
        assert_eq!(rows.len(), 9);
        assert!(moved(&rows) >= least, "{id}");
        assert_ne!(
            rows[0].row, 0,
            "{id} takes the rows in the order of an epoch"
        );
        assert_eq!(rows, shown(id, &data), "{id}");
    }
    let standard = shown("14.3", &data);
    let paper = standard[0].values[0];
    assert!(
        (-0.45..-0.40).contains(&paper),
        "{paper}: MNIST's mean over its deviation is 0.424"
    );
    // Whitened and saved are the same pictures. Cells that never have ink stay without.
    let white = shown("14.4", &data);
    assert_eq!(white, shown("14.6", &data));
    assert_eq!(white[0].values[0], 0.0);
    assert!(
        white
            .iter()
            .flat_map(|row| &row.values)
            .all(|value| value.is_finite())
    );
    // Their squares have the mean 1 over the rows that were learned from, so nine of them lie not far from it.
    let inked = white[0]
        .values
        .iter()
        .filter(|value| **value != 0.0)
        .count();
    let squares: f32 = white
        .iter()
        .flat_map(|row| &row.values)
        .map(|v| v * v)
        .sum();
    let mean = squares / (9 * inked) as f32;
    assert!((0.3..3.0).contains(&mean), "{mean} over {inked} cells");
}

#[test]
fn data_that_are_no_pictures_are_refused() {
    let text = fireside_book::text("14.5a")
        .expect("of the book")
        .replace("\"mnist\"", "\"iris\"");
    let data = (fireside_datasets::catalog::reader("iris")
        .expect("a data set")
        .sample)(7, 100, 50);
    let data = data
        .prepare(&fireside_spec::Preparation::default())
        .expect("rows");
    let problem = augmented(&parse(&text).expect("a text"), &data).expect_err("no pictures");
    assert_eq!(
        (problem.code.as_str(), problem.place.as_str()),
        ("needs_picture", "augmentation")
    );
    let other =
        parse(fireside_book::text("002-CONVEXAMPLE").expect("of the book")).expect("a text");
    assert_eq!(
        augmented(&other, &sample(10, 5))
            .expect_err("another one")
            .code,
        "not_supported"
    );
}
