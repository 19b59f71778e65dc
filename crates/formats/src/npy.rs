//! One NumPy array: the `.npy` format, versions 1 to 3 (`numpy/lib/format.py`): magic, version, the length of
//! the header, the header as a Python dict of `descr`, `fortran_order` and `shape`, then the values.

use crate::FormatError;
use crate::limits::{Limits, Room};
use crate::tensor::{NamedTensor, elements};

const MAGIC: &[u8] = b"\x93NUMPY";
/// The longest header that NumPy itself reads by default.
const LONGEST_HEADER: usize = 10_000;
/// Whole numbers up to here are exact in `f32`.
pub(crate) const EXACT: i128 = 1 << 24;

/// What is wrong with one array.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NpyError {
    Damaged(String),
    /// The element type, as the file writes it.
    Type(String),
}

fn damaged<T>(reason: &str) -> Result<T, NpyError> {
    Err(NpyError::Damaged(reason.into()))
}

/// How the values of an array are written.
struct Header {
    descr: String,
    fortran: bool,
    shape: Vec<u64>,
}

/// The header, and the bytes behind it.
fn header(bytes: &[u8]) -> Result<(Header, &[u8]), NpyError> {
    let Some((version, rest)) = bytes
        .strip_prefix(MAGIC)
        .and_then(|rest| rest.split_first_chunk::<2>())
    else {
        return damaged("it does not begin like a NumPy array");
    };
    let split = match version[0] {
        1 => rest
            .split_first_chunk::<2>()
            .map(|(length, rest)| (usize::from(u16::from_le_bytes(*length)), rest)),
        2 | 3 => rest
            .split_first_chunk::<4>()
            .map(|(length, rest)| (u32::from_le_bytes(*length) as usize, rest)),
        other => return damaged(&format!("version {other} of the array format is not known")),
    };
    let Some((length, rest)) = split else {
        return damaged("it breaks off in the header");
    };
    if length > LONGEST_HEADER {
        return damaged("its header is too long");
    }
    let Some((text, values)) = rest.split_at_checked(length) else {
        return damaged("it breaks off in the header");
    };
    let Ok(text) = std::str::from_utf8(text) else {
        return damaged("its header is not text");
    };
    Ok((Dict { rest: text }.header()?, values))
}

/// A reader of the one Python literal that headers are.
struct Dict<'a> {
    rest: &'a str,
}

impl<'a> Dict<'a> {
    fn eat(&mut self, token: &str) -> bool {
        self.rest = self.rest.trim_start();
        let rest = self.rest.strip_prefix(token);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn quoted(&mut self) -> Option<&'a str> {
        let quote = ["'", "\""].into_iter().find(|quote| self.eat(quote))?;
        let (inside, rest) = self.rest.split_once(quote)?;
        self.rest = rest;
        Some(inside)
    }

    fn number(&mut self) -> Option<u64> {
        self.rest = self.rest.trim_start();
        let end = self
            .rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at(end);
        // Python 2 wrote long numbers with an L.
        self.rest = rest.strip_prefix('L').unwrap_or(rest);
        digits.parse().ok()
    }

    fn shape(&mut self) -> Option<Vec<u64>> {
        let mut shape = Vec::new();
        if !self.eat("(") {
            return None;
        }
        while !self.eat(")") {
            shape.push(self.number()?);
            if !self.eat(",") && !self.rest.trim_start().starts_with(')') {
                return None;
            }
        }
        Some(shape)
    }

    fn header(mut self) -> Result<Header, NpyError> {
        let (mut descr, mut fortran, mut shape) = (None, None, None);
        let odd = || damaged("its header is not the dict that NumPy writes");
        if !self.eat("{") {
            return odd();
        }
        while !self.eat("}") {
            let Some(key) = self.quoted() else {
                return odd();
            };
            if !self.eat(":") {
                return odd();
            }
            match key {
                "descr" => {
                    let Some(text) = self.quoted() else {
                        return Err(NpyError::Type("records of several fields".into()));
                    };
                    descr = Some(text.to_owned());
                }
                "fortran_order" if self.eat("True") => fortran = Some(true),
                "fortran_order" if self.eat("False") => fortran = Some(false),
                "shape" => shape = self.shape(),
                _ => return odd(),
            }
            if !self.eat(",") && !self.rest.trim_start().starts_with('}') {
                return odd();
            }
        }
        let (Some(descr), Some(fortran), Some(shape)) = (descr, fortran, shape) else {
            return odd();
        };
        if shape.len() > 64 {
            return damaged("it has more than 64 axes");
        }
        Ok(Header {
            descr,
            fortran,
            shape,
        })
    }
}

/// One value from its bytes, least significant first.
type Read = fn(&[u8]) -> Option<f32>;

/// Width and reading of an element type without its byte order; whole numbers have to be exact as `f32`.
fn element(kind: &str) -> Option<(usize, Read)> {
    fn whole(bytes: &[u8], signed: bool) -> Option<f32> {
        let mut wide = [0; 16];
        wide[..bytes.len()].copy_from_slice(bytes);
        let bits = 128 - 8 * bytes.len() as u32;
        let value = i128::from_le_bytes(wide) << bits;
        let value = if signed {
            value >> bits
        } else {
            (value as u128 >> bits) as i128
        };
        (-EXACT..=EXACT).contains(&value).then_some(value as f32)
    }
    Some(match kind {
        "f4" => (4, |b| b.try_into().ok().map(f32::from_le_bytes)),
        "f8" => (8, |b| {
            b.try_into().ok().map(|b| f64::from_le_bytes(b) as f32)
        }),
        "i1" => (1, |b| whole(b, true)),
        "i2" => (2, |b| whole(b, true)),
        "i4" => (4, |b| whole(b, true)),
        "i8" => (8, |b| whole(b, true)),
        "u1" => (1, |b| whole(b, false)),
        "u2" => (2, |b| whole(b, false)),
        "u4" => (4, |b| whole(b, false)),
        "u8" => (8, |b| whole(b, false)),
        _ => return None,
    })
}

/// What the header of an array says it takes: elements as `f32`, in bytes, before anything is read.
pub(crate) fn needs(bytes: &[u8]) -> Result<u64, NpyError> {
    let (header, _) = header(bytes)?;
    let count = elements(&header.shape).and_then(|count| count.checked_mul(4));
    count.map_or_else(|| damaged("its shape is too large"), Ok)
}

/// The array as a tensor; Fortran order becomes C order. Never takes more memory than four times `bytes`.
pub(crate) fn array(name: &str, bytes: &[u8]) -> Result<NamedTensor, NpyError> {
    let (header, values) = header(bytes)?;
    let (swap, kind) = match header.descr.split_at_checked(1) {
        Some(("<" | "|" | "=", kind)) => (false, kind),
        Some((">", kind)) => (true, kind),
        _ => (false, ""),
    };
    let Some((width, read)) = element(kind) else {
        return Err(NpyError::Type(format!("values of type {:?}", header.descr)));
    };
    let count = elements(&header.shape).and_then(|count| count.checked_mul(width as u64));
    if count != Some(values.len() as u64) {
        return damaged(&format!(
            "its shape {:?} needs other than the {} bytes that follow",
            header.shape,
            values.len()
        ));
    }
    let one = |chunk: &[u8]| -> Option<f32> {
        let mut bytes = [0; 8];
        let bytes = bytes.get_mut(..width)?;
        bytes.copy_from_slice(chunk);
        if swap {
            bytes.reverse();
        }
        read(bytes)
    };
    let flat: Option<Vec<f32>> = values.chunks_exact(width).map(one).collect();
    let Some(flat) = flat else {
        return damaged("it holds whole numbers too large for a weight");
    };
    // The product fits, and no axis is larger than it unless one is zero.
    let shape: Vec<usize> = header
        .shape
        .iter()
        .map(|axis| usize::try_from(*axis).unwrap_or(usize::MAX))
        .collect();
    Ok(NamedTensor {
        name: name.to_owned(),
        values: if header.fortran {
            transposed(&shape, &flat)
        } else {
            flat
        },
        shape,
    })
}

/// From Fortran order (the first axis runs fastest) to C order.
fn transposed(shape: &[usize], flat: &[f32]) -> Vec<f32> {
    let mut out = Vec::with_capacity(flat.len());
    let mut at = vec![0; shape.len()];
    for _ in 0..flat.len() {
        let index = at
            .iter()
            .zip(shape)
            .rev()
            .fold(0, |index, (at, axis)| index * axis + at);
        out.push(flat[index]);
        for (at, axis) in at.iter_mut().zip(shape).rev() {
            *at += 1;
            if *at < *axis {
                break;
            }
            *at = 0;
        }
    }
    out
}

/// A whole `.npy` file; `name` is what errors call it. Floats, and whole numbers that are exact as `f32`.
///
/// # Errors
/// `foreign_damaged_tensor`, `foreign_wrong_type`, `foreign_too_large`.
pub fn read(name: &str, bytes: &[u8], limits: Limits) -> Result<NamedTensor, FormatError> {
    let wrong = |error| told(name, error);
    let mut room = Room::new("npy", limits);
    room.tensor()?;
    room.take(needs(bytes).map_err(wrong)?.max(bytes.len() as u64))?;
    array(name, bytes).map_err(wrong)
}

/// The error of a tensor with a name.
pub(crate) fn told(name: &str, error: NpyError) -> FormatError {
    let name = name.to_owned();
    match error {
        NpyError::Damaged(reason) => FormatError::DamagedTensor { name, reason },
        NpyError::Type(found) => FormatError::WrongType { name, found },
    }
}

/// The array as NumPy writes it: version 1, `<f4`, C order, values at a multiple of 64 bytes. Shape and values are
/// taken to belong together.
pub fn write(tensor: &NamedTensor) -> Vec<u8> {
    let shape = crate::tensor::shape_text(&tensor.shape);
    let mut header = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}");
    let before = MAGIC.len() + 4 + header.len() + 1;
    header.extend(std::iter::repeat_n(
        ' ',
        before.next_multiple_of(64) - before,
    ));
    header.push('\n');
    let mut bytes = MAGIC.to_vec();
    bytes.extend([1, 0]);
    // At most 64 axes of 20 digits: far below 65,536.
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(tensor.values.iter().flat_map(|value| value.to_le_bytes()));
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(header: &str, values: &[u8]) -> Vec<u8> {
        let length = (header.len() as u16).to_le_bytes();
        [MAGIC, &[1, 0], &length, header.as_bytes(), values].concat()
    }

    fn values(header: &str, values: &[u8]) -> Result<Vec<f32>, NpyError> {
        super::array("a", &file(header, values)).map(|tensor| tensor.values)
    }

    #[test]
    fn element_types_and_byte_orders() {
        let head = |descr: &str, n: usize| {
            format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ({n},), }}")
        };
        let cases: &[(&str, &[u8], &[f32])] = &[
            ("<f4", &1.5f32.to_le_bytes(), &[1.5]),
            (">f4", &(-1.5f32).to_be_bytes(), &[-1.5]),
            ("<f8", &0.1f64.to_le_bytes(), &[0.1]),
            (">f8", &0.1f64.to_be_bytes(), &[0.1]),
            ("|i1", &[0xff, 0x7f], &[-1.0, 127.0]),
            ("|u1", &[0xff], &[255.0]),
            (">i2", &[0xff, 0xfe], &[-2.0]),
            ("<i4", &(-70_000i32).to_le_bytes(), &[-70_000.0]),
            (">i8", &(1i64 << 24).to_be_bytes(), &[16_777_216.0]),
            ("<u8", &9u64.to_le_bytes(), &[9.0]),
        ];
        for (descr, bytes, expected) in cases {
            let found = values(&head(descr, expected.len()), bytes);
            assert_eq!(found.as_deref(), Ok(*expected), "{descr}");
        }
        let large = values(&head("<i8", 1), &((1i64 << 24) + 1).to_le_bytes());
        assert!(matches!(large, Err(NpyError::Damaged(_))), "{large:?}");
        for descr in ["|O", "<c8", "<U3", "|b1", "<f2", "", "f4"] {
            let refused = values(&head(descr, 1), &[0; 8]);
            assert!(matches!(refused, Err(NpyError::Type(_))), "{descr}");
        }
    }

    #[test]
    fn fortran_order_is_turned() {
        let flat: Vec<u8> = (0..24).flat_map(|i| (i as f32).to_le_bytes()).collect();
        let head = "{'shape':(2, 3L ,4),'fortran_order':True, \"descr\": \"<f4\"}";
        let found = super::array("a", &file(head, &flat)).expect("an array");
        assert_eq!(found.shape, [2, 3, 4]);
        for (index, value) in found.values.iter().enumerate() {
            let (a, b, c) = (index / 12, index / 4 % 3, index % 4);
            assert_eq!(*value, (a + 2 * b + 6 * c) as f32);
        }
    }

    #[test]
    fn what_is_written_is_read() {
        for shape in [vec![], vec![1], vec![0, 7], vec![2, 3], vec![1; 40]] {
            let count: usize = shape.iter().product();
            let tensor = NamedTensor {
                name: "a".into(),
                values: (0..count).map(|i| i as f32 * 0.25 - 1.0).collect(),
                shape,
            };
            let bytes = write(&tensor);
            assert_eq!((bytes.len() - 4 * count) % 64, 0);
            assert_eq!(needs(&bytes), Ok(4 * count as u64));
            assert_eq!(read("a", &bytes, Limits::default()), Ok(tensor));
        }
    }

    #[test]
    fn odd_headers_are_refused() {
        for head in [
            "",
            "{",
            "{}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (1,",
            "{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (1 1)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': 1}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (9999999999, 9999999999, 9999)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'evil': (1,)}",
            "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}",
        ] {
            assert!(values(head, &[0; 4]).is_err(), "{head}");
        }
        let good = file(
            "{'descr':'<f4','fortran_order':False,'shape':(1,)}",
            &[0; 4],
        );
        assert!(super::array("a", &good).is_ok());
        for end in 0..good.len() {
            assert!(super::array("a", &good[..end]).is_err(), "{end}");
        }
    }
}
