"""Counts parameters and shapes of every network of the sources twice: by formula here, and by building it in
Keras 3. Called by make.py; writes `totals.json` and `totals_graphs.json`."""

import math

import keras_reference  # first: it sets the backend
import keras

import cases_totals
from layers2_numpy import pair, zero_padding
from output import write

# ---- by formula ------------------------------------------------------------------------------------


def _length(n, window, stride, padding, dilation=1):
    if padding in ("same", "causal"):
        return -(-n // stride)
    return (n - (window - 1) * dilation - 1) // stride + 1


def _space(config, size, space):
    strides = pair(config.get("strides") or (1 if "filters" in config else size))
    dilation = pair(config.get("dilation_rate", 1))
    return [_length(n, k, s, config.get("padding", "valid"), d)
            for n, k, s, d in zip(space, size, strides, dilation)]


def _gates(gates):
    def count(config, shape):
        u, steps = config["units"], shape[:-1]
        out = [*steps, u] if config.get("return_sequences") else [u]
        return out, gates * u * (shape[-1] + u + 1), 0
    return count


def _dense(config, shape):
    units = config["units"]
    return [*shape[:-1], units], shape[-1] * units + units * config.get("use_bias", True), 0


def _conv1d(config, shape):
    k, f = config["kernel_size"], config["filters"]
    steps = _length(shape[0], k, config.get("strides", 1), config.get("padding", "valid"))
    return [steps, f], k * shape[1] * f + f * config.get("use_bias", True), 0


def _conv2d(config, shape):
    f, size = config["filters"], pair(config["kernel_size"])
    count = math.prod(size) * shape[0] // config.get("groups", 1) * f + f * config.get("use_bias", True)
    return [f, *_space(config, size, shape[1:])], count, 0


def _separable(config, shape):
    f, m, size = config["filters"], config.get("depth_multiplier", 1), pair(config["kernel_size"])
    count = math.prod(size) * shape[0] * m + shape[0] * m * f + f * config.get("use_bias", True)
    return [f, *_space(config, size, shape[1:])], count, 0


def _norm(config, shape):
    channels = shape[0] if len(shape) == 3 else shape[-1]
    return shape, channels * (config.get("scale", True) + config.get("center", True)), 2 * channels


def _pool1d(config, shape):
    k = config["pool_size"]
    return [_length(shape[0], k, config.get("strides") or k, config.get("padding", "valid")),
            shape[1]], 0, 0


def _pool2d(config, shape):
    return [shape[0], *_space(config, pair(config["pool_size"]), shape[1:])], 0, 0


def _pad(config, shape):
    sides = zero_padding(config["padding"])
    return [shape[0], *(n + sum(side) for n, side in zip(shape[1:], sides))], 0, 0


def _same(config, shape):
    return shape, 0, 0


COUNTS = {
    "Dense": _dense, "Conv1D": _conv1d, "Conv2D": _conv2d, "SeparableConv2D": _separable,
    "LSTM": _gates(4), "GRU": _gates(3), "SimpleRNN": _gates(1), "BatchNormalization": _norm,
    "MaxPooling1D": _pool1d, "MaxPooling2D": _pool2d, "AveragePooling2D": _pool2d,
    "ZeroPadding2D": _pad, "Dropout": _same, "Activation": _same,
    "Flatten": lambda c, s: ([math.prod(s)], 0, 0),
    "Reshape": lambda c, s: (c["target_shape"], 0, 0),
    "GlobalAveragePooling2D": lambda c, s: ([s[0]], 0, 0),
    "GlobalMaxPooling1D": lambda c, s: ([s[-1]], 0, 0),
    "Embedding": lambda c, s: ([*s, c["output_dim"]], c["input_dim"] * c["output_dim"], 0),
}


def _merged(kind, config, shapes, data_format):
    if kind == "Add":
        assert all(s == shapes[0] for s in shapes)
        return shapes[0]
    axis = config["axis"]
    if len(shapes[0]) == 3 and data_format == "channels_last":
        axis = {1: 2, 2: 3, 3: 1, -1: 1}[axis]  # to (n, c, h, w)
    place = axis - 1 if axis > 0 else axis
    out = list(shapes[0])
    out[place] = sum(s[place] for s in shapes)
    return out


def inputs_of(network):
    return network.get("inputs") or {"input": network["input_shape"]}


def count(network):
    """[(shape, parameters that train, that do not)] of each layer."""
    shapes = {name: list(shape) for name, shape in inputs_of(network).items()}
    before, rows = "input", []
    for index, spec in enumerate(network["layers"]):
        sources = [shapes[name] for name in spec.get("inputs", [before])]
        if spec["class_name"] in ("Add", "Concatenate"):
            row = _merged(spec["class_name"], spec["config"], sources, network["data_format"]), 0, 0
        else:
            row = COUNTS[spec["class_name"]](spec["config"], sources[0])
        before = spec.get("name", f"layer {index}")
        shapes[before] = list(row[0])
        rows.append(row)
    return rows


# ---- by Keras ----------------------------------------------------------------------------------------


def build(network):
    """The network in Keras 3 (zeros as weights: only their number matters)."""
    keras_reference._precision("float32")
    keras.backend.clear_session()
    last = network["data_format"] == "channels_last"
    axis = -1 if last else 1
    nodes = {}
    for name, shape in inputs_of(network).items():
        shape = [*shape[1:], shape[0]] if last and len(shape) == 3 else shape
        nodes[name] = keras.Input(shape, batch_size=network.get("batch"))
    inputs = list(nodes.values())
    before, layers = "input", []
    for index, spec in enumerate(network["layers"]):
        kind, config = spec["class_name"], dict(spec["config"])
        if kind in ("Conv2D", "SeparableConv2D", "MaxPooling2D", "AveragePooling2D", "ZeroPadding2D",
                    "GlobalAveragePooling2D"):
            config["data_format"] = "channels_last" if last else "channels_first"
        if kind in ("Dense", "Conv1D", "Conv2D"):
            config["kernel_initializer"] = "zeros"
        if kind == "BatchNormalization":
            config["axis"] = axis
        layers.append(getattr(keras.layers, kind)(**config))
        sources = [nodes[name] for name in spec.get("inputs", [before])]
        before = spec.get("name", f"layer {index}")
        nodes[before] = layers[-1](sources if len(sources) > 1 else sources[0])
    return keras.Model(inputs, nodes[before]), layers


def _keras_shape(layer, last):
    shape = list(layer.output.shape[1:])
    return [shape[2], *shape[:2]] if last and len(shape) == 3 else shape


def total(network):
    rows = count(network)
    model, layers = build(network)
    last = network["data_format"] == "channels_last"
    for (shape, trains, fixed), layer, spec in zip(rows, layers, network["layers"]):
        where = network["id"], spec
        assert layer.count_params() == trains + fixed, (*where, layer.count_params(), trains, fixed)
        assert _keras_shape(layer, last) == list(shape), (*where, layer.output.shape, shape)
    trainable = sum(math.prod(v.shape) for v in model.trainable_variables)
    found = {"total": sum(t + f for _, t, f in rows), "trainable": sum(t for _, t, _ in rows)}
    assert (model.count_params(), trainable) == (found["total"], found["trainable"]), network["id"]
    return found | {"per_layer": [t + f for _, t, f in rows], "shapes": [list(s) for s, _, _ in rows]}


# ---- the published graphs ----------------------------------------------------------------------------

# What a layer's config needs; everything else has Keras's default.
KEPT = {
    "Conv2D": ("filters", "kernel_size", "strides", "padding", "activation", "use_bias"),
    "SeparableConv2D": ("filters", "kernel_size", "strides", "padding", "use_bias"),
    "BatchNormalization": ("scale", "epsilon"),
    "MaxPooling2D": ("pool_size", "strides", "padding"),
    "AveragePooling2D": ("pool_size", "strides", "padding"),
    "ZeroPadding2D": ("padding",), "Activation": ("activation",), "Dense": ("units", "activation"),
    "Concatenate": ("axis",), "Add": (), "GlobalAveragePooling2D": (),
}
DEFAULTS = {"strides": [1, 1], "padding": "valid", "activation": "linear", "use_bias": True, "scale": True,
            "epsilon": 0.001}


def published(id_, place, function):
    """A network of keras.applications (no weights) as a graph in our form."""
    keras_reference._precision("float32")
    keras.backend.clear_session()
    model = function(weights=None)
    size = model.input.shape[1:]
    layers = []
    for one in model.layers:
        kind = type(one).__name__
        if kind == "InputLayer":
            renamed = {one.name: "picture"}
            continue
        config = one.get_config()
        plain = {k: list(v) if isinstance(v, tuple) else v for k, v in config.items() if k in KEPT[kind]}
        plain = {k: v for k, v in plain.items() if k not in DEFAULTS or DEFAULTS[k] != v
                 or k == "strides" and "pool_size" in plain}
        sources = one.input if isinstance(one.input, list) else [one.input]
        names = [t._keras_history.operation.name for t in sources]
        inputs = [renamed.get(name, name) for name in names]
        layers.append({"name": one.name, "class_name": kind, "config": plain, "inputs": inputs})
    network = cases_totals.network(id_, cases_totals.CHAPTERS, place, "none", None,
                                   {"picture": [size[2], size[0], size[1]]}, layers)
    found = total(network)
    assert found["total"] == model.count_params()
    for key in ("per_layer", "shapes"):
        del found[key]
    return network | found


def totals(versions):
    rows = []
    for network in cases_totals.networks():
        row = network | total(network)
        if row["stated"] is not None:
            assert row["stated"] == row["total"], (row["id"], row["stated"], row["total"])
        stated = cases_totals.PER_LAYER.get(row["id"])
        if stated:
            assert stated == [n for n in row["per_layer"] if n], row["id"]
        if row["id"] in cases_totals.FIXED:
            assert row["total"] - row["trainable"] == cases_totals.FIXED[row["id"]]
        rows.append(row)
        print(row["id"], row["total"], flush=True)
    write("totals.json", {"versions": versions}, networks=rows)
    graphs = [
        published("inception_v3", "000-INCV3-PREDICT, 004-CLASSIFY5, base of 002-INCV3-TRANSFER",
                  keras.applications.InceptionV3),
        published("resnet50", "004-CLASSIFY5", keras.applications.ResNet50),
        published("xception", "004-CLASSIFY5", keras.applications.Xception),
    ]
    for row in graphs:
        print(row["id"], row["total"], row["trainable"], len(row["layers"]), flush=True)
    write("totals_graphs.json", {"versions": versions}, networks=graphs)


if __name__ == "__main__":
    totals({})
