//! Layer -> class and settings, after each class's `get_config` (Keras 2.0.8 and 3.15.1).

use super::{Config, Form, Setting, data_format};
use crate::FormatError;
use crate::tree::Tree;
use fireside_spec::layers::{
    Activation, Cell, Conv, Depthwise, Initializer, Layer, Merge, MergeMode, MultiHeadAttention,
    Normalization, Pooling, Rank, Recurrent, Reshaping, Window,
};
use fireside_spec::{DataFormat, Dialect, Shape};

const GLOROT: Initializer = Initializer::GLOROT_UNIFORM;

/// The layer for inputs of these shapes.
///
/// # Errors
/// `foreign_inexpressible`: the form has no words for it.
pub fn config(layer: &Layer, inputs: &[Shape], form: &Form) -> Result<Config, FormatError> {
    let input = inputs.first().copied().unwrap_or(Shape::Flat { units: 0 });
    let class = Config::new(layer.type_name());
    Ok(match layer {
        Layer::Dense(dense) => kernel_and_bias(
            class
                .set("units", dense.units)
                .activation(form, dense.activation, input)?,
            form,
            Some(&dense.kernel),
            dense.bias.as_ref(),
        ),
        Layer::Conv(conv) => convolution(class, conv, input, form)?,
        Layer::Depthwise(conv) => depthwise(class, conv, input, form)?,
        Layer::Pooling(pooling) => pool(class, pooling, form),
        Layer::GlobalPooling(pooling) => class.format(form, pooling.rank),
        Layer::Reshaping(reshaping) => moved(class, reshaping, input, form),
        Layer::Dropout(dropout) => {
            let class = class.set("rate", dropout.rate);
            match dropout.spatial {
                Some(Rank::Two) => class.format(form, Rank::Two),
                _ => class,
            }
        }
        Layer::Normalization(own) => normalization(class, own, input, form)?,
        Layer::Embedding(embedding) => {
            let class = class
                .set("input_dim", embedding.input_dim)
                .set("output_dim", embedding.output_dim)
                .rules(
                    form,
                    "embeddings",
                    Some(&embedding.table),
                    Initializer::UNIFORM,
                )
                .or("mask_zero", embedding.mask_zero, false);
            match form.target {
                // A Flatten behind it wants to know.
                Dialect::Keras2 => class.set("input_length", input.len()),
                Dialect::Keras3 => class,
            }
        }
        Layer::PositionEmbedding(embedding) => {
            if !form.code {
                return form.refuse("PositionEmbedding, which Keras has not got");
            }
            let steps = input.step().map_or(0, |(steps, _)| steps);
            class
                .set(
                    "sequence_length",
                    embedding.sequence_length.unwrap_or(steps),
                )
                .rules(
                    form,
                    "embeddings",
                    Some(&embedding.table),
                    Initializer::UNIFORM,
                )
        }
        Layer::MultiHeadAttention(own) => attention(class, own, form)?,
        Layer::Recurrent(own) => recurrent(class, own, input, form)?,
        Layer::Bidirectional(both) => {
            let inner = Config::new(both.layer.name());
            let inner = recurrent(inner, &both.layer, input, form)?;
            let mode = match both.merge_mode {
                MergeMode::Concat => "concat",
                MergeMode::Sum => "sum",
                MergeMode::Mul => "mul",
                MergeMode::Ave => "ave",
            };
            let class = class.put("layer", Setting::Layer(Box::new(inner)), false);
            let class = match twin(&both.layer, form)? {
                None => class,
                Some(twin) => {
                    let backward = recurrent(Config::new(twin.name()), &twin, input, form)?;
                    class.put("backward_layer", Setting::Layer(Box::new(backward)), false)
                }
            };
            class.or("merge_mode", mode, "concat")
        }
        Layer::TimeDistributed(inner) => {
            let step = input.step().map_or(input, |(_, step)| step);
            let inner = config(inner, &[step], form)?;
            class.put("layer", Setting::Layer(Box::new(inner)), false)
        }
        Layer::Activation(Activation::LeakyRelu(slope)) => match form.target {
            Dialect::Keras2 => class.or("alpha", *slope, 0.3),
            Dialect::Keras3 => class.or("negative_slope", *slope, 0.3),
        },
        Layer::Activation(Activation::Elu(alpha)) => class.or("alpha", *alpha, 1.0),
        Layer::Activation(Activation::Softmax) if form.features_axis(input) > 0 => {
            form.since_keras3("softmax over the channels")?;
            Config::new("Softmax").set("axis", form.features_axis(input))
        }
        Layer::Activation(activation) => {
            let value = function(form, *activation, input)?;
            class.put("activation", value, false)
        }
        Layer::Merge(Merge::Concatenate(axis)) => class.or("axis", *axis, -1i64),
        Layer::Merge(_) => class,
    })
}

/// An activation by Keras's name.
fn function(form: &Form, activation: Activation, input: Shape) -> Result<Setting, FormatError> {
    let name = activation.name();
    let own = match activation {
        Activation::HardSigmoid if form.own != form.target => match form.own {
            Dialect::Keras2 => Some("hard_sigmoid_keras2"),
            Dialect::Keras3 => Some("hard_sigmoid_keras3"),
        },
        Activation::Gelu(true) => Some("gelu_tanh"),
        Activation::LeakyRelu(slope) if slope != 0.2 => Some("leaky_relu"),
        Activation::Elu(alpha) if alpha != 1.0 => Some("elu"),
        Activation::Softmax if form.features_axis(input) > 0 => {
            return form.refuse("softmax over the channels as a convolution's activation");
        }
        Activation::LeakyRelu(_) | Activation::Gelu(_) | Activation::Swish => {
            form.since_keras3(&format!("the activation {name}"))?;
            None
        }
        _ => None,
    };
    match own {
        None => Ok(Setting::Plain(name.into())),
        Some(own @ ("hard_sigmoid_keras2" | "gelu_tanh")) if form.code => Ok(Setting::Code(own)),
        Some(own) => form.refuse(&format!("the activation {own}")),
    }
}

impl Config {
    fn activation(
        self,
        form: &Form,
        activation: Activation,
        input: Shape,
    ) -> Result<Self, FormatError> {
        let value = function(form, activation, input)?;
        Ok(self.put("activation", value, activation == Activation::Linear))
    }

    /// `data_format`, which Keras 3 has for sequences, too.
    fn format(self, form: &Form, rank: Rank) -> Self {
        let last = DataFormat::ChannelsLast;
        let own = match (rank, form.target) {
            (Rank::Two, _) => form.data_format,
            (Rank::One, Dialect::Keras3) => last,
            (Rank::One, Dialect::Keras2) => return self,
        };
        self.or("data_format", data_format(own), data_format(last))
    }

    fn pair(self, rank: Rank, key: &str, pair: [usize; 2], default: Option<[usize; 2]>) -> Self {
        let tree = |pair: [usize; 2]| match rank {
            Rank::One => Tree::from(&pair[1..]),
            Rank::Two => Tree::from(pair),
        };
        let standard = default == Some(pair);
        self.put(key, Setting::Plain(tree(pair)), standard)
    }

    fn window(self, form: &Form, rank: Rank, window: &Window) -> Self {
        self.pair(rank, "kernel_size", window.size, None)
            .pair(rank, "strides", window.strides, Some([1, 1]))
            .or("padding", window.padding.name(), "valid")
            .format(form, rank)
            .pair(rank, "dilation_rate", window.dilation, Some([1, 1]))
    }
}

fn kernel_and_bias(
    config: Config,
    form: &Form,
    kernel: Option<&fireside_spec::layers::Rules>,
    bias: Option<&fireside_spec::layers::Rules>,
) -> Config {
    config
        .or("use_bias", bias.is_some(), true)
        .rules(form, "kernel", kernel, GLOROT)
        .rules(form, "bias", bias, Initializer::Zeros)
}

fn convolution(
    class: Config,
    conv: &Conv,
    input: Shape,
    form: &Form,
) -> Result<Config, FormatError> {
    let mut config = class
        .set("filters", conv.filters)
        .window(form, conv.rank, &conv.window);
    if conv.groups != 1 {
        form.since_keras3("a convolution in groups")?;
        config = config.set("groups", conv.groups);
    }
    let config = config.activation(form, conv.activation, input)?;
    Ok(kernel_and_bias(
        config,
        form,
        Some(&conv.kernel),
        conv.bias.as_ref(),
    ))
}

fn depthwise(
    class: Config,
    conv: &Depthwise,
    input: Shape,
    form: &Form,
) -> Result<Config, FormatError> {
    let mut config = class;
    match &conv.pointwise {
        Some((filters, _)) => config = config.set("filters", *filters),
        None => form.since_keras3("DepthwiseConv2D")?,
    }
    let config = config
        .window(form, Rank::Two, &conv.window)
        .or("depth_multiplier", conv.depth_multiplier, 1usize)
        .activation(form, conv.activation, input)?
        .or("use_bias", conv.bias.is_some(), true)
        .rules(form, "depthwise", Some(&conv.depthwise), GLOROT);
    let config = match &conv.pointwise {
        Some((_, rules)) => config.rules(form, "pointwise", Some(rules), GLOROT),
        None => config,
    };
    Ok(config.rules(form, "bias", conv.bias.as_ref(), Initializer::Zeros))
}

fn pool(class: Config, pooling: &Pooling, form: &Form) -> Config {
    let (rank, window) = (pooling.rank, &pooling.window);
    class
        .pair(rank, "pool_size", window.size, None)
        .pair(rank, "strides", window.strides, Some(window.size))
        .or("padding", window.padding.name(), "valid")
        .format(form, rank)
}

fn moved(class: Config, reshaping: &Reshaping, input: Shape, form: &Form) -> Config {
    match reshaping {
        // Keras 3 puts the channels last before it flattens; Reshape leaves them where they are.
        Reshaping::Flatten if form.target == Dialect::Keras3 && form.features_axis(input) > 0 => {
            Config::new("Reshape").set("target_shape", [-1i64])
        }
        Reshaping::Flatten => class,
        Reshaping::Reshape(axes) => class.set("target_shape", &axes[..]),
        Reshaping::Permute(dims) => class.set("dims", &dims[..]),
        Reshaping::ZeroPadding([top, bottom, left, right]) => {
            let sides = vec![Tree::from([*top, *bottom]), Tree::from([*left, *right])];
            class.set("padding", sides).format(form, Rank::Two)
        }
        Reshaping::UpSampling(size) => class
            .pair(Rank::Two, "size", *size, Some([2, 2]))
            .format(form, Rank::Two),
    }
}

fn normalization(
    class: Config,
    own: &Normalization,
    input: Shape,
    form: &Form,
) -> Result<Config, FormatError> {
    let mut config = class.or("axis", form.features_axis(input), -1i64);
    match own.momentum {
        Some(momentum) => config = config.or("momentum", momentum, 0.99),
        None => form.since_keras3("LayerNormalization")?,
    }
    Ok(config
        .or("epsilon", own.epsilon, 1e-3)
        .or("center", own.beta.is_some(), true)
        .or("scale", own.gamma.is_some(), true)
        .rules(form, "beta", own.beta.as_ref(), Initializer::Zeros)
        .rules(form, "gamma", own.gamma.as_ref(), Initializer::Ones))
}

fn attention(class: Config, own: &MultiHeadAttention, form: &Form) -> Result<Config, FormatError> {
    form.since_keras3("MultiHeadAttention")?;
    let config = class
        .set("num_heads", own.num_heads)
        .set("key_dim", own.key_dim)
        .or("value_dim", own.value_dim, own.key_dim)
        .or("dropout", own.dropout, 0.0);
    Ok(kernel_and_bias(
        config,
        form,
        Some(&own.kernel),
        own.bias.as_ref(),
    ))
}

/// The backward copy of a `Bidirectional`, where the form would have another one by itself: Keras 2 counts the
/// penalties of the forward copy alone, Keras 3 those of both.
fn twin(layer: &Recurrent, form: &Form) -> Result<Option<Recurrent>, FormatError> {
    let mut twin = layer.clone();
    twin.go_backwards = !layer.go_backwards;
    let rules = [&mut twin.kernel, &mut twin.recurrent];
    let mut penalised = false;
    for rules in rules.into_iter().chain(&mut twin.bias) {
        penalised |= rules.regularizer.take().is_some();
    }
    match (form.own, form.target) {
        (Dialect::Keras2, Dialect::Keras3) if penalised => Ok(Some(twin)),
        (Dialect::Keras3, Dialect::Keras2) if penalised => {
            form.refuse("penalties on both directions")
        }
        _ => Ok(None),
    }
}

fn recurrent(
    class: Config,
    own: &Recurrent,
    input: Shape,
    form: &Form,
) -> Result<Config, FormatError> {
    let mut config = class.set("units", own.units).put(
        "activation",
        function(form, own.activation, input)?,
        own.activation == Activation::Tanh,
    );
    if own.cell != Cell::SimpleRnn {
        let default = match form.target {
            Dialect::Keras2 => Activation::HardSigmoid,
            Dialect::Keras3 => Activation::Sigmoid,
        };
        let gate = function(form, own.gate, input)?;
        config = config.put("recurrent_activation", gate, own.gate == default);
    }
    let bias = own.bias.as_ref();
    let forget = bias.is_none_or(|bias| bias.initializer == Initializer::UnitForget);
    let default = match (own.cell, forget) {
        (Cell::Lstm, true) => Initializer::UnitForget,
        _ => Initializer::Zeros,
    };
    config = config
        .or("use_bias", bias.is_some(), true)
        .rules(form, "kernel", Some(&own.kernel), GLOROT)
        .rules(
            form,
            "recurrent",
            Some(&own.recurrent),
            Initializer::Orthogonal(1.0),
        )
        .rules(form, "bias", bias, default);
    if own.cell == Cell::Lstm {
        config = config.or("unit_forget_bias", forget, true);
    }
    config = config
        .or("dropout", own.dropout, 0.0)
        .or("recurrent_dropout", own.recurrent_dropout, 0.0)
        .or("return_sequences", own.return_sequences, false)
        .or("go_backwards", own.go_backwards, false)
        .or("stateful", own.stateful, false);
    if own.cell == Cell::Gru {
        match (form.target, own.reset_after) {
            (Dialect::Keras3, after) => config = config.or("reset_after", after, true),
            (Dialect::Keras2, false) => {}
            (Dialect::Keras2, true) => return form.refuse("a GRU that resets after the product"),
        }
    }
    Ok(config)
}
