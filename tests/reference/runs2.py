"""Ten updates of the small networks: PyTorch with the rules of `runs2_rules.py` (float64, and float32 to see
what rounding does), Keras 3 with its own optimizer or those rules, `torch.optim` where its formula is the same.
Called by make.py; writes `runs2.json` and `runs2_optimizers.json`."""

import keras_reference  # first: it sets the backend and float64
import jax
import keras
import layers2_keras
import layers2_torch
import numpy as np
import torch
from torch_reference import loss_2_0_8

import cases_runs2
from output import number, numbers, tensor, write
from runs2_rules import Rule

LIMIT = 1e-9


def trainable(case):
    return [key for key in case["weights"] if not key[1].startswith("moving")]


def rule_of(case):
    return Rule(case["optimizer"]["class_name"], case["optimizer"]["config"])


def rows_of(case, rows):
    return {name: x[rows] for name, x in case["inputs"].items()}, case["targets"][rows]


# ---- PyTorch -----------------------------------------------------------------------------------------


def torch_loss(name, y, p):
    if name == "sparse_categorical_crossentropy":  # any number of leading axes
        return loss_2_0_8(name, y.reshape(-1, 1).long(), p.reshape(-1, p.shape[-1]))
    return loss_2_0_8({"mean_squared_error": "mse"}.get(name, name), y, p)


class Torch:
    """A case in one precision: weights, moving averages, forward."""

    def __init__(self, case, dtype, weights=None):
        self.case, self.dtype = case, dtype
        self.w = {k: torch.tensor(np.asarray(v), dtype=dtype)
                  for k, v in (weights or case["weights"]).items()}

    def forward(self, inputs, mode):
        nodes = {k: torch.tensor(x, dtype=self.dtype) for k, x in inputs.items()}
        before = "input"
        for index, spec in enumerate(self.case["layers"]):
            kind, config = spec["class_name"], full(spec)
            sources = [nodes[name] for name in spec.get("inputs", [before])]
            w = {name: v for (i, name), v in self.w.items() if i == index}
            x = sources if kind in ("Add", "Multiply", "Concatenate") else sources[0]
            before = spec.get("name", f"layer {index}")
            nodes[before] = layers2_torch.forward(kind, config, x, w, self.case["data_format"],
                                                  mode=mode)
            if kind == "BatchNormalization" and mode == "train":
                with torch.no_grad():
                    after = layers2_torch.moving(config, x, w)
                self.w |= {(index, name): v for name, v in after.items()}
        return nodes[before]

    def loss(self, inputs, y, mode):
        return torch_loss(self.case["loss"], torch.tensor(y, dtype=self.dtype), self.forward(inputs, mode))


def full(spec):
    """The settings that layers2_torch wants to be said."""
    config, kind = dict(spec["config"]), spec["class_name"]
    if kind in ("LSTM", "GRU"):
        config["recurrent_activation"] = "hard_sigmoid"
    if kind in ("LSTM", "GRU", "SimpleRNN"):
        config["activation"] = "tanh"
    if kind in ("BatchNormalization", "LayerNormalization"):
        config = {"momentum": 0.99, "epsilon": 0.001} | config
    if kind in ("Conv2D", "DepthwiseConv2D", "SeparableConv2D"):
        config = {"strides": [1, 1], "padding": "valid"} | config
    if kind == "Bidirectional":
        config["layer"] = {"class_name": config["layer"]["class_name"], "config": full(config["layer"])}
    return config


def run_torch(case, dtype=torch.float64, weights=None):
    net, rule = Torch(case, dtype, weights), rule_of(case)
    keys, out = trainable(case), {"losses": []}
    with torch.no_grad():
        everything = rows_of(case, slice(None))
        out["outputs"] = net.forward(rows_of(case, slice(4))[0], "use").numpy()
    for step, rows in enumerate(cases_runs2.batches()):
        for key in keys:
            net.w[key] = net.w[key].detach().requires_grad_()
        value = net.loss(*rows_of(case, rows), "train")
        gradients = [g.numpy() for g in torch.autograd.grad(value, [net.w[key] for key in keys])]
        out["losses"].append(value.item())
        if step == 0:
            out["gradients"] = dict(zip(keys, gradients))
        old = [net.w[key].detach().numpy() for key in keys]
        new = rule.update(old, gradients)
        net.w |= {key: torch.tensor(w, dtype=dtype) for key, w in zip(keys, new)}
    with torch.no_grad():
        out["loss_after"] = net.loss(*everything, "use").item()
    out["weights"] = {key: w.numpy() for key, w in net.w.items()}
    return out


def run_torch_optim(case):
    """Losses with PyTorch's own optimizer, or None where its formula is another one."""
    c = case["optimizer"]["config"]
    net, keys = Torch(case, torch.float64), trainable(case)
    leaves = [net.w[key].requires_grad_() for key in keys]
    make = {
        "SGD": lambda: torch.optim.SGD(leaves, c["lr"], c.get("momentum", 0.0),
                                       nesterov=c.get("nesterov", False)),
        "RMSprop": lambda: torch.optim.RMSprop(leaves, c["lr"], c["rho"], c["epsilon"]),
        "Adagrad": lambda: torch.optim.Adagrad(leaves, c["lr"], eps=c["epsilon"]),
        "Adadelta": lambda: torch.optim.Adadelta(leaves, c["lr"], c["rho"], c["epsilon"]),
        "Nadam": lambda: torch.optim.NAdam(leaves, c["lr"], (c["beta_1"], c["beta_2"]), c["epsilon"],
                                           momentum_decay=c["schedule_decay"]),
    }.get(case["optimizer"]["class_name"])
    if make is None:  # Adam, AdamW, Adamax: epsilon stands elsewhere
        return None
    optimizer, losses = make(), []
    for rows in cases_runs2.batches():
        optimizer.zero_grad()
        value = net.loss(*rows_of(case, rows), "train")
        value.backward()
        if "clipnorm" in c:
            torch.nn.utils.clip_grad_norm_(leaves, c["clipnorm"])  # divides by norm + 1e-6
        if "clipvalue" in c:
            torch.nn.utils.clip_grad_value_(leaves, c["clipvalue"])
        optimizer.step()
        losses.append(value.item())
    return losses


# ---- Keras -------------------------------------------------------------------------------------------


class PositionEmbedding(keras.layers.Layer):
    """output = input + embeddings[:steps]."""

    def __init__(self, sequence_length):
        super().__init__()
        self.length = sequence_length

    def build(self, shape):
        self.embeddings = self.add_weight(name="embeddings", shape=(self.length, shape[-1]))

    def call(self, x):
        return x + self.embeddings[: x.shape[1]]


def keras_model(case):
    """(model, {index: layer}) in Keras's own layout."""
    keras.backend.clear_session()
    last, layers = case["data_format"] == "channels_last", {}
    nodes = {}
    for name, x in case["inputs"].items():
        shape = (*x.shape[2:], x.shape[1]) if last and x.ndim == 4 else x.shape[1:]
        readers = [s["class_name"] for s in case["layers"] if name in s.get("inputs", [])]
        ids = "Embedding" in (readers or [case["layers"][0]["class_name"]])
        nodes[name] = keras.Input(shape, dtype="int32" if ids else "float64")
    inputs, before = list(nodes.values()), "input"
    for index, spec in enumerate(case["layers"]):
        kind, config = spec["class_name"], full(spec)
        sources = [nodes[name] for name in spec.get("inputs", [before])]
        picture = len(sources[0].shape) == 4
        if kind == "PositionEmbedding":
            one = PositionEmbedding(**config)
        else:
            if kind == "LayerNormalization":
                config.pop("momentum")
            axis = 1 if picture and not last else -1
            one = layers2_keras.build(kind, config, case["data_format"], "keras2", axis)
        layers[index], before = one, spec.get("name", f"layer {index}")
        if kind == "MultiHeadAttention":  # see layers2_keras.py
            nodes[before] = one(sources[0], sources[0], return_attention_scores=True,
                                use_causal_mask=bool(config.get("use_causal_mask")))[0]
        else:
            nodes[before] = one(sources if len(sources) > 1 else sources[0])
    return keras.Model(inputs, nodes[before]), layers


def keras_optimizer(case):
    """Keras 3's own, or None where its formula is another one."""
    kind, config = case["optimizer"]["class_name"], dict(case["optimizer"]["config"])
    if kind in ("RMSprop", "Adagrad", "Nadam"):  # epsilon inside the root; another momentum schedule
        return None
    if "clipnorm" in config:
        config["global_clipnorm"] = config.pop("clipnorm")
    return getattr(keras.optimizers, kind)(learning_rate=config.pop("lr"), **config)


def run_keras(case):
    keras_reference._precision("float64")
    model, layers = keras_model(case)
    names = {}
    for index, one in layers.items():
        for name, variable in layers2_keras.variables(one).items():
            variable.assign(case["weights"][index, name])
            names[id(variable)] = index, name
    assert set(names.values()) == set(case["weights"]), case["name"]
    last = case["data_format"] == "channels_last"
    order = [names[id(v)] for v in model.trainable_variables]
    fixed_order = [names.get(id(v)) for v in model.non_trainable_variables]

    def feed(rows):
        xs, y = rows_of(case, rows)
        xs = [np.moveaxis(x, 1, -1) if last and x.ndim == 4 else x for x in xs.values()]
        return [x.astype(i.dtype) for x, i in zip(xs, model.inputs)], y

    def mean_loss(trained, fixed, xs, y, training):
        p, fixed = model.stateless_call(trained, fixed, xs, training=training)
        function = getattr(keras.losses, case["loss"])
        return keras.ops.mean(function(y, p)), (fixed, p)

    step = jax.jit(jax.value_and_grad(mean_loss, has_aux=True), static_argnums=4)
    trained = [v.value for v in model.trainable_variables]
    fixed = [v.value for v in model.non_trainable_variables]
    optimizer = keras_optimizer(case)
    rule = rule_of(case)
    if optimizer:
        optimizer.build(model.trainable_variables)
        state = [v.value for v in optimizer.variables]
    out = {"losses": [], "own": optimizer is not None}
    out["outputs"] = np.asarray(mean_loss(trained, fixed, *feed(slice(4)), False)[1][1])
    assert out["outputs"].dtype == np.float64
    for n, rows in enumerate(cases_runs2.batches()):
        (value, (fixed, _)), gradients = step(trained, fixed, *feed(rows), True)
        out["losses"].append(float(value))
        if n == 0:
            out["gradients"] = {key: np.asarray(g) for key, g in zip(order, gradients)}
        if optimizer:
            trained, state = optimizer.stateless_apply(state, gradients, trained)
        else:
            trained = rule.update(trained, [np.asarray(g) for g in gradients])
    out["loss_after"] = float(mean_loss(trained, fixed, *feed(slice(None)), False)[0])
    out["weights"] = dict(zip(order, map(np.asarray, trained)))
    out["weights"] |= {key: np.asarray(v) for key, v in zip(fixed_order, fixed) if key}
    return out


# ---- comparing and writing ---------------------------------------------------------------------------


def rounding(case, exact):
    """Largest change of a loss in eight float32 runs whose initial weights are off by 1 or 2 ulp."""
    random, worst = np.random.default_rng(1), 0.0
    for _ in range(8):
        moved = {k: w * (1 + 2.0**-23 * random.choice([-2, -1, 1, 2], w.shape))
                 for k, w in case["weights"].items()}
        got = run_torch(case, torch.float32, moved)["losses"]
        worst = max(worst, abs(np.array(got) - exact["losses"]).max())
    return worst


def _gradient_row(key, g):
    stride = max(1, g.size // 32)
    return {"layer": key[0], "tensor": key[1], "shape": list(g.shape),
            "l2": number(np.sqrt((g * g).sum())), "sum": number(g.sum()), "stride": stride,
            "sample": numbers(g.reshape(-1)[::stride][:32])}


def compute(agreement, case):
    name, exact, other = case["name"], run_torch(case), run_keras(case)
    group = "runs2, float64, keras with torch: "
    for what in ("losses", "outputs", "loss_after"):
        agreement.check(group + what.replace("_", " "), LIMIT, other[what], exact[what], name)
    for key, g in exact["gradients"].items():
        # The bias of an attention's key has no gradient: rounding alone moves it.
        if key[1] == "key/bias":
            assert max(abs(g).max(), abs(other["gradients"][key]).max()) < 1e-14, name
            g[...] = 0.0
            continue
        agreement.check(group + "gradients", LIMIT, other["gradients"][key], g, f"{name} {key}")
    for key, w in exact["weights"].items():
        before = case["weights"][key]
        if key[1] != "key/bias":
            agreement.check(group + "movement of the weights (L2)", 1e-7, other["weights"][key] - before,
                            w - before, f"{name} {key}", np.linalg.norm)
    single = run_torch(case, torch.float32)
    agreement.check("runs2, torch float32 with float64: losses", 1e-5, single["losses"], exact["losses"],
                    name)
    moved = rounding(case, exact)
    assert moved < 1e-5, (name, moved)
    checked = ["torch", "keras" if other["own"] else "keras (rule in NumPy)"]
    own = run_torch_optim(case)
    if own is not None:
        # clip_grad_norm_ adds 1e-6 to the norm, NAdam keeps its product of momenta in float32.
        kind, limit, more = case["optimizer"]["class_name"], LIMIT, ""
        if "clipnorm" in case["optimizer"]["config"]:
            limit, more = 1e-5, " (clipnorm)"
        elif kind == "Nadam":
            limit, more = 1e-7, " (nadam)"
        agreement.check("runs2, float64, torch.optim with NumPy's rule: losses" + more, limit, own,
                        exact["losses"], name)
        checked.append("torch.optim")
    return {"agreed": checked,
            "losses": {"float64": numbers(exact["losses"]), "torch_float32": numbers(single["losses"])},
            "rounding": float(f"{moved:.1e}"), "loss_after": number(exact["loss_after"]),
            "outputs": tensor(exact["outputs"]),
            "gradients": [_gradient_row(k, g) for k, g in exact["gradients"].items()],
            "weights_after": [{"layer": k[0], "tensor": k[1], "l2": number(np.linalg.norm(w)),
                               "sum": number(w.sum())} for k, w in exact["weights"].items()
                              if k[1] != "key/bias"]}


def _network(case):
    return {"data_format": case["data_format"], "loss": case["loss"], "layers": case["layers"],
            "inputs": {k: tensor(x) for k, x in case["inputs"].items()},
            "targets": tensor(case["targets"]),
            "weights": [{"layer": i, "tensor": name} | tensor(w)
                        for (i, name), w in case["weights"].items()]}


def runs2(agreement, versions):
    head = {"versions": versions, "dialect": "keras2", "updates": cases_runs2.UPDATES,
            "batch": cases_runs2.BATCH, "batches": cases_runs2.batches()}
    rows = []
    for case in cases_runs2.families():
        found = compute(agreement, case)
        print(case["name"], found["losses"]["float64"][0], found["losses"]["float64"][-1],
              found["rounding"], flush=True)
        rows.append({"name": case["name"], "optimizer": case["optimizer"]} | _network(case) | found)
    write("runs2.json", head, cases=rows)
    rows, shared = [], cases_runs2.optimizers()
    for case in shared:
        found = compute(agreement, case)
        print(case["name"], found["losses"]["float64"][0], found["losses"]["float64"][-1],
              found["rounding"], flush=True)
        if rows:  # the same for all
            del found["gradients"], found["outputs"]
        rows.append({"name": case["name"], "optimizer": case["optimizer"]} | found)
    write("runs2_optimizers.json", head | _network(shared[0]), cases=rows)
