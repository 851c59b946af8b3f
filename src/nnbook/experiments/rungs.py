"""Updates timed in a process of their own: `python -m nnbook.experiments.rungs ladder OUT.npz`.
`scale.timed` starts it with so many threads; it is a program, and may import torch."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from functools import partial
from time import perf_counter
from typing import Any

import numpy as np

from nnbook import nn, optim, peers
from nnbook.experiments import scale
from nnbook.nn.activations import Array

Update = Callable[[Array, Array], None]
Found = tuple[list[float], Array]  # milliseconds of SMALL and WIDE; SMALL's weights
Ready = tuple[Update, Callable[[], Array]]  # makes an update; gives all weights in one row
LOOPS, COMPILED, LIBRARY = "loops in Python", "NumPy’s own loops", "matrix library"
TORCH, INDUCTOR, CARD = "PyTorch", "PyTorch, compiled", "PyTorch on"


def ours(task: scale.Task, product: Callable[[Array, Array], Array] | None = None) -> Ready:
    """The library's own update; its products by `product`, or as it does them."""
    model = task.model(partial(scale.LinearBy, product) if product else nn.Linear)
    optimizer = optim.SGD(model.parameters(), task.lr, task.momentum)
    update = partial(scale.step, model, nn.CrossEntropyLoss(), optimizer)
    return update, lambda: np.concatenate([p.value.ravel() for p in model.parameters()])


def theirs(task: scale.Task, *, device: str = "cpu", compiled: bool = False) -> Ready:
    """PyTorch's update, from the same weights."""
    import torch

    model = peers.twin(task.model()).to(device)
    run: Any = torch.compile(model) if compiled else model
    loss_fn = torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), task.lr, task.momentum)
    wait = torch.accelerator.synchronize if device != "cpu" else lambda: None

    def update(x: Array, y: Array) -> None:
        loss = loss_fn(run(torch.from_numpy(x).to(device)), torch.from_numpy(y).to(device))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        wait()

    def weights() -> Array:
        return np.concatenate([p.detach().cpu().numpy().ravel() for p in model.parameters()])

    return update, weights


def milliseconds(make: Callable[[scale.Task], Ready], task: scale.Task, *, slow: bool) -> float:
    """The least time of an update: what the machine can do when nothing disturbs it.

    Of one update if it is slow, else of as many as fit into a tenth of a second, but five.
    """
    update, _ = make(task)
    x, y = task.batches()[0]
    times: list[float] = []
    while len(times) < (1 if slow else 5) or (sum(times) < 0.1 and not slow):
        start = perf_counter()
        update(x, y)
        times.append(perf_counter() - start)
    return 1000 * min(times)


def measured(make: Callable[[scale.Task], Ready], *, slow: bool = False) -> Found:
    """Milliseconds of SMALL and WIDE; SMALL's weights after its updates.

    slow: WIDE is timed on a narrower network and multiplied up, by the products of both.
    """
    update, weights = make(scale.SMALL)
    for x, y in scale.SMALL.batches():
        update(x, y)
    small = milliseconds(make, scale.SMALL, slow=False)
    times = scale.WIDE.products / scale.PROBE.products if slow else 1.0
    wide = milliseconds(make, scale.PROBE if slow else scale.WIDE, slow=slow)
    return [small, times * wide], weights()


def rungs(threads: int, *, compiled: bool = False) -> dict[str, Found]:
    """Every rung of this process by its name; with several threads the one that uses them."""
    if threads > 1:
        makes: dict[str, Callable[[scale.Task], Ready]] = {f"{LIBRARY}, {threads} threads": ours}
    else:
        makes = {
            LOOPS: partial(ours, product=scale.by_loops),
            COMPILED: partial(ours, product=scale.by_compiled_loops),
            LIBRARY: ours,
        }
    if threads == 1 and peers.available():
        makes[TORCH] = theirs
        if compiled:
            makes[INDUCTOR] = partial(theirs, compiled=True)
        if device := peers.accelerator():
            makes[f"{CARD} {device}"] = partial(theirs, device=device)
    return {name: measured(make, slow=name == LOOPS) for name, make in makes.items()}


def main() -> None:
    what, out, *options = sys.argv[1:]
    gc.disable()  # as `timeit` does
    if what == "costs":
        arrays: dict[str, Any] = {
            by: np.array([milliseconds(ours, task, slow=False) for task in tasks])
            for by, tasks in scale.COSTS.items()
        }
    elif what != "ladder":
        raise SystemExit(f"cannot time {what!r}, only costs and ladder")
    else:
        arrays = {}
        found = rungs(int(os.environ[scale.THREADS[0]]), compiled="--compiled" in options)
        for name, (times, weights) in found.items():
            arrays |= {f"{name}/time": np.array(times), f"{name}/weights": weights}
    np.savez(out, **arrays)


if __name__ == "__main__":
    main()
