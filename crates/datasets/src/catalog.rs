//! The one table of data sets. A new data set is one file and one row here.

use crate::dataset::{Dataset, NamedFile};
use crate::error::DataError;
use crate::mnist;
use crate::pictures::Shape;

/// All data sets.
pub static CATALOG: &[&Entry] = &[&mnist::ENTRY];

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

/// What a data set consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Labelled pictures of one size.
    Pictures(Shape),
    /// Rows of numbers.
    Table {
        /// Names of the columns that go in.
        columns: &'static [&'static str],
        /// Name of the column that is to be predicted.
        target: &'static str,
    },
}

impl Kind {
    /// The shape of one row.
    pub fn row(self) -> fireside_spec::Shape {
        match self {
            Self::Pictures(shape) => shape.into(),
            Self::Table { columns, .. } => fireside_spec::Shape::Flat {
                units: columns.len(),
            },
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
    /// The SHA-256 of what it unpacks to: what counts.
    pub member_sha256: &'static str,
}

/// Where the official files can be fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Base address, ending in `/`; a file's address is this and its name.
    Url(&'static str),
    /// Nowhere any more, and why.
    Gone(WordPair),
}

/// The official distribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Official {
    /// Its files.
    pub files: &'static [OfficialFile],
    /// Where they are.
    pub source: Source,
}

impl Official {
    /// Files with their addresses; empty where there is no source any more.
    pub fn downloads(&self) -> Vec<(String, &'static OfficialFile)> {
        match self.source {
            Source::Gone(_) => Vec::new(),
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
    /// Rows of the official training part.
    pub train_rows: usize,
    /// Rows of the official test part.
    pub test_rows: usize,
    /// Under which terms it is given.
    pub licence: &'static str,
    /// Who made it, and where it was published.
    pub credit: &'static str,
    /// The official files.
    pub official: Official,
    /// [`Dataset::checksum`] of the official data.
    pub checksum: &'static str,
    /// Reads the official files, recognised by content.
    pub read: fn(&[NamedFile<'_>]) -> Result<Dataset, DataError>,
    /// Generates the built-in sample: (seed, training rows, test rows).
    pub sample: Option<fn(u32, usize, usize) -> Dataset>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checksum::is_sha256_hex;

    #[test]
    fn every_row_is_whole() {
        for entry in CATALOG {
            assert_eq!(find(entry.name).map(|e| e.name), Some(entry.name));
            assert!(!entry.title.zh.is_empty() && !entry.licence.is_empty());
            assert!(entry.classes.len() <= 256, "{}", entry.name);
            let files = entry.official.files;
            let hashes = files.iter().flat_map(|f| [f.sha256, f.member_sha256]);
            assert!(hashes.chain([entry.checksum]).all(is_sha256_hex));
            let members: Vec<_> = files.iter().map(|f| f.member_sha256).collect();
            assert_eq!(Dataset::checksum_of(&members), entry.checksum);
            if let Some(sample) = entry.sample {
                let sample = sample(1, 20, 10);
                assert_eq!(sample.train.shape(), entry.kind.row());
                assert_eq!(sample.train.classes(), entry.classes.len());
                assert_eq!((sample.train.rows(), sample.test.rows()), (20, 10));
            }
        }
        assert!(find("nothing").is_none());
    }

    #[test]
    fn downloads_are_addresses() {
        let downloads = mnist::ENTRY.official.downloads();
        assert_eq!(
            downloads[3].0,
            "https://ossci-datasets.s3.amazonaws.com/mnist/t10k-labels-idx1-ubyte.gz"
        );
    }
}
