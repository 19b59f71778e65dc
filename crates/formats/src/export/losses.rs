//! The losses: Keras 3's names for them, and their formulas for PyTorch.

use fireside_spec::{Dialect, Loss, LossInput};

/// What `compile` is told.
pub(super) fn keras3(loss: &Loss) -> String {
    let logits = |class: &str, input: LossInput, name: &str| match input {
        LossInput::Logits => format!("keras.losses.{class}(from_logits=True)"),
        _ => format!("\"{name}\""),
    };
    match *loss {
        Loss::Huber { delta } => format!("keras.losses.Huber(delta={delta:?})"),
        Loss::Logcosh => "\"log_cosh\"".into(),
        Loss::KullbackLeiblerDivergence => "\"kl_divergence\"".into(),
        Loss::BinaryCrossentropy(input) => logits("BinaryCrossentropy", input, loss.name()),
        Loss::CategoricalCrossentropy(input) => {
            logits("CategoricalCrossentropy", input, loss.name())
        }
        Loss::SparseCategoricalCrossentropy(input) => {
            logits("SparseCategoricalCrossentropy", input, loss.name())
        }
        _ => format!("\"{}\"", loss.name()),
    }
}

/// Whether targets are numbers of classes.
pub(super) const fn sparse(loss: &Loss) -> bool {
    matches!(loss, Loss::SparseCategoricalCrossentropy(_))
}

/// The body of `def losses(p, y)`: one number per row from outputs and targets.
pub(super) fn pytorch(loss: &Loss, dialect: Dialect) -> String {
    let keras3 = dialect == Dialect::Keras3;
    let clipped = "p = p.clamp(1e-7, 1 - 1e-7)";
    let shares = "p = p / p.sum(-1, keepdim=True)";
    let hinge = |power: &str| {
        let convert = if keras3 {
            "y = torch.where(y == 0, -1.0, y)\n"
        } else {
            ""
        };
        format!("{convert}return (1 - y * p).clamp(min=0){power}.mean(-1)")
    };
    match *loss {
        Loss::MeanSquaredError => "return (p - y).square().mean(-1)".into(),
        Loss::MeanAbsoluteError => "return (p - y).abs().mean(-1)".into(),
        Loss::MeanAbsolutePercentageError => {
            "return 100 * ((y - p) / y.abs().clamp(min=1e-7)).abs().mean(-1)".into()
        }
        Loss::Huber { delta } => format!(
            "d = (p - y).abs()\n\
             return torch.where(d <= {delta:?}, d.square() / 2, {delta:?} * d - {delta:?} ** 2 / 2).mean(-1)"
        ),
        Loss::Logcosh => {
            "d = (p - y).abs()\nreturn (d + torch.log1p(torch.exp(-2 * d)) - math.log(2)).mean(-1)"
                .into()
        }
        Loss::BinaryCrossentropy(LossInput::Logits) => {
            "return F.binary_cross_entropy_with_logits(p, y, reduction=\"none\").mean(-1)".into()
        }
        Loss::BinaryCrossentropy(_) => {
            format!("{clipped}\nreturn -(y * p.log() + (1 - y) * (1 - p).log()).mean(-1)")
        }
        Loss::CategoricalCrossentropy(LossInput::Logits) => {
            "return -(y * p.log_softmax(-1)).sum(-1)".into()
        }
        Loss::CategoricalCrossentropy(_) => {
            format!("{shares}\n{clipped}\nreturn -(y * p.log()).sum(-1)")
        }
        Loss::SparseCategoricalCrossentropy(LossInput::Logits) => {
            "return F.cross_entropy(p, y.long().flatten(), reduction=\"none\")".into()
        }
        Loss::SparseCategoricalCrossentropy(_) => {
            let lines = if keras3 {
                [shares, clipped]
            } else {
                [clipped, shares]
            };
            format!(
                "{}\n{}\nreturn F.nll_loss(p.log(), y.long().flatten(), reduction=\"none\")",
                lines[0], lines[1]
            )
        }
        Loss::Hinge => hinge(""),
        Loss::SquaredHinge => hinge(".square()"),
        Loss::KullbackLeiblerDivergence => {
            "p, y = p.clamp(1e-7, 1), y.clamp(1e-7, 1)\nreturn (y * (y / p).log()).sum(-1)".into()
        }
        Loss::Poisson => "return (p - y * (p + 1e-7).log()).mean(-1)".into(),
    }
}
