//! Raw data: what a data set's files hold, before the options of an experiment make rows of it.

use fireside_spec::preparation::{Preparation, ScalerRows};

use crate::catalog::Entry;
use crate::checksum::{sha256_hex, sha256_hex_of};
use crate::dataset::{Dataset, Origin, ToScale};
use crate::error::DataError;
use crate::pictures::Pictures;
use crate::reviews::{ReviewPart, Reviews};
use crate::rows::Rows;
use crate::scaler::Scaler;
use crate::series::Series;
use crate::table::Table;
use crate::text::Text;

/// What a data set's files hold.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Labelled pictures, to train on and to test on.
    Pictures { train: Pictures, test: Pictures },
    /// Rows of numbers, in file order.
    Table(Table),
    /// Columns of numbers over time.
    Series(Series),
    /// A running text.
    Text(Text),
    /// Texts as word ranks, with a class each.
    Reviews(Reviews),
}

/// A data set before its preparation.
#[derive(Clone, Debug)]
pub struct Raw {
    /// The row of the catalog.
    pub entry: &'static Entry,
    /// What it holds.
    pub content: Content,
    /// Where it came from.
    pub origin: Origin,
    /// [`Content::checksum`].
    pub checksum: String,
}

impl From<Table> for Content {
    fn from(table: Table) -> Self {
        Self::Table(table)
    }
}

impl From<Series> for Content {
    fn from(series: Series) -> Self {
        Self::Series(series)
    }
}

impl From<Text> for Content {
    fn from(text: Text) -> Self {
        Self::Text(text)
    }
}

impl From<Reviews> for Content {
    fn from(reviews: Reviews) -> Self {
        Self::Reviews(reviews)
    }
}

fn hash_numbers(values: &[f32]) -> String {
    let bytes: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
    sha256_hex(&bytes)
}

impl Content {
    /// SHA-256 of the text of the members' checksums, one a line ([`Dataset::checksum_of`]); the members are
    /// the numbers themselves (little-endian, row-major), not the files: line ends and packings do not
    /// matter. All bytes are hashed.
    pub fn checksum(&self) -> String {
        match self {
            Self::Pictures { train, test } => {
                let members = [train.checksums(), test.checksums()];
                Dataset::checksum_of(members.as_flattened())
            }
            Self::Table(table) => Dataset::checksum_of(&table.checksums()),
            Self::Series(series) => {
                let times = series.times().join("\n");
                let members = [hash_numbers(series.values()), sha256_hex(times.as_bytes())];
                Dataset::checksum_of(&members)
            }
            Self::Text(text) => Dataset::checksum_of(&[sha256_hex(text.text.as_bytes())]),
            Self::Reviews(reviews) => {
                let members = [&reviews.train, &reviews.test].map(review_checksums);
                Dataset::checksum_of(members.as_flattened())
            }
        }
    }
}

/// Of the texts (each with its length before it) and of the labels.
fn review_checksums(part: &ReviewPart) -> [String; 2] {
    let mut bytes = Vec::with_capacity(4 * (part.texts().ids().len() + part.texts().rows()));
    for text in part.texts().iter() {
        let length = [text.len() as u32];
        bytes.extend(length.iter().chain(text).flat_map(|id| id.to_le_bytes()));
    }
    let labels: Vec<u8> = part.labels().iter().flat_map(|l| l.to_le_bytes()).collect();
    [sha256_hex_of(&[&bytes]), sha256_hex(&labels)]
}

impl Raw {
    /// What files held: official if it is what the catalog knows, otherwise unverified.
    pub(crate) fn read(entry: &'static Entry, content: impl Into<Content>) -> Self {
        let content = content.into();
        let checksum = content.checksum();
        let mut raw = Self {
            entry,
            content,
            origin: Origin::Unverified,
            checksum,
        };
        if raw.checksum == entry.checksum {
            raw.origin = match raw.rows()[0] < entry.train_rows {
                true => Origin::Subset,
                false => Origin::Official,
            };
        }
        raw
    }

    /// What the built-in generator made.
    pub(crate) fn sample(entry: &'static Entry, content: impl Into<Content>) -> Self {
        Self {
            origin: Origin::Sample,
            ..Self::read(entry, content)
        }
    }

    /// Whether options decide on the rows: of pictures they don't.
    pub fn needs_preparation(&self) -> bool {
        !matches!(self.content, Content::Pictures { .. })
    }

    /// How much there is to train and to test on, before the preparation: rows, instants, or characters; 0
    /// where the data come in one part.
    pub fn rows(&self) -> [usize; 2] {
        match &self.content {
            Content::Pictures { train, test } => [train.rows(), test.rows()],
            Content::Table(table) => [table.targets().rows(), 0],
            Content::Series(series) => [series.instants(), 0],
            Content::Text(text) => [text.text.chars().count(), 0],
            Content::Reviews(reviews) => {
                [&reviews.train, &reviews.test].map(|part| part.labels().len())
            }
        }
    }

    /// Rows as the options want them. Pictures stay as they are. A table is cut in order where the options
    /// say so, otherwise all rows are for training; it is scaled here only by numbers of all rows or of each
    /// part: a scaler that learns from training rows alone waits for who chooses them ([`Dataset::fold`]).
    ///
    /// # Errors
    /// `option_out_of_range` where the options ask for more than there is.
    pub fn prepare(self, options: &Preparation) -> Result<Dataset, DataError> {
        match self.content {
            // Of pictures, rows and raw data are the same bytes: nothing is copied or hashed again.
            Content::Pictures { train, test } => Ok(Dataset::with_checksum(
                self.entry.name,
                [train.into(), test.into()],
                self.origin,
                self.checksum,
            )),
            _ => self.prepare_again(options),
        }
    }

    /// [`prepare`](Self::prepare) for a host that keeps the raw data, to prepare them otherwise later.
    ///
    /// # Errors
    /// As [`prepare`](Self::prepare).
    pub fn prepare_again(&self, options: &Preparation) -> Result<Dataset, DataError> {
        let usual = self.entry.kind.train_fraction();
        let mut to_scale = ToScale::default();
        let (train, test, inverse, vocabulary): (Rows, Rows, _, _) = match &self.content {
            Content::Pictures { .. } => return self.clone().prepare(options),
            Content::Table(table) => {
                if options.scaler_rows == ScalerRows::Train {
                    to_scale.columns = options.scaler;
                    if options.scale_targets {
                        to_scale.targets = options.scaler;
                    }
                }
                let (train, test, inverse) =
                    table_rows(table.clone().set_apart(options)?, options, usual)?;
                (train.into(), test.into(), inverse, None)
            }
            Content::Series(series) => {
                let windows = series.windows(options, usual)?;
                (
                    windows.train.into(),
                    windows.test.into(),
                    windows.inverse,
                    None,
                )
            }
            Content::Text(text) => {
                let rows = text.rows(options, usual)?;
                (
                    rows.train.into(),
                    rows.test.into(),
                    None,
                    Some(rows.vocabulary),
                )
            }
            Content::Reviews(reviews) => {
                let rows = reviews.rows(options)?;
                (rows.train.into(), rows.test.into(), None, rows.vocabulary)
            }
        };
        Ok(Dataset {
            raw: Some(self.checksum.clone()),
            inverse,
            vocabulary,
            to_scale,
            ..Dataset::new(self.entry.name, train, test, self.origin)
        })
    }
}

fn table_rows(
    mut table: Table,
    options: &Preparation,
    usual: f64,
) -> Result<(Table, Table, Option<Scaler>), DataError> {
    let rows = table.targets().rows();
    let cut = options.cut(rows, usual);
    let [_, kept] = options.kept(cut, rows - cut);
    if cut == 0 {
        return Err(DataError::OptionOutOfRange {
            what: "train_fraction",
            value: 0,
            least: 1,
            most: rows,
        });
    }
    let all: Vec<u32> = (0..rows as u32).collect();
    let mut inverse = None;
    if options.scaler_rows == ScalerRows::All {
        if let Some(scaler) = Scaler::fit(options.scaler, &table, &all) {
            scaler.apply_to(&mut table);
        }
        if options.scale_targets {
            inverse = Scaler::fit_targets(options.scaler, table.targets(), &all);
        }
        if let Some(scaler) = &inverse {
            scaler.apply_to_targets(table.targets_mut());
        }
    }
    let mut parts = [table.take(0..cut), table.take(rows - kept..rows)];
    if options.scaler_rows == ScalerRows::Each {
        for part in &mut parts {
            if let Some(scaler) = Scaler::fit(options.scaler, part, &all) {
                scaler.apply_to(part);
            }
        }
        if options.scale_targets {
            inverse = Scaler::fit_targets(options.scaler, parts[0].targets(), &all);
        }
        if let Some(scaler) = &inverse {
            let each = parts.iter_mut();
            each.for_each(|part| scaler.apply_to_targets(part.targets_mut()));
        }
    }
    let [train, test] = parts;
    Ok((train, test, inverse))
}
