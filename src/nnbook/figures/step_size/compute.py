"""One weight in a valley, by the library: for the figure `step-size`."""

from __future__ import annotations

from functools import cache

import numpy as np

from nnbook import nn, optim
from nnbook.nn.activations import Array
from nnbook.nn.losses import Loss

RATES = np.round(np.arange(0.05, 2.501, 0.05), 2)
CURVATURES = np.array([0.5, 1.0, 1.5, 2.0])
LAST = 12  # updates


def _one(curvature: float, w: float) -> tuple[nn.Linear, Loss, Array, Array]:
    """One weight, no bias, one example x = √λ with y = 0: half the squared error is ½ λ w²."""
    model = nn.Linear(1, 1, bias=False, dtype=np.float64)
    model.weight.value[:] = w
    return model, nn.HalfSquaredLoss(), np.array([[np.sqrt(curvature)]]), np.zeros((1, 1))


def error(w: float, curvature: float) -> float:
    """E(w) = ½ λ w²."""
    model, loss_fn, x, y = _one(curvature, w)
    return loss_fn(model(x), y)


def descend(start: float, lr: float, curvature: float) -> tuple[Array, Array]:
    """w and E before any update and after each, by the library."""
    model, loss_fn, x, y = _one(curvature, start)
    optimizer = optim.SGD(model.parameters(), lr)
    w, e = [], []
    for _ in range(LAST + 1):
        w.append(model.weight.value.item())
        e.append(loss_fn(model(x), y))
        model.parameter_gradients(loss_fn.backward())
        optimizer.step()
    return np.array(w), np.array(e)


@cache
def descents() -> tuple[Array, Array]:
    """From w₀ = 1, at every rate and curvature; another start is a multiple (of E its square)."""
    runs = [[descend(1.0, lr, k) for k in CURVATURES] for lr in RATES]
    w, e = np.moveaxis(np.array(runs), 2, 0)
    return w, e
