"""The error of a line through 40 points, seen over its two weights: a bowl, and a path down."""

from __future__ import annotations

from typing import Any

import traitlets
from numpy.typing import ArrayLike

from nnbook.figures.bowl.compute import (
    FAR,
    LAST,
    SEEDS,
    SIZES,
    bowl,
    descend,
    far,
    picks,
    points,
    readers_own,
    update_tables,
)
from nnbook.figures.bowl.questions import questions
from nnbook.figures.kit.controls import choice, slider, steps, switch
from nnbook.figures.kit.figure import Figure
from nnbook.figures.kit.pack import pack
from nnbook.figures.kit.predict import Question
from nnbook.nn.activations import Array


class LossBowl(Figure):
    """Drag the start of ŷ = w₁x + w₂ over the map of its error; go down it batch by batch.

    `LossBowl(x, y)` takes points of your own (N,), each divided by the root of its mean square.
    ValueError, with the cure, where the lowest point lies outside the map.
    """

    figure = "bowl"
    title = "The error as a bowl"
    question = "Where does −gradient point, and how noisy is a batch’s?"
    about = (
        "Above, a map of the error of the line ŷ = w₁x + w₂ over its two weights: nested ellipses "
        "around the lowest point, a path that goes down it one batch at a time, and a dashed "
        "circle as wide as the next step is long. Below, the points and the line of the present "
        "weights; the next batch is ringed."
    )
    readouts = (
        ("w", "w₁, w₂ now"),
        ("e", "E of all points"),
        ("turn", "−gradient misses by"),
        ("spread", "spread of batch gradients"),
    )
    columns = ("update", "w₁", "w₂", "E")
    ratio = 0.76

    kappa = choice("k4", {"k1": "1", "k4": "4", "k25": "25"}, "stretch κ")
    batch = choice("b4", {key: key.removeprefix("b") for key in SIZES}, "batch size")
    lr = slider(0.5, 0.05, 2.2, 0.05, "learning rate η")
    w1 = slider(1.0, -3, 3, 0.1, "start, slope w₁")
    w2 = slider(0.5, -2, 2, 0.1, "start, shift w₂")
    step = steps(0, LAST, "updates", wait=250)
    seed = slider(1, 1, SEEDS, 1, "seed of the batches")
    arrows = switch(False, "−gradient of all points")
    cloud = switch(False, "200 batch gradients")
    constants = traitlets.Dict({"far": FAR}).tag(sync=True)
    bowls = traitlets.Dict().tag(sync=True)
    tables = traitlets.Dict().tag(sync=True)
    points: dict[str, tuple[Array, Array]]

    def __init__(self, x: ArrayLike | None = None, y: ArrayLike | None = None, **settings: Any):
        self.points = {f"k{kappa}": points(kappa) for kappa in (1, 4, 25)}
        if x is not None or y is not None:
            self.points = {"own": readers_own(x, y)}
            settings = {"kappa": "own", **settings}
        super().__init__(**settings)

    def build(self) -> dict[str, Question]:
        own = "own" in self.points
        if own:
            kappa = {**self.controls["kappa"], "options": {"own": "your points"}}
            self.controls = {**self.controls, "kappa": kappa}
        self.bowls = {key: bowl(x, y) for key, (x, y) in self.points.items()}
        n = len(next(reversed(self.points.values()))[0])
        drawn = {key: picks(size, n) for key, size in SIZES.items()}
        kind = "f4" if n > 255 else "u1"
        self.tables = {
            "picks": {key: pack(k, kind) for key, k in drawn.items()},
            **{key: update_tables(x, y) for key, (x, y) in self.points.items()},
        }
        return {} if own else questions()

    def path(self) -> tuple[Array, Array]:
        """Weights (41, 2) and the error of all points, by the library."""
        x, y = self.points[self.kappa]
        return descend(x, y, (self.w1, self.w2), self.lr, SIZES[self.batch], self.seed)

    def rows(self) -> list[tuple[float | str, ...]]:
        w, e = self.path()
        return [(str(t), far(w[t, 0]), far(w[t, 1]), far(e[t])) for t in range(0, LAST + 1, 5)]
