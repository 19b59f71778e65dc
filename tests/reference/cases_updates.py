"""All update rules in both dialects, clipping, penalties and constraints: cases, and the formulas in float64 NumPy.

Fields have the names of the language of experiments. Written after `optimizers.py`, `regularizers.py` and
`constraints.py` of Keras 2.0.8, and of 3.15.1 for the dialect `keras3`.
"""

import numpy as np

import networks
import numpy_reference
from cases import Draw, optimizers
from output import numbers

# (learning rate in keras2, in keras3, further defaults); epsilon comes from the dialect.
DEFAULTS = {
    "sgd": (0.01, 0.01, {"momentum": 0.0, "nesterov": False}),
    "rmsprop": (0.001, 0.001, {"rho": 0.9}),
    "adagrad": (0.01, 0.001, {}),
    "adadelta": (1.0, 0.001, {"rho": 0.95}),
    "adam": (0.001, 0.001, {"beta_1": 0.9, "beta_2": 0.999}),
    "adamw": (0.001, 0.001, {"beta_1": 0.9, "beta_2": 0.999, "weight_decay": 0.004}),
    "adamax": (0.002, 0.001, {"beta_1": 0.9, "beta_2": 0.999}),
    "nadam": (0.002, 0.001, {"beta_1": 0.9, "beta_2": 0.999}),
}

# Name, dialect, what is written of the optimizer beside its name. The defaults of every rule come first.
RULES = [(f"{rule}_{dialect}", dialect, rule, {}) for rule in DEFAULTS for dialect in ("keras2", "keras3")] + [
    ("sgd_momentum_3", "keras3", "sgd", {"learning_rate": 0.05, "momentum": 0.9}),
    ("sgd_weight_decay_3", "keras3", "sgd", {"learning_rate": 0.1, "weight_decay": 0.05}),
    ("rmsprop_decay", "keras2", "rmsprop", {"learning_rate": 0.01, "rho": 0.8, "decay": 0.1}),
    ("rmsprop_wide_epsilon_3", "keras3", "rmsprop", {"learning_rate": 0.01, "epsilon": 1e-3}),
    ("adagrad_decay", "keras2", "adagrad", {"learning_rate": 0.1, "decay": 0.25}),
    ("adagrad_zero_3", "keras3", "adagrad", {"learning_rate": 0.1, "initial_accumulator_value": 0.0}),
    ("adadelta_decay", "keras2", "adadelta", {"learning_rate": 0.5, "rho": 0.8, "decay": 0.1}),
    ("adamw_strong", "keras2", "adamw", {"learning_rate": 0.05, "weight_decay": 0.5, "decay": 0.1}),
    ("adamax_decay", "keras2", "adamax", {"learning_rate": 0.02, "beta_1": 0.8, "decay": 0.1}),
    ("nadam_fast", "keras2", "nadam", {"beta_1": 0.5, "beta_2": 0.9, "schedule_decay": 0.5}),
    ("nadam_betas_3", "keras3", "nadam", {"learning_rate": 0.01, "beta_1": 0.8, "beta_2": 0.9}),
]


def config_of(rule, dialect, written):
    """All fields of a rule."""
    three = dialect == "keras3"
    two_rate, three_rate, more = DEFAULTS[rule]
    config = {"learning_rate": three_rate if three else two_rate, "epsilon": 1e-7 if three else 1e-8,
              "decay": 0.0, "weight_decay": 0.0, **more}
    if rule == "adagrad":
        config["initial_accumulator_value"] = 0.1 if three else 0.0
    if rule == "nadam":
        config["schedule_decay"] = 1.0 if three else 0.004
    return config | written


class Rule:
    """One tensor under a rule."""

    def __init__(self, rule, dialect, config, w):
        self.rule, self.inside, self.c, self.w = rule, dialect == "keras3", config, w.copy()
        self.n, self.product = 0, 1.0
        fill = config.get("initial_accumulator_value", 0.0)
        self.a, self.b = np.full_like(w, fill), np.zeros_like(w)

    def root(self, a):
        epsilon = self.c["epsilon"]
        return np.sqrt(a + epsilon) if self.inside else np.sqrt(a) + epsilon

    def update(self, g):
        c, t = self.c, self.n + 1
        lr = c["learning_rate"] / (1 + c["decay"] * self.n)
        w = self.w - lr * c["weight_decay"] * self.w
        epsilon = c["epsilon"]
        if self.rule == "sgd":
            self.a = c["momentum"] * self.a - lr * g
            w = w + (c["momentum"] * self.a - lr * g if c["nesterov"] else self.a)
        elif self.rule == "rmsprop":
            self.a = c["rho"] * self.a + (1 - c["rho"]) * g**2
            w = w - lr * g / self.root(self.a)
        elif self.rule == "adagrad":
            self.a = self.a + g**2
            w = w - lr * g / self.root(self.a)
        elif self.rule == "adadelta":
            self.a = c["rho"] * self.a + (1 - c["rho"]) * g**2
            step = g * np.sqrt(self.b + epsilon) / np.sqrt(self.a + epsilon)
            w = w - lr * step
            self.b = c["rho"] * self.b + (1 - c["rho"]) * step**2
        else:
            b1, b2 = c["beta_1"], c["beta_2"]
            self.a = b1 * self.a + (1 - b1) * g
            if self.rule == "adamax":
                self.b = np.maximum(b2 * self.b, abs(g))
                w = w - lr / (1 - b1**t) * self.a / (self.b + epsilon)
            else:
                self.b = b2 * self.b + (1 - b2) * g**2
                if self.rule == "nadam":
                    now, then = (b1 * (1 - 0.5 * 0.96 ** (k * c["schedule_decay"])) for k in (t, t + 1))
                    self.product *= now
                    bar = ((1 - now) * g / (1 - self.product)
                           + then * self.a / (1 - self.product * then))
                    w = w - lr * bar / (np.sqrt(self.b / (1 - b2**t)) + epsilon)
                else:
                    step = lr * np.sqrt(1 - b2**t) / (1 - b1**t)
                    w = w - step * self.a / (np.sqrt(self.b) + epsilon)
        self.n, self.w = t, w


def rule_case(rule, dialect, config, w, gradients):
    """The weights after each update."""
    state, out = Rule(rule, dialect, config, w), []
    for g in gradients:
        state.update(g)
        out.append(state.w)
    return out


# ---- several weights: penalties, clipping, constraints ------------------------------------------------

# Keras's shapes: a dense kernel, a convolution kernel, a bias.
SHAPES = ((3, 4), (2, 2, 2, 3), (4,))

L1, L2 = {"l1": 0.02, "l2": 0.0}, {"l1": 0.0, "l2": 0.03}
MAX = {"name": "max_norm", "max_value": 1.5}
SGD = {"name": "sgd", "learning_rate": 0.1, "momentum": 0.9}

# Name, dialect, optimizer, regularizers, constraints, frozen (of the three weights).
WHOLE = [
    ("clipnorm", "keras2", {**SGD, "clipnorm": 2.0}, {}, {}, ()),
    ("clipvalue", "keras2", {**SGD, "clipvalue": 0.4}, {}, {}, ()),
    ("clipnorm_then_clipvalue", "keras2", {**SGD, "clipnorm": 2.0, "clipvalue": 0.3}, {}, {}, ()),
    ("clipnorm_of_each", "keras3", {**SGD, "clipnorm": 1.0}, {}, {}, ()),
    ("global_clipnorm", "keras3", {**SGD, "global_clipnorm": 2.0}, {}, {}, ()),
    ("l1", "keras2", SGD, {0: L1, 2: L1}, {}, ()),
    ("l2", "keras2", {"name": "adam"}, {0: L2, 1: L2}, {}, ()),
    ("l1_l2", "keras3", SGD, {0: {"l1": 0.01, "l2": 0.02}, 1: L1}, {}, ()),
    ("max_norm", "keras2", SGD, {}, {0: MAX, 1: MAX, 2: MAX}, ()),
    ("max_norm_of_filters", "keras2", SGD, {}, {0: {**MAX, "axis": 1}, 1: {**MAX, "axis": [0, 1, 2]}}, ()),
    ("unit_norm", "keras3", SGD, {}, {0: {"name": "unit_norm"}, 1: {"name": "unit_norm", "axis": [0, 1]}}, ()),
    ("min_max_norm", "keras2", SGD, {}, {0: {"name": "min_max_norm", "min_value": 0.9, "rate": 0.5},
                                          1: {"name": "min_max_norm", "max_value": 0.8, "axis": 3}}, ()),
    ("non_neg", "keras2", SGD, {}, {k: {"name": "non_neg"} for k in range(3)}, ()),
    ("all_at_once", "keras2", {"name": "adamax", "learning_rate": 0.05, "clipnorm": 1.0, "clipvalue": 0.3},
     {0: L2, 2: L1}, {0: MAX, 1: {"name": "non_neg"}}, ()),
    ("frozen", "keras2", SGD, {0: L2, 1: L1}, {}, (0,)),
    ("frozen_3", "keras3", SGD, {0: L2, 1: L1}, {}, (0,)),
]


def whole():
    """(initial weights, ten gradients of each): some short enough for the clips above, some not."""
    draw = Draw(20180804)
    initial = [draw.grid(*shape, reach=1.0) for shape in SHAPES]
    reach = (0.25, 1.0, 0.125, 2.0, 0.5, 1.0, 0.25, 1.0, 0.125, 0.5)
    gradients = [[draw.grid(*shape, reach=r) for r in reach] for shape in SHAPES]
    return initial, gradients


def penalty(regularizer, w):
    return regularizer["l1"] * abs(w).sum() + regularizer["l2"] * (w**2).sum()


def penalty_gradient(regularizer, w):
    return regularizer["l1"] * np.sign(w) + 2 * regularizer["l2"] * w


def clipped(optimizer, dialect, gradients):
    length = lambda arrays: np.sqrt(sum((g**2).sum() for g in arrays))
    shorten = lambda g, n, c: g * c / n if n >= c else g
    norm, value = optimizer.get("clipnorm"), optimizer.get("clipvalue")
    common = norm if dialect == "keras2" else optimizer.get("global_clipnorm")
    if common:
        n = length(gradients)
        gradients = [shorten(g, n, common) for g in gradients]
    elif norm:
        gradients = [shorten(g, length([g]), norm) for g in gradients]
    return [np.clip(g, -value, value) for g in gradients] if value else gradients


def constrained(constraint, w):
    kind, axis = constraint["name"], constraint.get("axis", 0)
    if kind == "non_neg":
        return w * (w >= 0)
    n = np.sqrt((w**2).sum(tuple(axis) if isinstance(axis, list) else axis, keepdims=True))
    low, high = constraint.get("min_value", 0.0), constraint.get("max_value", 1.0)
    rate = constraint.get("rate", 1.0)
    wanted = {"max_norm": np.clip(n, 0, high), "unit_norm": 1.0,
              "min_max_norm": rate * np.clip(n, low, high) + (1 - rate) * n}[kind]
    return w * wanted / (n + 1e-7)


def whole_case(dialect, optimizer, regularizers, constraints, frozen, initial, gradients):
    """(penalty before each update and after the last, weights after each)."""
    rule = optimizer["name"]
    written = {k: v for k, v in optimizer.items() if k != "name" and "clip" not in k}
    config = config_of(rule, dialect, written)
    states = [Rule(rule, dialect, config, w) for w in initial]
    counted = lambda k: dialect == "keras2" or k not in frozen
    penalties, after = [], []
    trained = [k for k in range(len(states)) if k not in frozen]
    for n in range(len(gradients[0]) + 1):
        penalties.append(sum(penalty(r, states[k].w) for k, r in regularizers.items() if counted(k)))
        if n == len(gradients[0]):
            break
        own = [gradients[k][n] + penalty_gradient(regularizers[k], states[k].w)
               if k in regularizers else gradients[k][n] for k in trained]
        for k, g in zip(trained, clipped(optimizer, dialect, own)):
            states[k].update(g)
            if k in constraints:
                states[k].w = constrained(constraints[k], states[k].w)
        after.append([state.w.copy() for state in states])
    return penalties, after


# ---- runs: ten losses of the smallest network under every rule ----------------------------------------


def runs(agreement, data, libraries):
    network = networks.NETWORKS["13.3"]
    initial = networks.weights(network, networks.SEED)
    batches = [networks.batch(network, data, n) for n in range(networks.UPDATES)]
    masks, rows = [{}] * len(batches), []
    noise = np.random.default_rng(2)
    for rule, dialect in [(rule, dialect) for rule in DEFAULTS for dialect in ("keras2", "keras3")]:
        config = config_of(rule, dialect, {})
        state = lambda w: Rule(rule, dialect, config, w)
        losses = numpy_reference.run(network, initial, batches, masks, state)["losses"]
        # Nothing may hang on a unit that rounding switches on or off.
        moved = {index: (k * (1 + 2.0**-23 * noise.choice([-1, 1], k.shape)), b)
                 for index, (k, b) in initial.items()}
        other = numpy_reference.run(network, moved, batches, masks, state)["losses"]
        rounding = abs(other - losses).max()
        assert rounding < 2e-5, (rule, dialect, rounding)
        agreed = ["numpy"]
        for library in libraries:
            got = library.run_case(rule, dialect, config, network, initial, batches)
            if got is not None:
                agreed.append(library.NAME)
                agreement.check(f"runs of every rule, float64, {library.NAME} with NumPy: losses", 1e-9, got,
                                losses, f"{rule} {dialect}")
        assert len(agreed) > 1, (rule, dialect)
        rows.append({"name": f"{rule}_{dialect}", "dialect": dialect, "optimizer": {"name": rule},
                     "agreed": agreed, "rounding": float(f"{rounding:.1e}"), "losses": numbers(losses)})
    return rows


# One run with everything around the rule, as the layers of the network say it: 13.3 with these.
DRESSED = {
    "optimizer": {"name": "sgd", "learning_rate": 0.05, "momentum": 0.9, "nesterov": True, "clipnorm": 0.5},
    "schedule": {"name": "exponential", "decay_rate": 0.5, "decay_steps": 5},
    "kernel_regularizer": {"name": "l1_l2", "l1": 1e-5, "l2": 1e-3},
    "kernel_constraint": {"name": "max_norm", "max_value": 1.4},
    "bias_constraint": {"name": "non_neg"},
}


def dressed_run(network, initial, batches):
    """(losses of the data, penalties) before each update."""
    optimizer, schedule = DRESSED["optimizer"], DRESSED["schedule"]
    config = config_of("sgd", "keras2", {k: v for k, v in optimizer.items() if k not in ("name", "clipnorm")})
    states = {(index, name): Rule("sgd", "keras2", config, tensor.astype(np.float64))
              for index, pair in initial.items() for name, tensor in zip(("kernel", "bias"), pair)}
    losses, penalties = [], []
    for n, (x, y) in enumerate(batches):
        config["learning_rate"] = optimizer["learning_rate"] * schedule["decay_rate"] ** (n / schedule["decay_steps"])
        tensors = {index: {name: states[index, name].w for name in ("kernel", "bias")} for index in initial}
        p, backs = numpy_reference._forward(network, tensors, x, {})
        values, g = numpy_reference.loss("categorical_crossentropy", y, p)
        losses.append(values.mean())
        penalties.append(sum(penalty(DRESSED["kernel_regularizer"], own["kernel"]) for own in tensors.values()))
        gradients = {}
        for index in reversed(range(len(backs))):
            g, own = backs[index](g)
            gradients.update({(index, name): value for name, value in own.items()})
        for index in initial:
            gradients[index, "kernel"] = gradients[index, "kernel"] + penalty_gradient(
                DRESSED["kernel_regularizer"], states[index, "kernel"].w)
        keys = list(states)
        for key, g in zip(keys, clipped(optimizer, "keras2", [gradients[key] for key in keys])):
            states[key].update(g)
            states[key].w = constrained(DRESSED[f"{key[1]}_constraint"], states[key].w)
    return np.array(losses), np.array(penalties)


def dressed(agreement, data, libraries):
    network = networks.NETWORKS["13.3"]
    initial = networks.weights(network, networks.SEED)
    batches = [networks.batch(network, data, n) for n in range(networks.UPDATES)]
    losses, penalties = dressed_run(network, initial, batches)
    keras = next(library for library in libraries if hasattr(library, "dressed_run"))
    got = keras.dressed_run(DRESSED, initial, batches)
    agreement.check("run with everything, float64, keras with NumPy: losses", 1e-9, got, losses + penalties, "13.3")
    return [{**DRESSED, "agreed": ["numpy", "keras"], "losses": numbers(losses), "penalties": numbers(penalties)}]


# ---- the file ----------------------------------------------------------------------------------------


def make(agreement, write, versions, libraries, data_folder):
    """Writes `updates.json`; `libraries` are modules with `rule_case`, `whole_case`, `run_case` of the same arguments, which
    give None where their formula is another one."""
    w, gradients = optimizers()
    rules = []
    for name, dialect, rule, written in RULES:
        config = config_of(rule, dialect, written)
        after = rule_case(rule, dialect, config, w, gradients)
        agreed = ["numpy"]
        for library in libraries:
            got = library.rule_case(rule, dialect, config, w, gradients)
            if got is not None:
                agreed.append(library.NAME)
                agreement.check(f"update rules, float64, {library.NAME} with NumPy: movement", 1e-9,
                                np.array(got) - w, np.array(after) - w, name)
        assert len(agreed) > 1, name
        rules.append({"name": name, "dialect": dialect, "optimizer": {"name": rule, **written},
                      "agreed": agreed, "after": [numbers(a) for a in after]})
    initial, gradients_of = whole()
    several = []
    for name, dialect, optimizer, regularizers, constraints, frozen in WHOLE:
        args = dialect, optimizer, regularizers, constraints, frozen, initial, gradients_of
        penalties, after = whole_case(*args)
        agreed = ["numpy"]
        for library in libraries:
            got = library.whole_case(*args)
            if got is None:
                continue
            agreed.append(library.NAME)
            group = f"penalties, clips, constraints, float64, {library.NAME} with NumPy"
            agreement.check(group + ": penalty", 1e-9, got[0], penalties, name)
            for k, start in enumerate(initial):
                agreement.check(group + ": movement", 1e-9, [a[k] - start for a in got[1]],
                                [a[k] - start for a in after], name)
        assert len(agreed) > 1, name
        several.append({
            "name": name, "dialect": dialect, "optimizer": optimizer, "agreed": agreed,
            "weights": [{"regularizer": regularizers.get(k), "constraint": constraints.get(k),
                         "frozen": k in frozen} for k in range(len(initial))],
            "penalties": numbers(penalties),
            "after": [[numbers(t.reshape(-1)) for t in tensors] for tensors in after],
        })
    head = {"versions": versions, "initial": numbers(w), "gradients": [numbers(g) for g in gradients],
            "weights": [{"shape": list(t.shape), "initial": numbers(t.reshape(-1)),
                         "gradients": [numbers(g.reshape(-1)) for g in own]}
                        for t, own in zip(initial, gradients_of)]}
    read = networks.read_mnist(data_folder)
    write("updates.json", head, rules=rules, several=several, runs=runs(agreement, read, libraries),
          dressed=dressed(agreement, read, libraries))
