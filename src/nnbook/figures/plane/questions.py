"""What the figure `plane` asks: what a layer can do to XOR without f, and with ReLU."""

from __future__ import annotations

from typing import Any

from nnbook.figures.kit.predict import Choice, Number, Question
from nnbook.figures.plane.compute import HOME, POINTS, best_line, moved, xor
from nnbook.notebook.numbers import number


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
            before=HOME,
            after={**HOME, "u1": 1.2, "v1": -0.8, "u2": 0.5, "v2": 1.5},
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
            before={**HOME, **folded, "t": 0.0},
            after={**HOME, **folded},
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
            before={**HOME, "f": "relu", "t": 0.0},
            after={**HOME, "f": "relu"},
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
