"""The update rules, clipping, penalties and schedules in PyTorch (2.15.0), float64, where it means the same."""

import torch

import torch_reference  # sets one thread

NAME = torch_reference.__name__.split("_")[0]


def _optimizer(rule, dialect, c, tensors):
    lr, decay = c["learning_rate"], c["decay"]
    if rule == "sgd" and not (c["weight_decay"] or (decay and c["momentum"])):
        return torch.optim.SGD(tensors, lr, momentum=c["momentum"], nesterov=c["nesterov"])
    if dialect == "keras3":
        return None  # other places of epsilon, except in SGD
    if rule == "rmsprop":
        return torch.optim.RMSprop(tensors, lr, c["rho"], c["epsilon"])
    if rule == "adagrad":
        return torch.optim.Adagrad(tensors, lr, eps=c["epsilon"])
    if rule == "adadelta":
        return torch.optim.Adadelta(tensors, lr, c["rho"], c["epsilon"])
    if rule == "nadam":
        betas = c["beta_1"], c["beta_2"]
        return torch.optim.NAdam(tensors, lr, betas, c["epsilon"], momentum_decay=c["schedule_decay"])
    return None  # Adam, AdamW: eps after the correction; Adamax: inside the maximum


def _step(optimizer, c, n):
    for group in optimizer.param_groups:
        group["lr"] = c["learning_rate"] / (1 + c["decay"] * n)
    optimizer.step()


def rule_case(rule, dialect, config, w, gradients):
    w = torch.tensor(w, requires_grad=True)
    optimizer = _optimizer(rule, dialect, config, [w])
    if optimizer is None:
        return None
    out = []
    # NAdam keeps its product of momenta in the default type.
    torch.set_default_dtype(torch.float64)
    for n, g in enumerate(gradients):
        w.grad = torch.tensor(g)
        _step(optimizer, config, n)
        out.append(w.detach().numpy().copy())
    torch.set_default_dtype(torch.float32)
    return out


def whole_case(dialect, optimizer, regularizers, constraints, frozen, initial, gradients):
    from cases_updates import config_of

    # clip_grad_norm_ divides by the norm + 1e-6; PyTorch has no constraints, but a clamp is one.
    if "clipnorm" in optimizer or "global_clipnorm" in optimizer:
        return None
    if any(c["name"] != "non_neg" for c in constraints.values()):
        return None
    written = {k: v for k, v in optimizer.items() if k != "name" and "clip" not in k}
    config = config_of(optimizer["name"], dialect, written)
    tensors = [torch.tensor(w, requires_grad=k not in frozen) for k, w in enumerate(initial)]
    rule = _optimizer(optimizer["name"], dialect, config, [t for t in tensors if t.requires_grad])
    if rule is None:
        return None
    terms = {k: (lambda r, t: r["l1"] * t.abs().sum() + r["l2"] * t.square().sum(), r)
             for k, r in regularizers.items() if dialect == "keras2" or k not in frozen}
    total = lambda: sum((f(r, tensors[k]) for k, (f, r) in terms.items()), torch.tensor(0.0))
    values, after = [], []
    for n in range(len(gradients[0])):
        # A loss whose gradient is the given one, and the penalties: autograd adds them up.
        loss = total()
        values.append(float(loss.detach()))
        for k, t in enumerate(tensors):
            if t.requires_grad:
                loss = loss + (torch.tensor(gradients[k][n]) * t).sum()
        rule.zero_grad()
        loss.backward()
        if "clipvalue" in optimizer:
            torch.nn.utils.clip_grad_value_(tensors, optimizer["clipvalue"])
        _step(rule, config, n)
        with torch.no_grad():
            for k in constraints:
                tensors[k].clamp_(min=0)
        after.append([t.detach().numpy().copy() for t in tensors])
    return [*values, float(total().detach())], after


def run_case(rule, dialect, config, network, initial, batches):
    """Losses before each update, of layers without dropout."""
    wide = lambda a: torch.tensor(a, dtype=torch.float64)
    tensors = {index: {name: wide(t).requires_grad_() for name, t in zip(("kernel", "bias"), pair)}
               for index, pair in initial.items()}
    optimizer = _optimizer(rule, dialect, config, [t for own in tensors.values() for t in own.values()])
    if optimizer is None:
        return None
    losses = []
    torch.set_default_dtype(torch.float64)
    for n, (x, y) in enumerate(batches):
        x = wide(x)
        for index, spec in enumerate(network["layers"]):
            x = torch_reference.layer(spec["class_name"], spec["config"], x, tensors.get(index, {}),
                                      network["data_format"])
        loss = torch_reference.loss_2_0_8("categorical_crossentropy", wide(y), x).mean()
        losses.append(float(loss.detach()))
        optimizer.zero_grad()
        loss.backward()
        _step(optimizer, config, n)
    torch.set_default_dtype(torch.float32)
    return losses


# ---- schedules ----------------------------------------------------------------------------------------


def schedule_case(schedule, base, steps, epochs):
    """Rates of all updates, or None."""
    w = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([w], base, momentum=0.9)
    lr = torch.optim.lr_scheduler
    kind = schedule["name"]
    per_epoch = kind == "step"
    if kind == "one_cycle":
        more = {k: v for k, v in schedule.items() if k != "name"}
        rule = lr.OneCycleLR(optimizer, base, steps * epochs, cycle_momentum=False, **more)
    elif kind == "cosine" and not schedule.get("alpha") and not set(schedule) - {"name", "alpha"}:
        rule = lr.CosineAnnealingLR(optimizer, steps * epochs)
    elif kind == "step" and schedule.get("form") == "as_printed":
        rule = lr.ExponentialLR(optimizer, schedule["drop"] ** (1 / schedule["epochs_drop"]))
    elif kind == "step":
        rule = lr.StepLR(optimizer, int(schedule["epochs_drop"]), schedule["drop"])
    elif kind == "warmup" and "then" not in schedule:
        warm = int(schedule.get("warmup_steps") or schedule["warmup_epochs"] * steps)
        rule = lr.LinearLR(optimizer, schedule["start_factor"], total_iters=warm)
    else:
        return None
    rates = []
    # The source counts 1 + epoch, so a stage ends one epoch sooner than PyTorch's.
    for n in range((epochs + 1) if per_epoch else steps * epochs):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        rule.step()
    return [rates[1 + n // steps] for n in range(steps * epochs)] if per_epoch else rates


def plateau_case(*_):
    """PyTorch waits patience + 1 epochs before every cut, Keras 2.0.8 only before the first."""
    return None
