//! Training: projects that are gone on with, weights to begin with, histories.

use crate::{Desk, TWO, flowers, foreign, months};
use serde_json::Value;

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// Three epochs and then two more are the same five epochs, bit by bit: weights and history.
#[test]
fn a_project_goes_on_where_it_was() {
    let desk = Desk::fresh();
    desk.write("flowers.toml", flowers("seed = 3", ""));
    desk.good("train flowers.toml --epochs 5 --out whole.safetensors --history whole.json");
    desk.good("train flowers.toml --project part.fireside --history part.json");
    let first = json(&desk.text("part.json"));
    assert_eq!(first["epoch"], json("[0, 1, 2]"));
    desk.good("train part.fireside --epochs 5 --history part.json --out part.safetensors");
    desk.good("convert whole.safetensors whole.npz");
    desk.good("convert part.safetensors part.npz");
    desk.good("convert part.fireside project.npz");
    assert!(desk.read("part.npz") == desk.read("whole.npz"));
    assert!(desk.read("project.npz") == desk.read("whole.npz"));
    let (whole, part) = (
        json(&desk.text("whole.json")),
        json(&desk.text("part.json")),
    );
    assert_eq!(part["epoch"], whole["epoch"]);
    for name in [
        "loss",
        "accuracy",
        "val_loss",
        "val_accuracy",
        "test_loss",
        "test_accuracy",
    ] {
        assert_eq!(part["history"][name], whole["history"][name], "{name}");
        assert_eq!(
            part["history"][name].as_array().map(Vec::len),
            Some(5),
            "{name}"
        );
    }
    // Also when the second part is a file of its own, and the program is killed in between: `--steps` stops anywhere.
    desk.good("train flowers.toml --project cut.fireside --steps 17");
    desk.good("train cut.fireside --epochs 5 --project end.fireside");
    desk.good("convert end.fireside end.npz");
    assert!(desk.read("end.npz") == desk.read("whole.npz"));
    // Nothing is left to do, and that is said.
    let before = desk.read("part.fireside");
    let said = desk.run("train part.fireside");
    assert!(
        said.good && said.err.contains("all 5 epochs are done"),
        "{}",
        said.err
    );
    assert!(desk.read("part.fireside") == before);
    let shown = desk.good("show part.fireside");
    assert!(
        shown.contains("epochs = 5") && shown.contains("dense_2 (Dense)"),
        "{shown}"
    );
}

#[test]
fn projects_are_not_lost_by_mistake() {
    let desk = Desk::fresh();
    desk.write("flowers.toml", flowers("seed = 3", ""));
    desk.good("train flowers.toml --epochs 2 --project p.fireside");
    let before = desk.read("p.fireside");
    for (line, words) in [
        (
            "train flowers.toml --project p.fireside",
            "p.fireside is there already",
        ),
        ("train p.fireside --epochs 1", "has 2 epochs behind it"),
        ("train p.fireside --seed 4", "seed 3"),
        (
            "train p.fireside --weights p.fireside --project q/r",
            "no folder q",
        ),
    ] {
        desk.refused(line, &[words]);
    }
    assert!(desk.read("p.fireside") == before);
    // One byte of the file is another: it is found out, or the numbers are others; never a crash.
    for at in (0..before.len()).step_by(before.len() / 60) {
        let mut bytes = before.clone();
        bytes[at] ^= 0x55;
        desk.write("bad.fireside", &bytes);
        let said = desk.run("train bad.fireside --epochs 3");
        assert!(!said.err.contains("panicked"), "byte {at}: {}", said.err);
        assert_eq!(
            said.good,
            said.err.find("error: ").is_none(),
            "byte {at}: {}",
            said.err
        );
    }
    for end in [0, 7, 9, 100, before.len() / 2, before.len() - 1] {
        desk.write("bad.fireside", &before[..end]);
        desk.refused("train bad.fireside --epochs 3", &["bad.fireside"]);
    }
}

/// What early stopping has stopped stays stopped, until more epochs are asked for.
#[test]
fn a_stopped_run_stays_stopped() {
    let desk = Desk::fresh();
    let stop = "[[callbacks]]\nname = \"early_stopping\"\nmonitor = \"validation_loss\"\npatience = 0\nmin_delta = 1000\n";
    desk.write("flowers.toml", flowers("", stop));
    let said = desk.good("train flowers.toml --epochs 40 --project p.fireside");
    assert!(said.contains("stopped after epoch 2"), "{said}");
    let before = desk.read("p.fireside");
    let said = desk.run("train p.fireside");
    assert!(
        said.good && !said.out.contains("epoch 3"),
        "{} {}",
        said.out,
        said.err
    );
    assert!(desk.read("p.fireside") == before);
    let said = desk.good("train p.fireside --epochs 41");
    assert!(said.contains("stopped after epoch 3"), "{said}");
}

#[test]
fn what_out_keeps_is_gone_on_with() {
    let desk = Desk::fresh();
    desk.write("flowers.toml", flowers("", ""));
    desk.good("train flowers.toml --out whole.safetensors");
    assert_eq!(desk.files(), ["flowers.toml", "whole.safetensors"]);
    desk.refused(
        "train flowers.toml --out m.safetensors --resume",
        &["m.safetensors.run", "--resume"],
    );
    desk.good("train flowers.toml --out m.safetensors --steps 20");
    assert!(desk.files().contains(&"m.safetensors.run".to_string()));
    desk.good("train flowers.toml --out m.safetensors --resume");
    assert!(!desk.files().contains(&"m.safetensors.run".to_string()));
    assert!(desk.read("m.safetensors") == desk.read("whole.safetensors"));
}

#[test]
fn weights_of_any_file_are_a_beginning() {
    let desk = Desk::fresh();
    desk.write("flowers.toml", flowers("", ""));
    desk.good("train flowers.toml --out m.safetensors --history a.json");
    desk.good("convert m.safetensors m.npz");
    // The same weights from each form, and the model itself, begin alike; and better than random ones.
    for (line, name) in [
        ("train flowers.toml --weights m.safetensors", "b.json"),
        ("train flowers.toml --weights m.npz", "c.json"),
        ("train m.safetensors", "d.json"),
    ] {
        desk.good(&format!("{line} --history {name}"));
    }
    assert_eq!(desk.text("b.json"), desk.text("c.json"));
    assert_eq!(desk.text("b.json"), desk.text("d.json"));
    let loss = |name: &str| {
        json(&desk.text(name))["history"]["loss"][0]
            .as_f64()
            .expect("a loss")
    };
    assert!(
        loss("b.json") < loss("a.json") - 0.02,
        "{} {}",
        loss("b.json"),
        loss("a.json")
    );
    desk.write("months.toml", months(TWO));
    let keras = foreign("keras3_model.h5");
    desk.good(&format!("train months.toml --weights {}", keras.display()));
}

#[test]
fn histories_are_read_by_others() {
    let desk = Desk::fresh();
    desk.write("months.toml", months(TWO));
    let said =
        desk.good("train months.toml --history a.csv --history a.json --history run.tfevents.1");
    // Of numbers there is no accuracy.
    assert!(!said.contains("acc"), "{said}");
    assert!(said.contains("test_rmse"), "{said}");
    let table = desk.text("a.csv");
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines[0], "epoch,loss,test_loss,test_rmse,lr");
    assert_eq!(lines.len(), 3);
    assert!(
        lines[2].starts_with("1,") && lines[2].ends_with(",0.001"),
        "{table}"
    );
    let history = json(&desk.text("a.json"));
    for (column, name) in lines[0].split(',').enumerate().skip(1) {
        for (row, line) in lines[1..].iter().enumerate() {
            let value: f64 = line
                .split(',')
                .nth(column)
                .expect("a value")
                .parse()
                .expect("a number");
            assert_eq!(
                history["history"][name][row].as_f64(),
                Some(value),
                "{name} {row}"
            );
        }
    }
    let events = desk.read("run.tfevents.1");
    let has = |word: &[u8]| events.windows(word.len()).any(|window| window == word);
    assert!(has(b"brain.Event:2") && has(b"test_rmse") && has(b"lr"));
    desk.refused(
        "train months.toml --history curve.txt",
        &["curve.txt", ".csv, .json or .tfevents"],
    );
    desk.refused("train months.toml --history no/a.csv", &["no folder no"]);
}

/// Several fits of stages are one history, and the last network is written.
#[test]
fn stages_write_their_network() {
    let desk = Desk::fresh();
    desk.good("train 10.3 --epochs 2 --out m.safetensors --history a.json");
    let history = json(&desk.text("a.json"));
    let epochs = history["epoch"].as_array().expect("epochs");
    assert!(epochs.len() > 2, "{history}");
    assert_eq!(
        epochs.last().and_then(Value::as_u64),
        Some(epochs.len() as u64 - 1)
    );
    desk.good("convert m.safetensors m.npz");
    let shown = desk.good("show m.safetensors");
    assert!(shown.contains("Total params: 71"), "{shown}");
    desk.refused("train m.safetensors", &["fireside train 10.3"]);
    desk.refused(
        "train 10.3 --project p.fireside",
        &["--project means nothing here"],
    );
}

/// The model of another experiment goes through that one's stages, and its answers are counted.
#[test]
fn answers_come_to_a_figure() {
    let desk = Desk::fresh();
    let said = desk.good("train 10.4.3");
    let last = said.lines().last().expect("a line");
    let value: f64 = last
        .strip_prefix("test_accuracy ")
        .and_then(|rest| rest.strip_suffix(" over 150 rows"))
        .and_then(|value| value.parse().ok())
        .unwrap_or_else(|| panic!("{last}"));
    assert!((0.3..=1.0).contains(&value), "{value}");
    // By hand, from the rows above it: the largest number's class is the flower's.
    let right = said.lines().filter(|line| {
        let Some((_, line)) = line.split_once(": ") else {
            return false;
        };
        let (answer, target) = line.split_once("  target ").expect("a target");
        let answer: Vec<f64> = answer.split(' ').map(|p| p.parse().expect("p")).collect();
        let best = answer.iter().copied().fold(0.0, f64::max);
        let class = answer.iter().position(|p| *p == best).expect("a class");
        target == format!("[{class}.0]")
    });
    let share = right.count() as f64 / 150.0;
    // What is printed is rounded: two classes may look alike.
    assert!((share - value).abs() < 0.02, "{share} {value}");
    let json = desk.good("train 10.4.3 --json");
    assert!(
        json.lines()
            .last()
            .is_some_and(|line| line.contains("\"metric\":\"test_accuracy\"")),
        "{json}"
    );
}

#[test]
fn a_bench_ends_with_its_run() {
    let desk = Desk::fresh();
    desk.write("flowers.toml", flowers("seed = 5", ""));
    let line = "bench flowers.toml --steps 1000000";
    desk.refused(line, &["flowers.toml ended before", "--steps"]);
}
