"""What is computed, in which order: the slides' 4-2-1 network, one number at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets

from nnbook.figures.forward.questions import questions
from nnbook.figures.kit.controls import choice, slider, steps
from nnbook.figures.kit.functions import FUNCTIONS, REACH, Function, FunctionFigure
from nnbook.figures.kit.network421 import STEPS, SUB, W, X, forward
from nnbook.figures.kit.predict import Question
from nnbook.nn.activations import Array

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Picture

CODE = ("a[0] = W1[0] @ x", "z[0] = f(a[0])", "a[1] = W1[1] @ x", "z[1] = f(a[1])",
        "y_hat = W2[0] @ z")  # fmt: skip
UNITS = {"step": "of the step", "h1": "first hidden", "h2": "second hidden", "out": "output"}


class Forward(FunctionFigure):
    """Step through the 4-2-1 network; look at a unit for its sum and its line of code.

    `Forward(w=…, f=my_function)` takes your own ten weights, your own function of an array.
    """

    figure = "forward"
    title = "Ten weights, five numbers"
    question = "What is computed, in which order?"
    about = (
        "A network with four inputs x below, two hidden units in the middle, one output ŷ on top. "
        "Each weight stands on its connection. Numbers appear in the units as they are computed; "
        "the lines at the foot write out the sum of the unit that is looked at."
    )
    readouts = tuple(zip(STEPS, CODE, strict=True))
    columns = ("number", "value")
    ratio = 0.7

    step = steps(1, len(STEPS), "step", wait=1400)
    look = choice("step", UNITS, "look at the unit")
    f = choice("relu", {name: curve.label for name, curve in FUNCTIONS.items()}, "activation f")
    x1 = slider(X[0, 0], -3, 3, 0.5, "input x₁")
    x2 = slider(X[0, 1], -3, 3, 0.5, "input x₂")
    x3 = slider(X[0, 2], -3, 3, 0.5, "input x₃")
    x4 = slider(X[0, 3], -3, 3, 0.5, "input x₄")

    w: traitlets.List[float] = traitlets.List().tag(sync=True)
    code: traitlets.List[str] = traitlets.List().tag(sync=True)

    def __init__(
        self, f: str | Function = "relu", *, w: Sequence[float] | None = None, **settings: Any
    ):
        self._own = w is not None
        self._w = np.array(W if w is None else w, float)
        if self._w.shape != W.shape:
            raise ValueError(f"Forward w has shape {self._w.shape}: give ten numbers, w₁ … w₁₀")
        if 3 * np.abs(self._w[:8].reshape(2, 4)).sum(axis=1).max() > REACH:
            raise ValueError("Forward w: a could leave [−16, 16]: make w₁ … w₈ smaller")
        super().__init__(f=f, derivative=None, **settings)

    def build(self) -> dict[str, Question]:
        self.offer_functions()
        self.tables = {name: {"f": table["f"]} for name, table in self.tables.items()}  # no slopes
        self.w, self.code = self._w.tolist(), list(CODE)
        return {} if self._own else questions()

    def x(self) -> Array:
        return np.array([self.x1, self.x2, self.x3, self.x4])

    def rows(self) -> list[tuple[float | str, ...]]:
        now = forward(self._w, self.functions[self.f].f, self.x())
        named = [(f"w{k}", float(v)) for k, v in zip(SUB, self._w, strict=True)]
        named += [(f"x{k}", float(v)) for k, v in zip(SUB[:4], self.x(), strict=True)]
        return [*named, *zip(STEPS, now, strict=True)]

    def plot(self, picture: Picture) -> None:
        axes = picture.add_subplot()
        w = np.array(self.w)
        now = forward(w, self.look_up, self.x())
        lit = {"h1": (0,), "h2": (1,), "out": (2,), "step": ((self.step - 1) // 2,)}[self.look]

        def known(k: int) -> str:
            return f"{STEPS[k]} = {now[k]:.3g}" if self.step > k else STEPS[k]

        def box(left: float, low: float, unit: int, *lines: str) -> None:
            style = {"fc": "none", "ec": "C3" if unit in lit else "0.5", "pad": 5}
            axes.text(left, low, "\n".join(lines), ha="center", va="center", bbox=style)

        def weight(k: int, below: tuple[float, float], above: tuple[float, float]) -> None:
            unit = k // 4 if k < 8 else 2
            axes.plot(*zip(below, above, strict=True), color="C0" if unit in lit else "0.7", lw=1)
            part = 0.35 if k < 8 else 0.5
            at, high = (b + part * (a - b) for b, a in zip(below, above, strict=True))
            axes.text(at, high, f"w{SUB[k]} {w[k]:g}", size=8, ha="center", va="center")

        for j, left in enumerate((2.0, 6.0)):
            for i in range(4):
                weight(4 * j + i, (1 + 2 * i, 0.3), (left, 3.1))
            weight(8 + j, (left, 4.2), (4, 6.6))
            box(left, 3.65, j, known(2 * j + 1), self.label(), known(2 * j))
        for i, v in enumerate(self.x()):
            box(1 + 2 * i, 0, 3, f"x{SUB[i]} = {v:g}")
        box(4, 6.9, 2, known(4))
        layers = ("input layer", 0.6), ("hidden layer", 4.5), ("output layer", 7.3)
        for name, low in layers:
            axes.text(0, low, name, size=8)
        axes.set(xlim=(0, 8), ylim=(-0.5, 7.6))
        axes.axis("off")
