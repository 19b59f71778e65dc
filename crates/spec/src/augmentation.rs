//! Augmentation: what is done to a picture before the network sees it, by the names, defaults and order of Keras
//! 2.0.8's `ImageDataGenerator`, in both dialects.
//!
//! Plain settings; what they do with the numbers is `fireside-datasets`' business.

use crate::check::Checked;
use crate::problem::Problem;
use crate::read::Fields;
use crate::shape::{DataShape, Shape};

/// The most numbers of a picture that can be whitened: one of CIFAR-10 has so many. The matrix of all pairs takes
/// 38 MB then, and the time goes with the third power.
pub const MAX_WHITENED: usize = 3_072;

/// What stands outside of a picture that was moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fill {
    /// One value, `cval`.
    Constant,
    /// The nearest cell of the picture.
    #[default]
    Nearest,
    /// The picture in a mirror: c b a | a b c | c b a.
    Reflect,
    /// The picture once more, as SciPy does it: its period is one cell shorter than the picture.
    Wrap,
}

/// The settings of one augmentation. First a picture is changed at random (training rows only), then it is
/// standardized (all rows alike).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Augmentation {
    /// Turned by up to so many degrees.
    pub rotation_range: f64,
    /// Moved by up to this part of its height.
    pub height_shift_range: f64,
    /// Moved by up to this part of its width.
    pub width_shift_range: f64,
    /// Sheared by up to so many radians.
    pub shear_range: f64,
    /// Rows and columns are each stretched by a factor between these two; below 1 the picture grows.
    pub zoom_range: [f64; 2],
    /// Each channel is made brighter or darker by up to this.
    pub channel_shift_range: f64,
    pub horizontal_flip: bool,
    pub vertical_flip: bool,
    /// Every value is multiplied by a factor between these two, and stays at most white. Keras 2.0.8 has no such
    /// setting; later ones have it under this name.
    pub brightness_range: [f64; 2],
    pub fill_mode: Fill,
    pub cval: f64,
    /// Every value is multiplied by this.
    pub rescale: f64,
    /// At each place the mean over the channels is taken off, as 2.0.8 does: of a grey picture nothing is left.
    pub samplewise_center: bool,
    /// At each place the values are divided by their deviation over the channels.
    pub samplewise_std_normalization: bool,
    /// The mean of each channel over all training rows is taken off.
    pub featurewise_center: bool,
    /// Each channel is divided by its deviation over all training rows.
    pub featurewise_std_normalization: bool,
    pub zca_whitening: bool,
    /// Added to the variances inside of the root.
    pub zca_epsilon: f64,
}

impl Default for Augmentation {
    /// Nothing is done.
    fn default() -> Self {
        Self {
            rotation_range: 0.0,
            height_shift_range: 0.0,
            width_shift_range: 0.0,
            shear_range: 0.0,
            zoom_range: [1.0; 2],
            channel_shift_range: 0.0,
            horizontal_flip: false,
            vertical_flip: false,
            brightness_range: [1.0; 2],
            fill_mode: Fill::Nearest,
            cval: 0.0,
            rescale: 1.0,
            samplewise_center: false,
            samplewise_std_normalization: false,
            featurewise_center: false,
            featurewise_std_normalization: false,
            zca_whitening: false,
            zca_epsilon: 1e-6,
        }
    }
}

impl Augmentation {
    pub(crate) fn read(f: &Fields) -> Option<Self> {
        let own = f.table_at("augmentation")?;
        let upto = |field, max| own.number(field, Some(0.0), 0.0, max);
        let flag = |field| own.flag(field, false);
        let read = Self {
            rotation_range: upto("rotation_range", 180.0),
            height_shift_range: upto("height_shift_range", 1.0),
            width_shift_range: upto("width_shift_range", 1.0),
            shear_range: upto("shear_range", 1.5),
            zoom_range: zoom_range(&own),
            channel_shift_range: upto("channel_shift_range", 255.0),
            horizontal_flip: flag("horizontal_flip"),
            vertical_flip: flag("vertical_flip"),
            brightness_range: factors(&own, "brightness_range"),
            fill_mode: own.choice(
                "fill_mode",
                Some(Fill::Nearest),
                &[
                    ("nearest", Fill::Nearest),
                    ("constant", Fill::Constant),
                    ("reflect", Fill::Reflect),
                    ("wrap", Fill::Wrap),
                ],
            ),
            cval: own.number("cval", Some(0.0), -1e6, 1e6),
            rescale: own.number("rescale", Some(1.0), 1e-6, 1e6),
            samplewise_center: flag("samplewise_center"),
            samplewise_std_normalization: flag("samplewise_std_normalization"),
            featurewise_center: flag("featurewise_center"),
            featurewise_std_normalization: flag("featurewise_std_normalization"),
            zca_whitening: flag("zca_whitening"),
            zca_epsilon: own.number("zca_epsilon", Some(1e-6), 1e-12, 1e6),
        };
        own.finish();
        Some(read)
    }

    /// Whether it has to learn numbers from the training rows.
    pub const fn learns(&self) -> bool {
        self.featurewise_center || self.featurewise_std_normalization || self.zca_whitening
    }

    /// Whether it can be done to these data.
    ///
    /// # Errors
    /// `needs_picture`, `whitening_too_large`.
    pub fn fits(&self, data: &DataShape) -> Result<(), Problem> {
        let row = data.row();
        if !matches!(row, Shape::Picture { .. }) {
            let args: [(&str, &dyn std::fmt::Display); 2] =
                [("layer", &"augmentation"), ("shape", &row)];
            return Err(Problem::new("needs_picture", "augmentation", &args));
        }
        if self.zca_whitening && row.len() > MAX_WHITENED {
            let args: [(&str, &dyn std::fmt::Display); 2] =
                [("found", &row.len()), ("max", &MAX_WHITENED)];
            let place = "augmentation.zca_whitening";
            return Err(Problem::new("whitening_too_large", place, &args));
        }
        Ok(())
    }
}

impl Checked {
    /// The augmentation of its pictures.
    pub fn augmentation(&self) -> Option<&Augmentation> {
        self.experiment.augmentation.as_ref()
    }
}

/// `zoom_range = 0.2` for 0.8 to 1.2, or `[0.8, 1.2]`.
fn zoom_range(own: &Fields) -> [f64; 2] {
    let list = own.get("zoom_range");
    match list.is_some_and(|value| value.get_ref().is_array()) {
        true => factors(own, "zoom_range"),
        false => {
            let z = own.number("zoom_range", Some(0.0), 0.0, 1.0);
            [1.0 - z, 1.0 + z]
        }
    }
}

/// Two factors from 0 to 10, the smaller one first; both 1 where the field is not written.
fn factors(own: &Fields, field: &'static str) -> [f64; 2] {
    const PLAIN: [f64; 2] = [1.0; 2];
    let written = own.get(field).and_then(|value| value.get_ref().as_array());
    let numbers = own.numbers(field);
    match numbers[..] {
        [low, high] if 0.0 <= low && low <= high && high <= 10.0 => [low, high],
        // Not written, or no list of numbers, which was told.
        [] if written.is_none_or(|list| !list.is_empty()) => PLAIN,
        [low, high] => {
            let value = format!("[{low}, {high}]");
            let args: [(&str, &dyn std::fmt::Display); 3] =
                [("value", &value), ("min", &0), ("max", &10)];
            own.report_at(field, "out_of_range", &args);
            PLAIN
        }
        _ => {
            let args: [(&str, &dyn std::fmt::Display); 3] =
                [("field", &field), ("found", &numbers.len()), ("wanted", &2)];
            own.report_at(field, "wrong_length", &args);
            PLAIN
        }
    }
}
