//! Fields that hold several values: pairs, lists, matrices, windows.

use super::{Fields, number_of, whole};
use std::ops::Range;
use toml::Spanned;
use toml::de::DeValue;

impl<'s, 't> Fields<'s, 't> {
    /// The size or stride of a window: one whole number, or with `two` a pair (see [`Self::pair`]); along a
    /// sequence it is one row high.
    pub fn window(
        &self,
        field: &'static str,
        default: Option<[usize; 2]>,
        two: bool,
    ) -> [usize; 2] {
        if two {
            return self.pair(field, default, 1..1_001);
        }
        // Keras also takes a list of one.
        let list = self.written(field).and_then(|v| v.get_ref().as_array());
        match list {
            Some(list) if list.len() == 1 => {
                self.asked.borrow_mut().push(field);
                [1, self.integer_value(field, &list[0], 1..1_001)]
            }
            _ => [
                1,
                self.integer(field, default.map(|pair| pair[1]), 1..1_001),
            ],
        }
    }

    /// A whole number in `range`, which may lie below zero.
    pub fn signed(&self, field: &'static str, default: i64, range: Range<i64>) -> i64 {
        let Some(value) = self.get(field) else {
            return default;
        };
        match whole(value.get_ref()) {
            Some(number) if range.contains(&number) => number,
            Some(number) => {
                let bounds = (range.start, range.end - 1);
                self.report_at(
                    field,
                    "out_of_range",
                    &[("value", &number), ("min", &bounds.0), ("max", &bounds.1)],
                );
                default
            }
            None => {
                self.wrong(field, "a whole number", value);
                default
            }
        }
    }

    /// A list of up to 16 whole numbers; missing is a problem.
    pub fn whole_numbers(&self, field: &'static str) -> Vec<i64> {
        let Some(value) = self.get(field) else {
            self.missing(field);
            return Vec::new();
        };
        let list = value.get_ref().as_array().filter(|list| list.len() <= 16);
        let numbers = list.and_then(|list| list.iter().map(|v| whole(v.get_ref())).collect());
        numbers.unwrap_or_else(|| {
            self.wrong(field, "a list of whole numbers", value);
            Vec::new()
        })
    }

    /// Rows and columns around a picture as top, bottom, left, right: `1`, `[1, 2]` or `[[1, 1], [2, 2]]`.
    pub fn sides(&self, field: &'static str) -> [usize; 4] {
        let nested = self.written(field).and_then(|value| {
            let list = value.get_ref().as_array()?;
            list.iter().all(|v| v.get_ref().is_array()).then_some(list)
        });
        let Some(list) = nested else {
            let [rows, columns] = self.pair(field, Some([1, 1]), 0..1_001);
            return [rows, rows, columns, columns];
        };
        self.asked.borrow_mut().push(field);
        let numbers: Vec<_> = list
            .iter()
            .filter_map(|pair| pair.get_ref().as_array())
            .flat_map(|pair| pair.iter())
            .collect();
        match (list.len(), numbers.len()) {
            (2, 4) => [0, 1, 2, 3].map(|i| self.integer_value(field, numbers[i], 0..1_001)),
            _ => {
                if let Some(value) = self.written(field) {
                    self.wrong(field, "two pairs of whole numbers", value);
                }
                [0; 4]
            }
        }
    }

    /// A matrix as a list of rows of equal length, at most 64 by 64; missing is a problem.
    pub fn matrix(&self, field: &'static str) -> Vec<Vec<f64>> {
        let Some(value) = self.get(field) else {
            self.missing(field);
            return Vec::new();
        };
        let row = |row: &Spanned<DeValue<'_>>| -> Option<Vec<f64>> {
            let list = row.get_ref().as_array().filter(|list| list.len() <= 64)?;
            list.iter().map(|v| number_of(v.get_ref())).collect()
        };
        let list = value.get_ref().as_array().filter(|list| list.len() <= 64);
        let rows: Option<Vec<Vec<f64>>> = list.and_then(|list| list.iter().map(row).collect());
        match rows {
            Some(rows) if !rows.is_empty() && rows.iter().all(|r| r.len() == rows[0].len()) => rows,
            _ => {
                self.wrong(field, "rows of numbers, all of one length", value);
                Vec::new()
            }
        }
    }

    /// A list of texts.
    pub fn texts(&self, field: &'static str) -> Vec<String> {
        let Some(value) = self.get(field) else {
            return Vec::new();
        };
        let text = |v: &Spanned<DeValue<'_>>| v.get_ref().as_str().map(String::from);
        let list = value.get_ref().as_array();
        let texts = list.and_then(|list| list.iter().map(text).collect());
        texts.unwrap_or_else(|| {
            self.wrong(field, "a list of texts", value);
            Vec::new()
        })
    }

    /// A list of any values, by what they are called, where the field is written.
    pub fn labels(&self, field: &'static str) -> Option<Vec<String>> {
        let value = self.get(field)?;
        let Some(list) = value.get_ref().as_array() else {
            self.wrong(field, "a list", value);
            return None;
        };
        let labels = list.iter().map(|item| crate::sweep::label(item.get_ref()));
        Some(labels.collect())
    }

    /// A whole number or a list of them (`axis = 0` or `[0, 1, 2]`).
    pub fn integers(
        &self,
        field: &'static str,
        default: &[usize],
        range: Range<usize>,
    ) -> Vec<usize> {
        let Some(value) = self.get(field) else {
            return default.to_vec();
        };
        match value.get_ref().as_array() {
            None => vec![self.integer_value(field, value, range)],
            Some(list) => list
                .iter()
                .map(|item| self.integer_value(field, item, range.clone()))
                .collect(),
        }
    }

    pub fn numbers(&self, field: &'static str) -> Vec<f64> {
        let Some(value) = self.get(field) else {
            return Vec::new();
        };
        let list = value.get_ref().as_array();
        let numbers: Option<Vec<f64>> =
            list.and_then(|list| list.iter().map(|v| number_of(v.get_ref())).collect());
        numbers.unwrap_or_else(|| {
            self.wrong(field, "a list of numbers", value);
            Vec::new()
        })
    }

    /// Pairs of texts, `[["training.epochs", "2"]]`.
    pub fn text_pairs(&self, field: &'static str) -> Vec<(String, String)> {
        let Some(value) = self.get(field) else {
            return Vec::new();
        };
        let pair = |v: &Spanned<DeValue<'_>>| {
            let list = v.get_ref().as_array().filter(|list| list.len() == 2)?;
            Some((
                list[0].get_ref().as_str()?.to_string(),
                list[1].get_ref().as_str()?.to_string(),
            ))
        };
        let pairs: Option<Vec<_>> = value
            .get_ref()
            .as_array()
            .and_then(|list| list.iter().map(pair).collect());
        pairs.unwrap_or_else(|| {
            self.wrong(field, "a list of pairs of texts", value);
            Vec::new()
        })
    }

    /// A whole number or a pair of them (`kernel_size = 5` or `[5, 3]`).
    pub fn pair(
        &self,
        field: &'static str,
        default: Option<[usize; 2]>,
        range: Range<usize>,
    ) -> [usize; 2] {
        let Some(value) = self.get(field) else {
            return default.unwrap_or_else(|| {
                self.missing(field);
                [range.start; 2]
            });
        };
        match value.get_ref().as_array() {
            None => [self.integer_value(field, value, range); 2],
            Some(list) if list.len() == 2 => {
                [0, 1].map(|i| self.integer_value(field, &list[i], range.clone()))
            }
            Some(_) => {
                self.wrong(field, "a whole number or two of them", value);
                [range.start; 2]
            }
        }
    }

    /// A list of such; empty where it is not written.
    pub fn named_list<T: Copy>(
        &self,
        field: &'static str,
        known: &[(&str, T)],
    ) -> Vec<(T, Fields<'s, 't>)> {
        let Some(value) = self.get(field) else {
            return Vec::new();
        };
        let Some(list) = value.get_ref().as_array() else {
            self.wrong(field, "a list of names or tables", value);
            return Vec::new();
        };
        let entry =
            |(index, item)| self.entry(format!("{}[{index}]", self.place(field)), item, known);
        list.iter().enumerate().filter_map(entry).collect()
    }
}
