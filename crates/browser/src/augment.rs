//! Training pictures as an experiment's augmentation makes them.

use crate::data::Data;
use crate::failure::Failure;
use crate::session::first;
use fireside_datasets::{Augmenter, Dataset, Rows};
use fireside_spec::parse;
use fireside_training::{augmenter, wanted};
use js_sys::{Array, Float32Array, Uint32Array};
use std::cell::Cell;
use std::sync::Arc;
use wasm_bindgen::prelude::*;

/// Pictures of one call: a page shows a few.
const MAX_ROWS: usize = 1_000;

thread_local! {
    /// What was learned last, and from which data: whitening takes seconds to learn.
    static LEARNED: Cell<Option<(Augmenter, Arc<Dataset>)>> = const { Cell::new(None) };
}

/// Training pictures as `text` makes them. `of`: the epoch (from 0) and then the rows, else those that the text's
/// calculation asks for. Gives these numbers and the values, picture after picture, each channels, height, width:
/// `[Uint32Array, Float32Array]`.
///
/// # Errors
/// The first problem of the text, `data_not_ready`, `needs_picture`, `whitening_too_large`, `not_supported`,
/// `row_out_of_range`.
#[wasm_bindgen]
pub fn augment(text: &str, data: &Data, of: Option<Vec<u32>>) -> Result<Array, JsValue> {
    let experiment = parse(text).map_err(first)?;
    let data = data.ready(&experiment.data.preparation)?;
    let mut of = match of {
        Some(of) => of,
        None => wanted(&experiment, &data).map_err(Failure::from)?,
    };
    of.truncate(MAX_ROWS + 1);
    let known = LEARNED.take().filter(|(_, from)| Arc::ptr_eq(from, &data));
    let known = known.map(|(by, _)| by);
    let by = augmenter(&experiment, &data, known).map_err(Failure::from)?;
    let mut values = Vec::new();
    if let (Rows::Pictures(all), Some((epoch, rows))) = (&data.train, of.split_first()) {
        let pictures = all.subset(rows).map_err(Failure::from)?;
        for (at, row) in rows.iter().enumerate() {
            let draw = by.draw(experiment.seed, *epoch, *row);
            values.extend_from_slice(&by.picture(pictures.row(at), Some(&draw)));
        }
    }
    LEARNED.set(Some((by, data)));
    let [of, values]: [JsValue; 2] = [
        Uint32Array::from(of.as_slice()).into(),
        Float32Array::from(values.as_slice()).into(),
    ];
    Ok(Array::of2(&of, &values))
}
