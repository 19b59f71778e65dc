//! Weights from one form to another, and what does not fit.

use crate::{Desk, TWO, flowers, foreign, months};
use fireside_formats::{Limits, NamedTensor, npz};

fn tensors(desk: &Desk, name: &str) -> Vec<NamedTensor> {
    npz::read(&desk.read(name), Limits::default()).expect("an archive")
}

#[test]
fn there_and_back_is_the_same() {
    let desk = Desk::fresh();
    desk.write("flowers.toml", flowers("seed = 5", ""));
    desk.good("train flowers.toml --out a.safetensors");
    desk.good("convert a.safetensors b.npz");
    desk.good("convert b.npz c.safetensors --for flowers.toml");
    desk.good("convert c.safetensors d.npz");
    desk.good("convert a.safetensors e.safetensors");
    assert!(desk.read("b.npz") == desk.read("d.npz"));
    // A model stays what it was, with what it tells of itself.
    assert!(desk.read("a.safetensors") == desk.read("e.safetensors"));
    let names: Vec<String> = tensors(&desk, "b.npz")
        .into_iter()
        .map(|one| one.name)
        .collect();
    assert_eq!(
        names,
        [
            "dense_1/kernel",
            "dense_1/bias",
            "dense_2/kernel",
            "dense_2/bias"
        ]
    );
    desk.refused("convert b.npz c.safetensors", &["b.npz", "--for"]);
    desk.refused(
        "convert a.safetensors a.h5",
        &["a.h5", ".safetensors or .npz"],
    );
    desk.refused("convert a.safetensors no/a.npz", &["no folder no"]);
    desk.refused("convert nothing.npz a.npz", &["nothing.npz"]);
    desk.refused(
        "convert flowers.toml a.npz",
        &["flowers.toml", "no weights"],
    );
    desk.refused(
        "convert b.npz x.npz --for 13.2",
        &["13.2", "trains nothing"],
    );
}

#[test]
fn weights_of_keras_are_named() {
    let desk = Desk::fresh();
    desk.write("months.toml", months(TWO));
    let file = foreign("keras3_model.h5");
    desk.good(&format!(
        "convert {} m.npz --for months.toml",
        file.display()
    ));
    let found = tensors(&desk, "m.npz");
    // What `foreign.py` fills tensor k with.
    let value = |k: usize, i: usize| ((37 * i + 11 * k) % 101) as f32 / 64.0 - 0.75;
    for (k, tensor) in found.iter().enumerate() {
        let wanted: Vec<f32> = (0..tensor.values.len()).map(|i| value(k, i)).collect();
        assert_eq!(tensor.values, wanted, "{}", tensor.name);
    }
    assert_eq!(found[0].shape, [3, 2]);
    desk.refused(
        &format!("convert {} m.safetensors --for 3.8", file.display()),
        &["keras3_model.h5", "3.8", "dense_"],
    );
}

/// Each kind of damage names the tensor, and nothing is written.
#[test]
fn damage_is_named() {
    let desk = Desk::fresh();
    desk.write("flowers.toml", flowers("", ""));
    desk.good("train flowers.toml --epochs 1 --out a.safetensors");
    desk.good("convert a.safetensors a.npz");
    let good = tensors(&desk, "a.npz");
    let write = |name: &str, tensors: &[NamedTensor]| {
        desk.write(name, npz::write(tensors).expect("an archive"));
    };
    let mut nan = good.clone();
    nan[2].values[4] = f32::NAN;
    write("nan.npz", &nan);
    let mut turned = good.clone();
    turned[0].shape.reverse();
    write("turned.npz", &turned);
    write("short.npz", &good[..3]);
    let mut more = good.clone();
    more.push(NamedTensor {
        name: "dense_3/kernel".into(),
        shape: vec![1],
        values: vec![0.0],
    });
    write("more.npz", &more);
    for (file, words) in [
        (
            "nan.npz",
            &["value 4", "dense_2/kernel", "not a finite number"][..],
        ),
        ("turned.npz", &["dense_1/kernel", "(4, 5)", "(5, 4)"]),
        ("short.npz", &["lacks the tensor dense_2/bias"]),
        ("more.npz", &["dense_3/kernel", "no place"]),
    ] {
        let for_it = format!("convert {file} b.safetensors --for flowers.toml");
        desk.refused(&for_it, &[&[file], words].concat());
        let train = format!("train flowers.toml --weights {file} --out b.safetensors");
        desk.refused(&train, &[&[file], words].concat());
    }
    // Of a model: a number that is none, in its own format.
    let mut model = desk.read("a.safetensors");
    let end = model.len();
    model[end - 4..].copy_from_slice(&f32::INFINITY.to_le_bytes());
    desk.write("bad.safetensors", &model);
    desk.refused(
        "convert bad.safetensors b.npz",
        &["dense_", "not a finite number"],
    );
    desk.refused(
        "convert a.safetensors b.npz --for 3.8",
        &["a.safetensors", "3.8", "dense_1/kernel"],
    );
    for end in [0, 3, 12, 200, model.len() - 1] {
        desk.write("cut.safetensors", &model[..end]);
        desk.refused("convert cut.safetensors b.npz", &["cut.safetensors"]);
    }
    let archive = desk.read("a.npz");
    for part in 0..8 {
        desk.write("cut.npz", &archive[..archive.len() * part / 8]);
        desk.refused(
            "convert cut.npz b.safetensors --for flowers.toml",
            &["cut.npz"],
        );
    }
    let keras = std::fs::read(foreign("keras3_model.h5")).expect("a file");
    desk.write("months.toml", months(TWO));
    for part in 0..8 {
        desk.write("cut.h5", &keras[..keras.len() * part / 8]);
        desk.refused(
            "convert cut.h5 b.safetensors --for months.toml",
            &["cut.h5"],
        );
    }
}
