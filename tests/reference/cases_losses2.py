"""The other losses: inputs, float64 NumPy formulas of both dialects with gradients by hand, Keras 3 and PyTorch.

A case is (name, loss with its settings, dialects, targets, predictions). Sample weights hang on every case. What
is compared with what:

- NumPy `keras3` with Keras 3 on JAX (functions of `keras.losses` through its `Loss` classes, so that the sample
  weights are Keras's own), gradients by jax;
- NumPy `keras2` with the formulas of 2.0.8 in PyTorch, gradients by autograd; where PyTorch has the loss itself
  (huber, poisson, kl_div, cross-entropies from logits), with that.
"""

import keras
import numpy as np
import torch
import torch.nn.functional as F

import keras_reference
from cases import Draw
from output import number, numbers, tensor

EPSILON = 1e-7
# Zeros count in the dialects' means in different ways.
WEIGHTS = [1.0, 0.0, 2.5, 0.5, 0.0, 3.0, 1.0, 0.25]


# ---- formulas: values per row, and their derivative by each output of the row ------------------------


def _clip(p, low, high, one):
    """Clipped numbers and a mask: a clipped one has no gradient."""
    low, high = p.dtype.type(low), p.dtype.type(high)
    return np.clip(p, low, high), ((p >= low) & (p <= high)) * one


def _log_softmax(x):
    x = x - x.max(-1, keepdims=True)
    return x - np.log(np.exp(x).sum(-1, keepdims=True))


def _mean(values, slopes):
    return values.mean(-1), slopes / slopes.shape[1]


def _categorical(y, p, one):
    s = p.sum(-1, keepdims=True)
    c, inside = _clip(p / s, EPSILON, 1 - EPSILON, one)
    dq = -y / c * inside
    return -(y * np.log(c)).sum(-1), (dq - (dq * p / s).sum(-1, keepdims=True)) / s


def _categorical_logits(y, x, one):
    log = _log_softmax(x)
    return -(y * log).sum(-1), np.exp(log) * y.sum(-1, keepdims=True) - y


def _sparse(y, p, one):
    c, inside = _clip(p, EPSILON, 1 - EPSILON, one)
    q = c / c.sum(-1, keepdims=True)  # the softmax of their logs
    return -(y * np.log(q)).sum(-1), (q - y) / c * inside


def _binary(y, p, one):
    c, inside = _clip(p, EPSILON, 1 - EPSILON, one)
    values = -(y * np.log(c) + (1 - y) * np.log(one - c))
    return _mean(values, (c - y) / (c * (one - c)) * inside)


def _binary_logits(y, x, one):
    values = np.maximum(x, 0) - x * y + np.log1p(np.exp(-abs(x)))
    s = np.where(x >= 0, 1 / (1 + np.exp(-abs(x))), np.exp(-abs(x)) / (1 + np.exp(-abs(x))))
    return _mean(values, s - y)


def _hinge(y, p, keras3, power):
    y = np.where(y == 0, -1.0, y) if keras3 else y
    m = np.maximum(1 - y * p, 0)
    inside = 1 - y * p >= 0  # TensorFlow's maximum: at equality the first argument's
    return _mean(m**power, -y * inside * (2 * m if power == 2 else 1.0))


def _huber(y, p, delta):
    d = p - y
    values = np.where(abs(d) <= delta, d * d / 2, delta * abs(d) - delta**2 / 2)
    return _mean(values, np.clip(d, -delta, delta))


def _divergence(y, p, one):
    y, _ = _clip(y, EPSILON, 1.0, one)
    c, inside = _clip(p, EPSILON, 1.0, one)
    return (y * np.log(y / c)).sum(-1), -y / c * inside


def formula(loss, dialect, y, p):
    """Values per row and their derivatives, in the precision of `p`; `y` of the sparse loss one-hot."""
    name, logits, keras3 = loss["name"], loss.get("from_logits", False), dialect == "keras3"
    y, one, d = y.astype(p.dtype), p.dtype.type(1), p - y
    if name == "mean_squared_error":
        return _mean(d * d, 2 * d)
    if name == "mean_absolute_error":
        return _mean(abs(d), np.sign(d))
    if name == "mean_absolute_percentage_error":
        scale = np.maximum(abs(y), p.dtype.type(EPSILON))
        return _mean(100 * abs(d / scale), 100 * np.sign(d) / scale)
    if name == "huber":
        return _huber(y, p, loss.get("delta", 1.0))
    if name == "logcosh":
        # The same number in both dialects where e^d is one.
        return _mean(np.log((np.exp(d) + np.exp(-d)) / 2), np.tanh(d))
    if name == "binary_crossentropy":
        return (_binary_logits if logits else _binary)(y, p, one)
    if name.endswith("categorical_crossentropy"):
        if logits:
            return _categorical_logits(y, p, one)
        return (_sparse if name.startswith("sparse") and not keras3 else _categorical)(y, p, one)
    if name in ("hinge", "squared_hinge"):
        return _hinge(y, p, keras3, 2 if name.startswith("squared") else 1)
    if name == "kullback_leibler_divergence":
        return _divergence(y, p, one)
    if name == "poisson":
        return _mean(p - y * np.log(p + p.dtype.type(EPSILON)), 1 - y / (p + EPSILON))
    raise ValueError(name)


def reduced(values, slopes, weights, dialect):
    """Loss of the batch and its gradient: 2.0.8 divides by the weights that are not zero, Keras 3 by the rows."""
    s = np.ones(len(values)) if weights is None else weights
    count = np.count_nonzero(s) if dialect == "keras2" else len(values)
    return (s * values).sum() / count, slopes * s[:, None] / count


# ---- the same in Keras 3 and PyTorch ------------------------------------------------------------------

CLASSES = {"mean_squared_error": "MeanSquaredError", "mean_absolute_error": "MeanAbsoluteError",
           "mean_absolute_percentage_error": "MeanAbsolutePercentageError", "huber": "Huber",
           "logcosh": "LogCosh", "binary_crossentropy": "BinaryCrossentropy",
           "categorical_crossentropy": "CategoricalCrossentropy",
           "sparse_categorical_crossentropy": "SparseCategoricalCrossentropy", "hinge": "Hinge",
           "squared_hinge": "SquaredHinge", "kullback_leibler_divergence": "KLDivergence",
           "poisson": "Poisson"}


def keras_case(loss, y, p, weights):
    keras_reference._precision("float64")
    jax = keras_reference.jax
    settings = {k: v for k, v in loss.items() if k not in ("name", "stable")}
    function = getattr(keras.losses, CLASSES[loss["name"]])(**settings, dtype="float64")
    y = y.argmax(-1) if loss["name"].startswith("sparse") else y
    value, g = jax.value_and_grad(lambda p: function(y, p, sample_weight=weights))(
        jax.numpy.asarray(p))
    return float(value), np.asarray(g)


def torch_values(loss, y, p):
    """Per row, formulas of 2.0.8, with PyTorch's own losses where they mean the same; None: not in 2.0.8."""
    name, logits, d = loss["name"], loss.get("from_logits", False), p - y
    clip = lambda high: torch.clamp(p, EPSILON, high)
    if name == "mean_squared_error":
        return F.mse_loss(p, y, reduction="none").mean(-1)
    if name == "mean_absolute_error":
        return F.l1_loss(p, y, reduction="none").mean(-1)
    if name == "mean_absolute_percentage_error":
        return 100 * (d / torch.clamp(y.abs(), min=EPSILON)).abs().mean(-1)
    if name == "huber":
        return F.huber_loss(p, y, reduction="none", delta=loss.get("delta", 1.0)).mean(-1)
    if name == "logcosh":
        return torch.log(torch.cosh(d)).mean(-1)
    if name == "binary_crossentropy":
        x = p if logits else torch.log(clip(1 - EPSILON) / (1 - clip(1 - EPSILON)))
        return F.binary_cross_entropy_with_logits(x, y, reduction="none").mean(-1)
    if name == "categorical_crossentropy":
        if logits:
            return F.cross_entropy(p, y, reduction="none")
        q = p / p.sum(-1, keepdim=True)
        return -(y * torch.log(torch.clamp(q, EPSILON, 1 - EPSILON))).sum(-1)
    if name == "sparse_categorical_crossentropy":
        x = p if logits else torch.log(clip(1 - EPSILON))
        return F.cross_entropy(x, y.argmax(-1), reduction="none")
    if name in ("hinge", "squared_hinge"):
        m = 1 - y * p
        m = torch.where(m >= 0, m, torch.zeros_like(m))  # its own clamp has slope 0 at the corner
        return (m if name == "hinge" else m**2).mean(-1)
    if name == "kullback_leibler_divergence":
        return F.kl_div(torch.log(clip(1.0)), torch.clamp(y, EPSILON, 1), reduction="none").sum(-1)
    if name == "poisson":
        return F.poisson_nll_loss(p, y, log_input=False, eps=EPSILON, reduction="none").mean(-1)
    raise ValueError(name)


def torch_case(loss, y, p, weights):
    p, y = torch.tensor(p, requires_grad=True), torch.tensor(y)
    values = torch_values(loss, y, p)
    if weights is None:
        value = values.mean()
    else:
        s = torch.tensor(weights)
        value = (s * values).sum() / torch.count_nonzero(s)
    value.backward()
    return value.item(), p.grad.numpy()


# ---- inputs --------------------------------------------------------------------------------------------


def entries():
    """(name, loss, dialects, targets, predictions)."""
    draw, both = Draw(20180804), ("keras2", "keras3")
    labels = draw.random.integers(0, 4, 8)
    hot = np.eye(4)[labels]
    chances = draw.random.integers(1, 64, (8, 3)) / 64.0
    yes = (draw.random.random((8, 3)) > 0.5) * 1.0
    raw = draw.random.integers(1, 40, (8, 4)).astype(float)
    soft = raw / raw.sum(-1, keepdims=True)
    mixed = draw.random.integers(0, 9, (8, 4)).astype(float) + np.eye(4)[labels]
    mixed = mixed / mixed.sum(-1, keepdims=True)
    # Right, wrong and undecided to the last digit, beyond the clip, and just inside it (exact in float32).
    edges = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.5, 0.5, 0.0], [0.99999999, 1e-8, 0.0],
                      [1 - 2.0**-20, 2.0**-21, 2.0**-21], [2.0**-22, 2.0**-22, 1 - 2.0**-21],
                      [0.25, 0.5, 0.25], [2.0**-20, 2.0**-20, 1 - 2.0**-19]])
    edge_hot = np.eye(3)[[0, 0, 1, 1, 1, 0, 1, 2]]
    edge_p = np.array([[1.0, 1.0], [0.0, 0.0], [0.5, 0.5], [1e-8, 1e-8],
                       [2.0**-22, 2.0**-22], [1 - 2.0**-20, 1 - 2.0**-20], [0.99999999, 0.99999999],
                       [0.25, 0.75]])
    edge_y = np.tile([1.0, 0.0], (8, 1))
    logits = draw.grid(8, 4, reach=6.0)
    large = np.array([[0.0, 0.0, 0.0], [20.0, 0.0, -20.0], [-20.0, 0.0, 20.0], [1000.0, -1000.0, 0.0],
                      [-1000.0, 1000.0, 0.0], [88.0, 88.0, 87.0], [0.0, 16.5, 0.25], [1e-3, 0.0, -1e-3]])
    y, p = draw.grid(8, 3), draw.grid(8, 3)
    p += (p == y) / 64.0  # off the corner of |d|
    sign = draw.random.choice([-1.0, 1.0], (8, 3))
    margin = draw.grid(8, 3)
    corner = abs(1 - sign * margin) < 1e-3
    yield "squares", {"name": "mean_squared_error"}, both, y, p
    yield "one_output", {"name": "mean_squared_error"}, both, y[:, :1], p[:, :1]
    yield "plain", {"name": "mean_absolute_error"}, both, y, p
    exact = np.where(draw.random.random((8, 3)) > 0.5, y, p)
    # The slope of |d| at 0 is 0 in TensorFlow and PyTorch, 1 in JAX.
    yield "some_exact", {"name": "mean_absolute_error"}, ("keras2",), y, exact
    yield "plain", {"name": "mean_absolute_percentage_error"}, both, y + (y == 0) / 4.0, p
    zero = y * (draw.random.random((8, 3)) > 0.3)
    yield "zero_targets", {"name": "mean_absolute_percentage_error"}, both, zero, p
    yield "plain", {"name": "huber"}, both, y, p
    small = {"name": "huber", "delta": 0.375}
    yield "small_delta", small, both, y, p
    yield "at_delta", small, both, np.zeros((8, 2)), np.tile([0.375, -0.375], (8, 1))
    yield "plain", {"name": "logcosh"}, both, y, p
    yield "far", {"name": "logcosh"}, both, y * 8, p * 8
    binary = {"name": "binary_crossentropy"}
    yield "plain", binary, both, yes, chances
    yield "one_output", binary, both, yes[:, :1], chances[:, :1]
    yield "soft_targets", binary, both, chances[::-1].copy(), chances
    yield "edges", binary, both, edge_y, edge_p
    binary = {"name": "binary_crossentropy", "from_logits": True}
    yield "logits", binary, both, yes, draw.grid(8, 3, reach=6.0)
    yield "large_logits", binary, both, np.tile([1.0, 0.0, 1.0], (8, 1)), large
    for name in ("categorical_crossentropy", "sparse_categorical_crossentropy"):
        yield "plain", {"name": name}, both, hot, soft
        yield "edges", {"name": name}, both, edge_hot, edges
        yield "not_summing_to_one", {"name": name}, both, hot, raw / 64.0
        yield "logits", {"name": name, "from_logits": True}, both, hot, logits
        yield "large_logits", {"name": name, "from_logits": True}, both, edge_hot, large
    yield "soft_targets", {"name": "categorical_crossentropy"}, both, mixed, soft
    yield "soft_targets_logits", {"name": "categorical_crossentropy", "from_logits": True}, both, mixed, logits
    for name in ("hinge", "squared_hinge"):
        yield "signs", {"name": name}, both, sign, margin + corner / 64.0
        yield "zero_one_targets", {"name": name}, both, yes, margin + (abs(abs(margin) - 1) < 1e-3) / 64.0
    # JAX halves the slope at the corner, TensorFlow (2.0.8) does not.
    yield "at_the_corner", {"name": "hinge"}, ("keras2",), sign, sign * 1.0
    divergence = {"name": "kullback_leibler_divergence"}
    yield "plain", divergence, both, mixed, soft
    yield "one_hot", divergence, both, hot, soft
    # 1 lies on the clip's edge, where JAX halves the slope.
    yield "edges", divergence, both, edge_hot, np.where(edges == 1.0, 0.875, edges)
    counts = draw.random.integers(0, 6, (8, 3)).astype(float)
    yield "plain", {"name": "poisson"}, both, counts, draw.random.integers(1, 256, (8, 3)) / 64.0
    yield "edges", {"name": "poisson"}, both, counts, np.tile([0.0, 1e-6, 100.0], (8, 1))


def rows(agreement):
    """The rows of losses2.json, compared on the way."""
    weights = np.array(WEIGHTS)
    for case, loss, dialects, y, p in entries():
        for dialect in dialects:
            values, slopes = formula(loss, dialect, y, p)
            narrow, _ = formula(loss, dialect, y, p.astype(np.float32))
            where = f"{loss['name']} {case}"
            row = {"name": f"{case}_{dialect}", "loss": loss, "dialect": dialect,
                   "targets": tensor(y), "predictions": tensor(p), "per_sample": numbers(values)}
            for key, s in (("", None), ("weighted_", weights)):
                value, g = reduced(values, slopes, s, dialect)
                row[key + "value"], row[key + "gradient"] = number(value), tensor(g)
                short = reduced(narrow.astype(np.float64), slopes, s, dialect)[0]
                row[key + "value_float32"] = number(short)
                library = keras_case if dialect == "keras3" else torch_case
                got = library(loss, y, p, s)
                group = f"losses2, float64, {library.__name__.split('_')[0]} with NumPy {dialect}"
                agreement.check(group + ": value", 1e-9, got[0], value, where)
                agreement.check(group + ": gradient", 1e-9, got[1], g, where)
            yield row
