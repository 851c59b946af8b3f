"""Is the gradient right? Nudge a weight by h, divide, and compare: an error shaped like a V."""

from __future__ import annotations

import traitlets

from nnbook.figures.kit.controls import choice, slider
from nnbook.figures.kit.figure import Figure
from nnbook.figures.kit.pack import pack
from nnbook.figures.kit.predict import Question
from nnbook.figures.nudge.compute import DTYPES, EXPONENTS, FLOOR, NUDGES, log10_size, measured
from nnbook.figures.nudge.questions import questions
from nnbook.notebook.numbers import number


class Nudge(Figure):
    """The change of E per nudge beside the gradient, for h from 1 to 10⁻¹¹.

    The network is the slides' 4-2-1, that of the figure `Messages`, with sigmoids.
    """

    figure = "nudge"
    title = "Nudge a weight"
    question = "Is the gradient right?"
    about = (
        "Above, the error E near a weight w, seen through a window that is three nudges h wide: "
        "dots for the computed E, a solid line through the points that are compared, a dashed "
        "line with the gradient's slope. Below, the difference of the two slopes against h, both "
        "on logarithmic axes, from h = 1 down to the present h, for float64 (solid) and "
        "float32 (dashed)."
    )
    readouts = (
        ("estimate", "change of E ÷ nudge"),
        ("claimed", "gradient by backward"),
        ("error", "their difference"),
    )
    columns = ("log₁₀ h", "float64", "log₁₀ difference", "float32", "log₁₀ difference")
    ratio = 0.74

    k = slider(-1.0, -11, 0, 0.5, "k, with h = 10ᵏ")
    weight = slider(1, 1, 10, 1, "weight w")
    precision = choice("float64", {name: name for name in DTYPES}, "numbers")
    rule = choice("central", {"central": "w − h, w + h", "onesided": "w, w + h"}, "compare at")
    gradient = choice(
        "right", {"right": "right", "slope": "f′ forgotten", "sign": "sign lost"}, "the gradient is"
    )

    constants = traitlets.Dict({"nudges": NUDGES.tolist(), "floor": FLOOR}).tag(sync=True)
    claims = traitlets.Dict().tag(sync=True)
    near = traitlets.Dict().tag(sync=True)
    errors = traitlets.Dict().tag(sync=True)

    def build(self) -> dict[str, Question]:
        claims, near, errors = measured()
        self.claims = {name: values.tolist() for name, values in claims.items()}
        self.near = pack(near)
        self.errors = pack(errors, "f4")
        return questions(claims, errors)

    def rows(self) -> list[tuple[float | str, ...]]:
        claims, _, errors = measured()
        k, rule = self.weight - 1, int(self.rule == "onesided")
        table: list[tuple[float | str, ...]] = []
        for i, exponent in enumerate(EXPONENTS):
            if exponent % 1 == 0:
                row: list[float | str] = [number(exponent, 0)]
                for p in range(2):
                    estimate = claims["right"][k] + errors[k, p, rule, i]
                    row += [estimate, log10_size(estimate - claims[self.gradient][k])]
                table.append(tuple(row))
        return table
