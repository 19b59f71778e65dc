//! How the layers of a checked network hang together, as other libraries ask for it.

use fireside_spec::{Checked, Layer, Source};

/// A network's connections.
pub(crate) struct Graph<'a> {
    checked: &'a Checked,
    /// Whether every layer reads the one before and nothing else, the first one the data's first input.
    pub sequential: bool,
    /// The inputs of the data that are read, rising.
    pub inputs: Vec<usize>,
    /// Rows of a batch, where a layer keeps its state from batch to batch.
    pub batch: Option<usize>,
}

impl<'a> Graph<'a> {
    pub fn of(checked: &'a Checked) -> Self {
        let layers = &checked.layers;
        let sequential = layers.iter().enumerate().all(|(index, layer)| {
            let before = match index {
                0 => Source::Data(0),
                _ => Source::Layer(index - 1),
            };
            // Attention is called with what it looks at, too.
            let plain = !matches!(layer.layer, Layer::MultiHeadAttention(_));
            plain && layer.sources == [before]
        });
        let mut inputs: Vec<usize> = layers
            .iter()
            .flat_map(|layer| &layer.sources)
            .filter_map(|source| match source {
                Source::Data(input) => Some(*input),
                Source::Layer(_) => None,
            })
            .collect();
        inputs.sort_unstable();
        inputs.dedup();
        let stateful = checked.layers.iter().any(|layer| match &layer.layer {
            Layer::Recurrent(own) => own.stateful,
            Layer::Bidirectional(both) => both.layer.stateful,
            _ => false,
        });
        Self {
            checked,
            sequential,
            inputs,
            batch: stateful.then_some(checked.training.batch_size),
        }
    }

    /// The name of what a layer reads.
    pub fn name(&self, source: Source) -> &'a str {
        match source {
            Source::Data(input) => &self.checked.data.inputs[input].name,
            Source::Layer(layer) => &self.checked.layers[layer].name,
        }
    }
}
