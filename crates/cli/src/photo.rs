//! A photo for a network of small colour pictures: opened within bounds, turned upright, cropped to a square, and averaged
//! down.

use fireside_datasets::pictures::Shape;
use image::{DynamicImage, ImageDecoder, ImageReader, RgbImage};
use std::io::{BufRead, Seek};
use std::path::Path;
use std::str::FromStr;

/// More pixels than any camera in a pocket gives: 160 MB once they are unpacked.
const MAX_PIXELS: u64 = 40_000_000;

/// A square of a photo: its upper left corner, and its side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Square {
    pub left: u32,
    pub top: u32,
    pub side: u32,
}

impl FromStr for Square {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers: Option<Vec<u32>> = text
            .split(',')
            .map(|number| number.trim().parse().ok())
            .collect();
        match numbers.as_deref() {
            Some([left, top, side]) if *side > 0 => Ok(Self {
                left: *left,
                top: *top,
                side: *side,
            }),
            _ => Err("LEFT,TOP,SIDE in pixels, as in 120,40,300".into()),
        }
    }
}

impl Square {
    /// The largest one, in the middle.
    fn middle(width: u32, height: u32) -> Self {
        let side = width.min(height);
        Self {
            left: (width - side) / 2,
            top: (height - side) / 2,
            side,
        }
    }

    fn fits(self, width: u32, height: u32) -> bool {
        let ends = |start: u32, of: u32| start.checked_add(self.side).is_some_and(|end| end <= of);
        ends(self.left, width) && ends(self.top, height)
    }
}

/// A picture of the file, upright as its camera was held. Its size is known, and refused, before it is unpacked.
pub(crate) fn open(path: &Path) -> Result<DynamicImage, String> {
    unpack(ImageReader::open(path).map_err(|error| error.to_string())?)
}

fn unpack(reader: ImageReader<impl BufRead + Seek>) -> Result<DynamicImage, String> {
    let reader = reader
        .with_guessed_format()
        .map_err(|error| error.to_string())?;
    let mut decoder = reader.into_decoder().map_err(|error| error.to_string())?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(format!(
            "{width} x {height} pixels are too many, at most {} million: scale it down first",
            MAX_PIXELS / 1_000_000
        ));
    }
    // Without a note, or with a damaged one, it is upright.
    let turned = decoder.orientation();
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|error| error.to_string())?;
    if let Ok(turned) = turned {
        picture.apply_orientation(turned);
    }
    Ok(picture)
}

/// What the network sees of a photo: the square (without one, the largest in the middle), averaged to its shape, channel
/// after channel. What is transparent is white.
pub(crate) fn seen(
    picture: DynamicImage,
    square: Option<Square>,
    shape: Shape,
) -> Result<(Vec<u8>, Square), String> {
    let (width, height) = (picture.width(), picture.height());
    let square = square.unwrap_or_else(|| Square::middle(width, height));
    if square.side == 0 || !square.fits(width, height) {
        let Square { left, top, side } = square;
        return Err(format!(
            "the square {left},{top},{side} does not lie inside of {width} x {height} pixels"
        ));
    }
    let photo = on_white(picture);
    let (rows, columns) = (
        parts(square.top, square.side, shape.height),
        parts(square.left, square.side, shape.width),
    );
    let mut values = Vec::with_capacity(shape.bytes());
    for channel in 0..shape.channels {
        for row in &rows {
            for column in &columns {
                let mut sum = 0.0;
                for (y, down) in row {
                    for (x, across) in column {
                        sum += down * across * f64::from(photo.get_pixel(*x, *y)[channel]);
                    }
                }
                values.push(sum.round().clamp(0.0, 255.0) as u8);
            }
        }
    }
    Ok((values, square))
}

fn on_white(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let whole = picture.into_rgba8();
    RgbImage::from_fn(whole.width(), whole.height(), |x, y| {
        let [r, g, b, alpha] = whole.get_pixel(x, y).0;
        let over = |value: u8| {
            let alpha = f64::from(alpha) / 255.0;
            (f64::from(value) * alpha + 255.0 * (1.0 - alpha)).round() as u8
        };
        image::Rgb([over(r), over(g), over(b)])
    })
}

/// One axis: the pixels under each of `count` equal parts of `side` pixels from `start`, and how much of the part each is.
/// Values are averaged as they are stored, as the makers of small pictures did, not as amounts of light.
fn parts(start: u32, side: u32, count: usize) -> Vec<Vec<(u32, f64)>> {
    let size = f64::from(side) / count as f64;
    let part = |at: usize| {
        let (from, to) = (at as f64 * size, (at + 1) as f64 * size);
        let last = (to.ceil() as u32).clamp(1, side);
        (from as u32..last)
            .map(|pixel| {
                let (left, right) = (f64::from(pixel), f64::from(pixel) + 1.0);
                (start + pixel, (to.min(right) - from.max(left)) / size)
            })
            .filter(|(_, share)| *share > 0.0)
            .collect()
    };
    (0..count).map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use fireside_spec::random::{Purpose, Stream};
    use image::ImageFormat;
    use std::io::Cursor;

    const SHAPE: Shape = Shape {
        channels: 3,
        height: 2,
        width: 2,
    };

    fn photo(width: u32, height: u32, value: impl Fn(u32, u32) -> [u8; 3]) -> DynamicImage {
        RgbImage::from_fn(width, height, |x, y| image::Rgb(value(x, y))).into()
    }

    #[test]
    fn parts_of_a_line_are_whole_and_share_the_pixels_on_their_border() {
        for (side, count) in [(1, 32), (5, 2), (32, 32), (33, 32), (1_000, 32), (7, 3)] {
            let all = parts(10, side, count);
            for part in &all {
                let sum: f64 = part.iter().map(|(_, share)| share).sum();
                assert!((sum - 1.0).abs() < 1e-9, "{side} / {count}: {sum}");
                assert!(part.iter().all(|(at, _)| (10..10 + side).contains(at)));
            }
        }
        assert_eq!(
            parts(0, 5, 2),
            [
                vec![(0, 0.4), (1, 0.4), (2, 0.2)],
                vec![(2, 0.2), (3, 0.4), (4, 0.4)]
            ]
        );
    }

    #[test]
    fn the_square_is_averaged_channel_after_channel() {
        // A photo of 6 x 4: red grows to the right, green downwards, blue is even.
        let picture = photo(6, 4, |x, y| [10 * x as u8, 20 * y as u8, 7]);
        let (values, square) = seen(picture.clone(), None, SHAPE).expect("a picture");
        assert_eq!((square.left, square.top, square.side), (1, 0, 4));
        assert_eq!(values, [15, 35, 15, 35, 10, 10, 50, 50, 7, 7, 7, 7]);
        let right = "4,2,2".parse().expect("a square");
        let (values, _) = seen(picture.clone(), Some(right), SHAPE).expect("a picture");
        assert_eq!(values, [40, 50, 40, 50, 40, 40, 60, 60, 7, 7, 7, 7]);
        // Smaller than what the network sees: every pixel becomes several.
        let one = "5,3,1".parse().expect("a square");
        let (values, _) = seen(picture.clone(), Some(one), SHAPE).expect("a picture");
        assert_eq!(values, [50, 50, 50, 50, 60, 60, 60, 60, 7, 7, 7, 7]);
        for outside in ["3,0,4", "0,1,4", "4294967295,0,2", "0,0,4294967295"] {
            let square = outside.parse().expect("a square");
            let error = seen(picture.clone(), Some(square), SHAPE).expect_err(outside);
            assert!(error.contains("6 x 4"), "{error}");
        }
    }

    /// `FIRESIDE_DAMAGE` says how many of each kind (600 unless it is set).
    #[test]
    fn damaged_photos_are_refused_or_pictures() {
        let rounds = std::env::var("FIRESIDE_DAMAGE").map_or(600, |n| n.parse().expect("a number"));
        let picture = photo(9, 7, |x, y| [20 * x as u8, 30 * y as u8, (x * y) as u8]);
        for format in [ImageFormat::Png, ImageFormat::Jpeg] {
            let mut good = Cursor::new(Vec::new());
            picture.write_to(&mut good, format).expect("a file");
            let good = good.into_inner();
            let mut refused = 0;
            for round in 0..rounds {
                let stream = Stream::new(20_28, Purpose::Sample, 99, round);
                let dice = |throw: u32, below: usize| stream.word(throw) as usize % below;
                let mut bytes = good.clone();
                for change in 0..1 + dice(0, 3) as u32 {
                    let at = dice(3 * change + 1, bytes.len());
                    match dice(3 * change + 2, 4) {
                        0 => bytes.truncate(at.max(1)),
                        1 => bytes[at] = [0, 1, 0x7f, 0xff][dice(3 * change + 3, 4)],
                        2 => bytes.insert(at, 0xff),
                        _ => bytes[at] ^= 1 << dice(3 * change + 3, 8),
                    }
                }
                match unpack(ImageReader::new(Cursor::new(bytes))) {
                    Err(error) => {
                        assert!(!error.is_empty());
                        refused += 1;
                    }
                    Ok(read) => {
                        let pixels = u64::from(read.width()) * u64::from(read.height());
                        assert!((1..=MAX_PIXELS).contains(&pixels));
                        let (values, _) = seen(read, None, SHAPE).expect("a square");
                        assert_eq!(values.len(), SHAPE.bytes());
                    }
                }
            }
            assert!(refused * 5 > rounds, "{refused} of {rounds}");
        }
    }

    #[test]
    fn what_is_transparent_is_white() {
        let glass: DynamicImage =
            image::RgbaImage::from_fn(2, 2, |x, _| image::Rgba([0, 0, 0, 255 * x as u8])).into();
        let (values, _) = seen(glass, None, SHAPE).expect("a picture");
        assert_eq!(values[..4], [255, 0, 255, 0]);
    }

    #[test]
    fn squares_are_three_numbers() {
        assert!("1,2,3".parse::<Square>().is_ok());
        for wrong in ["", "1,2", "1,2,3,4", "a,b,c", "1,2,0", "-1,0,5", "1.5,0,5"] {
            assert!(wrong.parse::<Square>().is_err(), "{wrong}");
        }
    }
}
