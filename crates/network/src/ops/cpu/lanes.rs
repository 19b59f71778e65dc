//! The few inner loops that are written with 128-bit instructions, and the same in plain Rust for
//! every other target: left to itself the compiler does not vectorise them, does it across the
//! wrong loop, or branches.

/// Rows and columns of the tile of a matrix product that lives in registers.
#[cfg(any(test, target_family = "wasm"))]
pub(super) const ROWS: usize = 4;
#[cfg(any(test, target_family = "wasm"))]
pub(super) const COLUMNS: usize = 8;

pub(super) use pooling::hand_back;
#[cfg(any(test, target_family = "wasm"))]
pub(super) use target::{put, tile, turn};

/// The larger of two, the first of equal ones.
#[inline(always)]
pub(super) fn larger(a: f32, b: f32) -> f32 {
    if b > a { b } else { a }
}

/// The gradient at the place of the largest of four numbers, zero at the others: two of the upper
/// row, two of the lower. As in [`larger`], only a greater number takes the place of an earlier
/// one.
///
/// In bit masks, because a branch on comparisons that are as good as random is guessed wrong.
#[inline(always)]
pub(super) fn hand_back_one(top: [f32; 2], bottom: [f32; 2], gradient: f32) -> [f32; 4] {
    let mask = |set: bool| u32::from(set).wrapping_neg();
    let below = mask(larger(bottom[0], bottom[1]) > larger(top[0], top[1]));
    let right_top = mask(top[1] > top[0]);
    let right_bottom = mask(bottom[1] > bottom[0]);
    let (in_top, in_bottom) = (gradient.to_bits() & !below, gradient.to_bits() & below);
    [
        in_top & !right_top,
        in_top & right_top,
        in_bottom & !right_bottom,
        in_bottom & right_bottom,
    ]
    .map(f32::from_bits)
}

/// The backward pass of 2x2 max pooling, with vectors on x86-64 too: the compiler turns the plain
/// form into branches, which random comparisons make ten times slower.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod pooling {
    use core::arch::wasm32::*;

    /// [`super::hand_back_one`] for four windows side by side.
    #[inline(always)]
    pub(in crate::ops) fn hand_back(
        top: &[f32; 8],
        bottom: &[f32; 8],
        gradient: &[f32; 4],
        to_top: &mut [f32; 8],
        to_bottom: &mut [f32; 8],
    ) {
        // SAFETY: every load and store stays inside its array; WebAssembly needs no alignment.
        unsafe {
            let sides = |row: &[f32; 8]| {
                let at = row.as_ptr();
                let (a, b) = (v128_load(at.cast()), v128_load(at.add(4).cast()));
                (
                    i32x4_shuffle::<0, 2, 4, 6>(a, b),
                    i32x4_shuffle::<1, 3, 5, 7>(a, b),
                )
            };
            let put = |row: &mut [f32; 8], share: v128, right: v128| {
                let (a, b) = (v128_andnot(share, right), v128_and(share, right));
                let at = row.as_mut_ptr();
                v128_store(at.cast(), i32x4_shuffle::<0, 4, 1, 5>(a, b));
                v128_store(at.add(4).cast(), i32x4_shuffle::<2, 6, 3, 7>(a, b));
            };
            let ((a, b), (c, d)) = (sides(top), sides(bottom));
            // `pmax` is `larger`: its second operand only where that is greater.
            let below = f32x4_gt(f32x4_pmax(c, d), f32x4_pmax(a, b));
            let gradient = v128_load(gradient.as_ptr().cast());
            put(to_top, v128_andnot(gradient, below), f32x4_gt(b, a));
            put(to_bottom, v128_and(gradient, below), f32x4_gt(d, c));
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod pooling {
    use core::arch::x86_64::*;

    /// [`super::hand_back_one`] for four windows side by side.
    #[inline(always)]
    pub(in crate::ops) fn hand_back(
        top: &[f32; 8],
        bottom: &[f32; 8],
        gradient: &[f32; 4],
        to_top: &mut [f32; 8],
        to_bottom: &mut [f32; 8],
    ) {
        // SAFETY: SSE is part of every x86-64; every load and store stays inside its array and
        // asks for no alignment.
        unsafe {
            let sides = |row: &[f32; 8]| {
                let (a, b) = (
                    _mm_loadu_ps(row.as_ptr()),
                    _mm_loadu_ps(row.as_ptr().add(4)),
                );
                (_mm_shuffle_ps::<0x88>(a, b), _mm_shuffle_ps::<0xdd>(a, b))
            };
            let put = |row: &mut [f32; 8], share: __m128, right: __m128| {
                let (a, b) = (_mm_andnot_ps(right, share), _mm_and_ps(right, share));
                _mm_storeu_ps(row.as_mut_ptr(), _mm_unpacklo_ps(a, b));
                _mm_storeu_ps(row.as_mut_ptr().add(4), _mm_unpackhi_ps(a, b));
            };
            let ((a, b), (c, d)) = (sides(top), sides(bottom));
            // `max` is `larger`: its first operand only where that is greater.
            let below = _mm_cmpgt_ps(_mm_max_ps(d, c), _mm_max_ps(b, a));
            let gradient = _mm_loadu_ps(gradient.as_ptr());
            put(to_top, _mm_andnot_ps(below, gradient), _mm_cmpgt_ps(b, a));
            put(to_bottom, _mm_and_ps(below, gradient), _mm_cmpgt_ps(d, c));
        }
    }
}

#[cfg(not(any(
    target_arch = "x86_64",
    all(target_arch = "wasm32", target_feature = "simd128")
)))]
mod pooling {
    /// [`super::hand_back_one`] for four windows side by side.
    #[inline(always)]
    pub(in crate::ops) fn hand_back(
        top: &[f32; 8],
        bottom: &[f32; 8],
        gradient: &[f32; 4],
        to_top: &mut [f32; 8],
        to_bottom: &mut [f32; 8],
    ) {
        for (lane, gradient) in gradient.iter().enumerate() {
            let (left, right) = (2 * lane, 2 * lane + 1);
            let top = [top[left], top[right]];
            let bottom = [bottom[left], bottom[right]];
            [
                to_top[left],
                to_top[right],
                to_bottom[left],
                to_bottom[right],
            ] = super::hand_back_one(top, bottom, gradient[lane]);
        }
    }
}

/// The inner loops of [`super::product`].
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod target {
    use super::{COLUMNS, ROWS};
    use core::arch::wasm32::*;

    /// The product of two packed panels.
    #[inline(always)]
    pub(in crate::ops) fn tile(
        left: &[[f32; ROWS]],
        right: &[[f32; COLUMNS]],
    ) -> [[v128; 2]; ROWS] {
        let mut sums = [[f32x4_splat(0.0); 2]; ROWS];
        for (left, right) in left.iter().zip(right) {
            // SAFETY: four numbers and eight; WebAssembly loads need no alignment.
            let (left, right) = unsafe {
                let at = right.as_ptr();
                let right = [v128_load(at.cast()), v128_load(at.add(4).cast())];
                (v128_load(left.as_ptr().cast()), right)
            };
            // One load and four shuffles are faster than four loads; unrolled, the browser's compiler runs out of registers.
            let left = [
                i32x4_shuffle::<0, 0, 0, 0>(left, left),
                i32x4_shuffle::<1, 1, 1, 1>(left, left),
                i32x4_shuffle::<2, 2, 2, 2>(left, left),
                i32x4_shuffle::<3, 3, 3, 3>(left, left),
            ];
            for (sums, left) in sums.iter_mut().zip(left) {
                for (sum, right) in sums.iter_mut().zip(right) {
                    // The product first: where a browser can, both become one instruction (`crates/xtask/src/fuse.rs`).
                    *sum = f32x4_add(f32x4_mul(left, right), *sum);
                }
            }
        }
        sums
    }

    /// Writes a tile to rows that are `width` apart, or adds it to them.
    #[inline(always)]
    pub(in crate::ops) fn put(
        tile: [[v128; 2]; ROWS],
        output: &mut [f32],
        width: usize,
        add: bool,
    ) {
        for (row, mut sums) in tile.into_iter().enumerate() {
            let to = output[row * width..][..COLUMNS].as_mut_ptr();
            // SAFETY: the slice is checked to have room for both vectors; WebAssembly needs no alignment.
            unsafe {
                let to: [*mut v128; 2] = [to.cast(), to.add(4).cast()];
                if add {
                    sums = [0, 1].map(|half| f32x4_add(v128_load(to[half]), sums[half]));
                }
                v128_store(to[0], sums[0]);
                v128_store(to[1], sums[1]);
            }
        }
    }

    /// Writes numbers `at..at + 4` of four rows as columns `column..column + 4` of four lines.
    #[inline(always)]
    pub(in crate::ops) fn turn<const N: usize>(
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

#[cfg(all(
    any(test, target_family = "wasm"),
    not(all(target_arch = "wasm32", target_feature = "simd128"))
))]
mod target {
    use super::{COLUMNS, ROWS};

    pub(in crate::ops) fn tile(
        left: &[[f32; ROWS]],
        right: &[[f32; COLUMNS]],
    ) -> [[f32; COLUMNS]; ROWS] {
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

    pub(in crate::ops) fn put(
        tile: [[f32; COLUMNS]; ROWS],
        output: &mut [f32],
        width: usize,
        add: bool,
    ) {
        for (row, sums) in tile.iter().enumerate() {
            for (to, sum) in output[row * width..][..COLUMNS].iter_mut().zip(sums) {
                *to = if add { *to + sum } else { *sum };
            }
        }
    }

    pub(in crate::ops) fn turn<const N: usize>(
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
