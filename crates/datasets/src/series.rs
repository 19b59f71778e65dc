//! A series: columns of numbers over time, and the windows that training looks through.

use std::ops::Range;

use fireside_spec::preparation::{Missing, Preparation, ScalerRows, SplitAt, Window};

use crate::error::DataError;
use crate::scaler::Scaler;
use crate::table::{Table, row_shape};
use crate::targets::{Targets, same_length};

/// The most numbers that the windows of both parts may hold (256 MB).
const MAX_NUMBERS: usize = 64 << 20;

/// Columns of numbers over time; the first column is what is predicted.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    columns: Vec<String>,
    /// (instants, columns) row-major; what is not a number is missing.
    values: Vec<f32>,
    /// What each instant is called.
    times: Vec<String>,
}

/// The windows of a series, ready for training.
#[derive(Clone, Debug, PartialEq)]
pub struct Windows {
    /// Windows to train on.
    pub train: Table,
    /// Windows to test on.
    pub test: Table,
    /// Brings scaled targets back to their unit; `None` where they are not scaled.
    pub inverse: Option<Scaler>,
}

/// The windows of one part: from which instant on, and how many.
struct Part {
    start: usize,
    windows: usize,
}

impl Series {
    /// Puts a series together: `values` is (instants, columns) row-major, a missing one is not a number.
    ///
    /// # Errors
    /// `length_mismatch` if the lengths do not fit.
    pub fn new(
        columns: Vec<String>,
        values: Vec<f32>,
        times: Vec<String>,
    ) -> Result<Self, DataError> {
        same_length("values", columns.len() * times.len(), values.len())?;
        Ok(Self {
            columns,
            values,
            times,
        })
    }

    /// A series of our own making, whose lengths are right by construction.
    pub(crate) fn from_trusted(columns: Vec<String>, values: Vec<f32>, times: Vec<String>) -> Self {
        debug_assert_eq!(values.len(), columns.len() * times.len());
        Self {
            columns,
            values,
            times,
        }
    }

    /// The names of the columns; the first is what is predicted.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// All values, (instants, columns) row-major; what is not a number is missing.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// What each instant is called.
    pub fn times(&self) -> &[String] {
        &self.times
    }

    /// The number of instants.
    pub fn instants(&self) -> usize {
        self.times.len()
    }

    /// The values of one column, in time.
    pub fn column(&self, column: usize) -> impl Iterator<Item = f32> {
        let width = self.columns.len().max(1);
        self.values.iter().skip(column).step_by(width).copied()
    }

    /// Fills gaps, scales, cuts in two and makes windows, as the options say; `usual` is the data set's own
    /// training fraction. A window holds `look_back` instants of all columns, its target is the first
    /// column `horizon` instants after its last.
    ///
    /// # Errors
    /// `option_out_of_range` where a part has no window, or windows would take too much memory.
    pub fn windows(&self, options: &Preparation, usual: f64) -> Result<Windows, DataError> {
        let instants = self.instants();
        let [train, test] = self.parts(options, usual)?;
        let used = |part: &Part| part.start..part.start + part.windows + options.look_back - 1;
        let all = 0..instants;
        let (trained, tested) = match options.split_at {
            // All that lies before the cut and after it, unless only the first windows are trained on.
            SplitAt::Series => {
                let cut = options.cut(instants, usual);
                let last = match options.train_rows {
                    0 => cut,
                    _ => cut.min(used(&train).end + options.horizon),
                };
                (0..last, cut..instants)
            }
            SplitAt::Windows => (used(&train), used(&test)),
        };
        let filled = self.filled(match options.missing {
            Missing::Mean => all.clone(),
            Missing::TrainMean => trained.clone(),
        });
        let width = self.columns.len();
        let learn = |rows: Range<usize>| Scaler::learn(options.scaler, &filled, width, rows);
        let (for_train, for_test) = match options.scaler_rows {
            ScalerRows::Train => (learn(trained.clone()), learn(trained)),
            ScalerRows::All => (learn(all.clone()), learn(all)),
            ScalerRows::Each => (learn(trained), learn(tested)),
        };
        // Targets of both parts stay on one scale, that of the training part.
        let inverse = for_train.as_ref().and_then(|scaler| scaler.column(0));
        let inverse = inverse.filter(|_| options.scale_targets);
        let mut targets: Vec<f32> = filled.iter().step_by(width.max(1)).copied().collect();
        if let Some(scaler) = &inverse {
            scaler.apply(&mut targets);
        }
        let table = |part: &Part, scaler: Option<Scaler>| {
            let mut values = filled.clone();
            if let Some(scaler) = scaler {
                scaler.apply(&mut values);
            }
            self.table(part, &values, &targets, options)
        };
        Ok(Windows {
            train: table(&train, for_train),
            test: table(&test, for_test),
            inverse,
        })
    }

    fn parts(&self, options: &Preparation, usual: f64) -> Result<[Part; 2], DataError> {
        let instants = self.instants();
        let [train, test] = options.series_rows(instants, usual);
        let out_of_range = |what, value, least, most| DataError::OptionOutOfRange {
            what,
            value,
            least,
            most,
        };
        if train == 0 {
            let lost = options.look_back + options.horizon - 1;
            return Err(out_of_range("look_back + horizon", lost + 1, 2, instants));
        }
        let numbers = (train + test).saturating_mul(options.look_back * self.columns.len());
        if numbers > MAX_NUMBERS {
            let most = MAX_NUMBERS / (train + test) / self.columns.len().max(1);
            return Err(out_of_range("look_back", options.look_back, 1, most));
        }
        // The test windows are the last ones that there are.
        let [before, after] = options.series_windows(instants, usual);
        let first = match options.split_at {
            SplitAt::Series => options.cut(instants, usual),
            SplitAt::Windows => before,
        };
        let part = |start, windows| Part { start, windows };
        Ok([part(0, train), part(first + after - test, test)])
    }

    /// All values, gaps filled with the means of their columns in the given rows.
    fn filled(&self, rows: Range<usize>) -> Vec<f32> {
        let width = self.columns.len();
        let mut values = self.values.clone();
        for column in 0..width {
            let known = self.column(column).skip(rows.start).take(rows.len());
            let known = known.filter(|value| value.is_finite()).map(f64::from);
            let (sum, count) = known.fold((0.0, 0_u32), |(s, n), value| (s + value, n + 1));
            let mean = (sum / f64::from(count.max(1))) as f32;
            let gaps = values.iter_mut().skip(column).step_by(width);
            gaps.filter(|value| !value.is_finite())
                .for_each(|value| *value = mean);
        }
        values
    }

    fn table(&self, part: &Part, values: &[f32], targets: &[f32], options: &Preparation) -> Table {
        let width = self.columns.len();
        let starts = part.start..part.start + part.windows;
        let mut out = Vec::with_capacity(part.windows * options.look_back * width);
        for start in starts.clone() {
            out.extend_from_slice(&values[start * width..(start + options.look_back) * width]);
        }
        let last = options.look_back - 1 + options.horizon;
        let targets = Targets::Values {
            values: starts.map(|start| targets[start + last]).collect(),
            width: 1,
        };
        let (columns, steps) = match options.window {
            Window::Flat => (self.shifted(options.look_back), 0),
            Window::Features => (self.shifted(options.look_back), 1),
            Window::Steps => (self.columns.clone(), options.look_back),
        };
        Table::from_trusted(columns, steps, out, targets).of_windows()
    }

    /// The names of all numbers of a window, oldest first: `passengers(t-2)`, ..., `passengers(t)`.
    fn shifted(&self, look_back: usize) -> Vec<String> {
        let ages = (0..look_back).rev();
        let name = |age: usize, column: &String| match age {
            0 => format!("{column}(t)"),
            _ => format!("{column}(t-{age})"),
        };
        ages.flat_map(|age| self.columns.iter().map(move |column| name(age, column)))
            .collect()
    }
}

/// The shape of the windows of a series of `columns`, told by the options alone.
pub(crate) fn window_shape(columns: usize, options: &Preparation) -> fireside_spec::Shape {
    match options.window {
        Window::Flat => row_shape(columns * options.look_back, 0),
        Window::Features => row_shape(columns * options.look_back, 1),
        Window::Steps => row_shape(columns, options.look_back),
    }
}

#[cfg(test)]
mod tests;
