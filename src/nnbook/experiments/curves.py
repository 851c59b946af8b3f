"""Loss curves at four learning rates, with several seeds: what a rate looks like that is too low,
good, high, or too high. The figure `curves` shows them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from nnbook import nn, optim
from nnbook.experiments.sgd import batches, digits, network
from nnbook.nn.activations import Array

RATES = {"low": 0.01, "good": 0.2, "high": 0.6, "over": 1.5}
SEEDS = (0, 1, 2, 3, 4)
EVERY, UPDATES = 8, 400


@cache
def curves(seeds: Sequence[int] = SEEDS) -> dict[str, Array]:
    """By rate: the loss on all training digits (seeds, looks), every 8 updates from the first."""
    return {name: np.array([run(lr, seed)[0] for seed in seeds]) for name, lr in RATES.items()}


@cache
def on(seeds: Sequence[int] = SEEDS) -> dict[str, Array]:
    """By rate: the share (seeds,) of the last hidden units that are on for any training digit."""
    return {name: np.array([run(lr, seed)[1] for seed in seeds]) for name, lr in RATES.items()}


@cache
def run(lr: float, seed: int) -> tuple[Array, float]:
    """One 64-32-32-10 network of ReLUs that learns from batches of 32: its losses, and the share
    of its last hidden units that are on for any training digit in the end."""
    d, rng = digits(), np.random.default_rng(seed)
    model = network([64, 32, 32, 10], nn.ReLU, gain=1, rng=rng)
    loss_fn, optimizer = nn.CrossEntropyLoss(), optim.SGD(model.parameters(), lr)
    feed, losses = batches(d.x, d.y, 32, rng), []
    with np.errstate(all="ignore"):  # a rate that is too high
        for update in range(UPDATES + 1):
            if update % EVERY == 0:
                losses.append(loss_fn(model(d.x), d.y))
            x, y = next(feed)
            loss_fn(model(x), y)
            model.parameter_gradients(loss_fn.backward())
            optimizer.step()
        hidden = model[:-1](d.x)
    return np.array(losses), float((hidden > 0).any(axis=0).mean())
