//! A table of texts: rows of fields with quotes, commas, semicolons or tabs between them, with or without a header.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

/// What may stand between fields; what is in doubt is the first.
const SEPARATORS: [u8; 3] = [b'\t', b';', b','];
/// Records by which the separator is found.
const TRIED: usize = 50;
/// The most rows that are read.
pub(super) const MAX_ROWS: usize = 200_000;
/// The most fields of a row.
const MAX_FIELDS: usize = 64;

/// A row, and the line that it begins on, from 1.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Row {
    pub line: usize,
    pub fields: Vec<String>,
}

/// The separator of a table and the number of its columns: those that most of its first rows agree on. `None` where
/// there is never more than one column.
pub(super) fn form(text: &str) -> Option<(u8, usize)> {
    let mut best: Option<(usize, u8, usize)> = None;
    for separator in SEPARATORS {
        let (rows, _) = read(text, separator, TRIED);
        let widths = || rows.iter().map(|row| row.fields.len());
        for width in 2..=widths().max().unwrap_or(0) {
            let count = widths().filter(|other| *other == width).count();
            if best.is_none_or(|(most, _, _)| count > most) {
                best = Some((count, separator, width));
            }
        }
    }
    best.map(|(_, separator, width)| (separator, width))
}

/// The first `most` rows, and how many more there are; blank lines are none.
pub(super) fn read(text: &str, separator: u8, most: usize) -> (Vec<Row>, usize) {
    let mut reader: Reader = ReaderBuilder::new().delimiter(separator).build();
    let text = text.trim_start_matches('\u{feff}');
    let mut input = text.as_bytes();
    // No field is longer than the text itself, and none of them all together.
    let mut output = vec![0; input.len().min(1 << 16)];
    let mut ends = [0; MAX_FIELDS];
    let (mut rows, mut more) = (Vec::new(), 0);
    let (mut length, mut fields) = (0, 0);
    let mut line = 1;
    // Fields beyond the most are read into nothing.
    let mut beyond = false;
    loop {
        if fields == 0 && length == 0 && !beyond {
            // Line ends before a row belong to what was before it.
            let blank = input.iter().take_while(|b| matches!(b, b'\n' | b'\r'));
            line = reader.line() as usize + blank.filter(|b| **b == b'\n').count();
        }
        let (result, used, written, ended) =
            reader.read_record(input, &mut output[length..], &mut ends[fields..]);
        input = &input[used..];
        length += written;
        fields += ended;
        match result {
            // The end of input is told by asking once more with none.
            ReadRecordResult::InputEmpty => {}
            ReadRecordResult::OutputFull => output.resize(output.len().max(1 << 10) * 2, 0),
            ReadRecordResult::OutputEndsFull => {
                (length, fields, beyond) = (0, 0, true);
            }
            ReadRecordResult::Record if rows.len() == most => {
                more += 1;
                if most == TRIED {
                    return (rows, more);
                }
                (length, fields, beyond) = (0, 0, false);
            }
            ReadRecordResult::Record => {
                let mut start = 0;
                let cut = |end: &usize| {
                    let field = String::from_utf8_lossy(&output[start..*end]);
                    start = *end;
                    field.trim().to_owned()
                };
                // A row of too many fields is a row of none that anybody wants.
                let fields_of = match beyond {
                    true => vec![String::new(); MAX_FIELDS + 1],
                    false => ends[..fields].iter().map(cut).collect(),
                };
                rows.push(Row {
                    line,
                    fields: fields_of,
                });
                (length, fields, beyond) = (0, 0, false);
            }
            ReadRecordResult::End => return (rows, more),
        }
    }
}
