//! Initial weights.

use crate::experiment::Dialect;
use crate::random::{Stream, unit};
use crate::read::Fields;
use std::f64::consts::{PI, SQRT_2};

/// The standard deviation of a normal distribution cut at two standard deviations.
const TRUNCATED: f64 = 0.879_625_661_034_239_8;

/// Which number of connections scales the weights.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fan {
    In,
    Out,
    Average,
}

/// What weights that are scaled by their fan are drawn from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Distribution {
    Uniform,
    /// Cut at two standard deviations.
    TruncatedNormal,
    /// Keras 3's `untruncated_normal`.
    Normal,
}

/// How a tensor is filled before training; formulas in [`super::TensorSpec::initial`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Initializer {
    Zeros,
    Ones,
    Constant(f64),
    /// U(min, max); by default U(-0.05, 0.05).
    Uniform {
        min: f64,
        max: f64,
    },
    /// N(mean, sd), not truncated; by default N(0, 0.05).
    Normal {
        mean: f64,
        sd: f64,
    },
    /// The same with draws beyond two deviations left out: the true deviation is 0.88 sd.
    TruncatedNormal {
        mean: f64,
        sd: f64,
    },
    /// U(-L, L), L = sqrt(3 scale / fan), or a normal of sd = sqrt(scale / fan): glorot, he, lecun.
    VarianceScaling {
        scale: f64,
        fan: Fan,
        distribution: Distribution,
    },
    /// Orthonormal columns (or rows, when there are fewer of them) times `gain`.
    Orthogonal(f64),
    /// The unit matrix times `gain`, cut or filled up with zeros where the tensor is not square.
    Identity(f64),
    /// LSTM's bias: ones in the forget gate's part, the second quarter, zeros elsewhere.
    UnitForget,
}

const fn scaling(scale: f64, fan: Fan, distribution: Distribution) -> Initializer {
    Initializer::VarianceScaling {
        scale,
        fan,
        distribution,
    }
}

impl Initializer {
    /// U(-L, L), L = sqrt(6 / (fan_in + fan_out)).
    pub const GLOROT_UNIFORM: Self = scaling(1.0, Fan::Average, Distribution::Uniform);
    /// U(-0.05, 0.05).
    pub const UNIFORM: Self = Self::Uniform {
        min: -0.05,
        max: 0.05,
    };
    const NORMAL: Self = Self::Normal {
        mean: 0.0,
        sd: 0.05,
    };

    /// All of them by Keras's names, with their defaults.
    pub const ALL: &'static [(&'static str, Self)] = &[
        ("glorot_uniform", Self::GLOROT_UNIFORM),
        (
            "glorot_normal",
            scaling(1.0, Fan::Average, Distribution::TruncatedNormal),
        ),
        ("he_uniform", scaling(2.0, Fan::In, Distribution::Uniform)),
        (
            "he_normal",
            scaling(2.0, Fan::In, Distribution::TruncatedNormal),
        ),
        (
            "lecun_uniform",
            scaling(1.0, Fan::In, Distribution::Uniform),
        ),
        (
            "lecun_normal",
            scaling(1.0, Fan::In, Distribution::TruncatedNormal),
        ),
        (
            "variance_scaling",
            scaling(1.0, Fan::In, Distribution::TruncatedNormal),
        ),
        ("normal", Self::NORMAL),
        ("random_normal", Self::NORMAL),
        ("uniform", Self::UNIFORM),
        ("random_uniform", Self::UNIFORM),
        (
            "truncated_normal",
            Self::TruncatedNormal {
                mean: 0.0,
                sd: 0.05,
            },
        ),
        ("orthogonal", Self::Orthogonal(1.0)),
        ("identity", Self::Identity(1.0)),
        ("constant", Self::Constant(0.0)),
        ("zeros", Self::Zeros),
        ("ones", Self::Ones),
    ];

    /// `"he_normal"` or `{ name = "random_normal", stddev = 0.01 }`.
    pub(super) fn read(f: &Fields, field: &'static str, default: Self) -> Self {
        let Some((kind, t)) = f.named(field, Self::ALL) else {
            return default;
        };
        let size = |name, value| t.number(name, Some(value), 0.0, 1e6);
        let value = |name, value| t.number(name, Some(value), -1e6, 1e6);
        let initializer = match kind {
            Self::Constant(x) => Self::Constant(value("value", x)),
            Self::Uniform { min, max } => Self::Uniform {
                min: value("minval", min),
                max: value("maxval", max),
            },
            Self::Normal { mean, sd } => Self::Normal {
                mean: value("mean", mean),
                sd: size("stddev", sd),
            },
            Self::TruncatedNormal { mean, sd } => Self::TruncatedNormal {
                mean: value("mean", mean),
                sd: size("stddev", sd),
            },
            Self::VarianceScaling {
                scale,
                fan,
                distribution,
            } => {
                let fans = [
                    ("fan_in", Fan::In),
                    ("fan_out", Fan::Out),
                    ("fan_avg", Fan::Average),
                ];
                let shapes = [
                    ("truncated_normal", Distribution::TruncatedNormal),
                    ("normal", Distribution::TruncatedNormal),
                    ("untruncated_normal", Distribution::Normal),
                    ("uniform", Distribution::Uniform),
                ];
                Self::VarianceScaling {
                    scale: t.number("scale", Some(scale), 1e-9, 1e6),
                    fan: t.choice("mode", Some(fan), &fans),
                    distribution: t.choice("distribution", Some(distribution), &shapes),
                }
            }
            Self::Orthogonal(gain) => Self::Orthogonal(value("gain", gain)),
            Self::Identity(gain) => Self::Identity(value("gain", gain)),
            other => other,
        };
        t.finish();
        initializer
    }

    /// Initial values of a tensor of `shape` with these fans, row-major in Keras's layout.
    pub(super) fn fill(
        self,
        shape: &[usize],
        fans: (f64, f64),
        dialect: Dialect,
        stream: &Stream,
    ) -> Vec<f32> {
        let length: usize = shape.iter().product();
        let uniform = |min: f64, max: f64| {
            let (middle, half) = ((min + max) / 2.0, (max - min) / 2.0);
            let mut values = vec![0.0; length];
            stream.for_each(length, |element, word| {
                let value = (2.0 * f64::from(unit(word)) - 1.0) * half;
                values[element] = (middle + value) as f32;
            });
            values
        };
        let normal = |mean: f64, sd: f64| {
            let mut values = stream.normals(length);
            for value in &mut values {
                *value = (mean + sd * f64::from(*value)) as f32;
            }
            values
        };
        let truncated = |mean: f64, sd: f64| {
            let mut values = vec![0.0; length];
            stream.for_each(length, |element, word| {
                values[element] = (mean + sd * truncated_normal(word)) as f32;
            });
            values
        };
        match self {
            Self::Zeros => vec![0.0; length],
            Self::Ones => vec![1.0; length],
            Self::Constant(value) => vec![value as f32; length],
            Self::Uniform { min, max } => uniform(min, max),
            Self::Normal { mean, sd } => normal(mean, sd),
            Self::TruncatedNormal { mean, sd } => truncated(mean, sd),
            Self::VarianceScaling {
                scale,
                fan,
                distribution,
            } => {
                let fan = match fan {
                    Fan::In => fans.0,
                    Fan::Out => fans.1,
                    Fan::Average => (fans.0 + fans.1) / 2.0,
                };
                let fan = fan.max(1.0);
                let sd = (scale / fan).sqrt();
                match (distribution, dialect) {
                    (Distribution::Uniform, _) => {
                        let limit = (3.0 * scale / fan).sqrt();
                        uniform(-limit, limit)
                    }
                    (Distribution::Normal, _) => normal(0.0, sd),
                    // 2.0.8 lets the cut shrink the deviation, Keras 3 makes up for it.
                    (Distribution::TruncatedNormal, Dialect::Keras2) => truncated(0.0, sd),
                    (Distribution::TruncatedNormal, Dialect::Keras3) => {
                        truncated(0.0, sd / TRUNCATED)
                    }
                }
            }
            Self::Orthogonal(gain) => orthogonal(shape, gain, stream),
            Self::Identity(gain) => {
                let columns = shape.last().copied().unwrap_or(1).max(1);
                let mut values = vec![0.0; length];
                for diagonal in values.iter_mut().step_by(columns + 1).take(columns) {
                    *diagonal = gain as f32;
                }
                values
            }
            Self::UnitForget => {
                let quarter = length / 4;
                (0..length)
                    .map(|i| f32::from(u8::from(i / quarter.max(1) == 1)))
                    .collect()
            }
        }
    }
}

/// A standard normal number between -2 and 2 from one word: the inverse of the distribution function, so
/// that nothing has to be drawn again and any element can be computed by itself.
fn truncated_normal(word: u32) -> f64 {
    /// Phi(-2)
    const BELOW: f64 = 0.022_750_131_948_179_21;
    let u = (f64::from(word >> 8) + 0.5) / 16_777_216.0;
    normal_quantile(BELOW + u * (1.0 - 2.0 * BELOW))
}

/// The inverse of the standard normal distribution function for 0 < p < 1: Acklam's rational approximation
/// and one step of Halley's rule, 1e-9 exact or better.
fn normal_quantile(p: f64) -> f64 {
    const A: [f64; 6] = [
        -3.969_683_028_665_376e1,
        2.209_460_984_245_205e2,
        -2.759_285_104_469_687e2,
        1.383_577_518_672_69e2,
        -3.066_479_806_614_716e1,
        2.506_628_277_459_239,
    ];
    const B: [f64; 6] = [
        -5.447_609_879_822_406e1,
        1.615_858_368_580_409e2,
        -1.556_989_798_598_866e2,
        6.680_131_188_771_972e1,
        -1.328_068_155_288_572e1,
        1.0,
    ];
    const C: [f64; 6] = [
        -7.784_894_002_430_293e-3,
        -3.223_964_580_411_365e-1,
        -2.400_758_277_161_838,
        -2.549_732_539_343_734,
        4.374_664_141_464_968,
        2.938_163_982_698_783,
    ];
    const D: [f64; 5] = [
        7.784_695_709_041_462e-3,
        3.224_671_290_700_398e-1,
        2.445_134_137_142_996,
        3.754_408_661_907_416,
        1.0,
    ];
    let horner = |x: f64, c: &[f64]| c.iter().fold(0.0, |sum, c| sum * x + c);
    let tail = |p: f64| {
        let q = (-2.0 * p.ln()).sqrt();
        horner(q, &C) / horner(q, &D)
    };
    let x = if p < 0.024_25 {
        tail(p)
    } else if p > 1.0 - 0.024_25 {
        -tail(1.0 - p)
    } else {
        let q = p - 0.5;
        horner(q * q, &A) * q / horner(q * q, &B)
    };
    let error = 0.5 * erfc(-x / SQRT_2) - p;
    let step = error * (2.0 * PI).sqrt() * (x * x / 2.0).exp();
    x - step / (1.0 + x * step / 2.0)
}

/// The complementary error function for |x| < 3: Taylor's series of erf, far enough for the range above.
fn erfc(x: f64) -> f64 {
    let (mut sum, mut term) = (x, x);
    for n in 1..80 {
        term *= -x * x / f64::from(n);
        sum += term / f64::from(2 * n + 1);
    }
    1.0 - 2.0 / PI.sqrt() * sum
}

/// A tall matrix (max, min) of standard normal numbers whose columns are made orthonormal from the first one on
/// (Gram-Schmidt, twice for rounding, in f64), lying down where the tensor is wide: with a positive diagonal this is
/// the Q of QR, as likely as any rotation.
fn orthogonal(shape: &[usize], gain: f64, stream: &Stream) -> Vec<f32> {
    let columns = shape.last().copied().unwrap_or(1).max(1);
    let length: usize = shape.iter().product();
    let rows = length / columns;
    let normals = stream.normals(length);
    // The short side is made orthonormal: its vectors, one after the other.
    let (count, width) = (rows.min(columns), rows.max(columns));
    let mut vectors = vec![0.0; length];
    for (vector, v) in vectors.chunks_exact_mut(width.max(1)).enumerate() {
        for (element, value) in v.iter_mut().enumerate() {
            *value = f64::from(normals[element * count + vector]);
        }
    }
    orthonormalise(&mut vectors, width.max(1));
    let mut values = vec![0.0; length];
    for (vector, v) in vectors.chunks_exact(width.max(1)).enumerate() {
        for (element, value) in v.iter().enumerate() {
            let place = if rows >= columns {
                element * columns + vector
            } else {
                vector * columns + element
            };
            values[place] = (gain * value) as f32;
        }
    }
    values
}

/// So many vectors are removed from another one in one pass over it.
const GROUP: usize = 4;

/// Makes vectors of `width` numbers orthonormal, in their order. Four at a time are finished and removed from all that
/// come later: so memory is gone through once for four of them.
fn orthonormalise(vectors: &mut [f64], width: usize) {
    let nothing = vec![0.0; width];
    let group = |rows: &[f64], v: &mut [f64]| {
        let mut rows = rows.chunks_exact(width);
        remove(v, std::array::from_fn(|_| rows.next().unwrap_or(&nothing)));
    };
    let norm = |v: &[f64]| v.iter().map(|x| x * x).sum::<f64>().sqrt();
    let whole: Vec<f64> = vectors.chunks_exact(width).map(norm).collect();
    let size = GROUP * width;
    for start in (0..vectors.len()).step_by(size) {
        let (earlier, rest) = vectors.split_at_mut(start);
        let (own, later) = rest.split_at_mut(size.min(rest.len()));
        for place in (0..own.len()).step_by(width) {
            let (before, v) = own.split_at_mut(place);
            let v = &mut v[..width];
            group(before, v);
            // What is left of a vector has the rounding of what was taken away: where that was nearly all of it, the
            // rest is taken away, too. Elsewhere it is far below what 32 bits hold.
            if norm(v) < 0.01 * whole[(start + place) / width] {
                earlier.chunks(size).for_each(|four| group(four, v));
                group(before, v);
            }
            let norm = norm(v);
            v.iter_mut().for_each(|x| *x /= norm);
        }
        later.chunks_exact_mut(width).for_each(|v| group(own, v));
    }
}

/// Takes out of `v` what lies along these vectors of length 1, which are at right angles to each other.
fn remove(v: &mut [f64], along: [&[f64]; GROUP]) {
    // Sums that need not wait for one another.
    const LANES: usize = 4;
    let mut sums = [[0.0; LANES]; GROUP];
    let (whole, rest) = v.as_chunks::<LANES>();
    let lanes = along.map(|row| row.as_chunks::<LANES>());
    for (at, x) in whole.iter().enumerate() {
        for (sums, (row, _)) in sums.iter_mut().zip(&lanes) {
            let row = &row[at];
            for lane in 0..LANES {
                sums[lane] += x[lane] * row[lane];
            }
        }
    }
    for (sums, (_, row)) in sums.iter_mut().zip(&lanes) {
        let products = rest.iter().zip(*row).map(|(x, y)| x * y);
        sums[0] += products.sum::<f64>();
    }
    let [p, q, r, s] = sums.map(|[a, b, c, d]| (a + b) + (c + d));
    let [a, b, c, d] = along.map(|row| &row[..v.len()]);
    for (i, x) in v.iter_mut().enumerate() {
        *x -= (p * a[i] + q * b[i]) + (r * c[i] + s * d[i]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_normal_quantile_is_the_inverse_of_the_distribution() {
        for (p, x) in [
            (0.5, 0.0),
            (0.975, 1.959_963_984_540_054),
            (0.022_750_131_948_179_21, -2.0),
            (0.841_344_746_068_543, 1.0),
            (0.01, -2.326_347_874_040_841),
        ] {
            assert!((normal_quantile(p) - x).abs() < 1e-9, "{p}");
        }
    }

    fn apart(values: &[f32], rows: usize, columns: usize) -> f64 {
        let (count, width) = (rows.min(columns), rows.max(columns));
        let at = |vector: usize, element: usize| match rows >= columns {
            true => f64::from(values[element * columns + vector]),
            false => f64::from(values[vector * columns + element]),
        };
        let mut worst = 0.0f64;
        for a in 0..count {
            for b in (0..=a).step_by(1 + a / 40) {
                let dot: f64 = (0..width).map(|i| at(a, i) * at(b, i)).sum();
                let wanted = if a == b { 1.0 } else { 0.0 };
                worst = worst.max((dot - wanted).abs());
            }
            let own: f64 = (0..width).map(|i| at(a, i).powi(2)).sum();
            worst = worst.max((own - 1.0).abs());
        }
        worst
    }

    /// All remainders of a group, wide and tall; a large one in the time of a large one.
    #[test]
    fn orthogonal_matrices_are_orthonormal() {
        let stream = Stream::new(7, crate::random::Purpose::Weights, 0, 0);
        for (rows, columns) in [
            (1, 1),
            (1, 9),
            (7, 1),
            (5, 5),
            (6, 4),
            (4, 7),
            (33, 34),
            (64, 256),
        ] {
            let values = orthogonal(&[rows, columns], 1.0, &stream);
            let worst = apart(&values, rows, columns);
            assert!(worst < 1e-6, "{rows} x {columns}: {worst}");
        }
        let began = std::time::Instant::now();
        let values = orthogonal(&[1024, 1024], 1.0, &stream);
        println!("1,024 x 1,024 orthogonal: {:?}", began.elapsed());
        assert!(apart(&values, 1024, 1024) < 1e-6);
    }

    /// The first vector keeps its direction, and what is along the earlier ones is taken away: R's diagonal is positive.
    #[test]
    fn orthogonal_is_the_q_of_qr_with_a_positive_diagonal() {
        let stream = Stream::new(3, crate::random::Purpose::Weights, 0, 1);
        let (rows, columns) = (13, 11);
        let q = orthogonal(&[rows, columns], 1.0, &stream);
        let a = stream.normals(rows * columns);
        for j in 0..columns {
            for i in 0..columns {
                let product =
                    |row: usize| f64::from(q[row * columns + i]) * f64::from(a[row * columns + j]);
                let r: f64 = (0..rows).map(product).sum();
                match i.cmp(&j) {
                    std::cmp::Ordering::Less => {}
                    std::cmp::Ordering::Equal => assert!(r > 0.0, "R[{i},{j}] = {r}"),
                    std::cmp::Ordering::Greater => assert!(r.abs() < 1e-5, "R[{i},{j}] = {r}"),
                }
            }
        }
    }
}
