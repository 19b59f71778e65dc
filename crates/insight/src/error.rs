//! What can't be looked at.

use std::collections::BTreeMap;
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
    /// The layer gives no maps.
    NoMaps { layer: String },
    /// No layer of the network is a convolution.
    NoConvolution,
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
            Self::NoMaps { .. } => "no_maps",
            Self::NoConvolution => "no_convolution",
            Self::NeedsPicture => "needs_picture_rows",
            Self::Picture { .. } => "picture_size",
            Self::Range { .. } => "out_of_range",
            Self::NoNumbers => "no_numbers",
            Self::Device { .. } => "device_failed",
        }
    }

    /// The arguments for those words.
    pub fn args(&self) -> BTreeMap<&'static str, String> {
        let pair = |names: [&'static str; 2], values: [usize; 2]| {
            let [a, b] = values.map(|value| value.to_string());
            BTreeMap::from([(names[0], a), (names[1], b)])
        };
        match self {
            Self::Layer { layer, layers } => pair(["layer", "layers"], [*layer, *layers]),
            Self::Unit { unit, units } => pair(["unit", "units"], [*unit, *units]),
            Self::Class { class, classes } => pair(["class", "classes"], [*class, *classes]),
            Self::Picture { expected, found } => pair(["expected", "found"], [*expected, *found]),
            Self::NoMaps { layer } => [("layer", layer.clone())].into(),
            Self::Range { value, min, max } => {
                let mut args = pair(["min", "max"], [*min as usize, *max as usize]);
                args.insert("value", value.clone());
                args
            }
            Self::Device { reason } => [("reason", reason.clone())].into(),
            Self::NoConvolution | Self::NeedsPicture | Self::NoNumbers => BTreeMap::new(),
        }
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
