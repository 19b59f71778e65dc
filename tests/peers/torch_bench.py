"""The same training steps in PyTorch, to lay beside `fireside bench --device gpu` on the same card.

    python3 tests/peers/torch_bench.py [--steps 100]

Prints a line of JSON per workload and mode (eager, compiled): median and 95th percentile of a step in milliseconds,
with the loss read every ten steps. Data are random numbers of each workload's shape: time does not depend on them.
"""

import argparse
import json
import statistics
import time

import torch
from torch import nn


def mlp():
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 784), nn.ReLU(), nn.Linear(784, 10))


def small():
    return nn.Sequential(
        nn.Conv2d(1, 32, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Dropout(0.2), nn.Flatten(),
        nn.Linear(32 * 12 * 12, 128), nn.ReLU(), nn.Linear(128, 10),
    )


def large():
    return nn.Sequential(
        nn.Conv2d(1, 30, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(30, 15, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Dropout(0.2), nn.Flatten(), nn.Linear(375, 128), nn.ReLU(), nn.Linear(128, 50), nn.ReLU(),
        nn.Linear(50, 10),
    )


def lenet():
    return nn.Sequential(
        nn.Conv2d(1, 20, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(20, 50, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(800, 500), nn.ReLU(), nn.Linear(500, 10),
    )


def window(inputs, outputs):
    return [nn.Conv2d(inputs, outputs, 3, padding="same"), nn.ReLU()]


def colour_simple():
    return nn.Sequential(
        *window(3, 32), nn.Dropout(0.2), *window(32, 32), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(8192, 512), nn.ReLU(), nn.Dropout(0.5), nn.Linear(512, 10),
    )


def colour_large():
    pairs = [
        layer
        for inputs, outputs in ((3, 32), (32, 64), (64, 128))
        for layer in (*window(inputs, outputs), nn.Dropout(0.2), *window(outputs, outputs), nn.MaxPool2d(2))
    ]
    return nn.Sequential(
        *pairs, nn.Flatten(), nn.Dropout(0.2), nn.Linear(2048, 1024), nn.ReLU(), nn.Dropout(0.2),
        nn.Linear(1024, 512), nn.ReLU(), nn.Dropout(0.2), nn.Linear(512, 10),
    )


class Phrases(nn.Module):
    """16.5: places are flattened before channels, as in Keras."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(5000, 32)
        self.convolution = nn.Conv1d(32, 32, 3, padding="same")
        self.dense = nn.Sequential(nn.Linear(8000, 250), nn.ReLU(), nn.Linear(250, 1))

    def forward(self, x):
        x = nn.functional.relu(self.convolution(self.embedding(x).transpose(1, 2)))
        return self.dense(nn.functional.max_pool1d(x, 2).transpose(1, 2).flatten(1))


class Memory(nn.Module):
    """20.2. PyTorch's LSTM has sigmoid gates, not Keras 2's hard ones: of the same size, not the same network."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(5000, 32)
        self.lstm = nn.LSTM(32, 100, batch_first=True)
        self.dense = nn.Linear(100, 1)

    def forward(self, x):
        return self.dense(self.lstm(self.embedding(x))[0][:, -1])


def keep_norms(network):
    """Keras 2's max_norm(3) over axis 0: a kernel's rows (PyTorch's axis 2), a unit's incoming weights (axis 1)."""
    with torch.no_grad():
        for layer in list(network.modules()):
            if isinstance(layer, (nn.Conv2d, nn.Linear)) and layer.weight.shape[0] != 10:
                axis = 2 if isinstance(layer, nn.Conv2d) else 1
                norm = layer.weight.square().sum(axis, keepdim=True).sqrt()
                layer.weight.mul_(norm.clamp(max=3) / (norm + 1e-7))


class KerasSgd:
    """SGD of 15.3 and 15.4: the rate, which decays with every update, is inside of the velocity."""

    def __init__(self, network, device):
        self.network = network
        self.velocities = [torch.zeros_like(weight) for weight in network.parameters()]
        # A tensor: a compiled step would be compiled again for every number.
        self.updates = torch.zeros((), device=device)

    def zero_grad(self, set_to_none):
        self.network.zero_grad(set_to_none=set_to_none)

    def step(self):
        with torch.no_grad():
            rate = 0.01 / (1 + 0.0004 * self.updates)
            self.updates += 1
            for weight, velocity in zip(self.network.parameters(), self.velocities):
                velocity.mul_(0.9).sub_(rate * weight.grad)
                weight.add_(velocity)
        keep_norms(self.network)


# Name, network, batch, shape of a row (one number: ids of so many words).
WORKLOADS = [
    ("13.3@200", mlp, 200, (1, 28, 28)), ("13.4@8", small, 8, (1, 28, 28)), ("13.4@64", small, 64, (1, 28, 28)),
    ("13.4@200", small, 200, (1, 28, 28)), ("13.5@64", large, 64, (1, 28, 28)), ("13.5@200", large, 200, (1, 28, 28)),
    ("002-LENET@128", lenet, 128, (1, 28, 28)),
    ("15.3@32", colour_simple, 32, (3, 32, 32)), ("15.4@32", colour_large, 32, (3, 32, 32)),
    ("16.5@128", Phrases, 128, (500,)), ("20.2 of 100 words@32, sigmoid gates", Memory, 32, (100,)),
]


def measure(make, batch, shape, steps, compiled, device="cuda"):
    torch.manual_seed(7)
    network = make().to(device)
    if shape[0] == 3:
        optimizer = KerasSgd(network, device)
    else:
        optimizer = torch.optim.Adam(network.parameters(), lr=0.001, eps=1e-8)
    words = len(shape) == 1
    pictures = torch.randint(0, 5000, (batch, *shape)) if words else torch.rand(batch, *shape)
    labels = torch.randint(0, 2, (batch, 1)).float() if words else torch.randint(0, 10, (batch,))
    cost = nn.functional.binary_cross_entropy_with_logits if words else nn.functional.cross_entropy

    def step(x, y):
        optimizer.zero_grad(set_to_none=True)
        loss = cost(network(x), y)
        loss.backward()
        optimizer.step()
        return loss.detach()

    run = torch.compile(step, mode="reduce-overhead") if compiled else step
    began = time.perf_counter()
    run(pictures.to(device), labels.to(device)).item()
    first = time.perf_counter() - began
    times = []
    for group in range((steps + 20) // 10):
        began = time.perf_counter()
        for _ in range(10):
            # The batch comes from the host, as ours does.
            loss = run(pictures.to(device, non_blocking=True), labels.to(device, non_blocking=True))
        loss.item()
        if group >= 2:
            times.append((time.perf_counter() - began) / 10 * 1e3)
    times.sort()
    return first * 1e3, statistics.median(times), times[round((len(times) - 1) * 0.95)]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=100)
    steps = parser.parse_args().steps
    # fp32 as ours: no TF32.
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    for name, make, batch, shape in WORKLOADS:
        for compiled in (False, True):
            row = {"workload": name, "mode": "compiled" if compiled else "eager", "torch": torch.__version__}
            try:
                first, median, p95 = measure(make, batch, shape, steps, compiled)
                row |= {"first_step": first, "median": median, "p95": p95}
            except Exception as error:  # noqa: BLE001 -- a mode that this machine cannot do is a row, too
                row["failed"] = str(error)[:200]
            print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
