//! A checked network -> the tree that Keras loads.

use crate::FormatError;
use crate::graph::Graph;
use crate::keras::{Config, Form, Setting, config};
use crate::tree::Tree;
use fireside_spec::{Checked, CheckedLayer, Dialect, Layer, Shape, Source};

type Entries = Vec<(String, Tree)>;

/// What a form of the tree needs to know.
struct Writer<'a> {
    checked: &'a Checked,
    graph: Graph<'a>,
    form: Dialect,
}

pub(super) fn model(checked: &Checked, form: Dialect) -> Result<Tree, FormatError> {
    let writer = Writer {
        checked,
        graph: Graph::of(checked),
        form,
    };
    let layers: Vec<Tree> = checked
        .layers
        .iter()
        .enumerate()
        .map(|(index, layer)| writer.layer(index, layer))
        .collect::<Result<_, _>>()?;
    Ok(match form {
        Dialect::Keras2 => writer.keras2(layers),
        Dialect::Keras3 => writer.keras3(layers),
    })
}

fn entries<const N: usize>(entries: [(&str, Tree); N]) -> Entries {
    entries.map(|(key, value)| (key.to_owned(), value)).into()
}

impl Writer<'_> {
    fn keras2(&self, layers: Vec<Tree>) -> Tree {
        let (class, config) = if self.graph.sequential {
            ("Sequential", Tree::List(layers))
        } else {
            ("Model", self.functional(layers))
        };
        Tree::map([
            ("class_name", class.into()),
            ("config", config),
            ("keras_version", "2.0.8".into()),
            ("backend", "tensorflow".into()),
        ])
    }

    fn keras3(&self, layers: Vec<Tree>) -> Tree {
        let (class, config) = if self.graph.sequential {
            let mut all = vec![self.input(0)];
            all.extend(layers);
            let config = Tree::map([("name", "sequential".into()), ("layers", all.into())]);
            ("Sequential", config)
        } else {
            ("Functional", self.functional(layers))
        };
        Tree::map([
            ("module", "keras".into()),
            ("class_name", class.into()),
            ("config", config),
            ("registered_name", class.into()),
        ])
    }

    fn functional(&self, layers: Vec<Tree>) -> Tree {
        let inputs = &self.graph.inputs;
        let mut all: Vec<Tree> = inputs.iter().map(|input| self.input(*input)).collect();
        all.extend(layers);
        let place = |name: &str| Tree::List(vec![name.into(), 0usize.into(), 0usize.into()]);
        let data = &self.checked.data.inputs;
        let input_layers: Vec<Tree> = inputs.iter().map(|i| place(&data[*i].name)).collect();
        let last = self.checked.layers.last();
        let output_layers = vec![place(last.map_or("", |layer| &layer.name))];
        Tree::map([
            ("name", "model_1".into()),
            ("layers", all.into()),
            ("input_layers", input_layers.into()),
            ("output_layers", output_layers.into()),
        ])
    }

    /// The shape of a batch; `null` rows unless the network keeps states.
    fn batch(&self, shape: Shape) -> Tree {
        let rows = self.graph.batch.map_or(Tree::Null, Tree::from);
        let axes = shape.axes(self.checked.experiment.data.data_format);
        let axes = axes.into_iter().map(Tree::from);
        Tree::List(std::iter::once(rows).chain(axes).collect())
    }

    /// The layer that stands for an input of the data.
    fn input(&self, index: usize) -> Tree {
        let input = &self.checked.data.inputs[index];
        let shape = match self.form {
            Dialect::Keras2 => "batch_input_shape",
            Dialect::Keras3 => "batch_shape",
        };
        let config = entries([
            (shape, self.batch(input.shape)),
            ("dtype", "float32".into()),
            ("sparse", false.into()),
            ("name", (*input.name).into()),
        ]);
        let nodes = (!self.graph.sequential).then(Vec::new);
        self.object("InputLayer", config, nodes.map(Tree::List), &input.name)
    }

    fn layer(&self, index: usize, layer: &CheckedLayer) -> Result<Tree, FormatError> {
        let form = Form {
            target: self.form,
            own: self.checked.experiment.dialect,
            data_format: self.checked.experiment.data.data_format,
            code: false,
            layer: &layer.name,
        };
        let own = config(&layer.layer, &layer.inputs, &form)?;
        let mut all = entries([
            ("name", (*layer.name).into()),
            ("trainable", layer.trainable.into()),
        ]);
        if self.graph.sequential && index == 0 && self.form == Dialect::Keras2 {
            let shape = self.batch(layer.input());
            all.extend(entries([
                ("batch_input_shape", shape),
                ("dtype", "float32".into()),
            ]));
        }
        all.extend(self.settings(&own));
        let nodes = (!self.graph.sequential).then(|| self.nodes(layer));
        Ok(self.object(own.class, all, nodes, &layer.name))
    }

    fn object(&self, class: &str, config: Entries, nodes: Option<Tree>, name: &str) -> Tree {
        let mut all = match self.form {
            Dialect::Keras2 => Vec::new(),
            Dialect::Keras3 => entries([("module", "keras.layers".into())]),
        };
        all.extend(entries([
            ("class_name", class.into()),
            ("config", Tree::Map(config)),
        ]));
        if self.form == Dialect::Keras3 {
            all.extend(entries([("registered_name", Tree::Null)]));
        }
        if let Some(nodes) = nodes {
            all.extend(entries([("name", name.into()), ("inbound_nodes", nodes)]));
        }
        Tree::Map(all)
    }

    fn settings(&self, config: &Config) -> Entries {
        let settings = config.settings.iter();
        settings
            .map(|(key, setting, _)| (key.clone(), self.setting(setting)))
            .collect()
    }

    fn setting(&self, setting: &Setting) -> Tree {
        match setting {
            Setting::Plain(tree) => tree.clone(),
            Setting::Code(name) => (*name).into(),
            Setting::Layer(inner) => {
                let config = self.settings(inner);
                self.object(inner.class, config, None, "")
            }
            Setting::Rule {
                family,
                class,
                config,
            } => {
                let config = config
                    .iter()
                    .map(|(key, value)| ((*key).into(), value.clone()));
                let own = [
                    ("class_name", (*class).into()),
                    ("config", Tree::Map(config.collect())),
                ];
                let mut all = match self.form {
                    Dialect::Keras2 => Vec::new(),
                    Dialect::Keras3 => entries([("module", format!("keras.{family}").into())]),
                };
                all.extend(entries(own));
                if self.form == Dialect::Keras3 {
                    all.extend(entries([("registered_name", Tree::Null)]));
                }
                Tree::Map(all)
            }
        }
    }

    /// Whose outputs a layer is called with: one call.
    fn nodes(&self, layer: &CheckedLayer) -> Tree {
        let sources = layer.sources.iter().zip(&layer.inputs);
        let name = |source: &Source| Tree::from(self.graph.name(*source));
        if self.form == Dialect::Keras2 {
            let place = |(source, _): (&Source, &Shape)| {
                let zero = || Tree::from(0usize);
                Tree::List(vec![name(source), zero(), zero(), Tree::Map(Vec::new())])
            };
            return Tree::List(vec![Tree::List(sources.map(place).collect())]);
        }
        let tensor = |(source, shape): (&Source, &Shape)| {
            let history = vec![name(source), 0usize.into(), 0usize.into()];
            let config = Tree::map([
                ("shape", self.batch(*shape)),
                ("dtype", "float32".into()),
                ("keras_history", history.into()),
            ]);
            Tree::map([
                ("class_name", "__keras_tensor__".into()),
                ("config", config),
            ])
        };
        let mut args: Vec<Tree> = sources.map(tensor).collect();
        let mut kwargs = Vec::new();
        match &layer.layer {
            Layer::Merge(_) => args = vec![args.into()],
            Layer::MultiHeadAttention(own) => {
                if args.len() == 1 {
                    args.push(args[0].clone());
                }
                kwargs = entries([("use_causal_mask", own.causal.into())]);
            }
            _ => {}
        }
        let call = Tree::map([("args", args.into()), ("kwargs", Tree::Map(kwargs))]);
        Tree::List(vec![call])
    }
}
