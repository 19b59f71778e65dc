//! Hostile and careless experiment texts: always an answer with code, place and line, never a panic.

mod bounds;
mod everything;
mod fields;
mod figures;
mod mutations;
mod tables;

use fireside_datasets::official_shape;
use fireside_spec::Problem;
use fireside_spec::card::check_text;
use fireside_tests::runs::text;

pub(crate) fn problems(text: &str) -> Vec<Problem> {
    let checked = check_text(text, official_shape, "mnist");
    assert_eq!(checked.ok, checked.problems.is_empty());
    assert_eq!(checked.ok, checked.summary.is_some());
    for problem in &checked.problems {
        // Every code has English words; one that has none is printed with its arguments as a debug text.
        let words = problem.to_string();
        let bare = format!("{} {{", problem.code);
        assert!(!words.contains(&bare), "no words for {problem:?}");
    }
    checked.problems
}

/// The number of the line that holds `part`, from 1.
pub(crate) fn line(text: &str, part: &str) -> u32 {
    let at = text
        .find(part)
        .unwrap_or_else(|| panic!("{part} is not in the text"));
    text[..at].matches('\n').count() as u32 + 1
}

/// 13.4 with one piece replaced by another.
pub(crate) fn with(from: &str, to: &str) -> String {
    let text = text("13.4", &[]);
    assert!(text.contains(from), "13.4 does not contain {from}");
    text.replacen(from, to, 1)
}

/// The only problem of a text.
pub(crate) fn only(text: &str) -> Problem {
    let mut found = problems(text);
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}
