//! Augmentation in a run: what it learns, and the pictures that it makes.

use crate::plan::parts;
use fireside_datasets::{Augmenter, Dataset, Draw, Rows};
use fireside_spec::random::{Purpose, Stream};
use fireside_spec::{Compute, Experiment, Problem};
use serde::Serialize;

/// How the pictures of a batch are made: by what, and where they are drawn for with which seed and in which epoch.
#[derive(Clone, Copy)]
pub(crate) struct Made<'a> {
    pub by: &'a Augmenter,
    pub drawn: Option<(u32, u32)>,
}

impl Made<'_> {
    /// The picture of a row.
    pub fn picture(&self, pixels: &[u8], row: usize) -> Vec<f32> {
        let draw = self
            .drawn
            .map(|(seed, epoch)| self.by.draw(seed, epoch, row as u32));
        self.by.picture(pixels, draw.as_ref())
    }
}

/// The augmentation of an experiment, with what it learns from these rows of the training part; `None` where there is
/// none.
pub(crate) fn learned(experiment: &Experiment, data: &Dataset, rows: &[u32]) -> Option<Augmenter> {
    let settings = experiment.augmentation?;
    let Rows::Pictures(pictures) = &data.train else {
        return None;
    };
    Some(Augmenter::new(
        settings,
        experiment.data.scale,
        pictures,
        rows,
    ))
}

/// The same from all rows that are trained on; an experiment without augmentation has one that changes nothing.
/// `known`: one of the same data, which is used again where it has learned what is asked for.
///
/// # Errors
/// `needs_picture`, `whitening_too_large`.
pub fn augmenter(
    experiment: &Experiment,
    data: &Dataset,
    known: Option<Augmenter>,
) -> Result<Augmenter, Problem> {
    let settings = experiment.augmentation.unwrap_or_default();
    settings.fits(&data.data_shape())?;
    let Rows::Pictures(pictures) = &data.train else {
        return Err(no_pictures());
    };
    let scale = experiment.data.scale;
    let [trained, _] = parts(experiment, data.train.rows());
    if let Some(mut known) = known
        && known.adjust(settings, scale, trained)
    {
        return Ok(known);
    }
    let rows: Vec<u32> = (0..trained as u32).collect();
    Ok(Augmenter::new(settings, scale, pictures, &rows))
}

fn no_pictures() -> Problem {
    Problem::new("not_supported", "compute", &[("what", &"augment")])
}

/// A picture as it was made.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AugmentedRow {
    /// Of the training part.
    pub row: u32,
    pub class: usize,
    /// What chance said.
    pub draw: Draw,
    /// Channels, height, width.
    pub shape: [usize; 3],
    pub values: Vec<f32>,
}

/// The epoch that a calculation `augment` asks for, and behind it the rows of the training part.
///
/// # Errors
/// `not_supported` where the calculation is another one.
pub fn wanted(experiment: &Experiment, data: &Dataset) -> Result<Vec<u32>, Problem> {
    let Some(Compute::Augment {
        rows,
        epoch,
        shuffle,
    }) = experiment.compute
    else {
        return Err(no_pictures());
    };
    let [trained, _] = parts(experiment, data.train.rows());
    let mut order: Vec<u32> = match shuffle {
        true => Stream::new(experiment.seed, Purpose::Order, epoch, 0).permutation(trained),
        false => (0..trained as u32).collect(),
    };
    order.truncate(rows);
    order.insert(0, epoch);
    Ok(order)
}

/// The pictures that a calculation `augment` asks for.
///
/// # Errors
/// As [`wanted`] and [`augmenter`].
pub fn augmented(experiment: &Experiment, data: &Dataset) -> Result<Vec<AugmentedRow>, Problem> {
    let wanted = wanted(experiment, data)?;
    let by = augmenter(experiment, data, None)?;
    let (Rows::Pictures(pictures), Some((epoch, rows))) = (&data.train, wanted.split_first())
    else {
        return Err(no_pictures());
    };
    let shape = pictures.shape();
    let one = |row: u32| {
        let draw = by.draw(experiment.seed, *epoch, row);
        AugmentedRow {
            row,
            class: data.train.label(row as usize).unwrap_or(0),
            values: by.picture(pictures.row(row as usize), Some(&draw)),
            draw,
            shape: [shape.channels, shape.height, shape.width],
        }
    };
    Ok(rows.iter().copied().map(one).collect())
}
