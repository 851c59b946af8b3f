"""What a layer of two neurons does to the plane: it turns, shears, shifts it, and then bends it."""

from __future__ import annotations

import numpy as np
import traitlets

from nnbook.figures.kit.controls import choice, slider
from nnbook.figures.kit.figure import Figure
from nnbook.figures.kit.functions import FUNCTIONS
from nnbook.figures.kit.pack import pack
from nnbook.figures.kit.predict import Question
from nnbook.figures.plane.compute import HOME, POINTS, best_line, moved, xor
from nnbook.figures.plane.questions import questions
from nnbook.nn.activations import Array
from nnbook.notebook.numbers import number

FS = ("identity", "relu", "tanh")
NAMES = {"identity": "none", "relu": "ReLU", "tanh": "tanh"}
CORNERS = ((1, 1), (-1, 1), (-1, -1), (1, -1))


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
    folded = ("u1", "u2", "v1", "v2", "b1", "b2")

    u1 = slider(1.0, -2, 2, 0.1, "W₁₁, x₁ into neuron 1")
    u2 = slider(0.0, -2, 2, 0.1, "W₂₁, x₁ into neuron 2")
    v1 = slider(0.0, -2, 2, 0.1, "W₁₂, x₂ into neuron 1")
    v2 = slider(1.0, -2, 2, 0.1, "W₂₂, x₂ into neuron 2")
    b1 = slider(0.0, -2, 2, 0.1, "b₁")
    b2 = slider(0.0, -2, 2, 0.1, "b₂")
    f = choice("identity", NAMES, "f")
    t = slider(1.0, 0, 1, 0.05, "how much of the ReLU", only_if={"f": "relu"})
    constants = traitlets.Dict({"corners": CORNERS}).tag(sync=True)
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
        names = [f"({number(p, 0)}, {number(q, 0)})" for p, q in CORNERS]
        a, z = self.layer(np.array(CORNERS, float))
        x, y = xor()
        right = best_line(self.layer(x)[1], y)
        percent = ("best line, in %", 100 * right / POINTS, "", "", "")
        return [*((name, *p, *q) for name, p, q in zip(names, a, z, strict=True)), percent]
