//! Texts of the reader's own: what is read of them, and damaged ones: always an error with words, or rows that hang
//! together.

use fireside_datasets::catalog::{Kind, reader};
use fireside_datasets::own::{LabelledReport, MAX_BYTES, Report, Skipped, TextReport, examine};
use fireside_datasets::sets::{own_reviews, own_text};
use fireside_datasets::{Content, NamedFile, Origin, Raw, official_shape};
use fireside_spec::preparation::{Level, Preparation};
use fireside_spec::random::{Purpose, Stream};
use fireside_spec::{Data, DataFormat};

fn files<'a>(bytes: &'a [u8], options: &'a str) -> Vec<NamedFile<'a>> {
    vec![
        NamedFile {
            name: "mine",
            bytes,
        },
        NamedFile {
            name: "options",
            bytes: options.as_bytes(),
        },
    ]
}

fn read(name: &str, files: &[NamedFile]) -> Result<(Raw, Report), &'static str> {
    let report = examine(name, files).map_err(|error| error.code())?;
    let raw = (reader(name).expect("a reader").read)(files);
    Ok((raw.map_err(|error| error.code())?, report))
}

fn text(bytes: &[u8], options: &str) -> Result<(Raw, TextReport), &'static str> {
    match read("own-text", &files(bytes, options))? {
        (raw, Report::Text(report)) => Ok((raw, report)),
        (_, other) => panic!("{other:?}"),
    }
}

fn table(bytes: &str, options: &str) -> Result<(Raw, LabelledReport), &'static str> {
    match read("own-reviews", &files(bytes.as_bytes(), options))? {
        (raw, Report::Labelled(report)) => Ok((raw, report)),
        (_, other) => panic!("{other:?}"),
    }
}

/// The shape that an experiment is told is that of the rows that come of the data.
fn agrees(raw: &Raw, name: &str, preparation: Preparation) {
    let rows = raw.prepare_again(&preparation).expect("rows");
    let data = Data {
        name: name.into(),
        data_format: DataFormat::default(),
        scale: 1.0,
        mean: Vec::new(),
        std: Vec::new(),
        validation_split: 0.0,
        train_rows: preparation.train_rows,
        preparation,
    };
    assert_eq!(official_shape(&data), Some(rows.data_shape()));
}

#[test]
fn chinese_goes_by_character_and_english_by_word() {
    let chinese = "春天来了，小狐狸走进森林。".repeat(30);
    let (raw, report) = text(chinese.as_bytes(), "").unwrap();
    assert_eq!(
        (report.level, report.characters, report.lines),
        ("char", 390, 1)
    );
    assert_eq!(
        (report.different, report.known_tokens, report.replaced),
        (13, 390, 0)
    );
    assert_eq!(report.prompt.chars().count(), 40);
    assert_eq!(raw.origin, Origin::Unverified);
    let by_char = Preparation {
        level: Level::Char,
        num_words: report.known + 1,
        tokens: report.known_tokens,
        train_fraction: Some(0.9),
        ..Preparation::default()
    };
    agrees(&raw, "own-text", by_char);

    let english = "The fox walks, the owl talks.\r\nThe fox sleeps.\r\n".repeat(20);
    let (_, report) = text(english.as_bytes(), "").unwrap();
    assert_eq!(
        (report.level, report.lines, report.longest_line),
        ("word", 40, 30)
    );
    assert_eq!(report.frequent[0], ("the".into(), 60));
    assert_eq!(report.controls, 0);
    let (_, report) = text(english.as_bytes(), "level=char\nkeep=300").unwrap();
    assert_eq!(
        (report.level, report.kept, report.tokens),
        ("char", 300, 300)
    );
    assert!(report.characters > 900);
}

#[test]
fn what_is_no_text_is_counted_or_refused() {
    let mut broken = "好的".repeat(50).into_bytes();
    broken.insert(3, 0xff);
    broken.insert(0, 0xfe);
    broken.push(7);
    let (raw, report) = text(&broken, "").unwrap();
    assert_eq!((report.replaced, report.controls, report.kept), (2, 1, 100));
    let Content::Text(text_of) = raw.content else {
        panic!("no text");
    };
    assert_eq!(text_of.text, "好的".repeat(50));
    assert_eq!(text(b"", "").err(), Some("empty_file"));
    assert_eq!(text(b"%PDF-1.4 and so on", "").err(), Some("foreign_file"));
    assert_eq!(text("好".as_bytes(), "").err(), Some("own_too_short"));
    assert_eq!(
        text(" \n\n ".repeat(99).as_bytes(), "level=word").err(),
        Some("own_too_short")
    );
    assert!(examine("mnist", &files(b"some text", "")).is_err());
}

#[test]
fn one_line_of_ten_megabytes_is_read() {
    let long = "abc de".repeat(10 << 20).into_bytes();
    let (_, report) = text(&long[..10 << 20], "level=char").unwrap();
    assert_eq!(
        (report.characters, report.longest_line, report.lines),
        (10 << 20, 10 << 20, 1)
    );
    assert_eq!((report.kept, report.different), (1_000_000, 6));
    let large = vec![b'a'; MAX_BYTES + 1];
    assert_eq!(text(&large, "").err(), Some("own_too_large"));
}

/// Ten rows of three classes, each written in another way.
fn rows(separator: char, header: &str) -> String {
    let mut all = String::from(header);
    for at in 0..10 {
        let label = ["体育", "财经", "天气"][at % 3];
        let text = format!("第{at}条，说的是{label}的事情{}", "好".repeat(at));
        all.push_str(&format!("{text}{separator}{label}\r\n"));
    }
    all
}

#[test]
fn tables_are_read_whatever_stands_between_columns() {
    for (separator, header) in [(',', "文本,标签\n"), (';', ""), ('\t', "x\ty\n")] {
        let (raw, report) = table(&rows(separator, header), "").unwrap();
        assert_eq!(
            (report.separator, report.header),
            (separator, !header.is_empty())
        );
        assert_eq!(
            (report.rows, report.used, report.level),
            (10, 10, "char"),
            "{separator}"
        );
        assert_eq!(
            (report.text_column, report.label_column, report.sure),
            (0, 1, true)
        );
        let classes = [("体育", 4), ("天气", 3), ("财经", 3)].map(|(name, n)| (name.to_owned(), n));
        assert_eq!(report.classes, classes);
        assert_eq!((report.train, report.test), (7, 3));
        let options = Preparation {
            level: Level::Char,
            num_words: report.num_words,
            maxlen: report.steps,
            train_rows: report.train,
            test_rows: report.test,
            classes: Some("体育|天气|财经".into()),
            ..Preparation::default()
        };
        agrees(&raw, "own-reviews", options.clone());
        // Every class is in both parts, and a sentence can be read back.
        let data = raw.prepare(&options).unwrap();
        assert!(
            [&data.train, &data.test]
                .iter()
                .all(|part| part.class_counts().iter().all(|n| *n > 0))
        );
        let vocabulary = data.vocabulary.unwrap();
        let ids = vocabulary.encode("说的是龍");
        assert_eq!(vocabulary.decode(&ids), "<start>说的是<unknown>");
    }
}

#[test]
fn quotes_columns_and_bad_rows() {
    let csv = "id,stars,review\n1,good,\"Nice, warm\nand \"\"cosy\"\"\"\n2,bad,Cold soup\n3,,No stars given\n\
        4,good\n5,good,Fine food here\n6,bad,Never again here\n7,bad,\n8,strange,Only once\n9,good,So good\n\
        10,bad,So bad\n11,good,I liked it\n12,bad,I did not\n13,good,Quite nice\n14,bad,Quite bad\n15,good,Warm\n";
    let (_, report) = table(csv, "").unwrap();
    assert_eq!(
        (report.header, report.text_column, report.label_column),
        (true, 2, 1)
    );
    assert_eq!((report.rows, report.used, report.level), (15, 11, "word"));
    let reasons = ["alone", "columns", "no_label", "no_text"];
    assert_eq!(report.reasons, reasons.map(|why| (why.to_owned(), 1)));
    assert_eq!(
        report.skipped[0],
        Skipped {
            line: 5,
            why: "no_label"
        }
    );
    assert_eq!(
        report.columns[2],
        ("review".into(), "Nice, warm\nand \"cosy\"".into())
    );
    // The reader knows better.
    let ids_are_no_classes = table(csv, "text=2\nlabel=0\nheader=1");
    assert_eq!(ids_are_no_classes.err(), Some("own_classes"));
    let (_, report) = table(&rows(',', ""), "seed=8\nlevel=word").unwrap();
    assert_eq!((report.level, report.header), ("word", false));
}

#[test]
fn the_seed_splits() {
    let ids = |seed: &str| match table(&rows(',', ""), seed).unwrap().0.content {
        Content::Reviews(reviews) => reviews.test.texts().ids().to_vec(),
        _ => Vec::new(),
    };
    assert_eq!(ids("seed=3"), ids("seed=3"));
    assert_ne!(ids("seed=3"), ids("seed=4"));
}

#[test]
fn what_has_no_classes_is_refused() {
    let code = |csv: &str| table(csv, "").err();
    assert_eq!(code("just one column\nof text\n"), Some("own_columns"));
    assert_eq!(code(&"a text,same\n".repeat(20)), Some("own_classes"));
    assert_eq!(code(&"a text,yes\nb text,no\n".repeat(3)), Some("own_rows"));
    let many: String = (0..400)
        .map(|at| format!("text {at},c{}\n", at / 2))
        .collect();
    assert_eq!(code(&many), Some("own_classes"));
    let open = format!(
        "text,label\n{}\"never closed,{}",
        "a b,x\nc d,y\n".repeat(9),
        "z ".repeat(30_000)
    );
    let (_, report) = table(&open, "").unwrap();
    assert_eq!(report.used, 18);
    assert_eq!(report.skipped.len(), 1);
}

#[test]
fn the_samples_are_what_the_catalog_and_the_book_say() {
    let story = (own_text::READER.sample)(1, 1, 1);
    let Content::Text(text) = &story.content else {
        panic!("no text");
    };
    let (_, report) = self::text(text.text.as_bytes(), "").unwrap();
    let remarks = (own_reviews::READER.sample)(1, 1, 1);
    let Content::Reviews(reviews) = &remarks.content else {
        panic!("no reviews");
    };
    let rows = [&reviews.train, &reviews.test].map(|part| part.labels().len());
    let by_word = Preparation::default();
    let Kind::Text { words, chars } = own_text::ENTRY.kind else {
        panic!("no text");
    };
    assert_eq!((report.tokens, report.different), chars);
    let mut tokens = text.tokens(&by_word);
    let all = tokens.len();
    tokens.sort_unstable();
    tokens.dedup();
    assert_eq!((all, tokens.len()), words);
    let Kind::Reviews { words, longest } = own_reviews::ENTRY.kind else {
        panic!("no reviews");
    };
    let parts = [&reviews.train, &reviews.test].into_iter();
    // With the mark that every row begins with.
    let lengths = parts.flat_map(|part| part.texts().iter().map(|text| text.len() + 1));
    assert_eq!(lengths.max(), Some(longest));
    assert_eq!(reviews.words.len(), words);
    assert_eq!(
        rows,
        [own_reviews::ENTRY.train_rows, own_reviews::ENTRY.test_rows]
    );
    assert_eq!([story.origin, remarks.origin], [Origin::Official; 2]);
}

/// A table as people make them, which is a text, too.
fn damaged_table() -> String {
    let mut table = String::from("编号;内容;\"标签\"\r\n");
    for at in 0..60 {
        let label = ["好", "坏", "一般"][at % 3];
        table.push_str(&format!(
            "{at};\"第 {at} 条；说\"\"{label}\"\"\n还有一行\";{label}\r\n"
        ));
    }
    table
}

/// What is said of the data is what comes of them.
fn judge(name: &str, files: &[NamedFile]) -> bool {
    let report = match examine(name, files) {
        Ok(report) => report,
        Err(error) => {
            assert!(!error.to_string().is_empty() && !error.args().is_empty());
            return false;
        }
    };
    let level = |level: &str| match level {
        "char" => Level::Char,
        _ => Level::Word,
    };
    let preparation = match &report {
        Report::Text(text) => Preparation {
            level: level(text.level),
            tokens: text.known_tokens,
            num_words: text.known + 1,
            sequence_length: 10,
            ..Preparation::default()
        },
        Report::Labelled(table) => {
            let names: Vec<&str> = table
                .classes
                .iter()
                .map(|(name, _)| name.as_str())
                .collect();
            Preparation {
                level: level(table.level),
                num_words: table.num_words,
                maxlen: table.steps,
                train_rows: table.train,
                test_rows: table.test,
                classes: Some(names.join(" | ")),
                ..Preparation::default()
            }
        }
    };
    let raw = (reader(name).expect("a reader").read)(files).expect("what was read a moment ago");
    agrees(&raw, name, preparation);
    true
}

#[test]
fn damaged_own_texts_do_no_harm() {
    let stream = Stream::new(20_26, Purpose::Sample, 99, 0);
    let mut element = 0;
    let mut dice = |below: usize| {
        element += 1;
        ((u64::from(stream.word(element)) * below as u64) >> 32) as usize
    };
    let times: usize =
        std::env::var("FIRESIDE_DAMAGE").map_or(1, |times| times.parse().expect("a number"));
    let good = damaged_table().into_bytes();
    let mut counts = [[0; 2]; 2];
    for _ in 0..600 * times {
        let mut bytes = good.clone();
        for _ in 0..1 + dice(6) {
            let at = dice(bytes.len());
            match dice(6) {
                0 => bytes[at] ^= 1 << dice(8),
                1 => bytes.truncate(at.max(1)),
                2 => drop(bytes.drain(at..(at + dice(200)).min(bytes.len()))),
                3 => bytes.insert(at, b"\n,;\"\r\t|\0\xff\xc3"[dice(10)]),
                4 => {
                    let part = bytes[at..(at + dice(300)).min(bytes.len())].to_vec();
                    let to = dice(bytes.len());
                    bytes.splice(to..to, part);
                }
                _ => bytes[at] = b'"',
            }
            if bytes.is_empty() {
                bytes.push(b'x');
            }
        }
        let options = [
            "",
            "level=char\ntext=0\nlabel=9999999999999999999",
            "header=-1\nlabel=1\ntext=1",
            "=\nlevel=\nkeep=0\nseed=1",
        ][dice(4)];
        let files = [("mine", &bytes[..]), ("options", options.as_bytes())]
            .map(|(name, bytes)| NamedFile { name, bytes });
        for (of, name) in ["own-text", "own-reviews"].into_iter().enumerate() {
            counts[of][usize::from(judge(name, &files))] += 1;
        }
    }
    // Most are still texts, and many still tables: the damage reaches what is behind the doors.
    assert!(
        counts.iter().all(|[bad, good]| *bad > 10 && *good > 100),
        "{counts:?}"
    );
}
