"""The second set of layers in PyTorch, gradients by autograd.

Written against PyTorch 2.15.0. Pictures are (n, c, h, w), sequences (n, steps, features), kernels in Keras
layout. What differs from Keras is bridged here and said so.
"""

import torch
import torch.nn.functional as F

from torch_reference import _pad

ACTIVATIONS = {
    "linear": lambda x: x,
    "relu": torch.relu,
    "leaky_relu": lambda x: F.leaky_relu(x, 0.2),  # PyTorch's own slope is 0.01
    "elu": F.elu,
    "selu": F.selu,
    "swish": F.silu,
    "silu": F.silu,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "softplus": F.softplus,
    "softsign": F.softsign,
}


def activate(config, x, dialect, key="activation"):
    name = config.get(key, "linear")
    if name == "softmax":
        return torch.softmax(x, 1 if x.ndim == 4 else -1)
    if name == "gelu":
        return F.gelu(x, approximate="tanh" if config.get("approximate") else "none")
    if name == "hard_sigmoid":
        # PyTorch's own (slope 1/6) has a gradient rounded to float32.
        return torch.clamp(0.2 * x + 0.5 if dialect == "keras2" else x / 6 + 0.5, 0, 1)
    return ACTIVATIONS[name](x)


def _pad_window(x, size, strides, mode, dilation, fill=0.0):
    reach = [(k - 1) * d + 1 for k, d in zip(size, dilation)]
    if mode == "causal":
        return F.pad(x, [reach[0] - 1, 0], value=fill)
    return _pad(x, reach, strides, mode, fill)


def _many(value, axes):
    return [value] * axes if isinstance(value, int) else list(value)


def _convolve(x, kernel, bias, config, axes, groups=1, dilation=None):
    """`kernel` in PyTorch's layout (out, in / groups, *size)."""
    strides = _many(config.get("strides", 1), axes)
    dilation = _many(dilation or config.get("dilation_rate", 1), axes)
    x = _pad_window(x, kernel.shape[2:], strides, config["padding"], dilation)
    function = F.conv1d if axes == 1 else F.conv2d
    return function(x, kernel, bias, stride=strides, dilation=dilation, groups=groups)


def _depthwise(x, kernel, bias, config, dilation=None):
    """(kh, kw, c, m) is a convolution with c groups of m filters."""
    kh, kw, channels, multiplier = kernel.shape
    kernel = kernel.permute(2, 3, 0, 1).reshape(channels * multiplier, 1, kh, kw)
    return _convolve(x, kernel, bias, config, 2, channels, dilation)


def _pool(kind, config, x, axes):
    size = _many(config["pool_size"], axes)
    strides = _many(config.get("strides") or size, axes)
    pad = lambda a, fill: _pad(a, size, strides, config.get("padding", "valid"), fill)
    if kind.startswith("Max"):
        return (F.max_pool1d if axes == 1 else F.max_pool2d)(pad(x, -torch.inf), size, strides)
    average = F.avg_pool1d if axes == 1 else F.avg_pool2d
    # Divided by the real cells only, as Keras does.
    return average(pad(x, 0.0), size, strides) / average(pad(torch.ones_like(x), 0.0), size, strides)


def recurrent(kind, config, x, w, dialect):
    """Step by step: PyTorch's own cells have other gates, orders and biases."""
    n, units = len(x), config["units"]
    h, c, out = x.new_zeros(n, units), x.new_zeros(n, units), []
    gate = lambda v: activate(config, v, dialect, "recurrent_activation")
    act = lambda v: activate(config, v, dialect)
    projected = x @ w["kernel"] + w["bias"] if "bias" in w else x @ w["kernel"]
    recurrent_kernel = w["recurrent_kernel"]
    for a in projected.unbind(1):
        if kind == "SimpleRNN":
            h = act(torch.addmm(a, h, recurrent_kernel))
        elif kind == "LSTM":
            i, f, g, o = torch.addmm(a, h, recurrent_kernel).chunk(4, 1)
            c = gate(f) * c + gate(i) * act(g)
            h = gate(o) * act(c)
        else:
            zr = gate(a[:, : 2 * units] + h @ recurrent_kernel[:, : 2 * units])
            z, r = zr.chunk(2, 1)
            new = act(a[:, 2 * units :] + (r * h) @ recurrent_kernel[:, 2 * units :])
            h = torch.lerp(new, h, z)
        out.append(h)
    return torch.stack(out, 1) if config.get("return_sequences") else h


def _bidirectional(config, x, w, dialect):
    kind, inner = config["layer"]["class_name"], config["layer"]["config"]
    own = lambda side: {k.split("/")[1]: v for k, v in w.items() if k.startswith(side)}
    a = recurrent(kind, inner, x, own("forward"), dialect)
    b = recurrent(kind, inner, x.flip(1), own("backward"), dialect)
    b = b.flip(1) if inner.get("return_sequences") else b
    return {"concat": lambda: torch.cat([a, b], -1), "sum": lambda: a + b,
            "mul": lambda: a * b, "ave": lambda: (a + b) / 2}[config["merge_mode"]]()


def _attention(config, x, w):
    """All heads at once, by PyTorch's scaled_dot_product_attention."""
    def project(part):
        y = torch.einsum("nsd,dhk->nhsk", x, w[f"{part}/kernel"])
        return y + w[f"{part}/bias"][:, None] if f"{part}/bias" in w else y

    y = F.scaled_dot_product_attention(project("query"), project("key"), project("value"),
                                       is_causal=bool(config.get("use_causal_mask")))
    y = torch.einsum("nhsk,hkd->nsd", y, w["attention_output/kernel"])
    return y + w["attention_output/bias"] if "attention_output/bias" in w else y


def stored(a, data_format):
    return a.permute(0, 2, 3, 1) if data_format == "channels_last" and a.ndim == 4 else a


def unstored(a, data_format):
    return a.permute(0, 3, 1, 2) if data_format == "channels_last" and a.ndim == 4 else a


def _batch_normalization(config, x, w, mode):
    y = x.transpose(1, 2) if x.ndim == 3 else x
    y = F.batch_norm(y, None if mode == "train" else w["moving_mean"],
                     None if mode == "train" else w["moving_variance"], w.get("gamma"),
                     w.get("beta"), training=mode == "train", eps=config["epsilon"])
    return y.transpose(1, 2) if x.ndim == 3 else y


def moving(config, x, w):
    """PyTorch's own running variance is unbiased; here it is the batch's."""
    flat = x.transpose(0, 1).flatten(1).T if x.ndim == 4 else x.reshape(-1, x.shape[-1])
    m = config["momentum"]
    return {"moving_mean": torch.lerp(flat.mean(0), w["moving_mean"], m),
            "moving_variance": torch.lerp(flat.var(0, unbiased=False), w["moving_variance"], m)}


def forward(kind, config, x, w, data_format, dialect="keras2", mode="use", mask=None):
    act = lambda y: activate(config, y, dialect)
    match kind:
        case "Conv1D":
            kernel, groups = w["kernel"].permute(2, 1, 0), config.get("groups", 1)
            y = _convolve(x.transpose(1, 2), kernel, w.get("bias"), config, 1, groups)
            return act(y.transpose(1, 2))
        case "Conv2D":
            kernel, groups = w["kernel"].permute(3, 2, 0, 1), config.get("groups", 1)
            return act(_convolve(x, kernel, w.get("bias"), config, 2, groups))
        case "DepthwiseConv2D":
            return act(_depthwise(x, w["depthwise_kernel"], w.get("bias"), config))
        case "SeparableConv2D":
            y = _depthwise(x, w["depthwise_kernel"], None, config, 1 if dialect == "keras2" else None)
            return act(F.conv2d(y, w["pointwise_kernel"].permute(3, 2, 0, 1), w.get("bias")))
        case "MaxPooling1D" | "AveragePooling1D":
            return _pool(kind, config, x.transpose(1, 2), 1).transpose(1, 2)
        case "MaxPooling2D" | "AveragePooling2D":
            return _pool(kind, config, x, 2)
        case "GlobalMaxPooling1D":
            return F.adaptive_max_pool1d(x.transpose(1, 2), 1)[..., 0]
        case "GlobalAveragePooling1D":
            return F.adaptive_avg_pool1d(x.transpose(1, 2), 1)[..., 0]
        case "GlobalMaxPooling2D":
            return F.adaptive_max_pool2d(x, 1)[..., 0, 0]
        case "GlobalAveragePooling2D":
            return F.adaptive_avg_pool2d(x, 1)[..., 0, 0]
        case "Flatten":
            return torch.flatten(stored(x, data_format), 1)
        case "Reshape":
            y = stored(x, data_format).reshape(len(x), *config["target_shape"])
            return unstored(y, data_format)
        case "Permute":
            return unstored(stored(x, data_format).permute(0, *config["dims"]), data_format)
        case "ZeroPadding2D":
            (top, bottom), (left, right) = [
                [p, p] if isinstance(p, int) else p for p in _many(config["padding"], 2)]
            return F.pad(x, [left, right, top, bottom])
        case "UpSampling2D":
            return F.interpolate(x, scale_factor=_many(config["size"], 2), mode="nearest")
        case "Dropout" | "SpatialDropout1D" | "SpatialDropout2D":
            return x if mode == "use" else x * mask
        case "BatchNormalization":
            return _batch_normalization(config, x, w, mode)
        case "LayerNormalization":
            return F.layer_norm(x, x.shape[-1:], w.get("gamma"), w.get("beta"), config["epsilon"])
        case "Dense":
            return act(F.linear(x, w["kernel"].T, w.get("bias")))
        case "Embedding":
            return F.embedding(x.long(), w["embeddings"])
        case "PositionEmbedding":
            return x + F.embedding(torch.arange(x.shape[1]), w["embeddings"])
        case "MultiHeadAttention":
            return _attention(config, x, w)
        case "SimpleRNN" | "LSTM" | "GRU":
            return recurrent(kind, config, x, w, dialect)
        case "Bidirectional":
            return _bidirectional(config, x, w, dialect)
        case "TimeDistributed":  # time folded into the batch
            inner = config["layer"]
            y = forward(inner["class_name"], inner["config"], x.flatten(0, 1), w, data_format, dialect)
            return y.unflatten(0, x.shape[:2])
        case "Add":
            return torch.stack(x).sum(0)
        case "Multiply":
            return torch.stack(x).prod(0)
        case "Concatenate":
            return unstored(torch.cat([stored(a, data_format) for a in x], config["axis"]), data_format)
        case "Activation":
            return act(x)
        case "LeakyReLU":
            return F.leaky_relu(x, config["negative_slope" if dialect == "keras3" else "alpha"])
        case "ELU":
            return F.elu(x, config["alpha"])
    raise ValueError(kind)


def layer_case(case):
    """Output, gradients of the inputs (None for ids), of the trainable weights, and moving averages."""
    ids = case["class_name"] == "Embedding"
    several = isinstance(case["input"], list)
    inputs = [torch.tensor(a, dtype=torch.float64, requires_grad=not ids)
              for a in (case["input"] if several else [case["input"]])]
    trainable = [k for k in case["weights"] if not k.startswith("moving")]
    w = {k: torch.tensor(v, dtype=torch.float64, requires_grad=k in trainable)
         for k, v in case["weights"].items()}
    mask = None if case["mask"] is None else torch.tensor(case["mask"])
    y = forward(case["class_name"], case["config"], inputs if several else inputs[0], w,
                case["data_format"], case["dialect"], case["mode"], mask)
    leaves = [*([] if ids else inputs), *(w[k] for k in trainable)]
    grads = torch.autograd.grad(y, leaves, torch.tensor(case["upstream"]))
    grads = [g.numpy() for g in grads]
    count = 0 if ids else len(inputs)
    after = {}
    if case["class_name"] == "BatchNormalization" and case["mode"] == "train":
        after = {k: v.detach().numpy() for k, v in moving(case["config"], inputs[0], w).items()}
    return (y.detach().numpy(), None if ids else grads[:count],
            dict(zip(trainable, grads[count:])), after)
