//! Files of the checkout.

use crate::engine::host;
use std::path::{Path, PathBuf};

/// The root of the checkout.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Folders that hold what was made or fetched, never sources.
const MADE: &[&str] = &[
    "target",
    "dist",
    "node_modules",
    ".svelte-kit",
    ".git",
    "build",
    "data",
    "wasm",
    "generated",
    "test-results",
    "playwright-report",
];

/// Every file below `folder` (relative to the root) that is ours, sorted, as paths with `/` relative to the
/// root.
///
/// # Panics
/// When the folder can't be read.
pub fn below(folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.trim_end_matches('/').to_string()];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(root().join(&folder))
            .unwrap_or_else(|error| panic!("{folder}: {error}"));
        for entry in entries {
            let entry = entry.expect("an entry of a folder");
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if folder.is_empty() {
                name.clone()
            } else {
                format!("{folder}/{name}")
            };
            let kind = entry.file_type().expect("the type of a file");
            if kind.is_dir() {
                if !MADE.contains(&name.as_str()) {
                    folders.push(path);
                }
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The text of a file, by its path from the root.
///
/// # Panics
/// When it can't be read.
pub fn text(path: &str) -> String {
    match host() {
        Some(_) => {
            let bytes = bytes(path).unwrap_or_else(|| panic!("{path} can't be read"));
            String::from_utf8(bytes).unwrap_or_else(|error| panic!("{path}: {error}"))
        }
        None => std::fs::read_to_string(root().join(path))
            .unwrap_or_else(|error| panic!("{path}: {error}")),
    }
}

/// A file by its path from the root, if there is one that can be read.
pub fn bytes(path: &str) -> Option<Vec<u8>> {
    match host() {
        Some(host) => (host.read)(path),
        None => std::fs::read(root().join(path)).ok(),
    }
}

/// Whether committed files are to be written anew instead of compared.
pub fn bless() -> bool {
    std::env::var_os("FIRESIDE_BLESS").is_some_and(|value| value == "1")
}
