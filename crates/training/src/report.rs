//! What the network got wrong: confusion matrix and misjudged pictures.

use crate::target::answer;
use fireside_datasets::Rows;
use fireside_spec::order::{order, sorted};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A class and how sure the network is of it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Guess {
    pub class: u32,
    pub probability: f64,
}

/// A test picture that was judged wrongly, with the three best guesses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Misjudged {
    pub row: u32,
    pub label: u32,
    /// 0 to 255, channels x height x width; how many channels there are is what the length tells.
    pub pixels: Vec<u8>,
    pub height: u32,
    pub width: u32,
    pub guesses: Vec<Guess>,
}

/// A network's judgement of the test rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Report {
    pub rows: u32,
    pub correct: u32,
    /// [actual][predicted]
    pub confusion: Vec<Vec<u32>>,
    /// How many were judged wrongly; pictures only of the surest of them.
    pub mistakes: u32,
    pub misjudged: Vec<Misjudged>,
}

struct Mistake {
    row: usize,
    label: u16,
    guesses: Vec<Guess>,
}

pub(crate) struct ReportBuilder {
    /// Outputs of the network; one output judges two classes.
    width: usize,
    rows: u32,
    correct: u32,
    confusion: Vec<Vec<u32>>,
    mistakes: Vec<Mistake>,
}

impl ReportBuilder {
    pub fn new(width: usize) -> Self {
        let classes = width.max(2);
        Self {
            width: width.max(1),
            rows: 0,
            correct: 0,
            confusion: vec![vec![0; classes]; classes],
            mistakes: Vec::new(),
        }
    }

    /// Adds the output of rows `start..`.
    pub fn add(&mut self, start: usize, output: &[f32], labels: &[u16]) {
        for (index, (values, label)) in output.chunks_exact(self.width).zip(labels).enumerate() {
            let predicted = answer(values);
            self.rows += 1;
            if let Some(cell) = self
                .confusion
                .get_mut(usize::from(*label))
                .and_then(|row| row.get_mut(predicted))
            {
                *cell += 1;
            }
            if predicted == usize::from(*label) {
                self.correct += 1;
            } else {
                self.mistakes.push(Mistake {
                    row: start + index,
                    label: *label,
                    guesses: guesses(values),
                });
            }
        }
    }

    /// The report with pictures of the `count` surest mistakes.
    pub fn finish(mut self, test: &Rows, count: usize) -> Report {
        let sure = |m: &Mistake| m.guesses.first().map_or(0.0, |guess| guess.probability);
        self.mistakes = sorted(self.mistakes, |a, b| sure(b).total_cmp(&sure(a)));
        let pictures = test.pictures();
        let [height, width] = pictures.map_or([0; 2], |p| [p.shape().height, p.shape().width]);
        let picture = |mistake: &Mistake| Misjudged {
            row: mistake.row as u32,
            label: u32::from(mistake.label),
            pixels: pictures.map_or(Vec::new(), |p| p.row(mistake.row).to_vec()),
            height: height as u32,
            width: width as u32,
            guesses: mistake.guesses.clone(),
        };
        Report {
            rows: self.rows,
            correct: self.correct,
            confusion: self.confusion,
            mistakes: self.mistakes.len() as u32,
            misjudged: self.mistakes.iter().take(count).map(picture).collect(),
        }
    }
}

/// The three best classes, best first.
fn guesses(values: &[f32]) -> Vec<Guess> {
    // One output is the probability of class 1.
    let pair = values.first().map(|p| [1.0 - p, *p]);
    let values = match (values.len(), &pair) {
        (1, Some(pair)) => pair,
        _ => values,
    };
    let order = order(values.len(), &mut |a, b| values[b].total_cmp(&values[a]));
    let guess = |class: usize| Guess {
        class: class as u32,
        probability: f64::from(values[class]),
    };
    order.into_iter().take(3).map(guess).collect()
}
