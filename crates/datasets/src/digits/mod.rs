//! The built-in sample: handwriting-like digits, drawn by this project's own generator, for hosts that
//! have no data. Not MNIST, and never called so; but of the same size, and prepared by the same rule.
//!
//! A row is one Philox stream (purpose "samples", step = part, tag = row): any row can be drawn alone, and
//! only +, -, *, / and square roots are used, which every machine rounds alike, so that browser and
//! terminal draw the same bytes.

mod skeletons;

use fireside_spec::random::{Purpose, Stream, unit};

use crate::dataset::{Dataset, Origin, Part};
use crate::mnist;
use crate::pictures::Pictures;
use crate::prepare::{BOX, center};
use skeletons::{DIGITS, Point, Skeleton};

/// Training rows of the sample where nothing else is asked for.
pub const TRAIN_ROWS: usize = 6_000;
/// Test rows of the sample where nothing else is asked for.
pub const TEST_ROWS: usize = 1_000;

/// Canvas pixels for one pixel of the finished picture.
const FINE: f32 = 3.0;
/// Side of the canvas: the longest digit, the widest pen, and a margin.
const CANVAS: usize = 84;
/// Straight pieces between two control points.
const PIECES: usize = 7;
/// Step of the streams that shuffle the classes, after those of the two parts.
const SHUFFLE: u32 = 2;

/// Draws a sample: every class equally often (but for a remainder), in random order.
pub fn sample(seed: u32, train_rows: usize, test_rows: usize) -> Dataset {
    let [train, test] = parts(seed, train_rows, test_rows);
    Dataset::new(mnist::ENTRY.name, train, test, Origin::Sample)
}

/// The pictures of both parts.
pub(crate) fn parts(seed: u32, train_rows: usize, test_rows: usize) -> [Pictures; 2] {
    [
        part(seed, Part::Train, train_rows),
        part(seed, Part::Test, test_rows),
    ]
}

fn part(seed: u32, part: Part, rows: usize) -> Pictures {
    let step = part as u32;
    let order = Stream::new(seed, Purpose::Sample, SHUFFLE + step, 0).permutation(rows);
    let labels: Vec<u8> = order.iter().map(|place| (place % 10) as u8).collect();
    let mut pixels = Vec::with_capacity(rows * mnist::SHAPE.bytes());
    let mut canvas = [0; CANVAS * CANVAS];
    for (row, label) in labels.iter().enumerate() {
        let mut dice = Dice::new(Stream::new(seed, Purpose::Sample, step, row as u32));
        pixels.extend_from_slice(&digit(usize::from(*label), &mut dice, &mut canvas));
    }
    Pictures::from_trusted(mnist::SHAPE, mnist::CLASSES, pixels, labels)
}

/// One 28x28 picture of a digit.
fn digit(class: usize, dice: &mut Dice, canvas: &mut [u8; CANVAS * CANVAS]) -> [u8; 784] {
    loop {
        let ways = DIGITS[class];
        let way = &ways[dice.below(ways.len())];
        canvas.fill(0);
        write(way, dice, canvas);
        // A digit is never a dot; should a change of the numbers make one so, the dice roll on.
        if let Ok(prepared) = center(canvas, CANVAS, CANVAS) {
            return prepared.pixels;
        }
    }
}

/// Writes one digit onto the canvas, as large as it will go.
fn write(way: &Skeleton, dice: &mut Dice, canvas: &mut [u8; CANVAS * CANVAS]) {
    let hand = Hand::new(way.aspect, dice);
    // Some write neatly, some do not.
    let jitter = 0.012 + 0.055 * dice.unit();
    let points: Vec<Point> = way
        .points
        .iter()
        .map(|[x, y]| {
            let moved = [
                x + jitter / way.aspect.max(0.3) * dice.normal(),
                y + jitter * dice.normal(),
            ];
            hand.bend(moved)
        })
        .collect();

    let mut lines: Vec<Vec<Point>> = Vec::new();
    for stroke in way.strokes {
        let through: Vec<Point> = stroke.iter().map(|i| points[usize::from(*i)]).collect();
        lines.push(curve(&through));
    }
    let (low, high) = extent(&lines);
    let long = (high[0] - low[0]).max(high[1] - low[1]).max(1e-3);
    let pen = dice.pen() * FINE;
    let scale = (BOX as f32 * FINE - pen) / long;
    let half = CANVAS as f32 / 2.0;
    for line in &mut lines {
        // Pressure changes along a stroke.
        let (from, to) = (1.0 + 0.1 * dice.normal(), 1.0 + 0.1 * dice.normal());
        for point in line.iter_mut() {
            for axis in 0..2 {
                let middle = (low[axis] + high[axis]) / 2.0;
                point[axis] = (point[axis] - middle) * scale + half;
            }
        }
        let pieces = (line.len() - 1).max(1) as f32;
        for (index, ends) in line.windows(2).enumerate() {
            let pressure = from + (to - from) * index as f32 / pieces;
            ink(
                canvas,
                ends[0],
                ends[1],
                pen / 2.0 * pressure.clamp(0.7, 1.3),
            );
        }
    }
}

/// How one writer holds the pen: proportions, slant, turn, and two gentle bends of the paper.
struct Hand {
    width: f32,
    slant: f32,
    turn: f32,
    bow: f32,
    taper: f32,
}

impl Hand {
    fn new(aspect: f32, dice: &mut Dice) -> Self {
        Self {
            width: aspect * (1.0 + 0.17 * dice.normal()).clamp(0.6, 1.5),
            // Most people lean to the right.
            slant: 0.2 + 0.24 * dice.normal(),
            turn: 0.11 * dice.normal(),
            bow: 0.12 * dice.normal(),
            taper: 0.15 * dice.normal(),
        }
    }

    /// From the box of the skeletons to the paper, height 1, the middle at (0, 0).
    fn bend(&self, [x, y]: Point) -> Point {
        let (x, y) = (x - 0.5, y - 0.5);
        let wide = x * self.width * (1.0 + self.taper * y) + self.bow * (y * y - 0.08);
        let leant = wide - self.slant * y;
        // A turn by a small angle: (cos, sin) from the tangent, without a library's rounding.
        let cos = 1.0 / (1.0 + self.turn * self.turn).sqrt();
        let sin = self.turn * cos;
        [leant * cos - y * sin, leant * sin + y * cos]
    }
}

/// A smooth line through all points (Catmull-Rom, the ends prolonged).
fn curve(through: &[Point]) -> Vec<Point> {
    let at = |index: isize| through[index.clamp(0, through.len() as isize - 1) as usize];
    let mut line = Vec::with_capacity(through.len() * PIECES + 1);
    for span in 0..through.len() as isize - 1 {
        let [a, b, c, d] = [at(span - 1), at(span), at(span + 1), at(span + 2)];
        for piece in 0..PIECES {
            let t = piece as f32 / PIECES as f32;
            let value = |axis: usize| {
                let (a, b, c, d) = (a[axis], b[axis], c[axis], d[axis]);
                let linear = (c - a) * t;
                let square = (2.0 * a - 5.0 * b + 4.0 * c - d) * t * t;
                let cube = (3.0 * b - a - 3.0 * c + d) * t * t * t;
                b + 0.5 * (linear + square + cube)
            };
            line.push([value(0), value(1)]);
        }
    }
    line.push(at(through.len() as isize - 1));
    line
}

/// The corners of the smallest box around all lines.
fn extent(lines: &[Vec<Point>]) -> (Point, Point) {
    let (mut low, mut high) = ([f32::MAX; 2], [f32::MIN; 2]);
    for point in lines.iter().flatten() {
        for axis in 0..2 {
            low[axis] = low[axis].min(point[axis]);
            high[axis] = high[axis].max(point[axis]);
        }
    }
    (low, high)
}

/// Draws one straight piece with a round pen of this radius; edges are anti-aliased.
fn ink(canvas: &mut [u8; CANVAS * CANVAS], [ax, ay]: Point, [bx, by]: Point, radius: f32) {
    let reach = radius + 1.0;
    let range = |a: f32, b: f32| {
        let first = (a.min(b) - reach).max(0.0) as usize;
        let last = ((a.max(b) + reach).max(0.0) as usize).min(CANVAS - 1);
        first..=last
    };
    let (dx, dy) = (bx - ax, by - ay);
    let inverse = 1.0 / (dx * dx + dy * dy).max(1e-6);
    // Most pixels are decided without a root: well inside, or well outside.
    let (inner, outer) = ((radius - 0.5).max(0.0), radius + 0.5);
    let (inner, outer) = (inner * inner, outer * outer);
    for y in range(ay, by) {
        for x in range(ax, bx) {
            let pixel = &mut canvas[y * CANVAS + x];
            if *pixel == 255 {
                continue;
            }
            let (px, py) = (x as f32 + 0.5 - ax, y as f32 + 0.5 - ay);
            let along = ((px * dx + py * dy) * inverse).clamp(0.0, 1.0);
            let (ex, ey) = (px - along * dx, py - along * dy);
            let away = ex * ex + ey * ey;
            if away <= inner {
                *pixel = 255;
            } else if away < outer {
                let cover = radius + 0.5 - away.sqrt();
                *pixel = ((cover * 255.0) as u8).max(*pixel);
            }
        }
    }
}

/// Random numbers of one row, in order.
struct Dice {
    stream: Stream,
    block: [u32; 4],
    next: u32,
}

impl Dice {
    fn new(stream: Stream) -> Self {
        Self {
            block: stream.block(0),
            stream,
            next: 0,
        }
    }

    fn word(&mut self) -> u32 {
        let lane = self.next % 4;
        if lane == 0 {
            self.block = self.stream.block(self.next / 4);
        }
        self.next += 1;
        self.block[lane as usize]
    }

    /// Uniform in [0, 1).
    fn unit(&mut self) -> f32 {
        unit(self.word())
    }

    /// Nearly normal, mean 0, deviation 1, within +-3.5: the sum of four uniform numbers. (The normal of the
    /// experiments uses a logarithm, which machines round differently.)
    fn normal(&mut self) -> f32 {
        let sum = self.unit() + self.unit() + self.unit() + self.unit();
        (sum - 2.0) * 1.732_050_8
    }

    /// 0 to `count` - 1.
    fn below(&mut self, count: usize) -> usize {
        ((u64::from(self.word()) * count as u64) >> 32) as usize
    }

    /// Width of the pen in pixels of the finished picture.
    fn pen(&mut self) -> f32 {
        (2.6 + 0.7 * self.normal()).clamp(1.3, 4.4)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prepare::SIDE;

    #[test]
    fn the_sample_is_the_same_everywhere() {
        let sample = sample(1, 200, 100);
        assert_eq!(
            sample.checksum(),
            "eaf326fc8f11c9d6c62ae879f0386fa826fc98fbaec0b4c06864ba2e0b1b3a57"
        );
    }

    #[test]
    fn a_row_depends_on_seed_part_and_row_only() {
        let small = sample(7, 10, 20);
        assert_eq!(small, sample(7, 10, 20));
        assert_ne!(small.train, sample(8, 10, 20).train);
        let [train, test] = [small.train, small.test].map(|part| part.slice(3..4));
        assert_ne!(train.unwrap(), test.unwrap());
    }

    #[test]
    fn classes_are_balanced_and_pictures_follow_the_rule() {
        let sample = sample(3, 500, 100);
        assert_eq!(sample.train.class_counts(), [50; 10]);
        assert_eq!(sample.test.class_counts(), [10; 10]);
        let pictures = sample.train.pictures().unwrap();
        let mut total = 0.0;
        for row in 0..500 {
            let picture = pictures.row(row);
            let mass: f64 = picture.iter().map(|v| f64::from(*v)).sum();
            total += mass;
            let moment = |axis: fn(usize) -> usize| {
                let all = picture.iter().enumerate();
                all.map(|(i, v)| axis(i) as f64 * f64::from(*v))
                    .sum::<f64>()
                    / mass
            };
            // Half a pixel, or more where the box would leave the picture.
            let on = |i: usize| picture[i] > 0;
            let at_side = (0..SIDE).any(|y| on(y * SIDE) || on(y * SIDE + SIDE - 1));
            let at_end = (0..SIDE).any(|x| on(x) || on(27 * SIDE + x));
            let (x, y) = (moment(|i| i % SIDE), moment(|i| i / SIDE));
            assert!(at_side || (x - 14.0).abs() < 0.52, "row {row}: {x}");
            assert!(at_end || (y - 14.0).abs() < 0.52, "row {row}: {y}");
            assert_eq!(picture.iter().max(), Some(&255), "row {row}");
        }
        let mean = total / (500.0 * 784.0);
        // MNIST: 33.3.
        assert!((25.0..42.0).contains(&mean), "mean ink {mean}");
    }
}
