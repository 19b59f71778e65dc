//! What is watched at the end of every epoch: the best network is kept, a run that no longer gains is stopped.

use crate::event::EpochScores;
use fireside_spec::{Callback, Dialect};

/// A callback and what it has seen so far.
#[derive(Clone, Debug)]
pub(crate) struct Watch {
    callback: Callback,
    /// NaN before the first epoch.
    best: f64,
    best_epoch: u32,
    bad: usize,
    /// The weights of the best epoch, as a model file.
    pub kept: Option<Vec<u8>>,
}

/// What an epoch means to a callback.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Seen {
    /// The network is to be kept.
    pub keep: bool,
    /// The run is over.
    pub stop: bool,
    /// The best network is to be taken up again.
    pub restore: bool,
}

impl Watch {
    pub fn new(callback: &Callback) -> Self {
        Self {
            callback: callback.clone(),
            best: f64::NAN,
            best_epoch: 0,
            bad: 0,
            kept: None,
        }
    }

    /// Looks at an epoch.
    pub fn see(&mut self, scores: &EpochScores, dialect: Dialect) -> Seen {
        let monitor = self.callback.monitor().clone();
        let value = scores.figure(&monitor.metric).unwrap_or(f64::NAN);
        let min_delta = match self.callback {
            Callback::EarlyStopping { min_delta, .. } => min_delta,
            Callback::Checkpoint { .. } => 0.0,
        };
        let better = monitor.improves(self.best, value, min_delta);
        if better {
            self.best = value;
            self.best_epoch = scores.epoch;
            self.bad = 0;
        } else {
            self.bad += 1;
        }
        match self.callback {
            Callback::Checkpoint { save_best_only, .. } => Seen {
                keep: better || !save_best_only,
                ..Seen::default()
            },
            Callback::EarlyStopping {
                patience,
                restore_best_weights,
                ..
            } => {
                let allowed = match dialect {
                    Dialect::Keras2 => patience + 1,
                    Dialect::Keras3 => patience.max(1),
                };
                let stop = self.bad >= allowed;
                Seen {
                    keep: better && restore_best_weights,
                    stop,
                    restore: stop && restore_best_weights,
                }
            }
        }
    }

    /// The best value and its epoch.
    pub const fn best(&self) -> (f64, u32) {
        (self.best, self.best_epoch)
    }

    /// What is watched.
    pub fn metric(&self) -> &str {
        &self.callback.monitor().metric
    }

    /// State for a checkpoint.
    pub const fn numbers(&self) -> (f64, u32, usize) {
        (self.best, self.best_epoch, self.bad)
    }

    /// Goes on from a checkpoint.
    pub fn resume(&mut self, (best, best_epoch, bad): (f64, u32, usize)) {
        self.best = best;
        self.best_epoch = best_epoch;
        self.bad = bad;
    }
}
