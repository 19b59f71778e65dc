use burn::module::{Module, Param};
use burn::tensor::ops::{AvgPoolOptions, ConvOptions, MaxPoolOptions, PadMode};
use burn::tensor::{Bool, Device, Distribution, Tensor, TensorData, activation, module};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Arrays by name: shape, and values row by row.
pub type Arrays = BTreeMap<String, (Vec<usize>, Vec<f32>)>;

/// How a batch goes through the network.
#[derive(Default)]
pub struct Pass {
    pub training: bool,
    /// In training: new moving means and variances, in the order of their layers.
    pub moved: RefCell<Vec<Tensor<1>>>,
}

/// A weight of a file, whose shape is compared.
fn weight<const D: usize>(arrays: &Arrays, name: &str, shape: [usize; D], device: &Device) -> Result<Param<Tensor<D>>, String> {
    let (found, values) = arrays.get(name).ok_or_else(|| format!("the file lacks {name}"))?;
    if found[..] != shape[..] {
        return Err(format!("{name} should have the shape {shape:?} but has {found:?}"));
    }
    Ok(Param::from_data(TensorData::new(values.clone(), shape), device))
}

/// What happens in a step.
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

/// Keras's Dropout: in training every number is zero with probability `rate`.
fn drop<const D: usize>(x: Tensor<D>, rate: f64, pass: &Pass) -> Tensor<D> {
    drop_alike(x.clone(), x.dims(), rate, pass)
}

/// The same mask along the axes that are 1 in `shape`.
fn drop_alike<const D: usize>(x: Tensor<D>, shape: [usize; D], rate: f64, pass: &Pass) -> Tensor<D> {
    if rate == 0.0 || !pass.training {
        return x;
    }
    let kept = Tensor::random(shape, Distribution::Bernoulli(1.0 - rate), &x.device());
    x * kept / (1.0 - rate)
}

/// The network; weights lie in Keras's layout.
#[derive(Module, Debug)]
pub struct Network {
    pub bidirectional_1_forward_kernel: Param<Tensor<2>>,
    pub bidirectional_1_forward_recurrent_kernel: Param<Tensor<2>>,
    pub bidirectional_1_forward_bias: Param<Tensor<1>>,
    pub bidirectional_1_backward_kernel: Param<Tensor<2>>,
    pub bidirectional_1_backward_recurrent_kernel: Param<Tensor<2>>,
    pub bidirectional_1_backward_bias: Param<Tensor<1>>,
    pub gru_1_kernel: Param<Tensor<2>>,
    pub gru_1_recurrent_kernel: Param<Tensor<2>>,
    pub gru_1_bias: Param<Tensor<2>>,
    pub lstm_1_kernel: Param<Tensor<2>>,
    pub lstm_1_recurrent_kernel: Param<Tensor<2>>,
    pub bidirectional_2_forward_kernel: Param<Tensor<2>>,
    pub bidirectional_2_forward_recurrent_kernel: Param<Tensor<2>>,
    pub bidirectional_2_forward_bias: Param<Tensor<1>>,
    pub bidirectional_2_backward_kernel: Param<Tensor<2>>,
    pub bidirectional_2_backward_recurrent_kernel: Param<Tensor<2>>,
    pub bidirectional_2_backward_bias: Param<Tensor<1>>,
}

impl Network {
    /// The network with the weights of a file.
    ///
    /// # Errors
    /// The weight that is missing or has another shape.
    pub fn load(arrays: &Arrays, device: &Device) -> Result<Self, String> {
        Ok(Self {
            bidirectional_1_forward_kernel: weight(arrays, "bidirectional_1/forward/kernel", [3, 12], device)?,
            bidirectional_1_forward_recurrent_kernel: weight(arrays, "bidirectional_1/forward/recurrent_kernel", [3, 12], device)?,
            bidirectional_1_forward_bias: weight(arrays, "bidirectional_1/forward/bias", [12], device)?,
            bidirectional_1_backward_kernel: weight(arrays, "bidirectional_1/backward/kernel", [3, 12], device)?,
            bidirectional_1_backward_recurrent_kernel: weight(arrays, "bidirectional_1/backward/recurrent_kernel", [3, 12], device)?,
            bidirectional_1_backward_bias: weight(arrays, "bidirectional_1/backward/bias", [12], device)?,
            gru_1_kernel: weight(arrays, "gru_1/kernel", [3, 12], device)?,
            gru_1_recurrent_kernel: weight(arrays, "gru_1/recurrent_kernel", [4, 12], device)?,
            gru_1_bias: weight(arrays, "gru_1/bias", [2, 12], device)?,
            lstm_1_kernel: weight(arrays, "lstm_1/kernel", [4, 12], device)?,
            lstm_1_recurrent_kernel: weight(arrays, "lstm_1/recurrent_kernel", [3, 12], device)?,
            bidirectional_2_forward_kernel: weight(arrays, "bidirectional_2/forward/kernel", [3, 6], device)?,
            bidirectional_2_forward_recurrent_kernel: weight(arrays, "bidirectional_2/forward/recurrent_kernel", [2, 6], device)?,
            bidirectional_2_forward_bias: weight(arrays, "bidirectional_2/forward/bias", [6], device)?,
            bidirectional_2_backward_kernel: weight(arrays, "bidirectional_2/backward/kernel", [3, 6], device)?,
            bidirectional_2_backward_recurrent_kernel: weight(arrays, "bidirectional_2/backward/recurrent_kernel", [2, 6], device)?,
            bidirectional_2_backward_bias: weight(arrays, "bidirectional_2/backward/bias", [6], device)?,
        })
    }

    /// The output for a batch of rows.
    pub fn forward(&self, x: Tensor<3>, pass: &Pass) -> Tensor<2> {
        let x: Tensor<3> = { let x = x; let a = Recurrent { cell: Cell::Lstm, units: 3, activation: |x| activation::tanh(x), gate: |x| activation::sigmoid(x), reset_after: false, sequences: true, backwards: false, dropout: [0.0, 0.0], masks: 1 }.forward(x.clone(), self.bidirectional_1_forward_kernel.val(), self.bidirectional_1_forward_recurrent_kernel.val(), Some(self.bidirectional_1_forward_bias.val().unsqueeze()), None, pass); let b = Recurrent { cell: Cell::Lstm, units: 3, activation: |x| activation::tanh(x), gate: |x| activation::sigmoid(x), reset_after: false, sequences: true, backwards: true, dropout: [0.0, 0.0], masks: 1 }.forward(x, self.bidirectional_1_backward_kernel.val(), self.bidirectional_1_backward_recurrent_kernel.val(), Some(self.bidirectional_1_backward_bias.val().unsqueeze()), None, pass).flip([1]); a + b };
        let x: Tensor<3> = Recurrent { cell: Cell::Gru, units: 4, activation: |x| activation::tanh(x), gate: |x| activation::sigmoid(x), reset_after: true, sequences: true, backwards: false, dropout: [0.0, 0.0], masks: 1 }.forward(x, self.gru_1_kernel.val(), self.gru_1_recurrent_kernel.val(), Some(self.gru_1_bias.val()), None, pass);
        let x: Tensor<3> = Recurrent { cell: Cell::Lstm, units: 3, activation: |x| activation::tanh(x), gate: |x| activation::sigmoid(x), reset_after: false, sequences: true, backwards: true, dropout: [0.0, 0.0], masks: 1 }.forward(x, self.lstm_1_kernel.val(), self.lstm_1_recurrent_kernel.val(), None, None, pass);
        let x: Tensor<2> = { let x = { let x = x; let a = Recurrent { cell: Cell::Gru, units: 2, activation: |x| activation::tanh(x), gate: |x| activation::hard_sigmoid(x, 1.0 / 6.0, 0.5), reset_after: false, sequences: false, backwards: false, dropout: [0.0, 0.0], masks: 1 }.forward(x.clone(), self.bidirectional_2_forward_kernel.val(), self.bidirectional_2_forward_recurrent_kernel.val(), Some(self.bidirectional_2_forward_bias.val().unsqueeze()), None, pass); let b = Recurrent { cell: Cell::Gru, units: 2, activation: |x| activation::tanh(x), gate: |x| activation::hard_sigmoid(x, 1.0 / 6.0, 0.5), reset_after: false, sequences: false, backwards: true, dropout: [0.0, 0.0], masks: 1 }.forward(x, self.bidirectional_2_backward_kernel.val(), self.bidirectional_2_backward_recurrent_kernel.val(), Some(self.bidirectional_2_backward_bias.val().unsqueeze()), None, pass); Tensor::cat(vec![a, b], 2) }; let rows = x.dims()[0]; x.reshape([rows, 4]) };
        x
    }
}
