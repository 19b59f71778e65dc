//! Moving a picture: Keras 2.0.8's matrix, and SciPy's `affine_transform` of order 0.

use super::draw::Draw;
use crate::pictures::Shape;
use fireside_spec::Fill;

/// From a place of the new picture (row, column, 1) to the place of the old one that is shown there.
type Affine = [[f64; 3]; 2];

/// First `b`, then `a`.
fn after(a: Affine, b: Affine) -> Affine {
    let [above, below] = b;
    a.map(|[y, x, moved]| {
        let mut row = [0, 1, 2].map(|column| y * above[column] + x * below[column]);
        row[2] += moved;
        row
    })
}

/// The matrix of a draw: rotation, shift, shear, zoom in Keras's order, about Keras's centre: half of height and width
/// and a half, one cell beyond the true one, so that a half turn moves a picture by two cells. What is not drawn is
/// a matrix that changes no number.
fn matrix(draw: &Draw, shape: Shape) -> Affine {
    let [y, x] = [shape.height, shape.width].map(|size| size as f64 / 2.0 + 0.5);
    let (sin, cos) = draw.rotation.sin_cos();
    let (lean, short) = draw.shear.sin_cos();
    let [rows, columns] = draw.zoom;
    let steps = [
        [[cos, -sin, 0.0], [sin, cos, 0.0]],
        [[1.0, 0.0, draw.shift[0]], [0.0, 1.0, draw.shift[1]]],
        [[1.0, -lean, 0.0], [0.0, short, 0.0]],
        [[rows, 0.0, 0.0], [0.0, columns, 0.0]],
        [[1.0, 0.0, -y], [0.0, 1.0, -x]],
    ];
    steps
        .into_iter()
        .fold([[1.0, 0.0, y], [0.0, 1.0, x]], after)
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

/// `values` (channels, height, width) with every cell where the draw puts it: the nearest one of each place, nothing in
/// between; flips come last.
pub(super) fn moved(values: &[f32], shape: Shape, draw: &Draw, fill: Fill, cval: f32) -> Vec<f32> {
    let Shape { height, width, .. } = shape;
    let matrix = matrix(draw, shape);
    let turned =
        |at: usize, size: usize, flip: bool| (if flip { size - 1 - at } else { at }) as f64;
    let mut all = values.to_vec();
    for place in 0..height * width {
        let row = turned(place / width, height, draw.vertical_flip);
        let column = turned(place % width, width, draw.horizontal_flip);
        let [y, x] = matrix.map(|m| row * m[0] + column * m[1] + m[2]);
        let from = cell(y, height, fill).zip(cell(x, width, fill));
        let from = from.map(|(y, x)| y * width + x);
        let mut first = 0;
        while first < values.len() {
            all[first + place] = from.map_or(cval, |from| values[first + from]);
            first += height * width;
        }
    }
    all
}
