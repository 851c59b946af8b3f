"""What several still pictures draw: arrows, points of two classes, a map in bands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nnbook.nn.activations import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def arrow(axes: Axes, foot: Any, tip: Any, **look: Any) -> None:
    """An arrow from foot to tip, each a point of the data."""
    axes.annotate("", tuple(tip), tuple(foot), arrowprops={"arrowstyle": "->", **look})


def two_classes(axes: Axes, points: Array, circles: NDArray[np.bool_], size: float) -> None:
    """Filled circles where `circles` is true, hollow squares elsewhere; points (N, 2)."""
    axes.plot(*points[circles].T, "o", color="C1", markersize=size)
    axes.plot(*points[~circles].T, "s", color="C0", markersize=size, fillstyle="none")


def bands(axes: Axes, x: Array, y: Array, z: Array, lows: Sequence[float], most: float) -> None:
    """A map of z, orange above zero, blue below: from each of `lows` on one layer of color more."""
    for color, sign in (("C1", 1), ("C0", -1)):
        for low in lows:
            if (sign * z > low).any():
                axes.contourf(x, y, sign * z, [low, most], colors=[color], alpha=0.12)
