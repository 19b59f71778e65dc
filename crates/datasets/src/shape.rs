//! The shape of a data set as the language of experiments wants to know it.

use crate::catalog::{self, CATALOG};
use crate::dataset::Dataset;
use fireside_spec::{DataShape, Target};

impl Dataset {
    /// The shape of the rows at hand (a sample has fewer than the official data).
    pub fn data_shape(&self) -> DataShape {
        DataShape::new(
            &self.name,
            self.train.shape(),
            self.train.target_shape(),
            self.train.rows(),
            self.test.rows(),
        )
    }
}

/// The shape of an official data set by its name.
pub fn official_shape(name: &str) -> Option<DataShape> {
    let entry = catalog::find(name)?;
    let target = Target::Classes(entry.classes.len());
    Some(DataShape::new(
        entry.name,
        entry.kind.row(),
        target,
        entry.train_rows,
        entry.test_rows,
    ))
}

/// The names of all data sets, for the words of an error.
pub fn names() -> String {
    CATALOG
        .iter()
        .map(|entry| entry.name)
        .collect::<Vec<_>>()
        .join(", ")
}
