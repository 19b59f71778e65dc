"""The same layers, losses, optimizers and runs in Keras 3 on JAX, gradients by jax.

Written against Keras 3.15.1, JAX 0.10.2. Kernels are in Keras layout by nature. Where Keras 3 computes
something else than 2.0.8 the difference is bridged here and said so.
"""

import os

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import jax
import numpy as np

jax.config.update("jax_enable_x64", True)

import keras

import networks

# On JAX Keras turns float64 results into float32 wherever it promotes types (sums, means, losses), even
# with 64 bits switched on. Its own TensorFlow entry of this table keeps them; so does this one.
from keras.src.backend.common import dtypes

dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64"

VERSION, JAX_VERSION = keras.__version__, jax.__version__


def _precision(dtype):
    keras.config.set_floatx(dtype)
    keras.config.set_dtype_policy(dtype)


def _activation(name):
    if name == "hard_sigmoid":  # Keras 3 has slope 1/6
        return lambda x: keras.ops.clip(0.2 * x + 0.5, 0.0, 1.0)
    return name


def build(kind, config, data_format):
    """The Keras layer of one entry; None for Dropout, whose mask is given from outside."""
    config = dict(config)
    if "activation" in config:
        config["activation"] = _activation(config["activation"])
    if kind == "Flatten":
        # Keras 3 moves the channels last before it flattens; 2.0.8 did not.
        if data_format == "channels_first":
            return keras.layers.Reshape((-1,))
        return keras.layers.Flatten()
    if kind == "Dropout":
        return None
    if kind != "Dense":
        config["data_format"] = data_format
    return getattr(keras.layers, kind)(**config)


def _names(layer):
    return [v.name for v in layer.trainable_variables]


def layer_case(case):
    """Output, gradient of the input, gradients of the weights, in float64."""
    _precision("float64")
    last = case["data_format"] == "channels_last"
    to_keras = lambda a: a.transpose(0, 2, 3, 1) if last and a.ndim == 4 else a
    from_keras = lambda a: a.transpose(0, 3, 1, 2) if last and a.ndim == 4 else a
    x = to_keras(case["input"])
    layer = build(case["class_name"], case["config"], case["data_format"])
    if layer is None:
        function, variables, names = (lambda w, x: x * case["mask"]), [], []
    else:
        layer.build(x.shape)
        names = _names(layer)
        variables = [jax.numpy.asarray(case["weights"][name]) for name in names]
        function = lambda w, x: layer.stateless_call(w, [], x)[0]
    y, back = jax.vjp(function, variables, jax.numpy.asarray(x))
    assert y.dtype == "float64"
    dw, dx = back(jax.numpy.asarray(to_keras(case["upstream"])))
    weight_gradients = {name: np.asarray(g) for name, g in zip(names, dw)}
    return from_keras(np.asarray(y)), from_keras(np.asarray(dx)), weight_gradients


def loss_case(name, y, p):
    """Mean loss and its gradient with respect to the probabilities, float64."""
    _precision("float64")
    name = {"mse": "mean_squared_error"}.get(name, name)
    function = getattr(keras.losses, name)
    y = y[:, 0] if name.startswith("sparse") else y
    value, g = jax.value_and_grad(lambda p: keras.ops.mean(function(y, p)))(jax.numpy.asarray(p))
    return float(value), np.asarray(g)


def optimizer_case(kind, config, w, gradients):
    """Weights after each update, or None where Keras 3 has another formula."""
    if kind == "RMSprop":
        return None  # epsilon inside the root
    _precision("float64")
    config = dict(config)
    lr, decay = config.pop("lr"), config.pop("decay", 0.0)
    if decay:
        lr = keras.optimizers.schedules.InverseTimeDecay(lr, decay_steps=1, decay_rate=decay)
    optimizer = getattr(keras.optimizers, kind)(learning_rate=lr, **config)
    variable = keras.Variable(w, dtype="float64")
    optimizer.build([variable])
    out = []
    for g in gradients:
        optimizer.apply([jax.numpy.asarray(g)])
        out.append(np.asarray(variable.value))
    return out


def initializer_case(name, shape):
    """One draw of Keras itself (other numbers, same distribution)."""
    _precision("float32")
    name = {"uniform": "random_uniform", "normal": "random_normal"}.get(name, name)
    return np.asarray(keras.initializers.get(name)(shape))


def model(network, dtype):
    """Functional model with the dropout masks as further inputs, built in the given precision."""
    _precision(dtype)
    keras.backend.clear_session()
    data_format = network["data_format"]
    first = data_format == "channels_first"
    x = keras.Input((1, 28, 28) if first else (28, 28, 1), dtype=dtype)
    inputs, layers = [x], {}
    for index, spec in enumerate(network["layers"]):
        layer = build(spec["class_name"], spec["config"], data_format)
        if layer is None:
            inputs.append(keras.Input(x.shape[1:], dtype=dtype))
            x = keras.layers.Multiply()([x, inputs[-1]])
        else:
            x = layer(x)
            layers[index] = layer
    return keras.Model(inputs, x), layers


def run(network, initial, batches, masks, dtype, optimizer=None):
    """As numpy_reference.run, in the given precision, with keras.optimizers.Adam or another optimizer."""
    net, layers = model(network, dtype)
    assert net.count_params() == network["parameters"]
    for index, pair in initial.items():
        layers[index].set_weights(pair)
    adam = dict(networks.ADAM)
    optimizer = optimizer or keras.optimizers.Adam(learning_rate=adam.pop("lr"), **adam)
    optimizer.build(net.trainable_variables)
    keys = [(index, v.name) for index, layer in layers.items() for v in layer.trainable_variables]
    order = {id(v): i for i, v in enumerate(net.trainable_variables)}
    place = [order[id(v)] for layer in layers.values() for v in layer.trainable_variables]
    first = network["data_format"] == "channels_first"
    dropout = [i for i, s in enumerate(network["layers"]) if s["class_name"] == "Dropout"]

    def inputs(x, mask):
        x = x.astype(dtype) if first else x.transpose(0, 2, 3, 1).astype(dtype)
        one = [np.ones((len(x), *i.shape[1:]), dtype) for i in net.inputs[1:]]
        return [x, *([mask[i].astype(dtype) for i in dropout] if mask else one)]

    def mean_loss(trainable, x, y):
        p, _ = net.stateless_call(trainable, net.non_trainable_variables, x, training=True)
        return keras.ops.mean(keras.losses.categorical_crossentropy(y, p))

    step = jax.jit(jax.value_and_grad(mean_loss))
    trainable = [v.value for v in net.trainable_variables]
    state = [v.value for v in optimizer.variables]
    losses, out = [], {}
    for n, (x, y) in enumerate(batches):
        if n == 0:
            p, _ = net.stateless_call(trainable, net.non_trainable_variables, inputs(x[:4], None))
            assert p.dtype == dtype
            out["probabilities"] = np.asarray(p)
        value, gradients = step(trainable, inputs(x, masks[n]), y.astype(dtype))
        losses.append(float(value))
        if n == 0:
            out["gradients"] = {k: np.asarray(gradients[i]) for k, i in zip(keys, place)}
        trainable, state = optimizer.stateless_apply(state, gradients, trainable)
    last = {k: np.asarray(trainable[i]) for k, i in zip(keys, place)}
    return {"losses": np.array(losses), **out, "weights": last}
