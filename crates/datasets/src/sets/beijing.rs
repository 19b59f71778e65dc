//! Beijing PM2.5: 43,824 hours from 2010 to 2014, fine dust and weather, 2,067 dust values missing (Liang et al.
//! 2015).

use crate::catalog::{Column, Entry, Kind, Official, OfficialFile, Reader, Source, WordPair};
use crate::dataset::NamedFile;
use crate::delimited::{Record, Separator, only_file, records};
use crate::error::DataError;
use crate::raw::Raw;
use crate::samples::Dice;
use crate::series::Series;
use crate::table_file::{one_more, row_count};

/// [`Raw::checksum`] of the official data.
pub const CHECKSUM: &str = "a0ceb7e3230a981b28346d2d5998cd39596a905d30a5de8d6a433e3c7151667b";

/// What stands in the file before the columns of the series.
const TIME: [&str; 5] = ["No", "year", "month", "day", "hour"];

/// Wind directions are coded in the order of the alphabet, as scikit-learn's `LabelEncoder` does.
static COLUMNS: [Column; 8] = [
    Column::number("pm2.5"),
    Column::number("DEWP"),
    Column::number("TEMP"),
    Column::number("PRES"),
    Column::coded("cbwd", &["NE", "NW", "SE", "cv"], 0),
    Column::number("Iws"),
    Column::number("Is"),
    Column::number("Ir"),
];

/// The row of the catalog.
pub static ENTRY: Entry = Entry {
    name: "beijing",
    kind: Kind::Series {
        columns: &COLUMNS,
        train_fraction: 0.8,
    },
    title: WordPair {
        en: "Beijing PM2.5",
        zh: "北京 PM2.5",
    },
    classes: &[],
    train_rows: 43_824,
    test_rows: 0,
    licence: "CC BY 4.0",
    credit: "X. Liang et al. 2015 (Song Chen); UCI Machine Learning Repository, https://archive.ics.uci.edu/dataset/381",
    official: Official {
        folder: "timeseries",
        files: &[OfficialFile::plain(
            "PRSA_data_2010.1.1-2014.12.31.csv",
            2_010_494,
            "4127f868775e31b3956522adc0ec75af8937dde6a3896e8beed3a376c6d27f1c",
        )],
        others: &[],
        source: Source::Gone(WordPair {
            en: "only in an archive at https://archive.ics.uci.edu/dataset/381: unpack the file from it",
            zh: "只在 https://archive.ics.uci.edu/dataset/381 的压缩包里：请取出该文件",
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

/// Reads the file of UCI: a header, a line an hour, `NA` where a number is missing.
fn read(files: &[NamedFile<'_>]) -> Result<Raw, DataError> {
    let (file, bytes) = only_file(ENTRY.official.files[0].name, files)?;
    let mut lines = records(&file, &bytes, Separator::Byte(b','));
    let names: Vec<&str> = TIME
        .into_iter()
        .chain(COLUMNS.iter().map(|c| c.name))
        .collect();
    if let Some(first) = lines.next() {
        first?.names(&names)?;
    }
    let (mut values, mut times) = (Vec::new(), Vec::new());
    let mut rows = 0;
    for record in lines {
        let record = record?;
        record.count(names.len())?;
        times.push(time(&record)?);
        for (index, column) in (TIME.len()..).zip(&COLUMNS) {
            let missing = record.fields[index] == "NA" && column.codes.is_empty();
            values.push(match missing {
                true => f32::NAN,
                false => column.read(&record, index)?,
            });
        }
        one_more(&file, &mut rows)?;
    }
    row_count(&file, rows, 1)?;
    Ok(Raw::read(&ENTRY, Series::new(columns(), values, times)?))
}

/// `2010-01-31 23:00`
fn time(record: &Record<'_>) -> Result<String, DataError> {
    let mut parts = [0; 5];
    for (index, (part, name)) in parts.iter_mut().zip(TIME).enumerate() {
        *part = record.number(index, name)? as u32;
    }
    let [_, year, month, day, hour] = parts;
    Ok(format!("{year:04}-{month:02}-{day:02} {hour:02}:00"))
}

fn columns() -> Vec<String> {
    COLUMNS
        .iter()
        .map(|column| column.name.to_owned())
        .collect()
}

/// Dust that grows in still air and is blown away by north wind.
fn sample(seed: u32, train: usize, test: usize) -> Raw {
    let hours = (train + test).min(ENTRY.train_rows);
    let (mut values, mut times) = (Vec::new(), Vec::new());
    let (mut dust, mut wind, mut direction) = (90.0_f32, 2.0_f32, 1_usize);
    for hour in 0..hours {
        let mut dice = Dice::new(seed, 105, hour);
        if dice.unit() < 0.1 {
            (direction, wind) = (dice.below(4), 0.9);
        } else {
            wind += 2.7 * dice.unit();
        }
        let clean = if direction < 2 { 0.88 } else { 1.04 };
        dust = (dust * clean + 6.0 + 8.0 * dice.normal()).clamp(2.0, 600.0);
        let day = (hour % 24) as f32;
        // Warmest at 15 h: a parabola does for a day.
        let warm = 8.0 - 0.055 * (day - 15.0) * (day - 15.0) + dice.normal();
        let dew = warm - 6.0 - 3.0 * dice.unit();
        let pressure = 1016.0 - 0.4 * warm + dice.normal();
        let gap = hour < 24 && hours > 100;
        values.extend([
            if gap { f32::NAN } else { dust.round() },
            dew.round(),
            warm.round(),
            pressure.round(),
            direction as f32,
            (wind * 100.0).round() / 100.0,
            0.0,
            0.0,
        ]);
        times.push(format!("2010-01-{:02} {:02}:00", hour / 24 + 1, hour % 24));
    }
    Raw::sample(&ENTRY, Series::from_trusted(columns(), values, times))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "No,year,month,day,hour,pm2.5,DEWP,TEMP,PRES,cbwd,Iws,Is,Ir";

    fn read_text(text: &str) -> Result<Raw, &'static str> {
        let files = [NamedFile {
            name: "f",
            bytes: text.as_bytes(),
        }];
        read(&files).map_err(|error| error.code())
    }

    #[test]
    fn gaps_are_kept_and_errors_have_their_place() {
        let rows = "1,2010,1,1,0,NA,-21,-11,1021,NW,1.79,0,0\r\n2,2010,1,1,1,129,-16,-4,1020,cv,1.79,0,0\r\n";
        let raw = read_text(&format!("{HEADER}\r\n{rows}")).unwrap();
        let crate::raw::Content::Series(series) = raw.content else {
            panic!("no series");
        };
        assert!(series.values()[0].is_nan());
        assert_eq!(
            series.values()[1..8],
            [-21.0, -11.0, 1021.0, 1.0, 1.79, 0.0, 0.0]
        );
        assert_eq!(series.values()[8..13], [129.0, -16.0, -4.0, 1020.0, 3.0]);
        assert_eq!(series.times(), ["2010-01-01 00:00", "2010-01-01 01:00"]);
        let code = |text: String| read_text(&text).map(|_| ()).unwrap_err();
        assert_eq!(code(rows.to_owned()), "wrong_header");
        assert_eq!(code(HEADER.to_owned()), "row_count");
        assert_eq!(
            code(format!("{HEADER}\n{}", rows.replace("NW", "N"))),
            "unknown_category"
        );
        assert_eq!(
            code(format!("{HEADER}\n{}", rows.replace("NW", "NA"))),
            "unknown_category"
        );
        assert_eq!(
            code(format!("{HEADER}\n{}", rows.replace("-21", "nan"))),
            "not_a_number"
        );
        assert_eq!(
            code(format!("{HEADER}\n{}", rows.replace("2010", "NA"))),
            "not_a_number"
        );
        assert_eq!(code(format!("{HEADER}\n{rows},")), "column_count");
    }
}
