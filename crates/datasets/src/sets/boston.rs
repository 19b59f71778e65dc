//! Boston house prices: 506 districts, 13 numbers each, the median price in 1000 dollars (Harrison and
//! Rubinfeld 1978).
//!
//! The column B encodes race; scikit-learn took the data set out for that reason. It is here because the sources
//! use it.

use crate::catalog::{Column, Entry, Kind, Official, OfficialFile, Reader, Source, WordPair};
use crate::delimited::Separator;
use crate::samples::{self, Goal, Guise, guise};
use crate::table_file;

/// [`Raw::checksum`](crate::Raw::checksum) of the official data.
pub const CHECKSUM: &str = "3000a0523bbd77e5941524a85bee20400e0412fbcdfdd125c2e30078cc96fc7f";

const TARGET: Column = Column::number("MEDV");

static COLUMNS: [Column; 13] = [
    Column::number("CRIM"),
    Column::number("ZN"),
    Column::number("INDUS"),
    Column::number("CHAS"),
    Column::number("NOX"),
    Column::number("RM"),
    Column::number("AGE"),
    Column::number("DIS"),
    Column::number("RAD"),
    Column::number("TAX"),
    Column::number("PTRATIO"),
    Column::number("B"),
    Column::number("LSTAT"),
];

/// The row of the catalog.
pub static ENTRY: Entry = Entry {
    name: "boston",
    kind: Kind::Table {
        columns: &COLUMNS,
        target: TARGET,
    },
    title: WordPair {
        en: "Boston house prices",
        zh: "波士顿房价",
    },
    classes: &[],
    train_rows: 506,
    test_rows: 0,
    licence: "not stated",
    credit: "D. Harrison, D. L. Rubinfeld 1978; StatLib; UCI Machine Learning Repository (housing)",
    official: Official {
        folder: "tabular",
        files: &[OfficialFile::plain(
            "housing.data",
            49_082,
            "baadf72995725d76efe787b664e1f083388c79ba21ef9a7990d87f774184735a",
        )],
        others: &[],
        source: Source::Gone(WordPair {
            en: "no longer in the catalog of the UCI Machine Learning Repository",
            zh: "UCI 机器学习库的目录中已没有",
        }),
    },
    checksum: CHECKSUM,
};

/// How its files are read, and how the built-in sample is made.
pub static READER: Reader = Reader {
    entry: &ENTRY,
    read: |files| table_file::read(&ENTRY, Separator::Blanks, false, files),
    sample: |seed, train, test| {
        samples::table(&ENTRY, 102, &GUISES, &GOAL, [seed as usize, train + test])
    },
};

static GUISES: [Guise; 13] = [
    guise(3.6, 8.6, -0.1, 0.01, 1000.0),
    guise(11.0, 23.0, 0.1, 0.0, 2.0),
    guise(11.0, 6.9, 0.0, 0.5, 100.0),
    guise(0.1, 0.3, 0.1, 0.0, 1.0),
    guise(0.55, 0.12, -0.2, 0.38, 1000.0),
    guise(6.3, 0.7, 0.5, 3.6, 1000.0),
    guise(69.0, 28.0, 0.0, 2.9, 10.0),
    guise(3.8, 2.1, -0.3, 1.1, 1000.0),
    guise(9.5, 8.7, 0.2, 1.0, 1.0),
    guise(408.0, 168.0, -0.2, 187.0, 1.0),
    guise(18.5, 2.2, -0.2, 12.6, 10.0),
    guise(357.0, 91.0, 0.1, 0.3, 100.0),
    guise(12.7, 7.1, -0.6, 1.7, 100.0),
];

const GOAL: Goal = Goal::Number(guise(22.5, 8.5, 0.0, 5.0, 10.0));
