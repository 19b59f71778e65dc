//! Activation maximisation: a picture climbs the gradient of a goal.

use crate::error::InsightError;
use crate::goal::Goal;
use crate::gradient::{measure, slope};
use burn::tensor::{Device, Tensor, TensorData};
use fireside_network::{Network, Value};
use fireside_spec::random::{Purpose, Stream};

/// After this share of the steps (in quarters) the picture is neither shifted nor blurred any more: it comes to rest.
const RESTLESS: u32 = 3;
/// Steps between two blurs.
const BLUR_EVERY: u32 = 4;
/// Deviation of the start from grey, of half the range.
const NOISE: f32 = 0.1;

/// How a picture climbs. It never leaves the range of the data: whatever comes out can be shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Ascent {
    pub goal: Goal,
    /// Channels, height, width.
    pub shape: [usize; 3],
    /// Of each channel: what the network gets for black and for white.
    pub levels: Vec<[f32; 2]>,
    pub steps: u32,
    /// How far a step goes, of the range.
    pub rate: f32,
    /// Largest shift before each step, in pixels.
    pub jitter: u32,
    /// Standard deviation of the blur, in pixels.
    pub blur: f32,
    /// The share of its distance from grey that a value loses with each step.
    pub l2: f32,
    /// Of the start and the shifts.
    pub seed: u32,
}

impl Ascent {
    /// Whether the settings make sense.
    ///
    /// # Errors
    /// [`InsightError::Range`].
    pub fn check(&self) -> Result<(), InsightError> {
        let settings = [
            (self.steps as f32, 1, 5_000),
            (self.rate, 0, 1),
            (self.jitter as f32, 0, 32),
            (self.blur, 0, 4),
            (self.l2, 0, 1),
        ];
        for (value, min, max) in settings {
            // What is no number is in no range.
            if !(value >= min as f32 && value <= max as f32) {
                let value = value.to_string();
                return Err(InsightError::Range { value, min, max });
            }
        }
        Ok(())
    }

    fn plane(&self) -> usize {
        (self.shape[1] * self.shape[2]).max(1)
    }

    /// Calls `with` for every value with grey and half the range of its channel.
    fn each(&self, picture: &mut [f32], mut with: impl FnMut(usize, &mut f32, f32, f32)) {
        let plane = self.plane();
        for (index, value) in picture.iter_mut().enumerate() {
            let [low, high] = self
                .levels
                .get(index / plane)
                .copied()
                .unwrap_or([0.0, 1.0]);
            with(index, value, (low + high) / 2.0, (high - low) / 2.0);
        }
    }

    /// Grey with a little noise.
    pub fn start(&self) -> Vec<f32> {
        let count = self.shape.iter().product();
        let mut picture = Stream::new(self.seed, Purpose::Ascent, 0, 0).normals(count);
        self.each(&mut picture, |_, value, grey, half| {
            *value = grey + half * (NOISE * *value).clamp(-1.0, 1.0);
        });
        picture
    }

    /// The picture as it is shown: 0 is black, 255 white.
    pub fn shown(&self, picture: &[f32]) -> Vec<f32> {
        let mut shown = picture.to_vec();
        self.each(&mut shown, |_, value, grey, half| {
            *value = ((*value - grey) / half + 1.0) * 127.5;
        });
        shown
    }

    fn value(&self, picture: &[f32], device: &Device) -> Value {
        let [channels, height, width] = self.shape;
        let data = TensorData::new(picture.to_vec(), [1, channels, height, width]);
        Value::Picture(Tensor::from_data(data, device))
    }

    /// The goal's score for exactly this picture.
    ///
    /// # Errors
    /// [`InsightError::NoNumbers`]; when the device fails.
    pub async fn activation(
        &self,
        network: &Network,
        picture: &[f32],
        device: &Device,
    ) -> Result<f32, InsightError> {
        let scores = measure(network, &self.goal, self.value(picture, device)).await?;
        let score = scores.first().copied().unwrap_or(f32::NAN);
        match score.is_finite() {
            true => Ok(score),
            false => Err(InsightError::NoNumbers),
        }
    }

    /// Takes the picture `count` steps further; `from` have been done.
    ///
    /// # Errors
    /// [`InsightError::Picture`], [`InsightError::NoNumbers`]; when the device fails.
    pub async fn climb(
        &self,
        network: &Network,
        mut picture: Vec<f32>,
        from: u32,
        count: u32,
        device: &Device,
    ) -> Result<Vec<f32>, InsightError> {
        let expected = self.shape.iter().product();
        let found = picture.len();
        if found != expected {
            return Err(InsightError::Picture { expected, found });
        }
        for step in from..from.saturating_add(count).min(self.steps) {
            let restless = step * 4 < self.steps * RESTLESS;
            let [down, right] = match restless {
                true => self.shift(step),
                false => [0, 0],
            };
            let shifted = self.rolled(&picture, [down, right]);
            let value = self.value(&shifted, device);
            let gradient = slope(network, &self.goal, value, None).await?.gradient;
            let back = [self.shape[1] - down, self.shape[2] - right];
            self.step(&mut picture, &self.rolled(&gradient, back));
            if restless && self.blur > 0.0 && step % BLUR_EVERY == BLUR_EVERY - 1 {
                picture = self.blurred(&picture);
            }
        }
        Ok(picture)
    }

    /// Up the gradient, whatever its length, and a little back to grey.
    fn step(&self, picture: &mut [f32], gradient: &[f32]) {
        let squares: f32 = gradient.iter().map(|g| g * g).sum();
        let length = (squares / gradient.len().max(1) as f32).sqrt();
        // Where nothing moves the goal there is nothing to climb.
        let scale = if length > 0.0 {
            self.rate / length
        } else {
            0.0
        };
        self.each(picture, |index, value, grey, half| {
            let away = (*value - grey) * (1.0 - self.l2) + 2.0 * half * scale * gradient[index];
            *value = grey + away.clamp(-half, half);
        });
    }

    /// How far this step's picture is shifted, around the border: rows and columns.
    fn shift(&self, step: u32) -> [usize; 2] {
        let [down, right, ..] = Stream::new(self.seed, Purpose::Ascent, step, 1).block(0);
        let of = |word: u32, length: usize| {
            let drawn = (word % (2 * self.jitter + 1)) as usize;
            (drawn + length * (1 + self.jitter as usize) - self.jitter as usize) % length.max(1)
        };
        [of(down, self.shape[1]), of(right, self.shape[2])]
    }

    /// Rows and columns shifted around.
    fn rolled(&self, picture: &[f32], [down, right]: [usize; 2]) -> Vec<f32> {
        let [_, height, width] = self.shape;
        let mut rolled = Vec::with_capacity(picture.len());
        for plane in picture.chunks_exact(self.plane()) {
            for row in 0..height {
                for column in 0..width {
                    let from = [
                        (row + height - down) % height,
                        (column + width - right) % width,
                    ];
                    rolled.push(plane[from[0] * width + from[1]]);
                }
            }
        }
        rolled
    }

    /// Rows, then columns, each value with its neighbours by a bell curve; the border repeats.
    fn blurred(&self, picture: &[f32]) -> Vec<f32> {
        let [_, height, width] = self.shape;
        let reach = (3.0 * self.blur).ceil() as isize;
        let bell = |by: isize| (-0.5 * (by as f32 / self.blur).powi(2)).exp();
        let sum: f32 = (-reach..=reach).map(bell).sum();
        let mut picture = picture.to_vec();
        for down in [true, false] {
            let before = picture.clone();
            let planes = picture.chunks_exact_mut(self.plane());
            for (to, from) in planes.zip(before.chunks_exact(self.plane())) {
                for (index, value) in to.iter_mut().enumerate() {
                    let (row, column) = (index / width, index % width);
                    *value = 0.0;
                    for by in -reach..=reach {
                        let place = match down {
                            true => row.saturating_add_signed(by).min(height - 1) * width + column,
                            false => row * width + column.saturating_add_signed(by).min(width - 1),
                        };
                        *value += from[place] * bell(by) / sum;
                    }
                }
            }
        }
        picture
    }
}
