//! Reading one thing from a small text, for the unit tests of the files that read.

use crate::problem::Problem;
use crate::read::{Fields, Source};
use std::cell::{Cell, RefCell};
use toml::de::DeTable;

fn read<T>(text: &str, read: impl FnOnce(&Fields) -> T) -> (T, Vec<Problem>) {
    let table = DeTable::parse(text).expect("TOML");
    let source = Source {
        text,
        problems: RefCell::default(),
        dialect: Cell::default(),
    };
    let fields = Fields::new(&source, table.get_ref(), table.span(), String::new());
    let found = read(&fields);
    fields.finish();
    (found, source.problems.into_inner())
}

/// What is read from a text without problems.
pub(crate) fn one<T>(text: &str, by: impl FnOnce(&Fields) -> T) -> T {
    let (found, problems) = read(text, by);
    assert_eq!(problems, [], "{text}");
    found
}

/// The only problem of a text.
pub(crate) fn problem<T>(text: &str, by: impl FnOnce(&Fields) -> T) -> Problem {
    let (_, mut problems) = read(text, by);
    assert_eq!(problems.len(), 1, "{text}: {problems:?}");
    assert!(problems[0].line > 0, "{problems:?}");
    problems.remove(0)
}
