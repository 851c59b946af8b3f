"""The still picture of the figure `approximation`: curve and sum, above the errors by width."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nnbook.figures.approximation.compute import SHOWN, WIDTHS
from nnbook.figures.kit.pack import unpack
from nnbook.nn.activations import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Picture

    from nnbook.figures.approximation.figure import Approximation


def still(picture: Picture, fig: Approximation) -> None:
    """The curve and the sum above, the errors below."""
    top, low = picture.subplots(2, height_ratios=[3, 2])
    curves: dict[str, Array] = {key: unpack(one) for key, one in fig.curves[fig.target].items()}
    x, y = fig.points(curves["f"])
    most = _curves(top, fig, curves, x, y)
    _errors(low, fig, len(x) - 1, most)


def _curves(axes: Axes, fig: Approximation, curves: dict[str, Array], x: Array, y: Array) -> float:
    """Curve and sum from −3 to 3; returns the largest error."""
    f, last = curves["f"], (len(x) - 1) * fig.added // 4
    slope = (y[last] - y[last - 1]) / (x[last] - x[last - 1]) if last else 0.0
    inside = np.interp(SHOWN, x[: last + 1], y[: last + 1])
    total = np.where(x[last] < SHOWN, y[last] + slope * (SHOWN - x[last]), inside)
    if fig.ramps:
        weights = np.diff(np.diff(y) / np.diff(x), prepend=0)
        for v, t in list(zip(weights, x[:-1], strict=True))[:last]:
            axes.plot([-3, t, 3], [0, 0, v * (3 - t)], "-", color="0.6", linewidth=0.8)
    axes.plot(SHOWN, f, "-", color="C0", linewidth=2.5)
    axes.plot(SHOWN, total, "-", color="C1")
    axes.plot(x[: last + 1], y[: last + 1], "o", color="C1", markersize=4)
    if fig.pieces == "hand":
        axes.plot(x[1:-1], y[1:-1], "o", color="C1")
    if fig.over == "square":
        axes.plot(SHOWN[::4], curves["square"], "--", color="C2")
    if fig.over == "sigmoid":
        width = WIDTHS.index(len(x) - 1)
        axes.plot(SHOWN[::4], curves["sigmoid"][width], "--", color="C2")
    off = np.abs(total - f)[256:-256]
    worst = 256 + int(off.argmax())
    axes.plot([SHOWN[worst]] * 2, [total[worst], f[worst]], "-", color="C3", linewidth=3)
    for side in ((-3, -2), (2, 3)):
        axes.axvspan(*side, color="0.5", alpha=0.15)
    axes.set(xlim=(-3, 3), ylim=(-1.6, 1.6), xlabel="x", ylabel="y")
    return float(off.max())


def _errors(axes: Axes, fig: Approximation, width: int, most: float) -> None:
    """The largest error by width, on logarithmic axes, and a ring for this network."""
    errors = fig.errors[fig.target]
    if errors["bound"]:
        axes.loglog(WIDTHS, errors["bound"], ":", color="0.5", label="bound")
    for name, mark, color, label in (
        ("relu", "o-", "C1", "ReLU"),
        ("sigmoid", "s--", "C3", "sigmoid"),
        ("square", "^:", "C2", "x²"),
    ):
        axes.loglog(WIDTHS, errors[name], mark, color=color, label=label, markersize=4)
    axes.loglog(width, most, "o", mfc="none", color="black", markersize=9)
    axes.set(xlabel="neurons", ylabel="largest error", ylim=(1e-4, 4), xlim=(3.4, 150))
    axes.set(xticks=WIDTHS, xticklabels=WIDTHS)
    axes.legend(fontsize=8)
