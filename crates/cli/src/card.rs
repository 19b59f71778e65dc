//! `fireside card`: measures a model on the official test rows and writes the card that ships beside it.

use crate::train::write;
use crate::{Outcome, data, say};
use fireside_datasets::{Origin, Rows, checksum, official_shape};
use fireside_inference::{InferenceError, Model, ModelCard, words};
use fireside_training::best;
use std::path::{Path, PathBuf};

/// Texts that are answered at a time.
const TOGETHER: usize = 100;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Model file that `fireside train --out` wrote
    model: PathBuf,
    /// Folder with the official data files
    #[arg(long)]
    data: Option<PathBuf>,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let card = measure(&args.model, args.data.as_deref())?;
    let text = serde_json::to_string_pretty(&card).map_err(|error| error.to_string())?;
    let path = args.model.with_extension("json");
    write(&path, (text + "\n").as_bytes())?;
    say(format!(
        "{}: {:.2} % of the test rows, card in {}",
        args.model.display(),
        card.test_accuracy * 100.0,
        path.display()
    ));
    Ok(())
}

fn measure(path: &Path, folder: Option<&Path>) -> Result<ModelCard, String> {
    let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let bytes = std::fs::read(path).map_err(|e| failed(&e))?;
    let model =
        Model::load(&bytes, official_shape, fireside_network::cpu()).map_err(|e| failed(&e))?;
    let checked = model.checked();
    let dataset = data::load(&checked.experiment.data, folder)?;
    if dataset.origin != Origin::Official {
        return Err(failed(
            &"a card needs the official test rows, and these are not",
        ));
    }
    let correct = correct(&model, &dataset.test).map_err(|error| failed(&error))?;
    Ok(ModelCard {
        experiment: checked.experiment.id.clone(),
        seed: model.info().seed,
        epochs: model.info().epochs,
        test_accuracy: correct as f64 / dataset.test.rows() as f64,
        data: format!(
            "{}, {} official training rows",
            dataset.name, checked.train_rows
        ),
        parameters: checked.parameters() as u32,
        bytes: bytes.len() as u32,
        sha256: checksum::sha256_hex(&bytes),
        made_by: format!("Fireside {}", env!("CARGO_PKG_VERSION")),
    })
}

/// How many rows it judges right, by the path that a drawing, a photo or a pasted text takes, not by the training loop.
fn correct(model: &Model, test: &Rows) -> Result<usize, String> {
    let failed = |error: InferenceError| error.to_string();
    match test {
        Rows::Pictures(test) => {
            let mut correct = 0;
            for row in 0..test.rows() {
                let answer = pollster::block_on(model.judge(test.row(row))).map_err(failed)?;
                correct += usize::from(best(&answer) == usize::from(test.labels()[row]));
            }
            Ok(correct)
        }
        Rows::Sequences(test) => {
            let (network, labels) = (model.network(), test.targets().labels());
            let mut correct = 0;
            for (ids, labels) in test
                .ids()
                .chunks(TOGETHER * test.steps())
                .zip(labels.chunks(TOGETHER))
            {
                let answers = words::answer(network, model.checked(), ids);
                let answers = pollster::block_on(answers).map_err(failed)?;
                let outputs = answers.chunks(answers.len() / labels.len());
                let right = |(answer, label): &(&[f32], &u16)| match answer {
                    [share] => usize::from(*share > 0.5) == usize::from(**label),
                    shares => best(shares) == usize::from(**label),
                };
                correct += outputs.zip(labels).filter(right).count();
            }
            Ok(correct)
        }
        Rows::Table(_) => Err("only models of pictures and of words have a card".into()),
    }
}
