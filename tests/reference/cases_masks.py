"""What the mask of an Embedding's padding does behind it, in Keras 3: networks, ids and weights, computed by Keras and
by NumPy with the backward pass by hand. Called by make.py."""

import keras_reference  # first: it sets the backend and float64
import jax
import keras
import numpy as np

from cases import Draw
from output import tensor, write

EXACT = 1e-12
# Padding in front, behind, in between, none.
IDS = np.array([[0, 0, 3, 1, 2], [4, 1, 0, 0, 0], [2, 0, 5, 0, 1], [1, 2, 3, 4, 5]])
WORDS, FEATURES, UNITS = 6, 3, 2


def _layer(kind, **config):
    return {"class_name": kind, "config": config}


EMBEDDING = _layer("Embedding", input_dim=WORDS, output_dim=FEATURES, mask_zero=True)
MEAN = _layer("GlobalAveragePooling1D")


def networks(draw):
    table = draw.grid(WORDS, FEATURES, reach=1.0)
    yield "mean", [EMBEDDING, MEAN], {"embedding_1/embeddings": table}
    yield "no_padding", [EMBEDDING | {"config": EMBEDDING["config"] | {"mask_zero": False}}, MEAN], {
        "embedding_1/embeddings": table}
    # The mask goes through what has steps.
    yield "dense_between", [EMBEDDING, _layer("Dense", units=UNITS, activation="tanh"), MEAN], {
        "embedding_1/embeddings": table, "dense_1/kernel": draw.grid(FEATURES, UNITS, reach=1.0),
        "dense_1/bias": draw.grid(UNITS, reach=1.0)}


def _by_hand(layers, weights, upstream):
    """Output and gradients, from the formulas."""
    table, dense = weights["embedding_1/embeddings"], "dense_1/kernel" in weights
    real = IDS != 0 if layers[0]["config"]["mask_zero"] else np.ones(IDS.shape, bool)
    x = table[IDS]
    steps = np.tanh(x @ weights["dense_1/kernel"] + weights["dense_1/bias"]) if dense else x
    share = (real / real.sum(1, keepdims=True))[:, :, None]
    gradients, g = {}, share * upstream[:, None]
    if dense:
        z = g * (1 - steps**2)
        gradients["dense_1/kernel"] = np.einsum("nsf,nsu->fu", x, z)
        gradients["dense_1/bias"] = z.sum((0, 1))
        g = z @ weights["dense_1/kernel"].T
    gradients["embedding_1/embeddings"] = np.zeros_like(table)
    np.add.at(gradients["embedding_1/embeddings"], IDS, g)
    return (steps * share).sum(1), gradients


def _by_keras(layers, weights, upstream):
    keras_reference._precision("float64")
    inputs = keras.Input(IDS.shape[1:], dtype="int32")
    x = inputs
    for layer in layers:
        x = getattr(keras.layers, layer["class_name"])(**layer["config"])(x)
    model = keras.Model(inputs, x)
    names = list(weights)
    assert [w.shape for w in model.trainable_variables] == [weights[k].shape for k in names]
    output = lambda values: model.stateless_call(values, [], IDS)[0]
    y, back = jax.vjp(output, [jax.numpy.asarray(weights[k]) for k in names])
    assert y.dtype == "float64"
    return np.asarray(y), dict(zip(names, map(np.asarray, back(jax.numpy.asarray(upstream))[0])))


def masks(agreement, versions):
    draw, cases = Draw(77), []
    for name, layers, weights in networks(draw):
        width = UNITS if len(layers) == 3 else FEATURES
        upstream = draw.grid(len(IDS), width, reach=1.0)
        y, gradients = _by_hand(layers, weights, upstream)
        keras_y, keras_gradients = _by_keras(layers, weights, upstream)
        agreement.check("masks, float64, keras with NumPy: output", EXACT, keras_y, y, name)
        for k, g in gradients.items():
            agreement.check("masks, float64, keras with NumPy: gradients", EXACT, keras_gradients[k], g, name)
        cases.append({"name": name, "layers": layers, "ids": tensor(IDS), "upstream": tensor(upstream),
                      "weights": {k: tensor(w) for k, w in weights.items()}, "output": tensor(y),
                      "gradients": {k: tensor(g) for k, g in gradients.items()}})
    write("masks.json", {"versions": versions, "dialect": "keras3"}, cases=cases)
