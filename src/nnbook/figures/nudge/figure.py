"""Is the gradient right? Nudge a weight by h, divide, and compare: an error shaped like a V."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import traitlets

from nnbook.figures.kit.controls import choice, slider
from nnbook.figures.kit.figure import Figure
from nnbook.figures.kit.numbers import number
from nnbook.figures.kit.pack import pack, unpack
from nnbook.figures.kit.predict import Question
from nnbook.figures.nudge.compute import DTYPES, EXPONENTS, NUDGES, log10_size, measured
from nnbook.figures.nudge.questions import questions

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Picture


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
        "line with the gradient's slope. Below, the difference of the two slopes over h, both on "
        "logarithmic axes, from h = 1 down to the present h: a V each for float64 (solid) and "
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
        k, rule = int(self.weight) - 1, int(self.rule == "onesided")
        table: list[tuple[float | str, ...]] = []
        for i, exponent in enumerate(EXPONENTS):
            if exponent % 1 == 0:
                row: list[float | str] = [number(exponent, 0)]
                for p in range(2):
                    estimate = claims["right"][k] + errors[k, p, rule, i]
                    row += [estimate, log10_size(estimate - claims[self.gradient][k])]
                table.append(tuple(row))
        return table

    def plot(self, picture: Picture) -> None:
        above, below = picture.subplots(2, height_ratios=[2, 3])
        k, p, rule = int(self.weight) - 1, list(DTYPES).index(self.precision), self.rule
        i = round((self.k - EXPONENTS[0]) * 2)
        true, claimed = (np.array(self.claims[name])[k] for name in ("right", self.gradient))
        errors = unpack(self.errors)[k, :, int(rule == "onesided")]
        above.plot(NUDGES, abs(true) * unpack(self.near)[k, p, i], ".", color="C0")
        above.plot(NUDGES, NUDGES * (true + errors[p, i]), "-", color="C0")
        above.plot(NUDGES, NUDGES * claimed, "--", color="C1")
        above.set(xlim=(-1.5, 1.5), ylim=np.array([-2.2, 2.2]) * abs(true))
        above.set(xticks=[-1, 0, 1], xticklabels=["w − h", "w", "w + h"], ylabel="change of E ÷ h")
        for q, (name, look) in enumerate(zip(DTYPES, ("-", "--"), strict=True)):
            log = log10_size(errors[q] + true - claimed)
            below.plot(EXPONENTS, log, look, color=f"C{q}", label=name)
            if q == p:
                below.plot(self.k, log[i], "o", color="C3")
        below.set(xlim=(-11, 0), ylim=(-13, 1), xlabel="log₁₀ h", ylabel="log₁₀ difference")
        below.legend()
