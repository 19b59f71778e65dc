//! Columns of a table that are no inputs: how much a row counts, and which rows belong together.

use super::houses::{prepared, table};
use fireside_datasets::official_shape;
use fireside_spec::{Problem, card, parse};
use fireside_tests::runs::{checked, losses, run, to_the_end};
use fireside_training::Event;
use fireside_training::losses::row_loss;
use fireside_training::plan::splits;
use std::collections::BTreeSet;

fn text(dialect: &str, data: &str, rest: &str) -> String {
    let words = "{ en = \"\", zh = \"\" }";
    format!(
        "id = \"weighted\"\nkind = \"train\"\nchapter = 1\ntitle = {words}\nintro = {words}\n\
         dialect = \"{dialect}\"\n{rest}\n[data]\nname = \"boston\"\nscale = 100\n{data}\n\
         [training]\nloss = \"mse\"\noptimizer = {{ name = \"sgd\", learning_rate = 0.0 }}\nepochs = 1\n\
         batch_size = 16\nshuffle = false\n\
         [[layers]]\ntype = \"Dense\"\nunits = 1\nkernel_initializer = \"ones\"\n"
    )
}

/// The values of a column of the whole table.
fn column(name: &str) -> Vec<f32> {
    let whole = prepared(&text("keras2", "", ""));
    let table = table(&whole.train);
    let index = table
        .columns()
        .iter()
        .position(|known| known == name)
        .expect("a column");
    (0..60).map(|row| table.row(row)[index]).collect()
}

const WEIGHT: &str = "sample_weight = \"ZN\"\n";

#[test]
fn a_column_weighs_the_rows() {
    // Many rows of no weight, and some in every batch that have one: what Keras 2 does with zeros shows.
    let weights = column("ZN");
    let batches = weights.chunks(16);
    assert!(
        { batches }.all(|batch| batch.contains(&0.0) && batch.iter().any(|weight| *weight > 0.0)),
        "{weights:?}"
    );
    for dialect in ["keras2", "keras3"] {
        let text = text(dialect, &format!("{WEIGHT}validation_split = 0.2"), "");
        let data = prepared(&text);
        let checked = checked(&text, &data);
        let own = table(&data.train);
        assert_eq!((own.columns().len(), checked.parameters()), (12, 13));
        assert_eq!(own.weights(), Some(weights.as_slice()));
        let each: Vec<f64> = (0..60)
            .map(|row| {
                let output: f32 = own.row(row).iter().map(|value| value / 100.0).sum();
                let target = data.train.target(row).expect("a row");
                let loss = &checked.training.loss;
                row_loss(
                    loss,
                    checked.experiment.dialect,
                    &[output],
                    fireside_training::Target::from(target),
                )
            })
            .collect();
        let mean = |rows: std::ops::Range<usize>| {
            let sum: f64 = rows
                .clone()
                .map(|row| f64::from(weights[row]) * each[row])
                .sum();
            let counted = rows.clone().filter(|row| weights[*row] != 0.0).count();
            sum / if dialect == "keras2" {
                counted
            } else {
                rows.len()
            } as f64
        };
        // 48 training rows in three batches, 12 kept aside in one; test rows are all, each alike.
        let close = |found: f64, wanted: f64, what: &str| {
            assert!(
                (found - wanted).abs() <= 1e-5 * wanted.abs(),
                "{dialect} {what}: {found} instead of {wanted}"
            );
        };
        let mut one = run(&text, &data);
        for (batch, loss) in losses(&mut one, 3).into_iter().enumerate() {
            close(loss, mean(16 * batch..16 * batch + 16), "loss");
        }
        let epoch = to_the_end(&mut one)
            .into_iter()
            .find_map(|event| match event {
                Event::Epoch(scores) => Some(scores),
                _ => None,
            });
        let epoch = epoch.expect("an epoch");
        close(
            epoch.validation.expect("rows").loss,
            mean(48..60),
            "validation",
        );
        close(epoch.test.loss, each.iter().sum::<f64>() / 60.0, "test");
    }
}

#[test]
fn weights_of_rows_replace_those_of_classes_or_are_refused() {
    let both = |dialect: &str| {
        let text = text(dialect, WEIGHT, "").replace("name = \"boston\"", "name = \"pima\"");
        text.replace("ZN", "pregnancies")
            .replace("epochs = 1", "epochs = 1\nclass_weight = [1, 2]")
    };
    let codes = |dialect: &str| -> Vec<String> {
        let found = card::check_text(&both(dialect), official_shape, "").problems;
        found.into_iter().map(|problem| problem.code).collect()
    };
    assert_eq!(codes("keras2"), Vec::<String>::new());
    assert_eq!(codes("keras3"), ["weights_twice"]);
}

#[test]
fn groups_stay_together() {
    let text = text(
        "keras2",
        "groups = \"RAD\"",
        "protocol = { name = \"hold_out\", fraction = 0.4, by_group = true }",
    );
    let data = prepared(&text);
    assert_eq!(checked(&text, &data).parameters(), 13);
    let split = splits(&parse(&text).expect("a text"), &data)
        .expect("a split")
        .remove(0);
    let groups = column("RAD");
    let of = |rows: &[u32]| -> BTreeSet<u32> {
        rows.iter()
            .map(|row| groups[*row as usize].to_bits())
            .collect()
    };
    let (train, test) = (of(&split.train), of(&split.test));
    assert!(train.is_disjoint(&test), "{train:?} {test:?}");
    let all = train.len() + test.len();
    assert!(
        all > 3 && test.len() == (0.4 * all as f64).ceil() as usize,
        "{test:?} of {all}"
    );
    assert_eq!(split.train.len() + split.test.len(), 60);
    assert_eq!(run(&text, &data).state().epochs, 1);
}

#[test]
fn columns_that_are_not_there_and_weights_that_are_none() {
    let only = |data: &str| -> Problem {
        let text = text("keras2", data, "");
        let mut found = card::check_text(&text, official_shape, "").problems;
        assert_eq!(found.len(), 1, "{found:?}");
        found.remove(0)
    };
    for field in ["groups", "sample_weight"] {
        let problem = only(&format!("{field} = \"STREET\""));
        assert_eq!(
            (problem.code.as_str(), problem.place),
            ("unknown_column", format!("data.{field}"))
        );
        assert!(problem.args["known"].contains("RAD") && problem.line > 0);
    }
    // Pictures have no columns.
    let pictures = fireside_tests::runs::text("13.4", &[])
        .replace("scale = 255", "scale = 255\ngroups = \"x\"");
    let found = card::check_text(&pictures, official_shape, "").problems;
    assert_eq!(
        found.iter().map(|p| p.code.as_str()).collect::<Vec<_>>(),
        ["unknown_column"]
    );
}
