"""Writing the reference files and measuring agreement."""

import json
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).resolve().parent


def tensor(a):
    """A tensor as {shape, data}: row-major, nine significant digits."""
    a = np.asarray(a)
    return {"shape": list(a.shape), "data": numbers(a.reshape(-1))}


def numbers(values):
    return [number(v) for v in values]


def number(value):
    value = float(f"{float(value):.9g}")
    return int(value) if value.is_integer() and abs(value) < 1e9 else value


def write(name, head, **lists):
    """One file: the head on top, then each list with one entry per line."""
    parts = [f" {json.dumps(k)}: {json.dumps(v)}" for k, v in head.items()]
    for key, entries in lists.items():
        rows = ",\n".join("  " + json.dumps(e, separators=(",", ":")) for e in entries)
        parts.append(f' "{key}": [\n{rows}\n ]')
    text = "{\n" + ",\n".join(parts) + "\n}\n"
    json.loads(text)
    assert len(text) < 150_000, (name, len(text))
    (FOLDER / name).write_text(text)
    print(f"{name}: {len(text):,} bytes")


class Agreement:
    """Largest differences max|a-b| / max|b| (or another norm) per group; fails above the group's limit."""

    def __init__(self):
        self.worst = {}

    def check(self, group, limit, got, expected, where, norm=np.max):
        got, expected = np.asarray(got, np.float64), np.asarray(expected, np.float64)
        assert got.shape == expected.shape, (group, where, got.shape, expected.shape)
        scale = norm(np.ravel(abs(expected))) or 1.0
        difference = norm(np.ravel(abs(got - expected))) / scale
        assert difference <= limit, f"{group}: {where} differs by {difference:.3g} > {limit:g}"
        if difference >= self.worst.get(group, (-1,))[0]:
            self.worst[group] = (difference, limit, where)

    def table(self):
        rows = ["| compared | largest difference | limit | where |", "|---|---|---|---|"]
        for group, (difference, limit, where) in self.worst.items():
            rows.append(f"| {group} | {difference:.1e} | {limit:.0e} | {where} |")
        return "\n".join(rows)
