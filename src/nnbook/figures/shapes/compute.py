"""What NumPy makes of arrays that fit, and of others: asked for the figure `shapes`."""

from __future__ import annotations

from functools import cache

import numpy as np

from nnbook import nn

Shape = tuple[int, ...]


@cache
def outcome(n: int, d: int, h: int, bug: str) -> tuple[str, int]:
    """What NumPy says, a shape or the text of its error, and the number of the verdict."""
    rng = np.random.default_rng(0)
    layer = nn.Linear(d, h, rng=rng, dtype=np.float64)
    assert layer.bias is not None
    x, W, b = rng.normal(size=(n, d)), layer.weight.value, layer.bias.value
    x = x[0] if bug == "flat" else x
    b = b[:, None] if bug == "column" else b
    try:
        y = x @ (W if bug == "untransposed" else W.T) + b
    except ValueError as error:
        return str(error), 1
    true = layer(np.atleast_2d(x))
    if bug == "flat":
        return str(y.shape), 3 if np.allclose(y, true[0]) else 2
    return str(y.shape), 0 if y.shape == true.shape and np.allclose(y, true) else 2


def parts(n: int, d: int, h: int, bug: str) -> dict[str, Shape]:
    """The shapes of what is multiplied and added."""
    return {
        "x": (d,) if bug == "flat" else (n, d),
        "W" if bug == "untransposed" else "W.T": (h, d) if bug == "untransposed" else (d, h),
        "b": (h, 1) if bug == "column" else (h,),
    }
