//! Rows of a table by their numbers, and the table's gradient.
//!
//! The gradient on one thread: a table's row may be read at many places, and sums shall not depend on the number of threads.

use super::parallel::filled;

/// Numbers that one thread copies at a time.
const SHARE: usize = 1 << 15;

/// The row that an id names; what is no id of the table names its nearest row.
fn row(id: f32, words: usize) -> usize {
    // `as` takes what is below zero, and what is no number, to zero.
    (id as usize).min(words.saturating_sub(1))
}

/// One row of `table` `[words, width]` for each id, one behind the other.
pub(super) fn forward(words: usize, width: usize, table: &[f32], ids: &[f32]) -> Vec<f32> {
    let share = (SHARE / width.max(1)).max(1);
    filled(ids.len() * width, share * width, &|index, part| {
        let rows = part.chunks_exact_mut(width.max(1));
        for (to, id) in rows.zip(&ids[index * share..]) {
            to.copy_from_slice(&table[row(*id, words) * width..][..width]);
        }
    })
}

/// The gradient of the table: each row sums what arrives where it was read.
pub(super) fn backward(words: usize, width: usize, ids: &[f32], gradient: &[f32]) -> Vec<f32> {
    let mut result = vec![0.0; words * width];
    for (id, gradient) in ids.iter().zip(gradient.chunks_exact(width.max(1))) {
        let sums = &mut result[row(*id, words) * width..][..width];
        for (sum, gradient) in sums.iter_mut().zip(gradient) {
            *sum += gradient;
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_and_their_gradients_summed() {
        let table = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0];
        let ids = [2.0, 0.0, 2.0, 9.0, -1.0, f32::NAN];
        let output = forward(3, 2, &table, &ids);
        assert_eq!(
            output,
            [4.0, 5.0, 0.0, 1.0, 4.0, 5.0, 4.0, 5.0, 0.0, 1.0, 0.0, 1.0]
        );
        let gradient: Vec<f32> = (1..=12).map(|n| n as f32).collect();
        let result = backward(3, 2, &ids, &gradient);
        assert_eq!(
            result,
            [
                3.0 + 9.0 + 11.0,
                4.0 + 10.0 + 12.0,
                0.0,
                0.0,
                1.0 + 5.0 + 7.0,
                2.0 + 6.0 + 8.0
            ]
        );
    }
}
