"""A neuron with two inputs is a ridge: of x = (x₁, x₂) it sees only the number w·x + b."""

from __future__ import annotations

from typing import Any

import numpy as np
import traitlets

from nnbook.experiments.curve import REACH, SEEN, Function
from nnbook.figures.kit.controls import choice, slider
from nnbook.figures.kit.functions import FUNCTIONS, FunctionFigure
from nnbook.figures.kit.polar import polar
from nnbook.figures.kit.predict import Question
from nnbook.figures.ridge.questions import questions
from nnbook.notebook.numbers import number


class Ridge(FunctionFigure):
    """A map of z = f(w·x + b) over the plane: turn and stretch w, move b, probe a point x.

    `Ridge(f=my_function)` shows a function of your own: array in, array of the same shape out.
    """

    figure = "ridge"
    title = "A neuron with two inputs is a ridge"
    question = "What does one neuron see of two inputs?"
    about = (
        "A map of a neuron's output z = f(w·x + b) over its two inputs. It changes only along the "
        "arrow w: the lines of equal output are straight and at a right angle to w, the line "
        "w·x + b = 0 among them. The orange dot is the point x. Below it the curve of z over "
        "w·x + b, with a dot for the same point."
    )
    readouts = (("w", "w"), ("x", "x"), ("a", "a = w·x + b"), ("z", "z = f(a)"))
    columns = ("z at", "x₁ = −2", "−1", "0", "1", "2")
    ratio = 0.73

    f = choice("sigmoid", {name: curve.label for name, curve in FUNCTIONS.items()}, "activation f")
    angle = slider(30, -180, 180, 1, "angle of w (°)")
    length = slider(1.5, 0, 3, 0.1, "length of w")
    b = slider(0.0, -3, 3, 0.1, "bias b")
    x1 = slider(2.0, -3, 3, 0.1, "input x₁")
    x2 = slider(-1.0, -3, 3, 0.1, "input x₂")
    constants = traitlets.Dict({"reach": REACH, "seen": SEEN}).tag(sync=True)
    spans = traitlets.Dict().tag(sync=True)

    def __init__(self, f: str | Function = "sigmoid", **settings: Any):
        super().__init__(f=f, derivative=None, **settings)

    def build(self) -> dict[str, Question]:
        self.offer_functions()
        self.spans = {name: curve.span for name, curve in self.functions.items()}
        return {} if "own" in self.functions else questions()

    def a(self, x1: Any, x2: Any) -> Any:
        """The pre-activation w₁x₁ + w₂x₂ + b."""
        w1, w2 = polar(self.angle, self.length)
        return w1 * x1 + w2 * x2 + self.b

    def rows(self) -> list[tuple[float | str, ...]]:
        x = np.arange(-2.0, 3.0)
        f = self.functions[self.f].f
        return [(f"x₂ = {number(x2, 0)}", *f(self.a(x, x2))) for x2 in x[::-1]]
