//! Bytes in, data sets out.
//!
//! The host (page or terminal) finds and reads files; this crate judges and decodes their bytes. It opens
//! nothing, fetches nothing, and treats every byte as hostile: a wrong file is a [`DataError`] with a code
//! and arguments, never a panic, and never more memory than a stated bound.
//!
//! A new data set is one file here (see [`mnist`]) and one row in [`catalog`].

pub mod catalog;
pub mod checksum;
mod dataset;
pub mod digits;
pub mod error;
pub mod gz;
pub mod idx;
pub mod kind;
mod members;
pub mod mnist;
pub mod pack;
pub mod pictures;
pub mod prepare;
mod rows;
mod shape;

pub use catalog::{CATALOG, Entry};
pub use dataset::{Dataset, NamedFile, Origin, Part};
pub use error::DataError;
pub use kind::FileKind;
pub use pack::{Manifest, PackReader, write_pack};
pub use pictures::Pictures;
pub use prepare::{Nothing, Prepared, center, center_unit};
pub use rows::{Rows, Sequences, Table, Target, Targets};
pub use shape::{names, official_shape};
