//! YAML out and in: what PyYAML reads and writes of plain trees.
//!
//! The reader takes the events of `saphyr-parser` (kept up, no unsafe code, two small dependencies) and builds
//! the tree itself, because only so can aliases be bounded: a text of a kilobyte may stand for a billion values.

use crate::tree::{Tree, quoted};
use saphyr_parser::{Event, Parser, ScalarStyle};
use std::collections::BTreeMap;

/// Values that a text may stand for, those of aliases counted each time.
const MOST: usize = 100_000;
/// Values within values.
const DEEPEST: usize = 64;

/// The tree as YAML: blocks, keys in their alphabetical order as PyYAML sorts them, lists of plain values on one
/// line.
pub fn write(tree: &Tree) -> String {
    let mut out = String::new();
    match tree {
        Tree::Map(_) | Tree::List(_) => block(tree, 0, &mut out),
        plain => {
            out.push_str(&scalar(plain));
            out.push('\n');
        }
    }
    out
}

fn indent(depth: usize, out: &mut String) {
    out.extend(std::iter::repeat_n("  ", depth));
}

/// Whether the value stands on the line of its key.
fn inline(tree: &Tree) -> bool {
    match tree {
        Tree::Map(entries) => entries.is_empty(),
        Tree::List(list) => list.iter().all(|item| match item {
            Tree::Map(entries) => entries.is_empty(),
            other => inline(other),
        }),
        _ => true,
    }
}

fn block(tree: &Tree, depth: usize, out: &mut String) {
    match tree {
        Tree::Map(entries) if !entries.is_empty() => {
            let mut sorted: Vec<&(String, Tree)> = entries.iter().collect();
            sorted.sort_by(|one, other| one.0.cmp(&other.0));
            for (at, (key, value)) in sorted.into_iter().enumerate() {
                // The first key of a list's item stands behind its dash.
                if at > 0 || out.is_empty() || out.ends_with('\n') {
                    indent(depth, out);
                }
                out.push_str(&text(key));
                out.push(':');
                nested(value, depth, out);
            }
        }
        Tree::List(list) if !inline(tree) => {
            for item in list {
                if out.is_empty() || out.ends_with('\n') {
                    indent(depth, out);
                }
                out.push_str("- ");
                block(item, depth + 1, out);
            }
        }
        other => {
            out.push_str(&scalar(other));
            out.push('\n');
        }
    }
}

fn nested(value: &Tree, depth: usize, out: &mut String) {
    if inline(value) {
        out.push(' ');
        out.push_str(&scalar(value));
        out.push('\n');
    } else {
        out.push('\n');
        block(value, depth + 1, out);
    }
}

fn scalar(tree: &Tree) -> String {
    match tree {
        Tree::Null => "null".into(),
        Tree::Flag(flag) => flag.to_string(),
        Tree::Whole(number) => number.to_string(),
        Tree::Number(number) => float(*number),
        Tree::Text(own) => text(own),
        Tree::List(list) => {
            let items: Vec<String> = list.iter().map(scalar).collect();
            format!("[{}]", items.join(", "))
        }
        Tree::Map(_) => "{}".into(),
    }
}

/// YAML 1.1, which PyYAML reads, knows a number by its point, and an exponent by its sign.
fn float(number: f64) -> String {
    if number.is_nan() {
        return ".nan".into();
    }
    if number.is_infinite() {
        return if number > 0.0 { ".inf" } else { "-.inf" }.into();
    }
    let text = format!("{number:?}");
    match text.split_once('e') {
        None => text,
        Some((digits, exponent)) => {
            let point = if digits.contains('.') { "" } else { ".0" };
            let sign = if exponent.starts_with('-') { "" } else { "+" };
            format!("{digits}{point}e{sign}{exponent}")
        }
    }
}

/// Words that YAML 1.1 takes for something else.
const TAKEN: &[&str] = &[
    "null", "true", "false", "yes", "no", "on", "off", "y", "n", "none",
];

fn text(text: &str) -> String {
    let letter = |c: char| c.is_ascii_alphabetic() || c == '_';
    let plain = text.starts_with(letter)
        && text
            .chars()
            .all(|c| letter(c) || c.is_ascii_digit() || c == '.')
        && !TAKEN.contains(&text.to_ascii_lowercase().as_str());
    if plain { text.to_owned() } else { quoted(text) }
}

/// Reads a text of one document. Tags (`!!python/tuple`) say nothing that the form of a value does not say.
///
/// # Errors
/// What is wrong with it, with its place; more values or depth than are read.
pub fn read(text: &str) -> Result<Tree, String> {
    let mut builder = Builder::default();
    for event in Parser::new_from_str(text) {
        let (event, _) = event.map_err(|error| error.to_string())?;
        builder.take(event)?;
    }
    builder.done.ok_or_else(|| "there is no value in it".into())
}

/// A value that is not complete.
enum Open {
    List(Vec<Tree>),
    /// Entries, and a key that waits for its value.
    Map(Vec<(String, Tree)>, Option<String>),
}

#[derive(Default)]
struct Builder {
    /// With the anchors that they have, 0 for none.
    open: Vec<(Open, usize)>,
    /// Anchored values, with the number of values in them.
    anchors: BTreeMap<usize, (Tree, usize)>,
    values: usize,
    done: Option<Tree>,
}

impl Builder {
    fn take(&mut self, event: Event<'_>) -> Result<(), String> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let text = text.into_owned();
                let quoted = style != ScalarStyle::Plain
                    || tag.is_some_and(|tag| ["str", "python/unicode"].contains(&&*tag.suffix));
                let value = if quoted {
                    Tree::Text(text)
                } else {
                    plain(text)
                };
                self.value(value, anchor, 1)
            }
            Event::SequenceStart(anchor, _) => self.begin(Open::List(Vec::new()), anchor),
            Event::MappingStart(anchor, _) => self.begin(Open::Map(Vec::new(), None), anchor),
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some((Open::List(list), anchor)) => self.value(Tree::List(list), anchor, 1),
                Some((Open::Map(entries, None), anchor)) => {
                    self.value(Tree::Map(entries), anchor, 1)
                }
                _ => Err("a key has no value".into()),
            },
            Event::Alias(anchor) => {
                // An alias within its own value finds nothing either.
                let found = self.anchors.get(&anchor).cloned();
                let (value, size) = found.ok_or("an alias without its value")?;
                self.value(value, 0, size)
            }
            Event::DocumentStart(_) if self.done.is_some() => Err("a second document".into()),
            _ => Ok(()),
        }
    }

    fn begin(&mut self, open: Open, anchor: usize) -> Result<(), String> {
        if self.open.len() >= DEEPEST {
            return Err("too deeply nested".into());
        }
        self.open.push((open, anchor));
        Ok(())
    }

    /// A value is complete; `size` values of it are new.
    fn value(&mut self, value: Tree, anchor: usize, size: usize) -> Result<(), String> {
        self.values = self.values.saturating_add(size);
        if self.values > MOST {
            return Err("too many values".into());
        }
        if anchor > 0 {
            let size = count(&value);
            // The kept copy is one more.
            self.values = self.values.saturating_add(size);
            self.anchors.insert(anchor, (value.clone(), size));
        }
        match self.open.last_mut() {
            None => self.done = Some(value),
            Some((Open::List(list), _)) => list.push(value),
            Some((Open::Map(entries, key), _)) => match (key.take(), value) {
                (Some(key), value) => entries.push((key, value)),
                (None, Tree::Text(text)) => *key = Some(text),
                (None, Tree::Whole(number)) => *key = Some(number.to_string()),
                (None, _) => return Err("a key that is not a text".into()),
            },
        }
        Ok(())
    }
}

fn count(tree: &Tree) -> usize {
    1 + match tree {
        Tree::List(list) => list.iter().map(count).sum(),
        Tree::Map(entries) => entries.iter().map(|(_, value)| count(value)).sum(),
        _ => 0,
    }
}

/// What a word without quotes means.
fn plain(text: String) -> Tree {
    match text.as_str() {
        "" | "~" | "null" | "Null" | "NULL" => return Tree::Null,
        "true" | "True" | "TRUE" => return Tree::Flag(true),
        "false" | "False" | "FALSE" => return Tree::Flag(false),
        ".nan" | ".NaN" | ".NAN" => return Tree::Number(f64::NAN),
        ".inf" | "+.inf" | ".Inf" => return Tree::Number(f64::INFINITY),
        "-.inf" | "-.Inf" => return Tree::Number(f64::NEG_INFINITY),
        _ => {}
    }
    // Rust reads "inf" and "nan" as numbers, too; YAML's have a digit.
    if text.contains(|c: char| c.is_ascii_digit()) {
        if let Ok(whole) = text.parse() {
            return Tree::Whole(whole);
        }
        if let Ok(number) = text.parse() {
            return Tree::Number(number);
        }
    }
    Tree::Text(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> Tree {
        Tree::map([
            ("b", Tree::from([1i64, 2])),
            (
                "a",
                Tree::List(vec![
                    Tree::map([("name", "x y".into()), ("config", Tree::Map(Vec::new()))]),
                    Tree::map([
                        ("deep", Tree::List(vec![Tree::from([0i64, 0]), Tree::Null])),
                        ("list", Tree::List(vec![Tree::map([("k", true.into())])])),
                    ]),
                    Tree::List(vec![Tree::List(vec![Tree::map([("k", 0.5.into())])])]),
                ]),
            ),
            ("numbers", Tree::from([1e-7, 2.5e20, -0.1, 1e300])),
            (
                "words",
                Tree::List(
                    [
                        "yes",
                        "null",
                        "1.5",
                        "-",
                        "a: b",
                        "",
                        "中文\n\"",
                        "plain.word_1",
                        "2.0.8",
                    ]
                    .map(Tree::from)
                    .into(),
                ),
            ),
        ])
    }

    #[test]
    fn written_with_sorted_keys() {
        let expected = "\
a:
  - config: {}
    name: \"x y\"
  - deep: [[0, 0], null]
    list:
      - k: true
  - - - k: 0.5
b: [1, 2]
numbers: [1.0e-7, 2.5e+20, -0.1, 1.0e+300]
words: [\"yes\", \"null\", \"1.5\", \"-\", \"a: b\", \"\", \"中文\\n\\\"\", plain.word_1, \"2.0.8\"]
";
        assert_eq!(write(&tree()), expected);
    }

    #[test]
    fn what_is_written_is_read() {
        fn sorted(tree: Tree) -> Tree {
            match tree {
                Tree::Map(mut entries) => {
                    entries.sort_by(|one, other| one.0.cmp(&other.0));
                    Tree::Map(entries.into_iter().map(|(k, v)| (k, sorted(v))).collect())
                }
                Tree::List(list) => Tree::List(list.into_iter().map(sorted).collect()),
                other => other,
            }
        }
        assert_eq!(read(&write(&tree())), Ok(sorted(tree())));
        assert_eq!(
            Tree::from_json(&tree().to_json()).map(sorted),
            Ok(sorted(tree()))
        );
    }

    #[test]
    fn tags_and_aliases_of_pyyaml() {
        let text = "kernel: &id001 !!python/tuple [3, 3]\nsize: *id001\nname: !!python/unicode '7'\n\
                    rest:\n- 1.0e-07\n- True\n- ~\n- 2.0.8\n- .5\n";
        let pair = Tree::from([3i64, 3]);
        let rest = vec![
            1e-7.into(),
            true.into(),
            Tree::Null,
            "2.0.8".into(),
            0.5.into(),
        ];
        let expected = Tree::map([
            ("kernel", pair.clone()),
            ("size", pair),
            ("name", "7".into()),
            ("rest", rest.into()),
        ]);
        assert_eq!(read(text), Ok(expected));
    }

    #[test]
    fn hostile_texts_are_refused() {
        let mut laughs = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for n in 1..12 {
            let before = vec![format!("*a{}", n - 1); 10].join(", ");
            laughs += &format!("a{n}: &a{n} [{before}]\n");
        }
        assert_eq!(read(&laughs), Err("too many values".into()));
        let deep = ["[".repeat(5000), "- ".repeat(5000), "{a: ".repeat(5000)];
        for text in &deep {
            assert!(read(text).is_err());
        }
        for text in [
            "",
            "a: b: c",
            "[1",
            "*x",
            "&a [*a]",
            "{[1]: 2}",
            "a: 1\n---\nb: 2",
            "\t- x\n\t y: \"",
        ] {
            assert!(read(text).is_err(), "{text:?}: {:?}", read(text));
        }
    }
}
