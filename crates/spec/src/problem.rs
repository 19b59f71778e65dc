//! What is wrong with an experiment text: a code with arguments and a place, no words.
//!
//! The words, in both languages, live in the web's message files; [`Problem`]'s `Display` has the
//! terminal's English ones.

use crate::order::map;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use ts_rs::TS;

/// A problem of an experiment text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Problem {
    /// `unknown_field`, `window_too_large` ...; see the list in [`fmt::Display`].
    pub code: String,
    pub args: BTreeMap<String, String>,
    /// `layers[4].units`; empty for the whole text.
    pub place: String,
    /// From 1; 0 = not known.
    pub line: u32,
    /// From 1; 0 = not known.
    pub column: u32,
}

impl Problem {
    /// A problem at `place` with the arguments that its words need.
    pub fn new(code: &str, place: impl Into<String>, args: &[(&str, &dyn fmt::Display)]) -> Self {
        Self {
            code: code.into(),
            args: map(args
                .iter()
                .map(|(name, value)| ((*name).into(), value.to_string()))),
            place: place.into(),
            line: 0,
            column: 0,
        }
    }

    /// Adds line and column of `span` in `text`.
    pub(crate) fn at(mut self, text: &str, span: Range<usize>) -> Self {
        let start = span.start.min(text.len());
        let before = &text.as_bytes()[..start];
        self.line = before.iter().filter(|byte| **byte == b'\n').count() as u32 + 1;
        let line_start = before
            .iter()
            .rposition(|b| *b == b'\n')
            .map_or(0, |at| at + 1);
        self.column = String::from_utf8_lossy(&before[line_start..])
            .chars()
            .count() as u32
            + 1;
        self
    }

    fn arg(&self, name: &str) -> &str {
        self.args.get(name).map_or("?", String::as_str)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "line {}: ", self.line)?;
        }
        if !self.place.is_empty() {
            write!(f, "{}: ", self.place)?;
        }
        let arg = |name| self.arg(name);
        match self.code.as_str() {
            "toml_syntax" => write!(f, "this is not TOML: {}", arg("message")),
            "too_large" => write!(
                f,
                "the text has {} bytes, at most {} are read",
                arg("found"),
                arg("max")
            ),
            "unknown_field" => match self.args.get("suggestion") {
                Some(name) => write!(f, "no field {} here; did you mean {name}?", arg("field")),
                None => write!(
                    f,
                    "no field {} here; known are {}",
                    arg("field"),
                    arg("known")
                ),
            },
            "missing_field" => write!(f, "the field {} is missing", arg("field")),
            "wrong_type" => write!(
                f,
                "{} was expected, found {}",
                arg("expected"),
                arg("found")
            ),
            "unknown_value" => write!(
                f,
                "{} is not known; known are {}",
                arg("value"),
                arg("known")
            ),
            "unknown_layer" => write!(f, "no layer {}; known are {}", arg("value"), arg("known")),
            "out_of_range" => write!(
                f,
                "{} is outside {} to {}",
                arg("value"),
                arg("min"),
                arg("max")
            ),
            "needs_flat" => write!(
                f,
                "{} wants a row of numbers but gets {}: put a Flatten layer before it",
                arg("layer"),
                arg("shape")
            ),
            "needs_picture" => write!(
                f,
                "{} wants a picture but gets {} numbers in a row",
                arg("layer"),
                arg("shape")
            ),
            "needs_sequence" => write!(
                f,
                "{} wants a sequence (steps, features) but gets {}",
                arg("layer"),
                arg("shape")
            ),
            "needs_ids" => write!(
                f,
                "Embedding wants a row of token ids but gets {}",
                arg("shape")
            ),
            "not_ids" => write!(
                f,
                "Embedding wants token ids but gets numbers: it stands at an input of tokens"
            ),
            "needs_steps" => write!(
                f,
                "TimeDistributed wants a sequence or a film but gets {}, or its layer gives what has no steps",
                arg("shape")
            ),
            "cannot_wrap" => write!(f, "a {} can't be wrapped here", arg("value")),
            "groups_do_not_divide" => write!(
                f,
                "{} groups do not divide {} channels and {} filters",
                arg("groups"),
                arg("channels"),
                arg("filters")
            ),
            "reshape_mismatch" => write!(
                f,
                "the {} numbers of {} do not fill {}",
                arg("found"),
                arg("shape"),
                arg("wanted")
            ),
            "permute_mismatch" => write!(
                f,
                "dims must name each of the axes 1 to {} once",
                arg("axes")
            ),
            "merge_mismatch" => write!(
                f,
                "{} can't join the shapes {}",
                arg("layer"),
                arg("shapes")
            ),
            "wrong_inputs" => write!(
                f,
                "{} takes {} to {} inputs, found {}",
                arg("layer"),
                arg("min"),
                arg("max"),
                arg("found")
            ),
            "unknown_input" => write!(
                f,
                "no earlier layer or input {}; known are {}",
                arg("value"),
                arg("known")
            ),
            "bad_name" => write!(
                f,
                "{} is no name: use up to 64 letters, digits and _",
                arg("value")
            ),
            "duplicate_name" => write!(f, "there are two layers {}", arg("value")),
            "unused_layer" => write!(
                f,
                "nothing reads what {} gives: name it in the inputs of a later layer",
                arg("value")
            ),
            "axis_beyond_rank" => write!(
                f,
                "there is no axis {}: the {} has the axes 0 to {}",
                arg("axis"),
                arg("tensor"),
                arg("max")
            ),
            "too_few_positions" => write!(
                f,
                "a table of {} rows is too small for {} steps",
                arg("found"),
                arg("wanted")
            ),
            "vocabulary_too_large" => write!(
                f,
                "a table of {} rows is too small for token ids below {}",
                arg("found"),
                arg("wanted")
            ),
            "window_too_large" => write!(
                f,
                "a window of {} does not fit into {}",
                arg("window"),
                arg("shape")
            ),
            "wrong_output" => write!(
                f,
                "the last layer gives {}, the {} classes of {} need {}",
                arg("found"),
                arg("classes"),
                arg("dataset"),
                arg("classes")
            ),
            "wrong_output_values" => write!(
                f,
                "the last layer gives {}, {} wants {} numbers",
                arg("found"),
                arg("dataset"),
                arg("classes")
            ),
            "loss_width" => write!(
                f,
                "{} needs {} outputs, the last layer gives {}",
                arg("loss"),
                arg("wanted"),
                arg("found")
            ),
            "loss_needs_classes" => write!(
                f,
                "{} needs classes as targets, these are numbers",
                arg("loss")
            ),
            "loss_takes_logits" => write!(
                f,
                "{} from_logits takes what comes before {a}: drop from_logits or the {a}",
                arg("loss"),
                a = arg("activation")
            ),
            "metric_needs_classes" => write!(
                f,
                "{} needs classes as targets and an output for each",
                arg("metric")
            ),
            "metric_two_classes" => write!(
                f,
                "{} is for two classes, here are {}: average = \"macro\" is for more",
                arg("metric"),
                arg("found")
            ),
            "metric_too_large" => write!(
                f,
                "{} would keep {} numbers, at most {} are kept",
                arg("metric"),
                arg("found"),
                arg("max")
            ),
            "wrong_length" => write!(
                f,
                "{} has {} numbers, {} are needed",
                arg("field"),
                arg("found"),
                arg("wanted")
            ),
            "unknown_column" => write!(
                f,
                "{} has no column {}; its columns are {}",
                arg("dataset"),
                arg("value"),
                arg("known")
            ),
            "whitening_too_large" => write!(
                f,
                "whitening pictures of {} numbers takes too much memory, at most {} can be whitened",
                arg("found"),
                arg("max")
            ),
            "weights_twice" => write!(
                f,
                "rows are weighted by a column already: Keras 3 takes that or class_weight"
            ),
            "groups_stratified" => write!(
                f,
                "groups stay together or classes keep their proportion: drop stratified or by_group"
            ),
            "no_layers" => write!(f, "there is no layer: add [[layers]] with a type"),
            "too_many_parameters" => write!(
                f,
                "{} parameters are too many, at most {} are built",
                arg("found"),
                arg("max")
            ),
            "too_much_memory" => write!(
                f,
                "one batch would need {} MB, at most {} MB fit: make the batch or a layer smaller",
                arg("found"),
                arg("max")
            ),
            "unknown_dataset" => write!(
                f,
                "no data set {}; known are {}",
                arg("value"),
                arg("known")
            ),
            "not_supported" => write!(f, "{} is not supported here", arg("what")),
            "no_such_place" => write!(f, "there is nothing at {} to change", arg("path")),
            code => write!(f, "{code} {:?}", self.args),
        }
    }
}
