"""The project's random numbers in NumPy, written from the convention and not from the Rust code.

Philox 4x32-10: key = (seed, purpose), counter = (element // 4, step, tag, 0); the value of an element is
lane element % 4. `python philox.py` checks the generator against the known-answer vectors of Random123.
"""

import numpy as np

WEIGHTS, ORDER, DROPOUT, SPLIT, SAMPLE, AUGMENT = 1, 2, 3, 4, 5, 6

_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = 0x9E3779B9, 0xBB67AE85
_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)

# Random123, kat_vectors, "philox4x32 10": counter, key, result.
KNOWN_ANSWERS = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    (
        (0xFFFFFFFF,) * 4,
        (0xFFFFFFFF,) * 2,
        (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD),
    ),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


def philox(counter, key):
    """Ten rounds on an array of counters (n, 4); key is a pair of integers. Returns uint32 (n, 4)."""
    c0, c1, c2, c3 = (np.asarray(counter[:, i], dtype=np.uint64) for i in range(4))
    k0, k1 = int(key[0]), int(key[1])
    for _ in range(10):
        p0, p1 = _M0 * c0, _M1 * c2
        c0, c1, c2, c3 = (
            (p1 >> _HALF) ^ c1 ^ np.uint64(k0),
            p1 & _LOW,
            (p0 >> _HALF) ^ c3 ^ np.uint64(k1),
            p0 & _LOW,
        )
        k0, k1 = (k0 + _W0) & 0xFFFFFFFF, (k1 + _W1) & 0xFFFFFFFF
    return np.stack([c0, c1, c2, c3], axis=1).astype(np.uint32)


def _blocks(seed, purpose, step, tag, count):
    counter = np.zeros((-(-count // 4), 4), dtype=np.uint64)
    counter[:, 0] = np.arange(len(counter))
    counter[:, 1], counter[:, 2] = step, tag
    return philox(counter, (seed, purpose))


def words(seed, purpose, step, tag, count):
    """The words of elements 0..count, uint32."""
    return _blocks(seed, purpose, step, tag, count).reshape(-1)[:count]


def uniform(seed, purpose, step, tag, count):
    """Elements 0..count in [0, 1) with 24 bits, float32 (exact)."""
    return (words(seed, purpose, step, tag, count) >> 8).astype(np.float32) * np.float32(2.0**-24)


def normal(seed, purpose, step, tag, count):
    """Box-Muller on lanes (0, 1) and (2, 3), computed in float64, rounded to float32."""
    pairs = (_blocks(seed, purpose, step, tag, count) >> 8).astype(np.float64).reshape(-1, 2)
    u1, u2 = (pairs[:, 0] + 1.0) * 2.0**-24, pairs[:, 1] * 2.0**-24
    r = np.sqrt(-2.0 * np.log(u1))
    z = np.stack([r * np.cos(2 * np.pi * u2), r * np.sin(2 * np.pi * u2)], axis=1)
    return z.reshape(-1)[:count].astype(np.float32)


def fans(shape):
    """fan_in and fan_out of Keras: 2-D as is, kernels times the size of the window."""
    window = int(np.prod(shape[:-2])) if len(shape) > 2 else 1
    return shape[-2] * window, shape[-1] * window


def limit(initializer, shape):
    """Half width of a uniform initializer of Keras 2.0.8."""
    fan_in, fan_out = fans(shape)
    return {
        "glorot_uniform": np.sqrt(6.0 / (fan_in + fan_out)),
        "he_uniform": np.sqrt(6.0 / fan_in),
        "uniform": 0.05,
    }[initializer]


def initial(initializer, seed, layer, tensor, shape):
    """One initial tensor in Keras layout, float32; elements numbered row-major."""
    count, tag = int(np.prod(shape)), layer * 8 + tensor
    if initializer == "zeros":
        return np.zeros(shape, dtype=np.float32)
    if initializer == "normal":
        flat = 0.05 * normal(seed, WEIGHTS, 0, tag, count).astype(np.float64)
    else:
        u = uniform(seed, WEIGHTS, 0, tag, count).astype(np.float64)
        flat = (2.0 * u - 1.0) * limit(initializer, shape)
    return flat.astype(np.float32).reshape(shape)


def dropout_mask(seed, step, layer, shape, rate):
    """Which elements of a batch tensor are kept; the caller multiplies them by 1 / (1 - rate)."""
    u = uniform(seed, DROPOUT, step, layer, int(np.prod(shape)))
    return (u >= np.float32(rate)).reshape(shape)


def permutation(seed, epoch, n):
    """Fisher-Yates from the end; element i decides which row comes to place i."""
    draw = words(seed, ORDER, epoch, 0, n)
    order = list(range(n))
    for i in range(n - 1, 0, -1):
        j = (int(draw[i]) * (i + 1)) >> 32
        order[i], order[j] = order[j], order[i]
    return np.array(order)


def check_known_answers():
    """Raises where the generator disagrees with Random123."""
    for counter, key, expected in KNOWN_ANSWERS:
        got = philox(np.array([counter], dtype=np.uint64), key)[0]
        assert tuple(int(v) for v in got) == expected, (counter, key, got)


if __name__ == "__main__":
    check_known_answers()
    print(f"{len(KNOWN_ANSWERS)} known answers agree")
