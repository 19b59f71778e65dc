//! The texts of the reference are complete in both languages.

use crate::reference;
use fireside_book::reference::Entry;
use fireside_spec::Words;

fn is_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

/// What an entry says, and where.
fn texts(entry: &Entry) -> Vec<(String, Words)> {
    let mut all = vec![("summary".to_string(), entry.summary.clone())];
    if entry.symbols != Words::default() {
        all.push(("symbols".into(), entry.symbols.clone()));
    }
    for field in &entry.fields {
        all.push((field.name.clone(), field.meaning.clone()));
    }
    for fault in &entry.faults {
        all.push((fault.code.clone(), fault.when.clone()));
    }
    for note in &entry.notes {
        let [en, zh] = [&note.en, &note.zh].map(String::clone);
        all.push(("note".into(), Words { en, zh }));
    }
    all
}

#[test]
fn both_languages_say_something_in_their_own_letters() {
    let reference = reference();
    let mut all: Vec<(String, Words)> = Vec::new();
    for group in &reference.groups {
        all.push((group.id.clone(), group.title.clone()));
        all.push((group.id.clone(), group.intro.clone()));
        let sections = group.sections.iter();
        all.extend(sections.map(|s| (s.id.clone(), s.title.clone())));
    }
    for entry in &reference.entries {
        let of = |(place, words)| (format!("{} {place}", entry.name), words);
        all.extend(texts(entry).into_iter().map(of));
    }
    for (place, Words { en, zh }) in all {
        assert!(!en.is_empty() && !is_chinese(&en), "{place}: {en}");
        assert!(is_chinese(&zh), "{place}: {zh}");
        for text in [&en, &zh] {
            for mark in ['$', '`'] {
                let count = text.matches(mark).count();
                assert!(count.is_multiple_of(2), "{place}: an odd {mark} in {text}");
            }
        }
        // Both name the same things and show the same formulas.
        let code = |text: &str| {
            let mut code: Vec<String> = text
                .split('`')
                .skip(1)
                .step_by(2)
                .map(String::from)
                .collect();
            code.retain(|part| {
                part.chars()
                    .all(|c| c.is_ascii_alphanumeric() || "_.".contains(c))
            });
            code.sort();
            code
        };
        assert_eq!(code(&en), code(&zh), "{place}");
    }
}

#[test]
fn entries_have_a_formula_a_source_and_notes_about_somebody() {
    let reference = reference();
    let is_field = |word: &str| {
        let mut fields = reference.entries.iter().flat_map(|entry| &entry.fields);
        fields.any(|field| field.name == word)
    };
    for entry in &reference.entries {
        let plain = ["kinds", "tables", "protocols", "callbacks", "stages"];
        let moves = ["Reshape", "ZeroPadding2D"].contains(&entry.name.as_str());
        let computes = !plain.contains(&entry.group.as_str()) && !moves;
        assert!(!computes || !entry.formulas.is_empty(), "{}", entry.name);
        assert!(!entry.source.is_empty(), "{}", entry.name);
        for note in &entry.notes {
            let about = ["", "keras2", "keras3", "pytorch"].contains(&note.about.as_str());
            assert!(about, "{}: {}", entry.name, note.about);
        }
        assert_eq!(
            entry.shapes.is_empty(),
            entry.group != "layers",
            "{}",
            entry.name
        );
        let braces = |text: &str| text.matches('{').count() == text.matches('}').count();
        for formula in entry.formulas.iter().chain(&entry.parameters) {
            assert!(braces(&formula.tex), "{}: {}", entry.name, formula.tex);
        }
        // What is not translated in a shape is the name of a field.
        for words in entry.shapes.iter().flat_map(|s| [&s.input, &s.output]) {
            let letter = |c: char| c.is_ascii_alphabetic() || c == '_';
            for word in words.zh.split(|c| !letter(c)) {
                let own = word.is_empty() || word == "n" || is_field(word);
                assert!(own, "{}: {word} in {}", entry.name, words.zh);
            }
        }
    }
}
