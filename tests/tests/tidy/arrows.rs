//! Which crate may use what.

use crate::{ARROWS, code, crates, has_word, sources};
use fireside_tests::files::text;
use std::collections::BTreeSet;

/// Crates that know the engine.
const ENGINE: &[&str] = &[
    "gpu",
    "network",
    "optimizers",
    "training",
    "inference",
    "insight",
];

fn manifest(name: &str) -> toml::Table {
    let path = format!("crates/{name}/Cargo.toml");
    toml::from_str(&text(&path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// All names in all dependency tables of a manifest, also those of single targets.
fn dependencies(table: &toml::Table) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (key, value) in table {
        let toml::Value::Table(inner) = value else {
            continue;
        };
        if key.ends_with("dependencies") {
            found.extend(inner.keys().cloned());
        } else {
            found.extend(dependencies(inner));
        }
    }
    found
}

#[test]
fn arrows_point_one_way() {
    let known: BTreeSet<String> = ARROWS.iter().map(|(name, _)| (*name).into()).collect();
    let found: BTreeSet<String> = crates().into_iter().collect();
    assert_eq!(found, known, "the table of arrows names every crate");
    for (name, allowed) in ARROWS {
        for dependency in dependencies(&manifest(name)) {
            if let Some(ours) = dependency.strip_prefix("fireside-") {
                assert!(allowed.contains(&ours), "crates/{name} may not use {ours}");
            }
            if dependency == "burn" {
                assert!(
                    ENGINE.contains(name),
                    "crates/{name} may not know the engine"
                );
            }
        }
    }
}

#[test]
fn only_what_is_built_for_the_browser_names_it() {
    let edges = ["browser", "reader"];
    let names = ["wasm_bindgen", "js_sys", "web_sys", "serde_wasm_bindgen"];
    for name in crates() {
        let own = dependencies(&manifest(&name));
        for file in sources(&format!("crates/{name}"), &[".rs"]) {
            let code = code(&file);
            for word in names {
                assert!(
                    edges.contains(&name.as_str()) || !has_word(&code, word),
                    "{file} names {word}"
                );
            }
        }
        for word in names {
            let named = own.contains(&word.replace('_', "-"));
            assert!(
                edges.contains(&name.as_str()) || !named,
                "crates/{name} depends on {word}"
            );
        }
    }
    let browser = dependencies(&manifest("browser"));
    assert!(browser.contains("wasm-bindgen"), "{browser:?}");
}

/// No clock, thread or file where the design forbids them; no randomness but the seed's anywhere.
#[test]
fn libraries_neither_open_nor_wait_nor_guess() {
    for (name, words) in [
        (
            "spec",
            &["fs", "net", "thread", "Instant", "SystemTime"][..],
        ),
        (
            "datasets",
            &["fs", "net", "File", "thread", "Instant", "SystemTime"][..],
        ),
        ("network", &["fs", "net", "Instant", "SystemTime"][..]),
        (
            "optimizers",
            &["fs", "net", "thread", "Instant", "SystemTime"][..],
        ),
        (
            "training",
            &[
                "fs",
                "net",
                "thread",
                "Instant",
                "SystemTime",
                "block_on",
                "into_scalar",
            ][..],
        ),
        (
            "inference",
            &["fs", "net", "thread", "Instant", "SystemTime", "block_on"][..],
        ),
        (
            "insight",
            &["fs", "net", "thread", "Instant", "SystemTime", "block_on"][..],
        ),
        (
            "book",
            &["fs", "net", "thread", "Instant", "SystemTime"][..],
        ),
        (
            "formats",
            &["fs", "net", "thread", "Instant", "SystemTime"][..],
        ),
    ] {
        for file in sources(&format!("crates/{name}/src"), &[".rs"]) {
            // What stands in an export is a program for somebody else's machine.
            let program = file.contains("/src/export/");
            if program || file.ends_with("/tests.rs") || file.contains("/tests/") {
                continue;
            }
            let code = code(&file);
            for word in words.iter().chain(&["rand", "getrandom", "HashMap"]) {
                // One map of one key goes into a safetensors file; its order can't be told.
                let excused = *word == "HashMap" && file == "crates/network/src/weights.rs";
                assert!(excused || !has_word(&code, word), "{file} names {word}");
            }
        }
    }
}
