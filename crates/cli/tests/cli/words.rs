//! Texts in the terminal: judged by a model file alone, gone on with; without a verdict where too little is known.

use crate::Desk;

const HEAD: &str = "id = \"small\"\nkind = \"train\"\nchapter = 1\ntitle = { en = \"-\", zh = \"-\" }\n\
     intro = { en = \"-\", zh = \"-\" }\ndialect = \"keras3\"\n";
const REVIEWS: &str = "[data]\nname = \"imdb\"\nnum_words = 60\nmaxlen = 30\n\
     [[layers]]\ntype = \"Embedding\"\ninput_dim = 60\noutput_dim = 8\n[[layers]]\ntype = \"Flatten\"\n\
     [[layers]]\ntype = \"Dense\"\nunits = 1\nactivation = \"sigmoid\"\n\
     [training]\nloss = \"binary_crossentropy\"\noptimizer = { name = \"adam\", learning_rate = 0.01 }\n\
     epochs = 20\nbatch_size = 50\n";

// Marks part words, so that a text needs no blank.
#[test]
fn reviews_are_judged() {
    let desk = Desk::fresh();
    desk.write("reviews.toml", [HEAD, REVIEWS].concat());
    desk.good("train reviews.toml --steps 400 --out small.safetensors");
    let asked = |text: &str| -> serde_json::Value {
        let out = desk.good(&format!(
            "predict --model small.safetensors --json --text {text}"
        ));
        serde_json::from_str(&out).unwrap_or_else(|error| panic!("{out}: {error}"))
    };
    let good = asked("Great!film,WONDERFUL-music,loved:warm");
    assert_eq!(
        (&good["class"], &good["known"]),
        (&"positive".into(), &6.into())
    );
    assert_eq!(
        asked("awful-film,boring,hated,cold,dull")["class"],
        "negative"
    );
    // A start mark, and the id for what is not known.
    let none = asked("这部电影真好-great,xyzzy");
    assert_eq!((&none["tokens"], &none["known"]), (&3.into(), &1.into()));
    assert_eq!(none["ids"].as_array().map(Vec::len), Some(4));
    assert!(none["class"].is_null());

    let words = desk.good("predict --model small.safetensors --text great-wonderful-film");
    assert!(words.starts_with("positive ("), "{words}");
    assert!(words.contains("3 of 3 tokens are known"), "{words}");
    let words = desk.good("predict --model small.safetensors --text xyzzy");
    assert!(words.starts_with("no verdict: only 0 of 1"), "{words}");
    for line in [
        "predict --model small.safetensors",
        "predict --model small.safetensors --text great picture.png",
    ] {
        assert!(!desk.run(line).good, "{line}");
    }
}

#[test]
fn pictures_have_no_words() {
    let desk = Desk::fresh();
    let digits = "[data]\nname = \"mnist\"\n[[layers]]\ntype = \"Flatten\"\n\
         [[layers]]\ntype = \"Dense\"\nunits = 10\nactivation = \"softmax\"\n\
         [training]\nloss = \"categorical_crossentropy\"\noptimizer = \"sgd\"\nepochs = 1\nbatch_size = 20\n";
    desk.write("digits.toml", [HEAD, digits].concat());
    desk.good("train digits.toml --steps 1 --out digits.safetensors");
    let said = desk.run("predict --model digits.safetensors --text seven");
    assert!(
        !said.good && said.err.contains("takes no texts"),
        "{}",
        said.err
    );
}
