//! A text goes on, token by token: the network tells how likely each token is, one is drawn.

use crate::error::InferenceError;
use crate::words::given;
use burn::tensor::{Tensor, TensorData};
use fireside_datasets::Vocabulary;
use fireside_network::{Network, Value};
use fireside_spec::order::order;
use fireside_spec::random::{Purpose, Stream};
use fireside_spec::{Checked, Generate};

/// The text so far, and how it goes on.
#[derive(Clone, Debug)]
pub struct Generator {
    /// The last tokens, as many as the network reads.
    window: Vec<u32>,
    temperature: f64,
    top_k: usize,
    seed: u32,
    step: u32,
    /// What was drawn, and how many bytes of its text were given out.
    written: Vec<u32>,
    told: usize,
}

impl Generator {
    /// A generator that goes on after the prompt. A prompt of fewer tokens than the network reads has id 0 in
    /// front, of more tokens only the last ones count; tokens that are not known are left out.
    ///
    /// # Errors
    /// [`InferenceError::Prompt`] when no token of the prompt is known.
    pub fn new(
        checked: &Checked,
        vocabulary: &Vocabulary,
        wanted: &Generate,
        seed: u32,
    ) -> Result<Self, InferenceError> {
        let steps = checked.data.row().len();
        let known = vocabulary.encode(&wanted.prompt);
        if known.is_empty() {
            return Err(InferenceError::Prompt {
                prompt: wanted.prompt.clone(),
            });
        }
        let mut window = vec![0; steps.saturating_sub(known.len())];
        window.extend(&known[known.len().saturating_sub(steps)..]);
        Ok(Self {
            window,
            temperature: wanted.temperature,
            top_k: wanted.top_k,
            seed,
            step: 0,
            written: Vec::new(),
            told: 0,
        })
    }

    /// Draws the next token and gives what it adds to the text.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn write(
        &mut self,
        network: &Network,
        vocabulary: &Vocabulary,
    ) -> Result<String, InferenceError> {
        let token = self.next(network).await?;
        self.written.push(token);
        let text = vocabulary.decode(&self.written);
        let piece = text.get(self.told..).unwrap_or_default().into();
        self.told = text.len();
        Ok(piece)
    }

    /// Draws the next token and takes it into the text.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn next(&mut self, network: &Network) -> Result<u32, InferenceError> {
        let ids: Vec<f32> = self.window.iter().map(|id| *id as f32).collect();
        let shape = [1, ids.len()];
        let device = network.device().unwrap_or_default();
        let input = Tensor::from_data(TensorData::new(ids, shape), &device);
        let shares = given(network, Value::Flat(input)).await?;
        let drawn = Stream::new(self.seed, Purpose::Generate, self.step, 0).uniform(0);
        let token = draw(&shares, self.temperature, self.top_k, drawn) as u32;
        self.step += 1;
        self.window.rotate_left(1);
        if let Some(last) = self.window.last_mut() {
            *last = token;
        }
        Ok(token)
    }
}

/// One of the tokens with these probabilities, by a number in [0, 1): p^(1 / temperature) over the `top_k`
/// likeliest (0: all), normalised; the likeliest one at temperature 0.
pub fn draw(shares: &[f32], temperature: f64, top_k: usize, number: f32) -> usize {
    // Of equals the first comes first.
    let mut order = order(shares.len(), &mut |a, b| shares[b].total_cmp(&shares[a]));
    if temperature == 0.0 {
        return order.first().copied().unwrap_or(0);
    }
    if top_k > 0 {
        order.truncate(top_k);
    }
    let largest = order
        .first()
        .map_or(1.0, |best| f64::from(shares[*best]).max(1e-30));
    let weight = |token: &usize| {
        let ratio = f64::from(shares[*token]).max(0.0) / largest;
        ratio.powf(1.0 / temperature)
    };
    let sum: f64 = order.iter().map(weight).sum();
    let mut left = f64::from(number) * sum;
    for token in &order {
        left -= weight(token);
        if left < 0.0 {
            return *token;
        }
    }
    order.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::draw;

    #[test]
    fn temperature_and_top_k_shape_the_draw() {
        let shares = [0.1, 0.6, 0.3];
        let count = |temperature, top_k| {
            let mut counts = [0; 3];
            for i in 0..1000 {
                counts[draw(&shares, temperature, top_k, i as f32 / 1000.0)] += 1i32;
            }
            counts
        };
        let plain = count(1.0, 0);
        let near = |found: i32, wanted: i32| (found - wanted).abs() <= 1;
        assert!(near(plain[0], 100) && near(plain[1], 600), "{plain:?}");
        assert_eq!(count(0.0, 0), [0, 1000, 0]);
        assert_eq!(count(1.0, 1), [0, 1000, 0]);
        // 0.6^2 : 0.3^2 : 0.1^2 = 36 : 9 : 1
        let cold = count(0.5, 0);
        assert!(near(cold[1], 783) && near(cold[2], 196), "{cold:?}");
        assert_eq!(draw(&[f32::NAN, 0.5, 0.5], 1.0, 0, 0.999), 2);
    }
}
