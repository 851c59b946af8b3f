"""What the figure `approximation` asks: knots and weights, the error by width, the outside."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnbook.figures.approximation import compute
from nnbook.figures.kit.predict import Choice, Number, Question
from nnbook.nn.activations import Array
from nnbook.notebook.numbers import number


def questions() -> dict[str, Question]:
    """What to predict; every number is the library's."""

    def found(target: str) -> dict[str, list[float]]:
        _, f, bend = compute.TARGETS[target]
        errors: dict[str, list[float]] = compute.survey(f, bend)["errors"]
        return errors

    def n(v: float, digits: int = 3) -> str:
        return number(v, digits)

    sine, wave, jump = found("sine"), found("wave"), found("step")
    lifted = {**compute.HAND, "y2": 0.6}
    weights = [
        compute.sum_of_relus(compute.TARGETS["sine"][1], "hand", 4, one).parameters()[2].value[0]
        for one in (compute.HAND, lifted)
    ]
    changed = np.abs(weights[1] - weights[0]) > 1e-9
    eight, sixteen = sine["relu"][1:3]
    at = np.array([3.0])
    curve = compute.TARGETS["sine"][1]
    far = compute.sum_of_relus(curve, "n32", 4, compute.HAND)(at[:, None])[0, 0]
    true = curve(at)[0]
    home: dict[str, Any] = {"target": "sine", "pieces": "hand", **compute.HAND, "added": 4,
                            "ramps": False, "over": "none"}  # fmt: skip
    counts = ("none", "one", "two", "three", "four")
    return {
        "lift": Choice(
            ask="Four ReLUs, switched on at −2 and at the three knots, add up to the bent line. "
            "The middle knot is lifted, all other knots stay. How many of the four weights of "
            "the sum must change?",
            before=home,
            after={"y2": 0.6},
            options=(
                ("One: that of the ReLU at this knot.", "It would tilt all that lies right of it."),
                ("Two.", "Two pieces change their slope; count the bends between slopes."),
                ("Three.", ""),
                ("All four.", "Nothing changes left of the first knot."),
            ),
            right=int(changed.sum()) - 1,
            explain=f"It is {counts[int(changed.sum())]}. A weight is a change of slope. The two "
            "pieces beside the knot change their slopes, so the bends at the knot and at both of "
            f"its neighbors change: the weights go from {vector(weights[0])} to "
            f"{vector(weights[1])}.",
        ),
        "double": Number(
            ask="Now the knots are equally spaced and stand on the curve. With 8 ReLUs the sum is "
            f"nowhere off by more than {n(eight)}. And with 16?",
            before={**home, "pieces": "n8"},
            after={"pieces": "n16"},
            label="largest error",
            truth=sixteen,
            tolerance=0.005,
            digits=3,
            explain=f"About a quarter: {n(sixteen / eight, 2)} of it. The bound below goes with "
            "h², and half the distance h between knots has a quarter of its square.",
            mistakes=(
                (eight / 2, "Pieces half as long: but the error goes with the square of h."),
                (eight, "More knots do help."),
                (eight / 16, "That would be h to the fourth power."),
            ),
        ),
        "outside": Choice(
            ask="32 ReLUs follow the sine closely between −2 and 2. What does their sum do right "
            "of x = 2?",
            before={**home, "pieces": "n16"},
            after={"pieces": "n32"},
            options=(
                ("It follows the sine for a while.", "Nothing tells it how the sine goes on."),
                ("It runs straight on.", ""),
                ("It falls back to 0.", "All the ReLUs are on there, none switches off."),
            ),
            right=1,
            explain=f"The last ReLU has bent it, and nothing bends it again: at x = 3 it says "
            f"{n(far, 2)}, and the sine is at {n(true, 2)}. Left of −2 no ReLU is on at all, and "
            "the sum is constant.",
        ),
        "square": Choice(
            ask="x² is bent, too, and even smooth. How close to the wave does the best sum of 32 "
            "neurons with f(a) = a² come?",
            before={**home, "target": "wave", "pieces": "n32"},
            after={"over": "square"},
            options=(
                ("About as close as 32 ReLUs.", "Being bent is not enough."),
                ("Closer, for it is smooth.", "It is smooth, and it is only one kind of curve."),
                ("No closer than 4 such neurons.", ""),
            ),
            right=2,
            explain="(wx + b)² is a parabola, and a sum of parabolas is a parabola. Off by "
            f"{n(wave['square'][3], 2)} with 32 neurons, as with 4: {n(wave['square'][0], 2)}.",
        ),
        "jump": Choice(
            ask="The curve is a step. What happens to the largest error when 4 ReLUs become 32?",
            before={**home, "target": "step", "pieces": "n4"},
            after={"pieces": "n32"},
            options=(
                ("It falls to about a quarter, three times.", "That is for smooth curves."),
                ("It does not get small.", ""),
                ("It is halved three times.", "A kink between knots can do that; a jump cannot."),
            ),
            right=1,
            explain=f"It was {n(jump['relu'][0], 1)} and is {n(jump['relu'][3], 1)}. A sum of "
            "ReLUs does not jump; it climbs, ever more steeply, and right beside the jump it is "
            "always wrong. Only the stretch on which it is wrong gets short.",
        ),
    }


def vector(values: Array) -> str:
    return f"({', '.join(number(v, 2) for v in values)})"
