"""Looking inside small networks: what every layer gives for a picture, saliency, Grad-CAM, the mean of a filter's map and one
step of its ascent. Computed by PyTorch in float64, gradients by autograd, and again by central differences. Called by make.py."""

import numpy as np
import torch

import torch_reference
from cases import Draw
from output import tensor, write

DIFFERENCES = 1e-7
# How far a step of the ascent goes, of the range from 0 to 1, and how much it loses of its distance from grey.
RATE, L2 = 0.05, 0.1


def _layer(kind, **config):
    return {"class_name": kind, "config": config}


def _conv(filters, size, activation, padding="valid", strides=1):
    return _layer("Conv2D", filters=filters, kernel_size=[size, size], strides=[strides, strides],
                  padding=padding, activation=activation)


def _pool(kind):
    return _layer(kind, pool_size=[2, 2], strides=[2, 2], padding="valid")


def networks(draw):
    """Name, data format, shape of the picture, layers, and the units that are looked at."""
    yield ("grey", "channels_last", (1, 11, 10),
           [_conv(3, 3, "relu", "same"), _pool("MaxPooling2D"), _conv(4, 3, "relu"), _layer("Flatten"),
            _layer("Dense", units=6, activation="tanh"), _layer("Dense", units=5, activation="softmax")],
           [(0, 1), (2, 3), (4, 2)])
    # Its activations stand by themselves, and one output judges two classes.
    yield ("colour", "channels_first", (3, 9, 12),
           [_conv(4, 3, "linear", "same", 2), _layer("Activation", activation="relu"),
            _conv(3, 2, "tanh"), _pool("AveragePooling2D"), _layer("Flatten"),
            _layer("Dense", units=1, activation="linear"), _layer("Activation", activation="sigmoid")],
           [(0, 2), (1, 0), (3, 1)])


def _weights(draw, shape, layers):
    """In Keras's layout, by layer/tensor."""
    weights, counts = {}, {}
    for layer in layers:
        kind, config = layer["class_name"], layer["config"]
        counts[kind] = counts.get(kind, 0) + 1
        own = {}
        if kind == "Conv2D":
            own = {"kernel": draw.grid(*config["kernel_size"], shape[0], config["filters"], reach=0.5),
                   "bias": draw.grid(config["filters"], reach=0.25)}
        elif kind == "Dense":
            own = {"kernel": draw.grid(shape[0], config["units"], reach=0.25),
                   "bias": draw.grid(config["units"], reach=0.5)}
        layer["weights"] = {k: torch.tensor(v) for k, v in own.items()}
        weights |= {f"{kind.lower()}_{counts[kind]}/{k}": v for k, v in own.items()}
        shape = tuple(_pass(layer, torch.zeros(1, *shape, dtype=torch.float64), "channels_first").shape[1:])
    return weights


def _pass(layer, x, data_format, linear=False):
    kind, config = layer["class_name"], dict(layer["config"])
    if linear and "activation" in config:
        config["activation"] = "linear"
    if kind == "Activation":
        return torch_reference.ACTIVATIONS[config["activation"]](x)
    return torch_reference.layer(kind, config, x, layer["weights"], data_format)


def _goal(layers, data_format, x, layer, unit, sign=1.0, at=None):
    """The mean of a unit of a layer before its activation, and the leaf: the picture, or what layer `at` gives."""
    leaf = x.clone().requires_grad_()
    y = leaf
    for index, one in enumerate(layers[: layer + 1]):
        y = _pass(one, y, data_format, linear=index == layer)
        if index == at:
            leaf = y.detach().clone().requires_grad_()
            y = leaf
    return sign * y[0, unit].mean(), leaf


def _slope(*args, **more):
    score, leaf = _goal(*args, **more)
    gradient, = torch.autograd.grad(score, leaf)
    return score.item(), gradient[0].numpy(), leaf.detach()[0].numpy()


def _differences(agreement, where, args, gradient, step=1e-6):
    layers, data_format, x, *goal = args
    found = np.zeros(gradient.size)
    for i in range(gradient.size):
        moved = []
        for by in (step, -step):
            other = x.clone()
            other.view(-1)[i] += by
            moved.append(_goal(layers, data_format, other, *goal)[0].item())
        found[i] = (moved[0] - moved[1]) / (2 * step)
    agreement.check("insight, float64, differences with autograd", DIFFERENCES, found,
                    gradient.reshape(-1), where)


def _away_from_kinks(layers, data_format, x):
    for layer in layers:
        if layer["config"].get("activation") == "relu":
            assert abs(_pass(layer, x, data_format, linear=True)).min() > 1e-3 or layer["class_name"] == "Activation"
            assert layer["class_name"] != "Activation" or abs(x).min() > 1e-3
        x = _pass(layer, x, data_format)


def insight(agreement, versions):
    draw, cases = Draw(12), []
    for name, data_format, shape, layers, units in networks(draw):
        weights = _weights(draw, shape, layers)
        # Between black and white; every value another one: no window has two largest.
        x = torch.tensor((draw.random.permutation(int(np.prod(shape))).reshape(1, *shape) + 0.5) / 512.0)
        _away_from_kinks(layers, data_format, x)
        maps, y = [], x
        for layer in layers:
            y = _pass(layer, y, data_format)
            maps.append(tensor(y[0].numpy()))
        last = len(layers) - 1
        goals = [(last, c, 1.0) for c in range(y.shape[1])] if y.shape[1] > 1 else [(last, 0, -1.0), (last, 0, 1.0)]
        classes = []
        for number, goal in enumerate(goals):
            score, gradient, _ = _slope(layers, data_format, x, *goal)
            _differences(agreement, f"{name} class {number}", (layers, data_format, x, *goal), gradient)
            cams = []
            for at in [i for i, m in enumerate(maps) if len(m["shape"]) == 3]:
                _, by_maps, given = _slope(layers, data_format, x, *goal, at=at)
                means = by_maps.mean((1, 2))
                cam = np.maximum(0, (means[:, None, None] * given).sum(0))
                cams.append({"layer": at, "map": tensor(cam), "weights": tensor(means)})
            classes.append({"score": score, "gradient": tensor(gradient), "cams": cams})
        # Where nothing speaks for a class its map is empty: not everywhere.
        filled = [max(cam["map"]["data"]) > 0 for c in classes for cam in c["cams"]]
        assert 2 * sum(filled) >= len(filled), filled
        rows = []
        for at, unit in units:
            score, gradient, _ = _slope(layers, data_format, x, at, unit)
            _differences(agreement, f"{name} layer {at} unit {unit}", (layers, data_format, x, at, unit), gradient)
            length = np.sqrt((gradient**2).mean())
            # Black is 0, white is 1, grey in the middle.
            away = (x[0].numpy() - 0.5) * (1 - L2) + RATE * gradient / length
            rows.append({"layer": at, "unit": unit, "score": score,
                         "climbed": tensor(0.5 + np.clip(away, -0.5, 0.5))})
        cases.append({"name": name, "data_format": data_format,
                      "layers": [{k: layer[k] for k in ("class_name", "config")} for layer in layers],
                      "weights": {k: tensor(w) for k, w in weights.items()}, "input": tensor(x.numpy()),
                      "maps": maps, "classes": classes, "units": rows})
    write("insight.json", {"versions": versions, "rate": RATE, "l2": L2}, cases=cases)
