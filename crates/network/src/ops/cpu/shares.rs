//! A matrix product in WebAssembly on several threads: cut along the longer side of the output. Every part packs the whole
//! operand of the other side for itself, so that is the smaller one.

use super::lanes::{COLUMNS, ROWS};
use super::matrix::Matrix;
use super::parallel::{for_parts, with_scratch};
use super::product;

/// Rows or columns that a thread takes at least.
const LEAST: usize = 32;

/// [`product::multiply`] in parts for `threads`. Every number of the output is summed by itself, in the same order in whatever
/// part it stands: the result doesn't depend on their number.
pub(super) fn multiply(
    [m, n, k]: [usize; 3],
    output: &mut [f32],
    width: usize,
    accumulate: bool,
    left: Matrix,
    right: Matrix,
    threads: usize,
) {
    let parts = |length: usize| (length / LEAST).clamp(1, 2 * threads);
    // What is added to needs its old content: its parts must be where they belong.
    if n > m && !accumulate && threads > 1 {
        let columns = n.div_ceil(parts(n)).next_multiple_of(COLUMNS);
        return by_columns([m, n, k], output, width, left, right, columns);
    }
    let rows = match threads {
        0 | 1 => m,
        _ => m.div_ceil(parts(m)),
    };
    let rows = rows.next_multiple_of(ROWS);
    let output = &mut output[..(m - 1) * width + n];
    for_parts(output, rows * width, |index, output| {
        let first = index * rows;
        let left = left.skip_rows(first);
        let m = rows.min(m - first);
        product::multiply([m, n, k], output, width, accumulate, left, right);
    });
}

/// Parts of some columns each lie in one piece of their own first: side by side in the output, their rows alternate.
fn by_columns(
    [m, n, k]: [usize; 3],
    output: &mut [f32],
    width: usize,
    left: Matrix,
    right: Matrix,
    columns: usize,
) {
    with_scratch(n.div_ceil(columns) * m * columns, |parts| {
        for_parts(parts, m * columns, |index, part| {
            let first = index * columns;
            let right = right.transposed().skip_rows(first).transposed();
            let n = columns.min(n - first);
            product::multiply([m, n, k], part, columns, false, left, right);
        });
        for (index, part) in parts.chunks_exact(m * columns).enumerate() {
            let first = index * columns;
            let n = columns.min(n - first);
            for (row, part) in part.chunks_exact(columns).enumerate() {
                output[row * width + first..][..n].copy_from_slice(&part[..n]);
            }
        }
    });
}
