//! Rows with their targets: pictures, numbers of a table, or token ids, seen alike by whoever makes batches.

use std::ops::Range;

use crate::checksum::sha256_hex;
use crate::error::DataError;
use crate::pictures::Pictures;
use crate::sequences::Sequences;
use crate::table::Table;
use crate::targets::{Target, Targets};

/// Rows with their targets.
#[derive(Clone, Debug, PartialEq)]
pub enum Rows {
    /// Labelled pictures.
    Pictures(Pictures),
    /// Rows of numbers.
    Table(Table),
    /// Rows of token ids.
    Sequences(Sequences),
}

impl From<Pictures> for Rows {
    fn from(pictures: Pictures) -> Self {
        Self::Pictures(pictures)
    }
}

impl From<Table> for Rows {
    fn from(table: Table) -> Self {
        Self::Table(table)
    }
}

impl From<Sequences> for Rows {
    fn from(sequences: Sequences) -> Self {
        Self::Sequences(sequences)
    }
}

impl Rows {
    /// The number of rows.
    pub fn rows(&self) -> usize {
        match self {
            Self::Pictures(pictures) => pictures.rows(),
            Self::Table(table) => table.targets().rows(),
            Self::Sequences(sequences) => sequences.targets().rows(),
        }
    }

    /// The pictures, where these are pictures.
    pub fn pictures(&self) -> Option<&Pictures> {
        match self {
            Self::Pictures(pictures) => Some(pictures),
            Self::Table(_) | Self::Sequences(_) => None,
        }
    }

    /// The shape of one row as layers see it. A row of token ids is flat: what becomes of the ids is the
    /// first layer's business.
    pub fn shape(&self) -> fireside_spec::Shape {
        match self {
            Self::Pictures(pictures) => pictures.shape().into(),
            Self::Table(table) => table.shape(),
            Self::Sequences(sequences) => fireside_spec::Shape::Flat {
                units: sequences.steps(),
            },
        }
    }

    /// The number of classes; 0 where numbers are predicted.
    pub fn classes(&self) -> usize {
        match self {
            Self::Pictures(pictures) => pictures.classes(),
            Self::Table(table) => table.targets().classes(),
            Self::Sequences(sequences) => sequences.targets().classes(),
        }
    }

    /// What is predicted for a row.
    pub fn target_shape(&self) -> fireside_spec::Target {
        match self.targets_of(std::iter::empty()) {
            Targets::Classes { classes, .. } => fireside_spec::Target::Classes(classes),
            Targets::Values { width, .. } => fireside_spec::Target::Values(width),
        }
    }

    /// The target of one row; `None` if there is no such row.
    pub fn target(&self, row: usize) -> Option<Target<'_>> {
        match self {
            Self::Pictures(pictures) => {
                let label = pictures.labels().get(row)?;
                Some(Target::Class(usize::from(*label)))
            }
            Self::Table(table) => table.targets().get(row),
            Self::Sequences(sequences) => sequences.targets().get(row),
        }
    }

    /// The class of one row; `None` if there is no such row, or where numbers are predicted.
    pub fn label(&self, row: usize) -> Option<usize> {
        match self.target(row) {
            Some(Target::Class(class)) => Some(class),
            Some(Target::Values(_)) | None => None,
        }
    }

    /// The targets of the given rows, in that order; those that are not there are left out.
    pub fn targets_of(&self, rows: impl Iterator<Item = usize>) -> Targets {
        match self {
            Self::Pictures(pictures) => {
                let labels = pictures.labels();
                Targets::Classes {
                    labels: rows
                        .filter_map(|row| labels.get(row))
                        .map(|l| u16::from(*l))
                        .collect(),
                    classes: pictures.classes(),
                }
            }
            Self::Table(table) => table.targets().take(rows),
            Self::Sequences(sequences) => sequences.targets().take(rows),
        }
    }

    /// How much the given rows count in the loss; `None` where all count alike.
    pub fn weights_of(&self, rows: impl Iterator<Item = usize>) -> Option<Vec<f32>> {
        let Self::Table(table) = self else {
            return None;
        };
        let weights = table.weights()?;
        Some(rows.filter_map(|row| weights.get(row).copied()).collect())
    }

    /// What each row's group is called; `None` where there are no groups.
    pub fn groups(&self) -> Option<Vec<u32>> {
        match self {
            Self::Table(table) => table.groups(),
            Self::Pictures(pictures) => pictures.groups().map(<[u32]>::to_vec),
            Self::Sequences(_) => None,
        }
    }

    /// All targets, in order.
    pub fn targets(&self) -> Targets {
        self.targets_of(0..self.rows())
    }

    /// The given rows, in that order (repetition allowed).
    ///
    /// # Errors
    /// `row_out_of_range`.
    pub fn subset(&self, rows: &[u32]) -> Result<Self, DataError> {
        let all = self.rows();
        if let Some(row) = rows.iter().find(|row| **row as usize >= all) {
            return Err(DataError::RowOutOfRange {
                row: *row as usize,
                rows: all,
            });
        }
        let wanted = rows.iter().map(|row| *row as usize);
        Ok(match self {
            Self::Pictures(pictures) => Self::Pictures(pictures.subset(rows)?),
            Self::Table(table) => Self::Table(table.take(wanted)),
            Self::Sequences(sequences) => Self::Sequences(sequences.take(wanted)),
        })
    }

    /// The rows of a range.
    ///
    /// # Errors
    /// `row_out_of_range` if the range does not lie within the rows.
    pub fn slice(&self, rows: Range<usize>) -> Result<Self, DataError> {
        if rows.start > rows.end || rows.end > self.rows() {
            return Err(DataError::RowOutOfRange {
                row: rows.end,
                rows: self.rows(),
            });
        }
        Ok(match self {
            Self::Pictures(pictures) => Self::Pictures(pictures.slice(rows)?),
            Self::Table(table) => Self::Table(table.take(rows)),
            Self::Sequences(sequences) => Self::Sequences(sequences.take(rows)),
        })
    }

    /// No rows of the same kind.
    pub fn empty(&self) -> Self {
        match self {
            Self::Pictures(pictures) => Self::Pictures(pictures.empty()),
            Self::Table(table) => Self::Table(table.take(0..0)),
            Self::Sequences(sequences) => Self::Sequences(sequences.take(0..0)),
        }
    }

    /// How many rows each class has; empty where numbers are predicted.
    pub fn class_counts(&self) -> Vec<usize> {
        let mut counts = vec![0; self.classes()];
        for label in (0..self.rows()).filter_map(|row| self.label(row)) {
            counts[label] += 1;
        }
        counts
    }

    /// SHA-256 of the inputs and of the targets. Pictures are hashed as idx files (see
    /// [`Pictures::checksums`]), all else as little-endian numbers, row-major.
    pub fn checksums(&self) -> [String; 2] {
        match self {
            Self::Pictures(pictures) => pictures.checksums(),
            Self::Table(table) => table.checksums(),
            Self::Sequences(sequences) => {
                let ids = sequences.ids().iter().flat_map(|id| id.to_le_bytes());
                let ids: Vec<u8> = ids.collect();
                [sha256_hex(&ids), sha256_hex(&sequences.targets().bytes())]
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pictures::Shape;

    fn three() -> [Rows; 3] {
        let shape = Shape {
            channels: 1,
            height: 1,
            width: 2,
        };
        let pictures = Pictures::new("f", shape, 3, (0..8).collect(), vec![0, 1, 2, 1]).unwrap();
        let targets = Targets::Values {
            values: vec![0.5, 1.5, 2.5, 3.5],
            width: 1,
        };
        let columns = vec!["a".into(), "b".into()];
        let values = (0..8).map(|v| v as f32).collect();
        let table = Table::new("f", columns, values, targets).unwrap();
        let targets = Targets::Classes {
            labels: vec![1, 0, 0, 1],
            classes: 2,
        };
        let sequences = Sequences::new("f", (0..8).collect(), 2, 8, targets).unwrap();
        [pictures.into(), table.into(), sequences.into()]
    }

    #[test]
    fn subsets_and_slices_carry_inputs_and_targets() {
        let [pictures, table, sequences] = three();
        let some = table.subset(&[3, 0, 3]).unwrap();
        let Rows::Table(rows) = &some else {
            panic!("no table: {some:?}")
        };
        assert_eq!(rows.values(), [6.0, 7.0, 0.0, 1.0, 6.0, 7.0]);
        assert_eq!(some.target(1), Some(Target::Values(&[0.5])));
        assert_eq!((some.label(1), some.target(3)), (None, None));
        let some = sequences.subset(&[3, 1]).unwrap();
        let Rows::Sequences(rows) = &some else {
            panic!("no sequences: {some:?}")
        };
        assert_eq!(rows.ids(), [6, 7, 2, 3]);
        assert_eq!(rows.targets().labels(), [1, 0]);
        for all in [pictures, table, sequences] {
            assert_eq!((all.rows(), all.shape().len()), (4, 2));
            assert_eq!(all.slice(1..3).unwrap(), all.subset(&[1, 2]).unwrap());
            assert_eq!(all.slice(0..4).unwrap(), all);
            assert_eq!(all.slice(2..2).unwrap(), all.empty());
            assert_eq!(all.empty().rows(), 0);
            let code = |result: Result<Rows, DataError>| result.map(|_| ()).map_err(|e| e.code());
            assert_eq!(code(all.subset(&[4])), Err("row_out_of_range"));
            assert_eq!(code(all.slice(2..5)), Err("row_out_of_range"));
            #[expect(clippy::reversed_empty_ranges)]
            let reversed = all.slice(3..2);
            assert_eq!(code(reversed), Err("row_out_of_range"));
            assert_ne!(all.checksums(), all.slice(0..3).unwrap().checksums());
        }
    }

    #[test]
    fn wrong_lengths_labels_and_tokens_are_told() {
        let classes = |labels| Targets::Classes { labels, classes: 2 };
        let table = |values, targets| {
            let columns = vec!["a".into(), "b".into()];
            Table::new("f", columns, values, targets).map_err(|e| e.code())
        };
        assert_eq!(
            table(vec![0.0; 3], classes(vec![0, 1])),
            Err("length_mismatch")
        );
        assert_eq!(
            table(vec![0.0; 4], classes(vec![0, 2])),
            Err("label_out_of_range")
        );
        let odd = Targets::Values {
            values: vec![0.0; 3],
            width: 2,
        };
        assert_eq!(table(vec![0.0; 2], odd), Err("length_mismatch"));
        let sequences =
            |ids, targets| Sequences::new("f", ids, 2, 5, targets).map_err(|e| e.code());
        assert_eq!(
            sequences(vec![0; 3], classes(vec![0, 1])),
            Err("length_mismatch")
        );
        assert_eq!(
            sequences(vec![0, 1, 5, 4], classes(vec![0, 1])),
            Err("token_out_of_range")
        );
    }
}
