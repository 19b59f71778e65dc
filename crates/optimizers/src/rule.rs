//! An optimizer: the rule, its slots for every weight, and the count of updates.

use crate::slice;
use burn::tensor::{Tensor, TensorData};
use fireside_spec::Optimizer as Spec;
use std::fmt;

/// The slots of one weight (Adam's m and v, momentum ...), where the engine wants them.
#[derive(Clone, Debug)]
enum Slots {
    /// In this program's memory: the CPU engine updates in one pass without a copy.
    Host(Vec<Vec<f32>>),
    /// On the device, as tensors: nothing is read back.
    Device(Vec<Tensor<1>>),
}

/// Saved slots that do not fit the weights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotError {
    /// Index of the weight.
    pub weight: usize,
    pub expected: usize,
    pub found: usize,
}

impl fmt::Display for SlotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the optimizer state of weight {} has {} numbers, {} are needed",
            self.weight, self.found, self.expected
        )
    }
}

impl std::error::Error for SlotError {}

/// A rule with its state.
#[derive(Clone, Debug)]
pub struct Optimizer {
    spec: Spec,
    /// The rate before decay; a reader may change it while the run goes on.
    learning_rate: f64,
    updates: u64,
    slots: Vec<Slots>,
}

/// Tensors that a rule keeps per weight.
const fn slot_count(spec: &Spec) -> usize {
    match spec {
        Spec::Sgd { momentum, .. } if *momentum == 0.0 => 0,
        Spec::Sgd { .. } | Spec::Rmsprop { .. } => 1,
        Spec::Adam { .. } => 2,
    }
}

impl Optimizer {
    /// A fresh optimizer for weights of these lengths; `on_host` where tensors lie in this program's memory.
    pub fn new(
        spec: Spec,
        lengths: &[usize],
        on_host: bool,
        device: &burn::tensor::Device,
    ) -> Self {
        let slots = lengths.iter().map(|length| {
            let count = slot_count(&spec);
            if on_host {
                Slots::Host(vec![vec![0.0; *length]; count])
            } else {
                Slots::Device(
                    (0..count)
                        .map(|_| tensor(vec![0.0; *length], device))
                        .collect(),
                )
            }
        });
        Self {
            spec,
            learning_rate: spec.learning_rate(),
            updates: 0,
            slots: slots.collect(),
        }
    }

    /// Updates done so far.
    pub const fn updates(&self) -> u64 {
        self.updates
    }

    /// The rate that the next update will use.
    pub fn rate(&self) -> f64 {
        self.learning_rate / (1.0 + self.spec.decay() * self.updates as f64)
    }

    /// The rate before decay.
    pub const fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    /// Changes the rate from the next update on.
    pub const fn set_learning_rate(&mut self, learning_rate: f64) {
        self.learning_rate = learning_rate;
    }

    /// One update of all weights. `None` gradients leave their weight and its slots as they are.
    pub fn step<'w>(
        &mut self,
        weights: impl Iterator<Item = &'w mut Tensor<1>>,
        gradients: Vec<Option<Tensor<1>>>,
    ) {
        let rate = self.rate();
        self.updates += 1;
        for ((weight, gradient), slots) in weights.zip(gradients).zip(&mut self.slots) {
            let Some(gradient) = gradient else { continue };
            match slots {
                Slots::Host(slots) => {
                    on_host(&self.spec, rate, self.updates, weight, gradient, slots);
                }
                #[cfg(feature = "gpu")]
                Slots::Device(slots) if fireside_gpu::is_gpu(weight) => {
                    crate::gpu::update(&self.spec, rate, self.updates, weight, gradient, slots);
                }
                Slots::Device(slots) => {
                    let value = weight.clone();
                    *weight = on_device(&self.spec, rate, self.updates, value, gradient, slots);
                }
            }
        }
    }

    /// Number of slots of every weight.
    pub fn slot_counts(&self) -> Vec<usize> {
        vec![slot_count(&self.spec); self.slots.len()]
    }

    /// The slots of every weight, to be saved.
    pub async fn state(&self) -> Vec<Vec<Vec<f32>>> {
        let mut state = Vec::with_capacity(self.slots.len());
        for slots in &self.slots {
            state.push(match slots {
                Slots::Host(slots) => slots.clone(),
                Slots::Device(slots) => {
                    let mut host = Vec::with_capacity(slots.len());
                    for slot in slots {
                        let data = slot.clone().into_data_async().await;
                        host.push(
                            data.ok()
                                .and_then(|d| d.try_to_vec().ok())
                                .unwrap_or_default(),
                        );
                    }
                    host
                }
            });
        }
        state
    }

    /// Goes on from saved slots.
    ///
    /// # Errors
    /// When a slot has another length than its weight; nothing is changed then.
    pub fn restore(
        &mut self,
        state: Vec<Vec<Vec<f32>>>,
        updates: u64,
        learning_rate: f64,
        device: &burn::tensor::Device,
    ) -> Result<(), SlotError> {
        if state.len() != self.slots.len() {
            return Err(SlotError {
                weight: 0,
                expected: self.slots.len(),
                found: state.len(),
            });
        }
        for (weight, (new, old)) in state.iter().zip(&self.slots).enumerate() {
            let lengths: Vec<usize> = match old {
                Slots::Host(slots) => slots.iter().map(Vec::len).collect(),
                Slots::Device(slots) => slots.iter().map(|slot| slot.dims()[0]).collect(),
            };
            let found: Vec<usize> = new.iter().map(Vec::len).collect();
            if found != lengths {
                return Err(SlotError {
                    weight,
                    expected: lengths.iter().sum(),
                    found: found.iter().sum(),
                });
            }
        }
        for (new, old) in state.into_iter().zip(&mut self.slots) {
            match old {
                Slots::Host(slots) => *slots = new,
                Slots::Device(slots) => {
                    *slots = new
                        .into_iter()
                        .map(|values| tensor(values, device))
                        .collect();
                }
            }
        }
        self.updates = updates;
        self.learning_rate = learning_rate;
        Ok(())
    }
}

fn tensor(values: Vec<f32>, device: &burn::tensor::Device) -> Tensor<1> {
    let length = values.len();
    Tensor::from_data(TensorData::new(values, [length]), device)
}

fn on_host(
    spec: &Spec,
    rate: f64,
    t: u64,
    weight: &mut Tensor<1>,
    gradient: Tensor<1>,
    slots: &mut [Vec<f32>],
) {
    let device = weight.device();
    // `extract` leaves no second handle, so neither of these copies.
    let mut value = weight.extract().into_data();
    let gradient = gradient.into_data();
    if let (Ok(value), Ok(gradient)) = (value.as_mut_slice(), gradient.as_slice()) {
        slice::update(spec, rate, t, value, gradient, slots);
    }
    *weight = Tensor::from_data(value, &device);
}

fn on_device(
    spec: &Spec,
    rate: f64,
    t: u64,
    weight: Tensor<1>,
    g: Tensor<1>,
    slots: &mut [Tensor<1>],
) -> Tensor<1> {
    match (*spec, slots) {
        (
            Spec::Sgd {
                nesterov, momentum, ..
            },
            [v],
        ) => {
            *v = v.clone() * momentum - g.clone() * rate;
            if nesterov {
                weight + v.clone() * momentum - g * rate
            } else {
                weight + v.clone()
            }
        }
        (Spec::Sgd { .. }, _) => weight - g * rate,
        (Spec::Rmsprop { rho, epsilon, .. }, [a]) => {
            *a = a.clone() * rho + g.clone().powi_scalar(2) * (1.0 - rho);
            weight - g * rate / (a.clone().sqrt() + epsilon)
        }
        (
            Spec::Adam {
                beta_1,
                beta_2,
                epsilon,
                ..
            },
            [m, v],
        ) => {
            *m = m.clone() * beta_1 + g.clone() * (1.0 - beta_1);
            *v = v.clone() * beta_2 + g.powi_scalar(2) * (1.0 - beta_2);
            let rate = slice::corrected(rate, beta_1, beta_2, t);
            weight - m.clone() * rate / (v.clone().sqrt() + epsilon)
        }
        // `new` makes as many slots as the rule has.
        (Spec::Rmsprop { .. } | Spec::Adam { .. }, _) => weight,
    }
}
