//! A script for PyTorch.

mod helpers;
mod layers;
mod start;

use super::python::{READ_TENSORS, call, docstring, float, identifier, kept};
use super::{head, losses, optimizers, schedule};
use crate::FormatError;
use crate::graph::Graph;
use crate::tree::quoted;
use fireside_spec::schedule::{Plateau, Schedule};
use fireside_spec::{Checked, Dialect, Layer, LossInput, Source, Target};
use helpers::{HELPERS, MAIN};
use layers::{Flow, Modules, ordered, unordered};
use std::fmt::Write as _;

const HARD_SIGMOID: &str = r#"def hard_sigmoid(x):
    """Keras 2's: the slope is 1/5, PyTorch's is 1/6."""
    return (0.2 * x + 0.5).clamp(0, 1)
"#;

pub(super) fn script(checked: &Checked) -> Result<String, FormatError> {
    let training = &checked.training;
    let (optimizer, mut notes) = optimizers::pytorch(&training.optimizer);
    if training.loss.input() == Some(LossInput::Stable) {
        notes.push("The cross-entropy is worked out from clipped probabilities.".into());
    }
    let rate = schedule::function(
        &training.optimizer,
        training.schedule.as_ref(),
        training.epochs,
    );
    let plateau = training.schedule.as_ref().and_then(Schedule::plateau);
    if plateau.is_some_and(|plateau| plateau.monitor.contains("acc"))
        || plateau.is_some() && rate.is_some()
    {
        notes.push("The rate is not reduced on a plateau: it is watched by the loss alone, and without a schedule.".into());
    }
    let network = network(checked);
    let mut doc = head(checked, "PyTorch", &notes);
    let usage = [
        "",
        "    python SCRIPT predict WEIGHTS INPUT.npy [INPUT.npy ...] OUTPUT.npy",
        "    python SCRIPT train WEIGHTS INPUT.npy [INPUT.npy ...] TARGETS.npy NEW_WEIGHTS.npz",
        "",
        "WEIGHTS is a .safetensors or .npz file of the experiment; \"-\" begins with new ones.",
        "Needs torch and numpy.",
    ];
    doc.extend(usage.map(String::from));
    let mut out = docstring(&doc);
    let _ = write!(
        out,
        "\nimport json\nimport math\nimport struct\nimport sys\n\nimport numpy as np\nimport torch\n\
         import torch.nn.functional as F\nfrom torch import nn\n\nBATCH_SIZE = {}\nEPOCHS = {}\n",
        training.batch_size, training.epochs,
    );
    let rest = [
        start::reset(checked),
        losses_function(checked),
        start::penalty(checked),
        start::constrain(checked),
        rate.clone().unwrap_or_default(),
        train(checked, &optimizer, rate.is_some(), plateau),
        READ_TENSORS.into(),
        MAIN.into(),
    ];
    let all = format!("{network}{}", rest.concat());
    let mut part = |text: &str| {
        if !text.is_empty() {
            out.push_str("\n\n");
            out.push_str(text);
        }
    };
    if all.contains("hard_sigmoid") {
        part(HARD_SIGMOID);
    }
    for (word, text) in HELPERS {
        if all.contains(&format!("{word}(")) {
            part(text);
        }
    }
    part(&network);
    for text in &rest {
        part(text);
    }
    Ok(out)
}

/// `class Network`.
fn network(checked: &Checked) -> String {
    let graph = Graph::of(checked);
    let format = checked.experiment.data.data_format;
    let mut modules = Modules {
        format,
        dialect: checked.experiment.dialect,
        init: Vec::new(),
        tensors: Vec::new(),
    };
    let mut forward = Vec::new();
    let variable = |source: Source| match graph.sequential {
        true => "x".to_owned(),
        false => identifier(graph.name(source)),
    };
    for index in &graph.inputs {
        let turned = unordered(format, checked.data.inputs[*index].shape);
        if !turned.is_empty() {
            let x = variable(Source::Data(*index));
            forward.push(format!("{x} = {x}{turned}"));
        }
    }
    let mut masks: Vec<Option<(String, usize)>> = Vec::new();
    for (index, layer) in checked.layers.iter().enumerate() {
        let mask = layer.sources.iter().find_map(|source| match source {
            Source::Data(_) => None,
            Source::Layer(before) => masks[*before].clone(),
        });
        let flow = |source: &Source| Flow {
            value: variable(*source),
            mask: mask.clone(),
        };
        let inputs: Vec<Flow> = layer.sources.iter().map(flow).collect();
        let attr = identifier(&layer.name);
        let mask = match &layer.layer {
            Layer::Embedding(embedding) if embedding.mask_zero => {
                let name = format!("mask_{attr}");
                forward.push(format!("{name} = {} != 0", inputs[0].value));
                Some((name, layer.input().len()))
            }
            // What has no steps any more has no padding; windows over steps end it too.
            Layer::Conv(_) | Layer::Pooling(_) | Layer::GlobalPooling(_) | Layer::Reshaping(_) => {
                None
            }
            Layer::Recurrent(own) if !own.return_sequences => None,
            Layer::Bidirectional(both) if !both.layer.return_sequences => None,
            _ => mask.clone(),
        };
        let before = modules.init.len();
        let value = modules.layer(&layer.layer, [&layer.name, &attr], &layer.inputs, &inputs);
        if !layer.trainable && modules.init.len() > before {
            let frozen = format!("self.{attr}.requires_grad_(False)");
            modules.init.push(frozen);
        }
        if layer.has_fixed_moments(checked.experiment.dialect) {
            modules.init.push(format!("self.{attr}.fixed = True"));
        }
        let own = variable(Source::Layer(index));
        if value != own {
            forward.push(format!("{own} = {value}"));
        }
        masks.push(mask);
    }
    let last = checked.layers.len().saturating_sub(1);
    let output = checked
        .layers
        .last()
        .map_or(checked.data.row(), |layer| layer.output);
    let own = variable(Source::Layer(last));
    forward.push(format!("return {own}{}", ordered(format, output)));

    let inputs: Vec<String> = graph
        .inputs
        .iter()
        .map(|index| variable(Source::Data(*index)))
        .collect();
    let mut out = String::from(
        "class Network(nn.Module):\n    def __init__(self):\n        super().__init__()\n",
    );
    for line in &modules.init {
        let _ = writeln!(out, "        {line}");
    }
    let _ = write!(out, "\n    def forward(self, {}):\n", inputs.join(", "));
    for line in &forward {
        let _ = writeln!(out, "        {line}");
    }
    out += "\n    def tensors(self):\n        \"\"\"Every weight under the experiment's name, seen in Keras's layout.\"\"\"\n        return {\n";
    for (name, view) in &modules.tensors {
        let _ = writeln!(out, "            {}: {view},", quoted(name));
    }
    out += "        }\n";
    out
}

fn losses_function(checked: &Checked) -> String {
    let body = losses::pytorch(&checked.training.loss, checked.experiment.dialect);
    let lines: String = body.lines().map(|line| format!("    {line}\n")).collect();
    let name = checked.training.loss.name();
    format!(
        "def losses(p, y):\n    \"\"\"{name} of every row, from outputs and targets.\"\"\"\n{lines}"
    )
}

/// `def train(model, inputs, targets)`.
fn train(checked: &Checked, optimizer: &str, rated: bool, plateau: Option<&Plateau>) -> String {
    let (training, experiment) = (&checked.training, &checked.experiment);
    let width = checked.layers.last().map_or(1, |layer| layer.output.len());
    let mut lines: Vec<String> = Vec::new();
    let mut line = |text: &str| lines.push(text.to_owned());
    match checked.data.target {
        Target::Classes(classes) if width > 1 && !losses::sparse(&training.loss) => {
            line("    labels = targets.long() if targets.ndim == 1 else targets.argmax(-1)");
            line(&format!(
                "    targets = F.one_hot(labels, {classes}).float()"
            ));
        }
        Target::Classes(_) => {
            line("    labels = targets.long().flatten()");
            line("    targets = targets.float().reshape(len(targets), 1)");
        }
        Target::Values(_) => line("    targets = targets.float().reshape(len(targets), -1)"),
    }
    let split = experiment.data.validation_split;
    line(&format!("    rows = {}", kept(split)));
    line("    steps, update = math.ceil(rows / BATCH_SIZE), 0");
    line(
        "    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]",
    );
    line(&format!("    optimizer = {optimizer}"));
    let plateau = plateau.filter(|plateau| !rated && !plateau.monitor.contains("acc"));
    if let Some(plateau) = plateau {
        let args = [
            "optimizer".to_owned(),
            format!("factor={}", float(plateau.factor)),
            format!("patience={}", plateau.patience),
            format!("threshold={}", float(plateau.min_delta)),
            "threshold_mode=\"abs\"".to_owned(),
            format!("cooldown={}", plateau.cooldown),
            format!("min_lr={}", float(plateau.min_lr)),
        ];
        line(&format!(
            "    plateau = {}",
            call("torch.optim.lr_scheduler.ReduceLROnPlateau", &args, 1)
        ));
    }
    if !training.class_weight.is_empty() {
        let weights: Vec<String> = training
            .class_weight
            .iter()
            .map(|weight| float(*weight))
            .collect();
        line(&format!(
            "    weights = torch.tensor([{}])",
            weights.join(", ")
        ));
    }
    line("    for epoch in range(EPOCHS):");
    line("        model.train()");
    line("        total = 0.0");
    let order = if training.shuffle {
        "randperm"
    } else {
        "arange"
    };
    line(&format!(
        "        for batch in torch.{order}(rows).split(BATCH_SIZE):"
    ));
    if rated {
        line("            for group in optimizer.param_groups:");
        line("                group[\"lr\"] = rate(update, steps)");
    }
    line("            each = losses(model(*(tensor[batch] for tensor in inputs)), targets[batch])");
    if training.class_weight.is_empty() {
        line("            loss = each.mean()");
    } else {
        line("            own = weights[labels[batch]]");
        line(match experiment.dialect {
            Dialect::Keras2 => "            loss = (each * own).sum() / (own != 0).sum()",
            Dialect::Keras3 => "            loss = (each * own).mean()",
        });
    }
    if !start::penalty(checked).is_empty() {
        line("            loss = loss + penalty(model.tensors())");
    }
    line("            optimizer.zero_grad()");
    line("            loss.backward()");
    let clip = training.optimizer.clip;
    if let Some(norm) = clip.global_norm {
        line(&format!(
            "            nn.utils.clip_grad_norm_(parameters, {})",
            float(norm)
        ));
    }
    if let Some(norm) = clip.norm {
        line("            for parameter in parameters:");
        line(&format!(
            "                nn.utils.clip_grad_norm_([parameter], {})",
            float(norm)
        ));
    }
    if let Some(value) = clip.value {
        line(&format!(
            "            nn.utils.clip_grad_value_(parameters, {})",
            float(value)
        ));
    }
    line("            optimizer.step()");
    if !start::constrain(checked).is_empty() {
        line("            constrain(model.tensors())");
    }
    line("            total, update = total + loss.item() * len(batch), update + 1");
    line("        told = f\"epoch {epoch + 1}: loss {total / rows:.4f}\"");
    if split > 0.0 {
        line("        aside = predict(model, [tensor[rows:] for tensor in inputs])");
        line("        value = losses(aside, targets[rows:]).mean().item()");
        line("        told += f\", val_loss {value:.4f}\"");
    }
    if let Some(plateau) = plateau {
        let value = if plateau.monitor == "loss" || split == 0.0 {
            "total / rows"
        } else {
            "value"
        };
        line(&format!("        plateau.step({value})"));
    }
    line("        print(told)");
    format!(
        "def train(model, inputs, targets):\n    \"\"\"Fits the network as the experiment does.\"\"\"\n{}\n",
        lines.join("\n")
    )
}
