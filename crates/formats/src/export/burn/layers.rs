//! Layers as Rust expressions on Burn's tensors. Pictures are (rows, channels, height, width) inside, sequences (rows,
//! steps, features), whatever the experiment's data format; weights stay in Keras's layout.

use crate::export::python::float;
use fireside_spec::layers::{
    Activation, Bidirectional, Cell, Conv, Depthwise, Layer, Merge, MergeMode, MultiHeadAttention,
    Normalization, Pool, Pooling, Rank, Recurrent, Reshaping, Window,
};
use fireside_spec::{DataFormat, Dialect, Shape};

/// What the expressions depend on.
#[derive(Clone, Copy)]
pub(super) struct Writer {
    pub format: DataFormat,
    pub dialect: Dialect,
}

/// A layer's fields and inputs.
pub(super) struct Place<'a> {
    /// Beginning of its fields' names.
    pub field: &'a str,
    /// Its tensors' names.
    pub tensors: &'a [String],
    pub shapes: &'a [Shape],
    pub inputs: &'a [String],
    /// The mask's variable and its steps.
    pub mask: Option<(&'a str, usize)>,
    /// Whether what it carries along stays as it is in training, too.
    pub fixed: bool,
}

impl Place<'_> {
    fn has(&self, tensor: &str) -> bool {
        self.tensors.iter().any(|own| own == tensor)
    }

    fn value(&self, tensor: &str) -> String {
        format!("self.{}_{}.val()", self.field, tensor.replace('/', "_"))
    }

    fn option(&self, tensor: &str) -> String {
        match self.has(tensor) {
            true => format!("Some({})", self.value(tensor)),
            false => "None".into(),
        }
    }

    fn mask(&self) -> String {
        self.mask
            .map_or("None".into(), |(mask, _)| format!("Some({mask}.clone())"))
    }
}

/// Axes of a batch of this shape.
pub(super) const fn rank(shape: Shape) -> usize {
    match shape {
        Shape::Flat { .. } => 2,
        Shape::Sequence { .. } => 3,
        Shape::Picture { .. } => 4,
        Shape::Frames { .. } => 5,
    }
}

const fn features_axis(shape: Shape) -> usize {
    match shape {
        Shape::Flat { .. } | Shape::Picture { .. } => 1,
        Shape::Sequence { .. } | Shape::Frames { .. } => 2,
    }
}

/// From the inside order to the data format's.
pub(super) fn ordered(format: DataFormat, shape: Shape) -> &'static str {
    match (format, shape) {
        (DataFormat::ChannelsLast, Shape::Picture { .. }) => ".permute([0, 2, 3, 1])",
        (DataFormat::ChannelsLast, Shape::Frames { .. }) => ".permute([0, 1, 3, 4, 2])",
        _ => "",
    }
}

/// The way back.
pub(super) fn unordered(format: DataFormat, shape: Shape) -> &'static str {
    match (format, shape) {
        (DataFormat::ChannelsLast, Shape::Picture { .. }) => ".permute([0, 3, 1, 2])",
        (DataFormat::ChannelsLast, Shape::Frames { .. }) => ".permute([0, 1, 4, 2, 3])",
        _ => "",
    }
}

/// Reshapes a batch to these axes behind the rows.
fn reshaped(x: &str, axes: &[usize]) -> String {
    let axes: Vec<String> = axes.iter().map(ToString::to_string).collect();
    format!(
        "{{ let x = {x}; let rows = x.dims()[0]; x.reshape([rows, {}]) }}",
        axes.join(", ")
    )
}

/// The inside axes of a shape.
fn inside(shape: Shape) -> Vec<usize> {
    shape.axes(DataFormat::ChannelsFirst)
}

fn slide(window: &Window, [height, width]: [usize; 2], groups: usize) -> String {
    let zeros = [window.zeros(0, height), window.zeros(1, width)];
    format!(
        "Slide {{ stride: {:?}, zeros: {zeros:?}, dilation: {:?}, groups: {groups} }}",
        window.strides, window.dilation
    )
}

fn picture(rank: Rank, shape: Shape) -> [usize; 2] {
    match (rank, shape) {
        (Rank::Two, Shape::Picture { height, width, .. }) => [height, width],
        (_, shape) => [1, shape.step().map_or(1, |(steps, _)| steps)],
    }
}

impl Writer {
    /// The layer's output.
    pub fn layer(&self, layer: &Layer, at: &Place, output: Shape) -> String {
        let (input, x) = (at.shapes[0], at.inputs[0].as_str());
        let value = match layer {
            Layer::Dense(_) => {
                format!("dense({x}, {}, {})", at.value("kernel"), at.option("bias"))
            }
            Layer::Conv(conv) => convolution(conv, at, input, x),
            Layer::Depthwise(conv) => depthwise(conv, at, input, x),
            Layer::Pooling(pooling) => pool(pooling, input, x),
            Layer::GlobalPooling(pooling) => {
                let over = if pooling.rank == Rank::One {
                    "[1]"
                } else {
                    "[2, 3]"
                };
                let name = match pooling.pool {
                    Pool::Max => "max",
                    Pool::Average => "mean",
                };
                let pooled = match (pooling.pool, self.dialect, at.mask) {
                    // In Keras 3 the mean of the steps that are no padding.
                    (Pool::Average, Dialect::Keras3, Some((mask, _))) => format!(
                        "{{ let real = {mask}.clone().float().unsqueeze_dim(2); \
                         ({x} * real.clone()).sum_dim(1) / real.sum_dim(1).clamp_min(1.0) }}"
                    ),
                    _ => format!("{x}.{name}_dims(&{over})"),
                };
                reshaped(&pooled, &[input.features()])
            }
            Layer::Reshaping(reshaping) => self.moved(reshaping, input, output, x),
            Layer::Dropout(dropout) => {
                let rate = float(dropout.rate);
                match dropout.spatial {
                    None => format!("drop({x}, {rate}, pass)"),
                    Some(rank) => {
                        let shape = if rank == Rank::One {
                            "[n, 1, c]"
                        } else {
                            "[n, c, 1, 1]"
                        };
                        let dims = if rank == Rank::One {
                            "[n, _, c]"
                        } else {
                            "[n, c, _, _]"
                        };
                        format!(
                            "{{ let x = {x}; let {dims} = x.dims(); drop_alike(x, {shape}, {rate}, pass) }}"
                        )
                    }
                }
            }
            Layer::Normalization(own) => normalization(own, at, input, x),
            Layer::Embedding(_) => {
                format!("module::embedding({}, {x}.int())", at.value("embeddings"))
            }
            Layer::PositionEmbedding(_) => {
                let steps = input.step().map_or(0, |(steps, _)| steps);
                format!(
                    "{x} + {}.narrow(0, 0, {steps}).unsqueeze()",
                    at.value("embeddings")
                )
            }
            Layer::MultiHeadAttention(own) => attention(own, at, x),
            Layer::Recurrent(own) => {
                let y = self.recurrent(own, at, "", own.go_backwards, x);
                flat_unless(own.return_sequences, y, own.units)
            }
            Layer::Bidirectional(both) => self.bidirectional(both, at, output, x),
            Layer::TimeDistributed(inner) => self.each_step(inner, at, output, x),
            Layer::Activation(_) => x.to_owned(),
            Layer::Merge(merge) => match merge {
                Merge::Add => at.inputs.join(" + "),
                Merge::Multiply => at.inputs.join(" * "),
                Merge::Concatenate(_) => {
                    let axis = merge.axis(input, self.format).unwrap_or(0);
                    let axis = match (self.format, input) {
                        (DataFormat::ChannelsLast, Shape::Picture { .. }) => [2, 3, 1][axis],
                        (DataFormat::ChannelsLast, Shape::Frames { .. }) => [1, 3, 4, 2][axis],
                        _ => axis + 1,
                    };
                    format!("Tensor::cat(vec![{}], {axis})", at.inputs.join(", "))
                }
            },
        };
        match layer {
            Layer::TimeDistributed(_) => value,
            _ => match layer.activation() {
                Activation::Linear => value,
                Activation::Softmax => {
                    format!("activation::softmax({value}, {})", features_axis(output))
                }
                other => self.function(other).replace("{x}", &value),
            },
        }
    }

    /// A function of one number, `{x}` in its place.
    fn function(&self, activation: Activation) -> String {
        match activation {
            Activation::Linear | Activation::Softmax => "{x}".into(),
            Activation::LeakyRelu(slope) => {
                format!("activation::leaky_relu({{x}}, {})", float(slope))
            }
            Activation::Elu(alpha) => format!("activation::elu({{x}}, {})", float(alpha)),
            Activation::Gelu(false) => "activation::gelu({x})".into(),
            Activation::Gelu(true) => "activation::gelu_approximate({x})".into(),
            Activation::Swish => "activation::silu({x})".into(),
            Activation::HardSigmoid => {
                let slope = match self.dialect {
                    Dialect::Keras2 => "0.2",
                    Dialect::Keras3 => "1.0 / 6.0",
                };
                format!("activation::hard_sigmoid({{x}}, {slope}, 0.5)")
            }
            Activation::Softplus => "activation::softplus({x}, 1.0)".into(),
            other => format!("activation::{}({{x}})", other.name()),
        }
    }

    fn moved(&self, reshaping: &Reshaping, input: Shape, output: Shape, x: &str) -> String {
        let lying = format!("{x}{}", ordered(self.format, input));
        let back = unordered(self.format, output);
        match reshaping {
            Reshaping::Flatten => reshaped(&lying, &[input.len()]),
            Reshaping::Reshape(_) => {
                format!("{}{back}", reshaped(&lying, &output.axes(self.format)))
            }
            Reshaping::Permute(dims) => {
                let dims: Vec<String> = dims.iter().map(ToString::to_string).collect();
                format!("{lying}.permute([0, {}]){back}", dims.join(", "))
            }
            Reshaping::ZeroPadding([top, bottom, left, right]) => {
                format!("{x}.pad([({top}, {bottom}), ({left}, {right})], PadMode::Constant(0.0))")
            }
            Reshaping::UpSampling([down, right]) => {
                let Shape::Picture {
                    channels,
                    height,
                    width,
                } = input
                else {
                    return x.to_owned();
                };
                let rows = format!("{x}.reshape([-1, {height}, 1, {width}]).repeat_dim(2, {down})");
                let all = format!("{rows}.reshape([-1, {width}, 1]).repeat_dim(2, {right})");
                format!(
                    "{all}.reshape([-1, {channels}, {}, {}])",
                    height * down,
                    width * right
                )
            }
        }
    }

    fn recurrent(
        &self,
        own: &Recurrent,
        at: &Place,
        prefix: &str,
        backwards: bool,
        x: &str,
    ) -> String {
        let function = |activation| match activation {
            Activation::Linear => "|x| x".to_owned(),
            other => format!("|x| {}", self.function(other).replace("{x}", "x")),
        };
        let cell = match own.cell {
            Cell::SimpleRnn => "Simple",
            Cell::Gru => "Gru",
            Cell::Lstm => "Lstm",
        };
        // Keras 2 draws masks for every gate, Keras 3 unless only inputs are dropped.
        let each = self.dialect == Dialect::Keras2 || own.recurrent_dropout > 0.0;
        let masks = if each { own.cell.parts() } else { 1 };
        let bias = match (at.has(&format!("{prefix}bias")), own.reset_after) {
            (false, _) => "None".to_owned(),
            (true, true) => format!("Some({})", at.value(&format!("{prefix}bias"))),
            (true, false) => format!("Some({}.unsqueeze())", at.value(&format!("{prefix}bias"))),
        };
        format!(
            "Recurrent {{ cell: Cell::{cell}, units: {}, activation: {}, gate: {}, reset_after: {}, sequences: {}, \
             backwards: {backwards}, dropout: [{}, {}], masks: {masks} }}.forward({x}, {}, {}, {bias}, {}, pass)",
            own.units,
            function(own.activation),
            function(own.gate),
            own.reset_after,
            own.return_sequences,
            float(own.dropout),
            float(own.recurrent_dropout),
            at.value(&format!("{prefix}kernel")),
            at.value(&format!("{prefix}recurrent_kernel")),
            at.mask()
        )
    }

    fn bidirectional(&self, both: &Bidirectional, at: &Place, output: Shape, x: &str) -> String {
        let layer = &both.layer;
        let there = self.recurrent(layer, at, "forward/", layer.go_backwards, "x.clone()");
        let back = self.recurrent(layer, at, "backward/", !layer.go_backwards, "x");
        let flip = if layer.return_sequences {
            ".flip([1])"
        } else {
            ""
        };
        let merged = match both.merge_mode {
            MergeMode::Concat => "Tensor::cat(vec![a, b], 2)",
            MergeMode::Sum => "a + b",
            MergeMode::Mul => "a * b",
            MergeMode::Ave => "(a + b) * 0.5",
        };
        let y = format!("{{ let x = {x}; let a = {there}; let b = {back}{flip}; {merged} }}");
        flat_unless(layer.return_sequences, y, output.features())
    }

    fn each_step(&self, inner: &Layer, at: &Place, output: Shape, x: &str) -> String {
        let (Some((_, step)), Some((_, out))) = (at.shapes[0].step(), output.step()) else {
            return x.to_owned();
        };
        let place = Place {
            shapes: &[step],
            inputs: &["x".to_owned()],
            mask: None,
            ..*at
        };
        let y = self.layer(inner, &place, out);
        let list = |axes: &[usize]| {
            axes.iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(", ")
        };
        format!(
            "{{ let x = {x}; let rows = x.dims()[0]; let x = x.reshape([-1, {}]); let y = {y}; y.reshape([rows, {}]) }}",
            list(&inside(step)),
            list(&inside(output))
        )
    }
}

/// The last step's numbers, where only these are wanted.
fn flat_unless(sequences: bool, y: String, units: usize) -> String {
    if sequences { y } else { reshaped(&y, &[units]) }
}

fn convolution(conv: &Conv, at: &Place, input: Shape, x: &str) -> String {
    let how = slide(&conv.window, picture(conv.rank, input), conv.groups);
    let (kernel, bias) = (at.value("kernel"), at.option("bias"));
    match conv.rank {
        Rank::One => {
            format!("over_steps({x}, |x| convolve(x, {kernel}.unsqueeze(), {bias}, {how}))")
        }
        Rank::Two => format!("convolve({x}, {kernel}, {bias}, {how})"),
    }
}

fn depthwise(conv: &Depthwise, at: &Place, input: Shape, x: &str) -> String {
    let how = slide(&conv.window, picture(Rank::Two, input), 1);
    format!(
        "separable({x}, {}, {}, {}, {how})",
        at.value("depthwise_kernel"),
        at.option("pointwise_kernel"),
        at.option("bias")
    )
}

fn pool(pooling: &Pooling, input: Shape, x: &str) -> String {
    let how = slide(&pooling.window, picture(pooling.rank, input), 1);
    let name = match pooling.pool {
        Pool::Max => "largest",
        Pool::Average => "average",
    };
    let size = pooling.window.size;
    match pooling.rank {
        Rank::One => format!("over_steps({x}, |x| {name}(x, {size:?}, {how}))"),
        Rank::Two => format!("{name}({x}, {size:?}, {how})"),
    }
}

fn normalization(own: &Normalization, at: &Place, input: Shape, x: &str) -> String {
    let moving = own.momentum.map_or("None".into(), |momentum| {
        let [mean, variance] = ["moving_mean", "moving_variance"].map(|name| at.value(name));
        format!("Some(({}, {mean}, {variance}))", float(momentum))
    });
    // What is fixed is in use, in training, too.
    let pass = if at.fixed { "&Pass::default()" } else { "pass" };
    format!(
        "normalize({x}, {}, {}, [{}, {}], {moving}, {pass})",
        features_axis(input),
        float(own.epsilon),
        at.option("gamma"),
        at.option("beta")
    )
}

fn attention(own: &MultiHeadAttention, at: &Place, x: &str) -> String {
    let seen = at.inputs[at.inputs.len() - 1].as_str();
    let part = |name: &str| {
        let (kernel, bias) = (format!("{name}/kernel"), format!("{name}/bias"));
        format!("({}, {})", at.value(&kernel), at.option(&bias))
    };
    // A mask counts where it is one of the steps that are looked at.
    let other = at.shapes[at.shapes.len() - 1]
        .step()
        .map(|(steps, _)| steps);
    let fits = at.mask.is_some_and(|(_, steps)| Some(steps) == other);
    let mask = if fits { at.mask() } else { "None".into() };
    format!(
        "Attention {{ key_dim: {}, causal: {}, dropout: {} }}.forward({x}, {seen}, [{}, {}, {}], {}, {mask}, pass)",
        own.key_dim,
        own.causal,
        float(own.dropout),
        part("query"),
        part("key"),
        part("value"),
        part("attention_output")
    )
}
