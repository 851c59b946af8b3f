"""The still picture of the figure `bowl`: the map with the way down it, above the points."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nnbook.figures.bowl.compute import LAST, RADII, moved
from nnbook.figures.kit.marks import arrow
from nnbook.figures.kit.pack import unpack
from nnbook.nn.activations import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Picture

    from nnbook.figures.bowl.figure import LossBowl


def still(picture: Picture, fig: LossBowl) -> None:
    """The map with the way of the weights above, the points with their line below."""
    above, below = picture.subplots(2, height_ratios=[3, 2])
    moves = unpack(fig.tables[fig.kappa][fig.batch])
    first = int(fig.seed - 1) * LAST  # the first batch of this seed
    way = [np.array([fig.w1, fig.w2])]
    for t in range(fig.step):
        way.append(way[-1] + fig.lr * moved(moves[(first + t) % len(moves)], way[-1]))
    _map(above, fig, np.array(way), moves)
    _points(below, fig, way[-1], first + min(fig.step, LAST - 1))


def _map(axes: Axes, fig: LossBowl, way: Array, moves: Array) -> None:
    bowl, here = fig.bowls[fig.kappa], way[-1]
    turn = np.linspace(0, 2 * np.pi, 181)
    ring = np.array([np.cos(turn), np.sin(turn)])
    center = np.array(bowl["center"])[:, None]
    for r in RADII:
        axes.plot(*(center + r * np.array(bowl["axes"]) @ ring), "-", color="C0", linewidth=0.8)
    axes.plot(*center, "P", color="C2")
    down = moved(unpack(fig.tables[fig.kappa]["all"])[0], here)
    axes.plot(*way.T, "-", marker=".", color="C1", linewidth=1)
    axes.plot(*(here[:, None] + fig.lr * np.hypot(*down) * ring), ":", color="C3", linewidth=1)
    if fig.cloud:
        axes.plot(*np.array([here + moved(m, here) for m in moves]).T, ".", color="C3", alpha=0.4)
    if fig.arrows:
        axes.plot(*np.array([here, center[:, 0]]).T, "--", color="C2", linewidth=1)
        arrow(axes, here, here + down, lw=2)
    axes.plot(*here, "o", color="C1")
    axes.set(xlim=(-3, 3), ylim=(-2, 2), xlabel="w₁ (slope)", ylabel="w₂ (shift)", aspect="equal")


def _points(axes: Axes, fig: LossBowl, w: Array, batch: int) -> None:
    x, y = unpack(fig.tables[fig.kappa]["points"])
    of_batch = slice(None)
    if fig.batch != "all":
        of_batch = unpack(fig.tables["picks"][fig.batch])[batch].astype(int)
    axes.plot(x, y, ".", color="black")
    axes.plot(x[of_batch], y[of_batch], "o", color="C1", fillstyle="none", markersize=9)
    ends = np.array([-2.6, 2.6])
    axes.plot(ends, w[0] * ends + w[1], "-", color="C0")
    axes.set(xlim=(-2.6, 2.6), ylim=(-4, 4), xlabel="input x", ylabel="y")
