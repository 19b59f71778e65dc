//! Runs on rows of numbers: one output that judges two classes, and outputs that are numbers.

use fireside_datasets::{Dataset, Origin, Table, Targets};
use fireside_tests::block_on;
use fireside_tests::runs::{run, to_the_end};
use fireside_training::Event;
use fireside_training::event::{EpochScores, Part};
use std::sync::Arc;

/// Rows on a grid of the square [-1, 1] x [-1, 1], every `step`-th one from `first`.
fn rows(first: usize, step: usize) -> Vec<[f32; 2]> {
    let place = |i: usize| [(i % 17) as f32 / 8.0 - 1.0, (i / 17) as f32 / 8.0 - 1.0];
    (first..17 * 17).step_by(step).map(place).collect()
}

fn table(rows: &[[f32; 2]], targets: Targets) -> Table {
    let columns = vec!["a".into(), "b".into()];
    Table::new("grid", columns, rows.concat(), targets).expect("a table")
}

fn data(targets: fn(&[[f32; 2]]) -> Targets) -> Arc<Dataset> {
    let part = |first, step| {
        let rows = rows(first, step);
        table(&rows, targets(&rows))
    };
    Arc::new(Dataset::new("grid", part(0, 1), part(3, 5), Origin::Sample))
}

fn text(dialect: &str, training: &str, activation: &str) -> String {
    let words = "{ en = \"\", zh = \"\" }";
    format!(
        "id = \"grid\"\nkind = \"train\"\nchapter = 1\ntitle = {words}\nintro = {words}\n\
         dialect = \"{dialect}\"\n[data]\nname = \"grid\"\n[training]\n{training}\n\
         optimizer = {{ name = \"sgd\", learning_rate = 0.5 }}\nepochs = 20\nbatch_size = 16\n\
         [[layers]]\ntype = \"Dense\"\nunits = 1\nactivation = \"{activation}\"\n"
    )
}

fn epochs(events: &[Event]) -> Vec<EpochScores> {
    let epoch = |event: &Event| match event {
        Event::Epoch(scores) => Some(scores.clone()),
        _ => None,
    };
    events.iter().filter_map(epoch).collect()
}

/// Which of the two numbers is larger.
fn larger(rows: &[[f32; 2]]) -> Targets {
    Targets::Classes {
        labels: rows.iter().map(|[a, b]| u16::from(a > b)).collect(),
        classes: 2,
    }
}

fn sum(rows: &[[f32; 2]]) -> Targets {
    Targets::Values {
        values: rows.iter().map(|[a, b]| 2.0 * a - b + 0.5).collect(),
        width: 1,
    }
}

#[test]
fn one_output_judges_two_classes() {
    let data = data(larger);
    for (dialect, loss) in [
        ("keras2", "loss = \"binary_crossentropy\""),
        ("keras3", "loss = \"binary_crossentropy\""),
        (
            "keras2",
            "loss = \"binary_crossentropy\"\nclass_weight = [1.0, 2.0]",
        ),
        ("keras2", "loss = \"mse\""),
    ] {
        let mut run = run(&text(dialect, loss, "sigmoid"), &data);
        let epochs = epochs(&to_the_end(&mut run));
        let (first, last) = (&epochs[0], &epochs[19]);
        assert!(last.train.loss < first.train.loss, "{dialect} {loss}");
        assert!(last.test.accuracy > 0.9, "{dialect} {loss}: {last:?}");
        let report = block_on(run.report(100)).expect("a report");
        let accuracy = f64::from(report.correct) / f64::from(report.rows);
        assert_eq!((report.rows, accuracy), (58, last.test.accuracy));
        let [[a, b], [c, d]] =
            [[0, 1], [2, 3]].map(|row| row.map(|i| report.confusion[i / 2][i % 2]));
        assert_eq!(
            (a + d, a + b + c + d),
            (report.correct, 58),
            "{dialect} {loss}"
        );
        for one in &report.misjudged {
            assert_ne!(one.guesses[0].class, one.label);
            assert!(
                one.guesses.len() == 2 && one.guesses[0].probability >= 0.5,
                "{one:?}"
            );
        }
    }
}

#[test]
fn numbers_are_predicted() {
    let data = data(sum);
    for loss in ["mse", "mae", "huber", "logcosh"] {
        let text = text("keras2", &format!("loss = \"{loss}\""), "linear")
            .replace("learning_rate = 0.5", "learning_rate = 0.1");
        let epochs = epochs(&to_the_end(&mut run(&text, &data)));
        let (first, last) = (epochs[0].test.loss, epochs[19].test.loss);
        assert!(last < 0.1 && last < first, "{loss}: {first} {last}");
    }
}

/// Where the source printed a figure of the training rows, they are measured after every epoch: with the network as it
/// is then, not on the way there.
#[test]
fn figures_of_the_training_rows_are_measured_where_they_are_asked_for() {
    let rows = rows(0, 1);
    let table = table(&rows, sum(&rows));
    let data = Arc::new(Dataset::new("grid", table.clone(), table, Origin::Sample));
    let reported = "[[reported]]\nmetric = \"train_rmse\"\nvalue = 1.0\nplace = \"here\"\n";
    let plain = text(
        "keras2",
        "loss = \"mse\"\nmetrics = [\"rmse\", \"mae\"]",
        "linear",
    );
    let mut parts = Vec::new();
    let [without, with] = [plain.clone(), plain + reported].map(|text| {
        let events = to_the_end(&mut run(&text, &data));
        parts.push(events.iter().any(|event| {
            matches!(
                event,
                Event::Evaluating {
                    part: Part::Train,
                    ..
                }
            )
        }));
        epochs(&events)
    });
    for (without, with) in without.iter().zip(&with) {
        assert_eq!((without.train, without.test), (with.train, with.test));
        for metric in ["rmse", "mae"] {
            let [train, test] = ["train", "test"].map(|part| format!("{part}_{metric}"));
            assert_eq!(without.figure(&train), None);
            // The same rows: the same figures.
            assert!(with.figure(&train).is_some());
            assert_eq!(with.figure(&train), with.figure(&test), "{metric}");
        }
    }
    assert_eq!((with.len(), parts), (20, vec![false, true]));
}
