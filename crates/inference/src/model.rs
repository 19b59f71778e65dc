//! A model from a file: the network, the experiment it came from, and how its input is prepared.

use crate::drawing::{Answer, DrawingState};
use crate::error::InferenceError;
use crate::words::given;
use burn::tensor::{Device, Tensor, TensorData};
use fireside_datasets::prepare::{Nothing, SIDE, center};
use fireside_datasets::{Augmenter, Vocabulary, pictures};
use fireside_network::weights::{File, load};
use fireside_network::{Network, NetworkError, Value};
use fireside_spec::{Checked, Data, DataShape, Shape, card};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a model file says of itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct ModelInfo {
    /// The experiment's text.
    pub experiment: String,
    pub seed: u32,
    pub epochs: u32,
    pub test_accuracy: Option<f64>,
    /// Checksum of the data it was trained on.
    pub data: String,
    /// Of a network on words; taken out when the file is read, and not told with the rest.
    #[serde(default, skip_serializing)]
    #[ts(skip)]
    pub vocabulary: Option<String>,
}

/// The card beside a shipped model (`static/models/<name>.json`): what a page tells of it before it is loaded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ModelCard {
    /// Id of the experiment.
    pub experiment: String,
    pub seed: u32,
    pub epochs: u32,
    /// On the official test rows, 0 to 1.
    pub test_accuracy: f64,
    /// What it was trained on, for people.
    pub data: String,
    pub parameters: u32,
    /// Length of the model file.
    pub bytes: u32,
    /// SHA-256 of the model file.
    pub sha256: String,
    /// Program and version that trained it.
    pub made_by: String,
}

/// A network that answers.
pub struct Model {
    checked: Checked,
    network: Network,
    info: ModelInfo,
    vocabulary: Option<Vocabulary>,
    device: Device,
}

impl Model {
    /// Reads a safetensors file that [`fireside_network::weights::save`] wrote; `data` tells the shape of
    /// the prepared data. The bytes are treated as hostile.
    ///
    /// # Errors
    /// When the file is damaged, or network and tensors do not fit.
    pub fn load(
        bytes: &[u8],
        data: impl Fn(&Data) -> Option<DataShape>,
        device: Device,
    ) -> Result<Self, InferenceError> {
        let file = File::read(bytes)?;
        let mut info: ModelInfo =
            serde_json::from_str(&file.metadata).map_err(|error| NetworkError::Corrupt {
                reason: error.to_string(),
            })?;
        let checked = card::read(&info.experiment, data, "").map_err(|problems| {
            // `read` never fails without a problem.
            let problem = problems.into_iter().next();
            problem.map_or_else(
                || {
                    InferenceError::Network(NetworkError::MissingMetadata {
                        name: "experiment".into(),
                    })
                },
                |problem| InferenceError::Experiment { problem },
            )
        })?;
        let read = checked.data.inputs.first().and_then(|i| i.vocabulary);
        let vocabulary = match info.vocabulary.take() {
            None => None,
            Some(text) => {
                let words = Vocabulary::read(&text, read.unwrap_or(0));
                let corrupt = |reason| NetworkError::Corrupt { reason };
                Some(words.map_err(corrupt)?)
            }
        };
        let network = load(&checked, &file, &device)?;
        Ok(Self {
            checked,
            network,
            info,
            vocabulary,
            device,
        })
    }

    /// What the file says of itself.
    pub const fn info(&self) -> &ModelInfo {
        &self.info
    }

    /// The network.
    pub const fn network(&self) -> &Network {
        &self.network
    }

    /// The tokens of its ids; `None` where the file tells none.
    pub const fn vocabulary(&self) -> Option<&Vocabulary> {
        self.vocabulary.as_ref()
    }

    /// The checked experiment.
    pub const fn checked(&self) -> &Checked {
        &self.checked
    }

    /// The pictures that it takes; `None` where it takes something else.
    pub fn picture(&self) -> Option<pictures::Shape> {
        match self.checked.data.row() {
            Shape::Picture {
                channels,
                height,
                width,
            } => Some(pictures::Shape {
                channels,
                height,
                width,
            }),
            _ => None,
        }
    }

    fn wrong_input(&self) -> InferenceError {
        InferenceError::WrongInput {
            input: self.checked.data.row().to_string(),
        }
    }

    /// Probabilities of all classes for a picture of the model's own shape: channel after channel, row by row, 0 to 255.
    ///
    /// # Errors
    /// When the model takes no pictures or others, or the device fails.
    pub async fn judge(&self, pixels: &[u8]) -> Result<Vec<f64>, InferenceError> {
        let shape = self.picture().ok_or_else(|| self.wrong_input())?;
        if pixels.len() != shape.bytes() {
            return Err(InferenceError::Picture {
                expected: shape.bytes(),
                found: pixels.len(),
            });
        }
        let data = &self.checked.experiment.data;
        let settings = self.checked.augmentation().copied().unwrap_or_default();
        if settings.learns() {
            return Err(InferenceError::NeedsRows);
        }
        let prepared = Augmenter::without_rows(settings, data.scale, shape);
        let mut values = prepared.picture(pixels, None);
        // A picture has no empty channel: the catalog's shapes are no text's.
        let area = shape.height * shape.width;
        for (at, value) in values.iter_mut().enumerate() {
            *value = data.standardized(at / area, *value);
        }
        let size = [1, shape.channels, shape.height, shape.width];
        let input = Tensor::from_data(TensorData::new(values, size), &self.device);
        let values = given(&self.network, Value::Picture(input)).await?;
        Ok(values.into_iter().map(f64::from).collect())
    }

    /// Judges a drawing of `width` x `height` grey values, 0 = paper, 255 = ink.
    ///
    /// # Errors
    /// When the values are not `width` x `height`, the model takes no grey pictures of 28 x 28, or as [`judge`](Self::judge).
    pub async fn draw(
        &self,
        ink: &[u8],
        width: usize,
        height: usize,
    ) -> Result<Answer, InferenceError> {
        let expected = width.saturating_mul(height);
        if ink.len() != expected {
            return Err(InferenceError::Picture {
                expected,
                found: ink.len(),
            });
        }
        let digit = pictures::Shape {
            channels: 1,
            height: SIDE,
            width: SIDE,
        };
        if self.picture() != Some(digit) {
            return Err(self.wrong_input());
        }
        let prepared = match center(ink, width, height) {
            Ok(prepared) => prepared,
            Err(Nothing::Dot) => return Ok(Answer::nothing(DrawingState::Dot)),
            Err(_) => return Ok(Answer::nothing(DrawingState::Empty)),
        };
        Ok(Answer {
            state: DrawingState::Digit,
            probabilities: self.judge(&prepared.pixels).await?,
            pixels: prepared.pixels.to_vec(),
        })
    }
}
