//! MNIST: 60,000 + 10,000 handwritten digits, 28x28, grey (LeCun, Cortes, Burges).

use crate::catalog::{Entry, Kind, Official, OfficialFile, Reader, Source, WordPair};
use crate::dataset::{Dataset, NamedFile, Origin};
use crate::digits;
use crate::error::{DataError, clip};
use crate::idx::{self, Idx};
use crate::pictures::{Pictures, Shape};
use crate::raw::{Content, Raw};
use fireside_spec::order::sorted;

/// Shape of a picture.
pub const SHAPE: Shape = Shape {
    channels: 1,
    height: 28,
    width: 28,
};

/// Number of classes: the digits.
pub const CLASSES: usize = 10;

/// [`Raw::checksum`] of the official data.
pub const CHECKSUM: &str = "ac89dbc26b7b0b5f68ff586bc0579a0c16e78b3436b0c71ccdd0169cbebf9ff7";

/// The four official files, in the order of [`Dataset::members`].
pub static FILES: [OfficialFile; 4] = [
    OfficialFile {
        name: "train-images-idx3-ubyte.gz",
        bytes: 9_912_422,
        sha256: "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        member_bytes: 47_040_016,
        member_sha256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    },
    OfficialFile {
        name: "train-labels-idx1-ubyte.gz",
        bytes: 28_881,
        sha256: "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
        member_bytes: 60_008,
        member_sha256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    },
    OfficialFile {
        name: "t10k-images-idx3-ubyte.gz",
        bytes: 1_648_877,
        sha256: "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        member_bytes: 7_840_016,
        member_sha256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    },
    OfficialFile {
        name: "t10k-labels-idx1-ubyte.gz",
        bytes: 4_542,
        sha256: "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
        member_bytes: 10_008,
        member_sha256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    },
];

/// The row of the catalog.
pub static ENTRY: Entry = Entry {
    name: "mnist",
    kind: Kind::Pictures {
        shape: SHAPE,
        groups: &[],
    },
    title: WordPair {
        en: "MNIST handwritten digits",
        zh: "MNIST 手写数字",
    },
    classes: &CLASS_NAMES,
    train_rows: 60_000,
    test_rows: 10_000,
    licence: "no licence on the original page; commonly given as CC BY-SA 3.0",
    credit: "Y. LeCun, C. Cortes, C. Burges, http://yann.lecun.com/exdb/mnist/",
    official: Official {
        folder: "mnist",
        files: &FILES,
        others: &[],
        source: Source::Url("https://ossci-datasets.s3.amazonaws.com/mnist/"),
    },
    checksum: CHECKSUM,
};

/// How its files are read, and how the built-in sample is made.
pub static READER: Reader = Reader {
    entry: &ENTRY,
    read: raw,
    sample: |seed, train, test| {
        let [train, test] = digits::parts(seed, train, test);
        Raw::sample(&ENTRY, Content::Pictures { train, test })
    },
};

static CLASS_NAMES: [WordPair; CLASSES] = [
    WordPair { en: "0", zh: "0" },
    WordPair { en: "1", zh: "1" },
    WordPair { en: "2", zh: "2" },
    WordPair { en: "3", zh: "3" },
    WordPair { en: "4", zh: "4" },
    WordPair { en: "5", zh: "5" },
    WordPair { en: "6", zh: "6" },
    WordPair { en: "7", zh: "7" },
    WordPair { en: "8", zh: "8" },
    WordPair { en: "9", zh: "9" },
];

/// Reads MNIST from its four files, plain or gzip, in any order and under any names: three dimensions are
/// pictures, one is labels, the larger file of each kind is for training.
///
/// The origin is [`Origin::Official`] if every member has its published checksum, otherwise
/// [`Origin::Unverified`] (Fashion-MNIST, for one, has the same form).
///
/// # Errors
/// Those of [`idx::read`]; `idx_shape`, `missing_parts`, `duplicate_part`, `length_mismatch`,
/// `label_out_of_range`.
pub fn read(files: &[NamedFile<'_>]) -> Result<Dataset, DataError> {
    let [train, test] = parts(files)?;
    let mut dataset = Dataset::new(ENTRY.name, train, test, Origin::Unverified);
    if is_official(&dataset) {
        dataset.origin = Origin::Official;
    }
    Ok(dataset)
}

/// [`read`], before any preparation.
fn raw(files: &[NamedFile<'_>]) -> Result<Raw, DataError> {
    let [train, test] = parts(files)?;
    Ok(Raw::read(&ENTRY, Content::Pictures { train, test }))
}

/// Training and test pictures.
fn parts(files: &[NamedFile<'_>]) -> Result<[Pictures; 2], DataError> {
    let mut pictures = Vec::new();
    let mut labels = Vec::new();
    for file in files {
        let name = clip(file.name);
        let idx = idx::read(&name, file.bytes)?;
        match idx.dims[..] {
            [_, 28, 28] => pictures.push((name, idx)),
            [_] => labels.push((name, idx)),
            _ => {
                return Err(DataError::IdxShape {
                    file: name,
                    expected: "Nx28x28 (pictures) or N (labels)",
                    found: idx.dims,
                });
            }
        }
    }
    let [train_pictures, test_pictures] = pair(pictures)?;
    let [train_labels, test_labels] = pair(labels)?;
    let parts = [train_pictures, train_labels, test_pictures, test_labels];
    let missing: Vec<_> = parts
        .iter()
        .zip(&FILES)
        .filter(|(part, _)| part.is_none())
        .map(|(_, file)| file.name)
        .collect();
    let [Some(a), Some(b), Some(c), Some(d)] = parts else {
        return Err(DataError::MissingParts { missing });
    };
    let train = together("train labels", a, b)?;
    let test = together("test labels", c, d)?;
    Ok([train, test])
}

/// Whether the stated checksum is that of the official data. Of a pack nothing is hashed: this believes the manifest; see
/// [`verify`].
pub fn is_official(dataset: &Dataset) -> bool {
    dataset.checksum() == CHECKSUM
}

/// Hashes the content and returns the official files that it differs from; none: it is the official data.
pub fn verify(dataset: &Dataset) -> Vec<&'static OfficialFile> {
    Dataset::members(&dataset.train, &dataset.test)
        .iter()
        .zip(&FILES)
        .filter(|(found, file)| *found != file.member_sha256)
        .map(|(_, file)| file)
        .collect()
}

type Named = (String, Idx);

/// Training and test of one kind of file. One file alone is taken for what its official count says.
fn pair(files: Vec<Named>) -> Result<[Option<Named>; 2], DataError> {
    let mut files = sorted(files, |a, b| b.1.rows().cmp(&a.1.rows())).into_iter();
    match (files.next(), files.next(), files.next()) {
        (Some(a), Some(b), None) if a.1.rows() != b.1.rows() => Ok([Some(a), Some(b)]),
        // Two of equal length, or a third: one of them is there twice.
        (Some(_), Some(a), Some(b)) | (Some(a), Some(b), None) => Err(DataError::DuplicatePart {
            file: a.0,
            other: b.0,
        }),
        (Some(a), None, _) if a.1.rows() <= ENTRY.test_rows => Ok([None, Some(a)]),
        (only, _, _) => Ok([only, None]),
    }
}

fn together(
    what: &'static str,
    pictures: Named,
    (label_file, labels): Named,
) -> Result<Pictures, DataError> {
    if pictures.1.rows() != labels.rows() {
        return Err(DataError::LengthMismatch {
            what,
            expected: pictures.1.rows() as u64,
            found: labels.rows() as u64,
        });
    }
    Pictures::new(&label_file, SHAPE, CLASSES, pictures.1.data, labels.data)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pictures(rows: u32) -> Vec<u8> {
        idx::write(&[rows, 28, 28], &vec![9; rows as usize * 784])
    }

    fn labels(rows: u32, label: u8) -> Vec<u8> {
        idx::write(&[rows], &vec![label; rows as usize])
    }

    fn read_all(files: &[&[u8]]) -> Result<Dataset, DataError> {
        let names = ["a", "b", "c", "d", "e"];
        let files: Vec<_> = names
            .into_iter()
            .zip(files)
            .map(|(name, bytes)| NamedFile { name, bytes })
            .collect();
        read(&files)
    }

    #[test]
    fn files_are_recognised_by_content() {
        let (a, b, c, d) = (labels(3, 1), pictures(5), labels(5, 9), pictures(3));
        let dataset = read_all(&[&a, &b, &c, &d]).unwrap();
        assert_eq!(dataset.train.rows(), 5);
        assert_eq!(dataset.train.targets().labels(), [9; 5]);
        assert_eq!(dataset.test.targets().labels(), [1; 3]);
        assert_eq!(dataset.origin, Origin::Unverified);
        assert_eq!(verify(&dataset).len(), 4);
    }

    #[test]
    fn what_is_wrong_with_the_four_is_told() {
        let (a, b, c, d) = (labels(3, 1), pictures(5), labels(5, 9), pictures(3));
        let code = |files: &[&[u8]]| read_all(files).unwrap_err().code();
        assert_eq!(code(&[]), "missing_parts");
        assert_eq!(code(&[&a, &b, &c, &d, &d]), "duplicate_part");
        assert_eq!(code(&[&a, &b, &c, &b]), "duplicate_part");
        assert_eq!(code(&[&a, &b, &labels(4, 1), &d]), "length_mismatch");
        assert_eq!(code(&[&a, &b, &labels(5, 10), &d]), "label_out_of_range");
        let wide = idx::write(&[1, 32, 32], &[0; 1024]);
        assert_eq!(code(&[&a, &b, &c, &wide]), "idx_shape");
        assert_eq!(code(&[&a, &b, &c, b"%PDF-1.7 it is"]), "foreign_file");
        let missing = read_all(&[&labels(10_000, 1), &pictures(10_001)]).unwrap_err();
        assert_eq!(
            missing.args()["missing"],
            "train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz"
        );
    }
}
