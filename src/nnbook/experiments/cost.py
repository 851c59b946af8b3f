"""What a network costs: multiplications counted, and the time of an update measured.
An update is forward, loss, backward and step, for one batch."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median
from time import process_time

import numpy as np
from numpy.typing import NDArray

from nnbook import nn, optim
from nnbook.experiments.backprop import multiplications, network
from nnbook.nn.activations import Array


def of_update(model: nn.Sequential, batch: int) -> int:
    """How many multiplications with weights an update takes: forward and backward, each example."""
    counts = multiplications(model)
    return batch * (counts["forward"] + counts["backward"])


def milliseconds(model: nn.Sequential, x: Array, y: NDArray[np.int64], repeat: int) -> float:
    """The median processor time of an update, on this machine, at this moment."""
    loss_fn, optimizer = nn.CrossEntropyLoss(), optim.SGD(model.parameters(), lr=0.01)
    times = []
    for _ in range(repeat):
        start = process_time()
        loss_fn(model(x), y)
        model.parameter_gradients(loss_fn.backward())
        optimizer.step()
        times.append(1000 * (process_time() - start))
    return median(times[1:])


def by_width(
    widths: Iterable[int] = (8, 32, 128, 512, 1024), *, batch: int = 64, repeat: int = 15
) -> dict[str, Array]:
    """Networks 64-W-W-10: `width`, `parameters`, `multiplications` and `milliseconds` an update."""
    rng = np.random.default_rng(0)
    x, y = rng.random((batch, 64), np.float32), rng.integers(0, 10, batch)
    found: dict[str, list[float]] = {
        name: [] for name in ("width", "parameters", "multiplications", "milliseconds")
    }
    for width in widths:
        model = network([64, width, width, 10], nn.ReLU, rng=rng)
        found["width"].append(width)
        found["parameters"].append(sum(p.value.size for p in model.parameters()))
        found["multiplications"].append(of_update(model, batch))
        found["milliseconds"].append(milliseconds(model, x, y, repeat))
    return {name: np.array(values) for name, values in found.items()}
