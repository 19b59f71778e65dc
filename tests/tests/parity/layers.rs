//! Single layers: output, gradient of the inputs, gradients of the weights, moving statistics.

use burn::tensor::{Tensor, TensorData};
use fireside_network::weights::keras_values;
use fireside_network::{Mode, Network, Value, Weight};
use fireside_spec::{Checked, DataFormat, DataInput, DataShape, Shape, Target, card};
use fireside_tests::compare::{Agreement, wide};
use fireside_tests::engine::{device, values};
use fireside_tests::networks::fields;
use fireside_tests::reference::{Cases, LayerCase, Numbers, read};
use fireside_tests::tolerance;

/// An experiment with this one layer (flattened behind it). Neutral layers stand before it where the case
/// wants a later place in the list: the generator's numbers depend on it.
fn text(case: &LayerCase) -> String {
    let before = case.random.map_or(0, |random| random.layer);
    let mut text = format!(
        "id = \"case\"\nkind = \"train\"\nchapter = 1\ntitle = {{ en = \"\", zh = \"\" }}\n\
         intro = {{ en = \"\", zh = \"\" }}\ndialect = \"{}\"\n\
         [data]\nname = \"case\"\ndata_format = \"{}\"\n\
         [training]\nloss = \"mean_squared_error\"\noptimizer = \"sgd\"\nepochs = 1\n",
        case.dialect.as_deref().unwrap_or("keras2"),
        case.data_format
    );
    text += &"[[layers]]\ntype = \"Activation\"\nactivation = \"linear\"\n".repeat(before);
    text += &format!("[[layers]]\ntype = \"{}\"\n", case.class_name);
    text += &fields(&case.config, "\n");
    if !case.inputs.is_empty() {
        let names: Vec<String> = (0..case.inputs.len())
            .map(|i| format!("\"in{i}\""))
            .collect();
        text += &format!("\ninputs = [{}]", names.join(", "));
    }
    if case.output.shape.len() > 2 {
        text += "\n[[layers]]\ntype = \"Flatten\"\n";
    }
    text
}

/// The shape of a row of an input, which is in the engine's order.
fn row(numbers: &Numbers) -> Shape {
    Shape::of(&numbers.shape[1..], DataFormat::ChannelsFirst).expect("one to four axes")
}

fn checked(case: &LayerCase) -> Checked {
    let inputs = case.all_inputs();
    let rows = inputs[0].shape[0];
    let target = Target::Values(case.output.shape[1..].iter().product());
    let mut shape = DataShape::new("case", row(inputs[0]), target, rows, rows);
    if !case.inputs.is_empty() {
        let named = inputs.iter().enumerate().map(|(index, numbers)| DataInput {
            name: format!("in{index}"),
            shape: row(numbers),
            vocabulary: None,
        });
        shape.inputs = named.collect();
    }
    if case.class_name == "Embedding" {
        shape.inputs[0].vocabulary = Some(1);
    }
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

/// An input as (rows, numbers of a row) on the CPU.
fn matrix(numbers: &Numbers) -> Tensor<2> {
    let values = numbers.narrow();
    let rows = numbers.shape[0];
    let shape = [rows, values.len() / rows];
    Tensor::from_data(TensorData::new(values, shape), &device())
}

fn mode(case: &LayerCase) -> Mode {
    match (case.random, case.mode.as_deref()) {
        (Some(random), _) => Mode::Train {
            seed: random.seed,
            update: random.step,
        },
        (None, Some("train")) => Mode::Train { seed: 0, update: 0 },
        (None, _) => Mode::Use,
    }
}

async fn compare(case: &LayerCase, agreement: &mut Agreement) {
    let device = device();
    let checked = checked(case);
    let network = Network::with_weights(&checked, &device, |spec, _, _| {
        let weight = &case.weights[&spec.name];
        assert_eq!(weight.shape, spec.shape, "{}: {}", case.name, spec.name);
        weight.narrow()
    });
    let recurrent = case.class_name == "Bidirectional";
    let limits = [
        tolerance::SINGLE,
        if recurrent {
            tolerance::RECURRENT
        } else {
            tolerance::SINGLE
        },
    ];
    let group = |what: &str| format!("{} {what}", case.class_name);
    let mut check = |what: &str, place: &str, got: &[f64], expected: &[f64], limit: f64| {
        let place = format!("{} {place}", case.name);
        agreement.check(&group(what), place.trim(), got, expected, limit);
    };
    let inputs = case.all_inputs();
    let upstream = narrow(&flat(case, &case.upstream));
    let rows = inputs[0].shape[0];
    let upstream = TensorData::new(upstream.clone(), [rows, upstream.len() / rows]);
    let upstream = Tensor::<2>::from_inner(Tensor::from_data(upstream, &device));
    let leaves: Vec<Tensor<2>> = inputs
        .iter()
        .map(|numbers| Tensor::from_inner(matrix(numbers)).require_grad())
        .collect();
    let shaped = leaves.iter().zip(&inputs);
    let shaped = shaped.map(|(leaf, numbers)| Value::from_flat(leaf.clone(), row(numbers)));
    let tracked = network.tracked();
    let (output, moved) = tracked.pass(shaped.collect(), mode(case));
    let output = output.into_flat();
    let mut gradients = (output.clone() * upstream).sum().backward();
    let expected = flat(case, &case.output);
    check(
        "output",
        "",
        &values(output.inner()).await,
        &expected,
        limits[0],
    );
    // The same forward pass without a tape: what a reader's drawing goes through.
    let plain = inputs
        .iter()
        .map(|numbers| Value::from_flat(matrix(numbers), row(numbers)));
    let plain = network.forward(plain.collect(), mode(case)).into_flat();
    check(
        "output",
        "no tape",
        &values(plain).await,
        &expected,
        limits[0],
    );
    for (leaf, expected) in leaves.iter().zip(case.all_input_gradients()) {
        let gradient = leaf.grad(&gradients).expect("a gradient of the input");
        check(
            "input gradient",
            "",
            &values(gradient).await,
            &expected.data,
            limits[1],
        );
    }
    let names: Vec<Weight> = tracked.trainable().cloned().collect();
    assert_eq!(names.len(), case.weight_gradients.len(), "{}", case.name);
    for (weight, gradient) in names.into_iter().zip(tracked.gradients(&mut gradients)) {
        let (_, name) = weight.name.split_once('/').expect("layer/tensor");
        let name = name.to_string();
        let gradient = Weight {
            values: gradient.expect("a gradient of every weight"),
            ..weight
        };
        let got = wide(&keras_values(&gradient).await.expect("readable values"));
        let expected = &case.weight_gradients[&name].data;
        check("weight gradients", &name, &got, expected, limits[1]);
    }
    if !case.moving_after.is_empty() {
        let mut after = network.clone();
        after.absorb(moved);
        for weight in after.weights().filter(|weight| !weight.trainable) {
            let (_, name) = weight.name.split_once('/').expect("layer/tensor");
            let got = values(weight.values.clone()).await;
            check("moving", name, &got, &case.moving_after[name], limits[0]);
        }
    }
}

async fn agree(file: &str, at_least: usize) {
    let mut agreement = Agreement::new();
    for case in &read::<Cases<LayerCase>>(file).cases {
        compare(case, &mut agreement).await;
    }
    agreement.finish(at_least);
}

pub async fn layers_agree_with_keras_and_pytorch() {
    agree("layers.json", 100).await;
}

pub async fn convolutions_agree_with_keras_and_pytorch() {
    agree("layers_conv.json", 120).await;
    agree("layers_conv1d.json", 80).await;
    agree("layers_conv2d.json", 40).await;
    agree("layers_depthwise.json", 70).await;
}

pub async fn pooling_and_reshaping_agree_with_keras_and_pytorch() {
    agree("layers_pool.json", 90).await;
    agree("layers_shape.json", 90).await;
}

pub async fn activations_and_merges_agree_with_keras_and_pytorch() {
    agree("layers_activation.json", 150).await;
    agree("layers_merge.json", 80).await;
}

pub async fn normalizations_agree_with_keras_and_pytorch() {
    agree("layers_norm.json", 80).await;
}

pub async fn layers_of_sequences_agree_with_keras_and_pytorch() {
    agree("layers_sequence.json", 150).await;
}

/// The mask is the generator's, element by element: it shows where input and upstream are all ones.
pub async fn dropout_masks_are_the_reference_s() {
    let mut agreement = Agreement::new();
    let files = ["layers.json", "layers_shape.json"];
    for case in files
        .iter()
        .flat_map(|file| read::<Cases<LayerCase>>(file).cases)
    {
        let (Some(_), Some(mask)) = (case.random, &case.mask) else {
            continue;
        };
        let network = Network::with_weights(&checked(&case), &device(), |_, _, _| Vec::new());
        let inputs = case.all_inputs();
        let ones = matrix(inputs[0]) * 0.0 + 1.0;
        let input = Value::from_flat(ones, row(inputs[0]));
        let got = values(network.forward(vec![input], mode(&case)).into_flat()).await;
        let expected = flat(&case, mask);
        assert!(expected.contains(&0.0), "{}: nothing is dropped", case.name);
        agreement.check("mask", &case.name, &got, &expected, tolerance::DRAWN);
    }
    agreement.finish(4);
}
