//! Every initializer, both dialects: first elements, sums, moments, bounds; the fans that scale them.

use fireside_spec::layers::{Rules, TensorSpec};
use fireside_spec::{Dialect, Layer, Target, infer};
use fireside_tests::compare::{Agreement, wide};
use fireside_tests::networks::{data, parsed, text};
use fireside_tests::reference::{Drawn, DrawnCase, NetworkLayer, read};
use fireside_tests::tolerance::DRAWN;
use serde_json::{Map, Value, json};

fn layer(class_name: &str, config: Value) -> NetworkLayer {
    NetworkLayer {
        name: None,
        class_name: class_name.into(),
        config: config.as_object().cloned().unwrap_or_default(),
        inputs: Vec::new(),
    }
}

const TRAINING: &str = "loss = \"mse\"\noptimizer = \"sgd\"";

/// The tensor of a case with the initializer as an experiment writes it.
fn tensor(case: &DrawnCase) -> (TensorSpec, Dialect) {
    let settings: Vec<String> = case
        .config
        .iter()
        .map(|(k, v)| format!(", {k} = {v}"))
        .collect();
    let written = format!("{{ name = \"{}\"{} }}", case.initializer, settings.concat());
    let dense = [layer("Dense", json!({ "units": 1 }))];
    let text = text(&dense, &case.dialect, "channels_last", TRAINING)
        + &format!("kernel_initializer = {written}\n");
    let experiment = parsed(&text);
    let Layer::Dense(dense) = &experiment.layers[0].layer else {
        panic!("no Dense");
    };
    let spec = TensorSpec {
        input_axes: Some(case.input_axes).filter(|axes| *axes > 0),
        ..TensorSpec::new("kernel", case.shape.clone(), &dense.kernel)
    };
    (spec, experiment.dialect)
}

/// Mean and standard deviation within six standard errors.
fn moments(case: &DrawnCase, values: &[f64], place: &str) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let deviation = (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n).sqrt();
    let room = 6.0 * case.standard_deviation / n.sqrt() + 1e-9;
    assert!((mean - case.mean).abs() <= room, "{place}: mean {mean}");
    let off = (deviation - case.standard_deviation).abs();
    assert!(off <= room, "{place}: deviation {deviation}");
}

pub async fn every_initializer_draws_what_the_reference_draws() {
    let reference: Drawn = read("initializers2.json");
    let mut agreement = Agreement::new();
    for case in &reference.cases {
        let (spec, dialect) = tensor(case);
        let (initializer, shape) = (&case.initializer, &case.shape);
        let config = Value::Object(case.config.clone());
        let place = format!("{} {initializer} {config} {shape:?}", case.dialect);
        let values = wide(&spec.initial(dialect, reference.seed, case.layer, case.tensor));
        assert_eq!(values.len(), shape.iter().product::<usize>(), "{place}");
        let first = &values[..case.first.len()];
        agreement.check("first elements", &place, first, &case.first, DRAWN);
        let squares: f64 = values.iter().map(|value| value * value).sum();
        let expected = [case.sum_of_squares];
        agreement.check("sum of squares", &place, &[squares], &expected, DRAWN);
        // A sum of numbers of both signs: its size is that of the length, not of itself.
        let sum = [values.iter().sum::<f64>() - case.sum];
        let room = DRAWN * (squares * values.len() as f64).sqrt();
        agreement.check_absolute("sum", &place, &sum, &[0.0], room);
        moments(case, &values, &place);
        if let (Some(low), Some(high)) = (case.lowest, case.highest) {
            let room = 1e-6 * low.abs().max(high.abs());
            let inside = |value: &f64| (low - room..=high + room).contains(value);
            assert!(values.iter().all(inside), "{place}");
        }
        if let (Some(fan_in), Some(fan_out)) = (case.fan_in, case.fan_out) {
            assert_eq!(spec.fans(dialect), (fan_in, fan_out), "{place}");
        }
    }
    agreement.finish(3 * 93);
}

/// The tensors of a layer that reads sequences of 32 features.
fn of_layer(class_name: &str, config: Value) -> Vec<TensorSpec> {
    let text = text(
        &[layer(class_name, config)],
        "keras2",
        "channels_last",
        TRAINING,
    );
    let data = data([("input", &[5, 32][..])], Target::Values(1), 10);
    let mut layers = infer(&parsed(&text), &data).expect("a layer that fits");
    layers.remove(0).tensors
}

pub async fn fans_are_the_reference_s() {
    let reference: Drawn = read("initializers2.json");
    let mut agreement = Agreement::new();
    let rules = Rules::from(fireside_spec::layers::Initializer::Ones);
    let attention = of_layer(
        "MultiHeadAttention",
        json!({ "num_heads": 4, "key_dim": 12 }),
    );
    for case in &reference.fans {
        let dialect = match case.dialect.as_str() {
            "keras2" => Dialect::Keras2,
            _ => Dialect::Keras3,
        };
        // An attention's are asked of the layer itself.
        let name = case.tensor.strip_prefix("MultiHeadAttention ");
        let spec = match name.and_then(|name| name.split(' ').next()) {
            Some(name) => attention.iter().find(|spec| spec.name == name).cloned(),
            None => Some(TensorSpec::new("kernel", case.shape.clone(), &rules)),
        };
        let spec = spec.unwrap_or_else(|| panic!("no tensor {}", case.tensor));
        assert_eq!(spec.shape, case.shape, "{}", case.tensor);
        let (fan_in, fan_out) = spec.fans(dialect);
        let expected = [case.fan_in, case.fan_out];
        agreement.check("fans", &case.tensor, &[fan_in, fan_out], &expected, 1e-8);
    }
    agreement.finish(13);
    // What an attention asks its inputs for is summed over the input alone, what it gives over all heads.
    let axes: Vec<_> = attention.iter().map(|spec| spec.input_axes).collect();
    let (one, none) = (Some(1), None);
    assert_eq!(axes, [one, none, one, none, one, none, Some(2), none]);
}

/// Columns (or rows, where there are fewer) are orthonormal.
pub async fn orthogonal_is_orthonormal() {
    for (rows, columns) in [(24, 96), (40, 12), (7, 7), (1, 5), (5, 1)] {
        let case = DrawnCase {
            initializer: "orthogonal".into(),
            config: Map::new(),
            dialect: "keras2".into(),
            shape: vec![rows, columns],
            input_axes: 0,
            layer: 0,
            tensor: 0,
            fan_in: None,
            fan_out: None,
            mean: 0.0,
            standard_deviation: 1.0,
            lowest: None,
            highest: None,
            first: Vec::new(),
            sum: 0.0,
            sum_of_squares: 0.0,
        };
        let (spec, dialect) = tensor(&case);
        let values = wide(&spec.initial(dialect, 11, 2, 1));
        let short = rows.min(columns);
        let at = |vector: usize, element: usize| match rows >= columns {
            true => values[element * columns + vector],
            false => values[vector * columns + element],
        };
        for a in 0..short {
            for b in 0..short {
                let dot: f64 = (0..rows.max(columns)).map(|i| at(a, i) * at(b, i)).sum();
                let expected = f64::from(u8::from(a == b));
                assert!(
                    (dot - expected).abs() < DRAWN,
                    "{rows}x{columns}: {a} {b} {dot}"
                );
            }
        }
    }
}

/// What is not square is cut or filled up; the language says so for both dialects.
pub async fn identity_of_tall_and_wide_tensors() {
    let reference: Drawn = read("initializers2.json");
    let case = reference
        .cases
        .into_iter()
        .find(|case| case.initializer == "identity");
    let mut case = case.expect("an identity");
    for (rows, columns) in [(3, 5), (5, 3), (4, 4)] {
        case.shape = vec![rows, columns];
        let (spec, dialect) = tensor(&case);
        let values = spec.initial(dialect, 7, 0, 0);
        for (index, value) in values.into_iter().enumerate() {
            let expected = f32::from(u8::from(index / columns == index % columns));
            assert_eq!(value, expected, "{rows}x{columns} at {index}");
        }
    }
}
