"""Forward passes in float64 NumPy, by formula and with plain loops. Gradients come from the two libraries;
here they are only tested, by moving inputs and weights a little (`slope`).

Pictures are (n, c, h, w), sequences (n, steps, features), kernels have Keras layout.
"""

import itertools
import math

import numpy as np

from numpy_reference import SELU_ALPHA, SELU_SCALE, padding

# Distances to the places where a slope jumps, of everything computed since `kinks.clear()`.
kinks = []


def _away(x, *places):
    kinks.extend(float(abs(x - place).min()) for place in places)
    return x


def _erf(x):
    return np.vectorize(math.erf, otypes=[np.float64])(x)


def _sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def _elu(x, alpha=1.0):
    return np.where(_away(x, 0.0) < 0, alpha * (np.exp(np.minimum(x, 0)) - 1), x)


def _gelu(x, approximate=False):
    if approximate:
        return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
    return 0.5 * x * (1 + _erf(x / math.sqrt(2)))


def _softmax(x, axis):
    e = np.exp(x - x.max(axis, keepdims=True))
    return e / e.sum(axis, keepdims=True)


ACTIVATIONS = {
    "linear": lambda x: x,
    "relu": lambda x: np.maximum(_away(x, 0.0), 0),
    "leaky_relu": lambda x: np.where(_away(x, 0.0) < 0, 0.2 * x, x),
    "elu": _elu,
    "selu": lambda x: SELU_SCALE * _elu(x, SELU_ALPHA),
    "swish": lambda x: x * _sigmoid(x),
    "silu": lambda x: x * _sigmoid(x),
    "sigmoid": _sigmoid,
    "tanh": lambda x: (np.exp(2 * x) - 1) / (np.exp(2 * x) + 1),
    "softplus": lambda x: np.log(1 + np.exp(x)),
    "softsign": lambda x: x / (1 + abs(x)),
}


def activate(config, x, dialect, key="activation"):
    """The channels of a picture are axis 1, of anything else the last axis."""
    name = config.get(key, "linear")
    if name == "softmax":
        return _softmax(x, 1 if x.ndim == 4 else -1)
    if name == "gelu":
        return _gelu(x, config.get("approximate", False))
    if name == "hard_sigmoid" and dialect == "keras2":
        return np.clip(0.2 * _away(x, -2.5, 2.5) + 0.5, 0, 1)
    if name == "hard_sigmoid":
        return np.clip(_away(x, -3, 3) / 6 + 0.5, 0, 1)
    return ACTIVATIONS[name](x)


# ---- windows over any number of axes ---------------------------------------------------------------


def pair(value, axes=2):
    return [value] * axes if isinstance(value, int) else list(value)


class Windows:
    """The cells under each place of a window: `at(offset)` has the shape (n, c, *out)."""

    def __init__(self, x, size, strides, mode, dilation=None, fill=0.0):
        self.size, self.strides = size, strides
        self.dilation = dilation or [1] * len(size)
        reach = [(k - 1) * d + 1 for k, d in zip(size, self.dilation)]
        if mode == "causal":
            pads = [(r - 1, 0) for r in reach]
        else:
            pads = [padding(n, r, s, mode) for n, r, s in zip(x.shape[2:], reach, strides)]
        self.x = np.pad(x, [(0, 0), (0, 0), *pads], constant_values=fill)
        self.out = [-(-(n - r + 1) // s) for n, r, s in zip(self.x.shape[2:], reach, strides)]

    def offsets(self):
        return itertools.product(*(range(k) for k in self.size))

    def at(self, offset):
        parts = [slice(o * d, o * d + (n - 1) * s + 1, s)
                 for o, d, s, n in zip(offset, self.dilation, self.strides, self.out)]
        return self.x[(slice(None), slice(None), *parts)]


def convolve(x, kernel, strides, mode, dilation, groups=1):
    """Kernel (*size, channels / groups, filters)."""
    windows = Windows(x, kernel.shape[:-2], strides, mode, dilation)
    inputs, filters = x.shape[1] // groups, kernel.shape[-1] // groups
    y = np.zeros((len(x), kernel.shape[-1], *windows.out))
    for offset in windows.offsets():
        cells = windows.at(offset)
        for group in range(groups):
            mine = slice(group * filters, (group + 1) * filters)
            part = cells[:, group * inputs : (group + 1) * inputs]
            y[:, mine] += np.einsum("nc...,cf->nf...", part, kernel[offset][:, mine])
    return y


def convolve_depthwise(x, kernel, strides, mode, dilation):
    """Kernel (*size, channels, multiplier); output channel c * multiplier + j."""
    windows = Windows(x, kernel.shape[:-2], strides, mode, dilation)
    channels, multiplier = kernel.shape[-2:]
    y = np.zeros((len(x), channels * multiplier, *windows.out))
    for offset in windows.offsets():
        cells = windows.at(offset)
        for c, j in itertools.product(range(channels), range(multiplier)):
            y[:, c * multiplier + j] += cells[:, c] * kernel[offset][c, j]
    return y


def _finish(config, y, w, dialect):
    if "bias" in w:
        y = y + w["bias"].reshape(-1, *[1] * (y.ndim - 2))
    return activate(config, y, dialect)


def _pool(kind, config, x, axes):
    """x (n, c, *space)."""
    size = pair(config["pool_size"], axes)
    args = size, pair(config.get("strides") or size, axes), config.get("padding", "valid")
    if kind.startswith("Max"):
        windows = Windows(x, *args, fill=-np.inf)
        return np.max([windows.at(o) for o in windows.offsets()], axis=0)
    cells, real = Windows(x, *args), Windows(np.ones_like(x), *args)
    return sum(map(cells.at, cells.offsets())) / sum(map(real.at, real.offsets()))


# ---- recurrent layers, gates of 2.0.8 ----------------------------------------------------------------


def recurrent(kind, config, x, w, dialect):
    """h of the last step, or of all steps (n, steps, units). LSTM gates i, f, c, o; GRU z, r, h."""
    u = config["units"]
    h, c, out = np.zeros((len(x), u)), np.zeros((len(x), u)), []
    gate = lambda v: activate(config, v, dialect, "recurrent_activation")
    act = lambda v: activate(config, v, dialect)
    for t in range(x.shape[1]):
        a = x[:, t] @ w["kernel"] + w.get("bias", 0.0)
        if kind == "SimpleRNN":
            h = act(a + h @ w["recurrent_kernel"])
        elif kind == "LSTM":
            i, f, g, o = np.split(a + h @ w["recurrent_kernel"], 4, axis=1)
            c = gate(f) * c + gate(i) * act(g)
            h = gate(o) * act(c)
        else:
            uz, ur, uh = np.split(w["recurrent_kernel"], 3, axis=1)
            az, ar, ah = np.split(a, 3, axis=1)
            z, r = gate(az + h @ uz), gate(ar + h @ ur)
            h = z * h + (1 - z) * act(ah + (r * h) @ uh)
        out.append(h)
    return np.stack(out, axis=1) if config.get("return_sequences") else h


def _bidirectional(config, x, w, dialect):
    kind, inner = config["layer"]["class_name"], config["layer"]["config"]
    own = lambda side: {k.split("/")[1]: v for k, v in w.items() if k.startswith(side)}
    a = recurrent(kind, inner, x, own("forward"), dialect)
    b = recurrent(kind, inner, x[:, ::-1], own("backward"), dialect)
    if inner.get("return_sequences"):
        b = b[:, ::-1]
    return {"concat": lambda: np.concatenate([a, b], -1), "sum": lambda: a + b,
            "mul": lambda: a * b, "ave": lambda: (a + b) / 2}[config["merge_mode"]]()


def _attention(config, x, w):
    """Self-attention: heads one by one."""
    y = np.zeros((*x.shape[:2], w["attention_output/kernel"].shape[-1]))
    for head in range(config["num_heads"]):
        q, k, v = (
            x @ w[f"{part}/kernel"][:, head]
            + (w[f"{part}/bias"][head] if f"{part}/bias" in w else 0.0)
            for part in ("query", "key", "value")
        )
        scores = q @ k.transpose(0, 2, 1) / math.sqrt(config["key_dim"])
        if config.get("use_causal_mask"):
            steps = np.arange(x.shape[1])
            scores = np.where(steps[None, :] <= steps[:, None], scores, -np.inf)
        y += _softmax(scores, -1) @ v @ w["attention_output/kernel"][head]
    return y + w.get("attention_output/bias", 0.0)


# ---- shapes ------------------------------------------------------------------------------------------


def stored(a, data_format):
    """A picture tensor as the experiment's data format has it."""
    return a.transpose(0, 2, 3, 1) if data_format == "channels_last" and a.ndim == 4 else a


def unstored(a, data_format):
    return a.transpose(0, 3, 1, 2) if data_format == "channels_last" and a.ndim == 4 else a


def zero_padding(value):
    """Any of Keras's three forms as ((top, bottom), (left, right))."""
    return [[p, p] if isinstance(p, int) else list(p) for p in pair(value)]


def moments(x):
    """Mean and biased variance of each channel, over everything else."""
    axes = tuple(i for i in range(x.ndim) if i != (1 if x.ndim == 4 else x.ndim - 1))
    mean = x.sum(axes) * x.shape[1 if x.ndim == 4 else -1] / x.size
    square = (x * x).sum(axes) * len(mean) / x.size
    return mean, square - mean * mean


def _batch_normalization(config, x, w, mode):
    mean, variance = moments(x) if mode == "train" else (w["moving_mean"], w["moving_variance"])
    wide = lambda v: v.reshape(-1, 1, 1) if x.ndim == 4 else v
    y = (x - wide(mean)) / np.sqrt(wide(variance) + config["epsilon"])
    return y * wide(w.get("gamma", np.ones_like(mean))) + wide(w.get("beta", np.zeros_like(mean)))


def moving(config, x, w):
    """What training leaves in the moving averages."""
    m = config["momentum"]
    mean, variance = moments(x)
    return {"moving_mean": m * w["moving_mean"] + (1 - m) * mean,
            "moving_variance": m * w["moving_variance"] + (1 - m) * variance}


def _layer_normalization(config, x, w):
    mean = x.mean(-1, keepdims=True)
    variance = ((x - mean) ** 2).mean(-1, keepdims=True)
    y = (x - mean) / np.sqrt(variance + config["epsilon"])
    return y * w.get("gamma", 1.0) + w.get("beta", 0.0)


def forward(kind, config, x, w, data_format, dialect="keras2", mode="use", mask=None):
    """Output of one layer; `x` is a list where a layer has several inputs."""
    more = data_format, dialect, mode
    match kind:
        case "Conv1D":
            args = [config.get("strides", 1)], config["padding"], [config.get("dilation_rate", 1)]
            y = convolve(x.transpose(0, 2, 1), w["kernel"], *args, config.get("groups", 1))
            return activate(config, y.transpose(0, 2, 1) + w.get("bias", 0.0), dialect)
        case "Conv2D":
            y = convolve(x, w["kernel"], config["strides"], config["padding"],
                         config.get("dilation_rate"), config.get("groups", 1))
            return _finish(config, y, w, dialect)
        case "DepthwiseConv2D":
            y = convolve_depthwise(x, w["depthwise_kernel"], config["strides"], config["padding"],
                                   config.get("dilation_rate"))
            return _finish(config, y, w, dialect)
        case "SeparableConv2D":
            dilation = None if dialect == "keras2" else config.get("dilation_rate")
            y = convolve_depthwise(x, w["depthwise_kernel"], config["strides"], config["padding"],
                                   dilation)
            y = np.einsum("nchw,cf->nfhw", y, w["pointwise_kernel"][0, 0])
            return _finish(config, y, w, dialect)
        case "MaxPooling1D" | "AveragePooling1D":
            return _pool(kind, config, x.transpose(0, 2, 1), 1).transpose(0, 2, 1)
        case "MaxPooling2D" | "AveragePooling2D":
            return _pool(kind, config, x, 2)
        case "GlobalMaxPooling1D":
            return x.max(1)
        case "GlobalAveragePooling1D":
            return x.sum(1) / x.shape[1]
        case "GlobalMaxPooling2D":
            return x.max((2, 3))
        case "GlobalAveragePooling2D":
            return x.sum((2, 3)) / (x.shape[2] * x.shape[3])
        case "Flatten":
            return stored(x, data_format).reshape(len(x), -1)
        case "Reshape":
            y = stored(x, data_format).reshape(len(x), *config["target_shape"])
            return unstored(y, data_format)
        case "Permute":
            y = np.moveaxis(stored(x, data_format), config["dims"], range(1, x.ndim))
            return unstored(y, data_format)
        case "ZeroPadding2D":
            return np.pad(x, [(0, 0), (0, 0), *zero_padding(config["padding"])])
        case "UpSampling2D":
            rows, columns = pair(config["size"])
            return np.kron(x, np.ones((1, 1, rows, columns)))
        case "Dropout" | "SpatialDropout1D" | "SpatialDropout2D":
            return x if mode == "use" else x * mask
        case "BatchNormalization":
            return _batch_normalization(config, x, w, mode)
        case "LayerNormalization":
            return _layer_normalization(config, x, w)
        case "Dense":
            return activate(config, np.tensordot(x, w["kernel"], 1) + w.get("bias", 0.0), dialect)
        case "Embedding":
            return w["embeddings"][x.astype(int)]
        case "PositionEmbedding":
            return x + w["embeddings"][: x.shape[1]]
        case "MultiHeadAttention":
            return _attention(config, x, w)
        case "SimpleRNN" | "LSTM" | "GRU":
            return recurrent(kind, config, x, w, dialect)
        case "Bidirectional":
            return _bidirectional(config, x, w, dialect)
        case "TimeDistributed":
            inner = config["layer"]
            steps = [forward(inner["class_name"], inner["config"], x[:, t], w, *more)
                     for t in range(x.shape[1])]
            return np.stack(steps, axis=1)
        case "Add":
            return sum(x[1:], x[0])
        case "Multiply":
            return math.prod(x[1:], start=x[0])
        case "Concatenate":
            y = np.concatenate([stored(a, data_format) for a in x], config["axis"])
            return unstored(y, data_format)
        case "Activation":
            return activate(config, x, dialect)
        case "LeakyReLU":
            slope = config["negative_slope" if dialect == "keras3" else "alpha"]
            return np.where(_away(x, 0.0) < 0, slope * x, x)
        case "ELU":
            return _elu(x, config["alpha"])
    raise ValueError(kind)


def slope(function, values, directions, upstream, step=1e-5):
    """Change of <upstream, function(values)> along the directions, by a central difference."""
    ends = [function([v + sign * step * d for v, d in zip(values, directions)]) for sign in (1, -1)]
    return float(((ends[0] - ends[1]) * upstream).sum() / (2 * step))
