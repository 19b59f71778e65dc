//! `fireside predict`

use crate::{Outcome, say};
use fireside_datasets::official_shape;
use fireside_inference::{Answer, DrawingState, Model};
use std::path::{Path, PathBuf};

/// Longest side that is read; a photo of a page is scaled down by the preparation anyway.
const MAX_SIDE: u32 = 8_192;

pub(crate) fn run(model: &Path, pictures: &[PathBuf], json: bool) -> Outcome {
    let bytes = std::fs::read(model).map_err(|error| format!("{}: {error}", model.display()))?;
    let model = Model::load(&bytes, official_shape, fireside_network::cpu())
        .map_err(|error| format!("{}: {error}", model.display()))?;
    for path in pictures {
        let answer = judge(&model, path)?;
        if json {
            let line = serde_json::json!({ "picture": path, "answer": answer });
            say(line);
        } else {
            say(format!("{}: {}", path.display(), words(&answer)));
        }
    }
    Ok(())
}

fn judge(model: &Model, path: &Path) -> Result<Answer, String> {
    let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let reader = image::ImageReader::open(path)
        .map_err(|e| failed(&e))?
        .with_guessed_format()
        .map_err(|e| failed(&e))?;
    let picture = reader.decode().map_err(|e| failed(&e))?.into_luma8();
    let (width, height) = picture.dimensions();
    if width > MAX_SIDE || height > MAX_SIDE {
        return Err(failed(&format!(
            "{width} x {height} is too large, at most {MAX_SIDE} a side"
        )));
    }
    let mut ink = picture.into_raw();
    // Paper is what most pixels look like: dark ink on light paper is turned round.
    let mean = ink.iter().map(|v| u64::from(*v)).sum::<u64>() / (ink.len().max(1) as u64);
    if mean > 127 {
        for value in &mut ink {
            *value = 255 - *value;
        }
    }
    let answer = model.draw(&ink, width as usize, height as usize);
    pollster::block_on(answer).map_err(|e| failed(&e))
}

fn words(answer: &Answer) -> String {
    match answer.state {
        DrawingState::Empty => "nothing is drawn".into(),
        DrawingState::Dot => "too little ink to be a digit".into(),
        DrawingState::Digit => {
            let mut order: Vec<(usize, f64)> =
                answer.probabilities.iter().copied().enumerate().collect();
            order.sort_by(|a, b| b.1.total_cmp(&a.1));
            let best: Vec<String> = order
                .iter()
                .take(3)
                .map(|(class, p)| format!("{class} ({:.1} %)", p * 100.0))
                .collect();
            best.join(", ")
        }
    }
}
