//! What is measured, and driven up: a class or a unit, before its activation.

use crate::error::InsightError;
use fireside_network::Network;
use fireside_spec::{Checked, Shape};

/// One number of a network: the mean over all places of a layer's unit, before the layer's own activation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Goal {
    layer: usize,
    /// Of the layer's output.
    shape: Shape,
    unit: usize,
    sign: f32,
}

/// How many units a layer's output has, and how many numbers of one lie side by side.
fn units(shape: Shape) -> (usize, usize) {
    match shape {
        Shape::Flat { units } => (units, 1),
        Shape::Sequence { features, .. } => (features, 1),
        Shape::Picture {
            channels,
            height,
            width,
        }
        | Shape::Frames {
            channels,
            height,
            width,
            ..
        } => (channels, height * width),
    }
}

impl Goal {
    /// The score of a class: what softmax or sigmoid gets. A network with one output speaks for class 1 and, by its
    /// opposite, for class 0.
    ///
    /// # Errors
    /// [`InsightError::Class`].
    pub fn class(checked: &Checked, class: usize) -> Result<Self, InsightError> {
        let width = checked.width();
        let classes = width.max(2);
        if class >= classes {
            return Err(InsightError::Class { class, classes });
        }
        let last = checked.layers.len().saturating_sub(1);
        let mut goal = Self::unit(checked, last, if width == 1 { 0 } else { class })?;
        if width == 1 && class == 0 {
            goal.sign = -1.0;
        }
        Ok(goal)
    }

    /// A unit of a layer: a filter's map, or a single number.
    ///
    /// # Errors
    /// [`InsightError::Layer`], [`InsightError::Unit`].
    pub fn unit(checked: &Checked, layer: usize, unit: usize) -> Result<Self, InsightError> {
        let layers = checked.layers.len();
        let there = checked.layers.get(layer);
        let there = there.ok_or(InsightError::Layer { layer, layers })?;
        let (units, _) = units(there.output);
        if unit >= units {
            return Err(InsightError::Unit { unit, units });
        }
        Ok(Self {
            layer,
            shape: there.output,
            unit,
            sign: 1.0,
        })
    }

    /// The network as far as it matters.
    pub(crate) fn part(&self, network: &Network) -> Network {
        network.upto(self.layer).logits()
    }

    /// How much each number of the layer counts.
    pub(crate) fn weights(&self) -> Vec<f32> {
        let (units, side) = units(self.shape);
        let length = self.shape.len();
        let share = self.sign * units as f32 / length as f32;
        let of = |index: usize| match (index / side) % units == self.unit {
            true => share,
            false => 0.0,
        };
        (0..length).map(of).collect()
    }
}
