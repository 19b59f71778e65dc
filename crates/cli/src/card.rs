//! `fireside card`: measures a model on the official test rows and writes the card that ships beside it.

use crate::train::write;
use crate::{Outcome, data, say};
use fireside_datasets::{Origin, checksum, official_shape};
use fireside_inference::{Model, ModelCard};
use fireside_training::best;
use std::path::{Path, PathBuf};

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
    // Row by row through the path that a drawing takes, not through the training loop.
    let test = dataset
        .test
        .pictures()
        .ok_or_else(|| failed(&"only models of pictures have a card"))?;
    let mut correct = 0;
    for row in 0..test.rows() {
        let answer = pollster::block_on(model.judge(test.row(row))).map_err(|e| failed(&e))?;
        correct += usize::from(best(&answer) == usize::from(test.labels()[row]));
    }
    Ok(ModelCard {
        experiment: checked.experiment.id.clone(),
        seed: model.info().seed,
        epochs: model.info().epochs,
        test_accuracy: correct as f64 / test.rows() as f64,
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
