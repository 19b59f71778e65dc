//! Architectures as Keras's JSON and YAML: written, read back, and exchanged with Keras itself.

use crate::networks::{SAMPLES, book};
use crate::{file, leave};
use fireside_formats::FormatError;
use fireside_formats::architecture::{json, read, read_for, yaml};
use fireside_spec::{Checked, Dialect, Node};

/// The layers, with nothing left to be guessed.
fn explicit(checked: &Checked) -> Vec<Node> {
    let name = |source: &fireside_spec::Source| match source {
        fireside_spec::Source::Data(input) => checked.data.inputs[*input].name.clone(),
        fireside_spec::Source::Layer(layer) => checked.layers[*layer].name.clone(),
    };
    checked
        .layers
        .iter()
        .map(|layer| Node {
            name: Some(layer.name.clone()),
            inputs: layer.sources.iter().map(name).collect(),
            trainable: layer.trainable,
            layer: layer.layer.clone(),
        })
        .collect()
}

fn all() -> Vec<Checked> {
    let samples = SAMPLES.iter().map(crate::networks::Sample::checked);
    samples.chain(book()).collect()
}

/// Every network in the form of its own dialect comes back as it was, from JSON and from YAML.
#[test]
fn what_is_written_is_read() {
    let mut read_back = 0;
    for checked in all() {
        let (id, dialect) = (&checked.experiment.id, checked.experiment.dialect);
        let written = match json(&checked, dialect) {
            Ok(written) => written,
            Err(FormatError::Inexpressible { layer, .. }) => {
                // Keras has no layer that adds positions, and no name for this gelu.
                assert!(layer.starts_with("position_embedding"), "{id}: {layer}");
                continue;
            }
            Err(error) => panic!("{id}: {error}"),
        };
        let form = ["keras2", "keras3"][usize::from(dialect == Dialect::Keras3)];
        leave(&format!("{id}.{form}.json"), written.as_bytes());
        let found = read(&written).unwrap_or_else(|error| panic!("{id}: {error}\n{written}"));
        assert_eq!(found.dialect, dialect, "{id}");
        let text = yaml(&checked, dialect).expect("the same as YAML");
        leave(&format!("{id}.{form}.yaml"), text.as_bytes());
        assert_eq!(read(&text).as_ref(), Ok(&found), "{id}");
        let format = checked.experiment.data.data_format;
        let shapes: Vec<Vec<usize>> = checked
            .data
            .inputs
            .iter()
            .map(|input| input.shape.axes(format))
            .collect();
        let inputs: Vec<Vec<usize>> = found.inputs.iter().map(|one| one.shape.clone()).collect();
        assert_eq!(inputs, shapes, "{id}");
        // Its text in the experiment's place means the same network.
        let mut again = checked.experiment.clone();
        again.layers = found.layers;
        let mut data = checked.data.clone();
        for (input, found) in data.inputs.iter_mut().zip(&found.inputs) {
            input.name = found.name.clone();
        }
        let mut again =
            fireside_spec::check(&again, &data).unwrap_or_else(|p| panic!("{id}: {p:?}"));
        again.data = checked.data.clone();
        let (before, mut after) = (explicit(&checked), explicit(&again));
        // Keras 3 has its own Flatten for channels first.
        for (before, after) in before.iter().zip(&mut after) {
            let written = format!("{:?}", after.layer);
            if dialect == Dialect::Keras3 && written == "Reshaping(Reshape([-1]))" {
                after.layer = before.layer.clone();
            }
        }
        assert_eq!(before, after, "{id}: {}", found.text);
        read_back += 1;
    }
    assert!(read_back > 15, "{read_back}");
}

/// In the other form a network is written only where the form's words mean the same.
#[test]
fn the_other_form_says_the_same_or_nothing() {
    let code = |id: &str, form| {
        let sample = SAMPLES
            .iter()
            .find(|sample| sample.name == id)
            .expect("a sample");
        json(&sample.checked(), form)
            .map(|_| ())
            .map_err(|error| error.to_string())
    };
    let refused = |id, form, words: &str| {
        let error = code(id, form).expect_err("no words");
        assert!(error.contains(words), "{id}: {error}");
    };
    refused(
        "dense",
        Dialect::Keras3,
        "hard_sigmoid_keras2 (layer dense_1)",
    );
    refused(
        "dense_3",
        Dialect::Keras2,
        "hard_sigmoid_keras3 (layer dense_1)",
    );
    refused(
        "recurrent",
        Dialect::Keras3,
        "hard_sigmoid_keras2 (layer lstm_1)",
    );
    refused("recurrent_3", Dialect::Keras2, "(layer gru_1)");
    refused("attention", Dialect::Keras2, "(layer position_embedding_1)");
    refused("pictures_first_3", Dialect::Keras2, "DepthwiseConv2D");
    for id in [
        "pictures",
        "pictures_first",
        "sequences",
        "rules",
        "stateful",
    ] {
        assert_eq!(code(id, Dialect::Keras3), Ok(()), "{id}");
    }
    // Keras 3 divides the deviation of a truncated normal, Keras 2 does not.
    let rules = SAMPLES.iter().find(|sample| sample.name == "rules");
    let rules = rules.expect("a sample").checked();
    let written = json(&rules, Dialect::Keras3).expect("an architecture");
    let scale = 2.0 * 0.879_625_661_034_239_8_f64.powi(2);
    assert!(
        written.contains(&format!("\"scale\": {scale:?}, \"mode\": \"fan_in\"")),
        "{written}"
    );
    leave("rules.keras3.json", written.as_bytes());
}

/// What Keras 2.0.8 and Keras 3.15.1 wrote themselves.
#[test]
fn keras_s_own_files() {
    for name in [
        "keras2_sequential.json",
        "keras2_model.yaml",
        "keras3_functional.json",
    ] {
        let text = String::from_utf8(file(name)).expect("a text");
        let found = read(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let expected = String::from_utf8(file(&format!("{name}.toml"))).expect("a text");
        if fireside_tests::files::bless() {
            let path = format!("tests/reference/foreign/{name}.toml");
            std::fs::write(fireside_tests::files::root().join(path), &found.text).expect("a file");
        } else {
            assert_eq!(found.text, expected, "{name}");
        }
    }
}

#[test]
fn hostile_texts_end_in_an_answer() {
    use fireside_tests::dice::Dice;
    let mut codes = std::collections::BTreeSet::new();
    for (seed, name) in [
        "keras2_sequential.json",
        "keras2_model.yaml",
        "keras3_functional.json",
    ]
    .into_iter()
    .enumerate()
    {
        let whole = file(name);
        for case in 0..2000 {
            let mut dice = Dice::new(seed as u32, case);
            let mut bytes = whole.clone();
            for _ in 0..=dice.throw(3) {
                let (at, from) = (dice.throw(bytes.len()), dice.throw(bytes.len()));
                match dice.throw(4) {
                    0 => bytes[at] = bytes[from],
                    1 => drop(bytes.drain(at..(at + dice.throw(40)).min(bytes.len()))),
                    2 => bytes[at] = b"{}[],:\"-*&! \n09e"[dice.throw(16)],
                    _ => {
                        let piece = bytes[from..(from + dice.throw(60)).min(bytes.len())].to_vec();
                        bytes.splice(at..at, piece);
                    }
                }
            }
            let text = String::from_utf8_lossy(&bytes);
            codes.insert(read(&text).map_or_else(|error| error.code(), |_| "fine"));
        }
    }
    println!("{codes:?}");
    for code in [
        "fine",
        "foreign_unreadable",
        "foreign_unsupported",
        "foreign_network",
    ] {
        assert!(codes.contains(code), "{codes:?}");
    }
}

/// Each refusal names the layer.
#[test]
fn what_the_language_lacks_is_named() {
    let model = |layer: &str| {
        format!(
            "{{\"class_name\": \"Sequential\", \"keras_version\": \"2.0.8\", \"config\": [{{\"class_name\": \"Dense\", \
             \"config\": {{\"name\": \"first\", \"batch_input_shape\": [null, 4], \"units\": 3}}}}, {layer}]}}"
        )
    };
    for (layer, words) in [
        (
            r#"{"class_name": "Lambda", "config": {"name": "x", "function": "evil"}}"#,
            "Lambda",
        ),
        (
            r#"{"class_name": "Dense", "config": {"name": "x", "units": 3, "trainable": "no"}}"#,
            "trainable = \"no\" (layer x)",
        ),
        (
            r#"{"class_name": "Dense", "config": {"name": "x", "units": 3, "activity_regularizer": {"class_name": "L1L2"}}}"#,
            "(layer x)",
        ),
        (
            r#"{"class_name": "Conv2D", "config": {"name": "x", "filters": 3, "kernel_size": [3, 3]}}"#,
            "layers[1]",
        ),
        (
            r#"{"class_name": "BatchNormalization", "config": {"name": "x", "axis": 2}}"#,
            "axis",
        ),
        (
            r#"{"class_name": "Dense", "config": {"units]\n[training": 3}}"#,
            "layer_2",
        ),
        (
            r#"{"class_name": "Sequential", "config": []}"#,
            "a model within the model",
        ),
    ] {
        let error = read(&model(layer)).expect_err(layer).to_string();
        assert!(error.contains(words), "{layer}: {error}");
    }
    let nameless = model(r#"{"class_name": "", "config": {"name": "x"}}"#);
    assert_eq!(
        read(&nameless).map_err(|error| error.code()),
        Err("foreign_network")
    );
    assert!(read("{\"class_name\": \"Sequential\"}").is_err());
    assert!(read("").is_err());
}

/// Data may call their inputs otherwise than the file: layers read them under the data's names, also where two
/// swap theirs. Another number of names changes nothing.
#[test]
fn inputs_get_the_names_of_the_data() {
    let sample = SAMPLES.iter().find(|sample| sample.name == "branches");
    let checked = sample.expect("two inputs").checked();
    let text = json(&checked, checked.experiment.dialect).expect("JSON");
    let own = read(&text).expect("an architecture");
    assert_eq!(own.inputs[0].name, "picture");
    let swapped = read_for(&text, &["words", "picture"]).expect("an architecture");
    let names: Vec<&str> = swapped.inputs.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["words", "picture"]);
    for (old, new) in own.layers.iter().zip(&swapped.layers) {
        let name = |name: &String| match name.as_str() {
            "picture" => "words".to_owned(),
            "words" => "picture".to_owned(),
            other => other.to_owned(),
        };
        let renamed: Vec<String> = old.inputs.iter().map(name).collect();
        assert_eq!(renamed, new.inputs);
        assert_eq!(old.layer, new.layer);
    }
    assert_eq!(read_for(&text, &["one"]), Ok(own));
}
