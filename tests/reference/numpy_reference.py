"""Layers, losses, optimizers and runs in float64 NumPy after the formulas of Keras 2.0.8.

Pictures are (n, c, h, w); kernels have Keras layout. Every backward pass is written out, no autodiff.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

import networks

EPSILON = 1e-7
SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772

# ---- activations: value and derivative as a function of (x, y) --------------------------------------


def _sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


ACTIVATIONS = {
    "linear": (lambda x: x, lambda x, y: np.ones_like(x)),
    "relu": (lambda x: np.maximum(x, 0), lambda x, y: (x > 0) * 1.0),
    "tanh": (np.tanh, lambda x, y: 1 - y * y),
    "sigmoid": (_sigmoid, lambda x, y: y * (1 - y)),
    "hard_sigmoid": (lambda x: np.clip(0.2 * x + 0.5, 0, 1), lambda x, y: 0.2 * (abs(x) < 2.5)),
    "elu": (lambda x: np.where(x < 0, np.expm1(x), x), lambda x, y: np.where(x < 0, y + 1, 1.0)),
    "selu": (
        lambda x: SELU_SCALE * np.where(x < 0, SELU_ALPHA * np.expm1(x), x),
        lambda x, y: np.where(x < 0, y + SELU_SCALE * SELU_ALPHA, SELU_SCALE),
    ),
    "softplus": (lambda x: np.logaddexp(0, x), lambda x, y: _sigmoid(x)),
}


def activate(name, x, axis=-1):
    """Value and a function from upstream gradient to gradient; `axis` is that of the channels."""
    if name == "softmax":
        e = np.exp(x - x.max(axis, keepdims=True))
        y = e / e.sum(axis, keepdims=True)
        return y, lambda g: y * (g - (g * y).sum(axis, keepdims=True))
    value, slope = ACTIVATIONS[name]
    y = value(x)
    return y, lambda g: g * slope(x, y)


# ---- windows ---------------------------------------------------------------------------------------


def padding(size, window, stride, mode):
    """(left, right) cells of TensorFlow's rule; the odd cell of `same` goes right."""
    if mode == "valid":
        return 0, 0
    total = max((-(-size // stride) - 1) * stride + window - size, 0)
    return total // 2, total - total // 2


class Windows:
    """Cuts (n, c, h, w) into windows (n, c, oh, ow, kh, kw) and adds window gradients back up."""

    def __init__(self, x, size, strides, mode, fill):
        self.size, self.strides = size, strides
        self.pads = [padding(x.shape[2 + i], size[i], strides[i], mode) for i in range(2)]
        padded = np.pad(x, [(0, 0), (0, 0), *self.pads], constant_values=fill)
        self.shape, self.inner = padded.shape, x.shape
        cut = sliding_window_view(padded, size, axis=(2, 3))
        self.cells = cut[:, :, :: strides[0], :: strides[1]]

    def back(self, g):
        """The transpose of the cut: sums each window's gradient into its picture."""
        out = np.zeros(self.shape)
        (sh, sw), (oh, ow) = self.strides, g.shape[2:4]
        for i in range(self.size[0]):
            for j in range(self.size[1]):
                out[:, :, i : i + sh * oh : sh, j : j + sw * ow : sw] += g[..., i, j]
        (top, _), (left, _) = self.pads
        return out[:, :, top : top + self.inner[2], left : left + self.inner[3]]


def _conv(config, x, weights):
    kernel = weights["kernel"]
    cut = Windows(x, config["kernel_size"], config["strides"], config["padding"], 0.0)
    z = np.tensordot(cut.cells, kernel, axes=([1, 4, 5], [2, 0, 1]))
    z = z + weights.get("bias", 0.0)
    y, slope = activate(config["activation"], np.moveaxis(z, -1, 1), axis=1)

    def back(g):
        g = slope(g)
        dk = np.tensordot(cut.cells, g, axes=([0, 2, 3], [0, 2, 3]))  # (c, kh, kw, filters)
        dcells = np.tensordot(g, kernel, axes=([1], [3]))  # (n, oh, ow, kh, kw, c)
        dx = cut.back(np.moveaxis(dcells, -1, 1))
        grads = {"kernel": np.moveaxis(dk, 0, 2)}
        if "bias" in weights:
            grads["bias"] = g.sum((0, 2, 3))
        return dx, grads

    return y, back


def _max_pool(config, x):
    cut = Windows(x, config["pool_size"], config["strides"], config["padding"], -np.inf)
    flat = cut.cells.reshape(*cut.cells.shape[:4], -1)
    best = flat.argmax(-1)  # the first of equals

    def back(g):
        spread = np.zeros(flat.shape)
        np.put_along_axis(spread, best[..., None], g[..., None], -1)
        return cut.back(spread.reshape(cut.cells.shape)), {}

    return flat.max(-1), back


def _average_pool(config, x):
    args = config["pool_size"], config["strides"], config["padding"]
    cut = Windows(x, *args, 0.0)
    real = Windows(np.ones_like(x), *args, 0.0).cells.sum((4, 5))  # padding does not count

    def back(g):
        share = np.broadcast_to((g / real)[..., None, None], cut.cells.shape)
        return cut.back(share), {}

    return cut.cells.sum((4, 5)) / real, back


def layer(kind, config, x, weights, data_format="channels_first", mask=None):
    """Output and a function: upstream gradient -> (gradient of x, gradients of the weights)."""
    if kind == "Dense":
        y, slope = activate(config["activation"], x @ weights["kernel"] + weights.get("bias", 0.0))

        def back(g):
            g = slope(g)
            grads = {"kernel": x.T @ g}
            if "bias" in weights:
                grads["bias"] = g.sum(0)
            return g @ weights["kernel"].T, grads

        return y, back
    if kind == "Conv2D":
        return _conv(config, x, weights)
    if kind == "MaxPooling2D":
        return _max_pool(config, x)
    if kind == "AveragePooling2D":
        return _average_pool(config, x)
    if kind == "Flatten":
        if data_format == "channels_last" and x.ndim == 4:
            n, c, h, w = x.shape
            y = x.transpose(0, 2, 3, 1).reshape(n, -1)
            return y, lambda g: (g.reshape(n, h, w, c).transpose(0, 3, 1, 2), {})
        return x.reshape(len(x), -1), lambda g: (g.reshape(x.shape), {})
    if kind == "Dropout":
        return (x, lambda g: (g, {})) if mask is None else (x * mask, lambda g: (g * mask, {}))
    raise ValueError(kind)


# ---- losses: per-sample values and gradient of their mean with respect to the probabilities ----------


def _inside(p):
    return ((p >= EPSILON) & (p <= 1 - EPSILON)) * 1.0  # a clipped entry has no gradient


def loss(name, y, p, dtype=np.float64):
    """(per-sample values, gradient of their mean). `y` of the sparse loss: (n, 1) integers."""
    one, e = dtype(1), dtype(EPSILON)
    p = p.astype(dtype)
    n = len(p)
    if name == "mse":
        return ((p - y) ** 2).mean(-1), 2 * (p - y) / p.size
    if name == "categorical_crossentropy":
        s = p.sum(-1, keepdims=True)
        q = p / s
        dq = -(y / np.clip(q, e, one - e)) * _inside(q)
        values = -(y * np.log(np.clip(q, e, one - e))).sum(-1)
        return values, (dq - (dq * q).sum(-1, keepdims=True)) / s / n
    if name == "sparse_categorical_crossentropy":
        c = np.clip(p, e, one - e)
        q = c / c.sum(-1, keepdims=True)  # softmax of the logs
        hot = np.eye(p.shape[1], dtype=dtype)[y[:, 0]]
        return -(hot * np.log(q)).sum(-1), (q - hot) / c * _inside(p) / n
    if name == "binary_crossentropy":
        c = np.clip(p, e, one - e)
        x = np.log(c / (one - c))
        values = np.maximum(x, 0) - x * y + np.log1p(np.exp(-abs(x)))
        return values.mean(-1), (c - y) / (c * (one - c)) * _inside(p) / p.size
    raise ValueError(name)


# ---- optimizers of 2.0.8: a list of vectors after each update ----------------------------------------


def rate(config, n):
    """Learning rate of update n (from 0)."""
    return config["lr"] / (1.0 + config.get("decay", 0.0) * n)


def sgd(config, w, gradients):
    w, v, out = w.copy(), np.zeros_like(w), []
    mu = config.get("momentum", 0.0)
    for n, g in enumerate(gradients):
        lr = rate(config, n)
        v = mu * v - lr * g
        w = w + (mu * v - lr * g if config.get("nesterov") else v)
        out.append(w)
    return out


def rmsprop(config, w, gradients):
    w, a, out = w.copy(), np.zeros_like(w), []
    rho = config["rho"]
    for n, g in enumerate(gradients):
        a = rho * a + (1 - rho) * g * g
        w = w - rate(config, n) * g / (np.sqrt(a) + config["epsilon"])
        out.append(w)
    return out


class Adam:
    """One tensor's state; eps is added to the root of the uncorrected second moment."""

    def __init__(self, config, w):
        self.config, self.w, self.n = config, w, 0
        self.m, self.v = np.zeros_like(w), np.zeros_like(w)

    def update(self, g):
        b1, b2, t = self.config["beta_1"], self.config["beta_2"], self.n + 1
        self.m = b1 * self.m + (1 - b1) * g
        self.v = b2 * self.v + (1 - b2) * g * g
        step = rate(self.config, self.n) * np.sqrt(1 - b2**t) / (1 - b1**t)
        self.w = self.w - step * self.m / (np.sqrt(self.v) + self.config["epsilon"])
        self.n = t


def adam(config, w, gradients):
    state, out = Adam(config, w.copy()), []
    for g in gradients:
        state.update(g)
        out.append(state.w)
    return out


OPTIMIZERS = {"SGD": sgd, "RMSprop": rmsprop, "Adam": adam}

# ---- runs ------------------------------------------------------------------------------------------


def _forward(network, tensors, x, masks):
    backs = []
    for index, spec in enumerate(network["layers"]):
        x, back = layer(spec["class_name"], spec["config"], x, tensors.get(index, {}),
                        network["data_format"], masks.get(index))
        backs.append(back)
    return x, backs


def run(network, initial, batches, masks, rule=lambda w: Adam(networks.ADAM, w)):
    """Losses of the updates, first probabilities, first gradients, last weights; `rule` is a tensor's state."""
    states = {
        (index, name): rule(tensor.astype(np.float64))
        for index, pair in initial.items()
        for name, tensor in zip(("kernel", "bias"), pair)
    }
    losses, first = [], {}
    for step, (x, y) in enumerate(batches):
        tensors = {}
        for (index, name), state in states.items():
            tensors.setdefault(index, {})[name] = state.w
        if step == 0:
            first["probabilities"] = _forward(network, tensors, x[:4], {})[0]
        p, backs = _forward(network, tensors, x, masks[step])
        values, g = loss("categorical_crossentropy", y, p)
        losses.append(values.mean())
        gradients = {}
        for index in reversed(range(len(backs))):
            g, own = backs[index](g)
            gradients.update({(index, name): value for name, value in own.items()})
        if step == 0:
            first["gradients"] = gradients
        for key, state in states.items():
            state.update(gradients[key])
    return {"losses": np.array(losses), **first, "weights": {k: s.w for k, s in states.items()}}
