//! Looking inside, against PyTorch: maps, saliency, Grad-CAM, the mean of a filter's map, a step of its ascent.

use burn::tensor::{Tensor, TensorData};
use fireside_insight::{Ascent, Goal, filters, grad_cam, maps, measure, occluded, saliency};
use fireside_network::{Mode, Network, Value};
use fireside_spec::{Checked, Target};
use fireside_tests::compare::{Agreement, wide};
use fireside_tests::engine::{device, limit};
use fireside_tests::networks::{built, data, text};
use fireside_tests::reference::{InsightCase, InsightCases, read};
use fireside_tests::tolerance;

/// Scores and maps that are small beside what they are summed from: what is left of rounding counts more.
const SUMMED: f64 = 1e-4;

fn network(case: &InsightCase) -> (Network, Checked) {
    let training = "loss = \"mse\"\noptimizer = \"sgd\"";
    let text = text(&case.layers, "keras2", &case.data_format, training);
    let shape = &case.input.shape;
    let checked = built(&text, data([("input", &shape[1..])], Target::Values(1), 1));
    let names: Vec<String> = checked.layers.iter().map(|l| l.name.clone()).collect();
    let network = Network::with_weights(&checked, &device(), |spec, layer, _| {
        case.weights[&format!("{}/{}", names[layer], spec.name)].narrow()
    });
    (network, checked)
}

fn picture(case: &InsightCase) -> Value {
    let shape: [usize; 4] = case.input.shape.clone().try_into().expect("a picture");
    let data = TensorData::new(case.input.narrow(), shape);
    Value::Picture(Tensor::from_data(data, &device()))
}

fn cases() -> InsightCases {
    read("insight.json")
}

pub async fn maps_agree_with_pytorch() {
    let mut agreement = Agreement::new();
    for case in &cases().cases {
        let (network, _) = network(case);
        let found = maps(&network, picture(case)).await.expect("maps");
        assert_eq!(found.len(), case.maps.len() + 1, "{}", case.name);
        assert_eq!(found[0], case.input.narrow(), "{}", case.name);
        for (index, (got, expected)) in found[1..].iter().zip(&case.maps).enumerate() {
            // A flattened picture lies in the order of the format.
            let place = format!("{} layer {index}", case.name);
            agreement.check(
                "maps",
                &place,
                &wide(got),
                &expected.data,
                limit(tolerance::SINGLE),
            );
        }
    }
    agreement.finish(13);
}

pub async fn saliency_and_grad_cam_agree_with_pytorch() {
    let mut agreement = Agreement::new();
    for case in &cases().cases {
        let (network, checked) = network(case);
        for (class, expected) in case.classes.iter().enumerate() {
            let mut check = |what: &str, layer: usize, got: &[f32], expected: &[f64]| {
                let place = format!("{} class {class} layer {layer}", case.name);
                agreement.check(what, &place, &wide(got), expected, limit(SUMMED));
            };
            let found = saliency(&network, &checked, picture(case), class);
            let found = found.await.expect("a saliency");
            check("score", 0, &[found.score], &[expected.score]);
            check("saliency", 0, &found.gradient, &expected.gradient.data);
            for cam in &expected.cams {
                let found = grad_cam(&network, &checked, picture(case), class, Some(cam.layer));
                let found = found.await.expect("a Grad-CAM");
                check("score", cam.layer, &[found.score], &[expected.score]);
                check("Grad-CAM", cam.layer, &found.map, &cam.map.data);
                check(
                    "weights of maps",
                    cam.layer,
                    &found.weights,
                    &cam.weights.data,
                );
            }
            // Without a layer it is the last convolution.
            let found = grad_cam(&network, &checked, picture(case), class, None).await;
            assert_eq!(found.expect("a Grad-CAM").layer, 2, "{}", case.name);
        }
    }
    agreement.finish(60);
}

pub async fn units_and_a_step_of_their_ascent_agree_with_pytorch() {
    let mut agreement = Agreement::new();
    let all = cases();
    for case in &all.cases {
        let (network, checked) = network(case);
        let shape = [1, 2, 3].map(|axis| case.input.shape[axis]);
        for unit in &case.units {
            let mut check = |what: &str, got: &[f32], expected: &[f64]| {
                let place = format!("{} layer {} unit {}", case.name, unit.layer, unit.unit);
                agreement.check(what, &place, &wide(got), expected, limit(SUMMED));
            };
            let goal = Goal::unit(&checked, unit.layer, unit.unit).expect("a unit");
            let found = measure(&network, &goal, picture(case))
                .await
                .expect("a score");
            check("score", &found, &[unit.score]);
            let ascent = Ascent {
                goal,
                shape,
                levels: vec![[0.0, 1.0]; shape[0]],
                steps: 1,
                rate: all.rate as f32,
                jitter: 0,
                blur: 0.0,
                l2: all.l2 as f32,
                seed: 7,
            };
            let device = device();
            let climbed = ascent.climb(&network, case.input.narrow(), 0, 1, &device);
            check(
                "climbed",
                &climbed.await.expect("a picture"),
                &unit.climbed.data,
            );
        }
    }
    agreement.finish(12);
}

/// A square as large as the picture leaves nothing but grey; one of no size leaves it as it is.
pub async fn squares_cover_what_they_should() {
    for case in &cases().cases {
        let (network, checked) = network(case);
        let ([_, channels, height, width], width_of_output) = (
            <[usize; 4]>::try_from(case.input.shape.clone()).expect("a picture"),
            checked.width(),
        );
        let grey = [0.25, 0.5, 0.75];
        let outputs = async |pictures: Vec<f32>, count: usize| {
            let data = TensorData::new(pictures, [count, channels, height, width]);
            let value = Value::Picture(Tensor::from_data(data, &device()));
            let output = network.forward(vec![value], Mode::Use).into_flat();
            fireside_tests::engine::values(output).await
        };
        let by_hand = |top: usize, left: usize, size: usize| {
            let mut picture = case.input.narrow();
            for (index, value) in picture.iter_mut().enumerate() {
                let (row, column) = (index / width % height, index % width);
                if (top..top + size).contains(&row) && (left..left + size).contains(&column) {
                    *value = grey[index / (width * height)];
                }
            }
            picture
        };
        let places = [[0, 0], [2, 3], [height - 2, width - 1]];
        for size in [0, 3, height.max(width)] {
            let found = occluded(&network, picture(case), &grey, size, &places).await;
            let pictures = places.map(|[top, left]| by_hand(top, left, size)).concat();
            let expected = outputs(pictures, places.len()).await;
            let found = wide(&found.expect("outputs"));
            assert_eq!(found.len(), places.len() * width_of_output);
            let apart = found.iter().zip(&expected).map(|(a, b)| (a - b).abs());
            assert!(apart.fold(0.0, f64::max) < 1e-6, "{} {size}", case.name);
        }
    }
}

pub async fn filters_are_the_kernels() {
    for case in &cases().cases {
        let (network, checked) = network(case);
        let kernel = &case.weights["conv2d_1/kernel"];
        let [height, width, channels, count] =
            <[usize; 4]>::try_from(kernel.shape.clone()).expect("a kernel");
        let found = filters(&network, &checked, 0).await.expect("filters");
        assert_eq!(found.shape, [count, channels, height, width]);
        for (index, value) in found.values.iter().enumerate() {
            let (cell, plane) = (index % (height * width), index / (height * width));
            let (channel, filter) = (plane % channels, plane / channels);
            let place = (cell * channels + channel) * count + filter;
            assert_eq!(
                f64::from(*value),
                kernel.data[place],
                "{} {index}",
                case.name
            );
        }
    }
}
