//! A tar archive's members, one after the other, from plain or gzip bytes: nothing is unpacked as a whole.
//!
//! A header is 512 bytes with a checksum, of which name, length and kind are read (ustar, and what GNU tar and pax
//! write around it). That is shorter than taming a crate that knows links, owners and file systems.

use std::io::Read;

use crate::error::DataError;
use crate::gz;
use crate::kind::{FileKind, HEAD_BYTES};
use crate::members::Members;

/// Members are padded to blocks of so many bytes.
const BLOCK: usize = 512;
/// The most bytes that an archive may unpack to.
pub(crate) const MAX_BYTES: usize = 256 << 20;

/// An archive as it is read from its beginning to its end.
struct Archive<'a> {
    file: &'a str,
    source: Box<dyn Read + 'a>,
    at: usize,
    /// The most bytes that it can hold.
    possible: usize,
}

impl Archive<'_> {
    /// Fills `into`, unless the bytes end before; how much there was.
    fn fill(&mut self, into: &mut [u8]) -> Result<usize, DataError> {
        let mut filled = 0;
        while filled < into.len() {
            match gz::read(self.file, &mut self.source, &mut into[filled..], self.at)? {
                0 => break,
                more => filled += more,
            }
        }
        self.at += filled;
        if self.at > MAX_BYTES {
            let (file, limit) = (self.file.to_owned(), MAX_BYTES);
            return Err(DataError::GzBomb { file, limit });
        }
        Ok(filled)
    }

    /// Fills `into`.
    fn take(&mut self, into: &mut [u8]) -> Result<(), DataError> {
        match self.fill(into)? == into.len() {
            true => Ok(()),
            false => Err(self.cut()),
        }
    }

    /// The bytes end where more should come.
    fn cut(&self) -> DataError {
        let (file, unpacked) = (self.file.to_owned(), self.at);
        DataError::GzTruncated { file, unpacked }
    }
}

/// The content of a member, from its beginning on.
pub(crate) struct Body<'a, 'b> {
    archive: &'a mut Archive<'b>,
    left: usize,
}

impl Body<'_, '_> {
    /// Bytes that are still to come.
    pub fn left(&self) -> usize {
        self.left
    }

    /// The most bytes that the whole archive can hold, whatever its headers claim.
    pub fn possible(&self) -> usize {
        self.archive.possible
    }

    /// The next bytes, no more than are [`left`](Self::left).
    ///
    /// # Errors
    /// `gz_truncated`, `gz_corrupt`, `gz_bomb`.
    pub fn take(&mut self, into: &mut [u8]) -> Result<(), DataError> {
        self.left = self.left.saturating_sub(into.len());
        self.archive.take(into)
    }

    /// Goes past so many bytes.
    fn skip(&mut self, mut count: usize) -> Result<(), DataError> {
        let mut block = [0; BLOCK];
        while count > 0 {
            let part = count.min(BLOCK);
            self.take(&mut block[..part])?;
            count -= part;
        }
        Ok(())
    }
}

/// Shows `visit` every file of an archive: the last part of its name, and its content, of which it may take what it
/// wants.
///
/// # Errors
/// `empty_file`, `foreign_file` or `wrong_form` for what is no archive; `gz_truncated`, `gz_corrupt`, `gz_bomb`; those of
/// `visit`.
pub(crate) fn each(
    file: &str,
    bytes: &[u8],
    mut visit: impl FnMut(&str, &mut Body) -> Result<(), DataError>,
) -> Result<(), DataError> {
    let packed = gz::is_gzip(bytes);
    let head = match packed {
        true => gz::gunzip_head(file, bytes, HEAD_BYTES)?,
        false => bytes[..bytes.len().min(HEAD_BYTES)].to_vec(),
    };
    let name = || file.to_owned();
    match FileKind::guess(&head) {
        Some(FileKind::Tar) => {}
        Some(kind) => {
            return Err(DataError::ForeignFile {
                file: name(),
                kind,
                expected: "tar.gz",
            });
        }
        None if head.is_empty() => return Err(DataError::EmptyFile { file: name() }),
        None => return Err(no_header(file, 0)),
    }
    let mut archive = Archive {
        file,
        source: match packed {
            true => Box::new(Members::new(bytes)),
            false => Box::new(bytes),
        },
        at: 0,
        possible: match packed {
            true => gz::possible(bytes),
            false => bytes.len(),
        },
    };
    let mut header = [0; BLOCK];
    loop {
        let at = archive.at;
        // Two blocks of zeros end an archive; some end without.
        match archive.fill(&mut header)? {
            0 => return Ok(()),
            BLOCK => {}
            _ => return Err(archive.cut()),
        }
        if header.iter().all(|byte| *byte == 0) {
            // The last bytes hold gzip's checksum of all.
            while archive.fill(&mut header)? > 0 {}
            return Ok(());
        }
        let (left, path) = member(&header).ok_or_else(|| no_header(file, at))?;
        let padding = left.next_multiple_of(BLOCK) - left;
        let mut body = Body {
            archive: &mut archive,
            left,
        };
        // Links, folders and what extends other headers are passed over.
        if let Some(path) = path {
            visit(&path, &mut body)?;
        }
        body.skip(body.left + padding)?;
    }
}

fn no_header(file: &str, offset: usize) -> DataError {
    DataError::WrongForm {
        file: file.to_owned(),
        offset,
        expected: "the header of a tar archive's member",
    }
}

/// Length and, of a file, the last part of its name.
fn member(header: &[u8; BLOCK]) -> Option<(usize, Option<String>)> {
    let plain = header.iter().enumerate().map(|(at, byte)| match at {
        148..156 => u64::from(b' '),
        _ => u64::from(*byte),
    });
    if plain.sum::<u64>() != octal(&header[148..156])? {
        return None;
    }
    let length = usize::try_from(octal(&header[124..136])?).ok()?;
    let name = header[..100].split(|byte| *byte == 0).next()?;
    let name = String::from_utf8_lossy(name);
    let name = name.rsplit('/').next()?.to_owned();
    let file = matches!(header[156], 0 | b'0');
    // More is refused anyway; so no sum of lengths overflows.
    Some((length.min(2 * MAX_BYTES), file.then_some(name)))
}

/// Octal digits between blanks and zeros.
fn octal(field: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(field).ok()?;
    u64::from_str_radix(text.trim_matches(['\0', ' ']), 8).ok()
}

/// Archives for tests, as GNU tar writes them.
#[cfg(test)]
pub(crate) mod testing {
    use super::BLOCK;

    /// An archive with these members; a name that ends in `/` is a folder.
    pub fn archive(members: &[(&str, &[u8])]) -> Vec<u8> {
        let mut out = Vec::new();
        for (name, content) in members {
            let mut header = [0; BLOCK];
            let mut put = |at: usize, text: &str| {
                header[at..at + text.len()].copy_from_slice(text.as_bytes())
            };
            put(0, name);
            put(100, "0000644\0");
            put(124, &format!("{:011o}\0", content.len()));
            put(148, "        ");
            put(156, if name.ends_with('/') { "5" } else { "0" });
            put(257, "ustar  ");
            let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
            header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
            out.extend(header);
            out.extend_from_slice(content);
            out.resize(out.len().next_multiple_of(BLOCK), 0);
        }
        out.resize(out.len() + 2 * BLOCK, 0);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use testing::archive;

    type Files = Vec<(String, Vec<u8>)>;

    fn files(bytes: &[u8]) -> Result<Files, &'static str> {
        let mut found = Vec::new();
        let all = each("t", bytes, |name, body| {
            let mut content = vec![0; body.left()];
            body.take(&mut content)?;
            found.push((name.to_owned(), content));
            Ok(())
        });
        all.map(|()| found).map_err(|error| error.code())
    }

    fn three() -> Vec<u8> {
        let long = [7; 1030];
        archive(&[
            ("a/", b""),
            ("a/b.bin", b"twelve bytes"),
            ("c", &long),
            ("a/d/e", &[9; 512]),
        ])
    }

    #[test]
    fn members_come_in_order_plain_and_packed() {
        let expected: Files = vec![
            ("b.bin".into(), b"twelve bytes".to_vec()),
            ("c".into(), vec![7; 1030]),
            ("e".into(), vec![9; 512]),
        ];
        assert_eq!(files(&three()), Ok(expected.clone()));
        assert_eq!(files(&gz::gzip(&three())), Ok(expected));
        // What nobody takes is passed over.
        let mut names = 0;
        let all = each("t", &three(), |_, body| {
            names += 1;
            body.take(&mut [0; 3])
        });
        assert_eq!((all, names), (Ok(()), 3));
    }

    #[test]
    fn other_files_are_told() {
        assert_eq!(files(b""), Err("empty_file"));
        assert_eq!(files(b"%PDF-1.7 and so on"), Err("foreign_file"));
        assert_eq!(files(&gz::gzip(b"<html>404</html>")), Err("foreign_file"));
        assert_eq!(files(&[1, 2, 3]), Err("wrong_form"));
    }

    #[test]
    fn every_cut_and_every_damaged_byte_is_told_or_harmless() {
        let whole = three();
        let good = files(&whole).unwrap();
        for end in 1..whole.len() - 2 * BLOCK {
            match files(&whole[..end]) {
                // Between two members nothing is missing that anybody could know of.
                Ok(some) => assert!(end % BLOCK == 0 && good.starts_with(&some), "{end}"),
                Err(code) => assert!(["gz_truncated", "wrong_form"].contains(&code), "{code}"),
            }
        }
        for at in 0..BLOCK {
            let mut bad = whole.clone();
            bad[BLOCK + at] ^= 0x11;
            assert_eq!(files(&bad), Err("wrong_form"), "{at}");
        }
        let packed = gz::gzip(&whole);
        for end in 2..packed.len() {
            assert_eq!(files(&packed[..end]), Err("gz_truncated"), "{end}");
        }
    }

    #[test]
    fn a_bomb_is_refused_and_lengths_may_lie() {
        let zeros = vec![0; 60 << 20];
        let five: Vec<(&str, &[u8])> = vec![("x", &zeros); 5];
        let bomb = gz::gzip(&archive(&five));
        let seen = each("t", &bomb, |_, _| Ok(()));
        assert_eq!(seen.map_err(|error| error.code()), Err("gz_bomb"));
        // A member that claims 8 GB.
        let mut lie = archive(&[("x", b"little")]);
        lie[124..136].copy_from_slice(b"77777777777\0");
        let sum: u64 = lie[..BLOCK].iter().map(|b| u64::from(*b)).sum();
        let old: u64 = lie[148..156].iter().map(|b| u64::from(*b)).sum();
        let sum = format!("{:06o}\0 ", sum - old + 8 * 32);
        lie[148..156].copy_from_slice(sum.as_bytes());
        let seen = each("t", &lie, |_, _| Ok(()));
        assert_eq!(seen.map_err(|error| error.code()), Err("gz_truncated"));
    }
}
