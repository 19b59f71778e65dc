//! A layer in Keras's own words: class and settings, in the form of Keras 2 or of Keras 3. What JSON, YAML and
//! Python source are all written from.

mod config;
mod rules;

pub use config::config;
pub(crate) use rules::{FANS, SCALINGS, TRUNCATED};

use crate::FormatError;
use crate::tree::Tree;
use fireside_spec::{DataFormat, Dialect, Shape};

/// What a setting is set to.
#[derive(Clone, Debug, PartialEq)]
pub enum Setting {
    Plain(Tree),
    /// An object of `keras.initializers`, `keras.regularizers` or `keras.constraints`.
    Rule {
        family: &'static str,
        class: &'static str,
        config: Vec<(&'static str, Tree)>,
    },
    /// A function that a script defines itself.
    Code(&'static str),
    /// The layer inside a wrapper.
    Layer(Box<Config>),
}

/// A layer: its class and settings.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    pub class: &'static str,
    /// Key, value, and whether Keras would take the same value by itself.
    pub settings: Vec<(String, Setting, bool)>,
}

impl Config {
    fn new(class: &'static str) -> Self {
        Self {
            class,
            settings: Vec::new(),
        }
    }

    /// A setting that Keras has to be told.
    fn set(mut self, key: &str, value: impl Into<Tree>) -> Self {
        let value = Setting::Plain(value.into());
        self.settings.push((key.into(), value, false));
        self
    }

    /// A setting with Keras's default.
    fn or(mut self, key: &str, value: impl Into<Tree>, default: impl Into<Tree>) -> Self {
        let (value, default) = (value.into(), default.into());
        let standard = value == default;
        self.settings
            .push((key.into(), Setting::Plain(value), standard));
        self
    }

    fn put(mut self, key: &str, value: Setting, standard: bool) -> Self {
        self.settings.push((key.into(), value, standard));
        self
    }
}

/// The form that a layer is written in.
#[derive(Clone, Copy, Debug)]
pub struct Form<'a> {
    /// The form's own dialect, which may be another one than the experiment's.
    pub target: Dialect,
    /// The experiment's dialect: what its words mean.
    pub own: Dialect,
    pub data_format: DataFormat,
    /// Whether functions may be defined beside it: a script's may, JSON's may not.
    pub code: bool,
    /// The layer's name, for errors.
    pub layer: &'a str,
}

impl Form<'_> {
    /// What the form is called in errors.
    pub const fn name(&self) -> &'static str {
        match self.target {
            Dialect::Keras2 => "Keras 2",
            Dialect::Keras3 => "Keras 3",
        }
    }

    fn refuse<T>(&self, what: &str) -> Result<T, FormatError> {
        Err(FormatError::Inexpressible {
            form: self.name(),
            layer: self.layer.into(),
            what: what.into(),
        })
    }

    /// Refuses what came after 2.0.8.
    fn since_keras3(&self, what: &str) -> Result<(), FormatError> {
        match self.target {
            Dialect::Keras2 => self.refuse(what),
            Dialect::Keras3 => Ok(()),
        }
    }

    /// The axis of the channels or features, the batch's counted.
    fn features_axis(&self, shape: Shape) -> i64 {
        match (shape, self.data_format) {
            (Shape::Picture { .. }, DataFormat::ChannelsFirst) => 1,
            (Shape::Frames { .. }, DataFormat::ChannelsFirst) => 2,
            _ => -1,
        }
    }
}

/// Keras's name of a data format.
pub const fn data_format(format: DataFormat) -> &'static str {
    match format {
        DataFormat::ChannelsFirst => "channels_first",
        DataFormat::ChannelsLast => "channels_last",
    }
}
