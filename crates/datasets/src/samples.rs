//! Built-in samples of tables: numbers of the size and kind of the real ones, for hosts that have no data.
//!
//! Every column is drawn around its mean; a weighted sum of them and some noise decides on the class or the
//! number to be predicted, so that there is something to learn. Only +, - and * are used and a rounding, which
//! every machine does alike.

use fireside_spec::order::order;
use fireside_spec::random::{Purpose, Stream};

use crate::catalog::{Entry, Kind};
use crate::raw::Raw;
use crate::table::Table;
use crate::targets::Targets;

/// How the numbers of a column are drawn.
pub(crate) struct Guise {
    pub mean: f32,
    pub sd: f32,
    /// What it counts for the target.
    pub weight: f32,
    /// Nothing is below it.
    pub least: f32,
    /// Numbers are multiples of 1 / `grain`.
    pub grain: f32,
}

/// What is predicted.
pub(crate) enum Goal {
    /// A class; so large a share of the rows each.
    Shares(&'static [f32]),
    /// A number.
    Number(Guise),
}

/// A guise by its numbers: mean, sd, weight, least, grain.
pub(crate) const fn guise(mean: f32, sd: f32, weight: f32, least: f32, grain: f32) -> Guise {
    Guise {
        mean,
        sd,
        weight,
        least,
        grain,
    }
}

impl Guise {
    fn value(&self, normal: f32, most: f32) -> f32 {
        let value = (self.mean + self.sd * normal).clamp(self.least, most);
        // Divided by a power of ten or two: correctly rounded everywhere.
        (value * self.grain).round() / self.grain
    }
}

/// Numbers of one row, from a stream of their own.
pub(crate) struct Dice {
    stream: Stream,
    next: u32,
}

impl Dice {
    /// The stream of a data set's sample (`set`) at `row`.
    pub fn new(seed: u32, set: u32, row: usize) -> Self {
        Self {
            stream: Stream::new(seed, Purpose::Sample, set, row as u32),
            next: 0,
        }
    }

    /// Uniform in [0, 1).
    pub fn unit(&mut self) -> f32 {
        self.next += 1;
        self.stream.uniform(self.next - 1)
    }

    /// About standard normal, within +-3.5: four uniform numbers, centred.
    pub fn normal(&mut self) -> f32 {
        let sum = self.unit() + self.unit() + self.unit() + self.unit();
        (sum - 2.0) * 1.732_050_8
    }

    /// A whole number below `count`.
    pub fn below(&mut self, count: usize) -> usize {
        ((self.unit() * count as f32) as usize).min(count.saturating_sub(1))
    }
}

/// A sample of a table: `set` is the number of its streams, `guises` has one entry for each column.
pub(crate) fn table(
    entry: &'static Entry,
    set: u32,
    guises: &[Guise],
    goal: &Goal,
    [seed, rows]: [usize; 2],
) -> Raw {
    let rows = rows.min(entry.train_rows);
    let columns = match entry.kind {
        Kind::Table { columns, .. } => columns,
        _ => &[],
    };
    let mut values = Vec::with_capacity(rows * guises.len());
    let mut scores = Vec::with_capacity(rows);
    for row in 0..rows {
        let mut dice = Dice::new(seed as u32, set, row);
        let mut score = 0.3 * dice.normal();
        for (guise, column) in guises.iter().zip(columns) {
            let normal = dice.normal();
            score += guise.weight * normal;
            let most = match column.codes.len() {
                0 => f32::MAX,
                codes => f32::from(column.first) + (codes - 1) as f32,
            };
            values.push(guise.value(normal, most));
        }
        scores.push(score);
    }
    let targets = match goal {
        Goal::Shares(shares) => {
            // The lowest scores are the first class's, and so on.
            let order = order(rows, &mut |a, b| scores[a].total_cmp(&scores[b]));
            let mut labels = vec![0; rows];
            let (mut class, mut end) = (0, shares[0]);
            for (place, row) in order.into_iter().enumerate() {
                while place as f32 >= end * rows as f32 && class + 1 < shares.len() {
                    class += 1;
                    end += shares[class];
                }
                labels[row] = class as u16;
            }
            Targets::Classes {
                labels,
                classes: shares.len(),
            }
        }
        Goal::Number(guise) => Targets::Values {
            values: scores.iter().map(|s| guise.value(*s, f32::MAX)).collect(),
            width: 1,
        },
    };
    let names = columns
        .iter()
        .map(|column| column.name.to_owned())
        .collect();
    Raw::sample(entry, Table::from_trusted(names, 0, values, targets))
}
