//! The members of a gzip file, one after the other, each checked against its own checksum and length.
//!
//! flate2 has this, too, with 16 kB of checksum tables that every reader of the page would download and no compression
//! shrinks; here they are computed when the first file is read.

use std::io::{self, ErrorKind, Read};
use std::sync::OnceLock;

use flate2::bufread::DeflateDecoder;

/// Reads what all members of a gzip file unpack to.
pub struct Members<'a> {
    /// Of the member that is being read; none before the first one and after the last.
    decoder: Option<DeflateDecoder<&'a [u8]>>,
    /// What follows the last member that was finished.
    rest: &'a [u8],
    first: bool,
    crc: u32,
    length: u32,
}

impl<'a> Members<'a> {
    /// Nothing is looked at before the first read.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self {
            decoder: None,
            rest: bytes,
            first: true,
            crc: 0,
            length: 0,
        }
    }
}

impl Read for Members<'_> {
    /// # Errors
    /// `UnexpectedEof` when the file ends too early, `InvalidData` or `InvalidInput` when it is damaged.
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if into.is_empty() {
            return Ok(0);
        }
        loop {
            let Some(decoder) = &mut self.decoder else {
                if self.rest.is_empty() && !self.first {
                    return Ok(0);
                }
                let mut body = self.rest;
                header(&mut body)?;
                (self.first, self.crc, self.length) = (false, 0, 0);
                self.decoder = Some(DeflateDecoder::new(body));
                continue;
            };
            let count = decoder.read(into)?;
            if count > 0 {
                self.crc = checksum(self.crc, &into[..count]);
                // The trailer holds the length modulo 4 GiB.
                self.length = self.length.wrapping_add(count as u32);
                return Ok(count);
            }
            // A stream that was cut off has used up everything: then there is no trailer.
            let mut rest: &[u8] = decoder.get_ref();
            let crc = u32::from_le_bytes(take(&mut rest)?);
            let length = u32::from_le_bytes(take(&mut rest)?);
            if (crc, length) != (self.crc, self.length) {
                return Err(damaged());
            }
            self.rest = rest;
            self.decoder = None;
        }
    }
}

fn damaged() -> io::Error {
    ErrorKind::InvalidData.into()
}

/// The next `N` bytes.
fn take<const N: usize>(bytes: &mut &[u8]) -> io::Result<[u8; N]> {
    let (first, rest) = bytes.split_first_chunk().ok_or(ErrorKind::UnexpectedEof)?;
    *bytes = rest;
    Ok(*first)
}

/// Goes past a member's header (RFC 1952).
fn header(bytes: &mut &[u8]) -> io::Result<()> {
    let [magic1, magic2, method] = take(bytes)?;
    if [magic1, magic2, method] != [0x1f, 0x8b, 8] {
        return Err(damaged());
    }
    let [flags, ..]: [u8; 7] = take(bytes)?;
    if flags & 0xe0 != 0 {
        return Err(damaged());
    }
    if flags & 4 != 0 {
        let extra = usize::from(u16::from_le_bytes(take(bytes)?));
        *bytes = bytes.get(extra..).ok_or(ErrorKind::UnexpectedEof)?;
    }
    // Name and comment, each up to a zero.
    for flag in [8, 16] {
        if flags & flag != 0 {
            let end = bytes.iter().position(|byte| *byte == 0);
            *bytes = &bytes[end.ok_or(ErrorKind::UnexpectedEof)? + 1..];
        }
    }
    if flags & 2 != 0 {
        take::<2>(bytes)?;
    }
    Ok(())
}

/// Four tables: the checksum takes four bytes at a time.
fn tables() -> &'static [[u32; 256]; 4] {
    static TABLES: OnceLock<[[u32; 256]; 4]> = OnceLock::new();
    TABLES.get_or_init(|| {
        let mut tables = [[0; 256]; 4];
        for (value, byte) in tables[0].iter_mut().zip(0_u32..) {
            *value = byte;
            for _ in 0..8 {
                *value = (*value >> 1) ^ (0xedb8_8320 & (*value & 1).wrapping_neg());
            }
        }
        let one = tables[0];
        for table in 1..4 {
            // One more zero byte after those of the table before.
            tables[table] = tables[table - 1].map(|crc| (crc >> 8) ^ one[(crc & 255) as usize]);
        }
        tables
    })
}

/// CRC-32 of everything so far (`crc`, 0 at the start) and `bytes`.
fn checksum(crc: u32, bytes: &[u8]) -> u32 {
    let tables = tables();
    let mut crc = !crc;
    let (fours, rest) = bytes.as_chunks::<4>();
    for four in fours {
        let [a, b, c, d] = (crc ^ u32::from_le_bytes(*four)).to_le_bytes();
        crc = tables[3][usize::from(a)]
            ^ tables[2][usize::from(b)]
            ^ tables[1][usize::from(c)]
            ^ tables[0][usize::from(d)];
    }
    for byte in rest {
        crc = (crc >> 8) ^ tables[0][usize::from(crc as u8 ^ byte)];
    }
    !crc
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn the_checksum_is_the_usual_one() {
        assert_eq!(checksum(0, b"123456789"), 0xcbf4_3926);
        let bytes: Vec<u8> = (0..1000_u32).map(|i| (i * 7) as u8).collect();
        let whole = checksum(0, &bytes);
        for cut in [0, 1, 2, 3, 500, 997, 1000] {
            let first = checksum(0, &bytes[..cut]);
            assert_eq!(checksum(first, &bytes[cut..]), whole, "{cut}");
        }
    }

    #[test]
    fn names_comments_and_extra_fields_are_passed_over() {
        let mut encoder = flate2::GzBuilder::new()
            .filename("train-images")
            .comment("digits")
            .extra(vec![9; 300])
            .write(Vec::new(), flate2::Compression::best());
        encoder.write_all(b"ten digits").expect("into memory");
        let packed = encoder.finish().expect("into memory");
        let mut out = Vec::new();
        Members::new(&packed).read_to_end(&mut out).expect("good");
        assert_eq!(out, b"ten digits");
        for end in 0..packed.len() {
            let cut = Members::new(&packed[..end]).read_to_end(&mut Vec::new());
            assert_eq!(
                cut.map_err(|e| e.kind()),
                Err(ErrorKind::UnexpectedEof),
                "{end}"
            );
        }
    }

    #[test]
    fn damage_is_found_wherever_it_matters() {
        let packed = super::super::gz::gzip(&[3; 999]);
        // Magic, method, reserved flags, the checksum and the length.
        for at in [0, 1, 2, packed.len() - 8, packed.len() - 1] {
            let mut bad = packed.clone();
            bad[at] ^= 0x80;
            assert!(
                Members::new(&bad).read_to_end(&mut Vec::new()).is_err(),
                "{at}"
            );
        }
        let mut reserved = packed.clone();
        reserved[3] = 0x80;
        assert!(
            Members::new(&reserved)
                .read_to_end(&mut Vec::new())
                .is_err()
        );
    }
}
