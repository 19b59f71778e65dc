//! Hostile and careless experiment texts: always an answer with code, place and line, never a panic.

use fireside_datasets::official_shape;
use fireside_spec::card::{Card, check_text, read};
use fireside_spec::{Problem, edit};
use fireside_tests::dice::{Dice, mutate_text};
use fireside_tests::runs::text;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

fn problems(text: &str) -> Vec<Problem> {
    let checked = check_text(text, official_shape, "mnist");
    assert_eq!(checked.ok, checked.problems.is_empty());
    assert_eq!(checked.ok, checked.summary.is_some());
    for problem in &checked.problems {
        // Everything has English words; an unknown code would print its arguments as a debug text.
        let words = problem.to_string();
        assert!(!words.contains('{'), "no words for {problem:?}");
        assert!(!words.contains('?') || problem.code == "unknown_field", "{words}");
    }
    checked.problems
}

/// The number of the line that holds `part`, from 1.
fn line(text: &str, part: &str) -> u32 {
    let at = text.find(part).unwrap_or_else(|| panic!("{part} is not in the text"));
    text[..at].matches('\n').count() as u32 + 1
}

/// 13.4 with one piece replaced by another.
fn with(from: &str, to: &str) -> String {
    let text = text("13.4", &[]);
    assert!(text.contains(from), "13.4 does not contain {from}");
    text.replacen(from, to, 1)
}

/// The only problem of a text.
fn only(text: &str) -> Problem {
    let mut found = problems(text);
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

fn expect(text: &str, code: &str, place: &str, part: &str) -> Problem {
    let problem = only(text);
    assert_eq!((problem.code.as_str(), problem.place.as_str()), (code, place), "{problem:?}");
    assert_eq!(problem.line, line(text, part), "{problem:?}");
    assert!(problem.column > 0, "{problem:?}");
    problem
}

#[test]
fn an_unknown_field_gets_a_suggestion() {
    let text = with("kernel_size = 5", "kernel_sise = 5");
    let found = problems(&text);
    let unknown = found.iter().find(|p| p.code == "unknown_field").expect("unknown_field");
    assert_eq!(unknown.args["suggestion"], "kernel_size");
    assert_eq!(unknown.place, "layers[0].kernel_sise");
    assert_eq!((unknown.line, unknown.column), (line(&text, "kernel_sise"), 1));
    assert!(found.iter().any(|p| p.code == "missing_field" && p.args["field"] == "kernel_size"));

    let text = with("rate = 0.2", "rate = 0.2\nwatermelon = 3");
    let unknown = expect(&text, "unknown_field", "layers[2].watermelon", "watermelon");
    assert!(!unknown.args.contains_key("suggestion") && unknown.args["known"].contains("rate"));
}

#[test]
fn sizes_of_nothing_and_of_too_much() {
    let text = with("units = 128", "units = 0");
    expect(&text, "out_of_range", "layers[4].units", "units = 0");
    let text = with("filters = 32", "filters = -3");
    expect(&text, "out_of_range", "layers[0].filters", "filters = -3");
    let text = with("kernel_size = 5", "kernel_size = 29");
    let problem = expect(&text, "window_too_large", "layers[0]", "[[layers]]");
    assert_eq!((problem.args["window"].as_str(), problem.args["shape"].as_str()), ("29×29", "28×28"));
    let text = with("pool_size = 2", "pool_size = [2, 25]");
    expect(&text, "window_too_large", "layers[1]", "[[layers]]\ntype = \"MaxPooling2D\"");
    let text = with("kernel_size = 5", "kernel_size = 5\nstrides = 0");
    expect(&text, "out_of_range", "layers[0].strides", "strides = 0");
    let text = with("units = 128", "units = 100000");
    expect(&text, "too_many_parameters", "layers[4]", "[[layers]]\ntype = \"Dense\"");
    let text = with("batch_size = 200", "batch_size = 10000")
        .replacen("filters = 32", "filters = 512", 1)
        .replacen("units = 128", "units = 8", 1);
    expect(&text, "too_much_memory", "training.batch_size", "batch_size");
}

#[test]
fn layers_that_do_not_fit_each_other() {
    let text = with("[[layers]]\ntype = \"Flatten\"\n", "");
    let problem = expect(&text, "needs_flat", "layers[3]", "[[layers]]\ntype = \"Dense\"");
    assert_eq!(problem.args["layer"], "Dense");
    let text = with("type = \"Conv2D\"", "type = \"Flatten\"\n\n[[layers]]\ntype = \"Conv2D\"");
    expect(&text, "needs_picture", "layers[1]", "[[layers]]\ntype = \"Conv2D\"");
    let text = with("units = 10\n", "units = 11\n");
    let problem = only(&text);
    assert_eq!((problem.code.as_str(), problem.args["classes"].as_str()), ("wrong_output", "10"));
    let text = with("type = \"Dropout\"", "type = \"LSTM\"");
    let found = problems(&text);
    assert!(found.iter().any(|p| p.code == "unknown_layer" && p.line == line(&text, "\"LSTM\"")));
}

#[test]
fn missing_parts() {
    let original = text("13.4", &[]);
    let start = original.find("[training]").expect("a table training");
    let end = original.find("[[reported]]").expect("a table reported");
    let without = format!("{}{}", &original[..start], &original[end..]);
    let problem = only(&without);
    assert_eq!((problem.code.as_str(), problem.args["field"].as_str()), ("missing_field", "training"));

    let text = with("name = \"mnist\"\n", "");
    let problem = only(&text);
    assert_eq!((problem.code.as_str(), problem.args["field"].as_str()), ("missing_field", "name"));
    assert_eq!(problem.place, "data");
    let text = with("name = \"mnist\"", "name = \"imagenet\"");
    let problem = expect(&text, "unknown_dataset", "data.name", "imagenet");
    assert_eq!(problem.args["known"], "mnist");
    let no_layers = original[..original.find("[[layers]]").expect("layers")].to_string()
        + &original[start..end];
    assert!(problems(&no_layers).iter().any(|p| p.code == "no_layers"));
    let nothing = problems("");
    assert!(nothing.iter().any(|p| p.args.get("field").is_some_and(|f| f == "kind")), "{nothing:?}");
}

#[test]
fn wrong_types() {
    for (from, to, place) in [
        ("epochs = 10", "epochs = \"ten\"", "training.epochs"),
        ("epochs = 10", "epochs = 10.5", "training.epochs"),
        ("epochs = 10", "epochs = [10]", "training.epochs"),
        ("rate = 0.2", "rate = true", "layers[2].rate"),
        ("kernel_size = 5", "kernel_size = [5]", "layers[0].kernel_size"),
        ("kernel_size = 5", "kernel_size = 1979-05-27", "layers[0].kernel_size"),
        ("padding = \"valid\"", "padding = 0", "layers[0].padding"),
        ("scale = 255", "scale = { x = 1 }", "data.scale"),
        ("seed = 7", "seed = \"7\"", "seed"),
    ] {
        let text = with(from, to);
        expect(&text, "wrong_type", place, to);
    }
    let text = with("padding = \"valid\"", "padding = \"causal\"");
    let problem = expect(&text, "unknown_value", "layers[0].padding", "causal");
    assert_eq!(problem.args["known"], "valid, same");
}

#[test]
fn several_problems_at_once_each_with_its_line() {
    let text = with("epochs = 10", "epochs = 0")
        .replacen("rate = 0.2", "rate = 1.5", 1)
        .replacen("units = 128", "unit = 128", 1)
        .replacen("scale = 255", "scale = 0", 1);
    let found = problems(&text);
    let at = |code: &str, place: &str, part: &str| {
        let wanted = (code, place, line(&text, part));
        let has = |p: &Problem| (p.code.as_str(), p.place.as_str(), p.line) == wanted;
        assert!(found.iter().any(has), "no {wanted:?} in {found:?}");
    };
    at("out_of_range", "training.epochs", "epochs = 0");
    at("out_of_range", "layers[2].rate", "rate = 1.5");
    at("unknown_field", "layers[4].unit", "unit = 128");
    at("missing_field", "layers[4]", "[[layers]]\ntype = \"Dense\"");
    at("out_of_range", "data.scale", "scale = 0");
    assert_eq!(found.len(), 5, "{found:?}");
}

#[test]
fn syntax_errors_have_a_line() {
    let text = with("epochs = 10", "epochs = = 10");
    let problem = only(&text);
    assert_eq!((problem.code.as_str(), problem.line), ("toml_syntax", line(&text, "epochs = = 10")));
    let text = with("epochs = 10", "epochs = 10\nepochs = 11");
    let problem = only(&text);
    assert_eq!((problem.code.as_str(), problem.line), ("toml_syntax", line(&text, "epochs = 11")));
    // A column counts letters, not bytes.
    let text = "title = { en = \"\", zh = \"中文\" } x";
    let problem = only(text);
    assert_eq!((problem.code.as_str(), problem.line), ("toml_syntax", 1));
    assert!(problem.column <= 34, "{problem:?}");
}

#[test]
fn numbers_beyond_all_bounds() {
    for number in [
        "99999999999999999999999",
        "-99999999999999999999999",
        "0x7fffffffffffffff",
        "9223372036854775807",
        "1e999",
        "-1e999",
        "inf",
        "nan",
        "-0",
        "0.0000000000000000000001",
    ] {
        for field in [
            "epochs = 10", "rate = 0.2", "units = 128", "kernel_size = 5", "scale = 255", "seed = 7",
            "pool_size = 2", "filters = 32", "learning_rate = 0.001", "decimals = 4", "chapter = 13",
        ] {
            let name = field.split(' ').next().unwrap_or_default();
            // Some are in range (a rate of -0); none may pass as a size.
            let found = problems(&with(field, &format!("{name} = {number}")));
            let real = ["rate", "scale", "learning_rate"].contains(&name);
            assert!(real || name == "seed" || name == "chapter" || name == "decimals" || !found.is_empty(),
                "{name} = {number} passed");
            for problem in found {
                assert!(problem.line > 0, "{problem:?}");
            }
        }
    }
}

#[test]
fn too_long_is_refused_before_it_is_read() {
    let original = text("13.4", &[]);
    let room = 64 * 1024 - original.len();
    let fits = original.clone() + "#" + &"x".repeat(room - 1);
    assert_eq!(problems(&fits), []);
    let text = fits + "x";
    let problem = only(&text);
    assert_eq!(problem.code, "too_large");
    assert_eq!((problem.args["found"].as_str(), problem.args["max"].as_str()), ("65537", "65536"));
    let layers = original + &"\n[[layers]]\ntype = \"Activation\"\nactivation = \"relu\"\n".repeat(250);
    assert!(problems(&layers).iter().any(|p| p.code == "out_of_range" && p.place == "layers"));
}

/// With the 1 MB of stack that WebAssembly gives.
fn on_a_small_stack(work: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(1 << 20).spawn(work);
    thread.expect("a thread").join().expect("no panic on a small stack");
}

#[test]
fn deep_nesting_neither_overflows_nor_hangs() {
    for (open, close) in [("[", "]"), ("{a=", "}"), ("[{a=", "}]")] {
        for closed in [false, true] {
            for depth in [70, 500, 10_000] {
                let mut text = format!("x = {}", open.repeat(depth));
                if closed {
                    text += &format!("1{}", close.repeat(depth));
                }
                on_a_small_stack(move || {
                    assert!(!problems(&text).is_empty());
                    let _ = edit::set(&text, "x.a.a", "1");
                });
            }
        }
    }
    for depth in [100, 1_000, 30_000] {
        let dotted = vec!["a"; depth].join(".");
        for text in [format!("{dotted} = 1"), format!("[{dotted}]"), format!("[[{dotted}]]")] {
            on_a_small_stack(move || {
                let start = Instant::now();
                assert!(!problems(&text).is_empty());
                let _ = edit::set(&text, &dotted_path(depth), "1");
                assert!(start.elapsed() < Duration::from_secs(5), "took {:?}", start.elapsed());
            });
        }
    }
}

fn dotted_path(depth: usize) -> String {
    vec!["a"; depth.min(1_000)].join(".")
}

/// Reads and checks a text in every way that a page does.
fn read_all(text: &str) -> bool {
    let checked = problems(text).is_empty();
    let _ = Card::of(text, official_shape, "mnist");
    checked
}

const PATHS: &[&str] = &[
    "training.epochs", "training.batch_size", "training.optimizer.learning_rate", "training.optimizer.beta_1",
    "layers[0].filters", "layers[2].rate", "layers[4].units", "layers[1].pool_size", "layers[0].padding",
    "data.validation_split", "data.train_rows", "seed", "dialect", "layers[0].kernel_size", "title.en",
    "layers[99].units", "layers[-1].units", "layers", "data", "training.optimizer", "", ".", "[", "]]",
    "a b", "training.a b", "training.é", "training.\"q\"", "training.x=1\ny", "curve.loss[3]", "question.set[0][1]",
    "question.new", "reported[0].value", "training.optimizer.name.x",
];
const VALUES: &[&str] = &[
    "1", "0.5", "-3", "+7", "1e-8", "1e999", "nan", "inf", "true", "relu", "", "\"", "\\", "a\nb", "'''", "1_000",
    "0x10", "007", ".5", "5.", "中文", "\u{0}", "\u{7f}", "# no", "99999999999999999999", "-0", "1e400", "]", "}",
];

#[test]
fn mutations_of_the_book_never_panic() {
    let start = Instant::now();
    let books: Vec<String> = ["13.2", "13.3", "13.4", "13.5", "002-LENET"]
        .map(|id| text(id, &[]))
        .to_vec();
    let (mut codes, mut sound, mut edited) = (BTreeSet::new(), 0, 0);
    for case in 0..6_000 {
        let mut dice = Dice::new(42, case);
        let text = mutate_text(&books[dice.throw(books.len())], &mut dice);
        codes.extend(problems(&text).into_iter().map(|problem| problem.code));
        sound += usize::from(read_all(&text));
        let (path, value) = (dice.pick(PATHS), dice.pick(VALUES));
        if let Ok(new) = edit::set(&text, path, value) {
            edited += 1;
            // What was TOML stays TOML.
            if let Err(error) = toml::from_str::<toml::Table>(&new) {
                panic!("case {case}: {path} = {value:?} gives {error}\n{new}");
            }
            read_all(&new);
        }
    }
    assert!(sound > 100 && edited > 1_000, "{sound} sound, {edited} edited");
    assert!(codes.len() >= 10, "only {codes:?}");
    assert!(start.elapsed() < Duration::from_secs(60), "took {:?}", start.elapsed());
}

#[test]
fn setting_a_value_sets_exactly_it() {
    for id in ["13.3", "13.4", "13.5", "002-LENET"] {
        let original = text(id, &[]);
        let before: toml::Table = toml::from_str(&original).expect("a text of the book");
        for path in PATHS {
            for value in VALUES {
                let Ok(new) = edit::set(&original, path, value) else {
                    continue;
                };
                let after: toml::Table = toml::from_str(&new)
                    .unwrap_or_else(|error| panic!("{id}: {path} = {value:?}: {error}\n{new}"));
                let found = look_up(&after, path)
                    .unwrap_or_else(|| panic!("{id}: {path} = {value:?} is not there\n{new}"));
                let same = match found {
                    toml::Value::String(text) => text == value,
                    toml::Value::Boolean(flag) => flag.to_string() == *value,
                    toml::Value::Integer(n) => value.parse::<f64>() == Ok(*n as f64),
                    toml::Value::Float(n) => value.parse::<f64>() == Ok(*n),
                    _ => false,
                };
                assert!(same, "{id}: {path} = {value:?} became {found}");
                // The rest is as it was: setting the old value again gives the old tables.
                let mut rest = after.clone();
                assert!(replace(&mut rest, path, look_up(&before, path)), "{id}: {path}");
                assert_eq!(rest, before, "{id}: {path} = {value:?} changed something else");
            }
        }
    }
    let nowhere = edit::set(&text("13.4", &[]), "layers[99].units", "3");
    assert_eq!(nowhere.expect_err("no layer 99").code, "no_such_place");
}

fn parts(path: &str) -> Vec<&str> {
    path.split(['.', '[', ']']).filter(|part| !part.is_empty()).collect()
}

fn look_up<'t>(table: &'t toml::Table, path: &str) -> Option<&'t toml::Value> {
    let parts = parts(path);
    let (first, rest) = parts.split_first()?;
    rest.iter().try_fold(table.get(*first)?, |value, part| match value {
        toml::Value::Table(table) => table.get(*part),
        toml::Value::Array(list) => list.get(part.parse::<usize>().ok()?),
        _ => None,
    })
}

/// Puts `old` at `path` (removes what is there for `None`); false when there is no such place.
fn replace(table: &mut toml::Table, path: &str, old: Option<&toml::Value>) -> bool {
    let parts = parts(path);
    let Some((last, before)) = parts.split_last() else {
        return false;
    };
    let put = |table: &mut toml::Table| match old {
        Some(old) => table.insert((*last).into(), old.clone()),
        None => table.remove(*last),
    };
    let Some((first, rest)) = before.split_first() else {
        put(table);
        return true;
    };
    let mut value = table.get_mut(*first);
    for part in rest {
        value = match value {
            Some(toml::Value::Table(table)) => table.get_mut(*part),
            Some(toml::Value::Array(list)) => {
                part.parse::<usize>().ok().and_then(|index| list.get_mut(index))
            }
            _ => None,
        };
    }
    match (value, old) {
        (Some(toml::Value::Table(table)), _) => {
            put(table);
            true
        }
        (Some(toml::Value::Array(list)), Some(old)) => {
            let place = last.parse::<usize>().ok().and_then(|index| list.get_mut(index));
            place.map(|place| *place = old.clone()).is_some()
        }
        _ => false,
    }
}

#[test]
fn a_text_for_other_data_is_judged_by_that_data() {
    let sample = fireside_tests::data::sample(50, 10);
    let text = text("13.4", &[("data.train_rows", "1000")]);
    let checked = read(&text, |_| Some(sample.data_shape()), "").expect("fits the sample");
    assert_eq!(checked.train_rows, 50);
    let text = fireside_tests::runs::text("13.4", &[("data.validation_split", "0.95")]);
    let checked = read(&text, |_| Some(sample.data_shape()), "").expect("fits the sample");
    assert_eq!((checked.train_rows, checked.validation_rows), (2, 48));
}
