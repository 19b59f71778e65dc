//! Pictures as an augmentation makes them: drawn in letters, and written as PNG.

use crate::{Outcome, data, files, say};
use fireside_datasets::Draw;
use fireside_spec::Experiment;
use fireside_training::{AugmentedRow, augmented};
use image::{ExtendedColorType, ImageFormat};
use std::io::Cursor;
use std::path::Path;

/// From paper to ink.
const INK: &[u8] = b" .:-=+*#%@";
/// Columns of a terminal that are drawn in at most.
const WIDTH: usize = 100;

/// Shows the pictures of a calculation `augment`; with `out` writes each into that folder, too.
pub(crate) fn run(
    experiment: &Experiment,
    folder: Option<&Path>,
    json: bool,
    out: Option<&Path>,
) -> Outcome {
    let data = data::load(&experiment.data, folder)?;
    let rows = augmented(experiment, &data).map_err(|problem| problem.to_string())?;
    match json {
        true => {
            for row in &rows {
                say(serde_json::to_string(row).map_err(|error| error.to_string())?);
            }
        }
        false => show(&rows),
    }
    let Some(out) = out else {
        return Ok(());
    };
    let failed = |error: std::io::Error| format!("{}: {error}", out.display());
    std::fs::create_dir_all(out).map_err(failed)?;
    for (index, row) in rows.iter().enumerate() {
        let path = out.join(format!("{}_{index}.png", experiment.id));
        files::write(&path, &png(row)?)?;
    }
    eprintln!("wrote {} pictures into {}", rows.len(), out.display());
    Ok(())
}

/// As Keras's `array_to_img` does: moved so that nothing is below 0, then scaled so that the largest value is 255.
fn bytes(values: &[f32]) -> Vec<u8> {
    let least = values.iter().copied().fold(f32::INFINITY, f32::min);
    let moved = (-least).max(0.0);
    let most = values
        .iter()
        .fold(0.0f32, |most, value| most.max(value + moved));
    let scale = if most > 0.0 { 255.0 / most } else { 255.0 };
    values
        .iter()
        .map(|value| ((value + moved) * scale) as u8)
        .collect()
}

fn png(row: &AugmentedRow) -> Result<Vec<u8>, String> {
    let [channels, height, width] = row.shape;
    let planes = bytes(&row.values);
    let cells = height * width;
    let pixels: Vec<u8> = (0..cells)
        .flat_map(|cell| (0..channels).map(move |channel| channel * cells + cell))
        .map(|at| planes[at])
        .collect();
    let color = match channels {
        1 => ExtendedColorType::L8,
        3 => ExtendedColorType::Rgb8,
        _ => return Err(format!("a picture of {channels} channels can't be written")),
    };
    let mut file = Cursor::new(Vec::new());
    let [width, height] = [width, height].map(|size| size as u32);
    image::write_buffer_with_format(&mut file, &pixels, width, height, color, ImageFormat::Png)
        .map_err(|error| error.to_string())?;
    Ok(file.into_inner())
}

/// As many beside each other as fit, each under what chance said of it.
fn show(rows: &[AugmentedRow]) {
    let width = rows.first().map_or(1, |row| row.shape[2] + 2);
    for line in rows.chunks((WIDTH / width).max(1)) {
        for row in line {
            say(format!(
                "row {}, class {}: {}",
                row.row,
                row.class,
                words(&row.draw)
            ));
        }
        if width > WIDTH {
            continue;
        }
        let drawn: Vec<Vec<String>> = line.iter().map(letters).collect();
        for height in 0..drawn.first().map_or(0, Vec::len) {
            let pieces: Vec<&str> = drawn.iter().map(|one| one[height].as_str()).collect();
            say(pieces.join("  ").trim_end());
        }
    }
}

/// A letter for two cells, one above the other: letters are twice as high as wide.
fn letters(row: &AugmentedRow) -> Vec<String> {
    let [channels, height, width] = row.shape;
    let values = bytes(&row.values);
    let grey = |y: usize, x: usize| {
        let own =
            (0..channels).map(|channel| usize::from(values[(channel * height + y) * width + x]));
        own.sum::<usize>() / channels
    };
    let letter = |y: usize, x: usize| {
        let ink = (grey(y, x) + grey((y + 1).min(height - 1), x)) / 2;
        char::from(INK[ink * (INK.len() - 1) / 255])
    };
    (0..height)
        .step_by(2)
        .map(|y| (0..width).map(|x| letter(y, x)).collect())
        .collect()
}

/// What chance said, in words.
fn words(draw: &Draw) -> String {
    let plain = Draw::default();
    let mut said = Vec::new();
    if draw.rotation != plain.rotation {
        said.push(format!(
            "turned by {:.1} degrees",
            draw.rotation.to_degrees()
        ));
    }
    if draw.shift != plain.shift {
        // A picture moves the other way than where it is taken from.
        let [down, right] = draw.shift.map(|cells| 0.0 - cells);
        said.push(format!("moved {down:+.1} down, {right:+.1} to the right"));
    }
    if draw.shear != plain.shear {
        said.push(format!("sheared by {:.2}", draw.shear));
    }
    if draw.zoom != plain.zoom {
        let [rows, columns] = draw.zoom;
        said.push(format!("zoomed by {rows:.2} and {columns:.2}"));
    }
    if !draw.channels.is_empty() {
        let shifts: Vec<String> = draw
            .channels
            .iter()
            .map(|shift| format!("{shift:+.1}"))
            .collect();
        said.push(format!("channels {}", shifts.join(", ")));
    }
    if draw.horizontal_flip {
        said.push("left and right exchanged".into());
    }
    if draw.vertical_flip {
        said.push("upside down".into());
    }
    if draw.brightness != plain.brightness {
        said.push(format!("times {:.2}", draw.brightness));
    }
    match said.is_empty() {
        true => "nothing by chance".into(),
        false => said.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(shape: [usize; 3], values: Vec<f32>) -> AugmentedRow {
        AugmentedRow {
            row: 0,
            class: 0,
            draw: Draw::default(),
            shape,
            values,
        }
    }

    #[test]
    fn values_become_bytes_as_in_keras() {
        assert_eq!(bytes(&[-1.0, 0.0, 3.0]), [0, 63, 255]);
        assert_eq!(bytes(&[1.0, 2.0]), [127, 255]);
        assert_eq!(bytes(&[0.0; 3]), [0; 3]);
    }

    #[test]
    fn a_picture_is_written_and_read_back() {
        let colour = row([3, 1, 2], vec![0.0, 1.0, 0.5, 0.0, 1.0, 0.0]);
        let read = image::load_from_memory(&png(&colour).expect("a PNG")).expect("it is one");
        assert!(matches!(read, image::DynamicImage::ImageRgb8(_)));
        assert_eq!(read.into_rgb8().into_raw(), [0, 127, 255, 255, 0, 0]);
        assert!(png(&row([2, 1, 1], vec![0.0; 2])).is_err());
    }

    #[test]
    fn letters_and_words_tell_what_is_there() {
        assert_eq!(letters(&row([1, 2, 2], vec![0.0, 1.0, 0.0, 1.0])), [" @"]);
        assert_eq!(letters(&row([1, 1, 1], vec![1.0])), ["@"]);
        assert_eq!(words(&Draw::default()), "nothing by chance");
        let moved = Draw {
            shift: [1.0, -2.0],
            ..Draw::default()
        };
        assert_eq!(words(&moved), "moved -1.0 down, +2.0 to the right");
    }
}
