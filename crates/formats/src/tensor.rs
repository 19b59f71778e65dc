//! A tensor with a name, as weights travel between libraries.

/// Values in C order (the last axis runs fastest), as many as the product of `shape`.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedTensor {
    /// The path within its file: `dense_1/kernel`, `dense_1/dense_1/kernel:0`, `layers/dense/vars/0`.
    pub name: String,
    pub shape: Vec<usize>,
    pub values: Vec<f32>,
}

/// The product of the axes, `None` where it does not fit.
pub(crate) fn elements(shape: &[u64]) -> Option<u64> {
    // A zero anywhere is zero, also beside axes whose product would not fit.
    if shape.contains(&0) {
        return Some(0);
    }
    shape
        .iter()
        .try_fold(1u64, |all, axis| all.checked_mul(*axis))
}

/// `(3, 3, 1, 20)`, as NumPy prints a shape.
pub(crate) fn shape_text(shape: &[usize]) -> String {
    let axes: Vec<String> = shape.iter().map(ToString::to_string).collect();
    match &axes[..] {
        [one] => format!("({one},)"),
        _ => format!("({})", axes.join(", ")),
    }
}
