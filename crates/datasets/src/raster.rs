//! Simple forms on a small canvas, for the built-in samples of pictures: only +, -, *, / and square roots, which every
//! machine rounds alike.

/// Side of the canvas.
pub(crate) const SIDE: usize = 32;
/// Pixels of one channel.
pub(crate) const PLANE: usize = SIDE * SIDE;

/// What is painted, within a box of the given half sides.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Form {
    Ellipse,
    Block,
    /// Tip above; below where the half height is negative.
    Triangle,
    /// A square on its tip.
    Diamond,
    /// An ellipse's rim, a fifth of its radius wide.
    Ring,
}

/// Where: middle and half sides in pixels, turned by the angle of this cosine and sine.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub middle: [f32; 2],
    pub half: [f32; 2],
    pub turn: [f32; 2],
}

/// Cosine and sine of a small angle from its tangent, without a library's rounding.
pub(crate) fn turned(tangent: f32) -> [f32; 2] {
    let cos = 1.0 / (1.0 + tangent * tangent).sqrt();
    [cos, tangent * cos]
}

/// Paints a form with a colour, one number for each channel of the canvas; edges are anti-aliased.
pub(crate) fn paint(canvas: &mut [f32], form: Form, place: &Place, color: &[f32]) {
    let [cos, sin] = place.turn;
    let [wide, high] = place.half;
    let (wide, tall) = (wide.max(0.3), high.abs().max(0.3));
    let reach = wide + tall + 1.0;
    let range = |middle: f32| {
        let first = (middle - reach).max(0.0) as usize;
        first..((middle + reach).max(0.0) as usize + 1).min(SIDE)
    };
    for y in range(place.middle[1]) {
        for x in range(place.middle[0]) {
            let [dx, dy] = [
                x as f32 + 0.5 - place.middle[0],
                y as f32 + 0.5 - place.middle[1],
            ];
            let (u, v) = (dx * cos + dy * sin, dy * cos - dx * sin);
            let down = if high < 0.0 { -1.0 } else { 1.0 };
            let (u, v) = (u.abs() / wide, down * v / tall);
            let short = wide.min(tall);
            // How deep inside, in pixels.
            let depth = match form {
                Form::Ellipse => (1.0 - (u * u + v * v).sqrt()) * short,
                Form::Block => ((1.0 - u) * wide).min((1.0 - v.abs()) * tall),
                Form::Triangle => {
                    let slope = (v * 0.5 + 0.5 - u) * short;
                    slope.min((1.0 - v.abs()) * tall)
                }
                Form::Diamond => (1.0 - u - v.abs()) * short * 0.7,
                Form::Ring => {
                    let out = (u * u + v * v).sqrt();
                    (1.0 - out).min(out - 0.8) * short
                }
            };
            let cover = (depth + 0.5).clamp(0.0, 1.0);
            for (plane, value) in canvas.chunks_exact_mut(PLANE).zip(color) {
                let pixel = &mut plane[y * SIDE + x];
                *pixel += (value - *pixel) * cover;
            }
        }
    }
}

/// The canvas as bytes.
pub(crate) fn bytes(canvas: &[f32]) -> impl Iterator<Item = u8> {
    canvas.iter().map(|value| value.clamp(0.0, 255.0) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn painted(form: Form, half: [f32; 2], turn: f32) -> Vec<f32> {
        let mut canvas = vec![0.0; PLANE];
        let place = Place {
            middle: [16.0, 16.0],
            half,
            turn: turned(turn),
        };
        paint(&mut canvas, form, &place, &[1.0]);
        canvas
    }

    #[test]
    fn forms_have_their_areas() {
        let area = |form, half| painted(form, half, 0.0).iter().sum::<f32>();
        let near = |found: f32, expected: f32| {
            assert!(
                (found - expected).abs() < 0.04 * expected,
                "{found} {expected}"
            );
        };
        near(area(Form::Block, [8.0, 4.0]), 128.0);
        near(area(Form::Ellipse, [10.0, 10.0]), 314.2);
        near(area(Form::Triangle, [10.0, 10.0]), 200.0);
        near(area(Form::Triangle, [10.0, -10.0]), 200.0);
        near(area(Form::Diamond, [10.0, 10.0]), 200.0);
        near(area(Form::Ring, [10.0, 10.0]), 113.1);
        near(painted(Form::Block, [8.0, 4.0], 0.3).iter().sum(), 128.0);
    }

    #[test]
    fn what_lies_outside_paints_nothing_there() {
        let mut canvas = vec![5.0; 3 * PLANE];
        let place = Place {
            middle: [-40.0, 90.0],
            half: [3.0, 3.0],
            turn: turned(0.0),
        };
        paint(&mut canvas, Form::Ellipse, &place, &[0.0; 3]);
        assert!(canvas.iter().all(|value| *value == 5.0));
        assert!(bytes(&[-3.0, 300.0, 7.9]).eq([0, 255, 7]));
    }
}
