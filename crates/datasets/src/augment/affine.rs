//! Moving a picture: Keras 2.0.8's matrix, and SciPy's `affine_transform` of order 0.

use super::draw::Draw;
use crate::pictures::Shape;
use fireside_spec::Fill;

/// From a place of the new picture (row, column, 1) to the place of the old one that is shown there.
pub type Affine = [[f64; 3]; 2];

/// First `b`, then `a`.
fn after(a: Affine, b: Affine) -> Affine {
    let cell = |row: [f64; 3], column: usize| {
        let moved = if column == 2 { row[2] } else { 0.0 };
        row[0] * b[0][column] + row[1] * b[1][column] + moved
    };
    a.map(|row| [0, 1, 2].map(|column| cell(row, column)))
}

/// The matrix of a draw; `None` where nothing moves. Rotation, shift, shear, zoom in Keras's order, about Keras's
/// centre: half of height and width and a half, one cell beyond the true one, so that a half turn moves a picture
/// by two cells.
pub fn matrix(draw: &Draw, shape: Shape) -> Option<Affine> {
    let mut all: Option<Affine> = None;
    let mut then = |matrix: Affine| {
        all = Some(match all {
            Some(before) => after(before, matrix),
            None => matrix,
        });
    };
    if draw.rotation != 0.0 {
        let (sin, cos) = draw.rotation.sin_cos();
        then([[cos, -sin, 0.0], [sin, cos, 0.0]]);
    }
    if draw.shift != [0.0; 2] {
        then([[1.0, 0.0, draw.shift[0]], [0.0, 1.0, draw.shift[1]]]);
    }
    if draw.shear != 0.0 {
        let (sin, cos) = draw.shear.sin_cos();
        then([[1.0, -sin, 0.0], [0.0, cos, 0.0]]);
    }
    if draw.zoom != [1.0; 2] {
        then([[draw.zoom[0], 0.0, 0.0], [0.0, draw.zoom[1], 0.0]]);
    }
    let [y, x] = [shape.height, shape.width].map(|size| size as f64 / 2.0 + 0.5);
    let there = [[1.0, 0.0, y], [0.0, 1.0, x]];
    let back = [[1.0, 0.0, -y], [0.0, 1.0, -x]];
    all.map(|matrix| after(after(there, matrix), back))
}

/// Which cell of `len` stands at `at`; `None` for what `cval` fills.
fn cell(at: f64, len: usize, fill: Fill) -> Option<usize> {
    let last = len.saturating_sub(1) as f64;
    let inside = match fill {
        Fill::Constant if !(0.0..=last).contains(&at) => return None,
        Fill::Wrap if last > 0.0 && at < 0.0 => at + last * ((-at / last).trunc() + 1.0),
        Fill::Wrap if last > 0.0 && at > last => at - last * (at / last).trunc(),
        Fill::Reflect if at < 0.0 || at > last => mirrored(at, len as f64),
        _ => at,
    };
    // To the nearest cell, halves upwards.
    Some((inside + 0.5).floor().clamp(0.0, last) as usize)
}

/// A mirror at each edge, half a cell outside of the outermost cells.
fn mirrored(at: f64, len: f64) -> f64 {
    let both = 2.0 * len;
    if at < 0.0 {
        let at = at + both * (-at / both).trunc();
        if at < -len { at + both } else { -at - 1.0 }
    } else {
        let at = at - both * (at / both).trunc();
        if at >= len { both - at - 1.0 } else { at }
    }
}

/// The picture that `matrix` makes of `values` (channels, height, width): the nearest cell of each place, nothing in
/// between.
pub fn resample(values: &[f32], shape: Shape, matrix: Affine, fill: Fill, cval: f32) -> Vec<f32> {
    let Shape { height, width, .. } = shape;
    let mut from = Vec::with_capacity(height * width);
    for row in 0..height {
        for column in 0..width {
            let [y, x] = matrix.map(|m| row as f64 * m[0] + column as f64 * m[1] + m[2]);
            let cell = cell(y, height, fill).zip(cell(x, width, fill));
            from.push(cell.map(|(y, x)| y * width + x));
        }
    }
    let channels = values.chunks_exact((height * width).max(1));
    channels
        .flat_map(|channel| from.iter().map(|from| from.map_or(cval, |at| channel[at])))
        .collect()
}
