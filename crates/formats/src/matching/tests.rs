use super::*;

fn expected(name: &str, shape: &[usize], class: &str) -> Expected {
    Expected {
        name: name.into(),
        shape: shape.to_vec(),
        class: class.into(),
    }
}

fn tensor(name: &str, shape: &[usize], first: f32) -> NamedTensor {
    let count: usize = shape.iter().product();
    NamedTensor {
        name: name.into(),
        shape: shape.to_vec(),
        values: (0..count).map(|i| first + i as f32).collect(),
    }
}

fn network() -> Vec<Expected> {
    vec![
        expected("dense_1/kernel", &[2, 3], "Dense"),
        expected("dense_1/bias", &[3], "Dense"),
        expected("norm/gamma", &[3], "BatchNormalization"),
        expected("norm/beta", &[3], "BatchNormalization"),
        expected("norm/moving_mean", &[3], "BatchNormalization"),
        expected("norm/moving_variance", &[3], "BatchNormalization"),
        expected("dense_2/kernel", &[3, 1], "Dense"),
        expected("dense_2/bias", &[1], "Dense"),
    ]
}

/// The network's weights under the names that `rename` gives them, each beginning with its own hundred.
fn found(rename: impl Fn(&str) -> String) -> Vec<NamedTensor> {
    let weights = network().into_iter().enumerate();
    weights
        .map(|(i, one)| tensor(&rename(&one.name), &one.shape, 100.0 * i as f32))
        .collect()
}

fn firsts(found: Vec<FoundLayer>) -> Result<Vec<f32>, FormatError> {
    let values = arrange(&network(), found)?;
    Ok(values.into_iter().map(|values| values[0]).collect())
}

const RIGHT: [f32; 8] = [0.0, 100.0, 200.0, 300.0, 400.0, 500.0, 600.0, 700.0];

#[test]
fn by_name_in_any_order() {
    let mut tensors = found(|name| {
        let (layer, weight) = name.split_once('/').expect("a name");
        format!("{layer}/{layer}/{weight}:0")
    });
    tensors.reverse();
    assert_eq!(firsts(layers(tensors)).as_deref(), Ok(&RIGHT[..]));
}

#[test]
fn by_order_where_the_session_counted_on() {
    let tensors = found(|name| name.replace("dense_2", "dense_9").replace("norm", "bn_4"));
    assert_eq!(firsts(layers(tensors)).as_deref(), Ok(&RIGHT[..]));
}

#[test]
fn a_plain_list_by_order() {
    let mut number = 0..;
    let mut tensors = found(|_| String::new());
    for tensor in &mut tensors {
        tensor.name = format!("arr_{}", number.next().unwrap_or(0));
    }
    assert_eq!(firsts(layers(tensors.clone())).as_deref(), Ok(&RIGHT[..]));
    let last = tensors.pop().expect("a tensor");
    let lacks = firsts(layers(tensors.clone()));
    let name = || "dense_2/bias".into();
    assert_eq!(lacks, Err(FormatError::MissingTensor { name: name() }));
    tensors.extend([last.clone(), last]);
    let more = firsts(layers(tensors));
    let name = "arr_7".into();
    assert_eq!(more, Err(FormatError::ExtraTensor { name }));
}

#[test]
fn by_class_where_layers_have_no_names() {
    let groups = [
        ("dense", 1, 6..8),
        ("dense", 0, 0..2),
        ("batch_normalization", 0, 2..6),
    ];
    let tensors = found(|name| name.into());
    let found: Vec<FoundLayer> = groups
        .into_iter()
        .map(|(class, number, range)| FoundLayer {
            name: String::new(),
            class: Some((class.into(), number)),
            tensors: tensors[range]
                .iter()
                .enumerate()
                .map(|(i, one)| NamedTensor {
                    name: format!("layers/{class}/vars/{i}"),
                    ..one.clone()
                })
                .collect(),
        })
        .collect();
    assert_eq!(firsts(found.clone()).as_deref(), Ok(&RIGHT[..]));
    let lacks = firsts(found[1..].to_vec());
    let name = "dense_2/kernel".into();
    assert_eq!(lacks, Err(FormatError::MissingTensor { name }));
    let mut more = found;
    more.push(FoundLayer {
        class: Some(("dense".into(), 2)),
        tensors: vec![tensor("layers/dense_2/vars/0", &[1], 0.0)],
        ..FoundLayer::default()
    });
    let name = "layers/dense_2/vars/0".into();
    assert_eq!(firsts(more), Err(FormatError::ExtraTensor { name }));
}

#[test]
fn what_does_not_fit_is_named() {
    let own = |name: &str| name.to_owned();
    let mut lacks = found(own);
    lacks.remove(4);
    let name = "norm/moving_mean".into();
    assert_eq!(
        firsts(layers(lacks)),
        Err(FormatError::MissingTensor { name })
    );
    let mut lacks = found(own);
    lacks.truncate(6);
    let name = "dense_2/kernel".into();
    assert_eq!(
        firsts(layers(lacks)),
        Err(FormatError::MissingTensor { name })
    );
    let mut extra = found(own);
    extra.push(tensor("dense_3/kernel", &[1, 1], 0.0));
    let name = "dense_3/kernel".into();
    assert_eq!(
        firsts(layers(extra)),
        Err(FormatError::ExtraTensor { name })
    );
    let mut turned = found(own);
    turned[0].shape.reverse();
    let wrong = FormatError::WrongShape {
        name: "dense_1/kernel".into(),
        expected: "(2, 3)".into(),
        found: "(3, 2)".into(),
    };
    assert_eq!(firsts(layers(turned)), Err(wrong));
    for value in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let mut sick = found(own);
        sick[3].values[2] = value;
        let name = "norm/beta".into();
        assert_eq!(
            firsts(layers(sick)),
            Err(FormatError::NotFinite { name, at: 2 })
        );
    }
}

#[test]
fn classes_in_snake_case() {
    for (class, name) in [
        ("Dense", "dense"),
        ("Conv2D", "conv2d"),
        ("MaxPooling2D", "max_pooling2d"),
        ("SeparableConv2D", "separable_conv2d"),
        ("BatchNormalization", "batch_normalization"),
        ("SimpleRNN", "simple_rnn"),
        ("LSTM", "lstm"),
        ("GRU", "gru"),
        ("MultiHeadAttention", "multi_head_attention"),
        ("GlobalAveragePooling1D", "global_average_pooling1d"),
        ("TimeDistributed", "time_distributed"),
    ] {
        assert_eq!(snake_case(class), name);
    }
}
