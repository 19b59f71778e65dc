//! A zip archive's members: the central directory is followed, each member unpacked within a bound.
//!
//! What NumPy's `savez` and common packers write, and no more: stored or deflated, no encryption, no zip64, one volume.

use std::borrow::Cow;

use crate::error::{DataError, clip};
use crate::gz;

/// The most members of an archive whose members are known by name.
const MAX_MEMBERS: usize = 64;
/// Length of the record at the end of an archive, without its comment.
const END: usize = 22;

/// Whether `bytes` begin like a zip archive.
pub(crate) fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// A member as the directory tells it; nothing of it is true yet.
pub(crate) struct Member<'a> {
    pub name: &'a [u8],
    /// Length of what it unpacks to.
    pub unpacked: usize,
    /// Where its entry is.
    at: usize,
    method: usize,
    crc: usize,
    packed: usize,
    local: usize,
}

/// The members of an archive that may have at most `most`, in the directory's order.
///
/// # Errors
/// `wrong_form`, `row_count`.
pub(crate) fn members<'a>(
    file: &str,
    bytes: &'a [u8],
    most: usize,
) -> Result<Vec<Member<'a>>, DataError> {
    // The last record; a comment of up to 65,535 bytes may follow it.
    let from = bytes.len().saturating_sub(END + usize::from(u16::MAX));
    let end = (from..(bytes.len() + 1).saturating_sub(END))
        .rev()
        .find(|at| bytes[*at..].starts_with(b"PK\x05\x06"))
        .ok_or_else(|| wrong(file, bytes.len(), "the end of a zip archive"))?;
    let count = u16_at(bytes, end + 10).unwrap_or(0);
    if count > most {
        return Err(DataError::RowCount {
            file: file.to_owned(),
            rows: count,
            least: 1,
            most,
        });
    }
    let mut at = u32_at(bytes, end + 16).unwrap_or(usize::MAX);
    let mut members = Vec::with_capacity(count);
    for _ in 0..count {
        let (member, next) =
            entry(bytes, at).ok_or_else(|| wrong(file, at, "an entry of the directory"))?;
        members.push(member);
        at = next;
    }
    Ok(members)
}

/// The entry of the directory at `at`, and where the next one is.
fn entry(bytes: &[u8], at: usize) -> Option<(Member<'_>, usize)> {
    let field = |offset| u32_at(bytes, at.checked_add(offset)?);
    let length = |offset| u16_at(bytes, at.checked_add(offset)?);
    if field(0)? != 0x0201_4b50 {
        return None;
    }
    let [named, extra, comment] = [length(28)?, length(30)?, length(32)?];
    let member = Member {
        name: bytes.get(at + 46..at + 46 + named)?,
        unpacked: field(24)?,
        at,
        method: length(10)?,
        crc: field(16)?,
        packed: field(20)?,
        local: field(42)?,
    };
    Some((member, at + 46 + named + extra + comment))
}

/// What a member unpacks to: at most `limit` bytes.
///
/// # Errors
/// `wrong_form` where the archive is not as it should be; `gz_bomb`, `gz_corrupt` and `gz_truncated` where the member is
/// not what its entry says.
pub(crate) fn unpack(
    file: &str,
    bytes: &[u8],
    member: &Member,
    limit: usize,
) -> Result<Vec<u8>, DataError> {
    let data = data(bytes, member.local, member.packed)
        .ok_or_else(|| wrong(file, member.local, "a member"))?;
    let full = format!("{file}/{}", clip(&String::from_utf8_lossy(member.name)));
    if member.unpacked > limit {
        return Err(DataError::GzBomb { file: full, limit });
    }
    // As a gzip file it has the same body and the same trailer.
    let body = match member.method {
        8 => Cow::Borrowed(data),
        0 => Cow::Owned(stored(data)),
        _ => return Err(wrong(file, member.at + 10, "a stored or deflated member")),
    };
    let trailer = [member.crc as u32, member.unpacked as u32].map(u32::to_le_bytes);
    let gzip = [
        &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff],
        &body[..],
        trailer.as_flattened(),
    ]
    .concat();
    gz::gunzip(&full, &gzip, member.unpacked)
}

/// What the member `name` unpacks to; `None` if there is none of this name.
///
/// # Errors
/// As [`members`] and [`unpack`]. No more than `limit` bytes are unpacked.
pub(crate) fn member(
    file: &str,
    bytes: &[u8],
    name: &str,
    limit: usize,
) -> Result<Option<Vec<u8>>, DataError> {
    let all = members(file, bytes, MAX_MEMBERS)?;
    let found = all.iter().find(|member| member.name == name.as_bytes());
    found
        .map(|member| unpack(file, bytes, member, limit))
        .transpose()
}

fn wrong(file: &str, offset: usize, expected: &'static str) -> DataError {
    DataError::WrongForm {
        file: file.to_owned(),
        offset,
        expected,
    }
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
                    Err(code) => {
                        let told = ["wrong_form", "row_count"].contains(&code);
                        assert!(told || code.starts_with("gz_"), "{at} {code}");
                    }
                }
            }
        }
    }
}
