//! A network on words answers texts: from its file alone as in its run, word by word, and refuses what are no rows of it.

use crate::weights;
use fireside_datasets::Vocabulary;
use fireside_datasets::catalog::reader;
use fireside_datasets::official_shape;
use fireside_inference::{Model, words};
use fireside_insight::{InsightError, tokens};
use fireside_network::weights::{File, write};
use fireside_network::{Network, cpu};
use fireside_spec::Checked;
use fireside_tests::block_on;
use fireside_tests::data::sample;
use fireside_tests::runs::{run, to_the_end};
use fireside_training::Run;
use std::sync::Arc;

/// A network that adds up what it holds of each word, so that the parts are known.
const TEXT: &str = r#"
id = "REVIEWS"
kind = "train"
chapter = 16
title = { en = "Reviews", zh = "影评" }
intro = { en = "Reviews", zh = "影评" }
dialect = "keras2"
seed = 7

[data]
name = "imdb"
num_words = 60
maxlen = 20

[[layers]]
type = "Embedding"
input_dim = 60
output_dim = 8

[[layers]]
type = "Flatten"

[[layers]]
type = "Dense"
units = 1
activation = "sigmoid"

[training]
loss = "binary_crossentropy"
optimizer = "adam"
epochs = 12
batch_size = 32
"#;

fn trained() -> Run {
    let raw = (reader("imdb").expect("a reader").sample)(7, 1_000, 100);
    let spec = fireside_spec::parse(TEXT).expect("a text");
    let rows = raw.prepare(&spec.data.preparation).expect("rows");
    let mut run = run(TEXT, &Arc::new(rows));
    to_the_end(&mut run);
    run
}

fn load(bytes: &[u8]) -> Model {
    Model::load(bytes, official_shape, cpu()).unwrap_or_else(|error| panic!("{error}"))
}

/// A row of 20 ids, filled up in front.
fn row(vocabulary: &Vocabulary, text: &str) -> Vec<u32> {
    let ids = vocabulary.encode(text);
    let mut row = vec![0; 20 - ids.len()];
    row.extend(ids);
    row
}

fn slope(network: &Network, checked: &Checked, ids: &[u32], class: usize) -> Vec<f32> {
    let input = words::input(network, checked, ids).expect("a row");
    block_on(tokens(network, checked, input, class)).expect("a slope")
}

#[test]
fn a_model_file_answers_texts_alone_and_says_what_each_word_did() {
    let run = trained();
    let model = load(&weights(&run));
    let (network, checked) = (model.network(), model.checked());
    let vocabulary = model.vocabulary().expect("a vocabulary");
    let known = |word: &str| vocabulary.words().iter().any(|own| own == word);
    assert!(known("great") && known("awful") && !known("splendid"));
    // Marks are no words, and who is not known has the id for it.
    let ids = vocabulary.encode("A GREAT film!\n<br />Splendid.");
    assert_eq!((ids[0], ids.len()), (1, 6));
    assert_eq!(ids[4..], [2, 2]);

    let good = row(vocabulary, "great film, wonderful music, loved it");
    let bad = row(vocabulary, "awful film, boring music, hated it");
    let both = [good.clone(), bad.clone()].concat();
    let answers = block_on(words::answer(network, checked, &both)).expect("answers");
    assert!(answers[0] > 0.8 && answers[1] < 0.2, "{answers:?}");
    // As in the run, and one by one as together.
    let there = block_on(words::answer(run.network(), run.checked(), &bad)).expect("an answer");
    assert!((there[0] - answers[1]).abs() < 1e-6);

    // Of a sum the parts are exact: with the bias they are the score.
    let bias = network.weights().last().expect("a bias").values.clone();
    let bias = bias.into_data().try_to_vec::<f32>().expect("a number")[0];
    for (ids, answer) in [(&good, answers[0]), (&bad, answers[1])] {
        let parts = slope(network, checked, ids, 1);
        let score = (answer / (1.0 - answer)).ln();
        let sum = parts.iter().sum::<f32>() + bias;
        assert!((sum - score).abs() < 1e-3, "{sum} for {score}");
        let against = slope(network, checked, ids, 0);
        assert!(parts.iter().zip(&against).all(|(a, b)| *a == -b));
        let of = |word: &str| {
            let at = ids.iter().position(|id| vocabulary.token(*id) == word);
            at.map(|at| parts[at])
        };
        assert!(of("great").is_none_or(|part| part > 0.0));
        assert!(of("awful").is_none_or(|part| part < 0.0));
    }
}

#[test]
fn what_are_no_rows_of_the_network_is_refused() {
    let raw = (reader("imdb").expect("a reader").sample)(7, 100, 20);
    let spec = fireside_spec::parse(TEXT).expect("a text");
    let rows = raw.prepare(&spec.data.preparation).expect("rows");
    let run = run(TEXT, &Arc::new(rows));
    let (network, checked) = (run.network(), run.checked());
    let refused = |ids: &[u32]| {
        let error = block_on(words::answer(network, checked, ids)).expect_err("no row");
        assert!(!error.to_string().is_empty() && !error.args().is_empty());
        error.code()
    };
    for length in [0, 1, 19, 21, 20 << 16] {
        assert_eq!(refused(&vec![4; length]), "ids_length", "{length}");
    }
    for id in [60, u32::MAX] {
        assert_eq!(
            refused(&[[4; 19].as_slice(), &[id]].concat()),
            "id_out_of_range"
        );
    }
    let input = words::input(network, checked, &[59; 20]).expect("a row");
    let class = block_on(tokens(network, checked, input, 2)).expect_err("two classes");
    assert!(matches!(
        class,
        InsightError::Class {
            class: 2,
            classes: 2
        }
    ));

    let digits = fireside_tests::runs::run(&crate::small(&[]), &Arc::new(sample(40, 10)));
    let (network, checked) = (digits.network(), digits.checked());
    let error = block_on(words::answer(network, checked, &[4; 784])).expect_err("pictures");
    assert_eq!(error.code(), "model_input");
    let picture = digits.input(true, 0..1).expect("a row");
    let error = block_on(tokens(network, checked, picture, 1)).expect_err("no words");
    assert_eq!(error, InsightError::NoEmbedding);
    // Its file has no vocabulary, as those of earlier versions.
    assert_eq!(load(&weights(&digits)).vocabulary(), None);
}

#[test]
fn a_file_with_another_vocabulary_is_refused_or_read_as_it_is() {
    let raw = (reader("imdb").expect("a reader").sample)(7, 100, 20);
    let spec = fireside_spec::parse(TEXT).expect("a text");
    let rows = raw.prepare(&spec.data.preparation).expect("rows");
    let bytes = weights(&run(TEXT, &Arc::new(rows)));
    let file = File::read(&bytes).expect("a model file");
    let names = ["embedding_1/embeddings", "dense_1/kernel", "dense_1/bias"];
    let tensors = names.map(|name| {
        let shape = file.shape(name).unwrap_or_else(|| panic!("no {name}"));
        let values = file.values(name, &shape).expect("values");
        let bytes = values.iter().flat_map(|value| value.to_le_bytes());
        (name.to_string(), shape, bytes.collect())
    });
    let with = |vocabulary: serde_json::Value| {
        let mut told: serde_json::Value = serde_json::from_str(&file.metadata).expect("JSON");
        told["vocabulary"] = vocabulary;
        let bytes = write(&tensors, told.to_string()).expect("a file");
        Model::load(&bytes, official_shape, cpu())
    };
    let many: Vec<String> = (0..57).map(|word| word.to_string()).collect();
    for wrong in [
        serde_json::json!(7),
        serde_json::json!(["a", "b"]),
        "".into(),
        "tokens".into(),
        "word\nlower\n4\ngood\nbad\ngood".into(),
        ["word\nlower\n4", &many.join("\n")].join("\n").into(),
    ] {
        let told = wrong.to_string();
        match with(wrong) {
            Err(error) => assert_eq!(error.code(), "model_corrupt", "{told}"),
            Ok(_) => panic!("{told} was taken"),
        }
    }
    let few = with("word\nlower\n4\ngood".into()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(
        few.vocabulary().expect("words").encode("so good"),
        [1, 2, 4]
    );
    let none = with(serde_json::Value::Null).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(none.vocabulary(), None);
}
