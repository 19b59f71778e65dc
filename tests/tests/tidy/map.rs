//! The code map names every room and every file.

use crate::{ARROWS, sources};
use fireside_tests::files::{bless, root, text};
use std::fmt::Write as _;

const MAP: &str = "crates/README.md";

const BEGIN: &str =
    "<!-- files: made from the first sentence of each file by FIRESIDE_BLESS=1 -->\n";
const END: &str = "<!-- end of files -->";

/// The first sentence of a file's own documentation, on one line.
fn sentence(file: &str) -> String {
    let text = text(file);
    let lines = text.lines().take_while(|line| line.starts_with("//!"));
    let lines: Vec<&str> = lines
        .map(|line| line.trim_start_matches("//!").trim())
        .take_while(|line| !line.is_empty())
        .collect();
    let paragraph = lines.join(" ").replace("[`", "`").replace("`]", "`");
    let end = paragraph.find(". ").unwrap_or(paragraph.len());
    let sentence = paragraph[..end].trim_end_matches(['.', ':']).to_string();
    assert!(
        sentence.len() > 12,
        "{file} does not say in its first line what it is (//!)"
    );
    sentence
}

fn file_list() -> String {
    let mut list = String::new();
    for (name, _) in ARROWS {
        let _ = writeln!(list, "\n**{name}**\n");
        let files = sources(&format!("crates/{name}/src"), &[".rs"]).into_iter();
        let tests = |file: &String| file.contains("/tests/") || file.ends_with("/tests.rs");
        for file in files.filter(|file| !tests(file)) {
            let short = file.trim_start_matches("crates/");
            let _ = writeln!(list, "- `{short}`: {}", sentence(&file));
        }
    }
    list + "\n"
}

#[test]
fn the_code_map_names_every_room_and_file() {
    let map = text(MAP);
    let (before, rest) = map
        .split_once(BEGIN)
        .expect("the begin of the list of files");
    let (list, after) = rest.split_once(END).expect("the end of the list of files");
    let expected = file_list();
    if bless() {
        let new = format!("{before}{BEGIN}{expected}{END}{after}");
        std::fs::write(root().join(MAP), new).expect("the code map is written");
    } else {
        for line in expected.lines() {
            assert!(
                list.contains(line),
                "{MAP} lacks: {line}\n(FIRESIDE_BLESS=1 adds it)"
            );
        }
        assert_eq!(list, expected, "{MAP} lists files that are gone");
    }
    for (name, _) in ARROWS {
        let row = format!("| `crates/{name}` |");
        assert!(before.contains(&row), "{MAP} has no room {row}");
    }
    for room in ["web/", "static/", "tests/"] {
        assert!(
            before.contains(&format!("| `{room}` |")),
            "{MAP} has no room {room}"
        );
    }
    for list in ["an experiment", "a layer", "a data set", "a chart"] {
        assert!(
            map.contains(&format!("### Add {list}")),
            "{MAP} does not say how to add {list}"
        );
    }
    // Files that the map names outside of the list are there.
    for word in map.split('`').skip(1).step_by(2) {
        let path = ["crates/", "web/", "tests/", "static/"]
            .iter()
            .any(|room| word.starts_with(room));
        let plain = !word.contains(['<', '*', ' ', '{']);
        if path && plain {
            assert!(
                root().join(word).exists(),
                "{MAP} names {word}, which is not there"
            );
        }
    }
}
