"""Optimizers, regularizers, constraints and ReduceLROnPlateau of the released Keras 2.0.8 itself, run on a backend of
NumPy float64 instead of TensorFlow.

    pip download --no-deps keras==2.0.8 && unzip Keras-2.0.8-py2.py3-none-any.whl -d FOLDER
    python make.py --keras2 FOLDER updates schedules

Every value is old until the step ends, as in the formulas; TensorFlow's graph leaves that open for the counter.
"""

import collections
import importlib
import sys
import types
from pathlib import Path

import numpy as np

NAME = "keras 2.0.8"
PACKAGE = "keras_2_0_8"


class Value(np.ndarray):
    """A variable or a result: `a *= b` makes a new one, as on a graph."""

    def __imul__(self, other):
        return self * other


def value(a, dtype="float64", **_):
    return np.array(a, dtype).view(Value)


class Backend(types.ModuleType):
    """What these files ask of `keras.backend`."""

    def __init__(self):
        super().__init__(f"{PACKAGE}.backend")
        self.slots, self.made, self.gradient_values = [], 0, []
        same = lambda x, *_, **__: x
        for name in ("square", "sqrt", "abs", "maximum", "clip", "greater_equal"):
            setattr(self, name, getattr(np, name))
        self.sum = lambda x, axis=None, keepdims=False: np.sum(
            x, axis=tuple(axis) if isinstance(axis, list) else axis, keepdims=keepdims)
        self.pow = np.power
        self.switch = lambda condition, then, other: then if condition else other
        self.cast, self.cast_to_floatx, self.get_value = (lambda x, _: value(x)), value, same
        self.backend, self.floatx, self.dtype = (lambda: "numpy"), (lambda: "float64"), (lambda x: x.dtype)
        self.epsilon, self.int_shape, self.variable = (lambda: 1e-7), np.shape, value
        self.gradients = lambda loss, params: self.gradient_values
        self.update = lambda x, new: (x, new)
        self.update_add = lambda x, more: (x, x + more)

    @staticmethod
    def name_scope(_):
        import contextlib

        return contextlib.nullcontext()

    @staticmethod
    def set_value(x, new):
        x[...] = new

    def zeros(self, shape, **_):
        """The slots of an optimizer are made once; later steps find them again."""
        if self.made == len(self.slots):
            self.slots.append(value(np.zeros(shape)))
        self.made += 1
        return self.slots[self.made - 1]


K = Backend()


def load(folder):
    """Takes the files from an unpacked wheel."""
    def module(name, **content):
        found = types.ModuleType(name)
        found.__dict__.update(content)
        sys.modules[name] = found

    nothing = lambda *_, **__: None
    module("six", moves=None)
    module("six.moves", zip=zip)
    module(PACKAGE, __path__=[str(Path(folder) / "keras")], backend=K)
    sys.modules[f"{PACKAGE}.backend"] = K
    module(f"{PACKAGE}.utils", __path__=[])
    module(f"{PACKAGE}.utils.generic_utils", serialize_keras_object=nothing,
           deserialize_keras_object=nothing, Progbar=None)
    module(f"{PACKAGE}.legacy", __path__=[], interfaces=None)
    module(f"{PACKAGE}.legacy.interfaces", legacy_get_updates_support=lambda f: f)
    sys.modules[f"{PACKAGE}.legacy"].interfaces = sys.modules[f"{PACKAGE}.legacy.interfaces"]
    # Names that Python and NumPy had in 2017.
    collections.Iterable, np.Inf = collections.abc.Iterable, np.inf
    for name in ("optimizers", "regularizers", "constraints", "callbacks"):
        globals()[name] = importlib.import_module(f"{PACKAGE}.{name}")


CLASSES = {"sgd": "SGD", "rmsprop": "RMSprop", "adagrad": "Adagrad", "adadelta": "Adadelta", "adam": "Adam",
           "adamax": "Adamax", "nadam": "Nadam"}


def _optimizer(rule, dialect, config, **clips):
    if dialect != "keras2" or rule not in CLASSES:
        return None
    config = {k: v for k, v in config.items() if k not in ("weight_decay", "initial_accumulator_value")}
    config["lr"] = config.pop("learning_rate")
    if rule == "sgd":
        config.pop("epsilon")
    if rule == "nadam":
        config.pop("decay")
    K.slots.clear()
    return getattr(optimizers, CLASSES[rule])(**config, **clips)


def _step(optimizer, variables, gradients):
    K.made, K.gradient_values = 0, gradients
    updates = [(x, np.array(new)) for x, new in optimizer.get_updates(None, variables)]
    for x, new in updates:
        x[...] = new


def rule_case(rule, dialect, config, w, gradients):
    optimizer = _optimizer(rule, dialect, config)
    if optimizer is None:
        return None
    variable, out = value(w), []
    for g in gradients:
        _step(optimizer, [variable], [value(g)])
        out.append(np.array(variable))
    return out


def whole_case(dialect, optimizer, regularizers_of, constraints_of, frozen, initial, gradients):
    from cases_updates import config_of, penalty_gradient

    written = {k: v for k, v in optimizer.items() if k != "name" and "clip" not in k}
    clips = {k: v for k, v in optimizer.items() if "clip" in k}
    rule = _optimizer(optimizer["name"], dialect, config_of(optimizer["name"], dialect, written), **clips)
    if rule is None:
        return None
    kinds = {"max_norm": "MaxNorm", "unit_norm": "UnitNorm", "min_max_norm": "MinMaxNorm", "non_neg": "NonNeg"}
    variables = [value(w) for w in initial]
    for k, constraint in constraints_of.items():
        more = {n: v for n, v in constraint.items() if n != "name"}
        variables[k].constraint = getattr(constraints, kinds[constraint["name"]])(**more)
    trained = [k for k in range(len(initial)) if k not in frozen]
    penalties = {k: regularizers.L1L2(**r) for k, r in regularizers_of.items()}
    total = lambda: float(sum(penalty(variables[k]) for k, penalty in penalties.items()))
    values, after = [], []
    for n in range(len(gradients[0])):
        values.append(total())
        # This backend can't differentiate: the gradient of the penalty is the script's.
        own = [value(gradients[k][n] + penalty_gradient(regularizers_of[k], np.array(variables[k])))
               if k in penalties else value(gradients[k][n]) for k in trained]
        _step(rule, [variables[k] for k in trained], own)
        after.append([np.array(v) for v in variables])
    return [*values, total()], after


def run_case(*_):
    """This backend knows no layers."""
    return None


def schedule_case(*_):
    """2.0.8 has only the reader's own function of the epoch."""
    return None


def plateau_case(dialect, schedule, base, values):
    """Rates after each epoch, from its own callback."""
    if dialect != "keras2":
        return None
    fields = {k: v for k, v in schedule.items() if k != "name"}
    monitor = fields.get("monitor", "val_loss").replace("accuracy", "acc")
    callback = callbacks.ReduceLROnPlateau(**{**fields, "monitor": monitor})
    optimizer = types.SimpleNamespace(lr=value(base))
    callback.model = types.SimpleNamespace(optimizer=optimizer)
    callback.on_train_begin()
    rates = []
    for epoch, seen in enumerate(values):
        callback.on_epoch_end(epoch, {monitor: seen})
        rates.append(float(optimizer.lr))
    return rates
