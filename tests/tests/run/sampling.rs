//! The page draws tokens and cuts texts itself: `web/src/lib/engine/sampling.json` holds what it must come to, and what
//! the engine comes to.

use fireside_datasets::tokenize;
use fireside_inference::generate::draw;
use fireside_spec::preparation::Level;
use fireside_spec::random::{Purpose, Stream};
use fireside_tests::files;
use serde_json::{Value, json};

#[test]
fn the_page_s_numbers_draws_and_tokens_are_the_engine_s() {
    let stored: Value =
        serde_json::from_str(&files::text("web/src/lib/engine/sampling.json")).unwrap();
    let whole = |case: &Value, name: &str| case[name].as_u64().unwrap() as u32;
    let number = |case: &Value| {
        Stream::new(
            whole(case, "seed"),
            Purpose::Generate,
            whole(case, "step"),
            0,
        )
        .uniform(0)
    };
    let mut found = stored.clone();
    for case in found["numbers"].as_array_mut().unwrap() {
        // JSON's reader rounds in its last digit.
        let [stored, number] = [case["number"].as_f64().unwrap(), f64::from(number(case))];
        if (stored - number).abs() > 1e-12 {
            case["number"] = json!(number);
        }
    }
    for case in found["draws"].as_array_mut().unwrap() {
        let shares = stored["shares"][whole(case, "of") as usize].as_array();
        let shares: Vec<f32> = shares
            .unwrap()
            .iter()
            .map(|share| share.as_f64().unwrap() as f32)
            .collect();
        let temperature = case["temperature"].as_f64().unwrap();
        let top_k = whole(case, "top_k") as usize;
        case["token"] = json!(draw(&shares, temperature, top_k, number(case)));
    }
    for case in found["texts"].as_array_mut().unwrap() {
        let text = case["text"].as_str().unwrap();
        case["tokens"] = json!(tokenize(text, Level::Word, true));
    }
    for part in ["numbers", "draws", "texts"] {
        assert!(
            stored[part].as_array().unwrap().len() > 5,
            "{part} compares next to nothing"
        );
    }
    assert!(
        stored == found,
        "sampling.json should be:\n{}",
        serde_json::to_string_pretty(&found).unwrap()
    );
}
