//! Texts and runs for the tests.

use crate::block_on;
use crate::engine::device;
use fireside_datasets::Dataset;
use fireside_spec::{Checked, card, edit};
use fireside_training::{Event, Run};
use std::sync::Arc;

/// The text of an experiment of the book with some values changed.
///
/// # Panics
/// When there is no such experiment or place.
pub fn text(id: &str, set: &[(&str, &str)]) -> String {
    let text = fireside_book::text(id).unwrap_or_else(|| panic!("no experiment {id}"));
    set.iter().fold(text.to_string(), |text, (path, value)| {
        edit::set(&text, path, value).unwrap_or_else(|problem| panic!("{id}: {problem}"))
    })
}

/// Checks a text against the data at hand.
///
/// # Panics
/// With all problems.
pub fn checked(text: &str, data: &Dataset) -> Checked {
    card::read(text, |_| Some(data.data_shape()), "").unwrap_or_else(|problems| {
        let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
        panic!("{}\nin\n{text}", problems.join("\n"))
    })
}

/// A run from the beginning.
///
/// # Panics
/// When the text does not fit the data.
pub fn run(text: &str, data: &Arc<Dataset>) -> Run {
    let checked = checked(text, data);
    Run::new(text, checked, Arc::clone(data), device()).unwrap_or_else(|error| panic!("{error}"))
}

/// The next event.
///
/// # Panics
/// When the run fails.
pub fn next(run: &mut Run) -> Event {
    block_on(run.next()).unwrap_or_else(|error| panic!("{error}"))
}

/// The next `count` losses of updates, passing over evaluations.
///
/// # Panics
/// When the run fails or ends before.
pub fn losses(run: &mut Run, count: usize) -> Vec<f64> {
    block_on(losses_to_come(run, count))
}

/// [`losses`], awaited.
///
/// # Panics
/// When the run fails or ends before.
pub async fn losses_to_come(run: &mut Run, count: usize) -> Vec<f64> {
    let mut losses = Vec::with_capacity(count);
    while losses.len() < count {
        match run.next().await.unwrap_or_else(|error| panic!("{error}")) {
            Event::Step { loss, .. } => losses.push(loss),
            Event::Evaluating { .. } | Event::Epoch(_) => {}
            end => panic!("the run ended after {} losses: {end:?}", losses.len()),
        }
    }
    losses
}

/// All events to the end, which is the last of them.
pub fn to_the_end(run: &mut Run) -> Vec<Event> {
    let mut events = Vec::new();
    loop {
        let event = next(run);
        let ended = matches!(event, Event::Finished { .. } | Event::Diverged { .. });
        events.push(event);
        if ended {
            return events;
        }
    }
}
