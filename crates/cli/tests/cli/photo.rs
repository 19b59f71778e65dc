//! Photos in the terminal: cropped, upright, averaged; what is none is refused.

use crate::Desk;
use image::{ImageFormat, Rgb, RgbImage};

const MODEL: &str = "id = \"small\"\nkind = \"train\"\nchapter = 1\ntitle = { en = \"-\", zh = \"-\" }\n\
     intro = { en = \"-\", zh = \"-\" }\ndialect = \"keras3\"\n[data]\nname = \"cifar10\"\nscale = 255\n\
     [[layers]]\ntype = \"Flatten\"\n[[layers]]\ntype = \"Dense\"\nunits = 10\nactivation = \"softmax\"\n\
     [training]\nloss = \"categorical_crossentropy\"\noptimizer = \"sgd\"\nepochs = 1\nbatch_size = 20\n";

/// Left half red, right half blue, 96 x 64.
fn photo() -> RgbImage {
    RgbImage::from_fn(96, 64, |x, _| {
        if x < 48 {
            Rgb([250, 0, 0])
        } else {
            Rgb([0, 0, 240])
        }
    })
}

fn encoded(picture: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).expect("a file");
    bytes.into_inner()
}

fn asked(desk: &Desk, line: &str) -> serde_json::Value {
    let out = desk.good(&format!("predict --model small.safetensors --json {line}"));
    serde_json::from_str(&out).unwrap_or_else(|error| panic!("{out}: {error}"))
}

/// Red, green and blue of the picture that the network saw, at a place of its 32 x 32.
fn at(answer: &serde_json::Value, x: usize, y: usize) -> [u64; 3] {
    [0, 1, 2].map(|channel| {
        let value = &answer["pixels"][channel * 1_024 + y * 32 + x];
        value.as_u64().expect("a value")
    })
}

#[test]
fn photos_are_judged() {
    let desk = Desk::fresh();
    desk.write("small.toml", MODEL);
    desk.good("train small.toml --steps 2 --out small.safetensors");
    desk.write("both.png", encoded(&photo(), ImageFormat::Png));

    let middle = asked(&desk, "both.png");
    assert_eq!(middle["crop"], serde_json::json!([16, 0, 64]));
    assert_eq!(
        (at(&middle, 0, 0), at(&middle, 31, 31)),
        ([250, 0, 0], [0, 0, 240])
    );
    let all: f64 = middle["probabilities"]
        .as_array()
        .expect("probabilities")
        .iter()
        .filter_map(serde_json::Value::as_f64)
        .sum();
    assert!((all - 1.0).abs() < 1e-5, "{all}");
    let words = desk.good("predict --model small.safetensors both.png");
    let best = middle["class"].as_str().expect("a class");
    assert!(words.starts_with(&format!("both.png: {best} (")), "{words}");

    let right = asked(&desk, "--crop 50,3,40 both.png");
    assert_eq!(
        (at(&right, 0, 0), at(&right, 31, 31)),
        ([0, 0, 240], [0, 0, 240])
    );
    assert_ne!(right["probabilities"], middle["probabilities"]);

    // A camera held upright notes how its picture has to be turned: a quarter to the right.
    let jpeg = encoded(&photo(), ImageFormat::Jpeg);
    let note =
        b"\xff\xe1\0\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let turned = [&jpeg[..2], note, &jpeg[2..]].concat();
    desk.write("turned.jpg", turned);
    let turned = asked(&desk, "turned.jpg");
    assert_eq!(turned["crop"], serde_json::json!([0, 16, 64]));
    let ([top, ..], [.., bottom]) = (at(&turned, 16, 2), at(&turned, 16, 29));
    assert!(top > 230 && bottom > 220, "{top} {bottom}");
}

#[test]
fn what_is_no_photo_is_refused() {
    let desk = Desk::fresh();
    desk.write("small.toml", MODEL);
    desk.good("train small.toml --steps 1 --out small.safetensors");
    let png = encoded(&photo(), ImageFormat::Png);
    desk.write("good.png", &png);
    desk.write("cut.png", &png[..png.len() / 2]);
    desk.write("words.png", "no picture at all");
    desk.write("empty.png", "");
    // The header alone claims 20,000 x 20,000.
    let mut large = png.clone();
    large[16..24].copy_from_slice(&[0, 0, 0x4e, 0x20, 0, 0, 0x4e, 0x20]);
    let sum = crc(&large[12..29]);
    large[29..33].copy_from_slice(&sum.to_be_bytes());
    desk.write("large.png", large);
    let verb = "predict --model small.safetensors";
    for file in ["cut.png", "words.png", "empty.png", "missing.png"] {
        desk.refused(&format!("{verb} {file}"), &[file]);
    }
    desk.refused(
        &format!("{verb} large.png"),
        &["large.png", "20000 x 20000", "40 million"],
    );
    desk.refused(
        &format!("{verb} --crop 90,0,20 good.png"),
        &["90,0,20", "96 x 64"],
    );
    desk.refused(&format!("{verb} --crop 1,2 good.png"), &["LEFT,TOP,SIDE"]);
}

/// PNG's checksum.
fn crc(bytes: &[u8]) -> u32 {
    let step = |sum: u32, byte: &u8| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| match sum & 1 {
            1 => (sum >> 1) ^ 0xedb8_8320,
            _ => sum >> 1,
        })
    };
    !bytes.iter().fold(u32::MAX, step)
}
