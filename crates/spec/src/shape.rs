//! Shapes of what flows between layers, without the batch axis.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Where the channel axis of a picture stands: Keras's `data_format`. It decides how shapes are printed
/// and in which order `Flatten` lays the values out; the engine itself always computes channels first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DataFormat {
    /// (channels, height, width)
    ChannelsFirst,
    /// (height, width, channels)
    #[default]
    ChannelsLast,
}

/// The shape of one row between two layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `units` numbers.
    Flat { units: usize },
    /// `steps` rows of `features` numbers: words as vectors, hours of measurements.
    Sequence { steps: usize, features: usize },
    /// A picture or a stack of feature maps.
    Picture {
        channels: usize,
        height: usize,
        width: usize,
    },
    /// A film: `frames` pictures.
    Frames {
        frames: usize,
        channels: usize,
        height: usize,
        width: usize,
    },
}

impl Shape {
    /// Numbers in one row.
    pub fn len(self) -> usize {
        self.axes(DataFormat::ChannelsFirst)
            .iter()
            .fold(1, |n, axis| n.saturating_mul(*axis))
    }

    /// Whether there is no number at all.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The axes in the order of `format`, as Keras prints them.
    pub fn axes(self, format: DataFormat) -> Vec<usize> {
        let picture = |channels, height, width| match format {
            DataFormat::ChannelsFirst => [channels, height, width],
            DataFormat::ChannelsLast => [height, width, channels],
        };
        match self {
            Self::Flat { units } => vec![units],
            Self::Sequence { steps, features } => vec![steps, features],
            Self::Picture {
                channels,
                height,
                width,
            } => picture(channels, height, width).to_vec(),
            Self::Frames {
                frames,
                channels,
                height,
                width,
            } => [&[frames], &picture(channels, height, width)[..]].concat(),
        }
    }

    /// The shape with these axes in the order of `format`; `None` for no axis or more than four.
    pub fn of(axes: &[usize], format: DataFormat) -> Option<Self> {
        let picture = |axes: [usize; 3]| match format {
            DataFormat::ChannelsFirst => axes,
            DataFormat::ChannelsLast => [axes[2], axes[0], axes[1]],
        };
        Some(match *axes {
            [units] => Self::Flat { units },
            [steps, features] => Self::Sequence { steps, features },
            [a, b, c] => {
                let [channels, height, width] = picture([a, b, c]);
                Self::Picture {
                    channels,
                    height,
                    width,
                }
            }
            [frames, a, b, c] => {
                let [channels, height, width] = picture([a, b, c]);
                Self::Frames {
                    frames,
                    channels,
                    height,
                    width,
                }
            }
            _ => return None,
        })
    }

    /// Channels of a picture, features of a step, units of a row: what a bias or a normalization has one
    /// number for.
    pub const fn features(self) -> usize {
        match self {
            Self::Flat { units } => units,
            Self::Sequence { features, .. } => features,
            Self::Picture { channels, .. } | Self::Frames { channels, .. } => channels,
        }
    }

    /// The same shape with another number of channels, features or units.
    pub const fn with_features(self, n: usize) -> Self {
        match self {
            Self::Flat { .. } => Self::Flat { units: n },
            Self::Sequence { steps, .. } => Self::Sequence { steps, features: n },
            Self::Picture { height, width, .. } => Self::Picture {
                channels: n,
                height,
                width,
            },
            Self::Frames {
                frames,
                height,
                width,
                ..
            } => Self::Frames {
                frames,
                channels: n,
                height,
                width,
            },
        }
    }

    /// One step of a sequence, one frame of a film; `None` where there is no time.
    pub const fn step(self) -> Option<(usize, Self)> {
        match self {
            Self::Sequence { steps, features } => Some((steps, Self::Flat { units: features })),
            Self::Frames {
                frames,
                channels,
                height,
                width,
            } => Some((
                frames,
                Self::Picture {
                    channels,
                    height,
                    width,
                },
            )),
            _ => None,
        }
    }

    /// `steps` of this shape in a row; `None` where there is no such shape.
    pub const fn repeated(self, steps: usize) -> Option<Self> {
        match self {
            Self::Flat { units } => Some(Self::Sequence {
                steps,
                features: units,
            }),
            Self::Picture {
                channels,
                height,
                width,
            } => Some(Self::Frames {
                frames: steps,
                channels,
                height,
                width,
            }),
            _ => None,
        }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, axis) in self.axes(DataFormat::ChannelsLast).iter().enumerate() {
            let cross = if index > 0 { "×" } else { "" };
            write!(f, "{cross}{axis}")?;
        }
        Ok(())
    }
}

/// One input of a data set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataInput {
    /// What `inputs` of a layer calls it.
    pub name: String,
    pub shape: Shape,
    /// Token ids lie in 0..vocabulary; `None` for measured numbers.
    pub vocabulary: Option<usize>,
}

/// What is to be predicted for a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// One of so many classes.
    Classes(usize),
    /// So many numbers.
    Values(usize),
}

impl Target {
    /// Numbers of a target row (one per class when one-hot).
    pub const fn width(self) -> usize {
        match self {
            Self::Classes(n) | Self::Values(n) => n,
        }
    }
}

/// What a data set looks like, told by the host: `spec` knows no data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataShape {
    pub name: String,
    /// At least one.
    pub inputs: Vec<DataInput>,
    pub target: Target,
    pub train_rows: usize,
    pub test_rows: usize,
    /// The columns of a table, those that are no inputs included; empty for all other data.
    pub columns: Vec<String>,
}

impl DataShape {
    /// A data set of one input.
    pub fn new(
        name: &str,
        row: Shape,
        target: Target,
        train_rows: usize,
        test_rows: usize,
    ) -> Self {
        Self {
            name: name.into(),
            inputs: vec![DataInput {
                name: "input".into(),
                shape: row,
                vocabulary: None,
            }],
            target,
            train_rows,
            test_rows,
            columns: Vec::new(),
        }
    }

    /// The shape of the first input.
    pub fn row(&self) -> Shape {
        self.inputs
            .first()
            .map_or(Shape::Flat { units: 0 }, |input| input.shape)
    }

    /// The number of classes; 0 where numbers are predicted.
    pub const fn classes(&self) -> usize {
        match self.target {
            Target::Classes(classes) => classes,
            Target::Values(_) => 0,
        }
    }
}
