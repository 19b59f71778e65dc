//! A batch of CIFAR-10's Python version: a pickled dict of labels and a NumPy array of pixels.
//!
//! A pickle is a program; nothing is run here. Its only accepted form is the one that Python 2's `cPickle` (protocol 2)
//! writes for such a dict: strings, whole numbers, lists of these and one array, read by a parser that looks one opcode
//! ahead. Anything else is refused with its place.

use std::collections::BTreeMap;

use crate::error::DataError;

/// The array's class and what builds it, as the file names them.
const ARRAY: &[u8] = b"numpy.core.multiarray\n_reconstruct\n";
const CLASS: &[u8] = b"numpy\nndarray\n";
const DTYPE: &[u8] = b"numpy\ndtype\n";

/// One step of the program.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Token<'a> {
    Text(&'a [u8]),
    Number(i32),
    /// Module and name.
    Global(&'a [u8]),
    /// Everything else, by its opcode.
    Op(u8),
}

struct Reader<'a> {
    file: &'a str,
    bytes: &'a [u8],
    at: usize,
    /// Texts and names that were remembered, by their number.
    memo: BTreeMap<u32, Token<'a>>,
}

impl<'a> Reader<'a> {
    fn wrong(&self, expected: &'static str) -> DataError {
        DataError::WrongForm {
            file: self.file.to_owned(),
            offset: self.at,
            expected,
        }
    }

    fn slice(&mut self, count: usize) -> Result<&'a [u8], DataError> {
        let found = self.bytes[self.at..].get(..count);
        let found = found.ok_or_else(|| self.wrong("more bytes"))?;
        self.at += count;
        Ok(found)
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], DataError> {
        let mut bytes = [0; N];
        bytes.copy_from_slice(self.slice(N)?);
        Ok(bytes)
    }

    fn byte(&mut self) -> Result<usize, DataError> {
        self.take().map(|[byte]| byte.into())
    }

    fn word(&mut self) -> Result<u32, DataError> {
        self.take().map(u32::from_le_bytes)
    }

    /// The next token. Whether it is remembered is noted; of texts and names, what is remembered.
    fn next(&mut self) -> Result<Token<'a>, DataError> {
        let token = match self.take()? {
            [b'U'] => {
                let count = self.byte()?;
                Token::Text(self.slice(count)?)
            }
            [b'T'] => {
                let count = self.word()? as usize;
                Token::Text(self.slice(count)?)
            }
            [b'K'] => Token::Number(self.byte()? as i32),
            [b'M'] => Token::Number(u16::from_le_bytes(self.take()?).into()),
            [b'J'] => Token::Number(i32::from_le_bytes(self.take()?)),
            [b'c'] => {
                let rest = &self.bytes[self.at..];
                let mut ends = (0..rest.len()).filter(|at| rest[*at] == b'\n');
                let count = ends.nth(1).map_or(usize::MAX, |end| end + 1);
                Token::Global(self.slice(count)?)
            }
            [get @ (b'h' | b'j')] => {
                let number = match get {
                    b'h' => self.byte()? as u32,
                    _ => self.word()?,
                };
                let known = self.memo.get(&number).copied();
                known.ok_or_else(|| self.wrong("a text or a name that was remembered"))?
            }
            [op] => Token::Op(op),
        };
        let number = match self.bytes.get(self.at) {
            Some(b'q') => {
                self.at += 1;
                self.byte()? as u32
            }
            Some(b'r') => {
                self.at += 1;
                self.word()?
            }
            _ => return Ok(token),
        };
        if matches!(token, Token::Text(_) | Token::Global(_)) {
            self.memo.insert(number, token);
        }
        Ok(token)
    }

    /// Goes past these tokens.
    fn expect(&mut self, tokens: &[Token], expected: &'static str) -> Result<(), DataError> {
        for token in tokens {
            let at = self.at;
            if self.next()? != *token {
                self.at = at;
                return Err(self.wrong(expected));
            }
        }
        Ok(())
    }

    fn number(&mut self) -> Result<usize, DataError> {
        match self.next()? {
            Token::Number(number) if number >= 0 => Ok(number as usize),
            _ => Err(self.wrong("a whole number")),
        }
    }

    /// The items of a list whose beginning was read: `(` items `e` any number of times, a single one as item `a`; up to the
    /// token that begins neither, which is given back.
    fn list(
        &mut self,
        mut item: impl FnMut(Token<'a>) -> Option<()>,
    ) -> Result<Token<'a>, DataError> {
        let mut keep =
            |reader: &Self, token| item(token).ok_or_else(|| reader.wrong("an item of the list"));
        loop {
            match self.next()? {
                Token::Op(b'(') => loop {
                    match self.next()? {
                        Token::Op(b'e') => break,
                        token => keep(self, token)?,
                    }
                },
                // A text may be the next key as well as an item: what follows tells.
                token => {
                    let after = self.bytes.get(self.at);
                    if after != Some(&b'a') {
                        return Ok(token);
                    }
                    self.at += 1;
                    keep(self, token)?;
                }
            }
        }
    }

    /// An array of unsigned bytes with so many columns, whose maker was read: its rows and its bytes.
    fn array(&mut self, columns: usize) -> Result<(usize, &'a [u8]), DataError> {
        use Token::{Global, Number, Op, Text};
        let what = "an array of unsigned bytes, row by row";
        // _reconstruct(ndarray, (0,), 'b')
        let made = [
            Global(CLASS),
            Number(0),
            Op(0x85),
            Text(b"b"),
            Op(0x87),
            Op(b'R'),
        ];
        self.expect(&made, what)?;
        // (version, shape, dtype, order, bytes); dtype is dtype('u1', 0, 1) in the state (3, '|', None ...)
        self.expect(&[Op(b'('), Number(1)], what)?;
        let rows = self.number()?;
        self.expect(&[Number(columns as i32), Op(0x86)], what)?;
        let kind = [
            Global(DTYPE),
            Text(b"u1"),
            Number(0),
            Number(1),
            Op(0x87),
            Op(b'R'),
        ];
        self.expect(&kind, what)?;
        let none = Op(b'N');
        let state = [
            Op(b'('),
            Number(3),
            Text(b"|"),
            none,
            none,
            none,
            Number(-1),
            Number(-1),
        ];
        self.expect(&state, what)?;
        self.expect(&[Number(0), Op(b't'), Op(b'b'), Op(0x89)], what)?;
        let Text(bytes) = self.next()? else {
            return Err(self.wrong("the bytes of the array"));
        };
        self.expect(&[Op(b't'), Op(b'b')], what)?;
        if rows.checked_mul(columns) != Some(bytes.len()) {
            return Err(self.wrong("an array as long as its shape says"));
        }
        Ok((rows, bytes))
    }
}

/// Labels and pixels of a batch whose rows are so many bytes long. Memory for the labels only.
///
/// # Errors
/// `wrong_form`, `length_mismatch`.
pub(crate) fn batch<'a>(
    file: &'a str,
    bytes: &'a [u8],
    columns: usize,
) -> Result<(Vec<u8>, &'a [u8]), DataError> {
    use Token::{Global, Op, Text};
    let mut reader = Reader {
        file,
        bytes,
        at: 0,
        memo: BTreeMap::new(),
    };
    let pickled = "a pickled dict (protocol 2)";
    if reader.take()? != [0x80, 2] {
        reader.at = 0;
        return Err(reader.wrong(pickled));
    }
    reader.expect(&[Op(b'}'), Op(b'(')], pickled)?;
    let (mut labels, mut pixels) = (Vec::new(), None);
    let mut token = reader.next()?;
    while token != Op(b'u') {
        let Text(key) = token else {
            return Err(reader.wrong("a key of the dict"));
        };
        token = match reader.next()? {
            Global(ARRAY) if key == b"data" => {
                pixels = Some(reader.array(columns)?);
                reader.next()?
            }
            Op(b']') if key == b"labels" => reader.list(|token| match token {
                // What is no label at all is out of range, too.
                Token::Number(label) => {
                    labels.push(u8::try_from(label).unwrap_or(u8::MAX));
                    Some(())
                }
                _ => None,
            })?,
            Op(b']') => reader.list(|token| matches!(token, Text(_)).then_some(()))?,
            Text(_) | Token::Number(_) => reader.next()?,
            _ => return Err(reader.wrong("a text, a list of texts, labels, or the pixels")),
        };
    }
    reader.expect(&[Op(b'.')], "the end of the dict")?;
    let (rows, pixels) = pixels.ok_or_else(|| reader.wrong("pixels before the end"))?;
    if labels.len() != rows {
        return Err(DataError::LengthMismatch {
            what: "labels",
            expected: rows as u64,
            found: labels.len() as u64,
        });
    }
    Ok((labels, pixels))
}

/// Batches for tests, opcode by opcode as Python 2.7 with NumPy 1.16 wrote one (`pickletools.dis`).
#[cfg(test)]
pub(crate) mod testing {
    use super::{ARRAY, CLASS, DTYPE};

    fn text(value: &[u8]) -> Vec<u8> {
        match u8::try_from(value.len()) {
            Ok(short) => [&[b'U', short], value].concat(),
            Err(_) => [b"T", &(value.len() as u32).to_le_bytes()[..], value].concat(),
        }
    }

    /// A batch with these labels and pixels, file names included.
    pub fn batch(labels: &[u8], pixels: &[u8]) -> Vec<u8> {
        let columns = pixels.len() / labels.len().max(1);
        let mut out = b"\x80\x02}q\x01(".to_vec();
        out.extend(text(b"data"));
        out.extend(
            [
                b"q\x02c",
                ARRAY,
                b"q\x03c",
                CLASS,
                b"q\x04K\0\x85U\x01b\x87Rq\x05(K\x01J",
            ]
            .concat(),
        );
        out.extend((labels.len() as u32).to_le_bytes());
        out.push(b'M');
        out.extend((columns as u16).to_le_bytes());
        out.extend(
            [
                b"\x86c",
                DTYPE,
                b"q\x06U\x02u1K\0K\x01\x87Rq\x07(K\x03U\x01|NNNJ",
            ]
            .concat(),
        );
        out.extend(b"\xff\xff\xff\xffJ\xff\xff\xff\xffK\0tb\x89");
        out.extend(
            [
                b"T",
                &(pixels.len() as u32).to_le_bytes()[..],
                pixels,
                b"tb",
            ]
            .concat(),
        );
        out.extend(text(b"labels"));
        out.extend(b"q\x08]q\x09");
        for part in labels.chunks(1000) {
            let numbers = part.iter().flat_map(|label| [b'K', *label]);
            let numbers: Vec<u8> = numbers.collect();
            match part.len() {
                1 => out.extend([&numbers[..], b"a"].concat()),
                _ => out.extend([b"(", &numbers[..], b"e"].concat()),
            }
        }
        out.extend(
            [
                &text(b"batch_label")[..],
                b"q\x0a",
                &text(b"training batch 1 of 5"),
                b"q\x0b",
            ]
            .concat(),
        );
        out.extend([&text(b"filenames")[..], b"q\x0c]q\x0d("].concat());
        for label in labels {
            out.extend([&text(format!("{label}.png").as_bytes())[..], b"r\x0e\0\0\0"].concat());
        }
        out.extend(b"eu.");
        out
    }
}

#[cfg(test)]
mod tests;
