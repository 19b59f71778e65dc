//! Changes one value of an experiment text and leaves every other letter as it is.

use crate::problem::Problem;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Where a value stands in the text.
enum Found {
    Value(Range<usize>),
    /// The table is there, the field is not: its table's span and whether it is written inline.
    Missing {
        after: usize,
        inline: bool,
    },
}

/// Sets the value at `path` (`training.epochs`, `layers[2].rate`) to `value`, written as TOML where it is
/// a number, `true` or `false`, else as a text. A missing field of an existing table is added.
///
/// # Errors
/// `toml_syntax` when the text can't be read, `no_such_place` when the table does not exist, or when a
/// plain value can't stand there (in place of a table with its own header, under a name that needs quotes).
pub fn set(text: &str, path: &str, value: &str) -> Result<String, Problem> {
    let nowhere = || Problem::new("no_such_place", path, &[("path", &path)]);
    let found = find(text, path)?.ok_or_else(nowhere)?;
    let literal = match value.parse::<f64>() {
        Ok(number) if number.is_finite() => plain_number(value),
        _ if value == "true" || value == "false" => value.to_string(),
        _ => toml::Value::String(value.into()).to_string(),
    };
    let (at, inserted) = match found {
        Found::Value(span) => (span, literal.clone()),
        Found::Missing { after, inline } => {
            let field = segments(path).pop().ok_or_else(nowhere)?;
            let line = if inline {
                format!(", {field} = {literal}")
            } else {
                format!("\n{field} = {literal}")
            };
            (after..after, line)
        }
    };
    let mut out = String::with_capacity(text.len() + inserted.len());
    out.push_str(text.get(..at.start).ok_or_else(nowhere)?);
    out.push_str(&inserted);
    out.push_str(text.get(at.end..).ok_or_else(nowhere)?);
    // Tables with headers, dotted keys, strange names: what is not there afterwards was no place for it.
    match find(&out, path) {
        Ok(Some(Found::Value(span))) if out.get(span.clone()) == Some(literal.as_str()) => Ok(out),
        _ => Err(nowhere()),
    }
}

/// TOML wants digits on both sides of the point and no leading plus.
fn plain_number(value: &str) -> String {
    let trimmed = value.trim_start_matches('+');
    match trimmed.parse::<i64>() {
        Ok(number) => number.to_string(),
        Err(_) => format!("{:?}", trimmed.parse::<f64>().unwrap_or_default()),
    }
}

/// Gives a problem found after parsing the line of its place, or of the closest table around it.
pub(crate) fn locate(text: &str, problem: Problem) -> Problem {
    let mut place = problem.place.clone();
    loop {
        match find(text, &place) {
            Ok(Some(Found::Value(span))) => return problem.at(text, span),
            Ok(Some(Found::Missing { after, .. })) => return problem.at(text, after..after),
            _ => {}
        }
        match place.rfind('.') {
            Some(dot) => place.truncate(dot),
            None => return problem,
        }
    }
}

/// `layers[2].rate` -> `layers`, `2`, `rate`.
fn segments(path: &str) -> Vec<&str> {
    path.split(['.', '[', ']'])
        .filter(|part| !part.is_empty())
        .collect()
}

fn find(text: &str, path: &str) -> Result<Option<Found>, Problem> {
    let table = DeTable::parse(text).map_err(|error| {
        Problem::new("toml_syntax", "", &[("message", &error.message())])
            .at(text, error.span().unwrap_or(0..0))
    })?;
    let segments = segments(path);
    let Some((first, rest)) = segments.split_first() else {
        return Ok(None);
    };
    let Some(mut value) = table.get_ref().get(*first) else {
        // A new top-level field goes to the very beginning, before any table header.
        return Ok(rest.is_empty().then_some(Found::Missing {
            after: 0,
            inline: false,
        }));
    };
    for (index, segment) in rest.iter().enumerate() {
        let next: Option<&Spanned<DeValue>> = match value.get_ref() {
            DeValue::Table(table) => table.get(*segment),
            DeValue::Array(list) => segment.parse::<usize>().ok().and_then(|i| list.get(i)),
            _ => None,
        };
        match (next, value.get_ref()) {
            (Some(next), _) => value = next,
            (None, DeValue::Table(table)) if index + 1 == rest.len() => {
                return Ok(last_value(text, table, value.span()));
            }
            _ => return Ok(None),
        }
    }
    Ok(Some(Found::Value(value.span())))
}

/// The end of the last plain value of a table: a new field goes behind it.
fn last_value(text: &str, table: &DeTable<'_>, span: Range<usize>) -> Option<Found> {
    let after = table
        .iter()
        .filter(|(_, value)| match value.get_ref() {
            // A sub-table with its own header stands further below; so may a list of tables.
            DeValue::Table(_) => text.as_bytes().get(value.span().start) == Some(&b'{'),
            DeValue::Array(_) => false,
            _ => true,
        })
        .map(|(_, value)| value.span().end)
        .max()?;
    let inline = text.as_bytes().get(span.start) == Some(&b'{');
    Some(Found::Missing { after, inline })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# head\nseed = 7\n[training]\noptimizer = { name = \"adam\" } # why\nepochs = 10\n\n[[layers]]\ntype = \"Dropout\"\nrate = 0.2\n";

    #[test]
    fn replaces_only_the_value() {
        let out = set(TEXT, "layers[0].rate", "0.25").unwrap();
        assert_eq!(out, TEXT.replace("0.2\n", "0.25\n"));
        assert_eq!(
            set(TEXT, "training.epochs", "3").unwrap(),
            TEXT.replace("10", "3")
        );
    }

    #[test]
    fn adds_a_missing_field_inline_and_in_a_table() {
        let out = set(TEXT, "training.optimizer.learning_rate", "0.01").unwrap();
        assert!(
            out.contains("{ name = \"adam\", learning_rate = 0.01 } # why"),
            "{out}"
        );
        let out = set(TEXT, "training.batch_size", "64").unwrap();
        assert!(out.contains("epochs = 10\nbatch_size = 64\n"), "{out}");
    }

    #[test]
    fn says_when_there_is_no_such_place() {
        assert_eq!(
            set(TEXT, "layers[4].rate", "1").unwrap_err().code,
            "no_such_place"
        );
        assert_eq!(set("a = [", "a", "1").unwrap_err().code, "toml_syntax");
    }
}
