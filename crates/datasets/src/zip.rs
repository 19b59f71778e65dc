//! A zip archive's members by name: the central directory is followed, each member unpacked within a bound.
//!
//! What NumPy's `savez` writes, and no more: stored or deflated, no encryption, no zip64, one volume.

use std::borrow::Cow;

use crate::error::DataError;
use crate::gz;

/// The most members that an archive may have.
const MAX_MEMBERS: usize = 64;
/// Length of the record at the end of an archive, without its comment.
const END: usize = 22;

/// Whether `bytes` begin like a zip archive.
pub(crate) fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// What the member `name` unpacks to; `None` if there is none of this name.
///
/// # Errors
/// `wrong_form` where the archive is not as it should be; `gz_bomb`, `gz_corrupt` and `gz_truncated` where a
/// member is not what its entry says. No more than `limit` bytes are unpacked.
pub(crate) fn member(
    file: &str,
    bytes: &[u8],
    name: &str,
    limit: usize,
) -> Result<Option<Vec<u8>>, DataError> {
    let wrong = |offset: usize, expected| DataError::WrongForm {
        file: file.to_owned(),
        offset,
        expected,
    };
    // The last record; a comment of up to 65,535 bytes may follow it.
    let from = bytes.len().saturating_sub(END + usize::from(u16::MAX));
    let end = (from..(bytes.len() + 1).saturating_sub(END))
        .rev()
        .find(|at| bytes[*at..].starts_with(b"PK\x05\x06"))
        .ok_or_else(|| wrong(bytes.len(), "the end of a zip archive"))?;
    let members = u16_at(bytes, end + 10).unwrap_or(0);
    if members > MAX_MEMBERS {
        return Err(wrong(end + 10, "at most 64 members"));
    }
    let mut at = u32_at(bytes, end + 16).unwrap_or(usize::MAX);
    for _ in 0..members {
        let entry = || wrong(at, "an entry of the directory");
        let field = |offset| u32_at(bytes, at.checked_add(offset)?);
        let length = |offset| u16_at(bytes, at.checked_add(offset)?);
        if field(0) != Some(0x0201_4b50) {
            return Err(entry());
        }
        let method = length(10).ok_or_else(entry)?;
        let (crc, packed, unpacked) = (field(16), field(20), field(24));
        let lengths = [28, 30, 32].map(length);
        let ([Some(named), Some(extra), Some(comment)], Some(local)) = (lengths, field(42)) else {
            return Err(entry());
        };
        let found = bytes.get(at + 46..at + 46 + named).ok_or_else(entry)?;
        if found != name.as_bytes() {
            at += 46 + named + extra + comment;
            continue;
        }
        let (Some(crc), Some(packed), Some(unpacked)) = (crc, packed, unpacked) else {
            return Err(entry());
        };
        let data = data(bytes, local, packed).ok_or_else(|| wrong(local, "a member"))?;
        let full = format!("{file}/{name}");
        if unpacked > limit {
            return Err(DataError::GzBomb { file: full, limit });
        }
        // As a gzip file it has the same body and the same trailer.
        let body = match method {
            8 => Cow::Borrowed(data),
            0 => Cow::Owned(stored(data)),
            _ => return Err(wrong(at + 10, "a stored or deflated member")),
        };
        let trailer = [crc as u32, unpacked as u32].map(u32::to_le_bytes).concat();
        let gzip = [
            &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff],
            &body[..],
            &trailer,
        ]
        .concat();
        return gz::gunzip(&full, &gzip, unpacked).map(Some);
    }
    Ok(None)
}

/// The packed bytes of the member whose local header is at `local`.
fn data(bytes: &[u8], local: usize, packed: usize) -> Option<&[u8]> {
    if u32_at(bytes, local)? != 0x0403_4b50 {
        return None;
    }
    let [named, extra] = [26, 28].map(|offset| u16_at(bytes, local + offset));
    let start = local + 30 + named? + extra?;
    bytes.get(start..start.checked_add(packed)?)
}

/// Bytes as deflate keeps them when they cannot be made shorter: blocks of up to 65,535.
fn stored(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len() + data.len() / 65_535 * 5 + 10);
    let mut rest = data;
    loop {
        let (block, after) = rest.split_at(rest.len().min(65_535));
        let length = block.len() as u16;
        out.push(u8::from(after.is_empty()));
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend_from_slice(block);
        rest = after;
        if rest.is_empty() {
            return out;
        }
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<usize> {
    let field = bytes.get(at..at.checked_add(2)?)?.first_chunk()?;
    Some(u16::from_le_bytes(*field).into())
}

fn u32_at(bytes: &[u8], at: usize) -> Option<usize> {
    let field = bytes.get(at..at.checked_add(4)?)?.first_chunk()?;
    Some(u32::from_le_bytes(*field) as usize)
}

/// Archives for tests, as NumPy writes them.
#[cfg(test)]
pub(crate) mod testing {
    use crate::gz::gzip;

    /// An archive with these members, deflated or stored.
    pub fn archive(members: &[(&str, &[u8])], deflate: bool) -> Vec<u8> {
        let (mut out, mut directory) = (Vec::new(), Vec::new());
        for (name, raw) in members {
            let packed = gzip(raw);
            let (body, trailer) = packed[10..].split_at(packed.len() - 18);
            let (method, body) = if deflate { (8, body) } else { (0, *raw) };
            let mut fields = vec![20, 0, 0, 0, method, 0, 0, 0, 0, 0];
            fields.extend(&trailer[..4]);
            fields.extend((body.len() as u32).to_le_bytes());
            fields.extend((raw.len() as u32).to_le_bytes());
            fields.extend((name.len() as u16).to_le_bytes());
            fields.extend([0, 0]);
            directory.extend(b"PK\x01\x02\x14\x00");
            directory.extend(&fields);
            directory.extend([0; 10]);
            directory.extend((out.len() as u32).to_le_bytes());
            directory.extend(name.as_bytes());
            out.extend(b"PK\x03\x04");
            out.extend(&fields);
            out.extend(name.as_bytes());
            out.extend(body);
        }
        let count = (members.len() as u16).to_le_bytes();
        let end = [&b"PK\x05\x06\0\0\0\0"[..], &count, &count].concat();
        let place = [directory.len() as u32, out.len() as u32].map(u32::to_le_bytes);
        [out, directory, end, place.concat(), vec![0, 0]].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use testing::archive;

    fn read(bytes: &[u8], name: &str, limit: usize) -> Result<Option<Vec<u8>>, &'static str> {
        member("z", bytes, name, limit).map_err(|error| error.code())
    }

    #[test]
    fn members_are_found_and_unpacked() {
        let long = vec![7; 200_000];
        for deflate in [true, false] {
            let zip = archive(
                &[("a", b"first"), ("b/c.npy", &long), ("empty", b"")],
                deflate,
            );
            assert!(is_zip(&zip));
            assert_eq!(read(&zip, "a", 5), Ok(Some(b"first".to_vec())));
            assert_eq!(read(&zip, "b/c.npy", 200_000), Ok(Some(long.clone())));
            assert_eq!(read(&zip, "empty", 0), Ok(Some(Vec::new())));
            assert_eq!(read(&zip, "d", 9), Ok(None));
            assert_eq!(read(&zip, "b/c.npy", 199_999), Err("gz_bomb"));
            let commented = [&zip[..zip.len() - 2], &[9, 0], b"a comment"].concat();
            assert_eq!(read(&commented, "a", 5), Ok(Some(b"first".to_vec())));
        }
    }

    #[test]
    fn a_member_that_says_too_little_is_a_bomb() {
        let bomb = vec![0; 5 << 20];
        let mut zip = archive(&[("x", &bomb)], true);
        // The length, in the directory.
        let entry = zip.windows(4).rposition(|at| at == b"PK\x01\x02").unwrap();
        zip[entry + 24..entry + 28].copy_from_slice(&100_u32.to_le_bytes());
        assert_eq!(read(&zip, "x", 1 << 20), Err("gz_bomb"));
    }

    #[test]
    fn every_cut_and_every_damaged_byte_is_told_or_harmless() {
        let raw: Vec<u8> = (0..600_u32).map(|i| ((i * i) >> 3) as u8).collect();
        for deflate in [true, false] {
            let zip = archive(&[("x", &raw)], deflate);
            for end in 0..zip.len() {
                assert!(read(&zip[..end], "x", 1000).is_err(), "{end}");
            }
            for at in 0..zip.len() {
                let mut bad = zip.clone();
                bad[at] ^= 0xff;
                match read(&bad, "x", 1000) {
                    // A name or a field that nobody reads.
                    Ok(found) => assert!(found.is_none_or(|found| found == raw), "{at}"),
                    Err(code) => assert!(code == "wrong_form" || code.starts_with("gz_"), "{at}"),
                }
            }
        }
    }
}
