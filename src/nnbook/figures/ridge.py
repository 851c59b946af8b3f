"""A neuron with two inputs is a ridge: of x = (x₁, x₂) it sees only the number w·x + b."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets

from nnbook import nn
from nnbook.figures._controls import choice, slider
from nnbook.figures._functions import FUNCTIONS, Function, FunctionFigure
from nnbook.figures._html import number
from nnbook.figures._predict import Choice, Question
from nnbook.figures._table import Array

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
        w1, w2 = weights(self.angle, self.length)
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
        for color, sign in (("C1", 1), ("C0", -1)):
            for low in np.arange(0.05, 1, 0.1) * most:
                if (sign * z > low).any():
                    high = np.abs(z).max() + 1
                    axes.contourf(x, x, sign * z, [low, high], colors=[color], alpha=0.12)
        if self.length > 0:
            axes.contour(x, x, a, [0], colors="black")
        w1, w2 = weights(self.angle, self.length)
        axes.annotate("", (w1, w2), (0, 0), arrowprops={"arrowstyle": "->", "lw": 2})
        axes.text(w1 + 0.15, w2 + 0.15, "w")
        axes.plot(self.x1, self.x2, "o", color="C2")
        axes.set(xlabel="input x₁", ylabel="input x₂", aspect="equal", xlim=(-3, 3), ylim=(-3, 3))

        a, mine = np.linspace(-6, 6, 121), self.a(self.x1, self.x2)
        z = self.look_up(a)
        below.fill_between(a, z, 0, where=z >= 0, color="C1", alpha=0.4, linewidth=0)
        below.fill_between(a, z, 0, where=z <= 0, color="C0", alpha=0.4, linewidth=0)
        below.plot(a, z, "-", color="C0")
        below.plot(mine, self.look_up(mine), "o", color="C2")
        below.set(xlabel="a = w·x + b", ylabel="z = f(a)", xlim=(-6, 6))


def weights(angle: float, length: float) -> Array:
    """w = (w₁, w₂) from its direction in degrees and its length."""
    return length * np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])


def questions() -> dict[str, Question]:
    """What to predict; the numbers in the answers are found with the library."""
    w = weights(30, 1.5)
    x = np.array([2.0, -1.0])
    along = np.array([-w[1], w[0]]) / np.linalg.norm(w)  # perpendicular to w, length 1
    moved = np.round(x + 2 * along, 1)

    def z(b: float, x: Array) -> str:
        return number(nn.Neuron(w, b, nn.sigmoid)(x), 2)

    home = {"f": "sigmoid", "angle": 30.0, "length": 1.5, "b": 0.0, "x1": 2.0, "x2": -1.0}
    return {
        "bias": Choice(
            ask="On the side that w points to, a sigmoid gives more than one half. "
            "Now b grows from 0 to 2. Which way does the line w·x + b = 0 move?",
            start=home,
            then={**home, "b": 2.0},
            options=(
                ("Along the arrow w.", "That is where it goes when b falls."),
                ("Against the arrow w.", ""),
                ("It turns.", "Only w turns it; b shifts it."),
            ),
            right=1,
            explain="With a larger b, less of w·x is needed to reach zero: the side that w points "
            f"to gains ground. At the point x the output rises from {z(0, x)} to {z(2, x)}.",
        ),
        "along": Choice(
            ask="Now the point x walks two units at a right angle to the arrow w. "
            "What does the output do?",
            start=home,
            then={**home, "x1": float(moved[0]), "x2": float(moved[1])},
            options=(
                ("It rises.", "It would on a walk along w."),
                ("It falls.", "It would on a walk against w."),
                ("It stays as it is.", ""),
            ),
            right=2,
            explain=f"z was {z(0, x)} and is {z(0, moved)}: on a walk along a level line w·x does "
            "not change (the small rest is x rounded to a tenth). This is all that one neuron can "
            "see of two inputs.",
        ),
        "length": Choice(
            ask="Now w becomes twice as long, with b = 0. What changes on the map?",
            start=home,
            then={**home, "length": 3.0},
            options=(
                ("The line a = 0 moves.", "With b = 0 it goes through the origin for any length."),
                ("The step from 0 to 1 gets steeper.", ""),
                ("Nothing: only its direction counts.", "That holds for the line, not for z."),
            ),
            right=1,
            explain="The line stays, and the output climbs twice as fast across it: at the point x "
            f"it is {number(nn.Neuron(2 * w, 0.0, nn.sigmoid)(x), 2)} instead of {z(0, x)}.",
        ),
    }
