"""Points of two classes, a layer that moves them, and their best line: for the figure `plane`."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnbook import nn
from nnbook.experiments.why import best_cut
from nnbook.figures.kit.functions import FUNCTIONS
from nnbook.figures.kit.pack import pack, unpack
from nnbook.nn.activations import Array

POINTS = 40
HOME: dict[str, Any] = {
    "u1": 1.0,
    "u2": 0.0,
    "v1": 0.0,
    "v2": 1.0,
    "b1": 0.0,
    "b2": 0.0,
    "f": "identity",
    "t": 1.0,
}


def xor() -> tuple[Array, Array]:
    """Four heaps of ten points at the corners of a square; class 1 where the signs differ."""
    rng = np.random.default_rng(3)
    corner = np.array([[1, 1], [-1, -1], [1, -1], [-1, 1]])[np.arange(POINTS) % 4]
    x = corner + rng.normal(scale=0.16, size=(POINTS, 2))
    return unpack(pack(x)), (corner[:, 0] != corner[:, 1]).astype(float)


def best_line(z: Array, y: Array) -> int:
    """The most points that one straight line gets right."""
    return best_cut(z, y)[2]


def moved(x: Array, settings: dict[str, Any]) -> tuple[Array, Array]:
    """a = W x + b of a layer, and z = f(a); of a ReLU only the part t, (1 − t) a + t f(a)."""
    u1, u2, v1, v2, b1, b2, f, t = (settings[key] for key in HOME)
    layer = nn.Linear(2, 2, dtype=np.float64)
    layer.weight.value = np.array([[u1, v1], [u2, v2]])
    assert layer.bias is not None
    layer.bias.value = np.array([b1, b2])
    a = np.asarray(layer(x), np.float64)
    t = t if f == "relu" else 1.0
    return a, (1 - t) * a + t * np.asarray(FUNCTIONS[f].f(a))
