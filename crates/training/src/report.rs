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

/// Rows of one class that were taken for another.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Confused {
    pub label: u32,
    pub guess: u32,
    pub rows: u32,
}

/// A network's judgement of the test rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Report {
    pub rows: u32,
    pub correct: u32,
    /// [actual][predicted]; empty for more than a hundred classes.
    pub confusion: Vec<Vec<u32>>,
    /// What is taken for what most often, the most frequent first; thirty at most.
    pub confused: Vec<Confused>,
    /// How many were judged wrongly; pictures only of the surest of them.
    pub mistakes: u32,
    pub misjudged: Vec<Misjudged>,
}

/// A table of more classes is no picture any more, and of a vocabulary's words it is tens of megabytes.
const MOST_CLASSES: usize = 100;
/// So many are read, if any.
const MOST_CONFUSED: usize = 30;

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
        let classes = match width.max(2) {
            classes @ ..=MOST_CLASSES => classes,
            _ => 0,
        };
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
            confused: confused(&self.mistakes),
            mistakes: self.mistakes.len() as u32,
            misjudged: self.mistakes.iter().take(count).map(picture).collect(),
        }
    }
}

/// The most frequent pairs of a class and what it is taken for.
fn confused(mistakes: &[Mistake]) -> Vec<Confused> {
    let pair = |index: usize| {
        let Mistake { label, guesses, .. } = &mistakes[index];
        (
            u32::from(*label),
            guesses.first().map_or(0, |guess| guess.class),
        )
    };
    let mut pairs: Vec<Confused> = Vec::new();
    for index in order(mistakes.len(), &mut |a, b| pair(a).cmp(&pair(b))) {
        let (label, guess) = pair(index);
        match pairs.last_mut() {
            Some(last) if (last.label, last.guess) == (label, guess) => last.rows += 1,
            _ => pairs.push(Confused {
                label,
                guess,
                rows: 1,
            }),
        }
    }
    let mut pairs = sorted(pairs, |a, b| b.rows.cmp(&a.rows));
    pairs.truncate(MOST_CONFUSED);
    pairs
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Each answer as the class that it names, of so many.
    fn report(classes: usize, answers: &[(u16, usize)]) -> ReportBuilder {
        let mut report = ReportBuilder::new(classes);
        for (row, (label, answer)) in answers.iter().enumerate() {
            let mut output = vec![0.0; classes];
            output[*answer] = 1.0;
            report.add(row, &output, &[*label]);
        }
        report
    }

    #[test]
    fn the_most_frequent_mistakes_come_first() {
        let answers = [(2, 1), (0, 1), (1, 1), (0, 2), (0, 1), (2, 1), (0, 1)];
        let built = report(3, &answers);
        assert_eq!(built.confusion, [[0, 3, 1], [0, 1, 0], [0, 2, 0]]);
        let pairs = confused(&built.mistakes);
        let told: Vec<_> = pairs.iter().map(|p| (p.label, p.guess, p.rows)).collect();
        assert_eq!(told, [(0, 1, 3), (2, 1, 2), (0, 2, 1)]);
    }

    #[test]
    fn of_a_vocabulary_there_is_no_table() {
        let answers: Vec<_> = (0..200).map(|row| (row, usize::from(row) / 3)).collect();
        let built = report(2_789, &answers);
        assert!(built.confusion.is_empty());
        assert_eq!(
            (built.rows, built.correct, built.mistakes.len()),
            (200, 1, 199)
        );
        assert_eq!(confused(&built.mistakes).len(), MOST_CONFUSED);
        assert_eq!(report(100, &[]).confusion.len(), 100);
        assert_eq!(report(1, &[]).confusion.len(), 2, "one output, two classes");
    }
}
