//! Nothing left to do, nothing untyped, nothing too long or too large.

use crate::{code, kept, sources};
use fireside_tests::files::{below, root, text};

#[test]
fn nothing_is_left_to_do_and_the_edge_does_not_panic() {
    for file in sources("crates", &[".rs"])
        .into_iter()
        .chain(sources("tests", &[".rs"]))
    {
        if file == "tests/tests/tidy/habits.rs" {
            continue;
        }
        let text = text(&file);
        for word in ["todo!", "unimplemented!", "dbg!", "#[ignore"] {
            assert!(!text.contains(word), "{file} contains {word}");
        }
        if file.starts_with("crates/browser/src/") {
            for word in [
                ".unwrap()",
                ".expect(",
                "panic!",
                "unreachable!",
                "assert!",
                "assert_eq!",
            ] {
                assert!(!code(&file).contains(word), "{file} contains {word}");
            }
        }
    }
    let skipping = [
        "it.skip(",
        "test.skip(",
        "describe.skip(",
        ".only(",
        "test.fixme(",
        "it.todo(",
    ];
    for file in sources("web/src", &[".ts", ".svelte"])
        .into_iter()
        .chain(below("tests"))
    {
        if file.ends_with(".ts") || file.ends_with(".svelte") {
            let text = text(&file);
            for word in skipping {
                assert!(!text.contains(word), "{file} contains {word}");
            }
        }
    }
}

/// Whether the type `any` stands in a line of TypeScript (a variable of that name is followed by a dot, and
/// follows no colon, bracket, bar or `as`).
fn has_any(line: &str) -> bool {
    line.match_indices("any").any(|(at, _)| {
        let (before, after) = (&line[..at], &line[at + 3..]);
        let part = |c: char| c.is_alphanumeric() || c == '_' || c == '.' || c == '(';
        let left = before.trim_end();
        let typed = left.ends_with([':', '<', '|', '&', ',']) || left.ends_with(" as");
        !after.starts_with(part) && before.ends_with([' ', '<', '(']) && typed
            || after.starts_with("[]") && !before.ends_with(part)
    })
}

/// `any` switches the type checker off: only with a reason in a comment on the same line.
#[test]
fn the_site_s_types_say_something() {
    assert!(has_any("let a: any = 1;") && has_any("x as any") && has_any("Map<string, any>"));
    assert!(has_any("any[]") && !has_any("{#if any}") && !has_any("version: any.version"));
    for file in sources("web/src", &[".ts", ".svelte"]) {
        for (number, line) in text(&file).lines().enumerate() {
            let written = line.split("//").next().unwrap_or_default();
            let comment = line.trim_start().starts_with(['*', '/']) || line.contains("// ");
            let off = ["@ts-ignore", "@ts-nocheck", "@ts-expect-error"];
            let loose = has_any(written) && !comment;
            let switched_off = off
                .iter()
                .any(|word| line.contains(word) && !line.contains("--"));
            assert!(
                !loose && !switched_off,
                "{file}:{}: no reason: {line}",
                number + 1
            );
        }
    }
}

/// 400 lines are the habit, 600 the end.
#[test]
fn files_are_short_enough_to_be_read() {
    let mut files = sources("crates", &[".rs", ".toml"]);
    files.extend(sources("tests", &[".rs", ".ts", ".py", ".mjs"]));
    files.extend(sources("web/src", &[".ts", ".svelte", ".css", ".js"]));
    assert!(files.len() > 200, "only {} files", files.len());
    let long: Vec<String> = files
        .into_iter()
        .map(|file| (text(&file).lines().count(), file))
        .filter(|(lines, _)| *lines > 600)
        .map(|(lines, file)| format!("{file}: {lines} lines"))
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn no_large_file_is_kept() {
    let files = kept();
    assert!(files.iter().any(|file| file == "Cargo.toml"), "{files:?}");
    for file in files {
        let bytes = std::fs::metadata(root().join(&file)).expect("a file").len();
        let model = file.starts_with("static/models/") && file.ends_with(".safetensors");
        let limit = if model { 8 << 20 } else { 1 << 20 };
        assert!(
            bytes <= limit,
            "{file} has {bytes} bytes, at most {limit} are kept"
        );
    }
}
