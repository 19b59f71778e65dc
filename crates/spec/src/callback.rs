//! What is done at the end of an epoch: keep the best network, stop early.

use crate::metric::more_is_better;
use crate::read::Fields;

/// A figure that is watched.
#[derive(Clone, Debug, PartialEq)]
pub struct Monitor {
    /// `validation_loss`, `test_accuracy`, `train_loss` ...
    pub metric: String,
    pub more_is_better: bool,
}

/// Done at the end of every epoch.
#[derive(Clone, Debug, PartialEq)]
pub enum Callback {
    /// Keeps the network of the best epoch (or of every epoch; the last one kept counts).
    Checkpoint {
        monitor: Monitor,
        save_best_only: bool,
    },
    /// Stops when `monitor` has not become better by more than `min_delta` for more than `patience` epochs
    /// (Keras 2: after patience + 1 bad epochs; Keras 3: after patience, at least one).
    EarlyStopping {
        monitor: Monitor,
        min_delta: f64,
        patience: usize,
        restore_best_weights: bool,
    },
}

impl Monitor {
    fn read(f: &Fields) -> Self {
        let written = f.text_or("monitor", "validation_loss");
        // Keras's names are welcome.
        let metric = match written.as_str() {
            "loss" => "train_loss".into(),
            "acc" | "accuracy" => "train_accuracy".into(),
            "val_acc" => "validation_accuracy".into(),
            name => match name.strip_prefix("val_") {
                Some(own) => format!("validation_{own}"),
                None => written,
            },
        };
        let more = more_is_better(&metric);
        let known = [("auto", more), ("max", true), ("min", false)];
        Self {
            more_is_better: f.choice("mode", Some(more), &known),
            metric,
        }
    }

    /// Whether `new` is better than `old` by more than `min_delta`; nothing is better than a NaN, a NaN never is.
    pub fn improves(&self, old: f64, new: f64, min_delta: f64) -> bool {
        if old.is_nan() {
            return !new.is_nan();
        }
        if self.more_is_better {
            new > old + min_delta
        } else {
            new < old - min_delta
        }
    }
}

impl Callback {
    pub(crate) fn read_list(f: &Fields) -> Vec<Self> {
        f.tables("callbacks").iter().map(Self::read).collect()
    }

    fn read(f: &Fields) -> Self {
        let names = [
            ("checkpoint", "checkpoint"),
            ("early_stopping", "early_stopping"),
        ];
        let callback = match f.choice("name", None, &names) {
            "early_stopping" => Self::EarlyStopping {
                monitor: Monitor::read(f),
                min_delta: f.number("min_delta", Some(0.0), 0.0, 1e9),
                patience: f.integer("patience", Some(0), 0..100_001),
                restore_best_weights: f.flag("restore_best_weights", false),
            },
            _ => Self::Checkpoint {
                monitor: Monitor::read(f),
                save_best_only: f.flag("save_best_only", true),
            },
        };
        f.finish();
        callback
    }

    /// Name in the text.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Checkpoint { .. } => "checkpoint",
            Self::EarlyStopping { .. } => "early_stopping",
        }
    }

    /// What it watches.
    pub const fn monitor(&self) -> &Monitor {
        match self {
            Self::Checkpoint { monitor, .. } | Self::EarlyStopping { monitor, .. } => monitor,
        }
    }
}
