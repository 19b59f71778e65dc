//! The module that reads files: official archives and built-in samples, to the parcel that an engine trains on.
//!
//! Apart from the engines, because most readers of a page never need it: the site's packs are read by the engine itself.
//! It lives in a worker of its own that ends with its work, and all memory that an archive takes to unpack ends with it.

use fireside_datasets::catalog::{Reader, reader};
use fireside_datasets::{DataError, FileKind, NamedFile, Raw, own};
use js_sys::{Object, Reflect, Uint8Array};
use std::collections::BTreeMap;
use std::fmt::Display;
use wasm_bindgen::prelude::*;

/// Seed and size of the built-in sample: the same for every reader.
const SAMPLE: (u32, usize, usize) = (7, 6_000, 1_000);

/// The built-in sample of a data set, as a parcel.
///
/// # Errors
/// `unknown_dataset`.
#[wasm_bindgen]
pub fn sample(name: &str) -> Result<Uint8Array, JsValue> {
    let (seed, train, test) = SAMPLE;
    Ok(parcel(&(known(name)?.sample)(seed, train, test)))
}

/// Official files, `names[i]` with `contents[i]`, as a parcel.
///
/// # Errors
/// `unknown_dataset`, and those of the formats: `idx_magic`, `gz_bomb`, `missing_parts` ...
#[wasm_bindgen]
pub fn read(
    name: &str,
    names: Vec<String>,
    contents: Vec<Uint8Array>,
) -> Result<Uint8Array, JsValue> {
    let reader = known(name)?;
    with_files(&names, &contents, |files| {
        Ok(parcel(&(reader.read)(files)?))
    })
}

fn with_files<T>(
    names: &[String],
    contents: &[Uint8Array],
    work: impl FnOnce(&[NamedFile]) -> Result<T, DataError>,
) -> Result<T, JsValue> {
    let bytes: Vec<Vec<u8>> = contents.iter().map(Uint8Array::to_vec).collect();
    let files = names.iter().zip(&bytes);
    let files: Vec<NamedFile> = files
        .map(|(name, bytes)| NamedFile { name, bytes })
        .collect();
    work(&files).map_err(|error| failure(&error))
}

/// What would become of a file of the reader's own, as JSON: `TextReport` or `LabelledReport` of `web/src/lib/own/report.ts`.
/// As [`read`], without a parcel.
///
/// # Errors
/// `empty_file`, `foreign_file`, `own_too_large`, `own_too_short`, `own_columns`, `own_classes`, `own_rows`.
#[wasm_bindgen]
pub fn examine(
    name: &str,
    names: Vec<String>,
    contents: Vec<Uint8Array>,
) -> Result<String, JsValue> {
    with_files(&names, &contents, |files| {
        let report = own::examine(name, files)?;
        // Strings and numbers only: this cannot fail.
        Ok(serde_json::to_string(&report).unwrap_or_default())
    })
}

/// What a file is when it is no text, by its first bytes: a term of the page's words. Empty where they say nothing.
#[wasm_bindgen]
pub fn foreign(head: &[u8]) -> String {
    match FileKind::guess(head) {
        None | Some(FileKind::Text | FileKind::Html | FileKind::Json) => String::new(),
        Some(kind) => kind.code().into(),
    }
}

/// Writes a panic's message to the console: wasm itself would only say `unreachable`.
#[wasm_bindgen(start)]
pub fn start() {
    std::panic::set_hook(Box::new(|info| {
        web_sys::console::error_1(&info.to_string().into());
    }));
}

fn parcel(raw: &Raw) -> Uint8Array {
    Uint8Array::from(raw.to_parcel().as_slice())
}

fn known(name: &str) -> Result<&'static Reader, JsValue> {
    reader(name).ok_or_else(|| object("unknown_dataset", &[("value", &name)]))
}

/// A failure as the page gets it: its code, and the arguments of its words.
fn failure(error: &DataError) -> JsValue {
    let args: BTreeMap<&str, String> = error.args();
    let args: Vec<(&str, &dyn Display)> = args
        .iter()
        .map(|(name, value)| (*name, value as &dyn Display))
        .collect();
    object(error.code(), &args)
}

fn object(code: &str, args: &[(&str, &dyn Display)]) -> JsValue {
    let (all, of) = (Object::new(), Object::new());
    let set = |on: &Object, name: &str, value: JsValue| {
        // On a fresh plain object this cannot fail.
        Reflect::set(on, &name.into(), &value).is_ok()
    };
    for (name, value) in args {
        set(&of, name, value.to_string().into());
    }
    set(&all, "code", code.into());
    set(&all, "args", of.into());
    all.into()
}
