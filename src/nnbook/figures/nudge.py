"""Is the gradient right? Nudge a weight by h, divide, and compare: an error shaped like a V."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets

from nnbook import nn
from nnbook.figures._controls import choice, slider
from nnbook.figures._figure import Figure
from nnbook.figures._html import number
from nnbook.figures._pack import pack, unpack
from nnbook.figures._predict import Choice, Position, Question
from nnbook.figures._science import power
from nnbook.figures.messages import W, X, Y, trace
from nnbook.nn.activations import Array

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Picture

EXPONENTS = np.arange(-11.0, 0.5, 0.5)  # log₁₀ h
NUDGES = np.linspace(-1.5, 1.5, 25)  # in units of h
DTYPES: dict[str, Any] = {"float64": np.float64, "float32": np.float32}
FAR = 100.0  # frames away from the picture: no need to tell how much farther
FLOOR = -17.0  # log₁₀ of an error of exactly 0


class Nudge(Figure):
    """The change of E per nudge beside the gradient, for h from 1 to 10⁻¹¹.

    The network is the slides' 4-2-1 with sigmoids, in `figures.messages`.
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
                    row += [estimate, _log(estimate - claims[self.gradient][k])]
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
            log = _log(errors[q] + true - claimed)
            below.plot(EXPONENTS, log, look, color=f"C{q}", label=name)
            if q == p:
                below.plot(self.k, log[i], "o", color="C3")
        below.set(xlim=(-11, 0), ylim=(-13, 1), xlabel="log₁₀ h", ylabel="log₁₀ difference")
        below.legend()


@cache
def measured() -> tuple[dict[str, Array], Array, Array]:
    """Gradients by weight, as they are and with two bugs; E near each weight; errors of estimates.

    Near: (weight, dtype, h, nudge), the change of E in units of |gradient|·h, as it is computed.
    Errors: (weight, dtype, central or one-sided, h), estimate − gradient.
    """
    first, last = nn.Linear(4, 2, bias=False), nn.Linear(2, 1, bias=False)
    f, loss_fn = nn.Sigmoid(), nn.HalfSquaredLoss()
    model = nn.Sequential(first, f, last)

    def loss(w: Array) -> float:
        first.weight.value[:], last.weight.value[:] = w[:8].reshape(2, 4), w[8:]
        return loss_fn(model(x), y)

    model.to(np.float64)
    x, y = X[:1], Y[:1]
    loss(W)
    now = trace(first, nn.Sigmoid, last, x, y, [0])
    right, forgotten = now["grad"], now["grad"].copy()
    forgotten[:8] /= np.repeat(now["slope"][0], 4)
    claims = {"right": right, "slope": forgotten, "sign": -right}

    near = np.empty((len(W), 2, len(EXPONENTS), len(NUDGES)))
    errors = np.empty((len(W), 2, 2, len(EXPONENTS)))
    for p, dtype in enumerate(DTYPES.values()):
        model.to(dtype)
        x, y, w = X[:1].astype(dtype), Y[:1].astype(dtype), W.astype(dtype)
        for k, i in np.ndindex(near.shape[0], near.shape[2]):
            h, one = 10 ** EXPONENTS[i], np.eye(len(W))[k]
            E = [loss(w + (s * h * one).astype(dtype)) for s in NUDGES]
            below, here, above = (E[j] for j in (4, 12, 20))  # at w − h, w, w + h
            near[k, p, i] = (np.array(E) - here) / (abs(right[k]) * h)
            slopes = (above - below) / (2 * h), (above - here) / h
            errors[k, p, :, i] = np.array(slopes) - right[k]
    return claims, np.clip(near, -FAR, FAR), errors


def _log(difference: Any) -> Any:
    return np.log10(np.maximum(np.abs(difference), 10**FLOOR))


def questions(claims: dict[str, Array], errors: Array) -> dict[str, Question]:
    """What to predict; the best h is the one whose middle weight is off by the least."""
    middle = np.median(_log(errors), axis=0)  # by dtype, rule, h
    best, single = (float(EXPONENTS[middle[p, 0].argmin()]) for p in (0, 1))
    (large, low, small), low32 = (
        (middle[0, 0, e == EXPONENTS][0] for e in (-1, best, -11)),
        (middle[1, 0].min()),
    )
    start = {"weight": 1, "precision": "float64", "rule": "central", "gradient": "right"}
    off = abs(claims["slope"][0] - claims["right"][0])

    return {
        "best": Position(
            ask="With h = 0.1 the straight line misses the curve, so a smaller h is better. "
            "How small should it be in float64? Guess k in h = 10ᵏ.",
            start={**start, "k": -1.0},
            then={**start, "k": best},
            of="k",
            truth=best,
            tolerance=0.75,
            explain=f"There the difference is about {power(low)}. At h = 0.1 it is about "
            f"{power(large)}, because E is curved; at h = 10⁻¹¹ about {power(small)}, because two "
            "nearly equal numbers are subtracted and little but rounding is left.",
        ),
        "single": Choice(
            ask="Now the same in float32, which keeps 7 digits instead of 16. Where is its best h?",
            start={**start, "k": 0.0},
            then={**start, "k": single, "precision": "float32"},
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
            ask="Somebody forgets f′ in the backward code. What happens to the V?",
            start={**start, "k": best},
            then={**start, "k": best, "gradient": "slope"},
            options=(
                ("It moves up a little.", "It loses its bottom altogether."),
                ("Nothing: the loss is computed as before.", "But the gradient is not."),
                ("It goes flat: no h helps.", ""),
            ),
            right=2,
            explain=f"The estimate still finds the true slope, and the difference stays at "
            f"{number(off, 2)} for every sensible h. A right gradient shows a V, a wrong one a "
            "floor.",
        ),
    }
