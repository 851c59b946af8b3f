"""Loss curves at four learning rates, with several seeds: what a rate looks like that is too low,
good, high, or too high. The figure `curves` shows them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import islice

import numpy as np

from nnbook import nn, optim
from nnbook.experiments.sgd import batches, digits, network
from nnbook.experiments.side_by_side import descend, stacked, together
from nnbook.nn.activations import Array

RATES = {"low": 0.01, "good": 0.2, "high": 0.6, "over": 1.5}
SEEDS = (0, 1, 2, 3, 4)
EVERY, UPDATES = 8, 400


def curves(seeds: Sequence[int] = SEEDS) -> dict[str, Array]:
    """By rate: the loss on all training digits (seeds, looks), every 8 updates from the first."""
    return {name: run(lr, tuple(seeds))[0] for name, lr in RATES.items()}


def on(seeds: Sequence[int] = SEEDS) -> dict[str, Array]:
    """By rate: the share (seeds,) of the last hidden units that are on for any training digit."""
    return {name: run(lr, tuple(seeds))[1] for name, lr in RATES.items()}


@cache
def run(lr: float, seeds: tuple[int, ...]) -> tuple[Array, Array]:
    """64-32-32-10 networks of ReLUs that learn from batches of 32: their losses (seeds, looks), and
    the shares (seeds,) of their last hidden units that are on for any training digit in the end."""
    d, rngs = digits(), [np.random.default_rng(seed) for seed in seeds]
    models = together([network([64, 32, 32, 10], nn.ReLU, gain=1, rng=rng) for rng in rngs])
    feed = stacked([batches(d.x, d.y, 32, rng) for rng in rngs])
    loss_fn, losses = nn.CrossEntropyLoss(), []
    total, optimizer = nn.CrossEntropyLoss("sum"), optim.SGD(models.parameters(), lr)
    with np.errstate(all="ignore"):  # a rate that is too high
        for done in range(0, UPDATES + 1, EVERY):
            losses.append([loss_fn(logits, d.y) for logits in models(d.x[None])])
            some = islice(feed, min(EVERY, UPDATES + 1 - done))
            descend(models, total, optimizer, some)
        hidden = models[:-1](d.x[None])
    return np.transpose(losses), np.mean((hidden > 0).any(axis=1), axis=1)
