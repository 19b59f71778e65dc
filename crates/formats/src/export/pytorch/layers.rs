//! Layers as PyTorch modules and expressions. Pictures are (rows, channels, height, width) inside, sequences (rows,
//! steps, features), whatever the experiment's data format.

use crate::export::python::{float, sizes, tuple};
use crate::tree::quoted;
use fireside_spec::layers::{
    Activation, Bidirectional, Cell, Conv, Depthwise, Layer, Merge, MergeMode, MultiHeadAttention,
    Normalization, Pool, Pooling, Rank, Recurrent, Reshaping, Window,
};
use fireside_spec::{DataFormat, Dialect, Shape};

/// What a network's layers become.
pub(super) struct Modules {
    pub format: DataFormat,
    pub dialect: Dialect,
    /// Lines of `__init__`.
    pub init: Vec<String>,
    /// Names of tensors, and the views of parameters in Keras's layout.
    pub tensors: Vec<(String, String)>,
}

/// A value on its way: its expression, and the mask of its padded steps.
#[derive(Clone, Debug)]
pub(super) struct Flow {
    pub value: String,
    /// The mask's variable and its steps.
    pub mask: Option<(String, usize)>,
}

/// `.permute(0, 2, 3, 1)` from the inside order to the data format's.
pub(super) fn ordered(format: DataFormat, shape: Shape) -> &'static str {
    match (format, shape) {
        (DataFormat::ChannelsLast, Shape::Picture { .. }) => ".permute(0, 2, 3, 1)",
        (DataFormat::ChannelsLast, Shape::Frames { .. }) => ".permute(0, 1, 3, 4, 2)",
        _ => "",
    }
}

/// The way back.
pub(super) fn unordered(format: DataFormat, shape: Shape) -> &'static str {
    match (format, shape) {
        (DataFormat::ChannelsLast, Shape::Picture { .. }) => ".permute(0, 3, 1, 2)",
        (DataFormat::ChannelsLast, Shape::Frames { .. }) => ".permute(0, 1, 4, 2, 3)",
        _ => "",
    }
}

const fn flag(flag: bool) -> &'static str {
    if flag { "True" } else { "False" }
}

/// The axis of channels or features.
const fn features_axis(shape: Shape) -> usize {
    match shape {
        Shape::Flat { .. } | Shape::Picture { .. } => 1,
        Shape::Sequence { .. } | Shape::Frames { .. } => 2,
    }
}

/// The zeros around, as `F.pad` wants them: last axis first; none where there are none.
fn padding(window: &Window, height: usize, width: usize) -> Option<[usize; 4]> {
    let (top, bottom) = window.zeros(0, height);
    let (left, right) = window.zeros(1, width);
    let sides = [left, right, top, bottom];
    (sides != [0; 4]).then_some(sides)
}

fn picture(rank: Rank, shape: Shape) -> [usize; 2] {
    match (rank, shape) {
        (Rank::Two, Shape::Picture { height, width, .. }) => [height, width],
        (_, shape) => [1, shape.step().map_or(1, |(steps, _)| steps)],
    }
}

impl Modules {
    /// The layer `name`, whose module is `self.<attr>`, applied to `inputs`; its output's expression.
    pub fn layer(
        &mut self,
        layer: &Layer,
        [name, attr]: [&str; 2],
        shapes: &[Shape],
        inputs: &[Flow],
    ) -> String {
        let (input, own) = (shapes[0], format!("self.{attr}"));
        let x = inputs[0].value.as_str();
        let value = match layer {
            Layer::Dense(dense) => {
                let bias = dense.bias.is_some();
                let (from, to) = (input.features(), dense.units);
                self.put(
                    &own,
                    &format!(
                        "nn.Linear({from}, {to}{})",
                        if bias { "" } else { ", bias=False" }
                    ),
                );
                self.kernel(name, &own, ".T", bias);
                format!("{own}({x})")
            }
            Layer::Conv(conv) => self.convolution(conv, [name, &own], input, x),
            Layer::Depthwise(conv) => self.depthwise(conv, [name, &own], input, x),
            Layer::Pooling(pooling) => pool(pooling, input, x),
            Layer::GlobalPooling(pooling) => {
                let over = if pooling.rank == Rank::One {
                    "1"
                } else {
                    "(2, 3)"
                };
                let mask = inputs[0].mask.as_ref();
                match (
                    pooling.pool,
                    mask.filter(|_| self.dialect == Dialect::Keras3),
                ) {
                    // The mean of the steps that are no padding.
                    (Pool::Average, Some((mask, _))) => format!(
                        "({x} * {mask}.unsqueeze(2)).sum(1) / {mask}.sum(1, keepdim=True).clamp(min=1)"
                    ),
                    (Pool::Max, _) => format!("{x}.amax({over})"),
                    (Pool::Average, None) => format!("{x}.mean({over})"),
                }
            }
            Layer::Reshaping(reshaping) => self.moved(reshaping, layer, input, x),
            Layer::Dropout(dropout) => {
                let rate = float(dropout.rate);
                match dropout.spatial {
                    None => format!("F.dropout({x}, {rate}, self.training)"),
                    Some(Rank::One) => {
                        format!(
                            "F.dropout1d({x}.transpose(1, 2), {rate}, self.training).transpose(1, 2)"
                        )
                    }
                    Some(Rank::Two) => format!("F.dropout2d({x}, {rate}, self.training)"),
                }
            }
            Layer::Normalization(normalization) => {
                self.normalization(normalization, [name, &own], input);
                format!("{own}({x})")
            }
            Layer::Embedding(embedding) => {
                let (ids, size) = (embedding.input_dim, embedding.output_dim);
                self.put(&own, &format!("nn.Embedding({ids}, {size})"));
                self.tensor(name, "embeddings", format!("{own}.weight"));
                format!("{own}({x}.long())")
            }
            Layer::PositionEmbedding(embedding) => {
                let steps = input.step().map_or(0, |(steps, _)| steps);
                let rows = embedding.sequence_length.unwrap_or(steps);
                self.put(
                    &own,
                    &format!("PositionEmbedding({rows}, {})", input.features()),
                );
                self.tensor(name, "embeddings", format!("{own}.embeddings"));
                format!("{own}({x})")
            }
            Layer::MultiHeadAttention(attention) => {
                let seen = &inputs[inputs.len() - 1];
                let other = shapes[shapes.len() - 1];
                self.attention(attention, [name, &own], input, other);
                // A mask counts where it is one of the steps that are looked at.
                let mask = inputs.iter().find_map(|flow| flow.mask.as_ref());
                let fits = mask.filter(|(_, steps)| Some(*steps) == other.step().map(|(n, _)| n));
                let mask = fits.map_or(String::new(), |(mask, _)| format!(", {mask}"));
                format!("{own}({x}, {}{mask})", seen.value)
            }
            Layer::Recurrent(recurrent) => {
                let module = self.recurrent(recurrent, input, recurrent.go_backwards);
                self.put(&own, &module);
                self.cell(recurrent, name, "", &own);
                format!("{own}({x}{})", masked(&inputs[0]))
            }
            Layer::Bidirectional(both) => self.bidirectional(both, [name, &own], input, &inputs[0]),
            Layer::TimeDistributed(inner) => {
                let step = input.step().map_or(input, |(_, step)| step);
                let flow = Flow {
                    value: "x".into(),
                    mask: None,
                };
                let inner = self.layer(inner, [name, attr], &[step], &[flow]);
                return format!("each_step(lambda x: {inner}, {x})");
            }
            Layer::Activation(_) => x.to_owned(),
            Layer::Merge(merge) => {
                let values: Vec<String> = inputs.iter().map(|flow| flow.value.clone()).collect();
                match merge {
                    Merge::Add => values.join(" + "),
                    Merge::Multiply => values.join(" * "),
                    Merge::Concatenate(_) => {
                        let axis = merge.axis(input, self.format).unwrap_or(0);
                        let axis = match (self.format, input) {
                            (DataFormat::ChannelsLast, Shape::Picture { .. }) => [2, 3, 1][axis],
                            (DataFormat::ChannelsLast, Shape::Frames { .. }) => [1, 3, 4, 2][axis],
                            _ => axis + 1,
                        };
                        format!("torch.cat({}, {axis})", tuple(&values))
                    }
                }
            }
        };
        // Merges have a shape of their own, but no activation.
        self.activated(layer.activation(), &value, input)
    }

    fn put(&mut self, own: &str, module: &str) {
        self.init.push(format!("{own} = {module}"));
    }

    fn tensor(&mut self, layer: &str, tensor: &str, view: String) {
        self.tensors.push((format!("{layer}/{tensor}"), view));
    }

    fn kernel(&mut self, layer: &str, own: &str, turned: &str, bias: bool) {
        self.tensor(layer, "kernel", format!("{own}.weight{turned}"));
        if bias {
            self.tensor(layer, "bias", format!("{own}.bias"));
        }
    }

    /// The function of one number, or softmax over the features of `shape` (its rank is the output's).
    fn activated(&self, activation: Activation, x: &str, shape: Shape) -> String {
        match activation {
            Activation::Linear => x.to_owned(),
            Activation::Softmax => format!("{x}.softmax({})", features_axis(shape)),
            other => format!("{}({x})", self.function(other)),
        }
    }

    fn function(&self, activation: Activation) -> String {
        match activation {
            Activation::Linear | Activation::Softmax => "nn.Identity()".into(),
            Activation::Relu => "F.relu".into(),
            Activation::LeakyRelu(slope) => format!("nn.LeakyReLU({})", float(slope)),
            Activation::Elu(alpha) => format!("nn.ELU({})", float(alpha)),
            Activation::Selu => "F.selu".into(),
            Activation::Gelu(false) => "F.gelu".into(),
            Activation::Gelu(true) => "nn.GELU(\"tanh\")".into(),
            Activation::Swish => "F.silu".into(),
            Activation::Sigmoid => "torch.sigmoid".into(),
            Activation::HardSigmoid => match self.dialect {
                Dialect::Keras2 => "hard_sigmoid".into(),
                Dialect::Keras3 => "F.hardsigmoid".into(),
            },
            Activation::Tanh => "torch.tanh".into(),
            Activation::Softplus => "F.softplus".into(),
            Activation::Softsign => "F.softsign".into(),
        }
    }

    fn convolution(
        &mut self,
        conv: &Conv,
        [name, own]: [&str; 2],
        input: Shape,
        x: &str,
    ) -> String {
        let [height, width] = picture(conv.rank, input);
        let (window, bias) = (&conv.window, conv.bias.is_some());
        let pad = padding(window, height, width);
        let (from, filters, groups) = (input.features(), conv.filters, conv.groups);
        let more = |rank: Rank| {
            let own = |pair: [usize; 2]| match rank {
                Rank::One => pair[1].to_string(),
                Rank::Two => sizes(&pair),
            };
            let mut more = own(window.size);
            for (key, pair) in [("stride", window.strides), ("dilation", window.dilation)] {
                if pair != [1, 1] {
                    more += &format!(", {key}={}", own(pair));
                }
            }
            if groups > 1 {
                more += &format!(", groups={groups}");
            }
            more + if bias { "" } else { ", bias=False" }
        };
        match conv.rank {
            Rank::One => {
                self.put(
                    own,
                    &format!("nn.Conv1d({from}, {filters}, {})", more(Rank::One)),
                );
                self.kernel(name, own, ".permute(2, 1, 0)", bias);
                let x = format!("{x}.transpose(1, 2)");
                let x = match pad {
                    Some([left, right, ..]) => format!("F.pad({x}, ({left}, {right}))"),
                    None => x,
                };
                format!("{own}({x}).transpose(1, 2)")
            }
            Rank::Two => {
                self.put(
                    own,
                    &format!("nn.Conv2d({from}, {filters}, {})", more(Rank::Two)),
                );
                self.kernel(name, own, ".permute(2, 3, 1, 0)", bias);
                format!("{own}({})", padded(x, pad))
            }
        }
    }

    fn depthwise(
        &mut self,
        conv: &Depthwise,
        [name, own]: [&str; 2],
        input: Shape,
        x: &str,
    ) -> String {
        let [height, width] = picture(Rank::Two, input);
        let window = &conv.window;
        let (channels, m, bias) = (input.features(), conv.depth_multiplier, conv.bias.is_some());
        let first = format!(
            "nn.Conv2d({channels}, {}, {}, stride={}, dilation={}, groups={channels}, bias={})",
            channels * m,
            sizes(&window.size),
            sizes(&window.strides),
            sizes(&window.dilation),
            flag(bias && conv.pointwise.is_none())
        );
        let [rows, columns] = window.size;
        let view = format!(".weight.view({channels}, {m}, {rows}, {columns}).permute(2, 3, 0, 1)");
        match &conv.pointwise {
            None => {
                self.put(own, &first);
                self.tensor(name, "depthwise_kernel", format!("{own}{view}"));
            }
            Some((filters, _)) => {
                let second = format!(
                    "nn.Conv2d({}, {filters}, 1, bias={})",
                    channels * m,
                    flag(bias)
                );
                self.put(own, &format!("nn.Sequential({first}, {second})"));
                self.tensor(name, "depthwise_kernel", format!("{own}[0]{view}"));
                self.tensor(
                    name,
                    "pointwise_kernel",
                    format!("{own}[1].weight.permute(2, 3, 1, 0)"),
                );
            }
        }
        if bias {
            let last = if conv.pointwise.is_some() { "[1]" } else { "" };
            self.tensor(name, "bias", format!("{own}{last}.bias"));
        }
        format!("{own}({})", padded(x, padding(window, height, width)))
    }

    fn moved(&self, reshaping: &Reshaping, layer: &Layer, input: Shape, x: &str) -> String {
        let format = self.format;
        let lying = format!("{x}{}", ordered(format, input));
        let axes = |axes: &[usize]| {
            axes.iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(", ")
        };
        match reshaping {
            Reshaping::Flatten => format!("{lying}.flatten(1)"),
            Reshaping::Reshape(_) | Reshaping::Permute(_) => {
                let shape = output(layer, input, format);
                let moved = match reshaping {
                    Reshaping::Permute(dims) => format!("{lying}.permute(0, {})", axes(dims)),
                    _ => format!(
                        "{lying}.flatten(1).unflatten(1, {})",
                        sizes(&shape.axes(format))
                    ),
                };
                format!("{moved}{}", unordered(format, shape))
            }
            Reshaping::ZeroPadding([top, bottom, left, right]) => {
                format!("F.pad({x}, ({left}, {right}, {top}, {bottom}))")
            }
            Reshaping::UpSampling([down, right]) => {
                format!("{x}.repeat_interleave({down}, 2).repeat_interleave({right}, 3)")
            }
        }
    }

    fn normalization(&mut self, own: &Normalization, [name, attr]: [&str; 2], input: Shape) {
        let momentum = own
            .momentum
            .map_or_else(String::new, |m| format!(", momentum={}", float(m)));
        let mut switches = String::new();
        for (key, there) in [
            ("scale", own.gamma.is_some()),
            ("center", own.beta.is_some()),
        ] {
            if !there {
                switches += &format!(", {key}=False");
            }
        }
        let (features, axis, epsilon) =
            (input.features(), features_axis(input), float(own.epsilon));
        self.put(
            attr,
            &format!("Normalization({features}, {axis}, {epsilon}{momentum}{switches})"),
        );
        let moving = own.momentum.is_some();
        for (tensor, there) in [
            ("gamma", own.gamma.is_some()),
            ("beta", own.beta.is_some()),
            ("moving_mean", moving),
            ("moving_variance", moving),
        ] {
            if there {
                self.tensor(name, tensor, format!("{attr}.{tensor}"));
            }
        }
    }

    fn attention(
        &mut self,
        own: &MultiHeadAttention,
        [name, attr]: [&str; 2],
        input: Shape,
        other: Shape,
    ) {
        let mut args = format!(
            "{}, {}, {}, {}, {}",
            input.features(),
            other.features(),
            own.num_heads,
            own.key_dim,
            own.value_dim
        );
        for (key, told, value) in [
            ("bias", own.bias.is_none(), "False".to_owned()),
            ("causal", own.causal, "True".to_owned()),
            ("dropout", own.dropout > 0.0, float(own.dropout)),
        ] {
            if told {
                args += &format!(", {key}={value}");
            }
        }
        self.put(attr, &format!("MultiHeadAttention({args})"));
        for part in ["query", "key", "value", "attention_output"] {
            self.tensor(
                name,
                &format!("{part}/kernel"),
                format!("{attr}.{part}_kernel"),
            );
            if own.bias.is_some() {
                self.tensor(name, &format!("{part}/bias"), format!("{attr}.{part}_bias"));
            }
        }
    }

    fn recurrent(&self, own: &Recurrent, input: Shape, backwards: bool) -> String {
        let mut args = format!(
            "{}, {}, {}, {}",
            quoted(own.name()),
            input.features(),
            own.units,
            self.function(own.activation)
        );
        // Keras 2 draws masks for every gate, Keras 3 unless only inputs are dropped.
        let each = self.dialect == Dialect::Keras2 || own.recurrent_dropout > 0.0;
        let drops = own.dropout > 0.0 || own.recurrent_dropout > 0.0;
        for (key, told, value) in [
            (
                "gate",
                own.cell != Cell::SimpleRnn && own.gate != Activation::Sigmoid,
                self.function(own.gate),
            ),
            ("bias", own.bias.is_none(), "False".into()),
            ("reset_after", own.reset_after, "True".into()),
            ("sequences", own.return_sequences, "True".into()),
            ("backwards", backwards, "True".into()),
            ("stateful", own.stateful, "True".into()),
            ("dropout", own.dropout > 0.0, float(own.dropout)),
            (
                "recurrent_dropout",
                own.recurrent_dropout > 0.0,
                float(own.recurrent_dropout),
            ),
            ("masks", drops && each, own.cell.parts().to_string()),
        ] {
            if told {
                args += &format!(", {key}={value}");
            }
        }
        format!("Recurrent({args})")
    }

    fn cell(&mut self, own: &Recurrent, name: &str, prefix: &str, attr: &str) {
        for tensor in ["kernel", "recurrent_kernel", "bias"] {
            if tensor != "bias" || own.bias.is_some() {
                self.tensor(
                    name,
                    &format!("{prefix}{tensor}"),
                    format!("{attr}.{tensor}"),
                );
            }
        }
    }

    fn bidirectional(
        &mut self,
        both: &Bidirectional,
        [name, own]: [&str; 2],
        input: Shape,
        flow: &Flow,
    ) -> String {
        let layer = &both.layer;
        let ways = [layer.go_backwards, !layer.go_backwards];
        let [there, back] = ways.map(|backwards| self.recurrent(layer, input, backwards));
        self.put(own, &format!("nn.ModuleList([{there}, {back}])"));
        self.cell(layer, name, "forward/", &format!("{own}[0]"));
        self.cell(layer, name, "backward/", &format!("{own}[1]"));
        let mode = match both.merge_mode {
            MergeMode::Concat => "concat",
            MergeMode::Sum => "sum",
            MergeMode::Mul => "mul",
            MergeMode::Ave => "ave",
        };
        format!(
            "both_ways({own}, \"{mode}\", {}{})",
            flow.value,
            masked(flow)
        )
    }
}

fn masked(flow: &Flow) -> String {
    flow.mask
        .as_ref()
        .map_or(String::new(), |(mask, _)| format!(", {mask}"))
}

fn padded(x: &str, pad: Option<[usize; 4]>) -> String {
    pad.map_or_else(
        || x.to_owned(),
        |pad| format!("F.pad({x}, {})", sizes(&pad)),
    )
}

fn pool(pooling: &Pooling, input: Shape, x: &str) -> String {
    let [height, width] = picture(pooling.rank, input);
    let window = &pooling.window;
    let (size, strides) = (sizes(&window.size), sizes(&window.strides));
    let (plain, careful) = match pooling.pool {
        Pool::Max => ("F.max_pool2d", "max_pool"),
        Pool::Average => ("F.avg_pool2d", "average_pool"),
    };
    let call = |x: &str| match padding(window, height, width) {
        None => format!("{plain}({x}, {size}, {strides})"),
        Some(pad) => format!("{careful}({x}, {size}, {strides}, {})", sizes(&pad)),
    };
    match pooling.rank {
        Rank::One => format!("over_steps(lambda x: {}, {x})", call("x")),
        Rank::Two => call(x),
    }
}

/// The shape that a reshaping gives, which `spec::check` has found.
fn output(layer: &Layer, input: Shape, format: DataFormat) -> Shape {
    let axes = input.axes(format);
    let moved: Option<Vec<usize>> = match layer {
        Layer::Reshaping(Reshaping::Permute(dims)) => dims
            .iter()
            .map(|dim| axes.get(dim.wrapping_sub(1)).copied())
            .collect(),
        Layer::Reshaping(Reshaping::Reshape(wanted)) => {
            let known: usize = wanted
                .iter()
                .filter_map(|axis| usize::try_from(*axis).ok())
                .product();
            let open = input.len() / known.max(1);
            Some(
                wanted
                    .iter()
                    .map(|axis| usize::try_from(*axis).unwrap_or(open))
                    .collect(),
            )
        }
        _ => None,
    };
    moved
        .and_then(|axes| Shape::of(&axes, format))
        .unwrap_or(input)
}
