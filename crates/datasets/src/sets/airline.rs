//! Airline passengers: monthly totals in thousands, January 1949 to December 1960, 144 numbers (Box and Jenkins
//! 1976, series G).

use crate::catalog::{Column, Entry, Kind, Official, OfficialFile, Reader, Source, WordPair};
use crate::dataset::NamedFile;
use crate::delimited::{Separator, only_file, records};
use crate::error::{DataError, LineCode};
use crate::raw::Raw;
use crate::samples::Dice;
use crate::series::Series;
use crate::table_file::{one_more, row_count};

/// [`Raw::checksum`] of the official data.
pub const CHECKSUM: &str = "fb5bc6c3c25aeeb0bda9890d0864cce3ad0f8313a7b86e3338c72b4d59b0ac2d";

static COLUMNS: [Column; 1] = [Column::number("passengers")];

/// The row of the catalog.
pub static ENTRY: Entry = Entry {
    name: "airline",
    kind: Kind::Series {
        columns: &COLUMNS,
        train_fraction: 0.67,
    },
    title: WordPair {
        en: "International airline passengers",
        zh: "国际航空旅客数",
    },
    classes: &[],
    train_rows: 144,
    test_rows: 0,
    licence: "DataMarket default open licence; facts",
    credit: "G. Box, G. Jenkins 1976, series G; Time Series Data Library (R. Hyndman)",
    official: Official {
        folder: "timeseries",
        files: &[OfficialFile::plain(
            "international-airline-passengers.csv",
            2_334,
            "20192f6d2debb9ff8bcd7573144567f3b2d712ae73e56e31accca80ce13100bc",
        )],
        others: &[],
        source: Source::Gone(WordPair {
            en: "DataMarket is closed",
            zh: "DataMarket 已关闭",
        }),
    },
    checksum: CHECKSUM,
};

/// How its files are read, and how the built-in sample is made.
pub static READER: Reader = Reader {
    entry: &ENTRY,
    read,
    sample,
};

/// Reads the export of DataMarket: a header, a line a month, and, after a blank line, a footer.
fn read(files: &[NamedFile<'_>]) -> Result<Raw, DataError> {
    let (file, bytes) = only_file(ENTRY.official.files[0].name, files)?;
    let (mut values, mut times) = (Vec::new(), Vec::new());
    let mut rows = 0;
    for (index, record) in records(&file, &bytes, Separator::Byte(b',')).enumerate() {
        let record = record?;
        if record.fields.is_empty() {
            break;
        }
        record.count(2)?;
        if index == 0 {
            if record.fields[0] != "Month" {
                let found = &record.fields[0];
                return Err(record.wrong(LineCode::WrongHeader, "1", "Month", found));
            }
            continue;
        }
        values.push(record.number(1, COLUMNS[0].name)?);
        times.push(record.fields[0].to_string());
        one_more(&file, &mut rows)?;
    }
    row_count(&file, rows, 1)?;
    let series = Series::new(vec![COLUMNS[0].name.to_owned()], values, times)?;
    Ok(Raw::read(&ENTRY, series))
}

/// Travellers of a year, month by month, in percent of its mean.
const SEASON: [f32; 12] = [
    91.0, 88.0, 100.0, 97.0, 98.0, 111.0, 122.0, 121.0, 106.0, 92.0, 80.0, 90.0,
];

fn sample(seed: u32, train: usize, test: usize) -> Raw {
    let months = (train + test).min(ENTRY.train_rows);
    let (mut values, mut times) = (Vec::new(), Vec::new());
    for month in 0..months {
        let noise = 1.0 + 0.03 * Dice::new(seed, 104, month).normal();
        let level = 120.0 + 2.3 * month as f32;
        values.push((level * SEASON[month % 12] * 0.01 * noise).round());
        times.push(format!("{}-{:02}", 1949 + month / 12, month % 12 + 1));
    }
    let columns = vec![COLUMNS[0].name.to_owned()];
    Raw::sample(&ENTRY, Series::from_trusted(columns, values, times))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Result<Raw, &'static str> {
        let files = [NamedFile {
            name: "f",
            bytes: text.as_bytes(),
        }];
        read(&files).map_err(|error| error.code())
    }

    #[test]
    fn the_footer_is_left_out_and_errors_have_their_place() {
        let head = "\"Month\",\"Passengers\"\r\n\"1949-01\",112\r\n\"1949-02\",118\r\n";
        let whole = read_text(&format!("{head}\r\nInternational, and so on\r\n\r\n")).unwrap();
        let crate::raw::Content::Series(series) = whole.content else {
            panic!("no series");
        };
        assert_eq!(series.values(), [112.0, 118.0]);
        assert_eq!(series.times(), ["1949-01", "1949-02"]);
        assert!(read_text(head).is_ok());
        assert_eq!(
            read_text(&format!("{head}International").replace("M", "m")).err(),
            Some("wrong_header")
        );
        assert_eq!(
            read_text(&format!("{head}International")).err(),
            Some("column_count")
        );
        assert_eq!(
            read_text(&head.replace("112", "1 12")).err(),
            Some("not_a_number")
        );
        assert_eq!(
            read_text("\"Month\",\"Passengers\"\r\n").err(),
            Some("row_count")
        );
        assert_eq!(read_text("").err(), Some("empty_file"));
    }
}
