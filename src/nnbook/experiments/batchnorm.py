"""Batch normalization put to the test on the digits: claims C15 to C19, each with a fair rival.

The rival is the same network without it, from first weights that suit it: larger ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import islice, pairwise
from time import process_time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnbook import nn, optim
from nnbook.experiments import sgd
from nnbook.experiments.side_by_side import apart, descend, stacked, together

Array = NDArray[Any]
Seeds = Sequence[int]
Rng = np.random.Generator
Weights = Callable[[nn.Parameter, Rng], object]  # fills a weight
Norm = Callable[[int, Rng], nn.Layer]  # a layer for so many features
SEEDS = tuple(range(5))
RATES = 10 ** np.arange(-2, 1.1, 0.25)  # 0.01 to 10, four in each tenfold
GOOD = 0.9  # right on 90 % of the held-out pictures


def normal(std: float) -> Weights:
    """First weights w ~ N(0, std²)."""

    def fill(weight: nn.Parameter, rng: Rng) -> None:
        weight.value[:] = rng.normal(0, std, weight.value.shape)

    return fill


def four_times_xavier(weight: nn.Parameter, rng: Rng) -> None:
    """First weights that suit a sigmoid: Xavier's, four times as large."""
    nn.init.xavier_normal_(weight, gain=4, rng=rng)


def he(weight: nn.Parameter, rng: Rng) -> None:
    """First weights that suit a ReLU."""
    nn.init.kaiming_normal_(weight, rng=rng)


def batch_norm(n: int, rng: Rng) -> nn.Layer:
    """The library's batch norm for n features."""
    return nn.BatchNorm1d(n)


class Shake(nn.Layer):
    """y = s ⊙ x + t in training, with a new random s and t for each feature at every step.

    Behind batch norm it takes away again what that has made steady.
    Source: after Santurkar et al. 2018, arXiv:1805.11604, section 2.1.
    """

    def __init__(self, rng: Rng) -> None:
        self.rng = rng

    def forward(self, x: Any) -> Array:
        self.s, t = np.ones_like(x[0]), np.zeros_like(x[0])
        if self.training:
            self.s += self.rng.uniform(-0.5, 0.5, x.shape[1])
            t += self.rng.normal(0, 0.5, x.shape[1])
        return np.asarray(self.s * x + t)

    def input_gradient(self, grad: Any) -> Array:
        return np.asarray(self.s * grad)


def shaken_batch_norm(n: int, rng: Rng) -> nn.Layer:
    """Batch norm whose steadiness is destroyed right behind it."""
    return nn.Sequential(nn.BatchNorm1d(n), Shake(rng))


def network(
    sizes: Sequence[int],
    f: Callable[[], nn.Layer],
    rng: Rng,
    norm: Norm | None = None,
    weights: Weights | None = None,
) -> nn.Sequential:
    """Linear, norm if there is one, f, and so on; the last layer is linear alone.

    Without `weights` the first ones are PyTorch's default. In front of a norm there is no bias:
    it would be subtracted again.
    """
    layers: list[nn.Layer] = []
    for k, (n_in, n_out) in enumerate(pairwise(sizes), start=2):
        last = k == len(sizes)
        linear = nn.Linear(n_in, n_out, bias=last or not norm, rng=rng)
        if weights:
            weights(linear.weight, rng)
        layers.append(linear)
        if not last:
            layers += [norm(n_out, rng), f()] if norm else [f()]
    return nn.Sequential(*layers)


def updates(
    model: nn.Sequential,
    x: Array,
    y: Array,
    rng: Rng,
    *,
    lr: float,
    steps: int,
    batch: int = 60,
    momentum: float = 0.0,
) -> Iterator[int]:
    """Train, one update at a time, saying how many there were; ends where the loss overflows."""
    loss_fn = nn.CrossEntropyLoss()
    optimizer = optim.SGD(model.parameters(), lr, momentum)
    for step in range(1, steps + 1):
        i = rng.integers(0, len(x), batch)
        if not np.isfinite(loss_fn(model(x[i]), y[i])):
            return
        model.parameter_gradients(loss_fn.backward())
        optimizer.step()
        yield step


def draws(x: Array, y: Array, batch: int, rng: Rng) -> Iterator[tuple[Array, Array]]:
    """Batches without end, each drawn from all examples."""
    while True:
        i = rng.integers(0, len(x), batch)
        yield x[i], y[i]


def milliseconds(norm: Norm | None, steps: int = 60) -> float:
    """Processor time of one update of the network of `race`, on this machine, at this moment."""
    rng = np.random.default_rng(0)
    model = network([64, 64, 64, 64, 10], nn.Sigmoid, rng, norm)
    start = process_time()
    for _ in updates(model, *digits()["train"], rng, lr=1.0, steps=steps):
        pass
    return 1000 * (process_time() - start) / steps


def in_use(model: nn.Sequential, x: Array) -> Array:
    """The logits after eval(), of 60 examples at a time: products as small as that stay on one
    processor, where on a busy machine two would wait for each other."""
    model.eval()
    logits = [model(x[..., i : i + 60, :]) for i in range(0, x.shape[-2], 60)]
    model.train()
    return np.concatenate(logits, axis=-2)


def accuracy(model: nn.Sequential, x: Array, y: Array) -> float:
    """The share that is right, with the network as in use."""
    return float(np.mean(in_use(model, x).argmax(axis=1) == y))


def accuracies_of(models: nn.Sequential, x: Array, y: Array) -> Array:
    """The same of networks side by side, (S,)."""
    return np.asarray(np.mean(in_use(models, x[None]).argmax(axis=2) == y, axis=1))


def digits() -> dict[str, tuple[Array, Array]]:
    """1,077 pictures to train with, 360 for validation, 360 for the test."""
    d = sgd.digits()
    return {
        "train": (d.x, d.y),
        "validation": (d.x_val, d.y_val),
        "test": (d.x_test, d.y_test),
    }


# C15: the speed-up, as in Figure 1 of Ioffe & Szegedy.

ARMS: dict[str, tuple[Norm | None, Weights, int]] = {
    "small weights": (None, normal(0.15), 700),
    "larger weights": (None, four_times_xavier, 300),
    "batch norm": (batch_norm, normal(0.15), 300),
}
SHAKEN: tuple[Norm | None, Weights, int] = (shaken_batch_norm, normal(0.15), 150)
LOOKS = np.array([*range(10, 201, 10), *range(225, 701, 25)])  # after how many updates
WINDOW = 300
Run = tuple[nn.Sequential, Array, Array]


def race(arm: str, seed: int) -> Run:
    """The trained network, not to be changed; its accuracy at each look, (looks,); and what goes
    into its last sigmoids, for ten of them the 15th, 50th and 85th percentile over the test
    pictures, (looks, 3, 10)."""
    return _race(arm, SEEDS if seed in SEEDS else (seed,))[seed]


@cache
def _race(arm: str, seeds: tuple[int, ...]) -> dict[int, Run]:
    norm, weights, steps = {**ARMS, "shaken batch norm": SHAKEN}[arm]
    rngs = [np.random.default_rng(seed) for seed in seeds]
    sizes, (x, y) = [64, 64, 64, 64, 10], digits()["test"]
    each = [network(sizes, nn.Sigmoid, rng, norm, weights) for rng in rngs]
    models, loss_fn = together(each), nn.CrossEntropyLoss("sum")
    optimizer = optim.SGD(models.parameters(), 1.0)
    feed = stacked([draws(*digits()["train"], 60, rng) for rng in rngs])
    right, spread = [], []
    for more in np.diff(LOOKS[steps >= LOOKS], prepend=0):
        descend(models, loss_fn, optimizer, islice(feed, more))
        a, logits = into_last(models, x[None])
        right.append(np.mean(logits.argmax(axis=2) == y, axis=1))
        spread.append(np.percentile(a[:, :, :10], [15, 50, 85], axis=1))
    apart(models, each)
    runs = zip(each, np.transpose(right), np.moveaxis(np.array(spread), 2, 0), strict=True)
    return dict(zip(seeds, runs, strict=True))


def into_last(model: nn.Sequential, x: Array) -> tuple[Array, Array]:
    """What goes into the last hidden activation, and the logits, with the network as in use."""
    below = nn.Sequential(*model.layers[:-2])
    above = nn.Sequential(*model.layers[-2:])
    a = in_use(below, x)
    return a, in_use(above, a)


def speed_up(
    seeds: Seeds = SEEDS, arms: Iterable[str] = tuple(ARMS)
) -> dict[str, dict[str, Array]]:
    """For each arm: `right` (seeds, looks), the accuracy at LOOKS; `reached` (seeds,), the updates
    until it is 90 %, infinite if never; `spread` (seeds, looks, 3, 10), as in `race`; `moved`
    (seeds,), how far the middle of a last sigmoid's inputs wanders in the first WINDOW updates, the
    mean over ten of them; `bands`, the same in widths of the band at their end."""
    found = {}
    for arm in arms:
        runs = [race(arm, seed) for seed in seeds]
        right = np.array([run[1] for run in runs])
        first = np.argmax(right >= GOOD, axis=1)
        reached = np.where((right >= GOOD).any(axis=1), LOOKS[first], np.inf)
        spread = np.array([run[2] for run in runs])
        early = spread[:, : np.sum(LOOKS <= WINDOW)]  # the same window for every arm
        wander, width = np.ptp(early[:, :, 1], axis=1), early[:, -1, 2] - early[:, -1, 0]
        found[arm] = {"right": right, "reached": reached, "spread": spread}
        found[arm] |= {"moved": wander.mean(axis=1), "bands": (wander / width).mean(axis=1)}
    return found


# C18: all rates, with the figure LearningRates.

SERIES = ("PyTorch’s weights", "larger weights", "batch norm")
SUITS = {"sigmoid": four_times_xavier, "ReLU": he}


def learning_rates(f: str, series: str, seeds: Seeds = SEEDS) -> dict[str, Array]:
    """`validation` and `test` (rates, seeds): the accuracy after 60 updates at each of RATES.

    f is "sigmoid" or "ReLU"; batch norm starts from PyTorch's weights. With momentum 0.9, so that
    60 updates are enough to learn.
    """
    return _learning_rates(f, series, tuple(seeds))


@cache
def _learning_rates(f: str, series: str, seeds: tuple[int, ...]) -> dict[str, Array]:
    layer = {"sigmoid": nn.Sigmoid, "ReLU": nn.ReLU}[f]
    norm = batch_norm if series == "batch norm" else None
    weights = SUITS[f] if series == "larger weights" else None
    found = {part: np.zeros((len(RATES), len(seeds))) for part in ("validation", "test")}
    rngs = [np.random.default_rng(seed) for seed in seeds]
    untrained = [network([64, 48, 48, 10], layer, rng, norm, weights) for rng in rngs]
    feed = stacked([draws(*digits()["train"], 80, rng) for rng in rngs])
    batches = [*islice(feed, 60)]  # the same at each rate
    for k, lr in enumerate(RATES):
        models, loss_fn = together(untrained), nn.CrossEntropyLoss("sum")
        optimizer = optim.SGD(models.parameters(), lr, 0.9)
        with np.errstate(all="ignore"):  # at the largest rates numbers overflow
            descend(models, loss_fn, optimizer, batches, until_overflow=True)
            for part, right in found.items():
                right[k] = accuracies_of(models, *digits()[part])
    return found
