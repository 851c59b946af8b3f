"""What the figure `learning-rates` asks: how many rates work, with batch norm and without."""

from __future__ import annotations

import numpy as np

from nnbook.experiments.batchnorm import GOOD, RATES, learning_rates
from nnbook.figures.kit.predict import Choice, Number, Question
from nnbook.nn.activations import Array
from nnbook.notebook.numbers import number


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
            "thirteen rates are they at 90 % or above?",
            before={**home, "f": "relu"},
            after=home,
            options=(
                ("At five or more.", "The slope of a sigmoid is at most a quarter."),
                ("At one to four.", "The slope of a sigmoid is at most a quarter."),
                ("At none.", ""),
            ),
            right=2 if plain == 0 else 1 if plain < 5 else 0,
            explain=f"At {plain} of {len(RATES)}. Small rates leave these small weights where they "
            "are, and large ones throw them about.",
        ),
        "with": Number(
            ask="Now batch norm stands in front of each sigmoid; all else is the same. "
            "At how many of the thirteen rates is the middle network at 90 % or above?",
            before=home,
            after={**home, "norm": True},
            label="rates",
            truth=norm,
            tolerance=2.1,
            explain=f"Without batch norm it was {plain}. The largest rate that works is now about "
            f"{width(runs('sigmoid', 'batch norm')):.0f} times the smallest.",
            digits=0,
        ),
        "rival": Choice(
            ask="A fair rival: no batch norm, but first weights that suit the sigmoid, four times "
            "Xavier’s. Each takes the rate that is best for it on validation pictures. Then batch "
            "norm’s test accuracy is …",
            before={**home, "norm": True},
            after={**home, "first": "larger", "norm": True, "k": -0.5},
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
