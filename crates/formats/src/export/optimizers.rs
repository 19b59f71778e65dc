//! The optimizers in other libraries, and what these do otherwise.

use super::python::float;
use fireside_spec::{Dialect, Optimizer, Rule};

fn told(key: &str, value: f64) -> String {
    format!("{key}={}", float(value))
}

/// The call that makes the optimizer in Keras 3, and what differs from the experiment's.
pub(super) fn keras3(optimizer: &Optimizer) -> (String, Vec<String>) {
    let keras2 = optimizer.dialect == Dialect::Keras2;
    let mut args = vec![format!("learning_rate={}", float(optimizer.learning_rate))];
    let mut notes = Vec::new();
    let class = match optimizer.rule {
        Rule::Sgd { momentum, nesterov } => {
            if momentum > 0.0 {
                args.push(told("momentum", momentum));
            }
            if nesterov {
                args.push("nesterov=True".into());
            }
            "SGD"
        }
        Rule::Rmsprop { rho, epsilon } => {
            args.push(told("rho", rho));
            args.push(told("epsilon", epsilon));
            if keras2 {
                notes.push("RMSprop of Keras 3 has epsilon inside the root.".into());
            }
            "RMSprop"
        }
        Rule::Adagrad {
            initial_accumulator_value,
            epsilon,
        } => {
            args.push(told("initial_accumulator_value", initial_accumulator_value));
            args.push(told("epsilon", epsilon));
            if keras2 {
                notes.push("Adagrad of Keras 3 has epsilon inside the root.".into());
            }
            "Adagrad"
        }
        Rule::Adadelta { rho, epsilon } => {
            args.push(told("rho", rho));
            args.push(told("epsilon", epsilon));
            "Adadelta"
        }
        Rule::Adam {
            beta_1,
            beta_2,
            epsilon,
        }
        | Rule::Adamax {
            beta_1,
            beta_2,
            epsilon,
        }
        | Rule::Nadam {
            beta_1,
            beta_2,
            epsilon,
            ..
        } => {
            args.push(told("beta_1", beta_1));
            args.push(told("beta_2", beta_2));
            args.push(told("epsilon", epsilon));
            match optimizer.rule {
                Rule::Adamax { .. } => "Adamax",
                Rule::Nadam { schedule_decay, .. } => {
                    if schedule_decay != 1.0 {
                        notes.push(
                            "Nadam of Keras 3 has no schedule_decay: its momentum rises sooner."
                                .into(),
                        );
                    }
                    "Nadam"
                }
                _ if optimizer.weight_decay > 0.0 => "AdamW",
                _ => "Adam",
            }
        }
    };
    if optimizer.weight_decay > 0.0 {
        args.push(told("weight_decay", optimizer.weight_decay));
    }
    let clip = optimizer.clip;
    let clips = [
        ("global_clipnorm", clip.global_norm),
        ("clipnorm", clip.norm),
        ("clipvalue", clip.value),
    ];
    let mut clips = clips
        .iter()
        .filter_map(|(key, value)| Some((key, (*value)?)));
    if let Some((key, value)) = clips.next() {
        args.push(format!("{key}={}", float(value)));
    }
    if let Some((key, value)) = clips.next() {
        notes.push(format!(
            "Keras 3 clips in one way only: {key}={value:?} is left out."
        ));
    }
    (
        format!("keras.optimizers.{class}({})", args.join(", ")),
        notes,
    )
}

/// The same in PyTorch, for the parameters `parameters`.
pub(super) fn pytorch(optimizer: &Optimizer) -> (String, Vec<String>) {
    let keras3 = optimizer.dialect == Dialect::Keras3;
    let mut args = vec![
        "parameters".to_owned(),
        format!("lr={}", float(optimizer.learning_rate)),
    ];
    let mut notes = Vec::new();
    let betas = |one: f64, two: f64| format!("betas=({}, {})", float(one), float(two));
    let class = match optimizer.rule {
        Rule::Sgd { momentum, nesterov } => {
            if momentum > 0.0 {
                args.push(told("momentum", momentum));
                notes.push("SGD of PyTorch keeps the learning rate outside of its momentum: a rate that changes acts at once.".into());
            }
            if nesterov && momentum > 0.0 {
                args.push("nesterov=True".into());
            }
            "SGD"
        }
        Rule::Rmsprop { rho, epsilon } => {
            args.push(told("alpha", rho));
            args.push(told("eps", epsilon));
            if keras3 {
                notes.push("RMSprop of PyTorch has epsilon outside of the root.".into());
            }
            "RMSprop"
        }
        Rule::Adagrad {
            initial_accumulator_value,
            epsilon,
        } => {
            args.push(told("initial_accumulator_value", initial_accumulator_value));
            args.push(told("eps", epsilon));
            if keras3 {
                notes.push("Adagrad of PyTorch has epsilon outside of the root.".into());
            }
            "Adagrad"
        }
        Rule::Adadelta { rho, epsilon } => {
            args.push(told("rho", rho));
            args.push(told("eps", epsilon));
            "Adadelta"
        }
        Rule::Adam {
            beta_1,
            beta_2,
            epsilon,
        } => {
            args.push(betas(beta_1, beta_2));
            args.push(format!("eps={}", float(epsilon)));
            notes.push(
                "Adam of PyTorch adds epsilon after the correction of v, Keras before it.".into(),
            );
            if optimizer.weight_decay > 0.0 {
                "AdamW"
            } else {
                "Adam"
            }
        }
        Rule::Adamax {
            beta_1,
            beta_2,
            epsilon,
        } => {
            args.push(betas(beta_1, beta_2));
            args.push(format!("eps={}", float(epsilon)));
            notes.push("Adamax of PyTorch adds epsilon inside of the maximum.".into());
            "Adamax"
        }
        Rule::Nadam {
            beta_1,
            beta_2,
            epsilon,
            schedule_decay,
        } => {
            args.push(betas(beta_1, beta_2));
            args.push(format!("eps={}", float(epsilon)));
            args.push(format!("momentum_decay={}", float(schedule_decay)));
            "NAdam"
        }
    };
    if optimizer.weight_decay > 0.0 {
        if class == "AdamW" {
            args.push(format!("weight_decay={}", float(optimizer.weight_decay)));
        } else {
            notes.push(format!(
                "{class} of PyTorch has no weight decay apart from the gradient: {:?} is left out.",
                optimizer.weight_decay
            ));
        }
    }
    (format!("torch.optim.{class}({})", args.join(", ")), notes)
}
