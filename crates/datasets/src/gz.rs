//! Gzip with a bound: never more memory than the caller declares.

use std::borrow::Cow;
use std::io::{ErrorKind, Read, Write};

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::error::DataError;
use crate::members::Members;

/// How much is unpacked between two looks at the bound.
const STEP: usize = 256 * 1024;

/// Whether `bytes` begin like a gzip file.
pub fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1f, 0x8b])
}

/// The bytes themselves, or, if they are gzip, what they unpack to.
///
/// # Errors
/// Those of [`gunzip`]. Plain bytes are passed on whatever their length: they are already in memory.
pub fn unpack<'a>(file: &str, bytes: &'a [u8], limit: usize) -> Result<Cow<'a, [u8]>, DataError> {
    if is_gzip(bytes) {
        gunzip(file, bytes, limit).map(Cow::Owned)
    } else {
        Ok(Cow::Borrowed(bytes))
    }
}

/// Unpacks a gzip file (all its members) to at most `limit` bytes.
///
/// # Errors
/// `gz_bomb` if there is more than `limit` (found without allocating more than `limit`), `gz_truncated`
/// and `gz_corrupt` if the stream ends too early or fails its own checksum, `out_of_memory`.
pub fn gunzip(file: &str, bytes: &[u8], limit: usize) -> Result<Vec<u8>, DataError> {
    // Room is taken once, for what the trailer states. Should there be more (several members, or a lie),
    // that is given back and the bound itself is taken: growing would hold two copies.
    let most = limit.min(possible(bytes));
    let stated = stated(bytes).min(most);
    let rooms = if stated < most {
        &[stated, most][..]
    } else {
        &[most]
    };
    for room in rooms {
        if let Some(out) = fill(file, bytes, *room)? {
            return Ok(out);
        }
    }
    Err(DataError::GzBomb {
        file: file.to_owned(),
        limit,
    })
}

/// Everything, if it fits into `room`.
fn fill(file: &str, bytes: &[u8], room: usize) -> Result<Option<Vec<u8>>, DataError> {
    let mut decoder = Members::new(bytes);
    let mut out: Vec<u8> = Vec::new();
    reserve(file, &mut out, room)?;
    while out.len() < room {
        let start = out.len();
        out.resize(room.min(start + STEP), 0);
        let count = read(file, &mut decoder, &mut out[start..], start)?;
        out.truncate(start + count);
        if count == 0 {
            return Ok(Some(out));
        }
    }
    // Full: only the end may follow.
    let more = read(file, &mut decoder, &mut [0], room)?;
    Ok((more == 0).then_some(out))
}

/// The first `count` bytes of what a gzip file unpacks to (fewer if it holds fewer).
///
/// # Errors
/// `gz_truncated` and `gz_corrupt`, as far as they show within these bytes.
pub fn gunzip_head(file: &str, bytes: &[u8], count: usize) -> Result<Vec<u8>, DataError> {
    let mut decoder = Members::new(bytes);
    let mut out = vec![0; count];
    let mut filled = 0;
    while filled < count {
        match read(file, &mut decoder, &mut out[filled..], filled)? {
            0 => break,
            more => filled += more,
        }
    }
    out.truncate(filled);
    Ok(out)
}

/// Packs `bytes` as one gzip member at the highest level, without name or time: equal bytes in, equal out.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let out = Vec::with_capacity(bytes.len() / 4);
    let mut encoder = GzEncoder::new(out, Compression::best());
    // Writing into a vector cannot fail; if it ever did, the empty result would fail its reader's checks.
    let written = encoder.write_all(bytes).and_then(|()| encoder.finish());
    written.unwrap_or_default()
}

/// The length that the trailer of the last member states (modulo 4 GiB).
fn stated(bytes: &[u8]) -> usize {
    bytes
        .last_chunk::<4>()
        .map_or(0, |trailer| u32::from_le_bytes(*trailer) as usize)
}

/// The most that deflate can make of these bytes: 258 for every two bits.
pub(crate) fn possible(bytes: &[u8]) -> usize {
    bytes.len().saturating_mul(1032)
}

/// Room for exactly `more` bytes.
///
/// # Errors
/// `out_of_memory`, where the machine has not got them.
pub(crate) fn reserve(file: &str, out: &mut Vec<u8>, more: usize) -> Result<(), DataError> {
    out.try_reserve_exact(more)
        .map_err(|_| DataError::OutOfMemory {
            file: file.to_owned(),
            bytes: more,
        })
}

/// The next bytes of what unpacks a file, of which so many were `unpacked` before; 0 at the end.
///
/// # Errors
/// `gz_truncated`, `gz_corrupt`.
pub(crate) fn read(
    file: &str,
    decoder: &mut impl Read,
    into: &mut [u8],
    unpacked: usize,
) -> Result<usize, DataError> {
    loop {
        return match decoder.read(into) {
            Ok(count) => Ok(count),
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Err(DataError::GzTruncated {
                file: file.to_owned(),
                unpacked,
            }),
            Err(_) => Err(DataError::GzCorrupt {
                file: file.to_owned(),
                unpacked,
            }),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(len: usize) -> Vec<u8> {
        (0..len as u32)
            .map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8)
            .collect()
    }

    #[test]
    fn what_was_packed_is_unpacked() {
        for len in [0, 1, 1000, STEP, STEP + 1, 3 * STEP + 7] {
            let plain = noise(len);
            let packed = gzip(&plain);
            assert_eq!(gunzip("a", &packed, len).as_deref(), Ok(&plain[..]));
            assert_eq!(gunzip("a", &packed, len + 9).as_deref(), Ok(&plain[..]));
            assert_eq!(
                gunzip_head("a", &packed, 100).as_deref(),
                Ok(&plain[..len.min(100)])
            );
            assert!(matches!(unpack("a", &plain, 0), Ok(Cow::Borrowed(p)) if p == plain));
        }
    }

    #[test]
    fn a_bomb_is_refused_within_the_limit() {
        let bomb = gzip(&vec![0; 50 << 20]);
        assert!(bomb.len() < 100_000);
        for limit in [0, 1, 1000, 1 << 20, (50 << 20) - 1] {
            let refused = gunzip("b", &bomb, limit);
            assert_eq!(refused.map_err(|e| e.code()), Err("gz_bomb"), "{limit}");
        }
        // Two members: the trailer of the second says nothing about the first.
        let pair = [gzip(&[1; 5000]), gzip(b"x")].concat();
        assert_eq!(gunzip("b", &pair, 5001).map(|out| out.len()), Ok(5001));
        let twice = [bomb, gzip(b"x")].concat();
        assert_eq!(
            gunzip("b", &twice, 1 << 20).map_err(|e| e.code()),
            Err("gz_bomb")
        );
    }

    #[test]
    fn truncation_and_damage_are_told_apart() {
        let packed = gzip(&noise(5000));
        for end in 2..packed.len() {
            let code = gunzip("t", &packed[..end], 5000).map_err(|e| e.code());
            assert_eq!(code, Err("gz_truncated"), "{end}");
        }
        let mut crc = packed.clone();
        let at = crc.len() - 6;
        crc[at] ^= 1;
        assert_eq!(
            gunzip("t", &crc, 5000).map_err(|e| e.code()),
            Err("gz_corrupt")
        );
        let tail = [&packed[..], b"and ten bytes more"].concat();
        assert_eq!(
            gunzip("t", &tail, 5000).map_err(|e| e.code()),
            Err("gz_corrupt")
        );
    }
}
