//! `fireside predict`

use crate::photo::{self, Square};
use crate::{Outcome, say};
use fireside_datasets::{catalog, official_shape};
use fireside_inference::{Answer, DrawingState, Model, words as texts};
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Model file that `fireside train --out` wrote
    #[arg(long)]
    model: PathBuf,
    /// PNG or JPEG files: digits in dark ink on light paper or the reverse, or photos for a model of colour pictures
    #[arg(required_unless_present = "text", conflicts_with = "text")]
    pictures: Vec<PathBuf>,
    /// A text instead of pictures, for a model of words: what it says of it, or which token it thinks comes next
    #[arg(long)]
    text: Option<String>,
    /// The square of a photo that is judged, LEFT,TOP,SIDE in pixels; without it, the largest one in its middle
    #[arg(long)]
    crop: Option<Square>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let path = &args.model;
    let bytes = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let model = Model::load(&bytes, official_shape, fireside_network::cpu())
        .map_err(|error| format!("{}: {error}", path.display()))?;
    if let Some(text) = &args.text {
        let line = read(&model, text, args.json);
        say(line.map_err(|error| format!("{}: {error}", path.display()))?);
        return Ok(());
    }
    let colour = model.picture().is_some_and(|shape| shape.channels == 3);
    if args.crop.is_some() && !colour {
        return Err("--crop is for photos, and this model takes none".into());
    }
    for path in &args.pictures {
        let line = if colour {
            photographed(&model, path, args.crop, args.json)
        } else {
            drawn(&model, path, args.json)
        };
        say(line.map_err(|error| format!("{}: {error}", path.display()))?);
    }
    Ok(())
}

fn drawn(model: &Model, path: &Path, json: bool) -> Result<String, String> {
    let picture = photo::open(path)?.into_luma8();
    let (width, height) = picture.dimensions();
    let mut ink = picture.into_raw();
    // Paper is what most pixels look like: dark ink on light paper is turned round.
    let mean = ink.iter().map(|v| u64::from(*v)).sum::<u64>() / (ink.len().max(1) as u64);
    if mean > 127 {
        for value in &mut ink {
            *value = 255 - *value;
        }
    }
    let answer = model.draw(&ink, width as usize, height as usize);
    let answer = pollster::block_on(answer).map_err(|error| error.to_string())?;
    Ok(if json {
        serde_json::json!({ "picture": path, "answer": answer }).to_string()
    } else {
        format!("{}: {}", path.display(), words(&answer))
    })
}

fn photographed(
    model: &Model,
    path: &Path,
    crop: Option<Square>,
    json: bool,
) -> Result<String, String> {
    let shape = model
        .picture()
        .ok_or("the model takes no pictures, but something else")?;
    let (pixels, square) = photo::seen(photo::open(path)?, crop, shape)?;
    let probabilities =
        pollster::block_on(model.judge(&pixels)).map_err(|error| error.to_string())?;
    let classes = catalog::find(&model.checked().experiment.data.name)
        .map_or::<&[_], _>(&[], |entry| entry.classes);
    let name = |class: usize| {
        classes
            .get(class)
            .map_or_else(|| class.to_string(), |word| word.en.to_string())
    };
    if json {
        let best = ranked(&probabilities).first().map(|(class, _)| *class);
        let line = serde_json::json!({
            "picture": path,
            "crop": [square.left, square.top, square.side],
            "pixels": pixels,
            "probabilities": probabilities,
            "class": best.map(name),
        });
        return Ok(line.to_string());
    }
    Ok(format!(
        "{}: {}",
        path.display(),
        likeliest(&probabilities, name)
    ))
}

/// A text of which less than this is known gets no verdict.
const KNOWN: f64 = 0.5;

fn read(model: &Model, text: &str, json: bool) -> Result<String, String> {
    let vocabulary = model.vocabulary().ok_or(
        "the model takes no texts, or does not tell its words: train it again, with the words of its data",
    )?;
    let (checked, special) = (model.checked(), vocabulary.special());
    let ids = vocabulary.encode(text);
    // Behind the start mark; of one long text what is not known was left out already.
    let tokens = if special > 0 { &ids[1..] } else { &ids[..] };
    let known = tokens.iter().filter(|id| **id as usize >= special).count();
    let row = texts::row(checked, &ids);
    let shares = texts::answer(model.network(), checked, &row);
    let shares = pollster::block_on(shares).map_err(|error| error.to_string())?;
    let mut shares: Vec<f64> = shares.into_iter().map(f64::from).collect();
    if let [only] = shares[..] {
        shares = vec![1.0 - only, only];
    }
    let classes =
        catalog::find(&checked.experiment.data.name).map_or::<&[_], _>(&[], |entry| entry.classes);
    let name = |class: usize| match classes.get(class) {
        Some(word) => word.en.to_string(),
        None if special == 0 => format!("{:?}", vocabulary.token(class as u32)),
        None => class.to_string(),
    };
    let verdict = known > 0 && known as f64 >= KNOWN * tokens.len() as f64;
    if json {
        let best = ranked(&shares).first().map(|(class, _)| name(*class));
        let line = serde_json::json!({
            "ids": ids,
            "tokens": tokens.len(),
            "known": known,
            "probabilities": shares,
            "class": best.filter(|_| verdict),
        });
        return Ok(line.to_string());
    }
    let share = format!("{known} of {} tokens are known to the model", tokens.len());
    Ok(match verdict {
        true => format!("{} ({share})", likeliest(&shares, name)),
        false => format!("no verdict: only {share}"),
    })
}

fn ranked(probabilities: &[f64]) -> Vec<(usize, f64)> {
    let mut order: Vec<(usize, f64)> = probabilities.iter().copied().enumerate().collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1));
    order
}

/// The three that it takes for likeliest.
fn likeliest(probabilities: &[f64], name: impl Fn(usize) -> String) -> String {
    let best: Vec<String> = ranked(probabilities)
        .into_iter()
        .take(3)
        .map(|(class, p)| format!("{} ({:.1} %)", name(class), p * 100.0))
        .collect();
    best.join(", ")
}

fn words(answer: &Answer) -> String {
    match answer.state {
        DrawingState::Empty => "nothing is drawn".into(),
        DrawingState::Dot => "too little ink to be a digit".into(),
        DrawingState::Digit => likeliest(&answer.probabilities, |class| class.to_string()),
    }
}
