//! A packed matrix product for WebAssembly.
//!
//! The `gemm` crate keeps 12x4 numbers in registers there, more than a browser has for 128-bit
//! vectors, and transposes operands number by number. This one keeps 4x8 in eight vectors and
//! packs by 4x4 blocks, which is 1.5 to 3 times faster on the shapes of this project. Natively the
//! crate is better (256-bit vectors chosen at run time); there this file serves only the tests.

use super::matrix::Matrix;
use super::parallel::with_scratch;

/// Rows and columns of the tile that lives in registers.
const ROWS: usize = 4;
const COLUMNS: usize = 8;
/// Blocks of the sum, of the rows and of the columns: a packed block stays in the cache.
const DEPTH: usize = 256;
const BLOCK_ROWS: usize = 64;
const BLOCK_COLUMNS: usize = 256;

/// `output (+)= left x right` with `output` row-major `[m, n]`; sizes are checked by the caller.
pub(super) fn multiply(
    [m, n, k]: [usize; 3],
    output: &mut [f32],
    accumulate: bool,
    left: Matrix,
    right: Matrix,
) {
    if k == 0 && !accumulate {
        output[..m * n].fill(0.0);
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
                            for (tile, row) in tile.iter().zip(top..m) {
                                let width = COLUMNS.min(n - corner);
                                let target = &mut output[row * n + corner..][..width];
                                if add {
                                    for (to, from) in target.iter_mut().zip(tile) {
                                        *to += from;
                                    }
                                } else {
                                    target.copy_from_slice(&tile[..width]);
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

/// The two inner loops, with the 128-bit instructions of WebAssembly.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod lanes {
    use super::{COLUMNS, ROWS};
    use core::arch::wasm32::*;

    /// The product of two packed panels.
    #[inline(always)]
    pub(super) fn tile(left: &[[f32; ROWS]], right: &[[f32; COLUMNS]]) -> [[f32; COLUMNS]; ROWS] {
        let mut sums = [[f32x4_splat(0.0); 2]; ROWS];
        for (left, right) in left.iter().zip(right) {
            // SAFETY: `right` is eight numbers; WebAssembly loads need no alignment.
            let right = unsafe {
                let at = right.as_ptr();
                [v128_load(at.cast()), v128_load(at.add(4).cast())]
            };
            for (sums, left) in sums.iter_mut().zip(left) {
                let left = f32x4_splat(*left);
                for (sum, right) in sums.iter_mut().zip(right) {
                    *sum = f32x4_add(*sum, f32x4_mul(left, right));
                }
            }
        }
        let mut tile = [[0.0; COLUMNS]; ROWS];
        for (row, sums) in tile.iter_mut().zip(sums) {
            // SAFETY: a row has room for both vectors.
            unsafe {
                v128_store(row.as_mut_ptr().cast(), sums[0]);
                v128_store(row.as_mut_ptr().add(4).cast(), sums[1]);
            }
        }
        tile
    }

    /// Writes numbers `at..at + 4` of four rows as columns `column..column + 4` of four lines.
    #[inline(always)]
    pub(super) fn turn<const N: usize>(
        rows: [&[f32]; 4],
        at: usize,
        lines: &mut [[f32; N]; 4],
        column: usize,
    ) {
        // SAFETY: each slice is checked to hold the four numbers that are read or written.
        unsafe {
            let [a, b, c, d] = rows.map(|row| v128_load(row[at..at + 4].as_ptr().cast()));
            let (ab, cd) = (
                i32x4_shuffle::<0, 4, 1, 5>(a, b),
                i32x4_shuffle::<0, 4, 1, 5>(c, d),
            );
            let (ef, gh) = (
                i32x4_shuffle::<2, 6, 3, 7>(a, b),
                i32x4_shuffle::<2, 6, 3, 7>(c, d),
            );
            let turned = [
                i64x2_shuffle::<0, 2>(ab, cd),
                i64x2_shuffle::<1, 3>(ab, cd),
                i64x2_shuffle::<0, 2>(ef, gh),
                i64x2_shuffle::<1, 3>(ef, gh),
            ];
            for (line, turned) in lines.iter_mut().zip(turned) {
                v128_store(line[column..column + 4].as_mut_ptr().cast(), turned);
            }
        }
    }
}

/// The same without vector instructions, for builds and tests that have none.
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod lanes {
    use super::{COLUMNS, ROWS};

    pub(super) fn tile(left: &[[f32; ROWS]], right: &[[f32; COLUMNS]]) -> [[f32; COLUMNS]; ROWS] {
        let mut sums = [[0.0; COLUMNS]; ROWS];
        for (left, right) in left.iter().zip(right) {
            for (sums, left) in sums.iter_mut().zip(left) {
                for (sum, right) in sums.iter_mut().zip(right) {
                    *sum += left * right;
                }
            }
        }
        sums
    }

    pub(super) fn turn<const N: usize>(
        rows: [&[f32]; 4],
        at: usize,
        lines: &mut [[f32; N]; 4],
        column: usize,
    ) {
        for (step, line) in lines.iter_mut().enumerate() {
            for (to, from) in line[column..column + 4].iter_mut().zip(rows) {
                *to = from[at + step];
            }
        }
    }
}
