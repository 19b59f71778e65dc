//! What decides the outcome of an experiment: its text without words, comments, order and layout.

use std::fmt::Write as _;
use toml::de::{DeTable, DeValue};

/// Tables and fields that only tell of the experiment.
const TOLD: &[&str] = &[
    "id", "chapter", "title", "intro", "seed", "reported", "curve", "errata", "question",
];

/// The parts of a text that decide what a run measures, one value a line (`layers[0].filters = 32`), in a
/// fixed order: what is hashed to know whether a measured figure is still of this experiment. `None` for
/// what is no TOML.
pub fn outcome(text: &str) -> Option<String> {
    let table = DeTable::parse(text).ok()?;
    let mut lines = String::new();
    let kept = table
        .get_ref()
        .iter()
        .filter(|(key, _)| !TOLD.contains(&key.get_ref().as_ref()));
    for (key, value) in kept {
        write(&mut lines, key.get_ref(), value.get_ref());
    }
    Some(lines)
}

fn write(lines: &mut String, place: &str, value: &DeValue<'_>) {
    let line = match value {
        DeValue::Table(table) => {
            for (key, value) in table {
                write(
                    lines,
                    &format!("{place}.{}", key.get_ref()),
                    value.get_ref(),
                );
            }
            return;
        }
        DeValue::Array(list) => {
            for (index, value) in list.iter().enumerate() {
                write(lines, &format!("{place}[{index}]"), value.get_ref());
            }
            return;
        }
        DeValue::String(text) => format!("{text:?}"),
        DeValue::Integer(number) => number.to_string(),
        DeValue::Float(number) => number.to_string(),
        DeValue::Boolean(flag) => flag.to_string(),
        DeValue::Datetime(time) => time.to_string(),
    };
    // Writing to a text never fails.
    let _ = writeln!(lines, "{place} = {line}");
}

#[cfg(test)]
mod tests {
    use super::outcome;

    #[test]
    fn words_comments_and_layout_do_not_count() {
        let text =
            "id = \"a\"\n[data]\nname = \"b\" # why\n[[layers]]\ntype = \"Dense\"\nunits = 3\n";
        let same = "id = \"c\"\nlayers = [{ units = 3, type = \"Dense\" }]\ndata.name = \"b\"\n";
        let other = text.replace('3', "4");
        assert_eq!(outcome(text), outcome(same));
        assert_ne!(outcome(text), outcome(&other));
        assert_eq!(
            outcome(text).as_deref(),
            Some("data.name = \"b\"\nlayers[0].type = \"Dense\"\nlayers[0].units = 3\n")
        );
        assert_eq!(outcome("a = ["), None);
    }
}
