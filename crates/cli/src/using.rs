//! Experiments that are not one fit: stages, calculations, answers, generated texts.

use crate::history::Log;
use crate::{Outcome, convert, data, files, say, scores, show, train, weights};
use fireside_datasets::Dataset;
use fireside_formats::NamedTensor;
use fireside_inference::Generator;
use fireside_spec::preparation::Level;
use fireside_spec::{Checked, Experiment, Kind, Predict};
use fireside_training::compute::compute;
use fireside_training::{AnswerRow, Event, Run, StageEvent, Stages, best};
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
    told: impl FnMut(&StageEvent) -> Outcome,
) -> Result<Vec<(String, f64)>, String> {
    let (_, stages) = through_stages(text, data, told)?;
    let figures = stages.figures().iter();
    Ok(figures.map(|f| (f.name.clone(), f.value)).collect())
}

/// Runs stages to their end.
fn through_stages(
    text: &str,
    data: &Arc<Dataset>,
    mut told: impl FnMut(&StageEvent) -> Outcome,
) -> Result<(Checked, Stages), String> {
    let checked =
        crate::train::checked(text, data).map_err(|p| show::words("the experiment", &p))?;
    let device = fireside_network::cpu();
    let mut stages = Stages::new(text, checked.clone(), Arc::clone(data), device);
    loop {
        let events = pollster::block_on(stages.advance(1)).map_err(|error| error.to_string())?;
        let mut finished = false;
        for event in &events {
            told(event)?;
            finished |= *event == StageEvent::Finished;
        }
        if finished {
            return Ok((checked, stages));
        }
    }
}

/// The network that stages ended with.
fn last_network(checked: &Checked, stages: &Stages) -> Result<Vec<NamedTensor>, String> {
    let bytes = pollster::block_on(stages.weights()).map_err(|error| error.to_string())?;
    weights::read(bytes, "the network of the last stage", checked)
}

/// Stages with their events, a line each.
pub(crate) fn stages(
    text: &str,
    experiment: &Experiment,
    args: &train::Args,
    mut log: Log,
) -> Outcome {
    let data = Arc::new(data::load(&experiment.data, args.data.as_deref())?);
    let classes = scores::has_classes(&data);
    let (mut epochs, mut updates) = (0, 0);
    let (checked, stages) = through_stages(text, &data, |event| {
        if let StageEvent::Run { event, .. } = event {
            log.see(event, classes)?;
            epochs += u32::from(matches!(event, Event::Epoch(_)));
            updates += u32::from(matches!(event, Event::Step { .. }));
        }
        match args.json {
            true => say(serde_json::to_string(event).map_err(|error| error.to_string())?),
            false => show_stage(event, classes),
        }
        match event {
            StageEvent::Run {
                event: Event::Diverged { epoch, step, .. },
                ..
            } => Err(format!(
                "the loss is no longer a number in epoch {epoch}, step {step}: the network has diverged. Try a \
                 learning rate ten times smaller"
            )),
            _ => Ok(()),
        }
    })?;
    if let Some(out) = &args.out {
        let mut told = convert::about(text, experiment.seed, None);
        told["epochs"] = epochs.into();
        told["updates"] = updates.into();
        told["data"] = data.checksum().into();
        let tensors = last_network(&checked, &stages)?;
        files::write(out, &convert::model(&checked, tensors, &told)?)?;
        eprintln!("wrote {}", out.display());
    }
    Ok(())
}

fn show_stage(event: &StageEvent, classes: bool) {
    match event {
        StageEvent::Begun { stage, name } => say(format!("stage {}: {name}", stage + 1)),
        StageEvent::Run { event, .. } => match event {
            Event::Epoch(one) => {
                let train = scores::of(&one.train, "", classes);
                say(format!("  epoch {}  {train}", one.epoch));
            }
            Event::Kept {
                epoch,
                metric,
                value,
            } => say(format!("  kept epoch {epoch}: {metric} {value:.4}")),
            _ => {}
        },
        StageEvent::Saved { bytes, .. } => say(format!("  {bytes} bytes")),
        StageEvent::Loaded { epoch, .. } if *epoch > 0 => {
            say(format!("  the network of epoch {epoch}"));
        }
        StageEvent::Measured {
            name,
            score,
            figures,
            ..
        } => say(format!(
            "  {name}: {}{} over {} rows",
            scores::of(score, "", classes),
            scores::figures(figures),
            score.rows
        )),
        StageEvent::Loaded { .. } | StageEvent::Finished => {}
    }
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

/// A model that is trained now, its stages gone through where it has some.
fn trained(text: &str, name: &str, data: Arc<Dataset>) -> Result<Run, String> {
    let experiment = fireside_spec::parse(text).map_err(|p| show::words(name, &p))?;
    let device = fireside_network::cpu();
    let bar = ProgressBar::new_spinner();
    bar.set_message(format!("training {name}"));
    let failed = |error: fireside_training::TrainingError| error.to_string();
    if experiment.kind == Kind::Stages {
        let (checked, stages) = through_stages(text, &data, |_| {
            bar.tick();
            Ok(())
        })?;
        bar.finish_and_clear();
        let network = weights::network(&checked, last_network(&checked, &stages)?, &device);
        return Run::with_network(text, checked, data, network, device).map_err(failed);
    }
    let checked = train::checked(text, &data).map_err(|p| show::words(name, &p))?;
    let mut run = Run::new(text, checked, data, device).map_err(failed)?;
    loop {
        let event = pollster::block_on(run.next()).map_err(failed)?;
        bar.tick();
        if matches!(event, Event::Finished { .. } | Event::Diverged { .. }) {
            break;
        }
    }
    bar.finish_and_clear();
    // What the source loads is what its checkpoint has kept.
    run.go_back_to_kept().map_err(|error| error.to_string())?;
    Ok(run)
}

/// What answers come to: the share of right ones of classes, the mean squared error of numbers.
fn measured(answers: &[AnswerRow], classes: bool) -> (&'static str, f64) {
    let one = |row: &AnswerRow| match classes {
        true => {
            let class = match row.output[..] {
                [one] => usize::from(one > 0.5),
                _ => best(&row.output),
            };
            f64::from(u8::from(row.target.first() == Some(&(class as f64))))
        }
        false => {
            let pairs = row.output.iter().zip(&row.target);
            let squares = pairs.map(|(p, y)| (f64::from(*p) - y).powi(2));
            squares.sum::<f64>() / row.target.len().max(1) as f64
        }
    };
    let name = if classes { "test_accuracy" } else { "test_mse" };
    let sum: f64 = answers.iter().map(one).sum();
    (name, sum / answers.len().max(1) as f64)
}

/// The answers of a trained model to the first test rows, and what they come to.
pub(crate) fn predict(wanted: &Predict, folder: Option<&Path>, json: bool) -> Outcome {
    let text = show::text(&wanted.model)?;
    let experiment = fireside_spec::parse(&text).map_err(|p| show::words(&wanted.model, &p))?;
    let data = Arc::new(data::load(&experiment.data, folder)?);
    let classes = scores::has_classes(&data);
    let run = trained(&text, &wanted.model, data)?;
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
    let (name, value) = measured(&answers, classes);
    match json {
        true => say(serde_json::json!({ "metric": name, "value": value, "rows": answers.len() })),
        false => say(format!("{name} {value:.4} over {} rows", answers.len())),
    }
    Ok(())
}
