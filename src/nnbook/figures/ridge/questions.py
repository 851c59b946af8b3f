"""What the figure `ridge` asks: what b, a walk along the ridge, the length of w do."""

from __future__ import annotations

import numpy as np

from nnbook import nn
from nnbook.figures.kit.polar import polar
from nnbook.figures.kit.predict import Choice, Question
from nnbook.nn.activations import Array
from nnbook.notebook.numbers import number


def questions() -> dict[str, Question]:
    """What to predict; the numbers in the answers are found with the library."""
    w = polar(30, 1.5)
    x = np.array([2.0, -1.0])
    along = np.array([-w[1], w[0]]) / np.linalg.norm(w)  # perpendicular to w, length 1
    moved = np.round(x + 2 * along, 1)

    def z(b: float, x: Array) -> str:
        return number(nn.Neuron(w, b, nn.sigmoid)(x), 2)

    home = {"f": "sigmoid", "angle": 30.0, "length": 1.5, "b": 0.0, "x1": 2.0, "x2": -1.0}
    return {
        "bias": Choice(
            ask="The arrow w points to one side of the line w·x + b = 0; on that side a sigmoid "
            "gives more than one half. Now b grows from 0 to 2. Which way does the line move?",
            before=home,
            after={**home, "b": 2.0},
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
            before=home,
            after={**home, "x1": float(moved[0]), "x2": float(moved[1])},
            options=(
                ("It rises.", "It would on a walk along w."),
                ("It falls.", "It would on a walk against w."),
                ("It stays as it is.", ""),
            ),
            right=2,
            explain=f"z was {z(0, x)} and is {z(0, moved)}: on a walk along a level line w·x does "
            "not change (the small difference comes from rounding x). This is all that one neuron "
            "can see of two inputs.",
        ),
        "length": Choice(
            ask="Now w becomes twice as long, with b = 0. What changes on the map?",
            before=home,
            after={**home, "length": 3.0},
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
