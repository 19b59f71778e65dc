//! Stages: train, save, load, go on, measure, in the order of the text.

use crate::read::Fields;

/// More stages than a reader follows.
const MAX_STAGES: usize = 50;

/// Which rows a stage uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StageRows {
    /// All training rows.
    All,
    /// Those that the protocol learns from.
    Train,
    /// Those that the protocol keeps aside.
    HeldOut,
    /// Those that `validation_split` keeps aside: the last of all.
    Validation,
}

/// One thing that is done.
#[derive(Clone, Debug, PartialEq)]
pub enum Stage {
    /// Goes on with the network as it is. The optimizer goes on too, unless the network was loaded.
    Fit { rows: StageRows, epochs: usize },
    /// Writes the network as bytes.
    Save,
    /// Reads it back from these bytes, or (`best`) from the checkpoint of the best epoch, into a network built
    /// anew; the optimizer begins anew, as after `compile`.
    Load { best: bool },
    /// Measures the network; its figures are called `<name>_<metric>`.
    Evaluate { rows: StageRows, name: String },
}

impl Stage {
    pub(crate) fn read_list(f: &Fields, epochs: usize) -> Vec<Self> {
        let tables = f.tables("stages");
        if tables.len() > MAX_STAGES {
            let args: [(&str, &dyn std::fmt::Display); 3] =
                [("value", &tables.len()), ("min", &1), ("max", &MAX_STAGES)];
            f.report_at("stages", "out_of_range", &args);
        }
        tables
            .iter()
            .map(|stage| Self::read(stage, epochs))
            .collect()
    }

    fn read(f: &Fields, epochs: usize) -> Self {
        let names = [
            ("fit", "fit"),
            ("save", "save"),
            ("load", "load"),
            ("evaluate", "evaluate"),
        ];
        let rows = || {
            let known = [
                ("all", StageRows::All),
                ("train", StageRows::Train),
                ("held_out", StageRows::HeldOut),
                ("validation", StageRows::Validation),
            ];
            f.choice("rows", Some(StageRows::All), &known)
        };
        let stage = match f.choice("do", None, &names) {
            "save" => Self::Save,
            "load" => Self::Load {
                best: f.flag("best", false),
            },
            "evaluate" => Self::Evaluate {
                rows: rows(),
                name: f.text("name"),
            },
            _ => Self::Fit {
                rows: rows(),
                epochs: f.integer("epochs", Some(epochs.max(1)), 1..100_001),
            },
        };
        f.finish();
        stage
    }

    /// Name in the text.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Fit { .. } => "fit",
            Self::Save => "save",
            Self::Load { .. } => "load",
            Self::Evaluate { .. } => "evaluate",
        }
    }
}
