//! A data set: its rows in two parts, where they came from, and their checksum.

use serde::{Deserialize, Serialize};

use crate::checksum::sha256_hex;
use crate::rows::Rows;

/// A file that the host found, was dropped, or was downloaded: its name (for messages only) and its bytes.
#[derive(Clone, Copy, Debug)]
pub struct NamedFile<'a> {
    /// The name to show. Nothing is concluded from it.
    pub name: &'a str,
    /// The whole content.
    pub bytes: &'a [u8],
}

/// One of the two parts that a data set ships as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// What networks are fitted on.
    Train,
    /// What they are judged on.
    Test,
}

impl Part {
    /// `train` or `test`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Test => "test",
        }
    }
}

/// Where the bytes of a data set came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// The official files, member by member equal to the published checksums.
    Official,
    /// Files of the right form with other content than the official ones.
    Unverified,
    /// A pack of this project; its manifest says what was packed.
    Pack,
    /// The built-in generator.
    Sample,
}

/// A data set: two parts of rows, ready for training.
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    /// Its name in the catalog, e.g. `mnist`.
    pub name: String,
    /// What networks are fitted on.
    pub train: Rows,
    /// What they are judged on.
    pub test: Rows,
    /// Where it came from.
    pub origin: Origin,
    /// [`checksum_of`](Self::checksum_of) its content.
    pub checksum: String,
}

impl Dataset {
    /// A data set with its checksum computed (all bytes are hashed).
    pub fn new(name: &str, train: impl Into<Rows>, test: impl Into<Rows>, origin: Origin) -> Self {
        let (train, test) = (train.into(), test.into());
        Self {
            checksum: Self::checksum_of(&Self::members(&train, &test)),
            name: name.to_owned(),
            train,
            test,
            origin,
        }
    }

    /// One part.
    pub fn part(&self, part: Part) -> &Rows {
        match part {
            Part::Train => &self.train,
            Part::Test => &self.test,
        }
    }

    /// SHA-256 of the four members: training inputs, training targets, test inputs, test targets (see
    /// [`Rows::checksums`]). All bytes are hashed.
    pub fn members(train: &Rows, test: &Rows) -> [String; 4] {
        let [train_inputs, train_targets] = train.checksums();
        let [test_inputs, test_targets] = test.checksums();
        [train_inputs, train_targets, test_inputs, test_targets]
    }

    /// The checksum of a data set: SHA-256 of the text of its members' checksums, one a line.
    pub fn checksum_of<S: AsRef<str>>(members: &[S]) -> String {
        let mut text = String::new();
        for member in members {
            text.push_str(member.as_ref());
            text.push('\n');
        }
        sha256_hex(text.as_bytes())
    }
}
