//! One file per layer kind: how it computes. Shapes and parameters are `fireside-spec`'s.

mod activation;
mod conv2d;
mod dense;
mod dropout;
mod flatten;
mod pool2d;

pub(crate) use activation::apply;
pub(crate) use conv2d::{Conv2d, from_keras, to_keras};
pub(crate) use dense::Dense;
pub(crate) use dropout::Dropout;
pub(crate) use flatten::flatten;
pub(crate) use pool2d::Pool2d;
