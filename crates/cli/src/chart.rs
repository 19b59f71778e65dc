//! A curve in a terminal.

const WIDTH: usize = 72;
const HEIGHT: usize = 16;

/// Points with rising x as a plot; `ends` is what the left and the right end of the axis are called.
pub(crate) fn curve(points: &[(f64, f64)], ends: [&str; 2]) -> String {
    let finite: Vec<(f64, f64)> = points
        .iter()
        .copied()
        .filter(|(x, y)| x.is_finite() && y.is_finite())
        .collect();
    let (Some(first), Some(last)) = (finite.first(), finite.last()) else {
        return String::new();
    };
    let low = finite.iter().map(|(_, y)| *y).fold(f64::INFINITY, f64::min);
    let high = finite
        .iter()
        .map(|(_, y)| *y)
        .fold(f64::NEG_INFINITY, f64::max);
    let place = |value: f64, from: f64, to: f64, cells: usize| {
        let share = if to > from {
            (value - from) / (to - from)
        } else {
            0.5
        };
        (share * (cells - 1) as f64).round() as usize
    };
    let mut cells = vec![vec![' '; WIDTH]; HEIGHT];
    for (x, y) in &finite {
        let column = place(*x, first.0, last.0, WIDTH);
        let row = HEIGHT - 1 - place(*y, low, high, HEIGHT);
        cells[row][column] = '*';
    }
    let labels = [number(high), number(low)];
    let margin = labels.iter().map(String::len).max().unwrap_or(0);
    let mut out = String::new();
    for (row, cells) in cells.iter().enumerate() {
        let label = match row {
            0 => labels[0].as_str(),
            row if row + 1 == HEIGHT => labels[1].as_str(),
            _ => "",
        };
        let line: String = cells.iter().collect();
        out += format!("{label:>margin$} |{line}").trim_end();
        out.push('\n');
    }
    let between = WIDTH.saturating_sub(ends[0].len());
    out += &format!("{:margin$} +{}\n", "", "-".repeat(WIDTH));
    out += &format!("{:margin$}  {}{:>between$}", "", ends[0], ends[1]);
    out
}

/// Four digits that count, as `0.0123` or as `1.23e-7`.
pub(crate) fn number(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 || (1e-3..1e4).contains(&size) {
        let digits = 3 - size.max(1e-3).log10().floor() as i32;
        let fixed = format!("{value:.*}", digits.clamp(0, 6) as usize);
        if !fixed.contains('.') {
            return fixed;
        }
        return fixed.trim_end_matches('0').trim_end_matches('.').into();
    }
    format!("{value:.2e}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        let all = [0.0, 1.0, 0.012345, 123.456, 1e-7, 12345.0, -0.5].map(number);
        assert_eq!(
            all,
            ["0", "1", "0.01235", "123.5", "1.00e-7", "1.23e4", "-0.5"]
        );
    }

    #[test]
    fn a_line_rises_from_corner_to_corner() {
        let points: Vec<(f64, f64)> = (0..50).map(|i| (f64::from(i), f64::from(2 * i))).collect();
        let plot = curve(&points, ["0", "49"]);
        let lines: Vec<&str> = plot.lines().collect();
        assert_eq!(lines.len(), HEIGHT + 2);
        assert!(
            lines[0].starts_with("98 |") && lines[0].ends_with('*'),
            "{plot}"
        );
        assert!(lines[HEIGHT - 1].starts_with(" 0 |*"), "{plot}");
        assert!(lines[HEIGHT + 1].trim_end().ends_with("49"), "{plot}");
        assert_eq!(curve(&[(1.0, f64::NAN)], ["", ""]), "");
        assert!(curve(&[(1.0, 2.0)], ["a", "b"]).contains('*'));
    }
}
