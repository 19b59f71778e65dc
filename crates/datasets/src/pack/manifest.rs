//! The manifest of a pack, and everything that can be wrong with one.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::checksum::is_sha256_hex;
use crate::dataset::{Origin, Part};
use crate::error::{DataError, clip};
use crate::kind::FileKind;
use crate::pictures::Shape;

/// The version of the format that this code reads and writes.
pub const FORMAT: u32 = 1;
/// The name of the manifest in the folder of a pack.
pub const MANIFEST: &str = "manifest.json";

/// The largest manifest, in bytes.
const MAX_MANIFEST: usize = 1 << 20;
/// The most that a pack may unpack to, in bytes: what a page can hold.
const MAX_RAW: u64 = 512 << 20;
/// The largest shard, compressed, in bytes.
const MAX_SHARD: u64 = 64 << 20;
/// The largest side of a picture.
const MAX_SIDE: u32 = 4096;
/// The most bytes of a name or sentence.
const MAX_TEXT: usize = 500;

/// A text in English and Simplified Chinese.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// English.
    pub en: String,
    /// Simplified Chinese.
    pub zh: String,
}

/// What a pack holds. As JSON this is the file [`MANIFEST`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: u32,
    /// Name in the catalog.
    pub name: String,
    /// Name for people.
    pub title: Words,
    /// Terms of use.
    pub licence: String,
    /// Who made it, and where it was published.
    pub source: String,
    /// What was packed: official data, unverified files, or the built-in sample.
    pub origin: Origin,
    /// Names of the classes, by label.
    pub classes: Vec<Words>,
    /// 1 (grey) or 3 (red, green, blue).
    pub channels: u32,
    /// Height of a picture in pixels.
    pub height: u32,
    /// Width of a picture in pixels.
    pub width: u32,
    /// The training part.
    pub train: PartManifest,
    /// The test part.
    pub test: PartManifest,
    /// [`Dataset::checksum`](crate::Dataset::checksum) of what was packed.
    pub checksum: String,
}

/// One part of a pack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartManifest {
    /// Number of pictures.
    pub rows: u32,
    /// The labels of all rows, one byte each.
    pub labels: Shard,
    /// What each row's group is called, where there are groups: four bytes each, little-endian.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub groups: Option<Shard>,
    /// The pixels, (rows, c, h, w) row-major, in order.
    pub shards: Vec<Shard>,
}

/// One gzip file of a pack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    /// File name; holds the first 8 digits of `sha256`.
    pub file: String,
    /// Number of rows.
    pub rows: u32,
    /// Length in bytes.
    pub bytes: u32,
    /// Length in bytes of what it unpacks to.
    pub raw_bytes: u32,
    /// SHA-256 of the file.
    pub sha256: String,
}

impl Manifest {
    /// Reads and judges a manifest. Whatever passes here can be trusted in its numbers: they fit each other
    /// and the limits.
    ///
    /// # Errors
    /// `empty_file`, `foreign_file`, `pack_manifest`.
    pub fn parse(json: &[u8]) -> Result<Self, DataError> {
        if json.is_empty() {
            return Err(DataError::EmptyFile {
                file: MANIFEST.to_owned(),
            });
        }
        if json.len() > MAX_MANIFEST {
            return Err(wrong("bytes", json.len()));
        }
        let manifest: Self = serde_json::from_slice(json).map_err(|error| {
            match FileKind::guess(json) {
                // A host's "not found" page, most often.
                Some(kind) if kind != FileKind::Json => DataError::ForeignFile {
                    file: MANIFEST.to_owned(),
                    kind,
                    expected: "manifest",
                },
                _ => wrong("json", error),
            }
        })?;
        manifest.check()?;
        Ok(manifest)
    }

    /// The manifest as readable JSON.
    pub fn to_json(&self) -> Vec<u8> {
        // Text, numbers and lists cannot fail to serialize; an empty file would not pass `parse`.
        let mut json = serde_json::to_vec_pretty(self).unwrap_or_default();
        json.push(b'\n');
        json
    }

    /// Shape of one picture.
    pub fn shape(&self) -> Shape {
        Shape {
            channels: self.channels as usize,
            height: self.height as usize,
            width: self.width as usize,
        }
    }

    /// One part.
    pub fn part(&self, part: Part) -> &PartManifest {
        match part {
            Part::Train => &self.train,
            Part::Test => &self.test,
        }
    }

    /// The length of all shards together, in bytes: what has to be fetched.
    pub fn bytes(&self) -> u64 {
        self.all_shards().map(|(_, s)| u64::from(s.bytes)).sum()
    }

    fn all_shards(&self) -> impl Iterator<Item = (String, &Shard)> {
        [Part::Train, Part::Test].into_iter().flat_map(|part| {
            let (name, manifest) = (part.name(), self.part(part));
            let pixels = manifest.shards.iter().enumerate();
            let groups = manifest.groups.iter();
            std::iter::once((format!("{name}.labels"), &manifest.labels))
                .chain(groups.map(move |shard| (format!("{name}.groups"), shard)))
                .chain(pixels.map(move |(index, s)| (format!("{name}.shards[{index}]"), s)))
        })
    }

    fn check(&self) -> Result<(), DataError> {
        if self.format != FORMAT {
            return Err(wrong("format", self.format));
        }
        if !is_plain_name(&self.name) {
            return Err(wrong("name", &self.name));
        }
        let texts = [&self.title.en, &self.title.zh, &self.licence, &self.source];
        let names = self.classes.iter().flat_map(|words| [&words.en, &words.zh]);
        if let Some(long) = texts.into_iter().chain(names).find(|t| t.len() > MAX_TEXT) {
            return Err(wrong("text", long));
        }
        if !is_sha256_hex(&self.checksum) {
            return Err(wrong("checksum", &self.checksum));
        }
        if !(1..=256).contains(&self.classes.len()) {
            return Err(wrong("classes", self.classes.len()));
        }
        if !matches!(self.channels, 1 | 3) {
            return Err(wrong("channels", self.channels));
        }
        for (field, side) in [("height", self.height), ("width", self.width)] {
            if !(1..=MAX_SIDE).contains(&side) {
                return Err(wrong(field, side));
            }
        }
        let mut files = BTreeSet::from([MANIFEST]);
        for (place, shard) in self.all_shards() {
            // Data may come without a test part.
            let empty = place.starts_with(Part::Test.name()) && self.test.rows == 0;
            shard.check(&place, !empty)?;
            if !files.insert(&shard.file) {
                return Err(wrong(&format!("{place}.file"), &shard.file));
            }
        }
        let picture = self.shape().bytes() as u64;
        let raw = (u64::from(self.train.rows) + u64::from(self.test.rows)) * (picture + 1);
        if raw > MAX_RAW {
            return Err(wrong("rows", format!("{raw} B > {MAX_RAW} B")));
        }
        self.train.check("train", picture)?;
        self.test.check("test", picture)
    }
}

impl PartManifest {
    fn check(&self, part: &str, picture: u64) -> Result<(), DataError> {
        if self.rows == 0 && part == Part::Train.name() {
            return Err(wrong(&format!("{part}.rows"), 0));
        }
        let labels = &self.labels;
        if labels.rows != self.rows || labels.raw_bytes != self.rows {
            return Err(wrong(&format!("{part}.labels.rows"), labels.rows));
        }
        if let Some(groups) = &self.groups
            && (groups.rows != self.rows || u64::from(groups.raw_bytes) != 4 * u64::from(self.rows))
        {
            return Err(wrong(&format!("{part}.groups.rows"), groups.rows));
        }
        let mut sum = 0u64;
        for (index, shard) in self.shards.iter().enumerate() {
            if u64::from(shard.raw_bytes) != u64::from(shard.rows) * picture {
                let field = format!("{part}.shards[{index}].raw_bytes");
                return Err(wrong(&field, shard.raw_bytes));
            }
            sum += u64::from(shard.rows);
        }
        if sum != u64::from(self.rows) {
            return Err(wrong(&format!("{part}.shards.rows"), sum));
        }
        Ok(())
    }
}

impl Shard {
    fn check(&self, place: &str, has_rows: bool) -> Result<(), DataError> {
        if !is_sha256_hex(&self.sha256) {
            return Err(wrong(&format!("{place}.sha256"), &self.sha256));
        }
        if !is_plain_name(&self.file) || !self.file.contains(&self.sha256[..8]) {
            return Err(wrong(&format!("{place}.file"), &self.file));
        }
        if has_rows && self.rows == 0 {
            return Err(wrong(&format!("{place}.rows"), 0));
        }
        if !(1..=MAX_SHARD).contains(&u64::from(self.bytes)) {
            return Err(wrong(&format!("{place}.bytes"), self.bytes));
        }
        Ok(())
    }
}

/// A name that means the same in every file system and address: no folders, no hidden files.
fn is_plain_name(name: &str) -> bool {
    let plain = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-');
    (1..=100).contains(&name.len())
        && name.bytes().all(plain)
        && !name.starts_with(['.', '-'])
        && !name.contains("..")
}

fn wrong(field: &str, found: impl ToString) -> DataError {
    DataError::PackManifest {
        field: field.to_owned(),
        found: clip(&found.to_string()),
    }
}
