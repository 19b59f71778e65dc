//! Random fields for every layer: each by itself right, whether they fit together is another question.

use fireside_spec::Layer;
use fireside_spec::layers::{Activation, Initializer};
use fireside_tests::dice::Dice;

/// Random fields of layers.
pub struct Writer {
    pub dice: Dice,
}

impl Writer {
    /// One of `from..=to`.
    pub fn whole(&mut self, from: usize, to: usize) -> usize {
        from + self.dice.throw(to + 1 - from)
    }

    pub fn one_in(&mut self, n: usize) -> bool {
        self.dice.throw(n) == 0
    }

    fn flag(&mut self, field: &str) -> String {
        match self.dice.throw(4) {
            0 => format!("{field} = true"),
            1 => format!("{field} = false"),
            _ => String::new(),
        }
    }

    fn activation(&mut self) -> String {
        let all: Vec<&str> = Activation::ALL.iter().map(|(name, _)| *name).collect();
        match self.dice.throw(2) {
            0 => format!("activation = \"{}\"", self.dice.pick(&all)),
            _ => String::new(),
        }
    }

    /// `<name>_initializer` and its like, now and then.
    fn rules(&mut self, names: &[&str]) -> String {
        let mut out = Vec::new();
        for name in names {
            if self.one_in(4) {
                let all: Vec<&str> = Initializer::ALL.iter().map(|(name, _)| *name).collect();
                out.push(format!("{name}_initializer = \"{}\"", self.dice.pick(&all)));
            }
            if self.one_in(6) {
                let all = ["\"l1\"", "\"l2\"", "{ name = \"l1_l2\", l1 = 0.1 }"];
                out.push(format!("{name}_regularizer = {}", self.dice.pick(&all)));
            }
            if self.one_in(5) {
                let axes = [self.whole(0, 7), self.whole(0, 3)];
                let kind = self.dice.pick(&["max_norm", "unit_norm", "min_max_norm"]);
                out.push(match self.dice.throw(3) {
                    0 => format!("{name}_constraint = \"non_neg\""),
                    1 => format!("{name}_constraint = \"{kind}\""),
                    _ => format!("{name}_constraint = {{ name = \"{kind}\", axis = {axes:?} }}"),
                });
            }
        }
        out.join("\n")
    }

    fn pair(&mut self, field: &str, from: usize, to: usize, two: bool) -> String {
        let [a, b] = [self.whole(from, to), self.whole(from, to)];
        match two && self.one_in(2) {
            true => format!("{field} = [{a}, {b}]"),
            false => format!("{field} = {a}"),
        }
    }

    fn window(&mut self, two: bool) -> Vec<String> {
        let mut out = vec![self.pair("kernel_size", 1, 4, two)];
        if self.one_in(3) {
            out.push(self.pair("strides", 1, 3, two));
        } else if self.one_in(2) {
            out.push(self.pair("dilation_rate", 1, 3, two));
        }
        out.push(self.padding(!two));
        out
    }

    fn padding(&mut self, causal: bool) -> String {
        let all = ["valid", "same", "causal"];
        match self.dice.throw(2) {
            0 => String::new(),
            _ => format!(
                "padding = \"{}\"",
                self.dice.pick(&all[..2 + usize::from(causal)])
            ),
        }
    }

    /// The fields of a layer of this class, each on its own line.
    pub fn fields(&mut self, class: &str) -> Vec<String> {
        let kernel = ["kernel", "bias"];
        match class {
            "Dense" => vec![
                format!("units = {}", self.whole(1, 6)),
                self.activation(),
                self.flag("use_bias"),
                self.rules(&kernel),
            ],
            "Conv1D" | "Conv2D" => {
                let mut out = self.window(class == "Conv2D");
                out.push(format!("filters = {}", self.whole(1, 6)));
                if self.one_in(3) {
                    out.push(format!("groups = {}", self.whole(1, 3)));
                }
                out.extend([
                    self.activation(),
                    self.flag("use_bias"),
                    self.rules(&kernel),
                ]);
                out
            }
            "DepthwiseConv2D" | "SeparableConv2D" => {
                let mut out = self.window(true);
                out.push(self.pair("depth_multiplier", 1, 3, false));
                let mut names = vec!["depthwise", "bias"];
                if class == "SeparableConv2D" {
                    out.push(format!("filters = {}", self.whole(1, 5)));
                    names.push("pointwise");
                }
                out.extend([self.activation(), self.flag("use_bias"), self.rules(&names)]);
                out
            }
            "MaxPooling1D" | "AveragePooling1D" | "MaxPooling2D" | "AveragePooling2D" => {
                let two = class.ends_with("2D");
                let mut out = vec![self.pair("pool_size", 1, 4, two), self.padding(false)];
                if self.one_in(2) {
                    out.push(self.pair("strides", 1, 5, two));
                }
                out
            }
            "Reshape" => {
                let all = [
                    "[-1]",
                    "[-1, 1]",
                    "[1, -1]",
                    "[2, -1]",
                    "[-1, 2]",
                    "[-1, 2, 1]",
                    "[1, 2, -1]",
                    "[-1, 3, 2]",
                    "[2, 2, -1, 1]",
                    "[1, -1, 1, 2]",
                    "[3, -1, 2]",
                ];
                vec![format!("target_shape = {}", self.dice.pick(&all))]
            }
            "Permute" => {
                let all = [
                    "[1]",
                    "[2, 1]",
                    "[1, 2]",
                    "[3, 1, 2]",
                    "[2, 1, 3]",
                    "[3, 2, 1]",
                    "[4, 2, 1, 3]",
                    "[2, 3, 4, 1]",
                ];
                vec![format!("dims = {}", self.dice.pick(&all))]
            }
            "ZeroPadding2D" => match self.one_in(2) {
                true => vec![self.pair("padding", 0, 3, true)],
                false => {
                    let [a, b] = [self.whole(0, 2), self.whole(0, 2)];
                    vec![format!("padding = [[{a}, {b}], [{b}, 1]]")]
                }
            },
            "UpSampling2D" => vec![self.pair("size", 1, 3, true)],
            "Dropout" | "SpatialDropout1D" | "SpatialDropout2D" => {
                vec![format!(
                    "rate = {}",
                    self.dice.pick(&["0.0", "0.5", "0.99"])
                )]
            }
            "BatchNormalization" | "LayerNormalization" => vec![
                self.flag("scale"),
                self.flag("center"),
                self.rules(&["gamma", "beta"]),
            ],
            "Embedding" => vec![
                format!("input_dim = {}", self.whole(4, 8)),
                format!("output_dim = {}", self.whole(1, 5)),
                self.flag("mask_zero"),
                self.rules(&["embeddings"]),
            ],
            "PositionEmbedding" => match self.one_in(2) {
                true => vec![String::new()],
                false => vec![format!("sequence_length = {}", self.whole(1, 9))],
            },
            "MultiHeadAttention" => {
                let mut out = vec![
                    format!("num_heads = {}", self.whole(1, 3)),
                    format!("key_dim = {}", self.whole(1, 4)),
                    self.flag("use_causal_mask"),
                    self.flag("use_bias"),
                    self.rules(&kernel),
                ];
                if self.one_in(2) {
                    out.push(format!("value_dim = {}", self.whole(1, 4)));
                }
                if self.one_in(3) {
                    out.push("dropout = 0.5".into());
                }
                out
            }
            "SimpleRNN" | "GRU" | "LSTM" => {
                let mut out = vec![
                    format!("units = {}", self.whole(1, 5)),
                    self.flag("return_sequences"),
                    self.flag("go_backwards"),
                    self.flag("stateful"),
                    self.flag("use_bias"),
                    self.rules(&["kernel", "recurrent", "bias"]),
                ];
                for field in ["dropout", "recurrent_dropout"] {
                    if self.one_in(4) {
                        out.push(format!("{field} = 0.5"));
                    }
                }
                if self.one_in(3) {
                    let all = ["tanh", "relu", "sigmoid", "linear"];
                    out.push(format!("activation = \"{}\"", self.dice.pick(&all)));
                }
                if class == "GRU" {
                    out.push(self.flag("reset_after"));
                }
                if class != "SimpleRNN" && self.one_in(3) {
                    let all = ["sigmoid", "hard_sigmoid"];
                    out.push(format!(
                        "recurrent_activation = \"{}\"",
                        self.dice.pick(&all)
                    ));
                }
                out
            }
            "Bidirectional" => {
                let inner = self.dice.pick(&["SimpleRNN", "GRU", "LSTM"]);
                let modes = ["concat", "sum", "mul", "ave"];
                let mode = format!("merge_mode = \"{}\"", self.dice.pick(&modes));
                vec![self.inner(inner), mode]
            }
            "TimeDistributed" => {
                let all: Vec<&str> = Layer::types().filter(|name| *name != class).collect();
                let inner = self.dice.pick(&all);
                vec![self.inner(inner)]
            }
            "Activation" => {
                let given = self.activation();
                vec![if given.is_empty() {
                    "activation = \"relu\"".into()
                } else {
                    given
                }]
            }
            "LeakyReLU" => vec![
                self.dice
                    .pick(&["", "alpha = 0.1", "negative_slope = 0.0"])
                    .into(),
            ],
            "ELU" => vec![self.dice.pick(&["", "alpha = 0.5"]).into()],
            "Concatenate" => {
                let all = [
                    "",
                    "axis = 1",
                    "axis = 2",
                    "axis = -2",
                    "axis = 3",
                    "axis = 0",
                    "axis = 4",
                ];
                vec![self.dice.pick(&all).into()]
            }
            _ => Vec::new(),
        }
    }

    /// A layer inside another one.
    fn inner(&mut self, class: &str) -> String {
        let fields = self.fields(class).join("\n");
        let mut all = vec![format!("type = \"{class}\"")];
        all.extend(
            fields
                .lines()
                .filter(|line| !line.is_empty())
                .map(String::from),
        );
        format!("layer = {{ {} }}", all.join(", "))
    }
}
