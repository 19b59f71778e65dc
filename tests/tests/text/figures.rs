//! The figures that a source printed: of which rows, and of which point of a sweep.

use fireside_spec::{Problem, parse};

fn text(point: &str) -> Result<fireside_spec::Experiment, Vec<Problem>> {
    let text = fireside_book::text("6.2").expect("an experiment of the book");
    let own = "point = [20, 100, \"glorot_uniform\", \"adam\"]";
    assert!(text.contains(own));
    parse(&text.replacen(own, point, 1))
}

#[test]
fn a_printed_figure_names_its_point() {
    let experiment = text("point = [20, 100, \"glorot_uniform\", \"adam\"]").expect("a text");
    let sweep = experiment.sweep.expect("a sweep");
    let point = |index: usize| experiment.reported[index].point.clone();
    assert_eq!(point(0), None);
    for (index, wanted) in [(1, 24 + 3 * 6 + 2 * 2 + 1), (2, 2 * 24 + 6 + 1)] {
        let labels = point(index).expect("a point");
        assert_eq!(sweep.point_of(&labels), Some(wanted));
        assert_eq!(sweep.labels(wanted), labels);
    }
    // Every point is found by what it is called.
    for point in 0..sweep.points() {
        let labels: Vec<String> = sweep.labels(point).into_iter().map(String::from).collect();
        assert_eq!(sweep.point_of(&labels), Some(point));
        assert_eq!(sweep.point_of(&labels[1..]), None);
    }
}

#[test]
fn points_that_are_none() {
    for (point, code, arg) in [
        ("point = [20, 100]", "wrong_length", ("wanted", "4")),
        ("point = 3", "wrong_type", ("expected", "a list")),
    ] {
        let problems = text(point).expect_err(point);
        assert_eq!(problems.len(), 1, "{problems:?}");
        let problem = &problems[0];
        assert_eq!(
            (problem.code.as_str(), problem.place.as_str()),
            (code, "reported[2].point")
        );
        assert_eq!(problem.args[arg.0], arg.1, "{problem:?}");
        assert!(problem.line > 0);
    }
    // What was printed of a value stays when a reader takes the value away.
    let gone = "point = [20, 100, \"glorot_uniform\", \"sgd\"]";
    let experiment = text(gone).expect("a text");
    let labels = experiment.reported[2].point.clone().expect("a point");
    assert_eq!(experiment.sweep.expect("a sweep").point_of(&labels), None);
    // Without a sweep there is no point.
    let text = fireside_book::text("13.4").expect("an experiment of the book");
    let text = text.replacen("decimals = 4", "decimals = 4\npoint = [1]", 1);
    let problems = parse(&text).expect_err("no sweep");
    assert_eq!(
        (
            problems[0].code.as_str(),
            problems[0].args["wanted"].as_str()
        ),
        ("wrong_length", "0")
    );
}

#[test]
fn figures_of_the_training_rows_are_asked_for_by_name() {
    let text = fireside_book::text("19.1").expect("an experiment of the book");
    let asks = |text: &str| parse(text).expect("a text").asks_of_training();
    assert!(asks(text));
    for known in ["train_loss", "train_accuracy", "test_rmse"] {
        assert!(!asks(&text.replacen("train_rmse", known, 1)), "{known}");
    }
}
