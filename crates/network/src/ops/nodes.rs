//! Convolution, pooling, the dense product and products of many matrices as steps of the gradient graph, one node each, on any
//! engine that has [`Kernels`].

use super::kernels::{Kernels, Wanted, WeightGradients};
use super::sizes::{Convolution, DenseProduct, Pooling, Products};
use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, NodeGuard, Ops, OpsKind, binary, unary};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, TensorMetadata};

/// A layer with a kernel and perhaps a bias: its sizes and what the backward step has to remember.
#[derive(Clone, Debug)]
pub(super) struct Weighted<B: Kernels, S> {
    pub sizes: S,
    pub input: FloatTensor<B>,
    pub kernel: FloatTensor<B>,
    pub bias: Option<FloatTensor<B>>,
    /// Kept for the backward step if there is a relu.
    output: Option<FloatTensor<B>>,
}

/// A kind of layer with a kernel.
pub(super) trait Layer<B: Kernels>:
    Clone + core::fmt::Debug + Send + Sync + 'static
{
    fn relu(&self) -> bool;
    fn forward(&self, call: &Weighted<B, Self>) -> FloatTensor<B>;
    fn gradients(
        &self,
        call: &Weighted<B, Self>,
        gradient: &FloatTensor<B>,
        wanted: Wanted,
    ) -> WeightGradients<B>;
}

impl<B: Kernels> Layer<B> for Convolution {
    fn relu(&self) -> bool {
        self.relu
    }

    fn forward(&self, call: &Weighted<B, Self>) -> FloatTensor<B> {
        B::conv_forward(self, &call.input, &call.kernel, call.bias.as_ref())
    }

    fn gradients(
        &self,
        call: &Weighted<B, Self>,
        gradient: &FloatTensor<B>,
        wanted: Wanted,
    ) -> WeightGradients<B> {
        let output = call.output.as_ref();
        B::conv_gradients(self, &call.input, &call.kernel, gradient, output, wanted)
    }
}

impl<B: Kernels> Layer<B> for DenseProduct {
    fn relu(&self) -> bool {
        self.relu
    }

    fn forward(&self, call: &Weighted<B, Self>) -> FloatTensor<B> {
        B::dense_forward(self, &call.input, &call.kernel, call.bias.as_ref())
    }

    fn gradients(
        &self,
        call: &Weighted<B, Self>,
        gradient: &FloatTensor<B>,
        wanted: Wanted,
    ) -> WeightGradients<B> {
        let output = call.output.as_ref();
        B::dense_gradients(self, &call.input, &call.kernel, gradient, output, wanted)
    }
}

impl<B: Kernels, S: Layer<B>> Weighted<B, S> {
    pub fn new(
        sizes: S,
        input: FloatTensor<B>,
        kernel: FloatTensor<B>,
        bias: Option<FloatTensor<B>>,
    ) -> Self {
        Self {
            sizes,
            input: B::packed(input),
            kernel: B::packed(kernel),
            bias: bias.map(B::packed),
            output: None,
        }
    }

    /// The output, without recording anything.
    pub fn forward(&self) -> FloatTensor<B> {
        self.sizes.forward(self)
    }

    /// The output, recorded as one step. `nodes` are those of input, kernel and, with `N == 3`, bias.
    pub fn record<C: CheckpointStrategy, const N: usize>(
        mut self,
        nodes: [NodeGuard; N],
    ) -> FloatTensor<Autodiff<B, C>> {
        let output = self.forward();
        let step = WeightedStep::<S>(core::marker::PhantomData);
        recorded::<B, C, N, _>(step, nodes, output, |output| {
            self.output = self.sizes.relu().then(|| output.clone());
            self
        })
    }
}

/// The output, recorded as one step where something needs a gradient. `state` says what the backward step has to remember;
/// it is not asked where nothing does.
pub(super) fn recorded<B: Kernels, C: CheckpointStrategy, const N: usize, S: Backward<B, N>>(
    step: S,
    nodes: [NodeGuard; N],
    output: FloatTensor<B>,
    state: impl FnOnce(&FloatTensor<B>) -> S::State,
) -> FloatTensor<Autodiff<B, C>> {
    let prepared = step.prepare::<C>(nodes).compute_bound();
    match prepared.stateful() {
        OpsKind::Tracked(prepared) => {
            let state = state(&output);
            prepared.finish(state, output)
        }
        OpsKind::UnTracked(prepared) => prepared.finish(output),
    }
}

#[derive(Debug)]
struct WeightedStep<S>(core::marker::PhantomData<S>);

impl<B: Kernels, S: Layer<B>, const N: usize> Backward<B, N> for WeightedStep<S> {
    type State = Weighted<B, S>;

    fn backward(self, ops: Ops<Self::State, N>, grads: &mut Gradients, _: &mut Checkpointer) {
        let call = ops.state;
        let gradient = B::packed(grads.consume::<B>(&ops.node));
        let mut parents = ops.parents.into_iter();
        let [input, kernel, bias] = [(); 3].map(|()| parents.next().flatten());
        let wanted = Wanted {
            input: input.is_some(),
            kernel: kernel.is_some(),
            bias: bias.is_some(),
        };
        let found = call.sizes.gradients(&call, &gradient, wanted);
        let pairs = [
            (input, found.input),
            (kernel, found.kernel),
            (bias, found.bias),
        ];
        for (node, gradient) in pairs {
            if let (Some(node), Some(gradient)) = (node, gradient) {
                grads.register::<B>(node.id, gradient);
            }
        }
    }
}

/// Rows of a table, recorded as one step; the ids have no gradient.
pub(super) fn embed<B: Kernels, C: CheckpointStrategy>(
    table: FloatTensor<B>,
    node: NodeGuard,
    ids: FloatTensor<B>,
) -> FloatTensor<Autodiff<B, C>> {
    let (table, ids) = (B::packed(table), B::packed(ids));
    let [words, _] = table.shape().dims();
    let output = B::embed_forward(&table, &ids);
    recorded::<B, C, 1, _>(EmbedStep, [node], output, |_| (words, ids))
}

#[derive(Debug)]
struct EmbedStep;

impl<B: Kernels> Backward<B, 1> for EmbedStep {
    type State = (usize, FloatTensor<B>);

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _: &mut Checkpointer) {
        let (words, ids) = ops.state;
        unary::<B, _>(ops.parents, ops.node, grads, |gradient| {
            B::embed_gradient(words, &ids, &B::packed(gradient))
        });
    }
}

/// A pooling, recorded as one step.
pub(super) fn pool<B: Kernels, C: CheckpointStrategy>(
    sizes: Pooling,
    input: FloatTensor<B>,
    node: NodeGuard,
) -> FloatTensor<Autodiff<B, C>> {
    let input = B::packed(input);
    let output = B::pool_forward(&sizes, &input);
    recorded::<B, C, 1, _>(PoolStep, [node], output, |_| (sizes, input))
}

#[derive(Debug)]
struct PoolStep;

impl<B: Kernels> Backward<B, 1> for PoolStep {
    type State = (Pooling, FloatTensor<B>);

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _: &mut Checkpointer) {
        let (sizes, input) = ops.state;
        unary::<B, _>(ops.parents, ops.node, grads, |gradient| {
            B::pool_gradient(&sizes, &input, &B::packed(gradient))
        });
    }
}

/// Products of matrices with `[count, rows, columns]` each, the right ones turned around or not.
pub(super) fn products<B: Kernels>(
    left: FloatTensor<B>,
    right: FloatTensor<B>,
    turned: bool,
) -> FloatTensor<B> {
    multiply::<B>(&B::packed(left), &B::packed(right), [false, turned])
}

fn multiply<B: Kernels>(
    left: &FloatTensor<B>,
    right: &FloatTensor<B>,
    turned: [bool; 2],
) -> FloatTensor<B> {
    let sizes = Products::new(left.shape().dims(), right.shape().dims(), turned);
    B::multiply(&sizes, left, right)
}

/// [`products`], recorded as one step.
pub(super) fn recorded_products<B: Kernels, C: CheckpointStrategy>(
    left: FloatTensor<B>,
    right: FloatTensor<B>,
    turned: bool,
    nodes: [NodeGuard; 2],
) -> FloatTensor<Autodiff<B, C>> {
    let (left, right) = (B::packed(left), B::packed(right));
    let output = multiply::<B>(&left, &right, [false, turned]);
    recorded::<B, C, 2, _>(ProductsStep, nodes, output, |_| (left, right, turned))
}

#[derive(Debug)]
struct ProductsStep;

impl<B: Kernels> Backward<B, 2> for ProductsStep {
    type State = (FloatTensor<B>, FloatTensor<B>, bool);

    fn backward(self, ops: Ops<Self::State, 2>, grads: &mut Gradients, _: &mut Checkpointer) {
        let (left, right, turned) = ops.state;
        // Of C = L R: G R' and L' G. Of C = L R': G R and G' L.
        let of_left = |gradient| multiply::<B>(&B::packed(gradient), &right, [false, !turned]);
        let of_right = |gradient| {
            let gradient = B::packed(gradient);
            match turned {
                false => multiply::<B>(&left, &gradient, [true, false]),
                true => multiply::<B>(&gradient, &left, [true, false]),
            }
        };
        binary::<B, _, _>(ops.parents, ops.node, grads, of_left, of_right);
    }
}
