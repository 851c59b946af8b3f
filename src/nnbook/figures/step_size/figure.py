"""One weight in a valley: whether a rate glides, alternates or runs away is up to its steepness."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import traitlets

from nnbook.figures.kit.controls import slider, steps
from nnbook.figures.kit.figure import Figure
from nnbook.figures.kit.pack import pack, unpack
from nnbook.figures.kit.predict import Question
from nnbook.figures.step_size.compute import CURVATURES, LAST, RATES, descend, descents, error
from nnbook.figures.step_size.questions import questions

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Picture

FAR = 999.0  # beyond it a weight is only said to be far


class StepSize(Figure):
    """Drag the start and the rate; watch one weight go down, or up, the valley E = ½ λ w²."""

    figure = "step-size"
    title = "The size of a step"
    question = "Settles, alternates, or grows?"
    about = (
        "An error E = ½ λ w² over one weight w, a valley whose lowest point stands at w = 0. Dots "
        "on it are the weight after each update, joined in their order. Below it a bar of learning "
        "rates with two marks: up to 1/λ the weight glides down one side, between 1/λ and 2/λ it "
        "changes sides and settles, above 2/λ it climbs away."
    )
    readouts = (
        ("factor", "each update takes w times"),
        ("marks", "1/λ and 2/λ"),
        ("w", "w now"),
        ("e", "E now"),
    )
    columns = ("update", "w", "E")
    ratio = 0.95

    lr = slider(0.6, 0.05, 2.5, 0.05, "learning rate η")
    curvature = slider(1.0, 0.5, 2, 0.5, "curvature λ")
    start = slider(-3.0, -4, 4, 0.1, "start w₀")
    step = steps(6, LAST, "updates")
    tables = traitlets.Dict().tag(sync=True)

    def build(self) -> dict[str, Question]:
        w, e = descents()
        valley = [[error(v, k) for v in np.linspace(-4, 4, 81)] for k in CURVATURES]
        w, e = descents()
        self.tables = {"w": pack(w, "f4"), "e": pack(e, "f4"), "valley": pack(valley, "f4")}
        return questions()

    def rows(self) -> list[tuple[float | str, ...]]:
        w, e = descend(self.start, self.lr, self.curvature)
        return [(str(t), far(w[t]), far(e[t])) for t in range(LAST + 1)]

    def plot(self, picture: Picture) -> None:
        axes, below = picture.subplots(2, height_ratios=[5, 1])
        tables = {key: unpack(one) for key, one in self.tables.items()}
        row = int(np.abs(self.curvature - CURVATURES).argmin())
        place = (int(np.abs(RATES - self.lr).argmin()), row)
        w = tables["w"][place][: self.step + 1] * self.start
        e = tables["e"][place][: self.step + 1] * self.start**2
        axes.plot(np.linspace(-4, 4, 81), tables["valley"][row], "-", color="C0")
        axes.plot(w, e, "o--", color="C1", linewidth=1)
        axes.plot(w[0], e[0], "o", color="C1", markersize=9)
        axes.set(xlim=(-4, 4), ylim=(0, 10), xlabel="weight w", ylabel="error E")
        once, twice = 1 / self.curvature, 2 / self.curvature
        below.axvspan(0, once, color="C2", alpha=0.25)
        below.axvspan(once, twice, color="C0", alpha=0.25)
        below.axvspan(twice, max(RATES[-1], twice), color="C1", alpha=0.25)
        below.axvline(once, color="C0", linestyle="-")
        below.axvline(twice, color="C1", linestyle="-")
        below.plot(self.lr, 0.5, "o", color="black")
        below.set(xlim=(0, RATES[-1]), ylim=(0, 1), yticks=[], xlabel="learning rate η")


def far(v: float) -> float | str:
    """The number, or that it is far away."""
    if abs(v) <= FAR:
        return float(v)
    return f"beyond {'−' if v < 0 else ''}{FAR:.0f}"
