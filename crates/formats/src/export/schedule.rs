//! The learning rate of every update as a Python function; formulas of `fireside_spec::schedule`.

use super::python::float;
use fireside_spec::Optimizer;
use fireside_spec::schedule::{Schedule, Span, StepForm};

/// `def rate(update, steps): ...`, for `steps` updates per epoch; `None` where the rate never changes.
pub(super) fn function(
    optimizer: &Optimizer,
    schedule: Option<&Schedule>,
    epochs: usize,
) -> Option<String> {
    let moving = schedule.filter(|schedule| !matches!(schedule, Schedule::ReduceOnPlateau(_)));
    if moving.is_none() && optimizer.decay == 0.0 {
        return None;
    }
    let mut out = String::from(
        "def rate(update, steps):\n    \"\"\"The learning rate of an update (from 0), with so many updates per epoch.\"\"\"\n",
    );
    out += &format!(
        "    base, n, total = {}, update, {epochs} * steps\n",
        float(optimizer.learning_rate)
    );
    match moving {
        Some(schedule) => body(schedule, 1, &mut out),
        None => out += "    value = base\n",
    }
    out += &match optimizer.decay {
        0.0 => "    return value\n".to_owned(),
        decay => format!("    return value / (1 + {} * update)\n", float(decay)),
    };
    if moving.is_some_and(half_cosines) {
        out.insert_str(
            0,
            "def half_cosine(start, end, passed):\n    \"\"\"From start to end as `passed` goes from 0 to 1.\"\"\"\n    \
             return end + (start - end) / 2 * (1 + math.cos(math.pi * passed))\n\n\n",
        );
    }
    Some(out)
}

fn half_cosines(schedule: &Schedule) -> bool {
    match schedule {
        Schedule::OneCycle { .. } => true,
        Schedule::Warmup { then, .. } => then.as_deref().is_some_and(half_cosines),
        _ => false,
    }
}

fn span(span: &Span) -> String {
    match span {
        Span::Steps(steps) => float(*steps),
        Span::Epochs(epochs) => format!("{} * steps", float(*epochs)),
        Span::Rest => "total".into(),
    }
}

fn body(schedule: &Schedule, depth: usize, out: &mut String) {
    let mut line = |text: String| {
        out.push_str(&"    ".repeat(depth));
        out.push_str(&text);
        out.push('\n');
    };
    match schedule {
        Schedule::Exponential {
            decay_rate,
            span: own,
            staircase,
        } => {
            let passed = format!("n / ({})", span(own));
            let passed = if *staircase {
                format!("math.floor({passed})")
            } else {
                passed
            };
            line(format!(
                "value = base * {} ** ({passed})",
                float(*decay_rate)
            ));
        }
        Schedule::Step {
            drop,
            epochs_drop,
            form,
        } => {
            let passed = format!("(1 + n // steps) / {}", float(*epochs_drop));
            let passed = match form {
                StepForm::Mended => format!("math.floor({passed})"),
                StepForm::AsPrinted => format!("({passed})"),
            };
            line(format!("value = base * {} ** {passed}", float(*drop)));
        }
        Schedule::Cosine { span: own, alpha } => {
            line(format!("passed = min(1, n / max(1, {}))", span(own)));
            let alpha = float(*alpha);
            line("fallen = (1 + math.cos(math.pi * passed)) / 2".into());
            line(format!("value = base * ((1 - {alpha}) * fallen + {alpha})"));
        }
        Schedule::OneCycle {
            pct_start,
            div_factor,
            final_div_factor,
        } => {
            line(format!(
                "low, peak, end = base / {}, {} * total - 1, total - 1",
                float(*div_factor),
                float(*pct_start)
            ));
            line("if n <= peak:".into());
            line("    value = half_cosine(low, base, n / peak if peak else 1)".into());
            line("else:".into());
            line(format!(
                "    value = half_cosine(base, low / {}, min(1, (n - peak) / (end - peak)) if end > peak else 1)",
                float(*final_div_factor)
            ));
        }
        Schedule::Piecewise { boundaries, values } => {
            let list = |numbers: &[f64]| {
                numbers
                    .iter()
                    .map(|n| float(*n))
                    .collect::<Vec<_>>()
                    .join(", ")
            };
            line(format!(
                "passed = sum(n // steps > last for last in [{}])",
                list(boundaries)
            ));
            line(format!("value = [{}][passed]", list(values)));
        }
        Schedule::Warmup {
            span: own,
            start_factor,
            then,
        } => {
            let start = float(*start_factor);
            line(format!("span = {}", span(own)));
            line("if n < span:".into());
            line(format!(
                "    value = base * ({start} + (1 - {start}) * n / span)"
            ));
            line("else:".into());
            line("    n, total = n - span, total - span".into());
            match then {
                Some(then) => body(then, depth + 1, out),
                None => line("    value = base".into()),
            }
        }
        // It has no part in this.
        Schedule::ReduceOnPlateau(_) => line("value = base".into()),
    }
}
