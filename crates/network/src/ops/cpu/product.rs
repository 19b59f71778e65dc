//! A packed matrix product for WebAssembly.
//!
//! The `gemm` crate keeps 12x4 numbers in registers there, more than a browser has for 128-bit
//! vectors, and transposes operands number by number. This one keeps 4x8 in eight vectors and
//! packs by 4x4 blocks, which is 1.5 to 3 times faster on the shapes of this project. Natively the
//! crate is better (256-bit vectors chosen at run time); there this file serves only the tests.

use super::lanes::{self, COLUMNS, ROWS};
use super::matrix::Matrix;
use super::parallel::with_scratch;

/// Blocks of the sum, of the rows and of the columns: a packed block stays in the cache.
const DEPTH: usize = 256;
const BLOCK_ROWS: usize = 64;
const BLOCK_COLUMNS: usize = 512;

/// `output (+)= left x right` with `output` row-major `[m, n]`, its rows `width` apart; sizes are checked
/// by the caller.
pub(super) fn multiply(
    [m, n, k]: [usize; 3],
    output: &mut [f32],
    width: usize,
    accumulate: bool,
    left: Matrix,
    right: Matrix,
) {
    if k == 0 && !accumulate {
        for row in output.chunks_mut(width).take(m) {
            row[..n].fill(0.0);
        }
    }
    let depth = DEPTH.min(k);
    let block_rows = BLOCK_ROWS.min(m.next_multiple_of(ROWS));
    let block_columns = BLOCK_COLUMNS.min(n.next_multiple_of(COLUMNS));
    with_scratch(depth * (block_rows + block_columns), |scratch| {
        let (packed_left, packed_right) = scratch.split_at_mut(depth * block_rows);
        for at in (0..k).step_by(DEPTH) {
            let depth = DEPTH.min(k - at);
            for column in (0..n).step_by(BLOCK_COLUMNS) {
                let columns = BLOCK_COLUMNS.min(n - column);
                for (index, panel) in packed_right
                    .chunks_exact_mut(depth * COLUMNS)
                    .take(columns.div_ceil(COLUMNS))
                    .enumerate()
                {
                    let from = column + index * COLUMNS;
                    pack::<COLUMNS>(panel, right.transposed(), from, n, at);
                }
                for row in (0..m).step_by(BLOCK_ROWS) {
                    let rows = BLOCK_ROWS.min(m - row);
                    for (index, panel) in packed_left
                        .chunks_exact_mut(depth * ROWS)
                        .take(rows.div_ceil(ROWS))
                        .enumerate()
                    {
                        pack::<ROWS>(panel, left, row + index * ROWS, m, at);
                    }
                    let add = accumulate || at > 0;
                    for (j, right) in packed_right
                        .chunks_exact(depth * COLUMNS)
                        .take(columns.div_ceil(COLUMNS))
                        .enumerate()
                    {
                        let right = right.as_chunks::<COLUMNS>().0;
                        let corner = column + j * COLUMNS;
                        for (i, left) in packed_left
                            .chunks_exact(depth * ROWS)
                            .take(rows.div_ceil(ROWS))
                            .enumerate()
                        {
                            let tile = lanes::tile(left.as_chunks::<ROWS>().0, right);
                            let top = row + i * ROWS;
                            let target = &mut output[top * width + corner..];
                            if top + ROWS <= m && corner + COLUMNS <= n {
                                lanes::put(tile, target, width, add);
                                continue;
                            }
                            let mut edge = [0.0; ROWS * COLUMNS];
                            lanes::put(tile, &mut edge, COLUMNS, false);
                            let rows = edge.chunks_exact(COLUMNS).take(m - top);
                            for (from, to) in rows.zip(target.chunks_mut(width)) {
                                for (to, from) in to.iter_mut().zip(from).take(n - corner) {
                                    *to = if add { *to + from } else { *from };
                                }
                            }
                        }
                    }
                }
            }
        }
    });
}

/// Packs rows `first..first + N` of `matrix` (which has `height` rows), from column `at` on, so
/// that the `N` numbers of each column lie side by side; rows past the end become zeros.
fn pack<const N: usize>(panel: &mut [f32], matrix: Matrix, first: usize, height: usize, at: usize) {
    let depth = panel.len() / N;
    let Matrix {
        data,
        rows,
        columns,
    } = matrix;
    let present = N.min(height - first);
    let (lines, _) = panel.as_chunks_mut::<N>();
    if rows == 1 && present == N {
        // The numbers lie side by side already.
        for (step, line) in lines.iter_mut().enumerate() {
            let from = first + (at + step) * columns;
            line.copy_from_slice(&data[from..from + N]);
        }
        return;
    }
    if present < N {
        lines.as_flattened_mut().fill(0.0);
    }
    if columns == 1 {
        // Four rows at a time are turned into four columns.
        let source = |row: usize| &data[(first + row) * rows + at..][..depth];
        let mut row = 0;
        while row + 4 <= present {
            let four = [
                source(row),
                source(row + 1),
                source(row + 2),
                source(row + 3),
            ];
            let (blocks, rest) = lines.as_chunks_mut::<4>();
            for (step, block) in blocks.iter_mut().enumerate() {
                lanes::turn(four, step * 4, block, row);
            }
            for (step, line) in rest.iter_mut().enumerate() {
                let step = depth / 4 * 4 + step;
                for (to, from) in line[row..row + 4].iter_mut().zip(four) {
                    *to = from[step];
                }
            }
            row += 4;
        }
        for row in row..present {
            for (line, from) in lines.iter_mut().zip(source(row)) {
                line[row] = *from;
            }
        }
        return;
    }
    for (step, line) in lines.iter_mut().enumerate() {
        for (row, to) in line[..present].iter_mut().enumerate() {
            *to = data[(first + row) * rows + (at + step) * columns];
        }
    }
}
