"""What the figure `towers` asks: what added steps are, where to cut, what closeness costs."""

from __future__ import annotations

from functools import cache
from typing import Any

from nnbook.figures.kit.predict import Choice, Number, Question
from nnbook.figures.towers.compute import LAST, POINTS, misses, network, neurons
from nnbook.notebook.numbers import number


@cache
def questions() -> dict[str, Question]:
    """What to predict; heights, errors and counts are those of the library's networks."""
    home: dict[str, Any] = {
        "step": 0, "f": "sigmoid", "width": 0.2, "many": "n8", "target": "hills", "cut": 0.0,
    }  # fmt: skip

    def count(f: str, many: int) -> int:
        return neurons(network(LAST, f, 0.2, many, "hills"))

    added = network(1, "sigmoid", 0.2, 8, "hills")(POINTS)[:, 0]
    top = float(network(2, "sigmoid", 0.2, 8, "hills")(POINTS).max())
    stairs = [misses("sigmoid", 0.2, n, "hills")[0] for n in (8, 16)]
    ramps = [misses("relu", 1.0, n, "hills")[0] for n in (8, 16)]
    cliffs = [misses("sigmoid", 0.2, n, "cliff")[0] for n in (8, 16)]
    return {
        "added": Choice(
            ask="One neuron is one bent sheet: it climbs at x₁ = −1 and is flat on both sides. "
            "Another climbs at x₂ = −1. Their outputs are added. What do you get?",
            before=home,
            after={**home, "step": 1},
            options=(
                ("A corner: up where both are up, 0 elsewhere.", "A sum is no *and*."),
                ("Four plains, 0, 1, 1 and 2 high.", ""),
                ("One slanted step along the diagonal.", "Each climbs along its own input."),
            ),
            right=1,
            explain=f"Where both are up the sum is {number(added.max(), 0)}, where one is, 1. "
            "Each sheet goes on to the edge, and so do plains of one layer, unless very many "
            "sheets in all directions cancel there. A second layer has a shorter way.",
        ),
        "where": Number(
            ask="A neuron of the second layer gets this sum, 0, 1, 1 or 2, and is to be on only "
            "where it is 2. Its sigmoid climbs where the sum passes a threshold. Which threshold "
            "is safest?",
            before={**home, "step": 1},
            after={**home, "step": 2},
            label="threshold",
            truth=1.5,
            tolerance=0.2,
            digits=1,
            mistakes=(
                (1, "Then it is half on where only one of the two is up."),
                (2, "Then it is only half on where both are up."),
            ),
            explain=f"Half-way between what is to be off and what is to be on. The corner is "
            f"{number(top, 2)} high. Four such corners, two of them subtracted, are a tower. "
            "(Of sigmoids it has a pit, just outside the corner where both walls fall.)",
        ),
        "closer": Choice(
            ask=f"8 × 8 knots, {count('sigmoid', 8)} hidden neurons, and at the points shown the "
            f"largest error is {number(stairs[0], 2)}. How many neurons does it take to halve this "
            "error?",
            before={**home, "step": LAST},
            after={**home, "step": LAST, "many": "n16"},
            options=(
                ("Twice as many.", "With one input it would be so."),
                ("Three to four times as many.", ""),
                ("Ten more: corners are shared.", "They are, and each height is still one more."),
            ),
            right=1,
            explain=f"Half as far apart in two directions: {count('sigmoid', 16)} neurons, and the "
            f"error is {number(stairs[1], 2)}. With D inputs it would be about 2 to the power D "
            "times as many.",
        ),
        "relu": Choice(
            ask="ReLUs instead of sigmoids, and walls as wide as a tower: every stair becomes a "
            f"ramp. With 8 × 8 knots the largest error is {number(ramps[0], 2)}. And with 16 × 16?",
            before={**home, "step": LAST, "f": "relu", "width": 1.0},
            after={**home, "step": LAST, "f": "relu", "width": 1.0, "many": "n16"},
            options=(
                ("About half of it.", "So it is with stairs."),
                ("The same: ramps blur the hill.", "They connect heights that are right."),
                ("About a quarter of it.", ""),
            ),
            right=2,
            explain=f"{number(ramps[1], 3)}. Between knots the sum is flat over triangles, the "
            "straight interpolation. Half the distance makes about a quarter of the error, as for "
            "a curve, and the more exactly, the closer the knots are. The price: twice as many "
            "neurons in the first layer.",
        ),
        "cliff": Number(
            ask="The hill is now a cliff: 1 inside a circle, 0 outside. The largest error with "
            f"8 × 8 knots is {number(cliffs[0], 2)}. What is it with 16 × 16?",
            before={**home, "step": LAST, "target": "cliff"},
            after={**home, "step": LAST, "target": "cliff", "many": "n16"},
            label="largest error",
            truth=cliffs[1],
            tolerance=0.15,
            digits=2,
            mistakes=(
                (0.5, "Half is the best that a continuous surface can do at a jump."),
                (0.25, "A quarter would be for a hill without a jump."),
            ),
            explain="The places that are wrong get fewer, the mean error shows it, but at the edge "
            "some point is always on the wrong side. A cliff is not continuous, and the theorem "
            "says nothing about it.",
        ),
    }
