"""How bent lines become a curve: a sum of ReLUs whose knots one drags, and its error by width."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets

from nnbook import nn
from nnbook.figures import _approximation as more
from nnbook.figures._controls import choice, slider, steps, switch
from nnbook.figures._figure import Figure
from nnbook.figures._html import number
from nnbook.figures._pack import unpack
from nnbook.figures._predict import Choice, Number, Question
from nnbook.nn.activations import Array

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Picture


class Approximation(Figure):
    """Drag the knots of four ReLUs over a curve, then let the library place 4, 8, 16, 32.

    `Approximation(f=my_function)` adds a curve of your own: array in, array of its shape out,
    between −1.5 and 1.5 for −2 ≤ x ≤ 2.
    """

    figure = "approximation"
    title = "Any curve from bent lines"
    question = "How do bent lines become any curve?"
    about = (
        "A curve to approximate over x, and a sum of ReLUs, straight from knot to knot, that "
        "should follow it between −2 and 2; a bar marks where it is off most, and the parts "
        "outside are shaded. Below, the largest error by the number of neurons, both axes "
        "logarithmic: for ReLUs it falls with slope −2, under a dashed bound, for sigmoids with "
        "slope −1, for x² not at all."
    )
    readouts = (
        ("b", "biases of the ReLUs"),
        ("v", "weights of the sum"),
        ("c", "bias of the sum"),
        ("error", "largest error"),
        ("bound", "h² · max|f″| / 8"),
        ("outside", "at x = 3: sum, curve"),
    )
    columns = ("of the first four ReLUs; then by 4, 8, 16, 32 neurons", "1st", "2nd", "3rd", "4th")
    ratio = 0.72

    target = choice("sine", {name: label for name, (label, *_) in more.TARGETS.items()}, "curve")
    pieces = choice(
        "hand",
        {"hand": "by hand", "n4": "4", "n8": "8", "n16": "16", "n32": "32"},
        "ReLUs: four by hand, or equally spaced",
    )
    added = steps(4, 4, "quarters added", wait=900)
    ramps = switch(False, "show the single ReLUs")
    over = choice("none", {"none": "nothing", "sigmoid": "sigmoids", "square": "x²"}, "lay over it")
    x1 = slider(more.HAND["x1"], -1.9, -0.54, 0.02, "knot 1: x", only_if={"pieces": "hand"})
    y1 = slider(more.HAND["y1"], -1.5, 1.5, 0.02, "knot 1: height", only_if={"pieces": "hand"})
    x2 = slider(more.HAND["x2"], -0.5, 0.5, 0.02, "knot 2: x", only_if={"pieces": "hand"})
    y2 = slider(more.HAND["y2"], -1.5, 1.5, 0.02, "knot 2: height", only_if={"pieces": "hand"})
    x3 = slider(more.HAND["x3"], 0.54, 1.9, 0.02, "knot 3: x", only_if={"pieces": "hand"})
    y3 = slider(more.HAND["y3"], -1.5, 1.5, 0.02, "knot 3: height", only_if={"pieces": "hand"})

    curves = traitlets.Dict().tag(sync=True)  # over SHOWN: of each target, and of its rivals
    errors = traitlets.Dict().tag(sync=True)  # of each target: by WIDTHS, and the bound

    def __init__(self, *, f: more.Function | None = None, **settings: Any):
        self._targets = dict(more.TARGETS)
        if f is not None:
            self._targets["own"] = more.readers_own(f)
            settings = {"target": "own", **settings}
        super().__init__(**settings)

    def build(self) -> dict[str, Question]:
        options = {name: label for name, (label, *_) in self._targets.items()}
        self.controls = {**self.controls, "target": {**self.controls["target"], "options": options}}
        every = {name: more.survey(f, bend) for name, (_, f, bend) in self._targets.items()}
        self.curves = {name: one["curves"] for name, one in every.items()}
        self.errors = {name: one["errors"] for name, one in every.items()}
        return questions()

    def model(self) -> nn.Sequential:
        """The network that the picture shows, as far as its ReLUs have been added."""
        _, f, _ = self._targets[self.target]
        settings = {key: getattr(self, key) for key in more.HAND}
        return more.sum_of_relus(f, self.pieces, self.added, settings)

    def rows(self) -> list[tuple[float | str, ...]]:
        _, f, _ = self._targets[self.target]
        return more.rows(self.model(), f, self.errors[self.target])

    def plot(self, picture: Picture) -> None:
        curves: dict[str, Array] = {
            key: unpack(one) for key, one in self.curves[self.target].items()
        }
        x, y = self.points(curves["f"])
        draw(picture, self, curves, x, y)

    def points(self, f: Array) -> tuple[Array, Array]:
        """Knots and heights, from the traits: what the browser draws."""
        if self.pieces == "hand":
            x = np.array([-2, self.x1, self.x2, self.x3, 2])
            return x, np.array([f[256], self.y1, self.y2, self.y3, f[-257]])
        every = 1024 // int(self.pieces[1:])
        return more.INSIDE[::every], f[256:-256][::every]


def draw(
    picture: Picture, fig: Approximation, curves: dict[str, Array], x: Array, y: Array
) -> None:
    """The curve and the sum above, the errors below."""
    top, low = picture.subplots(2, height_ratios=[3, 2])
    last = (len(x) - 1) * fig.added // 4
    slope = (y[last] - y[last - 1]) / (x[last] - x[last - 1]) if last else 0.0
    inside = np.interp(more.SHOWN, x[: last + 1], y[: last + 1])
    total = np.where(x[last] < more.SHOWN, y[last] + slope * (more.SHOWN - x[last]), inside)
    weights = np.diff(np.diff(y) / np.diff(x), prepend=0)
    if fig.ramps:
        for v, t in list(zip(weights, x[:-1], strict=True))[:last]:
            top.plot([-3, t, 3], [0, 0, v * (3 - t)], "-", color="0.6", linewidth=0.8)
    top.plot(more.SHOWN, curves["f"], "-", color="C0", linewidth=2.5)
    top.plot(more.SHOWN, total, "-", color="C1")
    top.plot(x[: last + 1], y[: last + 1], "o", color="C1", markersize=4)
    if fig.pieces == "hand":
        top.plot(x[1:-1], y[1:-1], "o", color="C1")
    if fig.over == "square":
        top.plot(more.SHOWN[::4], curves["square"], "--", color="C2")
    if fig.over == "sigmoid":
        width = 4 if fig.pieces == "hand" else int(fig.pieces[1:])
        top.plot(more.SHOWN[::4], curves["sigmoid"][more.WIDTHS.index(width)], "--", color="C2")
    off = np.abs(total - curves["f"])[256:-256]
    worst = 256 + int(off.argmax())
    top.plot(
        [more.SHOWN[worst]] * 2, [total[worst], curves["f"][worst]], "-", color="C3", linewidth=3
    )
    for side in ((-3, -2), (2, 3)):
        top.axvspan(*side, color="0.5", alpha=0.15)
    top.set(xlim=(-3, 3), ylim=(-1.6, 1.6), xlabel="x", ylabel="y")

    errors = fig.errors[fig.target]
    if errors["bound"]:
        low.loglog(more.WIDTHS, errors["bound"], ":", color="0.5", label="bound")
    for name, mark, color, label in (
        ("relu", "o-", "C1", "ReLU"), ("sigmoid", "s--", "C3", "sigmoid"),
        ("square", "^:", "C2", "x²"),
    ):  # fmt: skip
        low.loglog(more.WIDTHS, errors[name], mark, color=color, label=label, markersize=4)
    low.loglog(len(x) - 1, off.max(), "o", mfc="none", color="black", markersize=9)
    low.set(xlabel="neurons", ylabel="largest error", ylim=(1e-4, 4), xlim=(3.4, 150))
    low.set(xticks=more.WIDTHS, xticklabels=more.WIDTHS)
    low.legend(fontsize=8)


def questions() -> dict[str, Question]:
    """What to predict; every number is the library's."""

    def found(target: str) -> dict[str, list[float]]:
        _, f, bend = more.TARGETS[target]
        errors: dict[str, list[float]] = more.survey(f, bend)["errors"]
        return errors

    def n(v: float, digits: int = 3) -> str:
        return number(v, digits)

    sine, wave, jump = found("sine"), found("wave"), found("step")
    lifted = {**more.HAND, "y2": 0.6}
    weights = [
        more.sum_of_relus(more.TARGETS["sine"][1], "hand", 4, one).parameters()[2].value[0]
        for one in (more.HAND, lifted)
    ]
    changed = np.abs(weights[1] - weights[0]) > 1e-9
    eight, sixteen = sine["relu"][1:3]
    at = np.array([3.0])
    curve = more.TARGETS["sine"][1]
    far = more.sum_of_relus(curve, "n32", 4, more.HAND)(at[:, None])[0, 0]
    true = curve(at)[0]
    home: dict[str, Any] = {"target": "sine", "pieces": "hand", **more.HAND, "added": 4,
                            "ramps": False, "over": "none"}  # fmt: skip
    counts = ("none", "one", "two", "three", "four")
    return {
        "lift": Choice(
            ask="Four ReLUs, switched on at −2 and at the three knots, add up to the bent line. "
            "The middle knot is lifted, all other knots stay. How many of the four weights of "
            "the sum must change?",
            start=home,
            then={"y2": 0.6},
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
            start={**home, "pieces": "n8"},
            then={"pieces": "n16"},
            label="largest error",
            truth=sixteen,
            tolerance=0.005,
            digits=3,
            explain=f"About a quarter: {n(sixteen / eight, 2)} of it. The bound is h² · max|f″| / "
            "8, and half the distance h between knots has a quarter of its square.",
            mistakes=(
                (eight / 2, "Pieces half as long: but the error goes with the square of h."),
                (eight, "More knots do help."),
                (eight / 16, "That would be h to the fourth power."),
            ),
        ),
        "outside": Choice(
            ask="32 ReLUs follow the sine closely between −2 and 2. What does their sum do right "
            "of x = 2?",
            start={**home, "pieces": "n16"},
            then={"pieces": "n32"},
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
            start={**home, "target": "wave", "pieces": "n32"},
            then={"over": "square"},
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
            start={**home, "target": "step", "pieces": "n4"},
            then={"pieces": "n32"},
            options=(
                ("It falls to about a quarter, three times.", "That is for curves with an f″."),
                ("It does not get small.", ""),
                ("It is halved three times.", "That is for curves with kinks, but no jump."),
            ),
            right=1,
            explain=f"It was {n(jump['relu'][0], 1)} and is {n(jump['relu'][3], 1)}. A sum of "
            "ReLUs does not jump; it climbs, ever more steeply, and right beside the jump it is "
            "always wrong. Only the stretch on which it is wrong gets short.",
        ),
    }


def vector(values: Array) -> str:
    return f"({', '.join(number(v, 2) for v in values)})"
