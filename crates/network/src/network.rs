//! The network: layers that read each other, built from a checked experiment.

use crate::layers::{Pass, forward};
use crate::value::Value;
use crate::weight::Weight;
use burn::tensor::{Device, Gradients, Tensor};
use fireside_spec::layers::{Rank, TensorSpec};
use fireside_spec::{Checked, DataFormat, Dialect, Layer, Source};
use std::cell::RefCell;

/// Whether the network learns or is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Dropout draws the masks of this seed and update.
    Train { seed: u32, update: u32 },
    /// Dropout does nothing.
    Use,
}

/// A layer in its place.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub layer: Layer,
    /// Whether the optimizer may change its weights.
    pub trainable: bool,
    pub sources: Vec<Source>,
    pub weights: Vec<Weight>,
    /// What a stateful recurrent layer ended the last batch with.
    pub state: Vec<Tensor<2>>,
}

/// What a pass leaves behind besides its output: moving statistics and states, to be taken up by
/// [`Network::absorb`].
#[derive(Clone, Debug, Default)]
pub struct Moved {
    /// (layer, tensor, its new values)
    pub(crate) weights: Vec<(usize, usize, Tensor<1>)>,
    /// (layer, its state)
    pub(crate) states: Vec<(usize, Vec<Tensor<2>>)>,
}

/// A network on a device.
#[derive(Clone, Debug)]
pub struct Network {
    nodes: Vec<Node>,
    format: DataFormat,
    dialect: Dialect,
}

impl Network {
    /// Builds the network of `checked` with the initial weights of `seed`.
    pub fn build(checked: &Checked, seed: u32, device: &Device) -> Self {
        let dialect = checked.experiment.dialect;
        Self::with_weights(checked, device, |spec, layer, tensor| {
            spec.initial(dialect, seed, layer, tensor)
        })
    }

    /// Builds the network with weights told by (tensor, index of layer, index of tensor), in Keras's layout.
    pub fn with_weights(
        checked: &Checked,
        device: &Device,
        mut values: impl FnMut(&TensorSpec, usize, usize) -> Vec<f32>,
    ) -> Self {
        let build = |(index, layer): (usize, &fireside_spec::CheckedLayer)| {
            let conv1d = is_conv1d(&layer.layer);
            let weights = layer.tensors.iter().enumerate().map(|(tensor, spec)| {
                let values = values(spec, index, tensor);
                Weight::new(&layer.name, spec, conv1d, &values, device)
            });
            Node {
                weights: weights.collect(),
                layer: layer.layer.clone(),
                trainable: layer.trainable,
                sources: layer.sources.clone(),
                state: Vec::new(),
            }
        };
        Self {
            nodes: checked.layers.iter().enumerate().map(build).collect(),
            format: checked.experiment.data.data_format,
            dialect: checked.experiment.dialect,
        }
    }

    /// The output for a batch of the data's inputs.
    pub fn forward(&self, inputs: Vec<Value>, mode: Mode) -> Value {
        self.pass(inputs, mode).0
    }

    /// The same, with what the pass leaves behind.
    pub fn pass(&self, inputs: Vec<Value>, mode: Mode) -> (Value, Moved) {
        let first = inputs[0].clone();
        let (mut outputs, moved) = self.run(inputs, mode, &mut |_, output| output);
        (outputs.pop().flatten().unwrap_or(first), moved)
    }

    /// What every layer gives, in order, dropout at rest.
    pub fn outputs(&self, inputs: Vec<Value>) -> Vec<Value> {
        let mut all = Vec::with_capacity(self.nodes.len());
        self.run(inputs, Mode::Use, &mut |_, output| {
            all.push(output.clone());
            output
        });
        all
    }

    /// The output, dropout at rest, on a tape that begins with what layer `at` gives (without one: with the first input) and
    /// on which no weight stands; and that beginning, flat, as the leaf whose gradient can be asked for.
    pub fn from_leaf(&self, mut inputs: Vec<Value>, at: Option<usize>) -> (Tensor<2>, Value) {
        let mut leaf = None;
        let mut begin = |value: Value| {
            let shape = value.shape();
            let flat = value.into_flat().require_grad();
            leaf = Some(flat.clone());
            Value::from_flat(flat, shape)
        };
        for (index, input) in inputs.iter_mut().enumerate() {
            let own = input.clone().on_tape();
            *input = match at {
                None if index == 0 => begin(own),
                _ => own,
            };
        }
        let first = inputs[0].clone();
        let twin = self.taped(false);
        let (mut outputs, _) = twin.run(inputs, Mode::Use, &mut |index, output| match at
            == Some(index)
        {
            true => begin(output),
            false => output,
        });
        let output = outputs.pop().flatten().unwrap_or_else(|| first.clone());
        (leaf.unwrap_or_else(|| first.into_flat()), output)
    }

    /// Runs all layers; an output is let go after its last reader. `seen` gets every output, and gives what goes on.
    fn run(
        &self,
        inputs: Vec<Value>,
        mode: Mode,
        seen: &mut dyn FnMut(usize, Value) -> Value,
    ) -> (Vec<Option<Value>>, Moved) {
        let moved = RefCell::default();
        // The mask of padded steps that belongs to an output.
        let mut masks: Vec<Option<Tensor<2>>> = Vec::with_capacity(self.nodes.len());
        let mut outputs: Vec<Option<Value>> = Vec::with_capacity(self.nodes.len());
        for (index, node) in self.nodes.iter().enumerate() {
            let read = |(place, source): (usize, &Source)| match source {
                Source::Data(input) => Some(inputs[*input].clone()),
                // A layer may read the same output twice.
                Source::Layer(layer)
                    if self.last_reader(*layer) == index
                        && !node.sources[place + 1..].contains(source) =>
                {
                    outputs[*layer].take()
                }
                Source::Layer(layer) => outputs[*layer].clone(),
            };
            // `spec::check` lets no layer read a later one.
            let values: Vec<Value> = node.sources.iter().enumerate().filter_map(read).collect();
            let own = |source: &Source| match source {
                Source::Data(_) => None,
                Source::Layer(layer) => masks[*layer].clone(),
            };
            let own = node.sources.iter().map(own).collect();
            let pass = self.at(index, mode, own, &moved);
            let (output, mask) = forward(node, values, &pass);
            outputs.push(Some(seen(index, output)));
            masks.push(mask);
        }
        (outputs, moved.into_inner())
    }

    fn last_reader(&self, layer: usize) -> usize {
        let reads = |node: &Node| node.sources.contains(&Source::Layer(layer));
        self.nodes.iter().rposition(reads).unwrap_or(usize::MAX)
    }

    fn at<'a>(
        &self,
        index: usize,
        mode: Mode,
        masks: Vec<Option<Tensor<2>>>,
        moved: &'a RefCell<Moved>,
    ) -> Pass<'a> {
        Pass {
            mode,
            format: self.format,
            dialect: self.dialect,
            index,
            masks,
            moved,
        }
    }

    /// The output of one layer for its inputs, with its activation.
    ///
    /// # Panics
    /// When there is no such layer, or the inputs are not what it was built for.
    pub fn layer(&self, index: usize, inputs: Vec<Value>, mode: Mode) -> Value {
        let moved = RefCell::default();
        let pass = self.at(index, mode, Vec::new(), &moved);
        forward(&self.nodes[index], inputs, &pass).0
    }

    /// Takes up what a pass left behind: moving statistics, states of stateful layers.
    pub fn absorb(&mut self, moved: Moved) {
        for (layer, tensor, values) in moved.weights {
            self.nodes[layer].weights[tensor].values = values;
        }
        for (layer, state) in moved.states {
            self.nodes[layer].state = state;
        }
    }

    /// Where its weights lie; `None` for a network without weights.
    pub fn device(&self) -> Option<Device> {
        self.weights().next().map(|weight| weight.values.device())
    }

    /// Whether a layer carries its state from batch to batch.
    pub fn is_stateful(&self) -> bool {
        self.nodes.iter().any(|node| match &node.layer {
            Layer::Recurrent(spec) => spec.stateful,
            Layer::Bidirectional(spec) => spec.layer.stateful,
            _ => false,
        })
    }

    /// The states of stateful layers, layer by layer; empty where none was left yet.
    pub fn states(&self) -> Vec<Vec<Tensor<2>>> {
        self.nodes.iter().map(|node| node.state.clone()).collect()
    }

    /// Goes on from states of [`states`](Self::states).
    pub fn set_states(&mut self, states: Vec<Vec<Tensor<2>>>) {
        for (node, state) in self.nodes.iter_mut().zip(states) {
            node.state = state;
        }
    }

    /// Forgets the states of stateful layers (Keras's `reset_states`).
    pub fn reset_states(&mut self) {
        for node in &mut self.nodes {
            node.state.clear();
        }
    }

    /// The tensors of one layer, in Keras's order.
    pub fn layer_weights(&self, index: usize) -> impl Iterator<Item = &Weight> {
        self.nodes[index].weights.iter()
    }

    /// All tensors in order, moving statistics included.
    pub fn weights(&self) -> impl Iterator<Item = &Weight> {
        self.nodes.iter().flat_map(|node| &node.weights)
    }

    /// Those that the optimizer knows: what it changes and, frozen, what has a penalty, which `keras2` counts all the
    /// same.
    pub fn trainable(&self) -> impl Iterator<Item = &Weight> {
        self.weights().filter(|weight| weight.is_optimized())
    }

    /// The same, to be changed.
    pub fn trainable_mut(&mut self) -> impl Iterator<Item = &mut Weight> {
        let all = self.nodes.iter_mut().flat_map(|node| &mut node.weights);
        all.filter(|weight| weight.is_optimized())
    }

    /// A twin that ends with this layer.
    pub fn upto(&self, layer: usize) -> Self {
        let mut twin = self.clone();
        twin.nodes.truncate(layer + 1);
        twin
    }

    /// A twin that gives the numbers behind its last activation (logits, behind a softmax or sigmoid).
    pub fn logits(&self) -> Self {
        let mut twin = self.clone();
        if let Some(last) = twin.nodes.last_mut() {
            last.layer = last.layer.clone().linear();
        }
        twin
    }

    /// A twin whose trainable weights are leaves of a new tape: its output can go backward.
    pub fn tracked(&self) -> Self {
        self.taped(true)
    }

    /// A twin on a tape; `learns`: its trainable weights stand on it.
    fn taped(&self, learns: bool) -> Self {
        let mut twin = self.clone();
        for node in &mut twin.nodes {
            for weight in &mut node.weights {
                let values = Tensor::from_inner(weight.values.clone());
                weight.values = match learns && weight.trainable {
                    true => values.require_grad(),
                    false => values,
                };
            }
            for state in &mut node.state {
                *state = Tensor::from_inner(state.clone());
            }
        }
        twin
    }

    /// The gradients of a [`tracked`](Self::tracked) network in the order of [`trainable`](Self::trainable);
    /// `None` for a weight that the loss does not depend on.
    pub fn gradients(&self, gradients: &mut Gradients) -> Vec<Option<Tensor<1>>> {
        self.trainable()
            .map(|weight| weight.values.grad_remove(gradients))
            .collect()
    }
}

/// Whether a kernel of three axes belongs to a window over a sequence.
fn is_conv1d(layer: &Layer) -> bool {
    match layer {
        Layer::Conv(conv) => conv.rank == Rank::One,
        Layer::TimeDistributed(inner) => is_conv1d(inner),
        _ => false,
    }
}
