//! IMDB: 25,000 + 25,000 film reviews as word ranks, positive or negative (Maas et al. 2011, as Keras ships
//! them).
//!
//! What comes out is what `keras.datasets.imdb.load_data` of Keras 2.0.8 gives: the training reviews in the
//! order of `numpy.random.seed(113)`, the test reviews in that of 226. Ranks become ids in the preparation
//! ([`crate::Reviews`]).

use std::collections::BTreeMap;

use crate::catalog::{Entry, Kind, Official, OfficialFile, Reader, Source, WordPair};
use crate::dataset::{NamedFile, Part};
use crate::error::{DataError, clip};
use crate::kind::FileKind;
use crate::mt19937::Mt19937;
use crate::raw::Raw;
use crate::reviews::{ReviewPart, Reviews};
use crate::samples::Dice;
use crate::token_lists::TokenLists;
use crate::{npy, zip};

/// [`Raw::checksum`] of the official data.
pub const CHECKSUM: &str = "ffbf443fe03d616ddc062fdffc458b1be1c4c00cc79aba563dac4fc214eab77a";

/// The largest member, unpacked. The largest of the official ones has 14 MB.
const MAX_MEMBER: usize = 64 << 20;
/// The most words in the index.
const MAX_WORDS: usize = 1 << 20;
/// The seed of the training order; that of the test order is twice this.
const SEED: u32 = 113;

static CLASSES: [WordPair; 2] = [
    WordPair {
        en: "negative",
        zh: "负面",
    },
    WordPair {
        en: "positive",
        zh: "正面",
    },
];

/// The row of the catalog.
pub static ENTRY: Entry = Entry {
    name: "imdb",
    kind: Kind::Reviews {
        words: 88_584,
        longest: 2_494,
    },
    title: WordPair {
        en: "IMDB film reviews",
        zh: "IMDB 影评",
    },
    classes: &CLASSES,
    train_rows: 25_000,
    test_rows: 25_000,
    licence: "no formal licence; free for research",
    credit: "A. Maas et al., ACL 2011, https://ai.stanford.edu/~amaas/data/sentiment/; word ranks: Keras (Apache-2.0)",
    official: Official {
        folder: "imdb",
        files: &[
            OfficialFile::plain(
                "imdb.npz",
                17_464_789,
                "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f",
            ),
            OfficialFile::plain(
                "imdb_word_index.json",
                1_641_221,
                "027313fe9a320280f3bf0fac5baf58c4a683cf39a7ed9c3d3d3912bde4284cf6",
            ),
        ],
        others: &[],
        source: Source::Url("https://storage.googleapis.com/tensorflow/tf-keras-datasets/"),
    },
    checksum: CHECKSUM,
};

/// How its files are read, and how the built-in sample is made.
pub static READER: Reader = Reader {
    entry: &ENTRY,
    read,
    sample,
};

/// Reads the archive and, where it is given, the index of words, told apart by content.
fn read(files: &[NamedFile<'_>]) -> Result<Raw, DataError> {
    let (mut archive, mut index) = (None, None);
    for file in files {
        let name = clip(file.name);
        let place = match FileKind::guess(file.bytes) {
            _ if zip::is_zip(file.bytes) => &mut archive,
            Some(FileKind::Json) => &mut index,
            None if file.bytes.is_empty() => return Err(DataError::EmptyFile { file: name }),
            kind => {
                return Err(match kind {
                    Some(kind) => DataError::ForeignFile {
                        file: name,
                        kind,
                        expected: "npz",
                    },
                    None => DataError::WrongForm {
                        file: name,
                        offset: 0,
                        expected: "an npz archive or a JSON file",
                    },
                });
            }
        };
        if let Some((other, _)) = place.replace((name, file.bytes)) {
            let file = clip(file.name);
            return Err(DataError::DuplicatePart { file, other });
        }
    }
    let (file, bytes) = archive.ok_or(DataError::MissingParts {
        missing: vec![ENTRY.official.files[0].name],
    })?;
    let words = index.map_or(Ok(Vec::new()), |(file, bytes)| words(&file, bytes))?;
    let train = part(
        &file,
        bytes,
        ["x_train.npy", "y_train.npy"],
        SEED,
        words.len(),
    )?;
    let test = part(
        &file,
        bytes,
        ["x_test.npy", "y_test.npy"],
        2 * SEED,
        words.len(),
    )?;
    Ok(Raw::read(&ENTRY, Reviews { train, test, words }))
}

/// One part in Keras's order; ranks from 1 to `words`, where that is known.
fn part(
    file: &str,
    bytes: &[u8],
    [texts, labels]: [&'static str; 2],
    seed: u32,
    words: usize,
) -> Result<ReviewPart, DataError> {
    let member = |name: &'static str| {
        let missing = DataError::MissingParts {
            missing: vec![name],
        };
        zip::member(file, bytes, name, MAX_MEMBER)?.ok_or(missing)
    };
    let full = |name: &str| format!("{file}/{name}");
    // One after the other: what is unpacked goes before the next one comes.
    let lists = npy::lists(&full(texts), &member(texts)?)?;
    let classes = npy::integers(&full(labels), &member(labels)?)?;
    let known = if words == 0 { u32::MAX as usize } else { words };
    for (row, text) in lists.iter().enumerate() {
        if let Some(rank) = text
            .iter()
            .find(|rank| !(1..=known).contains(&(**rank as usize)))
        {
            return Err(DataError::TokenOutOfRange {
                file: full(texts),
                row,
                token: *rank,
                vocabulary: words,
            });
        }
    }
    if classes.len() != lists.rows() {
        return Err(DataError::LengthMismatch {
            what: "labels",
            expected: lists.rows() as u64,
            found: classes.len() as u64,
        });
    }
    let mut order: Vec<u32> = (0..lists.rows() as u32).collect();
    Mt19937::new(seed).shuffle(&mut order);
    let order = order.iter().map(|row| *row as usize);
    // What is no label at all is out of range, too.
    let label = |class: i64| u16::try_from(class).unwrap_or(u16::MAX);
    let labels = order.clone().map(|row| label(classes[row])).collect();
    ReviewPart::new(&full(texts), lists.take(order), labels, CLASSES.len())
}

/// The words by rank from the index `{"word": rank, ...}`, in which every rank from 1 on stands once.
fn words(file: &str, bytes: &[u8]) -> Result<Vec<String>, DataError> {
    let wrong = |expected| DataError::WrongForm {
        file: file.to_owned(),
        offset: 0,
        expected,
    };
    let index: BTreeMap<String, u32> =
        serde_json::from_slice(bytes).map_err(|_| wrong("words with their ranks"))?;
    if index.len() > MAX_WORDS {
        return Err(wrong("at most 1,048,576 words"));
    }
    let mut words = vec![None; index.len()];
    for (word, rank) in index {
        let place = (rank as usize)
            .checked_sub(1)
            .and_then(|at| words.get_mut(at));
        match place {
            Some(free @ None) => *free = Some(word),
            _ => return Err(wrong("every rank from 1 on, once")),
        }
    }
    Ok(words.into_iter().flatten().collect())
}

/// The sample's words, most frequent first: neutral ones, then good ones, then bad ones.
const WORDS: [&str; 40] = [
    "the",
    "a",
    "and",
    "of",
    "is",
    "it",
    "this",
    "film",
    "in",
    "was",
    "movie",
    "with",
    "story",
    "actors",
    "scene",
    "music",
    "plot",
    "end",
    "about",
    "time",
    "great",
    "good",
    "wonderful",
    "loved",
    "best",
    "fine",
    "moving",
    "funny",
    "bright",
    "warm",
    "bad",
    "boring",
    "awful",
    "hated",
    "worst",
    "dull",
    "empty",
    "silly",
    "grey",
    "cold",
];
/// How many of them are neutral, and how many good.
const NEUTRAL: usize = 20;
const GOOD: usize = 10;

fn sample(seed: u32, train: usize, test: usize) -> Raw {
    let part = |part: Part, rows: usize| {
        let (mut texts, mut labels) = (TokenLists::default(), Vec::new());
        for row in 0..rows {
            let mut dice = Dice::new(seed, 106 + part as u32, row);
            let label = usize::from(dice.unit() < 0.5);
            for _ in 0..8 + dice.below(60) {
                // Every fourth word says something, and one of five of these says the opposite.
                let word = if dice.unit() < 0.75 {
                    dice.below(NEUTRAL)
                } else {
                    let good = (label == 1) == (dice.unit() < 0.8);
                    NEUTRAL + if good { 0 } else { GOOD } + dice.below(GOOD)
                };
                texts.push(word as u32 + 1);
            }
            texts.end_row();
            labels.push(label as u16);
        }
        ReviewPart::from_trusted(texts, labels, CLASSES.len())
    };
    let reviews = Reviews {
        train: part(Part::Train, train),
        test: part(Part::Test, test),
        words: WORDS.map(String::from).to_vec(),
    };
    Raw::sample(&ENTRY, reviews)
}

#[cfg(test)]
mod tests;
