//! What chance says of one picture in one epoch.

use crate::pictures::Shape;
use fireside_spec::Augmentation;
use fireside_spec::random::{Purpose, Stream, unit};
use serde::Serialize;

/// The elements of a picture's stream, one for each setting: a setting more or less changes no other one's number.
/// Channel shifts follow from `CHANNELS` on, four at most.
const ROTATION: usize = 0;
const ROWS: usize = 1;
const COLUMNS: usize = 2;
const SHEAR: usize = 3;
const ZOOM: [usize; 2] = [4, 5];
const HORIZONTAL_FLIP: usize = 6;
const VERTICAL_FLIP: usize = 7;
const BRIGHTNESS: usize = 8;
const CHANNELS: usize = 12;

/// How one picture is changed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Draw {
    /// In radians.
    pub rotation: f64,
    /// In cells, down and to the right: from where a cell is taken, so that the picture moves up and to the left.
    pub shift: [f64; 2],
    /// In radians.
    pub shear: f64,
    /// Of rows and of columns; below 1 the picture grows.
    pub zoom: [f64; 2],
    /// Added to each channel; empty: nothing.
    pub channels: Vec<f64>,
    pub horizontal_flip: bool,
    pub vertical_flip: bool,
    pub brightness: f64,
}

impl Default for Draw {
    /// Nothing is changed.
    fn default() -> Self {
        Self {
            rotation: 0.0,
            shift: [0.0; 2],
            shear: 0.0,
            zoom: [1.0; 2],
            channels: Vec::new(),
            horizontal_flip: false,
            vertical_flip: false,
            brightness: 1.0,
        }
    }
}

impl Draw {
    /// Whether every cell stays in its place.
    pub(super) fn stays(&self) -> bool {
        let Self {
            rotation,
            shift,
            shear,
            zoom,
            ..
        } = *self;
        let moves = [
            rotation,
            shift[0],
            shift[1],
            shear,
            zoom[0] - 1.0,
            zoom[1] - 1.0,
        ];
        !(self.horizontal_flip || self.vertical_flip) && moves.iter().all(|by| *by == 0.0)
    }

    /// Of row `row` of the training part in epoch `epoch` (from 0): a function of these numbers, so that any picture of
    /// any epoch can be computed anywhere.
    pub fn new(settings: &Augmentation, shape: Shape, seed: u32, epoch: u32, row: u32) -> Self {
        let stream = Stream::new(seed, Purpose::Augment, epoch, row);
        // All at once: a page downloads the generator's code only once, too.
        let mut drawn = [0.0; CHANNELS + 4];
        stream.for_each(drawn.len(), |element, word| drawn[element] = unit(word));
        let between =
            |[low, high]: [f64; 2], element: usize| low + (high - low) * f64::from(drawn[element]);
        // `0 - x` and not `-x`: where nothing is asked for, no number is a negative zero.
        let around = |range: f64, element| between([0.0 - range, range], element);
        let shifts = match settings.channel_shift_range {
            0.0 => 0,
            _ => shape.channels.min(4),
        };
        Self {
            rotation: around(settings.rotation_range, ROTATION).to_radians(),
            shift: [
                around(settings.height_shift_range, ROWS) * shape.height as f64,
                around(settings.width_shift_range, COLUMNS) * shape.width as f64,
            ],
            shear: around(settings.shear_range, SHEAR),
            zoom: ZOOM.map(|element| between(settings.zoom_range, element)),
            channels: (0..shifts)
                .map(|channel| around(settings.channel_shift_range, CHANNELS + channel))
                .collect(),
            horizontal_flip: settings.horizontal_flip && drawn[HORIZONTAL_FLIP] < 0.5,
            vertical_flip: settings.vertical_flip && drawn[VERTICAL_FLIP] < 0.5,
            brightness: between(settings.brightness_range, BRIGHTNESS),
        }
    }
}
