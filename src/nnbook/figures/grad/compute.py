"""PyTorch asked what is in .grad, and what is switched: for the figure `grad`."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np

from nnbook import nn, peers

X = np.array([[3.0], [2.0], [1.0], [1.0], [0.0], [-1.0], [-2.0], [2.0]])
CALLS = 8
EVERY = {"never": 0, "each": 1, "second": 2}
MODES = ("train", "eval")
KEYS = [f"{mode} {graph}" for mode in MODES for graph in ("graph", "no_grad")]


class Observed(NamedTuple):
    """What PyTorch did in one mode, with or without a graph."""

    grads: dict[str, list[float | None]]  # by `zero`: before any call and after each
    error: str  # what Python said to backward()
    lamps: list[bool]  # dropout is on, batch norm uses the batch, a graph is recorded
    made: str  # y.grad_fn


def network() -> nn.Sequential:
    """Batch norm, dropout, one weight w = 1 and a bias of 0."""
    linear = nn.Linear(1, 1)
    for parameter, value in zip(linear.parameters(), (1.0, 0.0), strict=True):
        nn.init.constant_(parameter, value)
    return nn.Sequential(nn.BatchNorm1d(1), nn.Dropout(0.5), linear).to(np.float64)


@cache
def observed(key: str) -> Observed:
    """Ask PyTorch, in the mode and with or without the graph that the key names."""
    mode, graph = key.split()
    model, recorded = network().train(mode == "train"), graph == "graph"
    grads, said = {}, ""
    for zero, n in EVERY.items():
        batch, loss_fn = (X, X / 2), nn.HalfSquaredLoss()
        pressed = peers.press_backward(model, loss_fn, batch, CALLS, zero_every=n, graph=recorded)
        assert pressed
        grads[zero] = [None if np.isnan(v) else round(float(v), 6) for v in pressed[0]]
        said = pressed[1]
    seen = peers.watch(model, X, graph=recorded)
    assert seen
    lamps = [seen.dropout_is_on, seen.of_batch, seen.graph != "None"]
    return Observed(grads, said, lamps, seen.graph)
