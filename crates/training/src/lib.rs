//! The run: a checked experiment, its data and a network, stepped by a host.
//!
//! `Run::next().await -> Event` does one update or one batch of evaluation and returns; the host decides
//! when to go on, pause, save or stop. Nothing here reads a clock, starts a thread, blocks, or draws a
//! random number that is not the seed's.

mod augmented;
mod batch;
mod callbacks;
mod checkpoint;
pub mod compute;
mod error;
mod evaluation;
pub mod event;
pub mod fitted;
mod input;
mod inside;
pub mod losses;
mod measure;
pub mod metrics;
pub mod plan;
mod probe;
#[cfg(feature = "gpu")]
mod rehearsal;
mod report;
pub mod results;
mod run;
pub mod stages;
mod target;
pub mod verdict;

pub use augmented::{AugmentedRow, augmented, augmenter, wanted};
pub use error::TrainingError;
pub use evaluation::AnswerRow;
pub use event::{EpochScores, Event, MetricValue, Part, RunState, Score};
pub use fitted::{Fitted, Table};
pub use inside::Inside;
pub use plan::{Job, Plan};
pub use probe::{ProbedLayer, probe};
pub use report::{Confused, Guess, Misjudged, Report};
pub use run::Run;
pub use stages::{StageEvent, Stages};
pub use target::{Target, best};
