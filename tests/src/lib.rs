//! What the tests across crates share: the one table of tolerances, the reference files, the official
//! data, comparisons that say how close it was, and seeded dice for hostile input.

pub mod compare;
pub mod data;
pub mod dice;
pub mod engine;
pub mod files;
pub mod networks;
pub mod reference;
pub mod runs;

/// The one table of tolerances. No test has its own.
pub mod tolerance {
    /// A single layer, loss, update rule or initializer on the CPU against float64:
    /// max|a - b| <= this times max|b|.
    pub const SINGLE: f64 = 1e-5;
    /// Gradients of a recurrent layer through all its steps, likewise.
    pub const RECURRENT: f64 = 1e-4;
    /// Ten losses of a run, each absolute; after the last of them the length (L2) of every weight, relative.
    pub const RUN: f64 = 1e-4;
    /// What is only drawn and rounded, not computed in a long sum: random numbers, masks, initial weights;
    /// max|a - b| <= this times max|b|.
    pub const DRAWN: f64 = 1e-6;
    /// Anything on the GPU, where the CPU is not allowed more.
    pub const GPU: f64 = 1e-3;
}

pub use pollster::block_on;
