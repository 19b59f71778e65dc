//! The results file of `fireside reproduce`: figure of the source, ours per seed, verdict. The site's
//! table is made from it.

use crate::verdict::{Verdict, mean_sd, verdict};
use fireside_spec::Reported;
use fireside_spec::metric::more_is_better;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What was measured of a further printed figure.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Value {
    pub value: f64,
    /// Over the folds, population; 0 for a single fit.
    pub sd: f64,
}

/// A further printed figure, judged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Judged {
    /// What the source printed, and where.
    pub reported: Reported,
    pub mean: f64,
    pub sd: f64,
    pub verdict: Verdict,
}

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
    /// Of the printed figures after the first, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<Value>>", optional)]
    pub others: Vec<Value>,
}

/// What was measured of one experiment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(rename = "Result")]
pub struct Reproduction {
    pub id: String,
    pub metric: String,
    /// The source's figure; none where it printed none.
    pub printed: Option<f64>,
    /// Of what is printed; without it, digits that are worth telling of the metric.
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
    /// The printed figures after the first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<Judged>>", optional)]
    pub others: Vec<Judged>,
}

/// The whole file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct Results {
    pub results: Vec<Reproduction>,
}

impl Reproduction {
    /// Recomputes means, deviations, mean curve and verdicts from what was measured; `reported` are the printed
    /// figures. Without any, what was measured is told and not judged.
    pub fn judge(&mut self, reported: &[Reported], comparable: bool) {
        let complete = self.measured.iter().all(|m| m.epochs >= self.epochs);
        let judged = |reported: &Reported, measured: Vec<Value>| {
            let values: Vec<f64> = measured.iter().map(|one| one.value).collect();
            let (mean, over_seeds) = mean_sd(&values);
            // For folds the design wants their deviation: seeds differ less than folds do.
            let over_folds: Vec<f64> = measured.iter().map(|one| one.sd).collect();
            let (over_folds, _) = mean_sd(&over_folds);
            let sd = if over_folds > 0.0 {
                over_folds
            } else {
                over_seeds
            };
            let verdict = verdict(
                &values,
                sd,
                reported.value,
                reported.decimals,
                more_is_better(&reported.metric),
                comparable && !reported.other_data,
                complete,
            );
            Judged {
                reported: reported.clone(),
                mean,
                sd,
                verdict,
            }
        };
        let of = |value: &dyn Fn(&Measured) -> Option<Value>| -> Vec<Value> {
            self.measured.iter().filter_map(value).collect()
        };
        let first = |m: &Measured| {
            let (value, sd) = (m.value, m.sd);
            Some(Value { value, sd })
        };
        let main = reported
            .first()
            .map(|reported| judged(reported, of(&first)));
        // A results file from before a figure was printed here has no values of it.
        let known = |index: usize| self.measured.iter().all(|m| m.others.len() > index);
        let others = reported.iter().skip(1).enumerate();
        let others = others
            .filter(|(index, _)| known(*index))
            .map(|(index, reported)| judged(reported, of(&|m| m.others.get(index).copied())))
            .collect();
        (self.mean, self.sd, self.verdict) = match main {
            Some(main) => (main.mean, main.sd, main.verdict),
            None => {
                let values: Vec<f64> = self.measured.iter().map(|one| one.value).collect();
                let (mean, sd) = mean_sd(&values);
                let verdict = if complete {
                    Verdict::NothingPrinted
                } else {
                    Verdict::NotFinished
                };
                (mean, sd, verdict)
            }
        };
        self.others = others;
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

#[cfg(test)]
mod tests {
    use super::*;

    fn reported(metric: &str, value: f64) -> Reported {
        Reported {
            metric: metric.into(),
            point: None,
            value,
            decimals: 2,
            place: "here".into(),
            other_data: false,
        }
    }

    #[test]
    fn every_printed_figure_is_judged_by_its_own_values() {
        let measured = |seed, value, other, sd| Measured {
            seed,
            value,
            loss: 0.1,
            sd: 0.0,
            epochs: 1,
            steps: 1,
            seconds: 1.0,
            curve: vec![value],
            others: vec![Value { value: other, sd }],
        };
        let mut one = Reproduction {
            id: "x".into(),
            metric: "test_rmse".into(),
            printed: Some(47.53),
            decimals: 2,
            measured: vec![
                measured(7, 47.5, 20.0, 0.5),
                measured(8, 47.6, 21.0, 0.5),
                measured(9, 47.4, 22.0, 0.5),
            ],
            mean: 0.0,
            sd: 0.0,
            verdict: Verdict::OneRun,
            remark: String::new(),
            data: "d".into(),
            data_sha256: String::new(),
            text_sha256: String::new(),
            machine: String::new(),
            version: String::new(),
            epochs: 1,
            curve: Vec::new(),
            others: Vec::new(),
        };
        one.judge(
            &[reported("test_rmse", 47.53), reported("train_rmse", 22.93)],
            true,
        );
        assert_eq!(one.verdict, Verdict::Reproduced);
        let other = &one.others[0];
        // An error: less is better. The deviation over the folds counts where there is one.
        assert_eq!(
            (other.verdict, other.mean, other.sd),
            (Verdict::Better, 21.0, 0.5)
        );
        // What a source had from other data is told, however near it comes.
        let mut foreign = reported("test_rmse", 47.53);
        foreign.other_data = true;
        let mut of_others = one.clone();
        of_others.judge(&[foreign], true);
        assert_eq!(of_others.verdict, Verdict::NotComparable);
        let text = serde_json::to_string(&one).expect("JSON");
        assert_eq!(
            serde_json::from_str::<Reproduction>(&text).expect("read"),
            one
        );
        // Where nothing is printed, nothing is judged; a part of the epochs is still told as one.
        let mut alone = one.clone();
        (alone.printed, alone.epochs) = (None, 1);
        alone.judge(&[], true);
        assert_eq!(alone.verdict, Verdict::NothingPrinted);
        assert!((alone.mean - 47.5).abs() < 1e-9 && (alone.sd - 0.1).abs() < 1e-9);
        alone.epochs = 2;
        alone.judge(&[], true);
        assert_eq!(alone.verdict, Verdict::NotFinished);
        // Files from before there were others are still read.
        let start = text.rfind(",\"others\"").expect("others");
        let old = format!("{}}}", &text[..start]);
        let read: Reproduction = serde_json::from_str(&old).expect("an old file");
        assert_eq!(read.others, []);
    }
}
