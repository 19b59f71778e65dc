//! NumPy's npy files, as far as Keras's `imdb.npz` has them: a row of int64, and a row of Python lists of
//! whole numbers.
//!
//! The lists are a pickle (protocol 2, written by Python 2). A pickle is a program; nothing is run here. Its
//! only accepted form is the one that `numpy.save` wrote for such an array: fixed bytes, then lists of numbers,
//! read by a parser that looks one byte ahead. Anything else is refused with its place.

use crate::error::DataError;
use crate::token_lists::TokenLists;

/// What a pickle of a row of Python objects begins with, up to the number of its items.
const BEGIN: &[u8] = b"\x80\x02cnumpy.core.multiarray\n_reconstruct\nq\x01cnumpy\nndarray\nq\x02K\x00\x85U\x01b\x87Rq\x03(K\x01";
/// What follows the number of items, up to the list of them.
const MIDDLE: &[u8] = b"\x85cnumpy\ndtype\nq\x04U\x02O8K\x00K\x01\x87Rq\x05(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK?tb\x89";

/// A place in the bytes of a file.
struct Reader<'a> {
    file: &'a str,
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn wrong(&self, expected: &'static str) -> DataError {
        DataError::WrongForm {
            file: self.file.to_owned(),
            offset: self.at,
            expected,
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Goes past these bytes.
    fn expect(&mut self, bytes: &[u8], expected: &'static str) -> Result<(), DataError> {
        if !self.bytes[self.at..].starts_with(bytes) {
            return Err(self.wrong(expected));
        }
        self.at += bytes.len();
        Ok(())
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], DataError> {
        let found = self.bytes[self.at..].first_chunk::<N>();
        let found = *found.ok_or_else(|| self.wrong("more bytes"))?;
        self.at += N;
        Ok(found)
    }

    /// The header of a file with one axis and values of `descr`; the length of that axis.
    fn header(&mut self, descr: &str) -> Result<usize, DataError> {
        self.expect(b"\x93NUMPY\x01\x00", "a npy file, version 1")?;
        let length = usize::from(u16::from_le_bytes(self.take()?));
        let end = self.at + length;
        let text = self
            .bytes
            .get(self.at..end)
            .ok_or_else(|| self.wrong("a whole header"))?;
        let begin = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': (");
        let count = std::str::from_utf8(text)
            .ok()
            .and_then(|text| text.strip_prefix(&begin)?.split_once(",)"))
            .filter(|(_, rest)| rest.trim() == ", }")
            .and_then(|(count, _)| count.parse().ok());
        let count = count.ok_or_else(|| self.wrong("a row of the data set's kind"))?;
        self.at = end;
        Ok(count)
    }

    /// `K`, `M` or `J` and a whole number from 0 on.
    fn number(&mut self) -> Result<u32, DataError> {
        let [kind] = self.take()?;
        let number = match kind {
            b'K' => i32::from(self.take::<1>()?[0]),
            b'M' => i32::from(u16::from_le_bytes(self.take()?)),
            b'J' => i32::from_le_bytes(self.take()?),
            _ => -1,
        };
        u32::try_from(number).map_err(|_| {
            self.at -= 1;
            self.wrong("a whole number from 0 on")
        })
    }

    /// `]` and the place where the unpickler would remember the list.
    fn begin_list(&mut self) -> Result<(), DataError> {
        self.expect(b"]", "a list")?;
        match self.take()? {
            [b'q'] => self.take::<1>().map(|_| ()),
            [b'r'] => self.take::<4>().map(|_| ()),
            _ => Err(self.wrong("the number of a list")),
        }
    }

    /// A list: `(` items `e` any number of times, a single item as item `a`; up to what begins neither.
    fn list(
        &mut self,
        begins: fn(u8) -> bool,
        mut item: impl FnMut(&mut Self) -> Result<(), DataError>,
    ) -> Result<(), DataError> {
        self.begin_list()?;
        loop {
            match self.peek() {
                Some(b'(') => {
                    self.at += 1;
                    while self.peek() != Some(b'e') {
                        item(self)?;
                    }
                    self.at += 1;
                }
                Some(byte) if begins(byte) => {
                    item(self)?;
                    self.expect(b"a", "the end of an item")?;
                }
                _ => return Ok(()),
            }
        }
    }
}

/// The numbers of a row of int64.
///
/// # Errors
/// `wrong_form`.
pub(crate) fn integers(file: &str, bytes: &[u8]) -> Result<Vec<i64>, DataError> {
    let mut reader = Reader { file, bytes, at: 0 };
    let count = reader.header("<i8")?;
    let (numbers, rest) = bytes[reader.at..].as_chunks::<8>();
    if numbers.len() != count || !rest.is_empty() {
        return Err(reader.wrong("as many numbers as the header says"));
    }
    Ok(numbers
        .iter()
        .map(|bytes| i64::from_le_bytes(*bytes))
        .collect())
}

/// A row of lists of whole numbers from 0 on. Memory stays within twice the length of the file.
///
/// # Errors
/// `wrong_form`.
pub(crate) fn lists(file: &str, bytes: &[u8]) -> Result<TokenLists, DataError> {
    let mut reader = Reader { file, bytes, at: 0 };
    let count = reader.header("|O")?;
    reader.expect(BEGIN, "a pickled row of objects")?;
    let counted = reader.number()?;
    reader.expect(MIDDLE, "a pickled row of objects")?;
    let mut lists = TokenLists::default();
    reader.list(
        |byte| byte == b']',
        |reader| {
            let number = |byte| matches!(byte, b'K' | b'M' | b'J');
            reader.list(number, |reader| reader.number().map(|id| lists.push(id)))?;
            lists.end_row();
            Ok(())
        },
    )?;
    reader.expect(b"tb.", "the end of the lists")?;
    if reader.at != bytes.len() || lists.rows() != count || counted as usize != count {
        return Err(reader.wrong("as many lists as the header says"));
    }
    Ok(lists)
}

/// Files for tests, as NumPy under Python 2 wrote them.
#[cfg(test)]
pub(crate) mod testing {
    use super::{BEGIN, MIDDLE};

    fn file(descr: &str, count: usize, body: &[u8]) -> Vec<u8> {
        let header =
            format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ({count},), }}   \n");
        let length = (header.len() as u16).to_le_bytes();
        [b"\x93NUMPY\x01\x00", &length[..], header.as_bytes(), body].concat()
    }

    pub fn integers(numbers: &[i64]) -> Vec<u8> {
        let body: Vec<u8> = numbers.iter().flat_map(|n| n.to_le_bytes()).collect();
        file("<i8", numbers.len(), &body)
    }

    /// Pickle's batches: up to 1000 items between `(` and `e`, one left over as item and `a`.
    fn list<T>(
        out: &mut Vec<u8>,
        number: &mut u32,
        items: &[T],
        put: &mut dyn FnMut(&mut Vec<u8>, &T, &mut u32),
    ) {
        out.push(b']');
        *number += 1;
        match u8::try_from(*number) {
            Ok(byte) => out.extend([b'q', byte]),
            Err(_) => out.extend([&b"r"[..], &number.to_le_bytes()].concat()),
        }
        for batch in items.chunks(1000) {
            if batch.len() > 1 {
                out.push(b'(');
            }
            for item in batch {
                put(out, item, number);
            }
            out.push(if batch.len() > 1 { b'e' } else { b'a' });
        }
    }

    pub fn lists(rows: &[Vec<u32>]) -> Vec<u8> {
        let mut body = BEGIN.to_vec();
        body.extend([&b"J"[..], &(rows.len() as u32).to_le_bytes(), MIDDLE].concat());
        list(&mut body, &mut 5, rows, &mut |out, row, number| {
            list(out, number, row, &mut |out, id, _| match *id {
                0..256 => out.extend([b'K', *id as u8]),
                256..65_536 => out.extend([&b"M"[..], &(*id as u16).to_le_bytes()].concat()),
                _ => out.extend([&b"J"[..], &id.to_le_bytes()].concat()),
            });
        });
        body.extend(b"tb.");
        file("|O", rows.len(), &body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<Vec<u32>> {
        let mut rows = vec![vec![], vec![7], vec![255, 256, 65_535, 65_536, 88_584]];
        rows.push((0..1000).collect());
        rows.push((0..1001).collect());
        rows.extend((0..300).map(|row| vec![row; row as usize % 3]));
        rows
    }

    #[test]
    fn what_numpy_wrote_is_read() {
        let all = rows();
        let read = lists("f", &testing::lists(&all)).unwrap();
        assert_eq!(read.rows(), all.len());
        assert!(read.iter().eq(all.iter().map(Vec::as_slice)));
        assert_eq!(lists("f", &testing::lists(&[])).map(|l| l.rows()), Ok(0));
        assert_eq!(
            integers("f", &testing::integers(&[0, 1, -5])),
            Ok(vec![0, 1, -5])
        );
        assert_eq!(integers("f", &testing::integers(&[])), Ok(vec![]));
        let swapped = read.take([2, 0].into_iter());
        assert_eq!(swapped.row(0), [255, 256, 65_535, 65_536, 88_584]);
        assert_eq!(
            (swapped.rows(), swapped.row(1).len(), swapped.row(2).len()),
            (2, 0, 0)
        );
    }

    #[test]
    fn every_cut_and_every_damaged_byte_is_told_or_consistent() {
        let all = &rows()[..3];
        let bytes = testing::lists(all);
        let numbers = testing::integers(&[1, 2, 3]);
        for end in 0..bytes.len() {
            assert!(lists("f", &bytes[..end]).is_err(), "{end}");
        }
        for end in 0..numbers.len() {
            assert!(integers("f", &numbers[..end]).is_err(), "{end}");
        }
        let mut refused = 0;
        for at in 0..bytes.len() {
            for flip in [1, 0x80, 0xff] {
                let mut bad = bytes.clone();
                bad[at] ^= flip;
                match lists("f", &bad) {
                    Ok(read) => assert_eq!(read.rows(), all.len()),
                    Err(error) => {
                        assert_eq!(error.code(), "wrong_form");
                        refused += 1;
                    }
                }
            }
        }
        assert!(refused > 500, "{refused}");
        // A program is not a list of numbers.
        let evil = bytes.windows(1).position(|at| at == b"]").unwrap();
        let system = [&bytes[..evil], b"cos\nsystem\n(S'ls'\ntR."].concat();
        assert_eq!(lists("f", &system).map_err(|e| e.code()), Err("wrong_form"));
        // Lists within lists without end are no recursion here.
        let deep = [&bytes[..evil], &b"]q\x06(".repeat(100_000)].concat();
        assert!(lists("f", &deep).is_err());
    }
}
