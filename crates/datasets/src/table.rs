//! A table: rows of numbers, one for each column, or one for each column at each time step.

use fireside_spec::Preparation;

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
    /// Columns that are no inputs, one number for each row.
    weights: Option<Apart>,
    groups: Option<Apart>,
    /// The rows are windows of a series.
    windows: bool,
}

/// A column that was taken out of a table.
#[derive(Clone, Debug, PartialEq)]
struct Apart {
    name: String,
    values: Vec<f32>,
}

impl Apart {
    fn take(&self, rows: impl Iterator<Item = usize>) -> Self {
        let value = |row: usize| self.values.get(row).copied();
        Self {
            name: self.name.clone(),
            values: rows.filter_map(value).collect(),
        }
    }
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
        Ok(Self::from_trusted(columns, steps, values, targets))
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
            weights: None,
            groups: None,
            windows: false,
        }
    }

    /// The same, told that its rows are windows of a series.
    pub(crate) fn of_windows(self) -> Self {
        Self {
            windows: true,
            ..self
        }
    }

    /// The same with the columns that the options name set apart: they weigh rows or put them into groups, and are no
    /// inputs. A column that is not there is left to whoever checks the options.
    ///
    /// # Errors
    /// `bad_weight` for a weight below zero or that is no number.
    pub(crate) fn set_apart(mut self, options: &Preparation) -> Result<Self, DataError> {
        let column = |name: &Option<String>| -> Option<Apart> {
            let name = name.as_ref()?;
            let index = self.columns.iter().position(|column| column == name)?;
            let values = self.values.chunks_exact(self.width());
            Some(Apart {
                name: name.clone(),
                values: values.map(|row| row[index]).collect(),
            })
        };
        let (weights, groups) = (column(&options.sample_weight), column(&options.groups));
        let all = weights
            .iter()
            .flat_map(|weights| &weights.values)
            .enumerate();
        if let Some((row, found)) =
            { all }.find(|(_, weight)| !(weight.is_finite() && **weight >= 0.0))
        {
            return Err(DataError::BadWeight {
                row,
                found: found.to_string(),
            });
        }
        let apart = |name: &String| {
            let named = [&weights, &groups].into_iter().flatten();
            named.into_iter().any(|apart| apart.name == *name)
        };
        let stays: Vec<bool> = self.columns.iter().map(|name| !apart(name)).collect();
        if stays.contains(&false) {
            let kept = self.values.iter().zip(stays.iter().cycle());
            self.values = kept
                .filter_map(|(value, stays)| stays.then_some(*value))
                .collect();
            let mut stay = stays.iter();
            self.columns
                .retain(|_| stay.next().copied().unwrap_or(true));
        }
        Ok(Self {
            weights,
            groups,
            ..self
        })
    }

    /// How much each row counts in the loss; `None` where all count alike.
    pub fn weights(&self) -> Option<&[f32]> {
        self.weights.as_ref().map(|apart| apart.values.as_slice())
    }

    /// What each row's group is called: rows with equal numbers belong together. `None` where there are no groups.
    pub fn groups(&self) -> Option<Vec<u32>> {
        let apart = self.groups.as_ref()?;
        // Both zeros are one group.
        Some(
            apart
                .values
                .iter()
                .map(|value| (value + 0.0).to_bits())
                .collect(),
        )
    }

    /// The names of all columns, those that are no inputs last. None of windows: their numbers are no columns of the
    /// data, and none can be set apart.
    pub fn all_columns(&self) -> Vec<String> {
        if self.windows {
            return Vec::new();
        }
        let mut all = self.columns.clone();
        for apart in [&self.weights, &self.groups].into_iter().flatten() {
            if !all.contains(&apart.name) {
                all.push(apart.name.clone());
            }
        }
        all
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
            weights: self.weights.as_ref().map(|apart| apart.take(rows.clone())),
            groups: self.groups.as_ref().map(|apart| apart.take(rows.clone())),
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
