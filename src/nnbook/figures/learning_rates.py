"""How wide the band of rates is that work: with batch norm, without it, and from better weights."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets

from nnbook.experiments.batchnorm import GOOD, RATES, SEEDS, SERIES, learning_rates
from nnbook.figures._controls import choice, slider, switch
from nnbook.figures._figure import Figure
from nnbook.figures._html import number
from nnbook.figures._pack import pack, unpack
from nnbook.figures._predict import Choice, Number, Question
from nnbook.figures._table import Array

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Picture

FUNCTIONS = {"sigmoid": "sigmoid", "relu": "ReLU"}
FIRST = {"default": "PyTorch’s", "larger": "larger ones"}
LOW, HIGH = float(np.log10(RATES[0])), float(np.log10(RATES[-1]))


class LearningRates(Figure):
    """Test accuracy over eight rates, a dot for each of five seeds.

    `LearningRates(seeds=range(20, 25))` trains with seeds of your own; that takes a while.
    """

    figure = "learning-rates"
    title = "Learning rates that work"
    question = "How wide is the band of rates that work?"
    about = (
        "Accuracy on 360 test digits over eight learning rates on a logarithmic axis, after the "
        "same 60 updates. Squares and the dashed line are networks without batch norm, circles "
        "and the solid line networks with it: a mark for each seed, the line through the medians."
    )
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
    k = slider(-1.5, LOW, HIGH, 0.5, "rate η = 10ᵏ, k")
    runs = traitlets.Dict().tag(sync=True)  # by f: accuracy in %, (series, rates, seeds)
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

    def plot(self, picture: Picture) -> None:
        axes = picture.add_subplot()
        looks = (("C1", "s", "--", "without batch norm"), ("C0", "o", "-", "with batch norm"))
        for (color, marker, line, label), runs in zip(looks, self.pair(), strict=True):
            if marker == "o" and not self.norm:
                continue
            axes.plot(RATES, np.median(runs, axis=1), line, color=color, label=label)
            axes.plot(RATES, runs, marker, color=color, fillstyle="none", markersize=5)
        axes.axhline(100 * GOOD, color="C2", linestyle=":")
        axes.axvline(10**self.k, color="C3", linestyle=":")
        axes.set(xscale="log", ylim=(0, 103), xlabel="learning rate η", ylabel="right, %")
        axes.legend(loc="lower right")


def questions(seeds: tuple[int, ...]) -> dict[str, Question]:
    """What to predict; the counts are taken from the runs."""

    def runs(f: str, series: str, part: str = "test") -> Array:
        """The median over the seeds, in %."""
        found: Array = 100 * np.median(learning_rates(f, series, seeds)[part], axis=1)
        return found

    def count(f: str, series: str) -> int:
        return int((runs(f, series) >= 100 * GOOD).sum())

    def best(f: str, series: str) -> float:
        """At the rate that the validation pictures choose."""
        return float(runs(f, series)[runs(f, series, "validation").argmax()])

    plain, norm = (count("sigmoid", series) for series in ("PyTorch’s weights", "batch norm"))
    rival = count("sigmoid", "larger weights")
    tops = [best("sigmoid", series) for series in ("larger weights", "batch norm")]
    home = {"f": "sigmoid", "first": "default", "norm": False, "k": -1.5}
    ahead = tops[1] - tops[0]
    return {
        "without": Choice(
            ask="These are networks with two hidden layers of ReLUs, after 60 updates. Take "
            "sigmoids instead, from the same first weights, without batch norm. At how many of the "
            "eight rates are they at 90 % or above?",
            start={**home, "f": "relu"},
            then=home,
            options=(
                ("At five or more.", "The slope of a sigmoid is at most a quarter."),
                ("At one to four.", "The slope of a sigmoid is at most a quarter."),
                ("At none.", ""),
            ),
            right=2 if plain == 0 else 1 if plain < 5 else 0,
            explain=f"At {plain} of 8. Small rates leave these small weights where they are, and "
            "large ones throw them about.",
        ),
        "with": Number(
            ask="Now batch norm stands in front of each sigmoid; all else is the same. "
            "At how many of the eight rates is the middle network at 90 % or above?",
            start=home,
            then={**home, "norm": True},
            label="rates",
            truth=norm,
            tolerance=1.1,
            explain=f"Without batch norm it was {plain}. The largest rate that works is now about "
            f"{width(runs('sigmoid', 'batch norm')):.0f} times the smallest.",
            digits=0,
        ),
        "rival": Choice(
            ask="A fair rival: no batch norm, but first weights that suit the sigmoid, four times "
            "Xavier’s. Each takes the rate that is best for it on validation pictures. Then batch "
            "norm’s test accuracy is …",
            start={**home, "norm": True},
            then={**home, "first": "larger", "norm": True, "k": -0.5},
            options=(
                ("ahead by more than five points.", "It would be against PyTorch’s weights."),
                ("within five points of the rival’s.", ""),
                ("behind by more than five points.", "Batch norm costs nothing here."),
            ),
            right=0 if ahead > 5 else 1 if ahead > -5 else 2,
            explain=f"{number(tops[1], 1)} % with batch norm, {number(tops[0], 1)} % without it. "
            f"But 90 % are reached at {norm} rates against {rival}: a wider band, hardly a better "
            "best.",
        ),
    }


def width(median: Array) -> float:
    """The largest rate with 90 % by the smallest."""
    good = RATES[median >= 100 * GOOD]
    return float(good.max() / good.min()) if len(good) else 0.0
