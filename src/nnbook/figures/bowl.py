"""The error of a line through 40 points, seen over its two weights: a bowl, and the way down it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets
from numpy.typing import ArrayLike

from nnbook.figures._bowl import (
    LAST,
    RADII,
    SEEDS,
    SIZES,
    bowl,
    descend,
    far,
    move,
    moved,
    moves,
    picks,
    points,
    readers_own,
)
from nnbook.figures._controls import choice, slider, steps, switch
from nnbook.figures._figure import Figure
from nnbook.figures._html import number
from nnbook.figures._pack import pack, unpack
from nnbook.figures._predict import Choice, Number, Question
from nnbook.figures._table import Array

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Picture


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
    w1 = slider(1.0, -3, 3, 0.1, "start w₁ (slope)")
    w2 = slider(0.5, -2, 2, 0.1, "start w₂ (shift)")
    step = steps(0, LAST, "updates", wait=250)
    seed = slider(1.0, 1, SEEDS, 1, "seed of the batches")
    arrows = switch(False, "−gradient of all points")
    cloud = switch(False, "200 batch gradients")
    bowls = traitlets.Dict().tag(sync=True)
    tables = traitlets.Dict().tag(sync=True)

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
        drawn = {key: picks(size, n) for key, size in SIZES.items() if size}
        kind = "f4" if n > 255 else "u1"
        self.tables = {
            "picks": {key: pack(k, kind) for key, k in drawn.items()},
            **{key: moves(x, y) for key, (x, y) in self.points.items()},
        }
        return {} if own else questions()

    def path(self) -> tuple[Array, Array]:
        """Weights (41, 2) and the error of all points, by the library."""
        x, y = self.points[self.kappa]
        return descend(x, y, (self.w1, self.w2), self.lr, SIZES[self.batch], int(self.seed))

    def rows(self) -> list[tuple[float | str, ...]]:
        w, e = self.path()
        return [(str(t), far(w[t, 0]), far(w[t, 1]), far(e[t])) for t in range(0, LAST + 1, 5)]

    def plot(self, picture: Picture) -> None:
        above, below = picture.subplots(2, height_ratios=[3, 2])
        bowl, tables = self.bowls[self.kappa], self.tables[self.kappa]
        turn = np.linspace(0, 2 * np.pi, 181)
        ring = np.array([np.cos(turn), np.sin(turn)])
        center = np.array(bowl["center"])[:, None]
        for r in RADII:
            above.plot(
                *(center + r * np.array(bowl["axes"]) @ ring), "-", color="C0", linewidth=0.8
            )
        above.plot(*center, "P", color="C2")
        moves, first = unpack(tables[self.batch]), int(self.seed - 1) * LAST
        w = [np.array([self.w1, self.w2])]
        for t in range(self.step):
            w.append(w[-1] + self.lr * moved(moves[(first + t) % len(moves)], w[-1]))
        way, here = np.array(w), w[-1]
        down = moved(unpack(tables["all"])[0], here)
        above.plot(*way.T, "-", marker=".", color="C1", linewidth=1)
        above.plot(
            *(here[:, None] + self.lr * np.hypot(*down) * ring), ":", color="C3", linewidth=1
        )
        if self.cloud:
            above.plot(
                *np.array([here + moved(m, here) for m in moves]).T, ".", color="C3", alpha=0.4
            )
        if self.arrows:
            above.plot(*np.array([here, center[:, 0]]).T, "--", color="C2", linewidth=1)
            look = {"arrowstyle": "->", "lw": 2}
            above.annotate("", here + down, here, arrowprops=look)
        above.plot(*here, "o", color="C1")
        above.set(
            xlim=(-3, 3), ylim=(-2, 2), xlabel="w₁ (slope)", ylabel="w₂ (shift)", aspect="equal"
        )
        x, y = unpack(tables["points"])
        next_ = slice(None)
        if self.batch != "all":
            picks = unpack(self.tables["picks"][self.batch])
            next_ = picks[first + min(self.step, LAST - 1)].astype(int)
        below.plot(x, y, ".", color="black")
        below.plot(x[next_], y[next_], "o", color="C1", fillstyle="none", markersize=9)
        ends = np.array([-2.6, 2.6])
        below.plot(ends, here[0] * ends + here[1], "-", color="C0")
        below.set(xlim=(-2.6, 2.6), ylim=(-4, 4), xlabel="input x", ylabel="y")


@cache
def questions() -> dict[str, Question]:
    """What to predict; every number is the library's."""
    x, y = points(4.0)
    start, center = np.array([1.0, 0.5]), np.array([-1.0, -0.5])

    def turn(kappa: float) -> float:
        """From the direction of the minimum to that of −gradient, counterclockwise, in degrees."""
        down, home = moved(move(*points(kappa)), start), center - start
        angle = np.arctan2(down[1], down[0]) - np.arctan2(home[1], home[0])
        return float(np.degrees((angle + np.pi) % (2 * np.pi) - np.pi))

    def spread(size: int) -> float:
        full = moved(move(x, y), start)
        off = [moved(move(x[k], y[k]), start) - full for k in picks(size, 40)]
        return float(np.sqrt(np.mean(np.square(off).sum(axis=1))))

    def rest(size: int) -> float:
        ends = [descend(x, y, (1.0, 0.5), 0.5, size, s)[0][-10:] for s in range(1, SEEDS + 1)]
        return float(np.linalg.norm(np.array(ends) - center, axis=2).mean())

    home: dict[str, Any] = {
        "kappa": "k4", "batch": "b4", "lr": 0.5, "w1": 1.0, "w2": 0.5, "step": 0, "seed": 1.0,
        "arrows": False, "cloud": False,
    }  # fmt: skip
    return {
        "arrow": Number(
            ask="This bowl is four times as steep upwards as sideways. Drag the purple arrow to "
            "where −gradient points. At 0° it points straight at the minimum, the cross; "
            "counterclockwise counts as positive.",
            start=home,
            then={**home, "arrows": True},
            label="turn (°)",
            truth=turn(4.0),
            tolerance=8.0,
            digits=0,
            explain=f"−gradient stands at a right angle to the ellipse on which the weights are, "
            f"and leans to the steep side: {number(turn(4.0), 1)}° away from the minimum. In the "
            f"round bowl, κ = 1, the miss is {number(abs(turn(1.0)), 0)}°, at κ = 25 it is "
            f"{number(turn(25.0), 1)}°.",
            mistakes=(
                (0.0, "It points where the error falls fastest here, not where the minimum is."),
                (-37.0, "It leans to the steep side of the bowl, not to the flat one."),
                (90.0, "It crosses the ellipse at a right angle; there is no such turn."),
                (-143.0, "That is uphill, the gradient without its minus."),
            ),
        ),
        "noise": Choice(
            ask="Each purple point is where −gradient of one batch of 4 ends. Now the batches "
            "hold 16, four times as many. How wide is the cloud?",
            start={**home, "arrows": True, "cloud": True},
            then={**home, "batch": "b16", "arrows": True, "cloud": True},
            options=(
                ("A quarter as wide.", "Four times the work does not buy that much."),
                ("Half as wide.", ""),
                ("As wide as before.", "More examples average out some of the noise."),
            ),
            right=1,
            explain=f"The spread falls from {number(spread(4), 2)} to {number(spread(16), 2)}, as "
            "1/√B does. Its center, the gradient of all points, stays.",
        ),
        "rest": Choice(
            ask="With all points in every batch the weights come to rest at the cross. "
            "Now every batch is one example, at the same rate. And then?",
            start={**home, "batch": "all", "step": LAST},
            then={**home, "batch": "b1", "step": LAST},
            options=(
                ("They rest there too, only later.", "Later they are as restless as now."),
                ("They leave the bowl.", "On average each step still leads down."),
                ("They keep wandering around it.", ""),
            ),
            right=2,
            explain=f"In the last ten updates they are {number(rest(1), 2)} away from the cross on "
            f"average over five seeds; with all points it is {number(rest(0), 2)}. At the minimum "
            "the examples agree only on average; each alone still pulls. A smaller rate calms it.",
        ),
    }
