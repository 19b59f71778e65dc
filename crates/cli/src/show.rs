//! `fireside show`

use crate::{Outcome, say};
use fireside_datasets::{names, official_shape};
use fireside_spec::card::Card;
use fireside_spec::{Problem, Words};

/// The text of an experiment: an id of the book or a file.
pub(crate) fn text(experiment: &str) -> Result<String, String> {
    if let Some(text) = fireside_book::text(experiment) {
        return Ok(text.into());
    }
    if std::path::Path::new(experiment).exists() {
        return std::fs::read_to_string(experiment)
            .map_err(|error| format!("{experiment}: {error}"));
    }
    let known: Vec<&str> = fireside_book::FILES.iter().map(|(id, _)| *id).collect();
    Err(format!(
        "no experiment {experiment} and no such file; known are {}",
        known.join(", ")
    ))
}

/// Problems, a line each.
pub(crate) fn words(experiment: &str, problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(|p| format!("  {p}")).collect();
    format!("{experiment} can't be run:\n{}", lines.join("\n"))
}

pub(crate) fn run(experiment: &str) -> Outcome {
    let text = text(experiment)?;
    let card = Card::of(&text, official_shape, &names()).map_err(|p| words(experiment, &p))?;
    say(format!("{}\n", text.trim_end()));
    let Some(summary) = &card.summary else {
        say("This experiment shows data and trains nothing.");
        return Ok(());
    };
    say(summary.keras());
    say(format!(
        "\n{} training rows, {} validation, {} test; {} updates of {} rows per epoch, {} epochs",
        summary.train_rows,
        summary.validation_rows,
        summary.test_rows,
        summary.steps_per_epoch,
        summary.batch_size,
        summary.epochs
    ));
    for reported in &card.reported {
        say(format!(
            "printed in the source: {} {} ({})",
            reported.metric, reported.value, reported.place
        ));
    }
    for Words { en, .. } in &card.errata {
        say(format!("the source is off here: {en}"));
    }
    Ok(())
}
