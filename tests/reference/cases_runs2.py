"""Small networks with data, initial weights and batches: one per layer family, and one for all optimizers.

Inputs and weights are multiples of 1/64 (exact in float32). `runs2.py` trains them.
"""

import numpy as np

from cases import Draw
from cases_totals import layer

UPDATES, ROWS, BATCH = 10, 20, 4
ADAM = {"class_name": "Adam", "config": {"lr": 0.03, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-8}}


def batches():
    """Rows of each update: file order, over and over."""
    return [[(step * BATCH + i) % ROWS for i in range(BATCH)] for step in range(UPDATES)]


def case(family, loss, inputs, targets, layers, weights, optimizer=ADAM, data_format="channels_last"):
    """`inputs` {name: (rows, ...)}, `weights` {(layer, tensor): values}."""
    return {"name": family, "data_format": data_format, "loss": loss, "optimizer": optimizer,
            "inputs": inputs, "targets": targets, "layers": layers, "weights": weights}


def _kernel(draw, *shape):
    """About the width of glorot_uniform, in 64ths."""
    fan = sum(shape[-2:]) * int(np.prod(shape[:-2]))
    return draw.grid(*shape, reach=float(np.clip(np.sqrt(6 / fan), 0.1, 1.0)))


def _dense(draw, index, inputs, units, bias=0.1):
    return {(index, "kernel"): _kernel(draw, inputs, units), (index, "bias"): draw.grid(units, reach=bias)}


def _norm(draw, index, channels, moving=True):
    found = {(index, "gamma"): np.ones(channels), (index, "beta"): np.zeros(channels)}
    if moving:
        found |= {(index, "moving_mean"): np.zeros(channels),
                  (index, "moving_variance"): np.ones(channels)}
    return found


def _recurrent(draw, index, kind, features, units, prefix=""):
    gates = {"SimpleRNN": 1, "GRU": 3, "LSTM": 4}[kind]
    bias = draw.grid(gates * units, reach=0.1)
    if kind == "LSTM":
        bias[units : 2 * units] += 1  # unit_forget_bias
    return {(index, f"{prefix}kernel"): _kernel(draw, features, gates * units),
            (index, f"{prefix}recurrent_kernel"): _kernel(draw, units, gates * units),
            (index, f"{prefix}bias"): bias}


def _classes(draw, x, count):
    """One-hot labels that a random projection of the rows decides."""
    flat = x.reshape(len(x), -1)
    scores = flat @ draw.grid(flat.shape[1], count)
    return np.eye(count)[(scores - scores.mean(0)).argmax(1)]


def _ids(draw, vocabulary, steps):
    return draw.random.integers(0, vocabulary, (ROWS, steps)).astype(float)


def conv1d_tokens(draw):
    x = _ids(draw, 12, 8)
    y = ((x > 6).sum(1, keepdims=True) > 3) * 1.0
    layers = [layer("Embedding", input_dim=12, output_dim=4),
              layer("Conv1D", filters=5, kernel_size=3, padding="same", activation="relu"),
              layer("MaxPooling1D", pool_size=2), layer("Flatten"),
              layer("Dense", units=6, activation="relu"), layer("Dense", units=1, activation="sigmoid")]
    weights = {(0, "embeddings"): draw.grid(12, 4, reach=0.5), (1, "kernel"): _kernel(draw, 3, 4, 5),
               (1, "bias"): draw.grid(5, reach=0.1), **_dense(draw, 4, 20, 6), **_dense(draw, 5, 6, 1)}
    return case("conv1d_tokens", "binary_crossentropy", {"input": x}, y, layers, weights)


def batch_norm_cnn(draw):
    x = draw.grid(ROWS, 2, 5, 6, reach=1.0)
    layers = [layer("Conv2D", filters=3, kernel_size=[3, 3], padding="same", activation="relu"),
              layer("BatchNormalization", momentum=0.9, epsilon=0.001),
              layer("MaxPooling2D", pool_size=[2, 2]), layer("Flatten"),
              layer("Dense", units=5, activation="tanh"), layer("BatchNormalization"),
              layer("Dense", units=3, activation="softmax")]
    weights = {(0, "kernel"): _kernel(draw, 3, 3, 2, 3), (0, "bias"): draw.grid(3, reach=0.1),
               **_norm(draw, 1, 3), **_dense(draw, 4, 18, 5), **_norm(draw, 5, 5), **_dense(draw, 6, 5, 3)}
    return case("batch_norm_cnn", "categorical_crossentropy", {"input": x}, _classes(draw, x, 3), layers,
                weights)


def _series(draw, kind, units):
    """A stack of recurrent layers that forecasts one number."""
    x = draw.grid(ROWS, 6, 3, reach=1.0)
    y = np.round((x[:, -1, :1] * x[:, 0, 1:2] + x[:, 2, 2:] / 2) * 64) / 64
    layers = [layer(kind, units=u, return_sequences=i + 1 < len(units)) for i, u in enumerate(units)]
    layers.append(layer("Dense", units=1))
    weights, features = {}, 3
    for i, u in enumerate(units):
        weights |= _recurrent(draw, i, kind, features, u)
        features = u
    weights |= _dense(draw, len(units), features, 1)
    return case({"SimpleRNN": "simple_rnn"}.get(kind, kind.lower()), "mean_squared_error", {"input": x}, y, layers, weights)


def simple_rnn(draw):
    return _series(draw, "SimpleRNN", [5])


def lstm(draw):
    return _series(draw, "LSTM", [4, 3])


def gru(draw):
    return _series(draw, "GRU", [4, 3])


def bidirectional(draw):
    x = _ids(draw, 10, 7)
    y = ((x[:, :1] + x[:, -1:]) > 8) * 1.0
    inner = {"class_name": "LSTM", "config": {"units": 3}}
    layers = [layer("Embedding", input_dim=10, output_dim=4),
              layer("Bidirectional", layer=inner, merge_mode="concat"),
              layer("Dense", units=1, activation="sigmoid")]
    weights = {(0, "embeddings"): draw.grid(10, 4, reach=0.5),
               **_recurrent(draw, 1, "LSTM", 4, 3, "forward/"),
               **_recurrent(draw, 1, "LSTM", 4, 3, "backward/"), **_dense(draw, 2, 6, 1)}
    return case("bidirectional", "binary_crossentropy", {"input": x}, y, layers, weights)


def residual(draw):
    """A shortcut around two convolutions, then two branches side by side."""
    x = draw.grid(ROWS, 2, 5, 4, reach=1.0)
    conv = lambda name, before, filters, size, activation="relu": layer(
        "Conv2D", name, [before], filters=filters, kernel_size=[size, size], padding="same",
        activation=activation)
    layers = [conv("stem", "input", 3, 3), conv("inner_1", "stem", 3, 3),
              conv("inner_2", "inner_1", 3, 3, "linear"),
              layer("Add", "shortcut", ["inner_2", "stem"]),
              layer("Activation", "after", ["shortcut"], activation="relu"),
              conv("branch_1", "after", 2, 1), conv("branch_3", "after", 3, 3),
              layer("Concatenate", "both", ["branch_1", "branch_3"], axis=1),
              layer("GlobalAveragePooling2D", "mean", ["both"]),
              layer("Dense", "class", ["mean"], units=3, activation="softmax")]
    weights = {}
    for index, size, channels, filters in ((0, 3, 2, 3), (1, 3, 3, 3), (2, 3, 3, 3), (5, 1, 3, 2),
                                           (6, 3, 3, 3)):
        weights |= {(index, "kernel"): _kernel(draw, size, size, channels, filters),
                    (index, "bias"): draw.grid(filters, reach=0.1)}
    weights |= _dense(draw, 9, 5, 3)
    return case("residual", "categorical_crossentropy", {"input": x}, _classes(draw, x, 3), layers,
                weights, data_format="channels_first")


def two_inputs(draw):
    """A picture and a question."""
    picture, words = draw.grid(ROWS, 1, 4, 4, reach=1.0), _ids(draw, 8, 5)
    y = _classes(draw, np.concatenate([picture.reshape(ROWS, -1), words / 8], 1), 4)
    layers = [layer("Conv2D", "edges", ["picture"], filters=3, kernel_size=[2, 2], activation="tanh"),
              layer("Flatten", "flat", ["edges"]),
              layer("Dense", "seen", ["flat"], units=4, activation="tanh"),
              layer("Embedding", "words", ["question"], input_dim=8, output_dim=3),
              layer("LSTM", "asked", ["words"], units=4),
              layer("Multiply", "agree", ["seen", "asked"]),
              layer("Concatenate", "all", ["seen", "asked", "agree"], axis=-1),
              layer("Dense", "answer", ["all"], units=4, activation="softmax")]
    weights = {(0, "kernel"): _kernel(draw, 2, 2, 1, 3), (0, "bias"): draw.grid(3, reach=0.1),
               **_dense(draw, 2, 27, 4), (3, "embeddings"): draw.grid(8, 3, reach=0.5),
               **_recurrent(draw, 4, "LSTM", 3, 4), **_dense(draw, 7, 12, 4)}
    return case("two_inputs", "categorical_crossentropy", {"picture": picture, "question": words}, y,
                layers, weights)


def _attention_weights(draw, index, dim, heads, key_dim):
    found = {}
    for part in ("query", "key", "value"):
        found[index, f"{part}/kernel"] = draw.grid(dim, heads, key_dim, reach=0.6)
        found[index, f"{part}/bias"] = draw.grid(heads, key_dim, reach=0.1)
    found[index, "attention_output/kernel"] = draw.grid(heads, key_dim, dim, reach=0.6)
    found[index, "attention_output/bias"] = draw.grid(dim, reach=0.1)
    return found


def _decoder(draw, vocabulary, steps):
    """One block of a small language model: positions, causal attention, both with shortcuts and norms."""
    layers = [layer("Embedding", "tokens", ["input"], input_dim=vocabulary, output_dim=6),
              layer("PositionEmbedding", "placed", ["tokens"], sequence_length=steps),
              layer("LayerNormalization", "norm_1", ["placed"]),
              layer("MultiHeadAttention", "attention", ["norm_1"], num_heads=2, key_dim=3,
                    use_causal_mask=True),
              layer("Add", "sum_1", ["placed", "attention"]),
              layer("LayerNormalization", "norm_2", ["sum_1"]),
              layer("Dense", "wide", ["norm_2"], units=8, activation="gelu"),
              layer("Dense", "narrow", ["wide"], units=6),
              layer("Add", "sum_2", ["sum_1", "narrow"])]
    weights = {(0, "embeddings"): draw.grid(vocabulary, 6, reach=0.5),
               (1, "embeddings"): draw.grid(steps, 6, reach=0.25), **_norm(draw, 2, 6, False),
               **_attention_weights(draw, 3, 6, 2, 3), **_norm(draw, 5, 6, False),
               **_dense(draw, 6, 6, 8), **_dense(draw, 7, 8, 6)}
    return layers, weights


def attention(draw):
    """The block, then the mean over all steps and a class."""
    x = _ids(draw, 9, 6)
    layers, weights = _decoder(draw, 9, 6)
    layers += [layer("GlobalAveragePooling1D", "mean", ["sum_2"]),
               layer("Dense", "class", ["mean"], units=3, activation="softmax")]
    weights |= _dense(draw, 10, 6, 3)
    return case("attention", "categorical_crossentropy", {"input": x}, _classes(draw, x, 3), layers,
                weights)


def language_model(draw):
    """The block, then the next token at every step: targets (rows, steps) of ids."""
    text = _ids(draw, 7, 6)
    text[:, 1::2] = (text[:, ::2] + 1) % 7  # every second token follows from the one before
    layers, weights = _decoder(draw, 7, 5)
    layers.append(layer("Dense", "next", ["sum_2"], units=7, activation="softmax"))
    weights |= _dense(draw, 9, 6, 7)
    return case("language_model", "sparse_categorical_crossentropy", {"input": text[:, :-1]}, text[:, 1:],
                layers, weights)


def depthwise(draw, data_format="channels_first"):
    x = draw.grid(ROWS, 2, 6, 5, reach=1.0)
    layers = [layer("DepthwiseConv2D", kernel_size=[3, 3], depth_multiplier=2, padding="same"),
              layer("Activation", activation="relu"),
              layer("SeparableConv2D", filters=4, kernel_size=[3, 3], strides=[2, 2], padding="same",
                    activation="tanh"),
              layer("GlobalAveragePooling2D"), layer("Dense", units=3, activation="softmax")]
    weights = {(0, "depthwise_kernel"): draw.grid(3, 3, 2, 2, reach=0.5), (0, "bias"): draw.grid(4, reach=0.1),
               (2, "depthwise_kernel"): draw.grid(3, 3, 4, 1, reach=0.5),
               (2, "pointwise_kernel"): draw.grid(1, 1, 4, 4, reach=0.75), (2, "bias"): draw.grid(4, reach=0.1),
               **_dense(draw, 4, 4, 3)}
    return case("depthwise", "categorical_crossentropy", {"input": x}, _classes(draw, x, 3), layers, weights,
                data_format=data_format)


FAMILIES = [conv1d_tokens, batch_norm_cnn, simple_rnn, lstm, gru, bidirectional, residual, two_inputs,
            attention, language_model, depthwise]

OPTIMIZERS = [
    ("sgd", "SGD", {"lr": 0.1}),
    ("sgd_momentum", "SGD", {"lr": 0.1, "momentum": 0.9}),
    ("sgd_nesterov", "SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True}),
    ("sgd_clipnorm", "SGD", {"lr": 0.5, "clipnorm": 0.25}),
    ("sgd_clipvalue", "SGD", {"lr": 0.5, "clipvalue": 0.03125}),
    ("rmsprop", "RMSprop", {"lr": 0.01, "rho": 0.9, "epsilon": 1e-8}),
    ("adam", "Adam", {"lr": 0.01, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-8}),
    ("adamw", "AdamW", {"lr": 0.01, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-8, "weight_decay": 0.1}),
    ("adagrad", "Adagrad", {"lr": 0.05, "epsilon": 1e-8}),
    ("adadelta", "Adadelta", {"lr": 1.0, "rho": 0.95, "epsilon": 1e-8}),
    ("adadelta_large_epsilon", "Adadelta", {"lr": 1.0, "rho": 0.95, "epsilon": 1e-3}),  # moves further
    ("adamax", "Adamax", {"lr": 0.02, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-8}),
    ("nadam", "Nadam", {"lr": 0.02, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-8,
                        "schedule_decay": 0.004}),
]


def optimizers_network(draw):
    """The network of all optimizers: tanh, so that no kink is near."""
    x = draw.grid(ROWS, 4)
    layers = [layer("Dense", units=6, activation="tanh"), layer("Dense", units=3, activation="softmax")]
    weights = {**_dense(draw, 0, 4, 6), **_dense(draw, 1, 6, 3)}
    return case("optimizers", "categorical_crossentropy", {"input": x}, _classes(draw, x, 3), layers, weights)


def families():
    return [function(Draw(20180900 + i)) for i, function in enumerate(FAMILIES)]


def optimizers():
    """The shared network with each optimizer."""
    shared = optimizers_network(Draw(20180950))
    return [shared | {"name": name, "optimizer": {"class_name": kind, "config": config}}
            for name, kind, config in OPTIMIZERS]
