//! Learning rates by schedule: a pure function of the update, so that a chart needs no training, and the one
//! schedule that waits for figures of the run.

use fireside_spec::schedule::{Horizon, Plateau, Schedule, Span, StepForm};
use fireside_spec::{Dialect, Optimizer};
use std::f64::consts::PI;

/// The rate of an update after a schedule, before the optimizer's own decay.
///
/// `base` is the rate that the optimizer was given, `update` counts those done before. A plateau has no part in it:
/// its cuts change `base`.
pub fn rate(schedule: &Schedule, base: f64, update: u64, horizon: Horizon) -> f64 {
    let steps = horizon.steps_per_epoch.max(1);
    after(
        schedule,
        base,
        update as f64,
        steps as f64,
        horizon.epochs as f64 * steps as f64,
    )
}

/// The rates of all updates of a run as far as they are known before it begins, decay included.
pub fn rates<'s>(
    optimizer: &'s Optimizer,
    schedule: Option<&'s Schedule>,
    horizon: Horizon,
) -> impl Iterator<Item = f64> + use<'s> {
    let updates = horizon.steps_per_epoch.saturating_mul(horizon.epochs);
    (0..updates).map(move |update| {
        let base = optimizer.learning_rate;
        let scheduled = schedule.map_or(base, |s| rate(s, base, update, horizon));
        decayed(scheduled, optimizer.decay, update)
    })
}

/// Keras 2's decay per update.
pub(crate) fn decayed(rate: f64, decay: f64, update: u64) -> f64 {
    rate / (1.0 + decay * update as f64)
}

/// n updates are done, of `steps` per epoch and `total` in all.
fn after(schedule: &Schedule, base: f64, n: f64, steps: f64, total: f64) -> f64 {
    let updates = |span: &Span| match *span {
        Span::Steps(steps) => steps,
        Span::Epochs(epochs) => epochs * steps,
        Span::Rest => total,
    };
    let epoch = (n / steps).floor();
    match schedule {
        Schedule::Exponential {
            decay_rate,
            span,
            staircase,
        } => {
            let passed = n / updates(span);
            let passed = if *staircase { passed.floor() } else { passed };
            base * decay_rate.powf(passed)
        }
        Schedule::Step {
            drop,
            epochs_drop,
            form,
        } => {
            let passed = (1.0 + epoch) / epochs_drop;
            base * drop.powf(match form {
                StepForm::Mended => passed.floor(),
                StepForm::AsPrinted => passed,
            })
        }
        Schedule::Cosine { span, alpha } => {
            let span = updates(span).max(1.0);
            let fallen = (1.0 + (PI * n.min(span) / span).cos()) / 2.0;
            base * ((1.0 - alpha) * fallen + alpha)
        }
        Schedule::OneCycle {
            pct_start,
            div_factor,
            final_div_factor,
        } => {
            let low = base / div_factor;
            // PyTorch's phases: the last update of each has its end value.
            let (peak, end) = (pct_start * total - 1.0, total - 1.0);
            if n <= peak {
                half_cosine(low, base, n / peak)
            } else {
                let passed = (n - peak) / (end - peak);
                half_cosine(base, low / final_div_factor, passed.min(1.0))
            }
        }
        Schedule::Piecewise { boundaries, values } => {
            let passed = boundaries.iter().take_while(|last| epoch > **last).count();
            values.get(passed).copied().unwrap_or(base)
        }
        Schedule::Warmup {
            span,
            start_factor,
            then,
        } => {
            let span = updates(span);
            if n < span {
                base * (start_factor + (1.0 - start_factor) * n / span)
            } else {
                let then = then.as_ref();
                then.map_or(base, |s| after(s, base, n - span, steps, total - span))
            }
        }
        Schedule::ReduceOnPlateau(_) => base,
    }
}

/// From `start` to `end` as `passed` goes from 0 to 1.
fn half_cosine(start: f64, end: f64, passed: f64) -> f64 {
    // Where a phase has no length there is nothing between its ends.
    let passed = if passed.is_finite() { passed } else { 1.0 };
    end + (start - end) / 2.0 * (1.0 + (PI * passed).cos())
}

/// How far the waiting is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Waiting {
    best: f64,
    bad_epochs: f64,
    cooldown: f64,
}

impl Waiting {
    /// Nothing seen yet.
    pub fn new(plateau: &Plateau) -> Self {
        let best = if maximised(plateau) {
            f64::NEG_INFINITY
        } else {
            f64::INFINITY
        };
        Self {
            best,
            bad_epochs: 0.0,
            cooldown: 0.0,
        }
    }

    /// To be saved.
    pub fn numbers(&self) -> [f64; 3] {
        [self.best, self.bad_epochs, self.cooldown]
    }

    /// From what was saved.
    pub fn of([best, bad_epochs, cooldown]: [f64; 3]) -> Self {
        Self {
            best,
            bad_epochs,
            cooldown,
        }
    }

    /// The monitored value at the end of an epoch; gives the new rate when it is cut.
    pub fn tell(
        &mut self,
        plateau: &Plateau,
        dialect: Dialect,
        value: f64,
        rate: f64,
    ) -> Option<f64> {
        if self.cooldown > 0.0 {
            self.cooldown -= 1.0;
            self.bad_epochs = 0.0;
        }
        // A value that is no number is never better.
        let better = if maximised(plateau) {
            value > self.best + plateau.min_delta
        } else {
            value < self.best - plateau.min_delta
        };
        if better {
            self.best = value;
            self.bad_epochs = 0.0;
            return None;
        }
        if self.cooldown > 0.0 {
            return None;
        }
        // Keras 2 looks before it counts, Keras 3 counts first.
        let keras3 = dialect == Dialect::Keras3;
        self.bad_epochs += f64::from(u8::from(keras3));
        let floor = if keras3 { 1.0 } else { 1.0 + 1e-4 };
        let mut cut = None;
        if self.bad_epochs >= plateau.patience as f64 && rate > plateau.min_lr * floor {
            cut = Some((rate * plateau.factor).max(plateau.min_lr));
            self.cooldown = plateau.cooldown as f64;
            self.bad_epochs = 0.0;
        }
        self.bad_epochs += f64::from(u8::from(!keras3));
        cut
    }
}

/// Keras 2's `auto`: an accuracy is to rise, everything else to fall.
fn maximised(plateau: &Plateau) -> bool {
    plateau.monitor.contains("acc")
}
