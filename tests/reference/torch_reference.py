"""The same layers, losses, optimizers and runs in PyTorch, gradients by autograd.

Written against PyTorch 2.15.0 (CPU is enough). Pictures are (n, c, h, w), kernels in Keras layout.
"""

import numpy as np
import torch
import torch.nn.functional as F

import networks

torch.set_num_threads(1)
VERSION = torch.__version__.split("+")[0]

ACTIVATIONS = {
    "linear": lambda x: x,
    "relu": torch.relu,
    "softmax": lambda x: torch.softmax(x, -1),
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "hard_sigmoid": lambda x: torch.clamp(0.2 * x + 0.5, 0, 1),  # PyTorch's own has slope 1/6
    "elu": F.elu,
    "selu": F.selu,
    "softplus": F.softplus,
}


def _pad(x, size, strides, mode, fill):
    """TensorFlow's `same`: PyTorch only knows symmetric padding when the stride is not 1."""
    pads = []
    for length, window, stride in reversed(list(zip(x.shape[2:], size, strides))):
        out = -(-length // stride)
        total = max((out - 1) * stride + window - length, 0) if mode == "same" else 0
        pads += [total // 2, total - total // 2]
    return F.pad(x, pads, value=fill)


def layer(kind, config, x, weights, data_format="channels_first", mask=None):
    if kind == "Dense":
        y = x @ weights["kernel"]
        return ACTIVATIONS[config["activation"]](y + weights["bias"] if "bias" in weights else y)
    if kind == "Conv2D":
        x = _pad(x, config["kernel_size"], config["strides"], config["padding"], 0.0)
        kernel = weights["kernel"].permute(3, 2, 0, 1)
        y = F.conv2d(x, kernel, weights.get("bias"), stride=config["strides"])
        return ACTIVATIONS[config["activation"]](y)
    if kind in ("MaxPooling2D", "AveragePooling2D"):
        args = config["pool_size"], config["strides"], config["padding"]
        size, strides = config["pool_size"], config["strides"]
        if kind == "MaxPooling2D":
            return F.max_pool2d(_pad(x, *args, -torch.inf), size, strides)
        area = F.avg_pool2d(_pad(torch.ones_like(x), *args, 0.0), size, strides)
        return F.avg_pool2d(_pad(x, *args, 0.0), size, strides) / area
    if kind == "Flatten":
        if data_format == "channels_last" and x.ndim == 4:
            x = x.permute(0, 2, 3, 1)
        return torch.flatten(x, 1)
    if kind == "Dropout":
        return x if mask is None else x * mask
    raise ValueError(kind)


def layer_case(case):
    """Output, gradient of the input, gradients of the weights, in float64."""
    leaf = lambda a: torch.tensor(a, dtype=torch.float64, requires_grad=True)
    x, weights = leaf(case["input"]), {k: leaf(v) for k, v in case["weights"].items()}
    mask = None if case["mask"] is None else torch.tensor(case["mask"])
    y = layer(case["class_name"], case["config"], x, weights, case["data_format"], mask)
    grads = torch.autograd.grad(y, [x, *weights.values()], torch.tensor(case["upstream"]))
    grads = [g.numpy() for g in grads]
    return y.detach().numpy(), grads[0], dict(zip(weights, grads[1:]))


def loss_2_0_8(name, y, p):
    """Mean loss by the formulas of 2.0.8 (PyTorch's own losses start from logits or clip elsewhere)."""
    e = 1e-7
    if name == "mse":
        return F.mse_loss(p, y)
    if name == "categorical_crossentropy":
        q = p / p.sum(-1, keepdim=True)
        return -(y * torch.log(torch.clamp(q, e, 1 - e))).sum(-1).mean()
    c = torch.clamp(p, e, 1 - e)
    if name == "sparse_categorical_crossentropy":
        return F.cross_entropy(torch.log(c), y[:, 0])
    if name == "binary_crossentropy":
        return F.binary_cross_entropy_with_logits(torch.log(c / (1 - c)), y)
    raise ValueError(name)


def loss_case(name, y, p):
    """Mean loss and its gradient with respect to the probabilities, float64."""
    p = torch.tensor(p, requires_grad=True)
    value = loss_2_0_8(name, torch.tensor(y), p)
    value.backward()
    return value.item(), p.grad.numpy()


def optimizer_case(kind, config, w, gradients):
    """Weights after each update with torch.optim, or None where its formula is another one."""
    w = torch.tensor(w, requires_grad=True)
    if kind == "SGD":
        # With a changing rate PyTorch's buffer differs: it keeps the rate outside.
        if config.get("decay") and config.get("momentum"):
            return None
        momentum, nesterov = config.get("momentum", 0.0), config.get("nesterov", False)
        optimizer = torch.optim.SGD([w], config["lr"], momentum=momentum, nesterov=nesterov)
    elif kind == "RMSprop":
        optimizer = torch.optim.RMSprop([w], config["lr"], config["rho"], config["epsilon"])
    else:
        return None  # torch.optim.Adam adds eps after bias correction
    out = []
    for n, g in enumerate(gradients):
        for group in optimizer.param_groups:
            group["lr"] = config["lr"] / (1 + config.get("decay", 0.0) * n)
        w.grad = torch.tensor(g)
        optimizer.step()
        out.append(w.detach().numpy().copy())
    return out


def run(network, initial, batches, masks, dtype):
    """As numpy_reference.run, in the given precision."""
    kind = getattr(torch, dtype)
    tensor = lambda a: torch.tensor(np.asarray(a), dtype=kind)
    tensors = {
        index: {name: tensor(t).requires_grad_() for name, t in zip(("kernel", "bias"), pair)}
        for index, pair in initial.items()
    }
    keys = [(index, name) for index, pair in tensors.items() for name in pair]
    leaves = [tensors[index][name] for index, name in keys]
    moments = [(torch.zeros_like(w), torch.zeros_like(w)) for w in leaves]

    def forward(x, mask):
        for index, spec in enumerate(network["layers"]):
            x = layer(spec["class_name"], spec["config"], x, tensors.get(index, {}),
                      network["data_format"], mask.get(index))
        return x

    losses, first = [], {}
    b1, b2, eps = (networks.ADAM[k] for k in ("beta_1", "beta_2", "epsilon"))
    for step, (x, y) in enumerate(batches):
        x, y = tensor(x), tensor(y)
        if step == 0:
            first["probabilities"] = forward(x[:4], {}).detach().numpy()
        p = forward(x, {k: tensor(m) for k, m in masks[step].items()})
        value = loss_2_0_8("categorical_crossentropy", y, p)
        losses.append(value.item())
        gradients = torch.autograd.grad(value, leaves)
        if step == 0:
            first["gradients"] = {k: g.numpy().copy() for k, g in zip(keys, gradients)}
        lr = networks.ADAM["lr"] * np.sqrt(1 - b2 ** (step + 1)) / (1 - b1 ** (step + 1))
        with torch.no_grad():
            for w, g, (m, v) in zip(leaves, gradients, moments):
                m.mul_(b1).add_(g, alpha=1 - b1)
                v.mul_(b2).addcmul_(g, g, value=1 - b2)
                w.sub_(lr * m / (v.sqrt() + eps))
    last = {k: w.detach().numpy() for k, w in zip(keys, leaves)}
    return {"losses": np.array(losses), **first, "weights": last}
