//! The engine against the reference numbers of Keras, PyTorch and a float64 script (`tests/reference`).

mod constraints;
mod layers;
mod losses;
mod optimizers;
mod random;
mod recurrent;
mod runs;
mod schedules;
mod updates;
