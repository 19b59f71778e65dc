"""The second set of layers in Keras 3 on JAX, gradients by jax.

Written against Keras 3.15.1, JAX 0.10.2. Where Keras 3 computes something else than 2.0.8 the difference
is bridged here and said so.
"""

import keras_reference  # first: it sets the backend and float64
import jax
import keras
import numpy as np

ops = keras.ops


@keras.saving.register_keras_serializable()  # Bidirectional copies its layer through its config
def hard_sigmoid_2_0_8(x):
    """Keras 3 has slope 1/6."""
    return ops.clip(0.2 * x + 0.5, 0.0, 1.0)


def activation(name, dialect, config=None):
    if name == "hard_sigmoid" and dialect == "keras2":
        return hard_sigmoid_2_0_8
    if name == "gelu":
        approximate = config.get("approximate", False)
        return lambda x: keras.activations.gelu(x, approximate=approximate)
    return name


def _config(config, dialect):
    config = dict(config)
    for key in ("activation", "recurrent_activation"):
        if key in config:
            config[key] = activation(config[key], dialect, config)
    config.pop("approximate", None)
    return config


NEEDS_DATA_FORMAT = ("Conv2D", "DepthwiseConv2D", "SeparableConv2D", "MaxPooling2D", "AveragePooling2D",
                     "GlobalMaxPooling2D", "GlobalAveragePooling2D", "ZeroPadding2D", "UpSampling2D")


def build(kind, config, data_format, dialect, channel_axis):
    """The Keras layer of one entry."""
    config = _config(config, dialect)
    if kind in ("Bidirectional", "TimeDistributed"):
        inner = config.pop("layer")
        layer = build(inner["class_name"], inner["config"], data_format, dialect, channel_axis)
        return getattr(keras.layers, kind)(layer, **config)
    if kind in NEEDS_DATA_FORMAT:
        config["data_format"] = data_format
    if kind == "Flatten":
        # Keras 3 moves the channels last before it flattens; 2.0.8 did not.
        return keras.layers.Reshape((-1,))
    if kind == "SeparableConv2D" and dialect == "keras2":
        config.pop("dilation_rate", None)  # 2.0.8 ignored it
    if kind == "GRU":
        config["reset_after"] = False  # as 2.0.8
    if kind == "BatchNormalization":
        config["axis"] = channel_axis
    if kind == "Activation" and config["activation"] == "softmax":
        return keras.layers.Softmax(axis=channel_axis)
    if kind == "LeakyReLU":
        return keras.layers.LeakyReLU(*config.values())
    config.pop("use_causal_mask", None)
    return getattr(keras.layers, kind)(**config)


def variables(layer):
    """{our name: variable}, trainable ones and moving averages."""
    if isinstance(layer, keras.layers.Bidirectional):
        sides = {"forward": layer.forward_layer, "backward": layer.backward_layer}
        return {f"{side}/{v.name}": v for side, one in sides.items() for v in one.trainable_variables}
    if isinstance(layer, keras.layers.MultiHeadAttention):
        return {"/".join(v.path.split("/")[-2:]): v for v in layer.trainable_variables}
    rename = "kernel" if isinstance(layer, keras.layers.DepthwiseConv2D) else None
    moving = [v for v in layer.non_trainable_variables if v.name.startswith("moving")]
    # Keras 2 (and every file it wrote) called it depthwise_kernel.
    return {"depthwise_kernel" if v.name == rename else v.name: v
            for v in [*layer.trainable_variables, *moving]}


class Function:
    """One layer as a function of (weights, inputs), all in Keras's own layout."""

    def __init__(self, case):
        self.case, self.names = case, [k for k in case["weights"] if not k.startswith("moving")]
        kind, config = case["class_name"], case["config"]
        self.several = isinstance(case["input"], list)
        inputs = case["input"] if self.several else [case["input"]]
        self.inputs = [self.to_keras(a) for a in inputs]
        if kind == "Embedding":
            self.inputs = [self.inputs[0].astype(np.int32)]
        # Dropout's masks come from outside; learned positions are not in Keras itself.
        self.layer = None
        if kind not in ("Dropout", "SpatialDropout1D", "SpatialDropout2D", "PositionEmbedding"):
            picture = inputs[0].ndim == 4
            axis = 1 if picture and case["data_format"] == "channels_first" else -1
            self.layer = build(kind, config, case["data_format"], case["dialect"], axis)
            shapes = [a.shape for a in self.inputs]
            if kind == "MultiHeadAttention":
                self.layer.build(*shapes * 2)
            else:
                self.layer.build(shapes if self.several else shapes[0])
            known = variables(self.layer)
            assert set(known) == set(case["weights"]), (case["name"], list(known))
            for name, variable in known.items():
                assert tuple(variable.shape) == case["weights"][name].shape, (case["name"], name)
                variable.assign(case["weights"][name])
            order = {id(v): name for name, v in known.items()}
            self.order = [order[id(v)] for v in self.layer.trainable_variables]

    def to_keras(self, a):
        last = self.case["data_format"] == "channels_last" and a.ndim >= 4
        return np.moveaxis(a, -3, -1) if last else a

    def from_keras(self, a):
        last = self.case["data_format"] == "channels_last" and a.ndim >= 4
        return np.moveaxis(np.asarray(a), -1, -3) if last else np.asarray(a)

    def __call__(self, weights, inputs):
        kind, config = self.case["class_name"], self.case["config"]
        if kind == "PositionEmbedding":
            return inputs[0] + weights["embeddings"][: inputs[0].shape[1]], []
        if self.layer is None:
            mask = self.case["mask"]
            return inputs[0] if mask is None else inputs[0] * self.to_keras(mask), []
        trainable = [weights[name] for name in self.order]
        fixed = [v.value for v in self.layer.non_trainable_variables]
        args, more = [inputs if self.several else inputs[0]], {}
        if kind == "MultiHeadAttention":
            # JAX's fused attention has float32 inside; asked for the scores, Keras computes them itself.
            more = {"use_causal_mask": bool(config.get("use_causal_mask")),
                    "return_attention_scores": True}
            (y, _), _ = self.layer.stateless_call(trainable, fixed, *args * 2, **more)
            return y, []
        if kind == "BatchNormalization":
            more = {"training": self.case["mode"] == "train"}
        return self.layer.stateless_call(trainable, fixed, *args, **more)


def layer_case(case):
    """Output, gradients of the inputs (None for ids), of the trainable weights, and moving averages."""
    keras_reference._precision("float64")
    function = Function(case)
    weights = {k: jax.numpy.asarray(case["weights"][k]) for k in function.names}
    inputs = [jax.numpy.asarray(a) for a in function.inputs]
    ids = case["class_name"] == "Embedding"
    upstream = jax.numpy.asarray(function.to_keras(case["upstream"]))
    if ids:
        y, back = jax.vjp(lambda w: function(w, inputs)[0], weights)
        dx, (dw,) = None, back(upstream)
    else:
        y, back = jax.vjp(lambda w, x: function(w, x)[0], weights, inputs)
        dw, dx = back(upstream)
        dx = [function.from_keras(g).copy() for g in dx]
    assert y.dtype == "float64", case["name"]
    after = {}
    if case["class_name"] == "BatchNormalization" and case["mode"] == "train":
        names = [v.name for v in function.layer.non_trainable_variables]
        after = dict(zip(names, map(np.asarray, function(weights, inputs)[1])))
    return function.from_keras(y), dx, {k: np.array(g) for k, g in dw.items()}, after
