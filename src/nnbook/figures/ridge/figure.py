"""A neuron with two inputs is a ridge: of x = (x₁, x₂) it sees only the number w·x + b."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets

from nnbook.figures.kit.controls import choice, slider
from nnbook.figures.kit.functions import FUNCTIONS, Function, FunctionFigure
from nnbook.figures.kit.marks import arrow, bands
from nnbook.figures.kit.numbers import number
from nnbook.figures.kit.polar import polar
from nnbook.figures.kit.predict import Question
from nnbook.figures.ridge.questions import questions

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Picture


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
        "w·x + b = 0 among them. Below it the curve of z over w·x + b, with a dot for the point x."
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
    spans = traitlets.Dict().tag(sync=True)

    def __init__(self, f: str | Function = "sigmoid", **settings: Any):
        super().__init__(f=f, derivative=None, **settings)

    def build(self) -> dict[str, Question]:
        self.offer_functions()
        self.spans = {name: curve.span for name, curve in self.functions.items()}
        return questions()

    def a(self, x1: Any, x2: Any) -> Any:
        """The pre-activation w₁x₁ + w₂x₂ + b."""
        w1, w2 = polar(self.angle, self.length)
        return w1 * x1 + w2 * x2 + self.b

    def rows(self) -> list[tuple[float | str, ...]]:
        x = np.arange(-2.0, 3.0)
        f = self.functions[self.f].f
        return [(f"x₂ = {number(x2, 0)}", *f(self.a(x, x2))) for x2 in x[::-1]]

    def plot(self, picture: Picture) -> None:
        """The map in bands, orange above zero and blue below, and the curve under it."""
        axes, below = picture.subplots(2, height_ratios=[4, 1])
        x = np.linspace(-3, 3, 41)
        a = self.a(x, x[:, None])
        z = self.look_up(a)
        most = max(map(abs, self.spans[self.f]))
        bands(axes, x, x, z, np.arange(0.05, 1, 0.1) * most, np.abs(z).max() + 1)
        if self.length > 0:
            axes.contour(x, x, a, [0], colors="black")
        w = polar(self.angle, self.length)
        arrow(axes, (0, 0), w, lw=2)
        axes.text(*(w + 0.15), "w")
        axes.plot(self.x1, self.x2, "o", color="C2")
        axes.set(xlabel="input x₁", ylabel="input x₂", aspect="equal", xlim=(-3, 3), ylim=(-3, 3))

        a, mine = np.linspace(-6, 6, 121), self.a(self.x1, self.x2)
        z = self.look_up(a)
        below.fill_between(a, z, 0, where=z >= 0, color="C1", alpha=0.4, linewidth=0)
        below.fill_between(a, z, 0, where=z <= 0, color="C0", alpha=0.4, linewidth=0)
        below.plot(a, z, "-", color="C0")
        below.plot(mine, self.look_up(mine), "o", color="C2")
        below.set(xlabel="a = w·x + b", ylabel="z = f(a)", xlim=(-6, 6))
