//! Reading packs, file by file, in any order.

use std::ops::Range;

use crate::checksum::sha256_hex;
use crate::dataset::{Dataset, Origin, Part};
use crate::error::{DataError, clip};
use crate::gz::{gunzip, reserve};
use crate::pack::manifest::{Manifest, Shard};
use crate::pictures::{Pictures, check_labels};
use crate::rows::Rows;

/// One file of a pack, and what it brings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needed {
    /// The file's name, next to the manifest.
    pub file: String,
    /// Its length in bytes.
    pub bytes: usize,
    /// The part that it belongs to.
    pub part: Part,
    /// Whether it holds labels (otherwise pixels).
    pub labels: bool,
    /// The rows that it holds.
    pub rows: Range<usize>,
    sha256: String,
    raw_bytes: usize,
    /// Whether it holds groups (no rows of its own, then).
    groups: bool,
    added: bool,
}

/// A pack on its way in. Labels come first in each part, then the pixels in order; the host may add files
/// in any order and several at a time.
#[derive(Debug)]
pub struct PackReader {
    manifest: Manifest,
    files: Vec<Needed>,
    train: Filling,
    test: Filling,
}

/// A part while it is being filled.
#[derive(Debug, Default)]
struct Filling {
    pixels: Vec<u8>,
    labels: Vec<u8>,
    groups: Option<Vec<u32>>,
}

impl PackReader {
    /// Begins with the bytes of the manifest.
    ///
    /// # Errors
    /// Those of [`Manifest::parse`].
    pub fn new(manifest_json: &[u8]) -> Result<Self, DataError> {
        let manifest = Manifest::parse(manifest_json)?;
        let mut files = Vec::new();
        for part in [Part::Train, Part::Test] {
            let of_part = manifest.part(part);
            files.push(needed(&of_part.labels, part, true, 0));
            files.extend(of_part.groups.iter().map(|shard| Needed {
                groups: true,
                rows: 0..0,
                ..needed(shard, part, false, 0)
            }));
            let mut start = 0;
            for shard in &of_part.shards {
                files.push(needed(shard, part, false, start));
                start += shard.rows as usize;
            }
        }
        Ok(Self {
            manifest,
            files,
            train: Filling::default(),
            test: Filling::default(),
        })
    }

    /// The manifest.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// All files in the order in which they are best fetched, whether added or not.
    pub fn files(&self) -> &[Needed] {
        &self.files
    }

    /// The files that are still to come, in order.
    pub fn missing(&self) -> impl Iterator<Item = &Needed> {
        self.files.iter().filter(|needed| !needed.added)
    }

    /// The first file that is still to come; `None` when all are there.
    pub fn next_file(&self) -> Option<&Needed> {
        self.missing().next()
    }

    /// Adds one file. A file that was added before changes nothing; after an error nothing has changed, and
    /// the file can be fetched and added again.
    ///
    /// # Errors
    /// `pack_unknown_file`, `pack_length`, `pack_checksum`, `label_out_of_range`, and those of
    /// [`gunzip`] for a pack that was made wrongly.
    pub fn add(&mut self, file: &str, bytes: &[u8]) -> Result<(), DataError> {
        let Some(index) = self.files.iter().position(|needed| needed.file == file) else {
            return Err(DataError::PackUnknownFile { file: clip(file) });
        };
        let needed = &self.files[index];
        if needed.added {
            return Ok(());
        }
        let length = |expected: usize, found: usize| DataError::PackLength {
            file: file.to_owned(),
            expected: expected as u64,
            found: found as u64,
        };
        if bytes.len() != needed.bytes {
            return Err(length(needed.bytes, bytes.len()));
        }
        let sha256 = sha256_hex(bytes);
        if sha256 != needed.sha256 {
            return Err(DataError::PackChecksum {
                file: file.to_owned(),
                expected: needed.sha256.clone(),
                found: sha256,
            });
        }
        let raw = gunzip(file, bytes, needed.raw_bytes)?;
        if raw.len() != needed.raw_bytes {
            return Err(length(needed.raw_bytes, raw.len()));
        }
        let picture = self.manifest.shape().bytes();
        let total = self.manifest.part(needed.part).rows as usize * picture;
        let filling = match needed.part {
            Part::Train => &mut self.train,
            Part::Test => &mut self.test,
        };
        if needed.labels {
            check_labels(file, &raw, self.manifest.classes.len())?;
            filling.labels = raw;
        } else if needed.groups {
            let (groups, _) = raw.as_chunks::<4>();
            filling.groups = Some(
                groups
                    .iter()
                    .map(|group| u32::from_le_bytes(*group))
                    .collect(),
            );
        } else {
            filling.put(file, needed.rows.start * picture, &raw, total)?;
        }
        self.files[index].added = true;
        Ok(())
    }

    /// How many rows of a part are there from the first on, without a gap, pixels and labels.
    pub fn rows_ready(&self, part: Part) -> usize {
        let mut of_part = self.files.iter().filter(|needed| needed.part == part);
        if !of_part.next().is_some_and(|labels| labels.added) {
            return 0;
        }
        let ready = of_part.take_while(|needed| needed.added).last();
        ready.map_or(0, |needed| needed.rows.end)
    }

    /// Picture `row` of a part, (c, h, w) row-major, and its label, if it is among the
    /// [`rows_ready`](Self::rows_ready).
    pub fn get(&self, part: Part, row: usize) -> Option<(&[u8], u8)> {
        if row >= self.rows_ready(part) {
            return None;
        }
        let filling = match part {
            Part::Train => &self.train,
            Part::Test => &self.test,
        };
        let picture = self.manifest.shape().bytes();
        let pixels = filling.pixels.get(row * picture..(row + 1) * picture)?;
        Some((pixels, *filling.labels.get(row)?))
    }

    /// Bytes fetched so far, and bytes of all files.
    pub fn progress(&self) -> (u64, u64) {
        let added = self.files.iter().filter(|needed| needed.added);
        (
            added.map(|needed| needed.bytes as u64).sum(),
            self.manifest.bytes(),
        )
    }

    /// The whole data set. Its checksum is the manifest's; the shards were verified one by one, so the
    /// pixels are not hashed again ([`crate::mnist::verify`] does that).
    ///
    /// # Errors
    /// `pack_incomplete` with the files that are missing.
    pub fn finish(self) -> Result<Dataset, DataError> {
        let missing: Vec<_> = self.missing().map(|needed| needed.file.clone()).collect();
        if !missing.is_empty() {
            return Err(DataError::PackIncomplete { missing });
        }
        let (shape, classes) = (self.manifest.shape(), self.manifest.classes.len());
        let part = |part: Part, filling: Filling| {
            let (pixels, labels) = (filling.pixels, filling.labels);
            let pictures = Pictures::new(part.name(), shape, classes, pixels, labels)?;
            Ok(Rows::Pictures(match filling.groups {
                Some(groups) => pictures.grouped(groups),
                None => pictures,
            }))
        };
        let parts = [part(Part::Train, self.train)?, part(Part::Test, self.test)?];
        let Manifest { name, checksum, .. } = self.manifest;
        Ok(Dataset::with_checksum(&name, parts, Origin::Pack, checksum))
    }
}

impl Filling {
    /// Puts verified bytes at their place. The room for all rows is taken once, with the first shard: the
    /// manifest's limits bound it, and growing bit by bit would leave copies behind.
    fn put(&mut self, file: &str, start: usize, raw: &[u8], total: usize) -> Result<(), DataError> {
        let end = start + raw.len();
        if self.pixels.len() < end {
            let more = total - self.pixels.len();
            reserve(file, &mut self.pixels, more)?;
            self.pixels.resize(end, 0);
        }
        self.pixels[start..end].copy_from_slice(raw);
        Ok(())
    }
}

fn needed(shard: &Shard, part: Part, labels: bool, start: usize) -> Needed {
    Needed {
        file: shard.file.clone(),
        bytes: shard.bytes as usize,
        part,
        labels,
        rows: start..start + shard.rows as usize,
        sha256: shard.sha256.clone(),
        raw_bytes: shard.raw_bytes as usize,
        groups: false,
        added: false,
    }
}
