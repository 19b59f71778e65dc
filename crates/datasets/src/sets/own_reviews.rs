//! Labelled texts of the reader's own; until there are some, remarks about snack bars that a grammar made.

use crate::catalog::{Entry, Kind, Official, Reader, Source, WordPair};
use crate::own;

/// [`crate::Raw::checksum`] of the remarks.
pub const CHECKSUM: &str = "389e01c8504d09e1c6b7f0044b679a3656d46e08cdedd4020ad95c75cc3d636b";

static CLASSES: [WordPair; 2] = [
    WordPair {
        en: "good",
        zh: "好评",
    },
    WordPair {
        en: "bad",
        zh: "差评",
    },
];

/// The row of the catalog.
pub static ENTRY: Entry = Entry {
    name: "own-reviews",
    kind: Kind::Reviews {
        words: 123,
        longest: 37,
    },
    title: WordPair {
        en: "Labelled texts of your own",
        zh: "你自己的带标签文字",
    },
    classes: &CLASSES,
    train_rows: 640,
    test_rows: 160,
    licence: "MIT OR Apache-2.0",
    credit: "the remarks: generated for this project",
    official: Official {
        folder: "text",
        files: &[],
        others: &[],
        source: Source::BuiltIn,
    },
    checksum: CHECKSUM,
};

/// How a file is read, and what there is without one.
pub static READER: Reader = Reader {
    entry: &ENTRY,
    read: |files| match files {
        [] => Ok(own::labelled_sample()),
        files => Ok(own::labelled(files)?.0),
    },
    sample: |_, _, _| own::labelled_sample(),
};
