"""How bent lines become a curve: a sum of ReLUs whose knots one drags, and its error by width."""

from __future__ import annotations

from typing import Any

import traitlets

from nnbook import nn
from nnbook.figures.approximation import compute
from nnbook.figures.approximation.questions import questions
from nnbook.figures.kit.controls import choice, slider, steps, switch
from nnbook.figures.kit.figure import Figure
from nnbook.figures.kit.predict import Question


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
        "should follow it between −2 and 2; the gap is filled where it is off most, and the parts "
        "outside are shaded. Below, in a strip, the largest error by the number of neurons, both "
        "axes logarithmic: of a wave it falls with slope −2 for ReLUs, under a dashed bound, −1 "
        "for sigmoids, and not for x²."
    )
    readouts = (
        ("b", "biases of the ReLUs"),
        ("v", "weights of the sum"),
        ("c", "bias of the sum"),
        ("error", "largest error"),
        ("bound", "its bound (see below)"),
        ("outside", "at x = 3: sum, curve"),
    )
    columns = ("of the first four ReLUs; then by 4, 8, 16, 32 neurons", "1st", "2nd", "3rd", "4th")
    ratio = 1.23
    folded = ("x1", "y1", "x2", "y2", "x3", "y3")

    target = choice("sine", {name: label for name, (label, *_) in compute.TARGETS.items()}, "curve")
    pieces = choice(
        "hand",
        {"hand": "by hand", "n4": "4", "n8": "8", "n16": "16", "n32": "32"},
        "ReLUs: four by hand, or equally spaced",
    )
    added = steps(4, 4, "quarters of the ReLUs added", wait=900)
    ramps = switch(False, "show the single ReLUs")
    over = choice("none", {"none": "nothing", "sigmoid": "sigmoids", "square": "x²"}, "lay over it")
    x1 = slider(compute.HAND["x1"], -1.9, -0.54, 0.02, "knot 1: x", only_if={"pieces": "hand"})
    y1 = slider(compute.HAND["y1"], -1.5, 1.5, 0.02, "knot 1: height", only_if={"pieces": "hand"})
    x2 = slider(compute.HAND["x2"], -0.5, 0.5, 0.02, "knot 2: x", only_if={"pieces": "hand"})
    y2 = slider(compute.HAND["y2"], -1.5, 1.5, 0.02, "knot 2: height", only_if={"pieces": "hand"})
    x3 = slider(compute.HAND["x3"], 0.54, 1.9, 0.02, "knot 3: x", only_if={"pieces": "hand"})
    y3 = slider(compute.HAND["y3"], -1.5, 1.5, 0.02, "knot 3: height", only_if={"pieces": "hand"})

    constants = traitlets.Dict(
        {"dense": compute.DENSE, "coarse": compute.COARSE, "widths": list(compute.WIDTHS)}
    ).tag(sync=True)
    curves = traitlets.Dict().tag(sync=True)  # over SHOWN: of each target, and of its rivals
    errors = traitlets.Dict().tag(sync=True)  # of each target: by WIDTHS, and the bound

    def __init__(self, *, f: compute.Function | None = None, **settings: Any):
        self._targets = dict(compute.TARGETS)
        if f is not None:
            self._targets["own"] = compute.readers_own(f)
            settings = {"target": "own", **settings}
        super().__init__(**settings)

    def build(self) -> dict[str, Question]:
        options = {name: label for name, (label, *_) in self._targets.items()}
        self.controls = {**self.controls, "target": {**self.controls["target"], "options": options}}
        every = {name: compute.survey(f, bend) for name, (_, f, bend) in self._targets.items()}
        self.curves = {name: one["curves"] for name, one in every.items()}
        self.errors = {name: one["errors"] for name, one in every.items()}
        return {} if "own" in every else questions()

    def model(self) -> nn.Sequential:
        """The network that the picture shows, as far as its ReLUs have been added."""
        _, f, _ = self._targets[self.target]
        settings = {key: getattr(self, key) for key in compute.HAND}
        return compute.sum_of_relus(f, self.pieces, self.added, settings)

    def rows(self) -> list[tuple[float | str, ...]]:
        _, f, _ = self._targets[self.target]
        return compute.rows(self.model(), f, self.errors[self.target])
