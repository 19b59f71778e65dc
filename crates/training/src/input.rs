//! What goes into the network, for whoever looks inside it: rows as they are measured, and pictures that are none of the
//! data's.

use crate::augmented::Made;
use crate::batch::picture_values;
use crate::error::TrainingError;
use crate::plan::measured;
use crate::run::Run;
use fireside_datasets::{DataError, Pictures, Rows};
use fireside_network::Value;
use std::ops::Range;

/// Rows that tell how bright and dark the pictures of a data set become.
const LEVEL_ROWS: usize = 64;

impl Run {
    /// Rows of the test part (where there are none: of the training part), or of the training part.
    fn part(&self, test: bool) -> &Rows {
        match test {
            true => measured(&self.data),
            false => &self.data.train,
        }
    }

    /// How many test rows there are.
    pub fn test_rows(&self) -> usize {
        self.part(true).rows()
    }

    /// The classes of some test rows; -1 for a row that has none.
    pub fn classes(&self, rows: Range<usize>) -> Vec<f32> {
        let class = |row| {
            self.part(true)
                .label(row)
                .map_or(-1.0, |class| class as f32)
        };
        rows.map(class).collect()
    }

    /// Some test pictures as they are shown, 0 to 255; empty where the rows are none.
    pub fn pixels(&self, rows: Range<usize>) -> Vec<f32> {
        let pixels = self.part(true).pictures().and_then(|all| {
            let bytes = all.shape().bytes();
            all.pixels().get(rows.start * bytes..rows.end * bytes)
        });
        pixels
            .unwrap_or_default()
            .iter()
            .map(|&value| f32::from(value))
            .collect()
    }

    /// Rows of a part as the network gets them when they are measured; at least one.
    ///
    /// # Errors
    /// `row_out_of_range`.
    pub fn input(&self, test: bool, rows: Range<usize>) -> Result<Value, TrainingError> {
        let part = self.part(test);
        if rows.is_empty() || rows.end > part.rows() {
            let (row, rows) = (rows.end.saturating_sub(1), part.rows());
            return Err(TrainingError::Data(DataError::RowOutOfRange { row, rows }));
        }
        Ok(self.batch(part, rows).inputs.swap_remove(0))
    }

    /// Pictures of 0 to 255 as large as those of the data (n, channels, height, width), which need not be any of them.
    fn own(&self, pixels: Vec<u8>) -> Result<Rows, TrainingError> {
        let Rows::Pictures(all) = &self.data.train else {
            return Err(TrainingError::DataMismatch {
                expected: "pictures".into(),
                found: "rows".into(),
            });
        };
        let shape = all.shape();
        let labels = vec![0; pixels.len() / shape.bytes().max(1)];
        let own = Pictures::new("picture", shape, all.classes(), pixels, labels);
        Ok(own.map_err(TrainingError::Data)?.into())
    }

    /// A picture that is none of the data's, as the network gets it.
    ///
    /// # Errors
    /// `data_mismatch` where the rows are no pictures, `length_mismatch`.
    pub fn picture(&self, pixels: Vec<u8>) -> Result<Value, TrainingError> {
        let own = self.own(pixels)?;
        Ok(self.batch(&own, 0..1).inputs.swap_remove(0))
    }

    /// What the network gets for black and for white in each channel; where pictures are standardized one by one, its
    /// smallest and largest number in some rows.
    ///
    /// # Errors
    /// `data_mismatch` where the rows are no pictures.
    pub fn levels(&self) -> Result<Vec<[f32; 2]>, TrainingError> {
        let size = self.checked.data.row().len();
        let ends = self.own([vec![0; size], vec![255; size]].concat())?;
        let some = self.data.train.rows().min(LEVEL_ROWS);
        let mut levels = Vec::new();
        for (rows, count) in [(&ends, 2), (&self.data.train, some)] {
            let Rows::Pictures(pictures) = rows else {
                continue;
            };
            let made = self.augmenter.as_deref();
            let made = made.map(|by| Made { by, drawn: None });
            let values = picture_values(pictures, 0..count, &self.checked.experiment.data, made);
            let shape = pictures.shape();
            levels.resize(shape.channels, [f32::INFINITY, f32::NEG_INFINITY]);
            let planes = values.chunks_exact((shape.height * shape.width).max(1));
            for (index, plane) in planes.enumerate() {
                let [low, high] = &mut levels[index % shape.channels];
                for value in plane {
                    *low = low.min(*value);
                    *high = high.max(*value);
                }
            }
        }
        Ok(levels)
    }
}
