"""The same training steps in PyTorch, to lay beside `fireside bench --device gpu` on the same card.

    python3 tests/peers/torch_bench.py [--steps 100]

Prints a line of JSON per workload and mode (eager, compiled): median and 95th percentile of a step in milliseconds,
with the loss read every ten steps. Data are random numbers of MNIST's shape: time does not depend on them.
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


WORKLOADS = [
    ("13.3@200", mlp, 200), ("13.4@8", small, 8), ("13.4@64", small, 64), ("13.4@200", small, 200),
    ("13.5@64", large, 64), ("13.5@200", large, 200), ("002-LENET@128", lenet, 128),
]


def measure(make, batch, steps, compiled):
    torch.manual_seed(7)
    device = "cuda"
    network = make().to(device)
    optimizer = torch.optim.Adam(network.parameters(), lr=0.001, eps=1e-8)
    pictures = torch.rand(batch, 1, 28, 28)
    labels = torch.randint(0, 10, (batch,))

    def step(x, y):
        optimizer.zero_grad(set_to_none=True)
        loss = nn.functional.cross_entropy(network(x), y)
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
    for name, make, batch in WORKLOADS:
        for compiled in (False, True):
            row = {"workload": name, "mode": "compiled" if compiled else "eager", "torch": torch.__version__}
            try:
                first, median, p95 = measure(make, batch, steps, compiled)
                row |= {"first_step": first, "median": median, "p95": p95}
            except Exception as error:  # noqa: BLE001 -- a mode that this machine cannot do is a row, too
                row["failed"] = str(error)[:200]
            print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
