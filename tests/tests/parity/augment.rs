//! Augmentation against Keras 2.0.8 itself, which was given the same random numbers.

use super::toml;
use fireside_datasets::pictures::Shape;
use fireside_datasets::{Augmenter, Draw, Pictures};
use fireside_spec::{Augmentation, parse};
use fireside_tests::compare::{Agreement, wide};
use fireside_tests::reference::{Numbers, read};
use fireside_tests::tolerance::SINGLE;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct File {
    cases: Vec<Case>,
    standards: Vec<Standard>,
    rows: BTreeMap<String, Numbers>,
}

/// One picture, changed.
#[derive(Deserialize)]
struct Case {
    name: String,
    settings: Map<String, Value>,
    /// Channels, height, width.
    shape: [usize; 3],
    /// What Keras drew, in its order: rotation, rows, columns, shear, zoom of rows and of columns, channel shifts.
    uniforms: Vec<f64>,
    /// Of the flips, in their order.
    coins: Vec<f64>,
    /// Places where rounding decides.
    near: Vec<usize>,
    output: Vec<f64>,
}

/// The first three of some rows, standardized by what all of them told.
#[derive(Deserialize)]
struct Standard {
    name: String,
    settings: Map<String, Value>,
    rows: String,
    scale: f64,
    output: Numbers,
}

fn settings(written: &Map<String, Value>) -> Augmentation {
    let table = toml(&Value::Object(written.clone()));
    let text = format!(
        "id = \"case\"\nkind = \"look\"\nchapter = 1\ntitle = {{ en = \"\", zh = \"\" }}\n\
         intro = {{ en = \"\", zh = \"\" }}\ndata = {{ name = \"case\" }}\naugmentation = {table}\n"
    );
    let experiment = parse(&text).unwrap_or_else(|problems| panic!("{problems:?}\n{text}"));
    experiment.augmentation.expect("the table")
}

fn shape([channels, height, width]: [usize; 3]) -> Shape {
    Shape {
        channels,
        height,
        width,
    }
}

/// Keras's numbers as ours.
fn draw(case: &Case, settings: &Augmentation) -> Draw {
    let (mut uniforms, mut coins) = (case.uniforms.iter(), case.coins.iter());
    let mut next = |asked: bool| match asked {
        true => *uniforms.next().expect("another number"),
        false => 0.0,
    };
    let mut flip = |asked: bool| asked && *coins.next().expect("another coin") < 0.5;
    let [_, height, width] = case.shape.map(|size| size as f64);
    let rotation = next(settings.rotation_range > 0.0).to_radians();
    let shift = [
        next(settings.height_shift_range > 0.0) * height,
        next(settings.width_shift_range > 0.0) * width,
    ];
    let shear = next(settings.shear_range > 0.0);
    let zoomed = settings.zoom_range != [1.0; 2];
    let zoom = [0, 1].map(|_| if zoomed { next(true) } else { 1.0 });
    let channels = match settings.channel_shift_range > 0.0 {
        true => (0..case.shape[0]).map(|_| next(true)).collect(),
        false => Vec::new(),
    };
    let draw = Draw {
        rotation,
        shift,
        shear,
        zoom,
        channels,
        horizontal_flip: flip(settings.horizontal_flip),
        vertical_flip: flip(settings.vertical_flip),
        brightness: 1.0,
    };
    assert!(
        uniforms.next().is_none() && coins.next().is_none(),
        "{}",
        case.name
    );
    draw
}

/// The nearest cell of every place, so nothing is computed and nothing may differ; where the origin of a place lies
/// within 1e-6 of two cells, either will do.
pub async fn changed_pictures_are_keras_s_cell_by_cell() {
    let (mut compared, mut left_out) = (0, 0);
    for case in &read::<File>("augment.json").cases {
        let settings = settings(&case.settings);
        let augmenter = Augmenter::without_rows(settings, 1.0, shape(case.shape));
        let count: usize = case.shape.iter().product();
        let mut values: Vec<f32> = (0..count).map(|i| ((37 * i + 11) % 251) as f32).collect();
        augmenter.change(&mut values, &draw(case, &settings));
        assert_eq!(values.len(), case.output.len(), "{}", case.name);
        let cells = case.shape[1] * case.shape[2];
        for (at, (found, wanted)) in values.iter().zip(&case.output).enumerate() {
            if case.near.contains(&(at % cells)) {
                left_out += 1;
                continue;
            }
            assert_eq!(f64::from(*found), *wanted, "{}: number {at}", case.name);
            compared += 1;
        }
    }
    fireside_tests::engine::print(&format!(
        "{compared} cells are the same, {left_out} left out"
    ));
    assert!(
        compared > 10_000 && left_out * 10 < compared,
        "{compared}, {left_out}"
    );
}

pub async fn standardized_pictures_agree_with_keras() {
    let mut agreement = Agreement::new();
    let file = read::<File>("augment.json");
    for case in &file.standards {
        let rows = &file.rows[&case.rows];
        let [count, channels, height, width] = rows.shape[..] else {
            panic!("{}: the rows are no pictures", case.name);
        };
        let pixels: Vec<u8> = rows.data.iter().map(|value| *value as u8).collect();
        let shape = shape([channels, height, width]);
        let pictures = Pictures::new("rows", shape, 1, pixels, vec![0; count]).expect("pictures");
        let all: Vec<u32> = (0..count as u32).collect();
        let augmenter = Augmenter::new(settings(&case.settings), case.scale, &pictures, &all);
        let found: Vec<f32> = (0..case.output.shape[0])
            .flat_map(|row| augmenter.picture(pictures.row(row), None))
            .collect();
        let group = match case.settings.contains_key("zca_whitening") {
            true => "whitened",
            false => "standardized",
        };
        agreement.check(group, &case.name, &wide(&found), &case.output.data, SINGLE);
    }
    agreement.finish(15);
}
