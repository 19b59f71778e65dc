//! Exports for Burn: the files in `exported/` are what the exporter writes (`FIRESIDE_BLESS=1` writes them anew); they
//! are compiled here and have to answer as the engine does.

use crate::exports::{answers, network, rows};
use crate::networks::SAMPLES;
use burn::tensor::{Tensor, TensorData};
use fireside_formats::{NamedTensor, export};
use fireside_network::{cpu, weights};
use fireside_tests::files::{bless, root};
use fireside_tests::{block_on, tolerance};
use std::collections::BTreeMap;

fn tensor<const D: usize>(input: &NamedTensor) -> Tensor<D> {
    let shape: [usize; D] = input.shape[..].try_into().expect("the rank");
    Tensor::from_data(TensorData::new(input.values.clone(), shape), &cpu())
}

macro_rules! exported {
    ($($name:ident($($input:literal),*);)*) => {
        $(
            #[allow(dead_code, unused, clippy::all)]
            mod $name {
                include!(concat!("exported/", stringify!($name), ".rs"));
            }
        )*

        const EXPORTED: &[&str] = &[$(stringify!($name)),*];

        fn exported(name: &str, arrays: &BTreeMap<String, (Vec<usize>, Vec<f32>)>, inputs: &[NamedTensor]) -> Vec<f32> {
            let output = match name {
                $(stringify!($name) => {
                    let network = $name::Network::load(arrays, &cpu()).expect("all weights");
                    network.forward($(tensor(&inputs[$input]),)* &$name::Pass::default())
                })*
                _ => panic!("{name} is not exported"),
            };
            output.into_data().try_to_vec().expect("numbers")
        }
    };
}

exported! {
    attention(0);
    branches(0, 1);
    masked_mean(0);
    pictures(0);
    recurrent(0);
    recurrent_3(0);
}

#[test]
fn burn_answers_as_the_engine_does() {
    for name in EXPORTED {
        let sample = SAMPLES
            .iter()
            .find(|sample| sample.name == *name)
            .expect("a sample");
        let checked = sample.checked();
        let text = export::burn_network(&checked);
        let path = root().join(format!("tests/tests/formats/exported/{name}.rs"));
        if bless() {
            std::fs::write(&path, &text).expect("a file");
        }
        let stored = std::fs::read_to_string(&path).expect("a file");
        assert_eq!(stored, text, "{name}: FIRESIDE_BLESS=1 writes it anew");
        let network = network(&checked);
        let own = network.weights().map(|weight| {
            let values = block_on(weights::keras_values(weight)).expect("values");
            (weight.name.clone(), (weight.shape.clone(), values))
        });
        let arrays: BTreeMap<String, (Vec<usize>, Vec<f32>)> = own.collect();
        let inputs = rows(&checked, 3);
        let ours = answers(&network, &checked, &inputs);
        let theirs = exported(name, &arrays, &inputs);
        assert_eq!(ours.len(), theirs.len(), "{name}");
        let largest = ours.iter().fold(0.0f32, |most, a| most.max(a.abs()));
        let apart = ours
            .iter()
            .zip(&theirs)
            .map(|(a, b)| (a - b).abs())
            .fold(0.0, f32::max);
        assert!(
            f64::from(apart / largest) <= tolerance::SINGLE,
            "{name}: {ours:?} {theirs:?}"
        );
    }
}
