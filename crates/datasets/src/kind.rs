//! What a foreign file most likely is, so that the message can name it.

/// How many leading bytes [`FileKind::guess`] wants to see: a tar archive names itself at byte 257.
pub const HEAD_BYTES: usize = 512;

/// The kind of a file, guessed from its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A PDF document.
    Pdf,
    /// A PNG picture.
    Png,
    /// A JPEG picture.
    Jpeg,
    /// A GIF picture.
    Gif,
    /// A WebP picture.
    Webp,
    /// A Windows bitmap.
    Bmp,
    /// A zip archive (also npz, docx, jar).
    Zip,
    /// A gzip file inside a gzip file.
    Gzip,
    /// A tar archive.
    Tar,
    /// A 7-Zip archive.
    SevenZip,
    /// An xz archive.
    Xz,
    /// A bzip2 archive.
    Bzip2,
    /// A zstd archive.
    Zstd,
    /// One NumPy array.
    Npy,
    /// An HDF5 file (Keras weights).
    Hdf5,
    /// A Parquet table.
    Parquet,
    /// A program.
    Program,
    /// A web page, often the error page of a download.
    Html,
    /// JSON text.
    Json,
    /// Other text.
    Text,
    /// An idx file (images or labels) where something else was expected.
    Idx,
}

const MAGIC: &[(&[u8], FileKind)] = &[
    (b"%PDF", FileKind::Pdf),
    (b"\x89PNG", FileKind::Png),
    (b"\xff\xd8\xff", FileKind::Jpeg),
    (b"GIF8", FileKind::Gif),
    (b"BM", FileKind::Bmp),
    (b"PK\x03\x04", FileKind::Zip),
    (b"PK\x05\x06", FileKind::Zip),
    (b"\x1f\x8b", FileKind::Gzip),
    (b"7z\xbc\xaf\x27\x1c", FileKind::SevenZip),
    (b"\xfd7zXZ\x00", FileKind::Xz),
    (b"BZh", FileKind::Bzip2),
    (b"\x28\xb5\x2f\xfd", FileKind::Zstd),
    (b"\x93NUMPY", FileKind::Npy),
    (b"\x89HDF", FileKind::Hdf5),
    (b"PAR1", FileKind::Parquet),
    (b"\x7fELF", FileKind::Program),
    (b"MZ", FileKind::Program),
    (b"\x00\x00\x08\x01", FileKind::Idx),
    (b"\x00\x00\x08\x03", FileKind::Idx),
    (b"\x00\x00\x08\x04", FileKind::Idx),
];

impl FileKind {
    /// A guess from the first [`HEAD_BYTES`] bytes (fewer will do); `None` where they say nothing.
    pub fn guess(head: &[u8]) -> Option<Self> {
        let head = &head[..head.len().min(HEAD_BYTES)];
        if head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP") {
            return Some(Self::Webp);
        }
        if head.get(257..262) == Some(b"ustar") {
            return Some(Self::Tar);
        }
        // Text before the two-letter signatures: a note may begin with "BM" or "MZ".
        if let Some(kind) = guess_text(head) {
            return Some(kind);
        }
        let found = MAGIC.iter().find(|(magic, _)| head.starts_with(magic));
        found.map(|(_, kind)| *kind)
    }

    /// A stable name for messages, e.g. `pdf`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Png => "png",
            Self::Jpeg => "jpeg",
            Self::Gif => "gif",
            Self::Webp => "webp",
            Self::Bmp => "bmp",
            Self::Zip => "zip",
            Self::Gzip => "gzip",
            Self::Tar => "tar",
            Self::SevenZip => "seven_zip",
            Self::Xz => "xz",
            Self::Bzip2 => "bzip2",
            Self::Zstd => "zstd",
            Self::Npy => "npy",
            Self::Hdf5 => "hdf5",
            Self::Parquet => "parquet",
            Self::Program => "program",
            Self::Html => "html",
            Self::Json => "json",
            Self::Text => "text",
            Self::Idx => "idx",
        }
    }
}

fn guess_text(head: &[u8]) -> Option<FileKind> {
    // The head may end in the middle of a character.
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).ok()?
        }
        Err(_) => return None,
    };
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let control = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    if text.len() < 4 || text.contains(control) {
        return None;
    }
    let start = text.get(..15).unwrap_or(text).to_ascii_lowercase();
    Some(if text.starts_with("%PDF") {
        FileKind::Pdf
    } else if start.starts_with("<!doctype html") || start.starts_with("<html") {
        FileKind::Html
    } else if text.starts_with('{') || text.starts_with('[') {
        FileKind::Json
    } else if text.starts_with("GIF8") || text.starts_with("PAR1") {
        return None;
    } else {
        FileKind::Text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_by_their_first_bytes() {
        let mut tar = vec![0; 300];
        tar[257..262].copy_from_slice(b"ustar");
        let cases: [(&[u8], Option<FileKind>); 14] = [
            (b"%PDF-1.7\n%\xe2\xe3", Some(FileKind::Pdf)),
            (b"%PDF-1.7\n", Some(FileKind::Pdf)),
            (b"\x89PNG\r\n\x1a\n", Some(FileKind::Png)),
            (b"PK\x03\x04\x14\x00", Some(FileKind::Zip)),
            (b"GIF89a\x01\x00", Some(FileKind::Gif)),
            (b"  <!DOCTYPE html><html>", Some(FileKind::Html)),
            (b"\xef\xbb\xbf{\"a\": 1}", Some(FileKind::Json)),
            ("手写数字，手".as_bytes(), Some(FileKind::Text)),
            (&"手写".as_bytes()[..5], None),
            (b"label,pixel0,pixel1\n", Some(FileKind::Text)),
            (b"\x00\x00\x08\x03\x00\x00", Some(FileKind::Idx)),
            (&tar, Some(FileKind::Tar)),
            (b"\x00\x01\x02\x03", None),
            (b"", None),
        ];
        for (bytes, kind) in cases {
            assert_eq!(FileKind::guess(bytes), kind, "{bytes:?}");
        }
    }
}
