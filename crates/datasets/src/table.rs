//! A table: rows of numbers, one for each column, or one for each column at each time step.

use crate::checksum::sha256_hex;
use crate::error::DataError;
use crate::targets::{Targets, same_length};

/// Rows of numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    columns: Vec<String>,
    /// Time steps in a row; 0 where a row is flat.
    steps: usize,
    values: Vec<f32>,
    targets: Targets,
}

impl Table {
    /// Puts a table together: `values` is (rows, columns) row-major. `file` is the name in messages.
    ///
    /// # Errors
    /// `length_mismatch` if the lengths do not fit, `label_out_of_range`.
    pub fn new(
        file: &str,
        columns: Vec<String>,
        values: Vec<f32>,
        targets: Targets,
    ) -> Result<Self, DataError> {
        Self::in_steps(file, columns, 0, values, targets)
    }

    /// A table whose rows have `steps` time steps of all columns: `values` is (rows, steps, columns)
    /// row-major. With 0 steps it is a flat one.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn in_steps(
        file: &str,
        columns: Vec<String>,
        steps: usize,
        values: Vec<f32>,
        targets: Targets,
    ) -> Result<Self, DataError> {
        let rows = targets.rows();
        let width = columns.len() * steps.max(1);
        same_length("values", rows * width, values.len())?;
        targets.check(file, rows)?;
        Ok(Self {
            columns,
            steps,
            values,
            targets,
        })
    }

    /// A table of our own making, whose lengths and labels are right by construction.
    pub(crate) fn from_trusted(
        columns: Vec<String>,
        steps: usize,
        values: Vec<f32>,
        targets: Targets,
    ) -> Self {
        debug_assert_eq!(values.len(), targets.rows() * columns.len() * steps.max(1));
        Self {
            columns,
            steps,
            values,
            targets,
        }
    }

    /// The names of the columns (of one time step).
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Time steps in a row; 0 where a row is flat.
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// Numbers in a row.
    pub fn width(&self) -> usize {
        self.columns.len() * self.steps.max(1)
    }

    /// The shape of a row as layers see it.
    pub fn shape(&self) -> fireside_spec::Shape {
        row_shape(self.columns.len(), self.steps)
    }

    /// All values, row-major.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// All values, to be changed in place.
    pub fn values_mut(&mut self) -> &mut [f32] {
        &mut self.values
    }

    /// What the rows are judged by.
    pub fn targets(&self) -> &Targets {
        &self.targets
    }

    /// What the rows are judged by, to be changed in place.
    pub fn targets_mut(&mut self) -> &mut Targets {
        &mut self.targets
    }

    /// The values of one row.
    ///
    /// # Panics
    /// If there is no such row, as indexing a slice does.
    pub fn row(&self, row: usize) -> &[f32] {
        &self.values[row * self.width()..][..self.width()]
    }

    /// SHA-256 of the values and of the targets, as little-endian numbers, row-major.
    pub fn checksums(&self) -> [String; 2] {
        let values: Vec<u8> = self.values.iter().flat_map(|v| v.to_le_bytes()).collect();
        [sha256_hex(&values), sha256_hex(&self.targets.bytes())]
    }

    /// The given rows, all of which are there.
    pub(crate) fn take(&self, rows: impl Iterator<Item = usize> + Clone) -> Self {
        Self {
            columns: self.columns.clone(),
            values: rows
                .clone()
                .flat_map(|row| self.row(row))
                .copied()
                .collect(),
            targets: self.targets.take(rows),
            ..*self
        }
    }
}

/// The shape of a row of `columns` numbers, or of `steps` times as many.
pub(crate) fn row_shape(columns: usize, steps: usize) -> fireside_spec::Shape {
    match steps {
        0 => fireside_spec::Shape::Flat { units: columns },
        steps => fireside_spec::Shape::Sequence {
            steps,
            features: columns,
        },
    }
}
