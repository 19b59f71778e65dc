//! The shape of a data set as the language of experiments wants to know it.

use crate::catalog::{self, CATALOG};
use crate::dataset::Dataset;
use fireside_spec::DataShape;

impl Dataset {
    /// The shape of the rows at hand (a sample has fewer than the official data).
    pub fn data_shape(&self) -> DataShape {
        DataShape {
            name: self.name.clone(),
            row: self.train.shape(),
            classes: self.train.classes(),
            train_rows: self.train.rows(),
            test_rows: self.test.rows(),
        }
    }
}

/// The shape of an official data set by its name.
pub fn official_shape(name: &str) -> Option<DataShape> {
    let entry = catalog::find(name)?;
    Some(DataShape {
        name: entry.name.into(),
        row: entry.kind.row(),
        classes: entry.classes.len(),
        train_rows: entry.train_rows,
        test_rows: entry.test_rows,
    })
}

/// The names of all data sets, for the words of an error.
pub fn names() -> String {
    CATALOG
        .iter()
        .map(|entry| entry.name)
        .collect::<Vec<_>>()
        .join(", ")
}
