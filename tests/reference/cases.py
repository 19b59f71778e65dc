"""Inputs of the single-layer, loss and optimizer cases. All numbers are multiples of 1/64 where that is
possible, so that they are exact in float32 and short in the files."""

import numpy as np

import philox


class Draw:
    """Small exact numbers from one generator, in the order of the calls."""

    def __init__(self, seed):
        self.random = np.random.default_rng(seed)

    def grid(self, *shape, reach=2.0):
        """Multiples of 1/64 in [-reach, reach]."""
        top = int(reach * 64)
        return self.random.integers(-top, top + 1, shape) / 64.0

    def distinct(self, *shape):
        """Like grid, but no value occurs twice: the maximum of every window is one cell."""
        n = int(np.prod(shape))
        return (self.random.permutation(n).reshape(shape) - n // 2) / 64.0


def _case(name, kind, config, x, weights, mask=None, data_format="channels_first", **more):
    return {"name": name, "class_name": kind, "config": config, "data_format": data_format,
            "input": x, "weights": weights, "mask": mask, **more}


def _dense(draw):
    for activation in ("linear", "relu", "softmax", "tanh", "sigmoid", "hard_sigmoid", "elu", "selu",
                       "softplus"):
        config = {"units": 5, "activation": activation, "use_bias": True}
        weights = {"kernel": draw.grid(4, 5, reach=1.0), "bias": draw.grid(5, reach=1.0)}
        yield _case(f"dense_{activation}", "Dense", config, draw.grid(6, 4), weights)
    config = {"units": 3, "activation": "linear", "use_bias": False}
    yield _case("dense_no_bias", "Dense", config, draw.grid(5, 7), {"kernel": draw.grid(7, 3)})


# name, (height, width), channels, filters, kernel, strides, padding, activation
CONVOLUTIONS = [
    ("conv_3x3_valid", (6, 7), 1, 2, (3, 3), (1, 1), "valid", "linear"),
    ("conv_3x3_same", (5, 6), 1, 2, (3, 3), (1, 1), "same", "linear"),
    ("conv_3x3_valid_relu", (6, 5), 2, 3, (3, 3), (1, 1), "valid", "relu"),
    ("conv_3x3_same_relu", (5, 4), 3, 2, (3, 3), (1, 1), "same", "relu"),
    ("conv_3x3_valid_stride_2_odd", (7, 7), 2, 2, (3, 3), (2, 2), "valid", "linear"),
    ("conv_3x3_valid_stride_2_even", (6, 8), 1, 3, (3, 3), (2, 2), "valid", "linear"),
    ("conv_3x3_same_stride_2_even", (6, 6), 2, 2, (3, 3), (2, 2), "same", "linear"),
    ("conv_3x3_same_stride_2_odd", (5, 7), 2, 2, (3, 3), (2, 2), "same", "linear"),
    ("conv_3x3_same_stride_2_mixed", (6, 5), 1, 2, (3, 3), (2, 2), "same", "tanh"),
    ("conv_5x5_valid", (7, 8), 1, 3, (5, 5), (1, 1), "valid", "relu"),
    ("conv_5x5_same", (6, 5), 2, 2, (5, 5), (1, 1), "same", "linear"),
    ("conv_5x5_valid_stride_2", (8, 9), 2, 1, (5, 5), (2, 2), "valid", "linear"),
    ("conv_5x5_same_stride_2", (6, 7), 1, 2, (5, 5), (2, 2), "same", "linear"),
    ("conv_2x2_valid", (4, 5), 3, 2, (2, 2), (1, 1), "valid", "linear"),
    ("conv_2x2_same", (4, 5), 2, 2, (2, 2), (1, 1), "same", "linear"),
    ("conv_2x2_same_stride_2", (5, 4), 2, 2, (2, 2), (2, 2), "same", "linear"),
    ("conv_4x4_same", (5, 6), 1, 2, (4, 4), (1, 1), "same", "linear"),
    ("conv_1x3_valid", (4, 6), 2, 2, (1, 3), (1, 1), "valid", "linear"),
    ("conv_3x1_same", (4, 5), 2, 2, (3, 1), (1, 1), "same", "linear"),
    ("conv_2x3_same", (5, 5), 1, 2, (2, 3), (1, 1), "same", "relu"),
    ("conv_5x3_valid_strides_2_1", (7, 6), 1, 2, (5, 3), (2, 1), "valid", "linear"),
    ("conv_3x5_same_strides_1_2", (5, 7), 2, 2, (3, 5), (1, 2), "same", "linear"),
    ("conv_1x1_same", (3, 4), 3, 4, (1, 1), (1, 1), "same", "sigmoid"),
]


def _convolutions(draw):
    for name, size, channels, filters, kernel, strides, padding, activation in CONVOLUTIONS:
        config = {"filters": filters, "kernel_size": list(kernel), "strides": list(strides),
                  "padding": padding, "activation": activation, "use_bias": True}
        weights = {"kernel": draw.grid(*kernel, channels, filters, reach=1.0),
                   "bias": draw.grid(filters, reach=1.0)}
        yield _case(name, "Conv2D", config, draw.grid(2, channels, *size), weights)
    config = {"filters": 2, "kernel_size": [3, 3], "strides": [1, 1], "padding": "valid",
              "activation": "linear", "use_bias": False}
    yield _case("conv_3x3_valid_no_bias", "Conv2D", config, draw.grid(2, 2, 5, 5),
                {"kernel": draw.grid(3, 3, 2, 2, reach=1.0)})
    config = {"filters": 3, "kernel_size": [3, 3], "strides": [2, 2], "padding": "same",
              "activation": "relu", "use_bias": True}
    weights = {"kernel": draw.grid(3, 3, 2, 3, reach=1.0), "bias": draw.grid(3, reach=1.0)}
    yield _case("conv_channels_last", "Conv2D", config, draw.grid(2, 2, 6, 5), weights,
                data_format="channels_last")


# name, (height, width), pool, strides, padding
POOLS = [
    ("2_valid_even", (4, 6), (2, 2), (2, 2), "valid"),
    ("2_valid_odd", (5, 7), (2, 2), (2, 2), "valid"),
    ("2_same_odd", (5, 7), (2, 2), (2, 2), "same"),
    ("3_strides_2_valid_odd", (7, 5), (3, 3), (2, 2), "valid"),
    ("3_strides_2_valid_even", (6, 8), (3, 3), (2, 2), "valid"),
    ("3_strides_2_same_even", (6, 4), (3, 3), (2, 2), "same"),
    ("3_strides_2_same_odd", (5, 7), (3, 3), (2, 2), "same"),
    ("3_strides_3_same", (5, 7), (3, 3), (3, 3), "same"),
    ("2x3_strides_1_2_same", (4, 5), (2, 3), (1, 2), "same"),
]


def _pools(draw):
    for kind, short in (("MaxPooling2D", "max"), ("AveragePooling2D", "average")):
        for name, size, pool, strides, padding in POOLS:
            config = {"pool_size": list(pool), "strides": list(strides), "padding": padding}
            yield _case(f"{short}_pool_{name}", kind, config, draw.distinct(2, 2, *size), {})
        config = {"pool_size": [3, 3], "strides": [2, 2], "padding": "same"}
        yield _case(f"{short}_pool_channels_last", kind, config, draw.distinct(2, 2, 5, 6), {},
                    data_format="channels_last")


def _rest(draw):
    for data_format in ("channels_first", "channels_last"):
        yield _case(f"flatten_{data_format}", "Flatten", {}, draw.grid(2, 3, 2, 4), {},
                    data_format=data_format)
    for name, rate, shape, seed, step, tag in (
        ("dropout_pictures", 0.2, (3, 2, 4, 5), 7, 0, 2),
        ("dropout_pictures_later_step", 0.2, (3, 2, 4, 5), 7, 9, 4),
        ("dropout_vectors", 0.5, (6, 7), 7, 3, 1),
    ):
        kept = philox.dropout_mask(seed, step, tag, shape, rate)
        yield _case(name, "Dropout", {"rate": rate}, draw.grid(*shape), {}, mask=kept / (1 - rate),
                    random={"seed": seed, "step": step, "layer": tag})


def layers():
    """All layer cases, without upstream gradients (their shape is known after the forward pass)."""
    draw = Draw(20180801)
    return draw, [*_dense(draw), *_convolutions(draw), *_pools(draw), *_rest(draw)]


def losses():
    """name -> [(case name, targets, probabilities)]."""
    draw = Draw(20180802)
    soft = draw.random.integers(1, 40, (6, 5)) / 1.0
    soft = np.round(soft / soft.sum(1, keepdims=True), 6)
    labels = np.array([0, 3, 2, 4, 1, 3])
    hard = np.array([
        [1.0, 0.0, 0.0],  # right and certain
        [0.0, 1.0, 0.0],  # wrong and certain: dead zone, 16.118
        [0.99999999, 1e-8, 0.0],  # beyond the clip on both sides
        [0.999999, 5e-7, 5e-7],  # just inside
        [3e-7, 2e-7, 0.9999995],
        [0.25, 0.5, 0.25],
    ])
    hard_labels = np.array([0, 0, 1, 2, 0, 1])
    unnormalised = np.array([[0.5, 0.25, 0.75], [0.125, 0.125, 0.25]])
    yes = draw.random.integers(0, 2, (6, 3)).astype(float)
    chance = draw.random.integers(1, 64, (6, 3)) / 64.0
    edge_y = np.array([[1.0], [0.0], [1.0], [0.0], [1.0], [0.0], [1.0], [0.0]])
    edge_p = np.array([[1.0], [0.0], [0.0], [1.0], [1e-8], [3e-7], [0.999999], [0.5]])
    return {
        "categorical_crossentropy": [
            ("plain", np.eye(5)[labels], soft),
            ("hard", np.eye(3)[hard_labels], hard),
            ("rows_not_summing_to_one", np.eye(3)[[2, 0]], unnormalised),
            ("soft_targets", np.array([[0.5, 0.25, 0.25], [0.125, 0.75, 0.125]]),
             np.array([[0.25, 0.5, 0.25], [0.0625, 0.5, 0.4375]])),
        ],
        "sparse_categorical_crossentropy": [
            ("plain", labels[:, None], soft),
            ("hard", hard_labels[:, None], hard),
        ],
        "mse": [
            ("plain", draw.grid(6, 3), draw.grid(6, 3)),
            ("one_output", draw.grid(7, 1), draw.grid(7, 1)),
            ("probabilities", np.eye(5)[labels], soft),
        ],
        "binary_crossentropy": [
            ("plain", yes, chance),
            ("one_output", yes[:, :1], chance[:, :1]),
            ("hard", edge_y, edge_p),
        ],
    }


OPTIMIZERS = [
    ("sgd", "SGD", {"lr": 0.01}),
    ("sgd_decay", "SGD", {"lr": 0.1, "decay": 0.25}),
    ("sgd_momentum", "SGD", {"lr": 0.05, "momentum": 0.9}),
    ("sgd_nesterov", "SGD", {"lr": 0.05, "momentum": 0.9, "nesterov": True}),
    ("sgd_momentum_decay", "SGD", {"lr": 0.1, "momentum": 0.8, "decay": 0.1}),
    ("sgd_nesterov_decay", "SGD", {"lr": 0.1, "momentum": 0.8, "nesterov": True, "decay": 0.1}),
    ("rmsprop", "RMSprop", {"lr": 0.001, "rho": 0.9, "epsilon": 1e-8}),
    ("rmsprop_decay", "RMSprop", {"lr": 0.01, "rho": 0.8, "epsilon": 1e-8, "decay": 0.1}),
    ("adam", "Adam", {"lr": 0.001, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-8}),
    ("adam_decay", "Adam", {"lr": 0.01, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-8,
                            "decay": 0.1}),
    ("adam_other_betas", "Adam", {"lr": 0.005, "beta_1": 0.5, "beta_2": 0.9, "epsilon": 1e-8}),
]


def optimizers():
    """(initial vector, ten gradients): ordinary, zero, tiny (eps matters) and large ones."""
    draw = Draw(20180803)
    w, gradients = draw.grid(6), draw.grid(10, 6, reach=1.0)
    gradients[:, 3] = 0.0
    gradients[:, 4] *= 2.0**-26  # about 1e-8: the place of eps shows
    gradients[:, 5] *= 64.0
    return w, gradients
