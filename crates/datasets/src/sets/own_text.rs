//! A running text of the reader's own; until there is one, a small story that a grammar wrote.

use crate::catalog::{Entry, Kind, Official, Reader, Source, WordPair};
use crate::own;

/// [`crate::Raw::checksum`] of the story.
pub const CHECKSUM: &str = "4a7ac5168491e35a64db19012f14b5cfe32cfd321868156be1c5b33d3cfa8a45";

/// The row of the catalog.
pub static ENTRY: Entry = Entry {
    name: "own-text",
    kind: Kind::Text {
        words: (313, 93),
        chars: (4_331, 118),
    },
    title: WordPair {
        en: "A text of your own",
        zh: "你自己的文字",
    },
    classes: &[],
    train_rows: 4_331,
    test_rows: 0,
    licence: "MIT OR Apache-2.0",
    credit: "the story: written for this project",
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
        [] => Ok(own::running_sample()),
        files => Ok(own::running(files)?.0),
    },
    sample: |_, _, _| own::running_sample(),
};
