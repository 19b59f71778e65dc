"""Augmentation by the released Keras 2.0.8 itself: `random_transform` with random numbers that are given to it, `fit` and
`standardize`, in float64 on NumPy and SciPy.

    python make.py --keras2 FOLDER augment

What NumPy draws there (`uniform`, `random`) comes from a list, in Keras's order.
"""

import importlib
import sys
import types
import warnings

import keras2_release
import numpy as np
import scipy

from output import numbers, tensor, write

PACKAGE = keras2_release.PACKAGE
SHAPES = ((1, 8, 8), (3, 7, 9), (1, 12, 11))
FILLS = ("constant", "nearest", "reflect", "wrap")
NEAR = 1e-6


def module():
    """`preprocessing/image.py` with the backend that `keras2_release` has made."""
    from pathlib import Path

    K = sys.modules[f"{PACKAGE}.backend"]
    K.image_data_format = lambda: "channels_first"
    sys.modules["six.moves"].range = range
    found = types.ModuleType(f"{PACKAGE}.preprocessing")
    found.__path__ = [str(Path(sys.modules[PACKAGE].__path__[0]) / "preprocessing")]
    sys.modules[found.__name__] = found
    warnings.simplefilter("ignore", DeprecationWarning)
    return importlib.import_module(f"{PACKAGE}.preprocessing.image")


class Chance:
    """NumPy's random numbers, from a list; what is asked for must be what was meant."""

    def __init__(self, uniforms, coins):
        self.uniforms, self.coins = list(uniforms), list(coins)

    def uniform(self, low, high, size=None):
        drawn = [self.uniforms.pop(0) for _ in range(size or 1)]
        assert all(low <= v <= high for v in drawn), (low, high, drawn)
        return np.array(drawn) if size else drawn[0]

    def random(self):
        return self.coins.pop(0)

    def done(self):
        assert not self.uniforms and not self.coins, (self.uniforms, self.coins)


def transformed(image, x, settings, uniforms, coins=()):
    """`random_transform` of Keras with these numbers, and the map of its picture."""
    chance, seen = Chance(uniforms, coins), []
    apply, own = image.apply_transform, image.np
    image.np = types.SimpleNamespace(**{**vars(np), "random": chance})
    image.apply_transform = lambda x, matrix, *a, **k: (seen.append(matrix), apply(x, matrix, *a, **k))[1]
    try:
        y = image.ImageDataGenerator(data_format="channels_first", **settings).random_transform(x.copy())
    finally:
        image.np, image.apply_transform = own, apply
    chance.done()
    return y, seen[0] if seen else None


def near(matrix, shape, fill="nearest", exact=False):
    """Places whose origin lies where one cell ends and another begins, or at the edge: rounding decides there. `exact`:
    unless nothing was rounded on the way."""
    if matrix is None:
        return []
    rows, columns = np.meshgrid(*map(np.arange, shape[1:]), indexing="ij")
    at = np.einsum("ij,jrc->irc", matrix[:2, :2], np.array([rows, columns])) + matrix[:2, 2, None, None]
    away = lambda at, period: abs(at - period * np.round(at / period))
    off = away(at - 0.5, 1.0)
    if fill in ("constant", "wrap"):
        off = np.minimum(off, away(at, np.array(shape[1:])[:, None, None] - 1.0))
    return [int(i) for i in np.flatnonzero(((off < NEAR) & ~(exact & (off == 0))).any(axis=0))]


def picture(shape):
    """No two cells next to each other are alike."""
    count = int(np.prod(shape))
    return ((37 * np.arange(count) + 11) % 251).astype(np.float64).reshape(shape)


MOVES = {
    # name: (settings without fill, uniforms in Keras's order: rotation, height, width, shear, zoom rows and columns)
    "rotation": (dict(rotation_range=90), [33.5]),
    "rotation_back": (dict(rotation_range=90), [-71.25]),
    "quarter": (dict(rotation_range=90), [90.0]),
    "half": (dict(rotation_range=180), [180.0]),
    "shift": (dict(height_shift_range=0.5, width_shift_range=0.5), [0.21, -0.37]),
    "shift_rows": (dict(height_shift_range=0.9), [-0.83]),
    "shear": (dict(shear_range=0.7), [0.43]),
    "shear_back": (dict(shear_range=0.7), [-0.61]),
    "zoom_in": (dict(zoom_range=0.5), [0.61, 0.83]),
    "zoom_out": (dict(zoom_range=[1.0, 3.0]), [2.9, 1.7]),
    "all": (dict(rotation_range=40, height_shift_range=0.3, width_shift_range=0.3, shear_range=0.5,
                 zoom_range=0.4), [-27.3, 0.17, -0.22, 0.31, 1.33, 0.72]),
}
# Powers of two: nothing is rounded, so halves and edges are compared, too.
EXACT = {
    "cells": (dict(height_shift_range=0.5, width_shift_range=0.5), [0.25, -0.375]),
    "halves": (dict(height_shift_range=0.5), [0.1875]),
    "twice": (dict(zoom_range=[0.5, 2.0]), [2.0, 0.5]),
}


def moves(image):
    for name, (settings, uniforms) in (MOVES | EXACT).items():
        for shape in SHAPES if name in MOVES else SHAPES[:1]:
            for fill in FILLS:
                settings = settings | dict(fill_mode=fill, cval=7.0 if fill == "constant" else 0.0)
                y, matrix = transformed(image, picture(shape), settings, uniforms)
                apart = near(matrix, shape, fill, name in EXACT or name.startswith("shift"))
                assert name in ("quarter", "half") or len(apart) < shape[1] * shape[2] / 8, (name, shape)
                assert name in MOVES or not apart, name
                yield {"name": f"{name}_{fill}_{shape[0]}x{shape[1]}x{shape[2]}", "settings": settings,
                       "shape": shape, "uniforms": uniforms, "coins": [], "near": apart, "output": numbers(y.ravel())}


def changes(image):
    """Channel shifts and flips, alone and behind a map."""
    cases = {
        "shift": (dict(channel_shift_range=60.0), (3, 7, 9), [31.5, -44.25, 3.0], []),
        "shift_grey": (dict(channel_shift_range=60.0), (1, 8, 8), [-12.5], []),
        "flip": (dict(horizontal_flip=True), (3, 7, 9), [], [0.25]),
        "no_flip": (dict(horizontal_flip=True), (3, 7, 9), [], [0.5]),
        "upside_down": (dict(vertical_flip=True), (3, 7, 9), [], [0.1]),
        "both": (dict(horizontal_flip=True, vertical_flip=True), (1, 12, 11), [], [0.3, 0.49]),
        "one_of_both": (dict(horizontal_flip=True, vertical_flip=True), (1, 12, 11), [], [0.7, 0.2]),
        "everything": (dict(rotation_range=40, width_shift_range=0.2, channel_shift_range=30.0,
                            horizontal_flip=True, vertical_flip=True, fill_mode="reflect"),
                       (3, 7, 9), [12.25, 0.11, -20.5, 9.25, 28.0], [0.2, 0.9]),
    }
    for name, (settings, shape, uniforms, coins) in cases.items():
        y, matrix = transformed(image, picture(shape), settings, uniforms, coins)
        yield {"name": name, "settings": settings, "shape": shape, "uniforms": uniforms, "coins": coins,
               "near": near(matrix, shape, settings.get("fill_mode", "nearest")), "output": numbers(y.ravel())}


FEATURES = dict(featurewise_center=True, featurewise_std_normalization=True)
STANDARDS = {
    "rescale": (dict(rescale=0.25), "colour", 1.0),
    "sample_center": (dict(samplewise_center=True), "colour", 1.0),
    "sample": (dict(samplewise_center=True, samplewise_std_normalization=True), "colour", 255.0),
    "sample_grey": (dict(samplewise_center=True, samplewise_std_normalization=True), "grey", 1.0),
    "sample_deviation_grey": (dict(samplewise_std_normalization=True), "grey", 1.0),
    "center": (dict(featurewise_center=True), "colour", 1.0),
    "deviation": (dict(featurewise_std_normalization=True), "colour", 255.0),
    "features": (FEATURES, "colour", 1.0),
    "features_grey": (FEATURES, "grey", 255.0),
    # `fit` knows nothing of `rescale`: its numbers are those of the pictures as they come.
    "features_rescaled": (dict(rescale=0.5, **FEATURES), "grey", 1.0),
    "zca": (dict(zca_whitening=True), "grey", 1.0),
    "zca_centered": (dict(zca_whitening=True, featurewise_center=True), "grey", 1.0),
    "zca_epsilon": (dict(zca_whitening=True, zca_epsilon=0.1, **FEATURES), "colour", 255.0),
    "zca_of_few": (dict(zca_whitening=True, featurewise_center=True, zca_epsilon=0.5), "few", 1.0),
    "everything": (dict(rescale=2.0, samplewise_center=True, zca_whitening=True, zca_epsilon=0.01, **FEATURES),
                   "colour", 255.0),
}


def rows():
    """Rows to learn from, `u8`: grey and colour, and fewer than a picture has cells. Cells have something in common."""
    draw = np.random.default_rng(14)
    out = {}
    for name, shape in (("grey", (60, 1, 5, 6)), ("colour", (80, 3, 4, 4)), ("few", (12, 1, 6, 6))):
        common = draw.integers(0, 120, (shape[0], 1, 1, 1))
        out[name] = (common + draw.integers(0, 136, shape)).astype(np.uint8)
    return out


def standards(image, agreement):
    for name, (settings, which, scale) in STANDARDS.items():
        x = rows()[which] / scale
        generator = image.ImageDataGenerator(data_format="channels_first", **settings)
        generator.fit(x)
        y = np.array([generator.standardize(x[i].copy()) for i in range(3)])
        # The root of an inverse needs no eigenvectors: what is whitened is so all the same.
        if settings.get("zca_whitening"):
            own = generator.principal_components
            root = scipy.linalg.fractional_matrix_power(own @ own, 0.5)
            agreement.check("augment, float64: the root of the square", 1e-6, root, own, name)
        yield {"name": name, "settings": settings, "rows": which, "scale": scale, "output": tensor(y)}


def augment(agreement, versions):
    image = module()
    head = {"versions": {**versions, "keras": "2.0.8", "scipy": scipy.__version__}, "near": NEAR,
            "rows": {name: {"shape": list(x.shape), "data": [int(v) for v in x.ravel()]} for name, x in rows().items()}}
    write("augment.json", head, cases=[*moves(image), *changes(image)], standards=list(standards(image, agreement)))
