"""Inputs of the recurrent cases. Numbers are multiples of 1/64 as in cases.py; weights are small enough that
neither gates nor states saturate."""

import numpy as np

from cases import Draw

GATES = {"SimpleRNN": 1, "GRU": 3, "LSTM": 4}
SAMPLES, INPUTS, UNITS = 2, 2, 3


def _case(draw, name, kind, steps=5, dialect="keras2", use_bias=True, states=False, input_masks=0,
          recurrent_masks=0, step_mask=False, samples=SAMPLES, units=UNITS, reach=0.75, **config):
    gates = GATES[kind]
    config = {"units": units, "activation": "tanh", "use_bias": use_bias, "return_sequences": True,
              "go_backwards": False} | config
    if kind != "SimpleRNN":
        config.setdefault("recurrent_activation", "hard_sigmoid" if dialect == "keras2" else "sigmoid")
    if kind == "GRU":
        config.setdefault("reset_after", dialect == "keras3")
    two = config.get("reset_after", False)
    weights = {"kernel": draw.grid(INPUTS, gates * units, reach=reach),
               "recurrent_kernel": draw.grid(units, gates * units, reach=reach)}
    if use_bias:
        shape = (2, gates * units) if two else (gates * units,)
        weights["bias"] = draw.grid(*shape, reach=0.5)
    state = [draw.grid(samples, units, reach=1.0) for _ in range(2 if kind == "LSTM" else 1)]

    def masks(count, width):
        """Dropout at rate 1/5; at least one factor is zero, at least one is not."""
        kept = draw.random.random((count, samples, width)) >= 0.2
        kept[0, 0, 0], kept[-1, -1, -1] = False, True
        return kept / 0.8

    steps_mask = np.ones((samples, steps))
    if step_mask:  # padding before the first real step, a gap, padding behind the last one
        steps_mask[0, :2], steps_mask[0, 3] = 0, 0
        steps_mask[-1, -1] = 0
    return {"name": name, "class_name": kind, "dialect": dialect, "config": config,
            "input": draw.grid(samples, steps, INPUTS), "weights": weights,
            "state": state if states else None,
            "input_masks": masks(input_masks, INPUTS) if input_masks else None,
            "recurrent_masks": masks(recurrent_masks, units) if recurrent_masks else None,
            "step_mask": steps_mask if step_mask else None}


def recurrent():
    """All cases, without upstream gradients."""
    draw = Draw(20180806)
    entries = []

    def add(name, kind, **more):
        entries.append(_case(draw, name, kind, **more))

    for kind, short in (("SimpleRNN", "simple"), ("GRU", "gru"), ("LSTM", "lstm")):
        gates = GATES[kind]
        add(f"{short}_plain", kind)
        add(f"{short}_last_step_no_bias", kind, use_bias=False, return_sequences=False)
        add(f"{short}_state_backwards", kind, states=True, go_backwards=True)
        add(f"{short}_step_mask", kind, step_mask=True)
        add(f"{short}_step_mask_backwards_state", kind, step_mask=True, go_backwards=True, states=True)
        add(f"{short}_dropout_per_gate", kind, input_masks=gates, recurrent_masks=gates)
        add(f"{short}_50_steps", kind, steps=50, samples=1, reach=0.5, step_mask=True,
            return_sequences=False)
    add("lstm_one_mask_for_all", "LSTM", input_masks=1, recurrent_masks=1, step_mask=True)
    add("lstm_relu", "LSTM", activation="relu", reach=0.5)
    add("gru_linear_sigmoid", "GRU", activation="linear", recurrent_activation="sigmoid", reach=0.5)
    add("simple_relu", "SimpleRNN", activation="relu", reach=0.5)
    add("lstm_keras3", "LSTM", dialect="keras3", states=True)
    add("lstm_keras3_hard_sigmoid", "LSTM", dialect="keras3", recurrent_activation="hard_sigmoid")
    add("gru_keras3", "GRU", dialect="keras3")
    add("gru_keras3_no_bias", "GRU", dialect="keras3", use_bias=False, go_backwards=True)
    add("gru_keras3_masks_state", "GRU", dialect="keras3", states=True, step_mask=True, input_masks=3,
        recurrent_masks=3)
    add("gru_keras3_50_steps", "GRU", dialect="keras3", steps=50, samples=1, reach=0.5,
        return_sequences=False)
    return draw, entries
