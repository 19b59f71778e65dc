//! Experiments as other libraries' words, and back.

use crate::{Desk, TWO, flowers, foreign, months};
use fireside_formats::{Limits, NamedTensor, npy};
use std::io::Write as _;
use std::process::Command;

const LSTM: &str = "[[layers]]\ntype = \"Reshape\"\ntarget_shape = [3, 1]\n[[layers]]\ntype = \"LSTM\"\nunits = 4\n\
                    [[layers]]\ntype = \"Dense\"\nunits = 1\n";

#[test]
fn every_form_of_every_kind_of_source() {
    let desk = Desk::fresh();
    desk.write("flowers.toml", flowers("", ""));
    desk.good("train flowers.toml --epochs 1 --out m.safetensors --json");
    for (to, word) in [
        ("keras", "import keras"),
        ("pytorch", "import torch"),
        ("burn", "use burn::"),
        ("json", "\"class_name\": \"Sequential\""),
        ("yaml", "class_name: Sequential"),
    ] {
        let said = desk.good(&format!("export flowers.toml --to {to}"));
        assert!(said.contains(word), "{said}");
        // A model carries its experiment: the same, but for the epochs that it was trained for.
        desk.good(&format!("export m.safetensors --to {to} --out {to}.out"));
        let same = |text: &str| {
            text.replace("EPOCHS = 3", "EPOCHS = 1")
                .replace("epochs: 3", "epochs: 1")
        };
        if to == "json" || to == "yaml" {
            assert_eq!(desk.text(&format!("{to}.out")).trim_end(), said.trim_end());
        } else {
            assert!(
                same(&said)
                    .len()
                    .abs_diff(desk.text(&format!("{to}.out")).len())
                    < 10
            );
        }
        desk.good(&format!("export 13.4 --to {to}"));
    }
    let three = desk.good("export flowers.toml --to json --dialect keras3");
    assert!(three.contains("\"module\": \"keras\""), "{three}");
    // What Keras has no layer for is named, with a way out.
    let positions = "[[layers]]\ntype = \"Reshape\"\ntarget_shape = [3, 1]\n[[layers]]\ntype = \"PositionEmbedding\"\n\
                     sequence_length = 3\n[[layers]]\ntype = \"Flatten\"\n[[layers]]\ntype = \"Dense\"\nunits = 1\n";
    desk.write("positions.toml", months(positions));
    desk.refused(
        "export positions.toml --to json",
        &["positions.toml", "position_embedding_1", "--to keras"],
    );
    desk.good("export positions.toml --to keras");
}

/// The layers of an experiment come back from Keras's words as they were.
#[test]
fn architectures_come_back() {
    let desk = Desk::fresh();
    desk.write("flowers.toml", flowers("seed = 9", ""));
    for form in ["json", "yaml"] {
        desk.good(&format!("export flowers.toml --to {form} --out net.{form}"));
        let layers = desk.good(&format!("import net.{form} --layers"));
        assert!(
            layers.contains("units = 5\nactivation = \"tanh\""),
            "{layers}"
        );
        // In place of its own layers the experiment trains as before; only its layers' text is another.
        desk.good(&format!(
            "import net.{form} --like flowers.toml --out back.toml"
        ));
        let (own, back) = (
            desk.good("train flowers.toml --json"),
            desk.good("train back.toml --json"),
        );
        assert_eq!(own, back, "{form}");
        let text = desk.text("back.toml");
        assert!(
            text.contains("seed = 9") && text.contains("# The layers.\n"),
            "{text}"
        );
        // By its shape it fits one data set: iris.
        desk.good(&format!("import net.{form} --out new.toml"));
        assert!(desk.text("new.toml").contains("name = \"iris\""));
        assert!(
            desk.text("new.toml")
                .contains("loss = \"categorical_crossentropy\"")
        );
        desk.good("train new.toml --epochs 1");
    }
    // A later table stays behind the layers, a dialect follows.
    desk.write("months.toml", months(TWO));
    let keras = foreign("keras3_model.h5");
    desk.write(
        "old.toml",
        months(TWO).replace("dialect = \"keras3\"", "dialect = \"keras2\""),
    );
    desk.good(&format!(
        "import {} --like old.toml --out mine.toml",
        keras.display()
    ));
    assert!(desk.text("mine.toml").contains("dialect = \"keras3\""));
    desk.good(&format!(
        "convert {} mine.safetensors --for mine.toml",
        keras.display()
    ));
    desk.good("train mine.safetensors --epochs 1");
    let one = desk.text("mine.toml").matches("[[layers]]").count();
    assert_eq!(one, 2, "{}", desk.text("mine.toml"));
}

#[test]
fn architectures_that_can_not_be() {
    let desk = Desk::fresh();
    desk.write("flowers.toml", flowers("", ""));
    desk.good("export flowers.toml --to json --out net.json");
    let json = desk.text("net.json");
    desk.write(
        "lambda.json",
        json.replace("\"class_name\": \"Dense\"", "\"class_name\": \"Lambda\""),
    );
    desk.write("half.json", &json[..json.len() / 2]);
    desk.write("deep.json", "[".repeat(100_000));
    desk.write("bytes.json", [0xff, 0xfe, 0xfd]);
    desk.write(
        "other.json",
        "{\"class_name\": \"Sequential\", \"config\": []}",
    );
    let several = json.replace("\"units\": 3", "\"units\": 7");
    desk.write("seven.json", several);
    for (line, words) in [
        ("import lambda.json", "lambda.json|Lambda"),
        ("import half.json", "half.json"),
        ("import deep.json", "deep.json"),
        ("import bytes.json", "bytes.json|UTF-8"),
        ("import other.json", "other.json"),
        ("import nothing.json", "nothing.json"),
        ("import seven.json", "seven.json|--like"),
        ("import seven.json --like flowers.toml", "seven.json|7"),
        ("import seven.json --data iris", "seven.json|7"),
        ("import net.json --data irises", "no data set irises|iris"),
        ("import net.json --like 13.2", "13.2"),
        ("import flowers.toml", "flowers.toml"),
    ] {
        let words: Vec<&str> = words.split('|').collect();
        desk.refused(&format!("{line} --out made.toml"), &words);
    }
    let weights = foreign("keras2_weights.h5");
    desk.refused(
        &format!("import {}", weights.display()),
        &["no architecture", "to_json"],
    );
}

/// The programs run, with the weights that are laid beside them, and agree: `FIRESIDE_PYTHON` names a Python with
/// numpy, keras on jax, and torch.
#[test]
fn programs_run() {
    let Some(python) = std::env::var_os("FIRESIDE_PYTHON") else {
        let said = "\nSKIPPED: exported programs are not run, FIRESIDE_PYTHON names no Python";
        let _ = writeln!(std::io::stderr(), "{said}");
        return;
    };
    let desk = Desk::fresh();
    desk.write("flowers.toml", flowers("", ""));
    desk.write("lstm.toml", months(LSTM));
    let pictures = "13.4";
    for (id, name, shape) in [
        ("flowers.toml", "flowers", vec![5, 4]),
        ("lstm.toml", "lstm", vec![5, 3]),
        (pictures, "pictures", vec![2, 1, 28, 28]),
    ] {
        let steps = if id == pictures { " --steps 1" } else { "" };
        desk.good(&format!(
            "train {id} --epochs 1 --out {name}.npy.safetensors{steps}"
        ));
        let length: usize = shape.iter().product();
        let rows = NamedTensor {
            name: String::new(),
            shape,
            values: (0..length)
                .map(|i| ((37 * i) % 101) as f32 / 50.0 - 1.0)
                .collect(),
        };
        desk.write(&format!("{name}.rows.npy"), npy::write(&rows));
        let mut all = Vec::new();
        for to in ["keras", "pytorch"] {
            desk.good(&format!(
                "export {id} --to {to} --weights {name}.npy.safetensors --out {name}-{to}.py"
            ));
            let output = Command::new(&python)
                .arg(format!("{name}-{to}.py"))
                .args([
                    "predict",
                    &format!("{name}-{to}.safetensors"),
                    &format!("{name}.rows.npy"),
                ])
                .arg(format!("{name}-{to}.npy"))
                .env("KERAS_BACKEND", "jax")
                .current_dir(desk.path(""))
                .output()
                .expect("python");
            assert!(
                output.status.success(),
                "{}",
                String::from_utf8_lossy(&output.stderr)
            );
            let bytes = desk.read(&format!("{name}-{to}.npy"));
            all.push(npy::read("answers", &bytes, Limits::default()).expect("an array"));
        }
        assert_eq!(all[0].shape, all[1].shape);
        let pairs = all[0].values.iter().zip(&all[1].values);
        let apart = pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        let largest = all[0]
            .values
            .iter()
            .fold(0.0f32, |most, v| most.max(v.abs()));
        assert!(
            apart <= 1e-5 * largest && largest > 1e-4,
            "{name}: {apart} of {largest}"
        );
    }
}
