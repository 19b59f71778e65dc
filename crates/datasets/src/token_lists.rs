//! Token lists: rows of token ids, each of its own length.

/// Rows of token ids, each of its own length.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenLists {
    ids: Vec<u32>,
    /// Where each row ends in `ids`.
    ends: Vec<usize>,
}

impl TokenLists {
    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.ends.len()
    }

    /// The ids of all rows, one after the other.
    pub fn ids(&self) -> &[u32] {
        &self.ids
    }

    /// The ids of one row; none if there is no such row.
    pub fn row(&self, row: usize) -> &[u32] {
        let start = match row {
            0 => 0,
            _ => self.ends.get(row - 1).copied().unwrap_or(0),
        };
        let end = self.ends.get(row).copied().unwrap_or(start);
        &self.ids[start..end]
    }

    /// All rows, in order.
    pub fn iter(&self) -> impl Iterator<Item = &[u32]> {
        (0..self.rows()).map(|row| self.row(row))
    }

    /// Adds an id to the row that is being filled.
    pub fn push(&mut self, id: u32) {
        self.ids.push(id);
    }

    /// Ends the row that is being filled.
    pub fn end_row(&mut self) {
        self.ends.push(self.ids.len());
    }

    /// The given rows, in that order.
    pub fn take(&self, rows: impl Iterator<Item = usize>) -> Self {
        let mut taken = Self {
            ids: Vec::with_capacity(self.ids.len()),
            ends: Vec::with_capacity(self.ends.len()),
        };
        for row in rows {
            taken.ids.extend_from_slice(self.row(row));
            taken.end_row();
        }
        taken
    }
}
