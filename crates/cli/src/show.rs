//! `fireside show`

use crate::{Outcome, rate, say, scores, source};
use fireside_datasets::{names, official_shape};
use fireside_spec::card::Card;
use fireside_spec::{Problem, Words};

/// The text of an experiment: an id of the book, a file, or what a model or project carries.
pub(crate) fn text(experiment: &str) -> Result<String, String> {
    source::open(experiment).map(|source| source.text)
}

/// Problems, a line each.
pub(crate) fn words(experiment: &str, problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(|p| format!("  {p}")).collect();
    format!("{experiment} can't be run:\n{}", lines.join("\n"))
}

pub(crate) fn run(experiment: &str, rates: bool) -> Outcome {
    let text = text(experiment)?;
    if rates {
        rate::table(&source::checked(&text, experiment)?);
        return Ok(());
    }
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
            "printed in the source: {} ({})",
            scores::printed(&reported.metric, reported.value, reported.decimals),
            reported.place
        ));
    }
    for Words { en, .. } in &card.errata {
        say(format!("the source is off here: {en}"));
    }
    Ok(())
}
