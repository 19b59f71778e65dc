//! NumPy's old generator, as far as Keras's data sets need it: the order that `numpy.random.seed(s)` and
//! `numpy.random.shuffle` give.
//!
//! MT19937 (Matsumoto and Nishimura 1998), seeded by its `init_genrand`; NumPy keeps this stream for ever
//! (NEP 19). For everything of our own the generator is `fireside_spec::random`.

const WORDS: usize = 624;
const AHEAD: usize = 397;

/// The generator's state.
pub(crate) struct Mt19937 {
    words: [u32; WORDS],
    next: usize,
}

impl Mt19937 {
    /// As `numpy.random.seed(seed)`.
    pub fn new(seed: u32) -> Self {
        let mut words = [seed; WORDS];
        for index in 1..WORDS {
            let before = words[index - 1];
            words[index] = (before ^ (before >> 30))
                .wrapping_mul(1_812_433_253)
                .wrapping_add(index as u32);
        }
        Self { words, next: WORDS }
    }

    /// The next 32 bits.
    pub fn word(&mut self) -> u32 {
        if self.next == WORDS {
            for index in 0..WORDS {
                let upper = self.words[index] & 0x8000_0000;
                let both = upper | (self.words[(index + 1) % WORDS] & 0x7fff_ffff);
                let twist = (both >> 1) ^ (0x9908_b0df & (both & 1).wrapping_neg());
                self.words[index] = self.words[(index + AHEAD) % WORDS] ^ twist;
            }
            self.next = 0;
        }
        let mut word = self.words[self.next];
        self.next += 1;
        word ^= word >> 11;
        word ^= (word << 7) & 0x9d2c_5680;
        word ^= (word << 15) & 0xefc6_0000;
        word ^ (word >> 18)
    }

    /// A number from 0 to `most`: words with the bits of `most` are drawn until one is not above it.
    fn up_to(&mut self, most: u32) -> u32 {
        let mask = u32::MAX.checked_shr(most.leading_zeros()).unwrap_or(0);
        loop {
            let word = self.word() & mask;
            if word <= most {
                return word;
            }
        }
    }

    /// Shuffles as `numpy.random.shuffle` does a list or a one-dimensional array.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = self.up_to(last as u32) as usize;
            items.swap(last, other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_orders_are_numpy_s() {
        // The published test vector of init_genrand(5489): the 10,000th word.
        let mut generator = Mt19937::new(5489);
        let word = (0..10_000).map(|_| generator.word()).last();
        assert_eq!(word, Some(4_123_659_995));
        // numpy 2.4.6: RandomState(113).shuffle(arange(25000)).
        let mut order: Vec<u32> = (0..25_000).collect();
        Mt19937::new(113).shuffle(&mut order);
        assert_eq!(order[..6], [7798, 13_226, 18_078, 793, 17_499, 23_003]);
        assert_eq!(order[24_997..], [22_690, 4828, 14_501]);
        order.sort_unstable();
        assert!(order.iter().copied().eq(0..25_000));
    }
}
