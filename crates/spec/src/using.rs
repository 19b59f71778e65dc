//! What is done without or after training: a calculation, an answer, a text.

use crate::read::Fields;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A calculation that is worked out on the page, step by step.
#[derive(Clone, Debug, PartialEq)]
pub enum Compute {
    /// A window slides over a matrix: at each place the sum of products (cross-correlation).
    Convolution {
        input: Vec<Vec<f64>>,
        kernel: Vec<Vec<f64>>,
        stride: usize,
        /// Zeros on every side.
        zeros: usize,
    },
    /// The largest or the mean of each window.
    Pooling {
        input: Vec<Vec<f64>>,
        size: usize,
        stride: usize,
        largest: bool,
    },
    /// Pictures of the training part as `[augmentation]` makes them in an epoch.
    Augment {
        rows: usize,
        /// Counts from 0.
        epoch: u32,
        /// The first rows in the order of that epoch, else in that of the file.
        shuffle: bool,
    },
}

impl Compute {
    pub(crate) fn read(f: &Fields) -> Option<Self> {
        let own = f.table_at("compute")?;
        let names = [
            ("convolution", "convolution"),
            ("max_pooling", "max_pooling"),
            ("average_pooling", "average_pooling"),
            ("augment", "augment"),
        ];
        let name = own.choice("name", None, &names);
        let compute = match name {
            "augment" => {
                if !f.has("data") {
                    f.report("missing_field", &[("field", &"data")]);
                }
                Self::Augment {
                    rows: own.integer("rows", Some(9), 1..1_001),
                    epoch: own.integer("epoch", Some(0), 0..10_001) as u32,
                    shuffle: own.flag("shuffle", true),
                }
            }
            "convolution" => Self::Convolution {
                input: own.matrix("input"),
                kernel: own.matrix("kernel"),
                stride: own.integer("stride", Some(1), 1..101),
                zeros: own.integer("zeros", Some(0), 0..101),
            },
            _ => {
                let input = own.matrix("input");
                let size = own.integer("size", Some(2), 1..101);
                Self::Pooling {
                    input,
                    size,
                    stride: own.integer("stride", Some(size), 1..101),
                    largest: name == "max_pooling",
                }
            }
        };
        own.finish();
        Some(compute)
    }
}

/// Rows of the data that a trained model answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Predict {
    /// The experiment whose model answers: a shipped one, or one trained before.
    pub model: String,
    /// The first so many test rows.
    pub rows: usize,
}

impl Predict {
    pub(crate) fn read(f: &Fields) -> Option<Self> {
        let own = f.table_at("predict")?;
        let predict = Self {
            model: own.text("model"),
            rows: own.integer("rows", Some(10), 1..10_001),
        };
        own.finish();
        Some(predict)
    }
}

/// How a text is continued, token by token.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Generate {
    /// The text that is continued.
    pub prompt: String,
    /// Tokens to add.
    pub length: usize,
    /// p^(1 / temperature), normalised again; 0 takes the likeliest token always.
    pub temperature: f64,
    /// Only so many of the likeliest tokens may be drawn; 0 = all.
    pub top_k: usize,
}

impl Generate {
    pub(crate) fn read(f: &Fields) -> Option<Self> {
        let own = f.table_at("generate")?;
        let generate = Self {
            prompt: own.text("prompt"),
            length: own.integer("length", Some(200), 1..100_001),
            temperature: own.number("temperature", Some(1.0), 0.0, 100.0),
            top_k: own.integer("top_k", Some(0), 0..1_000_001),
        };
        own.finish();
        Some(generate)
    }
}
