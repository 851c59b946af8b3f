"""What is computed, in which order: the slides' 4-2-1 network, one number at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import traitlets

from nnbook.experiments.curve import REACH, Function
from nnbook.figures.forward.questions import questions
from nnbook.figures.kit.controls import choice, slider, steps
from nnbook.figures.kit.functions import FUNCTIONS, FunctionFigure
from nnbook.figures.kit.network421 import STEPS, SUB, W, X, forward
from nnbook.figures.kit.predict import Question
from nnbook.nn.activations import Array

CODE = ("a[0] = W1[0] @ x", "z[0] = f(a[0])", "a[1] = W1[1] @ x", "z[1] = f(a[1])",
        "y_hat = W2[0] @ z")  # fmt: skip
UNITS = {"step": "of the step", "h1": "first hidden", "h2": "second hidden", "out": "output"}


class Forward(FunctionFigure):
    """Step through the 4-2-1 network; look at a neuron for its sum and its line of code.

    `Forward(w=…, f=my_function)` takes your own ten weights, your own function of an array.
    """

    figure = "forward"
    title = "Ten weights, five numbers"
    question = "What is computed, in which order?"
    about = (
        "A network with four inputs x at the left, two hidden neurons in the middle, one output ŷ "
        "at the right. Each weight stands on its connection, which is wider if it is larger. Each "
        "hidden neuron is a circle for its sum a and one for z = f(a). Numbers appear in the "
        "circles as they are computed; the lines at the foot write out the one that is looked at."
    )
    readouts = tuple(zip(STEPS, CODE, strict=True))
    coded = True
    columns = ("number", "value")
    ratio = 1.23

    step = steps(1, len(STEPS), "step", wait=1400)
    look = choice("step", UNITS, "look at the neuron")
    f = choice("relu", {name: curve.label for name, curve in FUNCTIONS.items()}, "activation f")
    x1 = slider(X[0, 0], -3, 3, 0.5, "input x₁")
    x2 = slider(X[0, 1], -3, 3, 0.5, "input x₂")
    x3 = slider(X[0, 2], -3, 3, 0.5, "input x₃")
    x4 = slider(X[0, 3], -3, 3, 0.5, "input x₄")

    constants = traitlets.Dict({"numbers": list(STEPS)}).tag(sync=True)
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
        return {} if self._own or "own" in self.functions else questions()

    def x(self) -> Array:
        return np.array([self.x1, self.x2, self.x3, self.x4])

    def rows(self) -> list[tuple[float | str, ...]]:
        now = forward(self._w, self.functions[self.f].f, self.x())
        named = [(f"w{k}", float(v)) for k, v in zip(SUB, self._w, strict=True)]
        named += [(f"x{k}", float(v)) for k, v in zip(SUB[:4], self.x(), strict=True)]
        return [*named, *zip(STEPS, now, strict=True)]
