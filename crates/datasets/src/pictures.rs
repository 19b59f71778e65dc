//! Pictures with labels, as they lie in memory: `u8` until the batch.

use std::ops::Range;

use crate::checksum::sha256_hex_of;
use crate::error::DataError;
use crate::idx;

/// The shape of one set of pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// 1 (grey) or 3 (red, green, blue).
    pub channels: usize,
    /// Height in pixels.
    pub height: usize,
    /// Width in pixels.
    pub width: usize,
}

impl Shape {
    /// Bytes of one picture.
    pub fn bytes(self) -> usize {
        self.channels * self.height * self.width
    }
}

impl From<Shape> for fireside_spec::Shape {
    fn from(shape: Shape) -> Self {
        Self::Picture {
            channels: shape.channels,
            height: shape.height,
            width: shape.width,
        }
    }
}

/// Labelled pictures of one size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pictures {
    rows: usize,
    shape: Shape,
    classes: usize,
    pixels: Vec<u8>,
    labels: Vec<u8>,
    /// What each picture's group is called, where there are groups.
    groups: Option<Vec<u32>>,
}

impl Pictures {
    /// Puts pictures together: `pixels` is (n, c, h, w) row-major, `labels` is (n), each below `classes`.
    ///
    /// # Errors
    /// `length_mismatch` if the lengths do not fit, `label_out_of_range` (under the name `file`).
    pub fn new(
        file: &str,
        shape: Shape,
        classes: usize,
        pixels: Vec<u8>,
        labels: Vec<u8>,
    ) -> Result<Self, DataError> {
        let rows = labels.len();
        let expected = rows as u64 * shape.bytes() as u64;
        if pixels.len() as u64 != expected {
            return Err(DataError::LengthMismatch {
                what: "pixels",
                expected,
                found: pixels.len() as u64,
            });
        }
        check_labels(file, &labels, classes)?;
        Ok(Self {
            rows,
            shape,
            classes,
            pixels,
            labels,
            groups: None,
        })
    }

    /// Pictures of our own making, whose lengths and labels are right by construction.
    pub(crate) fn from_trusted(
        shape: Shape,
        classes: usize,
        pixels: Vec<u8>,
        labels: Vec<u8>,
    ) -> Self {
        debug_assert_eq!(pixels.len(), labels.len() * shape.bytes());
        Self {
            rows: labels.len(),
            shape,
            classes,
            pixels,
            labels,
            groups: None,
        }
    }

    /// The same with what each picture's group is called: those of equal numbers belong together.
    #[must_use]
    pub(crate) fn grouped(mut self, groups: Vec<u32>) -> Self {
        debug_assert_eq!(groups.len(), self.rows);
        self.groups = Some(groups);
        self
    }

    /// No pictures of the same kind.
    #[must_use]
    pub(crate) fn empty(&self) -> Self {
        self.with(Vec::new(), Vec::new(), |_| Vec::new())
    }

    /// What each picture's group is called; `None` where there are no groups.
    pub fn groups(&self) -> Option<&[u32]> {
        self.groups.as_deref()
    }

    /// The number of pictures.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Channels, height and width of each picture.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// The number of classes; labels are below it.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// All pixels, (n, c, h, w) row-major.
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// All labels, (n).
    pub fn labels(&self) -> &[u8] {
        &self.labels
    }

    /// Picture `row`, (c, h, w) row-major. For rows from outside see [`get`](Self::get).
    ///
    /// # Panics
    /// If there is no such row, as indexing a slice does.
    pub fn row(&self, row: usize) -> &[u8] {
        let bytes = self.shape.bytes();
        &self.pixels[row * bytes..][..bytes]
    }

    /// Picture `row` and its label; `None` if there is no such row.
    pub fn get(&self, row: usize) -> Option<(&[u8], u8)> {
        self.labels.get(row).map(|label| (self.row(row), *label))
    }

    /// The pictures of `rows`, in that order (repetition allowed).
    ///
    /// # Errors
    /// `row_out_of_range`.
    pub fn subset(&self, rows: &[u32]) -> Result<Self, DataError> {
        let mut pixels = Vec::with_capacity(rows.len() * self.shape.bytes());
        let mut labels = Vec::with_capacity(rows.len());
        for &row in rows {
            let (picture, label) = self
                .get(row as usize)
                .ok_or_else(|| self.no_row(row as usize))?;
            pixels.extend_from_slice(picture);
            labels.push(label);
        }
        Ok(self.with(pixels, labels, |groups| {
            rows.iter().map(|row| groups[*row as usize]).collect()
        }))
    }

    /// The pictures of a range of rows.
    ///
    /// # Errors
    /// `row_out_of_range` if the range does not lie within the rows.
    pub fn slice(&self, rows: Range<usize>) -> Result<Self, DataError> {
        let labels = self
            .labels
            .get(rows.clone())
            .ok_or_else(|| self.no_row(rows.end))?;
        let bytes = self.shape.bytes();
        let pixels = &self.pixels[rows.start * bytes..rows.end * bytes];
        Ok(self.with(pixels.to_vec(), labels.to_vec(), |groups| {
            groups[rows].to_vec()
        }))
    }

    /// How many pictures each class has.
    pub fn class_counts(&self) -> Vec<usize> {
        let mut counts = vec![0; self.classes];
        for label in &self.labels {
            counts[usize::from(*label)] += 1;
        }
        counts
    }

    /// SHA-256 of the pictures and of the labels, each as a plain idx file. Grey pictures are written as
    /// (n, h, w), so that these are the checksums of MNIST's official members. Groups, little-endian, follow the labels.
    pub fn checksums(&self) -> [String; 2] {
        let Shape {
            channels,
            height,
            width,
        } = self.shape;
        let dims: Vec<u32> = [self.rows, channels, height, width]
            .into_iter()
            .enumerate()
            .filter(|(index, dim)| !(*index == 1 && *dim == 1))
            .map(|(_, dim)| dim as u32)
            .collect();
        let groups = self.groups.iter().flatten();
        let groups: Vec<u8> = groups.flat_map(|group| group.to_le_bytes()).collect();
        [
            sha256_hex_of(&[&idx::header(&dims), &self.pixels]),
            sha256_hex_of(&[&idx::header(&dims[..1]), &self.labels, &groups]),
        ]
    }

    fn no_row(&self, row: usize) -> DataError {
        DataError::RowOutOfRange {
            row,
            rows: self.rows,
        }
    }

    fn with(
        &self,
        pixels: Vec<u8>,
        labels: Vec<u8>,
        groups: impl FnOnce(&[u32]) -> Vec<u32>,
    ) -> Self {
        Self {
            rows: labels.len(),
            shape: self.shape,
            classes: self.classes,
            pixels,
            labels,
            groups: self.groups.as_deref().map(groups),
        }
    }
}

/// Every label below `classes`?
///
/// # Errors
/// `label_out_of_range` with the first that is not.
pub(crate) fn check_labels(file: &str, labels: &[u8], classes: usize) -> Result<(), DataError> {
    match labels.iter().position(|l| usize::from(*l) >= classes) {
        None => Ok(()),
        Some(row) => Err(DataError::LabelOutOfRange {
            file: file.to_owned(),
            row,
            label: labels[row].into(),
            classes,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checksum::sha256_hex;

    const SHAPE: Shape = Shape {
        channels: 1,
        height: 1,
        width: 2,
    };

    fn four() -> Pictures {
        Pictures::new("f", SHAPE, 3, (0..8).collect(), vec![0, 1, 2, 1]).unwrap()
    }

    #[test]
    fn rows_and_subsets_carry_their_labels() {
        let all = four();
        assert_eq!(all.row(2), [4, 5]);
        assert_eq!(all.get(3), Some((&[6, 7][..], 1)));
        assert_eq!(all.get(4), None);
        assert_eq!(all.class_counts(), [1, 2, 1]);
        let some = all.subset(&[3, 0, 3]).unwrap();
        assert_eq!(some.pixels(), [6, 7, 0, 1, 6, 7]);
        assert_eq!(some.labels(), [1, 0, 1]);
        assert_eq!(all.slice(1..3).unwrap(), all.subset(&[1, 2]).unwrap());
        let code =
            |result: Result<_, DataError>| result.map(|_: Pictures| ()).map_err(|e| e.code());
        assert_eq!(code(all.subset(&[4])), Err("row_out_of_range"));
        assert_eq!(code(all.slice(2..5)), Err("row_out_of_range"));
        #[expect(clippy::reversed_empty_ranges)]
        let reversed = all.slice(3..2);
        assert_eq!(code(reversed), Err("row_out_of_range"));
    }

    #[test]
    fn groups_go_with_their_rows() {
        let all = four().grouped(vec![7, 7, 9, 8]);
        assert_eq!(
            all.subset(&[3, 0, 3]).unwrap().groups(),
            Some(&[8, 7, 8][..])
        );
        assert_eq!(all.slice(1..3).unwrap().groups(), Some(&[7, 9][..]));
        assert_eq!(
            (all.empty().rows(), all.empty().groups()),
            (0, Some(&[][..]))
        );
        assert_eq!(four().empty().groups(), None);
        assert_eq!(all.checksums()[0], four().checksums()[0]);
        assert_ne!(all.checksums()[1], four().checksums()[1]);
    }

    #[test]
    fn wrong_lengths_and_labels_are_told() {
        let new =
            |pixels, labels| Pictures::new("f", SHAPE, 3, pixels, labels).map_err(|e| e.code());
        assert_eq!(new(vec![0; 7], vec![0; 4]), Err("length_mismatch"));
        assert_eq!(new(vec![0; 4], vec![0, 3]), Err("label_out_of_range"));
    }

    #[test]
    fn checksums_are_those_of_the_idx_files() {
        let [pictures, labels] = four().checksums();
        let idx_pictures = idx::write(&[4, 1, 2], &[0, 1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(pictures, sha256_hex(&idx_pictures));
        assert_eq!(labels, sha256_hex(&idx::write(&[4], &[0, 1, 2, 1])));
    }
}
