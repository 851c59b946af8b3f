"""Functions sampled for the browser, which knows no neural networks: it looks values up.

A table is a polygon close to f: dense where f bends, two points where it is straight.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from nnbook.nn.activations import Array

DEEPEST = 24  # halvings of one interval: below 0.5 / 2²⁴ = 3e-8 a steep function is a jump
MOST = 8192  # points; a function rougher than that is drawn as these show it


def polygon(
    f: Callable[[Array], Array],
    low: float,
    high: float,
    *,
    tolerance: float,
    breaks: Sequence[float] = (),
) -> tuple[Array, Array]:
    """Points (x, y) whose straight connections stay within `tolerance` of f on [low, high].

    `breaks` are the x of kinks and jumps: there f is sampled on both sides, and two points with
    one x make a jump. Sampling starts from 64 intervals, so that no bend is overlooked.
    """
    edges = [low, *sorted(breaks), high]
    pieces = [_piece(f, a, b, tolerance) for a, b in pairwise(edges)]
    xs, ys = (np.concatenate(part).astype(np.float32) for part in zip(*pieces, strict=True))
    new = np.append(True, (np.diff(xs) != 0) | (np.diff(ys) != 0))
    return xs[new].astype(np.float64), ys[new].astype(np.float64)


def _piece(
    f: Callable[[Array], Array], low: float, high: float, tolerance: float
) -> tuple[Array, Array]:
    """The polygon between two breaks; its end values are the limits from inside."""

    def inside(x: Array) -> Array:
        return f(np.clip(x, np.nextafter(low, high), np.nextafter(high, low)))

    x = np.linspace(low, high, 65)
    for _ in range(DEEPEST):
        middle = (x[:-1] + x[1:]) / 2
        y = inside(x)
        # Twice as strict as asked, because the largest error need not stand in the middle.
        off = np.abs(inside(middle) - (y[:-1] + y[1:]) / 2) > tolerance / 2
        if not off.any() or len(x) > MOST:
            break
        x = np.sort(np.concatenate([x, middle[off]]))
    return _without_straight_points(x, inside(x), tolerance)


def _without_straight_points(x: Array, y: Array, tolerance: float) -> tuple[Array, Array]:
    """Drop points between which the connection stays within half the tolerance of the others."""
    keep, start = [0], 0
    for end in range(2, len(x)):
        between = slice(start + 1, end)
        line = y[start] + (y[end] - y[start]) * (x[between] - x[start]) / (x[end] - x[start])
        if np.abs(line - y[between]).max() > tolerance / 2:
            start = end - 1
            keep.append(start)
    keep.append(len(x) - 1)
    return x[keep], y[keep]


def packed(xs: Array, ys: Array) -> bytes:
    """A table as the browser reads it: all x, then all y, as little-endian float32."""
    return np.concatenate([xs, ys]).astype("<f4").tobytes()


def unpacked(table: bytes) -> tuple[Array, Array]:
    """The points (x, y) of a packed table."""
    xs, ys = np.frombuffer(table, "<f4").astype(np.float64).reshape(2, -1)
    return xs, ys
