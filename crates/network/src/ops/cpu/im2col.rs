//! The copies between a picture and the matrix of its windows, row by row.

use crate::ops::windows::Windows;

impl Windows {
    /// Numbers in one picture.
    pub(super) fn picture(&self) -> usize {
        self.channels * self.height * self.width
    }

    /// The picture rows (`axis` 0) or columns (`axis` 1) under the window at output row or column
    /// `position`, without padding.
    #[inline]
    pub(super) fn under(&self, axis: usize, position: usize) -> core::ops::Range<usize> {
        let (from, before) = (position * self.stride[axis], self.before[axis]);
        let length = [self.height, self.width][axis];
        let start = from.saturating_sub(before).min(length);
        let end = (from + self.size[axis]).saturating_sub(before);
        start..end.clamp(start, length)
    }

    /// The output rows (`axis` 0) or columns (`axis` 1) for which what lies `offset` behind the
    /// first row or column of the window is not padding, and the picture row or column under the first of them.
    #[inline]
    pub(super) fn inside(&self, axis: usize, offset: usize) -> Inside {
        let (stride, before, count) = (self.stride[axis], self.before[axis], self.output[axis]);
        let length = [self.height, self.width][axis];
        let start = before.saturating_sub(offset).div_ceil(stride).min(count);
        let end = (length + before)
            .saturating_sub(offset)
            .div_ceil(stride)
            .clamp(start, count);
        Inside {
            start,
            end,
            first: (start * stride + offset).saturating_sub(before),
        }
    }
}

/// The part `start..end` of the output for which one row or column of the window lies in the
/// picture, and the place `first` in the picture that belongs to `start`.
#[derive(Clone, Copy)]
pub(super) struct Inside {
    pub start: usize,
    pub end: usize,
    pub first: usize,
}

/// Copies every window of `picture` (the channels of one group) into a column of `matrix`.
///
/// `matrix` has `windows.window()` rows (channel, then window row, then window column: the order of
/// a kernel `[out, in, rows, columns]`), `pitch` numbers apart; the columns written are
/// `at..at + windows.positions()`.
pub(super) fn im2col(
    picture: &[f32],
    windows: &Windows,
    matrix: &mut [f32],
    pitch: usize,
    at: usize,
) {
    let [rows, columns] = windows.output;
    let stride = windows.stride[1];
    let pace = windows.width * windows.stride[0];
    let mut line = at;
    for plane in picture.chunks_exact(windows.height * windows.width) {
        for ky in 0..windows.size[0] {
            let y = windows.inside(0, ky * windows.dilation[0]);
            for kx in 0..windows.size[1] {
                let x = windows.inside(1, kx * windows.dilation[1]);
                let target = &mut matrix[line..line + rows * columns];
                line += pitch;
                if y.end - y.start < rows || x.end - x.start < columns {
                    target.fill(0.0);
                }
                if y.start == y.end || x.start == x.end {
                    continue;
                }
                let target =
                    &mut target[y.start * columns + x.start..(y.end - 1) * columns + x.end];
                let source = &plane[y.first * windows.width + x.first..];
                let lines = target.chunks_mut(columns).zip(source.chunks(pace));
                let length = x.end - x.start;
                if stride == 1 {
                    copy_rows(lines, length);
                } else {
                    for (to, from) in lines {
                        let from = from.iter().step_by(stride);
                        for (to, from) in to[..length].iter_mut().zip(from) {
                            *to = *from;
                        }
                    }
                }
            }
        }
    }
}

/// Adds every column of `matrix` back to the window of `picture` that it stands for: the reverse
/// of [`im2col`], with the same `pitch` and `at`.
pub(super) fn col2im(
    matrix: &[f32],
    pitch: usize,
    at: usize,
    windows: &Windows,
    picture: &mut [f32],
) {
    let [rows, columns] = windows.output;
    let stride = windows.stride[1];
    let pace = windows.width * windows.stride[0];
    let mut line = at;
    for plane in picture.chunks_exact_mut(windows.height * windows.width) {
        for ky in 0..windows.size[0] {
            let y = windows.inside(0, ky * windows.dilation[0]);
            for kx in 0..windows.size[1] {
                let x = windows.inside(1, kx * windows.dilation[1]);
                let source = &matrix[line..line + rows * columns];
                line += pitch;
                if y.start == y.end || x.start == x.end {
                    continue;
                }
                let source = &source[y.start * columns + x.start..(y.end - 1) * columns + x.end];
                let target = &mut plane[y.first * windows.width + x.first..];
                let lines = target.chunks_mut(pace).zip(source.chunks(columns));
                let length = x.end - x.start;
                for (to, from) in lines {
                    let from = &from[..length];
                    if stride == 1 {
                        add(&mut to[..length], from);
                    } else {
                        for (to, from) in to.iter_mut().step_by(stride).zip(from) {
                            *to += *from;
                        }
                    }
                }
            }
        }
    }
}

/// `to += from` for short rows: by fours, without the set-up of a long vector loop.
#[inline(always)]
fn add(to: &mut [f32], from: &[f32]) {
    let (to, to_rest) = to.as_chunks_mut::<4>();
    let (from, from_rest) = from.as_chunks::<4>();
    for (to, from) in to.iter_mut().zip(from) {
        for lane in 0..4 {
            to[lane] += from[lane];
        }
    }
    for (to, from) in to_rest.iter_mut().zip(from_rest) {
        *to += *from;
    }
}

/// Copies the first `length` numbers of every pair of rows.
///
/// Rows of small pictures are short: up to 32 numbers are moved by two overlapping blocks of a
/// fixed size, which costs less than a call of `memcpy` (in WebAssembly that call leaves the
/// compiled code).
#[inline(always)]
fn copy_rows<'a>(lines: impl Iterator<Item = (&'a mut [f32], &'a [f32])>, length: usize) {
    match length {
        0..4 => {
            for (to, from) in lines {
                for (to, from) in to[..length].iter_mut().zip(from) {
                    *to = *from;
                }
            }
        }
        4 => copy_ends::<4, true>(lines, length),
        5..8 => copy_ends::<4, false>(lines, length),
        8 => copy_ends::<8, true>(lines, length),
        9..16 => copy_ends::<8, false>(lines, length),
        16..=32 => copy_ends::<16, false>(lines, length),
        _ => {
            for (to, from) in lines {
                to[..length].copy_from_slice(&from[..length]);
            }
        }
    }
}

/// Copies rows of `N..=2 * N` numbers by their first and last `N` (`WHOLE`: of exactly `N`).
#[inline(always)]
fn copy_ends<'a, const N: usize, const WHOLE: bool>(
    lines: impl Iterator<Item = (&'a mut [f32], &'a [f32])>,
    length: usize,
) {
    let last = length - N;
    for (to, from) in lines {
        let (to, from) = (&mut to[..length], &from[..length]);
        to[..N].copy_from_slice(&from[..N]);
        if !WHOLE {
            to[last..].as_chunks_mut::<N>().0[0] = from[last..].as_chunks::<N>().0[0];
        }
    }
}
