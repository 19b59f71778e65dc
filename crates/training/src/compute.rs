//! Worked calculations: every place of a sliding window with what is multiplied there, and the result.

use fireside_spec::Compute;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One number of the result and how it came about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct ComputeStep {
    /// Row and column of the result.
    pub row: u32,
    pub column: u32,
    /// Upper left cell of the window in the input (below zero: in the zeros around it).
    pub top: i32,
    pub left: i32,
    /// The window's numbers, row by row.
    pub window: Vec<f64>,
    /// What is added up (convolution), or the same numbers (pooling).
    pub terms: Vec<f64>,
    pub value: f64,
}

/// A calculation worked out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Computed {
    pub name: String,
    pub input: Vec<Vec<f64>>,
    /// Empty where there is none.
    pub kernel: Vec<Vec<f64>>,
    pub output: Vec<Vec<f64>>,
    pub steps: Vec<ComputeStep>,
}

/// Works a calculation out; `None` where the window does not fit into the input, and where there is none because the
/// calculation is of data ([`crate::augmented`]).
pub fn compute(what: &Compute) -> Option<Computed> {
    let (name, input, kernel, size, stride, zeros) = match what {
        Compute::Convolution {
            input,
            kernel,
            stride,
            zeros,
        } => {
            let size = [kernel.len(), kernel.first()?.len()];
            ("convolution", input, kernel.clone(), size, *stride, *zeros)
        }
        Compute::Pooling {
            input,
            size,
            stride,
            largest,
        } => {
            let name = if *largest {
                "max_pooling"
            } else {
                "average_pooling"
            };
            (name, input, Vec::new(), [*size; 2], *stride, 0)
        }
        Compute::Augment { .. } => return None,
    };
    let sizes = [input.len(), input.first()?.len()];
    let places = [0, 1].map(|axis| {
        let room = (sizes[axis] + 2 * zeros).checked_sub(size[axis])?;
        Some(room / stride + 1)
    });
    let (rows, columns) = (places[0]?, places[1]?);
    let cell = |row: i32, column: i32| {
        let found = usize::try_from(row).ok().and_then(|row| input.get(row));
        let number = found.and_then(|row| row.get(usize::try_from(column).ok()?));
        number.copied().unwrap_or(0.0)
    };
    let mut output = vec![vec![0.0; columns]; rows];
    let mut steps = Vec::with_capacity(rows * columns);
    for (row, column) in (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column))) {
        let [top, left] = [row, column].map(|at| (at * stride) as i32 - zeros as i32);
        let window: Vec<f64> = (0..size[0] as i32)
            .flat_map(|i| (0..size[1] as i32).map(move |j| (i, j)))
            .map(|(i, j)| cell(top + i, left + j))
            .collect();
        let factors = kernel.iter().flatten();
        let terms: Vec<f64> = match kernel.is_empty() {
            true => window.clone(),
            false => window.iter().zip(factors).map(|(x, k)| x * k).collect(),
        };
        let sum: f64 = terms.iter().sum();
        let value = match what {
            Compute::Convolution { .. } => sum,
            Compute::Pooling { largest: true, .. } => {
                terms.iter().copied().fold(f64::NEG_INFINITY, f64::max)
            }
            _ => sum / terms.len() as f64,
        };
        output[row][column] = value;
        steps.push(ComputeStep {
            row: row as u32,
            column: column as u32,
            top,
            left,
            window,
            terms,
            value,
        });
    }
    Some(Computed {
        name: name.into(),
        input: input.clone(),
        kernel,
        output,
        steps,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(rows: [[u8; 5]; 5]) -> Vec<Vec<f64>> {
        rows.iter().map(|row| row.map(f64::from).to_vec()).collect()
    }

    /// 002-CONVEXAMPLE, checked by hand.
    #[test]
    fn the_worked_convolution_of_the_source() {
        let what = Compute::Convolution {
            input: matrix([
                [1, 1, 1, 0, 0],
                [0, 1, 1, 1, 0],
                [0, 0, 1, 1, 1],
                [0, 0, 1, 1, 0],
                [0, 1, 1, 0, 0],
            ]),
            kernel: vec![
                vec![1.0, 0.0, 1.0],
                vec![0.0, 1.0, 0.0],
                vec![1.0, 0.0, 1.0],
            ],
            stride: 1,
            zeros: 0,
        };
        let computed = compute(&what).unwrap();
        let expected = [[4.0, 3.0, 4.0], [2.0, 4.0, 3.0], [2.0, 3.0, 4.0]];
        assert_eq!(computed.output, expected);
        assert_eq!(computed.steps.len(), 9);
        assert_eq!(
            computed.steps[0].terms,
            [1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0]
        );
    }

    #[test]
    fn pooling_and_windows_that_do_not_fit() {
        let pool = |largest| Compute::Pooling {
            input: matrix([[1, 2, 3, 4, 5]; 5]),
            size: 2,
            stride: 2,
            largest,
        };
        assert_eq!(compute(&pool(true)).unwrap().output, [[2.0, 4.0]; 2]);
        assert_eq!(compute(&pool(false)).unwrap().output, [[1.5, 3.5]; 2]);
        let large = Compute::Pooling {
            input: matrix([[0; 5]; 5]),
            size: 6,
            stride: 1,
            largest: true,
        };
        assert_eq!(compute(&large), None);
    }
}
