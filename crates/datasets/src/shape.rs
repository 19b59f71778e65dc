//! The shape of a data set as the language of experiments wants to know it.

use crate::catalog::{self, CATALOG};
use crate::pictures::{Dataset, Shape};
use fireside_spec::DataShape;

fn data_shape(name: &str, shape: Shape, classes: usize, rows: [usize; 2]) -> DataShape {
    DataShape {
        name: name.into(),
        row: fireside_spec::Shape::Picture {
            channels: shape.channels,
            height: shape.height,
            width: shape.width,
        },
        classes,
        train_rows: rows[0],
        test_rows: rows[1],
    }
}

impl Dataset {
    /// The shape of the rows at hand (a sample has fewer than the official data).
    pub fn data_shape(&self) -> DataShape {
        let rows = [self.train.rows(), self.test.rows()];
        data_shape(&self.name, self.train.shape(), self.train.classes(), rows)
    }
}

/// The shape of an official data set by its name.
pub fn official_shape(name: &str) -> Option<DataShape> {
    let entry = catalog::find(name)?;
    let rows = [entry.train_rows, entry.test_rows];
    Some(data_shape(
        entry.name,
        entry.shape,
        entry.classes.len(),
        rows,
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
