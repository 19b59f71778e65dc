//! The penalties of a `Bidirectional`: Keras 2 counts those of the forward copy, Keras 3 those of both.

use fireside_datasets::{Dataset, Origin, Table, Targets};
use fireside_network::weights::keras_values;
use fireside_tests::block_on;
use fireside_tests::runs::{losses, run};
use fireside_training::Run;
use std::sync::Arc;

fn text(dialect: &str, rules: &str) -> String {
    let words = "{ en = \"\", zh = \"\" }";
    format!(
        "id = \"both\"\nkind = \"train\"\nchapter = 1\ntitle = {words}\nintro = {words}\n\
         dialect = \"{dialect}\"\n[data]\nname = \"rows\"\n[training]\nloss = \"mse\"\n\
         optimizer = {{ name = \"sgd\", learning_rate = 0.1 }}\nepochs = 1\nbatch_size = 4\n\
         [[layers]]\ntype = \"Reshape\"\ntarget_shape = [3, 2]\n\
         [[layers]]\ntype = \"Bidirectional\"\nlayer = {{ type = \"GRU\", units = 2{rules} }}\n"
    )
}

fn data() -> Arc<Dataset> {
    let some = |i: usize| ((37 * i) % 101) as f32 / 50.0 - 1.0;
    let targets = Targets::Values {
        values: (0..4 * 8).map(|i| some(7 * i + 3)).collect(),
        width: 4,
    };
    let columns = ["a", "b", "c", "d", "e", "f"].map(String::from).into();
    let table = Table::new("rows", columns, (0..6 * 8).map(some).collect(), targets);
    let table = table.expect("a table");
    Arc::new(Dataset::new("rows", table.clone(), table, Origin::Sample))
}

fn weight(run: &Run, end: &str) -> Vec<f64> {
    let mut all = run.network().weights();
    let found = all.find(|weight| weight.name.ends_with(end)).expect(end);
    let values = block_on(keras_values(found)).expect("values");
    values.into_iter().map(f64::from).collect()
}

#[test]
fn penalties_count_as_the_dialect_counts_them() {
    const L2: f64 = 0.3;
    let rules = format!(", kernel_regularizer = {{ name = \"l2\", l2 = {L2} }}");
    for (dialect, copies) in [("keras2", 1), ("keras3", 2)] {
        let mut plain = run(&text(dialect, ""), &data());
        let mut with = run(&text(dialect, &rules), &data());
        let kernels = ["forward/kernel", "backward/kernel"];
        let before = kernels.map(|name| weight(&with, name));
        let [first, second] = [&mut plain, &mut with].map(|run| losses(run, 1)[0]);
        let squares = before[..copies]
            .iter()
            .flatten()
            .map(|w| w * w)
            .sum::<f64>();
        assert!((second - first - L2 * squares).abs() < 1e-6, "{dialect}");
        // The pull of the penalty, too: learning rate times 2 l2 w.
        for (index, name) in kernels.into_iter().enumerate() {
            let pull = if index < copies { 0.1 * 2.0 * L2 } else { 0.0 };
            let all = weight(&plain, name).into_iter().zip(weight(&with, name));
            for ((plain, with), before) in all.zip(&before[index]) {
                assert!(
                    (plain - with - pull * before).abs() < 1e-6,
                    "{dialect} {name}"
                );
            }
        }
    }
}
