//! What holds for single tensors: initial values, penalties, constraints.

use crate::export::python::{float, sizes};
use crate::keras::TRUNCATED;
use crate::tree::quoted;
use fireside_spec::layers::{Distribution, Fan, Initializer, TensorSpec};
use fireside_spec::{Checked, Dialect};
use std::fmt::Write as _;

/// All tensors of a network under their full names.
fn all(checked: &Checked) -> impl Iterator<Item = (String, &TensorSpec)> {
    checked.layers.iter().flat_map(|layer| {
        let name = |spec: &TensorSpec| quoted(&format!("{}/{}", layer.name, spec.name));
        layer.tensors.iter().map(move |spec| (name(spec), spec))
    })
}

/// `def reset(model)`: the experiment's initial values.
pub(super) fn reset(checked: &Checked) -> String {
    let mut out = String::from(
        "def reset(model):\n    \"\"\"Draws new initial weights.\"\"\"\n    tensors = model.tensors()\n    with torch.no_grad():\n",
    );
    for (name, spec) in all(checked) {
        let t = format!("tensors[{name}]");
        for line in initial(&t, spec, checked.experiment.dialect) {
            let _ = writeln!(out, "        {line}");
        }
    }
    if all(checked).next().is_none() {
        out += "        pass\n";
    }
    out
}

fn initial(t: &str, spec: &TensorSpec, dialect: Dialect) -> Vec<String> {
    let truncated = |mean: f64, sd: f64| {
        let [low, high] = [mean - 2.0 * sd, mean + 2.0 * sd].map(float);
        format!(
            "nn.init.trunc_normal_({t}, {}, {}, {low}, {high})",
            float(mean),
            float(sd)
        )
    };
    vec![match spec.rules.initializer {
        Initializer::Zeros => format!("{t}.zero_()"),
        Initializer::Ones => format!("{t}.fill_(1)"),
        Initializer::Constant(value) => format!("{t}.fill_({})", float(value)),
        Initializer::Uniform { min, max } => {
            format!("{t}.uniform_({}, {})", float(min), float(max))
        }
        Initializer::Normal { mean, sd } => format!("{t}.normal_({}, {})", float(mean), float(sd)),
        Initializer::TruncatedNormal { mean, sd } => truncated(mean, sd),
        Initializer::VarianceScaling {
            scale,
            fan,
            distribution,
        } => {
            let (fan_in, fan_out) = spec.fans(dialect);
            let fan = match fan {
                Fan::In => fan_in,
                Fan::Out => fan_out,
                Fan::Average => (fan_in + fan_out) / 2.0,
            };
            let fan = fan.max(1.0);
            let sd = (scale / fan).sqrt();
            match (distribution, dialect) {
                (Distribution::Uniform, _) => {
                    let limit = (3.0 * scale / fan).sqrt();
                    format!("{t}.uniform_({}, {})", float(-limit), float(limit))
                }
                (Distribution::Normal, _) => format!("{t}.normal_(0.0, {})", float(sd)),
                (Distribution::TruncatedNormal, Dialect::Keras2) => truncated(0.0, sd),
                (Distribution::TruncatedNormal, Dialect::Keras3) => truncated(0.0, sd / TRUNCATED),
            }
        }
        Initializer::Orthogonal(gain) => format!("orthogonal({t}, {})", float(gain)),
        Initializer::Identity(gain) => {
            format!("{t}.copy_({} * torch.eye(*{t}.shape))", float(gain))
        }
        Initializer::UnitForget => {
            let quarter = spec.shape.last().copied().unwrap_or(0) / 4;
            return vec![
                format!("{t}.zero_()"),
                format!("{t}[{quarter}:{}] = 1", 2 * quarter),
            ];
        }
    }]
}

/// `def penalty(tensors)`, if anything is penalised.
pub(super) fn penalty(checked: &Checked) -> String {
    let mut terms = Vec::new();
    for (name, spec) in all(checked) {
        if let Some(regularizer) = spec.penalty(checked.experiment.dialect) {
            if regularizer.l1 > 0.0 {
                terms.push(format!(
                    "{} * tensors[{name}].abs().sum()",
                    float(regularizer.l1)
                ));
            }
            if regularizer.l2 > 0.0 {
                terms.push(format!(
                    "{} * tensors[{name}].square().sum()",
                    float(regularizer.l2)
                ));
            }
        }
    }
    if terms.is_empty() {
        return String::new();
    }
    format!(
        "def penalty(tensors):\n    \"\"\"What the size of weights costs.\"\"\"\n    return (\n        {}\n    )\n",
        terms.join("\n        + ")
    )
}

/// `def constrain(tensors)`, if anything is bound.
pub(super) fn constrain(checked: &Checked) -> String {
    let mut out = String::new();
    for (name, spec) in all(checked) {
        let Some(constraint) = &spec.rules.constraint else {
            continue;
        };
        match (constraint.bounds(), constraint.axes()) {
            (Some((low, high, rate)), Some(axes)) => {
                let axes: Vec<usize> = axes.iter().collect();
                let [low, high, rate] = [low, high, rate].map(float);
                let _ = writeln!(
                    out,
                    "        limit(tensors[{name}], {}, {low}, {high}, {rate})",
                    sizes(&axes)
                );
            }
            _ => {
                let _ = writeln!(out, "        tensors[{name}].clamp_(min=0)");
            }
        }
    }
    if out.is_empty() {
        return out;
    }
    format!(
        "def constrain(tensors):\n    \"\"\"What holds for weights after every update.\"\"\"\n    with torch.no_grad():\n{out}"
    )
}
