//! Learning rates: found, and told of a schedule.

use crate::{Desk, flowers};

#[test]
fn a_rate_is_found() {
    let desk = Desk::fresh();
    desk.write("flowers.toml", flowers("", "schedule = \"cosine\""));
    let said = desk.good("find-rate flowers.toml --steps 60 --from 1e-5 --to 1 --json");
    let found: serde_json::Value = serde_json::from_str(&said).expect("JSON");
    let curve = found["curve"].as_array().expect("a curve");
    assert!((20..=60).contains(&curve.len()), "{}", curve.len());
    let rate = |at: usize| curve[at][0].as_f64().expect("a rate");
    assert!((rate(0) / 1e-5 - 1.0).abs() < 1e-12);
    // Neither schedule nor optimizer have a part in it: the rates rise evenly in their logarithm.
    let factor = 1e5f64.powf(1.0 / 59.0);
    for at in 1..curve.len() {
        assert!(
            (rate(at) / rate(at - 1) / factor - 1.0).abs() < 1e-9,
            "{at}"
        );
    }
    let suggestion = found["suggestion"].as_f64().expect("a rate");
    assert!((1e-4..=1.0).contains(&suggestion), "{suggestion}");
    // With the suggested rate it learns.
    let said = desk.good("find-rate flowers.toml --steps 60 --from 1e-5 --to 1");
    assert!(
        said.contains("learning_rate = ") && said.contains('*'),
        "{said}"
    );
    assert_eq!(desk.files(), ["flowers.toml"]);
    for (line, words) in [
        ("find-rate flowers.toml --from 0", "above 0"),
        ("find-rate flowers.toml --from 1 --to 1", "above 0"),
        ("find-rate flowers.toml --steps 3", "--steps takes 10"),
        ("find-rate 13.2", "trains nothing"),
        ("find-rate nowhere", "no experiment nowhere"),
    ] {
        desk.refused(line, &[words]);
    }
}

/// 120 rows in tens are twelve updates an epoch.
#[test]
fn a_schedule_is_told_by_epoch() {
    let desk = Desk::fresh();
    desk.write(
        "flowers.toml",
        flowers(
            "",
            "schedule = { name = \"step\", drop = 0.5, epochs_drop = 2 }",
        ),
    );
    let said = desk.good("show flowers.toml --rate");
    assert!(
        said.contains("learning rate: step, 12 updates an epoch"),
        "{said}"
    );
    let rows: Vec<Vec<&str>> = said
        .lines()
        .map(|line| line.split_whitespace().collect())
        .filter(|row: &Vec<&str>| row.len() == 3 && row[0].parse::<u32>().is_ok())
        .collect();
    assert_eq!(
        rows,
        [
            ["1", "0.001", "0.001"],
            ["2", "5.00e-4", "5.00e-4"],
            ["3", "5.00e-4", "5.00e-4"]
        ]
    );
    let plateau = "schedule = { name = \"reduce_on_plateau\", factor = 0.2 }";
    desk.write("flowers.toml", flowers("", plateau));
    let said = desk.good("show flowers.toml --rate");
    assert!(said.contains("times 0.2 whenever val_loss"), "{said}");
    desk.refused("show 13.2 --rate", &["trains nothing"]);
}

#[test]
fn printed_errors_are_no_percentages() {
    let desk = Desk::fresh();
    let said = desk.good("list");
    let row = |id: &str| {
        let found = said.lines().find(|line| line.trim_start().starts_with(id));
        found
            .unwrap_or_else(|| panic!("no {id}: {said}"))
            .trim_end()
            .to_string()
    };
    assert!(
        row("19.1 ").ends_with("test rmse 47.53"),
        "{}",
        row("19.1 ")
    );
    assert!(row("8.3 ").ends_with("test mse 12.33"), "{}", row("8.3 "));
    assert!(
        row("13.4 ").ends_with("test accuracy 99.05 %"),
        "{}",
        row("13.4 ")
    );
}
