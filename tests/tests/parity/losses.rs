//! Losses: value, per row, and gradient.

use burn::tensor::{Tensor, TensorData};
use fireside_network::cpu;
use fireside_spec::Loss;
use fireside_tests::compare::{Agreement, absolute, wide};
use fireside_tests::reference::{Cases, LossCase, Numbers, read};
use fireside_tests::tolerance::SINGLE;
use fireside_training::loss::{loss, row_loss};

/// The losses that the language of experiments knows, by the reference's names.
fn kind(name: &str) -> Option<Loss> {
    match name {
        "categorical_crossentropy" => Some(Loss::CategoricalCrossentropy),
        "mse" => Some(Loss::MeanSquaredError),
        _ => None,
    }
}

fn tensor(numbers: &Numbers) -> Tensor<2> {
    let shape = [numbers.shape[0], numbers.shape[1]];
    Tensor::from_data(TensorData::new(numbers.narrow(), shape), &cpu())
}

fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    wide(&tensor.into_data().try_to_vec::<f32>().expect("f32 values"))
}

/// The label of every row, where all targets are one-hot.
fn labels(targets: &Numbers) -> Option<Vec<usize>> {
    let classes = targets.shape[1];
    let label = |row: &[f64]| {
        let one = row.iter().position(|value| *value == 1.0)?;
        (row.iter().sum::<f64>() == 1.0 && row.iter().all(|v| *v == 0.0 || *v == 1.0))
            .then_some(one)
    };
    targets.data.chunks_exact(classes).map(label).collect()
}

#[test]
fn losses_and_their_gradients_agree() {
    let mut agreement = Agreement::new();
    for case in &read::<Cases<LossCase>>("losses.json").cases {
        let Some(kind) = kind(&case.loss) else {
            continue;
        };
        let output = Tensor::from_inner(tensor(&case.predictions)).require_grad();
        let target = Tensor::from_inner(tensor(&case.targets));
        let value = loss(kind, output.clone(), target);
        let gradients = value.backward();
        // Where a clip is at work, 1 - 1e-7 is another number in float32: the formula's float32 value counts.
        let narrow = &case.per_sample_float32;
        let mean = narrow.iter().sum::<f64>() / narrow.len() as f64;
        agreement.check("value", &case.name, &values(value.inner()), &[mean], SINGLE);
        let gradient = output.grad(&gradients).expect("a gradient");
        let expected = &case.gradient.data;
        agreement.check("gradient", &case.name, &values(gradient), expected, SINGLE);
        // What evaluation and the chart show is computed on the host in float64.
        if let Some(labels) = labels(&case.targets) {
            let rows = case.predictions.narrow();
            let classes = case.predictions.shape[1];
            let got: Vec<f64> = rows
                .chunks_exact(classes)
                .zip(&labels)
                .map(|(row, label)| row_loss(kind, row, *label))
                .collect();
            agreement.check(
                "per row, one-hot",
                &case.name,
                &got,
                &case.per_sample,
                SINGLE,
            );
        }
    }
    agreement.finish(14);
}

#[test]
fn a_missing_probability_is_a_missing_loss() {
    for kind in [Loss::CategoricalCrossentropy, Loss::MeanSquaredError] {
        assert!(row_loss(kind, &[0.1, f32::NAN, 0.2], 0).is_nan());
        assert!(absolute(&[row_loss(kind, &[0.0, 1.0], 0)], &[0.0]) > 0.5);
    }
}
