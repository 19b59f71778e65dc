//! The book: chapters, experiments and the reference as data files. No code beyond loading.
//!
//! A new experiment is one file in `experiments/` and one row in [`FILES`]; a test compares the two.

pub mod concepts;
pub mod reference;

pub use concepts::{Concept, concepts};
pub use reference::{Reference, reference};

use fireside_spec::card::Card;
use fireside_spec::{Data, DataShape, Problem, Words};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The experiment files in the order of the book.
pub const FILES: &[(&str, &str)] = &[
    ("3.8", include_str!("../experiments/3.8.toml")),
    ("6.2", include_str!("../experiments/6.2.toml")),
    ("7.5", include_str!("../experiments/7.5.toml")),
    ("8.3", include_str!("../experiments/8.3.toml")),
    ("10.3", include_str!("../experiments/10.3.toml")),
    ("10.4.2", include_str!("../experiments/10.4.2.toml")),
    ("10.4.3", include_str!("../experiments/10.4.3.toml")),
    ("11.2.2", include_str!("../experiments/11.2.2.toml")),
    (
        "002-CONVEXAMPLE",
        include_str!("../experiments/002-CONVEXAMPLE.toml"),
    ),
    ("13.2", include_str!("../experiments/13.2.toml")),
    ("13.3", include_str!("../experiments/13.3.toml")),
    ("13.4", include_str!("../experiments/13.4.toml")),
    ("13.5", include_str!("../experiments/13.5.toml")),
    ("002-LENET", include_str!("../experiments/002-LENET.toml")),
    (
        "002-MNIST-DATASIZE",
        include_str!("../experiments/002-MNIST-DATASIZE.toml"),
    ),
    (
        "002-MNIST-DATASIZE-SGD",
        include_str!("../experiments/002-MNIST-DATASIZE-SGD.toml"),
    ),
    ("14.2", include_str!("../experiments/14.2.toml")),
    ("14.3", include_str!("../experiments/14.3.toml")),
    ("14.4", include_str!("../experiments/14.4.toml")),
    ("14.5a", include_str!("../experiments/14.5a.toml")),
    ("14.5b", include_str!("../experiments/14.5b.toml")),
    ("14.5c", include_str!("../experiments/14.5c.toml")),
    ("14.5d", include_str!("../experiments/14.5d.toml")),
    ("14.6", include_str!("../experiments/14.6.toml")),
    ("15.2", include_str!("../experiments/15.2.toml")),
    (
        "003-CIFAR-VIEW",
        include_str!("../experiments/003-CIFAR-VIEW.toml"),
    ),
    ("15.3", include_str!("../experiments/15.3.toml")),
    ("15.4", include_str!("../experiments/15.4.toml")),
    ("15.5", include_str!("../experiments/15.5.toml")),
    (
        "002-CIFAR-SIMPLE",
        include_str!("../experiments/002-CIFAR-SIMPLE.toml"),
    ),
    (
        "002-CIFAR-DEEP",
        include_str!("../experiments/002-CIFAR-DEEP.toml"),
    ),
    (
        "002-CIFAR-AUG",
        include_str!("../experiments/002-CIFAR-AUG.toml"),
    ),
    (
        "002-CIFAR-PREDICT",
        include_str!("../experiments/002-CIFAR-PREDICT.toml"),
    ),
    (
        "003-CIFAR-CNN",
        include_str!("../experiments/003-CIFAR-CNN.toml"),
    ),
    (
        "000-GTSRB-CNN1",
        include_str!("../experiments/000-GTSRB-CNN1.toml"),
    ),
    (
        "000-GTSRB-CNN2",
        include_str!("../experiments/000-GTSRB-CNN2.toml"),
    ),
    (
        "CIFAR-SHIPPED",
        include_str!("../experiments/CIFAR-SHIPPED.toml"),
    ),
    (
        "003-CAPTCHA",
        include_str!("../experiments/003-CAPTCHA.toml"),
    ),
    (
        "003-CAPTCHA-RELU",
        include_str!("../experiments/003-CAPTCHA-RELU.toml"),
    ),
    ("16.2", include_str!("../experiments/16.2.toml")),
    ("16.3", include_str!("../experiments/16.3.toml")),
    ("16.4", include_str!("../experiments/16.4.toml")),
    ("16.5", include_str!("../experiments/16.5.toml")),
    (
        "004-IMDB-CNN",
        include_str!("../experiments/004-IMDB-CNN.toml"),
    ),
    (
        "IMDB-SHIPPED",
        include_str!("../experiments/IMDB-SHIPPED.toml"),
    ),
    ("19.1", include_str!("../experiments/19.1.toml")),
    ("20.2", include_str!("../experiments/20.2.toml")),
    ("20.3", include_str!("../experiments/20.3.toml")),
    ("20.3b", include_str!("../experiments/20.3b.toml")),
    ("20.4", include_str!("../experiments/20.4.toml")),
    (
        "000-IMDB-LSTM",
        include_str!("../experiments/000-IMDB-LSTM.toml"),
    ),
    ("22.4", include_str!("../experiments/22.4.toml")),
    ("22.5", include_str!("../experiments/22.5.toml")),
    (
        "22.5-MENDED",
        include_str!("../experiments/22.5-MENDED.toml"),
    ),
    ("22.6", include_str!("../experiments/22.6.toml")),
    (
        "22-LSTM-CHARS",
        include_str!("../experiments/22-LSTM-CHARS.toml"),
    ),
    (
        "22-TRANSFORMER",
        include_str!("../experiments/22-TRANSFORMER.toml"),
    ),
    ("22-TALE", include_str!("../experiments/22-TALE.toml")),
    (
        "ALICE-SHIPPED",
        include_str!("../experiments/ALICE-SHIPPED.toml"),
    ),
    ("OWN-TEXT", include_str!("../experiments/OWN-TEXT.toml")),
    (
        "OWN-REVIEWS",
        include_str!("../experiments/OWN-REVIEWS.toml"),
    ),
];

const CHAPTERS: &str = include_str!("../chapters.toml");

/// A chapter of the shelf.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Chapter {
    pub id: String,
    /// `tables`, `pictures`, `words`
    pub theme: String,
    pub title: Words,
    pub subtitle: Words,
    /// Whether its page exists.
    pub ready: bool,
    /// Ids of its experiments in order.
    pub experiments: Vec<String>,
}

/// Everything: what the site is made from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Book {
    pub chapters: Vec<Chapter>,
    pub cards: Vec<Card>,
    pub concepts: Vec<Concept>,
}

#[derive(Deserialize)]
struct ChapterFile {
    chapters: Vec<Chapter>,
}

/// What is wrong with the book's own files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BookError {
    Chapters { message: String },
    Concepts { message: String },
    Experiment { id: String, problems: Vec<Problem> },
    Reference { file: String, message: String },
}

impl std::fmt::Display for BookError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Chapters { message } => write!(f, "chapters.toml: {message}"),
            Self::Concepts { message } => write!(f, "concepts: {message}"),
            Self::Reference { file, message } => write!(f, "reference/{file}.toml: {message}"),
            Self::Experiment { id, problems } => {
                write!(f, "experiment {id}:")?;
                problems
                    .iter()
                    .try_for_each(|problem| write!(f, "\n  {problem}"))
            }
        }
    }
}

impl std::error::Error for BookError {}

/// The text of an experiment file.
pub fn text(id: &str) -> Option<&'static str> {
    FILES
        .iter()
        .find(|(known, _)| *known == id)
        .map(|(_, text)| *text)
}

/// The chapters in the order of the shelf.
///
/// # Errors
/// When `chapters.toml` is not what it should be.
pub fn chapters() -> Result<Vec<Chapter>, BookError> {
    toml::from_str::<ChapterFile>(CHAPTERS)
        .map(|file| file.chapters)
        .map_err(|error| BookError::Chapters {
            message: error.to_string(),
        })
}

/// Loads and checks everything; `data` tells the shape of the prepared data.
///
/// # Errors
/// The first file with problems, with all of them.
pub fn load(data: impl Fn(&Data) -> Option<DataShape>) -> Result<Book, BookError> {
    let card = |(id, text): &(&str, &str)| {
        Card::of(text, &data, "").map_err(|problems| BookError::Experiment {
            id: (*id).into(),
            problems,
        })
    };
    Ok(Book {
        chapters: chapters()?,
        cards: FILES.iter().map(card).collect::<Result<_, _>>()?,
        concepts: concepts()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_in_the_table_and_in_one_chapter() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/experiments");
        let mut found: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| {
                entry
                    .unwrap()
                    .path()
                    .file_stem()
                    .unwrap()
                    .to_string_lossy()
                    .into()
            })
            .collect();
        let mut table: Vec<String> = FILES.iter().map(|(id, _)| (*id).into()).collect();
        let mut listed: Vec<String> = chapters()
            .unwrap()
            .into_iter()
            .flat_map(|c| c.experiments)
            .collect();
        found.sort();
        table.sort();
        listed.sort();
        assert_eq!(found, table);
        assert_eq!(listed, table);
    }
}
