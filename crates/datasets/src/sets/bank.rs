//! Bank marketing: 4,521 telephone calls, 16 facts each, a deposit taken or not (Moro, Cortez, Rita 2014; the
//! small file).
//!
//! Words are coded as chapter 9 codes them: as numbers by their place in its list, which gives them an order
//! and distances that they do not have. `duration` is known only after the call.

use crate::catalog::{Column, Entry, Kind, Official, OfficialFile, Reader, Source, WordPair};
use crate::delimited::Separator;
use crate::samples::{self, Goal, Guise, guise};
use crate::table_file;

/// [`Raw::checksum`](crate::Raw::checksum) of the official data.
pub const CHECKSUM: &str = "dbd2a1831a9db2db6e7835a0b485eeecf3e0766818f8953543d2926364aff21e";

const NO_YES: &[&str] = &["no", "yes"];
const JOBS: &[&str] = &[
    "admin.",
    "unknown",
    "unemployed",
    "management",
    "housemaid",
    "entrepreneur",
    "student",
    "blue-collar",
    "self-employed",
    "retired",
    "technician",
    "services",
];
const MONTHS: &[&str] = &[
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

const TARGET: Column = Column::coded("y", NO_YES, 0);

static COLUMNS: [Column; 16] = [
    Column::number("age"),
    Column::coded("job", JOBS, 0),
    Column::coded("marital", &["married", "single", "divorced"], 0),
    Column::coded(
        "education",
        &["unknown", "primary", "secondary", "tertiary"],
        0,
    ),
    Column::coded("default", NO_YES, 0),
    Column::number("balance"),
    Column::coded("housing", NO_YES, 0),
    Column::coded("loan", NO_YES, 0),
    Column::coded("contact", &["cellular", "unknown", "telephone"], 0),
    Column::number("day"),
    Column::coded("month", MONTHS, 1),
    Column::number("duration"),
    Column::number("campaign"),
    Column::number("pdays"),
    Column::number("previous"),
    Column::coded("poutcome", &["unknown", "other", "success", "failure"], 0),
];

static CLASSES: [WordPair; 2] = [
    WordPair {
        en: "no", zh: "否"
    },
    WordPair {
        en: "yes",
        zh: "是",
    },
];

/// The row of the catalog.
pub static ENTRY: Entry = Entry {
    name: "bank",
    kind: Kind::Table {
        columns: &COLUMNS,
        target: TARGET,
    },
    title: WordPair {
        en: "Bank marketing",
        zh: "银行营销",
    },
    classes: &CLASSES,
    train_rows: 4521,
    test_rows: 0,
    licence: "CC BY 4.0",
    credit: "S. Moro, P. Cortez, P. Rita 2014; UCI Machine Learning Repository, https://archive.ics.uci.edu/dataset/222",
    official: Official {
        folder: "tabular",
        files: &[OfficialFile::plain(
            "bank.csv",
            461_474,
            "dc8d576e9bda0f41ee891251bd84bab9a39ce576cba715aac08adc2374a01fde",
        )],
        others: &[],
        source: Source::Gone(WordPair {
            en: "only in an archive at https://archive.ics.uci.edu/dataset/222: unpack bank.csv from it",
            zh: "只在 https://archive.ics.uci.edu/dataset/222 的压缩包里：请取出 bank.csv",
        }),
    },
    checksum: CHECKSUM,
};

/// How its files are read, and how the built-in sample is made.
pub static READER: Reader = Reader {
    entry: &ENTRY,
    read: |files| table_file::read(&ENTRY, Separator::Byte(b';'), true, files),
    sample: |seed, train, test| {
        samples::table(&ENTRY, 103, &GUISES, &GOAL, [seed as usize, train + test])
    },
};

static GUISES: [Guise; 16] = [
    guise(41.0, 10.6, 0.0, 19.0, 1.0),
    guise(6.0, 3.5, 0.0, 0.0, 1.0),
    guise(0.5, 0.7, 0.1, 0.0, 1.0),
    guise(2.0, 0.8, 0.1, 0.0, 1.0),
    guise(-0.2, 0.3, 0.0, 0.0, 1.0),
    guise(1420.0, 3000.0, 0.1, -3313.0, 1.0),
    guise(0.6, 0.5, -0.3, 0.0, 1.0),
    guise(0.0, 0.5, -0.2, 0.0, 1.0),
    guise(0.3, 0.6, -0.2, 0.0, 1.0),
    guise(16.0, 8.2, 0.0, 1.0, 1.0),
    guise(6.2, 2.4, 0.0, 1.0, 1.0),
    guise(264.0, 260.0, 1.0, 4.0, 1.0),
    guise(2.8, 3.1, -0.2, 1.0, 1.0),
    guise(40.0, 100.0, 0.1, -1.0, 1.0),
    guise(0.5, 1.7, 0.1, 0.0, 1.0),
    guise(0.4, 1.0, 0.3, 0.0, 1.0),
];

const GOAL: Goal = Goal::Shares(&[0.885, 0.115]);
