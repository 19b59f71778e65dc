//! What Keras has and Burn has not, in Rust: each part behind the word that asks for it.

/// Function or type name, and its text, which may ask for others that stand behind it.
pub(super) const HELPERS: &[(&str, &str)] = &[
    (
        "Recurrent",
        r#"/// What happens in a step.
#[derive(Clone, Copy, PartialEq)]
pub enum Cell {
    Simple,
    Gru,
    Lstm,
}

/// Keras's SimpleRNN, GRU (parts z, r, h) and LSTM (i, f, c, o).
pub struct Recurrent {
    pub cell: Cell,
    pub units: usize,
    pub activation: fn(Tensor<2>) -> Tensor<2>,
    pub gate: fn(Tensor<2>) -> Tensor<2>,
    pub reset_after: bool,
    pub sequences: bool,
    pub backwards: bool,
    /// Rates of dropout on inputs and states, and masks that are drawn: one, or one for every part.
    pub dropout: [f64; 2],
    pub masks: usize,
}

impl Recurrent {
    fn parts(&self) -> usize {
        match self.cell {
            Cell::Simple => 1,
            Cell::Gru => 3,
            Cell::Lstm => 4,
        }
    }

    /// Factors of dropout, the same for all steps; none where nothing is dropped.
    fn drawn(&self, [rows, size]: [usize; 2], rate: f64, pass: &Pass, device: &Device) -> Vec<Tensor<2>> {
        if rate == 0.0 || !pass.training {
            return Vec::new();
        }
        let draw = |_| drop(Tensor::ones([rows, size], device), rate, pass);
        let masks: Vec<Tensor<2>> = (0..self.masks).map(draw).collect();
        (0..self.parts()).map(|part| masks[part % self.masks].clone()).collect()
    }

    /// The parts of a product, each with its own mask.
    fn product(&self, x: &Tensor<2>, weight: &Tensor<2>, masks: &[Tensor<2>]) -> Vec<Tensor<2>> {
        let part = |part: usize| {
            let own = weight.clone().narrow(1, part * self.units, self.units);
            match masks.get(part) {
                Some(mask) => (x.clone() * mask.clone()).matmul(own),
                None => x.clone().matmul(own),
            }
        };
        (0..self.parts()).map(part).collect()
    }

    /// (rows, steps, features) to (rows, steps or 1, units).
    pub fn forward(
        &self,
        x: Tensor<3>,
        kernel: Tensor<2>,
        recurrent: Tensor<2>,
        bias: Option<Tensor<2>>,
        mask: Option<Tensor<2, Bool>>,
        pass: &Pass,
    ) -> Tensor<3> {
        let [rows, steps, features] = x.dims();
        let (units, device) = (self.units, x.device());
        let drops = [
            self.drawn([rows, features], self.dropout[0], pass, &device),
            self.drawn([rows, units], self.dropout[1], pass, &device),
        ];
        let bias = |row: usize, part: usize| {
            let bias = bias.as_ref()?;
            Some(bias.clone().narrow(0, row, 1).narrow(1, part * units, units))
        };
        let mut h = Tensor::<2>::zeros([rows, units], &device);
        let mut c = h.clone();
        let mut outputs = Vec::new();
        for at in 0..steps {
            let t = if self.backwards { steps - 1 - at } else { at };
            let step = x.clone().narrow(1, t, 1).reshape([rows, features]);
            let mut x = self.product(&step, &kernel, &drops[0]);
            for (part, x) in x.iter_mut().enumerate() {
                if let Some(bias) = bias(0, part) {
                    *x = x.clone() + bias;
                }
            }
            let (activation, gate) = (self.activation, self.gate);
            let (new_h, new_c) = if self.cell == Cell::Gru && !self.reset_after {
                let own = |part: usize| recurrent.clone().narrow(1, part * units, units);
                let state = |part: usize| match drops[1].get(part) {
                    Some(mask) => h.clone() * mask.clone(),
                    None => h.clone(),
                };
                let z = gate(x[0].clone() + state(0).matmul(own(0)));
                let r = gate(x[1].clone() + state(1).matmul(own(1)));
                let new = activation(x[2].clone() + (r * state(2)).matmul(own(2)));
                (z.clone() * h.clone() + (z.neg() + 1.0) * new, c.clone())
            } else {
                let mut s = self.product(&h, &recurrent, &drops[1]);
                if self.reset_after {
                    for (part, s) in s.iter_mut().enumerate() {
                        if let Some(bias) = bias(1, part) {
                            *s = s.clone() + bias;
                        }
                    }
                }
                let sum = |part: usize| x[part].clone() + s[part].clone();
                match self.cell {
                    Cell::Simple => (activation(sum(0)), c.clone()),
                    Cell::Gru => {
                        let (z, r) = (gate(sum(0)), gate(sum(1)));
                        let new = activation(x[2].clone() + r * s[2].clone());
                        (z.clone() * h.clone() + (z.neg() + 1.0) * new, c.clone())
                    }
                    Cell::Lstm => {
                        let c = gate(sum(1)) * c.clone() + gate(sum(0)) * activation(sum(2));
                        (gate(sum(3)) * activation(c.clone()), c)
                    }
                }
            };
            // A padded step carries on what was.
            (h, c) = match &mask {
                None => (new_h, new_c),
                Some(mask) => {
                    let real = mask.clone().narrow(1, t, 1).repeat_dim(1, units);
                    (h.mask_where(real.clone(), new_h), c.mask_where(real, new_c))
                }
            };
            if self.sequences || at + 1 == steps {
                outputs.push(h.clone());
            }
        }
        Tensor::stack(outputs, 1)
    }
}
"#,
    ),
    (
        "Attention",
        r#"/// softmax(Q K^T / sqrt(key_dim)) V per head; kernels in Keras's layout (features, heads, size).
pub struct Attention {
    pub key_dim: usize,
    pub causal: bool,
    pub dropout: f64,
}

impl Attention {
    fn project(x: Tensor<3>, (kernel, bias): (Tensor<3>, Option<Tensor<2>>)) -> Tensor<4> {
        let [rows, steps, features] = x.dims();
        let [_, heads, size] = kernel.dims();
        let y = x.reshape([rows * steps, features]).matmul(kernel.reshape([features, heads * size]));
        let y = match bias {
            Some(bias) => y + bias.reshape([1, heads * size]),
            None => y,
        };
        y.reshape([rows, steps, heads, size]).permute([0, 2, 1, 3])
    }

    /// Queries from `x`; keys and values from `seen`.
    pub fn forward(
        &self,
        x: Tensor<3>,
        seen: Tensor<3>,
        [query, key, value]: [(Tensor<3>, Option<Tensor<2>>); 3],
        (kernel, bias): (Tensor<3>, Option<Tensor<1>>),
        mask: Option<Tensor<2, Bool>>,
        pass: &Pass,
    ) -> Tensor<3> {
        let query = Self::project(x, query) * (self.key_dim as f64).sqrt().recip();
        let scores = query.matmul(Self::project(seen.clone(), key).swap_dims(2, 3));
        let [rows, heads, steps, others] = scores.dims();
        let device = scores.device();
        let scores = if self.causal {
            // True where a step would see a later one.
            let later = Tensor::<2, Bool>::tril_mask([steps, others], 0, &device);
            scores.mask_fill(later.reshape([1, 1, steps, others]).repeat(&[rows, heads, 1, 1]), -1e9)
        } else {
            scores
        };
        let scores = match mask {
            Some(mask) => {
                let padded = mask.bool_not().reshape([rows, 1, 1, others]);
                scores.mask_fill(padded.repeat(&[1, heads, steps, 1]), -1e9)
            }
            None => scores,
        };
        let shares = drop(activation::softmax(scores, 3), self.dropout, pass);
        let y = shares.matmul(Self::project(seen, value)).permute([0, 2, 1, 3]);
        let [heads, size, features] = kernel.dims();
        let y = y.reshape([rows * steps, heads * size]).matmul(kernel.reshape([heads * size, features]));
        let y = match bias {
            Some(bias) => y + bias.unsqueeze(),
            None => y,
        };
        y.reshape([rows, steps, features])
    }
}
"#,
    ),
    (
        "dense",
        r#"/// x W + b over the last axis.
fn dense<const D: usize>(x: Tensor<D>, kernel: Tensor<2>, bias: Option<Tensor<1>>) -> Tensor<D> {
    let y = x.matmul(kernel.unsqueeze());
    match bias {
        Some(bias) => y + bias.unsqueeze(),
        None => y,
    }
}
"#,
    ),
    (
        "separable",
        r#"/// A convolution of each channel by itself (kernel (rows, columns, channels, multiplier)), and a 1 x 1 one behind it.
fn separable(
    x: Tensor<4>,
    depthwise: Tensor<4>,
    pointwise: Option<Tensor<4>>,
    bias: Option<Tensor<1>>,
    how: Slide,
) -> Tensor<4> {
    let [rows, columns, channels, multiplier] = depthwise.dims();
    let kernel = depthwise.permute([0, 1, 3, 2]).reshape([rows, columns, multiplier, channels]);
    // Every group has one channel in and `multiplier` out, which lie side by side.
    let kernel = kernel.permute([0, 1, 3, 2]).reshape([rows, columns, 1, channels * multiplier]);
    let how = Slide { groups: channels, ..how };
    match pointwise {
        None => convolve(x, kernel, bias, how),
        Some(pointwise) => convolve(convolve(x, kernel, None, how), pointwise, bias, Slide::default()),
    }
}
"#,
    ),
    (
        "convolve",
        r#"/// Cross-correlation; kernel (rows, columns, channels / groups, filters).
fn convolve(x: Tensor<4>, kernel: Tensor<4>, bias: Option<Tensor<1>>, how: Slide) -> Tensor<4> {
    let mut options = ConvOptions::new(how.stride, [0, 0], how.dilation, how.groups);
    options.padding = how.zeros;
    module::conv2d(x, kernel.permute([3, 2, 0, 1]), bias, options)
}
"#,
    ),
    (
        "largest",
        r#"/// The largest of each window.
fn largest(x: Tensor<4>, size: [usize; 2], how: Slide) -> Tensor<4> {
    let mut options = MaxPoolOptions::new(size);
    options.stride = how.stride;
    options.padding = how.zeros;
    module::max_pool2d(x, options)
}
"#,
    ),
    (
        "average",
        r#"/// The mean of the real cells of each window.
fn average(x: Tensor<4>, size: [usize; 2], how: Slide) -> Tensor<4> {
    let mut options = AvgPoolOptions::new(size);
    options.stride = how.stride;
    options.padding = how.zeros;
    options.count_include_pad = false;
    module::avg_pool2d(x, options)
}
"#,
    ),
    (
        "Slide",
        r#"/// How a window slides over rows and columns.
#[derive(Clone, Copy)]
struct Slide {
    stride: [usize; 2],
    /// Zeros before and behind.
    zeros: [(usize, usize); 2],
    dilation: [usize; 2],
    groups: usize,
}

impl Default for Slide {
    fn default() -> Self {
        Self {
            stride: [1, 1],
            zeros: [(0, 0); 2],
            dilation: [1, 1],
            groups: 1,
        }
    }
}
"#,
    ),
    (
        "over_steps",
        r#"/// Lets a sequence (rows, steps, features) slide as a picture one row high.
fn over_steps(x: Tensor<3>, function: impl FnOnce(Tensor<4>) -> Tensor<4>) -> Tensor<3> {
    function(x.swap_dims(1, 2).unsqueeze_dim(2)).squeeze_dim::<3>(2).swap_dims(1, 2)
}
"#,
    ),
    (
        "normalize",
        r#"/// (x - mean) / sqrt(variance + epsilon) * gamma + beta; `axis` is that of the channels or features. With
/// `moving` (momentum, mean, variance) as Keras's BatchNormalization, else as LayerNormalization.
fn normalize<const D: usize>(
    x: Tensor<D>,
    axis: usize,
    epsilon: f64,
    [gamma, beta]: [Option<Tensor<1>>; 2],
    moving: Option<(f64, Tensor<1>, Tensor<1>)>,
    pass: &Pass,
) -> Tensor<D> {
    let features = x.dims()[axis];
    let mut shape = [1; D];
    shape[axis] = features;
    let over: Vec<usize> = (0..D).filter(|own| (*own == axis) != moving.is_some()).collect();
    let moments = || {
        let mean = x.clone().mean_dims(&over);
        let centred = x.clone() - mean.clone();
        (mean, (centred.clone() * centred).mean_dims(&over))
    };
    let (mean, variance) = match moving {
        None => moments(),
        Some((_, mean, variance)) if !pass.training => (mean.reshape(shape), variance.reshape(shape)),
        Some((momentum, old_mean, old_variance)) => {
            let (mean, variance) = moments();
            let carried = |old: Tensor<1>, new: &Tensor<D>| {
                old.inner() * momentum + new.clone().inner().reshape([features]) * (1.0 - momentum)
            };
            pass.moved.borrow_mut().extend([carried(old_mean, &mean), carried(old_variance, &variance)]);
            (mean, variance)
        }
    };
    let y = (x.clone() - mean) / (variance + epsilon).sqrt();
    let y = match gamma {
        Some(gamma) => y * gamma.reshape(shape),
        None => y,
    };
    match beta {
        Some(beta) => y + beta.reshape(shape),
        None => y,
    }
}
"#,
    ),
    (
        "drop",
        r#"/// Keras's Dropout: in training every number is zero with probability `rate`.
fn drop<const D: usize>(x: Tensor<D>, rate: f64, pass: &Pass) -> Tensor<D> {
    drop_alike(x.clone(), x.dims(), rate, pass)
}
"#,
    ),
    (
        "drop_alike",
        r#"/// The same mask along the axes that are 1 in `shape`.
fn drop_alike<const D: usize>(x: Tensor<D>, shape: [usize; D], rate: f64, pass: &Pass) -> Tensor<D> {
    if rate == 0.0 || !pass.training {
        return x;
    }
    let kept = Tensor::random(shape, Distribution::Bernoulli(1.0 - rate), &x.device());
    x * kept / (1.0 - rate)
}
"#,
    ),
];
