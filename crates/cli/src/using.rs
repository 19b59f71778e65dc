//! Experiments that are not one fit: stages, calculations, answers, generated texts.

use crate::{Outcome, data, say, show};
use fireside_datasets::Dataset;
use fireside_inference::Generator;
use fireside_spec::preparation::Level;
use fireside_spec::{Experiment, Predict};
use fireside_training::compute::compute;
use fireside_training::{Event, Run, StageEvent, Stages};
use indicatif::ProgressBar;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

/// A calculation, worked out place by place.
pub(crate) fn show_compute(experiment: &Experiment, json: bool) -> Outcome {
    let what = experiment.compute.as_ref().ok_or("nothing to compute")?;
    let computed = compute(what).ok_or("the window does not fit into the input")?;
    if json {
        say(serde_json::to_string(&computed).map_err(|error| error.to_string())?);
        return Ok(());
    }
    for step in &computed.steps {
        let terms: Vec<String> = step.terms.iter().map(f64::to_string).collect();
        say(format!(
            "row {}, column {}: {} = {}",
            step.row + 1,
            step.column + 1,
            terms.join(" + "),
            step.value
        ));
    }
    say("");
    for row in &computed.output {
        let row: Vec<String> = row.iter().map(|value| format!("{value:>6}")).collect();
        say(row.join(" "));
    }
    Ok(())
}

/// Runs stages to their end and gives their figures by name.
pub(crate) fn run_stages(
    text: &str,
    data: &Arc<Dataset>,
    told: impl Fn(&StageEvent) -> Outcome,
) -> Result<Vec<(String, f64)>, String> {
    let checked =
        crate::train::checked(text, data).map_err(|p| show::words("the experiment", &p))?;
    let mut stages = Stages::new(text, checked, Arc::clone(data), fireside_network::cpu());
    loop {
        let events = pollster::block_on(stages.advance(1)).map_err(|error| error.to_string())?;
        for event in events {
            told(&event)?;
            if event == StageEvent::Finished {
                let figures = stages.figures().iter();
                return Ok(figures.map(|f| (f.name.clone(), f.value)).collect());
            }
        }
    }
}

/// Stages with their events, a line each.
pub(crate) fn stages(
    text: &str,
    experiment: &Experiment,
    folder: Option<&Path>,
    json: bool,
) -> Outcome {
    let data = Arc::new(data::load(&experiment.data, folder)?);
    run_stages(text, &data, |event| {
        if json {
            say(serde_json::to_string(event).map_err(|error| error.to_string())?);
            return Ok(());
        }
        match event {
            StageEvent::Begun { stage, name } => say(format!("stage {}: {name}", stage + 1)),
            StageEvent::Run {
                event: Event::Epoch(scores),
                ..
            } => say(format!(
                "  epoch {}  loss {:.4} acc {:.4}",
                scores.epoch, scores.train.loss, scores.train.accuracy
            )),
            StageEvent::Run {
                event:
                    Event::Kept {
                        epoch,
                        metric,
                        value,
                    },
                ..
            } => say(format!("  kept epoch {epoch}: {metric} {value:.4}")),
            StageEvent::Run {
                event: Event::Diverged { epoch, step, .. },
                ..
            } => {
                return Err(format!(
                    "the loss is no longer a number in epoch {epoch}, step {step}"
                ));
            }
            StageEvent::Saved { bytes, .. } => say(format!("  {bytes} bytes")),
            StageEvent::Loaded { epoch, .. } if *epoch > 0 => {
                say(format!("  the network of epoch {epoch}"));
            }
            StageEvent::Measured {
                name,
                score,
                figures,
                ..
            } => {
                let more: Vec<String> = figures
                    .iter()
                    .map(|figure| format!("  {} {:.4}", figure.name, figure.value))
                    .collect();
                say(format!(
                    "  {name}: loss {:.4} acc {:.4}{} over {} rows",
                    score.loss,
                    score.accuracy,
                    more.concat(),
                    score.rows
                ));
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok(())
}

/// Continues a text with the trained network, token by token.
pub(crate) fn generate(run: &Run, data: &Dataset, json: bool) -> Outcome {
    let experiment = &run.checked().experiment;
    let wanted = experiment.generate.as_ref().ok_or("nothing to generate")?;
    let vocabulary = data
        .vocabulary
        .as_ref()
        .ok_or("these data have no tokens to write with")?;
    let mut generator = Generator::new(run.checked(), vocabulary, wanted, experiment.seed)
        .map_err(|e| e.to_string())?;
    let words = experiment.data.preparation.level == Level::Word;
    let mut shown = wanted.prompt.clone() + if words { " " } else { "" };
    show_piece(&shown, json);
    for _ in 0..wanted.length {
        let piece = pollster::block_on(generator.write(run.network(), vocabulary))
            .map_err(|error| error.to_string())?;
        show_piece(&piece, json);
        shown += &piece;
    }
    match json {
        true => say(serde_json::json!({ "text": shown })),
        false => say(""),
    }
    Ok(())
}

/// Shows a piece of text at once.
fn show_piece(piece: &str, json: bool) {
    if !json {
        print!("{piece}");
        let _ = std::io::stdout().flush();
    }
}

/// The answers of a trained model to the first test rows.
pub(crate) fn predict(wanted: &Predict, folder: Option<&Path>, json: bool) -> Outcome {
    let text = show::text(&wanted.model)?;
    let experiment = fireside_spec::parse(&text).map_err(|p| show::words(&wanted.model, &p))?;
    let data = Arc::new(data::load(&experiment.data, folder)?);
    let checked =
        crate::train::checked(&text, &data).map_err(|p| show::words(&wanted.model, &p))?;
    let mut run = Run::new(&text, checked, data, fireside_network::cpu())
        .map_err(|error| error.to_string())?;
    let bar = ProgressBar::new_spinner();
    bar.set_message(format!("training {}", wanted.model));
    loop {
        let event = pollster::block_on(run.next()).map_err(|error| error.to_string())?;
        bar.tick();
        if matches!(event, Event::Finished { .. } | Event::Diverged { .. }) {
            break;
        }
    }
    bar.finish_and_clear();
    // What the source loads is what its checkpoint has kept.
    run.go_back_to_kept().map_err(|error| error.to_string())?;
    let answers =
        pollster::block_on(run.answers(wanted.rows)).map_err(|error| error.to_string())?;
    for (row, answer) in answers.iter().enumerate() {
        match json {
            true => say(serde_json::to_string(answer).map_err(|error| error.to_string())?),
            false => {
                let values: Vec<String> = answer.output.iter().map(|p| format!("{p:.3}")).collect();
                say(format!(
                    "row {row}: {}  target {:?}",
                    values.join(" "),
                    answer.target
                ));
            }
        }
    }
    Ok(())
}
