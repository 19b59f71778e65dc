//! What the mask of padded steps does behind an Embedding, in Keras 3.

use burn::tensor::{Tensor, TensorData};
use fireside_network::weights::keras_values;
use fireside_network::{Mode, Network, Value};
use fireside_spec::Target;
use fireside_tests::compare::{Agreement, wide};
use fireside_tests::engine::{device, limit, values};
use fireside_tests::networks::{built, data, text};
use fireside_tests::reference::{Cases, MaskCase, Numbers, read};
use fireside_tests::tolerance;

fn tensor(numbers: &Numbers) -> Tensor<2> {
    let shape = [numbers.shape[0], numbers.shape[1]];
    Tensor::from_data(TensorData::new(numbers.narrow(), shape), &device())
}

fn network(case: &MaskCase, dialect: &str) -> Network {
    let training = "loss = \"mse\"\noptimizer = \"sgd\"";
    let text = text(&case.layers, dialect, "channels_last", training);
    let shape = &case.ids.shape;
    let mut data = data([("input", &shape[1..])], Target::Values(1), shape[0]);
    data.inputs[0].vocabulary = Some(1);
    let checked = built(&text, data);
    let names: Vec<String> = checked
        .layers
        .iter()
        .map(|layer| layer.name.clone())
        .collect();
    Network::with_weights(&checked, &device(), |spec, layer, _| {
        case.weights[&format!("{}/{}", names[layer], spec.name)].narrow()
    })
}

pub async fn means_of_steps_leave_the_padding_out() {
    let mut agreement = Agreement::new();
    for case in &read::<Cases<MaskCase>>("masks.json").cases {
        let network = network(case, "keras3").tracked();
        let ids = Value::Flat(Tensor::from_inner(tensor(&case.ids)));
        let output = network.forward(vec![ids], Mode::Train { seed: 7, update: 0 });
        let output = output.into_flat();
        let mut check = |what: &str, name: &str, got: &[f64], expected: &[f64]| {
            let place = format!("{} {name}", case.name);
            agreement.check(what, &place, got, expected, limit(tolerance::SINGLE));
        };
        let got = values(output.clone().inner()).await;
        check("output", "", &got, &case.output.data);
        let upstream = Tensor::from_inner(tensor(&case.upstream));
        let mut gradients = (output * upstream).sum().backward();
        let all = network.trainable().cloned().collect::<Vec<_>>();
        assert_eq!(all.len(), case.gradients.len());
        for (mut weight, gradient) in all.into_iter().zip(network.gradients(&mut gradients)) {
            weight.values = gradient.expect("a gradient");
            let got = wide(&keras_values(&weight).await.expect("values"));
            check(
                "gradient",
                &weight.name,
                &got,
                &case.gradients[&weight.name].data,
            );
        }
    }
    agreement.finish(8);
}

/// A row of nothing but padding has a mean of 0 (Keras divides by 0), and Keras 2 knows no mask here.
pub async fn padding_alone_is_nothing_and_keras_2_counts_it() {
    let cases = read::<Cases<MaskCase>>("masks.json").cases;
    let table = cases[0].weights["embedding_1/embeddings"].narrow();
    for (dialect, expected) in [("keras3", vec![0.0; 3]), ("keras2", table[..3].to_vec())] {
        let ids = Value::Flat(Tensor::zeros([1, 5], &device()));
        let output = network(&cases[0], dialect).forward(vec![ids], Mode::Use);
        let got = values(output.into_flat()).await;
        let apart = got.into_iter().zip(wide(&expected));
        assert!(
            apart.into_iter().all(|(a, b)| (a - b).abs() < 1e-6),
            "{dialect}"
        );
    }
}
