//! The results file of `fireside reproduce`: figure of the source, ours per seed, verdict. The site's
//! table is made from it.

use crate::verdict::{Verdict, mean_sd, verdict};
use fireside_spec::Reported;
use fireside_spec::metric::more_is_better;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One measured seed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Measured {
    pub seed: u32,
    pub value: f64,
    pub loss: f64,
    /// Over the folds of this seed, population; 0 for a single fit.
    #[serde(default)]
    pub sd: f64,
    pub epochs: u32,
    pub steps: u32,
    /// Of the whole run with its evaluations, as the host measured it.
    pub seconds: f64,
    /// Test accuracy after every epoch.
    pub curve: Vec<f64>,
}

/// What was measured of one experiment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(rename = "Result")]
pub struct Reproduction {
    pub id: String,
    pub metric: String,
    pub printed: f64,
    pub decimals: u32,
    pub measured: Vec<Measured>,
    pub mean: f64,
    pub sd: f64,
    pub verdict: Verdict,
    pub remark: String,
    pub data: String,
    pub data_sha256: String,
    /// SHA-256 of what decides the outcome (data, layers, training; not the words): when it changes, the
    /// experiment is measured again.
    pub text_sha256: String,
    pub machine: String,
    pub version: String,
    pub epochs: u32,
    /// Mean test accuracy after every epoch.
    pub curve: Vec<f64>,
}

/// The whole file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct Results {
    pub results: Vec<Reproduction>,
}

impl Reproduction {
    /// Recomputes mean, deviation, mean curve and verdict from what was measured.
    pub fn judge(&mut self, reported: &Reported, comparable: bool) {
        let values: Vec<f64> = self.measured.iter().map(|m| m.value).collect();
        (self.mean, self.sd) = mean_sd(&values);
        let complete = self.measured.iter().all(|m| m.epochs >= self.epochs);
        // For folds the design wants their deviation: seeds differ less than folds do.
        let over_folds: Vec<f64> = self.measured.iter().map(|m| m.sd).collect();
        let (over_folds, _) = mean_sd(&over_folds);
        if over_folds > 0.0 {
            self.sd = over_folds;
        }
        self.verdict = verdict(
            &values,
            self.sd,
            reported.value,
            reported.decimals,
            more_is_better(&reported.metric),
            comparable,
            complete,
        );
        let epochs = self
            .measured
            .iter()
            .map(|m| m.curve.len())
            .min()
            .unwrap_or(0);
        let mean_at = |epoch: usize| {
            self.measured.iter().map(|m| m.curve[epoch]).sum::<f64>() / self.measured.len() as f64
        };
        self.curve = (0..epochs).map(mean_at).collect();
    }
}

impl Results {
    /// Puts a result in, in place of an older one of the same experiment.
    pub fn put(&mut self, result: Reproduction) {
        match self.results.iter_mut().find(|old| old.id == result.id) {
            Some(old) => *old = result,
            None => self.results.push(result),
        }
        self.results.sort_by(|a, b| a.id.cmp(&b.id));
    }
}
