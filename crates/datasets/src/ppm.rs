//! Pictures in the portable pixmap format (`P6`): a header in words, then red, green and blue of every pixel.

use crate::error::DataError;

/// The longest side that is read, in pixels. The largest sign has 250.
const MAX_SIDE: usize = 1024;

/// A picture; three bytes a pixel, row by row.
pub(crate) struct Ppm<'a> {
    pub width: usize,
    pub height: usize,
    pub pixels: &'a [u8],
}

/// Reads a picture of 8 bits a channel.
///
/// # Errors
/// `wrong_form`.
pub(crate) fn read<'a>(file: &str, bytes: &'a [u8]) -> Result<Ppm<'a>, DataError> {
    let mut at = 0;
    let wrong = |offset, expected| DataError::WrongForm {
        file: file.to_owned(),
        offset,
        expected,
    };
    // Words are parted by white space and by comments up to the end of the line.
    let mut word = || {
        let mut comment = false;
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'\n' => comment = false,
                b'#' => comment = true,
                _ if comment || byte.is_ascii_whitespace() => {}
                _ => break,
            }
            at += 1;
        }
        let rest = bytes.get(at..).unwrap_or_default();
        let length = rest
            .iter()
            .take(8)
            .take_while(|byte| byte.is_ascii_alphanumeric());
        let from = at;
        at += length.count();
        (
            from,
            std::str::from_utf8(&bytes[from..at]).unwrap_or_default(),
        )
    };
    if word().1 != "P6" {
        return Err(wrong(0, "a ppm picture (P6)"));
    }
    let mut number = |most: usize, expected| {
        let (from, word) = word();
        let number = word
            .parse()
            .ok()
            .filter(|number| (1..=most).contains(number));
        number.ok_or_else(|| wrong(from, expected))
    };
    let width = number(MAX_SIDE, "a side of 1 to 1024 pixels")?;
    let height = number(MAX_SIDE, "a side of 1 to 1024 pixels")?;
    if number(255, "255, the largest value")? != 255 {
        return Err(wrong(0, "255, the largest value"));
    }
    // One white space, then the pixels to the end.
    match bytes.get(at..).and_then(<[u8]>::split_first) {
        Some((space, pixels))
            if space.is_ascii_whitespace() && pixels.len() == 3 * width * height =>
        {
            Ok(Ppm {
                width,
                height,
                pixels,
            })
        }
        _ => Err(wrong(at, "as many pixels as the header says")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(bytes: &[u8]) -> Result<[usize; 2], &'static str> {
        let read = read("p", bytes);
        read.map(|ppm| [ppm.width, ppm.height])
            .map_err(|error| error.code())
    }

    #[test]
    fn headers_may_be_laid_out_in_many_ways() {
        let pixels = [7; 18];
        for head in [
            "P6 3 2 255\n",
            "P6\n# a sign\n3\t2\n255 ",
            "P6\r\n3 2 # 9 9\n255\n",
        ] {
            let bytes = [head.as_bytes(), &pixels].concat();
            assert_eq!(code(&bytes), Ok([3, 2]), "{head:?}");
            for end in 0..bytes.len() {
                assert_eq!(code(&bytes[..end]), Err("wrong_form"), "{end}");
            }
            assert_eq!(code(&[&bytes[..], &[0]].concat()), Err("wrong_form"));
        }
    }

    #[test]
    fn other_pictures_are_refused() {
        for head in [
            "P5 3 2 255\n",
            "P6 0 2 255\n",
            "P6 3 99999999999999999999 255\n",
            "P6 1025 1025 255\n",
            "P6 3 2 65535\n",
            "P6 3 2 15\n",
            "P6 3 2 255x",
            "P6 -3 2 255\n",
            "GIF89a 3 2 255\n",
            "P6 # without end",
        ] {
            assert_eq!(
                code(&[head.as_bytes(), &[7; 18]].concat()),
                Err("wrong_form"),
                "{head:?}"
            );
        }
    }
}
