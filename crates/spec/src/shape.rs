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
    /// A picture or a stack of feature maps.
    Picture {
        channels: usize,
        height: usize,
        width: usize,
    },
}

impl Shape {
    /// Numbers in one row.
    pub const fn len(self) -> usize {
        match self {
            Self::Flat { units } => units,
            Self::Picture {
                channels,
                height,
                width,
            } => channels * height * width,
        }
    }

    /// Whether there is no number at all.
    pub const fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The axes in the order of `format`, as Keras prints them.
    pub fn axes(self, format: DataFormat) -> Vec<usize> {
        match (self, format) {
            (Self::Flat { units }, _) => vec![units],
            (
                Self::Picture {
                    channels,
                    height,
                    width,
                },
                DataFormat::ChannelsFirst,
            ) => vec![channels, height, width],
            (
                Self::Picture {
                    channels,
                    height,
                    width,
                },
                DataFormat::ChannelsLast,
            ) => vec![height, width, channels],
        }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flat { units } => write!(f, "{units}"),
            Self::Picture {
                channels,
                height,
                width,
            } => write!(f, "{height}×{width}×{channels}"),
        }
    }
}

/// What a data set looks like, told by the host: `spec` knows no data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataShape {
    pub name: String,
    pub row: Shape,
    pub classes: usize,
    pub train_rows: usize,
    pub test_rows: usize,
}
