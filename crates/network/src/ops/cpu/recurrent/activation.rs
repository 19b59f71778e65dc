//! The functions inside a cell on slices, and their slopes from their values.

use crate::ops::cpu::convolution::cut;
use crate::ops::recurrent::CellActivation;

/// Beyond this the hyperbolic tangent is one in 32 bits.
const FLAT: f32 = 7.905_311;

/// The hyperbolic tangent as a quotient of polynomials (odd of degree 13, even of degree 6; the
/// coefficients of Eigen's `ptanh`), within 4e-7: it runs in vectors, where the library's runs number by
/// number. Not-a-number stays what it is.
#[inline(always)]
fn tanh(x: f32) -> f32 {
    let x = between(x, -FLAT, FLAT);
    let y = x * x;
    let over = [
        -2.760_768_5e-16,
        2.000_188e-13,
        -8.604_672e-11,
        5.122_297e-8,
        1.485_722_4e-5,
        6.372_619e-4,
        4.893_525e-3,
    ];
    let under = [
        1.198_258_4e-6,
        1.185_347_1e-4,
        2.268_434_7e-3,
        4.893_525_3e-3,
    ];
    let value = |coefficients: &[f32]| coefficients.iter().fold(0.0, |sum, part| sum * y + part);
    x * value(&over) / value(&under)
}

/// `x` cut off at both ends. (`<=`, as in [`cut`](crate::ops::cpu::convolution::cut).)
#[inline(always)]
fn between(x: f32, low: f32, high: f32) -> f32 {
    let x = if x <= low { low } else { x };
    if x >= high { high } else { x }
}

/// `change` on every number, eight at a time: plain loops are not unrolled for WebAssembly. The rest is
/// filled up to eight, so that the function is there once.
#[inline(always)]
fn each(numbers: &mut [f32], change: impl Fn(f32) -> f32) {
    let (blocks, rest) = numbers.as_chunks_mut::<8>();
    let mut last = [0.0; 8];
    last[..rest.len()].copy_from_slice(rest);
    for block in blocks.iter_mut().chain([&mut last]) {
        *block = block.map(&change);
    }
    rest.copy_from_slice(&last[..rest.len()]);
}

/// `gradient *= slope(output)`
#[inline(always)]
fn pull_each(gradient: &mut [f32], output: &[f32], slope: impl Fn(f32) -> f32) {
    for (number, output) in gradient.iter_mut().zip(output) {
        *number *= slope(*output);
    }
}

impl CellActivation {
    /// Puts the function of every number in its place.
    #[inline(never)]
    pub(super) fn apply(self, numbers: &mut [f32]) {
        match self {
            // sigmoid(x) = tanh(x / 2) / 2 + 1 / 2
            Self::Tanh | Self::Sigmoid => {
                let (scale, shift) = match self {
                    Self::Tanh => (1.0, 0.0),
                    _ => (0.5, 0.5),
                };
                each(numbers, |x| scale * tanh(scale * x) + shift);
            }
            Self::HardSigmoid { slope } => each(numbers, |x| between(slope * x + 0.5, 0.0, 1.0)),
            Self::Relu => each(numbers, cut),
            Self::Linear => {}
        }
    }

    /// Multiplies a gradient by the slope where the function has the values `output`. At a kink the slope
    /// is zero.
    #[inline(never)]
    pub(super) fn pull(self, gradient: &mut [f32], output: &[f32]) {
        match self {
            Self::Tanh => pull_each(gradient, output, |y| 1.0 - y * y),
            Self::Sigmoid => pull_each(gradient, output, |y| y * (1.0 - y)),
            Self::HardSigmoid { slope } => pull_each(gradient, output, |y| {
                if y > 0.0 && y < 1.0 { slope } else { 0.0 }
            }),
            Self::Relu => pull_each(gradient, output, |y| if y > 0.0 { 1.0 } else { 0.0 }),
            Self::Linear => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::CellActivation;

    #[test]
    fn the_functions_are_those_of_64_bits() {
        let mut worst = [0.0f64; 2];
        for at in -120_000..=120_000 {
            let x = at as f32 / 4_000.0 * (1.0 + (at % 7) as f32 / 50.0);
            let mut numbers = [x];
            CellActivation::Tanh.apply(&mut numbers);
            let wide = f64::from(x);
            worst[0] = worst[0].max((f64::from(numbers[0]) - wide.tanh()).abs());
            numbers = [x];
            CellActivation::Sigmoid.apply(&mut numbers);
            let expected = 1.0 / (1.0 + (-wide).exp());
            worst[1] = worst[1].max((f64::from(numbers[0]) - expected).abs());
        }
        assert!(worst[0] < 4e-7 && worst[1] < 3e-7, "{worst:?}");
    }

    #[test]
    fn small_numbers_keep_their_digits() {
        for exponent in 1..30 {
            let x = 1.7f32 * 10f32.powi(-exponent);
            let mut numbers = [x];
            CellActivation::Tanh.apply(&mut numbers);
            let expected = f64::from(x).tanh();
            let off = (f64::from(numbers[0]) - expected).abs() / expected;
            assert!(off < 4e-7, "{x}: {off}");
        }
    }

    #[test]
    fn not_a_number_stays_what_it_is() {
        for activation in [
            CellActivation::Tanh,
            CellActivation::Sigmoid,
            CellActivation::HardSigmoid { slope: 0.2 },
            CellActivation::Relu,
            CellActivation::Linear,
        ] {
            let mut numbers = [f32::NAN; 9];
            activation.apply(&mut numbers);
            assert!(
                numbers.iter().all(|number| number.is_nan()),
                "{activation:?}"
            );
        }
    }
}
