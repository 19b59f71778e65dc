//! What `static/` holds is listed, and shipped models are what their cards say.

use crate::kept;
use fireside_datasets::{Rows, catalog};
use fireside_inference::{Model, ModelCard, words};
use fireside_tests::files::{bless, root, text};
use fireside_training::results::Results;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

const MANIFEST: &str = "static/MANIFEST.json";

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Served {
    path: String,
    /// Who made it and from what.
    origin: String,
    licence: String,
    bytes: u64,
    sha256: String,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    files: Vec<Served>,
}

/// Origin and licence of what this project makes itself; a file from elsewhere has to say its own.
fn own(path: &str) -> (String, String) {
    let origin = match path.split('/').next() {
        Some("models") => "trained by this project, see the card beside it",
        Some("results.json") => "measured by `fireside reproduce`",
        Some("bench.json") => "measured by `cargo xtask bench --peers`",
        Some("icons") => "made by this project",
        _ => return Default::default(),
    };
    (origin.into(), "MIT OR Apache-2.0".into())
}

fn sha256(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What `static/` holds is served as it is: each file with origin, licence, length and checksum.
#[test]
fn the_manifest_lists_everything_that_is_served() {
    let parsed = std::fs::read_to_string(root().join(MANIFEST));
    let manifest: Manifest = match parsed {
        Ok(text) => serde_json::from_str(&text).unwrap_or_else(|e| panic!("{MANIFEST}: {e}")),
        Err(_) if bless() => Manifest { files: Vec::new() },
        Err(error) => panic!("{MANIFEST}: {error}"),
    };
    let known: BTreeMap<&str, &Served> = manifest
        .files
        .iter()
        .map(|file| (file.path.as_str(), file))
        .collect();
    assert_eq!(
        known.len(),
        manifest.files.len(),
        "{MANIFEST} lists a file twice"
    );
    let mut found: Vec<Served> = Vec::new();
    for file in kept()
        .into_iter()
        .filter(|file| file.starts_with("static/") && file != MANIFEST)
    {
        let bytes = std::fs::read(root().join(&file)).expect("a file of static/");
        let path = file.trim_start_matches("static/").to_string();
        let (origin, licence) = known.get(path.as_str()).map_or_else(
            || own(&path),
            |said| (said.origin.clone(), said.licence.clone()),
        );
        found.push(Served {
            origin,
            licence,
            bytes: bytes.len() as u64,
            sha256: sha256(&bytes),
            path,
        });
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    if bless() {
        let new = serde_json::to_string_pretty(&Manifest {
            files: found.clone(),
        })
        .expect("JSON");
        std::fs::write(root().join(MANIFEST), new + "\n").expect("the manifest is written");
    }
    for file in &found {
        assert!(
            !file.origin.is_empty() && !file.licence.is_empty(),
            "{MANIFEST}: {} needs origin and licence (FIRESIDE_BLESS=1 fills in length and checksum)",
            file.path
        );
        if bless() {
            continue;
        }
        let said = known.get(file.path.as_str());
        let said = said.unwrap_or_else(|| panic!("{MANIFEST} lacks {}", file.path));
        assert_eq!(
            (said.bytes, &said.sha256),
            (file.bytes, &file.sha256),
            "{MANIFEST}: {}",
            file.path
        );
    }
    let there: BTreeSet<&str> = found.iter().map(|file| file.path.as_str()).collect();
    if !bless() {
        for path in known.keys() {
            assert!(
                there.contains(path),
                "{MANIFEST} lists {path}, which is not there"
            );
        }
    }
}

/// A shipped model has a card that tells the truth about it, and it answers.
#[test]
fn shipped_models_are_what_their_cards_say() {
    let models: Vec<String> = kept()
        .into_iter()
        .filter(|file| file.starts_with("static/models/") && file.ends_with(".safetensors"))
        .collect();
    assert!(!models.is_empty(), "no model is shipped in static/models");
    for file in models {
        let card_file = file.replace(".safetensors", ".json");
        let card: ModelCard = serde_json::from_str(&text(&card_file))
            .unwrap_or_else(|error| panic!("{card_file}: {error}"));
        let bytes = std::fs::read(root().join(&file)).expect("a model");
        assert_eq!(
            (card.bytes as usize, &card.sha256),
            (bytes.len(), &sha256(&bytes)),
            "{card_file}"
        );
        let device = fireside_network::cpu();
        let model = Model::load(&bytes, fireside_datasets::official_shape, device)
            .unwrap_or_else(|error| panic!("{file}: {error}"));
        let (info, checked) = (model.info(), model.checked());
        assert_eq!(card.experiment, checked.experiment.id, "{card_file}");
        assert_eq!(
            (card.seed, card.epochs),
            (info.seed, info.epochs),
            "{card_file}"
        );
        assert_eq!(
            card.parameters as usize,
            checked.parameters(),
            "{card_file}"
        );
        assert_eq!(Some(card.test_accuracy), info.test_accuracy, "{card_file}");
        let data = &checked.experiment.data.name;
        let entry = fireside_datasets::catalog::find(data).expect("a row of the catalog");
        assert!(
            card.data.starts_with(&format!("{data},")),
            "{card_file}: the page finds it by its data, {}",
            card.data
        );
        // On the official test rows it has the score that the card claims; a picture or two may hang on the
        // rounding of the machine that trained it. Of colour pictures a tenth has to do, of reviews a twentieth; of Alice
        // the next word is guessed, one of 2,789.
        let (least, every, apart, bytes) = match data.as_str() {
            "mnist" => (0.991, 1, 2.5e-4, 4_000_000),
            "imdb" => (0.88, 20, 0.02, 3_000_000),
            "alice" => (0.15, 1, 2.5e-3, 3_000_000),
            _ => (0.8, 10, 0.04, 4_000_000),
        };
        assert!(
            card.test_accuracy >= least && card.bytes <= bytes,
            "{card_file}: {}",
            card.test_accuracy
        );
        let read;
        let dataset = if data == "mnist" {
            fireside_tests::data::official()
        } else {
            read = fireside_tests::data::whole(data)
                .prepare(&checked.experiment.data.preparation)
                .unwrap_or_else(|error| panic!("{data}: {error}"));
            &read
        };
        assert_eq!(
            dataset.raw(),
            entry.checksum,
            "{data}: not the official data"
        );
        assert_eq!(
            info.data,
            dataset.checksum(),
            "{file}: trained on other data"
        );
        let rows = &dataset.test;
        let asked = rows.rows() / every;
        let right = (0..asked).filter(|row| judged_right(&model, rows, row * every));
        let accuracy = right.count() as f64 / asked as f64;
        assert!(
            (accuracy - card.test_accuracy).abs() < apart,
            "{file}: measured {accuracy}"
        );
    }
}

/// Whether a model is right about a test row.
fn judged_right(model: &Model, rows: &Rows, row: usize) -> bool {
    match rows {
        Rows::Sequences(texts) => {
            let label = usize::from(texts.targets().labels()[row]);
            let answer = words::answer(model.network(), model.checked(), texts.row(row));
            match fireside_tests::block_on(answer).expect("an answer")[..] {
                [share] => usize::from(share > 0.5) == label,
                ref shares => fireside_training::best(shares) == label,
            }
        }
        rows => {
            let test = fireside_tests::data::pictures(rows);
            let (pixels, label) = test.get(row).expect("a test row");
            let answer = fireside_tests::block_on(model.judge(pixels)).expect("an answer");
            let narrow: Vec<f32> = answer.iter().map(|p| *p as f32).collect();
            fireside_training::best(&narrow) == usize::from(label)
        }
    }
}

/// The results file says what was measured, of the experiments as they are now, judged by the rule.
#[test]
fn results_are_of_the_book_as_it_is_and_judged_by_the_rule() {
    let file = "static/results.json";
    let results: Results =
        serde_json::from_str(&text(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
    assert!(!results.results.is_empty(), "{file} is empty");
    for result in &results.results {
        let id = &result.id;
        let text = fireside_book::text(id).unwrap_or_else(|| panic!("{file}: no experiment {id}"));
        let experiment = fireside_spec::parse(text).expect("a text of the book");
        let training = experiment.training.expect("an experiment that trains");
        let measured = fireside_spec::outcome::outcome(text).expect("TOML");
        assert_eq!(
            result.text_sha256,
            sha256(measured.as_bytes()),
            "{file}: {id} was measured with another text: run `fireside reproduce {id}` again"
        );
        let said = (result.printed, result.decimals, result.metric.as_str());
        // Where nothing is printed, what the page shows of classes is told.
        let known = experiment
            .reported
            .first()
            .map_or((None, 4, "test_accuracy"), |r| {
                (Some(r.value), r.decimals, r.metric.as_str())
            });
        assert_eq!(said, known, "{file}: {id}");
        assert_eq!(result.epochs as usize, training.epochs, "{file}: {id}");
        assert!(
            !result.machine.is_empty() && !result.version.is_empty(),
            "{file}: {id}"
        );
        let mut again = result.clone();
        let comparable = catalog::find(&result.data).is_some_and(|entry| {
            // What is drawn for this project is no source's; of the traffic signs, a part is all that is known.
            let whole = entry.official.source != catalog::Source::BuiltIn && entry.name != "gtsrb";
            whole && entry.checksum == result.data_sha256
        });
        again.judge(&experiment.reported, comparable);
        assert_eq!(result.verdict, again.verdict, "{file}: {id}");
        assert_eq!(result.others.len(), again.others.len(), "{file}: {id}");
        let mut pairs = vec![(result.mean, again.mean), (result.sd, again.sd)];
        for (said, ours) in result.others.iter().zip(&again.others) {
            assert_eq!(
                (&said.reported, said.verdict),
                (&ours.reported, ours.verdict),
                "{file}: {id}"
            );
            pairs.extend([(said.mean, ours.mean), (said.sd, ours.sd)]);
        }
        for (said, ours) in pairs {
            assert!(
                (said - ours).abs() < 1e-12,
                "{file}: {id}: {said} is {ours}"
            );
        }
        let seeds: BTreeSet<u32> = result.measured.iter().map(|one| one.seed).collect();
        assert_eq!(
            seeds.len(),
            result.measured.len(),
            "{file}: {id} counts a seed twice"
        );
        // Stages have a figure, but no curve.
        let stages = experiment.kind == fireside_spec::Kind::Stages;
        for one in result.measured.iter().filter(|_| !stages) {
            assert_eq!(
                one.curve.last(),
                Some(&one.value),
                "{file}: {id} seed {}",
                one.seed
            );
            let (points, epochs) = (one.curve.len(), one.epochs as usize);
            // The best point of a sweep may be one of fewer epochs.
            let fewer = experiment.sweep.is_some() && points < epochs;
            assert!(points == epochs || fewer, "{file}: {id} seed {}", one.seed);
        }
    }
}
