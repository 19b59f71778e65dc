//! Frozen layers: they keep their weights, what stands before them learns all the same, and each dialect has its own
//! word on normalizations and penalties.

use fireside_datasets::{Dataset, Origin, Table, Targets};
use fireside_network::weights::keras_values;
use fireside_tests::block_on;
use fireside_tests::runs::{checked, losses, run, to_the_end};
use fireside_training::{Event, Run};
use std::collections::BTreeMap;
use std::sync::Arc;

const ROWS: usize = 12;

fn data() -> Arc<Dataset> {
    let some = |i: usize| ((37 * i) % 101) as f32 / 50.0 - 1.0;
    let values = (0..3 * ROWS).map(some).collect();
    let targets = Targets::Values {
        values: (0..2 * ROWS).map(|i| some(5 * i + 3)).collect(),
        width: 2,
    };
    let columns = ["a", "b", "c"].map(String::from).into();
    let table = Table::new("rows", columns, values, targets).expect("a table");
    Arc::new(Dataset::new("rows", table.clone(), table, Origin::Sample))
}

/// Layers `dense_1`, `batch_normalization_1`, `dense_2`, with more lines for each of them.
fn text(dialect: &str, lines: [&str; 3]) -> String {
    let words = "{ en = \"\", zh = \"\" }";
    let [first, normalization, last] = lines;
    format!(
        "id = \"frozen\"\nkind = \"train\"\nchapter = 1\ntitle = {words}\nintro = {words}\n\
         dialect = \"{dialect}\"\n[data]\nname = \"rows\"\n[training]\nloss = \"mse\"\n\
         optimizer = {{ name = \"sgd\", learning_rate = 0.1 }}\nepochs = 2\nbatch_size = 4\n\
         [[layers]]\ntype = \"Dense\"\nunits = 4\nactivation = \"tanh\"\n{first}\n\
         [[layers]]\ntype = \"BatchNormalization\"\n{normalization}\n\
         [[layers]]\ntype = \"Dense\"\nunits = 2\n{last}\n"
    )
}

const FROZEN: &str = "trainable = false";

fn weights(run: &Run) -> BTreeMap<String, Vec<f32>> {
    let own = run.network().weights().map(|weight| {
        let values = block_on(keras_values(weight)).expect("values");
        (weight.name.clone(), values)
    });
    own.collect()
}

/// The names of the weights that two epochs change.
fn moved(text: &str) -> Vec<String> {
    let mut run = run(text, &data());
    let before = weights(&run);
    let end = to_the_end(&mut run).pop();
    assert!(matches!(end, Some(Event::Finished { .. })), "{end:?}");
    let changed = |(name, values): (String, Vec<f32>)| (before[&name] != values).then_some(name);
    weights(&run).into_iter().filter_map(changed).collect()
}

#[test]
fn a_frozen_layer_keeps_its_weights_and_the_others_learn() {
    let (first, last) = (
        ["dense_1/bias", "dense_1/kernel"],
        ["dense_2/bias", "dense_2/kernel"],
    );
    let carried = [
        "batch_normalization_1/moving_mean",
        "batch_normalization_1/moving_variance",
    ];
    let own = ["batch_normalization_1/beta", "batch_normalization_1/gamma"];
    for (dialect, lines, wanted) in [
        (
            "keras2",
            [FROZEN, "", ""],
            [&own[..], &carried, &last].concat(),
        ),
        (
            "keras2",
            ["", "", FROZEN],
            [&own[..], &carried, &first].concat(),
        ),
        // Keras 2 freezes gamma and beta only.
        (
            "keras2",
            ["", FROZEN, ""],
            [&carried[..], &first, &last].concat(),
        ),
        ("keras3", ["", FROZEN, ""], [&first[..], &last].concat()),
        ("keras2", [FROZEN; 3], carried.to_vec()),
        ("keras3", [FROZEN; 3], Vec::new()),
    ] {
        assert_eq!(moved(&text(dialect, lines)), wanted, "{dialect} {lines:?}");
        let checked = checked(&text(dialect, lines), &data());
        let frozen = lines.iter().zip([4 * 3 + 4, 4 * 4, 2 * 4 + 2]);
        let fixed: usize = frozen
            .filter(|(line, _)| **line == FROZEN)
            .map(|(_, n)| n)
            .sum();
        // The moving statistics of a normalization that learns are not trained either.
        let carried = if lines[1] == FROZEN { 0 } else { 2 * 4 };
        assert_eq!(checked.parameters() - checked.trainable(), fixed + carried);
    }
}

#[test]
fn a_frozen_normalization_is_in_use_in_keras_3_alone() {
    let judged = |dialect: &str| {
        let mut run = run(
            &text(dialect, [FROZEN; 3]).replace("batch_size = 4", "batch_size = 12"),
            &data(),
        );
        let loss = losses(&mut run, 1)[0];
        let used = to_the_end(&mut run)
            .into_iter()
            .find_map(|event| match event {
                Event::Epoch(scores) => Some(scores.test.loss),
                _ => None,
            });
        (loss, used.expect("an epoch"))
    };
    // Nothing is trained: a training step of Keras 3 gives what an evaluation gives.
    let (training, evaluation) = judged("keras3");
    assert!((training - evaluation).abs() < 1e-6 * evaluation);
    let (training, evaluation) = judged("keras2");
    assert!((training - evaluation).abs() > 1e-3 * evaluation);
}

/// The penalty on frozen weights: a part of the loss in Keras 2, nothing in Keras 3, and never a pull.
#[test]
fn a_penalty_on_frozen_weights_counts_in_keras_2_alone() {
    let penalised = "trainable = false\nkernel_regularizer = { name = \"l2\", l2 = 0.5 }";
    for (dialect, counts) in [("keras2", 1.0), ("keras3", 0.0)] {
        let plain = losses(&mut run(&text(dialect, [FROZEN, "", ""]), &data()), 5);
        let mut other = run(&text(dialect, [penalised, "", ""]), &data());
        let kernel = weights(&other)["dense_1/kernel"].clone();
        let squares: f64 = kernel.iter().map(|w| f64::from(*w).powi(2)).sum();
        let with = losses(&mut other, 5);
        for (plain, with) in plain.iter().zip(with) {
            let wanted = plain + counts * 0.5 * squares;
            assert!(
                (with - wanted).abs() < 1e-5 * wanted,
                "{dialect}: {with} {wanted}"
            );
        }
        assert_eq!(weights(&other)["dense_1/kernel"], kernel, "{dialect}");
        // It is saved and gone on with like any other.
        let mut again = crate::resume(&crate::checkpoint(&other), &data()).expect("resumed");
        assert_eq!(losses(&mut other, 1), losses(&mut again, 1));
    }
}

/// A network without weights has nothing to learn, and says so by its loss.
#[test]
fn a_network_without_weights_runs_to_its_end() {
    let text = text("keras2", ["", "", ""]);
    let layers = text.find("[[layers]]").expect("layers");
    let text = text[..layers].to_string()
        + "[[layers]]\ntype = \"Reshape\"\ntarget_shape = [3, 1]\n\
        [[layers]]\ntype = \"UpSampling2D\"\n";
    let text = text.replace("target_shape = [3, 1]", "target_shape = [1, 3, 1]")
        + "[[layers]]\ntype = \"GlobalMaxPooling2D\"\n[[layers]]\ntype = \"Concatenate\"\n\
           inputs = [\"global_max_pooling2d_1\", \"global_max_pooling2d_1\"]\n";
    assert_eq!(moved(&text), Vec::<String>::new());
}
