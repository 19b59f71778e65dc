//! Recurrent layers: outputs, last states, and all gradients through time.

use burn::tensor::{Device, Tensor, TensorData};
use fireside_network::ops::{Cell, CellActivation, Recurrence, Surroundings, recurrent};
use fireside_tests::compare::Agreement;
use fireside_tests::engine::{device, values};
use fireside_tests::reference::{Cases, Numbers, RecurrentCase, read};
use fireside_tests::tolerance;

fn tensor<const D: usize>(numbers: &Numbers, device: &Device) -> Tensor<D> {
    let data = TensorData::new(numbers.narrow(), numbers.shape.clone());
    Tensor::from_data(data, device)
}

fn activation(case: &RecurrentCase, name: &str) -> CellActivation {
    match name {
        "tanh" => CellActivation::Tanh,
        "sigmoid" => CellActivation::Sigmoid,
        "relu" => CellActivation::Relu,
        "linear" => CellActivation::Linear,
        "hard_sigmoid" => CellActivation::HardSigmoid {
            slope: if case.dialect == "keras2" {
                0.2
            } else {
                1.0 / 6.0
            },
        },
        other => panic!("{}: activation {other}", case.name),
    }
}

fn layer(case: &RecurrentCase) -> Recurrence {
    let config = &case.config;
    let inner = config.recurrent_activation.as_deref().unwrap_or("linear");
    Recurrence {
        cell: match case.class_name.as_str() {
            "SimpleRNN" => Cell::Simple,
            "GRU" => Cell::Gru {
                reset_after: config.reset_after,
            },
            "LSTM" => Cell::Lstm,
            other => panic!("{}: {other}", case.name),
        },
        activation: activation(case, &config.activation),
        recurrent_activation: activation(case, inner),
        backwards: config.go_backwards,
        return_sequences: config.return_sequences,
    }
}

fn surroundings(case: &RecurrentCase) -> Surroundings {
    let device = device();
    Surroundings {
        state: case
            .state
            .iter()
            .map(|state| tensor(state, &device))
            .collect(),
        input_masks: case
            .input_masks
            .as_ref()
            .map(|masks| tensor(masks, &device)),
        recurrent_masks: case
            .recurrent_masks
            .as_ref()
            .map(|masks| tensor(masks, &device)),
        step_mask: case.step_mask.as_ref().map(|mask| tensor(mask, &device)),
    }
}

async fn compare(case: &RecurrentCase, agreement: &mut Agreement) {
    let plain = device();
    let device = plain.clone().autodiff();
    let kind = &case.class_name;
    let mut check = |what: &str, place: &str, got: &[f64], expected: &Numbers, limit: f64| {
        let place = format!("{} {place}", case.name);
        let group = format!("{kind} {what}");
        agreement.check(&group, place.trim(), got, &expected.data, limit);
    };
    let flat = |device: &Device| {
        case.weights.get("bias").map(|bias| {
            Tensor::<1>::from_data(TensorData::new(bias.narrow(), [bias.data.len()]), device)
        })
    };

    // Without a tape, as in a prediction.
    let (output, _) = recurrent(
        layer(case),
        tensor(&case.input, &plain),
        tensor(&case.weights["kernel"], &plain),
        tensor(&case.weights["recurrent_kernel"], &plain),
        flat(&plain),
        surroundings(case),
    );
    check(
        "output",
        "in use",
        &values(output).await,
        &case.output,
        tolerance::SINGLE,
    );

    let input = tensor::<3>(&case.input, &device).require_grad();
    let kernel = tensor::<2>(&case.weights["kernel"], &device).require_grad();
    let recurrent_kernel = tensor::<2>(&case.weights["recurrent_kernel"], &device).require_grad();
    let bias = flat(&device).map(Tensor::require_grad);
    let (output, state) = recurrent(
        layer(case),
        input.clone(),
        kernel.clone(),
        recurrent_kernel.clone(),
        bias.clone(),
        surroundings(case),
    );
    let [n, steps, units] = output.dims();
    let upstream = TensorData::new(case.upstream.narrow(), [n, steps, units]);
    let upstream = Tensor::<3>::from_data(upstream, &device);
    let gradients = (output.clone() * upstream).sum().backward();
    check(
        "output",
        "",
        &values(output.inner()).await,
        &case.output,
        tolerance::SINGLE,
    );
    assert_eq!(state.len(), case.last_state.len(), "{}", case.name);
    for (got, expected) in state.into_iter().zip(&case.last_state) {
        check(
            "last state",
            "",
            &values(got).await,
            expected,
            tolerance::SINGLE,
        );
    }
    let limit = tolerance::RECURRENT;
    let got = values(input.grad(&gradients).expect("a gradient of the input")).await;
    check("input gradient", "", &got, &case.input_gradient, limit);
    let found = [
        (
            "kernel",
            kernel.grad(&gradients).map(|kernel| kernel.flatten(0, 1)),
        ),
        (
            "recurrent_kernel",
            recurrent_kernel
                .grad(&gradients)
                .map(|kernel| kernel.flatten(0, 1)),
        ),
        ("bias", bias.and_then(|bias| bias.grad(&gradients))),
    ];
    for (name, got) in found {
        assert_eq!(got.is_some(), case.weight_gradients.contains_key(name));
        if let Some(got) = got {
            check(
                "weight gradients",
                name,
                &values::<1>(got).await,
                &case.weight_gradients[name],
                limit,
            );
        }
    }
}

pub async fn recurrent_layers_agree_with_keras_and_pytorch() {
    let mut agreement = Agreement::new();
    for case in &read::<Cases<RecurrentCase>>("recurrent.json").cases {
        compare(case, &mut agreement).await;
    }
    agreement.finish(200);
}
