"""Recurrent layers in float64: NumPy after the equations of Keras 2.0.8 with the way back by hand, the same
equations in PyTorch with autograd, and Keras 3's own layers on JAX.

`masks[g]` is the factor of gate g; with one mask it is that of all gates. A masked step leaves state and
output as they are. A reset after the product (Keras 3's GRU) has two biases.
"""

import keras_reference
import numpy as np
import torch

from keras_reference import jax, keras


def _slope(case):
    return 0.2 if case["dialect"] == "keras2" else 1 / 6


def _activation(case, name, lib):
    if name == "hard_sigmoid":
        clip = torch.clamp if lib is torch else np.clip
        return lambda x: clip(_slope(case) * x + 0.5, 0, 1)
    return {
        "linear": lambda x: x,
        "relu": lambda x: x * (x > 0),
        "tanh": lib.tanh,
        "sigmoid": lambda x: 1 / (1 + lib.exp(-x)),
    }[name]


def _derivative(case, name):
    """As a function of the value."""
    return {
        "linear": lambda y: np.ones_like(y),
        "relu": lambda y: (y > 0) * 1.0,
        "tanh": lambda y: 1 - y * y,
        "sigmoid": lambda y: y * (1 - y),
        "hard_sigmoid": lambda y: _slope(case) * ((y > 0) & (y < 1)),
    }[name]


def forward(case, lib, array, sums=None):
    """Output, last states, what each step leaves; in NumPy or PyTorch. `sums` gathers what goes into the
    activations, by their names."""
    config, kind = case["config"], case["class_name"]
    units = config["units"]
    x = array(case["input"])
    n, steps, _ = x.shape
    w, u = array(case["weights"]["kernel"]), array(case["weights"]["recurrent_kernel"])
    gates = w.shape[1] // units
    part = lambda a, g: a[..., g * units : (g + 1) * units]
    bias = case["weights"].get("bias")
    bias = array(np.zeros((2, gates * units))) if bias is None else array(bias).reshape(-1, gates * units)
    one = lambda masks, g: 1.0 if masks is None else array(masks[g % len(masks)])
    mx, mh = (lambda g: one(case["input_masks"], g)), (lambda g: one(case["recurrent_masks"], g))

    def call(name, value):
        if sums is not None:
            sums.setdefault(name, []).append(value)
        return _activation(case, name, lib)(value)

    act = lambda value: call(config["activation"], value)
    gate = lambda value: call(config["recurrent_activation"], value)
    zeros = array(np.zeros((n, units)))
    h, c = zeros, zeros
    if case["state"] is not None:
        h, c = [*map(array, case["state"]), zeros][:2]
    trace, outputs = [], []
    for step in range(steps):
        at = steps - 1 - step if config["go_backwards"] else step
        xt = x[:, at]
        fx = lambda g: (xt * mx(g)) @ part(w, g) + part(bias[0], g)
        fh = lambda g: (h * mh(g)) @ part(u, g)
        new_c, left = c, {}
        if kind == "SimpleRNN":
            new_h = act(fx(0) + fh(0))
            left = {"y": new_h}
        elif kind == "GRU":
            if config["reset_after"]:
                p = fh(2) + part(bias[1], 2)
                z = gate(fx(0) + fh(0) + part(bias[1], 0))
                r = gate(fx(1) + fh(1) + part(bias[1], 1))
                k = act(fx(2) + r * p)
            else:
                p = None
                z, r = gate(fx(0) + fh(0)), gate(fx(1) + fh(1))
                k = act(fx(2) + (r * h * mh(2)) @ part(u, 2))
            new_h = z * h + (1 - z) * k
            left = {"z": z, "r": r, "k": k, "p": p}
        else:
            i, f, o = gate(fx(0) + fh(0)), gate(fx(1) + fh(1)), gate(fx(3) + fh(3))
            k = act(fx(2) + fh(2))
            new_c = f * c + i * k
            a = act(new_c)
            new_h = o * a
            left = {"i": i, "f": f, "o": o, "k": k, "a": a}
        real = np.ones((n, 1)) if case["step_mask"] is None else case["step_mask"][:, at, None]
        trace.append({"at": at, "x": xt, "h": h, "c": c, "real": real} | left)
        real = array(real)
        h, c = real * new_h + (1 - real) * h, real * new_c + (1 - real) * c
        outputs.append(h)
    output = lib.stack(outputs, 1) if config["return_sequences"] else h
    return output, [h, c] if kind == "LSTM" else [h], trace


def by_hand(case):
    """NumPy: output, last states, gradient of the input, gradients of the weights."""
    config, kind = case["config"], case["class_name"]
    units = config["units"]
    output, state, trace = forward(case, np, np.asarray)
    if case.get("upstream") is None:
        return output, state, None, None
    w, u = case["weights"]["kernel"], case["weights"]["recurrent_kernel"]
    gates = w.shape[1] // units
    part = lambda a, g: a[..., g * units : (g + 1) * units]
    one = lambda masks, g: 1.0 if masks is None else masks[g % len(masks)]
    mx, mh = (lambda g: one(case["input_masks"], g)), (lambda g: one(case["recurrent_masks"], g))
    act_slope = _derivative(case, config["activation"])
    gate_slope = _derivative(case, config.get("recurrent_activation", "linear"))
    dw, du, dx = np.zeros_like(w), np.zeros_like(u), np.zeros_like(case["input"])
    db = np.zeros((2, gates * units))
    dh, dc = np.zeros_like(state[0]), np.zeros_like(state[0])
    last = len(trace) - 1
    for step in range(last, -1, -1):
        t = trace[step]
        if config["return_sequences"]:
            dh = dh + case["upstream"][:, step]
        elif step == last:
            dh = dh + case["upstream"]
        h, c, at, real = t["h"], t["c"], t["at"], t["real"]
        # What passes by a masked step, and what goes through a real one.
        past_h, past_c, dh, dc = (1 - real) * dh, (1 - real) * dc, real * dh, real * dc
        back_c = np.zeros_like(dc)
        back_h = np.zeros_like(dh)
        into_u = {}  # gate -> gradient of what came out of its product with U
        reset = None
        if kind == "SimpleRNN":
            da = [dh * act_slope(t["y"])]
        elif kind == "GRU":
            z, r, k = t["z"], t["r"], t["k"]
            dz = dh * (h - k) * gate_slope(z)
            dk = dh * (1 - z) * act_slope(k)
            back_h += dh * z
            if config["reset_after"]:
                dr = dk * t["p"] * gate_slope(r)
                into_u[2] = dk * r
            else:
                reset = (r * h * mh(2), dk)
                through = dk @ part(u, 2).T * mh(2)
                dr = through * h * gate_slope(r)
                back_h += through * r
                into_u[2] = None
            da = [dz, dr, dk]
        else:
            i, f, o, k, a = t["i"], t["f"], t["o"], t["k"], t["a"]
            dc = dc + dh * o * act_slope(a)
            da = [dc * k * gate_slope(i), dc * c * gate_slope(f), dc * i * act_slope(k), dh * a * gate_slope(o)]
            back_c = dc * f
        for g, d in enumerate(da):
            part(dw, g)[...] += (t["x"] * mx(g)).T @ d
            part(db[0], g)[...] += d.sum(0)
            dx[:, at] += d @ part(w, g).T * mx(g)
            e = into_u.get(g, d)
            if e is None:
                continue
            part(du, g)[...] += (h * mh(g)).T @ e
            part(db[1], g)[...] += e.sum(0)
            back_h += e @ part(u, g).T * mh(g)
        if reset is not None:
            part(du, 2)[...] += reset[0].T @ reset[1]
        dh, dc = back_h + past_h, back_c + past_c
    gradients = {"kernel": dw, "recurrent_kernel": du}
    if "bias" in case["weights"]:
        gradients["bias"] = db if case["weights"]["bias"].ndim == 2 else db[0]
    return output, state, dx, gradients


def with_torch(case):
    """The same with PyTorch's gradients."""
    leaves = {name: torch.tensor(a, dtype=torch.float64, requires_grad=True)
              for name, a in case["weights"].items()}
    x = torch.tensor(case["input"], dtype=torch.float64, requires_grad=True)
    array = lambda a: a if isinstance(a, torch.Tensor) else torch.tensor(a, dtype=torch.float64)
    output, state, _ = forward(case | {"weights": leaves, "input": x}, torch, array)
    (output * torch.tensor(case["upstream"])).sum().backward()
    return (output.detach().numpy(), [s.detach().numpy() for s in state], x.grad.numpy(),
            {name: leaf.grad.numpy() for name, leaf in leaves.items()})


def with_keras(case):
    """Keras 3's own layer, its dropout masks replaced by ours."""
    keras_reference._precision("float64")
    config = dict(case["config"])
    for name in ("activation", "recurrent_activation"):
        if config.get(name) == "hard_sigmoid" and case["dialect"] == "keras2":
            config[name] = lambda x: keras.ops.clip(0.2 * x + 0.5, 0.0, 1.0)
    gates = case["weights"]["kernel"].shape[1] // config["units"]
    dropped = {"dropout": case["input_masks"], "recurrent_dropout": case["recurrent_masks"]}
    config |= {name: 0.2 for name, masks in dropped.items() if masks is not None}
    layer = getattr(keras.layers, case["class_name"])(**config, return_state=True)
    if case["class_name"] != "SimpleRNN":
        layer.cell.implementation = 1
    layer.build(case["input"].shape)
    for name, masks in dropped.items():
        if masks is not None:
            masks = [jax.numpy.asarray(masks[g % len(masks)]) for g in range(gates)]
            given = masks if gates > 1 else masks[0]
            short = "get_dropout_mask" if name == "dropout" else "get_recurrent_dropout_mask"
            setattr(layer.cell, short, lambda _, given=given: given)
    names = [v.name for v in layer.trainable_variables]
    fixed = [v.value for v in layer.non_trainable_variables]
    mask = None if case["step_mask"] is None else jax.numpy.asarray(case["step_mask"] > 0)
    state = case["state"] and [jax.numpy.asarray(s) for s in case["state"]]

    def function(weights, x):
        found, _ = layer.stateless_call(weights, fixed, x, mask=mask, initial_state=state, training=True)
        return found[0], tuple(found[1:])

    variables = [jax.numpy.asarray(case["weights"][name]) for name in names]
    output, back, states = jax.vjp(function, variables, jax.numpy.asarray(case["input"]), has_aux=True)
    assert output.dtype == "float64"
    dw, dx = back(jax.numpy.asarray(case["upstream"]))
    return (np.asarray(output), [np.asarray(s) for s in states], np.asarray(dx),
            {name: np.asarray(g) for name, g in zip(names, dw)})


def away_from_kinks(case):
    """No sum may sit where a slope jumps: rounding alone would decide."""
    sums = {}
    forward(case, np, np.asarray, sums)
    kinks = {"relu": [0.0], "hard_sigmoid": [-0.5 / _slope(case), 0.5 / _slope(case)]}
    for name, values in sums.items():
        for kink in kinks.get(name, []):
            apart = abs(np.array(values) - kink)
            # Exactly there is a c that no relu ever filled: all have the slope 0 at 0.
            assert apart[apart > 0].min() > 1e-4, (case["name"], name)


def cases(agreement, draw, entries, tensor, exact):
    """The rows of recurrent.json; stops where the three do not agree."""
    rows = []
    for case in entries:
        away_from_kinks(case)
        output = by_hand(case)[0]
        case["upstream"] = draw.grid(*output.shape, reach=1.0)
        output, state, dx, dw = by_hand(case)
        for name, library in (("keras", with_keras), ("torch", with_torch)):
            got = library(case)
            group = f"recurrent, float64, {name} with NumPy: "
            agreement.check(group + "output", exact, got[0], output, case["name"])
            assert len(got[1]) == len(state) and set(got[3]) == set(dw)
            for one, other in zip(got[1], state):
                agreement.check(group + "last state", exact, one, other, case["name"])
            agreement.check(group + "gradients", exact, got[2], dx, case["name"])
            for key, g in dw.items():
                agreement.check(group + "gradients", exact, got[3][key], g, case["name"])
        row = {k: case[k] for k in ("name", "class_name", "dialect", "config")}
        row["input"] = tensor(case["input"])
        row["weights"] = {k: tensor(v) for k, v in case["weights"].items()}
        if case["state"] is not None:
            row["state"] = [tensor(s) for s in case["state"]]
        for key in ("input_masks", "recurrent_masks", "step_mask"):
            if case[key] is not None:
                row[key] = tensor(case[key])
        row |= {"upstream": tensor(case["upstream"]), "output": tensor(output),
                "last_state": [tensor(s) for s in state], "input_gradient": tensor(dx),
                "weight_gradients": {k: tensor(v) for k, v in dw.items()}}
        rows.append(row)
    return rows
