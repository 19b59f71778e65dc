//! Scaling that is left to whoever chooses training rows: every row is seen on the scale of the rows that are trained on.

use super::houses::{prepared, table};
use fireside_datasets::{Dataset, Scaler, Split, Target};
use fireside_network::cpu;
use fireside_spec::parse;
use fireside_spec::preparation::Scaling;
use fireside_tests::block_on;
use fireside_tests::runs::checked;
use fireside_training::plan::{of_fold, splits};
use fireside_training::{StageEvent, Stages};
use std::sync::Arc;

/// What a network tells that adds up a row: its loss says on which scale it sees the rows.
fn text(data: &str, rest: &str) -> String {
    let words = "{ en = \"\", zh = \"\" }";
    format!(
        "id = \"scaled\"\nchapter = 1\ntitle = {words}\nintro = {words}\n{rest}\n\
         [data]\nname = \"boston\"\nscaler = \"standard\"\n{data}\n\
         [training]\nloss = \"mse\"\noptimizer = \"sgd\"\nepochs = 1\n\
         [[layers]]\ntype = \"Dense\"\nunits = 1\nkernel_initializer = \"ones\"\n"
    )
}

/// The loss of `measured` rows on the scale of the `learned` ones.
fn expected(data: &Dataset, learned: &[u32], measured: &[u32]) -> f64 {
    let table = table(&data.train);
    let scaler = Scaler::fit(Scaling::Standard, table, learned).expect("a scaler");
    let loss = |row: &u32| {
        let mut values = table.row(*row as usize).to_vec();
        scaler.apply(&mut values);
        let sum: f64 = values.iter().map(|value| f64::from(*value)).sum();
        match table.targets().get(*row as usize) {
            Some(Target::Values([y])) => (sum - f64::from(*y)).powi(2),
            _ => panic!("a number"),
        }
    };
    measured.iter().map(loss).sum::<f64>() / measured.len() as f64
}

/// The losses that the stages of a text measure.
fn measured(text: &str, data: &Arc<Dataset>) -> Vec<(String, f64)> {
    let mut stages = Stages::new(text, checked(text, data), Arc::clone(data), cpu());
    let mut losses = Vec::new();
    loop {
        for event in block_on(stages.advance(1)).expect("a stage") {
            match event {
                StageEvent::Measured { name, score, .. } => losses.push((name, score.loss)),
                StageEvent::Finished => return losses,
                _ => {}
            }
        }
    }
}

fn stages(names: &[&str]) -> String {
    let stage =
        |name: &&str| format!("{{ do = \"evaluate\", rows = \"{name}\", name = \"{name}\" }}");
    let all: Vec<String> = names.iter().map(stage).collect();
    format!("kind = \"stages\"\nstages = [{}]", all.join(", "))
}

fn assert_losses(found: &[(String, f64)], wanted: &[(&str, f64)]) {
    assert_eq!(found.len(), wanted.len());
    for ((found, loss), (name, wanted)) in found.iter().zip(wanted) {
        assert_eq!(found, name);
        assert!(
            (loss - wanted).abs() < 1e-5 * wanted,
            "{name}: {loss} instead of {wanted}"
        );
    }
}

#[test]
fn stages_see_all_rows_on_the_scale_of_those_that_the_protocol_trains_on() {
    let protocol = "protocol = { name = \"hold_out\", fraction = 0.3 }";
    let text = text(
        "",
        &format!("{protocol}\n{}", stages(&["train", "held_out", "all"])),
    );
    let data = prepared(&text);
    let Split { train, test } = splits(&parse(&text).expect("a text"), &data)
        .expect("a split")
        .remove(0);
    assert_eq!((train.len(), test.len()), (42, 18));
    let all: Vec<u32> = (0..60).collect();
    let loss = |rows: &[u32]| expected(&data, &train, rows);
    let wanted = [
        ("train", loss(&train)),
        ("held_out", loss(&test)),
        ("all", loss(&all)),
    ];
    assert_losses(&measured(&text, &data), &wanted);
    let alone = expected(&data, &test, &test);
    assert!(
        (alone - wanted[1].1).abs() > 1e-3 * alone,
        "the scales do not differ"
    );
}

#[test]
fn what_validation_keeps_aside_teaches_the_scaler_nothing() {
    let text = text("validation_split = 0.25", &stages(&["validation", "all"]));
    let data = prepared(&text);
    let all: Vec<u32> = (0..60).collect();
    let loss = |rows: &[u32]| expected(&data, &all[..45], rows);
    let wanted = [("validation", loss(&all[45..])), ("all", loss(&all))];
    assert_losses(&measured(&text, &data), &wanted);
}

/// One fit on data with test rows of their own: these stay what they are, on the scale of the training rows.
#[test]
fn own_test_rows_are_scaled_and_kept() {
    let text = text("train_fraction = 0.7", "kind = \"train\"");
    let data = prepared(&text);
    assert_eq!((data.train.rows(), data.test.rows()), (42, 18));
    let (fold_checked, fold) = of_fold(&checked(&text, &data), &data, 0).expect("a fit");
    assert_eq!((fold.train.rows(), fold.test.rows()), (42, 18));
    assert_eq!(
        (fold_checked.data.train_rows, fold_checked.data.test_rows),
        (42, 18)
    );
    let learned: Vec<u32> = (0..42).collect();
    let scaler = Scaler::fit(Scaling::Standard, table(&data.train), &learned).expect("a scaler");
    for (raw, scaled) in [(&data.train, &fold.train), (&data.test, &fold.test)] {
        let mut values = table(raw).values().to_vec();
        scaler.apply(&mut values);
        assert_eq!(values, table(scaled).values());
    }
    assert!(!fold.waits_for_scaling());
}
