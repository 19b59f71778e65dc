//! Bytes in, data sets out.
//!
//! The host (page or terminal) finds and reads files; this crate judges and decodes their bytes. It opens
//! nothing, fetches nothing, and treats every byte as hostile: a wrong file is a [`DataError`] with a code
//! and arguments, never a panic, and never more memory than a stated bound.
//!
//! The way: an [`Entry`] of the [`catalog`] reads files (or makes its built-in sample) into [`Raw`] data,
//! [`Raw::prepare`] makes a [`Dataset`] of rows by the options of an experiment, [`split`] says which rows are
//! trained and tested on, [`Dataset::fold`] takes them. A new data set is one file in `sets` and one row in
//! [`catalog`].

mod augment;
pub mod captcha;
pub mod catalog;
pub mod checksum;
mod dataset;
mod delimited;
pub mod digits;
pub mod error;
pub mod gz;
pub mod idx;
pub mod kind;
mod lightness;
mod members;
mod mt19937;
mod npy;
pub mod own;
pub mod pack;
mod parcel;
mod pickle;
pub mod pictures;
mod ppm;
pub mod prepare;
mod raster;
mod raw;
mod reviews;
mod rows;
mod samples;
mod scaler;
mod scenes;
mod sequences;
mod series;
pub mod sets;
mod shape;
mod signs;
pub mod split;
mod table;
mod table_file;
mod tar;
mod targets;
#[cfg(test)]
mod tests;
mod text;
mod token_lists;
mod treebank;
mod vocabulary;
mod zip;

pub use augment::{Augmenter, Draw};
pub use catalog::{CATALOG, Entry};
pub use dataset::{Dataset, NamedFile, Origin, Part};
pub use error::{DataError, LineCode, OwnCode};
pub use kind::FileKind;
pub use pack::{Manifest, PackReader, write_pack};
pub use pictures::Pictures;
pub use prepare::{Nothing, Prepared, center, center_unit};
pub use raw::{Content, Raw};
pub use reviews::{ReviewPart, ReviewRows, Reviews};
pub use rows::Rows;
pub use scaler::Scaler;
pub use sequences::Sequences;
pub use series::{Series, Windows};
pub use sets::mnist;
pub use shape::{names, official_shape, official_vocabulary};
pub use split::Split;
pub use table::Table;
pub use targets::{Target, Targets};
pub use text::{Text, TextRows};
pub use token_lists::TokenLists;
pub use vocabulary::{Vocabulary, tokenize, words};
