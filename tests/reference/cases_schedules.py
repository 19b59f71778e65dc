"""Learning-rate schedules: cases, and the formulas in NumPy. Fields as in the language of experiments."""

import numpy as np

from output import numbers

STEPS, EPOCHS = 4, 8

# Name, schedule, base rate, decay of the optimizer.
SCHEDULES = [
    ("decay", None, 0.1, 0.005),
    ("exponential", {"name": "exponential", "decay_rate": 0.9}, 0.1, 0.0),
    ("exponential_stairs", {"name": "exponential", "decay_rate": 0.5, "decay_epochs": 2, "staircase": True}, 0.1, 0.0),
    ("exponential_steps", {"name": "exponential", "decay_rate": 0.96, "decay_steps": 10}, 0.01, 0.0),
    ("exponential_and_decay", {"name": "exponential", "decay_rate": 0.9}, 0.1, 0.01),
    ("step", {"name": "step", "drop": 0.5, "epochs_drop": 3}, 0.1, 0.0),
    ("step_as_printed", {"name": "step", "drop": 0.5, "epochs_drop": 10, "form": "as_printed"}, 0.1, 0.0),
    ("cosine", {"name": "cosine"}, 0.1, 0.0),
    ("cosine_short", {"name": "cosine", "decay_steps": 20, "alpha": 0.1}, 0.1, 0.0),
    ("one_cycle", {"name": "one_cycle"}, 0.1, 0.0),
    ("one_cycle_steep", {"name": "one_cycle", "pct_start": 0.5, "div_factor": 10.0, "final_div_factor": 100.0}, 1.0, 0.0),
    ("piecewise", {"name": "piecewise", "boundaries": [1, 3, 6], "values": [0.05, 0.01, 0.002, 0.0004]}, 0.1, 0.0),
    ("warmup", {"name": "warmup", "warmup_steps": 6, "start_factor": 0.25}, 0.1, 0.0),
    ("warmup_cosine", {"name": "warmup", "warmup_epochs": 2, "then": {"name": "cosine"}}, 0.1, 0.0),
    ("warmup_step", {"name": "warmup", "warmup_epochs": 1, "start_factor": 0.5,
                     "then": {"name": "step", "drop": 0.1, "epochs_drop": 2}}, 0.1, 0.0),
]

FLAT = [1.0] * 9
ACC = [0.5, 0.6, 0.6, 0.59, 0.6, 0.61, 0.61005, 0.6, 0.6, 0.6]
WAVY = [1.0, 0.9, 0.9, 0.89995, 0.8, 0.8, 0.8, 0.8, 0.79, 0.79, 0.79, 0.79, 0.79, 0.79]

# Name, schedule, monitored value per epoch. Each in both dialects.
PLATEAUS = [
    ("flat", {"patience": 2, "factor": 0.5}, FLAT),
    ("no_patience", {"patience": 0, "factor": 0.5}, FLAT),
    ("cooldown", {"patience": 1, "factor": 0.5, "cooldown": 2}, FLAT),
    ("floor", {"patience": 1, "factor": 0.1, "min_lr": 0.002}, FLAT),
    ("wavy", {"patience": 2, "factor": 0.5, "cooldown": 1}, WAVY),
    ("accuracy", {"monitor": "val_accuracy", "patience": 1, "factor": 0.5}, ACC),
    ("nan", {"patience": 1, "factor": 0.5}, [1.0, float("nan"), float("nan"), 0.5, 0.6, 0.6]),
]


def rate(schedule, base, n, steps, epochs):
    """The rate of update n, from 0."""
    if schedule is None:
        return base
    kind, epoch = schedule["name"], n // steps
    total = steps * epochs
    if kind == "exponential":
        passed = n / (schedule.get("decay_steps") or schedule.get("decay_epochs", 1) * steps)
        return base * schedule["decay_rate"] ** (np.floor(passed) if schedule.get("staircase") else passed)
    if kind == "step":
        drop, every = schedule["drop"], schedule["epochs_drop"]
        if schedule.get("form") == "as_printed":
            return base * drop ** (np.floor(1 + epoch) / every)
        return base * drop ** np.floor((1 + epoch) / every)
    if kind == "cosine":
        span, alpha = schedule.get("decay_steps", total), schedule.get("alpha", 0.0)
        return base * ((1 - alpha) * 0.5 * (1 + np.cos(np.pi * min(n, span) / span)) + alpha)
    if kind == "one_cycle":
        low = base / schedule.get("div_factor", 25.0)
        peak = schedule.get("pct_start", 0.3) * total - 1
        between = lambda start, end, p: end + (start - end) / 2 * (1 + np.cos(np.pi * p))
        if n <= peak:
            return between(low, base, n / peak)
        return between(base, low / schedule.get("final_div_factor", 1e4), (n - peak) / (total - 1 - peak))
    if kind == "piecewise":
        return schedule["values"][int(np.searchsorted(schedule["boundaries"], epoch))]
    warm = schedule.get("warmup_steps") or schedule["warmup_epochs"] * steps
    if n < warm:
        start = base * schedule.get("start_factor", 0.0)
        return start + (base - start) * n / warm
    # The second schedule counts from the end of the warm-up, and its run is what is left.
    return rate(schedule.get("then"), base, n - warm, steps, epochs - warm / steps)


def plateau(dialect, schedule, base, values):
    """Rates after each epoch, after `ReduceLROnPlateau` of 2.0.8 or of 3."""
    highest = "acc" in schedule.get("monitor", "val_loss")
    patience, delta, floor = schedule["patience"], 1e-4, schedule.get("min_lr", 0.0)
    best, wait, cooldown, lr, rates = (-np.inf if highest else np.inf), 0, 0, base, []
    for value in values:
        if cooldown > 0:
            cooldown, wait = cooldown - 1, 0
        if value > best + delta if highest else value < best - delta:
            best, wait = value, 0
        elif cooldown == 0:
            if dialect == "keras3":
                wait += 1
            if wait >= patience and lr > floor * (1.0001 if dialect == "keras2" else 1.0):
                lr, wait, cooldown = max(lr * schedule["factor"], floor), 0, schedule.get("cooldown", 0)
            if dialect == "keras2":
                wait += 1
        rates.append(lr)
    return rates


def make(agreement, write, versions, libraries):
    """Writes `schedules.json`."""
    rows = []
    for name, schedule, base, decay in SCHEDULES:
        plain = [rate(schedule, base, n, STEPS, EPOCHS) for n in range(STEPS * EPOCHS)]
        agreed = ["numpy"]
        for library in libraries:
            got = schedule and library.schedule_case(schedule, base, STEPS, EPOCHS)
            if got is not None:
                agreed.append(library.NAME)
                agreement.check(f"schedules, {library.NAME} with NumPy: rates", 1e-9, got, plain, name)
        rows.append({"name": name, "schedule": schedule, "learning_rate": base, "decay": decay,
                     "agreed": agreed, "rates": numbers(r / (1 + decay * n) for n, r in enumerate(plain))})
    waits = []
    for name, schedule, values in PLATEAUS:
        for dialect in ("keras2", "keras3"):
            schedule = {"name": "reduce_on_plateau", **schedule}
            rates = plateau(dialect, schedule, 0.1, values)
            agreed = ["numpy"]
            for library in libraries:
                got = library.plateau_case(dialect, schedule, 0.1, values)
                if got is not None:
                    agreed.append(library.NAME)
                    agreement.check(f"plateaus, {library.NAME} with NumPy: rates", 1e-9, got, rates, name)
            waits.append({"name": f"{name}_{dialect}", "dialect": dialect, "schedule": schedule,
                          "learning_rate": 0.1, "agreed": agreed,
                          "values": [None if np.isnan(v) else v for v in values], "rates": numbers(rates)})
    head = {"versions": versions, "steps_per_epoch": STEPS, "epochs": EPOCHS}
    write("schedules.json", head, schedules=rows, plateaus=waits)
