//! The real tables, series and texts: read, prepared, and compared with what NumPy, scikit-learn, Keras and
//! NLTK make of the same files (`tests/reference/data_reference.py`).

mod common;

use common::{files, named, official};
use fireside_datasets::catalog::reader;
use fireside_datasets::checksum::sha256_hex;
use fireside_datasets::sets::{airline, alice, bank, beijing, boston, imdb, iris, pima};
use fireside_datasets::split::{hold_out, k_fold};
use fireside_datasets::{
    CATALOG, Content, Dataset, Origin, Raw, Rows, Sequences, Split, Table, Target, official_shape,
    official_vocabulary,
};
use fireside_spec::preparation::{
    Missing, Preparation, ScalerRows, Scaling, Side, SplitAt, Window,
};
use serde_json::Value;

fn reference() -> Value {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/reference/data.json"
    );
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).unwrap()
}

fn number(value: &Value) -> f64 {
    value
        .as_f64()
        .unwrap_or_else(|| panic!("no number: {value}"))
}

fn numbers(value: &Value) -> Vec<f64> {
    let list = value
        .as_array()
        .unwrap_or_else(|| panic!("no list: {value}"));
    list.iter().map(number).collect()
}

/// Within 1e-6 of the largest number (f32 against float64).
fn close(found: impl IntoIterator<Item = f64>, expected: &[f64], what: &str) {
    let found: Vec<f64> = found.into_iter().collect();
    assert_eq!(found.len(), expected.len(), "{what}");
    let largest = expected.iter().fold(1e-6, |most: f64, v| most.max(v.abs()));
    for (found, expected) in found.iter().zip(expected) {
        assert!(
            (found - expected).abs() <= 1e-6 * largest,
            "{what}: {found} {expected}"
        );
    }
}

fn wide(values: &[f32]) -> impl Iterator<Item = f64> {
    values.iter().map(|value| f64::from(*value))
}

fn table(rows: &Rows) -> &Table {
    match rows {
        Rows::Table(table) => table,
        other => panic!("no table: {} rows", other.rows()),
    }
}

fn sequences(rows: &Rows) -> &Sequences {
    match rows {
        Rows::Sequences(sequences) => sequences,
        other => panic!("no sequences: {} rows", other.rows()),
    }
}

fn target(rows: &Rows, row: usize) -> f64 {
    match rows.target(row) {
        Some(Target::Class(class)) => class as f64,
        Some(Target::Values(values)) => f64::from(values[0]),
        None => panic!("no row {row}"),
    }
}

/// The prepared data; their shape is the one that was told without them.
fn prepared(raw: Raw, options: &Preparation) -> Dataset {
    let data = fireside_spec::Data {
        name: raw.entry.name.into(),
        data_format: fireside_spec::DataFormat::ChannelsLast,
        scale: 1.0,
        mean: Vec::new(),
        std: Vec::new(),
        validation_split: 0.0,
        train_rows: 0,
        preparation: options.clone(),
    };
    let rows = raw
        .prepare(options)
        .unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(Some(rows.data_shape()), official_shape(&data));
    if let Rows::Sequences(sequences) = &rows.train {
        assert_eq!(Some(sequences.vocabulary()), official_vocabulary(&data));
    }
    rows
}

#[test]
fn every_official_file_has_its_checksum_and_so_has_its_content() {
    for entry in CATALOG {
        for ((name, bytes), file) in files(entry).iter().zip(entry.official.files) {
            // Of archives there are other packings; what is in them is judged below.
            if name.ends_with(".tar.gz") && bytes.len() as u64 != file.bytes {
                continue;
            }
            assert_eq!(bytes.len() as u64, file.bytes, "{name}");
            assert_eq!(sha256_hex(bytes), file.sha256, "{name}");
        }
        let raw = official(entry);
        let name = entry.name;
        // Of the signs a part is at hand.
        let (origin, rows) = match name {
            "gtsrb" => (Origin::Subset, 3_096),
            _ => (Origin::Official, entry.train_rows),
        };
        assert_eq!(
            (raw.origin, &raw.checksum[..]),
            (origin, entry.checksum),
            "{name}"
        );
        assert_eq!(raw.rows(), [rows, entry.test_rows], "{name}");
    }
}

#[test]
fn line_ends_and_packing_do_not_matter_but_numbers_do() {
    for entry in [&pima::ENTRY, &iris::ENTRY, &airline::ENTRY, &alice::ENTRY] {
        let name = entry.name;
        let mut files = files(entry);
        let text = String::from_utf8(files[0].1.clone())
            .unwrap()
            .replace('\r', "");
        for changed in [
            text.trim_end().to_owned(),
            text.replace('\n', "\r\n"),
            format!("\u{feff}{text}"),
        ] {
            files[0].1 = fireside_datasets::gz::gzip(changed.as_bytes());
            let raw = (reader(entry.name).expect("a reader").read)(&named(&files))
                .unwrap_or_else(|e| panic!("{name}: {e}"));
            assert_eq!(raw.origin, Origin::Official, "{name}");
        }
        let digit = if name == "alice" { "Alice" } else { "8" };
        files[0].1 = text.replacen(digit, "9", 30).into_bytes();
        let raw = (reader(entry.name).expect("a reader").read)(&named(&files))
            .unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(raw.origin, Origin::Unverified, "{name}");
    }
}

#[test]
fn tables_have_the_first_rows_and_moments_that_numpy_finds() {
    let reference = reference();
    let entries = [&pima::ENTRY, &iris::ENTRY, &boston::ENTRY, &bank::ENTRY];
    for (entry, expected) in entries
        .into_iter()
        .zip(reference["tables"].as_array().unwrap())
    {
        let name = entry.name;
        assert_eq!(expected["name"], name);
        let data = prepared(official(entry), &Preparation::default());
        assert_eq!(
            data.train.rows() as f64,
            number(&expected["rows"]),
            "{name}"
        );
        assert_eq!(data.test.rows(), 0);
        for row in 0..3 {
            let found = wide(table(&data.train).row(row));
            close(found, &numbers(&expected["first"][row]), name);
        }
        close(
            (0..3).map(|row| target(&data.train, row)),
            &numbers(&expected["targets"]),
            name,
        );
        let sum: f64 = (0..data.train.rows())
            .map(|row| target(&data.train, row))
            .sum();
        close([sum], &[number(&expected["target_sum"])], name);
        let rows = data.train.rows() as f64;
        for (index, column) in table(&data.train).columns().iter().enumerate() {
            let values: Vec<f64> = (0..data.train.rows())
                .map(|row| f64::from(table(&data.train).row(row)[index]))
                .collect();
            let mean = values.iter().sum::<f64>() / rows;
            let sd = (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / rows).sqrt();
            let least = values.iter().copied().fold(f64::INFINITY, f64::min);
            let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            for (what, found) in [("mean", mean), ("sd", sd), ("min", least), ("max", most)] {
                let what_of = format!("{name} {column} {what}");
                close([found], &[number(&expected[what][index])], &what_of);
            }
        }
    }
    // What the books print.
    let pima = prepared(official(&pima::ENTRY), &Preparation::default());
    assert_eq!(pima.train.class_counts(), [500, 268]);
    let fifth = [0.0, 137.0, 40.0, 35.0, 168.0, 43.1, 2.288, 33.0];
    assert_eq!(table(&pima.train).row(4), fifth);
    let bank = prepared(official(&bank::ENTRY), &Preparation::default());
    assert_eq!(bank.train.class_counts(), [4000, 521]);
    let iris = prepared(official(&iris::ENTRY), &Preparation::default());
    assert_eq!(iris.train.class_counts(), [50; 3]);
}

#[test]
fn a_fold_is_scaled_by_its_training_rows_as_scikit_learn_does() {
    let reference = reference();
    for (expected, kind) in [(0, Scaling::Standard), (1, Scaling::MinMax)] {
        let expected = &reference["scalers"][expected];
        let options = Preparation {
            scaler: kind,
            scale_targets: true,
            ..Preparation::default()
        };
        let data = prepared(official(&boston::ENTRY), &options);
        let raw = data.train.clone();
        let split = Split {
            train: (0..506).filter(|row| row % 10 != 0).collect(),
            test: vec![0, 10, 505],
        };
        let fold = data.fold(&split).unwrap();
        assert_eq!((fold.train.rows(), fold.test.rows()), (455, 3));
        for row in 0..3 {
            let found = wide(table(&fold.test).row(row));
            close(found, &numbers(&expected["rows"][row]), "boston");
        }
        let targets: Vec<f64> = (0..3).map(|row| target(&fold.test, row)).collect();
        close(targets.clone(), &numbers(&expected["targets"]), "boston");
        let mut back = [targets[0] as f32];
        fold.inverse.as_ref().unwrap().inverse(&mut back);
        assert!((f64::from(back[0]) - target(&raw, 0)).abs() < 1e-4);
        // As the source did: once, by all rows; a fold changes nothing any more.
        let leaking = Preparation {
            scaler_rows: ScalerRows::All,
            ..options
        };
        let leaking = prepared(official(&boston::ENTRY), &leaking);
        let whole = Split {
            train: (0..506).collect(),
            test: (0..506).collect(),
        };
        let whole = data.fold(&whole).unwrap();
        assert_eq!(table(&whole.train), table(&leaking.train));
        let leaking_fold = leaking.fold(&split).unwrap();
        assert_eq!(
            leaking_fold.test,
            leaking.train.subset(&split.test).unwrap()
        );
        assert_eq!(leaking_fold.inverse, leaking.inverse);
        assert_ne!(leaking_fold.test, fold.test);
    }
    // Every fold and every hold-out of a whole data set has a checksum of its own, and the data's.
    let data = prepared(official(&iris::ENTRY), &Preparation::default());
    let mut splits = k_fold(150, 10, Some(7)).unwrap();
    splits.push(hold_out(150, 0.2, 7).unwrap());
    let folds: Vec<_> = splits
        .iter()
        .map(|split| data.fold(split).unwrap())
        .collect();
    for (index, fold) in folds.iter().enumerate() {
        assert_eq!((fold.raw(), fold.origin), (data.raw(), Origin::Official));
        assert!(
            folds[..index]
                .iter()
                .all(|other| other.checksum() != fold.checksum())
        );
    }
    assert!(
        data.fold(&Split {
            train: vec![150],
            test: vec![0]
        })
        .is_err()
    );
}

#[test]
fn airline_windows_are_those_of_the_book() {
    let reference = reference();
    for expected in reference["airline"].as_array().unwrap() {
        let scaler_rows = expected["scaler_rows"].as_str().unwrap();
        let options = Preparation {
            look_back: number(&expected["look_back"]) as usize,
            drop_last_pair: expected["drop_last_pair"] == true,
            scaler: if scaler_rows == "none" {
                Scaling::None
            } else {
                Scaling::MinMax
            },
            scaler_rows: if scaler_rows == "all" {
                ScalerRows::All
            } else {
                ScalerRows::Train
            },
            scale_targets: true,
            window: Window::Steps,
            ..Preparation::default()
        };
        let data = prepared(official(&airline::ENTRY), &options);
        let what = expected.to_string();
        for (part, rows) in [&data.train, &data.test].into_iter().enumerate() {
            let (expected, count) = (&expected["parts"][part], rows.rows());
            assert_eq!(count as f64, number(&reference_rows(&what, part)), "{what}");
            close(
                wide(table(rows).row(0)),
                &numbers(&expected["first"]),
                &what,
            );
            close(
                wide(table(rows).row(count - 1)),
                &numbers(&expected["last"]),
                &what,
            );
            close(
                [wide(table(rows).values()).sum()],
                &[number(&expected["sum"])],
                &what,
            );
            let ends = [target(rows, 0), target(rows, count - 1)];
            close(ends, &numbers(&expected["targets"]), &what);
            let sum = (0..count).map(|row| target(rows, row)).sum();
            close([sum], &[number(&expected["target_sum"])], &what);
        }
        assert_eq!(data.inverse.is_some(), scaler_rows != "none");
    }
    let Content::Series(series) = official(&airline::ENTRY).content else {
        panic!("no series");
    };
    assert_eq!(series.values()[..5], [112.0, 118.0, 132.0, 129.0, 121.0]);
    assert_eq!(
        (&series.times()[0][..], &series.times()[143][..]),
        ("1949-01", "1960-12")
    );
}

/// The stated number of rows of one part of a case.
fn reference_rows(case: &str, part: usize) -> Value {
    let case: Value = serde_json::from_str(case).unwrap();
    case["rows"][part].clone()
}

#[test]
fn beijing_is_what_chapter_21_makes_of_it() {
    let expected = &reference()["beijing"];
    let raw = official(&beijing::ENTRY);
    let Content::Series(series) = raw.content.clone() else {
        panic!("no series");
    };
    let missing = series
        .values()
        .iter()
        .filter(|value| value.is_nan())
        .count();
    assert_eq!(missing as f64, number(&expected["missing"]));
    close(
        wide(&series.values()[24 * 8..25 * 8]),
        &numbers(&expected["first_known"]),
        "first",
    );
    close(
        wide(&series.values()[43_823 * 8..]),
        &numbers(&expected["last"]),
        "last",
    );
    assert_eq!(
        (&series.times()[0][..], &series.times()[43_823][..]),
        ("2010-01-01 00:00", "2014-12-31 23:00")
    );
    let options = Preparation {
        missing: Missing::Mean,
        split_at: SplitAt::Windows,
        train_rows: 35_040,
        test_rows: 120,
        scaler: Scaling::MinMax,
        scaler_rows: ScalerRows::Each,
        window: Window::Steps,
        ..Preparation::default()
    };
    let data = prepared(raw, &options);
    for (part, rows) in [&data.train, &data.test].into_iter().enumerate() {
        let (expected, count) = (&expected["parts"][part], rows.rows());
        close(
            wide(table(rows).row(0)),
            &numbers(&expected["first"]),
            "first",
        );
        close(
            wide(table(rows).row(count - 1)),
            &numbers(&expected["last"]),
            "last",
        );
        let mean = (0..8).map(|column| {
            let values = table(rows).values().iter().skip(column).step_by(8);
            values.map(|value| f64::from(*value)).sum::<f64>() / count as f64
        });
        close(mean, &numbers(&expected["mean"]), "mean");
        close(
            [target(rows, 0), target(rows, count - 1)],
            &numbers(&expected["targets"]),
            "targets",
        );
        let sum = (0..count).map(|row| target(rows, row)).sum();
        close([sum], &[number(&expected["target_sum"])], "targets");
    }
    assert_eq!(data.inverse, None);
}

#[test]
fn imdb_is_what_keras_loads_and_pads() {
    let expected = &reference()["imdb"];
    let raw = official(&imdb::ENTRY);
    let Content::Reviews(reviews) = &raw.content else {
        panic!("no reviews");
    };
    let all = [&reviews.train, &reviews.test];
    let lengths: Vec<f64> = all
        .iter()
        .flat_map(|part| part.texts().iter())
        .map(|text| (text.len() + 1) as f64)
        .collect();
    let mean = lengths.iter().sum::<f64>() / 50_000.0;
    let sd = (lengths.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / 50_000.0).sqrt();
    close(
        [mean, sd],
        &[
            number(&expected["length_mean"]),
            number(&expected["length_sd"]),
        ],
        "lengths",
    );
    // As printed: 234.76 and 172.91.
    assert_eq!(
        (format!("{mean:.2}"), format!("{sd:.2}")),
        ("234.76".into(), "172.91".into())
    );
    let first: Vec<f64> =
        fireside_datasets::Reviews::ids(reviews.train.texts().row(0), 0, usize::MAX >> 1)
            .map(f64::from)
            .collect();
    assert_eq!(first.len() as f64, number(&expected["first_length"]));
    close(first[..8].to_vec(), &numbers(&expected["first"]), "first");
    assert_eq!(reviews.words.len(), 88_584);
    assert_eq!(reviews.words[..4], ["the", "and", "a", "of"]);
    for case in expected["cases"].as_array().unwrap() {
        let side = if case["side"] == "pre" {
            Side::Pre
        } else {
            Side::Post
        };
        let options = Preparation {
            num_words: number(&case["num_words"]) as usize,
            skip_top: number(&case["skip_top"]) as usize,
            maxlen: number(&case["maxlen"]) as usize,
            truncating: side,
            padding: side,
            ..Preparation::default()
        };
        let data = prepared(raw.clone(), &options);
        assert_eq!(
            (data.train.class_counts(), data.test.class_counts()),
            (vec![12_500; 2], vec![12_500; 2])
        );
        for (part, rows) in [&data.train, &data.test].into_iter().enumerate() {
            let expected = &case["parts"][part];
            let row = sequences(rows).row(0);
            let end = row[row.len() - 12..].iter().map(|id| f64::from(*id));
            close(end, &numbers(&expected["first"]), "first");
            let labels: Vec<f64> = (0..10).map(|row| target(rows, row)).collect();
            close(labels, &numbers(&expected["labels"]), "labels");
            let [ids, labels] = rows.checksums();
            assert_eq!(
                (
                    expected["sha256"].as_str(),
                    expected["labels_sha256"].as_str()
                ),
                (Some(&ids[..]), Some(&labels[..]))
            );
        }
    }
    // Without a bound: 88,585 different ids, the largest unknown (chapter 16 counts them).
    let bound = reviews.bound(&Preparation::default());
    let mut seen = vec![false; bound];
    for text in all.iter().flat_map(|part| part.texts().iter()) {
        fireside_datasets::Reviews::ids(text, 0, bound).for_each(|id| seen[id as usize] = true);
    }
    let distinct = seen.iter().filter(|seen| **seen).count();
    assert_eq!(
        (distinct as f64, bound as f64),
        (number(&expected["distinct"]), number(&expected["largest"]))
    );
    assert_eq!(distinct, 88_585);
}

#[test]
fn alice_has_the_tokens_of_nltk_and_the_rows_of_chapter_22() {
    let expected = &reference()["alice"];
    let raw = official(&alice::ENTRY);
    let Content::Text(text) = &raw.content else {
        panic!("no text");
    };
    let text_is = |key: &str, found: &str| assert_eq!(expected[key].as_str(), Some(found), "{key}");
    text_is("text_sha256", &sha256_hex(text.text.as_bytes()));
    assert!(text.text.starts_with("CHAPTER I. Down the Rabbit-Hole\n"));
    assert!(text.text.ends_with("the happy summer days.\n"));
    assert!(!text.text.contains("Gutenberg") && text.text.is_ascii());
    let options = Preparation {
        sequence_length: 20,
        step: 20,
        train_rows: 1659,
        ..Preparation::default()
    };
    let tokens = text.tokens(&options);
    text_is("tokens_sha256", &sha256_hex(tokens.join("\n").as_bytes()));
    assert_eq!(tokens.len() as f64, number(&expected["tokens"]));
    let data = prepared(raw.clone(), &options);
    let rows = sequences(&data.train);
    assert_eq!(data.train.rows() as f64, number(&expected["rows"]));
    assert_eq!(rows.vocabulary() as f64, number(&expected["different"]));
    // As printed: 2789 words, 1659 rows.
    assert_eq!(
        (rows.vocabulary(), data.train.classes(), data.train.rows()),
        (2789, 2789, 1659)
    );
    let [ids, labels] = data.train.checksums();
    text_is("ids_sha256", &ids);
    text_is("labels_sha256", &labels);
    let words = data.vocabulary.as_ref().unwrap();
    assert_eq!(words.encode("Alice was beginning").len(), 3);
    let first: Vec<_> = expected["first"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    assert_eq!(words.decode(&rows.row(0)[..12]), first.join(" "));
    // Characters.
    let options = Preparation {
        level: fireside_spec::preparation::Level::Char,
        sequence_length: 100,
        ..Preparation::default()
    };
    let data = prepared(raw, &options);
    assert_eq!(
        data.train.classes() as f64,
        number(&expected["different_characters"])
    );
    assert_eq!(
        data.train.rows() as f64,
        number(&expected["characters"]) - 100.0
    );
}
