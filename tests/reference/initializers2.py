"""All initializers: what each element is (first sixteen), and what the whole must look like (moments, bounds).

The draws are written from the convention in README.md. Called by make.py.
"""

import math

import keras_reference  # first: it sets the backend and float64
import keras
import numpy as np
import torch
from scipy.special import ndtri

import philox
from output import number, numbers, write

SEED, LAYER = 7, 3
LOW, WIDTH = 0.022750131948179195, 0.9544997361036416  # Phi(-2), Phi(2) - Phi(-2)
TRUE_DEVIATION = 0.87962566103423978  # of a standard normal cut off at 2

# P. J. Acklam's approximation of the inverse normal distribution, the part for the middle. His own bounds
# are |p - 0.5| < 0.47575; up to our 0.47725 its largest error is 3.4e-8 (`check_approximation`).
NUMERATOR = [-3.969683028665376e01, 2.209460984245205e02, -2.759285104469687e02,
             1.383577518672690e02, -3.066479806614716e01, 2.506628277459239e00]
DENOMINATOR = [-5.447609879822406e01, 1.615858368580409e02, -1.556989798598866e02,
               6.680131188771972e01, -1.328068155288572e01, 1.0]


def inverse_normal(p):
    """Phi^-1(p) for p in [Phi(-2), Phi(2)]."""
    q = p - 0.5
    r = q * q
    return q * np.polyval(NUMERATOR, r) / np.polyval(DENOMINATOR, r)


def check_approximation():
    """Over every number that the generator can give."""
    worst = 0.0
    for start in range(0, 1 << 24, 1 << 20):
        u = (np.arange(start, start + (1 << 20)) + 0.5) * 2.0**-24
        p = LOW + u * WIDTH
        worst = max(worst, abs(inverse_normal(p) - ndtri(p)).max())
    assert worst < 1e-7, worst
    return worst


def truncated(tag, count):
    """Elements 0..count of N(0, 1) cut off at 2, float64."""
    words = philox.words(SEED, philox.WEIGHTS, 0, tag, count)
    return inverse_normal(LOW + ((words >> 8) + 0.5) * 2.0**-24 * WIDTH)


def orthogonal(tag, shape):
    """QR with a positive diagonal (one answer only) of a tall matrix of normals; transposed if wide."""
    rows, columns = math.prod(shape[:-1]), shape[-1]
    tall = max(rows, columns), min(rows, columns)
    a = philox.normal(SEED, philox.WEIGHTS, 0, tag, rows * columns).astype(np.float64).reshape(tall)
    q = np.zeros(tall)
    for j in range(tall[1]):  # Gram-Schmidt, each column twice
        v = a[:, j].copy()
        for _ in range(2):
            v -= q[:, :j] @ (q[:, :j].T @ v)
        q[:, j] = v / math.sqrt(v @ v)
    other, r = torch.linalg.qr(torch.tensor(a))
    other = (other * torch.sign(torch.diag(r))).numpy()
    assert abs(other - q).max() < 1e-12
    return (q if rows >= columns else q.T).reshape(shape)


def fans(shape, dialect="keras2", axes=None):
    """(fan_in, fan_out). `axes`: how many leading axes of an attention kernel are its inputs."""
    if axes:
        return math.prod(shape[:axes]), math.prod(shape[axes:])
    if len(shape) == 1:
        one = math.sqrt(shape[0]) if dialect == "keras2" else shape[0]
        return one, one
    return philox.fans(shape)


SCALED = {  # scale, mode, distribution
    "glorot_uniform": (1, "fan_avg", "uniform"), "glorot_normal": (1, "fan_avg", "normal"),
    "he_uniform": (2, "fan_in", "uniform"), "he_normal": (2, "fan_in", "normal"),
    "lecun_uniform": (1, "fan_in", "uniform"), "lecun_normal": (1, "fan_in", "normal"),
}


class Tensor:
    """Expected moments and bounds of one initial tensor, and its values."""

    def __init__(self, initializer, config, dialect, shape, tag, axes=None):
        self.shape, self.tag, self.count = shape, tag, math.prod(shape)
        self.fan_in, self.fan_out = fans(shape, dialect, axes)
        self.low = self.high = None
        self.cut = self.scaled = False
        name = {"uniform": "random_uniform", "normal": "random_normal"}.get(initializer, initializer)
        if name in SCALED or name == "variance_scaling":
            self._scaled(SCALED.get(name) or (config.get("scale", 1), config.get("mode", "fan_in"),
                                              config.get("distribution", "normal")), dialect)
        else:
            getattr(self, f"_{name}")(config)

    def _scaled(self, settings, dialect):
        scale, mode, distribution = settings
        self.scaled = True
        fan = {"fan_in": self.fan_in, "fan_out": self.fan_out,
               "fan_avg": (self.fan_in + self.fan_out) / 2}[mode]
        variance = scale / max(1.0, fan)
        if distribution == "uniform":
            limit = math.sqrt(3 * variance)
            self._random_uniform({"minval": -limit, "maxval": limit})
        elif distribution == "untruncated_normal":
            self._random_normal({"stddev": math.sqrt(variance)})
        else:  # 2.0.8 lets the cut shrink the deviation, Keras 3 makes up for it
            by = TRUE_DEVIATION if dialect == "keras3" else 1.0
            self._truncated_normal({"stddev": math.sqrt(variance) / by})

    def _random_uniform(self, config):
        self.low, self.high = config.get("minval", -0.05), config.get("maxval", 0.05)
        self.mean, self.deviation = (self.low + self.high) / 2, (self.high - self.low) / math.sqrt(12)
        u = philox.uniform(SEED, philox.WEIGHTS, 0, self.tag, self.count).astype(np.float64)
        self.values = self.low + u * (self.high - self.low)

    def _random_normal(self, config):
        self.mean, self.deviation = config.get("mean", 0.0), config.get("stddev", 0.05)
        z = philox.normal(SEED, philox.WEIGHTS, 0, self.tag, self.count).astype(np.float64)
        self.values = self.mean + self.deviation * z

    def _truncated_normal(self, config):
        self.mean, s, self.cut = config.get("mean", 0.0), config.get("stddev", 0.05), True
        self.deviation = TRUE_DEVIATION * s
        self.low, self.high = self.mean - 2 * s, self.mean + 2 * s
        self.values = self.mean + s * truncated(self.tag, self.count)

    def _orthogonal(self, config):
        gain = config.get("gain", 1.0)
        self.mean = 0.0  # over many tensors
        self.deviation = gain / math.sqrt(max(math.prod(self.shape[:-1]), self.shape[-1]))
        self.values = gain * orthogonal(self.tag, self.shape).reshape(-1)

    def _fixed(self, values):
        self.values = np.asarray(values, np.float64).reshape(-1)
        self.mean, self.deviation = self.values.mean(), self.values.std()
        self.low, self.high = self.values.min(), self.values.max()

    def _zeros(self, config):
        self._fixed(np.zeros(self.shape))

    def _ones(self, config):
        self._fixed(np.ones(self.shape))

    def _constant(self, config):
        self._fixed(np.full(self.shape, config.get("value", 0.0)))

    def _identity(self, config):
        self._fixed(config.get("gain", 1.0) * np.eye(*self.shape))

    def check(self, values, where):
        """Moments within six standard errors, nothing outside the bounds."""
        n = values.size
        values = np.asarray(values, np.float64).reshape(-1)
        assert abs(values.mean() - self.mean) <= 6 * self.deviation / math.sqrt(n) + 1e-12, where
        assert abs(values.std() - self.deviation) <= 6 * self.deviation / math.sqrt(n) + 1e-12, where
        if self.low is not None:
            room = 1e-6 * max(abs(self.low), abs(self.high))
            assert self.low - room <= values.min() and values.max() <= self.high + room, where


DENSE, CONV1D, CONV2D = (64, 96), (3, 32, 24), (5, 5, 3, 20)
SHAPES = [  # what, shape, number of leading input axes (attention)
    ("Dense kernel", DENSE, None),
    ("Conv1D kernel", CONV1D, None),
    ("Conv2D kernel", CONV2D, None),
    ("DepthwiseConv2D depthwise_kernel (kh, kw, channels, multiplier)", (3, 3, 24, 2), None),
    ("SeparableConv2D pointwise_kernel", (1, 1, 48, 32), None),
    ("Embedding embeddings", (300, 16), None),
    ("LSTM kernel (in, 4 units): one matrix", (20, 96), None),
    ("LSTM recurrent_kernel (units, 4 units)", (24, 96), None),
    ("GRU kernel (in, 3 units)", (20, 72), None),
    ("MultiHeadAttention query/kernel (dim, heads, key_dim)", (32, 4, 12), 1),
    ("MultiHeadAttention attention_output/kernel (heads, value_dim, dim)", (4, 12, 32), 2),
]


def _cases():
    """(initializer, config, dialects, shape, axes)."""
    both = ("keras2", "keras3")
    for name in SCALED:
        for what, shape, axes in SHAPES:
            if shape in (DENSE, CONV2D) or axes or "depthwise" in what or name.startswith("glorot"):
                yield name, {}, both if name.endswith("normal") else ("keras2",), shape, axes
    for name in ("uniform", "random_uniform", "normal", "random_normal", "truncated_normal"):
        yield name, {}, ("keras2",), (300, 16), None
    yield "random_uniform", {"minval": -0.1, "maxval": 0.3}, ("keras2",), CONV1D, None
    yield "random_normal", {"mean": 1.0, "stddev": 0.2}, ("keras2",), CONV1D, None
    yield "truncated_normal", {"mean": 0.5, "stddev": 0.1}, both, CONV1D, None
    for config in ({"scale": 2.0, "mode": "fan_in", "distribution": "normal"},
                   {"scale": 0.5, "mode": "fan_out", "distribution": "uniform"},
                   {"scale": 1.0, "mode": "fan_avg", "distribution": "uniform"},
                   {"scale": 3.0, "mode": "fan_avg", "distribution": "normal"}):
        dialects = both if config["distribution"] == "normal" else ("keras2",)
        yield "variance_scaling", config, dialects, CONV2D, None
    yield "variance_scaling", {}, both, DENSE, None
    yield ("variance_scaling", {"scale": 2.0, "mode": "fan_in", "distribution": "untruncated_normal"},
           ("keras3",), CONV2D, None)
    for shape in ((24, 24), (24, 96), (40, 12), (3, 3, 4, 8)):
        yield "orthogonal", {}, ("keras2",), shape, None
    yield "orthogonal", {"gain": 1.5}, ("keras2",), (16, 64), None
    for name, config in (("zeros", {}), ("ones", {}), ("constant", {"value": 0.25}), ("constant", {})):
        yield name, config, ("keras2",), (3, 7), None
    yield "identity", {}, ("keras2",), (5, 5), None
    yield "identity", {"gain": 2.0}, ("keras2",), (3, 3), None
    yield "identity", {"gain": 0.5}, ("keras3",), (3, 5), None  # 2.0.8: square only


def _keras_draw(initializer, config, shape, axes):
    """Keras 3's own draw: other numbers, the same distribution."""
    keras_reference._precision("float32")
    if axes:  # a layer tells its initializer which axes of an attention kernel are inputs
        scale, mode, distribution = SCALED[initializer]
        config = {"scale": scale, "mode": mode, "distribution": distribution,
                  "input_axes": list(range(axes)), "output_axes": list(range(axes, len(shape)))}
        return np.asarray(keras.initializers.VarianceScaling(**config)(shape))
    name = {"uniform": "random_uniform", "normal": "random_normal"}.get(initializer, initializer)
    name = "".join(part.capitalize() for part in name.split("_"))
    return np.asarray(getattr(keras.initializers, name)(**config)(shape))


def _shrunk(deviation, shape):
    """2.0.8's way: normal draws beyond two deviations are drawn again."""
    random = np.random.default_rng(5)
    z = random.standard_normal(math.prod(shape) * 2)
    return deviation / TRUE_DEVIATION * z[abs(z) < 2][: math.prod(shape)]


def initializers2(versions):
    worst = check_approximation()
    keras.utils.set_random_seed(1)
    rows = []
    for initializer, config, dialects, shape, axes in _cases():
        for dialect in dialects:
            tag = LAYER * 8
            tensor = Tensor(initializer, config, dialect, shape, tag, axes)
            where = initializer, config, dialect, shape
            if initializer != "orthogonal":  # its elements depend on each other
                tensor.check(tensor.values, where)
            if tensor.cut and tensor.scaled and dialect == "keras2":
                tensor.check(_shrunk(tensor.deviation, shape), where)
            else:
                tensor.check(_keras_draw(initializer, config, shape, axes), where)
            single = tensor.values.astype(np.float32)
            row = {"initializer": initializer, "config": config, "dialect": dialect, "shape": list(shape),
                   "input_axes": axes or 0, "layer": LAYER, "tensor": 0}
            if initializer in SCALED or initializer == "variance_scaling":
                row |= {"fan_in": tensor.fan_in, "fan_out": tensor.fan_out}
            row |= {"mean": number(tensor.mean), "standard_deviation": number(tensor.deviation)}
            if tensor.low is not None:
                row |= {"lowest": number(tensor.low), "highest": number(tensor.high)}
            wide = single.astype(np.float64)
            row |= {"first": numbers(single[:16]), "sum": number(wide.sum()),
                    "sum_of_squares": number((wide**2).sum())}
            rows.append(row)
    shapes = []
    for what, shape, axes in [*SHAPES, ("a vector", (7,), None)]:
        for dialect in ("keras2", "keras3") if len(shape) == 1 else ("keras2",):
            fan_in, fan_out = fans(shape, dialect, axes)
            shapes.append({"tensor": what, "shape": list(shape), "dialect": dialect,
                           "input_axes": axes or 0, "fan_in": number(fan_in), "fan_out": number(fan_out)})
            if dialect == "keras3":
                assert (fan_in, fan_out) == keras.src.initializers.random_initializers.compute_fans(shape)
    words = philox.words(SEED, philox.WEIGHTS, 0, LAYER * 8, 8)
    z = truncated(LAYER * 8, 8)
    head = {"versions": versions, "seed": SEED,
            "truncated_normal": {
                "numerator": NUMERATOR, "denominator": DENOMINATOR, "low": LOW, "width": WIDTH,
                "words": [int(w) for w in words], "z": numbers(z),
                "deviation": TRUE_DEVIATION, "largest_error": float(f"{worst:.1e}")}}
    write("initializers2.json", head, fans=shapes, cases=rows)
    print(f"initializers2.json: {len(rows)} cases, {len(shapes)} fans")


if __name__ == "__main__":
    initializers2({})
