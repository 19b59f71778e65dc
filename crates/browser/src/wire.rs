//! Rust values <-> plain JavaScript values.

use crate::failure::Failure;
use fireside_datasets::{Origin, Part};
use fireside_training::Table;
use serde::Serialize;
use serde::de::DeserializeOwned;
use ts_rs::TS;
use wasm_bindgen::JsValue;

/// A value as a plain object: maps as objects, `None` as `null`.
pub(crate) fn to_js<T: Serialize>(value: &T) -> Result<JsValue, Failure> {
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    Ok(value.serialize(&serializer)?)
}

/// A plain value that the page gave.
pub(crate) fn from_js<T: DeserializeOwned>(value: JsValue) -> Result<T, Failure> {
    Ok(serde_wasm_bindgen::from_value(value)?)
}

/// What an experiment of several fits costs, and its table, which is still empty.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct Planned {
    pub points: u32,
    /// Of every point.
    pub folds: u32,
    /// Whether these are no folds, but the same fit with other seeds.
    pub repeats: bool,
    /// What of the text decides the outcome: fits that are done count as long as it stays the same.
    pub outcome: String,
    pub table: Table,
}

/// Where the rows come from, as the page names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DataOrigin {
    /// A pack of this site, made from the official files.
    Pack,
    /// The official files, dropped by the reader.
    Official,
    /// A part of the official files, dropped by the reader.
    Subset,
    /// Files of the right form with other content, dropped by the reader.
    Unverified,
    /// The built-in generator.
    Sample,
}

impl From<Origin> for DataOrigin {
    fn from(origin: Origin) -> Self {
        match origin {
            Origin::Official => Self::Official,
            Origin::Subset => Self::Subset,
            Origin::Unverified => Self::Unverified,
            Origin::Pack => Self::Pack,
            Origin::Sample => Self::Sample,
        }
    }
}

/// How much of a part is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
pub struct DataPart {
    pub rows: u32,
    pub ready: u32,
}

/// A data set on its way in, or there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct DataState {
    pub name: String,
    pub origin: DataOrigin,
    pub train: DataPart,
    pub test: DataPart,
    pub checksum: String,
}

/// A file that a pack still wants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Wanted {
    pub file: String,
    pub bytes: u32,
    pub part: String,
}

/// `train` or `test`.
pub(crate) fn part(name: &str) -> Result<Part, Failure> {
    match name {
        "train" => Ok(Part::Train),
        "test" => Ok(Part::Test),
        _ => Err(Failure::new("internal", &[("reason", &"no such part")])),
    }
}
