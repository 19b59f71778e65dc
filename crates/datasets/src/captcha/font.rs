//! Three fonts of our own for A to Z, made of one set of strokes: what differs is the pen, and what it does at corners
//! and ends.

/// A point of a letter, in pixels from its upper left corner; y goes down.
pub(super) type Point = [f32; 2];

/// Strokes on a grid of 5 x 7 places, each a row of two-digit places (column, row); `o` begins one that has no corners.
static STROKES: [&str; 26] = [
    "062046 1333",
    "0006 o003041423303 o033344453606",
    "o4130100105163645",
    "0006 o002042442606",
    "40000646 0333",
    "400006 0333",
    "o4130100105163645 454323",
    "0006 4046 0343",
    "0006",
    "o3035261605",
    "0006 400346",
    "000646",
    "0600234046",
    "06004640",
    "o20304145361605011020",
    "0006 o003041423303",
    "o20304145361605011020 2446",
    "0006 o003041423303 2346",
    "o413010010213334445361605",
    "0040 2026",
    "o000516364540",
    "002640",
    "0016223640",
    "0046 4006",
    "002340 2326",
    "00400646",
];

/// Pixels between two places of the grid at size 22.
const UNIT: f32 = 2.5;

/// A font is a pen.
pub(super) struct Font {
    /// An offset in pixels -> the pen's own units, in which it reaches 1 far.
    pen: [[f32; 2]; 2],
    /// Its least half width in pixels: how quickly ink ends.
    half: f32,
    /// A square instead of a round pen: corners stay corners.
    square: bool,
    /// Short bars across the ends of strokes, and a lean to the right.
    serifs: bool,
}

/// Block, thin, and slanted with serifs.
pub(super) static FONTS: [Font; 3] = [
    Font {
        pen: [[0.5, 0.0], [0.0, 0.5]],
        half: 2.0,
        square: true,
        serifs: false,
    },
    Font {
        pen: [[1.25, 0.0], [0.0, 1.25]],
        half: 0.8,
        square: false,
        serifs: false,
    },
    // A broad nib, held at about 30 degrees: 1.8 pixels along, 0.7 across.
    Font {
        pen: [[0.48, -0.28], [0.71, 1.24]],
        half: 0.7,
        square: false,
        serifs: true,
    },
];

/// A letter's strokes as straight pieces.
pub(super) struct Glyph {
    pieces: Vec<[Point; 2]>,
    /// How far it goes to the right, without the pen.
    pub width: f32,
}

/// Letter number `letter` (A is 0) of a font.
pub(super) fn glyph(font: &Font, letter: usize) -> Glyph {
    let mut pieces = Vec::new();
    for stroke in STROKES[letter].split(' ') {
        let round = stroke.starts_with('o');
        let places = stroke.as_bytes()[usize::from(round)..].chunks_exact(2);
        let mut points: Vec<Point> = places
            .map(|place| [place[0], place[1]].map(|digit| f32::from(digit - b'0') * UNIT))
            .collect();
        if font.serifs {
            for ends in [[0, 1], [points.len() - 1, points.len() - 2]] {
                pieces.extend(serif(ends.map(|end| points[end])));
            }
        }
        if round && !font.square {
            points = rounded(&rounded(&points));
        }
        pieces.extend(points.windows(2).map(|pair| [pair[0], pair[1]]));
    }
    let mut width = 0.0;
    for point in pieces.iter_mut().flatten() {
        if font.serifs {
            point[0] += 0.2 * (6.0 * UNIT - point[1]);
        }
        width = point[0].max(width);
    }
    Glyph { pieces, width }
}

/// The bar across a stroke's end at the upper or lower edge.
fn serif([end, before]: [Point; 2]) -> Option<[Point; 2]> {
    const REACH: f32 = 1.6;
    if end[1] > 0.0 && end[1] < 6.0 * UNIT {
        return None;
    }
    let across = [end[0] - before[0], end[1] - before[1]].map(f32::abs);
    let [x, y] = end;
    Some(if across[1] > across[0] {
        [[x - REACH, y], [x + REACH, y]]
    } else {
        // Into the letter only: no line is left.
        let inward = if y > 0.0 {
            y - 1.5 * REACH
        } else {
            1.5 * REACH
        };
        [[x, y], [x, inward]]
    })
}

/// Corners cut off (Chaikin): twice is round enough for 30 pixels.
fn rounded(points: &[Point]) -> Vec<Point> {
    let mut out = vec![points[0]];
    for pair in points.windows(2) {
        let between = |share: f32| {
            let along = |axis: usize| pair[0][axis] + share * (pair[1][axis] - pair[0][axis]);
            [along(0), along(1)]
        };
        out.extend([between(0.25), between(0.75)]);
    }
    out.extend(points.last());
    out
}

impl Font {
    /// How much ink a glyph leaves at a point, 0 to 1.
    pub fn ink(&self, glyph: &Glyph, at: Point) -> f32 {
        let mut nearest = f32::MAX;
        for piece in &glyph.pieces {
            let [from, to] = piece.map(|point| {
                let [x, y] = [at[0] - point[0], at[1] - point[1]];
                self.pen.map(|row| row[0] * x + row[1] * y)
            });
            nearest = self.far(from, to).min(nearest);
        }
        ((1.0 - nearest) * self.half + 0.5).clamp(0.0, 1.0)
    }

    /// How far the pen's middle, here 0, is from a piece, in the pen's units.
    fn far(&self, from: Point, to: Point) -> f32 {
        let way = [to[0] - from[0], to[1] - from[1]];
        let at = |share: f32| {
            let share = share.clamp(0.0, 1.0);
            [from[0] + share * way[0], from[1] + share * way[1]]
        };
        if !self.square {
            let length = (way[0] * way[0] + way[1] * way[1]).max(1e-9);
            let [x, y] = at(-(from[0] * way[0] + from[1] * way[1]) / length);
            return (x * x + y * y).sqrt();
        }
        // The larger of |x| and |y| is least at an end, where one of them is 0, or where both are equal.
        let zero = |value: f32, slope: f32| -value / if slope == 0.0 { 1e-9 } else { slope };
        let shares = [
            zero(from[0], way[0]),
            zero(from[1], way[1]),
            zero(from[0] - from[1], way[0] - way[1]),
            zero(from[0] + from[1], way[0] + way[1]),
        ];
        let mut least = f32::MAX;
        for share in shares {
            let [x, y] = at(share);
            least = x.abs().max(y.abs()).min(least);
        }
        least
    }
}
