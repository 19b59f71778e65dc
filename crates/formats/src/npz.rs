//! NumPy's `.npz`: a zip archive of `.npy` arrays, stored or deflated.
//!
//! `numpy.savez(file, **{"dense_1/kernel": ...})` and `savez(file, *model.get_weights())` (names `arr_0`,
//! `arr_1` ...) are both read; what is written, `numpy.load` reads.

use crate::FormatError;
use crate::limits::{Limits, Room};
use crate::npy;
use crate::tensor::NamedTensor;
use rawzip::{CompressionMethod, ZipArchive, ZipArchiveWriter};
use std::collections::BTreeSet;
use std::io::{Read, Write};

const FORMAT: &str = "npz";
const SUFFIX: &str = ".npy";
/// Deflate makes at most 258 bytes of two bits.
const MOST_RATIO: u64 = 1032;

fn unreadable(reason: impl ToString) -> FormatError {
    FormatError::Unreadable {
        format: FORMAT,
        reason: reason.to_string(),
    }
}

fn unsupported(what: String) -> FormatError {
    FormatError::Unsupported {
        format: FORMAT,
        what,
    }
}

/// All arrays of an archive, in its order, under their names without `.npy`.
///
/// # Errors
/// `foreign_unreadable`, `foreign_unsupported` (encryption, another compression, an entry that is no array),
/// `foreign_too_large`, `foreign_damaged_tensor`, `foreign_wrong_type`, `foreign_twice_tensor`.
pub fn read(bytes: &[u8], limits: Limits) -> Result<Vec<NamedTensor>, FormatError> {
    let archive = ZipArchive::from_slice(bytes).map_err(unreadable)?;
    let mut room = Room::new(FORMAT, limits);
    let mut names = BTreeSet::new();
    let mut tensors = Vec::new();
    let mut entries = archive.entries();
    while let Some(entry) = entries.next_entry().map_err(unreadable)? {
        let path = entry.file_path();
        let path = std::str::from_utf8(path.as_bytes())
            .map_err(|_| unreadable("a name in it is not UTF-8"))?;
        let Some(name) = path.strip_suffix(SUFFIX) else {
            return Err(unsupported(format!(
                "an entry {path:?} that is not an array"
            )));
        };
        if !names.insert(name.to_owned()) {
            return Err(FormatError::TwiceTensor { name: name.into() });
        }
        let damaged = |reason: String| FormatError::DamagedTensor {
            name: name.into(),
            reason,
        };
        let method = entry.compression_method();
        if entry.flags().is_encrypted() {
            return Err(unsupported(format!("the encrypted entry {name}")));
        }
        let size = entry.uncompressed_size_hint();
        let packed = entry.compressed_size_hint();
        if size > packed.saturating_mul(MOST_RATIO) {
            return Err(damaged("it is packed more tightly than can be".into()));
        }
        room.tensor()?;
        room.take(size)?;
        let local = archive
            .get_entry(entry.wayfinder())
            .map_err(|error| damaged(error.to_string()))?;
        let data = local.data();
        let unpacked = match method {
            CompressionMethod::STORE => unpack(local.verifying_reader(data), size),
            CompressionMethod::DEFLATE => unpack(
                local.verifying_reader(flate2::bufread::DeflateDecoder::new(data)),
                size,
            ),
            other => return Err(unsupported(format!("the compression {other:?} in {name}"))),
        };
        let unpacked = unpacked.map_err(damaged)?;
        let wrong = |error| npy::told(name, error);
        // Small whole numbers take more room as `f32`.
        let needs = npy::needs(&unpacked).map_err(wrong)?;
        room.take(needs.saturating_sub(size))?;
        tensors.push(npy::array(name, &unpacked).map_err(wrong)?);
    }
    if tensors.len() as u64 != archive.entries_hint() {
        return Err(unreadable("it lists other than the entries that it counts"));
    }
    Ok(tensors)
}

/// Exactly `size` bytes; the reader compares length and checksum at the end.
fn unpack(mut reader: impl Read, size: u64) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    let room = usize::try_from(size).map_err(|error| error.to_string())?;
    out.try_reserve_exact(room)
        .map_err(|error| error.to_string())?;
    // One more than it may be: too long is found without unpacking the rest.
    reader
        .by_ref()
        .take(size.saturating_add(1))
        .read_to_end(&mut out)
        .map_err(|error| error.to_string())?;
    if out.len() as u64 != size {
        return Err("it has another length than the archive says".into());
    }
    Ok(out)
}

/// An archive of these tensors, not compressed (weights hardly are). Equal tensors give equal bytes.
///
/// # Errors
/// `foreign_damaged_tensor` where a shape and its values differ, `foreign_twice_tensor`; `foreign_unreadable`
/// never, unless the archive could not be written.
pub fn write(tensors: &[NamedTensor]) -> Result<Vec<u8>, FormatError> {
    let mut names = BTreeSet::new();
    let mut archive = ZipArchiveWriter::new(Vec::new());
    for tensor in tensors {
        let name = &tensor.name;
        if !names.insert(name) {
            return Err(FormatError::TwiceTensor { name: name.clone() });
        }
        if tensor.shape.iter().product::<usize>() != tensor.values.len() {
            return Err(FormatError::DamagedTensor {
                name: name.clone(),
                reason: "it has another number of values than its shape".into(),
            });
        }
        let path = format!("{name}{SUFFIX}");
        add(&mut archive, &path, &npy::write(tensor)).map_err(unreadable)?;
    }
    archive.finish().map_err(unreadable)
}

fn add(
    archive: &mut ZipArchiveWriter<Vec<u8>>,
    path: &str,
    bytes: &[u8],
) -> Result<(), rawzip::Error> {
    let builder = archive.new_file(path);
    let (mut entry, config) = builder
        .compression_method(CompressionMethod::STORE)
        .start()?;
    let mut data = config.wrap(&mut entry);
    data.write_all(bytes)?;
    let (_, descriptor) = data.finish()?;
    entry.finish(descriptor)?;
    Ok(())
}
