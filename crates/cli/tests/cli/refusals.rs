//! What can't be, is said; what is said of the verbs, holds.

use crate::{Desk, flowers};
use std::path::Path;

#[test]
fn options_that_mean_nothing_are_refused() {
    let desk = Desk::fresh();
    desk.write("flowers.toml", flowers("", ""));
    for (line, words) in [
        ("train 002-CONVEXAMPLE --out a", "--out means nothing here"),
        (
            "train 002-CONVEXAMPLE --epochs 3",
            "--epochs means nothing here",
        ),
        (
            "train 10.4.3 --history a.csv",
            "--history means nothing here",
        ),
        ("train 7.5 --project a", "--project means nothing here"),
        ("train 7.5 --steps 3", "--steps means nothing here"),
        ("train 6.2 --weights a", "--weights means nothing here"),
        ("train flowers.toml --jobs 3", "--jobs"),
        ("train 13.2", "fireside show 13.2"),
        ("export 13.2 --to keras", "trains nothing"),
        ("export 13.4 --to keras --dialect keras3", "--dialect"),
        (
            "export 13.4 --to json --weights a --out b.json",
            "--weights",
        ),
        ("export 13.4 --to keras --out no/a.py", "no/a.py"),
        ("train flowers.toml --out .", "is a folder"),
    ] {
        let words: Vec<&str> = words.split('|').collect();
        let before = desk.run(line);
        assert!(!before.good, "{line}");
        desk.refused(line, &words);
    }
}

#[test]
fn files_that_are_no_experiments() {
    let desk = Desk::fresh();
    desk.write("bytes", [0xff, 0xfe, 0, 1, 2, 3, 4, 5, 6, 7]);
    desk.write("empty", "");
    desk.write("header", [9, 0, 0, 0, 0, 0, 0, 0, b'{', b'}']);
    desk.write("braces.safetensors", [2, 0, 0, 0, 0, 0, 0, 0, b'{', b'}']);
    desk.write("half.toml", &flowers("", "")[..200]);
    for verb in ["show", "train", "find-rate", "export --to keras"] {
        for file in [
            "bytes",
            "empty",
            "header",
            "braces.safetensors",
            "half.toml",
        ] {
            desk.refused(&format!("{verb} {file}"), &[file]);
        }
        desk.refused(&format!("{verb} ."), &["."]);
    }
}

/// Every new verb has examples in its help, and the README shows it.
#[test]
fn verbs_are_documented() {
    let desk = Desk::fresh();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let readme = std::fs::read_to_string(root.join("README.md")).expect("README.md");
    let help = desk.good("--help");
    for verb in ["train", "find-rate", "export", "import", "convert"] {
        assert!(help.contains(&format!("  {verb} ")), "{help}");
        let own = desk.good(&format!("{verb} --help"));
        assert!(own.contains(&format!("\n  fireside {verb} ")), "{own}");
        assert!(
            readme.contains(&format!("\nfireside {verb} ")),
            "README.md lacks {verb}"
        );
    }
    let lines: Vec<&str> = readme
        .lines()
        .filter(|line| line.starts_with("fireside "))
        .collect();
    for (at, line) in lines.iter().enumerate() {
        let command = line.split('#').next().unwrap_or_default().trim();
        let again = lines[at + 1..]
            .iter()
            .any(|other| other.starts_with(command));
        assert!(!again, "README.md has {command} twice");
    }
}
