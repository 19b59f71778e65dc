//! Convolution on plain slices: forward and both gradients as matrix products over the windows.
//!
//! Layouts are those of the network: pictures `[images, groups x channels, height, width]`, kernels
//! `[filters, channels, rows, columns]`. One group after the other is a convolution of its own.

use super::im2col::{col2im, im2col};
use super::matrix::{Matrix, Threads, multiply};
use super::parallel::{filled, for_parts, with_scratch};
use crate::ops::sizes::Convolution;

/// Columns that one matrix product should have at least: small pictures are taken together.
const COLUMNS: usize = 64;
/// Most parts in which the kernel gradient is summed, and most numbers that all of them may take.
const PARTS: usize = 16;
const PART_NUMBERS: usize = 1 << 22;

impl Convolution {
    /// Numbers in the output of one picture.
    fn answer(&self) -> usize {
        self.filters * self.windows.positions()
    }

    /// Numbers in one picture, all groups together.
    fn picture(&self) -> usize {
        self.groups * self.windows.picture()
    }

    /// Filters of a group.
    fn own(&self) -> usize {
        self.filters / self.groups.max(1)
    }

    /// The windows of the channels of `group`, `count` pictures of `input` side by side.
    fn windows_of(&self, group: usize, input: &[f32], count: usize, matrix: &mut [f32]) {
        let positions = self.windows.positions();
        let (length, start) = (self.windows.picture(), group * self.windows.picture());
        let pictures = input.chunks_exact(self.picture()).take(count);
        for (at, picture) in pictures.enumerate() {
            let channels = &picture[start..start + length];
            im2col(
                channels,
                &self.windows,
                matrix,
                count * positions,
                at * positions,
            );
        }
    }

    /// Pictures that share one matrix product.
    fn group(&self) -> usize {
        COLUMNS
            .div_ceil(self.windows.positions())
            .clamp(1, self.images.max(1))
    }

    /// The output `[images, filters, rows, columns]`.
    pub(super) fn run_forward(
        &self,
        input: &[f32],
        kernel: &[f32],
        bias: Option<&[f32]>,
    ) -> Vec<f32> {
        let (window, positions) = (self.windows.window(), self.windows.positions());
        let (picture, answer, group) = (self.picture(), self.answer(), self.group());
        let own = self.own();
        filled(self.images * answer, group * answer, &|index, part| {
            let columns = part.len() / self.filters.max(1);
            with_scratch((window + self.filters) * columns, |scratch| {
                let (matrix, products) = scratch.split_at_mut(window * columns);
                let pictures = &input[index * group * picture..];
                for (of, products) in products.chunks_mut((own * columns).max(1)).enumerate() {
                    self.windows_of(of, pictures, columns / positions, matrix);
                    multiply(
                        [own, columns, window],
                        products,
                        false,
                        Matrix::new(&kernel[of * own * window..], window),
                        Matrix::new(matrix, columns),
                        Threads::One,
                    );
                }
                for (at, answer) in part.chunks_exact_mut(answer).enumerate() {
                    for (filter, target) in answer.chunks_exact_mut(positions).enumerate() {
                        let from = filter * columns + at * positions;
                        let source = &products[from..from + positions];
                        finish(
                            target,
                            source,
                            bias.map_or(0.0, |bias| bias[filter]),
                            self.relu,
                        );
                    }
                }
            });
        })
    }

    /// The gradients of the kernel and of the bias `[filters]`.
    ///
    /// `gradient` is the gradient of the output; `output` is what [`Self::run_forward`] returned (only
    /// read with `relu`).
    pub(super) fn kernel_gradient(
        &self,
        input: &[f32],
        gradient: &[f32],
        output: &[f32],
    ) -> (Vec<f32>, Vec<f32>) {
        let (window, positions) = (self.windows.window(), self.windows.positions());
        let (picture, answer, own) = (self.picture(), self.answer(), self.own());
        let length = self.filters * (window + 1);
        // A fixed number of partial sums, so that the result does not depend on the threads.
        let parts = (PART_NUMBERS / length.max(1))
            .clamp(1, PARTS)
            .min(self.images.max(1));
        let share = self.images.div_ceil(parts).max(1);
        let group = self.group().min(share);
        let threads = if parts == 1 {
            Threads::All
        } else {
            Threads::One
        };
        let mut sums = vec![0.0; self.images.div_ceil(share).max(1) * length];
        for_parts(&mut sums, length, |index, sum| {
            let (kernel, bias) = sum.split_at_mut(self.filters * window);
            let mut image = index * share;
            let end = (image + share).min(self.images);
            while image < end {
                let count = group.min(end - image);
                let columns = count * positions;
                with_scratch((window + self.filters) * columns, |scratch| {
                    let (matrix, masked) = scratch.split_at_mut(window * columns);
                    let range = image * answer..(image + count) * answer;
                    self.gather(
                        &gradient[range.clone()],
                        output,
                        range.start,
                        masked,
                        Some(bias),
                    );
                    let kernels = kernel.chunks_mut((own * window).max(1)).enumerate();
                    for (of, kernel) in kernels {
                        self.windows_of(of, &input[image * picture..], count, matrix);
                        multiply(
                            [own, window, columns],
                            kernel,
                            true,
                            Matrix::new(&masked[of * own * columns..], columns),
                            Matrix::new(matrix, columns).transposed(),
                            threads,
                        );
                    }
                });
                image += count;
            }
        });
        let (total, rest) = sums.split_at_mut(length);
        for part in rest.chunks_exact(length) {
            for (total, part) in total.iter_mut().zip(part) {
                *total += *part;
            }
        }
        sums.truncate(length);
        let bias = sums.split_off(self.filters * window);
        (sums, bias)
    }

    /// The gradient of the input; arguments as in [`Self::kernel_gradient`].
    pub(super) fn input_gradient(
        &self,
        kernel: &[f32],
        gradient: &[f32],
        output: &[f32],
    ) -> Vec<f32> {
        let (window, positions) = (self.windows.window(), self.windows.positions());
        let (picture, answer, group) = (self.picture(), self.answer(), self.group());
        let (own, channels) = (self.own(), self.windows.picture());
        filled(self.images * picture, group * picture, &|index, part| {
            let count = part.len() / picture.max(1);
            let columns = count * positions;
            with_scratch((window + self.filters) * columns, |scratch| {
                let (matrix, masked) = scratch.split_at_mut(window * columns);
                let start = index * group * answer;
                let gradient = &gradient[start..start + count * answer];
                self.gather(gradient, output, start, masked, None);
                for of in 0..self.groups {
                    multiply(
                        [window, columns, own],
                        matrix,
                        false,
                        Matrix::new(&kernel[of * own * window..], window).transposed(),
                        Matrix::new(&masked[of * own * columns..], columns),
                        Threads::One,
                    );
                    for (at, picture) in part.chunks_exact_mut(picture).enumerate() {
                        let picture = &mut picture[of * channels..][..channels];
                        col2im(matrix, columns, at * positions, &self.windows, picture);
                    }
                }
            });
        })
    }

    /// Copies the gradient of some pictures to `masked` (`[filters, pictures x positions]`), zero
    /// where the relu cut the output off, and adds the sum of every filter to `sums`.
    ///
    /// The output of the first of these pictures begins at `start`.
    fn gather(
        &self,
        gradient: &[f32],
        output: &[f32],
        start: usize,
        masked: &mut [f32],
        mut sums: Option<&mut [f32]>,
    ) {
        let positions = self.windows.positions();
        let answer = self.answer();
        let columns = gradient.len() / self.filters.max(1);
        for (at, gradient) in gradient.chunks_exact(answer).enumerate() {
            for (filter, source) in gradient.chunks_exact(positions).enumerate() {
                let to = filter * columns + at * positions;
                let target = &mut masked[to..to + positions];
                if self.relu {
                    let from = start + at * answer + filter * positions;
                    mask(target, source, &output[from..from + positions]);
                } else {
                    target.copy_from_slice(source);
                }
                if let Some(sums) = sums.as_deref_mut() {
                    sums[filter] += sum(target);
                }
            }
        }
    }
}

/// `target = source + bias`, negative results cut to zero with `relu`. Not-a-number stays what it
/// is: a run that diverged must not look healthy.
pub(super) fn finish(target: &mut [f32], source: &[f32], bias: f32, relu: bool) {
    if relu {
        by_blocks(target, source, |value| cut(value + bias));
    } else {
        by_blocks(target, source, |value| value + bias);
    }
}

/// Zero for negative numbers. (`<=`, not `<`: the latter, like `f32::max`, is left scalar by the
/// compiler for WebAssembly.)
#[inline(always)]
pub(super) fn cut(value: f32) -> f32 {
    if value <= 0.0 { 0.0 } else { value }
}

/// Writes `change` of every number of `source` to `target`, sixteen at a time: plain loops are not
/// unrolled for WebAssembly.
#[inline(always)]
fn by_blocks(target: &mut [f32], source: &[f32], change: impl Fn(f32) -> f32) {
    let (blocks, rest) = target.as_chunks_mut::<16>();
    let (from, from_rest) = source.as_chunks::<16>();
    for (to, from) in blocks.iter_mut().zip(from) {
        for lane in 0..16 {
            to[lane] = change(from[lane]);
        }
    }
    for (to, from) in rest.iter_mut().zip(from_rest) {
        *to = change(*from);
    }
}

/// `target = gradient` where `output` is above zero, else zero.
pub(super) fn mask(target: &mut [f32], gradient: &[f32], output: &[f32]) {
    let keep = |gradient: f32, output: f32| if output > 0.0 { gradient } else { 0.0 };
    let (blocks, rest) = target.as_chunks_mut::<16>();
    let (gradients, gradient_rest) = gradient.as_chunks::<16>();
    let (outputs, output_rest) = output.as_chunks::<16>();
    for ((to, gradient), output) in blocks.iter_mut().zip(gradients).zip(outputs) {
        for lane in 0..16 {
            to[lane] = keep(gradient[lane], output[lane]);
        }
    }
    for ((to, gradient), output) in rest.iter_mut().zip(gradient_rest).zip(output_rest) {
        *to = keep(*gradient, *output);
    }
}

/// The sum of all numbers, in sixteen lanes: a single running sum would not be vectorised.
fn sum(numbers: &[f32]) -> f32 {
    let mut lanes = [0.0f32; 16];
    let (blocks, rest) = numbers.as_chunks::<16>();
    for block in blocks {
        for (lane, number) in lanes.iter_mut().zip(block) {
            *lane += number;
        }
    }
    lanes.iter().sum::<f32>() + rest.iter().sum::<f32>()
}
