//! What an engine of ours has to compute: forward and gradients of the heavy operations. The gradient
//! graph around it ([`super::nodes`]) is the same for all engines.

use super::sizes::{Convolution, DenseProduct, Pooling, Products};
use burn::backend::Backend;
use burn::backend::tensor::FloatTensor;

/// The heavy operations on tensors that lie in one piece ([`Kernels::packed`]).
///
/// `gradient` is the gradient of the output; `output` is what the forward function gave, there only
/// with relu: where it is not above zero, no gradient passes.
pub(crate) trait Kernels: Backend {
    /// The tensor itself if its numbers lie row-major in one piece, else a copy that does.
    fn packed(tensor: FloatTensor<Self>) -> FloatTensor<Self>;

    fn conv_forward(
        sizes: &Convolution,
        input: &FloatTensor<Self>,
        kernel: &FloatTensor<Self>,
        bias: Option<&FloatTensor<Self>>,
    ) -> FloatTensor<Self>;

    /// The gradients of a convolution that are wanted.
    fn conv_gradients(
        sizes: &Convolution,
        input: &FloatTensor<Self>,
        kernel: &FloatTensor<Self>,
        gradient: &FloatTensor<Self>,
        output: Option<&FloatTensor<Self>>,
        wanted: Wanted,
    ) -> WeightGradients<Self>;

    /// The rows of `table` `[words, width]` that `ids` `[n, steps]` name: `[n, steps, width]`. What is no id of
    /// the table reads its nearest row.
    fn embed_forward(table: &FloatTensor<Self>, ids: &FloatTensor<Self>) -> FloatTensor<Self>;

    /// The gradient of a table of `words` rows: each row sums what arrives where it was read.
    fn embed_gradient(
        words: usize,
        ids: &FloatTensor<Self>,
        gradient: &FloatTensor<Self>,
    ) -> FloatTensor<Self>;

    fn pool_forward(sizes: &Pooling, input: &FloatTensor<Self>) -> FloatTensor<Self>;

    /// The place of a maximum is not stored but found again in the input, which is kept anyway behind a
    /// convolution with relu.
    fn pool_gradient(
        sizes: &Pooling,
        input: &FloatTensor<Self>,
        gradient: &FloatTensor<Self>,
    ) -> FloatTensor<Self>;

    /// The products `[count, m, n]`.
    fn multiply(
        sizes: &Products,
        left: &FloatTensor<Self>,
        right: &FloatTensor<Self>,
    ) -> FloatTensor<Self>;

    fn dense_forward(
        sizes: &DenseProduct,
        input: &FloatTensor<Self>,
        kernel: &FloatTensor<Self>,
        bias: Option<&FloatTensor<Self>>,
    ) -> FloatTensor<Self>;

    /// The gradients of a dense product that are wanted.
    fn dense_gradients(
        sizes: &DenseProduct,
        input: &FloatTensor<Self>,
        kernel: &FloatTensor<Self>,
        gradient: &FloatTensor<Self>,
        output: Option<&FloatTensor<Self>>,
        wanted: Wanted,
    ) -> WeightGradients<Self>;
}

/// Which gradients something needs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    pub input: bool,
    pub kernel: bool,
    pub bias: bool,
}

/// The gradients that were wanted.
pub(crate) struct WeightGradients<B: Backend> {
    pub input: Option<FloatTensor<B>>,
    pub kernel: Option<FloatTensor<B>>,
    pub bias: Option<FloatTensor<B>>,
}
