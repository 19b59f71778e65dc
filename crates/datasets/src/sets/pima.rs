//! Pima Indians diabetes: 768 women, 8 measurements each, diabetes within five years or not.
//!
//! Zeros in glucose, pressure, skin, insulin and BMI stand for values that were not measured; as in the sources
//! they stay as they are.

use crate::catalog::{Column, Entry, Kind, Official, OfficialFile, Reader, Source, WordPair};
use crate::delimited::Separator;
use crate::samples::{self, Goal, Guise, guise};
use crate::table_file;

/// [`Raw::checksum`](crate::Raw::checksum) of the official data.
pub const CHECKSUM: &str = "ab67be980a8c8284b9e685af7b2304bee6f0ae1a982be12b32c7fe7e55a00bf1";

const TARGET: Column = Column::coded("class", &["0", "1"], 0);

static COLUMNS: [Column; 8] = [
    Column::number("pregnancies"),
    Column::number("glucose"),
    Column::number("pressure"),
    Column::number("skin"),
    Column::number("insulin"),
    Column::number("bmi"),
    Column::number("pedigree"),
    Column::number("age"),
];

static CLASSES: [WordPair; 2] = [
    WordPair {
        en: "no diabetes",
        zh: "无糖尿病",
    },
    WordPair {
        en: "diabetes",
        zh: "糖尿病",
    },
];

/// The row of the catalog.
pub static ENTRY: Entry = Entry {
    name: "pima",
    kind: Kind::Table {
        columns: &COLUMNS,
        target: TARGET,
    },
    title: WordPair {
        en: "Pima Indians diabetes",
        zh: "皮马印第安人糖尿病",
    },
    classes: &CLASSES,
    train_rows: 768,
    test_rows: 0,
    licence: "CC0 1.0, as given on Kaggle (uciml/pima-indians-diabetes-database)",
    credit: "National Institute of Diabetes and Digestive and Kidney Diseases; UCI Machine Learning Repository",
    official: Official {
        folder: "tabular",
        files: &[OfficialFile::plain(
            "pima-indians-diabetes.csv",
            23_278,
            "6bfe5d0f379d17a0e0819b996407e3c09bf80febd4287f2ed212190dfff154af",
        )],
        others: &[],
        source: Source::Gone(WordPair {
            en: "withdrawn from the UCI Machine Learning Repository",
            zh: "已从 UCI 机器学习库撤下",
        }),
    },
    checksum: CHECKSUM,
};

/// How its files are read, and how the built-in sample is made.
pub static READER: Reader = Reader {
    entry: &ENTRY,
    read: |files| table_file::read(&ENTRY, Separator::Byte(b','), false, files),
    sample: |seed, train, test| {
        samples::table(&ENTRY, 100, &GUISES, &GOAL, [seed as usize, train + test])
    },
};

static GUISES: [Guise; 8] = [
    guise(3.8, 3.3, 0.2, 0.0, 1.0),
    guise(121.0, 31.0, 1.0, 44.0, 1.0),
    guise(69.0, 19.0, 0.0, 0.0, 1.0),
    guise(20.0, 16.0, 0.0, 0.0, 1.0),
    guise(80.0, 110.0, 0.1, 0.0, 1.0),
    guise(32.0, 7.5, 0.6, 18.0, 10.0),
    guise(0.47, 0.3, 0.3, 0.08, 1000.0),
    guise(33.0, 11.5, 0.3, 21.0, 1.0),
];

const GOAL: Goal = Goal::Shares(&[0.651, 0.349]);
