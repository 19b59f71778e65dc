//! The reference numbers in `tests/reference`; their README has the layout and how they were made.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

/// A tensor, row-major; pictures (n, c, h, w), kernels in Keras's layout.
#[derive(Clone, Debug, Deserialize)]
pub struct Numbers {
    pub shape: Vec<usize>,
    pub data: Vec<f64>,
}

impl Numbers {
    /// The values as the engine has them.
    pub fn narrow(&self) -> Vec<f32> {
        self.data.iter().map(|value| *value as f32).collect()
    }

    /// The values of pictures and films in the order (..., h, w, c); others as they are.
    pub fn channels_last(&self) -> Vec<f64> {
        let (n, [c, h, w]) = match *self.shape.as_slice() {
            [n, c, h, w] => (n, [c, h, w]),
            [n, frames, c, h, w] => (n * frames, [c, h, w]),
            _ => return self.data.clone(),
        };
        let mut out = Vec::with_capacity(self.data.len());
        for row in 0..n {
            for place in 0..h * w {
                out.extend((0..c).map(|channel| self.data[(row * c + channel) * h * w + place]));
            }
        }
        out
    }
}

/// One layer with its input, output and gradients.
#[derive(Debug, Deserialize)]
pub struct LayerCase {
    pub name: String,
    pub class_name: String,
    pub config: serde_json::Map<String, serde_json::Value>,
    pub data_format: String,
    /// `keras2` where the file does not say.
    pub dialect: Option<String>,
    /// `train`: with the batch's statistics.
    pub mode: Option<String>,
    pub random: Option<RandomPlace>,
    pub mask: Option<Numbers>,
    /// Of a layer with one input; of others see `inputs`.
    pub input: Option<Numbers>,
    #[serde(default)]
    pub inputs: Vec<Numbers>,
    pub weights: BTreeMap<String, Numbers>,
    pub upstream: Numbers,
    pub output: Numbers,
    /// None for token ids.
    pub input_gradient: Option<Numbers>,
    #[serde(default)]
    pub input_gradients: Vec<Numbers>,
    pub weight_gradients: BTreeMap<String, Numbers>,
    /// Moving statistics after the pass.
    #[serde(default)]
    pub moving_after: BTreeMap<String, Vec<f64>>,
}

impl LayerCase {
    /// The input, or all of them.
    pub fn all_inputs(&self) -> Vec<&Numbers> {
        self.input.iter().chain(&self.inputs).collect()
    }

    /// Their gradients.
    pub fn all_input_gradients(&self) -> Vec<&Numbers> {
        self.input_gradient
            .iter()
            .chain(&self.input_gradients)
            .collect()
    }
}

/// One recurrent layer with everything it was given and everything it gives.
#[derive(Debug, Deserialize)]
pub struct RecurrentCase {
    pub name: String,
    pub class_name: String,
    pub dialect: String,
    pub config: RecurrentConfig,
    pub input: Numbers,
    pub weights: BTreeMap<String, Numbers>,
    #[serde(default)]
    pub state: Vec<Numbers>,
    pub input_masks: Option<Numbers>,
    pub recurrent_masks: Option<Numbers>,
    pub step_mask: Option<Numbers>,
    pub upstream: Numbers,
    pub output: Numbers,
    pub last_state: Vec<Numbers>,
    pub input_gradient: Numbers,
    pub weight_gradients: BTreeMap<String, Numbers>,
}

/// Keras's arguments of a recurrent layer.
#[derive(Debug, Deserialize)]
pub struct RecurrentConfig {
    pub activation: String,
    pub recurrent_activation: Option<String>,
    #[serde(default)]
    pub reset_after: bool,
    pub go_backwards: bool,
    pub return_sequences: bool,
}

/// Which numbers of the generator a dropout layer uses.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct RandomPlace {
    pub seed: u32,
    pub step: u32,
    pub layer: usize,
}

/// A loss with targets and predictions.
#[derive(Debug, Deserialize)]
pub struct LossCase {
    pub name: String,
    pub loss: String,
    pub targets: Numbers,
    pub predictions: Numbers,
    pub per_sample: Vec<f64>,
    /// The same formula run in float32: where a clip is at work, 1 - 1e-7 is another number there.
    pub per_sample_float32: Vec<f64>,
    pub value: f64,
    pub gradient: Numbers,
}

/// A loss of `losses2.json`, with and without weights of rows.
#[derive(Debug, Deserialize)]
pub struct WeightedLossCase {
    pub name: String,
    /// As it is written in an experiment: `name` and settings.
    pub loss: serde_json::Value,
    pub dialect: String,
    pub targets: Numbers,
    pub predictions: Numbers,
    pub per_sample: Vec<f64>,
    pub value: f64,
    pub value_float32: f64,
    pub gradient: Numbers,
    pub weighted_value: f64,
    pub weighted_value_float32: f64,
    pub weighted_gradient: Numbers,
}

/// `losses2.json`.
#[derive(Debug, Deserialize)]
pub struct WeightedLosses {
    pub weights: Vec<f64>,
    pub cases: Vec<WeightedLossCase>,
}

/// Metrics of some outputs; targets are classes or numbers.
#[derive(Debug, Deserialize)]
pub struct MetricCase {
    pub name: String,
    pub loss: serde_json::Value,
    pub dialect: String,
    pub outputs: Numbers,
    pub classes: Option<Vec<usize>>,
    pub targets: Option<Numbers>,
    /// As they are written in an experiment.
    pub metrics: serde_json::Value,
    pub expected: BTreeMap<String, f64>,
    /// [actual][answered]
    pub confusion: Option<Vec<Vec<u32>>>,
}

/// An update rule and the weights after each of ten updates.
#[derive(Debug, Deserialize)]
pub struct OptimizerCase {
    pub name: String,
    pub class_name: String,
    pub config: serde_json::Map<String, serde_json::Value>,
    pub after: Vec<Vec<f64>>,
}

/// `optimizers.json`.
#[derive(Debug, Deserialize)]
pub struct Optimizers {
    pub initial: Vec<f64>,
    pub gradients: Vec<Vec<f64>>,
    pub cases: Vec<OptimizerCase>,
}

/// An initial kernel: its first sixteen elements and its sums.
#[derive(Debug, Deserialize)]
pub struct InitializerCase {
    pub network: String,
    pub layer: usize,
    pub tensor: usize,
    pub initializer: String,
    pub used: bool,
    pub shape: Vec<usize>,
    pub first: Vec<f64>,
    pub sum: f64,
    pub sum_of_squares: f64,
}

/// An initial tensor of `initializers2.json`: its first elements, its sums, its distribution.
#[derive(Debug, Deserialize)]
pub struct DrawnCase {
    pub initializer: String,
    pub config: serde_json::Map<String, serde_json::Value>,
    pub dialect: String,
    pub shape: Vec<usize>,
    /// Leading axes that an attention's kernel sums over; 0 for all other tensors.
    pub input_axes: usize,
    pub layer: usize,
    pub tensor: usize,
    pub fan_in: Option<f64>,
    pub fan_out: Option<f64>,
    pub mean: f64,
    pub standard_deviation: f64,
    pub lowest: Option<f64>,
    pub highest: Option<f64>,
    pub first: Vec<f64>,
    pub sum: f64,
    pub sum_of_squares: f64,
}

/// The fans of a tensor.
#[derive(Debug, Deserialize)]
pub struct FansCase {
    /// What it is.
    pub tensor: String,
    pub shape: Vec<usize>,
    pub dialect: String,
    pub input_axes: usize,
    pub fan_in: f64,
    pub fan_out: f64,
}

/// `initializers2.json`.
#[derive(Debug, Deserialize)]
pub struct Drawn {
    pub seed: u32,
    pub fans: Vec<FansCase>,
    pub cases: Vec<DrawnCase>,
}

/// A layer of a network as Keras's own JSON has it.
#[derive(Clone, Debug, Deserialize)]
pub struct NetworkLayer {
    pub name: Option<String>,
    pub class_name: String,
    pub config: serde_json::Map<String, serde_json::Value>,
    /// What it reads, by name; empty: the layer before.
    #[serde(default)]
    pub inputs: Vec<String>,
}

/// A network of the sources: shapes without the batch, pictures (c, h, w).
#[derive(Debug, Deserialize)]
pub struct NetworkCase {
    pub id: String,
    /// Whether the source prints its total, an inventory computed it, or nobody.
    pub marked: String,
    pub stated: Option<usize>,
    pub data_format: String,
    pub input_shape: Option<Vec<usize>>,
    #[serde(default)]
    pub inputs: BTreeMap<String, Vec<usize>>,
    pub layers: Vec<NetworkLayer>,
    pub total: usize,
    pub trainable: usize,
    pub per_layer: Option<Vec<usize>>,
    pub shapes: Option<Vec<Vec<usize>>>,
}

/// `totals.json`, `totals_graphs.json`.
#[derive(Debug, Deserialize)]
pub struct Totals {
    pub networks: Vec<NetworkCase>,
}

/// A rule with its settings.
#[derive(Debug, Deserialize)]
pub struct OptimizerConfig {
    pub class_name: String,
    pub config: serde_json::Map<String, serde_json::Value>,
}

/// An initial weight.
#[derive(Debug, Deserialize)]
pub struct InitialWeight {
    pub layer: usize,
    pub tensor: String,
    pub shape: Vec<usize>,
    pub data: Vec<f64>,
}

/// A network with its data and initial weights.
#[derive(Debug, Deserialize)]
pub struct Family {
    pub data_format: String,
    pub loss: String,
    pub layers: Vec<NetworkLayer>,
    pub inputs: BTreeMap<String, Numbers>,
    pub targets: Numbers,
    pub weights: Vec<InitialWeight>,
}

/// Ten updates of a network of `runs2.json`, `runs2_optimizers.json`.
#[derive(Debug, Deserialize)]
pub struct FamilyCase {
    pub name: String,
    pub optimizer: OptimizerConfig,
    /// Of `runs2_optimizers.json` it stands in the head.
    #[serde(flatten)]
    pub family: Option<Family>,
    pub losses: BTreeMap<String, Vec<f64>>,
    /// The first rows at the initial weights, in use.
    pub outputs: Option<Numbers>,
    #[serde(default)]
    pub gradients: Vec<GradientRow>,
    pub weights_after: Vec<WeightRow>,
    /// Of all rows after the updates, in use.
    pub loss_after: f64,
}

/// `runs2.json`, `runs2_optimizers.json`.
#[derive(Debug, Deserialize)]
pub struct Families {
    pub dialect: String,
    pub updates: usize,
    pub batch: usize,
    /// Rows of each update.
    pub batches: Vec<Vec<usize>>,
    #[serde(flatten)]
    pub family: Option<Family>,
    pub cases: Vec<FamilyCase>,
}

/// A known answer of the generator's authors.
#[derive(Debug, Deserialize)]
pub struct Block {
    pub counter: [u32; 4],
    pub key: [u32; 2],
    pub words: [u32; 4],
}

/// The first sixteen numbers of a stream.
#[derive(Debug, Deserialize)]
pub struct StreamCase {
    pub seed: u32,
    pub purpose: u32,
    pub step: u32,
    pub tag: u32,
    pub words: Vec<u32>,
    pub uniform: Vec<f64>,
    pub normal: Vec<f64>,
}

/// A permutation of `n` rows.
#[derive(Debug, Deserialize)]
pub struct Order {
    pub seed: u32,
    pub epoch: u32,
    pub n: usize,
    pub first: Vec<u32>,
    pub sum_of_place_times_row: u64,
}

/// `random.json`.
#[derive(Debug, Deserialize)]
pub struct Random {
    pub blocks: Vec<Block>,
    pub streams: Vec<StreamCase>,
    pub orders: Vec<Order>,
}

/// A gradient of the first batch: its length, its sum, and every `stride`-th element.
#[derive(Debug, Deserialize)]
pub struct GradientRow {
    pub layer: usize,
    pub tensor: String,
    pub shape: Vec<usize>,
    pub l2: f64,
    pub sum: f64,
    pub stride: usize,
    pub sample: Vec<f64>,
}

/// A weight after ten updates.
#[derive(Debug, Deserialize)]
pub struct WeightRow {
    pub layer: usize,
    pub tensor: String,
    pub l2: f64,
}

/// Ten updates of one network.
#[derive(Debug, Deserialize)]
pub struct Updates {
    pub losses: BTreeMap<String, Vec<f64>>,
    /// How far rounding alone moves a loss.
    pub rounding: f64,
    pub gradients: Vec<GradientRow>,
    pub weights_after: Vec<WeightRow>,
}

/// One network of `runs.json`.
#[derive(Debug, Deserialize)]
pub struct RunCase {
    pub network: String,
    pub seed: u32,
    /// Whether ten losses say something: false where one unit hangs on rounding alone.
    pub strict: bool,
    pub data_format: String,
    pub batch: usize,
    pub parameters: usize,
    pub probabilities: Numbers,
    pub dropout_off: Updates,
    pub dropout_on: Option<Updates>,
}

/// `runs.json`.
#[derive(Debug, Deserialize)]
pub struct Runs {
    pub optimizer: BTreeMap<String, f64>,
    pub updates: usize,
    pub networks: Vec<RunCase>,
}

/// A file that is nothing but a list of cases.
#[derive(Debug, Deserialize)]
pub struct Cases<T> {
    pub cases: Vec<T>,
}

/// Reads a reference file.
///
/// # Panics
/// When it is missing or not what its README says.
pub fn read<T: DeserializeOwned>(name: &str) -> T {
    let text = crate::files::text(&format!("tests/reference/{name}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("tests/reference/{name}: {error}"))
}

/// A network behind an Embedding with padding.
#[derive(Debug, Deserialize)]
pub struct MaskCase {
    pub name: String,
    pub layers: Vec<NetworkLayer>,
    pub ids: Numbers,
    /// By `layer/tensor`, as are the gradients.
    pub weights: BTreeMap<String, Numbers>,
    pub upstream: Numbers,
    pub output: Numbers,
    pub gradients: BTreeMap<String, Numbers>,
}

/// Pictures that networks are looked at with.
#[derive(Debug, Deserialize)]
pub struct InsightCases {
    /// Of a step of the ascent.
    pub rate: f64,
    pub l2: f64,
    pub cases: Vec<InsightCase>,
}

/// A network, a picture, and what is seen inside.
#[derive(Debug, Deserialize)]
pub struct InsightCase {
    pub name: String,
    pub data_format: String,
    pub layers: Vec<NetworkLayer>,
    /// By `layer/tensor`.
    pub weights: BTreeMap<String, Numbers>,
    pub input: Numbers,
    /// What each layer gives.
    pub maps: Vec<Numbers>,
    pub classes: Vec<InsightClass>,
    pub units: Vec<InsightUnit>,
}

/// What the score of a class hangs on.
#[derive(Debug, Deserialize)]
pub struct InsightClass {
    pub score: f64,
    pub gradient: Numbers,
    pub cams: Vec<InsightCam>,
}

/// Grad-CAM in a layer's maps.
#[derive(Debug, Deserialize)]
pub struct InsightCam {
    pub layer: usize,
    pub map: Numbers,
    pub weights: Numbers,
}

/// A unit of a layer, and the picture after a step that raises it.
#[derive(Debug, Deserialize)]
pub struct InsightUnit {
    pub layer: usize,
    pub unit: usize,
    pub score: f64,
    pub climbed: Numbers,
}
