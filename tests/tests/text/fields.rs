//! Wrong, missing and unknown fields; layers that do not fit.

use crate::{line, only, problems, with};
use fireside_spec::Problem;
use fireside_spec::card::read;
use fireside_tests::runs::text;

fn expect(text: &str, code: &str, place: &str, part: &str) -> Problem {
    let problem = only(text);
    assert_eq!(
        (problem.code.as_str(), problem.place.as_str()),
        (code, place),
        "{problem:?}"
    );
    assert_eq!(problem.line, line(text, part), "{problem:?}");
    assert!(problem.column > 0, "{problem:?}");
    problem
}

#[test]
fn an_unknown_field_gets_a_suggestion() {
    let text = with("kernel_size = 5", "kernel_sise = 5");
    let found = problems(&text);
    let unknown = found
        .iter()
        .find(|p| p.code == "unknown_field")
        .expect("unknown_field");
    assert_eq!(unknown.args["suggestion"], "kernel_size");
    assert_eq!(unknown.place, "layers[0].kernel_sise");
    assert_eq!(
        (unknown.line, unknown.column),
        (line(&text, "kernel_sise"), 1)
    );
    assert!(
        found
            .iter()
            .any(|p| p.code == "missing_field" && p.args["field"] == "kernel_size")
    );

    let text = with("rate = 0.2", "rate = 0.2\nwatermelon = 3");
    let unknown = expect(&text, "unknown_field", "layers[2].watermelon", "watermelon");
    assert!(!unknown.args.contains_key("suggestion") && unknown.args["known"].contains("rate"));
}

#[test]
fn sizes_of_nothing_and_of_too_much() {
    let text = with("units = 128", "units = 0");
    expect(&text, "out_of_range", "layers[4].units", "units = 0");
    let text = with("filters = 32", "filters = -3");
    expect(&text, "out_of_range", "layers[0].filters", "filters = -3");
    let text = with("kernel_size = 5", "kernel_size = 29");
    let problem = expect(&text, "window_too_large", "layers[0]", "[[layers]]");
    assert_eq!(
        (
            problem.args["window"].as_str(),
            problem.args["shape"].as_str()
        ),
        ("29×29", "28×28")
    );
    let text = with("pool_size = 2", "pool_size = [2, 25]");
    expect(
        &text,
        "window_too_large",
        "layers[1]",
        "[[layers]]\ntype = \"MaxPooling2D\"",
    );
    let text = with("kernel_size = 5", "kernel_size = 5\nstrides = 0");
    expect(&text, "out_of_range", "layers[0].strides", "strides = 0");
    let text = with("units = 128", "units = 100000");
    expect(
        &text,
        "too_many_parameters",
        "layers[4]",
        "[[layers]]\ntype = \"Dense\"",
    );
    let text = with("batch_size = 200", "batch_size = 10000")
        .replacen("filters = 32", "filters = 512", 1)
        .replacen("units = 128", "units = 8", 1);
    expect(
        &text,
        "too_much_memory",
        "training.batch_size",
        "batch_size",
    );
}

#[test]
fn layers_that_do_not_fit_each_other() {
    let text = with("[[layers]]\ntype = \"Flatten\"\n", "");
    let problem = expect(
        &text,
        "needs_flat",
        "layers[3]",
        "[[layers]]\ntype = \"Dense\"",
    );
    assert_eq!(problem.args["layer"], "Dense");
    let text = with(
        "type = \"Conv2D\"",
        "type = \"Flatten\"\n\n[[layers]]\ntype = \"Conv2D\"",
    );
    expect(
        &text,
        "needs_picture",
        "layers[1]",
        "[[layers]]\ntype = \"Conv2D\"",
    );
    let text = with("units = 10\n", "units = 11\n");
    let problem = only(&text);
    assert_eq!(
        (problem.code.as_str(), problem.args["classes"].as_str()),
        ("wrong_output", "10")
    );
    // A name of nothing is no layer either.
    for (name, given) in [("LSTN", "LSTN"), ("", "type = \"\"")] {
        let text = with("type = \"Dropout\"", &format!("type = \"{name}\""));
        let found = problems(&text);
        let told = |p: &Problem| {
            p.code == "unknown_layer" && p.args["value"] == name && p.line == line(&text, given)
        };
        assert!(found.iter().any(told), "{found:?}");
    }
}

#[test]
fn axes_that_a_weight_does_not_have() {
    let constraint =
        |field: &str, axis: &str| format!("{field} = {{ name = \"max_norm\", axis = {axis} }}");
    for (after, field, fits, beyond, tensor) in [
        (
            "units = 128",
            "kernel_constraint",
            "[0, 1]",
            "[0, 2]",
            "kernel",
        ),
        ("units = 128", "bias_constraint", "0", "1", "bias"),
        (
            "filters = 32",
            "kernel_constraint",
            "[0, 1, 2, 3]",
            "4",
            "kernel",
        ),
    ] {
        let text = |axis| with(after, &format!("{after}\n{}", constraint(field, axis)));
        assert_eq!(problems(&text(fits)), []);
        let layer = if after.starts_with("units") { 4 } else { 0 };
        let place = format!("layers[{layer}].{field}.axis");
        let problem = expect(&text(beyond), "axis_beyond_rank", &place, field);
        let rank = fits.matches(|c: char| c.is_ascii_digit()).count();
        let wanted = [
            ("tensor", tensor.to_string()),
            ("max", (rank - 1).to_string()),
        ];
        for (arg, wanted) in wanted {
            assert_eq!(problem.args[arg], wanted, "{problem:?}");
        }
    }
    // Inside a wrapper, and of a tensor whose rules have another name than itself.
    let text = |axis| {
        let own = constraint("recurrent_constraint", axis);
        let layer = format!("layer = {{ type = \"LSTM\", units = 4, {own} }}");
        let reshape = "type = \"Reshape\"\ntarget_shape = [144, 32]\n\n[[layers]]\n";
        let both = format!("{reshape}type = \"Bidirectional\"\n{layer}\n");
        with("type = \"Flatten\"\n", &both)
    };
    assert_eq!(problems(&text("1")), []);
    let place = "layers[4].layer.recurrent_constraint.axis";
    expect(&text("2"), "axis_beyond_rank", place, "layer = {");
}

#[test]
fn missing_parts() {
    let original = text("13.4", &[]);
    let start = original.find("[training]").expect("a table training");
    let end = original.find("[[reported]]").expect("a table reported");
    let without = format!("{}{}", &original[..start], &original[end..]);
    let problem = only(&without);
    assert_eq!(
        (problem.code.as_str(), problem.args["field"].as_str()),
        ("missing_field", "training")
    );

    let text = with("name = \"mnist\"\n", "");
    let problem = only(&text);
    assert_eq!(
        (problem.code.as_str(), problem.args["field"].as_str()),
        ("missing_field", "name")
    );
    assert_eq!(problem.place, "data");
    let text = with("name = \"mnist\"", "name = \"imagenet\"");
    let problem = expect(&text, "unknown_dataset", "data.name", "imagenet");
    assert_eq!(problem.args["known"], "mnist");
    let no_layers = original[..original.find("[[layers]]").expect("layers")].to_string()
        + &original[start..end];
    assert!(problems(&no_layers).iter().any(|p| p.code == "no_layers"));
    let nothing = problems("");
    assert!(
        nothing
            .iter()
            .any(|p| p.args.get("field").is_some_and(|f| f == "kind")),
        "{nothing:?}"
    );
}

#[test]
fn wrong_types() {
    for (from, to, place) in [
        ("epochs = 10", "epochs = \"ten\"", "training.epochs"),
        ("epochs = 10", "epochs = 10.5", "training.epochs"),
        ("epochs = 10", "epochs = [10]", "training.epochs"),
        ("rate = 0.2", "rate = true", "layers[2].rate"),
        (
            "kernel_size = 5",
            "kernel_size = [5]",
            "layers[0].kernel_size",
        ),
        (
            "kernel_size = 5",
            "kernel_size = 1979-05-27",
            "layers[0].kernel_size",
        ),
        ("padding = \"valid\"", "padding = 0", "layers[0].padding"),
        ("scale = 255", "scale = { x = 1 }", "data.scale"),
        ("seed = 7", "seed = \"7\"", "seed"),
    ] {
        let text = with(from, to);
        expect(&text, "wrong_type", place, to);
    }
    let text = with("padding = \"valid\"", "padding = \"causal\"");
    let problem = expect(&text, "unknown_value", "layers[0].padding", "causal");
    assert_eq!(problem.args["known"], "valid, same");
}

#[test]
fn losses_and_metrics_are_names_or_tables() {
    let with_loss = |loss: &str| with("loss = \"categorical_crossentropy\"", loss);
    for fine in [
        "loss = \"mse\"\nmetrics = []",
        "loss = { name = \"huber\", delta = 0.5 }\nmetrics = [\"acc\", { name = \"f1\", average = \"macro\" }]",
        "loss = { name = \"sparse_categorical_crossentropy\", stable = true }\nclass_weight = [1, 2.5, 1, 1, 1, 1, 1, 1, 1, 0]",
        "loss = \"kld\"\nmetrics = [{ name = \"top_k_categorical_accuracy\", k = 3 }, { name = \"binary_accuracy\" }]",
    ] {
        assert_eq!(problems(&with_loss(fine)), [], "{fine}");
    }
    let metrics = "loss = \"mse\"\nmetrics = ";
    let many = vec!["\"acc\""; 31].join(", ");
    for (written, code, place) in [
        ("loss = \"mean_squared\"", "unknown_value", "loss"),
        ("loss = 3", "wrong_type", "loss"),
        ("loss = [\"mse\"]", "wrong_type", "loss"),
        ("loss = {}", "missing_field", "loss"),
        ("loss = { name = 3 }", "wrong_type", "loss.name"),
        (
            "loss = { name = \"mse\", delta = 1 }",
            "unknown_field",
            "loss.delta",
        ),
        (
            "loss = { name = \"huber\", delta = 0 }",
            "out_of_range",
            "loss.delta",
        ),
        (
            "loss = { name = \"huber\", from_logits = true }",
            "unknown_field",
            "loss.from_logits",
        ),
        (
            "loss = { name = \"binary_crossentropy\", from_logits = 1 }",
            "wrong_type",
            "loss.from_logits",
        ),
        (&format!("{metrics}\"acc\""), "wrong_type", "metrics"),
        (
            &format!("{metrics}[\"acc\", 1]"),
            "wrong_type",
            "metrics[1]",
        ),
        (
            &format!("{metrics}[\"acc\", \"area\"]"),
            "unknown_value",
            "metrics[1]",
        ),
        (
            &format!("{metrics}[{{ name = \"f1\", average = \"mean\" }}]"),
            "unknown_value",
            "metrics[0].average",
        ),
        (
            &format!("{metrics}[{{ name = \"roc_auc\", average = \"micro\" }}]"),
            "unknown_value",
            "metrics[0].average",
        ),
        (
            &format!("{metrics}[{{ name = \"r2\", k = 3 }}]"),
            "unknown_field",
            "metrics[0].k",
        ),
        (&format!("{metrics}[{{}}]"), "missing_field", "metrics[0]"),
        (&format!("{metrics}[{many}]"), "out_of_range", "metrics"),
        (
            "loss = \"mse\"\nclass_weight = [1, -1]",
            "out_of_range",
            "class_weight",
        ),
        (
            "loss = \"mse\"\nclass_weight = 2",
            "wrong_type",
            "class_weight",
        ),
    ] {
        let text = with_loss(written);
        let problem = only(&text);
        let wanted = (code.to_string(), format!("training.{place}"));
        assert_eq!((problem.code, problem.place), wanted, "{written}");
        assert!(
            problem.line >= line(&text, "[training]") && problem.line <= line(&text, "epochs"),
            "{written}"
        );
    }
    let problem = only(&with_loss(""));
    assert_eq!(
        (problem.code.as_str(), problem.place.as_str()),
        ("missing_field", "training")
    );
}

#[test]
fn several_problems_at_once_each_with_its_line() {
    let text = with("epochs = 10", "epochs = 0")
        .replacen("rate = 0.2", "rate = 1.5", 1)
        .replacen("units = 128", "unit = 128", 1)
        .replacen("scale = 255", "scale = 0", 1);
    let found = problems(&text);
    let at = |code: &str, place: &str, part: &str| {
        let wanted = (code, place, line(&text, part));
        let has = |p: &Problem| (p.code.as_str(), p.place.as_str(), p.line) == wanted;
        assert!(found.iter().any(has), "no {wanted:?} in {found:?}");
    };
    at("out_of_range", "training.epochs", "epochs = 0");
    at("out_of_range", "layers[2].rate", "rate = 1.5");
    at("unknown_field", "layers[4].unit", "unit = 128");
    at("missing_field", "layers[4]", "[[layers]]\ntype = \"Dense\"");
    at("out_of_range", "data.scale", "scale = 0");
    assert_eq!(found.len(), 5, "{found:?}");
}

#[test]
fn syntax_errors_have_a_line() {
    let text = with("epochs = 10", "epochs = = 10");
    let problem = only(&text);
    assert_eq!(
        (problem.code.as_str(), problem.line),
        ("toml_syntax", line(&text, "epochs = = 10"))
    );
    let text = with("epochs = 10", "epochs = 10\nepochs = 11");
    let problem = only(&text);
    assert_eq!(
        (problem.code.as_str(), problem.line),
        ("toml_syntax", line(&text, "epochs = 11"))
    );
    // A column counts letters, not bytes.
    let text = "title = { en = \"\", zh = \"中文\" } x";
    let problem = only(text);
    assert_eq!((problem.code.as_str(), problem.line), ("toml_syntax", 1));
    assert!(problem.column <= 34, "{problem:?}");
}

#[test]
fn a_text_for_other_data_is_judged_by_that_data() {
    let sample = fireside_tests::data::sample(50, 10);
    let text = text("13.4", &[("data.train_rows", "1000")]);
    let checked = read(&text, |_| Some(sample.data_shape()), "").expect("fits the sample");
    assert_eq!(checked.train_rows, 50);
    let text = fireside_tests::runs::text("13.4", &[("data.validation_split", "0.95")]);
    let checked = read(&text, |_| Some(sample.data_shape()), "").expect("fits the sample");
    assert_eq!((checked.train_rows, checked.validation_rows), (2, 48));
}

#[test]
fn pictures_are_standardised_by_one_number_or_one_per_channel() {
    let text = with(
        "scale = 255",
        "scale = 255\nmean = [0.1307]\nstd = [0.3081]",
    );
    let data = read(&text, fireside_datasets::official_shape, "")
        .unwrap_or_else(|problems| panic!("{problems:?}"))
        .experiment
        .data;
    let expected = (255.0_f32 / 255.0 - 0.1307) / 0.3081;
    assert_eq!(data.value(0, 255.0), expected);
    let text = with("scale = 255", "scale = 255\nmean = [1, 2, 3]");
    let problem = expect(&text, "wrong_length", "data.mean", "mean");
    assert_eq!(
        (&problem.args["found"][..], &problem.args["wanted"][..]),
        ("3", "1")
    );
    let text = with("scale = 255", "std = [0]");
    expect(&text, "out_of_range", "data.std", "std");
    let text = text_of_a_table("std = [2.0]");
    expect(&text, "needs_picture", "data.std", "std");
}

/// Iris with a further line in `[data]`.
fn text_of_a_table(line: &str) -> String {
    text("7.5", &[]).replace("name = \"iris\"", &format!("name = \"iris\"\n{line}"))
}
