//! The dense product, and products of many matrices, on plain slices.

use super::convolution::cut;
use super::matrix::{Matrix, Threads, multiply};
use super::parallel::{for_parts, zeros};
use crate::ops::sizes::{DenseProduct, Products};

impl Products {
    /// The products `[count, m, n]`, each on one thread.
    pub(super) fn run(&self, left: &[f32], right: &[f32]) -> Vec<f32> {
        let Self { m, n, k, .. } = *self;
        let mut output = vec![0.0; self.count * m * n];
        let factor = |numbers, rows, columns, turned| match turned {
            true => Matrix::new(numbers, rows).transposed(),
            false => Matrix::new(numbers, columns),
        };
        for_parts(&mut output, m * n, |index, product| {
            multiply(
                [m, n, k],
                product,
                false,
                factor(&left[index * m * k..][..m * k], m, k, self.turned[0]),
                factor(&right[index * k * n..][..k * n], k, n, self.turned[1]),
                Threads::One,
            );
        });
        output
    }
}

impl DenseProduct {
    /// The output `[rows, units]`.
    pub(super) fn run_forward(
        &self,
        input: &[f32],
        kernel: &[f32],
        bias: Option<&[f32]>,
    ) -> Vec<f32> {
        let mut output = zeros(self.rows * self.units);
        multiply(
            [self.rows, self.units, self.inputs],
            &mut output,
            false,
            Matrix::new(input, self.inputs),
            Matrix::new(kernel, self.units),
            Threads::All,
        );
        for row in output.chunks_exact_mut(self.units.max(1)) {
            if let Some(bias) = bias {
                for (number, bias) in row.iter_mut().zip(bias) {
                    *number += *bias;
                }
            }
            if self.relu {
                for number in row {
                    *number = cut(*number);
                }
            }
        }
        output
    }

    /// The gradient of the kernel: input transposed x gradient.
    pub(super) fn kernel_gradient(&self, input: &[f32], gradient: &[f32]) -> Vec<f32> {
        let mut result = zeros(self.inputs * self.units);
        multiply(
            [self.inputs, self.units, self.rows],
            &mut result,
            false,
            Matrix::new(input, self.inputs).transposed(),
            Matrix::new(gradient, self.units),
            Threads::All,
        );
        result
    }

    /// The gradient of the bias: the sum over the rows.
    pub(super) fn bias_gradient(&self, gradient: &[f32]) -> Vec<f32> {
        let mut sums = vec![0.0; self.units];
        for row in gradient.chunks_exact(self.units.max(1)) {
            for (sum, number) in sums.iter_mut().zip(row) {
                *sum += *number;
            }
        }
        sums
    }

    /// The gradient of the input: gradient x kernel transposed.
    pub(super) fn input_gradient(&self, kernel: &[f32], gradient: &[f32]) -> Vec<f32> {
        let mut result = zeros(self.rows * self.inputs);
        multiply(
            [self.rows, self.inputs, self.units],
            &mut result,
            false,
            Matrix::new(gradient, self.units),
            Matrix::new(kernel, self.units).transposed(),
            Threads::All,
        );
        result
    }
}
