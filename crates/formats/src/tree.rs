//! A tree of values, as JSON and YAML both hold it; maps keep the order of their keys.

use std::fmt::Write as _;

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub enum Tree {
    Null,
    Flag(bool),
    Whole(i64),
    Number(f64),
    Text(String),
    List(Vec<Tree>),
    Map(Vec<(String, Tree)>),
}

impl Tree {
    /// A map of these.
    pub fn map<const N: usize>(entries: [(&str, Tree); N]) -> Self {
        let own = |(key, value): (&str, Tree)| (key.to_owned(), value);
        Self::Map(entries.into_iter().map(own).collect())
    }

    /// The value under `key`; none where this is no map, or has not got it.
    pub fn get(&self, key: &str) -> Option<&Self> {
        let Self::Map(entries) = self else {
            return None;
        };
        let found = entries.iter().find(|(own, _)| own == key);
        found.map(|(_, value)| value)
    }

    /// The same where it is a text.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.get(key)?.as_text()
    }

    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn as_list(&self) -> Option<&[Self]> {
        match self {
            Self::List(list) => Some(list),
            _ => None,
        }
    }

    /// As JSON, on one line. A number that is not finite, which JSON can't say, is null.
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        self.write_json(&mut out);
        out
    }

    fn write_json(&self, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Flag(flag) => {
                let _ = write!(out, "{flag}");
            }
            Self::Whole(number) => {
                let _ = write!(out, "{number}");
            }
            Self::Number(number) if number.is_finite() => {
                let _ = write!(out, "{number:?}");
            }
            Self::Number(_) => out.push_str("null"),
            Self::Text(text) => out.push_str(&quoted(text)),
            Self::List(list) => {
                out.push('[');
                for (at, item) in list.iter().enumerate() {
                    out.push_str(if at == 0 { "" } else { ", " });
                    item.write_json(out);
                }
                out.push(']');
            }
            Self::Map(entries) => {
                out.push('{');
                for (at, (key, value)) in entries.iter().enumerate() {
                    out.push_str(if at == 0 { "" } else { ", " });
                    out.push_str(&quoted(key));
                    out.push_str(": ");
                    value.write_json(out);
                }
                out.push('}');
            }
        }
    }

    /// Reads a JSON text.
    ///
    /// # Errors
    /// What is wrong with it, with its place.
    pub fn from_json(text: &str) -> Result<Self, String> {
        let value: serde_json::Value =
            serde_json::from_str(text).map_err(|error| error.to_string())?;
        Ok(value.into())
    }
}

/// A text in double quotes with JSON's escapes, which YAML and TOML know, too.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

impl From<serde_json::Value> for Tree {
    fn from(value: serde_json::Value) -> Self {
        use serde_json::Value;
        match value {
            Value::Null => Self::Null,
            Value::Bool(flag) => Self::Flag(flag),
            Value::Number(number) => match number.as_i64() {
                Some(whole) => Self::Whole(whole),
                None => Self::Number(number.as_f64().unwrap_or(f64::NAN)),
            },
            Value::String(text) => Self::Text(text),
            Value::Array(list) => Self::List(list.into_iter().map(Self::from).collect()),
            Value::Object(entries) => {
                let own = |(key, value)| (key, Self::from(value));
                Self::Map(entries.into_iter().map(own).collect())
            }
        }
    }
}

macro_rules! from {
    ($($from:ty: $variant:ident $convert:expr;)*) => {
        $(impl From<$from> for Tree {
            fn from(value: $from) -> Self {
                let convert: fn($from) -> _ = $convert;
                Self::$variant(convert(value))
            }
        })*
    };
}

from! {
    bool: Flag |flag| flag;
    i64: Whole |number| number;
    // Sizes of a checked network are far below 2^63.
    usize: Whole |number| number as i64;
    f64: Number |number| number;
    &str: Text |text| text.to_owned();
    String: Text |text| text;
    Vec<Tree>: List |list| list;
}

impl<T: Copy + Into<Tree>, const N: usize> From<[T; N]> for Tree {
    fn from(list: [T; N]) -> Self {
        Self::List(list.into_iter().map(Into::into).collect())
    }
}

impl<T: Copy + Into<Tree>> From<&[T]> for Tree {
    fn from(list: &[T]) -> Self {
        Self::List(list.iter().map(|item| (*item).into()).collect())
    }
}

impl<T: Into<Tree>> From<Option<T>> for Tree {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
