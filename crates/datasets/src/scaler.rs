//! A scaler: columns brought to one scale by numbers learned from some rows, and back.

use fireside_spec::preparation::Scaling;

use crate::table::Table;
use crate::targets::Targets;

/// (x - shift) / scale for every number of a row.
///
/// Computed in f64 as scikit-learn does: `standard` takes the mean and the population standard deviation,
/// `min_max` the least value and the range. A column that does not vary has the scale 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Scaler {
    shift: Vec<f64>,
    scale: Vec<f64>,
}

impl Scaler {
    /// Learns from the given rows of `values`, (rows, width) row-major; those that are not there are left
    /// out, and so are numbers that are not finite. `None` where nothing is to be scaled.
    pub fn learn(
        kind: Scaling,
        values: &[f32],
        width: usize,
        rows: impl Iterator<Item = usize> + Clone,
    ) -> Option<Self> {
        let column = |column: usize| {
            rows.clone()
                .filter_map(move |row| values.get(row * width..(row + 1) * width)?.get(column))
                .filter(|value| value.is_finite())
                .map(|value| f64::from(*value))
        };
        let numbers = (0..width).map(|index| match kind {
            Scaling::None => (0.0, 1.0),
            Scaling::Standard => standard(column(index)),
            Scaling::MinMax => min_max(column(index)),
        });
        let (shift, scale) = numbers.unzip();
        (kind != Scaling::None).then_some(Self { shift, scale })
    }

    /// Learns from the given rows of a table: every number of a row has a scale of its own.
    pub fn fit(kind: Scaling, table: &Table, rows: &[u32]) -> Option<Self> {
        let rows = rows.iter().map(|row| *row as usize);
        Self::learn(kind, table.values(), table.width(), rows)
    }

    /// Learns from the given rows of targets that are numbers; `None` for classes too.
    pub fn fit_targets(kind: Scaling, targets: &Targets, rows: &[u32]) -> Option<Self> {
        match targets {
            Targets::Classes { .. } => None,
            Targets::Values { values, width } => {
                let rows = rows.iter().map(|row| *row as usize);
                Self::learn(kind, values, *width, rows)
            }
        }
    }

    /// Numbers in a row.
    pub fn width(&self) -> usize {
        self.scale.len()
    }

    /// Scales rows in place.
    pub fn apply(&self, values: &mut [f32]) {
        self.each(values, |value, shift, scale| (value - shift) / scale);
    }

    /// Scales the rows of a table in place.
    pub fn apply_to(&self, table: &mut Table) {
        self.apply(table.values_mut());
    }

    /// Scales targets that are numbers in place; classes stay as they are.
    pub fn apply_to_targets(&self, targets: &mut Targets) {
        if let Targets::Values { values, .. } = targets {
            self.apply(values);
        }
    }

    /// Brings scaled rows back to their own unit, in place.
    pub fn inverse(&self, values: &mut [f32]) {
        self.each(values, |value, shift, scale| value * scale + shift);
    }

    /// What a difference of 1 is in the original unit, for each number of a row: an error on the scaled
    /// targets times this is the error in their own unit.
    pub fn unit(&self) -> &[f64] {
        &self.scale
    }

    /// The scaler of one column alone.
    pub(crate) fn column(&self, index: usize) -> Option<Self> {
        Some(Self {
            shift: vec![*self.shift.get(index)?],
            scale: vec![*self.scale.get(index)?],
        })
    }

    fn each(&self, values: &mut [f32], change: impl Fn(f64, f64, f64) -> f64) {
        for row in values.chunks_exact_mut(self.width().max(1)) {
            for ((value, shift), scale) in row.iter_mut().zip(&self.shift).zip(&self.scale) {
                *value = change(f64::from(*value), *shift, *scale) as f32;
            }
        }
    }
}

/// Mean and population standard deviation.
fn standard(column: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
    let count = column.clone().count().max(1) as f64;
    let mean = column.clone().sum::<f64>() / count;
    let variance = column.map(|value| (value - mean).powi(2)).sum::<f64>() / count;
    // scikit-learn's bound below which a column counts as constant.
    let rounding = count * f64::EPSILON * variance + (count * mean * f64::EPSILON).powi(2);
    let scale = if variance <= rounding {
        1.0
    } else {
        variance.sqrt()
    };
    (mean, scale)
}

/// The least value and the range.
fn min_max(column: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
    let least = column.clone().fold(f64::INFINITY, f64::min);
    let range = column.fold(f64::NEG_INFINITY, f64::max) - least;
    match least.is_finite() {
        true if range > 10.0 * f64::EPSILON => (least, range),
        true => (least, 1.0),
        // No rows at all.
        false => (0.0, 1.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        // The third column does not vary; the last row is far off and not learned from.
        let values = vec![
            1.0, 10.0, 5.0, 2.0, 30.0, 5.0, 6.0, 20.0, 5.0, 1e6, -1e6, 7.0,
        ];
        let columns = ["a", "b", "c"].map(String::from).to_vec();
        let targets = Targets::Values {
            values: vec![10.0, 20.0, 60.0, 0.0],
            width: 1,
        };
        Table::new("f", columns, values, targets).unwrap()
    }

    #[test]
    fn standard_scaling_has_mean_0_and_population_sd_1() {
        let mut table = table();
        let scaler = Scaler::fit(Scaling::Standard, &table, &[0, 1, 2]).unwrap();
        let before = table.values().to_vec();
        scaler.apply_to(&mut table);
        // scikit-learn 1.9.1, StandardScaler on the three rows.
        let expected = [
            -0.925_820_1,
            -1.224_744_9,
            0.0,
            -0.462_910_05,
            1.224_744_9,
            0.0,
            1.388_730_2,
            0.0,
            0.0,
        ];
        for (value, expected) in table.values().iter().zip(expected) {
            assert!((value - expected).abs() < 1e-6, "{value} {expected}");
        }
        assert_eq!(table.values()[11], 2.0);
        scaler.inverse(table.values_mut());
        for (value, before) in table.values().iter().zip(before) {
            assert!(
                (value - before).abs() <= 1e-6 * before.abs(),
                "{value} {before}"
            );
        }
    }

    #[test]
    fn min_max_scaling_goes_from_0_to_1() {
        let mut table = table();
        let scaler = Scaler::fit(Scaling::MinMax, &table, &[0, 1, 2]).unwrap();
        scaler.apply_to(&mut table);
        assert_eq!(table.row(0), [0.0, 0.0, 0.0]);
        assert_eq!(table.row(1), [0.2, 1.0, 0.0]);
        assert_eq!(table.row(2), [1.0, 0.5, 0.0]);
        assert_eq!(scaler.unit(), [5.0, 20.0, 1.0]);
        let targets = Scaler::fit_targets(Scaling::MinMax, table.targets(), &[0, 1, 2]).unwrap();
        assert_eq!(targets.unit(), [50.0]);
        let mut found = [0.5];
        targets.inverse(&mut found);
        assert_eq!(found, [35.0]);
    }

    #[test]
    fn nothing_to_learn_from_leaves_numbers_as_they_are() {
        let table = table();
        assert_eq!(Scaler::fit(Scaling::None, &table, &[0, 1]), None);
        for kind in [Scaling::Standard, Scaling::MinMax] {
            let scaler = Scaler::fit(kind, &table, &[99]).unwrap();
            let mut values = table.values().to_vec();
            scaler.apply(&mut values);
            assert_eq!(values, table.values());
            let gaps = [f32::NAN, 2.0, 4.0];
            let scaler = Scaler::learn(kind, &gaps, 1, 0..3).unwrap();
            assert!(scaler.unit()[0] == if kind == Scaling::MinMax { 2.0 } else { 1.0 });
        }
        let classes = Targets::Classes {
            labels: vec![0, 1],
            classes: 2,
        };
        assert_eq!(
            Scaler::fit_targets(Scaling::Standard, &classes, &[0, 1]),
            None
        );
    }
}
