"""Computes the second set of layers three times, compares, writes the files. Called by make.py."""

import layers2_keras
import layers2_numpy
import layers2_torch
import numpy as np

import cases_layers2
from output import numbers, tensor, write

EXACT, SLOPE = 1e-12, 1e-7


def _slopes(agreement, case, inputs, gradients, where):
    """Gradients against central differences of the NumPy formulas, along three random directions each."""
    random = np.random.default_rng(len(where))
    trainable = list(gradients["weights"])
    several = isinstance(case["input"], list)

    def output(values):
        x = values[: len(inputs)] if several else values[0]
        w = dict(zip(trainable, values[len(inputs) :]))
        return layers2_numpy.forward(case["class_name"], case["config"], x, case["weights"] | w,
                                     case["data_format"], case["dialect"], case["mode"], case["mask"])

    values = [*inputs, *(case["weights"][k] for k in trainable)]
    known = [*(gradients["inputs"] or [None] * len(inputs)), *gradients["weights"].values()]
    for place, g in enumerate(known):
        if g is None:
            continue
        for _ in range(3):
            directions = [np.zeros_like(v) for v in values]
            directions[place] = random.choice([-1.0, 1.0], values[place].shape)
            got = layers2_numpy.slope(output, values, directions, case["upstream"])
            error = (got - (g * directions[place]).sum()) / (abs(g).sum() or 1.0)
            agreement.check("layers2, gradients with slopes of the NumPy formulas", SLOPE, [1 + error],
                            [1.0], where)


def _row(case, y, gradients, after):
    row = {k: case[k] for k in ("name", "class_name", "config", "data_format", "dialect", "mode")}
    if case["mask"] is not None:
        row |= {"random": case["random"], "mask": tensor(case["mask"])}
    several = isinstance(case["input"], list)
    if several:
        row["inputs"] = [tensor(a) for a in case["input"]]
    else:
        row["input"] = tensor(case["input"])
    row["weights"] = {k: tensor(v) for k, v in case["weights"].items()}
    row |= {"upstream": tensor(case["upstream"]), "output": tensor(y)}
    if several:
        row["input_gradients"] = [tensor(g) for g in gradients["inputs"]]
    elif gradients["inputs"]:
        row["input_gradient"] = tensor(gradients["inputs"][0])
    row["weight_gradients"] = {k: tensor(g) for k, g in gradients["weights"].items()}
    if after:
        row["moving_after"] = {k: numbers(v) for k, v in after.items()}
    return row


def _compute(agreement, draw, case):
    name = case["name"]
    layers2_numpy.kinks.clear()
    y = layers2_numpy.forward(case["class_name"], case["config"], case["input"], case["weights"],
                              case["data_format"], case["dialect"], case["mode"], case["mask"])
    assert min(layers2_numpy.kinks, default=1.0) > 1e-3, (name, min(layers2_numpy.kinks))
    case["upstream"] = draw.grid(*y.shape, reach=1.0)
    torch_y, inputs, weights, after = layers2_torch.layer_case(case)
    keras_y, keras_inputs, keras_weights, keras_after = layers2_keras.layer_case(case)
    agreement.check("layers2, float64, torch with NumPy: output", EXACT, torch_y, y, name)
    agreement.check("layers2, float64, keras with NumPy: output", EXACT, keras_y, y, name)
    assert (inputs is None) == (keras_inputs is None)
    assert set(weights) == set(keras_weights)
    pairs = [*zip(keras_inputs or [], inputs or []), *((keras_weights[k], weights[k]) for k in weights)]
    for got, expected in pairs:
        if abs(expected).max() < 1e-14 and abs(got).max() < 1e-14:
            expected[...] = got[...] = 0.0  # exactly zero but for rounding, as an attention key's bias
        agreement.check("layers2, float64, keras with torch: gradients", EXACT, got, expected, name)
    gradients = {"inputs": inputs, "weights": weights}
    several = case["input"] if isinstance(case["input"], list) else [case["input"]]
    _slopes(agreement, case, several, gradients, name)
    if after:
        own = layers2_numpy.moving(case["config"], case["input"], case["weights"])
        for k in own:
            agreement.check("layers2, float64, torch with NumPy: moving averages", EXACT, after[k], own[k],
                            name)
            agreement.check("layers2, float64, keras with NumPy: moving averages", EXACT, keras_after[k],
                            own[k], name)
    return _row(case, y, gradients, after)


def layers2(agreement, versions):
    layout = ("tensors are {shape, data}, data row-major; pictures (n, c, h, w) and films (n, frames, c, h, w) "
              "whatever data_format says, sequences (n, steps, features); kernels in Keras layout")
    for file, (draw, entries) in cases_layers2.layers2().items():
        names = [case["name"] for case in entries]
        assert len(set(names)) == len(names), file
        rows = [_compute(agreement, draw, case) for case in entries]
        write(file, {"versions": versions, "layout": layout}, cases=rows)
        print(f"{file}: {len(rows)} cases", flush=True)
