//! The reference of the language: what every name in an experiment means, computes, asks for and refuses.
//!
//! The files in `reference/` hold the text. `fireside layers` and the page *Reference* show it; the tests in
//! `tests/tests/docs` compare it with what the language really reads. Texts may hold `code` and TeX
//! between dollars; formulas are TeX.

use crate::BookError;
use fireside_spec::Words;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Display;
use toml::{Table, Value};
use ts_rs::TS;

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../reference/", $name, ".toml")))),*]
    };
}

/// Files of entries, in the order in which they are read.
const FILES: &[(&str, &str)] = files![
    "tables",
    "augmentation",
    "kinds",
    "layers-core",
    "layers-pictures",
    "layers-pooling",
    "layers-shapes",
    "layers-sequences",
    "activations",
    "initializers",
    "penalties",
    "losses",
    "metrics",
    "optimizers",
    "schedules",
    "protocols",
    "stages",
];
const GROUPS: &str = include_str!("../reference/groups.toml");
const FIELDS: &str = include_str!("../reference/fields.toml");

/// Everything.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct Reference {
    pub groups: Vec<Group>,
    /// In the order of the groups and their sections.
    pub entries: Vec<Entry>,
}

/// What belongs together: layers, optimizers ...
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Group {
    pub id: String,
    pub title: Words,
    /// What they are for and where an experiment names them.
    pub intro: Words,
    #[serde(default)]
    pub sections: Vec<Section>,
}

/// A part of a large group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Section {
    pub id: String,
    pub title: Words,
}

/// One thing that an experiment can name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// As it is written: `Conv2D`, `glorot_uniform`.
    pub name: String,
    /// Other names of the same.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Id of its group.
    #[serde(default)]
    pub group: String,
    /// Id of its section; empty where the group has none.
    #[serde(default)]
    pub section: String,
    pub summary: Words,
    #[serde(default)]
    pub formulas: Vec<Formula>,
    /// What the letters mean; empty where they explain themselves.
    #[serde(default)]
    pub symbols: Words,
    #[serde(default)]
    pub shapes: Vec<Shapes>,
    /// How many parameters a layer has; none where there are none.
    #[serde(default)]
    pub parameters: Vec<Formula>,
    #[serde(default)]
    pub fields: Vec<Field>,
    /// TOML, as it stands in an experiment.
    pub example: String,
    /// What the example does with a shape; layers only.
    pub tried: Option<Tried>,
    #[serde(default)]
    pub faults: Vec<Fault>,
    #[serde(default)]
    pub notes: Vec<Note>,
    /// Where the definition comes from: a paper, a file of Keras.
    pub source: String,
    /// What it looks like; whoever has an engine adds it.
    #[serde(default)]
    pub plot: Option<Plot>,
}

/// Curves over a common axis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Plot {
    pub kind: PlotKind,
    /// What is held fixed, `y = 1`; empty: nothing.
    pub given: String,
    pub x: Vec<f32>,
    pub series: Vec<Series>,
}

/// What a plot shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PlotKind {
    /// f(x) over x.
    Function,
    /// The loss of a row over an output p.
    Loss,
    /// The learning rate over the epochs of a run.
    Rate,
    /// How many initial weights lie where.
    Weights,
}

/// One curve.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Series {
    /// The dialect in which it is so; empty: both.
    pub dialect: String,
    pub y: Vec<f32>,
}

/// A formula.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Formula {
    pub tex: String,
    /// The dialect in which it holds; empty: both.
    #[serde(default)]
    pub dialect: String,
    /// What it gives; empty where it is plain.
    #[serde(default)]
    pub label: Words,
}

/// The shape of the input and of the output, without the batch axis, in the order of `channels_last`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Shapes {
    pub input: Words,
    pub output: Words,
    /// When; empty: always.
    #[serde(default)]
    pub label: Words,
}

/// The example with a shape of data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Tried {
    /// Of the data, without the batch axis.
    pub input: Vec<u32>,
    pub output: Vec<u32>,
    /// Of this layer alone.
    pub parameters: u32,
}

/// What a field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    Integer,
    Number,
    Flag,
    /// One of several names.
    Choice,
    /// The name of an entry of another group, or a table with that `name` and its fields.
    Named,
    /// A whole number or two of them: rows and columns.
    Pair,
    /// A whole number, two of them, or two pairs of them.
    Sides,
    /// A whole number or a list of them.
    Integers,
    IntegerList,
    NumberList,
    /// Rows of numbers, all of one length.
    Matrix,
    Table,
    TableList,
    /// A list of names or of tables with a name.
    NamedList,
    Text,
    TextList,
    TextPairs,
    /// A list of whatever.
    List,
}

/// A field of an entry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Field {
    pub name: String,
    pub kind: FieldKind,
    /// The names that it takes.
    #[serde(default)]
    pub choices: Vec<String>,
    /// The group whose names it takes; empty where `choices` says them.
    #[serde(default)]
    pub of: String,
    /// Smallest and largest number.
    pub range: Option<(f64, f64)>,
    #[serde(default)]
    pub required: bool,
    /// What holds where it is not written, as it would be written.
    pub default: Option<String>,
    /// The same in `keras3`, where it differs.
    pub default_keras3: Option<String>,
    /// The field whose value holds where this one is not written.
    #[serde(default)]
    pub like: String,
    /// The dialect that knows it; empty: both.
    #[serde(default)]
    pub dialect: String,
    /// The field that it is another name of.
    #[serde(default)]
    pub alias_of: String,
    pub meaning: Words,
    /// Whether it says something of one tensor: initial values, penalty, constraint.
    #[serde(default)]
    pub tensor: bool,
}

/// Something that is refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Code of the problem.
    pub code: String,
    pub when: Words,
    /// Fields to write into the example, so that it happens.
    #[serde(default, skip_serializing)]
    #[ts(skip)]
    pub set: Table,
    /// Tables of the experiment around it, with which it happens.
    #[serde(default, skip_serializing)]
    #[ts(skip)]
    pub around: Table,
    /// The shape of data with which it happens; empty: that of [`Entry::tried`].
    #[serde(default, skip_serializing)]
    #[ts(skip)]
    pub input: Vec<u32>,
    /// The classes of this data; 0: numbers are predicted.
    #[serde(default, skip_serializing)]
    #[ts(skip)]
    pub classes: usize,
    /// The dialect in which it happens; empty: both.
    #[serde(default, skip_serializing)]
    #[ts(skip)]
    pub dialect: String,
}

/// What somebody who knows another library, or the other dialect, would get wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// `keras2`, `keras3`, `pytorch`, or empty: everybody.
    #[serde(default)]
    pub about: String,
    pub en: String,
    pub zh: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupFile {
    groups: Vec<Group>,
    /// Words of shapes in Chinese.
    shape_words: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryFile {
    /// Of all entries that do not name one.
    group: String,
    #[serde(default)]
    section: String,
    entries: Vec<Table>,
}

/// What entries are completed with.
struct Shared {
    fields: Table,
    shape_words: BTreeMap<String, String>,
}

/// The three fields of a tensor: `kernel_initializer` and its like.
const OF_A_TENSOR: [&str; 3] = ["initializer", "regularizer", "constraint"];

impl Shared {
    fn field(&self, name: &str) -> Result<Table, String> {
        let found = self.fields.get(name).and_then(Value::as_table);
        let mut table = found
            .cloned()
            .ok_or_else(|| format!("fields.toml has no {name}"))?;
        table.insert("name".into(), name.into());
        Ok(table)
    }

    /// A field as the files write it: a name of `fields.toml`, `kernel_*` for the three of a tensor, or a table,
    /// which with `use` changes one of `fields.toml`.
    fn fields(&self, written: Value) -> Result<Vec<Table>, String> {
        match written {
            Value::String(name) => match name.strip_suffix('*') {
                Some(stem) => {
                    let ends = OF_A_TENSOR.iter();
                    ends.map(|end| self.field(&format!("{stem}{end}")))
                        .collect()
                }
                None => Ok(vec![self.field(&name)?]),
            },
            Value::Table(mut own) => {
                let base = match own.remove("use") {
                    Some(name) => self.field(name.as_str().unwrap_or_default())?,
                    None => Table::new(),
                };
                Ok(vec![base.into_iter().chain(own).collect()])
            }
            other => Err(format!("{other} is no field")),
        }
    }

    /// A shape in both languages.
    fn shape(&self, english: &str) -> Table {
        // The longest words first: `new steps` before `steps`.
        let mut words: Vec<_> = self.shape_words.iter().collect();
        words.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
        let mut rest = english;
        let mut chinese = String::new();
        while let Some(letter) = rest.chars().next() {
            let begins = |(word, _): &&(&String, &String)| rest.starts_with(word.as_str());
            let after_letter = chinese.ends_with(|c: char| c.is_ascii_alphabetic() || c == '_');
            match words.iter().find(begins).filter(|_| !after_letter) {
                Some((word, other)) => {
                    chinese += other;
                    rest = &rest[word.len()..];
                }
                None => {
                    chinese.push(letter);
                    rest = &rest[letter.len_utf8()..];
                }
            }
        }
        let both = [("en", english.to_string()), ("zh", chinese)];
        both.map(|(lang, text)| (lang.into(), text.into()))
            .into_iter()
            .collect()
    }

    fn entry(&self, file: &EntryFile, mut table: Table) -> Result<Entry, String> {
        for (field, value) in [("group", &file.group), ("section", &file.section)] {
            let entry = table.entry(field);
            entry.or_insert_with(|| value.clone().into());
        }
        let mut fields = Vec::new();
        if let Some(Value::Array(written)) = table.remove("fields") {
            for field in written {
                fields.extend(self.fields(field)?);
            }
        }
        // Defaults as they would be written.
        for field in &mut fields {
            for name in ["default", "default_keras3"] {
                if let Some(value) = field.get_mut(name) {
                    *value = literal(value).into();
                }
            }
        }
        table.insert("fields".into(), fields.into());
        if let Some(Value::Array(shapes)) = table.get_mut("shapes") {
            for shape in shapes.iter_mut().filter_map(Value::as_table_mut) {
                for end in ["input", "output"] {
                    if let Some(Value::String(english)) = shape.get(end) {
                        shape.insert(end.into(), self.shape(english).into());
                    }
                }
            }
        }
        Entry::deserialize(table).map_err(|error| error.to_string())
    }
}

/// A value as a person would write it: `1e-8`, not `0.00000001`.
fn literal(value: &Value) -> String {
    match value {
        Value::Float(number) if *number != 0.0 && number.abs() < 1e-3 => format!("{number:e}"),
        other => other.to_string(),
    }
}

fn wrong(file: &str, message: impl Display) -> BookError {
    BookError::Reference {
        file: file.into(),
        message: message.to_string(),
    }
}

fn read<T: for<'de> Deserialize<'de>>(file: &str, text: &str) -> Result<T, BookError> {
    toml::from_str(text).map_err(|error| wrong(file, error))
}

/// Loads the whole reference.
///
/// # Errors
/// The first file that is not what it should be.
pub fn reference() -> Result<Reference, BookError> {
    let GroupFile {
        groups,
        shape_words,
    } = read("groups", GROUPS)?;
    let fields = read("fields", FIELDS)?;
    let shared = Shared {
        fields,
        shape_words,
    };
    let mut entries = Vec::new();
    for (name, text) in FILES {
        let mut file: EntryFile = read(name, text)?;
        for table in std::mem::take(&mut file.entries) {
            let title = table.get("name").map(Value::to_string).unwrap_or_default();
            let entry = shared.entry(&file, table);
            entries.push(entry.map_err(|why| wrong(name, format!("{title}: {why}")))?);
        }
    }
    // Files may hold several groups; entries of one section stay in the order in which they were written.
    let place = |entry: &Entry| {
        let group = groups.iter().position(|group| group.id == entry.group);
        let sections = group.map_or(&[][..], |at| &groups[at].sections);
        (group, sections.iter().position(|s| s.id == entry.section))
    };
    entries.sort_by_key(place);
    Ok(Reference { groups, entries })
}
