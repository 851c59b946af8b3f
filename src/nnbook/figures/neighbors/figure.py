"""A batch on a line: batch norm makes my output depend on whoever stands beside me."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import traitlets

from nnbook.figures.kit.controls import choice, slider, steps
from nnbook.figures.kit.figure import Figure
from nnbook.figures.kit.pack import pack
from nnbook.figures.kit.predict import Question
from nnbook.figures.neighbors.compute import (
    LAST,
    MOMENTUM,
    PLACES,
    REACH,
    batch,
    history,
    norm,
    statistics,
)
from nnbook.figures.neighbors.questions import questions
from nnbook.nn.activations import Array

BATCH = (2.0, 0.0, -2.5, -1.5, -0.5, 0.5, 1.5, 3.0)  # me, my neighbor, six others


class Neighbors(Figure):
    """Move my neighbor in the batch and watch my own output, in training and in evaluation.

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
        ("used", "μ, σ in use"),
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
    constants = traitlets.Dict({"momentum": MOMENTUM}).tag(sync=True)
    given: Array
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
        x, n = batch(self.values, self.other), self.n
        layer = norm(self.seen, self.gamma, self.beta).train(self.mode == "train")
        there = 0 if n == 1 and layer.training else n
        y = layer(x[:there])[:, 0] if there else x[:0]
        names = ["me", "neighbor", *map(str, range(3, 9))]
        return [
            (names[k], v, *((layer.normed[k, 0], y[k]) if k < there else ("–", "–")))
            for k, v in enumerate(x[:, 0])
        ]
