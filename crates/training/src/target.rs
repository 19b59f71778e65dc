//! What the network should have given for a row: a class, or the numbers themselves.

/// The target of one row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target<'a> {
    /// A class: one-hot for several outputs; for one output the number itself, 0 or 1.
    Class(usize),
    /// A number for every output.
    Row(&'a [f32]),
}

impl Target<'_> {
    /// The number that output `column` of `width` should give.
    pub fn at(self, column: usize, width: usize) -> f64 {
        match self {
            Self::Class(class) if width == 1 => class as f64,
            Self::Class(class) => f64::from(u8::from(class == column)),
            Self::Row(row) => row.get(column).map_or(f64::NAN, |value| f64::from(*value)),
        }
    }

    /// The class of a row with `width` outputs: with one output 1 where the number is above 0.5, else the
    /// largest number's.
    pub(crate) fn class(self, width: usize) -> usize {
        match self {
            Self::Class(class) => class,
            Self::Row(row) => answer(&row[..width.min(row.len())]),
        }
    }

    /// Whether it belongs to a row of `width` outputs at all.
    pub(crate) fn fits(self, width: usize) -> bool {
        match self {
            Self::Class(class) => class < width.max(2),
            Self::Row(row) => row.len() == width,
        }
    }

    /// Its numbers for `width` outputs.
    pub fn extend(self, numbers: &mut Vec<f32>, width: usize) {
        numbers.extend((0..width).map(|column| self.at(column, width) as f32));
    }
}

impl<'a> From<fireside_datasets::Target<'a>> for Target<'a> {
    fn from(target: fireside_datasets::Target<'a>) -> Self {
        match target {
            fireside_datasets::Target::Class(class) => Self::Class(class),
            fireside_datasets::Target::Values(row) => Self::Row(row),
        }
    }
}

impl From<usize> for Target<'_> {
    fn from(class: usize) -> Self {
        Self::Class(class)
    }
}

impl<'a> From<&'a [f32]> for Target<'a> {
    fn from(row: &'a [f32]) -> Self {
        Self::Row(row)
    }
}

/// The class with the largest value, the first of equals.
pub fn best<T: PartialOrd>(values: &[T]) -> usize {
    let mut best = 0;
    for (class, value) in values.iter().enumerate() {
        if *value > values[best] {
            best = class;
        }
    }
    best
}

/// The class that a row of outputs says: of one output 1 where it is above 0.5, else the largest one's.
pub(crate) fn answer(output: &[f32]) -> usize {
    match output {
        [one] => usize::from(*one > 0.5),
        several => best(several),
    }
}
