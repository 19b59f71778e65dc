//! Recurrent layers: the node against Burn's operations step by step, time, threads, refusals.

use super::{Leaf, assert_alike, random, values, weigh};
use crate::ops::recurrent::{self as rnn, composed};
use crate::ops::{Cell, CellActivation, Recurrence, Surroundings, recurrent};
use burn::tensor::{Device, Tensor, TensorData};
use std::time::{Duration, Instant};

const CELLS: [Cell; 4] = [
    Cell::Simple,
    Cell::Gru { reset_after: false },
    Cell::Gru { reset_after: true },
    Cell::Lstm,
];

fn layer(cell: Cell) -> Recurrence {
    Recurrence {
        cell,
        activation: CellActivation::Tanh,
        recurrent_activation: CellActivation::HardSigmoid { slope: 0.2 },
        backwards: false,
        return_sequences: true,
    }
}

/// Zeros and ones, or zeros and another number, that look random.
fn coins<const D: usize>(shape: [usize; D], seed: u32, heads: f32, device: &Device) -> Tensor<D> {
    let count = shape.iter().product();
    let numbers = super::noise(count, seed).into_iter();
    let numbers: Vec<f32> = numbers
        .map(|x| if x > -0.4 { heads } else { 0.0 })
        .collect();
    Tensor::from_data(TensorData::new(numbers, shape), device)
}

#[derive(Clone, Copy, Debug)]
struct Case {
    how: Recurrence,
    /// Samples, steps, inputs, units.
    sizes: [usize; 4],
    bias: bool,
    state: bool,
    /// Masks of dropout: none, one, or one per gate.
    masks: [usize; 2],
    step_mask: bool,
    /// Whether the input wants its gradient.
    tracked: bool,
}

impl Case {
    fn new(how: Recurrence) -> Self {
        Self {
            how,
            sizes: [3, 5, 4, 3],
            bias: true,
            state: false,
            masks: [0, 0],
            step_mask: false,
            tracked: true,
        }
    }

    fn surroundings(&self, device: &Device) -> Surroundings {
        let [samples, steps, inputs, units] = self.sizes;
        let masks = |count: usize, width: usize, seed| {
            (count > 0).then(|| coins([count, samples, width], seed, 1.25, device))
        };
        let states = match self.how.cell {
            Cell::Lstm => 2,
            _ => 1,
        };
        Surroundings {
            state: (0..if self.state { states } else { 0 })
                .map(|at| random([samples, units], 20 + at, device))
                .collect(),
            input_masks: masks(self.masks[0], inputs, 31),
            recurrent_masks: masks(self.masks[1], units, 32),
            step_mask: self
                .step_mask
                .then(|| coins([samples, steps], 33, 1.0, device)),
        }
    }

    fn check(&self) {
        let device = Device::flex().autodiff();
        let [samples, steps, inputs, units] = self.sizes;
        let width = self.how.cell.gates() * units;
        let build = |ours: bool| {
            // An input without gradients may be one of the engine without them.
            let input = match self.tracked {
                true => random([samples * steps, inputs], 1, &device).require_grad(),
                false => random([samples * steps, inputs], 1, &Device::flex()),
            };
            let kernel = random([inputs, width], 2, &device).require_grad();
            let recurrent_kernel = random([units, width], 3, &device).require_grad();
            let bias = random([self.how.cell.biases() * width], 4, &device).require_grad();
            let run = if ours { recurrent } else { composed };
            let (output, _) = run(
                self.how,
                input.clone().reshape([samples, steps, inputs]),
                kernel.clone(),
                recurrent_kernel.clone(),
                self.bias.then(|| bias.clone()),
                // On either device: they are constants.
                self.surroundings(&match self.bias {
                    true => device.clone(),
                    false => Device::flex(),
                }),
            );
            let mut leaves = vec![
                Leaf::Two(input),
                Leaf::Two(kernel),
                Leaf::Two(recurrent_kernel),
            ];
            if self.bias {
                leaves.push(Leaf::One(bias));
            }
            (output, leaves)
        };
        assert_alike(&format!("{self:?}"), self.tracked, &build);
        let state = |ours: bool| -> Vec<Vec<f32>> {
            let device = Device::flex();
            let run = if ours { recurrent } else { composed };
            let (output, state) = run(
                self.how,
                random([samples, steps, inputs], 1, &device),
                random([inputs, width], 2, &device),
                random([units, width], 3, &device),
                self.bias
                    .then(|| random([self.how.cell.biases() * width], 4, &device)),
                self.surroundings(&device),
            );
            let mut all: Vec<Vec<f32>> = state.into_iter().map(values).collect();
            all.push(values(output));
            all
        };
        let (ours, theirs) = (state(true), state(false));
        assert_eq!(ours.len(), theirs.len());
        for (ours, theirs) in ours.iter().zip(&theirs) {
            super::assert_close(&format!("state of {self:?}"), ours, theirs, 1e-5);
        }
    }
}

#[test]
fn cells_and_their_gradients_are_those_of_burn() {
    for cell in CELLS {
        let plain = Case::new(layer(cell));
        plain.check();
        let gates = cell.gates();
        for change in [
            Case {
                bias: false,
                tracked: false,
                ..plain
            },
            Case {
                state: true,
                ..plain
            },
            Case {
                step_mask: true,
                ..plain
            },
            Case {
                step_mask: true,
                state: true,
                masks: [1, 1],
                ..plain
            },
            Case {
                masks: [1, 0],
                ..plain
            },
            Case {
                masks: [0, 1],
                ..plain
            },
            Case {
                masks: [gates, gates],
                ..plain
            },
            Case {
                masks: [gates, 1],
                state: true,
                tracked: false,
                ..plain
            },
            Case {
                sizes: [1, 1, 1, 1],
                ..plain
            },
            Case {
                sizes: [37, 3, 2, 5],
                masks: [gates, gates],
                step_mask: true,
                ..plain
            },
        ] {
            change.check();
            let mut how = change.how;
            how.backwards = true;
            Case { how, ..change }.check();
            how.return_sequences = false;
            Case { how, ..change }.check();
        }
    }
}

/// Also those whose kinks the numbers meet, and more steps than one product takes.
#[test]
fn activations_and_long_sequences_too() {
    use CellActivation::{HardSigmoid, Linear, Relu, Sigmoid, Tanh};
    for cell in CELLS {
        for (activation, recurrent_activation) in [
            (Relu, Sigmoid),
            (Sigmoid, Tanh),
            (Linear, HardSigmoid { slope: 1.0 / 6.0 }),
            (HardSigmoid { slope: 0.2 }, Relu),
        ] {
            let how = Recurrence {
                activation,
                recurrent_activation,
                ..layer(cell)
            };
            Case {
                sizes: [4, 3, 3, 2],
                ..Case::new(how)
            }
            .check();
        }
        // A block of 16 samples takes 128 steps at once.
        Case {
            sizes: [17, 131, 1, 2],
            ..Case::new(layer(cell))
        }
        .check();
    }
}

/// More blocks of samples than partial sums.
#[test]
fn a_batch_of_many_blocks() {
    for cell in [Cell::Gru { reset_after: true }, Cell::Lstm] {
        Case {
            sizes: [300, 3, 2, 2],
            state: true,
            ..Case::new(layer(cell))
        }
        .check();
    }
}

/// Output and gradients of a layer, as one list of numbers.
fn everything([samples, steps, inputs, units]: [usize; 4]) -> Vec<f32> {
    let device = Device::flex().autodiff();
    let input = random([samples, steps, inputs], 1, &device).require_grad();
    let kernel = random([inputs, 4 * units], 2, &device).require_grad();
    let recurrent_kernel = (random([units, 4 * units], 3, &device) * 0.2)
        .detach()
        .require_grad();
    let bias = random([4 * units], 4, &device).require_grad();
    let (output, _) = recurrent(
        layer(Cell::Lstm),
        input.clone(),
        kernel.clone(),
        recurrent_kernel.clone(),
        Some(bias.clone()),
        Surroundings::default(),
    );
    let gradients = weigh(output.clone()).backward();
    let mut all = values(output.inner());
    all.extend(values(input.grad(&gradients).expect("gradient")));
    all.extend(values(kernel.grad(&gradients).expect("gradient")));
    all.extend(values(recurrent_kernel.grad(&gradients).expect("gradient")));
    all.extend(values(bias.grad(&gradients).expect("gradient")));
    all
}

#[cfg(not(target_family = "wasm"))]
#[test]
fn a_result_does_not_depend_on_the_threads() {
    let pool = |threads| {
        rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .expect("a pool")
    };
    for sizes in [[70, 9, 6, 24], [9, 40, 12, 150]] {
        let [one, many] = [1, 5].map(|threads| pool(threads).install(|| everything(sizes)));
        assert!(one == many, "{sizes:?}");
    }
}

#[test]
fn not_a_number_is_not_hidden() {
    let device = Device::flex();
    for cell in CELLS {
        let input = random([2, 3, 2], 1, &device) * f32::NAN;
        let width = 2 * cell.gates();
        let kernel = random([2, width], 2, &device);
        let (output, _) = recurrent(
            layer(cell),
            input,
            kernel.clone(),
            kernel,
            None,
            Surroundings::default(),
        );
        assert!(
            values(output).iter().all(|number| number.is_nan()),
            "{cell:?}"
        );
    }
}

#[test]
fn the_state_goes_on_where_it_was() {
    let device = Device::flex();
    for cell in CELLS {
        let width = 3 * cell.gates();
        let input = random([2, 6, 2], 1, &device);
        let run = |input: Tensor<3>, state| {
            let surroundings = Surroundings {
                state,
                ..Surroundings::default()
            };
            let kernel = random([2, width], 2, &device);
            let recurrent_kernel = random([3, width], 3, &device);
            recurrent(
                layer(cell),
                input,
                kernel,
                recurrent_kernel,
                None,
                surroundings,
            )
        };
        let (whole, end) = run(input.clone(), Vec::new());
        let (first, between) = run(input.clone().slice([0..2, 0..4, 0..2]), Vec::new());
        let (second, other_end) = run(input.slice([0..2, 4..6, 0..2]), between);
        let both = Tensor::cat(vec![first, second], 1);
        super::assert_close("output", &values(both), &values(whole), 1e-6);
        for (one, other) in end.into_iter().zip(other_end) {
            super::assert_close("state", &values(one), &values(other), 1e-6);
        }
    }
}

/// How much longer four times as many steps take than a quarter of them four times over: 1 where the time grows
/// with the steps, 4 where it grows with their square. Both sides compute equally long, take turns, and count by
/// their shortest run, so that a busy machine disturbs them alike; ends as soon as the ratio is below `enough`.
fn growth<T>(enough: f64, work: impl Fn(usize) -> T) -> f64 {
    let timed = |best: &mut Duration, times: usize, steps: usize| {
        let start = Instant::now();
        for _ in 0..times {
            std::hint::black_box(work(steps));
        }
        *best = start.elapsed().min(*best);
    };
    let (mut parts, mut whole) = (Duration::MAX, Duration::MAX);
    let mut ratio = f64::INFINITY;
    for round in 0..24 {
        timed(&mut parts, 4, 100);
        timed(&mut whole, 1, 400);
        ratio = whole.as_secs_f64() / parts.as_secs_f64();
        if round >= 3 && ratio < enough {
            break;
        }
    }
    ratio
}

/// Twice the steps take twice the time: nothing in the way back looks at all steps again. The same measurement does
/// find what looks at all steps in every step.
#[test]
fn time_grows_with_the_steps() {
    let linear = growth(1.4, |steps| everything([16, steps, 8, 24]));
    let square = growth(1.4, |steps| {
        (0..steps / 100)
            .map(|_| everything([16, steps, 8, 24])[0])
            .sum::<f32>()
    });
    println!("400 steps against 4 x 100: {linear:.2}, of a square {square:.2}");
    assert!(linear < 1.5, "{linear}");
    assert!(square > 2.0, "{square}");
}

#[test]
#[should_panic(expected = "recurrent layer: kernel")]
fn a_kernel_of_another_width_is_refused() {
    let device = Device::flex();
    let kernel = random([2, 5], 2, &device);
    rnn::recurrent(
        layer(Cell::Simple),
        random([1, 1, 2], 1, &device),
        kernel,
        random([3, 3], 3, &device),
        None,
        Surroundings::default(),
    );
}

/// Forward and backward of the largest layer of the book (100 units, input 32, 500 steps, batch 64). Ten
/// tries, because other tests take the processors away.
#[test]
fn a_long_layer_takes_less_than_a_second() {
    let mut best = Duration::MAX;
    for _ in 0..10 {
        let start = Instant::now();
        everything([64, 500, 32, 100]);
        best = start.elapsed().min(best);
        if best < Duration::from_secs(1) {
            break;
        }
    }
    println!("LSTM, 100 units, 64 x 500 steps, there and back: {best:?}");
    assert!(best < Duration::from_secs(1), "{best:?}");
}
