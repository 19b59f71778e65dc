//! Losses: value, per row, and gradient, with and without weights, as a tensor and on the host.

use super::training;
use burn::tensor::{Tensor, TensorData};
use fireside_spec::{Dialect, Loss, LossInput};
use fireside_tests::compare::Agreement;
use fireside_tests::engine::{device, values};
use fireside_tests::reference::{Cases, LossCase, Numbers, WeightedLosses, read};
use fireside_tests::tolerance::SINGLE;
use fireside_training::Target;
use fireside_training::losses::{batch_loss, loss, probabilities, row_loss, row_weights};
use serde_json::Value;

const BOTH: [Dialect; 2] = [Dialect::Keras2, Dialect::Keras3];

fn kind(dialect: &str, written: &Value) -> (Loss, Dialect) {
    let (training, dialect) = training(dialect, written, &Value::Array(Vec::new()));
    (training.loss, dialect)
}

fn tensor(values: Vec<f32>, shape: [usize; 2]) -> Tensor<2> {
    Tensor::from_inner(Tensor::from_data(TensorData::new(values, shape), &device()))
}

fn vector(values: &[f32]) -> Tensor<1> {
    Tensor::from_inner(Tensor::from_data(values, &device()))
}

/// Value and gradient by the output.
async fn backward(
    kind: (Loss, Dialect),
    output: &Numbers,
    target: &Numbers,
    weights: Option<&[f32]>,
) -> ([f64; 1], Vec<f64>) {
    let shape = [output.shape[0], output.shape[1]];
    let output = tensor(output.narrow(), shape).require_grad();
    let target = tensor(target.narrow(), shape);
    let value = loss(&kind.0, kind.1, output.clone(), target, weights.map(vector));
    let gradients = value.backward();
    let gradient = output.grad(&gradients).expect("a gradient");
    let value = values(value.inner()).await;
    ([value[0]], values(gradient).await)
}

/// The class of every row, where all targets are one-hot.
fn classes(targets: &Numbers) -> Option<Vec<usize>> {
    let width = targets.shape[1];
    let class = |row: &[f64]| {
        let one = row.iter().position(|value| *value == 1.0)?;
        let plain = row.iter().all(|v| *v == 0.0 || *v == 1.0);
        (width > 1 && plain && row.iter().sum::<f64>() == 1.0).then_some(one)
    };
    targets.data.chunks_exact(width).map(class).collect()
}

/// Per row on the host, which is what evaluation and charts show; classes by their number, too.
fn check_rows(
    agreement: &mut Agreement,
    place: &str,
    kind: (Loss, Dialect),
    output: &Numbers,
    target: &Numbers,
    expected: &[f64],
) {
    let (rows, width) = (output.narrow(), output.shape[1]);
    let rows = || rows.chunks_exact(width);
    let target_rows = target.narrow();
    let judge = |(row, target): (&[f32], &[f32])| row_loss(&kind.0, kind.1, row, target);
    let got: Vec<f64> = rows()
        .zip(target_rows.chunks_exact(width))
        .map(judge)
        .collect();
    agreement.check("per row", place, &got, expected, SINGLE);
    if let Some(classes) = classes(target) {
        let judge = |(row, class): (&[f32], usize)| row_loss(&kind.0, kind.1, row, class);
        let got: Vec<f64> = rows().zip(classes).map(judge).collect();
        agreement.check("per row, classes", place, &got, expected, SINGLE);
    }
}

pub async fn losses_and_their_gradients_agree() {
    let mut agreement = Agreement::new();
    for case in &read::<Cases<LossCase>>("losses.json").cases {
        let kind = kind("keras2", &Value::String(case.loss.clone()));
        let targets = one_hot(&case.targets, case.predictions.shape[1]);
        let (value, gradient) = backward(kind, &case.predictions, &targets, None).await;
        // Where a clip is at work, 1 - 1e-7 is another number in float32: the formula's float32 value counts.
        let narrow = &case.per_sample_float32;
        let mean = narrow.iter().sum::<f64>() / narrow.len() as f64;
        agreement.check("value", &case.name, &value, &[mean], SINGLE);
        agreement.check(
            "gradient",
            &case.name,
            &gradient,
            &case.gradient.data,
            SINGLE,
        );
        let expected = &case.per_sample;
        check_rows(
            &mut agreement,
            &case.name,
            kind,
            &case.predictions,
            &targets,
            expected,
        );
    }
    agreement.finish(40);
}

/// Class numbers (n, 1) as the loss takes them.
fn one_hot(targets: &Numbers, width: usize) -> Numbers {
    if targets.shape[1] == width {
        return targets.clone();
    }
    let row = |class: f64| {
        let hit = move |column| f64::from(u8::from(column as f64 == class));
        (0..width).map(hit)
    };
    Numbers {
        shape: vec![targets.shape[0], width],
        data: targets.data.iter().copied().flat_map(row).collect(),
    }
}

pub async fn all_losses_agree_in_both_dialects_with_and_without_weights() {
    let mut agreement = Agreement::new();
    let reference = read::<WeightedLosses>("losses2.json");
    let weights: Vec<f32> = reference
        .weights
        .iter()
        .map(|weight| *weight as f32)
        .collect();
    for case in &reference.cases {
        let kind = kind(&case.dialect, &case.loss);
        let name = format!("{} {}", kind.0.name(), case.name);
        let (output, target) = (&case.predictions, &case.targets);
        let (plain, gradient) = backward(kind, output, target, None).await;
        let (weighted, weighted_gradient) = backward(kind, output, target, Some(&weights)).await;
        agreement.check("value", &name, &plain, &[case.value_float32], SINGLE);
        let expected = [case.weighted_value_float32];
        agreement.check("value, weighted", &name, &weighted, &expected, SINGLE);
        let width = output.shape[1];
        let pairs = [
            ("gradient", &gradient, &case.gradient),
            (
                "gradient, weighted",
                &weighted_gradient,
                &case.weighted_gradient,
            ),
        ];
        for (group, got, expected) in pairs {
            assert_eq!(got.len(), expected.data.len(), "{name}");
            let rows = got
                .chunks_exact(width)
                .zip(expected.data.chunks_exact(width));
            for (row, (got, expected)) in rows.enumerate() {
                // Row by row, for one at the clip has gradients a million times as large as the others; of the
                // row's largest, at least of 1/rows, which is what a probability that is wrong by 1 gives.
                let least = 1.0 / output.shape[0] as f64;
                let scale = expected.iter().fold(least, |max, g| max.max(g.abs()));
                let scaled = |values: &[f64]| values.iter().map(|v| v / scale).collect::<Vec<_>>();
                let place = format!("{name} row {row}");
                agreement.check_absolute(group, &place, &scaled(got), &scaled(expected), SINGLE);
            }
        }
        check_rows(
            &mut agreement,
            &name,
            kind,
            output,
            target,
            &case.per_sample,
        );
        for (weights, expected) in [
            (None, case.value),
            (Some(&weights[..]), case.weighted_value),
        ] {
            let (output, targets) = (output.narrow(), target.narrow());
            let targets = targets.chunks_exact(width).map(Target::Row);
            let got = batch_loss(&kind.0, kind.1, &output, width, targets, weights);
            agreement.check("batch on the host", &name, &[got], &[expected], SINGLE);
        }
    }
    agreement.finish(1_000);
}

fn every_kind() -> Vec<Loss> {
    let inputs = [
        LossInput::Probabilities,
        LossInput::Stable,
        LossInput::Logits,
    ];
    let mut kinds = vec![
        Loss::MeanSquaredError,
        Loss::MeanAbsoluteError,
        Loss::MeanAbsolutePercentageError,
        Loss::Huber { delta: 1.0 },
        Loss::Logcosh,
        Loss::Hinge,
        Loss::SquaredHinge,
        Loss::KullbackLeiblerDivergence,
        Loss::Poisson,
    ];
    for input in inputs {
        kinds.push(Loss::BinaryCrossentropy(input));
        kinds.push(Loss::CategoricalCrossentropy(input));
        kinds.push(Loss::SparseCategoricalCrossentropy(input));
    }
    kinds
}

pub async fn what_is_no_number_gives_no_loss() {
    for kind in every_kind() {
        for dialect in BOTH {
            let place = format!("{kind:?} {dialect:?}");
            for row in [
                [0.1, f32::NAN, 0.2],
                [f32::NAN, 0.5, 0.5],
                [0.2, 0.1, f32::NAN],
            ] {
                assert!(row_loss(&kind, dialect, &row, 0usize).is_nan(), "{place}");
                assert!(
                    row_loss(&kind, dialect, &row, &[0.0, 1.0, 0.0][..]).is_nan(),
                    "{place}"
                );
                let target = tensor(vec![1.0, 0.0, 0.0], [1, 3]);
                let value = loss(&kind, dialect, tensor(row.to_vec(), [1, 3]), target, None);
                assert!(values(value.inner()).await[0].is_nan(), "{place} {row:?}");
            }
            // A class that the network has no output for, too few targets.
            assert!(
                row_loss(&kind, dialect, &[0.5, 0.5], 2usize).is_nan(),
                "{place}"
            );
            assert!(
                row_loss(&kind, dialect, &[0.5, 0.5], &[1.0][..]).is_nan(),
                "{place}"
            );
            assert!(row_loss(&kind, dialect, &[], 0usize).is_nan(), "{place}");
            assert!(
                row_loss(&kind, dialect, &[0.25, 0.75], 0usize) > 0.0,
                "{place}"
            );
        }
    }
}

pub async fn a_batch_of_nothing_but_zero_weights_is_no_number_in_keras_2() {
    let kind = Loss::MeanSquaredError;
    for dialect in BOTH {
        let (output, target) = (
            tensor(vec![1.0, 2.0], [2, 1]),
            tensor(vec![0.0, 0.0], [2, 1]),
        );
        let value = loss(&kind, dialect, output, target, Some(vector(&[0.0, 0.0])));
        let targets = [0usize, 0].into_iter().map(Target::Class);
        let host = batch_loss(&kind, dialect, &[1.0, 2.0], 1, targets, Some(&[0.0, 0.0]));
        let got = (values(value.inner()).await[0], host);
        match dialect {
            Dialect::Keras2 => assert!(got.0.is_nan() && got.1.is_nan(), "{got:?}"),
            Dialect::Keras3 => assert_eq!(got, (0.0, 0.0)),
        }
    }
    // Keras 2.0.8: sum(s L) / count(s != 0); Keras 3: / rows. Losses 1 and 4, class weights 3 and 0.
    let weights = row_weights([1, 0].into_iter(), &[0.0, 3.0]);
    for (dialect, expected) in [(Dialect::Keras2, 3.0), (Dialect::Keras3, 1.5)] {
        let targets = [0usize, 0].into_iter().map(Target::Class);
        let got = batch_loss(&kind, dialect, &[1.0, 2.0], 1, targets, Some(&weights));
        assert_eq!(got, expected, "{dialect:?}");
    }
}

pub async fn logcosh_leaves_the_range_of_32_bits_in_keras_2_only() {
    for (distance, finite) in [(88.0, true), (89.0, false)] {
        for dialect in BOTH {
            let value = || {
                let output = tensor(vec![distance], [1, 1]);
                loss(
                    &Loss::Logcosh,
                    dialect,
                    output,
                    tensor(vec![0.0], [1, 1]),
                    None,
                )
            };
            let host = row_loss(&Loss::Logcosh, dialect, &[distance], &[0.0][..]);
            let expected = finite || dialect == Dialect::Keras3;
            assert_eq!(host.is_finite(), expected, "{dialect:?} {distance}");
            assert_eq!(
                values(value().inner()).await[0].is_finite(),
                expected,
                "{dialect:?} {distance}"
            );
        }
    }
}

/// Keras 2 stops learning beyond a logit gap of about 16; from logits the gradient stays.
pub async fn only_probabilities_have_a_dead_zone() {
    let output = Numbers {
        shape: vec![1, 2],
        data: vec![0.0, 1.0],
    };
    let target = Numbers {
        shape: vec![1, 2],
        data: vec![1.0, 0.0],
    };
    let dialect = Dialect::Keras2;
    let clipped = Loss::CategoricalCrossentropy(LossInput::Probabilities);
    let (value, gradient) = backward((clipped, dialect), &output, &target, None).await;
    assert!(
        (value[0] - 16.118_095).abs() < 1e-4 && gradient == [0.0, 0.0],
        "{value:?} {gradient:?}"
    );
    let logits = Numbers {
        shape: vec![1, 2],
        data: vec![0.0, 40.0],
    };
    let kind = Loss::CategoricalCrossentropy(LossInput::Logits);
    let (value, gradient) = backward((kind, dialect), &logits, &target, None).await;
    assert_eq!((value[0], gradient), (40.0, vec![-1.0, 1.0]));
}

pub async fn logits_become_probabilities_on_the_host() {
    let mut rows = [0.0, 0.0, 1000.0, -1000.0];
    probabilities(
        &Loss::CategoricalCrossentropy(LossInput::Logits),
        &mut rows,
        2,
    );
    assert_eq!(rows, [0.5, 0.5, 1.0, 0.0]);
    let mut rows = [0.0, 200.0, -200.0];
    probabilities(&Loss::BinaryCrossentropy(LossInput::Logits), &mut rows, 1);
    assert_eq!(rows, [0.5, 1.0, 0.0]);
    let mut rows = [3.0, 4.0];
    probabilities(
        &Loss::CategoricalCrossentropy(LossInput::Stable),
        &mut rows,
        2,
    );
    assert_eq!(rows, [3.0, 4.0]);
}
