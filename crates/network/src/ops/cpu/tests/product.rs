//! The product for WebAssembly, without its vector instructions.

use super::{assert_close, noise};
use crate::ops::cpu::matrix::{self, Matrix, Threads};
use crate::ops::cpu::{product, shares};

#[test]
fn the_product_for_webassembly_is_that_of_the_gemm_crate() {
    for [m, n, k] in [
        [1, 1, 1],
        [4, 8, 256],
        [5, 9, 257],
        [3, 7, 2],
        [66, 261, 300],
        [130, 10, 64],
    ] {
        for (left_turned, right_turned, accumulate) in [
            (false, false, false),
            (true, false, true),
            (false, true, true),
            (true, true, false),
        ] {
            let (a, b) = (noise(m * k, 1), noise(k * n, 2));
            let left = match left_turned {
                true => Matrix::new(&a, m).transposed(),
                false => Matrix::new(&a, k),
            };
            let right = match right_turned {
                true => Matrix::new(&b, k).transposed(),
                false => Matrix::new(&b, n),
            };
            // Rows that stand apart too: what lies between them stays.
            let width = n + m % 3;
            let mut expected = noise(m * width, 3);
            let mut ours = expected.clone();
            matrix::multiply_into(
                [m, n, k],
                &mut expected,
                width,
                accumulate,
                left,
                right,
                Threads::One,
            );
            product::multiply([m, n, k], &mut ours, width, accumulate, left, right);
            let name = format!("{m} {n} {k} {left_turned} {right_turned} {accumulate}");
            assert_close(&name, &ours, &expected, 1e-4);
            // In as many parts as one likes: to the bit the same.
            for threads in [1, 2, 5] {
                let mut parts = noise(m * width, 3);
                let sizes = [m, n, k];
                shares::multiply(sizes, &mut parts, width, accumulate, left, right, threads);
                assert_eq!(parts, ours, "{name} on {threads} threads");
            }
        }
    }
}
