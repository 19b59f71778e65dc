//! Raw data in one piece of bytes: from the module that reads files to the engine that trains.
//!
//! Only modules of one build speak it (and the page, which opens reviews to look at them: `web/src/lib/engine/texts.ts`),
//! so it has no versions; what is read is judged all the same.
//! Numbers are little-endian; a list is its count (u32) and its numbers.

use crate::catalog;
use crate::dataset::Origin;
use crate::error::DataError;
use crate::pictures::{Pictures, Shape};
use crate::raw::{Content, Raw};
use crate::reviews::{ReviewPart, Reviews};
use crate::series::Series;
use crate::table::Table;
use crate::targets::Targets;
use crate::text::Text;
use crate::token_lists::TokenLists;

/// Begins every parcel.
const MARK: &[u8; 8] = b"FSPARCEL";
/// Between the strings of a list; no data set has it in one.
const END: char = '\0';
const ORIGINS: [Origin; 5] = [
    Origin::Official,
    Origin::Subset,
    Origin::Unverified,
    Origin::Pack,
    Origin::Sample,
];

/// Makes a parcel.
#[derive(Default)]
struct Packing(Vec<u8>);

impl Packing {
    fn number(&mut self, number: usize) {
        self.0.extend_from_slice(&(number as u32).to_le_bytes());
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len());
        self.0.extend_from_slice(bytes);
    }

    fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    /// Each string with an end.
    fn texts(&mut self, texts: &[String]) {
        let mut all = String::new();
        for text in texts {
            all.push_str(text);
            all.push(END);
        }
        self.text(&all);
    }

    fn list<const N: usize>(&mut self, numbers: impl ExactSizeIterator<Item = [u8; N]>) {
        self.number(numbers.len());
        for number in numbers {
            self.0.extend_from_slice(&number);
        }
    }

    fn values(&mut self, values: &[f32]) {
        self.list(values.iter().map(|value| value.to_le_bytes()));
    }

    fn labels(&mut self, labels: &[u16]) {
        self.list(labels.iter().map(|label| label.to_le_bytes()));
    }

    fn pictures(&mut self, pictures: &Pictures) {
        let shape = pictures.shape();
        for number in [shape.channels, shape.height, shape.width] {
            self.number(number);
        }
        self.number(pictures.classes());
        self.bytes(pictures.pixels());
        self.bytes(pictures.labels());
        let groups = pictures.groups();
        self.number(usize::from(groups.is_some()));
        let groups = groups.unwrap_or_default().iter();
        self.list(groups.map(|group| group.to_le_bytes()));
    }

    fn reviews(&mut self, part: &ReviewPart) {
        self.number(part.classes());
        self.labels(part.labels());
        self.list(part.texts().ids().iter().map(|id| id.to_le_bytes()));
        let lengths: Vec<u32> = part.texts().iter().map(|text| text.len() as u32).collect();
        self.list(lengths.iter().map(|length| length.to_le_bytes()));
    }
}

/// What is left of a parcel that is being opened.
struct Unpacking<'a>(&'a [u8]);

impl<'a> Unpacking<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], DataError> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or_else(damaged)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], DataError> {
        self.take(N)?.try_into().map_err(|_| damaged())
    }

    fn number(&mut self) -> Result<usize, DataError> {
        Ok(u32::from_le_bytes(self.array()?) as usize)
    }

    fn bytes(&mut self) -> Result<&'a [u8], DataError> {
        let count = self.number()?;
        self.take(count)
    }

    fn text(&mut self) -> Result<&'a str, DataError> {
        std::str::from_utf8(self.bytes()?).map_err(|_| damaged())
    }

    fn texts(&mut self) -> Result<Vec<String>, DataError> {
        Ok(self
            .text()?
            .split_terminator(END)
            .map(str::to_owned)
            .collect())
    }

    /// The bytes of a list of numbers of `width` bytes each.
    fn list(&mut self, width: usize) -> Result<std::slice::ChunksExact<'a, u8>, DataError> {
        let count = self.number()?;
        let bytes = count.checked_mul(width).ok_or_else(damaged)?;
        Ok(self.take(bytes)?.chunks_exact(width))
    }

    fn values(&mut self) -> Result<Vec<f32>, DataError> {
        let bytes = self.list(4)?;
        Ok(bytes
            .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]))
            .collect())
    }

    fn ids(&mut self) -> Result<Vec<u32>, DataError> {
        let bytes = self.list(4)?;
        Ok(bytes
            .map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
            .collect())
    }

    fn labels(&mut self) -> Result<Vec<u16>, DataError> {
        let bytes = self.list(2)?;
        Ok(bytes.map(|b| u16::from_le_bytes([b[0], b[1]])).collect())
    }

    fn pictures(&mut self, name: &str) -> Result<Pictures, DataError> {
        let shape = Shape {
            channels: self.number()?,
            height: self.number()?,
            width: self.number()?,
        };
        let classes = self.number()?;
        if [shape.channels, shape.height, shape.width]
            .iter()
            .any(|size| *size == 0 || *size > MAX_SIDE)
        {
            return Err(damaged());
        }
        let (pixels, labels) = (self.bytes()?.to_vec(), self.bytes()?.to_vec());
        let pictures = Pictures::new(name, shape, classes, pixels, labels)?;
        let grouped = self.number()? == 1;
        let groups = self.ids()?;
        match grouped {
            true if groups.len() == pictures.rows() => Ok(pictures.grouped(groups)),
            true => Err(damaged()),
            false => Ok(pictures),
        }
    }

    fn reviews(&mut self, name: &str) -> Result<ReviewPart, DataError> {
        let classes = self.number()?;
        let labels = self.labels()?;
        let (ids, lengths) = (self.ids()?, self.ids()?);
        let mut texts = TokenLists::default();
        let mut rest = ids.as_slice();
        for length in lengths {
            let (text, after) = rest.split_at_checked(length as usize).ok_or_else(damaged)?;
            rest = after;
            for id in text {
                texts.push(*id);
            }
            texts.end_row();
        }
        ReviewPart::new(name, texts, labels, classes)
    }
}

/// No side of a picture is longer, so that a picture's bytes can be counted.
const MAX_SIDE: usize = 1 << 16;

fn damaged() -> DataError {
    DataError::Parcel
}

impl Raw {
    /// All of it in one piece.
    pub fn to_parcel(&self) -> Vec<u8> {
        let mut to = Packing(MARK.to_vec());
        to.text(self.entry.name);
        let origin = ORIGINS.iter().position(|origin| *origin == self.origin);
        to.number(origin.unwrap_or(ORIGINS.len()));
        to.text(&self.checksum);
        match &self.content {
            Content::Pictures { train, test } => {
                to.number(0);
                to.pictures(train);
                to.pictures(test);
            }
            Content::Table(table) => {
                to.number(1);
                to.texts(table.columns());
                to.values(table.values());
                match table.targets() {
                    Targets::Classes { labels, classes } => {
                        to.number(*classes);
                        to.labels(labels);
                    }
                    Targets::Values { values, width } => {
                        to.number(0);
                        to.number(*width);
                        to.values(values);
                    }
                }
            }
            Content::Series(series) => {
                to.number(2);
                to.texts(series.columns());
                to.values(series.values());
                to.texts(series.times());
            }
            Content::Text(text) => {
                to.number(3);
                to.text(&text.text);
                to.text(&text.heading);
            }
            Content::Reviews(reviews) => {
                to.number(4);
                to.reviews(&reviews.train);
                to.reviews(&reviews.test);
                to.texts(&reviews.words);
            }
        }
        to.0
    }

    /// What [`to_parcel`](Self::to_parcel) packed.
    ///
    /// # Errors
    /// `parcel` for bytes that are none, and what the contents' own rules say.
    pub fn from_parcel(bytes: &[u8]) -> Result<Self, DataError> {
        let mut from = Unpacking(bytes);
        if from.take(MARK.len())? != MARK {
            return Err(damaged());
        }
        let name = from.text()?;
        let entry = catalog::find(name).ok_or_else(damaged)?;
        let origin = *ORIGINS.get(from.number()?).ok_or_else(damaged)?;
        let checksum = from.text()?.to_owned();
        let content = match from.number()? {
            0 => Content::Pictures {
                train: from.pictures(name)?,
                test: from.pictures(name)?,
            },
            1 => {
                let (columns, values) = (from.texts()?, from.values()?);
                let targets = match from.number()? {
                    0 => Targets::Values {
                        width: from.number()?,
                        values: from.values()?,
                    },
                    classes => Targets::Classes {
                        labels: from.labels()?,
                        classes,
                    },
                };
                Content::Table(Table::new(name, columns, values, targets)?)
            }
            2 => Content::Series(Series::new(from.texts()?, from.values()?, from.texts()?)?),
            3 => Content::Text(Text {
                text: from.text()?.to_owned(),
                heading: from.text()?.to_owned().into(),
            }),
            4 => Content::Reviews(Reviews {
                train: from.reviews(name)?,
                test: from.reviews(name)?,
                words: from.texts()?,
            }),
            _ => return Err(damaged()),
        };
        match from.0.is_empty() {
            true => Ok(Self {
                entry,
                content,
                origin,
                checksum,
            }),
            false => Err(damaged()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::READERS;

    #[test]
    fn every_sample_arrives_as_it_was_sent() {
        for reader in READERS {
            let (entry, raw) = (reader.entry, (reader.sample)(3, 120, 30));
            let parcel = raw.to_parcel();
            let back = Raw::from_parcel(&parcel).unwrap_or_else(|e| panic!("{}: {e}", entry.name));
            assert_eq!(back.entry.name, entry.name);
            // Not the contents themselves: what is missing in a series is no number, and equals nothing.
            assert!(back.to_parcel() == parcel, "{}", entry.name);
            assert_eq!((back.origin, &back.checksum), (raw.origin, &raw.checksum));
            assert_eq!(back.content.checksum(), raw.checksum, "{}", entry.name);
            assert!(Raw::from_parcel(&[&parcel[..], b"x"].concat()).is_err());
        }
    }

    #[test]
    fn a_cut_or_changed_parcel_is_refused_or_another_one() {
        for name in ["gtsrb", "iris", "boston", "airline", "alice", "imdb"] {
            let parcel = (catalog::reader(name).unwrap().sample)(3, 20, 5).to_parcel();
            let step = (parcel.len() / 300).max(1);
            for cut in (0..parcel.len()).step_by(step) {
                assert!(Raw::from_parcel(&parcel[..cut]).is_err(), "{name}: {cut}");
            }
            for at in (0..parcel.len()).step_by(step) {
                let mut changed = parcel.clone();
                changed[at] ^= 0xA5;
                // Whatever comes of it, it does not panic, and what is accepted is whole.
                if let Ok(raw) = Raw::from_parcel(&changed) {
                    assert_eq!(raw.to_parcel(), changed, "{name}: {at}");
                }
            }
        }
    }
}
