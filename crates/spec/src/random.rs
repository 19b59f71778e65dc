//! One seed, one run: the counter-based generator that every random number comes from.
//!
//! Philox 4x32-10 (Salmon et al. 2011). Key = (seed, purpose), counter = (element / 4, step, tag, 0); a
//! value is one lane of a block, so any element can be computed anywhere, in any order: in Rust natively,
//! in wasm, and later in a kernel.

use rand_philox::{Philox, philox4x32_10};

/// What a random number is for. Part of the key, so that two purposes never share numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Initial weights; tag = layer * 8 + tensor, step = 0, elements row-major in Keras layout.
    Weights = 1,
    /// Order of rows; step = epoch.
    Order = 2,
    /// Dropout masks; step = update, tag = layer, elements row-major in the batch tensor.
    Dropout = 3,
    /// Splits of a data set.
    Split = 4,
    /// Built-in samples.
    Sample = 5,
    /// Augmentation; step = epoch, tag = row of the training part, an element for each setting (`augment` of
    /// `fireside-datasets` lists them).
    Augment = 6,
    /// Tokens of a generated text; step = token.
    Generate = 7,
    /// Where a picture begins to climb (tag 0), and its shifts (tag 1, step = step).
    Ascent = 8,
}

/// A stream of numbers addressed by element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stream {
    key: [u32; 2],
    step: u32,
    tag: u32,
}

impl Stream {
    /// The stream of `purpose` at `step` (an update, an epoch) and `tag` (a layer, a tensor).
    pub const fn new(seed: u32, purpose: Purpose, step: u32, tag: u32) -> Self {
        Self {
            key: [seed, purpose as u32],
            step,
            tag,
        }
    }

    /// The four words of block `index` (elements `4 * index .. 4 * index + 4`).
    #[inline]
    pub fn block(&self, index: u32) -> [u32; 4] {
        philox4x32_10([index, self.step, self.tag, 0], self.key)
    }

    /// The word of one element.
    #[inline]
    pub fn word(&self, element: u32) -> u32 {
        self.block(element / 4)[(element % 4) as usize]
    }

    /// One element, uniform in [0, 1) with 24 bits.
    #[inline]
    pub fn uniform(&self, element: u32) -> f32 {
        unit(self.word(element))
    }

    /// One element, standard normal (Box-Muller on the pair of lanes it belongs to).
    pub fn normal(&self, element: u32) -> f32 {
        let block = self.block(element / 4);
        let pair = (element % 4 / 2 * 2) as usize;
        normal_pair(block[pair], block[pair + 1])[(element % 2) as usize]
    }

    /// The words of element `4 * block` and those after it: many at a time are several times as fast as one by one.
    pub fn fill(&self, block: u32, words: &mut [u32]) {
        let [block, step, tag] = [block, self.step, self.tag].map(u128::from);
        Philox::new(self.key, tag << 64 | step << 32 | block).fill_u32(words);
    }

    /// Calls `each(element, word)` for elements `0..len`.
    pub fn for_each(&self, len: usize, mut each: impl FnMut(usize, u32)) {
        let mut words = [0; 256];
        for first in (0..len).step_by(words.len()) {
            let words = &mut words[..(len - first).min(256)];
            self.fill(first as u32 / 4, words);
            for (at, word) in words.iter().enumerate() {
                each(first + at, *word);
            }
        }
    }

    /// `len` standard normal numbers.
    pub fn normals(&self, len: usize) -> Vec<f32> {
        let mut out = Vec::with_capacity(len + 3);
        for index in 0..len.div_ceil(4) {
            let [a, b, c, d] = self.block(index as u32);
            out.extend(normal_pair(a, b));
            out.extend(normal_pair(c, d));
        }
        out.truncate(len);
        out
    }

    /// A permutation of `0..len` (Fisher-Yates from the end).
    pub fn permutation(&self, len: usize) -> Vec<u32> {
        let mut order: Vec<u32> = (0..len as u32).collect();
        let mut words = vec![0; len];
        self.for_each(len, |element, word| words[element] = word);
        for i in (1..len).rev() {
            // Multiply-shift: a bias below 2^-16 for the sizes of our data sets.
            let j = (u64::from(words[i]) * (i as u64 + 1)) >> 32;
            order.swap(i, j as usize);
        }
        order
    }
}

/// A word as a number in [0, 1) with 24 bits.
#[inline]
pub fn unit(word: u32) -> f32 {
    (word >> 8) as f32 * (1.0 / 16_777_216.0)
}

fn normal_pair(a: u32, b: u32) -> [f32; 2] {
    const UNIT: f64 = 1.0 / 16_777_216.0;
    // + 1 keeps the logarithm finite.
    let u1 = f64::from((a >> 8) + 1) * UNIT;
    let u2 = f64::from(b >> 8) * UNIT;
    let r = (-2.0 * u1.ln()).sqrt();
    let (sin, cos) = (std::f64::consts::TAU * u2).sin_cos();
    [(r * cos) as f32, (r * sin) as f32]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn block_is_philox_of_the_stated_counter() {
        let stream = Stream::new(7, Purpose::Dropout, 3, 2);
        assert_eq!(stream.block(5), philox4x32_10([5, 3, 2, 0], [7, 3]));
        assert_eq!(stream.word(22), stream.block(5)[2]);
        let mut words = Vec::new();
        stream.for_each(1001, |element, word| words.push((element, word)));
        let one_by_one: Vec<_> = (0..1001).map(|e| (e, stream.word(e as u32))).collect();
        assert_eq!(words, one_by_one);
    }

    #[test]
    fn permutation_holds_every_row_once_and_depends_on_the_epoch() {
        let a = Stream::new(7, Purpose::Order, 0, 0).permutation(1000);
        let b = Stream::new(7, Purpose::Order, 1, 0).permutation(1000);
        let mut sorted = a.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, (0..1000).collect::<Vec<_>>());
        assert_ne!(a, b);
    }

    #[test]
    fn normals_have_the_moments_of_a_normal() {
        let stream = Stream::new(7, Purpose::Weights, 0, 0);
        let z = stream.normals(100_001);
        let mean = z.iter().sum::<f32>() / z.len() as f32;
        let var = z.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / z.len() as f32;
        assert!(mean.abs() < 0.01, "{mean}");
        assert!((var - 1.0).abs() < 0.02, "{var}");
        assert_eq!(z[12_345], stream.normal(12_345));
    }
}
