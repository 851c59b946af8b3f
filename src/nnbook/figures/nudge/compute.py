"""Gradients by nudging, with every h and in two precisions: for the figure `nudge`."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from nnbook import nn
from nnbook.figures.kit.network421 import W, X, Y, trace
from nnbook.nn.activations import Array

EXPONENTS = np.arange(-11.0, 0.5, 0.5)  # log₁₀ h
NUDGES = np.linspace(-1.5, 1.5, 25)  # in units of h
DTYPES: dict[str, Any] = {"float64": np.float64, "float32": np.float32}
FAR = 100.0  # frames away from the picture: no need to tell how much farther
FLOOR = -17.0  # log₁₀ of an error of exactly 0


@cache
def measured() -> tuple[dict[str, Array], Array, Array]:
    """Gradients by weight, as they are and with two bugs; E near each weight; errors of estimates.

    Near: (weight, dtype, h, nudge), the change of E in units of |gradient|·h, as it is computed.
    Errors: (weight, dtype, central or one-sided, h), estimate − gradient.
    """
    first, last = nn.Linear(4, 2, bias=False), nn.Linear(2, 1, bias=False)
    f, loss_fn = nn.Sigmoid(), nn.HalfSquaredLoss()
    model = nn.Sequential(first, f, last)

    def loss(w: Array) -> float:
        first.weight.value[:], last.weight.value[:] = w[:8].reshape(2, 4), w[8:]
        return loss_fn(model(x), y)

    model.to(np.float64)
    x, y = X[:1], Y[:1]
    loss(W)
    now = trace(first, nn.Sigmoid, last, x, y, [0])
    right, forgotten = now["grad"], now["grad"].copy()
    forgotten[:8] /= np.repeat(now["slope"][0], 4)
    claims = {"right": right, "slope": forgotten, "sign": -right}

    near = np.empty((len(W), 2, len(EXPONENTS), len(NUDGES)))
    errors = np.empty((len(W), 2, 2, len(EXPONENTS)))
    for p, dtype in enumerate(DTYPES.values()):
        model.to(dtype)
        x, y, w = X[:1].astype(dtype), Y[:1].astype(dtype), W.astype(dtype)
        for k, i in np.ndindex(near.shape[0], near.shape[2]):
            h, one = 10 ** EXPONENTS[i], np.eye(len(W))[k]
            E = [loss(w + (s * h * one).astype(dtype)) for s in NUDGES]
            below, here, above = (E[j] for j in (4, 12, 20))  # at w − h, w, w + h
            near[k, p, i] = (np.array(E) - here) / (abs(right[k]) * h)
            slopes = (above - below) / (2 * h), (above - here) / h
            errors[k, p, :, i] = np.array(slopes) - right[k]
    return claims, np.clip(near, -FAR, FAR), errors


def log10_size(difference: Any) -> Any:
    """log₁₀ |difference|, and −17 for a difference of 0."""
    return np.log10(np.maximum(np.abs(difference), 10**FLOOR))
