//! `fireside layers`: the reference of the language, as a table or one entry with everything.

use crate::{Outcome, plain, plots, say};
use comfy_table::{ContentArrangement, Table, presets};
use fireside_book::Reference;
use fireside_book::reference::{Entry, Field, FieldKind, Formula};
use fireside_spec::Words;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// A layer, activation, optimizer ..., or one of the groups; everything when none is given
    name: Option<String>,
    /// The whole reference as JSON: what the page Reference is made from
    #[arg(long)]
    json: bool,
}

/// Letters in a line of prose.
const WIDTH: usize = 100;

pub(crate) fn run(args: &Args) -> Outcome {
    let mut reference = fireside_book::reference().map_err(|error| error.to_string())?;
    if args.json {
        plots::add(&mut reference)?;
        let text = serde_json::to_string_pretty(&reference).map_err(|error| error.to_string())?;
        say(text);
        return Ok(());
    }
    let Some(name) = &args.name else {
        list(&reference, |_| true);
        say("\n`fireside layers NAME` tells everything about one of them.");
        return Ok(());
    };
    let same = |other: &str| other.eq_ignore_ascii_case(name);
    let found: Vec<&Entry> = reference
        .entries
        .iter()
        .filter(|entry| same(&entry.name) || entry.aliases.iter().any(|alias| same(alias)))
        .collect();
    for entry in &found {
        show(&reference, entry);
    }
    if !found.is_empty() {
        return Ok(());
    }
    let of_group = |entry: &Entry| same(&entry.group) || same(&entry.section);
    if reference.entries.iter().any(of_group) {
        list(&reference, of_group);
        return Ok(());
    }
    Err(unknown(&reference, name))
}

fn unknown(reference: &Reference, name: &str) -> String {
    let wanted = name.to_lowercase();
    let names = reference
        .entries
        .iter()
        .flat_map(|entry| std::iter::once(&entry.name).chain(&entry.aliases));
    let mut near: Vec<&str> = names
        .map(String::as_str)
        .filter(|known| {
            let known = known.to_lowercase();
            let inside = wanted.len() > 2 && known.contains(&wanted);
            inside || fireside_spec::closest(&wanted, &[&known]).is_some()
        })
        .collect();
    near.dedup();
    match near.is_empty() {
        true => format!("no entry {name}; `fireside layers` lists all"),
        false => format!("no entry {name}; did you mean {}?", near.join(", ")),
    }
}

/// Names and the first sentences of what they do, by group and section.
fn list(reference: &Reference, wanted: impl Fn(&Entry) -> bool) {
    for group in &reference.groups {
        let all = reference.entries.iter();
        let entries: Vec<&Entry> = all.filter(|e| e.group == group.id && wanted(e)).collect();
        if entries.is_empty() {
            continue;
        }
        say(format!("\n{}\n", group.title.en.to_uppercase()));
        let mut section = "";
        let mut table = columns();
        for entry in entries {
            if entry.section != section {
                flush(&mut table);
                section = &entry.section;
                let title = group.sections.iter().find(|s| s.id == section);
                say(format!(
                    "  {}",
                    title.map_or("", |section| &section.title.en)
                ));
            }
            let names = [std::slice::from_ref(&entry.name), &entry.aliases].concat();
            table.add_row([format!("   {}", names.join(", ")), first(&entry.summary.en)]);
        }
        flush(&mut table);
    }
}

fn columns() -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic);
    table
}

/// Says the rows so far and begins anew.
fn flush(table: &mut Table) {
    if table.row_count() > 0 {
        say(std::mem::replace(table, columns()));
    }
}

/// The first sentence.
fn first(text: &str) -> String {
    let text = plain::text(text);
    let end = text.find(". ").map_or(text.len(), |at| at + 1);
    text[..end].into()
}

fn show(reference: &Reference, entry: &Entry) {
    let group = reference
        .groups
        .iter()
        .find(|group| group.id == entry.group);
    let title = group.map_or("", |group| &group.title.en);
    let mut names = entry.name.clone();
    for alias in &entry.aliases {
        names += &format!(", {alias}");
    }
    let prose = |text: &str| say(plain::wrap(&plain::text(text), WIDTH, "  "));
    say(format!("\n{names} ({})\n", title.to_lowercase()));
    prose(&entry.summary.en);
    formulas("formula", &entry.formulas);
    if !entry.symbols.en.is_empty() {
        say("");
        prose(&entry.symbols.en);
    }
    if !entry.shapes.is_empty() {
        say("\nshapes");
    }
    for shape in &entry.shapes {
        let line = format!("{} -> {}", shape.input.en, shape.output.en);
        say(format!("  {line}{}", behind("", &shape.label)));
    }
    formulas("parameters", &entry.parameters);
    fields(entry);
    say("\nexample");
    for line in entry.example.trim().lines() {
        say(format!("  {line}"));
    }
    if let Some(tried) = &entry.tried {
        let axes = |axes: &[u32]| {
            let axes: Vec<String> = axes.iter().map(u32::to_string).collect();
            axes.join("×")
        };
        say(format!(
            "  # {} -> {}, {} parameters",
            axes(&tried.input),
            axes(&tried.output),
            fireside_spec::summary::thousands(tried.parameters)
        ));
    }
    if !entry.faults.is_empty() {
        say("\nrefused");
        let mut table = columns();
        for fault in &entry.faults {
            let when = plain::text(&fault.when.en);
            table.add_row([format!(" {}", fault.code), when]);
        }
        say(table);
    }
    if !entry.notes.is_empty() {
        say("\nnotes");
    }
    for note in &entry.notes {
        let about = match note.about.as_str() {
            "keras2" => "Keras 2.0.8: ",
            "keras3" => "Keras 3: ",
            "pytorch" => "PyTorch: ",
            _ => "",
        };
        prose(&format!("{about}{}", note.en));
    }
    say(format!("\nsource: {}", entry.source));
}

/// What tells one of several from the others, in brackets.
fn behind(dialect: &str, label: &Words) -> String {
    let label = plain::text(&label.en);
    let parts: Vec<&str> = [dialect, &label]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    match parts.is_empty() {
        true => String::new(),
        false => format!("   ({})", parts.join(", ")),
    }
}

fn formulas(title: &str, formulas: &[Formula]) {
    if !formulas.is_empty() {
        say(format!("\n{title}"));
    }
    for one in formulas {
        let line = plain::formula(&one.tex);
        say(format!("  {line}{}", behind(&one.dialect, &one.label)));
    }
}

fn fields(entry: &Entry) {
    if entry.fields.is_empty() {
        return;
    }
    say("");
    let mut table = columns();
    table.set_header([" field", "takes", "default", "what it says"]);
    for field in &entry.fields {
        let mut meaning = plain::text(&field.meaning.en);
        if !field.dialect.is_empty() {
            meaning += &format!(" Only in {}.", field.dialect);
        }
        table.add_row([
            format!(" {}", field.name),
            takes(field),
            default(field),
            meaning,
        ]);
    }
    say(table);
}

/// What may be written, in words.
fn takes(field: &Field) -> String {
    let kind = match field.kind {
        FieldKind::Integer => "whole number",
        FieldKind::Number => "number",
        FieldKind::Flag => "true or false",
        FieldKind::Choice | FieldKind::Named if !field.choices.is_empty() => {
            return field.choices.join(", ");
        }
        FieldKind::Choice | FieldKind::Named => return format!("one of the {}", field.of),
        FieldKind::Pair => "whole number, or two",
        FieldKind::Sides => "whole number, two, or two pairs",
        FieldKind::Integers => "whole number, or a list",
        FieldKind::IntegerList => "list of whole numbers",
        FieldKind::NumberList => "list of numbers",
        FieldKind::Matrix => "rows of numbers",
        FieldKind::Table => "table",
        FieldKind::TableList => "list of tables",
        FieldKind::NamedList => return format!("list of {}", field.of),
        FieldKind::TextPairs => "list of pairs of texts",
        FieldKind::List => "list",
        FieldKind::Text => "text",
        FieldKind::TextList => "list of texts",
    };
    match field.range {
        Some((min, max)) => format!("{kind}, {} to {}", number(min), number(max)),
        None => kind.into(),
    }
}

/// `0.99`, `100000`, `1e-12`.
fn number(n: f64) -> String {
    let far = n != 0.0 && !(1e-3..1e9).contains(&n.abs());
    if far { format!("{n:e}") } else { n.to_string() }
}

fn default(field: &Field) -> String {
    let own = field.default.as_deref();
    match (own, &field.default_keras3) {
        _ if field.required => "(must be written)".into(),
        (Some(two), Some(three)) if two != three => format!("{two}; keras3: {three}"),
        (Some(both), _) => both.into(),
        _ if !field.like.is_empty() => format!("as {}", field.like),
        _ if !field.alias_of.is_empty() => format!("means {}", field.alias_of),
        _ => "-".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_misses_are_named() {
        let reference = fireside_book::reference().expect("the reference");
        let said = |name| unknown(&reference, name);
        assert_eq!(
            said("Con2D"),
            "no entry Con2D; did you mean Conv1D, Conv2D?"
        );
        assert!(said("quaternion").starts_with("no entry quaternion; `fireside layers`"));
        assert!(said("norm").contains("max_norm"), "{}", said("norm"));
    }
}
