//! Text files of one record a line, fields between separators: read line by line, strictly, within bounds.
//!
//! Not a general CSV reader: the files here have short lines, no line break within quotes, and one separator,
//! so that a reader of a hundred lines does, and every refusal can name line and column.

use std::borrow::Cow;

use crate::dataset::NamedFile;
use crate::error::{DataError, LineCode, clip};
use crate::gz;
use crate::kind::{FileKind, HEAD_BYTES};

/// The longest line that is read, in bytes. The longest of the data sets has 200.
pub(crate) const MAX_LINE: usize = 4096;
/// The largest text file that is unpacked, in bytes. The largest of the data sets has 2 MB.
const MAX_TEXT: usize = 32 << 20;

/// What stands between fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Separator {
    /// One such byte.
    Byte(u8),
    /// One or more blanks.
    Blanks,
}

/// One line, cut into fields; none where the line is blank.
#[derive(Clone, Debug)]
pub(crate) struct Record<'a> {
    pub file: &'a str,
    /// From 1.
    pub line: usize,
    pub fields: Vec<Cow<'a, str>>,
}

/// The one file of a data set that has one, unpacked if it is gzip, with its name cut for messages.
///
/// # Errors
/// `missing_parts`, `duplicate_part`, `empty_file`, `foreign_file`, and those of [`gz::gunzip`].
pub(crate) fn only_file<'a>(
    official: &'static str,
    files: &[NamedFile<'a>],
) -> Result<(String, Cow<'a, [u8]>), DataError> {
    let (file, others) = files.split_first().ok_or(DataError::MissingParts {
        missing: vec![official],
    })?;
    let name = clip(file.name);
    if let Some(other) = others.first() {
        return Err(DataError::DuplicatePart {
            file: name,
            other: clip(other.name),
        });
    }
    let bytes = gz::unpack(&name, file.bytes, MAX_TEXT)?;
    if bytes.is_empty() {
        return Err(DataError::EmptyFile { file: name });
    }
    match FileKind::guess(&bytes[..bytes.len().min(HEAD_BYTES)]) {
        None | Some(FileKind::Text) => Ok((name, bytes)),
        Some(kind) => Err(DataError::ForeignFile {
            file: name,
            kind,
            expected: "text",
        }),
    }
}

/// The lines of a file without their ends (LF or CR LF), each judged as text; numbers from 1.
pub(crate) fn lines<'a>(
    file: &'a str,
    bytes: &'a [u8],
) -> impl Iterator<Item = Result<(usize, &'a str), DataError>> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let all = bytes.split(|byte| *byte == b'\n').enumerate();
    all.map(move |(index, line)| {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let wrong = |code, expected: usize| DataError::Line {
            code,
            file: file.to_owned(),
            line: index + 1,
            column: String::new(),
            expected: expected.to_string(),
            found: line.len().to_string(),
        };
        if line.len() > MAX_LINE {
            return Err(wrong(LineCode::LineTooLong, MAX_LINE));
        }
        let text = std::str::from_utf8(line).map_err(|_| wrong(LineCode::TextEncoding, 0))?;
        Ok((index + 1, text))
    })
}

/// The records of a file; blank lines are records without fields.
pub(crate) fn records<'a>(
    file: &'a str,
    bytes: &'a [u8],
    separator: Separator,
) -> impl Iterator<Item = Result<Record<'a>, DataError>> {
    lines(file, bytes).map(move |line| {
        let (line, text) = line?;
        let mut record = Record {
            file,
            line,
            fields: Vec::new(),
        };
        if text.trim().is_empty() {
            return Ok(record);
        }
        match separator {
            Separator::Blanks => {
                record.fields = text.split_ascii_whitespace().map(Cow::Borrowed).collect();
            }
            Separator::Byte(byte) => record.cut(text, char::from(byte))?,
        }
        Ok(record)
    })
}

impl<'a> Record<'a> {
    fn cut(&mut self, text: &'a str, separator: char) -> Result<(), DataError> {
        let mut rest = text;
        loop {
            let (field, after) = match rest.strip_prefix('"') {
                Some(quoted) => unquote(quoted).ok_or_else(|| {
                    let column = (self.fields.len() + 1).to_string();
                    self.wrong(LineCode::BadQuote, &column, "", "")
                })?,
                None => {
                    let end = rest.find(separator).unwrap_or(rest.len());
                    (Cow::Borrowed(rest[..end].trim()), &rest[end..])
                }
            };
            self.fields.push(field);
            if after.is_empty() {
                return Ok(());
            }
            rest = after.strip_prefix(separator).ok_or_else(|| {
                let column = self.fields.len().to_string();
                self.wrong(LineCode::BadQuote, &column, "", "")
            })?;
        }
    }

    /// What is wrong with this line; foreign text is cut.
    pub fn wrong(&self, code: LineCode, column: &str, expected: &str, found: &str) -> DataError {
        DataError::Line {
            code,
            file: self.file.to_owned(),
            line: self.line,
            column: clip(column),
            expected: clip(expected),
            found: clip(found),
        }
    }

    /// As many fields as there are columns?
    ///
    /// # Errors
    /// `column_count`.
    pub fn count(&self, columns: usize) -> Result<(), DataError> {
        let found = self.fields.len();
        if found == columns {
            return Ok(());
        }
        let (expected, found) = (columns.to_string(), found.to_string());
        Err(self.wrong(LineCode::ColumnCount, "", &expected, &found))
    }

    /// Does the line name these columns?
    ///
    /// # Errors
    /// `column_count`, `wrong_header`.
    pub fn names(&self, columns: &[&str]) -> Result<(), DataError> {
        self.count(columns.len())?;
        for (number, (field, name)) in self.fields.iter().zip(columns).enumerate() {
            if field != *name {
                let number = (number + 1).to_string();
                return Err(self.wrong(LineCode::WrongHeader, &number, name, field));
            }
        }
        Ok(())
    }

    /// Field `index` of column `column` as a finite number.
    ///
    /// # Errors
    /// `not_a_number`.
    pub fn number(&self, index: usize, column: &str) -> Result<f32, DataError> {
        let field = self.fields.get(index).map_or("", |field| field.as_ref());
        match field.parse::<f32>() {
            Ok(number) if number.is_finite() => Ok(number),
            _ => Err(self.wrong(LineCode::NotANumber, column, "", field)),
        }
    }

    /// Field `index` of column `column` as the place of its value in `known`.
    ///
    /// # Errors
    /// `unknown_category`.
    pub fn category(&self, index: usize, column: &str, known: &[&str]) -> Result<usize, DataError> {
        let field = self.fields.get(index).map_or("", |field| field.as_ref());
        known
            .iter()
            .position(|value| *value == field)
            .ok_or_else(|| self.wrong(LineCode::UnknownCategory, column, &known.join(", "), field))
    }
}

/// A field after its opening quote, and what follows its closing one. Two quotes within stand for one.
fn unquote(text: &str) -> Option<(Cow<'_, str>, &str)> {
    let mut from = 0;
    loop {
        let end = from + text[from..].find('"')?;
        if !text[end + 1..].starts_with('"') {
            let field = &text[..end];
            let field = match from {
                0 => Cow::Borrowed(field),
                _ => Cow::Owned(field.replace("\"\"", "\"")),
            };
            return Some((field, &text[end + 1..]));
        }
        from = end + 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str, separator: Separator) -> Result<Vec<Vec<String>>, &'static str> {
        records("f", text.as_bytes(), separator)
            .map(|record| record.map(|r| r.fields.iter().map(|f| f.to_string()).collect()))
            .collect::<Result<_, DataError>>()
            .map_err(|error| error.code())
    }

    #[test]
    fn lines_are_cut_into_fields() {
        let comma = |text: &str| cut(text, Separator::Byte(b','));
        assert_eq!(
            comma("a, b\r\n\r\n,\n").unwrap(),
            [vec!["a", "b"], vec![], vec!["", ""]]
        );
        assert_eq!(comma("\u{feff}1,2").unwrap(), [["1", "2"]]);
        assert_eq!(comma("\"a,\"\"b\"\"\",\"\"").unwrap(), [["a,\"b\"", ""]]);
        assert_eq!(comma("\"a\"\"\"").unwrap(), [["a\""]]);
        assert_eq!(comma("\"a"), Err("bad_quote"));
        assert_eq!(comma("\"a\"\""), Err("bad_quote"));
        assert_eq!(comma("1,\"a\"b"), Err("bad_quote"));
        assert_eq!(comma(&"x".repeat(MAX_LINE + 1)), Err("line_too_long"));
        assert_eq!(comma(&"x".repeat(MAX_LINE)).unwrap()[0][0].len(), MAX_LINE);
        assert_eq!(
            cut("  1   2.5\n3 4 ", Separator::Blanks).unwrap(),
            [["1", "2.5"], ["3", "4"]]
        );
        let latin = records("f", b"caf\xe9", Separator::Blanks).next();
        assert_eq!(
            latin.unwrap().map_err(|e| e.code()).err(),
            Some("text_encoding")
        );
    }

    #[test]
    fn fields_are_judged_with_their_place() {
        let bytes = b"1\n2,nan,inf,1e99,0x1,,7";
        let record = records("f", bytes, Separator::Byte(b','))
            .nth(1)
            .unwrap()
            .unwrap();
        assert_eq!(record.number(0, "a"), Ok(2.0));
        assert_eq!(record.number(6, "a"), Ok(7.0));
        for index in [1, 2, 3, 4, 5, 7] {
            let error = record.number(index, "a").unwrap_err();
            assert_eq!(error.code(), "not_a_number", "{index}");
            assert_eq!(
                (&error.args()["line"][..], &error.args()["column"][..]),
                ("2", "a")
            );
        }
        assert_eq!(record.category(0, "a", &["1", "2"]), Ok(1));
        let error = record.category(0, "a", &["no", "yes"]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "f, line 2, column a: \"2\" is not known; known are no, yes"
        );
        assert_eq!(record.count(6).map_err(|e| e.code()), Err("column_count"));
        let header = records("f", b"a,b", Separator::Byte(b','))
            .next()
            .unwrap()
            .unwrap();
        assert_eq!(header.names(&["a", "b"]), Ok(()));
        let error = header.names(&["a", "c"]).unwrap_err();
        assert_eq!(
            (error.code(), &error.args()["column"][..]),
            ("wrong_header", "2")
        );
    }

    #[test]
    fn one_file_is_told_from_none_two_and_foreign_ones() {
        let code = |files: &[&[u8]]| {
            let files: Vec<_> = files
                .iter()
                .map(|bytes| NamedFile { name: "f", bytes })
                .collect();
            only_file("a.csv", &files)
                .map(|(_, b)| b.to_vec())
                .map_err(|e| e.code())
        };
        assert_eq!(code(&[]), Err("missing_parts"));
        assert_eq!(code(&[b"1", b"2"]), Err("duplicate_part"));
        assert_eq!(code(&[b""]), Err("empty_file"));
        assert_eq!(code(&[b"PK\x03\x04\x14\x00"]), Err("foreign_file"));
        assert_eq!(code(&[b"<html><body>404"]), Err("foreign_file"));
        assert_eq!(code(&[b"1,2"]), Ok(b"1,2".to_vec()));
        assert_eq!(code(&[&gz::gzip(b"1,2")]), Ok(b"1,2".to_vec()));
        assert_eq!(
            code(&[&gz::gzip(&vec![b'1'; MAX_TEXT + 1])]),
            Err("gz_bomb")
        );
    }
}
