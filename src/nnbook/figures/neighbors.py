"""A batch on a line: batch norm makes my output depend on whoever stands beside me."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets
from matplotlib.patches import Rectangle

from nnbook import nn
from nnbook.figures._controls import choice, slider, steps
from nnbook.figures._figure import Figure
from nnbook.figures._html import number
from nnbook.figures._pack import pack, unpack
from nnbook.figures._predict import Choice, Number, Question
from nnbook.figures._table import Array

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Picture

BATCH = (2.0, 0.0, -2.5, -1.5, -0.5, 0.5, 1.5, 3.0)  # me, my neighbor, six others
BATCHES = np.random.default_rng(1).normal(1, 2, (40, 8, 1))  # seen in training
REACH, LAST = 6.0, len(BATCHES)
PLACES = np.round(np.arange(-REACH, REACH + 0.05, 0.1), 1)  # where the neighbor can stand


class Neighbors(Figure):
    """Move my neighbor in the batch and watch my own output, in training and in use.

    `Neighbors(batch=my_numbers)` shows eight numbers of your own in [−6, 6]: the first is me, the
    second my neighbor.
    """

    figure = "neighbors"
    title = "Neighbors in a batch"
    question = "Why does my output move when you change?"
    about = (
        "Above, a batch of up to eight numbers on a line, two of them named: me and my neighbor. "
        "Below, the output of batch norm for each, joined to its input by a line. Between them two "
        "bars, from μ − σ to μ + σ: of this batch, and of the running statistics. The filled bar "
        "is the one in use."
    )
    readouts = (
        ("used", "in use: μ, σ"),
        ("normed", "my x̂ = (x − μ)/σ"),
        ("y", "my y = γ·x̂ + β"),
        ("rule", "running mean"),
    )
    columns = ("example", "x", "x̂", "y")
    ratio = 1.1

    mode = choice("train", {"train": "train()", "eval": "eval()"}, "mode")
    other = slider(0.0, -REACH, REACH, 0.1, "my neighbor’s x")
    n = slider(8, 1, 8, 1, "examples in the batch")
    gamma = slider(1.0, 0, 2, 0.1, "weight γ")
    beta = slider(0.0, -2, 2, 0.1, "bias β")
    seen = steps(20, LAST, "training batches seen", wait=300)
    values: traitlets.List[float] = traitlets.List().tag(sync=True)
    batches = traitlets.Dict().tag(sync=True)  # mean, var, scale by n − 1 and the neighbor's place
    running = traitlets.Dict().tag(sync=True)  # the same by `seen`, and the batch's own mean
    refusal = traitlets.Unicode().tag(sync=True)  # what the library says of a batch of one

    def __init__(self, batch: Sequence[float] = BATCH, **settings: Any):
        x = np.asarray(batch, np.float64)
        if x.shape != (8,) or not np.all(np.abs(x) <= REACH):
            cure = f"give eight numbers from −{REACH:g} to {REACH:g}, mine first"
            raise ValueError(f"Neighbors(batch={batch!r}): {cure}")
        self.given = x
        super().__init__(**{"other": round(x[1], 1), **settings})

    def build(self) -> dict[str, Question]:
        self.values = self.given.tolist()
        stats = np.full((3, 8, len(PLACES)), np.nan)
        for n in range(2, 9):
            for j, place in enumerate(PLACES):
                layer = norm(momentum=1.0)  # so that its running statistics are this batch's
                layer(batch(self.values, place)[:n])
                mean, unbiased = statistics(layer)
                stats[:2, n - 1, j] = mean, unbiased * (n - 1) / n
        stats[2] = 1 / np.sqrt(stats[1] + norm().eps)
        self.batches, self.running = pack(stats, "f4"), pack(history(), "f4")
        try:
            norm()(np.ones((1, 1)))
        except ValueError as error:
            self.refusal = str(error)
        return questions(self.values)

    def rows(self) -> list[tuple[float | str, ...]]:
        x, n = batch(self.values, self.other), int(self.n)
        layer = norm(self.seen, self.gamma, self.beta).train(self.mode == "train")
        there = 0 if n == 1 and layer.training else n
        y = layer(x[:there])[:, 0] if there else x[:0]
        names = ["me", "neighbor", *map(str, range(3, 9))]
        return [
            (names[k], v, *((layer.normed[k, 0], y[k]) if k < there else ("–", "–")))
            for k, v in enumerate(x[:, 0])
        ]

    def plot(self, picture: Picture) -> None:
        axes = picture.add_subplot()
        n, training = int(self.n), self.mode == "train"
        x = batch(self.values, self.other)[:, 0]
        of_batch = unpack(self.batches)[:, n - 1, round((self.other + REACH) * 10)]
        of_running = unpack(self.running)[:3, self.seen]
        rows = ((2.0, of_batch, training, "C0"), (1.2, of_running, not training, "C2"))
        for height, (mean, var, _), used, color in rows:
            if np.isfinite(mean):
                place = (mean - np.sqrt(var), height - 0.12)
                axes.add_patch(Rectangle(place, 2 * np.sqrt(var), 0.24, color=color, fill=used))
                axes.plot([mean, mean], [height - 0.2, height + 0.2], "-", color="black")
        mean, _, scale = of_batch if training else of_running
        y = self.gamma * scale * (x - mean) + self.beta
        for k in range(7, -1, -1):
            color = ("C3", "C1", "0.5")[min(k, 2)]
            axes.plot(x[k], 3, "o", color=color, fillstyle="full" if k < n else "none")
            if k < n and np.isfinite(y[k]):
                axes.plot([x[k], y[k]], [3, 0], ("-", "--")[k == 1], color=color, lw=1 + (k < 2))
                axes.plot(y[k], 0, "o", color=color)
        axes.set(xlim=(-REACH, REACH), ylim=(-0.4, 3.4), xlabel="input x above, output y below")
        axes.set_yticks([0, 1.2, 2, 3], ["outputs", "running", "this batch", "inputs"])


def norm(
    seen: int = 0, gamma: float = 1.0, beta: float = 0.0, *, momentum: float = 0.1
) -> nn.BatchNorm1d:
    """A batch norm of one feature that has seen so many of the training batches."""
    layer = nn.BatchNorm1d(1, momentum=momentum, dtype=np.float64)
    for x in BATCHES[:seen]:
        layer(x)
    layer.weight.value[:], layer.bias.value[:] = gamma, beta
    return layer


def batch(values: Sequence[float], other: float) -> Array:
    """The batch as (8, 1), with the neighbor in its place."""
    return np.array([values[0], other, *values[2:]])[:, None]


def statistics(layer: nn.BatchNorm1d) -> tuple[float, float]:
    """The running mean and variance."""
    return float(layer.running_mean[0]), float(layer.running_var[0])


def history() -> Array:
    """Running mean, variance, 1/√(variance + ε) after 0 … 40 batches, and each batch's own mean."""
    mean, var = np.array([statistics(norm(seen)) for seen in range(LAST + 1)]).T
    own = np.append(np.nan, BATCHES.mean(axis=(1, 2)))
    return np.array([mean, var, 1 / np.sqrt(var + norm().eps), own])


def questions(values: Sequence[float]) -> dict[str, Question]:
    """What to predict; every number is what the library answers."""
    home = {"mode": "train", "other": 0.0, "n": 8, "gamma": 1.0, "beta": 0.0, "seen": 20}

    def mine(other: float, n: int = 8, training: bool = True) -> float:
        return float(norm(20).train(training)(batch(values, other)[:n])[0, 0])

    me, far, near = values[0], 6.0, -1.4
    moved, still = mine(far) - mine(0.0), mine(0.0, training=False)
    first, after = BATCHES[0].mean(), statistics(norm(1))[0]
    moves = "My x has not moved, but the batch's mean and spread have."
    was = "So it was in training mode."
    return {
        "train": Choice(
            ask=f"In training mode my x is {number(me, 1)} and stays there. My neighbor moves from "
            f"0 to {number(far, 0)}. What does my output do?",
            start=home,
            then={**home, "other": far},
            options=(
                ("It rises.", moves),
                ("It falls.", moves),
                (
                    "It stays.",
                    "My x stays, but not what is taken off it and what it is divided by.",
                ),
            ),
            right=0 if moved > 0.005 else 1 if moved < -0.005 else 2,
            explain=f"It goes from {number(mine(0.0), 2)} to {number(mine(far), 2)}: the neighbor "
            "takes the batch's mean along and changes its spread.",
        ),
        "eval": Choice(
            ask=f"The same in use, after eval(): my neighbor moves from 0 to {number(far, 0)}. "
            "What does my output do?",
            start={**home, "mode": "eval"},
            then={**home, "mode": "eval", "other": far},
            options=(("It rises.", was), ("It falls.", was), ("It stays.", "")),
            right=2,
            explain=f"It is {number(still, 2)} before and {number(mine(far, 8, False), 2)} after: "
            "in use the running statistics are taken, which come from the training batches.",
        ),
        "two": Number(
            ask=f"A batch of two in training mode: me at {number(me, 1)}, my neighbor at "
            f"{number(near, 1)}, with γ = 1 and β = 0. What is my output?",
            start={**home, "n": 2},
            then={**home, "n": 2, "other": near},
            label="y",
            truth=mine(near, 2),
            tolerance=0.02,
            explain="Each of two numbers is one σ from their mean, wherever they are: move the "
            "neighbor, and my output is 1 or −1. A batch of two says which is larger, no more.",
            mistakes=(
                (-mine(near, 2), "That is the neighbor's."),
                ((me - near) / 2, "There only the mean is taken off."),
                (mine(near, 2) / 2**0.5, "That is with N − 1 in the variance; the batch's has N."),
            ),
        ),
        "momentum": Number(
            ask="The running mean begins at 0, and momentum is 0.1. The first training batch has "
            f"the mean {number(first, 2)}. What is the running mean after it?",
            start={**home, "seen": 0},
            then={**home, "seen": 1},
            label="running mean",
            truth=after,
            tolerance=0.02,
            explain="The new one is 0.9 of the old one and 0.1 of the batch's: in PyTorch, and "
            "here, momentum is the share of what is new.",
            mistakes=((float(first - after), "There momentum would be the share of what is old."),),
            digits=3,
        ),
    }
