//! What rows are judged by: a class each, or numbers.

use crate::error::DataError;

/// What the rows of a table or of sequences are to be judged by.
#[derive(Clone, Debug, PartialEq)]
pub enum Targets {
    /// One class a row; each label is below `classes`.
    Classes { labels: Vec<u16>, classes: usize },
    /// `width` numbers a row, row-major.
    Values { values: Vec<f32>, width: usize },
}

/// The target of one row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target<'a> {
    /// The number of its class.
    Class(usize),
    /// The numbers to be predicted.
    Values(&'a [f32]),
}

impl Targets {
    /// The number of rows.
    pub fn rows(&self) -> usize {
        match self {
            Self::Classes { labels, .. } => labels.len(),
            Self::Values { values, width } => values.len() / (*width).max(1),
        }
    }

    /// The number of classes; 0 where numbers are predicted.
    pub fn classes(&self) -> usize {
        match self {
            Self::Classes { classes, .. } => *classes,
            Self::Values { .. } => 0,
        }
    }

    /// All labels; empty where numbers are predicted.
    pub fn labels(&self) -> &[u16] {
        match self {
            Self::Classes { labels, .. } => labels,
            Self::Values { .. } => &[],
        }
    }

    /// The target of one row; `None` if there is no such row.
    pub fn get(&self, row: usize) -> Option<Target<'_>> {
        match self {
            Self::Classes { labels, .. } => labels.get(row).map(|l| Target::Class((*l).into())),
            Self::Values { values, width } => {
                let start = row.checked_mul(*width)?;
                let end = start.checked_add(*width)?;
                values.get(start..end).map(Target::Values)
            }
        }
    }

    /// The targets of the given rows, in that order; those that are not there are left out.
    pub(crate) fn take(&self, rows: impl Iterator<Item = usize>) -> Self {
        match self {
            Self::Classes { labels, classes } => Self::Classes {
                labels: rows.filter_map(|row| labels.get(row)).copied().collect(),
                classes: *classes,
            },
            Self::Values { values, width } => Self::Values {
                values: rows
                    .filter_map(|row| values.get(row * width..(row + 1) * width))
                    .flatten()
                    .copied()
                    .collect(),
                width: *width,
            },
        }
    }

    /// Every label below the number of classes, numbers that are numbers, whole rows?
    pub(crate) fn check(&self, file: &str, rows: usize) -> Result<(), DataError> {
        let found = match self {
            Self::Classes { labels, classes } => {
                if let Some(row) = labels.iter().position(|l| usize::from(*l) >= *classes) {
                    return Err(DataError::LabelOutOfRange {
                        file: file.to_owned(),
                        row,
                        label: labels[row],
                        classes: *classes,
                    });
                }
                labels.len()
            }
            Self::Values { values, width } => {
                return same_length("targets", rows * width, values.len());
            }
        };
        same_length("targets", rows, found)
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Classes { labels, .. } => labels.iter().flat_map(|l| l.to_le_bytes()).collect(),
            Self::Values { values, .. } => values.iter().flat_map(|v| v.to_le_bytes()).collect(),
        }
    }
}

pub(crate) fn same_length(
    what: &'static str,
    expected: usize,
    found: usize,
) -> Result<(), DataError> {
    if expected == found {
        return Ok(());
    }
    Err(DataError::LengthMismatch {
        what,
        expected: expected as u64,
        found: found as u64,
    })
}
