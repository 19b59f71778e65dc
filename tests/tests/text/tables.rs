//! Every table and field of the language under careless and hostile hands: numbers beyond all bounds and at their
//! bounds, values of the wrong kind, random nesting, random bytes. The answer is an experiment or problems.

use crate::everything::{DATA, HEAD, TRAINING, shape, texts};
use fireside_spec::card::{Card, check_text, read_point};
use fireside_spec::{Data, DataShape, Kind, Shape, Target, edit, parse, parse_point};
use fireside_tests::dice::{Dice, mutate_text};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// Reads a text in every way there is; whether it is sound.
fn read_all(text: &str) -> bool {
    let parsed = parse(text);
    let checked = check_text(text, shape, "flat, ids");
    let _ = Card::of(text, shape, "flat, ids");
    for problem in &checked.problems {
        let bare = format!("{} {{", problem.code);
        assert!(
            !problem.to_string().contains(&bare),
            "no words for {problem:?}"
        );
    }
    if let Some(summary) = checked.summary {
        assert!(summary.keras().contains("Total params"));
    }
    let Ok(experiment) = parsed else {
        return false;
    };
    if let Some(sweep) = &experiment.sweep {
        let points = sweep.points();
        assert!((1..=10_000).contains(&points));
        for point in [0, points / 2, points - 1, points, usize::MAX] {
            assert_eq!(sweep.labels(point).len(), sweep.axes.len());
            let _ = parse_point(text, point);
            let _ = read_point(text, point, shape, "");
        }
    }
    let rows = experiment.protocol.rows(experiment.data.train_rows, 10);
    assert!(rows[0] <= experiment.data.train_rows && experiment.protocol.fits() <= 1_000);
    true
}

/// Where the numbers stand that are no part of a text or a word.
fn numbers(text: &str) -> Vec<std::ops::Range<usize>> {
    let (mut found, mut quoted, mut start) = (Vec::new(), false, None);
    let mut before = ' ';
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        let part = c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+' | '_');
        if c == '"' {
            quoted = !quoted;
        }
        let begins = c.is_ascii_digit() || c == '-';
        let after_word = before.is_ascii_alphanumeric() || before == '_';
        match start {
            None if begins && !quoted && !after_word => start = Some(at),
            Some(from) if !part => {
                found.push(from..at);
                start = None;
            }
            _ => {}
        }
        before = c;
    }
    found
}

const ABSURD: &[&str] = &[
    "0",
    "-1",
    "1",
    "-0.0",
    "0.5",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551615",
    "4294967295",
    "4294967296",
    "2147483648",
    "0x7fffffffffffffff",
    "1_000_000_000",
    "1e308",
    "-1e308",
    "1e-320",
    "1e999",
    "nan",
    "-inf",
    "true",
    "\"x\"",
    "[]",
    "[1, 2, 3, 4, 5]",
    "[[[1]]]",
    "{}",
    "{ name = \"x\" }",
    "1979-05-27",
];

#[test]
fn every_kind_is_read_with_all_its_tables() {
    let mut kinds = BTreeSet::new();
    for text in texts() {
        let experiment = parse(&text).unwrap_or_else(|problems| panic!("{problems:?}\n{text}"));
        kinds.insert(format!("{:?}", experiment.kind));
        assert!(read_all(&text), "{text}");
        let problems = check_text(&text, shape, "").problems;
        // What can't be trained here is told so, and one thing that can't stand beside another; the rest fits together.
        let other = problems.iter().find(|problem| {
            !(["not_supported", "weights_twice"].contains(&&*problem.code)
                || problem.code == "missing_field" && !experiment.kind.trains())
        });
        if experiment.kind.trains() {
            assert_eq!(other, None, "{text}");
        }
    }
    assert_eq!(kinds.len(), Kind::ALL.len());
}

#[test]
fn absurd_values_in_every_place() {
    let start = Instant::now();
    let (mut places, mut sound, mut done) = (0, 0, BTreeSet::new());
    for text in texts() {
        for place in numbers(&text) {
            // Texts share their tables; each is tried where it is met first.
            let table = text[..place.start].rfind("\n[").unwrap_or(0);
            if !done.insert(text[table..place.end].to_string()) {
                continue;
            }
            places += 1;
            for value in ABSURD {
                let mut changed = text.clone();
                changed.replace_range(place.clone(), value);
                sound += usize::from(read_all(&changed));
            }
        }
    }
    println!("{places} places, {sound} sound, {:?}", start.elapsed());
    assert!(
        places > 150 && sound > places,
        "{places} places, {sound} sound"
    );
}

/// All numbers at the upper or the lower end of what they may be, many at once: no sum or product of them overflows.
#[test]
fn numbers_at_their_bounds_together() {
    let mut sound = 0;
    for (index, text) in texts().into_iter().enumerate() {
        // The bounds are told in the problems.
        let bounds: Vec<Vec<String>> = numbers(&text)
            .into_iter()
            .map(|place| {
                let mut ends = vec![text[place.clone()].to_string()];
                for beyond in ["9223372036854775807", "-9223372036854775808"] {
                    let mut changed = text.clone();
                    changed.replace_range(place.clone(), beyond);
                    for problem in parse(&changed).err().into_iter().flatten() {
                        if problem.code == "out_of_range" {
                            ends.extend(["min", "max"].map(|name| problem.args[name].clone()));
                        }
                    }
                }
                ends
            })
            .collect();
        assert!(bounds.iter().filter(|ends| ends.len() > 1).count() * 3 > bounds.len());
        for case in 0..400 {
            let mut dice = Dice::new(11, case * 32 + index as u32);
            let bold = dice.throw(6);
            let mut changed = text.clone();
            for (place, ends) in numbers(&text).into_iter().zip(&bounds).rev() {
                let extreme = dice.throw(6) <= bold;
                let end = if extreme { dice.throw(ends.len()) } else { 0 };
                changed.replace_range(place, &ends[end]);
            }
            sound += usize::from(read_all(&changed));
        }
    }
    assert!(sound > 500, "only {sound} are sound");
}

#[test]
fn mutations_of_every_table_never_panic() {
    let all = texts();
    let (mut codes, mut sound) = (BTreeSet::new(), 0);
    for case in 0..8_000 {
        let mut dice = Dice::new(5, case);
        let text = mutate_text(&all[dice.throw(all.len())], &mut dice);
        codes.extend(
            check_text(&text, shape, "")
                .problems
                .into_iter()
                .map(|problem| problem.code),
        );
        sound += usize::from(read_all(&text));
        // What is set stays TOML.
        let path = dice.pick(&[
            "sweep.axes[0].path",
            "stages[0].epochs",
            "protocol.folds",
            "data.look_back",
        ]);
        if let Ok(new) = edit::set(&text, path, dice.pick(ABSURD)) {
            read_all(&new);
        }
    }
    assert!(sound > 100, "{sound} sound");
    assert!(codes.len() >= 12, "only {codes:?}");
}

/// Names that the language knows, in tables where they mean something else, with values of any kind and depth.
fn nested(dice: &mut Dice, words: &[&str], depth: usize) -> String {
    let several = |dice: &mut Dice, open: &str, close: &str, named: bool| {
        let parts: Vec<String> = (0..dice.throw(4))
            .map(|_| {
                let value = nested(dice, words, depth + 1);
                match named {
                    true => format!("{} = {value}", dice.pick(words)),
                    false => value,
                }
            })
            .collect();
        format!("{open}{}{close}", parts.join(", "))
    };
    match dice.throw(if depth > 5 { 3 } else { 6 }) {
        0 => dice.pick(ABSURD).into(),
        1 => format!("\"{}\"", dice.pick(words)),
        2 => dice.throw(20).to_string(),
        3 => several(dice, "[", "]", false),
        _ => several(dice, "{ ", " }", true),
    }
}

#[test]
fn random_nesting_and_random_bytes_never_panic() {
    let all = texts().concat();
    let words: Vec<&str> = all
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .filter(|word| word.starts_with(|c: char| c.is_ascii_alphabetic()))
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    assert!(words.len() > 150);
    let mut parsed = 0;
    for case in 0..8_000 {
        let mut dice = Dice::new(23, case);
        let mut text = format!(
            "kind = \"{}\"\n",
            dice.pick(&["train", "sweep", "stages", "compute", "look"])
        );
        for _ in 0..dice.throw(12) {
            match dice.throw(4) {
                0 => text += &format!("[{}]\n", dice.pick(&words)),
                1 => {
                    text += &format!(
                        "[[{}]]\n",
                        dice.pick(&["layers", "stages", "callbacks", "sweep.axes"])
                    )
                }
                2 => text += &format!("[{}.{}]\n", dice.pick(&words), dice.pick(&words)),
                _ => {}
            }
            text += &format!("{} = {}\n", dice.pick(&words), nested(&mut dice, &words, 0));
        }
        parsed += usize::from(
            !parse(&text)
                .err()
                .into_iter()
                .flatten()
                .any(|p| p.code == "toml_syntax"),
        );
        read_all(&text);
        let bytes: Vec<u8> = (0..dice.throw(200))
            .map(|_| dice.throw(256) as u8)
            .collect();
        read_all(&String::from_utf8_lossy(&bytes));
    }
    assert!(parsed > 2_000, "only {parsed} are TOML");
}

/// Every layer kind inside every other, wrapped over and over.
#[test]
fn wrapped_layers_end_somewhere() {
    for depth in [1, 2, 3, 40, 200, 2_000] {
        for wrapper in ["TimeDistributed", "Bidirectional"] {
            let open = format!("{{ type = \"{wrapper}\", layer = ").repeat(depth);
            let text = format!(
                "kind = \"train\"{HEAD}{DATA}{TRAINING}[[layers]]\ntype = \"{wrapper}\"\nlayer = {open}{{ type = \"LSTM\", \
                 units = 3 }}{}\n",
                " }".repeat(depth)
            );
            let start = Instant::now();
            assert!(!read_all(&text), "{depth} {wrapper}");
            assert!(start.elapsed() < Duration::from_secs(2));
        }
    }
}

/// An embedding picks rows of its table by token ids; measured numbers would pick them by chance.
#[test]
fn an_embedding_reads_token_ids() {
    let of = |data: &str, before: &str, rows: usize| {
        let text = format!(
            "kind = \"train\"{HEAD}[data]\nname = \"{data}\"\n[training]\nepochs = 1\nloss = \"mse\"\n\
             optimizer = \"sgd\"\n{before}[[layers]]\ntype = \"Embedding\"\ninput_dim = {rows}\noutput_dim = 2\n\
             [[layers]]\ntype = \"LSTM\"\nunits = 2\n"
        );
        let problems = check_text(&text, shape, "").problems;
        let told = |p: &fireside_spec::Problem| format!("{} {} {}", p.code, p.place, p.line > 0);
        problems.iter().map(told).collect::<Vec<_>>()
    };
    let layer = |fields: &str| format!("[[layers]]\n{fields}\n");
    let dense = layer("type = \"Dense\"\nunits = 4");
    let doubled = layer("type = \"Concatenate\"\ninputs = [\"a\", \"b\"]");
    let moved = layer("type = \"Reshape\"\ntarget_shape = [3, 3]") + &layer("type = \"Flatten\"");
    let [flat, behind] = ["not_ids layers[0] true", "not_ids layers[1] true"];
    let small = "vocabulary_too_large layers[0].input_dim true";
    let behind_small = "vocabulary_too_large layers[1].input_dim true";
    for (data, before, rows, expected) in [
        ("ids", String::new(), 50, None),
        ("ids", String::new(), 49, Some(small)),
        ("flat", String::new(), 50, Some(flat)),
        ("ids", dense, 50, Some(behind)),
        (
            "ids",
            layer("type = \"Dropout\"\nrate = 0.5"),
            50,
            Some(behind),
        ),
        (
            "ids",
            layer("type = \"Activation\"\nactivation = \"linear\""),
            50,
            None,
        ),
        (
            "ids",
            layer("type = \"Activation\"\nactivation = \"relu\""),
            50,
            Some(behind),
        ),
        ("ids", doubled.clone(), 50, None),
        ("ids", doubled, 49, Some(behind_small)),
        ("ids", moved, 50, None),
    ] {
        assert_eq!(
            of(data, &before, rows),
            expected.into_iter().collect::<Vec<_>>(),
            "{before}"
        );
    }
}

/// What attention and recurrent layers keep inside counts, not their outputs alone.
#[test]
fn what_layers_keep_inside_is_memory() {
    let of = |layers: &str, batch: usize| {
        let text = format!(
            "kind = \"train\"{HEAD}[data]\nname = \"long\"\n[training]\nepochs = 1\nbatch_size = {batch}\n\
             loss = \"mse\"\noptimizer = \"sgd\"\n{layers}[[layers]]\ntype = \"Flatten\"\n[[layers]]\ntype = \"Dense\"\n\
             units = 1\n"
        );
        let long = Shape::Sequence {
            steps: 2_000,
            features: 4,
        };
        let data = |_: &Data| Some(DataShape::new("long", long, Target::Values(1), 100, 10));
        let problems = check_text(&text, data, "").problems;
        problems
            .into_iter()
            .map(|p| format!("{} {}", p.code, p.place))
            .collect::<Vec<_>>()
    };
    let attention = |heads: usize| {
        format!("[[layers]]\ntype = \"MultiHeadAttention\"\nnum_heads = {heads}\nkey_dim = 1\n")
    };
    let recurrent = |units: usize| {
        format!(
            "[[layers]]\ntype = \"Bidirectional\"\nlayer = {{ type = \"LSTM\", units = {units} }}\n"
        )
    };
    // 2000 x 2000 shares for each head; 2 x 4 x 2000 numbers for each unit.
    assert_eq!(of(&attention(8), 4), [""; 0]);
    assert_eq!(
        of(&attention(8), 40),
        ["too_much_memory training.batch_size"]
    );
    assert_eq!(of(&attention(80), 1), ["too_much_memory layers[0]"]);
    assert_eq!(of(&recurrent(400), 32), [""; 0]);
    assert_eq!(
        of(&recurrent(400), 64),
        ["too_much_memory training.batch_size"]
    );
}
