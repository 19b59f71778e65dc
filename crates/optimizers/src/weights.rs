//! What an optimizer has to know of a weight besides its numbers: shape, order in memory, penalty, constraint.

use fireside_spec::{Axes, Constraint, Regularizer};

/// A weight as the optimizer knows it. Its numbers come as flat tensors.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WeightFacts {
    /// Keras's shape: constraints name their axes in it.
    pub shape: Vec<usize>,
    /// Keras's axes in the order in which they lie in memory, the slowest first; empty: 0, 1, 2 ... For a
    /// convolution kernel (kh, kw, in, out) that lies as out, in, kh, kw: `[3, 2, 0, 1]`.
    pub order: Vec<usize>,
    pub regularizer: Option<Regularizer>,
    pub constraint: Option<Constraint>,
    /// A frozen weight is not updated; in Keras 2 its penalty is still part of the loss.
    pub frozen: bool,
}

/// Neighbouring axes in memory that are all kept apart, or all summed over, by a norm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Level {
    pub len: usize,
    pub summed: bool,
}

impl WeightFacts {
    /// A trainable weight that lies as its shape says, without penalty and constraint.
    pub fn new(shape: &[usize]) -> Self {
        Self {
            shape: shape.to_vec(),
            ..Self::default()
        }
    }

    /// Numbers of the weight.
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The axes as they lie in memory, slowest first, those of `axes` summed over.
    pub(crate) fn levels(&self, axes: Axes) -> Vec<Level> {
        let plain: Vec<usize> = (0..self.shape.len()).collect();
        let order = if self.order.len() == self.shape.len() {
            &self.order
        } else {
            &plain
        };
        let mut levels: Vec<Level> = Vec::with_capacity(order.len());
        for axis in order {
            let len = self.shape.get(*axis).copied().unwrap_or(1);
            let summed = axes.contains(*axis);
            match levels.last_mut() {
                Some(last) if last.summed == summed => last.len *= len,
                _ => levels.push(Level { len, summed }),
            }
        }
        levels
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_that_belong_together_are_one_level() {
        let level = |len, summed| Level { len, summed };
        let dense = WeightFacts::new(&[3, 4]);
        let first = Axes::of(&[0]);
        assert_eq!(dense.levels(first), [level(3, true), level(4, false)]);
        let conv = WeightFacts {
            order: vec![3, 2, 0, 1],
            ..WeightFacts::new(&[5, 6, 2, 8])
        };
        let rows = [level(16, false), level(5, true), level(6, false)];
        assert_eq!(conv.levels(first), rows);
        let filters = [level(8, false), level(60, true)];
        assert_eq!(conv.levels(Axes::of(&[0, 1, 2])), filters);
        // An axis that the weight doesn't have changes nothing.
        assert_eq!(dense.levels(Axes::of(&[5])), [level(12, false)]);
    }
}
