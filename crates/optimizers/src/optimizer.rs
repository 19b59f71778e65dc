//! An optimizer: the rule, its slots for every weight, the count of updates, the learning rate.

use crate::rules::{Form, constants, initial_slot, nadam_momentum};
use crate::schedule::{Waiting, decayed, rate};
use crate::slice;
use crate::weights::WeightFacts;
use burn::tensor::{Device, Tensor, TensorData};
use fireside_spec::{Dialect, Horizon, Optimizer as Spec, Schedule};
use std::fmt;

/// The slots of one weight (Adam's m and v, momentum ...), where the engine wants them.
#[derive(Clone, Debug)]
enum Slots {
    /// In this program's memory: the CPU engine updates in one pass without a copy.
    Host(Vec<Vec<f32>>),
    /// On the GPU, as tensors: nothing is read back.
    #[cfg(feature = "gpu")]
    Device(Vec<Tensor<1>>),
}

/// A saved state that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StateError {
    /// Slots that do not fit the weight of this index.
    Slots {
        weight: usize,
        expected: usize,
        found: usize,
    },
    /// Numbers of rule and schedule: too few, too many, or out of range.
    Numbers { expected: usize, found: usize },
}

impl fmt::Display for StateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Slots {
                weight,
                expected,
                found,
            } => write!(
                f,
                "the optimizer state of weight {weight} has {found} numbers, {expected} are needed"
            ),
            Self::Numbers { expected, found } => write!(
                f,
                "rule and schedule have {found} usable numbers, {expected} are needed"
            ),
        }
    }
}

impl std::error::Error for StateError {}

/// Everything of an optimizer that a checkpoint keeps.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    pub updates: u64,
    /// Before schedule and decay.
    pub learning_rate: f64,
    /// Of every weight, in order.
    pub slots: Vec<Vec<Vec<f32>>>,
    /// Nadam's product of momenta; best value (may be infinite), bad epochs and cooldown of a plateau; empty for all
    /// other rules and schedules.
    pub numbers: Vec<f64>,
}

/// A rule with its state.
#[derive(Clone, Debug)]
pub struct Optimizer {
    spec: Spec,
    form: &'static Form,
    schedule: Option<(Schedule, Horizon)>,
    waiting: Option<Waiting>,
    /// The rate before schedule and decay; a reader may change it while the run goes on.
    learning_rate: f64,
    updates: u64,
    /// Nadam's product of momenta, else 1.
    product: f64,
    facts: Vec<WeightFacts>,
    slots: Vec<Slots>,
}

impl Optimizer {
    /// A fresh optimizer for these weights on this device.
    pub fn new(spec: Spec, facts: Vec<WeightFacts>, device: &Device) -> Self {
        let form = Form::of(&spec.rule);
        let fill = initial_slot(&spec.rule);
        let slots = facts.iter().map(|facts| {
            let slots = form.slots.iter().map(|_| vec![fill; facts.len()]);
            place(slots.collect(), device)
        });
        Self {
            spec,
            form,
            schedule: None,
            waiting: None,
            learning_rate: spec.learning_rate,
            updates: 0,
            product: 1.0,
            slots: slots.collect(),
            facts,
        }
    }

    /// With a schedule for a run of this length.
    #[must_use]
    pub fn scheduled(mut self, schedule: Option<Schedule>, horizon: Horizon) -> Self {
        self.waiting = schedule
            .as_ref()
            .and_then(Schedule::plateau)
            .map(Waiting::new);
        self.schedule = schedule.map(|schedule| (schedule, horizon));
        self
    }

    /// Updates done so far.
    pub const fn updates(&self) -> u64 {
        self.updates
    }

    /// The rate that the next update will use, after schedule and decay.
    pub fn rate(&self) -> f64 {
        let base = self.learning_rate;
        let scheduled = self.schedule.as_ref().map_or(base, |(schedule, horizon)| {
            rate(schedule, base, self.updates, *horizon)
        });
        decayed(scheduled, self.spec.decay, self.updates)
    }

    /// The rate before schedule and decay.
    pub const fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    /// Changes the rate from the next update on; a schedule goes on from it.
    pub const fn set_learning_rate(&mut self, learning_rate: f64) {
        self.learning_rate = learning_rate;
    }

    /// What the schedule wants to be told at the end of each epoch: `val_loss`, `accuracy` ...
    pub fn monitor(&self) -> Option<&'static str> {
        let (schedule, _) = self.schedule.as_ref()?;
        Some(schedule.plateau()?.monitor)
    }

    /// The monitored value of the epoch that has ended; gives the learning rate when it was cut.
    pub fn end_epoch(&mut self, value: f64) -> Option<f64> {
        let plateau = self.schedule.as_ref()?.0.plateau()?;
        let waiting = self.waiting.as_mut()?;
        let cut = waiting.tell(plateau, self.spec.dialect, value, self.learning_rate)?;
        self.learning_rate = cut;
        Some(cut)
    }

    /// One update of all weights, in Keras 2's order: gradient of the penalty added, clipped, rule, constraint.
    ///
    /// `None` gradients leave their weight and its slots as they are, unless it has a penalty.
    pub fn step<'w>(
        &mut self,
        weights: impl Iterator<Item = &'w mut Tensor<1>>,
        gradients: Vec<Option<Tensor<1>>>,
    ) {
        let rate = self.rate();
        self.updates += 1;
        self.product *= nadam_momentum(&self.spec.rule, self.updates);
        let constants = constants(&self.spec, rate, self.updates, self.product);
        let weights: Vec<_> = weights.collect();
        #[cfg(feature = "gpu")]
        if weights.first().is_some_and(|w| fireside_gpu::is_gpu(w)) {
            self.on_device(weights, gradients, &constants);
            return;
        }
        self.on_host(weights, gradients, &constants);
    }

    fn on_host(
        &mut self,
        weights: Vec<&mut Tensor<1>>,
        gradients: Vec<Option<Tensor<1>>>,
        constants: &[f32],
    ) {
        let mut held = Vec::with_capacity(weights.len());
        let all = weights.into_iter().zip(gradients).zip(&self.facts);
        for (index, ((tensor, gradient), facts)) in all.enumerate() {
            let gradient = match gradient {
                _ if facts.frozen => continue,
                Some(gradient) => gradient.into_data(),
                None if facts.regularizer.is_some() => {
                    TensorData::new(vec![0.0f32; facts.len()], [facts.len()])
                }
                None => continue,
            };
            let device = tensor.device();
            // `extract` leaves no second handle, so neither of these copies.
            let weight = tensor.extract().into_data();
            held.push((index, tensor, device, weight, gradient));
        }
        let mut pairs: Vec<(usize, &mut [f32], &mut [f32])> = held
            .iter_mut()
            .filter_map(|(index, _, _, weight, gradient)| {
                let weight = weight.as_mut_slice().ok()?;
                Some((*index, weight, gradient.as_mut_slice().ok()?))
            })
            .collect();
        for (index, weight, gradient) in &mut pairs {
            if let Some(regularizer) = &self.facts[*index].regularizer {
                slice::penalise(regularizer, gradient, weight);
            }
        }
        slice::clip(&self.spec.clip, pairs.iter_mut().map(|(_, _, g)| &mut **g));
        for (index, weight, gradient) in &mut pairs {
            if let Some(Slots::Host(slots)) = self.slots.get_mut(*index) {
                self.form.update(weight, gradient, slots, constants);
            }
            let facts = &self.facts[*index];
            if let Some(constraint) = &facts.constraint {
                slice::constrain(constraint, facts, weight);
            }
        }
        for (_, tensor, device, weight, _) in held {
            *tensor = Tensor::from_data(weight, &device);
        }
    }

    /// The same on the GPU: one launch per weight, and Burn's own operations only for what is asked for.
    #[cfg(feature = "gpu")]
    fn on_device(
        &mut self,
        mut weights: Vec<&mut Tensor<1>>,
        mut gradients: Vec<Option<Tensor<1>>>,
        constants: &[f32],
    ) {
        use crate::composed;
        for ((gradient, weight), facts) in gradients.iter_mut().zip(&weights).zip(&self.facts) {
            if facts.frozen {
                *gradient = None;
            } else if let Some(regularizer) = &facts.regularizer {
                let g = gradient.take().unwrap_or_else(|| weight.zeros_like());
                *gradient = Some(composed::penalised(regularizer, g, (**weight).clone()));
            }
        }
        composed::clip(&self.spec.clip, &mut gradients);
        let all = weights.iter_mut().zip(gradients).zip(&mut self.slots);
        for (((weight, gradient), slots), facts) in all.zip(&self.facts) {
            let (Some(gradient), Slots::Device(slots)) = (gradient, slots) else {
                continue;
            };
            crate::gpu::update(self.form, constants, weight, gradient, slots);
            if let Some(constraint) = &facts.constraint {
                **weight = composed::constrained(constraint, facts, weight.clone());
            }
        }
    }

    /// Weights whose penalty is part of the loss: in Keras 3 only those that are trained.
    fn penalised<'s, 'w: 's>(
        &'s self,
        weights: impl Iterator<Item = &'w Tensor<1>> + 's,
    ) -> impl Iterator<Item = (&'s fireside_spec::Regularizer, &'w Tensor<1>)> {
        let frozen_too = self.spec.dialect == Dialect::Keras2;
        weights.zip(&self.facts).filter_map(move |(weight, facts)| {
            let regularizer = facts.regularizer.as_ref()?;
            (frozen_too || !facts.frozen).then_some((regularizer, weight))
        })
    }

    /// The sum of all penalties as one number on the weights' device, which can wait; `None` when there are none.
    pub fn penalty_on_device<'w>(
        &self,
        weights: impl Iterator<Item = &'w Tensor<1>>,
    ) -> Option<Tensor<1>> {
        self.penalised(weights)
            .map(|(regularizer, weight)| crate::composed::penalty(regularizer, weight.clone()))
            .reduce(|a, b| a + b)
    }

    /// The sum of all penalties, to be added to the loss that is shown; 0 when there are none. NaN when the device
    /// does not give its numbers back.
    pub async fn penalty<'w>(&self, weights: impl Iterator<Item = &'w Tensor<1>>) -> f64 {
        let mut sum = 0.0;
        for (regularizer, weight) in self.penalised(weights) {
            let data = weight.clone().into_data_async().await;
            sum += match data.as_ref().map(|data| data.as_slice::<f32>()) {
                Ok(Ok(weight)) => slice::penalty(regularizer, weight),
                _ => f64::NAN,
            };
        }
        sum
    }

    /// Number of slots of every weight.
    pub fn slot_counts(&self) -> Vec<usize> {
        vec![self.form.slots.len(); self.slots.len()]
    }

    fn numbers(&self) -> Vec<f64> {
        let product = matches!(self.spec.rule, fireside_spec::Rule::Nadam { .. });
        let waiting = self.waiting.iter().flat_map(Waiting::numbers);
        product
            .then_some(self.product)
            .into_iter()
            .chain(waiting)
            .collect()
    }

    /// What has to be saved to go on later.
    pub async fn state(&self) -> State {
        let mut slots = Vec::with_capacity(self.slots.len());
        for own in &self.slots {
            slots.push(match own {
                Slots::Host(slots) => slots.clone(),
                #[cfg(feature = "gpu")]
                Slots::Device(slots) => {
                    let mut host = Vec::with_capacity(slots.len());
                    for slot in slots {
                        let data = slot.clone().into_data_async().await.ok();
                        host.push(data.and_then(|d| d.try_to_vec().ok()).unwrap_or_default());
                    }
                    host
                }
            });
        }
        State {
            updates: self.updates,
            learning_rate: self.learning_rate,
            slots,
            numbers: self.numbers(),
        }
    }

    /// Goes on from a saved state.
    ///
    /// # Errors
    /// When a slot has another length than its weight, or rule and schedule have other numbers; nothing is changed
    /// then.
    pub fn restore(&mut self, state: State, device: &Device) -> Result<(), StateError> {
        if state.slots.len() != self.slots.len() {
            return Err(StateError::Slots {
                weight: 0,
                expected: self.slots.len(),
                found: state.slots.len(),
            });
        }
        let count = self.form.slots.len();
        for (weight, (slots, facts)) in state.slots.iter().zip(&self.facts).enumerate() {
            if slots.len() != count || slots.iter().any(|slot| slot.len() != facts.len()) {
                return Err(StateError::Slots {
                    weight,
                    expected: count * facts.len(),
                    found: slots.iter().map(Vec::len).sum(),
                });
            }
        }
        let expected = self.numbers().len();
        let (product, waiting) = match *state.numbers.as_slice() {
            [] => (1.0, None),
            [product] => (product, None),
            [a, b, c] => (1.0, Some([a, b, c])),
            [product, a, b, c] => (product, Some([a, b, c])),
            _ => (f64::NAN, None),
        };
        let usable = (0.0..=1.0).contains(&product)
            && waiting.is_none_or(|[best, bad, cooldown]| {
                !best.is_nan() && bad >= 0.0 && cooldown >= 0.0
            });
        if state.numbers.len() != expected || !usable {
            return Err(StateError::Numbers {
                expected,
                found: if usable { state.numbers.len() } else { 0 },
            });
        }
        self.slots = state
            .slots
            .into_iter()
            .map(|slots| place(slots, device))
            .collect();
        self.updates = state.updates;
        self.learning_rate = state.learning_rate;
        self.product = product;
        self.waiting = waiting.map(Waiting::of);
        Ok(())
    }
}

/// Slots where the engine wants them.
fn place(slots: Vec<Vec<f32>>, device: &Device) -> Slots {
    #[cfg(feature = "gpu")]
    if fireside_gpu::on_gpu(device) {
        let tensor = |values: Vec<f32>| {
            let length = values.len();
            Tensor::from_data(TensorData::new(values, [length]), device)
        };
        return Slots::Device(slots.into_iter().map(tensor).collect());
    }
    let _ = device;
    Slots::Host(slots)
}
