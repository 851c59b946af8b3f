"""How wide the band of rates is that work: with batch norm, without it, and from better weights."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import traitlets

from nnbook.experiments.batchnorm import GOOD, RATES, SEEDS, SERIES, learning_rates
from nnbook.figures.kit.controls import choice, slider, switch
from nnbook.figures.kit.figure import Figure
from nnbook.figures.kit.pack import pack, unpack
from nnbook.figures.kit.predict import Question
from nnbook.figures.learning_rates.questions import questions
from nnbook.nn.activations import Array

FUNCTIONS = {"sigmoid": "sigmoid", "relu": "ReLU"}
FIRST = {"default": "PyTorch’s", "larger": "larger ones"}
LOW, HIGH = float(np.log10(RATES[0])), float(np.log10(RATES[-1]))


class LearningRates(Figure):
    """Test accuracy over thirteen rates, a dot for each of five seeds.

    `LearningRates(seeds=range(20, 25))` trains with seeds of your own; that takes a while.
    """

    figure = "learning-rates"
    title = "Learning rates that work"
    question = "How wide is the band of rates that work?"
    about = (
        "Accuracy on 360 test digits over thirteen learning rates on a logarithmic axis, after "
        "the same 60 updates. Squares and the dashed line are networks without batch norm, circles "
        "and the solid line networks with it: a mark for each seed, the line through the medians."
    )
    takes = "trains its networks, for about ten seconds the first time"
    readouts = (
        ("rate", "learning rate η"),
        ("plain", "without batch norm"),
        ("norm", "with batch norm"),
        ("count", "rates with 90 % or more"),
    )
    columns = ("rate", "without: median, %", "lowest, %", "with: median, %", "lowest, %")
    ratio = 1.15

    f = choice("relu", FUNCTIONS, "activation f")
    first = choice("default", FIRST, "first weights of the network without batch norm")
    norm = switch(False, "with batch norm beside it")
    k = slider(-1.5, LOW, HIGH, 0.25, "rate η = 10ᵏ, k")
    constants = traitlets.Dict({"good": 100 * GOOD}).tag(sync=True)  # %
    runs = traitlets.Dict().tag(sync=True)  # by f: accuracy in %, (series, rates, seeds)
    seeds: tuple[int, ...]
    rates: traitlets.List[str] = traitlets.List().tag(sync=True)  # as they are written

    def __init__(self, *, seeds: Iterable[int] = SEEDS, **settings: Any):
        self.seeds = tuple(seeds)
        if not self.seeds:
            raise ValueError("LearningRates(seeds=()): give at least one seed, range(5)")
        super().__init__(**settings)

    def build(self) -> dict[str, Question]:
        self.rates = [f"{float(f'{rate:.1g}'):g}" for rate in RATES]
        self.runs = {
            key: pack([100 * learning_rates(f, one, self.seeds)["test"] for one in SERIES], "f4")
            for key, f in FUNCTIONS.items()
        }
        return questions(self.seeds)

    def pair(self) -> tuple[Array, Array]:
        """Accuracy without batch norm and with it, in %: (rates, seeds)."""
        default, larger, norm = unpack(self.runs[self.f])
        return (larger if self.first == "larger" else default), norm

    def rows(self) -> list[tuple[float | str, ...]]:
        default, larger, norm = (
            100 * learning_rates(FUNCTIONS[self.f], one, self.seeds)["test"] for one in SERIES
        )
        plain = larger if self.first == "larger" else default
        ends = [(np.median(x, axis=1), x.min(axis=1)) for x in (plain, norm)]
        hidden = ["–"] * len(RATES)
        columns = [*ends[0], *(ends[1] if self.norm else (hidden, hidden))]
        return [(self.rates[i], *(c[i] for c in columns)) for i in range(len(RATES))]
