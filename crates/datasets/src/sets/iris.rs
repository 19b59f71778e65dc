//! Iris: 150 flowers of three species, 4 measurements each (Fisher 1936).
//!
//! As at UCI, rows 35 and 38 differ from Fisher's table (and from scikit-learn's) in one and two numbers.

use crate::catalog::{Column, Entry, Kind, Official, OfficialFile, Reader, Source, WordPair};
use crate::delimited::Separator;
use crate::samples::{self, Goal, Guise, guise};
use crate::table_file;

/// [`Raw::checksum`](crate::Raw::checksum) of the official data.
pub const CHECKSUM: &str = "f0158323e91dbc5b90f88b07f6a92224472778fd86a32d7d330a5e19393ee849";

const TARGET: Column = Column::coded(
    "species",
    &["Iris-setosa", "Iris-versicolor", "Iris-virginica"],
    0,
);

static COLUMNS: [Column; 4] = [
    Column::number("sepal_length"),
    Column::number("sepal_width"),
    Column::number("petal_length"),
    Column::number("petal_width"),
];

static CLASSES: [WordPair; 3] = [
    WordPair {
        en: "setosa",
        zh: "山鸢尾",
    },
    WordPair {
        en: "versicolor",
        zh: "变色鸢尾",
    },
    WordPair {
        en: "virginica",
        zh: "维吉尼亚鸢尾",
    },
];

/// The row of the catalog.
pub static ENTRY: Entry = Entry {
    name: "iris",
    kind: Kind::Table {
        columns: &COLUMNS,
        target: TARGET,
    },
    title: WordPair {
        en: "Iris",
        zh: "鸢尾花",
    },
    classes: &CLASSES,
    train_rows: 150,
    test_rows: 0,
    licence: "CC BY 4.0",
    credit: "R. A. Fisher 1936; UCI Machine Learning Repository, https://archive.ics.uci.edu/dataset/53",
    official: Official {
        folder: "tabular",
        files: &[OfficialFile::plain(
            "iris.data",
            4_551,
            "6f608b71a7317216319b4d27b4d9bc84e6abd734eda7872b71a458569e2656c0",
        )],
        others: &[],
        source: Source::Url("https://archive.ics.uci.edu/ml/machine-learning-databases/iris/"),
    },
    checksum: CHECKSUM,
};

/// How its files are read, and how the built-in sample is made.
pub static READER: Reader = Reader {
    entry: &ENTRY,
    read: |files| table_file::read(&ENTRY, Separator::Byte(b','), false, files),
    sample: |seed, train, test| {
        samples::table(&ENTRY, 101, &GUISES, &GOAL, [seed as usize, train + test])
    },
};

static GUISES: [Guise; 4] = [
    guise(5.8, 0.8, 0.5, 4.0, 10.0),
    guise(3.1, 0.4, -0.3, 2.0, 10.0),
    guise(3.8, 1.7, 2.0, 1.0, 10.0),
    guise(1.2, 0.7, 2.0, 0.1, 10.0),
];

const GOAL: Goal = Goal::Shares(&[0.333_4, 0.333_3, 0.333_3]);
