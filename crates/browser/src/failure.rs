//! Failures as the page gets them: a code with arguments; the words are the page's.

use fireside_datasets::DataError;
use fireside_inference::InferenceError;
use fireside_insight::InsightError;
use fireside_spec::Problem;
use fireside_spec::order::map;
use fireside_training::TrainingError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;
use wasm_bindgen::JsValue;

/// Any failure that reaches the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Failure {
    pub code: String,
    pub args: BTreeMap<String, String>,
}

impl Failure {
    /// A failure with its arguments.
    pub fn new(code: &str, args: &[(&str, &dyn std::fmt::Display)]) -> Self {
        Self {
            code: code.into(),
            args: map(args
                .iter()
                .map(|(name, value)| ((*name).into(), value.to_string()))),
        }
    }

    fn typed(code: &str, args: BTreeMap<&'static str, String>) -> Self {
        Self {
            code: code.into(),
            args: map(args.into_iter().map(|(k, v)| (k.into(), v))),
        }
    }
}

impl From<DataError> for Failure {
    fn from(error: DataError) -> Self {
        Self::typed(error.code(), error.args())
    }
}

impl From<TrainingError> for Failure {
    fn from(error: TrainingError) -> Self {
        Self::typed(error.code(), error.args())
    }
}

impl From<InferenceError> for Failure {
    fn from(error: InferenceError) -> Self {
        Self::typed(error.code(), error.args())
    }
}

impl From<InsightError> for Failure {
    fn from(error: InsightError) -> Self {
        let args = error.args();
        let args: Vec<(&str, &dyn std::fmt::Display)> = args
            .iter()
            .map(|(name, value)| (*name, value as _))
            .collect();
        Self::new(error.code(), &args)
    }
}

#[cfg(feature = "gpu")]
impl From<fireside_gpu::Missing> for Failure {
    fn from(missing: fireside_gpu::Missing) -> Self {
        use fireside_gpu::Missing;
        match missing {
            Missing::Adapter { reason } => Self::new("gpu_start", &[("reason", &reason)]),
            Missing::Feature { name } => Self::new("gpu_missing", &[("feature", &name)]),
            Missing::Limit {
                name,
                needed,
                found,
            } => Self::new(
                "gpu_limit",
                &[("name", &name), ("needed", &needed), ("found", &found)],
            ),
        }
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self {
            code: problem.code,
            args: problem.args,
        }
    }
}

impl From<serde_wasm_bindgen::Error> for Failure {
    fn from(error: serde_wasm_bindgen::Error) -> Self {
        Self::new("internal", &[("reason", &error)])
    }
}

impl From<Failure> for JsValue {
    fn from(failure: Failure) -> Self {
        // A map of strings always converts; the bare code is better than nothing.
        crate::wire::to_js(&failure).unwrap_or_else(|_| Self::from_str(&failure.code))
    }
}
