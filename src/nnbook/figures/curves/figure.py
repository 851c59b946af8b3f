"""Four loss curves and four learning rates: which rate made which curve?"""

from __future__ import annotations

import traitlets

from nnbook.experiments.curves import EVERY, RATES, UPDATES, curves
from nnbook.figures.curves.questions import questions
from nnbook.figures.kit.controls import choice, order, slider, switch
from nnbook.figures.kit.figure import Figure
from nnbook.figures.kit.pack import pack
from nnbook.figures.kit.predict import Question

PANELS = {"A": "high", "B": "low", "C": "over", "D": "good"}
LOOKS = (0, 40, 200, UPDATES)  # updates of the table


class Curves(Figure):
    """Put the rates in the order of the curves, then have the true rates shown."""

    figure = "curves"
    title = "Four rates, four curves"
    question = "Which rate made which curve?"
    about = (
        "Four small pictures, A to D, of the loss over 400 updates, each with one thin line for "
        "each of five runs from other first weights. In B the lines fall slowly and smoothly, in "
        "D fast, one run with a spike; in A fast, with many spikes; in C they stay near the start."
    )
    takes = "trains its networks, for a few seconds the first time"
    readouts = (
        ("yours", "yours for A, B, C, D"),
        ("right", "right"),
    )
    columns = ("curve", *(f"loss after {n}" for n in LOOKS), "rate η")
    ratio = 1.1

    match = order(
        ",".join(RATES),
        {name: f"η = {rate:g}" for name, rate in RATES.items()},
        "the rates of A, B, C, D, from the top",
    )
    runs = choice("five", {"one": "the first", "five": "all five"}, "runs")
    until = slider(UPDATES, 40, UPDATES, 40, "updates seen")
    axis = choice("linear", {"linear": "linear", "log": "logarithmic"}, "axis of the loss")
    named = switch(False, "show the rates")
    constants = traitlets.Dict(
        {"panels": list(PANELS.values()), "every": EVERY, "looks": list(LOOKS)}
    ).tag(sync=True)
    losses = traitlets.Dict().tag(sync=True)  # by rate: (seeds, looks)

    def build(self) -> dict[str, Question]:
        self.losses = {name: pack(found, "f4") for name, found in curves().items()}
        return questions()

    def rows(self) -> list[tuple[float | str, ...]]:
        kept = slice(None) if self.runs == "five" else slice(1)
        table: list[tuple[float | str, ...]] = []
        for panel, name in PANELS.items():
            means = curves()[name][kept][:, [n // EVERY for n in LOOKS]].mean(axis=0)
            rate = f"{RATES[name]:g}" if self.named else "–"
            table.append((panel, *(float(mean) for mean in means), rate))
        return table
