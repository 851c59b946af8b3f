"""What a layer of two neurons does to the plane: it turns, shears, shifts it, and then folds it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets

from nnbook import nn
from nnbook.figures._controls import choice, slider
from nnbook.figures._figure import Figure
from nnbook.figures._functions import FUNCTIONS
from nnbook.figures._html import number
from nnbook.figures._pack import pack, unpack
from nnbook.figures._predict import Choice, Number, Question
from nnbook.figures._table import Array

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Picture

FS = ("identity", "relu", "tanh")
NAMES = {"identity": "none", "relu": "ReLU", "tanh": "tanh"}
POINTS = 40
DIRECTIONS = np.radians(np.arange(0, 180, 5))
GRID = np.linspace(-1.5, 1.5, 7)
HOME: dict[str, Any] = {
    "u1": 1.0,
    "u2": 0.0,
    "v1": 0.0,
    "v2": 1.0,
    "b1": 0.0,
    "b2": 0.0,
    "f": "identity",
    "t": 1.0,
}


def xor() -> tuple[Array, Array]:
    """Four heaps of ten points at the corners of a square; class 1 where the signs differ."""
    rng = np.random.default_rng(3)
    corner = np.array([[1, 1], [-1, -1], [1, -1], [-1, 1]])[np.arange(POINTS) % 4]
    x = corner + rng.normal(scale=0.16, size=(POINTS, 2))
    return unpack(pack(x)), (corner[:, 0] != corner[:, 1]).astype(float)


def best_line(z: Array, y: Array) -> int:
    """The most points that one straight line gets right, of 36 directions and every offset."""
    most = 0
    for angle in DIRECTIONS:
        along = np.round(z @ [np.cos(angle), np.sin(angle)], 5)
        for cut in np.unique(along):
            right = int(((along > cut) == (y > 0)).sum())
            most = max(most, right, len(y) - right)
    return most


def moved(x: Array, settings: dict[str, Any]) -> tuple[Array, Array]:
    """a = W x + b of a layer, and z = f(a); of a ReLU only the part t, (1 − t) a + t f(a)."""
    u1, u2, v1, v2, b1, b2, f, t = (settings[key] for key in HOME)
    layer = nn.Linear(2, 2, dtype=np.float64)
    layer.weight.value = np.array([[u1, v1], [u2, v2]])
    assert layer.bias is not None
    layer.bias.value = np.array([b1, b2])
    a = np.asarray(layer(x), np.float64)
    t = t if f == "relu" else 1.0
    return a, (1 - t) * a + t * np.asarray(FUNCTIONS[f].f(a))


class Plane(Figure):
    """Drag the images of the two unit vectors and of the origin; then bend the plane with f."""

    figure = "plane"
    title = "A layer of two neurons moves the plane"
    question = "What does a layer do to space, and why does it need f?"
    about = (
        "A grid, and forty points in two classes at opposite corners of a square (XOR), after a "
        "layer of two neurons: z = f(W x + b). Arrows show where the two unit vectors went."
    )
    readouts = (("W", "W"), ("b", "b"), ("line", "the best straight line is now right on"))
    columns = ("the corner", "a₁", "a₂", "z₁", "z₂")
    ratio = 0.94

    u1 = slider(1.0, -2, 2, 0.1, "W₁₁, x₁ into neuron 1")
    u2 = slider(0.0, -2, 2, 0.1, "W₂₁, x₁ into neuron 2")
    v1 = slider(0.0, -2, 2, 0.1, "W₁₂, x₂ into neuron 1")
    v2 = slider(1.0, -2, 2, 0.1, "W₂₂, x₂ into neuron 2")
    b1 = slider(0.0, -2, 2, 0.1, "b₁")
    b2 = slider(0.0, -2, 2, 0.1, "b₂")
    f = choice("identity", NAMES, "f")
    t = slider(1.0, 0, 1, 0.05, "how much of the ReLU", only_if={"f": "relu"})
    points = traitlets.Dict().tag(sync=True)
    tables = traitlets.Dict().tag(sync=True)

    def build(self) -> dict[str, Question]:
        x, y = xor()
        self.points = {"x": pack(x), "y": pack(y, "f4")}
        self.tables = {name: FUNCTIONS[name].tables()["f"] for name in FS}
        return questions()

    def layer(self, x: Array) -> tuple[Array, Array]:
        """a and z at the present settings."""
        return moved(x, {key: getattr(self, key) for key in HOME})

    def rows(self) -> list[tuple[float | str, ...]]:
        corners = np.array([[1.0, 1], [-1, 1], [-1, -1], [1, -1]])
        names = ("(1, 1)", "(−1, 1)", "(−1, −1)", "(1, −1)")
        a, z = self.layer(corners)
        x, y = xor()
        right = best_line(self.layer(x)[1], y)
        percent = ("best line, in %", 100 * right / POINTS, "", "", "")
        return [*((name, *p, *q) for name, p, q in zip(names, a, z, strict=True)), percent]

    def plot(self, picture: Picture) -> None:
        axes = picture.add_subplot()
        fine = np.linspace(-1.5, 1.5, 61)
        for c in GRID:
            for line in (np.stack([0 * fine + c, fine], 1), np.stack([fine, 0 * fine + c], 1)):
                axes.plot(*self.layer(line)[1].T, "-", color="C7", linewidth=0.8)
        x, y = xor()
        z = self.layer(x)[1]
        axes.plot(*z[y > 0].T, "o", color="C1", markersize=5)
        axes.plot(*z[y == 0].T, "s", color="C0", markersize=5, fillstyle="none")
        origin, *tips = self.layer(np.array([[0.0, 0], [1, 0], [0, 1]]))[0]
        for tip, name in zip(tips, ("e₁", "e₂"), strict=True):
            axes.annotate("", tuple(tip), tuple(origin), arrowprops={"arrowstyle": "->", "lw": 2})
            axes.text(tip[0] + 0.12, tip[1] + 0.12, name)
        axes.set(xlabel="z₁", ylabel="z₂", xlim=(-3, 3), ylim=(-3, 3), aspect="equal")


def questions() -> dict[str, Question]:
    """What to predict; the counts are the library's."""
    x, y = xor()
    folded = {"u1": 1.0, "u2": -1.0, "v1": -1.0, "v2": 1.0, "f": "relu", "t": 1.0}

    def percent(**settings: Any) -> float:
        return 100 * best_line(moved(x, {**HOME, **settings})[1], y) / POINTS

    plain, turned = percent(), percent(u1=1.2, v1=-0.8, u2=0.5, v2=1.5)
    both = percent(**folded)
    return {
        "linear": Choice(
            ask="No straight line parts these circles from these squares. Can any W and b, with no "
            "f, move the points so that one can? Drag the arrow tips before you answer.",
            start=HOME,
            then={**HOME, "u1": 1.2, "v1": -0.8, "u2": 0.5, "v2": 1.5},
            options=(
                (
                    "Yes, a suitable rotation.",
                    "A rotation turns the picture, and the line with it.",
                ),
                ("Yes, with a strong shear.", "A shear moves opposite corners opposite ways."),
                ("No.", ""),
            ),
            right=2,
            explain="A straight line after the move was a straight line before it. The best one is "
            f"right on {number(plain, 1)} % before and on {number(turned, 1)} % after.",
        ),
        "fold": Number(
            ask="Now with ReLU and W = (1, −1; −1, 1): z₁ = ReLU(x₁ − x₂), z₂ = ReLU(x₂ − x₁). On "
            "how many percent of the points is the best straight line right?",
            start={**HOME, **folded, "t": 0.0},
            then={**HOME, **folded},
            label="the best line, in %",
            truth=both,
            tolerance=1,
            digits=1,
            mistakes=((50, "That would be chance."), (75, "That was the best before the fold.")),
            explain="The two heaps with equal signs are both folded into the corner near (0, 0), "
            "and the two others come to lie on different axes.",
        ),
        "lines": Choice(
            ask="Two ReLU neurons fold the plane along two lines. Could two of them fence in a "
            "disk that lies inside a ring?",
            start={**HOME, "f": "relu", "t": 0.0},
            then={**HOME, "f": "relu"},
            options=(
                ("Yes: one from the left, one from the right.", "Above and below it stays open."),
                ("No: it takes at least three lines to fence in a region.", ""),
                ("Yes, with tanh instead.", "Two neurons still look along two directions only."),
            ),
            right=1,
            explain="Each neuron sees one direction. Three are the fewest whose lines can close "
            "around a region of the plane: a triangle.",
        ),
    }
