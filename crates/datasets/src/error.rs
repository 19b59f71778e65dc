//! What can be wrong with data: a code with arguments. The web has its own words for the codes; the
//! [`Display`](fmt::Display) text is the terminal's.

use std::collections::BTreeMap;
use std::fmt;

use crate::kind::FileKind;

/// One problem with bytes that were given as data.
///
/// `file` is the name that the host gave; sizes and offsets are in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DataError {
    /// The file has no bytes.
    EmptyFile { file: String },
    /// The file is of another kind, told by its first bytes. `expected` is `idx`, `manifest`, `text` ...
    ForeignFile {
        file: String,
        kind: FileKind,
        expected: &'static str,
    },
    /// The gzip stream breaks off after `unpacked` good bytes: an interrupted download.
    GzTruncated { file: String, unpacked: usize },
    /// The gzip stream is damaged after `unpacked` good bytes, or its own checksum is wrong.
    GzCorrupt { file: String, unpacked: usize },
    /// The gzip stream unpacks to more than `limit` bytes, the most that it may hold.
    GzBomb { file: String, limit: usize },
    /// What should be a parcel of the module that reads files is none.
    Parcel,
    /// There was no memory for `bytes` bytes, which is within the limits but too much for this machine.
    OutOfMemory { file: String, bytes: usize },
    /// The first four bytes are not those of an idx file of unsigned bytes (`00 00 08`, dimensions 1 to 4).
    IdxMagic { file: String, found: String },
    /// An idx file shorter than its header promises.
    IdxTruncated {
        file: String,
        expected: u64,
        found: u64,
    },
    /// An idx file longer than its header promises.
    IdxTooLong {
        file: String,
        expected: u64,
        found: u64,
    },
    /// The header of an idx file promises more than `limit` bytes, or nothing at all.
    IdxTooLarge {
        file: String,
        dims: Vec<u32>,
        limit: u64,
    },
    /// An idx file of another shape than the data set has, e.g. pictures of 32x32 for MNIST.
    IdxShape {
        file: String,
        expected: &'static str,
        found: Vec<u32>,
    },
    /// Files of the data set that were not given; the official names.
    MissingParts { missing: Vec<&'static str> },
    /// Two files hold the same part.
    DuplicatePart { file: String, other: String },
    /// Two things that must be equally long are not. `what` says which, e.g. `labels`.
    LengthMismatch {
        what: &'static str,
        expected: u64,
        found: u64,
    },
    /// A label that is not the number of a class.
    LabelOutOfRange {
        file: String,
        row: usize,
        label: u16,
        classes: usize,
    },
    /// A token id that is not in the vocabulary.
    TokenOutOfRange {
        file: String,
        row: usize,
        token: u32,
        vocabulary: usize,
    },
    /// A row that the data set does not have.
    RowOutOfRange { row: usize, rows: usize },
    /// A line of a text file (from 1) that is not as it has to be. `column` is a column's name or number,
    /// empty for the whole line.
    Line {
        code: LineCode,
        file: String,
        line: usize,
        column: String,
        expected: String,
        found: String,
    },
    /// The file is not of the form that it has to be; `expected` says what should be at byte `offset`.
    WrongForm {
        file: String,
        offset: usize,
        expected: &'static str,
    },
    /// More or fewer rows than the data set can have.
    RowCount {
        file: String,
        rows: usize,
        least: usize,
        most: usize,
    },
    /// An option of the preparation or of a split that this data cannot fulfil. `what` is its name.
    OptionOutOfRange {
        what: &'static str,
        value: usize,
        least: usize,
        most: usize,
    },
    /// A file of the reader's own that no data can be made of; `found` of what is wanted, from `least` to `most`.
    Own {
        code: OwnCode,
        file: String,
        found: usize,
        least: usize,
        most: usize,
    },
    /// A weight of a row that is below zero or no number.
    BadWeight { row: usize, found: String },
    /// A field of a pack's manifest is missing, wrong or beyond the limits.
    PackManifest { field: String, found: String },
    /// A file that the manifest does not name.
    PackUnknownFile { file: String },
    /// A shard of a pack has another length (compressed, or unpacked) than the manifest says.
    PackLength {
        file: String,
        expected: u64,
        found: u64,
    },
    /// A shard of a pack has another SHA-256 than the manifest says.
    PackChecksum {
        file: String,
        expected: String,
        found: String,
    },
    /// A pack was closed before all its shards were there.
    PackIncomplete { missing: Vec<String> },
}

/// What is wrong with a line of a text file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineCode {
    /// It is not UTF-8.
    TextEncoding,
    /// It is longer than any line of the data set.
    LineTooLong,
    /// A quote that is not closed, or text after a closing quote.
    BadQuote,
    /// Another number of fields than the data set has columns.
    ColumnCount,
    /// The header names another column.
    WrongHeader,
    /// A field that is not a finite number.
    NotANumber,
    /// A field that is none of the known values.
    UnknownCategory,
}

impl LineCode {
    /// The stable name of the problem, the key of its words.
    pub fn code(self) -> &'static str {
        match self {
            Self::TextEncoding => "text_encoding",
            Self::LineTooLong => "line_too_long",
            Self::BadQuote => "bad_quote",
            Self::ColumnCount => "column_count",
            Self::WrongHeader => "wrong_header",
            Self::NotANumber => "not_a_number",
            Self::UnknownCategory => "unknown_category",
        }
    }
}

/// What is wrong with a file of the reader's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnCode {
    /// More bytes than are read at once.
    TooLarge,
    /// No tokens, or fewer than a row and what follows it.
    TooShort,
    /// No two columns in most of the lines.
    Columns,
    /// Too few classes, or too many to be classes.
    Classes,
    /// Too few rows that can be used.
    Rows,
}

impl OwnCode {
    /// The stable name of the problem, the key of its words.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "own_too_large",
            Self::TooShort => "own_too_short",
            Self::Columns => "own_columns",
            Self::Classes => "own_classes",
            Self::Rows => "own_rows",
        }
    }
}

impl DataError {
    /// The stable name of the problem, the key of its words.
    pub fn code(&self) -> &'static str {
        match self {
            Self::EmptyFile { .. } => "empty_file",
            Self::ForeignFile { .. } => "foreign_file",
            Self::GzTruncated { .. } => "gz_truncated",
            Self::GzCorrupt { .. } => "gz_corrupt",
            Self::GzBomb { .. } => "gz_bomb",
            Self::Parcel => "parcel",
            Self::OutOfMemory { .. } => "out_of_memory",
            Self::IdxMagic { .. } => "idx_magic",
            Self::IdxTruncated { .. } => "idx_truncated",
            Self::IdxTooLong { .. } => "idx_too_long",
            Self::IdxTooLarge { .. } => "idx_too_large",
            Self::IdxShape { .. } => "idx_shape",
            Self::MissingParts { .. } => "missing_parts",
            Self::DuplicatePart { .. } => "duplicate_part",
            Self::LengthMismatch { .. } => "length_mismatch",
            Self::LabelOutOfRange { .. } => "label_out_of_range",
            Self::TokenOutOfRange { .. } => "token_out_of_range",
            Self::RowOutOfRange { .. } => "row_out_of_range",
            Self::Line { code, .. } => code.code(),
            Self::WrongForm { .. } => "wrong_form",
            Self::RowCount { .. } => "row_count",
            Self::OptionOutOfRange { .. } => "option_out_of_range",
            Self::Own { code, .. } => code.code(),
            Self::BadWeight { .. } => "bad_weight",
            Self::PackManifest { .. } => "pack_manifest",
            Self::PackUnknownFile { .. } => "pack_unknown_file",
            Self::PackLength { .. } => "pack_length",
            Self::PackChecksum { .. } => "pack_checksum",
            Self::PackIncomplete { .. } => "pack_incomplete",
        }
    }

    /// The arguments by name, as text. Lists are joined with `, `, dimensions with `x`.
    pub fn args(&self) -> BTreeMap<&'static str, String> {
        let mut args = BTreeMap::new();
        let mut put = |name, value: &dyn fmt::Display| put(&mut args, name, value);
        match self {
            Self::EmptyFile { file } | Self::PackUnknownFile { file } => put("file", file),
            Self::ForeignFile {
                file,
                kind,
                expected,
            } => {
                put("file", file);
                put("kind", &kind.code());
                put("expected", expected);
            }
            Self::GzTruncated { file, unpacked } | Self::GzCorrupt { file, unpacked } => {
                put("file", file);
                put("unpacked", unpacked);
            }
            Self::GzBomb { file, limit } => {
                put("file", file);
                put("limit", limit);
            }
            Self::Parcel => {}
            Self::OutOfMemory { file, bytes } => {
                put("file", file);
                put("bytes", bytes);
            }
            Self::IdxMagic { file, found } => {
                put("file", file);
                put("expected", &"00 00 08 01..04");
                put("found", found);
            }
            Self::IdxTruncated {
                file,
                expected,
                found,
            }
            | Self::IdxTooLong {
                file,
                expected,
                found,
            }
            | Self::PackLength {
                file,
                expected,
                found,
            } => {
                put("file", file);
                put("expected", expected);
                put("found", found);
            }
            Self::IdxTooLarge { file, dims, limit } => {
                put("file", file);
                put("dims", &Dims(dims));
                put("limit", limit);
            }
            Self::IdxShape {
                file,
                expected,
                found,
            } => {
                put("file", file);
                put("expected", expected);
                put("found", &Dims(found));
            }
            Self::MissingParts { missing } => put("missing", &missing.join(", ")),
            Self::DuplicatePart { file, other } => {
                put("file", file);
                put("other", other);
            }
            Self::LengthMismatch {
                what,
                expected,
                found,
            } => {
                put("what", what);
                put("expected", expected);
                put("found", found);
            }
            Self::LabelOutOfRange {
                file,
                row,
                label,
                classes,
            } => {
                put("file", file);
                put("row", row);
                put("label", label);
                put("classes", classes);
            }
            Self::TokenOutOfRange {
                file,
                row,
                token,
                vocabulary,
            } => {
                put("file", file);
                put("row", row);
                put("token", token);
                put("vocabulary", vocabulary);
            }
            Self::RowOutOfRange { row, rows } => {
                put("row", row);
                put("rows", rows);
            }
            Self::Line {
                code: _,
                file,
                line,
                column,
                expected,
                found,
            } => {
                put("file", file);
                put("line", line);
                put("column", column);
                put("expected", expected);
                put("found", found);
            }
            Self::WrongForm {
                file,
                offset,
                expected,
            } => {
                put("file", file);
                put("offset", offset);
                put("expected", expected);
            }
            Self::Own {
                code: _,
                file,
                found,
                least,
                most,
            } => {
                put("file", file);
                put("found", found);
                put("least", least);
                put("most", most);
            }
            Self::RowCount {
                file,
                rows,
                least,
                most,
            } => {
                put("file", file);
                put("rows", rows);
                put("least", least);
                put("most", most);
            }
            Self::BadWeight { row, found } => {
                put("row", row);
                put("found", found);
            }
            Self::OptionOutOfRange {
                what,
                value,
                least,
                most,
            } => {
                put("what", what);
                put("value", value);
                put("least", least);
                put("most", most);
            }
            Self::PackManifest { field, found } => {
                put("field", field);
                put("found", found);
            }
            Self::PackChecksum {
                file,
                expected,
                found,
            } => {
                put("file", file);
                put("expected", expected);
                put("found", found);
            }
            Self::PackIncomplete { missing } => put("missing", &missing.join(", ")),
        }
        args
    }
}

/// Once for all of them, and not anew at every place: the page downloads it.
#[inline(never)]
fn put(args: &mut BTreeMap<&'static str, String>, name: &'static str, value: &dyn fmt::Display) {
    args.insert(name, value.to_string());
}

/// Dimensions as people write them: `60000x28x28`.
struct Dims<'a>(&'a [u32]);

impl fmt::Display for Dims<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, dim) in self.0.iter().enumerate() {
            write!(f, "{}{dim}", if index == 0 { "" } else { "x" })?;
        }
        Ok(())
    }
}

impl fmt::Display for DataError {
    #[rustfmt::skip] // One sentence a line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EmptyFile { file } => write!(f, "{file} is empty (0 bytes)"),
            Self::ForeignFile { file, kind, expected } => write!(f, "{file} looks like {}, expected {expected} data", kind.code()),
            Self::GzTruncated { file, unpacked } => write!(f, "{file} breaks off after {unpacked} unpacked bytes; fetch it again"),
            Self::GzCorrupt { file, unpacked } => write!(f, "{file} is damaged after {unpacked} unpacked bytes; fetch it again"),
            Self::GzBomb { file, limit } => write!(f, "{file} unpacks to more than the {limit} bytes it may hold; refused"),
            Self::Parcel => write!(f, "these bytes are no data set that was read before"),
            Self::OutOfMemory { file, bytes } => write!(f, "{file}: no memory for {bytes} bytes"),
            Self::IdxMagic { file, found } => write!(f, "{file} is not an idx file of unsigned bytes: it begins with {found}, expected 00 00 08 and 01 to 04"),
            Self::IdxTruncated { file, expected, found } => write!(f, "{file} is cut short: {found} bytes of {expected}"),
            Self::IdxTooLong { file, expected, found } => write!(f, "{file} is longer than its header says: {found} bytes instead of {expected}"),
            Self::IdxTooLarge { file, dims, limit } => write!(f, "{file} promises {} bytes of data; between 1 and {limit} are accepted", Dims(dims)),
            Self::IdxShape { file, expected, found } => write!(f, "{file} has the shape {}, expected {expected}", Dims(found)),
            Self::MissingParts { missing } => write!(f, "missing: {}", missing.join(", ")),
            Self::DuplicatePart { file, other } => write!(f, "{file} and {other} hold the same part of the data"),
            Self::LengthMismatch { what, expected, found } => write!(f, "{what}: expected {expected}, found {found}"),
            Self::LabelOutOfRange { file, row, label, classes } => write!(f, "{file}: row {row} has label {label}, but there are only {classes} classes"),
            Self::TokenOutOfRange { file, row, token, vocabulary } => write!(f, "{file}: row {row} has token {token}, but the vocabulary has only {vocabulary}"),
            Self::RowOutOfRange { row, rows } => write!(f, "there is no row {row}; the data has {rows} rows"),
            Self::Line { code, file, line, column, expected, found } => {
                write!(f, "{file}, line {line}")?;
                if !column.is_empty() {
                    write!(f, ", column {column}")?;
                }
                match code {
                    LineCode::TextEncoding => write!(f, ": this is not UTF-8 text"),
                    LineCode::LineTooLong => write!(f, ": {found} bytes, at most {expected} belong into a line"),
                    LineCode::BadQuote => write!(f, ": a quote is not closed, or text follows it"),
                    LineCode::ColumnCount => write!(f, ": {found} columns, expected {expected}"),
                    LineCode::WrongHeader => write!(f, ": the header says {found:?}, expected {expected}"),
                    LineCode::NotANumber => write!(f, ": {found:?} is not a number"),
                    LineCode::UnknownCategory => write!(f, ": {found:?} is not known; known are {expected}"),
                }
            }
            Self::WrongForm { file, offset, expected } => write!(f, "{file} is not as it should be: at byte {offset}, {expected} was expected"),
            Self::RowCount { file, rows, least, most } => write!(f, "{file} has {rows} rows; {least} to {most} are accepted"),
            Self::OptionOutOfRange { what, value, least, most } => write!(f, "{what} is {value}; with this data it can be {least} to {most}"),
            Self::Own { code, file, found, least, most } => write!(f, "{file}: {}: {found}, wanted are {least} to {most}", code.code()),
            Self::BadWeight { row, found } => write!(f, "row {row} has the weight {found}; a weight is a number, not below zero"),
            Self::PackManifest { field, found } => write!(f, "the pack's manifest cannot be used: {field}: {found}"),
            Self::PackUnknownFile { file } => write!(f, "{file} does not belong to this pack"),
            Self::PackLength { file, expected, found } => write!(f, "{file} has {found} bytes, the manifest says {expected}"),
            Self::PackChecksum { file, expected, found } => write!(f, "{file} has the SHA-256 {found}, the manifest says {expected}"),
            Self::PackIncomplete { missing } => write!(f, "the pack is not complete; missing: {}", missing.join(", ")),
        }
    }
}

impl std::error::Error for DataError {}

/// Foreign text, cut to a length that fits into a message.
pub(crate) fn clip(text: &str) -> String {
    const MOST: usize = 120;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}
