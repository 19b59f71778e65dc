//! How a network is judged: which rows it learns from, which rows it is measured on, and how often.

use crate::read::Fields;

/// One of the ways to keep learning and measuring apart, or not to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Protocol {
    /// One fit on all training rows; measured on the data set's own test rows or, where it has none, on the
    /// training rows.
    #[default]
    Fit,
    /// One fit; a part of the training rows is kept aside and measured on.
    HoldOut {
        /// The part kept aside, rounded up as scikit-learn does.
        fraction: f64,
        /// Every class loses the same part.
        stratified: bool,
        /// Rows of one group stay together: of one value in the column that `groups` of the data names.
        by_group: bool,
    },
    /// As many fits on all training rows as are wanted, each with a seed of its own: how much a figure owes to chance.
    Repeat { times: usize },
    /// As many fits as folds: each fold is measured once by a network that has not seen it.
    KFold {
        folds: usize,
        /// Every fold has the classes in the proportion of all rows.
        stratified: bool,
        /// Rows are put into a seeded order first.
        shuffle: bool,
    },
}

impl Protocol {
    pub(crate) fn read(f: &Fields) -> Self {
        const NAMES: &[(&str, &str)] = &[
            ("fit", "fit"),
            ("hold_out", "hold_out"),
            ("k_fold", "k_fold"),
            ("repeat", "repeat"),
        ];
        let Some((name, own)) = f.named("protocol", NAMES) else {
            return Self::Fit;
        };
        let protocol = match name {
            "hold_out" => Self::HoldOut {
                fraction: own.number("fraction", Some(0.2), 0.001, 0.95),
                stratified: own.flag("stratified", false),
                by_group: own.flag("by_group", false),
            },
            "k_fold" => Self::KFold {
                folds: own.integer("folds", Some(10), 2..1_001),
                stratified: own.flag("stratified", false),
                shuffle: own.flag("shuffle", true),
            },
            "repeat" => Self::Repeat {
                times: own.integer("times", Some(3), 2..101),
            },
            _ => Self::Fit,
        };
        if let Self::HoldOut {
            stratified: true,
            by_group: true,
            ..
        } = protocol
        {
            own.report_at("stratified", "groups_stratified", &[]);
        }
        own.finish();
        protocol
    }

    /// Name in the text.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Fit => "fit",
            Self::HoldOut { .. } => "hold_out",
            Self::KFold { .. } => "k_fold",
            Self::Repeat { .. } => "repeat",
        }
    }

    /// Fits that one network costs.
    pub const fn fits(&self) -> usize {
        match self {
            Self::KFold { folds: fits, .. } | Self::Repeat { times: fits } => *fits,
            _ => 1,
        }
    }

    /// Of `rows`, how many the first fit learns from and how many it is measured on; `test` rows are the data
    /// set's own.
    pub fn rows(&self, rows: usize, test: usize) -> [usize; 2] {
        match self {
            Self::Fit | Self::Repeat { .. } if test == 0 => [rows, rows],
            Self::Fit | Self::Repeat { .. } => [rows, test],
            Self::HoldOut { fraction, .. } => {
                let aside = ((rows as f64 * fraction).ceil() as usize).min(rows);
                [rows - aside, aside]
            }
            Self::KFold { folds, .. } => {
                let aside = rows.div_ceil(*folds);
                [rows - aside, aside]
            }
        }
    }
}
