//! A data set: its rows in two parts, where they came from, and their checksum.

use fireside_spec::preparation::Scaling;
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

use crate::checksum::sha256_hex;
use crate::error::DataError;
use crate::rows::Rows;
use crate::scaler::Scaler;
use crate::split::Split;
use crate::vocabulary::Vocabulary;

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
    /// A part of the official files, equal to what was published: all that is at hand of them.
    Subset,
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
    pub(crate) checksum: Checksum,
    /// Of the data before its preparation; `None` where there is no preparation.
    pub(crate) raw: Option<String>,
    /// Brings targets that were scaled back to their own unit; `None` where they are not scaled.
    pub inverse: Option<Scaler>,
    /// What token ids stand for.
    pub vocabulary: Option<Vocabulary>,
    /// How the rows of a table are still to be [`scaled`](Self::scaled).
    pub(crate) to_scale: ToScale,
}

/// A checksum that is worked out when it is first asked for: 25,000 reviews of 500 words take a second in a browser, and
/// every new run prepares them anew.
#[derive(Clone, Debug, Default)]
pub(crate) struct Checksum(OnceLock<String>);

/// What it is of is compared.
impl PartialEq for Checksum {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// The scaling that is left to whoever chooses training rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ToScale {
    pub columns: Scaling,
    pub targets: Scaling,
}

impl Dataset {
    /// A data set that needed no preparation.
    pub fn new(name: &str, train: impl Into<Rows>, test: impl Into<Rows>, origin: Origin) -> Self {
        Self {
            name: name.to_owned(),
            train: train.into(),
            test: test.into(),
            origin,
            raw: None,
            checksum: Checksum::default(),
            inverse: None,
            vocabulary: None,
            to_scale: ToScale::default(),
        }
    }

    /// A data set that needed no preparation, with its checksum known.
    pub(crate) fn with_checksum(
        name: &str,
        [train, test]: [Rows; 2],
        origin: Origin,
        checksum: String,
    ) -> Self {
        Self {
            checksum: Checksum(checksum.into()),
            ..Self::new(name, train, test, origin)
        }
    }

    /// [`checksum_of`](Self::checksum_of) its content, as it lies in the rows. Where it is not known yet, all bytes are hashed.
    pub fn checksum(&self) -> &str {
        let compute = || Self::checksum_of(&Self::members(&self.train, &self.test));
        self.checksum.0.get_or_init(compute)
    }

    /// Checksum of the data before its preparation, which the catalog knows for official data; equal to
    /// [`checksum`](Self::checksum) where there is no preparation.
    pub fn raw(&self) -> &str {
        self.raw.as_deref().unwrap_or_else(|| self.checksum())
    }

    /// The data set with both parts scaled, where that was left to whoever chooses training rows: by what the rows
    /// `learned` of the training part tell.
    #[must_use]
    pub fn scaled(&self, learned: &[u32]) -> Self {
        let mut data = self.clone();
        if let (Rows::Table(train), Rows::Table(test)) = (&mut data.train, &mut data.test) {
            if let Some(scaler) = Scaler::fit(self.to_scale.columns, train, learned) {
                scaler.apply_to(train);
                scaler.apply_to(test);
            }
            let targets = Scaler::fit_targets(self.to_scale.targets, train.targets(), learned);
            if let Some(scaler) = targets {
                scaler.apply_to_targets(train.targets_mut());
                scaler.apply_to_targets(test.targets_mut());
                data.inverse = Some(scaler);
            }
        }
        data.to_scale = ToScale::default();
        data.raw = Some(self.raw().to_owned());
        data.checksum = Checksum::default();
        data
    }

    /// The data set that one fold or one hold-out is trained and tested on: rows of the training part, as
    /// `split` says (the same row may be in both). Where a scaler is still to learn from training rows, it learns
    /// from these and scales both parts.
    ///
    /// # Errors
    /// `row_out_of_range`.
    pub fn fold(&self, split: &Split) -> Result<Self, DataError> {
        if self.waits_for_scaling() {
            return self.scaled(&split.train).fold(split);
        }
        let train = self.train.subset(&split.train)?;
        let test = self.train.subset(&split.test)?;
        Ok(Self {
            raw: Some(self.raw().to_owned()),
            inverse: self.inverse.clone(),
            vocabulary: self.vocabulary.clone(),
            ..Self::new(&self.name, train, test, self.origin)
        })
    }

    /// Whether the rows are still to be [`scaled`](Self::scaled).
    pub fn waits_for_scaling(&self) -> bool {
        self.to_scale != ToScale::default()
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
