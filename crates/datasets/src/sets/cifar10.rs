//! CIFAR-10: 50,000 + 10,000 small colour photographs of ten kinds of things (Krizhevsky, Nair, Hinton).
//!
//! Both official archives are read: the binary version (records of a label and 3,072 bytes) and the Python version
//! (pickled batches). Both hold the pixels channel by channel, as [`Pictures`] do.

use crate::catalog::{Entry, Kind, Official, OfficialFile, Reader, Source, WordPair};
use crate::dataset::NamedFile;
use crate::error::{DataError, clip};
use crate::gz::reserve;
use crate::pictures::{Pictures, Shape};
use crate::raw::{Content, Raw};
use crate::tar::{self, Body};
use crate::{pickle, scenes};

/// Shape of a picture.
pub const SHAPE: Shape = Shape {
    channels: 3,
    height: 32,
    width: 32,
};

/// [`Raw::checksum`] of the official data.
pub const CHECKSUM: &str = "847e739b84ac82cc78a6413c1f792c9953206126f4e6328fc08981efaa7529dc";

/// Bytes of a picture.
const PICTURE: usize = 3_072;
/// The most rows of a batch; the official ones have as many.
const MAX_ROWS: usize = 10_000;
/// The longest pickled batch. The official ones have 31 MB.
const MAX_PICKLE: usize = 40 << 20;
/// The batches, the last one for testing. The binary version adds `.bin`.
static BATCHES: [&str; 6] = [
    "data_batch_1",
    "data_batch_2",
    "data_batch_3",
    "data_batch_4",
    "data_batch_5",
    "test_batch",
];
const TEST: usize = 5;

static CLASSES: [WordPair; 10] = [
    word("airplane", "飞机"),
    word("automobile", "汽车"),
    word("bird", "鸟"),
    word("cat", "猫"),
    word("deer", "鹿"),
    word("dog", "狗"),
    word("frog", "青蛙"),
    word("horse", "马"),
    word("ship", "船"),
    word("truck", "卡车"),
];

const fn word(en: &'static str, zh: &'static str) -> WordPair {
    WordPair { en, zh }
}

/// The row of the catalog.
pub static ENTRY: Entry = Entry {
    name: "cifar10",
    kind: Kind::Pictures {
        shape: SHAPE,
        groups: &[],
    },
    title: word("CIFAR-10 small pictures", "CIFAR-10 小图片"),
    classes: &CLASSES,
    train_rows: 50_000,
    test_rows: 10_000,
    licence: "none stated; cite Krizhevsky 2009",
    credit: "A. Krizhevsky, V. Nair, G. Hinton, https://www.cs.toronto.edu/~kriz/cifar.html",
    official: Official {
        folder: "cifar10",
        files: &[OfficialFile::plain(
            "cifar-10-binary.tar.gz",
            170_052_171,
            "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
        )],
        others: &["cifar-10-python.tar.gz"],
        source: Source::Url("https://www.cs.toronto.edu/~kriz/"),
    },
    checksum: CHECKSUM,
};

/// How its files are read, and how the built-in sample is made.
pub static READER: Reader = Reader {
    entry: &ENTRY,
    read,
    sample: |seed, train, test| {
        let [train, test] = scenes::parts(seed, train, test);
        Raw::sample(&ENTRY, Content::Pictures { train, test })
    },
};

/// The batches on their way in: whatever their order in the archive, each is read to its place.
#[derive(Default)]
struct Filling {
    /// Rows of each batch; 0 before the first one is met.
    rows: usize,
    pixels: [Vec<u8>; 2],
    labels: [Vec<u8>; 2],
    there: [bool; 6],
}

impl Filling {
    /// Makes room for batches of so many rows: all are equally long, and none is longer than
    /// is `possible`.
    fn begin(
        &mut self,
        file: &str,
        index: usize,
        rows: usize,
        possible: usize,
    ) -> Result<(), DataError> {
        let [least, most] = match self.rows {
            0 => [1, MAX_ROWS],
            rows => [rows, rows],
        };
        if !(least..=most).contains(&rows) {
            return Err(DataError::RowCount {
                file: file.to_owned(),
                rows,
                least,
                most,
            });
        }
        if std::mem::replace(&mut self.there[index], true) {
            return Err(DataError::DuplicatePart {
                file: file.to_owned(),
                other: file.to_owned(),
            });
        }
        if rows * (PICTURE + 1) > possible {
            let (file, unpacked) = (file.to_owned(), possible);
            return Err(DataError::GzTruncated { file, unpacked });
        }
        if self.rows == 0 {
            self.rows = rows;
            for (part, batches) in [TEST, 1].into_iter().enumerate() {
                for (list, bytes) in [(&mut self.pixels, PICTURE), (&mut self.labels, 1)] {
                    let bytes = batches * rows * bytes;
                    reserve(file, &mut list[part], bytes)?;
                    list[part].resize(bytes, 0);
                }
            }
        }
        Ok(())
    }

    /// The places of a batch's rows: pixels and label of each.
    fn rows(&mut self, index: usize) -> impl Iterator<Item = (&mut [u8], &mut u8)> {
        let part = usize::from(index == TEST);
        let first = if part == 1 { 0 } else { index * self.rows };
        let pixels = self.pixels[part][first * PICTURE..].chunks_exact_mut(PICTURE);
        pixels.zip(&mut self.labels[part][first..]).take(self.rows)
    }

    /// A batch of the binary version.
    fn binary(&mut self, file: &str, index: usize, body: &mut Body) -> Result<(), DataError> {
        let record = PICTURE + 1;
        if !body.left().is_multiple_of(record) {
            return Err(DataError::WrongForm {
                file: file.to_owned(),
                offset: body.left() / record * record,
                expected: "records of 3,073 bytes",
            });
        }
        self.begin(file, index, body.left() / record, body.possible())?;
        for (pixels, label) in self.rows(index) {
            body.take(std::slice::from_mut(label))?;
            body.take(pixels)?;
        }
        Ok(())
    }

    /// A batch of the Python version.
    fn python(&mut self, file: &str, index: usize, body: &mut Body) -> Result<(), DataError> {
        let (bytes, limit) = (body.left(), MAX_PICKLE);
        if bytes > limit {
            let file = file.to_owned();
            return Err(DataError::GzBomb { file, limit });
        }
        let mut pickled = Vec::new();
        // A length is only a claim: room is taken as the bytes come.
        while body.left() > 0 {
            let (from, part) = (pickled.len(), body.left().min(1 << 20));
            reserve(file, &mut pickled, part)?;
            pickled.resize(from + part, 0);
            body.take(&mut pickled[from..])?;
        }
        let (labels, pixels) = pickle::batch(file, &pickled, PICTURE)?;
        self.begin(file, index, labels.len(), body.possible())?;
        let rows = pixels.chunks_exact(PICTURE).zip(labels);
        for ((pixels, label), (from, class)) in self.rows(index).zip(rows) {
            pixels.copy_from_slice(from);
            *label = class;
        }
        Ok(())
    }
}

/// Reads one of the official archives, plain or gzip, under any name.
fn read(files: &[NamedFile<'_>]) -> Result<Raw, DataError> {
    let archive = match files {
        [archive] => archive,
        [] => {
            return Err(DataError::MissingParts {
                missing: vec![ENTRY.official.files[0].name],
            });
        }
        [first, second, ..] => {
            return Err(DataError::DuplicatePart {
                file: clip(second.name),
                other: clip(first.name),
            });
        }
    };
    let file = clip(archive.name);
    let mut filling = Filling::default();
    tar::each(&file, archive.bytes, |name, body| {
        let plain = name.strip_suffix(".bin");
        let batch = plain.unwrap_or(name);
        let Some(index) = BATCHES.iter().position(|known| *known == batch) else {
            return Ok(());
        };
        let full = format!("{file}/{name}");
        match plain {
            Some(_) => filling.binary(&full, index, body),
            None => filling.python(&full, index, body),
        }
    })?;
    let parts = BATCHES.into_iter().zip(filling.there);
    let missing: Vec<_> = parts
        .filter(|(_, there)| !there)
        .map(|(name, _)| name)
        .collect();
    if !missing.is_empty() {
        return Err(DataError::MissingParts { missing });
    }
    let pictures = |pixels, labels| Pictures::new(&file, SHAPE, CLASSES.len(), pixels, labels);
    let ([train, test], [train_labels, test_labels]) = (filling.pixels, filling.labels);
    let (train, test) = (pictures(train, train_labels)?, pictures(test, test_labels)?);
    Ok(Raw::read(&ENTRY, Content::Pictures { train, test }))
}

#[cfg(test)]
mod tests;
