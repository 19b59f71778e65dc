//! Max and average pooling on plain slices.

use super::lanes::{self, larger};
use super::parallel::filled;
use crate::ops::sizes::{PoolKind, Pooling};
use crate::ops::windows::Windows;

/// Numbers of the input that one thread takes at a time.
const SHARE: usize = 1 << 15;

/// Planes that one thread takes at a time.
fn planes(windows: &Windows) -> usize {
    (SHARE / windows.picture().max(1)).max(1)
}

/// The output `[images, channels, rows, columns]`.
pub(super) fn forward(sizes: &Pooling, input: &[f32]) -> Vec<f32> {
    let windows = &sizes.windows;
    let total = sizes.images * sizes.channels * windows.positions();
    let planes = planes(windows);
    filled(total, planes * windows.positions(), &|index, part| {
        let input = input[index * planes * windows.picture()..].chunks_exact(windows.picture());
        for (output, input) in part.chunks_exact_mut(windows.positions()).zip(input) {
            match sizes.kind {
                PoolKind::Max if is_two_by_two(windows) => max_two(windows, input, output),
                PoolKind::Max if is_pairs(windows) => max_pairs(input, output),
                PoolKind::Max => max(windows, input, output),
                PoolKind::Average => average(windows, input, output),
            }
        }
    })
}

/// The gradient of the input from that of the output.
pub(super) fn backward(sizes: &Pooling, input: &[f32], gradient: &[f32]) -> Vec<f32> {
    let windows = &sizes.windows;
    let planes = planes(windows);
    filled(input.len(), planes * windows.picture(), &|index, part| {
        let gradient =
            gradient[index * planes * windows.positions()..].chunks_exact(windows.positions());
        let input = input[index * planes * windows.picture()..].chunks_exact(windows.picture());
        let part = part.chunks_exact_mut(windows.picture());
        for ((result, input), gradient) in part.zip(input).zip(gradient) {
            match sizes.kind {
                PoolKind::Max if is_two_by_two(windows) => {
                    max_two_back(windows, input, gradient, result);
                }
                PoolKind::Max if is_pairs(windows) => max_pairs_back(input, gradient, result),
                PoolKind::Max => max_back(windows, input, gradient, result),
                PoolKind::Average => average_back(windows, gradient, result),
            }
        }
    })
}

/// The usual case: windows of 2x2 that touch each other, without padding.
fn is_two_by_two(windows: &Windows) -> bool {
    is_halved(windows, 0) && is_halved(windows, 1)
}

/// The usual case along a sequence, which is a picture of one row: pairs that touch each other, without padding.
fn is_pairs(windows: &Windows) -> bool {
    windows.height == 1 && windows.output[0] == 1 && is_halved(windows, 1)
}

fn is_halved(windows: &Windows, axis: usize) -> bool {
    windows.size[axis] == 2
        && windows.stride[axis] == 2
        && windows.before[axis] == 0
        && windows.output[axis] == [windows.height, windows.width][axis] / 2
}

fn max_pairs(input: &[f32], output: &mut [f32]) {
    for (output, pair) in output.iter_mut().zip(input.as_chunks::<2>().0) {
        *output = larger(pair[0], pair[1]);
    }
}

fn max_pairs_back(input: &[f32], gradient: &[f32], result: &mut [f32]) {
    let pairs = result.as_chunks_mut::<2>().0.iter_mut();
    let pairs = pairs.zip(input.as_chunks::<2>().0);
    for ((result, pair), gradient) in pairs.zip(gradient) {
        // A second row that is never the larger one.
        let [left, right, ..] = lanes::hand_back_one(*pair, [f32::NEG_INFINITY; 2], *gradient);
        *result = [left, right];
    }
}

#[inline(never)] // inlined, the compiler no longer sees that the slices are apart
fn max_two(windows: &Windows, input: &[f32], output: &mut [f32]) {
    let columns = windows.output[1];
    let pairs = input.chunks_exact(2 * windows.width);
    for (output, rows) in output.chunks_exact_mut(columns).zip(pairs) {
        let (top, bottom) = rows.split_at(windows.width);
        let (top, top_rest) = top[..2 * columns].as_chunks::<8>();
        let (bottom, bottom_rest) = bottom[..2 * columns].as_chunks::<8>();
        let (output, rest) = output.as_chunks_mut::<4>();
        for ((output, top), bottom) in output.iter_mut().zip(top).zip(bottom) {
            for lane in 0..4 {
                let upper = larger(top[2 * lane], top[2 * lane + 1]);
                let lower = larger(bottom[2 * lane], bottom[2 * lane + 1]);
                output[lane] = larger(upper, lower);
            }
        }
        for (lane, output) in rest.iter_mut().enumerate() {
            let upper = larger(top_rest[2 * lane], top_rest[2 * lane + 1]);
            let lower = larger(bottom_rest[2 * lane], bottom_rest[2 * lane + 1]);
            *output = larger(upper, lower);
        }
    }
}

#[inline(never)]
fn max_two_back(windows: &Windows, input: &[f32], gradient: &[f32], result: &mut [f32]) {
    let columns = windows.output[1];
    let inputs = input.chunks_exact(2 * windows.width);
    let results = result.chunks_exact_mut(2 * windows.width);
    for ((gradient, rows), result) in gradient.chunks_exact(columns).zip(inputs).zip(results) {
        let (top, bottom) = rows.split_at(windows.width);
        let (to_top, to_bottom) = result.split_at_mut(windows.width);
        let (gradient, gradient_rest) = gradient.as_chunks::<4>();
        let (top, top_rest) = top[..2 * columns].as_chunks::<8>();
        let (bottom, bottom_rest) = bottom[..2 * columns].as_chunks::<8>();
        let (to_top, to_top_rest) = to_top[..2 * columns].as_chunks_mut::<8>();
        let (to_bottom, to_bottom_rest) = to_bottom[..2 * columns].as_chunks_mut::<8>();
        let sources = gradient.iter().zip(top).zip(bottom);
        let targets = to_top.iter_mut().zip(to_bottom);
        for (((gradient, top), bottom), (to_top, to_bottom)) in sources.zip(targets) {
            lanes::hand_back(top, bottom, gradient, to_top, to_bottom);
        }
        for (lane, gradient) in gradient_rest.iter().enumerate() {
            let (left, right) = (2 * lane, 2 * lane + 1);
            let top = [top_rest[left], top_rest[right]];
            let bottom = [bottom_rest[left], bottom_rest[right]];
            let [a, b, c, d] = lanes::hand_back_one(top, bottom, *gradient);
            (to_top_rest[left], to_top_rest[right]) = (a, b);
            (to_bottom_rest[left], to_bottom_rest[right]) = (c, d);
        }
    }
}

/// Calls `work` with every position of the window, and the rows and columns of the picture there.
#[inline(always)]
fn for_windows(
    windows: &Windows,
    mut work: impl FnMut(usize, core::ops::Range<usize>, core::ops::Range<usize>),
) {
    let [rows, columns] = windows.output;
    for row in 0..rows {
        let y = windows.under(0, row);
        for column in 0..columns {
            work(row * columns + column, y.clone(), windows.under(1, column));
        }
    }
}

/// Where the first largest number of a window lies.
#[inline(always)]
fn place(
    input: &[f32],
    width: usize,
    y: core::ops::Range<usize>,
    x: core::ops::Range<usize>,
) -> usize {
    let mut best = y.start * width + x.start;
    for y in y {
        for at in y * width + x.start..y * width + x.end {
            if input[at] > input[best] {
                best = at;
            }
        }
    }
    best
}

fn max(windows: &Windows, input: &[f32], output: &mut [f32]) {
    for_windows(windows, |position, y, x| {
        output[position] = input[place(input, windows.width, y, x)];
    });
}

fn max_back(windows: &Windows, input: &[f32], gradient: &[f32], result: &mut [f32]) {
    for_windows(windows, |position, y, x| {
        result[place(input, windows.width, y, x)] += gradient[position];
    });
}

fn average(windows: &Windows, input: &[f32], output: &mut [f32]) {
    for_windows(windows, |position, y, x| {
        let count = (y.len() * x.len()) as f32;
        let mut sum = 0.0;
        for y in y {
            let row = &input[y * windows.width..][x.clone()];
            sum += row.iter().sum::<f32>();
        }
        output[position] = sum / count;
    });
}

fn average_back(windows: &Windows, gradient: &[f32], result: &mut [f32]) {
    for_windows(windows, |position, y, x| {
        let share = gradient[position] / (y.len() * x.len()) as f32;
        for y in y {
            for number in &mut result[y * windows.width..][x.clone()] {
                *number += share;
            }
        }
    });
}
