//! One small network of each family of layers, and one network with every rule: outputs and gradients at the
//! initial weights, ten losses, the weights and the loss after them.

use super::runs::{compare_gradient, length};
use burn::tensor::{Tensor, TensorData};
use fireside_network::weights::keras_values;
use fireside_network::{Mode, Network, Value, Weight};
use fireside_optimizers::{Optimizer, WeightFacts};
use fireside_spec::layers::Layer;
use fireside_spec::{Checked, DataFormat, Dialect, Loss, Shape, Target};
use fireside_tests::compare::{Agreement, wide};
use fireside_tests::engine::{device, values};
use fireside_tests::networks::{built, data, text};
use fireside_tests::reference::{Families, Family, FamilyCase, Numbers, OptimizerConfig, read};
use fireside_tests::tolerance;
use fireside_training::losses::loss;

/// The rule as the language writes it.
fn rule(optimizer: &OptimizerConfig) -> String {
    let mut written = format!("name = \"{}\"", optimizer.class_name.to_lowercase());
    for (name, value) in &optimizer.config {
        let name = if name == "lr" { "learning_rate" } else { name };
        written += &format!(", {name} = {value}");
    }
    format!("{{ {written} }}")
}

/// The network as the language reads it.
fn checked(reference: &Families, family: &Family, optimizer: &OptimizerConfig) -> Checked {
    let training = format!(
        "batch_size = {}\nloss = \"{}\"\noptimizer = {}",
        reference.batch,
        family.loss,
        rule(optimizer)
    );
    let text = text(
        &family.layers,
        &reference.dialect,
        &family.data_format,
        &training,
    );
    let inputs = family.inputs.iter();
    let inputs = inputs.map(|(name, numbers)| (name.as_str(), &numbers.shape[1..]));
    let rows = family.targets.shape[0];
    built(&text, data(inputs, Target::Values(1), rows))
}

/// Some rows of a tensor, one behind the other.
fn picked(numbers: &Numbers, rows: &[usize]) -> Vec<f32> {
    let length = numbers.data.len() / numbers.shape[0];
    let all = numbers.narrow();
    let values = rows
        .iter()
        .flat_map(|row| &all[row * length..(row + 1) * length]);
    values.copied().collect()
}

/// Some rows of a tensor: (rows, numbers of a row).
fn matrix(numbers: &Numbers, rows: &[usize]) -> Tensor<2> {
    let values = picked(numbers, rows);
    let shape = [rows.len(), values.len() / rows.len()];
    Tensor::from_data(TensorData::new(values, shape), &device())
}

/// Some rows of all inputs, in the order of the names.
fn inputs(family: &Family, rows: &[usize]) -> Vec<Value> {
    let value = |numbers: &Numbers| {
        let shape = Shape::of(&numbers.shape[1..], DataFormat::ChannelsFirst);
        Value::from_flat(matrix(numbers, rows), shape.expect("one to four axes"))
    };
    family.inputs.values().map(value).collect()
}

/// Some rows of the targets for outputs of `width` numbers: ids become one-hot, a row for every step.
fn targets(family: &Family, kind: &Loss, rows: &[usize], width: usize) -> Tensor<2> {
    if !matches!(kind, Loss::SparseCategoricalCrossentropy(_)) {
        return matrix(&family.targets, rows);
    }
    let ids = picked(&family.targets, rows);
    let one_hot: Vec<f32> = ids
        .iter()
        .flat_map(|id| (0..width).map(move |class| f32::from(u8::from(class == *id as usize))))
        .collect();
    Tensor::from_data(TensorData::new(one_hot, [ids.len(), width]), &device())
}

/// An output as (rows or rows x steps, numbers).
fn judged(output: Value) -> Tensor<2> {
    match output {
        Value::Sequence(steps) => steps.flatten(0, 1),
        other => other.into_flat(),
    }
}

struct Trial<'a> {
    family: &'a Family,
    checked: Checked,
    network: Network,
    optimizer: Optimizer,
}

impl<'a> Trial<'a> {
    fn new(reference: &Families, family: &'a Family, optimizer: &OptimizerConfig) -> Self {
        let checked = checked(reference, family, optimizer);
        let network = Network::with_weights(&checked, &device(), |spec, layer, _| {
            let mut all = family.weights.iter();
            let found = all.find(|weight| weight.layer == layer && weight.tensor == spec.name);
            let weight = found.unwrap_or_else(|| panic!("no weight {layer} {}", spec.name));
            assert_eq!(weight.shape, spec.shape, "{layer} {}", spec.name);
            weight.data.iter().map(|value| *value as f32).collect()
        });
        assert_eq!(network.weights().count(), family.weights.len());
        let facts = network.trainable().map(|weight| WeightFacts {
            order: weight.order(),
            ..WeightFacts::new(&weight.shape)
        });
        let optimizer = Optimizer::new(checked.training.optimizer, facts.collect(), &device());
        Self {
            family,
            checked,
            network,
            optimizer,
        }
    }

    fn loss(&self, output: Tensor<2>, rows: &[usize], track: bool) -> Tensor<1> {
        let kind = &self.checked.training.loss;
        let target = targets(self.family, kind, rows, output.dims()[1]);
        let target = if track {
            Tensor::from_inner(target)
        } else {
            target
        };
        loss(kind, Dialect::Keras2, output, target, None)
    }

    /// The loss of all rows in use.
    async fn loss_in_use(&self) -> f64 {
        let rows: Vec<usize> = (0..self.family.targets.shape[0]).collect();
        let output = judged(self.network.forward(inputs(self.family, &rows), Mode::Use));
        values(self.loss(output, &rows, false)).await[0]
    }

    /// An update: the loss before it, and the gradients (layer, tensor, Keras's layout).
    async fn update(
        &mut self,
        update: u32,
        rows: &[usize],
    ) -> (f64, Vec<(usize, String, Vec<f64>)>) {
        let tracked = self.network.tracked();
        let batch = inputs(self.family, rows).into_iter().map(Value::on_tape);
        let (output, moved) = tracked.pass(batch.collect(), Mode::Train { seed: 7, update });
        let loss = self.loss(judged(output), rows, true);
        let mut all = loss.backward();
        let gradients = tracked.gradients(&mut all);
        let mut told = Vec::new();
        for (weight, gradient) in tracked.trainable().zip(&gradients) {
            let (layer, tensor) = weight.name.split_once('/').expect("layer/tensor");
            let mut layers = self.checked.layers.iter();
            let layer = layers
                .position(|known| known.name == layer)
                .expect("a layer");
            let gradient = Weight {
                values: gradient.clone().expect("a gradient of every weight"),
                ..weight.clone()
            };
            let numbers = keras_values(&gradient).await.expect("readable values");
            told.push((layer, tensor.to_string(), wide(&numbers)));
        }
        let weights = self
            .network
            .trainable_mut()
            .map(|weight| &mut weight.values);
        self.optimizer.step(weights, gradients);
        self.network.absorb(moved);
        (values(loss.inner()).await[0], told)
    }
}

async fn compare(
    reference: &Families,
    family: &Family,
    case: &FamilyCase,
    agreement: &mut Agreement,
) {
    let name = &case.name;
    let mut trial = Trial::new(reference, family, &case.optimizer);
    let recurrent = trial
        .checked
        .layers
        .iter()
        .any(|layer| matches!(layer.layer, Layer::Recurrent(_) | Layer::Bidirectional(_)));
    let limit = match recurrent {
        true => tolerance::RECURRENT,
        false => tolerance::SINGLE,
    };
    if let Some(outputs) = &case.outputs {
        let rows: Vec<usize> = (0..outputs.shape[0]).collect();
        let output = trial.network.forward(inputs(family, &rows), Mode::Use);
        let got = values(output.into_flat()).await;
        agreement.check("outputs", name, &got, &outputs.data, tolerance::SINGLE);
    }
    assert_eq!(reference.batches.len(), reference.updates);
    let mut losses = Vec::new();
    for (update, rows) in reference.batches.iter().enumerate() {
        let (loss, gradients) = trial.update(update as u32, rows).await;
        losses.push(loss);
        if update > 0 || case.gradients.is_empty() {
            continue;
        }
        assert_eq!(gradients.len(), case.gradients.len(), "{name}");
        let longest = case
            .gradients
            .iter()
            .fold(0.0f64, |max, row| max.max(row.l2));
        for (layer, tensor, got) in &gradients {
            let mut rows = case.gradients.iter();
            let row = rows.find(|row| row.layer == *layer && row.tensor == *tensor);
            let row = row.unwrap_or_else(|| panic!("{name}: no reference for {layer} {tensor}"));
            let place = format!("{name} layer {layer} {tensor}");
            if row.l2 == 0.0 {
                // An attention's key bias moves all scores of a query alike: nothing but rounding is left.
                let room = [length(got) / longest];
                agreement.check_absolute("gradients: none", &place, &room, &[0.0], limit);
            } else {
                compare_gradient(agreement, &place, got, row, limit);
            }
        }
    }
    let expected = &case.losses["float64"];
    agreement.check_absolute("ten losses", name, &losses, expected, tolerance::RUN);
    for row in &case.weights_after {
        let wanted = format!("{}/{}", trial.checked.layers[row.layer].name, row.tensor);
        let weight = trial.network.weights().find(|weight| weight.name == wanted);
        let values = keras_values(weight.expect("the weight"))
            .await
            .expect("readable values");
        let got = [length(&wide(&values))];
        let group = "weights after ten updates: length";
        agreement.check(
            group,
            &format!("{name} {wanted}"),
            &got,
            &[row.l2],
            tolerance::RUN,
        );
    }
    let after = [trial.loss_in_use().await];
    agreement.check_absolute(
        "loss after, in use",
        name,
        &after,
        &[case.loss_after],
        tolerance::RUN,
    );
}

pub async fn ten_updates_of_every_family_of_layers_agree() {
    let reference: Families = read("runs2.json");
    let mut agreement = Agreement::new();
    assert_eq!(reference.cases.len(), 11);
    for case in &reference.cases {
        let family = case.family.as_ref().expect("a network");
        compare(&reference, family, case, &mut agreement).await;
    }
    agreement.finish(400);
}

pub async fn ten_updates_of_a_network_with_every_rule_agree() {
    let reference: Families = read("runs2_optimizers.json");
    let family = reference.family.as_ref().expect("a network");
    let mut agreement = Agreement::new();
    assert_eq!(reference.cases.len(), 13);
    for case in &reference.cases {
        compare(&reference, family, case, &mut agreement).await;
    }
    agreement.finish(13 * 6);
}
