//! The results file: runs of fewer epochs, what is measured again, and data that no source had.

use crate::Desk;
use serde_json::Value;

fn result(desk: &Desk) -> Value {
    let file: Value = serde_json::from_str(&desk.text("results.json")).expect("JSON");
    assert_eq!(file["results"].as_array().map(Vec::len), Some(1));
    file["results"][0].clone()
}

/// Letters that this project draws are no source's, however they are read.
#[test]
fn fewer_epochs_are_kept_until_more_are_wanted_and_own_data_are_never_compared() {
    let desk = Desk::fresh();
    let line = "reproduce 003-CAPTCHA --seeds 1 --out results.json";
    desk.good(&format!("{line} --epochs 2"));
    let two = result(&desk);
    assert_eq!(two["verdict"], "not_comparable");
    assert_eq!(two["epochs"], 1000);
    assert_eq!(two["measured"][0]["epochs"], 2);
    // 900 of the 1,000 letters are learned from, in batches of 32.
    assert_eq!(two["measured"][0]["steps"], 2 * 29);
    desk.good(&format!("{line} --epochs 2"));
    assert_eq!(result(&desk), two);
    desk.good(&format!("{line} --epochs 3"));
    let three = result(&desk);
    assert_eq!(three["measured"][0]["epochs"], 3);
    assert_eq!(three["curve"].as_array().map(Vec::len), Some(3));
    assert_eq!(three["curve"][1], two["curve"][1]);
    // Fewer than there are: nothing is measured, nothing is lost.
    desk.good(&format!("{line} --epochs 1"));
    assert_eq!(result(&desk), three);
}

/// A hold-out is one fit: every figure of it can be told, not only the one that fits are compared by.
#[test]
fn all_printed_figures_of_a_hold_out_are_measured() {
    let desk = Desk::fresh();
    let out = desk.good("reproduce 000-GTSRB-CNN1 --quick --json");
    let said: Value = serde_json::from_str(&out).expect("JSON");
    let others = said["results"][0]["others"].as_array().expect("a list");
    let names: Vec<_> = others
        .iter()
        .map(|one| &one["reported"]["metric"])
        .collect();
    assert_eq!(names, ["train_accuracy", "test_loss"]);
    assert!(others.iter().all(|one| one["mean"].as_f64() > Some(0.0)));
    assert_eq!(desk.files(), Vec::<String>::new());
}

/// A long run that was cut off goes on, and comes to what it would have come to in one go.
#[test]
fn a_kept_run_goes_on_and_comes_to_the_same() {
    let desk = Desk::fresh();
    let line = "reproduce 19.1 --seeds 1 --epochs 3 --out results.json";
    desk.good(line);
    let whole = result(&desk);
    std::fs::remove_file(desk.path("results.json")).expect("there");
    std::fs::create_dir(desk.path("keep")).expect("a folder");
    let kept = "keep/19.1-seed7.run";
    desk.good(&format!(
        "train 19.1 --epochs 3 --seed 7 --steps 150 --project {kept}"
    ));
    // Another text's run of that name is not gone on with.
    std::fs::copy(desk.path(kept), desk.path("other.run")).expect("a copy");
    let said = desk.run("reproduce 19.1 --seeds 1 --epochs 2 --out other.json --keep keep");
    assert!(
        said.good && said.err.contains("begins anew"),
        "{}",
        said.err
    );
    std::fs::copy(desk.path("other.run"), desk.path(kept)).expect("a copy");
    let said = desk.run(&format!("{line} --keep keep"));
    assert!(
        said.good && said.err.contains("goes on behind update 150"),
        "{}",
        said.err
    );
    let resumed = result(&desk);
    for field in ["value", "loss", "steps", "curve"] {
        assert_eq!(
            resumed["measured"][0][field], whole["measured"][0][field],
            "{field}"
        );
    }
    // What is over is kept as a network, not as a run.
    assert!(!desk.path(kept).exists());
    assert!(desk.path("keep/19.1-seed7.safetensors").exists());
}

/// Where the source printed nothing, the figure that the page shows is told, and not judged.
#[test]
fn without_a_printed_figure_ours_is_told_and_not_judged() {
    let desk = Desk::fresh();
    for id in ["OWN-REVIEWS", "22-TALE"] {
        let out = desk.good(&format!("reproduce {id} --quick --json"));
        let said: Value = serde_json::from_str(&out).expect("JSON");
        let one = &said["results"][0];
        assert_eq!(
            (&one["metric"], &one["printed"]),
            (&"test_accuracy".into(), &Value::Null)
        );
        assert_eq!(one["verdict"], "not_finished");
        assert_eq!(one["measured"][0]["epochs"], 1);
    }
    let said = desk.run("reproduce 16.2");
    assert!(
        !said.good && said.err.contains("trains nothing"),
        "{}",
        said.err
    );
}
