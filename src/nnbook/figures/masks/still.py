"""The still picture of the figure `masks`: two maps, the line of all masks, the wall."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.patches import Rectangle

from nnbook.experiments.masks import GRID, REACH
from nnbook.figures.kit.pack import unpack
from nnbook.figures.masks.compute import ANSWERS, NETWORKS, SIDE, WHAT
from nnbook.nn.activations import Array
from nnbook.notebook import plots

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Picture

    from nnbook.figures.masks.figure import Masks

THUMB = (SIDE + 1) // 2  # pixels of a small map: every second one


def still(picture: Picture, fig: Masks) -> None:
    """Two maps, the line of all masks under them, and the wall of small maps."""
    f, middle = ANSWERS[fig.as_probability], 0.5 * fig.as_probability
    answers = f(fig.every())
    used = f(unpack(fig.used)[list(NETWORKS).index(fig.network)])
    other = answers[fig.mask] if fig.what == "mask" else answers.mean(axis=0)
    grid = picture.add_gridspec(3, 2, height_ratios=[3.6, 1, 7])
    most = np.abs(used - middle).max()  # one scale for both
    titles = ("in use, after eval()", WHAT[fig.what])
    for k, (v, title) in enumerate(zip((used, other), titles, strict=True)):
        axes = picture.add_subplot(grid[0, k])
        _map(axes, v.reshape(SIDE, SIDE) - middle, most)
        axes.plot(fig.x1, fig.x2, "o", color="C2")
        axes.set(title=title, xlabel="input x₁", ylabel="input x₂")
    ends = np.array([used[fig.place], other[fig.place]])
    _line(picture.add_subplot(grid[1, :]), fig, answers[:, fig.place], ends)
    _wall(picture.add_subplot(grid[2, :]), answers - middle, int(fig.mask))


def _map(axes: Axes, v: Array, most: float) -> None:
    """One map in color, with its zero."""
    look: dict[str, Any] = {"cmap": plots.DIVERGING, "extent": (-REACH, REACH, -REACH, REACH)}
    axes.imshow(v, vmin=-most, vmax=most, **look)
    if np.ptp(np.sign(v)) > 1:
        axes.contour(GRID, GRID[::-1], v, [0], colors="black")


def _line(axes: Axes, fig: Masks, here: Array, ends: Array) -> None:
    """A mark for each mask's answer at the point, and two bars that begin at the bias."""
    axes.plot(here, np.zeros(256), "|", color="C0", markersize=12, alpha=0.4)
    axes.plot(here[fig.mask], 0, "|", color="C3", markersize=22)
    b = 0.0 if fig.as_probability else fig.bias[fig.network]
    axes.barh([-1, -2], ends - b, 0.6, left=b, color=["C0", "C1"])
    axes.set_yticks([0, -1, -2], ["all masks", "in use", WHAT[fig.what].split()[0]])
    axes.set(xlabel=("score", "probability")[fig.as_probability])


def _wall(axes: Axes, values: Array, mask: int) -> None:
    """The map of every mask, small, with a frame around one."""
    wall = np.zeros((16, THUMB + 1, 16, THUMB + 1))
    thumbs = values.reshape(16, 16, SIDE, SIDE)[:, :, ::2, ::2]
    wall[:, :THUMB, :, :THUMB] = thumbs.transpose(0, 2, 1, 3)
    most = np.abs(wall).max()
    flat = wall.reshape(16 * (THUMB + 1), -1)
    axes.imshow(flat, cmap=plots.DIVERGING, vmin=-most, vmax=most)
    row, column = divmod(mask, 16)
    corner = (THUMB + 1) * column - 1, (THUMB + 1) * row - 1
    axes.add_patch(Rectangle(corner, THUMB + 1, THUMB + 1, fill=False, ec="C3", lw=2))
    axes.axis("off")
