//! Rows with their targets: pictures, numbers of a table, or token ids, seen alike by whoever makes batches.

use std::ops::Range;

use crate::checksum::sha256_hex;
use crate::error::DataError;
use crate::pictures::Pictures;

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

    /// Targets of the same kind for other rows, none so far.
    pub fn none(&self) -> Self {
        match self {
            Self::Classes { classes, .. } => Self::Classes {
                labels: Vec::new(),
                classes: *classes,
            },
            Self::Values { width, .. } => Self::Values {
                values: Vec::new(),
                width: *width,
            },
        }
    }

    /// Adds the target of a row.
    pub fn push(&mut self, target: Target<'_>) {
        match (self, target) {
            // Labels are below 65,536: they came out of a list of u16 or of u8.
            (Self::Classes { labels, .. }, Target::Class(class)) => labels.push(class as u16),
            (Self::Values { values, .. }, Target::Values(row)) => values.extend_from_slice(row),
            // The two kinds are never mixed within a data set.
            _ => debug_assert!(false, "targets of another kind"),
        }
    }

    /// Every label below the number of classes, numbers that are numbers, whole rows?
    fn check(&self, file: &str, rows: usize) -> Result<(), DataError> {
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

    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Classes { labels, .. } => labels.iter().flat_map(|l| l.to_le_bytes()).collect(),
            Self::Values { values, .. } => values.iter().flat_map(|v| v.to_le_bytes()).collect(),
        }
    }
}

/// Rows of numbers, one for each column.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    columns: Vec<String>,
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
        let rows = targets.rows();
        same_length("values", rows * columns.len(), values.len())?;
        targets.check(file, rows)?;
        Ok(Self {
            columns,
            values,
            targets,
        })
    }

    /// The names of the columns.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// All values, (rows, columns) row-major.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// What the rows are judged by.
    pub fn targets(&self) -> &Targets {
        &self.targets
    }

    /// The values of one row.
    ///
    /// # Panics
    /// If there is no such row, as indexing a slice does.
    pub fn row(&self, row: usize) -> &[f32] {
        &self.values[row * self.columns.len()..][..self.columns.len()]
    }
}

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
}

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
            Self::Table(table) => table.targets.rows(),
            Self::Sequences(sequences) => sequences.targets.rows(),
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
            Self::Table(table) => fireside_spec::Shape::Flat {
                units: table.columns.len(),
            },
            Self::Sequences(sequences) => fireside_spec::Shape::Flat {
                units: sequences.steps,
            },
        }
    }

    /// The number of classes; 0 where numbers are predicted.
    pub fn classes(&self) -> usize {
        match self {
            Self::Pictures(pictures) => pictures.classes(),
            Self::Table(table) => table.targets.classes(),
            Self::Sequences(sequences) => sequences.targets.classes(),
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
            Self::Table(table) => table.targets.get(row),
            Self::Sequences(sequences) => sequences.targets.get(row),
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
        let mut targets = match self {
            Self::Pictures(pictures) => Targets::Classes {
                labels: Vec::new(),
                classes: pictures.classes(),
            },
            Self::Table(table) => table.targets.none(),
            Self::Sequences(sequences) => sequences.targets.none(),
        };
        for target in rows.filter_map(|row| self.target(row)) {
            targets.push(target);
        }
        targets
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
        let rows_usize = || rows.iter().map(|row| *row as usize);
        Ok(match self {
            Self::Pictures(pictures) => Self::Pictures(pictures.subset(rows)?),
            Self::Table(table) => Self::Table(Table {
                columns: table.columns.clone(),
                values: rows_usize().flat_map(|r| table.row(r)).copied().collect(),
                targets: self.targets_of(rows_usize()),
            }),
            Self::Sequences(sequences) => Self::Sequences(Sequences {
                ids: rows_usize()
                    .flat_map(|r| sequences.row(r))
                    .copied()
                    .collect(),
                targets: self.targets_of(rows_usize()),
                ..*sequences
            }),
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
        let rows: Vec<u32> = rows.map(|row| row as u32).collect();
        self.subset(&rows)
    }

    /// No rows of the same kind.
    pub fn empty(&self) -> Self {
        match self {
            Self::Pictures(pictures) => Self::Pictures(Pictures::from_trusted(
                pictures.shape(),
                pictures.classes(),
                Vec::new(),
                Vec::new(),
            )),
            Self::Table(table) => Self::Table(Table {
                columns: table.columns.clone(),
                values: Vec::new(),
                targets: table.targets.none(),
            }),
            Self::Sequences(sequences) => Self::Sequences(Sequences {
                ids: Vec::new(),
                targets: sequences.targets.none(),
                ..*sequences
            }),
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
        let (inputs, targets): (Vec<u8>, _) = match self {
            Self::Pictures(pictures) => return pictures.checksums(),
            Self::Table(table) => (
                table.values.iter().flat_map(|v| v.to_le_bytes()).collect(),
                &table.targets,
            ),
            Self::Sequences(sequences) => (
                sequences.ids.iter().flat_map(|v| v.to_le_bytes()).collect(),
                &sequences.targets,
            ),
        };
        [sha256_hex(&inputs), sha256_hex(&targets.bytes())]
    }
}

fn same_length(what: &'static str, expected: usize, found: usize) -> Result<(), DataError> {
    if expected == found {
        return Ok(());
    }
    Err(DataError::LengthMismatch {
        what,
        expected: expected as u64,
        found: found as u64,
    })
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
