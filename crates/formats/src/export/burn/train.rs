//! Training and the command line of the program for Burn: the experiment's own update rule, written out.

use super::{all, field};
use crate::export::python::float;
use crate::graph::Graph;
use crate::tree::quoted;
use fireside_spec::layers::Layer;
use fireside_spec::schedule::{Schedule, Span, StepForm};
use fireside_spec::{Checked, Dialect, Loss, LossInput, Optimizer, Rule, Target};
use std::fmt::Write as _;

/// What the program does otherwise.
pub(super) fn notes(checked: &Checked) -> Vec<String> {
    let mut notes = Vec::new();
    let stateful = Graph::of(checked).batch.is_some();
    if stateful {
        notes.push("Layers forget their states between batches.".into());
    }
    let training = &checked.training;
    if training
        .schedule
        .as_ref()
        .and_then(Schedule::plateau)
        .is_some()
    {
        notes.push("The rate is not reduced on a plateau.".into());
    }
    if training.loss.input() == Some(LossInput::Stable) {
        notes.push("The cross-entropy is worked out from clipped probabilities.".into());
    }
    if checked
        .layers
        .iter()
        .any(|layer| matches!(layer.layer, Layer::Dropout(_)))
    {
        notes.push("Dropout draws its masks from Burn's generator.".into());
    }
    notes
}

pub(super) fn text(checked: &Checked) -> String {
    let training = &checked.training;
    let mut out = format!(
        "const BATCH_SIZE: usize = {};\nconst EPOCHS: usize = {};\n",
        training.batch_size, training.epochs
    );
    for part in [
        lists(checked),
        loss(&training.loss, checked.experiment.dialect),
        rate(&training.optimizer, training.schedule.as_ref()),
        rule(&training.optimizer),
        train(checked),
        FILES.to_owned(),
        main(checked),
    ] {
        out.push('\n');
        out += &part;
    }
    out
}

/// Weights as lists, and what holds for them.
fn lists(checked: &Checked) -> String {
    let trainable: Vec<_> = all(checked)
        .filter(|(_, tensor)| tensor.trainable)
        .collect();
    let mut out = String::from(
        "impl Network {\n    /// The weights that are trained, each as one row.\n    fn weights(&self) -> Vec<Tensor<1>> {\n        vec![\n",
    );
    for (layer, tensor) in &trainable {
        let _ = writeln!(
            out,
            "            self.{}.val().inner().flatten(0, {}),",
            field(layer, tensor),
            tensor.shape.len() - 1
        );
    }
    out += "        ]\n    }\n\n    /// Their gradients; zeros where the loss does not depend on one.\n    \
            fn gradients(&self, gradients: &burn::tensor::Gradients) -> Vec<Tensor<1>> {\n        vec![\n";
    for (layer, tensor) in &trainable {
        let _ = writeln!(
            out,
            "            gradient(self.{}.val(), gradients),",
            field(layer, tensor)
        );
    }
    out += "        ]\n    }\n\n    /// The network with other weights and moving statistics.\n    \
            fn with(&self, weights: Vec<Tensor<1>>, moved: Vec<Tensor<1>>) -> Self {\n        \
            let (mut weights, mut moved) = (weights.into_iter(), moved.into_iter());\n        Self {\n";
    for (layer, tensor) in all(checked) {
        let own = field(layer, tensor);
        let carried = tensor.name.starts_with("moving_");
        let fixed = layer.has_fixed_moments(checked.experiment.dialect);
        let list = match (tensor.trainable, carried && !fixed) {
            (true, _) => "weights",
            (_, true) => "moved",
            _ => {
                let _ = writeln!(out, "            {own}: self.{own}.clone(),");
                continue;
            }
        };
        let _ = writeln!(
            out,
            "            {own}: match {list}.next() {{\n                Some(values) => Param::from_tensor(Tensor::from_inner(constrained_{own}(values.reshape({:?})))),\n                None => self.{own}.clone(),\n            }},",
            tensor.shape
        );
    }
    out += "        }\n    }\n\n    /// What the size of weights costs.\n    fn penalty(&self, loss: Tensor<1>) -> Tensor<1> {\n        loss";
    for (layer, tensor) in all(checked) {
        if let Some(regularizer) = tensor.penalty(checked.experiment.dialect) {
            let own = field(layer, tensor);
            if regularizer.l1 > 0.0 {
                let _ = write!(
                    out,
                    "\n            + self.{own}.val().abs().sum() * {}",
                    float(regularizer.l1)
                );
            }
            if regularizer.l2 > 0.0 {
                let _ = write!(
                    out,
                    "\n            + self.{own}.val().powi_scalar(2).sum() * {}",
                    float(regularizer.l2)
                );
            }
        }
    }
    out += "\n    }\n\n    /// All weights under the experiment's names.\n    pub fn arrays(&self) -> Arrays {\n        BTreeMap::from([\n";
    for (layer, tensor) in all(checked) {
        let name = quoted(&format!("{}/{}", layer.name, tensor.name));
        let _ = writeln!(
            out,
            "            ({name}.to_owned(), (vec!{:?}, numbers(self.{}.val()))),",
            tensor.shape,
            field(layer, tensor)
        );
    }
    out += "        ])\n    }\n}\n\n";
    for (layer, tensor) in all(checked) {
        let rank = tensor.shape.len();
        let body = match &tensor.rules.constraint {
            None => "weight".to_owned(),
            Some(constraint) => match (constraint.bounds(), constraint.axes()) {
                (Some((low, high, rate)), Some(axes)) => {
                    let axes: Vec<usize> = axes.iter().filter(|axis| *axis < rank).collect();
                    let [low, high, rate] = [low, high, rate].map(float);
                    format!("limit(weight, &{axes:?}, {low}, {high}, {rate})")
                }
                _ => "weight.clamp_min(0.0)".to_owned(),
            },
        };
        let _ = writeln!(
            out,
            "fn constrained_{}(weight: Tensor<{rank}>) -> Tensor<{rank}> {{\n    {body}\n}}\n",
            field(layer, tensor)
        );
    }
    out + LISTS
}

const LISTS: &str = r#"fn gradient<const D: usize>(weight: Tensor<D>, gradients: &burn::tensor::Gradients) -> Tensor<1> {
    let own = weight.grad(gradients);
    own.unwrap_or_else(|| weight.inner().zeros_like()).flatten(0, D - 1)
}

/// Brings the norms over `axes` between `low` and `high`.
fn limit<const D: usize>(weight: Tensor<D>, axes: &[usize], low: f64, high: f64, rate: f64) -> Tensor<D> {
    let norm = weight.clone().powi_scalar(2).sum_dims(axes).sqrt();
    let wanted = norm.clone().clamp(low, high) * rate + norm.clone() * (1.0 - rate);
    weight * (wanted / (norm + 1e-7))
}

fn numbers<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_to_vec().expect("32-bit numbers")
}
"#;

/// `fn losses(p, y)`: one number per row.
fn loss(loss: &Loss, dialect: Dialect) -> String {
    let keras3 = dialect == Dialect::Keras3;
    let shares = "let p = p.clone() / p.sum_dim(1);";
    let clipped = "let p = p.clamp(1e-7, 1.0 - 1e-7);";
    let hinge = |more: &str| {
        let y = if keras3 {
            "let y = y.clone().mask_fill(y.equal_elem(0.0), -1.0);\n    "
        } else {
            ""
        };
        format!("{y}((y * p).neg() + 1.0).clamp_min(0.0){more}.mean_dim(1)")
    };
    let body = match *loss {
        Loss::MeanSquaredError => "(p - y).powi_scalar(2).mean_dim(1)".into(),
        Loss::MeanAbsoluteError => "(p - y).abs().mean_dim(1)".into(),
        Loss::MeanAbsolutePercentageError => {
            "((y.clone() - p) / y.abs().clamp_min(1e-7)).abs().mean_dim(1) * 100.0".into()
        }
        Loss::Huber { delta } => {
            let delta = float(delta);
            format!(
                "let d = (p - y).abs();\n    let near = d.clone().powi_scalar(2) / 2.0;\n    \
                 let far = d.clone() * {delta} - {delta} * {delta} / 2.0;\n    \
                 far.mask_where(d.lower_equal_elem({delta}), near).mean_dim(1)"
            )
        }
        Loss::Logcosh => {
            "let d = (p - y).abs();\n    (d.clone() + (d * -2.0).exp().log1p() - std::f64::consts::LN_2).mean_dim(1)".into()
        }
        Loss::BinaryCrossentropy(LossInput::Logits) => {
            "(p.clone().clamp_min(0.0) - p.clone() * y + (p.abs().neg()).exp().log1p()).mean_dim(1)".into()
        }
        Loss::BinaryCrossentropy(_) => format!(
            "{clipped}\n    (y.clone() * p.clone().log() + (y.neg() + 1.0) * (p.neg() + 1.0).log()).mean_dim(1).neg()"
        ),
        Loss::CategoricalCrossentropy(LossInput::Logits)
        | Loss::SparseCategoricalCrossentropy(LossInput::Logits) => {
            "(y * activation::log_softmax(p, 1)).sum_dim(1).neg()".into()
        }
        Loss::CategoricalCrossentropy(_) => {
            format!("{shares}\n    {clipped}\n    (y * p.log()).sum_dim(1).neg()")
        }
        Loss::SparseCategoricalCrossentropy(_) => {
            let [one, two] = if keras3 { [shares, clipped] } else { [clipped, shares] };
            format!("{one}\n    {two}\n    (y * p.log()).sum_dim(1).neg()")
        }
        Loss::Hinge => hinge(""),
        Loss::SquaredHinge => hinge(".powi_scalar(2)"),
        Loss::KullbackLeiblerDivergence => {
            "let [p, y] = [p, y].map(|x| x.clamp(1e-7, 1.0));\n    (y.clone() * (y / p).log()).sum_dim(1)".into()
        }
        Loss::Poisson => "(p.clone() - y * (p + 1e-7).log()).mean_dim(1)".into(),
    };
    format!(
        "/// {} of every row, from outputs and targets.\nfn losses(p: Tensor<2>, y: Tensor<2>) -> Tensor<2> {{\n    {body}\n}}\n",
        loss.name()
    )
}

/// `fn rate(update, steps)`.
fn rate(optimizer: &Optimizer, schedule: Option<&Schedule>) -> String {
    let body = schedule.map_or_else(|| "base".to_owned(), scheduled);
    let decay = float(optimizer.decay);
    format!(
        "/// The learning rate of an update (from 0), with so many updates per epoch.\n\
         fn rate(update: usize, steps: usize) -> f64 {{\n    let base: f64 = {};\n    \
         let (n, steps) = (update as f64, steps as f64);\n    let total = EPOCHS as f64 * steps;\n    \
         let value = {body};\n    value / (1.0 + {decay} * update as f64)\n}}\n\n\
         /// From start to end as `passed` goes from 0 to 1.\nfn half_cosine(start: f64, end: f64, passed: f64) -> f64 {{\n    \
         let passed = if passed.is_finite() {{ passed }} else {{ 1.0 }};\n    \
         end + (start - end) / 2.0 * (1.0 + (std::f64::consts::PI * passed).cos())\n}}\n",
        float(optimizer.learning_rate)
    )
}

fn scheduled(schedule: &Schedule) -> String {
    let span = |span: &Span| match span {
        Span::Steps(steps) => float(*steps),
        Span::Epochs(epochs) => format!("{} * steps", float(*epochs)),
        Span::Rest => "total".into(),
    };
    match schedule {
        Schedule::Exponential {
            decay_rate,
            span: own,
            staircase,
        } => {
            let floor = if *staircase { ".floor()" } else { "" };
            format!(
                "base * {}_f64.powf((n / ({})){floor})",
                float(*decay_rate),
                span(own)
            )
        }
        Schedule::Step {
            drop,
            epochs_drop,
            form,
        } => {
            let floor = if *form == StepForm::Mended {
                ".floor()"
            } else {
                ""
            };
            format!(
                "base * {}_f64.powf(((1.0 + (n / steps).floor()) / {}){floor})",
                float(*drop),
                float(*epochs_drop)
            )
        }
        Schedule::Cosine { span: own, alpha } => format!(
            "{{ let span = f64::max({}, 1.0); base * ((1.0 - {alpha:?}) * half_cosine(1.0, 0.0, n.min(span) / span) + {alpha:?}) }}",
            span(own)
        ),
        Schedule::OneCycle {
            pct_start,
            div_factor,
            final_div_factor,
        } => format!(
            "{{ let (low, peak, end) = (base / {div_factor:?}, {pct_start:?} * total - 1.0, total - 1.0); \
             if n <= peak {{ half_cosine(low, base, n / peak) }} else {{ \
             half_cosine(base, low / {final_div_factor:?}, ((n - peak) / (end - peak)).min(1.0)) }} }}"
        ),
        Schedule::Piecewise { boundaries, values } => format!(
            "{{ let epoch = (n / steps).floor(); let last: &[f64] = &{boundaries:?}; let values: &[f64] = &{values:?}; \
             values[last.iter().take_while(|last| epoch > **last).count()] }}"
        ),
        Schedule::Warmup {
            span: own,
            start_factor,
            then,
        } => {
            let then = then.as_deref().map_or("base".into(), scheduled);
            format!(
                "{{ let span: f64 = {}; if n < span {{ base * ({start_factor:?} + (1.0 - {start_factor:?}) * n / span) }} \
                 else {{ let (n, total) = (n - span, total - span); {then} }} }}",
                span(own)
            )
        }
        Schedule::ReduceOnPlateau(_) => "base".into(),
    }
}

/// `fn rule(w, g, slots, l, t)`: one update of one weight.
fn rule(optimizer: &Optimizer) -> String {
    let keras3 = optimizer.dialect == Dialect::Keras3;
    let average = |slot: &str, beta: f64, value: &str| {
        format!("*{slot} = {slot}.clone() * {beta:?} + {value} * (1.0 - {beta:?});\n    ")
    };
    let square = "g.clone().powi_scalar(2)";
    let root = |slot: &str, epsilon: f64| match keras3 {
        true => format!("({slot}.clone() + {epsilon:?}).sqrt()"),
        false => format!("({slot}.clone().sqrt() + {epsilon:?})"),
    };
    let body = match optimizer.rule {
        Rule::Sgd { momentum, nesterov } if momentum > 0.0 => {
            let step = if nesterov {
                format!("a.clone() * {momentum:?} - g * l")
            } else {
                "a.clone()".into()
            };
            format!("*a = a.clone() * {momentum:?} - g.clone() * l;\n    w + {step}")
        }
        Rule::Sgd { .. } => "w - g * l".into(),
        Rule::Rmsprop { rho, epsilon } => {
            format!(
                "{}w - g * l / {}",
                average("a", rho, square),
                root("a", epsilon)
            )
        }
        Rule::Adagrad { epsilon, .. } => {
            format!(
                "*a = a.clone() + {square};\n    w - g * l / {}",
                root("a", epsilon)
            )
        }
        Rule::Adadelta { rho, epsilon } => format!(
            "{}let u = g * (b.clone() + {epsilon:?}).sqrt() / (a.clone() + {epsilon:?}).sqrt();\n    {}w - u * l",
            average("a", rho, square),
            average("b", rho, "u.clone().powi_scalar(2)")
        ),
        Rule::Adam {
            beta_1,
            beta_2,
            epsilon,
        } => format!(
            "{}{}let l = l * (1.0 - {beta_2:?}_f64.powi(t)).sqrt() / (1.0 - {beta_1:?}_f64.powi(t));\n    \
             w - a.clone() * l / (b.clone().sqrt() + {epsilon:?})",
            average("a", beta_1, "g.clone()"),
            average("b", beta_2, square)
        ),
        Rule::Adamax {
            beta_1,
            beta_2,
            epsilon,
        } => format!(
            "{}*b = (b.clone() * {beta_2:?}).max_pair(g.abs());\n    \
             w - a.clone() * (l / (1.0 - {beta_1:?}_f64.powi(t))) / (b.clone() + {epsilon:?})",
            average("a", beta_1, "g.clone()")
        ),
        Rule::Nadam {
            beta_1,
            beta_2,
            epsilon,
            schedule_decay,
        } => format!(
            "{}{}let mu = |t: i32| {beta_1:?} * (1.0 - 0.5 * 0.96_f64.powf(f64::from(t) * {schedule_decay:?}));\n    \
             let product: f64 = (1..=t).map(mu).product();\n    \
             let now = g * ((1.0 - mu(t)) / (1.0 - product));\n    \
             let next = a.clone() * (mu(t + 1) / (1.0 - product * mu(t + 1)));\n    \
             let size = (b.clone() / (1.0 - {beta_2:?}_f64.powi(t))).sqrt() + {epsilon:?};\n    w - (now + next) * l / size",
            average("a", beta_1, "g.clone()"),
            average("b", beta_2, square)
        ),
    };
    let decay = match optimizer.weight_decay {
        0.0 => String::new(),
        decay => format!("let w = w.clone() - w * (l * {decay:?});\n    "),
    };
    format!(
        "/// One update of one weight ({}); `a` and `b` are carried from update to update, `t` counts from 1.\n\
         fn rule(w: Tensor<1>, g: Tensor<1>, [a, b]: &mut [Tensor<1>; 2], l: f64, t: i32) -> Tensor<1> {{\n    {decay}{body}\n}}\n",
        optimizer.name()
    )
}

fn train(checked: &Checked) -> String {
    let training = &checked.training;
    let inputs = Graph::of(checked).inputs;
    let width = checked.layers.last().map_or(1, |layer| layer.output.len());
    let split = checked.experiment.data.validation_split;
    let start = match training.optimizer.rule {
        Rule::Adagrad {
            initial_accumulator_value,
            ..
        } => float(initial_accumulator_value),
        _ => "0.0".into(),
    };
    let clip = training.optimizer.clip;
    let mut clips = String::new();
    if let Some(most) = clip.global_norm {
        let _ = writeln!(
            clips,
            "            let norm: f32 = gradients.iter().map(|g| numbers(g.clone().powi_scalar(2).sum())[0]).sum::<f32>().sqrt();\n            \
             if norm >= {most:?} {{\n                gradients = gradients.into_iter().map(|g| g * ({most:?} / f64::from(norm))).collect();\n            }}"
        );
    }
    if let Some(most) = clip.norm {
        let _ = writeln!(
            clips,
            "            gradients = gradients.into_iter().map(|g| {{\n                let norm = f64::from(numbers(g.clone().powi_scalar(2).sum())[0]).sqrt();\n                \
             if norm >= {most:?} {{ g * ({most:?} / norm) }} else {{ g }}\n            }}).collect();"
        );
    }
    if let Some(most) = clip.value {
        let _ = writeln!(
            clips,
            "            gradients = gradients.into_iter().map(|g| g.clamp(-{most:?}, {most:?})).collect();"
        );
    }
    let weights = match (training.class_weight.is_empty(), checked.experiment.dialect) {
        (true, _) => "            let loss = each.mean();\n".to_owned(),
        (false, dialect) => {
            let list = &training.class_weight;
            let by = match dialect {
                Dialect::Keras2 => "own.iter().filter(|own| **own != 0.0).count()",
                Dialect::Keras3 => "own.len()",
            };
            format!(
                "            let weights: &[f32] = &{list:?};\n            \
                 let own: Vec<f32> = rows.iter().map(|row| weights[labels[*row]]).collect();\n            \
                 let count = {by} as f64;\n            \
                 let loss = (each * Tensor::from_data(TensorData::new(own, [rows.len(), 1]), device)).sum() / count;\n"
            )
        }
    };
    let labels = if training.class_weight.is_empty() {
        ""
    } else {
        "    let labels: Vec<usize> = targets.chunks(WIDTH).map(|row| best(row)).collect();\n"
    };
    // With every row once per epoch in a new order, by a small generator of its own.
    let shuffle = if training.shuffle {
        "        shuffle(&mut order, epoch as u64);\n"
    } else {
        ""
    };
    let reads: Vec<String> = (0..inputs.len())
        .map(|k| format!("batch(&inputs[{k}], rows, device)"))
        .collect();
    format!(
        "/// Outputs of a row.\nconst WIDTH: usize = {width};\n\n\
         /// Fits the network as the experiment does; `targets` has {width} numbers for every row.\n\
         pub fn train(mut network: Network, inputs: &[Array], targets: &[f32], device: &Device) -> Network {{\n    \
         let count = (targets.len() as f64 / WIDTH as f64 * (1.0 - {split:?})) as usize;\n{labels}    \
         let mut order: Vec<usize> = (0..count).collect();\n    let steps = count.div_ceil(BATCH_SIZE);\n    \
         let mut slots: Vec<[Tensor<1>; 2]> = Vec::new();\n    \
         for weight in network.weights() {{\n        slots.push([weight.clone().zeros_like() + {start}, weight.zeros_like()]);\n    }}\n    \
         let mut update = 0;\n    for epoch in 0..EPOCHS {{\n{shuffle}        let mut total = 0.0;\n        \
         for rows in order.chunks(BATCH_SIZE) {{\n            let pass = Pass {{ training: true, ..Pass::default() }};\n            \
         let output = network.forward({}, &pass);\n            \
         let wanted: Vec<f32> = rows.iter().flat_map(|row| &targets[row * WIDTH..(row + 1) * WIDTH]).copied().collect();\n            \
         let wanted = Tensor::from_data(TensorData::new(wanted, [rows.len(), WIDTH]), device);\n            \
         let each = losses(output, wanted);\n{weights}            let loss = network.penalty(loss);\n            \
         total += f64::from(numbers(loss.clone().inner())[0]) * rows.len() as f64;\n            \
         let mut gradients = network.gradients(&loss.backward());\n{clips}            \
         let l = rate(update, steps);\n            update += 1;\n            \
         let weights = network.weights().into_iter().zip(gradients).zip(&mut slots);\n            \
         let weights = weights.map(|((w, g), slots)| rule(w, g, slots, l, update as i32)).collect();\n            \
         network = network.with(weights, pass.moved.into_inner());\n        }}\n        \
         println!(\"epoch {{}}: loss {{:.4}}\", epoch + 1, total / count as f64);\n    }}\n    network\n}}\n\n\
         /// The largest of a row.\nfn best(row: &[f32]) -> usize {{\n    \
         (0..row.len()).max_by(|a, b| row[*a].total_cmp(&row[*b])).unwrap_or(0)\n}}\n\n\
         /// Another order for every seed (Fisher and Yates, numbers by splitmix64).\nfn shuffle(order: &mut [usize], seed: u64) {{\n    \
         let mut state = seed;\n    for at in (1..order.len()).rev() {{\n        \
         state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);\n        let z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);\n        \
         let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);\n        order.swap(at, ((z ^ (z >> 31)) % (at as u64 + 1)) as usize);\n    }}\n}}\n",
        reads.join(", ")
    )
}

/// Reading and writing of the program's files, which this crate itself never does.
const FILES: &str = include_str!("files.txt");

fn main(checked: &Checked) -> String {
    let count = Graph::of(checked).inputs.len();
    let reads: Vec<String> = (0..count)
        .map(|k| format!("batch(&inputs[{k}], rows, &device)"))
        .collect();
    let classes = match checked.data.target {
        Target::Classes(classes) => classes,
        Target::Values(_) => 0,
    };
    let width = checked.layers.last().map_or(1, |layer| layer.output.len());
    // Numbers of classes become one-hot rows.
    let hot = if classes > 0 && width > 1 {
        "    if targets.shape.len() == 1 {\n        \
         let hot = |label: &f32| (0..WIDTH).map(|class| f32::from(u8::from(class == *label as usize))).collect::<Vec<_>>();\n        \
         targets.values = targets.values.iter().flat_map(hot).collect();\n    }\n"
    } else {
        ""
    };
    format!(
        "/// Targets as {width} numbers for every row.\npub fn one_hot(mut targets: Array) -> Array {{\n{hot}    targets\n}}\n\n\
         fn main() -> Result<(), String> {{\n    let args: Vec<String> = std::env::args().skip(1).collect();\n    \
         let (command, weights, files) = match &args[..] {{\n        \
         [command, weights, files @ ..] if files.len() > {count} => (command.as_str(), weights, files),\n        \
         _ => return Err(\"predict or train, weights, inputs, ... : see the head of this file\".into()),\n    }};\n    \
         let inputs: Vec<Array> = files[..{count}].iter().map(|file| read_npy(file)).collect::<Result<_, _>>()?;\n    \
         let arrays = read_weights(weights)?;\n    if command == \"predict\" {{\n        let device = Device::flex();\n        \
         let network = Network::load(&arrays, &device)?;\n        let all: Vec<usize> = (0..inputs[0].shape[0]).collect();\n        \
         let (mut shape, mut values) = (vec![all.len(), 0], Vec::new());\n        for rows in all.chunks(BATCH_SIZE) {{\n            \
         let output = network.forward({}, &Pass::default());\n            shape[1] = output.dims()[1];\n            \
         values.extend(numbers(output));\n        }}\n        return write_npy(&files[{count}], &shape, &values);\n    }}\n    \
         let device = Device::flex().autodiff();\n    let network = Network::load(&arrays, &device)?;\n    \
         let targets = one_hot(read_npy(&files[{count}])?);\n    \
         let network = train(network, &inputs, &targets.values, &device);\n    \
         write_weights(files.last().expect(\"a file\"), &network.arrays())\n}}\n",
        reads.join(", ")
    )
}
