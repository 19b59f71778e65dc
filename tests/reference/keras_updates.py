"""The update rules, clipping, penalties, constraints and schedules in Keras 3 (3.15.1 on JAX), float64."""

import jax
import keras
import numpy as np
from keras.src.optimizers import base_optimizer

import keras_reference

NAME = "keras"
CLASSES = {"sgd": "SGD", "rmsprop": "RMSprop", "adagrad": "Adagrad", "adadelta": "Adadelta", "adam": "Adam",
           "adamw": "AdamW", "adamax": "Adamax", "nadam": "Nadam"}


def _optimizer(rule, dialect, config, **clips):
    """None where Keras 3 has another formula than the dialect `keras2`."""
    config = dict(config)
    if dialect == "keras2":
        if rule == "rmsprop" or (rule == "adagrad" and config["epsilon"]):
            return None  # epsilon inside the root
        if rule == "nadam" and config["schedule_decay"] != 1.0:
            return None
    config.pop("schedule_decay", None)
    lr, decay = config.pop("learning_rate"), config.pop("decay")
    if decay:
        lr = keras.optimizers.schedules.InverseTimeDecay(lr, decay_steps=1, decay_rate=decay)
    if rule == "sgd":
        config.pop("epsilon")
    config["weight_decay"] = config["weight_decay"] or None
    return getattr(keras.optimizers, CLASSES[rule])(learning_rate=lr, **config, **clips)


def rule_case(rule, dialect, config, w, gradients):
    keras_reference._precision("float64")
    optimizer = _optimizer(rule, dialect, config)
    if optimizer is None:
        return None
    variable = keras.Variable(w, dtype="float64")
    optimizer.build([variable])
    out = []
    for g in gradients:
        optimizer.apply([jax.numpy.asarray(g)])
        out.append(np.asarray(variable.value))
    return out


def whole_case(dialect, optimizer, regularizers, constraints, frozen, initial, gradients):
    from cases_updates import config_of

    keras_reference._precision("float64")
    rule, dialect_rule = optimizer["name"], dialect
    if rule == "rmsprop":
        return None
    written = {k: v for k, v in optimizer.items() if k != "name" and "clip" not in k}
    clips = {k: v for k, v in optimizer.items() if "clip" in k}
    if dialect == "keras2" and "clipnorm" in clips:
        clips["global_clipnorm"] = clips.pop("clipnorm")
    # Keras 3 refuses two clips at once; its own functions, one after the other, do not.
    both = len(clips) > 1
    rule = _optimizer(rule, dialect_rule, config_of(rule, dialect, written), **({} if both else clips))
    kinds = {"max_norm": "MaxNorm", "unit_norm": "UnitNorm", "min_max_norm": "MinMaxNorm", "non_neg": "NonNeg"}
    variables = []
    for k, w in enumerate(initial):
        variable = keras.Variable(w, dtype="float64")
        if k in constraints:
            more = {n: v for n, v in constraints[k].items() if n != "name"}
            variable.constraint = getattr(keras.constraints, kinds[constraints[k]["name"]])(**more)
        variables.append(variable)
    trained = [k for k in range(len(initial)) if k not in frozen]
    rule.build([variables[k] for k in trained])
    penalties = {k: keras.regularizers.L1L2(**r) for k, r in regularizers.items()}
    total = lambda: float(sum(penalty(variables[k].value) for k, penalty in penalties.items()
                              if dialect == "keras2" or k not in frozen))
    values, after = [], []
    for n in range(len(gradients[0])):
        values.append(total())
        own = [jax.numpy.asarray(gradients[k][n]) for k in trained]
        own = [g + jax.grad(penalties[k])(variables[k].value) if k in penalties else g
               for k, g in zip(trained, own)]
        if both:
            own = base_optimizer.clip_by_global_norm(own, clips["global_clipnorm"])
            own = [keras.ops.clip(g, -clips["clipvalue"], clips["clipvalue"]) for g in own]
        rule.apply(own)
        after.append([np.asarray(v.value) for v in variables])
    return [*values, total()], after


def run_case(rule, dialect, config, network, initial, batches):
    """Losses before each update."""
    keras_reference._precision("float64")
    optimizer = _optimizer(rule, dialect, config)
    if optimizer is None:
        return None
    masks = [{}] * len(batches)
    return keras_reference.run(network, initial, batches, masks, "float64", optimizer)["losses"]


def dressed_run(dressed, initial, batches):
    """Losses with penalties before each update, of a model that Keras itself compiles and trains."""
    keras_reference._precision("float64")
    l1_l2 = {k: v for k, v in dressed["kernel_regularizer"].items() if k != "name"}
    dense = lambda units, activation: keras.layers.Dense(
        units, activation, kernel_regularizer=keras.regularizers.L1L2(**l1_l2),
        kernel_constraint=keras.constraints.MaxNorm(dressed["kernel_constraint"]["max_value"]),
        bias_constraint=keras.constraints.NonNeg())
    model = keras.Sequential([keras.Input((784,)), dense(784, "relu"), dense(10, "softmax")])
    model.set_weights([tensor for pair in initial.values() for tensor in pair])
    o, schedule = dressed["optimizer"], dressed["schedule"]
    rate = keras.optimizers.schedules.ExponentialDecay(
        o["learning_rate"], schedule["decay_steps"], schedule["decay_rate"])
    sgd = keras.optimizers.SGD(rate, o["momentum"], o["nesterov"], global_clipnorm=o["clipnorm"])
    model.compile(sgd, "categorical_crossentropy")
    losses = []
    for x, y in batches:
        model.reset_metrics()
        losses.append(float(model.train_on_batch(x.reshape(len(x), -1).astype("float64"), y.astype("float64"))))
    return losses


# ---- schedules ----------------------------------------------------------------------------------------


def schedule_case(schedule, base, steps, epochs):
    """Rates of all updates, or None."""
    keras_reference._precision("float64")
    schedules, kind = keras.optimizers.schedules, schedule["name"]
    span = lambda default: (schedule.get("decay_steps")
                            or schedule.get("decay_epochs", default) * steps)
    if kind == "exponential":
        rule = schedules.ExponentialDecay(base, span(1), schedule["decay_rate"],
                                          schedule.get("staircase", False))
    elif kind == "cosine":
        rule = schedules.CosineDecay(base, span(epochs), schedule.get("alpha", 0.0))
    elif kind == "piecewise":
        by_epoch = schedules.PiecewiseConstantDecay(
            [float(b) for b in schedule["boundaries"]], schedule["values"])
        rule = lambda n: by_epoch(float(n // steps))
    elif kind == "warmup" and schedule.get("then", {}).get("name") == "cosine":
        warm = schedule.get("warmup_steps") or schedule["warmup_epochs"] * steps
        rule = schedules.CosineDecay(base * schedule.get("start_factor", 0.0), steps * epochs - warm,
                                     warmup_target=base, warmup_steps=warm)
    else:
        return None
    return [float(rule(n)) for n in range(steps * epochs)]


def plateau_case(dialect, schedule, base, values):
    """Rates after each epoch, from Keras's own callback."""
    if dialect != "keras3":
        return None

    class Optimizer:
        learning_rate = base

    class Model:
        optimizer = Optimizer()

    fields = {k: v for k, v in schedule.items() if k != "name"}
    monitor = fields.setdefault("monitor", "val_loss")
    callback = keras.callbacks.ReduceLROnPlateau(mode="max" if "acc" in monitor else "min", **fields)
    callback.set_model(Model())
    callback.on_train_begin()
    rates = []
    for epoch, value in enumerate(values):
        callback.on_epoch_end(epoch, {monitor: value})
        rates.append(float(Model.optimizer.learning_rate))
    return rates
