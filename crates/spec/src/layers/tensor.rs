//! The tensors of a layer: shape, initial values, and what holds for them in training.

use super::initializer::Initializer;
use crate::constraint::Constraint;
use crate::experiment::Dialect;
use crate::random::{Purpose, Stream};
use crate::read::Fields;
use crate::regularizer::Regularizer;

/// What an experiment says of one tensor of a layer.
#[derive(Clone, Debug, PartialEq)]
pub struct Rules {
    pub initializer: Initializer,
    pub regularizer: Option<Regularizer>,
    pub constraint: Option<Constraint>,
}

impl Rules {
    /// Reads `<name>_initializer` and its like; see [`rules!`].
    pub(crate) fn read(f: &Fields, fields: [&'static str; 3], default: Initializer) -> Self {
        Self {
            initializer: Initializer::read(f, fields[0], default),
            regularizer: Regularizer::read(f, fields[1]),
            constraint: Constraint::read(f, fields[2]),
        }
    }
}

/// Nothing holds but the initial values.
impl From<Initializer> for Rules {
    fn from(initializer: Initializer) -> Self {
        Self {
            initializer,
            regularizer: None,
            constraint: None,
        }
    }
}

/// The rules of a layer's tensor from `<name>_initializer`, `<name>_regularizer`, `<name>_constraint`; with the name
/// of a flag (true unless written) those of a tensor that is only there where it holds. As in Keras they may be
/// written of a tensor that isn't there: they are read, and nothing comes of them.
macro_rules! rules {
    ($f:expr, $flag:literal, $name:literal, $default:expr) => {{
        let rules = $crate::layers::rules!($f, $name, $default);
        $f.flag($flag, true).then_some(rules)
    }};
    ($f:expr, $name:literal, $default:expr) => {
        $crate::layers::Rules::read(
            $f,
            [
                concat!($name, "_initializer"),
                concat!($name, "_regularizer"),
                concat!($name, "_constraint"),
            ],
            $default,
        )
    };
}
pub(crate) use rules;

/// A tensor of a layer, in Keras's layout: Dense (in, out), Conv2D (kh, kw, in, out).
#[derive(Clone, Debug, PartialEq)]
pub struct TensorSpec {
    /// `kernel`, `bias`, `forward_lstm/kernel` ...
    pub name: String,
    pub shape: Vec<usize>,
    pub rules: Rules,
    /// Whether the optimizer changes it; the moving statistics of a normalization are only carried on.
    pub trainable: bool,
    /// How many of the leading axes are summed over where Keras's rule of fans (see [`Self::fans`]) does not hold:
    /// the kernels of an attention.
    pub input_axes: Option<usize>,
}

impl TensorSpec {
    /// A trainable tensor.
    pub fn new(name: &str, shape: Vec<usize>, rules: &Rules) -> Self {
        Self {
            name: name.into(),
            shape,
            rules: rules.clone(),
            trainable: true,
            input_axes: None,
        }
    }

    /// A kernel of `shape` (its last axis is the units) and, where the layer has one, its bias.
    pub(super) fn kernel_and_bias(
        shape: Vec<usize>,
        kernel: &Rules,
        bias: Option<&Rules>,
    ) -> Vec<Self> {
        let units = shape.last().copied().unwrap_or(0);
        let kernel = Self::new("kernel", shape, kernel);
        let bias = bias.map(|rules| Self::new("bias", vec![units], rules));
        std::iter::once(kernel).chain(bias).collect()
    }

    /// What it costs: of a frozen tensor only in Keras 2.
    pub fn penalty(&self, dialect: Dialect) -> Option<Regularizer> {
        let counts = self.trainable || dialect == Dialect::Keras2;
        self.rules.regularizer.filter(|_| counts)
    }

    /// Number of elements.
    pub fn len(&self) -> usize {
        // Saturating: absurd sizes must end as an error, not as an overflow.
        self.shape.iter().fold(1, |n, axis| n.saturating_mul(*axis))
    }

    /// Whether there is no element.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Keras's (fan_in, fan_out): the last two axes, each times the window; of a vector the square root of its
    /// length (2.0.8) or its length (3); of a kernel with several axes of inputs all of these, and all others.
    pub fn fans(&self, dialect: Dialect) -> (f64, f64) {
        let product = |axes: &[usize]| axes.iter().map(|axis| *axis as f64).product::<f64>();
        if let Some((inputs, outputs)) =
            self.input_axes.and_then(|n| self.shape.split_at_checked(n))
        {
            return (product(inputs), product(outputs));
        }
        match *self.shape.as_slice() {
            [] => (1.0, 1.0),
            [n] => {
                let n = match dialect {
                    Dialect::Keras2 => (n as f64).sqrt(),
                    Dialect::Keras3 => n as f64,
                };
                (n, n)
            }
            [ref window @ .., fan_in, fan_out] => {
                let window = product(window);
                (window * fan_in as f64, window * fan_out as f64)
            }
        }
    }

    /// Initial values, row-major in Keras's layout, of tensor `tensor` of layer `layer`.
    pub fn initial(&self, dialect: Dialect, seed: u32, layer: usize, tensor: usize) -> Vec<f32> {
        let stream = Stream::new(seed, Purpose::Weights, 0, (layer * 8 + tensor) as u32);
        self.rules
            .initializer
            .fill(&self.shape, self.fans(dialect), dialect, &stream)
    }
}
