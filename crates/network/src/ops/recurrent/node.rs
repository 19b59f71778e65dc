//! A recurrent layer as one step of the gradient graph, on any engine that has [`Recurrent`].

use super::sizes::Sizes;
use crate::ops::kernels::Kernels;
use burn::backend::Autodiff;
use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads;
use burn::backend::autodiff::ops::{Backward, NodeGuard, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::tensor::Tensor;

/// What an engine of ours has to compute for recurrent layers.
pub(crate) trait Recurrent: Kernels {
    /// What the way back needs of the way there.
    type Kept: Clone + core::fmt::Debug + Send + Sync + 'static;

    /// What is behind a tensor of this engine without gradients.
    fn own<const D: usize>(tensor: Tensor<D>) -> FloatTensor<Self>;

    /// The whole sequence; what was `kept` is only there if `keep` is set.
    fn recurrent_forward(call: &Call<Self>, keep: bool) -> Found<Self>;

    /// The gradients that are wanted, from that of the output.
    fn recurrent_gradients(
        call: &Call<Self>,
        kept: &Self::Kept,
        gradient: &FloatTensor<Self>,
        wanted: Wanted,
    ) -> Gradients<Self>;
}

/// A call of a recurrent layer; every tensor lies in one piece.
#[derive(Clone, Debug)]
pub(crate) struct Call<B: Kernels> {
    pub sizes: Sizes,
    pub input: FloatTensor<B>,
    pub kernel: FloatTensor<B>,
    pub recurrent_kernel: FloatTensor<B>,
    pub bias: Option<FloatTensor<B>>,
    /// h and c before the first step.
    pub state: [Option<FloatTensor<B>>; 2],
    pub input_masks: Option<FloatTensor<B>>,
    pub recurrent_masks: Option<FloatTensor<B>>,
    pub step_mask: Option<FloatTensor<B>>,
}

/// What a call gives.
pub(crate) struct Found<B: Recurrent> {
    /// `[n, steps, units]` or `[n, 1, units]`.
    pub output: FloatTensor<B>,
    /// h and, of an LSTM, c after the last step, `[n, units]`.
    pub state: Vec<FloatTensor<B>>,
    pub kept: Option<B::Kept>,
}

/// Which gradients something needs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    pub input: bool,
    pub kernel: bool,
    pub recurrent_kernel: bool,
    pub bias: bool,
}

/// The gradients that were wanted.
pub(crate) struct Gradients<B: Kernels> {
    pub input: Option<FloatTensor<B>>,
    pub kernel: Option<FloatTensor<B>>,
    pub recurrent_kernel: Option<FloatTensor<B>>,
    pub bias: Option<FloatTensor<B>>,
}

/// Output and last state, recorded as one step. `nodes` are those of input, kernel, recurrent kernel and
/// bias; `tracked`: whether any of them wants a gradient.
pub(super) fn record<B: Recurrent, C: CheckpointStrategy>(
    call: Call<B>,
    nodes: [NodeGuard; 4],
    tracked: bool,
) -> (FloatTensor<Autodiff<B, C>>, Vec<FloatTensor<B>>) {
    let found = B::recurrent_forward(&call, tracked);
    let prepared = Backward::<B, 4>::prepare::<C>(Step, nodes).compute_bound();
    let output = match (prepared.stateful(), found.kept) {
        (OpsKind::Tracked(prepared), Some(kept)) => prepared.finish((call, kept), found.output),
        (OpsKind::Tracked(_), None) => unreachable!("a tracked call keeps what it needs"),
        (OpsKind::UnTracked(prepared), _) => prepared.finish(found.output),
    };
    (output, found.state)
}

#[derive(Debug)]
struct Step;

impl<B: Recurrent> Backward<B, 4> for Step {
    type State = (Call<B>, B::Kept);

    fn backward(
        self,
        ops: Ops<Self::State, 4>,
        grads: &mut grads::Gradients,
        _: &mut Checkpointer,
    ) {
        let (call, kept) = ops.state;
        let gradient = B::packed(grads.consume::<B>(&ops.node));
        let nodes = ops.parents;
        let [input, kernel, recurrent_kernel, bias] = [0, 1, 2, 3].map(|at| nodes[at].is_some());
        let wanted = Wanted {
            input,
            kernel,
            recurrent_kernel,
            bias,
        };
        let found = B::recurrent_gradients(&call, &kept, &gradient, wanted);
        let gradients = [
            found.input,
            found.kernel,
            found.recurrent_kernel,
            found.bias,
        ];
        for (node, gradient) in nodes.into_iter().zip(gradients) {
            if let (Some(node), Some(gradient)) = (node, gradient) {
                grads.register::<B>(node.id, gradient);
            }
        }
    }
}
