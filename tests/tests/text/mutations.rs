//! Seeded mutations of the book's texts, and changes of single values.

use crate::problems;
use fireside_datasets::official_shape;
use fireside_spec::card::Card;
use fireside_spec::edit;
use fireside_tests::dice::{Dice, mutate_text};
use fireside_tests::runs::text;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use toml::de::DeTable;

/// Reads and checks a text in every way that a page does.
fn read_all(text: &str) -> bool {
    let checked = problems(text).is_empty();
    let _ = Card::of(text, official_shape, "mnist");
    checked
}

const PATHS: &[&str] = &[
    "training.epochs",
    "training.batch_size",
    "training.optimizer.learning_rate",
    "training.optimizer.beta_1",
    "layers[0].filters",
    "layers[2].rate",
    "layers[4].units",
    "layers[1].pool_size",
    "layers[0].padding",
    "data.validation_split",
    "data.train_rows",
    "seed",
    "dialect",
    "layers[0].kernel_size",
    "title.en",
    "layers[99].units",
    "layers[-1].units",
    "layers",
    "data",
    "training.optimizer",
    "",
    ".",
    "[",
    "]]",
    "a b",
    "training.a b",
    "training.é",
    "training.\"q\"",
    "training.x=1\ny",
    "curve.loss[3]",
    "question.set[0][1]",
    "question.new",
    "reported[0].value",
    "training.optimizer.name.x",
];

const VALUES: &[&str] = &[
    "1",
    "0.5",
    "-3",
    "+7",
    "1e-8",
    "1e999",
    "nan",
    "inf",
    "true",
    "relu",
    "",
    "\"",
    "\\",
    "a\nb",
    "'''",
    "1_000",
    "0x10",
    "007",
    ".5",
    "5.",
    "中文",
    "\u{0}",
    "\u{7f}",
    "# no",
    "99999999999999999999",
    "-0",
    "1e400",
    "]",
    "}",
];

#[test]
fn mutations_of_the_book_never_panic() {
    let start = Instant::now();
    let books: Vec<String> = ["13.2", "13.3", "13.4", "13.5", "002-LENET"]
        .map(|id| text(id, &[]))
        .to_vec();
    let (mut codes, mut sound, mut edited) = (BTreeSet::new(), 0, 0);
    for case in 0..6_000 {
        let mut dice = Dice::new(42, case);
        let text = mutate_text(&books[dice.throw(books.len())], &mut dice);
        codes.extend(problems(&text).into_iter().map(|problem| problem.code));
        sound += usize::from(read_all(&text));
        let (path, value) = (dice.pick(PATHS), dice.pick(VALUES));
        if let Ok(new) = edit::set(&text, path, value) {
            edited += 1;
            // What was TOML stays TOML.
            if let Err(error) = DeTable::parse(&new) {
                panic!("case {case}: {path} = {value:?} gives {error}\n{new}");
            }
            read_all(&new);
        }
    }
    assert!(
        sound > 200 && edited > 300,
        "{sound} sound, {edited} edited"
    );
    assert!(codes.len() >= 10, "only {codes:?}");
    assert!(
        start.elapsed() < Duration::from_secs(60),
        "took {:?}",
        start.elapsed()
    );
}

#[test]
fn setting_a_value_sets_exactly_it() {
    for id in ["13.3", "13.4", "13.5", "002-LENET"] {
        let original = text(id, &[]);
        let before: toml::Table = toml::from_str(&original).expect("a text of the book");
        for path in PATHS {
            for value in VALUES {
                let Ok(new) = edit::set(&original, path, value) else {
                    continue;
                };
                let after: toml::Table = toml::from_str(&new)
                    .unwrap_or_else(|error| panic!("{id}: {path} = {value:?}: {error}\n{new}"));
                let found = look_up(&after, path)
                    .unwrap_or_else(|| panic!("{id}: {path} = {value:?} is not there\n{new}"));
                let same = match found {
                    toml::Value::String(text) => text == value,
                    toml::Value::Boolean(flag) => flag.to_string() == *value,
                    toml::Value::Integer(n) => value.parse::<f64>() == Ok(*n as f64),
                    toml::Value::Float(n) => value.parse::<f64>() == Ok(*n),
                    _ => false,
                };
                assert!(same, "{id}: {path} = {value:?} became {found}");
                // The rest is as it was: setting the old value again gives the old tables.
                let mut rest = after.clone();
                assert!(
                    replace(&mut rest, path, look_up(&before, path)),
                    "{id}: {path}"
                );
                assert_eq!(
                    rest, before,
                    "{id}: {path} = {value:?} changed something else"
                );
            }
        }
    }
    let nowhere = edit::set(&text("13.4", &[]), "layers[99].units", "3");
    assert_eq!(nowhere.expect_err("no layer 99").code, "no_such_place");
}

fn parts(path: &str) -> Vec<&str> {
    path.split(['.', '[', ']'])
        .filter(|part| !part.is_empty())
        .collect()
}

fn look_up<'t>(table: &'t toml::Table, path: &str) -> Option<&'t toml::Value> {
    let parts = parts(path);
    let (first, rest) = parts.split_first()?;
    rest.iter()
        .try_fold(table.get(*first)?, |value, part| match value {
            toml::Value::Table(table) => table.get(*part),
            toml::Value::Array(list) => list.get(part.parse::<usize>().ok()?),
            _ => None,
        })
}

/// Puts `old` at `path` (removes what is there for `None`); false when there is no such place.
fn replace(table: &mut toml::Table, path: &str, old: Option<&toml::Value>) -> bool {
    let parts = parts(path);
    let Some((last, before)) = parts.split_last() else {
        return false;
    };
    let put = |table: &mut toml::Table| match old {
        Some(old) => table.insert((*last).into(), old.clone()),
        None => table.remove(*last),
    };
    let Some((first, rest)) = before.split_first() else {
        put(table);
        return true;
    };
    let mut value = table.get_mut(*first);
    for part in rest {
        value = match value {
            Some(toml::Value::Table(table)) => table.get_mut(*part),
            Some(toml::Value::Array(list)) => part
                .parse::<usize>()
                .ok()
                .and_then(|index| list.get_mut(index)),
            _ => None,
        };
    }
    match (value, old) {
        (Some(toml::Value::Table(table)), _) => {
            put(table);
            true
        }
        (Some(toml::Value::Array(list)), Some(old)) => {
            let place = last
                .parse::<usize>()
                .ok()
                .and_then(|index| list.get_mut(index));
            place.map(|place| *place = old.clone()).is_some()
        }
        _ => false,
    }
}
