//! Tables from text files: what the catalog says of a data set's columns is all that its reader needs.

use crate::catalog::{Column, Entry, Kind};
use crate::dataset::NamedFile;
use crate::delimited::{Record, Separator, only_file, records};
use crate::error::DataError;
use crate::raw::Raw;
use crate::table::Table;
use crate::targets::Targets;

/// The most rows that are read.
const MAX_ROWS: usize = 1_000_000;

impl Column {
    /// The number that stands in a field of this column.
    ///
    /// # Errors
    /// `not_a_number`, `unknown_category`.
    pub(crate) fn read(&self, record: &Record<'_>, index: usize) -> Result<f32, DataError> {
        if self.codes.is_empty() {
            return record.number(index, self.name);
        }
        let code = record.category(index, self.name, self.codes)?;
        Ok(f32::from(self.first) + code as f32)
    }
}

/// Adds a row to what was read of `file`.
///
/// # Errors
/// `row_count` where there are more than the limit.
pub(crate) fn one_more(file: &str, rows: &mut usize) -> Result<(), DataError> {
    *rows += 1;
    row_count(file, *rows, 0)
}

/// At least `least` rows, and not too many?
///
/// # Errors
/// `row_count`.
pub(crate) fn row_count(file: &str, rows: usize, least: usize) -> Result<(), DataError> {
    if (least..=MAX_ROWS).contains(&rows) {
        return Ok(());
    }
    Err(DataError::RowCount {
        file: file.to_owned(),
        rows,
        least,
        most: MAX_ROWS,
    })
}

/// Reads the one file of a table, the target in its last column. Blank lines may stand at the end only.
///
/// # Errors
/// Those of [`only_file`]; `text_encoding`, `line_too_long`, `bad_quote`, `column_count`, `wrong_header`,
/// `not_a_number`, `unknown_category`, `row_count`.
pub(crate) fn read(
    entry: &'static Entry,
    separator: Separator,
    header: bool,
    files: &[NamedFile<'_>],
) -> Result<Raw, DataError> {
    let Kind::Table { columns, target } = entry.kind else {
        return Err(DataError::MissingParts {
            missing: vec!["columns"],
        });
    };
    let official = entry.official.files.first().map_or("", |file| file.name);
    let (file, bytes) = only_file(official, files)?;
    let mut lines = records(&file, &bytes, separator);
    if header && let Some(first) = lines.next() {
        let names = columns.iter().chain([&target]).map(|column| column.name);
        first?.names(&names.collect::<Vec<_>>())?;
    }
    let mut values = Vec::new();
    let (mut labels, mut numbers) = (Vec::new(), Vec::new());
    let mut rows = 0;
    let mut blank: Option<Record<'_>> = None;
    for record in lines {
        let record = record?;
        if record.fields.is_empty() {
            blank = blank.or(Some(record));
            continue;
        }
        let width = columns.len() + 1;
        blank.as_ref().map_or(Ok(()), |blank| blank.count(width))?;
        record.count(width)?;
        for (index, column) in columns.iter().enumerate() {
            values.push(column.read(&record, index)?);
        }
        if target.codes.is_empty() {
            numbers.push(target.read(&record, columns.len())?);
        } else {
            labels.push(record.category(columns.len(), target.name, target.codes)? as u16);
        }
        one_more(&file, &mut rows)?;
    }
    row_count(&file, rows, 1)?;
    let targets = match target.codes.len() {
        0 => Targets::Values {
            values: numbers,
            width: 1,
        },
        classes => Targets::Classes { labels, classes },
    };
    let names = columns.iter().map(|column| column.name.to_owned());
    let table = Table::new(&file, names.collect(), values, targets)?;
    Ok(Raw::read(entry, table))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::reader;
    use crate::sets::{bank, boston, iris, pima};
    use crate::targets::Target;

    fn read(entry: &Entry, text: &str) -> Result<Table, (&'static str, String)> {
        let files = [NamedFile {
            name: "f",
            bytes: text.as_bytes(),
        }];
        match (reader(entry.name).expect("a reader").read)(&files) {
            Ok(raw) => match raw.content {
                crate::raw::Content::Table(table) => Ok(table),
                other => panic!("{other:?}"),
            },
            Err(error) => Err((error.code(), error.to_string())),
        }
    }

    fn code(entry: &Entry, text: &str) -> &'static str {
        read(entry, text)
            .map(|table| panic!("{table:?}"))
            .map_err(|(code, _)| code)
            .unwrap_err()
    }

    #[test]
    fn tables_are_read_as_the_catalog_says() {
        let table = read(
            &pima::ENTRY,
            "6,148,72,35,0,33.6,0.627,50,1\r\n1,85,66,29,0,26.6,0.351,31,0",
        )
        .unwrap();
        assert_eq!(
            table.row(0),
            [6.0, 148.0, 72.0, 35.0, 0.0, 33.6, 0.627, 50.0]
        );
        assert_eq!(table.targets().labels(), [1, 0]);
        let table = read(&iris::ENTRY, "5.1,3.5,1.4,0.2,Iris-virginica\n\n\n").unwrap();
        assert_eq!(table.targets().get(0), Some(Target::Class(2)));
        let row = " 0.02731   0.00   7.070  0  0.4690  6.4210  78.90  4.9671   2  242.0  17.80 396.90   9.14  21.60\n";
        let table = read(&boston::ENTRY, row).unwrap();
        assert_eq!(table.targets().get(0), Some(Target::Values(&[21.6])));
        let header = r#""age";"job";"marital";"education";"default";"balance";"housing";"loan";"contact";"day";"month";"duration";"campaign";"pdays";"previous";"poutcome";"y""#;
        let row = r#"30;"unemployed";"married";"primary";"no";1787;"no";"no";"cellular";19;"oct";79;1;-1;0;"unknown";"no""#;
        let table = read(&bank::ENTRY, &format!("{header}\n{row}\n")).unwrap();
        assert_eq!(
            table.row(0),
            [
                30.0, 2.0, 0.0, 1.0, 0.0, 1787.0, 0.0, 0.0, 0.0, 19.0, 10.0, 79.0, 1.0, -1.0, 0.0,
                0.0
            ]
        );
        assert_eq!(
            code(&bank::ENTRY, &format!("{row}\n{header}")),
            "wrong_header"
        );
        assert_eq!(code(&bank::ENTRY, header), "row_count");
        assert_eq!(
            code(
                &bank::ENTRY,
                &format!("{header}\n{}", row.replace("oct", "okt"))
            ),
            "unknown_category"
        );
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let row = "6,148,72,35,0,33.6,0.627,50,1";
        let wrong = |text: &str| read(&pima::ENTRY, text).unwrap_err();
        assert_eq!(
            wrong(&format!("{row}\n{row},9")).1,
            "f, line 2: 10 columns, expected 9"
        );
        assert_eq!(
            wrong(&format!("{row}\n{}", row.replace("148", "14a"))).1,
            "f, line 2, column glucose: \"14a\" is not a number"
        );
        assert_eq!(
            wrong(&row.replace(",1", ",2")).1,
            "f, line 1, column class: \"2\" is not known; known are 0, 1"
        );
        for (text, code) in [
            ("6,148,72,35,0,NaN,0.627,50,1", "not_a_number"),
            ("6,148,72,35,0,inf,0.627,50,1", "not_a_number"),
            ("6,148,72,35,0,,0.627,50,1", "not_a_number"),
            ("1,2\n\n1,2", "column_count"),
            ("   ", "row_count"),
            ("<html><body>404</body></html>", "foreign_file"),
            ("[1, 2, 3]", "foreign_file"),
        ] {
            assert_eq!(wrong(text).0, code, "{text}");
        }
        // Cut off anywhere: an error, or the rows before with a shorter last number.
        let all = [row; 3].join("\n");
        for end in 0..all.len() {
            match read(&pima::ENTRY, &all[..end]) {
                Ok(table) => assert!(table.targets().rows() <= 3),
                Err((code, _)) => assert!(
                    [
                        "empty_file",
                        "column_count",
                        "not_a_number",
                        "unknown_category"
                    ]
                    .contains(&code),
                    "{end}: {code}"
                ),
            }
        }
        let blank = format!("{row}\n\n{row}");
        assert_eq!(wrong(&blank).1, "f, line 2: 0 columns, expected 9");
    }
}
