//! The run as a host sees it: one seed, one run; checkpoints; hostile files; divergence; answers.

mod answers;
mod augmented;
mod colour;
mod directions;
mod diverged;
mod frozen;
mod houses;
mod inside;
mod insight;
mod sampling;
mod saved;
mod scaling;
mod shown;
mod story;
mod tables;
mod weighted;
mod words;

use fireside_datasets::Dataset;
use fireside_network::cpu;
use fireside_spec::Checked;
use fireside_tests::block_on;
use fireside_tests::runs::text;
use fireside_training::{Run, TrainingError};
use std::sync::Arc;

/// 13.4 (convolution, dropout) made small.
pub(crate) fn small(set: &[(&str, &str)]) -> String {
    let text = text(
        "13.4",
        &[("layers[0].filters", "4"), ("layers[4].units", "16")],
    );
    set.iter().fold(text, |text, (path, value)| {
        fireside_spec::edit::set(&text, path, value).expect("a place of 13.4")
    })
}

pub(crate) fn checkpoint(run: &Run) -> Vec<u8> {
    block_on(run.checkpoint()).expect("a checkpoint")
}

pub(crate) fn weights(run: &Run) -> Vec<u8> {
    block_on(run.weights()).expect("a model file")
}

pub(crate) fn resume(bytes: &[u8], data: &Arc<Dataset>) -> Result<Run, TrainingError> {
    let shape = data.data_shape();
    let check = |text: &str| -> Option<Checked> {
        fireside_spec::card::read(text, |_| Some(shape.clone()), "").ok()
    };
    Run::resume(bytes, check, Arc::clone(data), cpu())
}

pub(crate) fn head(bytes: &[u8]) -> usize {
    8 + u64::from_le_bytes(bytes[..8].try_into().expect("eight bytes")) as usize
}
