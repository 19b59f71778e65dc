//! `fireside list`

use crate::{Outcome, say, scores};
use comfy_table::{Table, presets};
use fireside_book::Book;
use fireside_spec::summary::thousands;

/// The checked book.
pub(crate) fn book() -> Result<Book, String> {
    fireside_book::load(fireside_datasets::official_shape).map_err(|error| error.to_string())
}

pub(crate) fn run(json: bool) -> Outcome {
    let book = book()?;
    if json {
        let text = serde_json::to_string_pretty(&book).map_err(|error| error.to_string())?;
        say(text);
        return Ok(());
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header([
        "id",
        "what",
        "data",
        "parameters",
        "printed in the source",
    ]);
    for card in &book.cards {
        let parameters = card.summary.as_ref().map(|s| thousands(s.parameters));
        let printed = card
            .reported
            .first()
            .map(|r| scores::printed(&r.metric, r.value, r.decimals));
        table.add_row([
            card.id.clone(),
            card.title.en.clone(),
            card.dataset.clone(),
            parameters.unwrap_or_default(),
            printed.unwrap_or_default(),
        ]);
    }
    say(table);
    Ok(())
}
