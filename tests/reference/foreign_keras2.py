"""Files of Keras 2.0.8 itself in foreign/, and what it makes of our architectures.

    python foreign_keras2.py make            writes the keras2_* files of foreign/
    python foreign_keras2.py check FOLDER    loads *.keras2.json and *.keras2.yaml of FOLDER

Runs Keras 2.0.8 (its wheel, unpacked at $KERAS_2_0_8) on TensorFlow 2.15.1 in its graph mode, with what Python 3.11 and
that TensorFlow lack put back; h5py 3.16.0, PyYAML 6. `FIRESIDE_WRITE=FOLDER cargo test --test formats` leaves the files
for `check`.
"""

import collections
import collections.abc
import inspect
import json
import os
import sys
import types
from pathlib import Path

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", KERAS_BACKEND="tensorflow")

import numpy as np
import tensorflow.compat.v1 as tf
import yaml
from tensorflow.python.ops import control_flow_ops

FOLDER = Path(__file__).resolve().parent / "foreign"


def old_keras():
    tf.logging.set_verbosity(tf.logging.ERROR)
    tf.disable_v2_behavior()
    for name in [name for name in sys.modules if name.split(".")[0] == "keras"]:
        del sys.modules[name]
    sys.modules["tensorflow"] = tf
    for name in ("tensorflow.contrib", "tensorflow.contrib.tensorboard", "tensorflow.contrib.tensorboard.plugins"):
        sys.modules[name] = types.ModuleType(name)
    sys.modules["tensorflow.contrib.tensorboard.plugins"].projector = None
    for name in ("Iterable", "Callable", "Mapping", "Sequence"):
        setattr(collections, name, getattr(collections.abc, name))
    spec = collections.namedtuple("ArgSpec", "args varargs keywords defaults")
    inspect.getargspec = lambda function: spec(*inspect.getfullargspec(function)[:4])
    control_flow_ops.while_loop = tf.while_loop
    load = yaml.load
    yaml.load = lambda text, Loader=yaml.UnsafeLoader: load(text, Loader=Loader)
    sys.path.insert(0, os.environ["KERAS_2_0_8"])
    import keras
    assert keras.__version__ == "2.0.8"
    return keras


def values(k, shape):
    count = int(np.prod(shape))
    return (((37 * np.arange(count) + 11 * k) % 101) / 64 - 0.75).astype("float32").reshape(shape)


def make():
    old_keras()
    from keras.layers import (ELU, GRU, LSTM, Activation, Add, BatchNormalization, Bidirectional, Conv1D, Conv2D, Dense,
                              Dropout, Embedding, Flatten, GlobalMaxPooling1D, Input, LeakyReLU, MaxPooling1D,
                              MaxPooling2D, SpatialDropout1D, TimeDistributed, ZeroPadding2D,
                              concatenate)
    from keras.models import Model, Sequential

    # The network of foreign.py, with weights.
    model = Sequential([
        Conv2D(2, 3, input_shape=(8, 8, 1)), BatchNormalization(), MaxPooling2D(), Flatten(), Dense(3), Dense(2)])
    model.set_weights([values(k, w.shape) for k, w in enumerate(model.get_weights())])
    model.compile("sgd", "mse")
    model.save_weights(str(FOLDER / "keras2_weights.h5"))
    model.save(str(FOLDER / "keras2_model.h5"))

    model = Sequential([
        Conv2D(4, (3, 5), input_shape=(1, 12, 12), data_format="channels_first", strides=(1, 2), padding="same",
               activation="relu", kernel_constraint="max_norm", kernel_initializer="he_normal", name="first-conv"),
        BatchNormalization(axis=1), ZeroPadding2D(((1, 0), (2, 1)), data_format="channels_first"),
        Dropout(0.25),
        MaxPooling2D(data_format="channels_first"), LeakyReLU(0.1), Flatten(),
        Dense(4, kernel_initializer="uniform", bias_regularizer="l1", use_bias=True), ELU(),
        Dense(2, activation="softmax")])
    (FOLDER / "keras2_sequential.json").write_text(model.to_json() + "\n")

    words, hours = Input((7,), name="words"), Input((9, 3))
    a = Embedding(20, 4, mask_zero=True)(words)
    a = SpatialDropout1D(0.1)(a)
    a = Bidirectional(LSTM(3, return_sequences=True, recurrent_activation="sigmoid"), merge_mode="ave")(a)
    a = TimeDistributed(Dense(2, activation="tanh"))(a)
    a = GRU(2, dropout=0.2)(a)
    b = Conv1D(2, 3, padding="causal", dilation_rate=2)(hours)
    b = MaxPooling1D()(b)
    b = Add()([b, b])
    b = GlobalMaxPooling1D()(b)
    out = Activation("sigmoid")(Dense(1)(concatenate([a, b])))
    (FOLDER / "keras2_model.yaml").write_text(Model([words, hours], out).to_yaml())


def check(folder):
    old_keras()
    from keras.models import model_from_json, model_from_yaml
    done = []
    for path in sorted(folder.glob("*.keras2.json")):
        text = path.read_text()
        model = model_from_json(text)
        again = model_from_yaml(path.with_suffix(".yaml").read_text())

        def compare(ours, own, place):
            """All that we wrote is what Keras writes of the model that it made of it."""
            if isinstance(ours, dict):
                for key, value in ours.items():
                    if key not in ("name", "input_length", "data_format") or key in own:
                        compare(value, own[key], f"{place}/{key}")
            elif isinstance(ours, list):
                assert len(ours) == len(own), (place, ours, own)
                for n, (one, other) in enumerate(zip(ours, own)):
                    compare(one, other, f"{place}/{n}")
            else:
                near = isinstance(ours, float) and abs(ours - own) <= 1e-6 * abs(ours)
                assert near or ours == own, (place, ours, own)
        for made in (model, again):
            ours, own = (json.loads(one)["config"] for one in (text, made.to_json()))
            if isinstance(ours, dict):
                # Keras lists the layers of a graph by their depth.
                for config in (ours, own):
                    config["layers"].sort(key=lambda layer: layer["name"])
            compare(ours, own, path.name)
        done.append((path.name, model.count_params()))
    assert len(done) > 8, done
    for name, parameters in done:
        print(f"{name}: {parameters} parameters")


if __name__ == "__main__":
    if sys.argv[1:2] == ["check"]:
        check(Path(sys.argv[2]))
    else:
        make()
