//! Weights of other programs become ours, in the network's order.

use crate::{all_values, expected, file, leave, network, values};
use fireside_formats::architecture::read as read_architecture;
use fireside_formats::h5::{self, Layout};
use fireside_formats::matching::{arrange, layers};
use fireside_formats::{FormatError, Limits, NamedTensor, npz};
use fireside_spec::Dialect;

fn read(name: &str) -> h5::Weights {
    h5::read(file(name), Limits::default()).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn keras_2_files() {
    let network = network();
    for name in ["keras2_weights.h5", "keras2_model.h5"] {
        let weights = read(name);
        assert_eq!(weights.layout, Layout::Keras2);
        assert_eq!(weights.keras_version.as_deref(), Some("2.0.8"));
        assert_eq!(weights.backend.as_deref(), Some("tensorflow"));
        assert_eq!(weights.config.is_some(), name == "keras2_model.h5");
        let layers: Vec<&str> = weights.layers.iter().map(|one| one.name.as_str()).collect();
        let expected = [
            "conv2d_1",
            "batch_normalization_1",
            "max_pooling2d_1",
            "flatten_1",
            "dense_1",
            "dense_2",
        ];
        assert_eq!(layers, expected);
        let first = &weights.layers[0].tensors[0];
        assert_eq!(first.name, "conv2d_1/conv2d_1/kernel:0");
        assert_eq!(
            weights.arrange(&network),
            Ok(all_values(&network)),
            "{name}"
        );
    }
}

/// Theano's convolutions ran their kernels backwards.
#[test]
fn kernels_of_theano_are_turned() {
    let network = network();
    let mut weights = read("keras2_weights.h5");
    weights.backend = Some("theano".into());
    let mut expected = all_values(&network);
    let kernel = &expected[0];
    let place = |row: usize, column: usize, filter: usize| (row * 3 + column) * 2 + filter;
    expected[0] = (0..18)
        .map(|i| kernel[place(2 - i / 6, 2 - i / 2 % 3, i % 2)])
        .collect();
    assert_eq!(weights.arrange(&network), Ok(expected));
}

#[test]
fn keras_3_files() {
    let mut network = network();
    let weights = read("keras3.weights.h5");
    assert_eq!(weights.layout, Layout::Keras3);
    let named = weights.layers.iter().find(|one| one.name == "dense_2");
    let tensors = &named.expect("a layer of its own name").tensors;
    assert_eq!(tensors[0].name, "layers/dense_1/vars/0");
    assert_eq!(weights.arrange(&network), Ok(all_values(&network)));
    // Under other names it is the order within a class that tells.
    for one in &mut network {
        one.name = format!("my_{}", one.name);
    }
    let weights = read("keras3.weights.h5");
    assert_eq!(weights.arrange(&network), Ok(all_values(&network)));
}

#[test]
fn parts_of_layers_come_in_keras_s_order() {
    let network: Vec<_> = [
        ("embedding_1/embeddings", &[5, 3][..], "Embedding"),
        ("bidirectional_1/forward/kernel", &[3, 8], "Bidirectional"),
        (
            "bidirectional_1/forward/recurrent_kernel",
            &[2, 8],
            "Bidirectional",
        ),
        ("bidirectional_1/forward/bias", &[8], "Bidirectional"),
        ("bidirectional_1/backward/kernel", &[3, 8], "Bidirectional"),
        (
            "bidirectional_1/backward/recurrent_kernel",
            &[2, 8],
            "Bidirectional",
        ),
        ("bidirectional_1/backward/bias", &[8], "Bidirectional"),
        ("gru_1/kernel", &[4, 6], "GRU"),
        ("gru_1/recurrent_kernel", &[2, 6], "GRU"),
        ("gru_1/bias", &[6], "GRU"),
        ("dense_1/kernel", &[2, 2], "Dense"),
        ("dense_1/bias", &[2], "Dense"),
        ("dense_2/kernel", &[2, 1], "Dense"),
        ("dense_2/bias", &[1], "Dense"),
    ]
    .map(expected)
    .into();
    let weights = read("keras3_parts.weights.h5");
    assert_eq!(weights.arrange(&network), Ok(all_values(&network)));
}

#[test]
fn a_whole_model_of_keras_3_in_the_old_format() {
    let network = [
        ("dense_1/kernel", &[3, 2][..], "Dense"),
        ("dense_1/bias", &[2], "Dense"),
        ("dense_2/kernel", &[2, 1], "Dense"),
        ("dense_2/bias", &[1], "Dense"),
    ]
    .map(expected);
    let weights = read("keras3_model.h5");
    assert_eq!(weights.keras_version.as_deref(), Some("3.15.1"));
    let config = weights.config.clone().expect("an architecture");
    assert!(
        config.contains("\"class_name\": \"Sequential\""),
        "{config}"
    );
    // The version goes with it: the same words mean other things in Keras 2.
    let text = weights
        .architecture()
        .expect("JSON")
        .expect("an architecture");
    let found = read_architecture(&text).expect("layers");
    assert_eq!(found.dialect, Dialect::Keras3);
    assert_eq!(found.layers.len(), 2);
    assert_eq!(weights.arrange(&network), Ok(all_values(&network)));
    let alone = read("keras3.weights.h5").architecture();
    assert_eq!(alone, Ok(None));
}

#[test]
fn numpy_files() {
    let network = network();
    for name in ["named.npz", "listed.npz"] {
        let tensors = npz::read(&file(name), Limits::default());
        let tensors = tensors.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(tensors.len(), network.len());
        assert_eq!(
            arrange(&network, layers(tensors)),
            Ok(all_values(&network)),
            "{name}"
        );
    }
}

#[test]
fn what_is_written_is_read() {
    let network = network();
    let tensors: Vec<NamedTensor> = network
        .iter()
        .enumerate()
        .map(|(k, one)| NamedTensor {
            name: one.name.clone(),
            shape: one.shape.clone(),
            values: values(k, &one.shape),
        })
        .collect();
    let bytes = npz::write(&tensors).expect("an archive");
    assert_eq!(
        npz::write(&tensors).as_deref(),
        Ok(&bytes[..]),
        "equal bytes"
    );
    leave("weights.npz", &bytes);
    assert_eq!(npz::read(&bytes, Limits::default()), Ok(tensors.clone()));
    let twice = [&tensors[..1], &tensors[..1]].concat();
    let name = "conv2d_1/kernel".into();
    assert_eq!(npz::write(&twice), Err(FormatError::TwiceTensor { name }));
    let mut short = tensors;
    short[1].values.pop();
    let refused = npz::write(&short).map_err(|error| error.code());
    assert_eq!(refused, Err("foreign_damaged_tensor"));
}
