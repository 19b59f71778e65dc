//! What can't be looked at.

use std::fmt;

/// A question that can't be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InsightError {
    /// There is no such layer.
    Layer { layer: usize, layers: usize },
    /// The layer has no such unit.
    Unit { unit: usize, units: usize },
    /// The network tells no such class.
    Class { class: usize, classes: usize },
    /// The layer has no kernel that slides over pictures.
    NoFilters { layer: String },
    /// The layer gives no maps.
    NoMaps { layer: String },
    /// No layer of the network is a convolution.
    NoConvolution,
    /// No layer of the network is an `Embedding`.
    NoEmbedding,
    /// The network takes no pictures.
    NeedsPicture,
    /// A picture of another size than the network takes.
    Picture { expected: usize, found: usize },
    /// A setting out of its range.
    Range { value: String, min: u32, max: u32 },
    /// The network gives no numbers any more.
    NoNumbers,
    /// The device could not give its values back.
    Device { reason: String },
}

impl InsightError {
    /// The code that the page's words are filed under.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Layer { .. } => "no_such_layer",
            Self::Unit { .. } => "no_such_unit",
            Self::Class { .. } => "no_such_class",
            Self::NoFilters { .. } => "no_filters",
            Self::NoMaps { .. } => "no_maps",
            Self::NoConvolution => "no_convolution",
            Self::NoEmbedding => "no_embedding",
            Self::NeedsPicture => "needs_picture_rows",
            Self::Picture { .. } => "picture_size",
            Self::Range { .. } => "out_of_range",
            Self::NoNumbers => "no_numbers",
            Self::Device { .. } => "device_failed",
        }
    }

    /// The arguments for those words.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        let none = ("", 0);
        let (text, numbers) = match self {
            Self::Layer { layer, layers } => (None, [("layer", *layer), ("layers", *layers)]),
            Self::Unit { unit, units } => (None, [("unit", *unit), ("units", *units)]),
            Self::Class { class, classes } => (None, [("class", *class), ("classes", *classes)]),
            Self::Picture { expected, found } => {
                (None, [("expected", *expected), ("found", *found)])
            }
            Self::Range { value, min, max } => {
                let ends = [("min", *min as usize), ("max", *max as usize)];
                (Some(("value", value)), ends)
            }
            Self::NoMaps { layer } | Self::NoFilters { layer } => {
                (Some(("layer", layer)), [none; 2])
            }
            Self::Device { reason } => (Some(("reason", reason)), [none; 2]),
            Self::NoConvolution | Self::NoEmbedding | Self::NeedsPicture | Self::NoNumbers => {
                (None, [none; 2])
            }
        };
        let mut args = Vec::with_capacity(3);
        if let Some((name, text)) = text {
            args.push((name, text.clone()));
        }
        for (name, number) in numbers {
            if !name.is_empty() {
                args.push((name, number.to_string()));
            }
        }
        args
    }
}

impl fmt::Display for InsightError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())?;
        for (name, value) in self.args() {
            write!(f, " {name}={value}")?;
        }
        Ok(())
    }
}

impl std::error::Error for InsightError {}
