//! The house stays as `crates/README.md` describes it: arrows between the crates, the code map, sizes, what
//! is served, and what may stand where.

mod arrows;
mod habits;
mod map;
mod served;

use fireside_tests::files::{below, root, text};
use std::process::Command;

/// Which of our crates a crate may use.
pub(crate) const ARROWS: &[(&str, &[&str])] = &[
    ("spec", &[]),
    ("gpu", &[]),
    ("threads", &[]),
    ("datasets", &["spec"]),
    ("network", &["spec", "gpu", "threads"]),
    ("optimizers", &["spec", "gpu", "threads"]),
    ("book", &["spec"]),
    ("formats", &["spec"]),
    ("inference", &["spec", "network", "datasets"]),
    ("insight", &["spec", "network"]),
    (
        "training",
        &["spec", "gpu", "network", "datasets", "optimizers"],
    ),
    ("reader", &["datasets"]),
    (
        "browser",
        &[
            "spec",
            "gpu",
            "threads",
            "datasets",
            "network",
            "optimizers",
            "training",
            "inference",
            "insight",
            "book",
            "formats",
        ],
    ),
    (
        "cli",
        &[
            "spec",
            "gpu",
            "datasets",
            "network",
            "optimizers",
            "training",
            "inference",
            "insight",
            "book",
            "formats",
        ],
    ),
    ("xtask", &[]),
];

pub(crate) fn crates() -> Vec<String> {
    let entries = std::fs::read_dir(root().join("crates")).expect("the folder crates");
    let folders = entries.filter_map(|entry| {
        let entry = entry.expect("an entry");
        let name = entry.file_name().to_string_lossy().into_owned();
        entry.path().is_dir().then_some(name)
    });
    folders.collect()
}

/// The code of a file without its unit tests and comment lines.
pub(crate) fn code(path: &str) -> String {
    let text = text(path);
    let code = text
        .split("#[cfg(test)]\nmod tests")
        .next()
        .unwrap_or_default();
    let lines = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// Whether `word` stands in `code` by itself, not as a part of a longer name.
pub(crate) fn has_word(code: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word)
        .any(|(at, _)| !code[..at].ends_with(part) && !code[at + word.len()..].starts_with(part))
}

pub(crate) fn sources(folder: &str, ends: &[&str]) -> Vec<String> {
    let mut files = below(folder);
    files.retain(|file| ends.iter().any(|end| file.ends_with(end)));
    assert!(!files.is_empty(), "no {ends:?} in {folder}");
    files
}

/// What git has or would take; where there is no git, every file that is ours.
pub(crate) fn kept() -> Vec<String> {
    let git = Command::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .current_dir(root())
        .output();
    match git {
        Ok(output) if output.status.success() => String::from_utf8_lossy(&output.stdout)
            .split('\0')
            .filter(|file| !file.is_empty() && root().join(file).is_file())
            .map(String::from)
            .collect(),
        _ => below(""),
    }
}
