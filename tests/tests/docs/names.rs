//! Every name of the language has exactly one entry, and no entry is of something else.

use crate::reference;
use crate::subject::{Subject, list};
use fireside_book::Reference;
use fireside_book::reference::FieldKind;
use fireside_spec::Layer;
use fireside_spec::layers::{Activation, Initializer};

/// Names and other names of a group, sorted.
pub(crate) fn names(reference: &Reference, group: &str) -> Vec<String> {
    let entries = reference.entries.iter().filter(|e| e.group == group);
    let mut names: Vec<String> = entries
        .flat_map(|entry| std::iter::once(&entry.name).chain(&entry.aliases))
        .cloned()
        .collect();
    names.sort();
    names
}

fn sorted<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut names: Vec<String> = names.map(String::from).collect();
    names.sort();
    names
}

#[test]
fn every_layer_activation_and_initializer_has_one_entry() {
    let reference = reference();
    let all = [
        ("layers", sorted(Layer::types())),
        (
            "activations",
            sorted(Activation::ALL.iter().map(|(name, _)| *name)),
        ),
        (
            "initializers",
            sorted(Initializer::ALL.iter().map(|(name, _)| *name)),
        ),
    ];
    for (group, expected) in all {
        assert!(expected.len() > 10, "{group}");
        assert_eq!(names(&reference, group), expected, "{group}");
    }
}

/// What the language says where a name is not known.
#[test]
fn every_other_name_that_is_known_where_its_group_is_named_has_one_entry() {
    let reference = reference();
    for group in &reference.groups {
        let mut entries = reference.entries.iter().filter(|e| e.group == group.id);
        let first = entries.next();
        let first = first.unwrap_or_else(|| panic!("{} has no entry", group.id));
        let subject = Subject::of(first);
        let Some(field) = subject.name_key() else {
            // Tables: the fields of the experiment that are tables, see below.
            continue;
        };
        let code = match group.id.as_str() {
            "layers" => "unknown_layer",
            _ => "unknown_value",
        };
        let fields = subject.with(field, "zzz".into());
        for (dialect, _) in crate::DIALECTS {
            let problems = subject.read(&fields, dialect).expect_err("no such name");
            let problem = problems.iter().find(|p| p.code == code);
            let problem = problem.unwrap_or_else(|| panic!("{}: {problems:?}", group.id));
            assert_eq!(
                list(&problem.args["known"]),
                names(&reference, &group.id),
                "{}",
                group.id
            );
        }
    }
}

#[test]
fn every_table_of_an_experiment_has_an_entry() {
    let reference = reference();
    let known = |name: &str| {
        let mut groups = ["tables", "stages", "callbacks", "calculations"].iter();
        let (entry, field) = (name.to_string(), name.trim_end_matches('s'));
        names(&reference, "tables").contains(&entry)
            // What is done in these tables has a group of its own.
            || groups.any(|group| *group == name || field == "compute" && *group == "calculations")
    };
    let experiment = reference.entries.iter().find(|e| e.name == "experiment");
    for field in &experiment.expect("the entry of the text itself").fields {
        let words = ["title", "intro", "errata"].contains(&field.name.as_str());
        if matches!(field.kind, FieldKind::Table | FieldKind::TableList) && !words {
            assert!(known(&field.name), "{}", field.name);
        }
    }
}

/// Other names mean the same.
#[test]
fn aliases_are_aliases() {
    for entry in &reference().entries {
        let subject = Subject::of(entry);
        for alias in &entry.aliases {
            for (dialect, _) in crate::DIALECTS {
                let other = subject.with("name", alias.as_str().into());
                assert_eq!(
                    subject.good(&other, dialect),
                    subject.good(&subject.fields, dialect),
                    "{alias}"
                );
            }
        }
    }
}

#[test]
fn groups_and_sections_are_there_and_used() {
    let reference = reference();
    for entry in &reference.entries {
        let group = reference.groups.iter().find(|g| g.id == entry.group);
        let group = group.unwrap_or_else(|| panic!("{}: no group {}", entry.name, entry.group));
        let known = group.sections.iter().any(|s| s.id == entry.section);
        assert!(
            known || group.sections.is_empty() && entry.section.is_empty(),
            "{}",
            entry.name
        );
    }
    for group in &reference.groups {
        for section in &group.sections {
            let used = |entry: &&fireside_book::reference::Entry| {
                entry.group == group.id && entry.section == section.id
            };
            assert!(reference.entries.iter().any(|e| used(&e)), "{}", section.id);
        }
    }
}
