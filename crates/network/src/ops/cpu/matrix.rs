//! Matrix products on plain `f32` slices: a checked door to the `gemm` crate natively and to our
//! own product in WebAssembly.

/// Below this number of multiplications one thread is faster than several of them.
#[cfg(not(target_family = "wasm"))]
const PARALLEL_FROM: usize = 2_000_000;
#[cfg(target_family = "wasm")]
const PARALLEL_FROM: usize = 500_000;

/// A read-only matrix inside a slice: element `(row, column)` lies at `row * rows + column * columns`.
#[derive(Clone, Copy)]
pub(super) struct Matrix<'a> {
    pub(super) data: &'a [f32],
    /// Distance between two rows, in elements.
    pub(super) rows: usize,
    /// Distance between two columns, in elements.
    pub(super) columns: usize,
}

impl<'a> Matrix<'a> {
    /// A row-major matrix whose rows are `width` elements apart.
    pub(super) fn new(data: &'a [f32], width: usize) -> Self {
        Self {
            data,
            rows: width,
            columns: 1,
        }
    }

    /// The same numbers with rows and columns exchanged; nothing is copied.
    pub(super) fn transposed(self) -> Self {
        Self {
            data: self.data,
            rows: self.columns,
            columns: self.rows,
        }
    }

    /// The same without the rows before `first`, which must be one of its rows.
    #[cfg(any(test, target_family = "wasm"))]
    pub(super) fn skip_rows(self, first: usize) -> Self {
        Self {
            data: &self.data[first * self.rows..],
            ..self
        }
    }

    /// Whether `height x width` elements are all inside the slice.
    fn holds(&self, height: usize, width: usize) -> bool {
        height == 0
            || width == 0
            || (height - 1) * self.rows + (width - 1) * self.columns < self.data.len()
    }
}

/// Who works on a product.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Threads {
    /// The calling thread alone.
    One,
    /// All threads of the pool, where there are any and the product is large enough.
    All,
}

/// `output = left x right`, or `output += left x right` when `accumulate` is set.
///
/// `output` is row-major `[m, n]`; `left` is `[m, k]` and `right` is `[k, n]`. Without
/// `accumulate` the old content of `output` is never read.
///
/// # Panics
/// If a slice is too short for its sizes.
pub(super) fn multiply(
    [m, n, k]: [usize; 3],
    output: &mut [f32],
    accumulate: bool,
    left: Matrix,
    right: Matrix,
    threads: Threads,
) {
    multiply_into([m, n, k], output, n, accumulate, left, right, threads);
}

/// [`multiply`] where the rows of `output` are `width` elements apart.
///
/// # Panics
/// If a slice is too short for its sizes, or a row of the output wider than its distance to the next.
pub(super) fn multiply_into(
    [m, n, k]: [usize; 3],
    output: &mut [f32],
    width: usize,
    accumulate: bool,
    left: Matrix,
    right: Matrix,
    threads: Threads,
) {
    if m == 0 || n == 0 {
        return;
    }
    assert!(
        n <= width && (m - 1) * width + n <= output.len(),
        "output of a matrix product too short"
    );
    assert!(left.holds(m, k) && right.holds(k, n), "operand too short");
    run([m, n, k], output, width, accumulate, left, right, threads);
}

/// The product on sizes that were checked.
#[cfg(not(target_family = "wasm"))]
fn run(
    [m, n, k]: [usize; 3],
    output: &mut [f32],
    width: usize,
    accumulate: bool,
    left: Matrix,
    right: Matrix,
    threads: Threads,
) {
    // The crate copies the wider operand number by number where its sums don't lie side by side. So that operand is put on the
    // other side, where nothing is copied, and the output is turned.
    if right.columns != 1 && n > 2 * m && m > 1 {
        return super::parallel::with_scratch(m * n, |turned| {
            let (left, right) = (left.transposed(), right.transposed());
            run([n, m, k], turned, m, false, right, left, threads);
            turn(turned, output, width, accumulate, [m, n]);
        });
    }
    let work = m.saturating_mul(n).saturating_mul(k);
    let parallelism = if threads == Threads::All && work >= PARALLEL_FROM {
        gemm::Parallelism::Rayon(0)
    } else {
        gemm::Parallelism::None
    };
    // SAFETY: the three slices hold every element that the sizes and distances name (asserted by
    // the caller), `output` is exclusive, and distances inside slices fit in `isize`.
    unsafe {
        gemm::gemm(
            m,
            n,
            k,
            output.as_mut_ptr(),
            1,
            width as isize,
            accumulate,
            left.data.as_ptr(),
            left.columns as isize,
            left.rows as isize,
            right.data.as_ptr(),
            right.columns as isize,
            right.rows as isize,
            if accumulate { 1.0 } else { 0.0 },
            1.0,
            false,
            false,
            false,
            parallelism,
        );
    }
}

/// Writes `turned`, the row-major transpose of `[m, n]`, to `output`, or adds it.
#[cfg(not(target_family = "wasm"))]
fn turn(turned: &[f32], output: &mut [f32], width: usize, add: bool, [m, n]: [usize; 2]) {
    for (row, to) in output.chunks_mut(width).take(m).enumerate() {
        let from = turned.iter().skip(row).step_by(m);
        for (to, from) in to[..n].iter_mut().zip(from) {
            *to = if add { *to + from } else { *from };
        }
    }
}

/// The product on sizes that were checked.
#[cfg(target_family = "wasm")]
fn run(
    [m, n, k]: [usize; 3],
    output: &mut [f32],
    width: usize,
    accumulate: bool,
    left: Matrix,
    right: Matrix,
    threads: Threads,
) {
    let large = m.saturating_mul(n).saturating_mul(k) >= PARALLEL_FROM;
    let threads = if threads == Threads::All && large {
        fireside_threads::threads()
    } else {
        1
    };
    super::shares::multiply([m, n, k], output, width, accumulate, left, right, threads);
}
