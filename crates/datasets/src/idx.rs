//! The idx format of MNIST: `00 00 08 d`, then d big-endian u32 dimensions, then unsigned bytes.

use crate::checksum::hex;
use crate::error::{DataError, clip};
use crate::gz;
use crate::kind::{FileKind, HEAD_BYTES};

/// The largest body that is accepted, in bytes. MNIST's largest is 47 MB.
pub const MAX_BYTES: u64 = 256 << 20;

/// The most dimensions that are accepted (rows, channels, height, width).
pub const MAX_DIMS: usize = 4;

/// One idx file of unsigned bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Idx {
    /// Dimensions, rows first; 1 to 4 of them, all at least 1.
    pub dims: Vec<u32>,
    /// The bytes, row-major; exactly as many as the dimensions say.
    pub data: Vec<u8>,
}

impl Idx {
    /// The number of rows: the first dimension.
    pub fn rows(&self) -> usize {
        self.dims.first().map_or(0, |rows| *rows as usize)
    }
}

/// Reads an idx file, plain or gzip (told by its first bytes).
///
/// The header is judged before the body is unpacked, and the body is unpacked to no more than the header
/// promises.
///
/// # Errors
/// `empty_file`, `foreign_file`, `idx_magic`, `idx_truncated`, `idx_too_long`, `idx_too_large`, and those
/// of [`gz::gunzip`].
pub fn read(file: &str, bytes: &[u8]) -> Result<Idx, DataError> {
    let file = &clip(file);
    if bytes.is_empty() {
        return Err(DataError::EmptyFile { file: file.clone() });
    }
    let header = if gz::is_gzip(bytes) {
        parse_header(file, &gz::gunzip_head(file, bytes, HEAD_BYTES)?)?
    } else {
        parse_header(file, bytes)?
    };
    let body = gz::unpack(file, bytes, header.total)?;
    let (expected, found) = (header.total as u64, body.len() as u64);
    let file = file.clone();
    if found < expected {
        return Err(DataError::IdxTruncated {
            file,
            expected,
            found,
        });
    }
    if found > expected {
        return Err(DataError::IdxTooLong {
            file,
            expected,
            found,
        });
    }
    let mut body = body.into_owned();
    body.drain(..header.bytes);
    Ok(Idx {
        dims: header.dims,
        data: body,
    })
}

/// The header of an idx file with these dimensions: `00 00 08 d` and the dimensions.
pub fn header(dims: &[u32]) -> Vec<u8> {
    let mut out = vec![0, 0, 8, dims.len() as u8];
    out.extend(dims.iter().flat_map(|dim| dim.to_be_bytes()));
    out
}

/// A whole plain idx file.
pub fn write(dims: &[u32], data: &[u8]) -> Vec<u8> {
    [&header(dims)[..], data].concat()
}

struct Header {
    dims: Vec<u32>,
    /// Length of the header.
    bytes: usize,
    /// Length of the whole file.
    total: usize,
}

/// `head` is the whole file or its first [`HEAD_BYTES`] bytes, which hold any header.
fn parse_header(file: &str, head: &[u8]) -> Result<Header, DataError> {
    let cut = |expected: usize| DataError::IdxTruncated {
        file: file.to_owned(),
        expected: expected as u64,
        found: head.len() as u64,
    };
    let Some(magic) = head.first_chunk::<4>() else {
        return Err(match FileKind::guess(head) {
            Some(kind) => foreign(file, kind),
            // So far it could have become one.
            None if [0, 0, 8].starts_with(head) => cut(4),
            None => bad_magic(file, head),
        });
    };
    let count = usize::from(magic[3]);
    if magic[..3] != [0, 0, 8] || !(1..=MAX_DIMS).contains(&count) {
        return Err(match FileKind::guess(head) {
            Some(kind) if kind != FileKind::Idx => foreign(file, kind),
            _ => bad_magic(file, magic),
        });
    }
    let bytes = 4 + 4 * count;
    let fields = head.get(4..bytes).ok_or_else(|| cut(bytes))?;
    let dims: Vec<u32> = fields
        .as_chunks::<4>()
        .0
        .iter()
        .map(|b| u32::from_be_bytes(*b))
        .collect();
    let product = dims
        .iter()
        .try_fold(1u64, |product, dim| product.checked_mul(u64::from(*dim)));
    match product {
        Some(product @ 1..=MAX_BYTES) => Ok(Header {
            dims,
            bytes,
            total: bytes + product as usize,
        }),
        _ => Err(DataError::IdxTooLarge {
            file: file.to_owned(),
            dims,
            limit: MAX_BYTES,
        }),
    }
}

fn foreign(file: &str, kind: FileKind) -> DataError {
    DataError::ForeignFile {
        file: file.to_owned(),
        kind,
        expected: "idx",
    }
}

fn bad_magic(file: &str, head: &[u8]) -> DataError {
    let digits: Vec<String> = head.iter().take(4).map(|b| hex(&[*b])).collect();
    DataError::IdxMagic {
        file: file.to_owned(),
        found: digits.join(" "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(bytes: &[u8]) -> Result<Idx, &'static str> {
        read("x", bytes).map_err(|e| e.code())
    }

    #[test]
    fn plain_and_packed_files_are_read() {
        let data: Vec<u8> = (0..24).collect();
        let plain = write(&[2, 3, 4], &data);
        let expected = Idx {
            dims: vec![2, 3, 4],
            data,
        };
        assert_eq!(code(&plain), Ok(expected.clone()));
        assert_eq!(code(&gz::gzip(&plain)), Ok(expected));
    }

    #[test]
    fn every_cut_is_told() {
        let plain = write(&[2, 3, 4], &[7; 24]);
        assert_eq!(code(&[]), Err("empty_file"));
        for end in 1..plain.len() {
            assert_eq!(code(&plain[..end]), Err("idx_truncated"), "{end}");
            let packed = gz::gzip(&plain[..end]);
            assert_eq!(code(&packed), Err("idx_truncated"), "packed {end}");
        }
        let packed = gz::gzip(&plain);
        assert_eq!(code(&packed[..1]), Err("idx_magic"));
        for end in 2..packed.len() {
            assert_eq!(code(&packed[..end]), Err("gz_truncated"), "{end}");
        }
    }

    #[test]
    fn foreign_and_lying_files_are_told() {
        assert_eq!(code(b"%PDF-1.4 ..."), Err("foreign_file"));
        assert_eq!(code(b"\x89PNG\r\n\x1a\n"), Err("foreign_file"));
        assert_eq!(code(b"PK\x03\x04...."), Err("foreign_file"));
        assert_eq!(code(b"<html>404</html>"), Err("foreign_file"));
        assert_eq!(code(&gz::gzip(b"<html>404</html>")), Err("foreign_file"));
        assert_eq!(code(&[0, 0, 9, 1, 0, 0, 0, 1, 5]), Err("idx_magic"));
        assert_eq!(code(&[0, 0, 8, 0]), Err("idx_magic"));
        assert_eq!(code(&[0, 0, 8, 200, 1, 1, 1, 1]), Err("idx_magic"));
        assert_eq!(code(&write(&[0, 28, 28], &[])), Err("idx_too_large"));
        let huge = write(&[u32::MAX, u32::MAX, u32::MAX, u32::MAX], &[0; 99]);
        assert_eq!(code(&huge), Err("idx_too_large"));
        assert_eq!(code(&write(&[3], &[1; 4])), Err("idx_too_long"));
        assert_eq!(code(&gz::gzip(&write(&[3], &[1; 4]))), Err("gz_bomb"));
        // Within the limit, but not kept: nothing like 200 MB is allocated for 12 bytes.
        assert_eq!(code(&write(&[200 << 20], &[0; 4])), Err("idx_truncated"));
    }

    #[test]
    fn the_message_names_the_bytes() {
        let error = read("a.gz", &[0, 0, 0x0d, 3, 0]).unwrap_err();
        assert_eq!(error.args()["found"], "00 00 0d 03");
        assert_eq!(error.args()["file"], "a.gz");
    }
}
