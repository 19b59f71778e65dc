//! The reader's own texts as data: a running text, or texts with labels.
//!
//! What comes in is UTF-8: which encoding a file has, and what it says in UTF-8, is found out before
//! (`web/src/lib/engine/encoding.ts`), because the tables of GB18030 alone are larger than this whole module, and every
//! browser has them. What is no UTF-8 all the same becomes U+FFFD, is counted and left out.
//!
//! A second file beside the first says how to read it, a `name=value` a line; whatever is not said, or wrong, is found
//! out from the content.

mod grammar;
mod labelled;
mod rows;
mod text;

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeMap;

use fireside_spec::order::order;
use fireside_spec::preparation::Level;
use serde::Serialize;

use crate::dataset::NamedFile;
use crate::error::{DataError, OwnCode, clip};
use crate::kind::FileKind;
use crate::sets::{own_reviews, own_text};

pub(crate) use labelled::{labelled, sample as labelled_sample};
pub(crate) use text::{running, sample as running_sample};

/// The most bytes that are read: what the page takes of a file, and what it may become in UTF-8.
pub const MAX_BYTES: usize = 64 << 20;

/// What was read of a file of the reader's own.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Report {
    /// A running text.
    Text(text::TextReport),
    /// Texts with labels.
    Labelled(labelled::LabelledReport),
}

pub use labelled::{LabelledReport, Skipped};
pub use text::TextReport;

/// What would become of files, told without making a parcel of it.
///
/// # Errors
/// `empty_file`, `foreign_file`, `own_too_large`, `own_too_short`, `own_columns`, `own_classes`, `own_rows`;
/// `missing_parts` for data sets that are not the reader's own.
pub fn examine(name: &str, files: &[NamedFile<'_>]) -> Result<Report, DataError> {
    if name == own_text::ENTRY.name {
        Ok(Report::Text(running(files)?.1))
    } else if name == own_reviews::ENTRY.name {
        Ok(Report::Labelled(labelled(files)?.1))
    } else {
        Err(DataError::MissingParts {
            missing: vec![own_text::ENTRY.name, own_reviews::ENTRY.name],
        })
    }
}

/// A file, and how it is to be read.
struct Given<'a> {
    file: String,
    text: Cow<'a, str>,
    options: Cow<'a, str>,
}

impl<'a> Given<'a> {
    fn of(files: &[NamedFile<'a>], official: &'static str) -> Result<Self, DataError> {
        let given = files.first().ok_or(DataError::MissingParts {
            missing: vec![official],
        })?;
        let file = clip(given.name);
        if given.bytes.is_empty() {
            return Err(DataError::EmptyFile { file });
        }
        // A page or a list may be somebody's text; what is no text at all is not.
        match FileKind::guess(given.bytes) {
            None | Some(FileKind::Text | FileKind::Html | FileKind::Json) => {}
            Some(kind) => {
                return Err(DataError::ForeignFile {
                    file,
                    kind,
                    expected: "text",
                });
            }
        }
        if given.bytes.len() > MAX_BYTES {
            let found = given.bytes.len();
            return Err(wrong(OwnCode::TooLarge, &file, found, 1, MAX_BYTES));
        }
        let second = files.get(1).map_or(&[][..], |file| file.bytes);
        Ok(Self {
            file,
            text: String::from_utf8_lossy(given.bytes),
            options: String::from_utf8_lossy(second),
        })
    }

    fn option(&self, name: &str) -> Option<&str> {
        let mut lines = self.options.lines();
        lines.find_map(|line| line.strip_prefix(name)?.strip_prefix('='))
    }

    fn number(&self, name: &str) -> Option<usize> {
        self.option(name)?.parse().ok()
    }

    /// What a token is: as the reader says, or as the text's letters say.
    fn level(&self, letters: &Letters) -> Level {
        match self.option("level") {
            Some("char") => Level::Char,
            Some("word") => Level::Word,
            _ if letters.chinese * 3 > letters.all => Level::Char,
            _ => Level::Word,
        }
    }
}

fn wrong(code: OwnCode, file: &str, found: usize, least: usize, most: usize) -> DataError {
    DataError::Own {
        code,
        file: file.to_owned(),
        found,
        least,
        most,
    }
}

/// Letters (roughly: what is no letter in other scripts than ours counts as one, too), and those of scripts that have no
/// blanks between words.
#[derive(Clone, Copy, Debug, Default)]
struct Letters {
    all: usize,
    chinese: usize,
}

impl Letters {
    fn count(&mut self, c: char) {
        let chinese = matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}');
        self.all += usize::from(c.is_ascii_alphabetic() || c > '\u{bf}');
        self.chinese += usize::from(chinese);
    }
}

/// Whether it is neither a letter nor space, but what machines say to each other: left out.
fn is_control(c: char) -> bool {
    c == '\u{fffd}' || c == '\u{feff}' || (c.is_control() && !matches!(c, '\n' | '\t'))
}

/// Words with how often each is there, in the order in which they come, and where each stands in it. One piece of code for
/// tokens, labels and whatever else is counted.
struct Counted<'a> {
    places: BTreeMap<&'a str, usize>,
    words: Vec<(&'a str, usize)>,
}

impl<'a> Counted<'a> {
    fn of(all: &mut dyn Iterator<Item = &'a str>) -> Self {
        let (mut places, mut words) = (BTreeMap::new(), Vec::<(&str, usize)>::new());
        for word in all {
            let place = *places.entry(word).or_insert(words.len());
            match words.get_mut(place) {
                Some((_, count)) => *count += 1,
                None => words.push((word, 1)),
            }
        }
        Self { places, words }
    }

    /// The most frequent first, of equally frequent ones the earlier.
    fn ranked(&self) -> Vec<(&'a str, usize)> {
        self.by(&|a, b| b.1.cmp(&a.1))
    }

    /// By their code points.
    fn named(&self) -> Vec<(&'a str, usize)> {
        self.by(&|a, b| a.0.cmp(b.0))
    }

    fn by(&self, compare: Compare<'_>) -> Vec<(&'a str, usize)> {
        let words = &self.words;
        let order = order(words.len(), &mut |a, b| compare(&words[a], &words[b]));
        order.into_iter().map(|at| words[at]).collect()
    }
}

/// Which of two words with their counts comes first.
type Compare<'f> = &'f dyn Fn(&(&str, usize), &(&str, usize)) -> Ordering;

/// As a report tells them.
fn told(words: &[(&str, usize)]) -> Vec<(String, usize)> {
    let told = words
        .iter()
        .map(|(word, count)| ((*word).to_owned(), *count));
    told.collect()
}

fn level_name(level: Level) -> &'static str {
    match level {
        Level::Char => "char",
        Level::Word => "word",
    }
}
