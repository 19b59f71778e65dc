//! The one table of data sets. A new data set is one file and one row here.

use crate::dataset::NamedFile;
use crate::error::DataError;
use crate::mnist;
use crate::pictures::Shape;
use crate::raw::Raw;
use crate::sets::{
    airline, alice, bank, beijing, boston, captcha, cifar10, gtsrb, imdb, iris, own_reviews,
    own_text, pima, tale,
};

/// All data sets.
pub static CATALOG: &[&Entry] = &[
    &mnist::ENTRY,
    &cifar10::ENTRY,
    &gtsrb::ENTRY,
    &captcha::ENTRY,
    &captcha::FONTS,
    &pima::ENTRY,
    &iris::ENTRY,
    &boston::ENTRY,
    &bank::ENTRY,
    &airline::ENTRY,
    &beijing::ENTRY,
    &imdb::ENTRY,
    &alice::ENTRY,
    &tale::ENTRY,
    &own_text::ENTRY,
    &own_reviews::ENTRY,
];

/// The data set of this name.
pub fn find(name: &str) -> Option<&'static Entry> {
    CATALOG.iter().find(|entry| entry.name == name).copied()
}

/// A name or sentence in English and Simplified Chinese.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WordPair {
    /// English.
    pub en: &'static str,
    /// Simplified Chinese.
    pub zh: &'static str,
}

/// A column of a table's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name, as in the file's header where there is one.
    pub name: &'static str,
    /// The values that it may have, where they are words: value `codes[i]` becomes the number `first + i`.
    /// Empty: numbers.
    pub codes: &'static [&'static str],
    /// The number of the first value.
    pub first: u8,
}

impl Column {
    /// A column of numbers.
    pub const fn number(name: &'static str) -> Self {
        Self::coded(name, &[], 0)
    }

    /// A column of words that become `first`, `first + 1`, ...
    pub const fn coded(name: &'static str, codes: &'static [&'static str], first: u8) -> Self {
        Self { name, codes, first }
    }
}

/// What a data set consists of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// Labelled pictures of one size.
    Pictures {
        shape: Shape,
        /// What tells which pictures belong together, as `groups` of the data names it; at most one.
        groups: &'static [&'static str],
    },
    /// Rows of numbers.
    Table {
        /// The columns that go in.
        columns: &'static [Column],
        /// The column that is to be predicted.
        target: Column,
    },
    /// Columns of numbers over time; the first is what is predicted.
    Series {
        /// The columns.
        columns: &'static [Column],
        /// The usual first part to train on.
        train_fraction: f64,
    },
    /// A running text.
    Text {
        /// Known numbers of (tokens, different tokens) of words and of characters in lower case.
        words: (usize, usize),
        chars: (usize, usize),
    },
    /// Texts as word ranks, with a class each.
    Reviews {
        /// The largest word rank.
        words: usize,
        /// Length of the longest, its start mark included.
        longest: usize,
    },
}

impl Kind {
    /// The part of the rows, from the first on, that is usually trained on.
    pub fn train_fraction(self) -> f64 {
        match self {
            Self::Series { train_fraction, .. } => train_fraction,
            _ => 1.0,
        }
    }
}

/// One file of the official distribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfficialFile {
    /// Its name, appended to the base address.
    pub name: &'static str,
    /// Its length.
    pub bytes: u64,
    /// Its SHA-256. The same member may be packed otherwise elsewhere: this is for downloads only.
    pub sha256: &'static str,
    /// The length of what it unpacks to.
    pub member_bytes: u64,
    /// The SHA-256 of what it unpacks to.
    pub member_sha256: &'static str,
}

impl OfficialFile {
    /// A file that is not packed.
    pub const fn plain(name: &'static str, bytes: u64, sha256: &'static str) -> Self {
        Self {
            name,
            bytes,
            sha256,
            member_bytes: bytes,
            member_sha256: sha256,
        }
    }
}

/// Where the official files can be fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Base address, ending in `/`; a file's address is this and its name.
    Url(&'static str),
    /// Nowhere any more, and why.
    Gone(WordPair),
    /// In this program: there are no files.
    BuiltIn,
}

/// The official distribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Official {
    /// The folder that its files share with others of their kind in a folder of data.
    pub folder: &'static str,
    /// Its files.
    pub files: &'static [OfficialFile],
    /// Files that each hold the data, too, in another form or more of them; read rather than `files` where there is one.
    pub others: &'static [&'static str],
    /// Where they are.
    pub source: Source,
}

impl Official {
    /// Files with their addresses; empty where there is no source any more.
    pub fn downloads(&self) -> Vec<(String, &'static OfficialFile)> {
        match self.source {
            Source::Gone(_) | Source::BuiltIn => Vec::new(),
            Source::Url(base) => self
                .files
                .iter()
                .map(|file| (format!("{base}{}", file.name), file))
                .collect(),
        }
    }
}

/// One data set.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Its name in experiments, addresses and folders.
    pub name: &'static str,
    /// What it consists of.
    pub kind: Kind,
    /// Its name for people.
    pub title: WordPair,
    /// Names of the classes, by label; none where numbers are predicted.
    pub classes: &'static [WordPair],
    /// Rows of the official training part, or of all data where it comes in one part; instants of a series,
    /// characters of a text.
    pub train_rows: usize,
    /// Rows of the official test part; 0 where there is none.
    pub test_rows: usize,
    /// Under which terms it is given.
    pub licence: &'static str,
    /// Who made it, and where it was published.
    pub credit: &'static str,
    /// The official files.
    pub official: Official,
    /// [`Raw::checksum`] of the official data.
    pub checksum: &'static str,
}

/// Where a data set's rows come from. Apart from [`Entry`]: the engine that trains knows every data set, but leaves the
/// reading of files, with all their formats, to a module of its own.
#[derive(Clone, Copy, Debug)]
pub struct Reader {
    /// Whose.
    pub entry: &'static Entry,
    /// Reads the official files, recognised by content.
    pub read: fn(&[NamedFile<'_>]) -> Result<Raw, DataError>,
    /// Generates the built-in sample: (seed, training rows, test rows). Data that come in one part have the
    /// sum of both, but no more than the official data.
    pub sample: fn(u32, usize, usize) -> Raw,
}

/// The readers, one for each data set.
pub static READERS: &[&Reader] = &[
    &mnist::READER,
    &cifar10::READER,
    &gtsrb::READER,
    &captcha::READER,
    &captcha::FONTS_READER,
    &pima::READER,
    &iris::READER,
    &boston::READER,
    &bank::READER,
    &airline::READER,
    &beijing::READER,
    &imdb::READER,
    &alice::READER,
    &tale::READER,
    &own_text::READER,
    &own_reviews::READER,
];

/// Who reads the data set of this name.
pub fn reader(name: &str) -> Option<&'static Reader> {
    READERS
        .iter()
        .find(|reader| reader.entry.name == name)
        .copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checksum::is_sha256_hex;
    use crate::dataset::{Dataset, Origin};
    use crate::raw::Content;
    use fireside_spec::Preparation;

    #[test]
    fn every_row_is_whole() {
        for entry in CATALOG {
            let name = entry.name;
            assert_eq!(find(name).map(|e| e.name), Some(name));
            assert!(!entry.title.zh.is_empty() && !entry.licence.is_empty());
            assert!(entry.classes.len() <= 256, "{name}");
            let files = entry.official.files;
            let hashes = files.iter().flat_map(|f| [f.sha256, f.member_sha256]);
            assert!(hashes.chain([entry.checksum]).all(is_sha256_hex), "{name}");
            assert_eq!(files.is_empty(), entry.official.source == Source::BuiltIn);
        }
        assert!(find("nothing").is_none());
    }

    #[test]
    fn every_sample_becomes_rows() {
        assert_eq!(READERS.len(), CATALOG.len());
        for entry in CATALOG {
            let name = entry.name;
            let maker = reader(name).expect("a reader");
            let sample = (maker.sample)(1, 200, 100);
            let again = |seed| (maker.sample)(seed, 200, 100).checksum;
            assert_eq!(sample.checksum, again(1), "{name}");
            let built_in = entry.official.source == Source::BuiltIn;
            let text = matches!(sample.content, Content::Text(_));
            // What comes with the program, and every sample of a text, is the same for all seeds.
            assert_eq!(sample.checksum == again(2), text || built_in, "{name}");
            assert_eq!(sample.origin == Origin::Official, built_in, "{name}");
            assert_eq!(sample.checksum, sample.content.checksum(), "{name}");
            let raw = sample.checksum.clone();
            let options = Preparation {
                maxlen: 50,
                ..Preparation::default()
            };
            let data = sample
                .prepare(&options)
                .unwrap_or_else(|e| panic!("{name}: {e}"));
            assert_eq!((&data.name[..], data.raw()), (name, &raw[..]));
            assert!(data.train.rows() > 90, "{name}: {}", data.train.rows());
            let own = entry.classes.len();
            assert!(own == 0 || data.train.classes() == own, "{name}");
            // Every class is there, and no number is missing.
            if own > 0 {
                assert!(data.train.class_counts().iter().all(|n| *n > 0), "{name}");
            }
            if let crate::rows::Rows::Table(table) = &data.train {
                assert!(table.values().iter().all(|v| v.is_finite()), "{name}");
            }
            assert_eq!(
                data.checksum(),
                Dataset::checksum_of(&Dataset::members(&data.train, &data.test))
            );
        }
    }

    #[test]
    fn downloads_are_addresses() {
        let downloads = mnist::ENTRY.official.downloads();
        assert_eq!(
            downloads[3].0,
            "https://ossci-datasets.s3.amazonaws.com/mnist/t10k-labels-idx1-ubyte.gz"
        );
        assert!(tale::ENTRY.official.downloads().is_empty());
    }
}
