"""Makes the files of other programs in foreign/, and reads what ours writes with their own readers.

    python foreign.py make            writes foreign/
    python foreign.py check FOLDER    reads what `FIRESIDE_WRITE=FOLDER cargo test --test formats` left there

Needs numpy 2.4.6, h5py 3.16.0, keras 3.15.1 on jax 0.10.2; `check` also tensorboard 2.21.0 and PyYAML 6.
The files of Keras 2 are made by foreign_keras2.py.

Value i of tensor k (counted through a file's network, in Keras's order) is ((37 i + 11 k) mod 101) / 64 - 0.75.
"""

import json
import os
import sys
import zipfile
from pathlib import Path

os.environ["KERAS_BACKEND"] = "jax"

import numpy as np

FOLDER = Path(__file__).resolve().parent / "foreign"


def values(k, shape):
    count = int(np.prod(shape))
    return (((37 * np.arange(count) + 11 * k) % 101) / 64 - 0.75).astype("float32").reshape(shape)


# A small network of chapter 13's kind: layer, weight, shape.
NETWORK = [
    ("conv2d_1", "kernel", (3, 3, 1, 2)), ("conv2d_1", "bias", (2,)),
    ("batch_normalization_1", "gamma", (2,)), ("batch_normalization_1", "beta", (2,)),
    ("batch_normalization_1", "moving_mean", (2,)), ("batch_normalization_1", "moving_variance", (2,)),
    ("dense_1", "kernel", (18, 3)), ("dense_1", "bias", (3,)),
    ("dense_2", "kernel", (3, 2)), ("dense_2", "bias", (2,)),
]
def fill(model):
    """The network's weights in Keras's order; states of generators are no weights."""
    k = 0
    for variable in model.variables:
        if "seed_generator" not in variable.path:
            variable.assign(values(k, variable.shape))
            k += 1


def keras3():
    import keras
    from keras import layers
    assert keras.__version__ == "3.15.1"
    # The layers' own names are those of Keras 2; a container is named after the class.
    model = keras.Sequential([
        keras.Input((8, 8, 1)), layers.Conv2D(2, 3, name="conv2d_1"),
        layers.BatchNormalization(name="batch_normalization_1"), layers.MaxPooling2D(2), layers.Dropout(0.5),
        layers.Flatten(), layers.Dense(3, name="dense_1"), layers.Dense(2, name="dense_2")])
    fill(model)
    model.save_weights(FOLDER / "keras3.weights.h5")
    # Parts within layers, and names that only the order of a class tells.
    model = keras.Sequential([
        keras.Input((4,)), layers.Embedding(5, 3), layers.Bidirectional(layers.LSTM(2, return_sequences=True)),
        layers.GRU(2, dropout=0.5, reset_after=False), layers.Dense(2), layers.Dense(1)])
    fill(model)
    model.save_weights(FOLDER / "keras3_parts.weights.h5")
    # The old format of whole models, as Keras 3 still writes it.
    model = keras.Sequential([keras.Input((3,)), layers.Dense(2, name="dense_1"), layers.Dense(1, name="dense_2")])
    fill(model)
    model.save(FOLDER / "keras3_model.h5")


    # Calls with several tensors, settings of calls, Keras 3's own names.
    words, seen = keras.Input((6,), name="words"), keras.Input((5, 4), name="seen")
    a = layers.Embedding(12, 4, mask_zero=True)(words)
    a = layers.LayerNormalization(epsilon=1e-6)(a)
    b = layers.MultiHeadAttention(2, 3, name="self")(a, a, use_causal_mask=True)
    a = layers.Add(name="more")([a, b])
    c = layers.MultiHeadAttention(1, 3, value_dim=2, kernel_regularizer="l1")(a, value=seen)
    d = layers.Bidirectional(layers.GRU(2, return_sequences=True, kernel_initializer="lecun_normal"))(c)
    d = layers.Conv1D(4, 3, groups=2, padding="causal", activation="silu")(d)
    d = layers.ReLU()(layers.GlobalAveragePooling1D()(d))
    model = keras.Model([words, seen], layers.Dense(3, activation="softmax", kernel_constraint="unit_norm")(d))
    (FOLDER / "keras3_functional.json").write_text(model.to_json() + "\n")


def npz():
    named = {f"{layer}/{weight}": values(k, shape) for k, (layer, weight, shape) in enumerate(NETWORK)}
    # Every element type, byte order and order of axes that is read.
    types = ["<f4", ">f4", "<f8", ">f8"]
    for k, name in enumerate(named):
        named[name] = named[name].astype(types[k % 4])
        if k % 3 == 0:
            named[name] = np.asfortranarray(named[name])
    np.savez(FOLDER / "named.npz", **named)
    np.savez_compressed(FOLDER / "listed.npz", *[values(k, shape) for k, (_, _, shape) in enumerate(NETWORK)])
    np.savez(FOLDER / "pickled.npz", words=np.array(["a", None], dtype=object))
    with zipfile.ZipFile(FOLDER / "bomb.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        head = b"\x93NUMPY\x01\x00"
        text = b"{'descr': '<f4', 'fortran_order': False, 'shape': (262144,), }\n"
        archive.writestr("dense_1/kernel.npy", head + len(text).to_bytes(2, "little") + text + bytes(1 << 20))


def make():
    FOLDER.mkdir(exist_ok=True)
    keras3()
    npz()
    for file in sorted(FOLDER.iterdir()):
        print(f"{file.name}: {file.stat().st_size:,} bytes")


def check(folder):
    from tensorboard.backend.event_processing.event_file_loader import EventFileLoader
    written = np.load(folder / "weights.npz")
    assert written.files == [f"{layer}/{weight}" for layer, weight, _ in NETWORK], written.files
    for k, (layer, weight, shape) in enumerate(NETWORK):
        array = written[f"{layer}/{weight}"]
        assert array.dtype == np.dtype("<f4") and array.shape == shape
        assert (array == values(k, shape)).all()
    events = list(EventFileLoader(str(folder / "events.out.tfevents.1500000000.fireside")).Load())
    assert events[0].file_version == "brain.Event:2" and events[0].wall_time == 1_500_000_000
    read = {}
    for event in events[1:]:
        assert event.wall_time == 1_500_000_000 + 60 * (event.step + 1)
        for value in event.summary.value:
            # The loader turns simple values into tensors.
            read.setdefault(value.tag, []).append((event.step, value.tensor.float_val[0]))
    expected = {"loss": [(0, 0.75), (1, 0.5), (300, 0.125)], "val_acc": [(1, 0.875), (300, 1.0)],
                "损失": [(300, -2.0)]}
    assert read == expected, read
    import keras
    import yaml
    models = 0
    for path in sorted(folder.glob("*.keras3.json")):
        model = keras.models.model_from_json(path.read_text())
        tree = path.with_suffix(".yaml")
        if tree.exists():
            assert yaml.safe_load(tree.read_text()) == json.loads(path.read_text()), tree
        print(f"{path.name}: {model.count_params()} parameters")
        models += 1
    assert models > 4
    print(f"numpy reads {len(written.files)} arrays, tensorboard {len(events)} events")


if __name__ == "__main__":
    if sys.argv[1:2] == ["check"]:
        check(Path(sys.argv[2]))
    else:
        make()
