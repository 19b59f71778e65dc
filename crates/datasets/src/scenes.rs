//! The built-in sample of small colour pictures: ten kinds of things as simple forms before a simple background, drawn by
//! this project's own generator for hosts that have no data. Not CIFAR-10, and never called so; but of the same size.
//!
//! A row is a stream of its own, so that any row can be drawn alone.

use fireside_spec::random::{Purpose, Stream, unit};

use crate::dataset::Part;
use crate::pictures::Pictures;
use crate::raster::{Form, PLANE, Place, SIDE, bytes, paint, turned};
use crate::samples::Dice;
use crate::sets::cifar10::SHAPE;

/// Numbers of the streams: scenes, their order, their noise; each of two parts.
const SCENES: u32 = 120;
const ORDER: u32 = 122;
const NOISE: u32 = 124;

/// Colours by what they are for.
#[derive(Clone, Copy)]
enum Paint {
    /// The thing's own.
    Own,
    /// The same, darker.
    Shade,
    Black,
    White,
}
use Form::{Block, Ellipse, Triangle};
use Paint::{Black, Own, Shade, White};

/// A form of a thing: middle and half sides, in hundredths of the thing's half side.
type Piece = (Form, Paint, [i8; 4]);

/// How a thing looks.
struct Look {
    /// Its colour, and how far that goes to either side.
    color: [f32; 3],
    spread: f32,
    /// Above and below the horizon.
    ground: [[f32; 3]; 2],
    pieces: &'static [Piece],
}

const SKY: [[f32; 3]; 2] = [[110.0, 165.0, 225.0], [185.0, 210.0, 235.0]];
const ROAD: [[f32; 3]; 2] = [[175.0, 190.0, 205.0], [105.0, 105.0, 108.0]];
const FIELD: [[f32; 3]; 2] = [[150.0, 180.0, 190.0], [95.0, 135.0, 65.0]];
const ROOM: [[f32; 3]; 2] = [[165.0, 145.0, 125.0], [120.0, 95.0, 75.0]];
const WATER: [[f32; 3]; 2] = [[170.0, 200.0, 225.0], [45.0, 90.0, 135.0]];

const VEHICLE: [f32; 3] = [140.0, 110.0, 110.0];
const FUR: [f32; 3] = [140.0, 110.0, 85.0];

static LOOKS: [Look; 10] = [
    Look {
        color: [200.0, 200.0, 205.0],
        spread: 40.0,
        ground: SKY,
        pieces: &[
            (Triangle, Own, [-76, -24, 16, 26]),
            (Ellipse, Own, [0, 4, 92, 14]),
            (Ellipse, Shade, [2, 12, 34, 8]),
            (Block, Shade, [-76, 2, 18, 4]),
        ],
    },
    Look {
        color: VEHICLE,
        spread: 90.0,
        ground: ROAD,
        pieces: &[
            (Ellipse, Own, [-4, -8, 54, 34]),
            (Block, White, [-4, -8, 38, 13]),
            (Block, Own, [0, 20, 90, 22]),
            (Ellipse, Black, [-50, 42, 19, 19]),
            (Ellipse, Black, [50, 42, 19, 19]),
        ],
    },
    Look {
        color: [130.0, 110.0, 100.0],
        spread: 80.0,
        ground: SKY,
        pieces: &[
            (Triangle, Shade, [-64, 4, 24, 22]),
            (Block, Black, [0, 60, 4, 26]),
            (Ellipse, Own, [0, 10, 52, 32]),
            (Ellipse, Shade, [-10, 8, 32, 16]),
            (Ellipse, Own, [50, -26, 23, 22]),
            (Triangle, Black, [80, -24, 14, 8]),
        ],
    },
    Look {
        color: FUR,
        spread: 70.0,
        ground: ROOM,
        pieces: &[
            (Triangle, Own, [-40, -44, 22, 34]),
            (Triangle, Own, [40, -44, 22, 34]),
            (Ellipse, Own, [0, 14, 64, 54]),
            (Ellipse, White, [-24, 2, 12, 12]),
            (Ellipse, White, [24, 2, 12, 12]),
            (Ellipse, Black, [-24, 2, 5, 11]),
            (Ellipse, Black, [24, 2, 5, 11]),
            (Triangle, Black, [0, 30, 10, -7]),
        ],
    },
    Look {
        color: [150.0, 110.0, 70.0],
        spread: 30.0,
        ground: FIELD,
        pieces: &[
            (Block, Black, [52, -76, 3, 24]),
            (Block, Black, [70, -74, 3, 22]),
            (Block, Shade, [-42, 60, 6, 36]),
            (Block, Shade, [34, 60, 6, 36]),
            (Block, Own, [46, -16, 11, 34]),
            (Ellipse, Own, [-6, 14, 56, 24]),
            (Ellipse, Own, [62, -44, 22, 13]),
        ],
    },
    Look {
        color: FUR,
        spread: 70.0,
        ground: FIELD,
        pieces: &[
            (Ellipse, Own, [0, 0, 50, 58]),
            (Ellipse, Shade, [-54, -4, 17, 44]),
            (Ellipse, Shade, [54, -4, 17, 44]),
            (Ellipse, White, [0, 30, 28, 24]),
            (Ellipse, Black, [0, 20, 12, 8]),
            (Ellipse, Black, [-20, -14, 8, 8]),
            (Ellipse, Black, [20, -14, 8, 8]),
        ],
    },
    Look {
        color: [90.0, 140.0, 60.0],
        spread: 40.0,
        ground: ROOM,
        pieces: &[
            (Ellipse, Own, [-38, -26, 22, 22]),
            (Ellipse, Own, [38, -26, 22, 22]),
            (Ellipse, Own, [0, 26, 84, 46]),
            (Ellipse, Black, [-38, -28, 10, 10]),
            (Ellipse, Black, [38, -28, 10, 10]),
            (Block, Shade, [0, 26, 48, 4]),
        ],
    },
    Look {
        color: [120.0, 80.0, 55.0],
        spread: 45.0,
        ground: FIELD,
        pieces: &[
            (Ellipse, Black, [-70, 22, 9, 36]),
            (Block, Shade, [-46, 58, 7, 38]),
            (Block, Shade, [-26, 58, 7, 38]),
            (Block, Shade, [24, 58, 7, 38]),
            (Block, Shade, [42, 58, 7, 38]),
            (Triangle, Own, [46, -14, 30, 44]),
            (Ellipse, Own, [-6, 10, 64, 27]),
            (Ellipse, Own, [66, -44, 28, 14]),
            (Ellipse, Black, [38, -36, 9, 26]),
        ],
    },
    Look {
        color: VEHICLE,
        spread: 80.0,
        ground: WATER,
        pieces: &[
            (Block, Shade, [24, -30, 10, 26]),
            (Block, White, [6, 2, 46, 17]),
            (Triangle, Own, [0, 36, 98, -26]),
            (Block, Own, [0, 28, 84, 12]),
        ],
    },
    Look {
        color: VEHICLE,
        spread: 90.0,
        ground: ROAD,
        pieces: &[
            (Block, Own, [-24, -12, 66, 50]),
            (Block, Shade, [66, 12, 25, 28]),
            (Block, White, [70, 2, 15, 11]),
            (Ellipse, Black, [-62, 44, 17, 17]),
            (Ellipse, Black, [-20, 44, 17, 17]),
            (Ellipse, Black, [64, 44, 17, 17]),
        ],
    },
];

/// Draws both parts: every class equally often (but for a remainder), in random order.
pub(crate) fn parts(seed: u32, train_rows: usize, test_rows: usize) -> [Pictures; 2] {
    [(Part::Train, train_rows), (Part::Test, test_rows)].map(|(part, rows)| {
        let part = part as u32;
        let order = Stream::new(seed, Purpose::Sample, ORDER + part, 0).permutation(rows);
        let labels: Vec<u8> = order.iter().map(|place| (place % 10) as u8).collect();
        let mut pixels = Vec::with_capacity(rows * SHAPE.bytes());
        for (row, label) in labels.iter().enumerate() {
            let mut canvas = scene(
                &LOOKS[usize::from(*label)],
                &mut Dice::new(seed, SCENES + part, row),
            );
            // The same grain in all channels.
            let noise = Stream::new(seed, Purpose::Sample, NOISE + part, row as u32);
            noise.for_each(PLANE, |at, word| {
                let grain = 24.0 * unit(word) - 12.0;
                for plane in canvas.chunks_exact_mut(PLANE) {
                    plane[at] += grain;
                }
            });
            pixels.extend(bytes(&canvas));
        }
        Pictures::from_trusted(SHAPE, LOOKS.len(), pixels, labels)
    })
}

/// One thing before its background.
fn scene(look: &Look, dice: &mut Dice) -> [f32; 3 * PLANE] {
    let mut canvas = [0.0; 3 * PLANE];
    let mut near = |color: [f32; 3], spread: f32| {
        let all = 0.6 * spread * (2.0 * dice.unit() - 1.0);
        color.map(|value| value + all + 0.8 * spread * (2.0 * dice.unit() - 1.0))
    };
    let [above, below] = look.ground.map(|color| near(color, 35.0));
    let own = near(look.color, look.spread);
    let blobs = [0, 1].map(|_| near(below, 50.0));
    let horizon = (14.0 + 5.0 * dice.normal()) as usize;
    for (at, plane) in canvas.chunks_exact_mut(PLANE).enumerate() {
        for (y, row) in plane.chunks_exact_mut(SIDE).enumerate() {
            let ground = if y < horizon { above } else { below };
            row.fill(ground[at] + y as f32);
        }
    }
    for color in blobs {
        let place = Place {
            middle: [0, 1].map(|_| 32.0 * dice.unit()),
            half: [0, 1].map(|_| 2.0 + 5.0 * dice.unit()),
            turn: turned(dice.unit()),
        };
        paint(&mut canvas, Ellipse, &place, &color);
    }
    let size = 10.0 + 5.0 * dice.unit();
    let flip = if dice.unit() < 0.5 { -1.0 } else { 1.0 };
    let turn = turned(0.1 * dice.normal());
    let middle = [0, 1].map(|_| 16.0 + 1.5 * dice.normal());
    let stretch = [0, 1].map(|_| size * (1.0 + 0.08 * dice.normal()));
    for (form, color, numbers) in look.pieces {
        let [x, y, wide, high] = numbers.map(|number| f32::from(number) / 100.0);
        let (x, y) = (flip * x * stretch[0], y * stretch[1]);
        let [cos, sin] = turn;
        let place = Place {
            middle: [middle[0] + x * cos - y * sin, middle[1] + x * sin + y * cos],
            half: [wide * stretch[0], high * stretch[1]],
            turn,
        };
        let color = match color {
            Own => own,
            Shade => own.map(|value| 0.6 * value),
            Black => [28.0; 3],
            White => [225.0; 3],
        };
        paint(&mut canvas, *form, &place, &color);
    }
    canvas
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_the_same_everywhere_and_stand_alone() {
        let [train, test] = parts(7, 30, 20);
        assert_eq!(
            train.checksums()[0],
            "f1cbd71574e3465b503a906dd0ddf222569e822374967bf054653783bc7876c4"
        );
        assert_eq!(parts(7, 10, 20)[1], test);
        assert_ne!(parts(8, 30, 20)[0], train);
        assert_eq!(parts(7, 100, 0)[0].class_counts(), [10; 10]);
    }

    /// The nearest mean picture of each class tells half of them right: there is something to learn, and something left.
    #[test]
    fn classes_can_be_told_apart_but_not_by_their_mean_alone() {
        let [train, test] = parts(7, 500, 200);
        let mut means = vec![vec![0.0_f32; SHAPE.bytes()]; 10];
        for row in 0..500 {
            let class = usize::from(train.labels()[row]);
            for (mean, pixel) in means[class].iter_mut().zip(train.row(row)) {
                *mean += f32::from(*pixel) / 50.0;
            }
        }
        let right = |row: &usize| {
            let away = |mean: &Vec<f32>| -> f32 {
                let pairs = mean.iter().zip(test.row(*row));
                pairs
                    .map(|(mean, pixel)| (mean - f32::from(*pixel)).powi(2))
                    .sum()
            };
            let nearest = (0..10).min_by(|a, b| away(&means[*a]).total_cmp(&away(&means[*b])));
            nearest == Some(usize::from(test.labels()[*row]))
        };
        let right = (0..200).filter(right).count();
        assert!((70..180).contains(&right), "{right} of 200");
    }
}
