//! Training pictures as an experiment's augmentation makes them.

use crate::data::Data;
use crate::failure::Failure;
use crate::session::{first, preparation};
use fireside_datasets::{Dataset, Rows};
use fireside_spec::parse;
use fireside_training::{augmenter, wanted};
use std::sync::Arc;
use wasm_bindgen::prelude::*;

/// Pictures of one call: a page shows a few.
const MAX_ROWS: usize = 1_000;

/// An augmentation with what it has learned from the training rows, which stays as long as texts ask for the same.
#[wasm_bindgen]
pub struct Augmenter {
    data: Arc<Dataset>,
    learned: Option<(fireside_datasets::Augmenter, [f64; 2])>,
}

#[wasm_bindgen]
impl Augmenter {
    /// For the rows of `data`, all of which must be there.
    ///
    /// # Errors
    /// `data_not_ready`.
    #[wasm_bindgen(constructor)]
    pub fn new(text: &str, data: &Data) -> Result<Augmenter, JsValue> {
        let data = data.ready(&preparation(text, 0))?;
        Ok(Self {
            data,
            learned: None,
        })
    }

    /// The rows of the training part that the calculation of `text` asks for, behind the epoch that they are made in.
    ///
    /// # Errors
    /// The first problem of the text, `not_supported` where it has no such calculation.
    pub fn wanted(&self, text: &str) -> Result<Vec<u32>, JsValue> {
        let experiment = parse(text).map_err(first)?;
        let (epoch, mut rows) = wanted(&experiment, &self.data).map_err(Failure::from)?;
        rows.insert(0, epoch);
        Ok(rows)
    }

    /// Training pictures as `text` makes them in `epoch` (from 0), one after the other, each channels, height, width.
    /// Whitening makes the first call take seconds.
    ///
    /// # Errors
    /// The first problem of the text, `needs_picture`, `whitening_too_large`, `row_out_of_range`.
    pub fn pictures(&mut self, text: &str, rows: &[u32], epoch: u32) -> Result<Vec<f32>, JsValue> {
        let experiment = parse(text).map_err(first)?;
        let data = &experiment.data;
        let lessons = [data.train_rows as f64, data.validation_split];
        let settings = experiment.augmentation.unwrap_or_default();
        let known = self.learned.take();
        let known = known.filter(|(_, own)| *own == lessons).map(|(by, _)| by);
        let known = known.and_then(|mut by| by.adjust(settings, data.scale).then_some(by));
        let by = match known {
            Some(by) => by,
            None => augmenter(&experiment, &self.data).map_err(Failure::from)?,
        };
        let mut values = Vec::new();
        if let Rows::Pictures(pictures) = &self.data.train {
            for row in rows.iter().take(MAX_ROWS) {
                let picture = pictures.get(*row as usize);
                let (pixels, _) = picture.ok_or_else(|| {
                    let all = pictures.rows();
                    Failure::new("row_out_of_range", &[("row", row), ("rows", &all)])
                })?;
                let draw = by.draw(experiment.seed, epoch, *row);
                values.extend(by.picture(pixels, Some(&draw)));
            }
        }
        self.learned = Some((by, lessons));
        Ok(values)
    }
}
