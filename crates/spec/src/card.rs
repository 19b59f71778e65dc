//! An experiment as a page or a terminal gets it: text, words, figures of the source, network.

use crate::check::check;
use crate::edit::locate;
use crate::experiment::{Curve, Data, Kind, Question, Reported, Words};
use crate::parse::{parse, parse_point};
use crate::problem::Problem;
use crate::shape::DataShape;
use crate::summary::Summary;
use crate::sweep::Sweep;
use crate::using::{Generate, Predict};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Everything there is to show before a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Card {
    pub id: String,
    pub kind: Kind,
    pub chapter: u32,
    pub title: Words,
    pub intro: Words,
    pub dataset: String,
    /// The experiment file itself, which the reader edits.
    pub text: String,
    /// `None` for kind `look`.
    pub summary: Option<Summary>,
    /// Fits that it costs, of all points and folds; 0 where nothing is trained.
    pub fits: usize,
    /// Of kind `predict`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub predict: Option<Predict>,
    /// Of kind `generate`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub generate: Option<Generate>,
    pub reported: Vec<Reported>,
    pub curve: Option<Curve>,
    pub errata: Vec<Words>,
    pub question: Option<Question>,
}

/// The answer to a text that is being edited.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(rename = "Checked")]
pub struct CheckedText {
    pub ok: bool,
    pub summary: Option<Summary>,
    pub problems: Vec<Problem>,
}

/// Reads and checks a text in one go; `data` tells the shape of the prepared data.
///
/// # Errors
/// All problems with their lines; `known` names the data sets for the words of `unknown_dataset`.
pub fn read(
    text: &str,
    data: impl Fn(&Data) -> Option<DataShape>,
    known: &str,
) -> Result<crate::Checked, Vec<Problem>> {
    read_point(text, 0, data, known)
}

/// The same at a point of a sweep; of other experiments there is one point.
///
/// # Errors
/// As [`read`].
pub fn read_point(
    text: &str,
    point: usize,
    data: impl Fn(&Data) -> Option<DataShape>,
    known: &str,
) -> Result<crate::Checked, Vec<Problem>> {
    let experiment = parse_point(text, point)?;
    let name = &experiment.data.name;
    let located = |problems: Vec<Problem>| problems.into_iter().map(|p| locate(text, p)).collect();
    let Some(shape) = data(&experiment.data) else {
        return Err(located(vec![Problem::new(
            "unknown_dataset",
            "data.name",
            &[("value", name), ("known", &known)],
        )]));
    };
    check(&experiment, &shape).map_err(located)
}

/// [`read`] for a page: problems or the summary, never an error.
pub fn check_text(
    text: &str,
    data: impl Fn(&Data) -> Option<DataShape>,
    known: &str,
) -> CheckedText {
    match read(text, data, known) {
        Ok(checked) => CheckedText {
            ok: true,
            summary: Some(Summary::of(&checked)),
            problems: Vec::new(),
        },
        Err(problems) => CheckedText {
            ok: false,
            summary: None,
            problems,
        },
    }
}

impl Card {
    /// The card of an experiment file.
    ///
    /// # Errors
    /// All problems of the text, as [`read`] finds them.
    pub fn of(
        text: &str,
        data: impl Fn(&Data) -> Option<DataShape>,
        known: &str,
    ) -> Result<Self, Vec<Problem>> {
        let experiment = parse(text)?;
        let summary = match experiment.kind.trains() {
            true => Some(Summary::of(&read(text, data, known)?)),
            false => None,
        };
        let points = experiment.sweep.as_ref().map_or(1, Sweep::points);
        Ok(Self {
            id: experiment.id,
            kind: experiment.kind,
            chapter: experiment.chapter,
            title: experiment.title,
            intro: experiment.intro,
            dataset: experiment.data.name,
            text: text.into(),
            fits: if summary.is_some() {
                points.saturating_mul(experiment.protocol.fits())
            } else {
                0
            },
            summary,
            predict: experiment.predict,
            generate: experiment.generate,
            reported: experiment.reported,
            curve: experiment.curve,
            errata: experiment.errata,
            question: experiment.question,
        })
    }
}
