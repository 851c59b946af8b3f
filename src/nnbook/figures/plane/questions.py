"""What the figure `plane` asks: what a layer can do to XOR without f, and with ReLU."""

from __future__ import annotations

from typing import Any

from nnbook.figures.kit.predict import Choice, Number, Question
from nnbook.figures.plane.compute import HOME, POINTS, best_line, moved, xor
from nnbook.notebook.numbers import number


def questions() -> dict[str, Question]:
    """What to predict; the counts are the library's."""
    x, y = xor()
    clamped = {
        "u1": 1.5, "u2": -1.0, "v1": -1.0, "v2": 1.5, "b1": -0.5, "b2": -0.5, "f": "relu"
    }  # fmt: skip

    def percent(**settings: Any) -> float:
        return 100 * best_line(moved(x, {**HOME, **settings})[1], y) / POINTS

    plain, turned = percent(), percent(u1=1.2, v1=-0.8, u2=0.5, v2=1.5)
    before, both = percent(**clamped, t=0.0), percent(**clamped)
    return {
        "linear": Choice(
            ask="No straight line separates these circles from these squares. Can any W and b, "
            "with no f, move the points so that one can? Drag the arrow tips before you answer.",
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
        "clamp": Number(
            ask="Now with ReLU: z₁ = ReLU(1.5 x₁ − x₂ − ½), z₂ = ReLU(1.5 x₂ − x₁ − ½). Without "
            f"the ReLU the best straight line is right on {number(before, 1)} % of the points. "
            "What percentage does it get right with the ReLU?",
            before={**HOME, **clamped, "t": 0.0},
            after={**HOME, **clamped},
            label="the best line, in %",
            truth=both,
            tolerance=1,
            digits=1,
            mistakes=(
                (50, "That would be chance."),
                (before, "That is the best without the ReLU."),
            ),
            explain="Wherever a sum is negative, the ReLU makes it 0. So the two heaps with equal "
            "signs, apart until then, are both pushed into the corner at (0, 0), and the two "
            "others come to lie on different axes.",
        ),
        "lines": Choice(
            ask="Two ReLU neurons bend the plane along two lines. Could two of them fence in a "
            "disk that lies inside a ring?",
            before={**HOME, "f": "relu", "t": 0.0},
            after={**HOME, "f": "relu"},
            options=(
                ("Yes: one from the left, one from the right.", "Above and below it stays open."),
                ("No: it takes at least three.", ""),
                ("Yes, with tanh instead.", "With two of them, too, one side stays open."),
            ),
            right=1,
            explain="Where both are off, the output is the same however far you walk, so a region "
            "that they mark off has no end there. Three lines are the fewest that can close around "
            "a region of the plane: a triangle.",
        ),
    }
