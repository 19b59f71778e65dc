//! Sequences: rows of token ids, all of one length.

use crate::error::DataError;
use crate::targets::{Targets, same_length};

/// Rows of token ids, all of one length.
#[derive(Clone, Debug, PartialEq)]
pub struct Sequences {
    ids: Vec<u32>,
    steps: usize,
    vocabulary: usize,
    targets: Targets,
}

impl Sequences {
    /// Puts sequences together: `ids` is (rows, steps) row-major, each below `vocabulary`. `file` is the name
    /// in messages.
    ///
    /// # Errors
    /// `length_mismatch` if the lengths do not fit, `token_out_of_range`, `label_out_of_range`.
    pub fn new(
        file: &str,
        ids: Vec<u32>,
        steps: usize,
        vocabulary: usize,
        targets: Targets,
    ) -> Result<Self, DataError> {
        let rows = targets.rows();
        same_length("ids", rows * steps, ids.len())?;
        targets.check(file, rows)?;
        if let Some(at) = ids.iter().position(|id| *id as usize >= vocabulary) {
            return Err(DataError::TokenOutOfRange {
                file: file.to_owned(),
                row: at / steps,
                token: ids[at],
                vocabulary,
            });
        }
        Ok(Self {
            ids,
            steps,
            vocabulary,
            targets,
        })
    }

    /// All token ids, (rows, steps) row-major.
    pub fn ids(&self) -> &[u32] {
        &self.ids
    }

    /// Tokens in each row.
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// Token ids are below it.
    pub fn vocabulary(&self) -> usize {
        self.vocabulary
    }

    /// What the rows are judged by.
    pub fn targets(&self) -> &Targets {
        &self.targets
    }

    /// The token ids of one row.
    ///
    /// # Panics
    /// If there is no such row, as indexing a slice does.
    pub fn row(&self, row: usize) -> &[u32] {
        &self.ids[row * self.steps..][..self.steps]
    }

    /// The given rows, all of which are there.
    pub(crate) fn take(&self, rows: impl Iterator<Item = usize> + Clone) -> Self {
        Self {
            ids: rows
                .clone()
                .flat_map(|row| self.row(row))
                .copied()
                .collect(),
            targets: self.targets.take(rows),
            ..*self
        }
    }
}
