"""What the figure `nudge` asks: the best h in two precisions, and how a bug shows."""

from __future__ import annotations

import numpy as np

from nnbook.figures.kit.predict import Choice, Position, Question
from nnbook.figures.nudge.compute import EXPONENTS, log10_size
from nnbook.nn.activations import Array
from nnbook.notebook.numbers import number, power, science


def questions(claims: dict[str, Array], errors: Array) -> dict[str, Question]:
    """What to predict; the best h is the one whose middle weight is off by the least."""
    middle = np.median(log10_size(errors), axis=0)  # by dtype, rule, h
    best, single = (float(EXPONENTS[middle[p, 0].argmin()]) for p in (0, 1))
    (large, low, small), low32 = (
        (middle[0, 0, e == EXPONENTS][0] for e in (-1, best, -11)),
        (middle[1, 0].min()),
    )
    start = {"weight": 1, "precision": "float64", "rule": "central", "gradient": "right"}
    off = abs(claims["slope"][0] - claims["right"][0])
    wide = abs(errors[0, 0, 0, EXPONENTS == -1][0])

    return {
        "best": Position(
            ask=f"With h = 0.1 nudging and backpropagation differ by {science(wide)}, because E is "
            "curved, so a smaller h is better. How small should it be with 16 digits (float64)? "
            "Guess k in h = 10ᵏ.",
            before={**start, "k": -1.0},
            after={**start, "k": best},
            control="k",
            truth=best,
            tolerance=0.75,
            explain=f"There the difference is about {power(low)}. At h = 0.1 it is about "
            f"{power(large)}, because E is curved; at h = 10⁻¹¹ about {power(small)}, because two "
            "nearly equal numbers are subtracted and little but rounding is left.",
        ),
        "single": Choice(
            ask="Now the same in float32, which keeps 7 digits instead of 16. Where is its best h?",
            before={**start, "k": 0.0},
            after={**start, "k": single, "precision": "float32"},
            options=(
                ("At a smaller h.", "A smaller h makes the rounding worse."),
                ("At a larger h, and it is not as good.", ""),
                ("At the same h, and it is as good.", "It has 9 digits less to subtract with."),
            ),
            right=1,
            explain=f"Its best is near k = {number(single, 1)}, with a difference of about "
            f"{power(low32)}. So check gradients in float64.",
        ),
        "bug": Choice(
            ask="The lower curve shows how far the two slopes differ. For the right gradient, once "
            "h has run through all sizes, it is a V. Now somebody forgets f′ in the backward code. "
            "What becomes of the V?",
            before={**start, "k": best},
            after={**start, "k": best, "gradient": "slope"},
            options=(
                ("It moves up a little.", "It loses its bottom altogether."),
                ("Nothing: the loss is computed as before.", "But the gradient is not."),
                ("It goes flat: no h helps.", ""),
            ),
            right=2,
            explain=f"The estimate still finds the true slope, and the difference stays at "
            f"{number(off, 2)} for every sensible h. Here a right gradient shows a V, a wrong one "
            "a floor.",
        ),
    }
