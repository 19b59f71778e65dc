//! An experiment as source code for other libraries: a whole file that builds the network, reads its weights from
//! our files, answers and can be trained.
//!
//! The network is the same to the last rounding; what a library does otherwise in training (the place of an
//! epsilon) stands in the file's head.

mod burn;
mod keras3;
mod losses;
mod optimizers;
mod python;
mod pytorch;
mod schedule;

use crate::FormatError;
use crate::graph::Graph;
use fireside_spec::{Checked, DataFormat};

/// The experiment as a script for Keras 3.
///
/// # Errors
/// `foreign_inexpressible` with the layer that Keras 3 can't be told.
pub fn keras3(checked: &Checked) -> Result<String, FormatError> {
    keras3::script(checked)
}

/// The experiment as a script for PyTorch.
///
/// # Errors
/// None so far: every layer has its words.
pub fn pytorch(checked: &Checked) -> Result<String, FormatError> {
    pytorch::script(checked)
}

/// The experiment as a program for Burn 0.22 on its CPU engine; its head says what `Cargo.toml` needs.
///
/// # Errors
/// None so far: every layer has its words.
pub fn burn(checked: &Checked) -> Result<String, FormatError> {
    Ok(burn::program(checked))
}

/// The network of [`burn`] alone, to be put into a module of another program: `Network::load` and
/// `Network::forward`.
pub fn burn_network(checked: &Checked) -> String {
    burn::module(checked)
}

/// How the numbers of an input come about.
fn prepared(data: &fireside_spec::Data) -> String {
    let mut words = String::from("numbers");
    if data.scale != 1.0 {
        words += &format!(", already divided by {}", data.scale);
    }
    for (list, what) in [(&data.mean, "less"), (&data.std, "divided by")] {
        let numbers: Vec<String> = list.iter().map(ToString::to_string).collect();
        match &numbers[..] {
            [] => {}
            [one] => words += &format!(", {what} {one}"),
            all => words += &format!(", {what} {} by channel", all.join(", ")),
        }
    }
    words
}

/// The words at the head of a file, as lines: title, what the inputs are, what differs.
fn head(checked: &Checked, library: &str, notes: &[String]) -> Vec<String> {
    let experiment = &checked.experiment;
    let mut lines = vec![
        format!("{}: {} ({library}).", experiment.id, experiment.title.en),
        String::new(),
        "Written by Fireside. The network is the experiment's; so are loss, optimizer and learning"
            .into(),
        "rate. Rows, splits and order are those that the script is given.".into(),
        String::new(),
    ];
    let data = &experiment.data;
    for input in Graph::of(checked).inputs {
        let input = &checked.data.inputs[input];
        let axes: Vec<String> = input
            .shape
            .axes(data.data_format)
            .iter()
            .map(ToString::to_string)
            .collect();
        let kind = match input.vocabulary {
            Some(count) => format!("token ids from 0 to {}", count.saturating_sub(1)),
            None => prepared(data),
        };
        lines.push(format!(
            "Input \"{}\": (rows, {}), {kind}.",
            input.name,
            axes.join(", ")
        ));
    }
    if data.data_format == DataFormat::ChannelsFirst {
        lines.push("Pictures have their channels first.".into());
    }
    if experiment.augmentation.is_some() {
        lines.push(
            "Pictures are augmented in the experiment; here they are taken as they are given."
                .into(),
        );
    }
    if data.preparation.sample_weight.is_some() {
        lines.push("Rows are weighted in the experiment; here all count alike.".into());
    }
    if !notes.is_empty() {
        lines.extend([String::new(), "What differs from the experiment:".into()]);
        lines.extend(notes.iter().map(|note| format!("- {note}")));
    }
    // Nothing in it may end the comment or the text that it stands in.
    let plain = |line: &String| {
        line.replace(['\\', '\n', '\r'], " ")
            .replace("\"\"\"", "'''")
    };
    lines.iter().map(plain).collect()
}
