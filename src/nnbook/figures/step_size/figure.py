"""One weight in a valley: whether a rate glides, alternates or runs away is up to its steepness."""

from __future__ import annotations

import numpy as np
import traitlets

from nnbook.figures.kit.controls import slider, steps
from nnbook.figures.kit.figure import Figure
from nnbook.figures.kit.pack import pack
from nnbook.figures.kit.predict import Question
from nnbook.figures.step_size.compute import CURVATURES, LAST, descend, descents, error
from nnbook.figures.step_size.questions import questions

FAR = 999.0  # beyond it a weight is only said to be far


class StepSize(Figure):
    """Drag the start and the rate; watch one weight go down, or up, the valley E = ½ λ w²."""

    figure = "step-size"
    title = "The size of a step"
    question = "Does it glide, alternate, or run away?"
    about = (
        "An error E = ½ λ w² over one weight w, a valley whose lowest point stands at w = 0. Dots "
        "on it are the weight after each update, joined in their order. Below it a bar of learning "
        "rates with two marks: up to 1/λ the weight glides down one side, between 1/λ and 2/λ it "
        "changes sides and settles, above 2/λ it runs away."
    )
    readouts = (
        ("factor", "each update multiplies w by"),
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
    constants = traitlets.Dict({"far": FAR}).tag(sync=True)
    tables = traitlets.Dict().tag(sync=True)

    def build(self) -> dict[str, Question]:
        valley = [[error(v, k) for v in np.linspace(-4, 4, 81)] for k in CURVATURES]
        w, e = descents()
        self.tables = {"w": pack(w, "f4"), "e": pack(e, "f4"), "valley": pack(valley, "f4")}
        return questions()

    def rows(self) -> list[tuple[float | str, ...]]:
        w, e = descend(self.start, self.lr, self.curvature)
        return [(str(t), far(w[t]), far(e[t])) for t in range(LAST + 1)]


def far(v: float) -> float | str:
    """The number, or that it is far away."""
    if abs(v) <= FAR:
        return float(v)
    return f"beyond {'−' if v < 0 else ''}{FAR:.0f}"
