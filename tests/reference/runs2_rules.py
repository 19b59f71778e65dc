"""Update rules of 2.0.8 for the runs, float64 NumPy: one object per optimizer, all tensors at once.

AdamW is not in 2.0.8: Keras 3's order (decay of the old weight by lr * weight_decay, then Adam).
"""

import numpy as np


class Rule:
    """`update(weights, gradients)` gives new weights; both are lists of arrays."""

    def __init__(self, kind, config):
        self.kind, self.config, self.n, self.slots, self.product = kind, config, 0, {}, 1.0

    def _clip(self, gradients):
        limit = self.config.get("clipnorm")
        if limit:  # one norm over all tensors
            norm = np.sqrt(sum((g * g).sum() for g in gradients))
            gradients = [g * limit / norm for g in gradients] if norm >= limit else gradients
        limit = self.config.get("clipvalue")
        return [np.clip(g, -limit, limit) for g in gradients] if limit else gradients

    def update(self, weights, gradients):
        self.n += 1
        gradients = self._clip(gradients)
        if self.kind == "Nadam":
            self._momenta()
        rule = getattr(self, f"_{self.kind.lower()}")
        return [rule(w, g, self.slots.setdefault(i, {})) for i, (w, g) in
                enumerate(zip(weights, gradients))]

    def _average(self, slots, name, value, rate):
        slots[name] = rate * slots.get(name, 0.0) + (1 - rate) * value
        return slots[name]

    def _sgd(self, w, g, slots):
        lr, mu = self.config["lr"], self.config.get("momentum", 0.0)
        v = slots["v"] = mu * slots.get("v", 0.0) - lr * g
        return w + (mu * v - lr * g if self.config.get("nesterov") else v)

    def _rmsprop(self, w, g, slots):
        a = self._average(slots, "a", g * g, self.config["rho"])
        return w - self.config["lr"] * g / (np.sqrt(a) + self.config["epsilon"])

    def _adagrad(self, w, g, slots):
        a = slots["a"] = slots.get("a", 0.0) + g * g
        return w - self.config["lr"] * g / (np.sqrt(a) + self.config["epsilon"])

    def _adadelta(self, w, g, slots):
        rho, e, d = self.config["rho"], self.config["epsilon"], slots.get("d", np.zeros_like(w))
        a = self._average(slots, "a", g * g, rho)
        u = g * np.sqrt(d + e) / np.sqrt(a + e)
        self._average(slots, "d", u * u, rho)
        return w - self.config["lr"] * u

    def _adam(self, w, g, slots):
        b1, b2 = self.config["beta_1"], self.config["beta_2"]
        m, v = self._average(slots, "m", g, b1), self._average(slots, "v", g * g, b2)
        step = self.config["lr"] * np.sqrt(1 - b2**self.n) / (1 - b1**self.n)
        return w - step * m / (np.sqrt(v) + self.config["epsilon"])

    def _adamw(self, w, g, slots):
        return self._adam(w - self.config["lr"] * self.config["weight_decay"] * w, g, slots)

    def _adamax(self, w, g, slots):
        b1, b2 = self.config["beta_1"], self.config["beta_2"]
        m = self._average(slots, "m", g, b1)
        u = slots["u"] = np.maximum(b2 * slots.get("u", 0.0), abs(g))
        return w - self.config["lr"] / (1 - b1**self.n) * m / (u + self.config["epsilon"])

    def _momenta(self):
        b1, s = self.config["beta_1"], self.config["schedule_decay"]
        self.now, self.next = (b1 * (1 - 0.5 * 0.96 ** (t * s)) for t in (self.n, self.n + 1))
        self.product *= self.now

    def _nadam(self, w, g, slots):
        b2 = self.config["beta_2"]
        m = self._average(slots, "m", g, self.config["beta_1"])
        v = self._average(slots, "v", g * g, b2)
        bar = (1 - self.now) * g / (1 - self.product) + self.next * m / (1 - self.product * self.next)
        return w - self.config["lr"] * bar / (np.sqrt(v / (1 - b2**self.n)) + self.config["epsilon"])
