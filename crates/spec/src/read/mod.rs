//! Reads fields of a TOML table, collecting every problem instead of stopping at the first.

mod lists;

use crate::experiment::{Dialect, Words};
use crate::problem::Problem;
use std::cell::{Cell, RefCell};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The text being read and the problems found so far.
pub(crate) struct Source<'t> {
    pub text: &'t str,
    pub problems: RefCell<Vec<Problem>>,
    /// Whose defaults hold; known as soon as that field is read.
    pub dialect: Cell<Dialect>,
}

impl Source<'_> {
    pub fn report(&self, problem: Problem, span: Range<usize>) {
        self.problems.borrow_mut().push(problem.at(self.text, span));
    }
}

/// One table, its place in the text, and the fields that were asked for.
pub(crate) struct Fields<'s, 't> {
    pub source: &'s Source<'t>,
    /// `None` where only a name is written: every field has its default then.
    table: Option<&'s DeTable<'t>>,
    span: Range<usize>,
    place: String,
    asked: RefCell<Vec<&'static str>>,
}

impl<'s, 't> Fields<'s, 't> {
    pub fn new(
        source: &'s Source<'t>,
        table: &'s DeTable<'t>,
        span: Range<usize>,
        place: String,
    ) -> Self {
        Self {
            source,
            table: Some(table),
            span,
            place,
            asked: RefCell::default(),
        }
    }

    /// Place of a field, `layers[4].units`.
    pub fn place(&self, field: &str) -> String {
        if self.place.is_empty() {
            field.into()
        } else {
            format!("{}.{field}", self.place)
        }
    }

    /// Reports a problem at the table itself.
    pub fn report(&self, code: &str, args: &[(&str, &dyn std::fmt::Display)]) {
        self.source.report(
            Problem::new(code, self.place.clone(), args),
            self.span.clone(),
        );
    }

    /// Reports a problem at a field (at the table when the field is missing).
    pub fn report_at(&self, field: &str, code: &str, args: &[(&str, &dyn std::fmt::Display)]) {
        let span = self.written(field).map_or(self.span.clone(), Spanned::span);
        self.source
            .report(Problem::new(code, self.place(field), args), span);
    }

    /// Reports a problem in the line of a field.
    pub fn problem_at(&self, field: &str, problem: Problem) {
        let span = self.written(field).map_or(self.span.clone(), Spanned::span);
        self.source.report(problem, span);
    }

    /// Whose defaults hold.
    pub fn dialect(&self) -> Dialect {
        self.source.dialect.get()
    }

    fn written(&self, field: &str) -> Option<&'s Spanned<DeValue<'t>>> {
        self.table?.get(field)
    }

    /// Whether the field is written.
    pub fn has(&self, field: &str) -> bool {
        self.written(field).is_some()
    }

    /// Whether the field is written and a text.
    pub fn is_text(&self, field: &str) -> bool {
        self.written(field)
            .is_some_and(|value| value.get_ref().is_str())
    }

    pub fn get(&self, field: &'static str) -> Option<&'s Spanned<DeValue<'t>>> {
        let mut asked = self.asked.borrow_mut();
        // A field may be asked for twice and is still one.
        if !asked.contains(&field) {
            asked.push(field);
        }
        self.written(field)
    }

    /// Whether a reader has asked for the field.
    pub fn asked_for(&self, field: &str) -> bool {
        self.asked.borrow().contains(&field)
    }

    fn missing(&self, field: &'static str) {
        self.report("missing_field", &[("field", &field)]);
    }

    fn wrong(&self, field: &str, expected: &str, value: &Spanned<DeValue<'_>>) {
        self.wrong_at(&self.place(field), expected, value);
    }

    fn wrong_at(&self, place: &str, expected: &str, value: &Spanned<DeValue<'_>>) {
        self.source.report(
            Problem::new(
                "wrong_type",
                place,
                &[
                    ("expected", &expected),
                    ("found", &value.get_ref().type_str()),
                ],
            ),
            value.span(),
        );
    }

    pub fn text_or(&self, field: &'static str, default: &str) -> String {
        match self.get(field) {
            None => default.into(),
            Some(value) => match value.get_ref().as_str() {
                Some(text) => text.into(),
                None => {
                    self.wrong(field, "a text", value);
                    default.into()
                }
            },
        }
    }

    pub fn text(&self, field: &'static str) -> String {
        if !self.has(field) {
            self.get(field);
            self.missing(field);
            return String::new();
        }
        self.text_or(field, "")
    }

    /// A text, where the field is written.
    pub fn optional_text(&self, field: &'static str) -> Option<String> {
        self.get(field).map(|_| self.text_or(field, ""))
    }

    /// One of `known`, by name; the first of `known` is returned after a problem.
    pub fn choice<T: Copy>(
        &self,
        field: &'static str,
        default: Option<T>,
        known: &[(&str, T)],
    ) -> T {
        let fallback = default.unwrap_or(known[0].1);
        let Some(value) = self.get(field) else {
            if default.is_none() {
                self.missing(field);
            }
            return fallback;
        };
        self.one_of(&self.place(field), value, known)
            .unwrap_or(fallback)
    }

    /// One of `known`, by name, where the field is written.
    pub fn optional_choice<T: Copy>(&self, field: &'static str, known: &[(&str, T)]) -> Option<T> {
        self.one_of(&self.place(field), self.get(field)?, known)
    }

    fn one_of<T: Copy>(
        &self,
        place: &str,
        value: &Spanned<DeValue<'_>>,
        known: &[(&str, T)],
    ) -> Option<T> {
        let Some(text) = value.get_ref().as_str() else {
            self.wrong_at(place, "a text", value);
            return None;
        };
        let found = known.iter().find(|(name, _)| *name == text);
        if found.is_none() {
            let names = names(known.iter().map(|(name, _)| *name));
            let args: [(&str, &dyn std::fmt::Display); 2] = [("value", &text), ("known", &names)];
            let problem = Problem::new("unknown_value", place, &args);
            self.source.report(problem, value.span());
        }
        found.map(|(_, found)| *found)
    }

    /// A name, or a table with a name and fields of its own.
    fn entry<T: Copy>(
        &self,
        place: String,
        value: &'s Spanned<DeValue<'t>>,
        known: &[(&str, T)],
    ) -> Option<(T, Fields<'s, 't>)> {
        let fields = Fields {
            source: self.source,
            table: value.get_ref().as_table(),
            span: value.span(),
            place: place.clone(),
            asked: RefCell::default(),
        };
        let found = match fields.table {
            Some(_) => fields.choice("name", None, known),
            None => self.one_of(&place, value, known)?,
        };
        Some((found, fields))
    }

    /// A whole number in `range`.
    pub fn integer(
        &self,
        field: &'static str,
        default: Option<usize>,
        range: Range<usize>,
    ) -> usize {
        match self.get(field) {
            None => default.unwrap_or_else(|| {
                self.missing(field);
                range.start
            }),
            Some(value) => self.integer_value(field, value, range),
        }
    }

    fn integer_value(
        &self,
        field: &str,
        value: &Spanned<DeValue<'_>>,
        range: Range<usize>,
    ) -> usize {
        let Some(integer) = value.get_ref().as_integer() else {
            self.wrong(field, "a whole number", value);
            return range.start;
        };
        let number = i64::from_str_radix(integer.as_str(), integer.radix()).ok();
        match number.and_then(|n| usize::try_from(n).ok()) {
            Some(n) if range.contains(&n) => n,
            _ => {
                self.source.report(
                    Problem::new(
                        "out_of_range",
                        self.place(field),
                        &[
                            ("value", &integer),
                            ("min", &range.start),
                            ("max", &(range.end - 1)),
                        ],
                    ),
                    value.span(),
                );
                range.start
            }
        }
    }

    /// A number from `min` to `max`, both allowed.
    pub fn number(&self, field: &'static str, default: Option<f64>, min: f64, max: f64) -> f64 {
        let Some(value) = self.get(field) else {
            return default.unwrap_or_else(|| {
                self.missing(field);
                min
            });
        };
        let Some(number) = number_of(value.get_ref()) else {
            match value.get_ref().as_float() {
                // To TOML `inf` and `nan` are numbers, too.
                Some(float) => self.report_at(
                    field,
                    "wrong_type",
                    &[("expected", &"a finite number"), ("found", &float.as_str())],
                ),
                None => self.wrong(field, "a number", value),
            }
            return min;
        };
        if !(min..=max).contains(&number) {
            self.report_at(
                field,
                "out_of_range",
                &[("value", &number), ("min", &min), ("max", &max)],
            );
            return min;
        }
        number
    }

    pub fn flag(&self, field: &'static str, default: bool) -> bool {
        let Some(value) = self.get(field) else {
            return default;
        };
        value.get_ref().as_bool().unwrap_or_else(|| {
            self.wrong(field, "true or false", value);
            default
        })
    }

    pub fn words(&self, field: &'static str) -> Words {
        match self.table_at(field) {
            Some(fields) => fields.as_words(),
            None => {
                if !self.has(field) {
                    self.missing(field);
                }
                Words::default()
            }
        }
    }

    /// This table itself as `{ en, zh }`.
    pub fn as_words(&self) -> Words {
        let words = Words {
            en: self.text("en"),
            zh: self.text("zh"),
        };
        self.finish();
        words
    }

    /// A sub-table.
    pub fn table_at(&self, field: &'static str) -> Option<Fields<'s, 't>> {
        let value = self.get(field)?;
        match value.get_ref().as_table() {
            Some(table) => Some(Fields::new(
                self.source,
                table,
                value.span(),
                self.place(field),
            )),
            None => {
                self.wrong(field, "a table", value);
                None
            }
        }
    }

    /// One of `known`, as a text (`"adam"`) or as a table with fields of its own (`{ name = "adam", ... }`), and
    /// these fields; the first of `known` after a problem, `None` when nothing is written.
    pub fn named<T: Copy>(
        &self,
        field: &'static str,
        known: &[(&str, T)],
    ) -> Option<(T, Fields<'s, 't>)> {
        let value = self.get(field)?;
        let entry = self.entry(self.place(field), value, known);
        // After a problem any of them will do: nothing is made of it.
        Some(entry.unwrap_or_else(|| (known[0].1, self.nothing(value.span()))))
    }

    /// Fields of what is no table.
    fn nothing(&self, span: Range<usize>) -> Self {
        Self {
            source: self.source,
            table: None,
            span,
            place: self.place.clone(),
            asked: RefCell::default(),
        }
    }

    /// A list of sub-tables, `[[layers]]`.
    pub fn tables(&self, field: &'static str) -> Vec<Fields<'s, 't>> {
        let Some(value) = self.get(field) else {
            return Vec::new();
        };
        let Some(list) = value.get_ref().as_array() else {
            self.wrong(field, "a list of tables", value);
            return Vec::new();
        };
        let mut tables = Vec::with_capacity(list.len());
        for (index, item) in list.iter().enumerate() {
            let place = format!("{}[{index}]", self.place(field));
            match item.get_ref().as_table() {
                Some(table) => tables.push(Fields::new(self.source, table, item.span(), place)),
                None => self.wrong(field, "a list of tables", item),
            }
        }
        tables
    }

    /// Reports every field that nobody asked for.
    pub fn finish(&self) {
        let asked = self.asked.borrow();
        for (key, _) in self.table.into_iter().flat_map(|table| table.iter()) {
            let name: &str = key.get_ref();
            if asked.contains(&name) {
                continue;
            }
            let known = names(asked.iter().copied());
            let place = self.place(name);
            let problem = match closest(name, &asked) {
                Some(suggestion) => Problem::new(
                    "unknown_field",
                    place,
                    &[
                        ("field", &name),
                        ("known", &known),
                        ("suggestion", &suggestion),
                    ],
                ),
                None => Problem::new(
                    "unknown_field",
                    place,
                    &[("field", &name), ("known", &known)],
                ),
            };
            self.source.report(problem, key.span());
        }
    }
}

fn number_of(value: &DeValue<'_>) -> Option<f64> {
    let number: f64 = match value {
        DeValue::Float(float) => float.as_str().parse().ok()?,
        DeValue::Integer(integer) => {
            i64::from_str_radix(integer.as_str(), integer.radix()).ok()? as f64
        }
        _ => return None,
    };
    number.is_finite().then_some(number)
}

fn whole(value: &DeValue<'_>) -> Option<i64> {
    let integer = value.as_integer()?;
    i64::from_str_radix(integer.as_str(), integer.radix()).ok()
}

pub(crate) fn names<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

/// The known name that is at most two edits away.
pub fn closest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let best = known.iter().map(|k| (distance(name, k), *k)).min()?;
    (best.0 <= 2 && best.0 < best.1.len()).then_some(best.1)
}

/// Levenshtein distance, bounded in work by the first 40 letters.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(40).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().take(40).enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let up = row[j + 1];
            row[j + 1] = (diagonal + usize::from(x != *y)).min(up.min(row[j]) + 1);
            diagonal = up;
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use crate::tests::problem;

    #[test]
    fn numbers_that_are_none_are_named() {
        for (written, expected, found) in [
            ("inf", "a finite number", "inf"),
            ("-nan", "a finite number", "-nan"),
            ("1e999", "a finite number", "1e999"),
            ("\"1\"", "a number", "string"),
        ] {
            let problem = problem(&format!("rate = {written}"), |fields| {
                fields.number("rate", None, 0.0, 1.0)
            });
            assert_eq!(problem.code, "wrong_type", "{written}");
            assert_eq!(problem.args["expected"], expected, "{written}");
            assert_eq!(problem.args["found"], found, "{written}");
        }
    }
}
