//! Packs: a data set as the site serves it, a manifest and compressed shards, so that the first pictures
//! are there at once and every file can be kept in a cache for ever (its name carries its checksum).

mod manifest;
mod read;
mod write;

pub use manifest::{FORMAT, MANIFEST, Manifest, PartManifest, Shard, Words};
pub use read::{Needed, PackReader};
pub use write::write_pack;
