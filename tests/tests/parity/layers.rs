//! Single layers: output, gradient of the input, gradients of the weights.

use burn::tensor::{Tensor, TensorData};
use fireside_network::weights::keras_values;
use fireside_network::{Mode, Network, Value, Weight, cpu};
use fireside_spec::{Checked, DataShape, Shape, card};
use fireside_tests::compare::{Agreement, wide};
use fireside_tests::reference::{Cases, LayerCase, Numbers, read};
use fireside_tests::{block_on, tolerance};

/// An experiment with this one layer (a picture is flattened behind it). Neutral layers stand before it
/// where the case wants a later place in the list: the generator's numbers depend on it.
fn text(case: &LayerCase) -> String {
    let before = case.random.map_or(0, |random| random.layer);
    let mut text = format!(
        "id = \"case\"\nkind = \"train\"\nchapter = 1\ntitle = {{ en = \"\", zh = \"\" }}\n\
         intro = {{ en = \"\", zh = \"\" }}\ndialect = \"keras2\"\n\
         [data]\nname = \"case\"\ndata_format = \"{}\"\n\
         [training]\nloss = \"mean_squared_error\"\noptimizer = \"sgd\"\nepochs = 1\n",
        case.data_format
    );
    text += &"[[layers]]\ntype = \"Activation\"\nactivation = \"linear\"\n".repeat(before);
    text += &format!("[[layers]]\ntype = \"{}\"\n", case.class_name);
    for (field, value) in &case.config {
        // JSON and TOML write numbers, texts, truth values and lists of numbers alike.
        text += &format!("{field} = {value}\n");
    }
    if case.output.shape.len() == 4 {
        text += "[[layers]]\ntype = \"Flatten\"\n";
    }
    text
}

fn checked(case: &LayerCase) -> Checked {
    let row = match *case.input.shape.as_slice() {
        [_, units] => Shape::Flat { units },
        [_, channels, height, width] => Shape::Picture {
            channels,
            height,
            width,
        },
        ref other => panic!("{}: input of shape {other:?}", case.name),
    };
    let shape = DataShape {
        name: "case".into(),
        row,
        classes: case.output.shape[1..].iter().product(),
        train_rows: case.input.shape[0],
        test_rows: case.input.shape[0],
    };
    card::read(&text(case), |_| Some(shape.clone()), "")
        .unwrap_or_else(|problems| panic!("{}: {problems:?}\n{}", case.name, text(case)))
}

/// The values as they leave the network: flat, in the order of the data format.
fn flat(case: &LayerCase, numbers: &Numbers) -> Vec<f64> {
    if case.data_format == "channels_last" {
        numbers.channels_last()
    } else {
        numbers.data.clone()
    }
}

fn narrow(values: &[f64]) -> Vec<f32> {
    values.iter().map(|value| *value as f32).collect()
}

fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    wide(&tensor.into_data().try_to_vec::<f32>().expect("f32 values"))
}

fn compare(case: &LayerCase, agreement: &mut Agreement) {
    let limit = tolerance::SINGLE;
    let device = cpu();
    let checked = checked(case);
    let network = Network::with_weights(&checked, &device, |spec, _, _| {
        let weight = &case.weights[spec.name];
        assert_eq!(weight.shape, spec.shape, "{}: {}", case.name, spec.name);
        weight.narrow()
    });
    let mode = case.random.map_or(Mode::Use, |random| Mode::Train {
        seed: random.seed,
        update: random.step,
    });

    let tracked = network.tracked();
    let data = case.input.narrow();
    let upstream = narrow(&flat(case, &case.upstream));
    let rows = case.input.shape[0];
    let upstream = TensorData::new(upstream.clone(), [rows, upstream.len() / rows]);
    let upstream = Tensor::<2>::from_inner(Tensor::from_data(upstream, &device));
    let backward = |output: &Tensor<2>| (output.clone() * upstream.clone()).sum().backward();
    let (output, input_gradient, mut gradients) = match *case.input.shape.as_slice() {
        [n, units] => {
            let x = Tensor::<2>::from_data(TensorData::new(data, [n, units]), &device);
            let x = Tensor::from_inner(x).require_grad();
            let output = tracked.forward(Value::Flat(x.clone()), mode).into_flat();
            let gradients = backward(&output);
            (output, x.grad(&gradients).map(values), gradients)
        }
        [n, c, h, w] => {
            let x = Tensor::<4>::from_data(TensorData::new(data, [n, c, h, w]), &device);
            let x = Tensor::from_inner(x).require_grad();
            let output = tracked.forward(Value::Picture(x.clone()), mode).into_flat();
            let gradients = backward(&output);
            (output, x.grad(&gradients).map(values), gradients)
        }
        ref other => panic!("{}: input of shape {other:?}", case.name),
    };
    let group = |what: &str| format!("{} {what}", case.class_name);
    let mut check = |what: &str, place: &str, got: &[f64], expected: &[f64]| {
        let place = format!("{} {place}", case.name);
        agreement.check(&group(what), place.trim(), got, expected, limit);
    };
    // The same forward pass without a tape: what a reader's drawing goes through.
    if case.random.is_none() {
        let data = TensorData::new(case.input.narrow(), case.input.shape.clone());
        let input = match case.input.shape.len() {
            2 => Value::Flat(Tensor::from_data(data, &device)),
            _ => Value::Picture(Tensor::from_data(data, &device)),
        };
        let output = values(network.forward(input, Mode::Use).into_flat());
        check("output", "in use", &output, &flat(case, &case.output));
    }
    check(
        "output",
        "",
        &values(output.inner()),
        &flat(case, &case.output),
    );
    let input_gradient = input_gradient.expect("a gradient of the input");
    check(
        "input gradient",
        "",
        &input_gradient,
        &case.input_gradient.data,
    );
    let names: Vec<Weight> = tracked.weights().cloned().collect();
    assert_eq!(names.len(), case.weight_gradients.len(), "{}", case.name);
    for (weight, gradient) in names.into_iter().zip(tracked.gradients(&mut gradients)) {
        let name = weight
            .name
            .rsplit('/')
            .next()
            .unwrap_or_default()
            .to_string();
        let gradient = Weight {
            values: gradient.expect("a gradient of every weight"),
            ..weight
        };
        let got = wide(&block_on(keras_values(&gradient)).expect("readable values"));
        check(
            "weight gradients",
            &name,
            &got,
            &case.weight_gradients[&name].data,
        );
    }
}

#[test]
fn layers_agree_with_keras_and_pytorch() {
    let mut agreement = Agreement::new();
    for case in &read::<Cases<LayerCase>>("layers.json").cases {
        compare(case, &mut agreement);
    }
    agreement.finish(100);
}

#[test]
fn convolutions_agree_with_keras_and_pytorch() {
    let mut agreement = Agreement::new();
    for case in &read::<Cases<LayerCase>>("layers_conv.json").cases {
        compare(case, &mut agreement);
    }
    agreement.finish(120);
}

/// The mask is the generator's, element by element: it shows where input and upstream are all ones.
#[test]
fn dropout_masks_are_the_reference_s() {
    let mut agreement = Agreement::new();
    for case in &read::<Cases<LayerCase>>("layers.json").cases {
        let (Some(random), Some(mask)) = (case.random, &case.mask) else {
            continue;
        };
        let network = Network::with_weights(&checked(case), &cpu(), |_, _, _| Vec::new());
        let ones = vec![1.0f32; mask.data.len()];
        let data = TensorData::new(ones, case.input.shape.clone());
        let input = match case.input.shape.len() {
            2 => Value::Flat(Tensor::from_data(data, &cpu())),
            _ => Value::Picture(Tensor::from_data(data, &cpu())),
        };
        let mode = Mode::Train {
            seed: random.seed,
            update: random.step,
        };
        let got = values(network.forward(input, mode).into_flat());
        let expected = flat(case, mask);
        assert!(expected.contains(&0.0), "{}: nothing is dropped", case.name);
        agreement.check("mask", &case.name, &got, &expected, tolerance::DRAWN);
    }
    agreement.finish(3);
}
