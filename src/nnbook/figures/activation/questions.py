"""What the figure `activation` asks: kinks, and where a GELU is lowest."""

from __future__ import annotations

import numpy as np

from nnbook import nn
from nnbook.figures.kit.predict import Choice, Position, Question
from nnbook.notebook.numbers import number


def questions() -> dict[str, Question]:
    """What to predict; the truths are found with the library."""
    w, b = -2.0, 1.0
    kink = -b / w
    assert nn.relu(w * kink + b) == 0 < nn.relu(w * (kink - 0.01) + b)
    x = np.linspace(-4, 4, 80_001)
    lowest = x[nn.gelu(x).argmin()]
    return {
        "switch": Position(
            ask="With w = 1 and b = 0 the kink of a ReLU stands at x = 0. "
            f"Where does it stand for w = {number(w, 0)} and b = {number(b, 0)}?",
            before={"f": "relu", "w": 1.0, "b": 0.0, "x": 2.0},
            after={"f": "relu", "w": w, "b": b},
            control="x",
            truth=kink,
            tolerance=0.1,
            explain=f"A ReLU switches where w·x + b = 0, at x = −b/w = {number(kink, 2)}; "
            "since w is negative, this one is on to the left of it.",
        ),
        "double": Choice(
            ask="A ReLU has w = 1 and b = 1. Now both are doubled. What does its kink do?",
            before={"f": "relu", "w": 1.0, "b": 1.0, "x": 1.0},
            after={"f": "relu", "w": 2.0, "b": 2.0},
            options=(
                ("It moves to the left.", "That is what doubling b alone would do."),
                ("It stays, and the slope doubles.", ""),
                ("It moves to the right.", "That is what doubling w alone would do."),
            ),
            right=1,
            explain=f"The kink stands at −b/w, and {number(-1.0 / 1.0, 0)}/1 is −2/2: only the "
            f"slope changes, from 1 to {number(2.0 * nn.relu_derivative(4.0), 0)}.",
        ),
        "minimum": Position(
            ask="The GELU looks much like the ReLU, but it is smooth, and somewhere it is "
            "negative. Where is it lowest?",
            before={"f": "relu", "w": 1.0, "b": 0.0, "x": 2.0},
            after={"f": "gelu", "w": 1.0, "b": 0.0, "x": float(round(lowest, 1))},
            control="x",
            truth=float(lowest),
            tolerance=0.25,
            explain=f"There z = {number(nn.gelu(lowest), 2)}. Further left the curve climbs back "
            "to zero: a more negative input gives a larger output.",
        ),
    }
