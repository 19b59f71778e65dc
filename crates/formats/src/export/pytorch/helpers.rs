//! What Keras has and PyTorch has not, in Python: each part behind the word that asks for it.

/// Function or class name, and its text.
pub(super) const HELPERS: &[(&str, &str)] = &[
    (
        "max_pool",
        r#"def max_pool(x, size, strides, padding):
    """The largest of each window; cells outside of the picture never are."""
    return F.max_pool2d(F.pad(x, padding, value=-math.inf), size, strides)
"#,
    ),
    (
        "average_pool",
        r#"def average_pool(x, size, strides, padding):
    """The mean of the real cells of each window."""
    cells = F.avg_pool2d(F.pad(torch.ones_like(x[:1, :1]), padding), size, strides)
    return F.avg_pool2d(F.pad(x, padding), size, strides) / cells
"#,
    ),
    (
        "over_steps",
        r#"def over_steps(function, x):
    """Lets a sequence (rows, steps, features) slide as a picture one row high."""
    return function(x.transpose(1, 2).unsqueeze(2)).squeeze(2).transpose(1, 2)
"#,
    ),
    (
        "each_step",
        r#"def each_step(function, x):
    """The same on every step."""
    return function(x.flatten(0, 1)).unflatten(0, (len(x), -1))
"#,
    ),
    (
        "Normalization",
        r#"class Normalization(nn.Module):
    """(x - mean) / sqrt(variance + epsilon) * gamma + beta, as Keras's BatchNormalization, or (momentum None)
    LayerNormalization; `axis` is that of the channels or features. Fixed, it uses what it carries in training, too."""

    fixed = False

    def __init__(self, features, axis, epsilon, momentum=None, scale=True, center=True):
        super().__init__()
        self.axis, self.epsilon, self.momentum = axis, epsilon, momentum
        self.gamma = nn.Parameter(torch.ones(features)) if scale else None
        self.beta = nn.Parameter(torch.zeros(features)) if center else None
        if momentum is not None:
            self.register_buffer("moving_mean", torch.zeros(features))
            self.register_buffer("moving_variance", torch.ones(features))

    def forward(self, x):
        shape = [1] * x.ndim
        shape[self.axis] = -1
        over = [self.axis] if self.momentum is None else [axis for axis in range(x.ndim) if axis != self.axis]
        if self.momentum is not None and (self.fixed or not self.training):
            mean, variance = self.moving_mean.view(shape), self.moving_variance.view(shape)
        else:
            mean, variance = x.mean(over, keepdim=True), x.var(over, unbiased=False, keepdim=True)
            if self.momentum is not None:
                with torch.no_grad():
                    self.moving_mean.lerp_(mean.flatten(), 1 - self.momentum)
                    self.moving_variance.lerp_(variance.flatten(), 1 - self.momentum)
        x = (x - mean) / (variance + self.epsilon).sqrt()
        if self.gamma is not None:
            x = x * self.gamma.view(shape)
        return x if self.beta is None else x + self.beta.view(shape)
"#,
    ),
    (
        "PositionEmbedding",
        r#"class PositionEmbedding(nn.Module):
    """Adds a learned row to every step."""

    def __init__(self, length, features):
        super().__init__()
        self.embeddings = nn.Parameter(torch.zeros(length, features))

    def forward(self, x):
        return x + self.embeddings[: x.shape[1]]
"#,
    ),
    (
        "MultiHeadAttention",
        r#"class MultiHeadAttention(nn.Module):
    """softmax(Q K^T / sqrt(key_dim)) V per head; kernels in Keras's layout (features, heads, size)."""

    def __init__(self, features, seen, heads, key_dim, value_dim, bias=True, causal=False, dropout=0.0):
        super().__init__()
        self.causal, self.dropout, self.scale = causal, dropout, key_dim**-0.5
        for name, inputs, size in ("query", features, key_dim), ("key", seen, key_dim), ("value", seen, value_dim):
            self.register_parameter(f"{name}_kernel", nn.Parameter(torch.zeros(inputs, heads, size)))
            self.register_parameter(f"{name}_bias", nn.Parameter(torch.zeros(heads, size)) if bias else None)
        self.attention_output_kernel = nn.Parameter(torch.zeros(heads, value_dim, features))
        self.attention_output_bias = nn.Parameter(torch.zeros(features)) if bias else None

    def project(self, x, name):
        y = torch.einsum("nsf,fhd->nhsd", x, getattr(self, f"{name}_kernel"))
        bias = getattr(self, f"{name}_bias")
        return y if bias is None else y + bias[:, None]

    def forward(self, x, seen, mask=None):
        query, key, value = self.project(x, "query"), self.project(seen, "key"), self.project(seen, "value")
        scores = query @ key.transpose(2, 3) * self.scale
        if self.causal:
            later = torch.ones(scores.shape[2:], dtype=torch.bool, device=x.device).triu(1)
            scores = scores.masked_fill(later, -1e9)
        if mask is not None:
            scores = scores.masked_fill(~mask[:, None, None], -1e9)
        shares = F.dropout(scores.softmax(-1), self.dropout, self.training)
        y = torch.einsum("nhsd,hdf->nsf", shares @ value, self.attention_output_kernel)
        return y if self.attention_output_bias is None else y + self.attention_output_bias
"#,
    ),
    (
        "Recurrent",
        r#"class Recurrent(nn.Module):
    """Keras's SimpleRNN, GRU (parts z, r, h) and LSTM (i, f, c, o); kernels in Keras's layout."""

    def __init__(self, cell, inputs, units, activation, gate=torch.sigmoid, bias=True, reset_after=False,
                 sequences=False, backwards=False, stateful=False, dropout=0.0, recurrent_dropout=0.0, masks=1):
        super().__init__()
        self.cell, self.units, self.activation, self.gate = cell, units, activation, gate
        self.reset_after, self.sequences, self.backwards, self.stateful = reset_after, sequences, backwards, stateful
        self.dropout, self.recurrent_dropout, self.masks, self.state = dropout, recurrent_dropout, masks, None
        self.parts = {"SimpleRNN": 1, "GRU": 3, "LSTM": 4}[cell]
        width = self.parts * units
        self.kernel = nn.Parameter(torch.zeros(inputs, width))
        self.recurrent_kernel = nn.Parameter(torch.zeros(units, width))
        self.bias = nn.Parameter(torch.zeros(2, width) if reset_after else torch.zeros(width)) if bias else None

    def drawn(self, like, rate):
        """Dropout's factors, the same for all steps: one set for every part, or one for all."""
        if not self.training or rate == 0:
            return None
        masks = [F.dropout(torch.ones_like(like), rate) for _ in range(self.masks)]
        return masks * (self.parts // self.masks)

    def product(self, x, weight, masks):
        if masks is None:
            return (x @ weight).chunk(self.parts, 1)
        return [(x * mask) @ part for mask, part in zip(masks, weight.chunk(self.parts, 1))]

    def step(self, x, h, c, masks):
        x = self.product(x, self.kernel, masks[0])
        if self.bias is not None:
            bias = self.bias[0] if self.reset_after else self.bias
            x = [part + own for part, own in zip(x, bias.chunk(self.parts))]
        if self.cell == "GRU" and not self.reset_after:
            u = self.recurrent_kernel.chunk(3, 1)
            z_h, r_h, own = [h * mask for mask in masks[1]] if masks[1] else [h] * 3
            z, r = self.gate(x[0] + z_h @ u[0]), self.gate(x[1] + r_h @ u[1])
            return z * h + (1 - z) * self.activation(x[2] + (r * own) @ u[2]), c
        s = self.product(h, self.recurrent_kernel, masks[1])
        if self.cell == "GRU":
            if self.bias is not None:
                s = [part + own for part, own in zip(s, self.bias[1].chunk(3))]
            z, r = self.gate(x[0] + s[0]), self.gate(x[1] + s[1])
            return z * h + (1 - z) * self.activation(x[2] + r * s[2]), c
        if self.cell == "SimpleRNN":
            return self.activation(x[0] + s[0]), c
        i, f, o = self.gate(x[0] + s[0]), self.gate(x[1] + s[1]), self.gate(x[3] + s[3])
        c = f * c + i * self.activation(x[2] + s[2])
        return o * self.activation(c), c

    def forward(self, x, mask=None):
        h = c = x.new_zeros(len(x), self.units)
        if self.stateful and self.state is not None and len(self.state[0]) == len(x):
            h, c = self.state
        masks = self.drawn(x[:, 0], self.dropout), self.drawn(h, self.recurrent_dropout)
        steps, outputs = range(x.shape[1]), []
        for t in reversed(steps) if self.backwards else steps:
            new_h, new_c = self.step(x[:, t], h, c, masks)
            if mask is not None:
                # A padded step carries on what was.
                new_h, new_c = (torch.where(mask[:, t, None], new, old) for new, old in ((new_h, h), (new_c, c)))
            h, c = new_h, new_c
            outputs.append(h)
        if self.stateful:
            self.state = h.detach(), c.detach()
        return torch.stack(outputs, 1) if self.sequences else h
"#,
    ),
    (
        "both_ways",
        r#"def both_ways(layers, merge, x, mask=None):
    """A layer that reads forwards and its twin that reads backwards; every step stands where it stood."""
    a, b = (layer(x, mask) for layer in layers)
    if layers[0].sequences:
        b = b.flip(1)
    return {"concat": torch.cat((a, b), -1), "sum": a + b, "mul": a * b, "ave": (a + b) / 2}[merge]
"#,
    ),
    (
        "orthogonal",
        r#"def orthogonal(tensor, gain):
    """Orthonormal rows or columns of the tensor as a matrix (all leading axes, last axis)."""
    matrix = torch.empty(tensor.shape[:-1].numel(), tensor.shape[-1])
    tensor.copy_(nn.init.orthogonal_(matrix, gain).reshape(tensor.shape))
"#,
    ),
    (
        "limit",
        r#"def limit(tensor, axes, low, high, rate):
    """Brings the norms over `axes` between `low` and `high`."""
    norm = tensor.square().sum(axes, keepdim=True).sqrt()
    tensor.mul_((rate * norm.clamp(low, high) + (1 - rate) * norm) / (norm + 1e-7))
"#,
    ),
];

/// Reading, answering, and the command line.
pub(super) const MAIN: &str = r#"def load(model, path):
    """Puts the weights of a file into the network."""
    arrays = read_tensors(path)
    with torch.no_grad():
        for name, tensor in model.tensors().items():
            tensor.copy_(torch.as_tensor(arrays[name].copy()).reshape(tensor.shape))


def save(model, path):
    """Writes the weights as .npz, under the same names."""
    np.savez(path, **{name: tensor.detach().numpy() for name, tensor in model.tensors().items()})


def predict(model, inputs):
    model.eval()
    with torch.no_grad():
        batches = zip(*(tensor.split(BATCH_SIZE) for tensor in inputs))
        return torch.cat([model(*batch) for batch in batches])


if __name__ == "__main__":
    command, weights, *files = sys.argv[1:] or [""]
    if command not in ("predict", "train"):
        sys.exit(__doc__)
    model = Network()
    reset(model)
    if weights != "-":
        load(model, weights)
    arrays = [torch.as_tensor(np.load(file)) for file in files[:-1]]
    inputs = [array.float() for array in (arrays if command == "predict" else arrays[:-1])]
    if command == "predict":
        np.save(files[-1], predict(model, inputs).numpy())
    else:
        train(model, inputs, arrays[-1])
        save(model, files[-1])
"#;
